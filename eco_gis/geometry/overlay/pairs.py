"""Pair table: which shapes overlap, by how much, and the shape of their overlap."""

from __future__ import annotations

import numpy as np

from eco_gis.geometry.crs import require_same_plane
from eco_gis.geometry.overlay import by_cells, by_geos
from eco_gis.geometry.overlay.engine import Engine, takes_cells, thin_takes_cells
from eco_gis.geometry.overlay.table import Index, PairTable
from eco_gis.geometry.parts import Shapes
from eco_gis.geometry.regions import Regions


def overlap_pairs(a: Regions, b: Regions, *, engine: Engine = "auto") -> PairTable:
    """Every pair with a positive overlap: two polygons by area, line and polygon by length, points by count.

    Contact along an edge or at a point is no pair, nor is a line that only runs along a border, nor are
    two lines or points. Empty and None overlap nothing.

    Parameters
    ----------
    engine
        How areas are measured (see `engine`); the engines agree to 1e-9 of the operands' areas and a few
        ulp of their borders.

    Raises
    ------
    CRSMismatchError
        When the planes differ.
    """
    require_same_plane(a.plane, b.plane)
    areas = by_cells.polygon_pairs if takes_cells(a, b, engine) else by_geos.polygon_pairs
    table = areas(a, b)
    if (a.dimensions < 2).any() or (b.dimensions < 2).any():
        thin = by_cells.thin_pairs if thin_takes_cells(a, b, engine) else by_geos.thin_pairs
        table = table.joined(thin(a, b))
    return table


def self_overlaps(regions: Regions, *, engine: Engine = "auto") -> PairTable:
    """Pairs a < b of the polygons of one layer with a common area; the layer's own ground counted twice."""
    among = by_cells.pairs_among if takes_cells(regions, regions, engine) else by_geos.pairs_among
    return among(regions)


def overlap_shapes(a: Regions, b: Regions, pairs: PairTable) -> Shapes:
    """The shape of each pair's overlap, of the dimension that was measured."""
    left, right = a.shapes[pairs.a], b.shapes[pairs.b]
    both = (a.dimensions[pairs.a] == 2) & (b.dimensions[pairs.b] == 2)
    out = np.empty(len(pairs), dtype=object)
    out[both] = by_geos.common_ground(left[both], right[both])
    out[~both] = by_geos.inner_part(left[~both], right[~both])
    return out


def overlap_parts(a: Regions, b: Regions) -> tuple[Index, Index, Shapes]:
    """Each pair of polygons with a common area and the shape of it, sorted by (a, b).

    For whom the shapes count: the pairs of `overlap_pairs` and their `overlap_shapes`, laid over one another once.

    Raises
    ------
    CRSMismatchError
        When the planes differ.
    """
    require_same_plane(a.plane, b.plane)
    if takes_cells(a, b, "auto"):
        pairs = by_cells.polygon_pairs(a, b)
        return pairs.a, pairs.b, overlap_shapes(a, b, pairs)
    return by_geos.polygon_parts(a, b)
