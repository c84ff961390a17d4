"""Overlaps by GEOS: the shape of each is built and measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.area import ellipsoidal_area, ellipsoidal_length, planar_area
from eco_gis.geometry.overlay.judged import common_polygons
from eco_gis.geometry.overlay.robust import by_size, robust
from eco_gis.geometry.overlay.table import PairTable
from eco_gis.geometry.parts import Shapes, dimensions, keep_dimension
from eco_gis.geometry.regions import Pieces, Regions

Floats = NDArray[np.float64]
Index = NDArray[np.intp]


def polygon_pairs(a: Regions, b: Regions) -> PairTable:
    """Pairs of polygons with a common area."""
    pa, pb = a.pieces, b.pieces
    i, j = _candidates(pa, pb)
    return _measured(a, b, pa.source[i], pb.source[j], common_ground(pa.shapes[i], pb.shapes[j]))


def pairs_among(regions: Regions) -> PairTable:
    """Pairs a < b of the polygons of one layer with a common area."""
    pieces = regions.pieces
    i, j = _candidates(pieces, pieces)
    once = pieces.source[i] < pieces.source[j]
    i, j = i[once], j[once]
    shared = common_ground(pieces.shapes[i], pieces.shapes[j])
    return _measured(regions, regions, pieces.source[i], pieces.source[j], shared)


def polygon_parts(a: Regions, b: Regions) -> tuple[Index, Index, Shapes]:
    """Pairs of polygons with a common area, and its shape, in one overlay; sorted by pair."""
    i, j = _candidates(a, b)
    order = np.lexsort((j, i))
    i, j = i[order], j[order]
    shared = common_ground(a.shapes[i], b.shapes[j])
    some = shapely.area(shared) > 0
    return i[some], j[some], shared[some]


def _candidates(a: Regions | Pieces, b: Regions | Pieces) -> tuple[Index, Index]:
    """Pairs of polygons whose boxes meet."""
    i, j = b.tree.query(a.shapes)
    both = (shapely.get_dimensions(a.shapes[i]) == 2) & (shapely.get_dimensions(b.shapes[j]) == 2)
    return i[both], j[both]


def thin_pairs(a: Regions, b: Regions) -> PairTable:
    """Pairs of a polygon with a line or points inside it."""
    # whole polygons, and not their pieces: the border of a piece is not a border
    i, j = _thin_candidates(a, b)
    return _measured(a, b, i, j, inner_part(a.shapes[i], b.shapes[j]))


def _measured(a: Regions, b: Regions, i: Index, j: Index, shared: Shapes) -> PairTable:
    """The measures of shared shapes, summed by pair."""
    key, group = np.unique(i.astype(np.int64) * max(len(b), 1) + j, return_inverse=True)

    def total(values: NDArray[Any]) -> Floats:
        return np.asarray(np.bincount(group, weights=values, minlength=len(key)), dtype=np.float64)

    planar = total(planar_area(shared, a.plane))
    length = total(ellipsoidal_length(shared, a.plane))
    points = total(np.where(dimensions(shared) == 0, shapely.get_num_geometries(shared), 0))
    area = total(ellipsoidal_area(shared, a.plane))
    some = (planar > 0) | (length > 0) | (points > 0)
    first, second = np.divmod(key[some], max(len(b), 1))
    return PairTable(
        first.astype(np.intp),
        second.astype(np.intp),
        area[some],
        planar[some],
        length[some],
        points[some].astype(np.intp),
    )


def common_ground(left: Shapes, right: Shapes) -> Shapes:
    """Intersection of pairs of polygons; a polygon wholly inside its partner is passed as it is."""
    host, guest = by_size(left, right)
    inside = shapely.contains_properly(host, guest)
    out = np.full(len(left), shapely.Polygon(), dtype=object)
    out[inside] = guest[inside]
    cut = np.flatnonzero(~inside)
    cut = cut[shapely.intersects(host[cut], guest[cut])]
    out[cut] = common_polygons(left[cut], right[cut])
    return out


def _thin_candidates(a: Regions, b: Regions) -> tuple[Index, Index]:
    """Pairs of a polygon with a line or point that may overlap."""
    i, j = b.tree.query(a.shapes)
    one = (a.dimensions[i] == 2) != (b.dimensions[j] == 2)
    i, j = i[one], j[one]
    meet = shapely.intersects(*by_size(a.shapes[i], b.shapes[j]))
    return i[meet], j[meet]


def inner_part(left: Shapes, right: Shapes) -> Shapes:
    """The part of each line or point that lies in the interior of the polygon it is paired with."""
    first = dimensions(left) == 2
    polygon, thin = np.where(first, left, right), np.where(first, right, left)
    common = robust(shapely.intersection, thin, polygon)
    inner = robust(shapely.difference, common, shapely.boundary(polygon))
    for dimension in (0, 1):
        chosen = dimensions(thin) == dimension
        inner[chosen] = keep_dimension(inner[chosen], dimension)
    return inner
