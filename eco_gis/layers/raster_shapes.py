"""Cells as polygons on their grid, and polygons as cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.zonal import Grid, Tile


def polygons_of(codes: NDArray[Any], grid: Grid) -> tuple[NDArray[Any], NDArray[Any]]:
    """Polygons of cells with one code that share edges, corner on corner of the grid; 0 makes none.

    Returns
    -------
    (n,) valid polygons in the CRS of the raster, and the code of each.

    >>> grid = Grid.of((10, 0, 0, 0, -10, 20), (2, 2))
    >>> shapes, codes = polygons_of(np.array([[1, 0], [0, 1]], dtype=np.uint8), grid)
    >>> [s.area for s in shapes], codes.tolist()
    ([100.0, 100.0], [1, 1])
    """
    found = rasterio.features.shapes(codes, mask=codes > 0, connectivity=4, transform=_affine(grid))
    rows = [(geometry["coordinates"], int(code)) for geometry, code in found]
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [shapely.Polygon(rings[0], rings[1:]) for rings, _ in rows]
    return shapes, np.array([code for _, code in rows], dtype=codes.dtype)


def window_of(grid: Grid, shapes: Sequence[BaseGeometry] | NDArray[Any]) -> Tile:
    """The window of a grid that holds all shapes; without rows or columns where they lie elsewhere."""
    west, south, east, north = shapely.total_bounds(shapes)
    u, v = grid.to_units(np.array([west, east]), np.array([south, north]))
    left, right = (int(c) for c in np.clip([np.floor(u.min()), np.ceil(u.max())], 0, grid.columns))
    top, bottom = (int(r) for r in np.clip([np.floor(v.min()), np.ceil(v.max())], 0, grid.rows))
    return Tile(top, left, bottom - top, right - left)


def cells_inside(grid: Grid, tile: Tile, shapes: Sequence[BaseGeometry] | NDArray[Any]) -> NDArray[np.bool_]:
    """Which cells of a window have their centre inside one of the shapes, which lie in the raster's CRS."""
    if not len(shapes) or not tile.rows or not tile.columns:
        return np.zeros((tile.rows, tile.columns), dtype=bool)
    x0, y0 = grid.x0 + grid.dx * tile.column, grid.y0 + grid.dy * tile.row
    return np.asarray(
        rasterio.features.geometry_mask(
            shapes, (tile.rows, tile.columns), Affine(grid.dx, 0, x0, 0, grid.dy, y0), invert=True
        )
    )


def _affine(grid: Grid) -> Affine:
    return Affine(grid.dx, 0, grid.x0, 0, grid.dy, grid.y0)
