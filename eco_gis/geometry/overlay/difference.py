"""Difference: what is left of each shape without the ground of another layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.crs import require_same_plane
from eco_gis.geometry.overlay.footprint import footprint
from eco_gis.geometry.overlay.judged import polygons_without
from eco_gis.geometry.overlay.pairs import overlap_pairs, overlap_shapes
from eco_gis.geometry.overlay.robust import by_size, robust, union
from eco_gis.geometry.parts import Shapes, as_shapes, keep_dimension
from eco_gis.geometry.regions import PIECE_VERTICES, Regions

Floats = NDArray[np.float64]
Index = NDArray[np.intp]


def difference(a: Regions, b: Regions) -> Shapes:
    """Each shape of `a` without the union of all polygons of `b`, in parts of its own dimension.

    Returns
    -------
    (n,) shapes; empty where nothing is left, where `a` is empty or None, never None.

    Raises
    ------
    CRSMismatchError
        When the planes differ.
    """
    require_same_plane(a.plane, b.plane)
    out = np.array(a.shapes, dtype=object)
    out[a.dimensions < 0] = shapely.Polygon()
    polygons = np.flatnonzero((b.dimensions == 2) & b.meeting(a.total_bounds))
    ground = b.at(polygons)
    i, j = shapely.STRtree(ground).query(out)
    inside, crossing = _relation(out[i], ground[j])
    out[i[inside]] = shapely.Polygon()
    left = ~shapely.is_empty(out[i]) & crossing
    order = np.lexsort((j[left], i[left]))
    i, j = i[left][order], j[left][order]
    near = _near(out[i], j, ground)
    hit, start, count = np.unique(i, return_index=True, return_counts=True)
    cover = np.empty(len(hit), dtype=object)
    cover[:] = [near[s] if n == 1 else union(near[s : s + n]) for s, n in zip(start, count, strict=True)]
    remains = np.empty(len(hit), dtype=object)
    solid = a.dimensions[hit] == 2
    remains[solid] = polygons_without(out[hit[solid]], cover[solid])
    remains[~solid] = robust(shapely.difference, out[hit[~solid]], cover[~solid])
    for dimension in (0, 1):
        chosen = a.dimensions[hit] == dimension
        remains[chosen] = keep_dimension(remains[chosen], dimension)
    out[hit] = remains
    return out


def _relation(shapes: Shapes, polygons: Shapes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which shapes lie wholly inside their polygon, and which of the others meet it."""
    own, other = shapely.bounds(shapes), shapely.bounds(polygons)
    inside = (own[:, :2] >= other[:, :2]).all(axis=1) & (own[:, 2:] <= other[:, 2:]).all(axis=1)
    shapely.prepare(polygons[inside])
    inside[inside] = shapely.contains_properly(polygons[inside], shapes[inside])
    crossing = ~inside
    crossing[crossing] = shapely.intersects(*by_size(shapes[crossing], polygons[crossing]))
    return inside, crossing


def _near(shapes: Shapes, j: Index, polygons: Shapes) -> Shapes:
    """The polygon `j` of each shape, large ones cut to a box that holds the shape with a margin.

    The cut runs outside the shape, so that no seam falls into it.
    """
    out = polygons[j]
    box = shapely.bounds(shapes)
    margin = 1.0 + 0.01 * np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
    box += margin[:, None] * np.array([-1.0, -1.0, 1.0, 1.0])
    large = np.flatnonzero(shapely.get_num_coordinates(out) > PIECE_VERTICES)
    for index in np.unique(j[large]):
        mine = large[j[large] == index]
        out[mine] = _clips(polygons[index], box[mine])
    return out


def _clips(polygon: Any, boxes: Floats) -> Shapes:
    """One polygon cut to each of many boxes, by way of the boxes of ever smaller groups."""
    whole = np.array([*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)])
    clipped = robust(shapely.intersection, as_shapes(polygon), as_shapes(shapely.box(*whole)))
    if len(boxes) == 1 or shapely.get_num_coordinates(clipped[0]) <= PIECE_VERTICES:
        return np.repeat(keep_dimension(clipped, 2), len(boxes))
    axis = int(np.argmax(whole[2:] - whole[:2]))
    order = np.argsort(boxes[:, axis] + boxes[:, axis + 2], kind="stable")
    out = np.empty(len(boxes), dtype=object)
    for half in np.array_split(order, 2):
        out[half] = _clips(clipped[0], boxes[half])
    return out


def symmetric_difference(a: Regions, b: Regions) -> Shapes:
    """What lies in one of the two only: `a` without `b`, then `b` without `a`; empty pieces left out."""
    pieces = np.concatenate([difference(a, b), difference(b, a)])
    return np.asarray(pieces[~shapely.is_empty(pieces)])


def union_rows(a: Regions, b: Regions) -> Shapes:
    """Disjoint polygons that make up the union of both: common ground, only `a`, only `b`.

    Each operand is taken as its footprint first, so that no ground appears twice.
    """
    fa, fb = footprint(a).regions, footprint(b).regions
    common = overlap_shapes(fa, fb, overlap_pairs(fa, fb))
    return np.concatenate([common, symmetric_difference(fa, fb)])
