"""The figure of a card: the patch on the survey before and after, with control lines and documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch as Key
from numpy.typing import NDArray

from eco_gis.layers.codes import group_of
from eco_gis.model.columns import texts
from eco_gis.model.layer import Layer
from eco_gis.model.patches import Patch, Standing
from eco_gis.model.role import LayerRole
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.report.charts import DRAWING, INK, png
from eco_gis.outputs.report.figure_parts import Box, area_patch, draw_areas, draw_lines, draw_scale, framed
from eco_gis.outputs.report.fonts import face_for
from eco_gis.outputs.style import AreaStyle, land_style, patch_style, role_style
from eco_gis.text import Lang

WIDTH, HEIGHT = 6.9, 2.95
"""Inches of the figure."""
DPI = 130
MIN_SIDE_M = 160.0
"""Ground that a map shows at least, so that a small patch stands in its surroundings."""
AROUND = 0.7
"""Ground on each side of the patch, as a share of its larger side."""
LINES = (
    LayerRole.PERMANENT_BASIC_FARMLAND,
    LayerRole.REDLINE,
    LayerRole.NATURE_RESERVE,
    LayerRole.URBAN_BOUNDARY,
)
LEGEND_COLUMNS = 6


class Figures:
    """Figures of the patches of one run; fonts and classes are looked up once."""

    def __init__(self, layers: Mapping[str, Layer], patches: Sequence[Patch], lang: Lang) -> None:
        self._layers = layers
        self._lang: Lang = lang
        self._groups: dict[str, NDArray[Any]] = {}
        asked = {a.layer_id for p in patches for a in p.lines}
        self._lines = [v for v in layers.values() if v.spec.id in asked and v.spec.role in LINES]
        ids = {s for p in patches for s in (p.land.before_layer, p.land.after_layer)}
        titles = [layers[i].spec.title.to(lang) for i in sorted(ids) if i in layers]
        self._face = face_for("".join([*_words(lang), *titles]) + "0123456789 ,.()（）m·kEPSG:—")

    def draw(self, patch: Patch) -> bytes:
        """The patch before and after as PNG, `WIDTH` inches wide; the same patch gives the same picture."""
        with matplotlib.rc_context(DRAWING):
            figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
            keys: dict[str, Key | Line2D] = {}
            for n, (side, layer_id) in enumerate(
                (("before", patch.land.before_layer), ("after", patch.land.after_layer))
            ):
                axes = figure.add_axes((0.005 + 0.5 * n, 0.115, 0.49, 0.81))
                self._map(axes, patch, layer_id, keys, documents=side == "after")
                axes.set_title(self._title(side, layer_id), fontproperties=self._face.at(8), color=INK, pad=3)
            figure.legend(
                list(keys.values()), [self._face.text(w) for w in keys], loc="lower center",
                bbox_to_anchor=(0.5, 0.0), ncols=LEGEND_COLUMNS, frameon=False, prop=self._face.at(6.5),
                handlelength=1.8, columnspacing=1.0, labelspacing=0.3,
            )  # fmt: skip
            return png(figure, dpi=DPI)

    def _title(self, side: str, layer_id: str) -> str:
        head = SAY[f"land_{side}"].to(self._lang)
        layer = self._layers.get(layer_id)
        told = layer.spec.title.to(self._lang) if layer is not None else SAY["no_data"].to(self._lang)
        return self._face.text(f"{head} · {told}")

    def _map(
        self, axes: Axes, patch: Patch, layer_id: str, keys: dict[str, Key | Line2D], *, documents: bool
    ) -> None:
        box = _window(patch, axes, self._unit(patch))
        layer = self._layers.get(layer_id)
        if layer is not None:
            self._parcels(axes, box, layer, keys)
        for line in self._lines:
            near = _near(line, box)
            if len(near):
                style = role_style(line.spec.role)
                draw_lines(axes, box, near, style)
                keys[line.spec.role.label.to(self._lang)] = _line_key(style)
        if documents:
            self._documents(axes, box, patch, keys)
        outline = patch_style("outline")
        draw_areas(axes, box, np.array([patch.shape], dtype=object), outline)
        keys[outline.label.to(self._lang)] = _line_key(outline)
        axes.set(xlim=box[::2], ylim=box[1::2], xticks=[], yticks=[])
        draw_scale(axes, box, self._unit(patch), self._face, size=6.0)

    def _unit(self, patch: Patch) -> float:
        return next(iter(self._layers.values())).features.plane.unit_m

    def _parcels(self, axes: Axes, box: Box, layer: Layer, keys: dict[str, Key | Line2D]) -> None:
        if layer.spec.id not in self._groups:
            groups = [group_of(code) or "" for code in texts(layer, "code", "DLBM")]
            self._groups[layer.spec.id] = np.array(groups, dtype=object)
        index = layer.features.tree.query(shapely.box(*box), predicate="intersects")
        groups = self._groups[layer.spec.id][index]
        shapes = layer.features.shapes[index]
        for group in sorted(set(groups)):
            style = land_style(group)
            draw_areas(axes, box, _cut(shapes[groups == group], box), style)
            keys.setdefault(style.label.to(self._lang), area_patch(style))

    def _documents(self, axes: Axes, box: Box, patch: Patch, keys: dict[str, Key | Line2D]) -> None:
        for part, counts in (("void", False), ("document", True)):
            shapes = [
                self._layers[d.layer_id].features.shapes[self._layers[d.layer_id].ids.index(d.id)]
                for d in patch.documents
                if (d.standing is Standing.VALID) is counts and d.layer_id in self._layers
            ]
            if shapes:
                style = patch_style(part)
                draw_areas(axes, box, np.array(shapes, dtype=object), style)
                keys[style.label.to(self._lang)] = area_patch(style)
        if not patch.unexplained.is_empty:
            style = patch_style("unexplained")
            draw_areas(axes, box, np.array([patch.unexplained], dtype=object), style)
            keys[style.label.to(self._lang)] = area_patch(style)


def _window(patch: Patch, axes: Axes, unit_m: float) -> Box:
    """The ground around the patch in the shape of the axes."""
    west, south, east, north = patch.shape.bounds
    margin = max(AROUND * max(east - west, north - south), (MIN_SIDE_M / unit_m - (east - west)) / 2)
    place = axes.get_position()
    ratio = (place.width * WIDTH) / (place.height * HEIGHT)
    return framed([(west - margin, south - margin, east + margin, north + margin)], ratio)


def _near(layer: Layer, box: Box) -> NDArray[Any]:
    """Features that the box shows, cut to a little more than it."""
    return _cut(
        layer.features.shapes[layer.features.tree.query(shapely.box(*box), predicate="intersects")], box
    )


def _cut(shapes: NDArray[Any], box: Box) -> NDArray[Any]:
    """Large shapes are cut before they are drawn; the cut runs outside the picture."""
    width, height = box[2] - box[0], box[3] - box[1]
    wider = (box[0] - width, box[1] - height, box[2] + width, box[3] + height)
    cut = shapely.clip_by_rect(shapes, *wider)
    return np.asarray(cut[~shapely.is_empty(cut)]) if len(cut) else cut


def _line_key(style: AreaStyle) -> Line2D:
    dashes = tuple(0.6 * d for d in style.dash) if style.dash else (1, 0)
    return Line2D([], [], color=style.line, linewidth=style.width * 0.6, dashes=dashes)


def _words(lang: Lang) -> list[str]:
    styles = [land_style(g) for g in ("natural", "farmland", "built", "unused", "")]
    styles += [patch_style(p) for p in ("outline", "unexplained", "document", "void")]
    said = [SAY[k].to(lang) for k in ("land_before", "land_after", "no_data")]
    return [*(s.label.to(lang) for s in styles), *(r.label.to(lang) for r in LINES), *said]
