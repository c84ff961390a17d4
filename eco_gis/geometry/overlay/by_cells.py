"""Overlaps by cells: areas without a shape (see `eco_gis.geometry.cells`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.overlay.table import PairTable
from eco_gis.geometry.regions import Regions

Index = NDArray[np.intp]


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
