"""The running total of `eco_gis.geometry.zonal.runs`, compiled: many cells, one pass, no list of runs.

Each polygon has a window of its own, one number for each cell and one more at the end of each row. Its
border is entered there, then every row is swept from left to right: the running total is the fraction,
and the value of the cell is taken in at once. Threads share the polygons; a region stays with one of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import bare_kernel, cores, on_all_cores, part_of_kernels
from eco_gis.geometry.zonal.grid import Floats, Tile
from eco_gis.geometry.zonal.outlines import Outlines
from eco_gis.geometry.zonal.runs import ROUNDING, Rule

Ints = NDArray[np.int64]
Lines = tuple[Floats, Floats, Ints, Floats, Ints, Ints]
"""u, v, ring, sign, part, region of `Outlines`."""
Window = tuple[int, int, int, int]
"""First row and column of the grid, and the row and column after the last."""


_SHARES = 4
"""Ranges of work for each core."""

_SWEPT = tuple(np.dtype(name) for name in ("u1", "i2", "f4", "f8"))
"""Kinds of numbers that are compiled for; others are brought to eight-byte floats, tile by tile."""


def take_statistics(
    values: NDArray[Any],
    nodata: float | None,
    outlines: Outlines,
    parts: Ints,
    tile: Tile,
    rule: Rule,
    totals: Floats,
) -> None:
    """Take the cells of a tile that the polygons `parts` hold into `totals` (as in `_sweep_statistics`)."""
    known = values if values.dtype in _SWEPT else values.astype(np.float64)
    none, by_centre = np.nan if nodata is None else nodata, rule is Rule.CENTRE
    lines, boxes, window = outlines.lines, outlines.boxes, tile.window
    on_all_cores(
        lambda a, b: _sweep_statistics(
            known, none, lines, parts[a:b], boxes, window, by_centre, _room(boxes[parts[a:b]], window), totals
        ),
        _by_region(outlines, parts),
    )


def take_classes(
    codes: NDArray[np.int32],
    row_areas: Floats,
    outlines: Outlines,
    parts: Ints,
    tile: Tile,
    rule: Rule,
    cells: Floats,
    area_m2: Floats,
) -> None:
    """Take the cells of a tile that the polygons `parts` hold into `cells` and `area_m2` (as in `_sweep_classes`)."""
    lines, boxes, window, by_centre = outlines.lines, outlines.boxes, tile.window, rule is Rule.CENTRE
    on_all_cores(
        lambda a, b: _sweep_classes(
            codes,
            row_areas,
            lines,
            parts[a:b],
            boxes,
            window,
            by_centre,
            _room(boxes[parts[a:b]], window),
            cells,
            area_m2,
        ),
        _by_region(outlines, parts),
    )


def _room(boxes: Floats, tile: Window) -> Floats:
    """Room for the changes of the running total in the window of any of some polygons."""
    rows = np.minimum(np.ceil(boxes[:, 3]), tile[2]) - np.maximum(np.floor(boxes[:, 1]), tile[0])
    columns = np.minimum(np.ceil(boxes[:, 2]), tile[3]) - np.maximum(np.floor(boxes[:, 0]), tile[1])
    return np.empty(int((np.maximum(rows, 0) * (np.maximum(columns, 0) + 1)).max(initial=0)))


def _by_region(outlines: Outlines, parts: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of the list of polygons, some for each core, that split no region."""
    region = outlines.region[parts]
    begins = np.searchsorted(region, region[:: max(1, len(parts) // (_SHARES * cores()))])
    return pairwise(np.unique(np.append(begins, len(parts))).tolist())


@bare_kernel
def _sweep_statistics(
    values: NDArray[Any],
    nodata: float,
    lines: Lines,
    chosen: Ints,
    boxes: Floats,
    tile: Window,
    by_centre: bool,
    total: Floats,
    totals: Floats,
) -> None:
    """Take the cells of the chosen polygons into `totals`.

    `totals` is (regions, 7): count, nodata, pivot, Σ f·(v − pivot), Σ f·(v − pivot)², min, max. The pivot is
    the first value met: deviations from it keep their digits where values do not. NaN as `nodata` stands
    for none declared.
    """
    for k in range(len(chosen)):
        p = chosen[k]
        window = _window(boxes[p], tile)
        width = window[3] - window[1]
        _enter_border(total, lines, p, window, by_centre)
        book = totals[lines[5][p]]
        # kept here and not in the book while cells go by: that is where the time goes
        count, missing, pivot, apart = book[0], book[1], book[2], book[3]
        squares, low, high = book[4], book[5], book[6]
        for r in range(window[2] - window[0]):
            changes = total[r * (width + 1) : (r + 1) * (width + 1)]
            row = values[window[0] - tile[0] + r, window[1] - tile[1] : window[3] - tile[1]]
            share = 0.0
            for c in range(width):
                share += changes[c]
                if share <= ROUNDING:
                    continue
                part = 1.0 if share > 1.0 - ROUNDING else share
                value = float(row[c])
                if value != value or value == nodata:
                    missing += part
                    continue
                if pivot != pivot:
                    pivot = value
                away = value - pivot
                weighted = part * away
                count += part
                apart += weighted
                squares += weighted * away
                low = value if value < low else low
                high = value if value > high else high
        book[0], book[1], book[2], book[3] = count, missing, pivot, apart
        book[4], book[5], book[6] = squares, low, high


@bare_kernel
def _sweep_classes(
    codes: NDArray[np.int32],
    row_areas: Floats,
    lines: Lines,
    chosen: Ints,
    boxes: Floats,
    tile: Window,
    by_centre: bool,
    total: Floats,
    cells: Floats,
    area_m2: Floats,
) -> None:
    """Take the cells of the chosen polygons into `cells` and `area_m2`, both (regions, classes + 1).

    `codes` is the column of each cell; `row_areas` as in `CellAreas.rows`.
    """
    step = 2.0 / max(codes.shape[1] - 1, 1)
    for k in range(len(chosen)):
        p = chosen[k]
        window = _window(boxes[p], tile)
        width = window[3] - window[1]
        _enter_border(total, lines, p, window, by_centre)
        region = lines[5][p]
        for r in range(window[2] - window[0]):
            changes = total[r * (width + 1) : (r + 1) * (width + 1)]
            row, left = window[0] - tile[0] + r, window[1] - tile[1]
            c0, c1, c2 = row_areas[row, 0], row_areas[row, 1], row_areas[row, 2]
            share = 0.0
            for c in range(width):
                share += changes[c]
                if share <= ROUNDING:
                    continue
                part = 1.0 if share > 1.0 - ROUNDING else share
                t = (left + c) * step - 1.0
                code = codes[row, left + c]
                cells[region, code] += part
                area_m2[region, code] += part * (c0 + t * (c1 + t * c2))


def measured(u: Floats, v: Floats, ring: Ints) -> tuple[Floats, Floats]:
    """Signed area of each ring, and its lowest and highest column and row."""
    count = len(ring) - 1
    areas, boxes = np.empty(count), np.empty((count, 4))
    cuts = np.linspace(0, count, cores() + 1).astype(np.intp).tolist()
    on_all_cores(lambda a, b: _measure(u, v, ring, a, b, areas, boxes), pairwise(cuts))
    return areas, boxes


@bare_kernel
def _measure(u: Floats, v: Floats, ring: Ints, first: int, last: int, areas: Floats, boxes: Floats) -> None:
    """Signed area, and lowest and highest column and row, of the rings `[first, last)`."""
    for g in range(first, last):
        begin, end = ring[g], ring[g + 1]
        u0, v0, twice = u[begin], v[begin], 0.0
        west, north, east, south = u0, v0, u0, v0
        for i in range(begin, end - 1):
            twice += (u[i] - u0) * (v[i + 1] - v0) - (u[i + 1] - u0) * (v[i] - v0)
            west, east = min(west, u[i]), max(east, u[i])
            north, south = min(north, v[i]), max(south, v[i])
        areas[g] = twice / 2
        boxes[g, 0], boxes[g, 1], boxes[g, 2], boxes[g, 3] = west, north, east, south


@part_of_kernels
def _window(box: Floats, tile: Window) -> Window:
    """The rows and columns of the tile that a polygon's box touches."""
    top, bottom = max(math.floor(box[1]), tile[0]), min(math.ceil(box[3]), tile[2])
    left, right = max(math.floor(box[0]), tile[1]), min(math.ceil(box[2]), tile[3])
    return top, left, max(bottom, top), max(right, left)


@part_of_kernels
def _enter_border(total: Floats, lines: Lines, p: int, window: Window, by_centre: bool) -> None:
    """Write the changes of the running total that the border of polygon `p` makes."""
    total[: (window[2] - window[0]) * (window[3] - window[1] + 1)] = 0.0
    u, v, ring, sign, part, _ = lines
    for g in range(part[p], part[p + 1]):
        for i in range(ring[g], ring[g + 1] - 1):
            if v[i + 1] > v[i]:
                _enter(total, u[i], v[i], u[i + 1], v[i + 1], -sign[g], window, by_centre)
            elif v[i + 1] < v[i]:
                _enter(total, u[i + 1], v[i + 1], u[i], v[i], sign[g], window, by_centre)


@part_of_kernels
def _enter(
    total: Floats, u0: float, v0: float, u1: float, v1: float, weight: float, window: Window, by_centre: bool
) -> None:
    """Enter an edge along which v grows from v0 to v1."""
    width = window[3] - window[1] + 1
    slope = (u1 - u0) / (v1 - v0)
    if by_centre:
        for row in range(max(math.ceil(v0 - 0.5), window[0]), min(math.ceil(v1 - 0.5), window[2])):
            column = math.ceil(u0 + (row + 0.5 - v0) * slope - 0.5)
            column = min(max(column, window[1]), window[3])
            total[(row - window[0]) * width + column - window[1]] += weight
        return
    low, high = min(u0, u1), max(u0, u1)
    v, end = max(v0, float(window[0])), min(v1, float(window[2]))
    if v >= end:
        return
    u = u0 if v == v0 else min(max(u0 + (v - v0) * slope, low), high)
    for row in range(math.floor(v), window[2]):
        next_v = min(float(row + 1), end)
        next_u = u1 if next_v == v1 else min(max(u0 + (next_v - v0) * slope, low), high)
        _enter_row(
            total, (row - window[0]) * width, min(u, next_u), max(u, next_u), weight * (next_v - v), window
        )
        u, v = next_u, next_v
        if v >= end:
            return


@part_of_kernels
def _enter_row(total: Floats, start: int, low: float, high: float, change: float, window: Window) -> None:
    """Enter a piece of border within one row that reaches from column `low` to column `high`."""
    left, right = window[1], window[3]
    if high <= left:
        total[start] += change
        return
    if low >= right:
        return
    column = math.floor(low)
    if high <= column + 1 and column >= left:
        _enter_cell(total, start + column - left, change, (low + high) / 2 - column)
        return
    per_column = change / (high - low)
    if low < left:
        total[start] += per_column * (left - low)
        column = left
    for c in range(column, min(math.ceil(high), right)):
        begin, end = max(low, float(c)), min(high, float(c + 1))
        _enter_cell(total, start + c - left, per_column * (end - begin), (begin + end) / 2 - c)


@part_of_kernels
def _enter_cell(total: Floats, place: int, change: float, mean: float) -> None:
    total[place] += change * (1.0 - mean)
    total[place + 1] += change * mean
