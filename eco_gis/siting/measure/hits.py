"""Features of a layer that sites touch, or that lie within the distance rules speak of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.model.layer import Layer
from eco_gis.model.siting import FeatureHit
from eco_gis.siting.measure.touch import Taken, Touch
from eco_gis.siting.measure.zones import attributes_of, divided, is_concern, is_understood, zones_of
from eco_gis.siting.sites import Control, Sites


def note_hits(
    sites: Sites, layer: Layer, control: Control, touches: list[Touch], names: Sequence[str]
) -> None:
    """Features touched, in the layer's order, and the zones and grounds they make.

    Parameters
    ----------
    names
        Feature attributes that tell grounds apart.
    """
    zones, attributes = zones_of(layer), attributes_of(layer, names)
    areas = _overlaps(sites, control)
    lengths = _lengths(sites, control)
    members: list[list[int]] = [[] for _ in touches]
    for i, j in sorted(areas):
        members[i].append(j)
    overlapping = bool(len(layer.footprint_sources.merged))
    for i, touched in enumerate(members):
        touch = touches[i]
        touch.hits = tuple(
            FeatureHit(layer.ids[j], layer.names[j], zones[j], areas[i, j], lengths.get((i, j), 0.0))
            for j in touched
        )
        touch.zones = _by_zone(touch.hits)
        if overlapping and len(touched) > 1 and sites.ground.dimensions[i] == 2:
            whole = sum(hit.area_m2 for hit in touch.hits)
            touch.zones = divided(sites, control, i, touched, zones, whole) or touch.zones
        grounds: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
        for j in touched:
            if is_concern(layer.spec, zones[j]):
                key = (zones[j], attributes[j])
                grounds[key] = grounds.get(key, 0.0) + areas[i, j]
        touch.taken = tuple(Taken(zone, told, area) for (zone, told), area in grounds.items())
        touch.is_known = all(is_understood(layer.spec, zone) for zone, _ in grounds)


def note_near(
    sites: Sites,
    layer: Layer,
    control: Control,
    touches: list[Touch],
    names: Sequence[str],
    reach_m: NDArray[np.float64],
) -> None:
    """Add features of concern that lie within each site's reach without being touched, by their distance."""
    plane = sites.ground.plane
    asking = np.flatnonzero((reach_m > 0) & (sites.ground.dimensions >= 0))
    if not len(asking):
        return
    zones, attributes = zones_of(layer), attributes_of(layer, names)
    shapes = sites.ground.shapes[asking]
    # a plane's scale differs from 1 by less than 1 in 1000 where it is used
    i, j = control.features.tree.query(
        shapes, predicate="dwithin", distance=1.001 * reach_m[asking] / plane.unit_m
    )
    lines = shapely.shortest_line(shapes[i], control.features.shapes[j])
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    planar = np.hypot(*(ends[:, 1] - ends[:, 0]).T) * plane.unit_m
    metres = planar / plane.scale_at(*ends.mean(axis=1).T)
    found: dict[int, dict[Taken, None]] = {}
    for n in np.lexsort((j, i)):
        site, zone = int(asking[i[n]]), zones[j[n]]
        if 0 < metres[n] <= reach_m[site] and is_concern(layer.spec, zone):
            near = Taken(zone, attributes[j[n]], distance_m=float(metres[n]))
            found.setdefault(site, {})[near] = None
    for site, near_by in found.items():
        touches[site].taken = (*touches[site].taken, *near_by)


def _overlaps(sites: Sites, control: Control) -> dict[tuple[int, int], float]:
    """m² of each pair of a site and a feature that meet; 0 for lines and points without a width."""
    areas: dict[tuple[int, int], float] = {}
    pairs = overlap_pairs(sites.ground, control.features)
    for i, j, area in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
        areas[int(i), int(j)] = float(area)
    for i, k in control.axes.tree.query(sites.ground.shapes, predicate="intersects").T:
        areas.setdefault((int(i), int(control.axis_features[k])), 0.0)
    return areas


def _lengths(sites: Sites, control: Control) -> dict[tuple[int, int], float]:
    """m of the axis of each line site inside each feature."""
    lines = np.flatnonzero(sites.drawn.dimensions == 1)
    if not len(lines):
        return {}
    along = overlap_pairs(sites.drawn.take(lines), control.features)
    return {
        (int(lines[i]), int(j)): float(m) for i, j, m in zip(along.a, along.b, along.length_m, strict=True)
    }


def _by_zone(hits: Sequence[FeatureHit]) -> tuple[tuple[str, float], ...]:
    by_zone: dict[str, float] = {}
    for hit in hits:
        by_zone[hit.zone] = by_zone.get(hit.zone, 0.0) + hit.area_m2
    return tuple(by_zone.items())
