"""Regions as edges in grid units, each polygon on its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.parts import as_shapes
from eco_gis.geometry.rings import Rings
from eco_gis.geometry.zonal.grid import Floats, Grid

Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Outlines:
    """Polygons of many regions as vertices of closed rings, in grid units relative to (0, 0) of the grid.

    A multipolygon is taken apart: a polygon's window stays small though its region may reach far.
    """

    u: Floats
    """Column of each vertex, with fraction; the rings follow one another."""
    v: Floats
    """Row of each vertex."""
    ring: Ints
    """(rings + 1,) where each ring begins."""
    sign: Floats
    """+1 or −1 for each ring: makes shells count up and holes count down whatever their direction."""
    part: Ints
    """(parts + 1,) the first ring of each polygon."""
    region: Ints
    """Region of each polygon, ascending."""
    count: int
    """Regions, with those that have no polygon."""

    @classmethod
    def of(cls, regions: Any, grid: Grid) -> Outlines:
        """The polygons of regions in the raster's CRS; None, empty shapes, lines and points have none."""
        rings = regions if isinstance(regions, Rings) else Rings.of(as_shapes(regions))
        u, v = grid.to_units(rings.xy[:, 0], rings.xy[:, 1])
        turned = _ring_areas(u, v, rings.ring) < 0
        sign = np.where(rings.hole == turned, 1.0, -1.0)
        shells = np.flatnonzero(~rings.hole)
        region = np.searchsorted(rings.feature, shells, side="right") - 1
        return cls(u, v, rings.ring, sign, np.append(shells, len(rings.hole)), region, len(rings))

    @property
    def lines(self) -> tuple[Floats, Floats, Ints, Floats, Ints, Ints]:
        """The arrays as compiled code takes them."""
        return self.u, self.v, self.ring, self.sign, self.part, self.region

    def cells(self) -> Floats:
        """Area of each polygon in cells, on the endless grid."""
        areas = self.sign * _ring_areas(self.u, self.v, self.ring)
        return np.asarray(np.add.reduceat(areas, self.part[:-1]) if len(areas) else areas)

    @cached_property
    def boxes(self) -> Floats:
        """(parts, 4) lowest column, lowest row, highest column, highest row."""
        if not len(self.region):
            return np.zeros((0, 4))
        shells = self.ring[self.part[:-1]]
        # holes lie within shells, so that the box of all a polygon's vertices is that of its shell
        return np.column_stack(
            [
                reduce(values, shells)
                for reduce in (np.minimum.reduceat, np.maximum.reduceat)
                for values in (self.u, self.v)
            ]
        )


def _ring_areas(u: Floats, v: Floats, starts: Ints) -> Floats:
    """Signed area of each ring, measured from its first vertex."""
    if len(starts) < 2:
        return np.zeros(0)
    size = np.diff(starts)
    du, dv = u - np.repeat(u[starts[:-1]], size), v - np.repeat(v[starts[:-1]], size)
    cross = du[:-1] * dv[1:] - du[1:] * dv[:-1]
    cross[starts[1:-1] - 1] = 0.0  # from the end of a ring to the start of the next
    return np.asarray(np.add.reduceat(np.append(cross, 0.0), starts[:-1]) / 2)
