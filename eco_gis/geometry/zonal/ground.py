"""Cells as ground: polygons of whole cells of one class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.zonal.classes import NO_CLASS, classes_of
from eco_gis.geometry.zonal.grid import CellSource, Grid, Tile
from eco_gis.geometry.zonal.outlines import Outlines


def class_ground(
    source: CellSource, region: shapely.Geometry, wanted: Collection[Any]
) -> dict[Any, shapely.Geometry]:
    """The cells of each wanted class that a region touches, united and not cut by it.

    Parameters
    ----------
    source
        A raster of classes; only the window of the region is read.
    region
        A polygon in the raster's CRS.

    Examples
    --------
    >>> from eco_gis.geometry.zonal import ArrayCells
    >>> cells = ArrayCells(np.array([[1, 1, 2], [1, 2, 2]]), Grid.of((10, 0, 0, 0, -10, 20), (2, 3)))
    >>> found = class_ground(cells, shapely.box(1, 12, 25, 18), {1, 3})
    >>> {c: shape.area for c, shape in found.items()}
    {1: 200.0}
    """
    boxes: dict[Any, list[NDArray[Any]]] = defaultdict(list)
    shapely.prepare(region)
    for tile, _ in source.grid.tiles_under(Outlines.of([region], source.grid).boxes):
        classes, code = classes_of(source.read(tile), source.nodata)
        asked = np.isin(classes, list(wanted))
        code = np.where((code != NO_CLASS) & np.append(asked, False)[code], code, NO_CLASS)
        for index, runs in runs_as_boxes(code, source.grid, tile):
            touched = runs[shapely.intersects(region, runs)]
            if len(touched):
                boxes[classes[index].item()].append(touched)
    return {c: shapely.union_all(np.concatenate(parts)) for c, parts in sorted(boxes.items())}


def runs_as_boxes(code: NDArray[Any], grid: Grid, tile: Tile) -> list[tuple[int, NDArray[Any]]]:
    """Boxes around the runs of equal codes along the rows, by code; cells without one are left out."""
    padded = np.pad(code, ((0, 0), (1, 1)), constant_values=NO_CLASS)
    row, at = np.nonzero(padded[:, 1:] != padded[:, :-1])
    value = padded[row, at + 1]
    begins = np.flatnonzero(value != NO_CLASS)
    # the border that ends a run is the next one of its row
    top, left, right, held = row[begins], at[begins], at[begins + 1], value[begins]
    x0, x1 = (grid.x0 + grid.dx * (tile.column + c) for c in (left, right))
    y0, y1 = (grid.y0 + grid.dy * (tile.row + r) for r in (top, top + 1))
    shapes = shapely.box(np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1))
    return [(int(index), shapes[held == index]) for index in np.unique(held)]
