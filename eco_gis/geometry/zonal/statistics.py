"""Sum, mean, extremes, variance and median of a raster in each region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.zonal.grid import CellSource, Floats, Grid, Tile
from eco_gis.geometry.zonal.outlines import Ints, Outlines
from eco_gis.geometry.zonal.runs import Rule, Runs, centres_inside, runs
from eco_gis.geometry.zonal.tables import ZonalTable


class CellShares:
    """Regions laid over a grid once, for all rasters that share it.

    Parameters
    ----------
    regions
        As for `zonal_statistics`.
    grid
        The grid of the rasters.
    rule
        Which cells a region takes.
    """

    def __init__(self, regions: Any, grid: Grid, rule: Rule = Rule.FRACTION) -> None:
        self.grid, self.rule = grid, rule
        self.outlines = Outlines.of(regions, grid)
        self._runs: dict[Tile, Runs] = {}

    def runs(self, parts: Ints, tile: Tile) -> Runs:
        """The cells of a tile that the polygons under it take."""
        if tile not in self._runs:
            self._runs[tile] = runs(self.outlines, parts, tile, self.rule)
        return self._runs[tile]


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
        None, empty shapes, lines and points take no cell. Regions may overlap. `CellShares` of the raster's
        grid, with a rule of its own, where several rasters share it.
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
    shares = regions if isinstance(regions, CellShares) else None
    if shares is not None and shares.grid != source.grid:
        raise ValueError("the regions were laid over another grid")
    rule = shares.rule if shares is not None else rule
    outlines = shares.outlines if shares is not None else Outlines.of(regions, source.grid)
    totals = _Totals(outlines.count)
    values_of: dict[int, list[tuple[NDArray[Any], Floats]]] = {}
    swept = outlines.large and not median
    for tile, parts in source.grid.tiles_under(outlines.boxes):
        values = source.read(tile)
        if swept:
            # numba comes with it, and only large jobs wait for that
            from eco_gis.geometry.zonal.sweep import take_statistics

            take_statistics(values, source.nodata, outlines, parts, tile, rule, totals.book)
            continue
        under = shares.runs(parts, tile) if shares is not None else runs(outlines, parts, tile, rule)
        for part, cell, fraction in under.cells(tile):
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


def uncovered(outlines: Outlines, rule: Rule, covered: Floats, source: CellSource) -> Floats:
    """What of each region lies outside the raster, in cells; 0 for a region whose box lies within."""
    whole = outlines.cells if rule is Rule.FRACTION else centres_inside(outlines)
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
    """Running sums of each region, one row each."""

    def __init__(self, regions: int) -> None:
        self.book = np.zeros((regions, 7))
        """Count, nodata, pivot, Σ f·(v − pivot), Σ f·(v − pivot)², min, max.

        The pivot is the first value met: deviations from it keep their digits where values do not.
        """
        self.count, self.nodata, self.pivot, self.deviation, self.squares, self.min, self.max = self.book.T
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
            sum=self.deviation + self.pivot * self.count,
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
