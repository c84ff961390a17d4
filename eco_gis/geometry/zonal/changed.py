"""Ground whose class differs between two rasters, as polygons of whole cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.zonal.align import paired
from eco_gis.geometry.zonal.classes import NO_CLASS
from eco_gis.geometry.zonal.grid import CellSource, Grid, Tile
from eco_gis.geometry.zonal.outlines import Outlines


def changed_ground(
    before: CellSource, after: CellSource, regions: Any, wanted: Callable[[Any, Any], bool]
) -> dict[tuple[Any, Any], shapely.Geometry]:
    """The cells of each wanted change of class, united.

    Parameters
    ----------
    before, after
        Rasters of classes; their grids and CRSs may differ, see `class_transitions`.
    regions
        Polygons in the CRS of the raster that leads. Only tiles that one of them touches are read; cells
        are not cut by them.
    wanted
        Whether a change from one class to another is asked for.

    Returns
    -------
    dict
        Pair of classes (before, after) → polygons in the CRS of the raster that leads.

    Examples
    --------
    >>> from eco_gis.geometry.zonal import ArrayCells
    >>> grid = Grid.of((10, 0, 0, 0, -10, 20), (2, 3))
    >>> old = ArrayCells(np.array([[1, 1, 1], [1, 1, 2]]), grid)
    >>> new = ArrayCells(np.array([[1, 8, 8], [1, 8, 2]]), grid)
    >>> found = changed_ground(old, new, [shapely.box(0, 0, 30, 20)], lambda a, b: a != b)
    >>> {pair: shape.area for pair, shape in found.items()}
    {(1, 8): 300.0}
    """
    lead, codes = paired(before, after)
    outlines = Outlines.of(regions, lead.grid)
    boxes: dict[tuple[Any, Any], list[NDArray[Any]]] = defaultdict(list)
    for tile, _ in lead.grid.tiles_under(outlines.boxes):
        classes, code = codes(tile)
        asked = np.array([bool(wanted(a, b)) for a, b in classes.tolist()], dtype=bool)
        if not asked.any():
            continue
        code = np.where((code != NO_CLASS) & asked[code], code, NO_CLASS)
        for index, runs in _runs(code, lead.grid, tile):
            first, second = classes[index].tolist()
            boxes[first, second].append(runs)
    return {pair: shapely.union_all(np.concatenate(parts)) for pair, parts in sorted(boxes.items())}


def _runs(code: NDArray[Any], grid: Grid, tile: Tile) -> list[tuple[int, NDArray[Any]]]:
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
