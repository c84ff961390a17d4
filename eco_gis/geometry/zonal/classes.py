"""Area of each class of a raster in each region, and of each change from class to class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.zonal.grid import CellAreas, CellSource, Floats, Tile
from eco_gis.geometry.zonal.outlines import Outlines
from eco_gis.geometry.zonal.runs import Rule, runs
from eco_gis.geometry.zonal.statistics import (
    is_nodata,
    uncovered,
)
from eco_gis.geometry.zonal.tables import ClassTable

NO_CLASS = -1

_FEW = 1 << 16
"""Whole numbers that lie this close together are counted instead of sorted."""

Codes = Callable[[Tile], tuple[NDArray[Any], NDArray[np.int32]]]
"""Classes of a tile, ascending, and (rows, columns) which of them each cell has, `NO_CLASS` for none."""


def zonal_classes(source: CellSource, regions: Any, *, rule: Rule = Rule.FRACTION) -> ClassTable:
    """Area of each class in each region.

    Parameters
    ----------
    source
        A raster of classes (whole numbers); read in windows, and only where regions lie.
    regions
        Valid polygons in the raster's CRS. None, empty shapes, lines and points take no cell.
    rule
        Exact area fractions, or the cell-centre rule.

    Raises
    ------
    UsageError
        The raster is rotated, or areas cannot be told in its CRS.

    Examples
    --------
    >>> import shapely
    >>> from eco_gis.geometry.zonal import ArrayCells, Grid
    >>> cells = ArrayCells(np.array([[10, 10, 20]]), Grid.of((1, 0, 0, 0, -1, 1), (1, 3)))
    >>> table = zonal_classes(cells, [shapely.box(0, 0, 2.25, 1), None])
    >>> table.of(0), table.of(1)
    ({10: 2.0, 20: 0.25}, {})
    """

    def codes(tile: Tile) -> tuple[NDArray[Any], NDArray[np.int32]]:
        return classes_of(source.read(tile), source.nodata)

    return class_areas(source, codes, regions, rule)


def classes_of(values: NDArray[Any], nodata: float | None) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The classes that occur, ascending, and which of them each cell has.

    >>> classes_of(np.array([[3, 0], [7, 3]]), 0)
    (array([3, 7]), array([[ 0, -1],
           [ 1,  0]], dtype=int32))
    """
    if values.size and values.dtype.kind in "iu" and int(values.max()) - int(values.min()) < _FEW:
        lowest = int(values.min())
        place = values.astype(np.intp) - lowest
        occurs = np.bincount(place.ravel()) > 0
        there = np.flatnonzero(occurs) + lowest
        occurs[there[is_nodata(there, nodata)] - lowest] = False
        number = np.where(occurs, np.cumsum(occurs) - 1, NO_CLASS).astype(np.int32)
        return (np.flatnonzero(occurs) + lowest).astype(values.dtype), number[place]
    code = np.full(values.shape, NO_CLASS, dtype=np.int32)
    known = ~is_nodata(values, nodata)
    classes, code[known] = np.unique(values[known], return_inverse=True)
    return classes, code


def class_areas(source: CellSource, codes: Codes, regions: Any, rule: Rule) -> ClassTable:
    """Area per class, for classes made tile by tile on the cells of `source`."""
    outlines = Outlines.of(regions, source.grid)
    areas = CellAreas(source.grid) if source.grid.crs is not None else None
    book = _Book(outlines.count)
    for tile, parts in source.grid.tiles_under(outlines.boxes):
        classes, code = codes(tile)
        row_areas = areas.rows(tile) if areas is not None else np.full((tile.rows, 3), np.nan)
        # the last column takes what has no class
        cells, m2 = np.zeros((2, outlines.count, len(classes) + 1))
        code = np.where(code == NO_CLASS, np.int32(len(classes)), code)
        if outlines.large:
            # numba comes with it, and only large jobs wait for that
            from eco_gis.geometry.zonal.sweep import take_classes

            take_classes(code, row_areas, outlines, parts, tile, rule, cells, m2)
        else:
            for part, cell, fraction in runs(outlines, parts, tile, rule).cells(tile):
                place = outlines.region[part] * (len(classes) + 1) + code.ravel()[cell]
                weighted = fraction * _area_of(cell, row_areas, tile)
                cells += np.bincount(place, fraction, cells.size).reshape(cells.shape)
                m2 += np.bincount(place, weighted, cells.size).reshape(cells.shape)
        book.add(classes, cells, m2)
    found, cells, m2 = book.closed()
    covered = cells.sum(axis=1) + book.nodata
    return ClassTable(
        rule=rule,
        classes=found,
        cells=cells,
        area_m2=m2,
        cell_planar_m2=source.grid.cell_planar_m2,
        nodata=book.nodata,
        uncovered=uncovered(outlines, rule, covered, source),
    )


def _area_of(cell: NDArray[np.intp], row_areas: Floats, tile: Tile) -> Floats:
    """Ellipsoidal m² of cells of a tile by their position in it."""
    row, column = np.divmod(cell, tile.columns)
    t = np.linspace(-1, 1, tile.columns)[column]
    c0, c1, c2 = row_areas[row].T
    return np.asarray(c0 + t * (c1 + t * c2))


class _Book:
    """Areas by class, gathered from tiles that each know their own classes."""

    def __init__(self, regions: int) -> None:
        self._by_class: dict[Any, NDArray[np.float64]] = {}
        self._regions = regions
        self.nodata = np.zeros(regions)

    def add(self, classes: NDArray[Any], cells: Floats, m2: Floats) -> None:
        """Take in a tile: (regions, classes + 1) areas, what has no class last."""
        self.nodata += cells[:, -1]
        for i in np.flatnonzero(cells[:, :-1].any(axis=0)):
            key = tuple(classes[i].tolist()) if classes.ndim > 1 else classes[i].item()
            both = self._by_class.setdefault(key, np.zeros((2, self._regions)))
            both += cells[:, i], m2[:, i]

    def closed(self) -> tuple[NDArray[Any], Floats, Floats]:
        """Classes, ascending, and their areas."""
        classes = sorted(self._by_class)
        both = np.array([self._by_class[c] for c in classes]).reshape(len(classes), 2, self._regions)
        return np.array(classes), both[:, 0].T, both[:, 1].T
