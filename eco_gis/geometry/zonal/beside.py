"""Values of one raster at the cells of another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.datum import coordinate_function, equivalent, horizontal
from eco_gis.geometry.zonal.grid import CellSource, Grid, Tile
from eco_gis.geometry.zonal.statistics import is_nodata


def values_beside(source: CellSource, grid: Grid, tile: Tile) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """What a raster says at the centres of another grid's cells, and where it says anything.

    Both rasters know their CRS; cells beyond the edge, and those without data, say nothing.

    Raises
    ------
    TransformRefusedError
        The datum shift between the rasters would have to be guessed.

    Examples
    --------
    >>> from eco_gis.geometry.zonal import ArrayCells
    >>> coarse = ArrayCells(np.array([[1, 2]]), Grid.of((20, 0, 0, 0, -20, 20), (1, 2)), nodata=2)
    >>> fine = Grid.of((10, 0, 0, 0, -10, 20), (2, 5))
    >>> values, known = values_beside(coarse, fine, Tile(0, 0, 1, 5))
    >>> values.tolist(), known.tolist()
    ([[1, 1, 2, 2, 0]], [[True, True, False, False, False]])
    """
    if source.grid == grid:
        own = source.read(tile)
        return own, ~is_nodata(own, source.nodata)
    x, y = np.meshgrid(*grid.centres(tile))
    if grid.crs is not None and source.grid.crs is not None:
        ways = horizontal(grid.crs), horizontal(source.grid.crs)
        if not equivalent(*ways):
            box = float(x.min()), float(y.min()), float(x.max()), float(y.max())
            x, y = coordinate_function(*ways, box)(x, y)
    u, v = source.grid.to_units(x, y)
    column, row = np.floor(u).astype(np.intp), np.floor(v).astype(np.intp)
    within = (column >= 0) & (column < source.grid.columns) & (row >= 0) & (row < source.grid.rows)
    if not within.any():
        return np.zeros(x.shape), within
    top, left = int(row[within].min()), int(column[within].min())
    window = Tile(top, left, int(row[within].max()) - top + 1, int(column[within].max()) - left + 1)
    there = source.read(window)
    out = np.zeros(x.shape, dtype=there.dtype)
    out[within] = there[row[within] - top, column[within] - left]
    return out, within & ~is_nodata(out, source.nodata)
