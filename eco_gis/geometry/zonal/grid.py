"""Where the cells of a raster lie, how large they are, and whoever can read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyproj
from numpy.typing import NDArray

from eco_gis.errors import UsageError
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.datum import horizontal
from eco_gis.text import Text

Floats = NDArray[np.float64]

Affine = tuple[float, float, float, float, float, float]
"""x = a·column + b·row + c, y = d·column + e·row + f at the upper left corner of a cell."""

TILE = 2048
"""Rows and columns read at a time: memory follows this, not the raster."""


class Tile(NamedTuple):
    """A window of a grid."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def window(self) -> tuple[int, int, int, int]:
        """First row and column, and the row and column after the last."""
        return self.row, self.column, self.row + self.rows, self.column + self.columns


@dataclass(frozen=True)
class Grid:
    """A raster's cells: columns along x, rows along y in either direction.

    In *grid units* a point is (column, row) with the fraction inside the cell.

    Examples
    --------
    >>> grid = Grid.of((10, 0, 500000, 0, -5, 3200000), (4, 6))
    >>> grid.to_units(np.array([500015.0]), np.array([3199990.0]))
    (array([1.5]), array([2.]))
    >>> grid.bounds
    (500000, 3199980, 500060, 3200000)
    """

    x0: float
    """x of the corner where column 0 and row 0 begin."""
    y0: float
    dx: float
    """Step of x from a column to the next, in units of the CRS; negative where the raster is mirrored."""
    dy: float
    """Step of y from a row to the next; negative where the first row lies in the north."""
    rows: int
    columns: int
    crs: pyproj.CRS | None = None
    """CRS of the raster; needed for areas on the ellipsoid only."""

    @classmethod
    def of(cls, affine: Affine, shape: tuple[int, int], crs: pyproj.CRS | None = None) -> Grid:
        """The grid of an affine placement.

        Raises
        ------
        UsageError
            The raster is rotated, sheared or without extent: cells would not be upright boxes.
        """
        a, b, c, d, e, f = affine
        if b or d or not a or not e or not np.isfinite(affine).all():
            placed = tuple(affine)
            raise UsageError(
                Text(
                    f"栅格的放置 {placed} 带旋转或无像元大小：请先重采样为正北朝上的格网",
                    f"the raster's placement {placed} is rotated or has no cell size: resample it to a grid with north up",
                )
            )
        return cls(c, f, a, e, shape[0], shape[1], crs)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in units of the CRS."""
        x1, y1 = self.x0 + self.dx * self.columns, self.y0 + self.dy * self.rows
        return min(self.x0, x1), min(self.y0, y1), max(self.x0, x1), max(self.y0, y1)

    @property
    def cell_planar_m2(self) -> float:
        """Area of one cell in the plane in m²; nan where the CRS has no metres (degrees, or unknown)."""
        if self.crs is None or not self.crs.is_projected:
            return float("nan")
        return abs(self.dx * self.dy) * float(horizontal(self.crs).axis_info[0].unit_conversion_factor) ** 2

    def window(self, tile: Tile) -> Grid:
        """The cells of a window as a grid of their own."""
        x0, y0 = self.x0 + self.dx * tile.column, self.y0 + self.dy * tile.row
        return Grid(x0, y0, self.dx, self.dy, tile.rows, tile.columns, self.crs)

    def to_units(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Coordinates as (column, row) with fractions."""
        return (x - self.x0) / self.dx, (y - self.y0) / self.dy

    def centres(self, tile: Tile) -> tuple[Floats, Floats]:
        """x of the centres of a tile's columns and y of those of its rows."""
        column = tile.column + np.arange(tile.columns, dtype=np.float64)
        row = tile.row + np.arange(tile.rows, dtype=np.float64)
        return self.x0 + self.dx * (column + 0.5), self.y0 + self.dy * (row + 0.5)

    def tiles_under(self, boxes: Floats) -> Iterator[tuple[Tile, NDArray[np.intp]]]:
        """Windows of the grid that some box touches, row by row, and the boxes that do.

        A window is no larger than its boxes need: one small region costs a few cells.
        `boxes` are (n, 4) lowest column, lowest row, highest column, highest row.
        """
        west, north, east, south = boxes.T
        some = np.flatnonzero((east > 0) & (south > 0) & (west < self.columns) & (north < self.rows))
        low = np.maximum(boxes[some, :2] // TILE, 0).astype(np.intp)
        beyond = np.minimum(boxes[some, 2:], (self.columns, self.rows))
        size = np.maximum(np.ceil(beyond / TILE).astype(np.intp) - low, 1)
        box, step = spread(size.prod(axis=1))
        row_step, column_step = np.divmod(step, size[box, 0])
        across = -(-self.columns // TILE)
        window = (low[box, 1] + row_step) * across + low[box, 0] + column_step
        order = np.argsort(window, kind="stable")
        begins = np.flatnonzero(np.append(True, np.diff(window[order]) > 0)) if len(order) else order
        for number, index in zip(window[order][begins].tolist(), np.split(order, begins[1:]), strict=False):
            row, column = number // across * TILE, number % across * TILE
            whole = Tile(row, column, min(TILE, self.rows - row), min(TILE, self.columns - column))
            inside = some[box[index]]
            yield _needed(whole, boxes[inside]), inside


def _needed(tile: Tile, boxes: Floats) -> Tile:
    """The part of a tile that boxes touching it reach, at least one cell."""
    top, left, bottom, right = tile.window
    low = np.floor(boxes[:, :2].min(axis=0)).astype(np.intp)
    high = np.ceil(boxes[:, 2:].max(axis=0)).astype(np.intp)
    column, row = (int(v) for v in np.clip(low, (left, top), (right - 1, bottom - 1)))
    last = np.clip(high, (column + 1, row + 1), (right, bottom))
    return Tile(row, column, int(last[1]) - row, int(last[0]) - column)


def spread(count: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Owner and number (from 0) of `count[i]` things of each owner i.

    >>> spread(np.array([2, 0, 1]))
    (array([0, 0, 2]), array([0, 1, 0]))
    """
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)


class CellSource(Protocol):
    """Whoever can read cells: an array, or a file's band (`eco_gis.layers.raster`)."""

    @property
    def grid(self) -> Grid:
        """Where the cells lie."""

    @property
    def nodata(self) -> float | None:
        """Value that stands for no data; NaN always does."""

    def read(self, tile: Tile) -> NDArray[Any]:
        """(rows, columns) values of a window of the grid."""


@dataclass(frozen=True)
class ArrayCells:
    """A raster in memory.

    >>> ArrayCells(np.zeros((2, 3)), Grid.of((1, 0, 0, 0, -1, 2), (2, 3))).read(Tile(1, 1, 1, 2)).shape
    (1, 2)
    """

    values: NDArray[Any]
    """(rows, columns)."""
    grid: Grid
    nodata: float | None = None

    def read(self, tile: Tile) -> NDArray[Any]:
        """(rows, columns) values of a window of the grid."""
        return self.values[tile.row : tile.row + tile.rows, tile.column : tile.column + tile.columns]


class CellAreas:
    """Ellipsoidal m² of single cells.

    On a plane the areal scale at the cell's centre, as a parabola along each row of `TILE` cells (off by
    less than 1e-9), the same whatever part of it a window shows; in degrees the exact area between two
    parallels.

    Raises
    ------
    UsageError
        The grid's CRS is not known, or areas cannot be told in it.
    """

    def __init__(self, grid: Grid) -> None:
        if grid.crs is None:
            raise UsageError(
                Text("栅格未说明坐标系，无法量算面积", "areas need the CRS of the raster, which is not known")
            )
        self.grid = grid
        self._crs = horizontal(grid.crs)
        self._plane = None if self._crs.is_geographic else Plane.over(self._crs, grid.bounds)

    def rows(self, tile: Tile) -> Floats:
        """(rows, 3) coefficients c: a cell of the tile has c0 + t·(c1 + t·c2) m², t = −1 … 1 over its columns."""
        if self._plane is None:
            south_north = self.grid.y0 + self.grid.dy * (tile.row + np.arange(tile.rows + 1))
            strip = np.diff(_strip_m2_per_radian(np.radians(south_north * self._degree), self._crs))
            width = abs(np.radians(self.grid.dx * self._degree))
            return np.column_stack([np.abs(strip) * width, np.zeros((tile.rows, 2))])
        begin = tile.column // TILE * TILE
        width = min(TILE, self.grid.columns - begin)
        _, y = self.grid.centres(tile)
        first = self.grid.x0 + self.grid.dx * (begin + 0.5)
        ends = first + self.grid.dx * np.array([0.0, (width - 1) / 2, width - 1])
        px, py = np.meshgrid(ends, y)
        left, middle, right = (self._plane.area_scale(px, py) * self.grid.cell_planar_m2).T
        c0, c1, c2 = middle, (right - left) / 2, (left + right) / 2 - middle
        # the same parabola, told over the columns of the window
        half = max(width - 1, 1) / 2
        slope = (tile.columns - 1) / 2 / half
        start = (tile.column - begin) / half - 1.0 + slope
        return np.column_stack(
            [c0 + start * (c1 + start * c2), slope * (c1 + 2 * start * c2), slope * slope * c2]
        )

    @property
    def _degree(self) -> float:
        """Degrees in one unit of a geographic CRS."""
        return float(np.degrees(self._crs.axis_info[0].unit_conversion_factor))


def _strip_m2_per_radian(latitude: Floats, crs: pyproj.CRS) -> Floats:
    """Area from the equator to a latitude, per radian of longitude (closed form of the authalic latitude)."""
    geod = crs.get_geod()
    if geod is None:
        raise UsageError(
            Text(f"{crs.name} 没有椭球，无法量算面积", f"{crs.name} has no ellipsoid: areas cannot be told")
        )
    sine, e = np.sin(latitude), np.sqrt(geod.es)
    if not e:
        return np.asarray(geod.b**2 * sine)
    return np.asarray(geod.b**2 / 2 * (sine / (1 - geod.es * sine**2) + np.arctanh(e * sine) / e))
