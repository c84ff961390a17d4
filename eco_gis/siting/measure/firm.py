"""How firm an answer is: widths of the overlap, and the offset within the stated accuracy that would change it."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.overlay import CONTACT_AREA_M2, overlap_width
from eco_gis.geometry.parts import simple_parts
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer, Polarity
from eco_gis.siting.measure.touch import Touch
from eco_gis.siting.sites import Sites

DIRECTIONS = 16
"""Directions in which a site is moved to see whether an offset within the accuracy clears it."""
_HALVINGS = 10
_DISC_TOLERANCE = 1e-3
"""How far the disc found may fall short, as a share of the square root of the area."""
_NEAR_CONTACT_M = 0.1
"""Overlaps no wider than this are measured exactly."""


def note_widths(sites: Sites, touches: list[Touch]) -> None:
    """Width of every areal overlap at its widest place, and of its narrowest part."""
    wide = [
        i
        for i, touch in enumerate(touches)
        if touch.concerned and touch.area_m2 > CONTACT_AREA_M2 and touch.shape is not None
    ]
    parts, source = simple_parts(np.array([touches[i].shape for i in wide], dtype=object))
    widths = _widths(parts, sites.ground.plane.unit_m)
    starts = np.searchsorted(source, np.arange(len(wide) + 1))
    for k, i in enumerate(wide):
        own = widths[starts[k] : starts[k + 1]]
        own = own[own > 0]
        if len(own):
            touches[i].widest_m, touches[i].narrowest_m = float(own.max()), float(own.min())


def _widths(parts: Any, unit_m: float) -> NDArray[np.float64]:
    """Width in m of each polygon at its widest place: the largest disc in it, to one part in a hundred.

    The disc found is never larger than the largest one; near the contact width the exact measure decides.
    """
    tolerance = _DISC_TOLERANCE * np.sqrt(shapely.area(parts))
    solid = tolerance > 0
    widths = np.zeros(len(parts))
    discs = shapely.maximum_inscribed_circle(parts[solid], tolerance=tolerance[solid])
    widths[solid] = 2 * shapely.length(discs) * unit_m
    slim = solid & (widths <= _NEAR_CONTACT_M)
    widths[slim] = overlap_width(parts[slim], unit_m=unit_m)
    return widths


def note_firmness(
    sites: Sites, layer: Layer, areas: Regions, touches: list[Touch], *, has_axes: bool
) -> None:
    """Hold every answer against the accuracy of site and layer.

    The two standard errors are combined; an offset of up to twice that is looked at. A site that is
    clear hinges on its distance where that is no more. A site that is concerned hinges on the smallest
    offset of the site, in one of `DIRECTIONS`, after which nothing is concerned. An overlap that is
    wider than the offset at its widest place holds a disc that no such offset clears.

    Parameters
    ----------
    areas
        Ground of the layer that is the matter.
    has_axes
        Whether the layer holds lines or points without a width: how firm an answer is, is not known then.
    """
    if sites.accuracy_m is None or layer.spec.accuracy_m is None or has_axes:
        return
    accuracy = float(np.hypot(sites.accuracy_m, layer.spec.accuracy_m))
    outside = layer.spec.polarity is Polarity.OUTSIDE
    for i, touch in enumerate(touches):
        touch.accuracy_m = accuracy
        if not touch.concerned:
            near = touch.distance_m is not None and touch.distance_m <= 2 * accuracy
            touch.hinges_m = touch.distance_m if near else None
        elif touch.widest_m is None or touch.widest_m <= 2 * accuracy:
            touch.hinges_m = _smallest_clearing(sites.ground.shapes[i], areas, 2 * accuracy, outside=outside)


def _smallest_clearing(ground: Any, areas: Regions, most_m: float, *, outside: bool) -> float | None:
    """The smallest offset up to `most_m` after which nothing is concerned; None where there is none."""
    unit = areas.plane.unit_m
    box = shapely.box(*shapely.bounds(shapely.buffer(shapely.envelope(ground), 2 * most_m / unit)))
    near = shapely.intersection(shapely.union_all(areas.shapes[areas.tree.query(box)]), box)
    angles = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    ways = np.column_stack([np.cos(angles), np.sin(angles)])
    clearing = ways[_clears(ground, near, ways * most_m / unit, outside=outside)]
    best: float | None = None
    for way in clearing:
        low, high = 0.0, most_m
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            free = _clears(ground, near, way[None, :] * middle / unit, outside=outside)[0]
            low, high = (low, middle) if free else (middle, high)
        best = high if best is None else min(best, high)
    return best


def _clears(ground: Any, near: Any, offsets: NDArray[np.float64], *, outside: bool) -> NDArray[np.bool_]:
    """Whether nothing of the ground, moved by each offset, is concerned."""
    moved = np.array([shapely.transform(ground, lambda xy, by=by: xy + by) for by in offsets], dtype=object)
    part = shapely.difference(moved, near) if outside else shapely.intersection(moved, near)
    if shapely.get_dimensions(ground) == 2:
        return np.asarray(shapely.area(part) <= CONTACT_AREA_M2)
    return np.asarray(shapely.is_empty(part))
