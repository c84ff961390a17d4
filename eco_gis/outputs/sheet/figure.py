"""The sketch map of one site: the lines around it, its ground, the parts concerned, north and scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from eco_gis.model.layer import Layer, Polarity
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.sheet import CorridorWidth
from eco_gis.model.site import SiteKind
from eco_gis.model.siting import Answer, Reason, SiteAnswer
from eco_gis.outputs.report.charts import DRAWING, INK, png
from eco_gis.outputs.report.figure_parts import (
    Box,
    area_patch,
    draw_areas,
    draw_lines,
    draw_names,
    draw_north,
    draw_scale,
)
from eco_gis.outputs.report.fonts import Face, face_for
from eco_gis.outputs.sheet.words import WORDS
from eco_gis.outputs.style import AreaStyle, answer_style, layer_style, role_style
from eco_gis.outputs.tables.words import SKETCH
from eco_gis.text import Lang

WIDTH, HEIGHT = 3.5, 3.2
"""Inches of the whole figure."""
MAP = (0.015, 0.235, 0.97, 0.755)
"""Left, bottom, width and height of the map as shares of the figure; the legend stands below."""
DPI = 190
LEAST_M = 150.0
"""Metres around a site that are shown at least."""
MOST_KEYS = 9
"""Entries that the legend has room for."""

GAP = "#7A1FA2"
"""Colour of the narrowest way across a corridor."""

Drawn = list[tuple[AreaStyle, NDArray[Any]]]


def site_figure(result: RunResult, site: SiteAnswer, lang: Lang) -> bytes:
    """A PNG of the site and the lines around it, 3.5 inches wide; words where it has no shape."""
    if site.kind is SiteKind.NONE:
        return _without_shape(lang)
    box = _around(site, result.plane.unit_m)
    layers = [_seen(layer, box) for layer in _asked(result, site)]
    drawn: Drawn = [pair for pairs in layers for pair in pairs]
    towns = next(iter(result.of_role(LayerRole.TOWNSHIP)), None)
    words = [style.label.to(lang) for style, _ in drawn] + [w.to(lang) for w in WORDS.values()]
    names = towns.names if towns is not None else []
    face = face_for("".join([*words, *names, SKETCH.to(lang), "0123456789., km北N"]))
    with matplotlib.rc_context(DRAWING):
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
        axes = figure.add_axes(MAP)
        axes.set(xlim=box[::2], ylim=box[1::2], xticks=[], yticks=[])
        for style, shapes in drawn:
            draw_areas(axes, box, shapes, style)
        taken: list[Box] = []
        if towns is not None:
            draw_lines(axes, box, towns.features.shapes, role_style(LayerRole.TOWNSHIP))
            seen = shapely.intersection(towns.features.shapes, shapely.box(*box))
            draw_names(axes, box, seen, names, face, size=5.5, color="#6A6458", taken=taken)
        _draw_site(axes, site)
        corridors = result.sheet.corridors.get(site.id, ()) if result.sheet is not None else ()
        _draw_gaps(axes, corridors)
        draw_scale(axes, box, result.plane.unit_m, face, size=5.5)
        draw_north(axes, face, WORDS["north"].to(lang), y=0.86)
        _legend(figure, drawn, site, face, lang, gaps=any(w.remaining_m > 0 for w in corridors))
        figure.text(
            0.5, 0.008, face.text(SKETCH.to(lang)), ha="center", fontproperties=face.at(4.8), color=INK
        )
        return png(figure)


def _without_shape(lang: Lang) -> bytes:
    """The frame with the reason why it is empty."""
    words = Reason.NO_SHAPE.label.to(lang)
    face = face_for(words)
    with matplotlib.rc_context(DRAWING):
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
        axes = figure.add_axes(MAP)
        axes.set(xticks=[], yticks=[])
        axes.text(0.5, 0.5, face.text(words), ha="center", va="center", fontproperties=face.at(8), color=INK)
        return png(figure)


def _around(site: SiteAnswer, unit_m: float) -> Box:
    """The site with ground around it, in the shape of the map."""
    west, south, east, north = site.footprint.bounds
    margin = max(0.35 * max(east - west, north - south), LEAST_M / unit_m)
    width, height = east - west + 2 * margin, north - south + 2 * margin
    ratio = (MAP[2] * WIDTH) / (MAP[3] * HEIGHT)
    width, height = max(width, height * ratio), max(height, width / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _asked(result: RunResult, site: SiteAnswer) -> list[Layer]:
    """Layers that answered about the site, those that matter most on top."""
    there = [result.layers[a.layer_id] for a in site.answers if a.layer_id in result.layers]
    return there[::-1]


def _seen(layer: Layer, box: Box) -> Drawn:
    """Shapes of a layer inside the map, by the style of their zone."""
    near = np.sort(layer.features.tree.query(shapely.box(*box), predicate="intersects"))
    if not len(near):
        return []
    shapes = layer.features.shapes[near]
    if "zone" not in layer.attributes or layer.spec.role is LayerRole.FOREST_QUALITY:
        return [(layer_style(layer.spec), shapes)]
    zones = np.array([str(z) for z in layer.attributes["zone"].iloc[near]], dtype=object)
    return [(layer_style(layer.spec, zone), shapes[zones == zone]) for zone in dict.fromkeys(zones)]


def _draw_site(axes: Axes, site: SiteAnswer) -> None:
    """The parts concerned filled, the ground outlined, the axis or point on top."""
    color = answer_style(Answer.CONCERNED).color
    for answer in site.answers:
        if answer.shape is not None and answer.polarity is Polarity.INSIDE:
            for part in shapely.get_parts(answer.shape):
                if shapely.get_dimensions(part) == 2:
                    axes.fill(
                        *shapely.get_coordinates(part.exterior).T, color=color, alpha=0.32, lw=0, zorder=5
                    )
    for shape, width in ((site.footprint, 1.3), (site.geometry, 1.0)):
        for part in shapely.get_parts(shape):
            _outline(axes, part, width)


def _draw_gaps(axes: Axes, corridors: Sequence[CorridorWidth]) -> None:
    """Where a corridor is narrowest beside the site."""
    for width in corridors:
        if width.remaining_m > 0:
            for line in shapely.get_parts(width.place):
                axes.plot(
                    *shapely.get_coordinates(line).T,
                    color=GAP,
                    linewidth=1.2,
                    linestyle=(0, (2, 1)),
                    zorder=9,
                )


def _outline(axes: Axes, part: Any, width: float) -> None:
    dimension = shapely.get_dimensions(part)
    if dimension == 0:
        axes.plot(
            *shapely.get_coordinates(part).T, "o", color=INK, markersize=5, mec="white", mew=0.8, zorder=8
        )
        return
    for line in shapely.get_rings(part) if dimension == 2 else [part]:
        xy = shapely.get_coordinates(line).T
        axes.plot(*xy, color="white", linewidth=width + 1.2, zorder=6)
        axes.plot(*xy, color=INK, linewidth=width, zorder=7)


def _legend(
    figure: Figure,
    drawn: Sequence[tuple[AreaStyle, Any]],
    site: SiteAnswer,
    face: Face,
    lang: Lang,
    *,
    gaps: bool,
) -> None:
    """Keys of what is seen, the uppermost first; those without room are told as more."""
    color = answer_style(Answer.CONCERNED).color
    keys: dict[str, Patch | Line2D] = {WORDS["site"].to(lang): Line2D([], [], color=INK, linewidth=1.3)}
    if any(a.shape is not None and a.polarity is Polarity.INSIDE for a in site.answers):
        keys[WORDS["taken"].to(lang)] = Patch(facecolor=color, alpha=0.32)
    if gaps:
        keys[WORDS["gap"].to(lang)] = Line2D([], [], color=GAP, linewidth=1.2, linestyle=(0, (2, 1)))
    for style, _ in reversed(drawn):
        keys.setdefault(_short(style.label.to(lang), lang), area_patch(style))
    shown = list(keys.items())[:MOST_KEYS]
    if more := len(keys) - len(shown):
        shown[-1] = (f"… +{more + 1}", Line2D([], [], linestyle="none"))
    figure.legend(
        [k for _, k in shown], [face.text(w) for w, _ in shown], loc="upper center", bbox_to_anchor=(0.5, 0.232),
        ncol=3 if lang == "zh" else 2, frameon=False, prop=face.at(5.4), handlelength=1.8, handleheight=0.9,
        labelspacing=0.35, columnspacing=1.2, borderaxespad=0.1,
    )  # fmt: skip


def _short(words: str, lang: Lang) -> str:
    """A label that fits its column of the legend."""
    most = 13 if lang == "zh" else 34
    return words if len(words) <= most else words[: most - 1] + "…"
