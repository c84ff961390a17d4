"""The areal scale of a plane inside a cell, linear, and over a run of cells."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import kernel
from eco_gis.geometry.crs import Plane

Floats = NDArray[np.float64]

CELL_M = 128.0
"""Side of a cell in m, or the next smaller power of two of a plane's other unit.

60 to 150 m do equally well on parcels and redlines; the areal scale of a projection is linear within
such a cell to 1e-10."""


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
    middle: Floats
    """Middle of the domain (x, y), in cells."""
    half: Floats
    """Half the size of the domain (x, y), in cells."""


def grid_of(plane: Plane) -> Grid:
    """The cells of a plane."""
    side = 2.0 ** math.floor(math.log2(CELL_M / plane.unit_m))
    west, south, east, north = np.asarray(plane.domain) / side
    scale = plane.area_scale
    return Grid(
        side,
        (side * plane.unit_m) ** 2,
        _powers(scale.excess),
        _powers(scale.primitive) / side,
        np.array([west + east, south + north]) / 2,
        np.array([east - west, north - south]) / 2,
    )


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


@kernel
def excess_at(grid: Grid, x: float, y: float) -> tuple[float, float, float]:
    """Areal scale less 1 at a point, and its slopes per cell in x and y (Horner in both)."""
    u, v = (x - grid.middle[0]) / grid.half[0], (y - grid.middle[1]) / grid.half[1]
    value, along_u, along_v = 0.0, 0.0, 0.0
    for m in range(grid.excess.shape[0] - 1, -1, -1):
        inner, slope = 0.0, 0.0
        for n in range(grid.excess.shape[1] - 1, -1, -1):
            slope = slope * v + inner
            inner = inner * v + grid.excess[m, n]
        along_u = along_u * u + value
        value = value * u + inner
        along_v = along_v * u + slope
    return value, along_u / grid.half[0], along_v / grid.half[1]


@kernel
def linear_excess(grid: Grid, column: int, row: int) -> tuple[float, float, float]:
    """l such that the scale less 1 is l₀ + l₁x + l₂y at (x, y) from the cell's lower left corner."""
    value, along_x, along_y = excess_at(grid, column + 0.5, row + 0.5)
    return value - (along_x + along_y) / 2, along_x, along_y


@kernel
def run_excess(grid: Grid, row: int, first: int, end: int) -> float:
    """∫∫ of the scale less 1 over the cells `first` to `end` (exclusive) of a row, in cells."""
    return _primitive_at(grid, float(end), row + 0.5) - _primitive_at(grid, float(first), row + 0.5)


@kernel
def _primitive_at(grid: Grid, x: float, y: float) -> float:
    u, v = (x - grid.middle[0]) / grid.half[0], (y - grid.middle[1]) / grid.half[1]
    value = 0.0
    for m in range(grid.primitive.shape[0] - 1, -1, -1):
        inner = 0.0
        for n in range(grid.primitive.shape[1] - 1, -1, -1):
            inner = inner * v + grid.primitive[m, n]
        value = value * u + inner
    return value
