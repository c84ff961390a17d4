"""Overlaps by cells: areas without a shape (see `eco_gis.geometry.cells`)."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.overlay import by_geos
from eco_gis.geometry.overlay.table import PairTable
from eco_gis.geometry.parts import simple_parts
from eco_gis.geometry.regions import Regions

Floats = NDArray[np.float64]
Index = NDArray[np.intp]

_COLLECTION = 7
_ROUNDING = 1e-12
"""Share of the terms of a length below which their sum is 0."""
_LAST_BIT = 1e-9
"""Length in m, and number of points, that is 0: two last bits of a plane coordinate."""


def polygon_pairs(a: Regions, b: Regions) -> PairTable:
    """Pairs of polygons with a common area.

    The layer with fewer vertices is put into the index, the other is streamed past it: a choice by the
    layers alone, so that the same layers always give the same bits.
    """
    from eco_gis.geometry.cells.pairs import common_areas  # compiles: only where it is used

    if b.rings.vertices <= a.rings.vertices:
        one, other, planar, area = common_areas(a.rings, b.cells)
        return PairTable.of_areas(one, other, planar, area)
    other, one, planar, area = common_areas(b.rings, a.cells)
    return PairTable.of_areas(one, other, planar, area)


def pairs_among(regions: Regions) -> PairTable:
    """Pairs a < b of the polygons of one layer with a common area."""
    from eco_gis.geometry.cells.pairs import common_areas

    one, other, planar, area = common_areas(regions.rings, regions.cells, among_itself=True)
    return PairTable.of_areas(one, other, planar, area)


def thin_pairs(a: Regions, b: Regions) -> PairTable:
    """Pairs of a polygon with a line or points inside it.

    Lines that pass a place twice, points given twice, points on lines of the grid and mixed collections are
    left to GEOS, so that both engines tell the same.
    """
    return _thin_in(a, b).joined(_thin_in(b, a).turned())


def _thin_in(thin: Regions, ground: Regions) -> PairTable:
    """Lines and points of `thin` in the polygons of `ground`."""
    from eco_gis.geometry.cells.thin import inner_lengths, inner_points, on_grid

    index = ground.cells
    odd = (shapely.get_type_id(thin.shapes) == _COLLECTION) | ~shapely.is_simple(thin.shapes)
    points, owner = _coordinates(thin, 0)
    odd[owner[on_grid(points, index)]] = True
    told = (thin.dimensions == 0) | (thin.dimensions == 1)
    plain = np.flatnonzero((thin.dimensions == 1) & ~odd)
    lines, line = simple_parts(thin.shapes[plain])
    starts = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))]).astype(np.int64)
    i, j, size = inner_lengths(shapely.get_coordinates(lines), starts, index)
    lengths = _summed(plain[line[i]], j, size * thin.plane.unit_m, len(ground))
    chosen = ~odd[owner]
    i, j, size = inner_points(points[chosen], index)
    i, j, _ = _summed(i, j, size, len(ground))
    counts = _summed(owner[chosen][i], j, np.ones(len(i)), len(ground))
    rest = np.flatnonzero(odd & told)
    table = PairTable.of_thin(*lengths, counts=False).joined(PairTable.of_thin(*counts, counts=True))
    by_shape = by_geos.thin_pairs(thin.take(rest), ground.take(np.flatnonzero(ground.dimensions == 2)))
    return table.joined(by_shape.renamed(rest, np.flatnonzero(ground.dimensions == 2)))


def _coordinates(regions: Regions, dimension: int) -> tuple[Floats, Index]:
    """Vertices of the shapes of one dimension, and the shape of each."""
    chosen = np.flatnonzero(regions.dimensions == dimension)
    points, owner = shapely.get_coordinates(regions.shapes[chosen], return_index=True)
    return points, chosen[owner]


def _summed(i: Index, j: Index, size: Floats, width: int) -> tuple[Index, Index, Floats]:
    """Sums by pair, without those that only rounding makes."""
    key, group = np.unique(i.astype(np.int64) * max(width, 1) + j, return_inverse=True)
    total, scale = np.zeros(len(key)), np.zeros(len(key))
    np.add.at(total, group, size)
    np.add.at(scale, group, np.abs(size))
    some = total > np.maximum(_ROUNDING * scale, _LAST_BIT)
    first, second = np.divmod(key[some], max(width, 1))
    return first.astype(np.intp), second.astype(np.intp), total[some]
