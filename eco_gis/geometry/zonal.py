"""Raster windows × regions by the cell-centre rule: a cell counts where its centre lies inside."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import as_shapes

Affine = tuple[float, float, float, float, float, float]
"""x = a·column + b·row + c, y = d·column + e·row + f at the upper left corner of a cell."""


def cell_centres(shape: tuple[int, int], affine: Affine) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give x and y of the cell centres of a window with (rows, columns) `shape`."""
    a, b, c, d, e, f = affine
    column, row = np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5)
    return a * column + b * row + c, d * column + e * row + f


def cells_inside(shape: tuple[int, int], affine: Affine, region: Any) -> NDArray[np.bool_]:
    """Mask of the cells of a window whose centre lies in the interior of `region`, in the raster's CRS.

    None and empty hold no cell.

    >>> cells_inside((2, 3), (1, 0, 0, 0, -1, 2), shapely.box(0, 0, 2, 1)).astype(int).tolist()
    [[0, 0, 0], [1, 1, 0]]
    """
    mask = np.zeros(shape, dtype=bool)
    if region is None or region.is_empty:
        return mask
    x, y = cell_centres(shape, affine)
    west, south, east, north = region.bounds
    near = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    shapely.prepare(region)
    mask[near] = shapely.contains_xy(region, x[near], y[near])
    return mask


def class_counts(
    values: NDArray[Any], affine: Affine, shapes: Any, *, nodata: float | None = None
) -> list[dict[int, int]]:
    """Cells of each class whose centre lies in each shape.

    Parameters
    ----------
    values
        (rows, columns) window of whole-number classes.
    affine
        Placement of the window, see `Affine`.
    shapes
        Polygons in the raster's CRS; None and empty count nothing.
    nodata
        Value that stands for no data and is not counted.

    >>> class_counts(np.array([[1, 1, 2]]), (1, 0, 0, 0, -1, 1), [shapely.box(0, 0, 3, 1), None])
    [{1: 2, 2: 1}, {}]
    """
    out = []
    for region in as_shapes(shapes):
        inside = values[cells_inside((values.shape[0], values.shape[1]), affine, region)]
        classes, counts = np.unique(_valid(inside, nodata), return_counts=True)
        out.append({int(c): int(n) for c, n in zip(classes, counts, strict=True)})
    return out


def zonal_mean(
    values: NDArray[Any], affine: Affine, shapes: Any, *, nodata: float | None = None
) -> NDArray[np.float64]:
    """Mean of the cells whose centre lies in each shape; nan where there is none.

    >>> zonal_mean(np.array([[1.0, 3.0]]), (1, 0, 0, 0, -1, 1), [shapely.box(0, 0, 2, 1), None]).tolist()
    [2.0, nan]
    """
    out = []
    for region in as_shapes(shapes):
        inside = _valid(values[cells_inside((values.shape[0], values.shape[1]), affine, region)], nodata)
        out.append(float(inside.mean(dtype=np.float64)) if inside.size else np.nan)
    return np.array(out)


def _valid(values: NDArray[Any], nodata: float | None) -> NDArray[Any]:
    known = values[~np.isnan(values)] if np.issubdtype(values.dtype, np.floating) else values
    return known if nodata is None else known[known != nodata]
