"""Regions as edges in grid units, each polygon on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import as_shapes, simple_parts
from eco_gis.geometry.zonal.grid import Floats, Grid


@dataclass(frozen=True)
class Outlines:
    """Polygons of many regions as vertices of closed rings, in grid units relative to (0, 0) of the grid.

    A multipolygon is taken apart: a polygon's window stays small though its region may reach far.
    """

    u: Floats
    """Column of each vertex, with fraction; the rings follow one another."""
    v: Floats
    """Row of each vertex."""
    ring: NDArray[np.intp]
    """(rings + 1,) where each ring begins."""
    sign: NDArray[np.float64]
    """+1 or −1 for each ring: makes shells count up and holes count down whatever their direction."""
    part: NDArray[np.intp]
    """(parts + 1,) the first ring of each polygon."""
    region: NDArray[np.intp]
    """Region of each polygon, ascending."""
    count: int
    """Regions, with those that have no polygon."""

    @classmethod
    def of(cls, shapes: Any, grid: Grid) -> Outlines:
        """The polygons of shapes in the raster's CRS; None, empty shapes, lines and points have none."""
        given = as_shapes(shapes)
        polygons, region = simple_parts(given)
        solid = shapely.get_type_id(polygons) == 3
        polygons, region = polygons[solid], region[solid]
        rings, owner = shapely.get_rings(polygons, return_index=True)
        xy, vertex_ring = shapely.get_coordinates(rings, return_index=True)
        u, v = grid.to_units(xy[:, 0], xy[:, 1])
        starts = np.searchsorted(vertex_ring, np.arange(len(rings) + 1))
        first_ring = np.searchsorted(owner, np.arange(len(polygons) + 1))
        shell = np.zeros(len(rings), dtype=bool)
        shell[first_ring[:-1]] = True
        turned = _ring_areas(u, v, starts) < 0
        sign = np.where(shell == turned, -1.0, 1.0)
        return cls(u, v, starts, sign, first_ring, region, len(given))

    def cells(self) -> Floats:
        """Area of each polygon in cells, on the endless grid."""
        areas = self.sign * _ring_areas(self.u, self.v, self.ring)
        return np.asarray(np.add.reduceat(areas, self.part[:-1]) if len(areas) else areas)

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


def _ring_areas(u: Floats, v: Floats, starts: NDArray[np.intp]) -> Floats:
    """Signed area of each ring, measured from its first vertex."""
    if len(starts) < 2:
        return np.zeros(0)
    size = np.diff(starts)
    du, dv = u - np.repeat(u[starts[:-1]], size), v - np.repeat(v[starts[:-1]], size)
    cross = du[:-1] * dv[1:] - du[1:] * dv[:-1]
    cross[starts[1:-1] - 1] = 0.0  # from the end of a ring to the start of the next
    return np.asarray(np.add.reduceat(np.append(cross, 0.0), starts[:-1]) / 2)
