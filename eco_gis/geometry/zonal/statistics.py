"""Sum, mean, extremes, variance and median of a raster in each region."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.zonal.grid import CellSource, Floats, Tile
from eco_gis.geometry.zonal.outlines import Ints, Outlines
from eco_gis.geometry.zonal.runs import Rule, centres_inside, runs
from eco_gis.geometry.zonal.tables import ZonalTable

COMPILED_FROM = 3e6
"""Cells and vertices from which compiled code is used: fewer are done before it would be loaded."""

_SWEPT = tuple(np.dtype(name) for name in ("u1", "i2", "f4", "f8"))
"""Kinds of numbers that are compiled for; others are brought to eight-byte floats, tile by tile."""

_SHARES = 4
"""Ranges of work for each core."""


def zonal_statistics(
    source: CellSource, regions: Any, *, rule: Rule = Rule.FRACTION, median: bool = False
) -> ZonalTable:
    """Statistics of a raster's values in each region.

    Parameters
    ----------
    source
        The raster; it is read in windows, and only where regions lie.
    regions
        Valid polygons, or `Rings`, in the raster's CRS (`eco_gis.geometry.crs.transform` brings them there).
        None, empty shapes, lines and points take no cell. Regions may overlap.
    rule
        Exact area fractions, or the cell-centre rule.
    median
        Tell the median too. It keeps the values of every region, all others do not.

    Raises
    ------
    UsageError
        The raster is rotated.

    Examples
    --------
    >>> import shapely
    >>> from eco_gis.geometry.zonal import ArrayCells, Grid
    >>> cells = ArrayCells(np.array([[1.0, 3.0]]), Grid.of((1, 0, 0, 0, -1, 1), (1, 2)))
    >>> table = zonal_statistics(cells, [shapely.box(0, 0, 1.5, 1), None])
    >>> table.count.tolist(), table.sum.tolist(), table.mean.round(4).tolist()
    ([1.5, 0.0], [2.5, nan], [1.6667, nan])
    """
    outlines = Outlines.of(regions, source.grid)
    totals = _Totals(outlines.count)
    values_of: dict[int, list[tuple[NDArray[Any], Floats]]] = {}
    sweeps = not median and worth_compiling(outlines)
    for tile, parts in tiles_with_parts(outlines, source):
        values = source.read(tile)
        if sweeps:
            _sweep(totals, values, source.nodata, outlines, parts, tile, rule)
            continue
        for part, cell, fraction in runs(outlines, parts, tile, rule).cells(tile):
            region, value = outlines.region[part], values.ravel()[cell]
            known = ~is_nodata(value, source.nodata)
            totals.nodata += np.bincount(region[~known], fraction[~known], outlines.count)
            region, value, fraction = region[known], value[known], fraction[known]
            totals.add(region, value.astype(np.float64), fraction)
            if median:
                for index, begin, end in _groups(region):
                    values_of.setdefault(index, []).append((value[begin:end], fraction[begin:end]))
    return totals.table(
        rule,
        uncovered(outlines, rule, totals.count + totals.nodata, source),
        _medians(values_of, outlines.count) if median else None,
    )


def worth_compiling(outlines: Outlines) -> bool:
    """Whether the cells and vertices to go through are so many that compiled code pays."""
    work = float(np.abs(outlines.cells()).sum()) + len(outlines.u)
    return work > COMPILED_FROM


def by_region(outlines: Outlines, parts: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of the list of polygons, some for each core, that split no region."""
    from eco_gis.geometry.cells.compiled import cores

    region = outlines.region[parts]
    begins = np.searchsorted(region, region[:: max(1, len(parts) // (_SHARES * cores()))])
    cuts = np.unique(np.append(begins, len(parts)))
    yield from itertools.pairwise(cuts.tolist())


def _sweep(
    totals: _Totals,
    values: NDArray[Any],
    nodata: float | None,
    outlines: Outlines,
    parts: Ints,
    tile: Tile,
    rule: Rule,
) -> None:
    # numba comes with it, and only large jobs wait for that
    from eco_gis.geometry.cells.compiled import on_all_cores
    from eco_gis.geometry.zonal.sweep import sweep_statistics

    known = values if values.dtype in _SWEPT else values.astype(np.float64)
    none = np.nan if nodata is None else nodata
    lines, boxes, window = outlines.lines, outlines.boxes, tile.window

    def work(first: int, last: int) -> None:
        chosen = parts[first:last]
        sweep_statistics(known, none, lines, chosen, boxes, window, rule is Rule.CENTRE, totals.book)

    on_all_cores(work, by_region(outlines, parts))


def tiles_with_parts(outlines: Outlines, source: CellSource) -> Iterator[tuple[Tile, Ints]]:
    """Tiles of the raster that some polygon's box touches, and these polygons."""
    west, north, east, south = outlines.boxes.T
    for tile in source.grid.tiles():
        near = (
            (east > tile.column)
            & (west < tile.column + tile.columns)
            & (south > tile.row)
            & (north < tile.row + tile.rows)
        )
        if near.any():
            yield tile, np.flatnonzero(near)


def uncovered(outlines: Outlines, rule: Rule, covered: Floats, source: CellSource) -> Floats:
    """What of each region lies outside the raster, in cells; 0 for a region whose box lies within."""
    whole = outlines.cells() if rule is Rule.FRACTION else centres_inside(outlines)
    total = np.bincount(outlines.region, whole, outlines.count)
    west, north, east, south = outlines.boxes.T
    beyond = (west < 0) | (north < 0) | (east > source.grid.columns) | (south > source.grid.rows)
    reaches = np.bincount(outlines.region, beyond, outlines.count) > 0
    return np.where(reaches, np.maximum(total - covered, 0.0), 0.0)


def is_nodata(values: NDArray[Any], nodata: float | None) -> NDArray[np.bool_]:
    """Which values stand for no data: the declared one, and NaN."""
    missing = np.isnan(values) if np.issubdtype(values.dtype, np.floating) else np.zeros(values.shape, bool)
    return missing if nodata is None else missing | (values == nodata)


class _Totals:
    """Running sums of each region, one row each: as `sweep_statistics` keeps them."""

    def __init__(self, regions: int) -> None:
        self.book = np.zeros((regions, 8))
        self.count, self.nodata, self.sum, self.pivot = self.book[:, :4].T
        # the pivot is the first value met: deviations from it keep their digits where values do not
        self.deviation, self.squares, self.min, self.max = self.book[:, 4:].T
        self.pivot[:], self.min[:], self.max[:] = np.nan, np.inf, -np.inf

    def add(self, region: Ints, value: Floats, fraction: Floats) -> None:
        """Take in cells, sorted by region."""
        if not len(region):
            return
        begin = np.flatnonzero(np.append(True, region[1:] != region[:-1]))
        here = region[begin]
        fresh = np.isnan(self.pivot[here])
        self.pivot[here[fresh]] = value[begin[fresh]]
        apart = value - self.pivot[region]
        self.count[here] += np.add.reduceat(fraction, begin)
        self.sum[here] += np.add.reduceat(fraction * value, begin)
        self.deviation[here] += np.add.reduceat(fraction * apart, begin)
        self.squares[here] += np.add.reduceat(fraction * apart * apart, begin)
        self.min[here] = np.minimum(self.min[here], np.minimum.reduceat(value, begin))
        self.max[here] = np.maximum(self.max[here], np.maximum.reduceat(value, begin))

    def table(self, rule: Rule, outside: Floats, medians: Floats | None) -> ZonalTable:
        """The finished statistics."""
        none = self.count == 0
        with np.errstate(invalid="ignore"):
            spread = self.squares / self.count - (self.deviation / self.count) ** 2
        return ZonalTable(
            rule=rule,
            count=self.count,
            nodata=self.nodata,
            uncovered=outside,
            sum=np.where(none, np.nan, self.sum),
            min=np.where(none, np.nan, self.min),
            max=np.where(none, np.nan, self.max),
            variance=np.where(none, np.nan, np.maximum(spread, 0.0)),
            median=medians,
        )


def _groups(region: Ints) -> Iterator[tuple[int, int, int]]:
    """Each region of a sorted array with where its cells begin and end."""
    begin = np.flatnonzero(np.append(True, region[1:] != region[:-1])) if len(region) else region
    yield from zip(
        region[begin].tolist(), begin.tolist(), [*begin[1:].tolist(), len(region)], strict=len(begin) > 0
    )


def _medians(values_of: dict[int, list[tuple[NDArray[Any], Floats]]], count: int) -> Floats:
    medians = np.full(count, np.nan)
    for region, pieces in values_of.items():
        value = np.concatenate([v for v, _ in pieces])
        weight = np.concatenate([w for _, w in pieces])
        medians[region] = weighted_median(value, weight)
    return medians


def weighted_median(value: NDArray[Any], weight: Floats) -> float:
    """The value with half the weight below and half above; between two values their mean.

    >>> weighted_median(np.array([1, 2, 9]), np.array([1.0, 1.0, 1.0]))
    2.0
    >>> weighted_median(np.array([9, 1]), np.array([0.5, 0.5])), weighted_median(np.array([9, 1]), np.array([0.6, 0.5]))
    (5.0, 9.0)
    """
    order = np.argsort(value, kind="stable")
    value, total = value[order], np.cumsum(weight[order])
    half = total[-1] / 2
    near = half * 1e-12
    low, high = np.searchsorted(total, half - near), np.searchsorted(total, half + near)
    return (float(value[low]) + float(value[min(high, len(value) - 1)])) / 2
