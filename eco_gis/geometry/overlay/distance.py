"""Distances between shapes, and the width of one."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.crs import require_same_plane
from eco_gis.geometry.parts import as_shapes, chunks, keep_dimension, simple_parts
from eco_gis.geometry.regions import PIECE_VERTICES, Regions

Floats = NDArray[np.float64]


def nearest_distance_m(a: Regions, b: Regions) -> Floats:
    """Distance from each shape of `a` to the nearest of `b`, planar ÷ local scale, in m.

    0 where they touch; nan where `a` is empty or None, and everywhere when `b` holds no shape.
    """
    require_same_plane(a.plane, b.plane)
    return _distance(a, b.pieces.tree)


def distance_to_boundary_m(a: Regions, b: Regions) -> Floats:
    """Distance from each shape of `a` to the nearest border line of the polygons of `b`, in m.

    For a site inside an urban boundary (城镇开发边界) this is how far it stays from the line.
    """
    require_same_plane(a.plane, b.plane)
    lines, _ = simple_parts(shapely.boundary(b.shapes[b.dimensions == 2]))
    return _distance(a, shapely.STRtree(chunks(lines, PIECE_VERTICES)))


def _distance(a: Regions, others: shapely.STRtree) -> Floats:
    """Contact first: whether two shapes meet is cheaper to tell than how far apart they are."""
    out = np.full(len(a), np.nan)
    asked = np.flatnonzero(a.dimensions >= 0)
    if not len(others) or not len(asked):
        return out
    meeting, _ = others.query(a.shapes[asked], predicate="intersects")
    out[asked[meeting]] = 0.0
    apart = asked[np.isnan(out[asked])]
    i, j = others.query_nearest(a.shapes[apart], all_matches=False)
    line = shapely.shortest_line(a.shapes[apart[i]], others.geometries[j])
    points = shapely.get_coordinates(line).reshape(-1, 2, 2)
    planar = np.hypot(*(points[:, 1] - points[:, 0]).T) * a.plane.unit_m
    out[apart[i]] = planar / a.plane.scale_at(*points.mean(axis=1).T)
    return out


def overlap_width(shapes: Any, *, unit_m: float = 1.0) -> Floats:
    """Width in m of each polygon at its widest place; 0 for shapes without area.

    The largest w such that half of it, taken off all round, leaves ground; to one part in a thousand.

    >>> overlap_width([shapely.box(0, 0, 100, 2), shapely.Point(0, 0)]).round(2).tolist()
    [2.0, 0.0]
    """
    given = keep_dimension(as_shapes(shapes), 2)
    area = shapely.area(given)
    solid = np.flatnonzero(area > 0)
    out = np.zeros(len(given))
    low = np.log(area[solid] / shapely.length(given[solid]))
    high = np.log(np.sqrt(area[solid] / np.pi) * 1.001)
    while len(solid) and np.max(high - low) > 1e-3:
        middle = (low + high) / 2
        left = ~shapely.is_empty(shapely.buffer(given[solid], -np.exp(middle)))
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    out[solid] = 2 * np.exp((low + high) / 2) * unit_m
    return out
