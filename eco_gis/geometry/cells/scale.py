"""The areal scale of a plane inside a cell, linear, and over a run of cells."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import bare_kernel
from eco_gis.geometry.crs import Plane

Floats = NDArray[np.float64]

CELL_M = 128.0
"""Side of a cell in m, or the next smaller power of two of a plane's other unit.

Twice or half of it takes about as long. The areal scale of a projection is linear within such a cell to
1e-11. It is the same for all layers, so that what a pair has in common depends on the pair
alone, to the last bit, and on nothing else in its layers."""


class Grid(NamedTuple):
    """The cells of a plane, and what one planar m² is on the ellipsoid.

    Coordinates are in cells, u and v run from −1 to 1 over the plane's domain.
    """

    side: float
    """Side of a cell in plane units."""
    cell_m2: float
    """Planar m² of a cell."""
    excess: Floats
    """(p, q) coefficients of uᵖvᑫ of the areal scale less 1."""
    primitive: Floats
    """Coefficients of its integral in x, in cells."""
    running: Floats
    """Coefficients of the function that grows from side to side of a cell by the mean of the excess in it.

    In a cell that a border crosses, what is counted whole and what is taken off again must be measured
    alike: both by the scale that is linear in the cell and has its mean."""
    middle: Floats
    """Middle of the domain (x, y), in cells."""
    half: Floats
    """Half the size of the domain (x, y), in cells."""


@functools.lru_cache(maxsize=64)
def grid_of(plane: Plane) -> Grid:
    """The cells of a plane."""
    side = 2.0 ** math.floor(math.log2(CELL_M / plane.unit_m))
    west, south, east, north = np.asarray(plane.domain) / side
    excess, primitive = _powers(plane.area_scale.excess), _powers(plane.area_scale.primitive) / side
    half = np.array([east - west, north - south]) / 2
    running = primitive.copy()  # exact along the row; across it the mean of f is f + f''/24
    n = np.arange(2, primitive.shape[1])
    running[:, : len(n)] += primitive[:, 2:] * n * (n - 1) / half[1] ** 2 / 24
    middle = np.array([west + east, south + north]) / 2
    return Grid(side, (side * plane.unit_m) ** 2, excess, primitive, running, middle, half)


def _powers(coefficients: Floats) -> Floats:
    """Chebyshev coefficients as coefficients of powers."""
    out = np.zeros(coefficients.shape)
    for n, row in enumerate(np.eye(coefficients.shape[1])):
        power = chebyshev.cheb2poly(row)
        out[:, : len(power)] += np.outer(coefficients[:, n], power)
    columns = out.copy()
    out[:] = 0.0
    for m, row in enumerate(np.eye(coefficients.shape[0])):
        power = chebyshev.cheb2poly(row)
        out[: len(power)] += np.outer(power, columns[m])
    return out


@bare_kernel
def quadratic_excess(grid: Grid, x: float, y: float) -> tuple[float, float, float, float, float, float]:
    """Areal scale less 1 at a point: the value, its slopes in x and y, and in xx, xy and yy, per cell.

    Horner's rule in u over Horner's rule in v, each with its derivatives.
    """
    u, v = (x - grid.middle[0]) / grid.half[0], (y - grid.middle[1]) / grid.half[1]
    s, su, sv, suu, suv, svv = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for m in range(grid.excess.shape[0] - 1, -1, -1):
        inner, slope, bend = 0.0, 0.0, 0.0
        for n in range(grid.excess.shape[1] - 1, -1, -1):
            bend = bend * v + 2 * slope
            slope = slope * v + inner
            inner = inner * v + grid.excess[m, n]
        suu = suu * u + 2 * su
        suv = suv * u + sv
        su = su * u + s
        s = s * u + inner
        sv = sv * u + slope
        svv = svv * u + bend
    a, b = 1.0 / grid.half[0], 1.0 / grid.half[1]
    return s, su * a, sv * b, suu * a * a, suv * a * b, svv * b * b


@bare_kernel
def linear_excess(grid: Grid, column: int, row: int) -> tuple[float, float, float]:
    """l such that the scale less 1 is l₀ + l₁x + l₂y at (x, y) from the cell's lower left corner.

    Its mean over the cell is that of the scale, so that only what a border cuts is a little off.
    """
    value, along_x, along_y, bent_x, _, bent_y = quadratic_excess(grid, column + 0.5, row + 0.5)
    return value + (bent_x + bent_y) / 24 - (along_x + along_y) / 2, along_x, along_y


@bare_kernel
def run_excess(grid: Grid, row: int, first: int, end: int) -> float:
    """Sum over the cells `first` to `end` (exclusive) of a row of the mean of the scale less 1."""
    return _at(grid, grid.running, float(end), row + 0.5) - _at(grid, grid.running, float(first), row + 0.5)


@bare_kernel
def primitive_at(grid: Grid, x: float, y: float) -> float:
    """∫ of the areal scale less 1 in x up to a point, in cells, from the middle of the domain."""
    return _at(grid, grid.primitive, x, y)


@bare_kernel
def _at(grid: Grid, coefficients: Floats, x: float, y: float) -> float:
    """A polynomial in u and v at a point (Horner's rule in both)."""
    u, v = (x - grid.middle[0]) / grid.half[0], (y - grid.middle[1]) / grid.half[1]
    value = 0.0
    for m in range(coefficients.shape[0] - 1, -1, -1):
        inner = 0.0
        for n in range(coefficients.shape[1] - 1, -1, -1):
            inner = inner * v + coefficients[m, n]
        value = value * u + inner
    return value
