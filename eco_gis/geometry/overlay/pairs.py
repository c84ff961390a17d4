"""Pair table: which shapes overlap, by how much, and the shape of their overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.area import ellipsoidal_area, ellipsoidal_length, planar_area
from eco_gis.geometry.crs import require_same_plane
from eco_gis.geometry.overlay.robust import by_size, robust
from eco_gis.geometry.parts import Shapes, dimensions, keep_dimension
from eco_gis.geometry.regions import Regions

Floats = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class PairTable:
    """Pairs of shapes with a positive overlap, sorted by (a, b)."""

    a: Index
    """Index into the first operand."""
    b: Index
    """Index into the second operand."""
    area_m2: Floats
    """Ellipsoidal overlap of two polygons; 0 otherwise."""
    planar_m2: Floats
    """The same in the plane."""
    length_m: Floats
    """Length of a line inside a polygon, planar ÷ local scale; 0 otherwise."""
    count: Index
    """Points of a point shape inside a polygon; 0 otherwise."""

    def __len__(self) -> int:
        return len(self.a)


def overlap_pairs(a: Regions, b: Regions) -> PairTable:
    """Every pair with a positive overlap: two polygons by area, line and polygon by length, points by count.

    Contact along an edge or at a point is no pair, nor is a line that only runs along a border, nor are
    two lines or points. Empty and None overlap nothing.

    Raises
    ------
    CRSMismatchError
        When the planes differ.
    """
    require_same_plane(a.plane, b.plane)
    pa, pb = a.pieces, b.pieces
    i, j = pb.tree.query(pa.shapes)
    both = (shapely.get_dimensions(pa.shapes[i]) == 2) & (shapely.get_dimensions(pb.shapes[j]) == 2)
    shared = common_ground(pa.shapes[i[both]], pb.shapes[j[both]])
    thin_i, thin_j = _thin_candidates(a, b)  # on whole polygons: the border of a cell is not a border
    shared = np.concatenate([shared, _inner_part(a.shapes[thin_i], b.shapes[thin_j])])
    source_a = np.concatenate([pa.source[i[both]], thin_i]).astype(np.int64)
    source_b = np.concatenate([pb.source[j[both]], thin_j])
    key, group = np.unique(source_a * max(len(b), 1) + source_b, return_inverse=True)

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


def overlap_shapes(a: Regions, b: Regions, pairs: PairTable) -> Shapes:
    """The shape of each pair's overlap, of the dimension that was measured."""
    left, right = a.shapes[pairs.a], b.shapes[pairs.b]
    both = (a.dimensions[pairs.a] == 2) & (b.dimensions[pairs.b] == 2)
    out = np.empty(len(pairs), dtype=object)
    out[both] = common_ground(left[both], right[both])
    out[~both] = _inner_part(left[~both], right[~both])
    return out


def common_ground(left: Shapes, right: Shapes) -> Shapes:
    """Intersection of pairs of polygons; a polygon wholly inside its partner is passed as it is."""
    host, guest = by_size(left, right)
    inside = shapely.contains_properly(host, guest)
    out = np.full(len(left), shapely.Polygon(), dtype=object)
    out[inside] = guest[inside]
    cut = np.flatnonzero(~inside)
    cut = cut[shapely.intersects(host[cut], guest[cut])]
    out[cut] = keep_dimension(robust(shapely.intersection, left[cut], right[cut]), 2)
    return out


def _thin_candidates(a: Regions, b: Regions) -> tuple[Index, Index]:
    """Pairs of a polygon with a line or point that may overlap."""
    i, j = b.tree.query(a.shapes)
    one = (a.dimensions[i] == 2) != (b.dimensions[j] == 2)
    i, j = i[one], j[one]
    meet = shapely.intersects(*by_size(a.shapes[i], b.shapes[j]))
    return i[meet], j[meet]


def _inner_part(left: Shapes, right: Shapes) -> Shapes:
    """The part of each line or point that lies in the interior of the polygon it is paired with."""
    first = dimensions(left) == 2
    polygon, thin = np.where(first, left, right), np.where(first, right, left)
    common = robust(shapely.intersection, thin, polygon)
    inner = robust(shapely.difference, common, shapely.boundary(polygon))
    for dimension in (0, 1):
        chosen = dimensions(thin) == dimension
        inner[chosen] = keep_dimension(inner[chosen], dimension)
    return inner
