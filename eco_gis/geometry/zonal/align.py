"""Two rasters cell against cell: which cells lead, and what each of them finds in the other raster.

The raster with the smaller cells leads: each of its cells asks the other raster for the class at its
centre. Where the grids nest (10 m cells in 30 m cells, edges on edges) that is exact. Elsewhere the border
of a large cell is drawn along small cells, and moves by less than half a small cell to either side. A
common refinement of both grids would be exact there too, but it exists only where the cell sizes have a
common measure, not across two reference systems, and it would claim a precision that neither raster has.
Of two rasters with cells of one size the earlier leads.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from eco_gis.errors import UsageError
from eco_gis.geometry.crs import transform
from eco_gis.geometry.datum import coordinate_function, equivalent, horizontal
from eco_gis.geometry.zonal.classes import NO_CLASS, Codes, class_areas, classes_of
from eco_gis.geometry.zonal.grid import CellSource, Floats, Grid, Tile
from eco_gis.geometry.zonal.runs import Rule
from eco_gis.geometry.zonal.tables import ClassTable
from eco_gis.text import Text

_SAME = 1e-6
"""Cell sizes that differ by less than this share are one."""


def class_transitions(
    before: CellSource, after: CellSource, regions: Any, *, rule: Rule = Rule.FRACTION
) -> ClassTable:
    """Area of each change from class to class in each region.

    Parameters
    ----------
    before, after
        Rasters of classes; their grids and CRSs may differ.
    regions
        Valid polygons in the CRS of the raster that leads (`leading`).

    Returns
    -------
    ClassTable
        `classes` are (k, 2) pairs (before, after). A cell without a class in either raster counts as
        `nodata`; so does one beyond the edge of the other raster.

    Raises
    ------
    UsageError
        A raster is rotated, or only one of the two says in which CRS it is.
    TransformRefusedError
        The datum shift between the rasters would have to be guessed.
    """
    lead, codes = paired(before, after)
    return class_areas(lead, codes, regions, rule)


def paired(before: CellSource, after: CellSource) -> tuple[CellSource, Codes]:
    """The raster that leads, and what gives the pairs of classes of its cells."""
    lead = leading(before, after)
    other = after if lead is before else before

    def codes(tile: Tile) -> tuple[NDArray[Any], NDArray[np.int32]]:
        own_classes, own = classes_of(lead.read(tile), lead.nodata)
        far_classes, far = _asked(other, lead.grid, tile)
        first, second = (own, far) if lead is before else (far, own)
        first_classes, second_classes = (
            (own_classes, far_classes) if lead is before else (far_classes, own_classes)
        )
        width = max(len(second_classes), 1)
        pair = np.where((first == NO_CLASS) | (second == NO_CLASS), NO_CLASS, first * width + second)
        pairs, code = classes_of(pair, NO_CLASS)
        a, b = np.divmod(pairs, width)
        return np.column_stack([first_classes[a], second_classes[b]]), code

    return lead, codes


def leading(before: CellSource, after: CellSource) -> CellSource:
    """The raster whose cells are counted: the one with the smaller cells, of two alike the earlier.

    Cells in different CRSs are compared at the middle of the later raster.
    """
    smaller = _cell_size(after.grid, before.grid) < (1 - _SAME) * abs(before.grid.dx * before.grid.dy)
    return after if smaller else before


def _cell_size(grid: Grid, target: Grid) -> float:
    """Area of a cell at the middle of a grid, in units of another grid's CRS."""
    ways = _crs_pair(grid, target)
    if ways is None:
        return abs(grid.dx * grid.dy)
    x, y = grid.x0 + grid.dx * (grid.columns // 2), grid.y0 + grid.dy * (grid.rows // 2)
    return float(shapely.area(transform([shapely.box(x, y, x + grid.dx, y + grid.dy)], *ways))[0])


def _crs_pair(source: Grid, target: Grid) -> tuple[pyproj.CRS, pyproj.CRS] | None:
    """The CRSs of two grids where they differ."""
    if source.crs is None and target.crs is None:
        return None
    if source.crs is None or target.crs is None:
        raise UsageError(
            Text(
                "两个栅格中只有一个说明了坐标系：请在目录中为另一个写明 crs",
                "only one of the two rasters says in which CRS it is: set crs of the other in the catalog",
            )
        )
    pair = horizontal(source.crs), horizontal(target.crs)
    return None if equivalent(*pair) else pair


def _asked(source: CellSource, grid: Grid, tile: Tile) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """Classes that a raster has at the centres of another grid's cells."""
    u, v = _places(source.grid, grid, tile)
    column, row = np.floor(u).astype(np.intp), np.floor(v).astype(np.intp)
    within = (column >= 0) & (column < source.grid.columns) & (row >= 0) & (row < source.grid.rows)
    code = np.full((tile.rows, tile.columns), NO_CLASS, dtype=np.int32)
    if not within.any():
        return np.zeros(0, dtype=np.intp), code
    top, left = int(row[within].min()), int(column[within].min())
    window = Tile(top, left, int(row[within].max()) - top + 1, int(column[within].max()) - left + 1)
    classes, there = classes_of(source.read(window), source.nodata)
    code[within] = there[row[within] - top, column[within] - left]
    return classes, code


def _places(asked: Grid, grid: Grid, tile: Tile) -> tuple[Floats, Floats]:
    """Centres of the cells of a tile in the grid units of another raster."""
    x, y = np.meshgrid(*grid.centres(tile))
    ways = _crs_pair(grid, asked)
    if ways is not None:
        box = float(x.min()), float(y.min()), float(x.max()), float(y.max())
        x, y = coordinate_function(*ways, box)(x, y)
    return asked.to_units(x, y)
