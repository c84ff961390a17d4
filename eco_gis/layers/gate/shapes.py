"""What the gate measures on the ground: overlaps, gaps, ground outside the county, holes in a coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.area import ellipsoidal_area
from eco_gis.geometry.overlay import difference, overlap_pairs, overlap_shapes
from eco_gis.geometry.parts import simple_parts
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

TILING = (LayerRole.TOWNSHIP, LayerRole.VILLAGE, LayerRole.CONTROL_UNIT, LayerRole.LAND_SURVEY)
"""Roles whose features tile their coverage: each piece of ground belongs to exactly one of them."""
LISTED_M2 = 1.0
"""Smaller places are summed and not listed: one in the last digit of a hectare with four decimals."""


class SpotKind(StrEnum):
    """What is the matter at a spot."""

    OVERLAP = "overlap"
    GAP = "gap"
    OUTSIDE = "outside"
    HOLE = "hole"
    REPAIR = "repair"
    AREA = "area"
    CODE = "code"

    @property
    def label(self) -> Text:
        """In words."""
        return _LABELS[self]


_LABELS = {
    SpotKind.OVERLAP: Text("要素重叠", "Overlap"),
    SpotKind.GAP: Text("缝隙", "Gap"),
    SpotKind.OUTSIDE: Text("县域之外", "Outside the county"),
    SpotKind.HOLE: Text("覆盖范围缺口", "Hole in the coverage"),
    SpotKind.REPAIR: Text("图形修复", "Repaired shape"),
    SpotKind.AREA: Text("申报面积不符", "Declared area differs"),
    SpotKind.CODE: Text("代码不在表内", "Code not in the list"),
}


@dataclass(frozen=True)
class Spot:
    """One place where something is the matter."""

    layer: str
    """Id of the layer."""
    kind: SpotKind
    features: tuple[str, ...]
    """Ids of the features concerned; empty for ground that belongs to none."""
    what: Text
    area_m2: float | None
    """Ellipsoidal area of the spot; for a declared area, declared minus measured; None where none applies."""
    shape: Any
    """Polygon, line or point on the working plane."""
    fatal: bool = False
    """Whether a number is wrong because of it."""


@dataclass(frozen=True)
class Measured:
    """One kind of spots in one layer."""

    total_m2: float = 0.0
    """All of it, with places too small to be listed."""
    spots: tuple[Spot, ...] = ()
    """Places of at least `LISTED_M2`, the largest first."""

    @property
    def listed_m2(self) -> float:
        """Area of the listed places."""
        return float(sum(s.area_m2 or 0.0 for s in self.spots))


def overlaps(layer: Layer) -> Measured:
    """Ground that two features of a layer share; asked only of those that the footprint had to merge."""
    sources = layer.footprint_sources
    merged = sources.merged
    if not len(merged):
        return Measured()
    members = np.concatenate([sources[n] for n in merged])
    features = layer.features.take(members)
    pairs = overlap_pairs(features, features)
    once = np.flatnonzero(pairs.a < pairs.b)
    shapes = overlap_shapes(features, features, pairs)[once]
    areas = pairs.area_m2[once]
    first, second = members[pairs.a[once]], members[pairs.b[once]]
    own = layer.features.area_m2
    spots = []
    for shape, area, i, j in zip(shapes, areas, first, second, strict=True):
        same = min(own[i], own[j]) - area < LISTED_M2
        what = Text("要素重叠", "two features overlap")
        if same:
            what = Text(
                "一个要素整个落在另一个之内（可能重复）", "one feature lies wholly in another (a duplicate?)"
            )
        spots.append(
            Spot(layer.spec.id, SpotKind.OVERLAP, (layer.ids[i], layer.ids[j]), what, float(area), shape)
        )
    feet = layer.footprint.area_m2
    total = sum(own[sources[n]].sum() - feet[n] for n in merged)
    return _measured(float(total), spots, fatal=layer.spec.role in TILING)


def gaps(layer: Layer, ground: Regions) -> Measured:
    """Ground of the coverage that no feature of a tiling layer holds."""
    remains = shapely.union_all(
        difference(Regions(np.asarray(ground.pieces.shapes), ground.plane), layer.footprint)
    )
    what = Text("覆盖范围内没有要素", "no feature here, inside the coverage")
    return _places(layer, SpotKind.GAP, [remains], [()], what, fatal=True)


def outside(layer: Layer, county: Regions) -> Measured:
    """Ground of a layer's polygons that lies outside the county."""
    remains = difference(layer.footprint, county)
    hit = np.flatnonzero(~shapely.is_empty(remains))
    ids = [tuple(layer.ids[i] for i in layer.footprint_sources[n]) for n in hit]
    return _places(
        layer, SpotKind.OUTSIDE, remains[hit], ids, Text("超出县域", "reaches out of the county"), fatal=False
    )


def coverage_holes(layer: Layer, county: Regions | None) -> Measured:
    """Ground that a layer's coverage leaves out: of the county, and holes inside the coverage itself."""
    if layer.coverage is None:
        return Measured()
    ground = layer.coverage
    rings, _ = shapely.get_rings(simple_parts(ground.shapes)[0], return_index=True)
    outer = shapely.get_exterior_ring(simple_parts(ground.shapes)[0])
    filled = Regions(shapely.polygons(outer), ground.plane) if len(rings) > len(outer) else None
    missing = [*(difference(filled, ground) if filled else ())]
    if county is not None and county is not ground:
        missing += [*difference(county, ground)]
    what = Text("不在图层的覆盖范围内", "not inside the layer's coverage")
    return _places(layer, SpotKind.HOLE, [shapely.union_all(missing)], [()], what, fatal=False)


def _places(
    layer: Layer,
    kind: SpotKind,
    shapes: Sequence[Any] | NDArray[Any],
    ids: Sequence[tuple[str, ...]],
    what: Text,
    *,
    fatal: bool,
) -> Measured:
    parts, owner = simple_parts(np.array(shapes, dtype=object))
    polygons = shapely.get_type_id(parts) == 3
    parts, owner = parts[polygons], owner[polygons]
    areas = ellipsoidal_area(parts, layer.features.plane)
    spots = [
        Spot(layer.spec.id, kind, ids[n], what, float(m2), shape)
        for shape, m2, n in zip(parts, areas, owner, strict=True)
    ]
    return _measured(float(areas.sum()), spots, fatal=fatal)


def _measured(total: float, spots: list[Spot], *, fatal: bool) -> Measured:
    large = [s for s in spots if (s.area_m2 or 0.0) >= LISTED_M2]
    large.sort(key=lambda s: (-(s.area_m2 or 0.0), s.features))
    return Measured(
        total,
        tuple(Spot(s.layer, s.kind, s.features, s.what, s.area_m2, s.shape, fatal) for s in large),
    )
