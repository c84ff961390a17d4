"""A layer of changes held against a plain overlay of the two states: what one tells and the other does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from eco_gis.change.ground import ground_of
from eco_gis.change.nature.classed import Classed
from eco_gis.geometry.overlay import difference, overlap_pairs
from eco_gis.geometry.overlay.robust import union
from eco_gis.geometry.parts import as_shapes, simple_parts
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.model.nature import UNTOLD
from eco_gis.text import Text
from eco_gis.units import shown_area

SLIVER_WIDTH_M = 1.0
"""Narrower pieces are the drawing's, not the ground's."""
AGREES_M2 = 1.0
"""Sums that differ by no more agree."""


@dataclass(frozen=True)
class Check:
    """Ellipsoidal m² inside the line, slivers apart."""

    listed_m2: float
    """Ground that the layer of changes lists."""
    crossed_m2: float
    """Ground whose code differs between the two states."""
    hidden_m2: float
    """Of that, ground which the layer of changes does not list."""

    def gaps(self, states: tuple[LayerSpec, LayerSpec]) -> Iterator[Text]:
        """What keeps the answer open: changes between the states that the layer does not list."""
        if self.hidden_m2 > AGREES_M2:
            ha, between = shown_area(self.hidden_m2, "ha"), " / ".join(s.id for s in states)
            yield Text(
                f"两期图斑（{between}）有 {ha} 公顷地类不同，而变更层没有记录，须查明。",
                f"The classes of {between} differ on {ha} ha that the layer of changes does not list: to be looked into.",
            )

    def remarks(self, update: LayerSpec, states: tuple[LayerSpec, LayerSpec]) -> Iterator[Text]:
        """Why the two do not tell the same area."""
        if abs(self.listed_m2 - self.crossed_m2) > AGREES_M2:
            listed, crossed = shown_area(self.listed_m2, "ha"), shown_area(self.crossed_m2, "ha")
            between = " / ".join(s.id for s in states)
            yield Text(
                f"变更层 {update.id} 记录 {listed} 公顷，两期图斑（{between}）直接叠加得 {crossed} 公顷：二者是不同的量，"
                "变更层按制作方自己的最小图斑和规则记录，也记两期图斑因综合取舍而未表示的变化。",
                f"The layer of changes {update.id} lists {listed} ha, a plain overlay of {between} gives {crossed} ha: "
                "they are different quantities, for a layer of changes follows its producer's own smallest unit and "
                "rules, and keeps changes that the parcels of both years are too coarse to show.",
            )


def held_against(cells: Regions, update: Layer, classed: Classed) -> Check:
    """Hold a layer of changes against the classes of two states in the same cells."""
    ground = ground_of(update)
    listed = overlap_pairs(cells, ground.regions)
    changed = [
        shape
        for (before, after, _), shape in zip(classed.keys, classed.shapes, strict=True)
        if before != after and UNTOLD not in (before, after) and shape is not None
    ]
    crossed = _wide(Regions([union(as_shapes(changed))], cells.plane))
    hidden = _wide(Regions(difference(crossed, ground.regions), cells.plane))
    return Check(float(listed.area_m2.sum()), float(crossed.area_m2.sum()), float(hidden.area_m2.sum()))


def _wide(ground: Regions) -> Regions:
    """The parts that are no slivers."""
    parts, _ = simple_parts(ground.shapes)
    length = shapely.length(parts) * ground.plane.unit_m
    width = 2 * Regions(parts, ground.plane).planar_m2 / np.where(length > 0, length, np.inf)
    return Regions(parts[width >= SLIVER_WIDTH_M], ground.plane)
