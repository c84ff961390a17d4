"""What a site's ground has to do with one layer: areas, lengths, distances, hits. No law here."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.overlay import (
    CONTACT_AREA_M2,
    difference,
    distance_to_boundary_m,
    nearest_distance_m,
    overlap_pairs,
    overlap_shapes,
    overlap_width,
)
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer, LayerSpec, Polarity
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import FeatureHit, Reason
from eco_gis.siting.sites import Control, Sites

CONTACT_WIDTH_M = 0.01
"""An overlap nowhere wider than this, or a gap narrower, is 贴边: to be confirmed by hand, never clear."""

UNCOVERED_M2 = 1e-4
"""Ground outside a layer's coverage up to this is the rounding of its border."""


@dataclass
class Touch:
    """One site against one layer; ellipsoidal areas."""

    concerned: bool = False
    reasons: tuple[Reason, ...] = ()
    area_m2: float = 0.0
    planar_m2: float = 0.0
    length_m: float = 0.0
    distance_m: float | None = None
    uncovered_m2: float = 0.0
    hits: tuple[FeatureHit, ...] = ()
    zones: tuple[tuple[str, float], ...] = ()
    concern_zones: tuple[str, ...] = ()
    shape: BaseGeometry | None = field(default=None, repr=False)


def measure(sites: Sites, layer: Layer, *, near_m: float) -> list[Touch]:
    """Measure all sites against one layer.

    For polarity *inside* the concerned ground is the part inside the layer's footprint, limited to the
    zones in `spec.concern`; for *outside* it is the part outside the footprint but inside the coverage.
    """
    touches = [Touch() for _ in sites.ids]
    inside = layer.spec.polarity is Polarity.INSIDE
    zones = _zones_of(layer)
    concern = np.array([not inside or is_concern(layer.spec, zone) for zone in zones], dtype=bool)
    control = Control.of(layer, concern)
    _hits(sites, layer, control, touches)
    to_axes = nearest_distance_m(sites.ground, control.axes)
    if inside:
        _inside(sites, control, touches)
        distances = np.fmin(nearest_distance_m(sites.ground, control.areas), to_axes)
    else:
        distances = _outside(sites, control.areas, layer.coverage, touches)
    uncovered = _uncovered(sites, layer)
    near_border = _near_coverage_border(sites, layer.coverage, near_m)
    for i, touch in enumerate(touches):
        touch.distance_m = None if np.isnan(distances[i]) else float(distances[i])
        touch.uncovered_m2 = float(uncovered[i])
        needs_width = bool(to_axes[i] <= near_m or near_border[i])
        touch.reasons = _reasons(sites, i, layer, touch, needs_width=needs_width, near_m=near_m)
    return touches


def place(sites: Sites, townships: Layer | None) -> list[tuple[str, ...]]:
    """Names of the townships each site's ground touches, largest part first."""
    parts: list[dict[str, float]] = [{} for _ in sites.ids]
    if townships is not None:
        names = [name or key for name, key in zip(townships.names, townships.ids, strict=True)]
        for i, j, weight in _weights(sites.ground, townships.features):
            parts[i][names[j]] = parts[i].get(names[j], 0.0) + weight
    return [tuple(sorted(part, key=lambda name: (-part[name], name))) for part in parts]


def _weights(a: Regions, b: Regions) -> list[tuple[int, int, float]]:
    """Pairs with their common area, length or count, whichever the shape of `a` has."""
    pairs = overlap_pairs(a, b)
    size = np.where(
        pairs.area_m2 > 0, pairs.area_m2, np.where(pairs.length_m > 0, pairs.length_m, pairs.count)
    )
    return [(int(i), int(j), float(w)) for i, j, w in zip(pairs.a, pairs.b, size, strict=True)]


def _zones_of(layer: Layer) -> list[str]:
    if "zone" not in layer.attributes:
        return [""] * len(layer)
    return [str(v) for v in layer.attributes["zone"]]


_UNIT_WORDS = ("优先", "重点", "一般")
"""Classes of control units; a zone that holds none of them is not understood."""


def is_concern(spec: LayerSpec, zone: str) -> bool:
    """Whether touching this zone is the matter; a zone that is missing or not understood always counts."""
    return not spec.concern or not is_understood(spec, zone) or any(word in zone for word in spec.concern)


def is_understood(spec: LayerSpec, zone: str) -> bool:
    """Whether the zone says what it is."""
    if spec.role is LayerRole.CONTROL_UNIT:
        return any(word in zone for word in (*_UNIT_WORDS, *spec.concern))
    return bool(zone)


def _hits(sites: Sites, layer: Layer, control: Control, touches: list[Touch]) -> None:
    """Features touched, in the layer's order, and the zones they belong to."""
    ids, names, zones = layer.ids, layer.names, _zones_of(layer)
    areas: dict[tuple[int, int], float] = {}
    pairs = overlap_pairs(sites.ground, control.features)
    for i, j, area in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
        areas[int(i), int(j)] = float(area)
    for i, k in control.axes.tree.query(sites.ground.shapes, predicate="intersects").T:
        areas.setdefault((int(i), int(control.axis_features[k])), 0.0)
    lengths: dict[tuple[int, int], float] = {}
    lines = np.flatnonzero(sites.drawn.dimensions == 1)
    if len(lines):
        along = overlap_pairs(sites.drawn.take(lines), control.features)
        lengths = {
            (int(lines[i]), int(j)): float(m)
            for i, j, m in zip(along.a, along.b, along.length_m, strict=True)
        }
    found: list[list[FeatureHit]] = [[] for _ in touches]
    for (i, j), area in sorted(areas.items()):
        found[i].append(FeatureHit(ids[j], names[j], zones[j], area, lengths.get((i, j), 0.0)))
    for touch, hits in zip(touches, found, strict=True):
        touch.hits = tuple(hits)
        by_zone: dict[str, float] = {}
        for hit in hits:
            by_zone[hit.zone] = by_zone.get(hit.zone, 0.0) + hit.area_m2
        touch.zones = tuple(by_zone.items())
        touch.concern_zones = tuple(zone for zone in by_zone if is_concern(layer.spec, zone))


def _inside(sites: Sites, control: Control, touches: list[Touch]) -> None:
    """Fill in what lies inside the layer."""
    pairs = overlap_pairs(sites.ground, control.areas)
    shapes = overlap_shapes(sites.ground, control.areas, pairs)
    parts: dict[int, list[BaseGeometry]] = {}
    for i, area, planar, length, count, shape in zip(
        pairs.a, pairs.area_m2, pairs.planar_m2, pairs.length_m, pairs.count, shapes, strict=True
    ):
        touch = touches[i]
        touch.area_m2 += float(area)
        touch.planar_m2 += float(planar)
        touch.concerned |= bool(area > CONTACT_AREA_M2 or length > CONTACT_WIDTH_M or count > 0)
        parts.setdefault(int(i), []).append(shape)
    lines = np.flatnonzero(sites.drawn.dimensions == 1)
    if len(lines):
        along = overlap_pairs(sites.drawn.take(lines), control.areas)
        for i, length in zip(lines[along.a], along.length_m, strict=True):
            touches[i].length_m += float(length)
    for i in np.unique(control.axes.tree.query(sites.ground.shapes, predicate="intersects")[0]):
        touches[i].concerned = True
    for i, shapes_of in parts.items():
        touches[i].shape = shapely.union_all(shapes_of) if len(shapes_of) > 1 else shapes_of[0]


def _outside(
    sites: Sites, areas: Regions, coverage: Regions | None, touches: list[Touch]
) -> NDArray[np.float64]:
    """Fill in what lies outside the layer but inside its coverage; gives each site's distance to the outside."""
    rest = Regions(difference(sites.ground, areas), sites.ground.plane)
    judged = rest if coverage is None else _cut_to(rest, coverage)
    along = judged if sites.ground is sites.drawn else _cut_to(sites.drawn, judged)
    gone = shapely.is_empty(judged.shapes)
    for i in np.flatnonzero(~gone):
        touch = touches[i]
        touch.area_m2 = float(judged.area_m2[i])
        touch.planar_m2 = float(judged.planar_m2[i])
        touch.length_m = float(along.length_m[i]) if sites.drawn.dimensions[i] == 1 else 0.0
        touch.concerned = touch.area_m2 > CONTACT_AREA_M2 or bool(sites.ground.dimensions[i] < 2)
        touch.concern_zones = ("",)
        touch.shape = judged.shapes[i]
    outer = Regions(np.array([shapely.union_all(areas.shapes)], dtype=object), areas.plane)
    return np.where(shapely.is_empty(rest.shapes), distance_to_boundary_m(sites.ground, outer), 0.0)


def _cut_to(a: Regions, b: Regions) -> Regions:
    """Each shape of `a` cut to the union of `b`; empty where they do not meet."""
    pairs = overlap_pairs(a, b)
    shapes = overlap_shapes(a, b, pairs)
    cut = [shapely.union_all(shapes[pairs.a == i]) for i in range(len(a))]
    return Regions(np.array(cut, dtype=object), a.plane)


def _is_hairline(shape: BaseGeometry, unit_m: float) -> bool:
    """Whether a shape is nowhere wider than the contact width; its mean width rules most shapes out at once."""
    mean_width = 2 * shapely.area(shape) / shapely.length(shape) * unit_m
    return bool(mean_width <= CONTACT_WIDTH_M and overlap_width([shape], unit_m=unit_m)[0] <= CONTACT_WIDTH_M)


def _uncovered(sites: Sites, layer: Layer) -> NDArray[np.float64]:
    """m² of each site outside the coverage; inf marks an axis or point that leaves it."""
    if layer.coverage is None:
        return np.array(sites.ground.area_m2, dtype=float)
    rest = difference(sites.ground, layer.coverage)
    cut = np.flatnonzero([left is not whole for left, whole in zip(rest, sites.ground.shapes, strict=True)])
    area = sites.ground.area_m2.copy()
    area[cut] = Regions(rest[cut], sites.ground.plane).area_m2
    return np.where(sites.ground.dimensions == 2, area, np.where(shapely.is_empty(rest), 0.0, np.inf))


def _near_coverage_border(sites: Sites, coverage: Regions | None, near_m: float) -> NDArray[np.bool_]:
    """Axes and points without a width so near the coverage's border that their ground may leave it."""
    near = np.zeros(len(sites.ids), dtype=bool)
    axial = sites.axial
    if coverage is not None and len(axial):
        whole = Regions(np.array([shapely.union_all(coverage.shapes)], dtype=object), coverage.plane)
        near[axial] = distance_to_boundary_m(sites.ground.take(axial), whole) <= near_m
    return near


def _reasons(
    sites: Sites, i: int, layer: Layer, touch: Touch, *, needs_width: bool, near_m: float
) -> tuple[Reason, ...]:
    """What keeps this site from a plain answer, beyond the layer's own standing."""
    reasons: list[Reason] = []
    uncovered = layer.coverage is not None and touch.uncovered_m2 > UNCOVERED_M2
    if not np.isfinite(touch.uncovered_m2):
        touch.uncovered_m2 = 0.0
    if uncovered:
        reasons.append(Reason.OUTSIDE_COVERAGE)
        if layer.spec.polarity is Polarity.OUTSIDE and not touch.concerned:
            return tuple(reasons)  # outside the line drawn, but nobody knows whether there is another
    areal = sites.ground.dimensions[i] == 2
    distance = np.inf if touch.distance_m is None else touch.distance_m
    if touch.concerned:
        wide = touch.shape is None or not areal or touch.area_m2 <= CONTACT_AREA_M2
        if not wide and _is_hairline(touch.shape, sites.ground.plane.unit_m):
            reasons.append(Reason.EDGE_CONTACT)
    elif needs_width or (not areal and distance <= near_m):
        reasons.append(Reason.NEEDS_WIDTH)
    elif distance <= CONTACT_WIDTH_M:
        reasons.append(Reason.EDGE_CONTACT)
    zoned = layer.spec.polarity is Polarity.INSIDE and "zone" in layer.spec.fields
    if touch.concerned and zoned and not all(is_understood(layer.spec, z) for z in touch.concern_zones):
        reasons.append(Reason.UNKNOWN_ZONE)
    return tuple(reasons)
