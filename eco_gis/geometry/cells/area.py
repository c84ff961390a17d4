"""Areas of polygons from coordinate arrays, planar and ellipsoidal."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import bare_kernel, on_all_cores
from eco_gis.geometry.cells.index import ranges
from eco_gis.geometry.cells.scale import Grid, grid_of, primitive_at, quadratic_excess
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.parts import Shapes
from eco_gis.geometry.rings import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NEAR = 8.0
"""Cells that a ring may span for the areal scale to be quadratic in it to 1e-12, or an edge for two Gauss
nodes to be exact to rounding; longer ones are parted."""

_VERTICES = 1 << 17
"""Vertices taken out of shapes at a time: they stay near the core."""

_NODE = 0.5 / math.sqrt(3.0)


def feature_areas(rings: Rings, plane: Plane) -> tuple[Floats, Floats]:
    """Planar and ellipsoidal m² of each feature, edges straight in the plane.

    The planar area plus ∮ g dy with g = ∫(s − 1)dx, as in `eco_gis.geometry.area`.
    """
    grid = grid_of(plane)
    out = np.empty((len(rings), 2))
    on_all_cores(
        lambda first, last: _measure(
            rings.xy, rings.ring, rings.feature, rings.hole, first, last, grid, out[first:last]
        ),
        ranges(rings),
    )
    planar, excess = out.T * grid.cell_m2
    return planar, planar + excess


def shape_areas(shapes: Shapes, plane: Plane, vertices: int) -> tuple[Floats, Floats]:
    """The same of shapes of so many vertices, some at a time: while one core measures, another takes the next apart."""
    some = max(1, len(shapes) * _VERTICES // max(vertices, 1))
    out, grid = np.empty((len(shapes), 2)), grid_of(plane)

    def measure(first: int, last: int) -> None:
        part = Rings.of(shapes[first:last])
        _measure(part.xy, part.ring, part.feature, part.hole, 0, len(part), grid, out[first:last])

    on_all_cores(measure, [(first, first + some) for first in range(0, len(shapes), some)])
    planar, excess = out.T * grid.cell_m2
    return planar, planar + excess


@bare_kernel
def _measure(
    xy: Floats, ring: Ints, feature: Ints, hole: NDArray[np.bool_], first: int, last: int, grid: Grid,
    out: Floats,
) -> int:  # fmt: skip
    """Planar area in cells, and the same times the areal scale less 1, of some features; their number."""
    per_cell = 1.0 / grid.side
    for f in range(first, last):
        out[f - first, 0] = out[f - first, 1] = 0.0
        for r in range(feature[f], feature[f + 1]):
            twice, reach = _twice_and_reach(xy, ring[r], ring[r + 1], per_cell)
            inward = 1 if (twice > 0) != hole[r] else -1
            if reach <= _NEAR:
                excess = _excess_near(xy, ring[r], ring[r + 1], per_cell, grid)
            else:
                excess = _excess_far(xy, ring[r], ring[r + 1], per_cell, grid)
            out[f - first, 0] += inward * twice / 2
            out[f - first, 1] += inward * excess
    return last - first


@bare_kernel
def _twice_and_reach(xy: Floats, first: int, last: int, per_cell: float) -> tuple[float, float]:
    """Twice the signed area of a ring, and how far it goes from its first vertex, in cells."""
    x0, y0 = xy[first, 0], xy[first, 1]
    x1, y1, twice, reach = 0.0, 0.0, 0.0, 0.0
    for v in range(first + 1, last):
        x2, y2 = (xy[v, 0] - x0) * per_cell, (xy[v, 1] - y0) * per_cell
        twice += x1 * y2 - x2 * y1
        reach = max(reach, max(abs(x2), abs(y2)))
        x1, y1 = x2, y2
    return twice, reach


@bare_kernel
def _excess_near(xy: Floats, first: int, last: int, per_cell: float, grid: Grid) -> float:
    """∮ g dy of a small ring, g to the third order about its first vertex; two Gauss nodes are exact."""
    x0, y0 = xy[first, 0], xy[first, 1]
    s, sx, sy, sxx, sxy, syy = quadratic_excess(grid, x0 * per_cell, y0 * per_cell)
    x1, y1, total = 0.0, 0.0, 0.0
    for v in range(first + 1, last):
        x2, y2 = (xy[v, 0] - x0) * per_cell, (xy[v, 1] - y0) * per_cell
        middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2
        off_x, off_y = (x2 - x1) * _NODE, (y2 - y1) * _NODE
        along = 0.0
        for x, y in ((middle_x - off_x, middle_y - off_y), (middle_x + off_x, middle_y + off_y)):
            along += x * (s + y * (sy + y * syy / 2) + x * (sx / 2 + y * sxy / 2 + x * sxx / 6))
        total += along / 2 * (y2 - y1)
        x1, y1 = x2, y2
    return total


@bare_kernel
def _excess_far(xy: Floats, first: int, last: int, per_cell: float, grid: Grid) -> float:
    """∮ g dy of any ring."""
    x0, y0 = xy[first, 0], xy[first, 1]
    x1, y1, total = 0.0, 0.0, 0.0
    for v in range(first + 1, last):
        x2, y2 = (xy[v, 0] - x0) * per_cell, (xy[v, 1] - y0) * per_cell
        parts = 1 + int((abs(x2 - x1) + abs(y2 - y1)) / _NEAR)
        along = 0.0
        for k in range(parts):
            for at in (k + 0.5 - _NODE, k + 0.5 + _NODE):
                x, y = x1 + (x2 - x1) * at / parts, y1 + (y2 - y1) * at / parts
                along += primitive_at(grid, x0 * per_cell + x, y0 * per_cell + y)
        total += along / (2 * parts) * (y2 - y1)
        x1, y1 = x2, y2
    return total
