"""The map figure of the report: county, control lines, sites by answer, lost and gained ground."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from eco_gis.layers.store import Store
from eco_gis.model.change import ChangedPiece, ChangeResult, Comparison, Direction
from eco_gis.model.fact import FactBook, ledger_fact_id
from eco_gis.model.layer import Layer
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, SiteAnswer
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.report.charts import DPI, DRAWING, INK, png
from eco_gis.outputs.report.figure_parts import (
    Box,
    Kept,
    area_patch,
    draw_areas,
    draw_lines,
    draw_names,
    draw_north,
    draw_scale,
    frame,
    framed,
    outlined,
)
from eco_gis.outputs.report.fonts import Face, face_for
from eco_gis.outputs.style import AreaStyle, answer_style, direction_style, layer_style, role_style
from eco_gis.outputs.tables.words import INVENTED, SHORT_ROLES, SKETCH
from eco_gis.text import Lang, Text
from eco_gis.units import shown_area

DRAWN_ROLES = (
    LayerRole.PERMANENT_BASIC_FARMLAND,
    LayerRole.URBAN_BOUNDARY,
    LayerRole.REDLINE,
    LayerRole.NATURE_RESERVE,
)
"""Control lines on the figure, from below; the others stand on the HTML map."""

MARKERS = {"square": "s", "diamond": "D", "circle": "o"}
WORDS = {
    "title": Text("国土空间管控套合图", "Sites, control lines and change"),
    "sites": Text("项目选址", "Project sites"),
    "as_of": Text("基准日期", "as of"),
    "plane": Text("坐标系", "plane"),
    "approval": Text("审图号", "map approval"),
    "secrecy": Text("密级", "secrecy"),
    "north": Text("北", "N"),
    "documented": Text("有批准依据", "documented"),
    "undocumented": Text("未见依据", "undocumented"),
}
WIDTH = 7.2
"""Inches of the whole figure."""
MAP_WIDTH, BOTTOM = 0.66, 0.075
"""Share of the width that the map takes, and of the height below it."""
INSETS = 3
INSET_BELOW = 0.06
"""A changed piece smaller than this share of the map's width gets an inset."""


def map_figure(result: RunResult, book: FactBook, lang: Lang, store: Store | None = None) -> bytes:
    """The map of a run as PNG, 7.2 inches wide; outlines that were drawn before are taken from the store.

    Shapes are generalised for display only. A character that the packaged font lacks is taken from the
    system's fonts; see `eco_gis.outputs.report.fonts`.
    """
    layers, base = _control_layers(result), _base_layers(result)
    sites = list(result.siting.drawn) if result.siting is not None else []
    change = next(iter(result.changes), None)
    comparison = change.comparisons[0] if change is not None else None
    pieces = list(comparison.pieces) if comparison is not None else []
    extent = [layer.features for layer in (*base.values(), *layers)]
    if not any(len(r) for r in extent) and not sites:
        raise ValueError("a run without shapes has no map")
    places = [*(r.total_bounds for r in extent if len(r)), *(s.geometry.bounds for s in sites)]
    height = _height(places)
    picked = _inset_pieces(pieces, places) if comparison is not None else []
    title = f"{result.catalog.name.to(lang)} {WORDS['title'].to(lang)}"
    foot = _foot(result, lang)
    face = face_for(
        title + foot + "".join(_every_word(layers, base, sites, lang)) + "0123456789.,°′EN km公顷ha−+<ABC"
    )
    with matplotlib.rc_context(DRAWING):
        figure = Figure(figsize=(WIDTH, height), dpi=DPI)
        axes = figure.add_axes((0.045, BOTTOM, MAP_WIDTH, 0.94 - BOTTOM))
        box = framed(places, MAP_WIDTH * WIDTH / ((0.94 - BOTTOM) * height))
        names: list[Box] = []
        _draw_ground(axes, box, layers, base, face, names, store)
        _draw_pieces(axes, box, pieces)
        _draw_sites(axes, box, sites, face, names)
        frame(axes, box, result.plane, face)
        draw_scale(axes, box, result.plane.unit_m, face)
        draw_north(axes, face, WORDS["north"].to(lang))
        bottom = _draw_insets(figure, axes, box, result, layers, picked, change, comparison, book, face, lang)
        _legend(figure, layers, base, sites, pieces, face, lang, bottom)
        figure.text(0.5, 0.965, face.text(title), ha="center", fontproperties=face.at(12), color=INK)
        figure.text(0.5, 0.012, face.text(foot), ha="center", fontproperties=face.at(6.5), color=INK)
        return png(figure)


def _height(places: Sequence[Sequence[float]]) -> float:
    """Inches: as high as the places are for the map's width, within what a page and the legend ask for."""
    west, south = (min(p[i] for p in places) for i in (0, 1))
    east, north = (max(p[i] for p in places) for i in (2, 3))
    ratio = (north - south) / max(east - west, 1e-9)
    return float(np.clip(MAP_WIDTH * WIDTH * ratio / (0.94 - BOTTOM) + 0.3, 5.6, 7.6))


def _control_layers(result: RunResult) -> list[Layer]:
    """The layers asked about sites, or the newest compared ones; in drawing order."""
    wanted = set(result.siting.layer_ids) if result.siting is not None else set()
    wanted |= {c.new_layer for change in result.changes for c in change.comparisons}
    chosen = [
        layer
        for layer in result.layers.values()
        if layer.spec.id in wanted and layer.spec.role in DRAWN_ROLES and len(layer)
    ]
    newest = {
        layer.spec.series or layer.spec.id: layer for layer in sorted(chosen, key=lambda v: v.spec.version)
    }
    return sorted(newest.values(), key=lambda layer: DRAWN_ROLES.index(layer.spec.role))


def _base_layers(result: RunResult) -> dict[LayerRole, Layer]:
    return {
        role: layer
        for role in (LayerRole.COUNTY, LayerRole.TOWNSHIP)
        for layer in result.of_role(role)
        if len(layer)
    }


def _draw_ground(
    axes: Axes,
    box: Box,
    layers: Sequence[Layer],
    base: dict[LayerRole, Layer],
    face: Face,
    taken: list[Box],
    store: Store | None,
) -> None:
    whole = {role: Kept(layer.features, None, store) for role, layer in base.items()}
    if LayerRole.COUNTY in base:
        style = layer_style(base[LayerRole.COUNTY].spec)
        draw_areas(axes, box, whole[LayerRole.COUNTY], style, edge=False)
    for layer in layers:
        for style, chosen in _by_zone(layer):
            draw_areas(axes, box, Kept(layer.features, chosen, store), style)
    for role in (LayerRole.TOWNSHIP, LayerRole.COUNTY):
        if role in base:
            draw_lines(axes, box, whole[role], role_style(role))
    if LayerRole.TOWNSHIP in base:
        towns = base[LayerRole.TOWNSHIP]
        draw_names(
            axes, box, towns.features.shapes, towns.names, face, size=6.5, color="#6A6458", taken=taken
        )


def _by_zone(layer: Layer) -> list[tuple[AreaStyle, NDArray[np.bool_] | None]]:
    """Styles of a layer's zones in the order of the layer, with the features of each (None: all)."""
    if "zone" not in layer.attributes:
        return [(layer_style(layer.spec), None)]
    zones = np.array([str(z) for z in layer.attributes["zone"]], dtype=object)
    return [(layer_style(layer.spec, zone), zones == zone) for zone in dict.fromkeys(zones)]


def _draw_pieces(axes: Axes, box: Box, pieces: Sequence[ChangedPiece]) -> None:
    for direction in Direction:
        shapes = [p.shape for p in pieces if p.direction is direction and not p.sliver]
        if shapes:
            draw_areas(axes, box, np.array(shapes, dtype=object), direction_style(direction))


def _draw_sites(axes: Axes, box: Box, sites: Sequence[SiteAnswer], face: Face, taken: list[Box]) -> None:
    """Sites in reverse order of gravity, so that what is concerned lies on top."""
    for answer in (Answer.NOT_CONCERNED, Answer.NO_DATA, Answer.CONCERNED):
        sign = answer_style(answer)
        some = [s for s in sites if s.answer is answer]
        for site in some:
            outlined(axes, site.geometry, sign.color)
        points = [_place(s) for s in some]
        axes.plot(
            [p.x for p in points], [p.y for p in points], linestyle="none", marker=MARKERS[sign.marker],
            markersize=4.2, markerfacecolor=sign.color, markeredgecolor="white", markeredgewidth=0.6, zorder=8,
        )  # fmt: skip
    order = sorted(sites, key=lambda s: (list(Answer).index(s.answer), s.id))
    shapes = np.array([_place(s) for s in order], dtype=object)
    draw_names(axes, box, shapes, [s.id for s in order], face, size=4.8, color=INK, taken=taken, lift=4.5)


def _place(site: SiteAnswer) -> Any:
    shape = site.geometry
    if shapely.get_dimensions(shape) == 1:
        longest = max(shapely.get_parts(shape), key=lambda p: p.length)
        return longest.interpolate(0.5, normalized=True)
    return shapely.point_on_surface(shape)


def _inset_pieces(pieces: Sequence[ChangedPiece], places: Sequence[Sequence[float]]) -> list[ChangedPiece]:
    """Pieces too small to be seen: undocumented ones first, then the largest."""
    west, east = min(p[0] for p in places), max(p[2] for p in places)
    small = [
        p
        for p in pieces
        if not p.sliver
        and max(p.shape.bounds[2] - p.shape.bounds[0], p.shape.bounds[3] - p.shape.bounds[1])
        < INSET_BELOW * (east - west)
    ]
    return sorted(small, key=lambda p: (p.entry is not None, -p.area_m2, p.id))[:INSETS]


def _draw_insets(
    figure: Figure,
    axes: Axes,
    box: Box,
    result: RunResult,
    layers: Sequence[Layer],
    picked: Sequence[ChangedPiece],
    change: ChangeResult | None,
    comparison: Comparison | None,
    book: FactBook,
    face: Face,
    lang: Lang,
) -> float:
    """Close-ups of small pieces at the right; gives the height above which they leave room."""
    if change is None or comparison is None:
        return BOTTOM
    old = result.layers.get(comparison.old_layer)
    for number, piece in enumerate(picked):
        letter = "ABC"[number]
        west, south, east, north = piece.shape.bounds
        reach = 0.9 * max(east - west, north - south, 20 / result.plane.unit_m)
        middle = ((west + east) / 2, (south + north) / 2)
        near: Box = (middle[0] - 1.45 * reach, middle[1] - reach, middle[0] + 1.45 * reach, middle[1] + reach)
        low = BOTTOM + 0.168 * (len(picked) - 1 - number)
        inset = figure.add_axes((0.725, low, 0.26, 0.132))
        for layer in layers:
            draw_areas(inset, near, layer.features.shapes, layer_style(layer.spec))
        if old is not None:
            draw_lines(inset, near, old.features.shapes, layer_style(old.spec))
        draw_areas(inset, near, np.array([piece.shape], dtype=object), direction_style(piece.direction))
        inset.set(xlim=near[::2], ylim=near[1::2], xticks=[], yticks=[])
        draw_scale(inset, near, result.plane.unit_m, face, size=5.5)
        area = book.number(ledger_fact_id(change.series, comparison.key, "piece", piece.id, "area"))
        told = WORDS["undocumented" if piece.entry is None else "documented"].to(lang)
        unit = "公顷" if lang == "zh" else "ha"
        words = f"{letter}  {piece.direction.label.to(lang)} {shown_area(area, 'ha')} {unit} · {told}"
        inset.set_title(face.text(words), fontproperties=face.at(6), color=INK, pad=2)
        frame_of = (box[2] - box[0]) * 0.012
        axes.add_patch(
            Rectangle(
                (west - frame_of, south - frame_of), east - west + 2 * frame_of, north - south + 2 * frame_of,
                fill=False, edgecolor=INK, linewidth=0.8, zorder=9,
            )
        )  # fmt: skip
        axes.annotate(
            letter, (east + frame_of, north + frame_of), xytext=(1, 1), textcoords="offset points",
            fontproperties=face.at(7.5), color=INK, zorder=9,
        )  # fmt: skip
    return BOTTOM + 0.168 * len(picked)


def _legend(
    figure: Figure,
    layers: Sequence[Layer],
    base: dict[LayerRole, Layer],
    sites: Sequence[SiteAnswer],
    pieces: Sequence[ChangedPiece],
    face: Face,
    lang: Lang,
    bottom: float,
) -> None:
    entries: list[tuple[Any, str]] = []
    for layer in reversed(layers):
        for style, _ in _by_zone(layer):
            zoned = "zone" in layer.attributes
            words = style.label.to(lang)
            role = layer.spec.role.label.to(lang)
            if zoned and lang == "zh":
                words = f"{role}·{words}"
            elif zoned:
                words = fill(f"{SHORT_ROLES[layer.spec.role].to(lang)}: {words}", 38, subsequent_indent="   ")
            else:
                words = role
            entry = (area_patch(style), words)
            if words not in {w for _, w in entries}:
                entries.append(entry)
    for role in base:
        style = role_style(role)
        entries.append(
            (
                Line2D([], [], color=style.line, linewidth=style.width * 0.6, dashes=_dashes(style)),
                role.label.to(lang),
            )
        )
    for direction in Direction:
        if any(p.direction is direction and not p.sliver for p in pieces):
            style = direction_style(direction)
            entries.append((area_patch(style), style.label.to(lang)))
    for answer in Answer:
        if any(s.answer is answer for s in sites):
            sign = answer_style(answer)
            mark = Line2D(
                [], [], linestyle="none", marker=MARKERS[sign.marker], color=sign.color, markersize=5,
                markeredgecolor="white", markeredgewidth=0.5,
            )  # fmt: skip
            entries.append(
                (
                    mark,
                    f"{WORDS['sites'].to(lang)}：{sign.label.to(lang)}"
                    if lang == "zh"
                    else f"Site: {sign.label.to(lang).lower()}",
                )
            )
    handles: list[Patch | Line2D] = [h for h, _ in entries]
    figure.legend(
        handles, [face.text(w) for _, w in entries], loc="upper left", bbox_to_anchor=(0.715, 0.945),
        frameon=False, prop=face.at(6.2 if bottom > 0.4 else 7), handlelength=2.4, handleheight=1.2,
        labelspacing=0.45, borderaxespad=0.0,
    )  # fmt: skip


def _dashes(style: AreaStyle) -> tuple[float, ...]:
    return tuple(0.6 * d for d in style.dash) if style.dash else (1, 0)


def _foot(result: RunResult, lang: Lang) -> str:
    catalog = result.catalog
    told = [
        SKETCH.to(lang),
        f"{WORDS['as_of'].to(lang)} {result.as_of.isoformat()}",
        f"{WORDS['plane'].to(lang)} {result.plane.name.split(' ')[0]}",
        f"{WORDS['secrecy'].to(lang)} {SECRECY[result.secrecy].to(lang)}",
        f"{WORDS['approval'].to(lang)} {catalog.map_approval}" if catalog.map_approval else "",
        INVENTED.to(lang).split("：" if lang == "zh" else ":")[0] if catalog.invented else "",
    ]
    return "  ·  ".join(filter(None, told))


def _every_word(
    layers: Sequence[Layer], base: dict[LayerRole, Layer], sites: Sequence[SiteAnswer], lang: Lang
) -> list[str]:
    zones = [style.label.to(lang) for layer in layers for style, _ in _by_zone(layer)]
    fixed = [w.to(lang) for w in WORDS.values()] + [a.label.to(lang) for a in (*Answer, *Direction)]
    return [
        *zones, *fixed, *(layer.spec.title.to(lang) for layer in layers), *(r.label.to(lang) for r in base),
        *(name for layer in base.values() for name in layer.names), *(s.id for s in sites),
    ]  # fmt: skip
