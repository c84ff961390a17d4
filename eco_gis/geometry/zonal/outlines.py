"""Regions as edges in grid units, each polygon on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.parts import as_shapes
from eco_gis.geometry.rings import Rings
from eco_gis.geometry.zonal.grid import Floats, Grid

Ints = NDArray[np.intp]

COMPILED_FROM = 1e6
"""Cells and vertices from which compiled code is used: fewer are done before it would be loaded."""


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

    cells: Floats
    """Area of each polygon in cells, on the endless grid."""
    boxes: Floats
    """(parts, 4) lowest column, lowest row, highest column, highest row of each polygon."""

    @classmethod
    def of(cls, regions: Any, grid: Grid) -> Outlines:
        """The polygons of regions in the raster's CRS; None, empty shapes, lines and points have none."""
        rings = regions if isinstance(regions, Rings) else Rings.of(as_shapes(regions))
        u, v = grid.to_units(rings.xy[:, 0], rings.xy[:, 1])
        areas, boxes = _measured(u, v, rings.ring)
        sign = np.where(rings.hole == (areas < 0), 1.0, -1.0)
        shells = np.flatnonzero(~rings.hole)
        cells = np.add.reduceat(sign * areas, shells) if len(shells) else areas
        return cls(
            u=u,
            v=v,
            ring=rings.ring,
            sign=sign,
            part=np.append(shells, len(rings.hole)),
            region=np.searchsorted(rings.feature, shells, side="right") - 1,
            count=len(rings),
            cells=cells,
            boxes=boxes[shells],  # holes lie within their shell
        )

    @property
    def lines(self) -> tuple[Floats, Floats, Ints, Floats, Ints, Ints]:
        """The arrays as compiled code takes them."""
        return self.u, self.v, self.ring, self.sign, self.part, self.region

    @property
    def large(self) -> bool:
        """Whether there are so many cells and vertices to go through that compiled code pays."""
        return float(np.abs(self.cells).sum()) + len(self.u) > COMPILED_FROM


def _measured(u: Floats, v: Floats, ring: Ints) -> tuple[Floats, Floats]:
    """Signed area of each ring and its box."""
    if len(ring) < 2:
        return np.zeros(0), np.zeros((0, 4))
    if len(u) > COMPILED_FROM:
        # numba comes with it, and only large jobs wait for that
        from eco_gis.geometry.zonal.sweep import measured

        return measured(u, v, ring)
    size, first = np.diff(ring), ring[:-1]
    du, dv = u - np.repeat(u[first], size), v - np.repeat(v[first], size)
    cross = du[:-1] * dv[1:] - du[1:] * dv[:-1]
    cross[ring[1:-1] - 1] = 0.0  # from the end of a ring to the start of the next
    extremes = [f.reduceat(values, first) for f in (np.minimum, np.maximum) for values in (u, v)]
    return np.add.reduceat(np.append(cross, 0.0), first) / 2, np.column_stack(extremes)
