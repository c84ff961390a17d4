"""All sites of a layer measured against one control layer."""

from __future__ import annotations

from collections.abc import Sequence

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
)
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer, Polarity
from eco_gis.model.siting import Reason
from eco_gis.siting.measure.firm import note_firmness, note_widths
from eco_gis.siting.measure.hits import note_hits, note_near
from eco_gis.siting.measure.touch import CONTACT_WIDTH_M, UNCOVERED_M2, Taken, Touch
from eco_gis.siting.measure.zones import is_concern, zones_of
from eco_gis.siting.sites import Control, Sites


def measure(
    sites: Sites,
    layer: Layer,
    *,
    near_m: float,
    attributes: Sequence[str] = (),
    reach_m: NDArray[np.float64] | None = None,
) -> list[Touch]:
    """Measure all sites against one layer.

    For polarity *inside* the concerned ground is the part inside the layer's footprint, limited to the
    zones in `spec.concern`; for *outside* it is the part outside the footprint but inside the coverage.

    Parameters
    ----------
    near_m
        Within this distance a line or point without a width is not called clear.
    attributes
        Mapped feature attributes that tell grounds apart.
    reach_m
        (n,) distance from which rules speak of each site; None: they ask for contact.
    """
    reach = np.zeros(len(sites.ids)) if reach_m is None else reach_m
    touches = [Touch() for _ in sites.ids]
    inside = layer.spec.polarity is Polarity.INSIDE
    concern = np.array([not inside or is_concern(layer.spec, zone) for zone in zones_of(layer)], dtype=bool)
    control = Control.of(layer, concern)
    note_hits(sites, layer, control, touches, attributes)
    to_axes = nearest_distance_m(sites.ground, control.axes)
    if inside:
        _inside(sites, control, touches)
        note_near(sites, layer, control, touches, attributes, reach)
        distances = np.fmin(nearest_distance_m(sites.ground, control.areas), to_axes)
    else:
        distances = _outside(sites, control.areas, layer.coverage, touches)
    for touch, distance in zip(touches, distances, strict=True):
        touch.distance_m = None if np.isnan(distance) else float(distance)
    note_widths(sites, touches)
    note_firmness(sites, layer, control.areas, touches, has_axes=bool(len(control.axes)))
    leaves = note_uncovered(sites, layer.coverage, touches)
    near_border = near_coverage_border(sites, layer.coverage, near_m, reach)
    for i, touch in enumerate(touches):
        near = near_m + float(reach[i])
        needs_width = bool(to_axes[i] <= near or (near_border[i] and sites.ground.dimensions[i] < 2))
        found = _reasons(sites, i, layer, touch, leaves=bool(leaves[i]), needs_width=needs_width, near_m=near)
        touch.reasons = (*found, *((Reason.REACH_UNCOVERED,) if near_border[i] and reach[i] > 0 else ()))
    return touches


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
        touch.count += int(count)
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
        touch.taken = (Taken(area_m2=touch.area_m2, outside=True),)
        touch.shape = judged.shapes[i]
    outer = Regions(np.array([shapely.union_all(areas.shapes)], dtype=object), areas.plane)
    return np.where(shapely.is_empty(rest.shapes), distance_to_boundary_m(sites.ground, outer), 0.0)


def _cut_to(a: Regions, b: Regions) -> Regions:
    """Each shape of `a` cut to the union of `b`; empty where they do not meet."""
    pairs = overlap_pairs(a, b)
    shapes = overlap_shapes(a, b, pairs)
    cut = [shapely.union_all(shapes[pairs.a == i]) for i in range(len(a))]
    return Regions(np.array(cut, dtype=object), a.plane)


def note_uncovered(sites: Sites, coverage: Regions | None, touches: list[Touch]) -> NDArray[np.bool_]:
    """Fill in the part of each site outside the coverage; gives the sites that leave it."""
    if coverage is None:
        for touch, area in zip(touches, sites.ground.area_m2, strict=True):
            touch.uncovered_m2 = float(area)
        return np.zeros(len(sites.ids), dtype=bool)
    rest = Regions(difference(sites.ground, coverage), sites.ground.plane)
    left = ~shapely.is_empty(rest.shapes)
    leaves = np.where(sites.ground.dimensions == 2, rest.area_m2 > UNCOVERED_M2, left)
    for i in np.flatnonzero(left):
        touches[i].uncovered_m2 = float(rest.area_m2[i])
        touches[i].uncovered_shape = rest.shapes[i] if leaves[i] else None
    return np.asarray(leaves, dtype=bool)


def near_coverage_border(
    sites: Sites, coverage: Regions | None, near_m: float, reach_m: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Sites so near the coverage's border that ground which matters to them may lie beyond it.

    That is the ground of axes and points without a width, and what rules speak of within a distance.
    """
    far = reach_m + np.where(sites.ground.dimensions < 2, near_m, 0.0)
    near = np.zeros(len(sites.ids), dtype=bool)
    asking = np.flatnonzero((far > 0) & (sites.ground.dimensions >= 0))
    if coverage is not None and len(asking):
        whole = Regions(np.array([shapely.union_all(coverage.shapes)], dtype=object), coverage.plane)
        near[asking] = distance_to_boundary_m(sites.ground.take(asking), whole) <= far[asking]
    return near


def _reasons(
    sites: Sites, i: int, layer: Layer, touch: Touch, *, leaves: bool, needs_width: bool, near_m: float
) -> tuple[Reason, ...]:
    """What keeps this site from a plain answer, beyond the layer's own standing."""
    reasons: list[Reason] = []
    if leaves:
        reasons.append(Reason.OUTSIDE_COVERAGE)
        if layer.spec.polarity is Polarity.OUTSIDE and not touch.concerned:
            return tuple(reasons)  # outside the line drawn, but nobody knows whether there is another
    distance = np.inf if touch.distance_m is None else touch.distance_m
    if touch.concerned:
        if touch.widest_m is not None and touch.widest_m <= CONTACT_WIDTH_M:
            reasons.append(Reason.EDGE_CONTACT)
    elif needs_width or (sites.ground.dimensions[i] < 2 and distance <= near_m):
        reasons.append(Reason.NEEDS_WIDTH)
    elif distance <= CONTACT_WIDTH_M:
        reasons.append(Reason.EDGE_CONTACT)
    zoned = layer.spec.polarity is Polarity.INSIDE and "zone" in layer.spec.fields
    if touch.concerned and zoned and not touch.is_known:
        reasons.append(Reason.UNKNOWN_ZONE)
    return tuple(reasons)
