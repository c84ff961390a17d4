"""The running total of `eco_gis.geometry.zonal.runs`, compiled: many cells, one pass, no list of runs.

Each polygon has a window of its own, one number for each cell and one more at the end of each row. Its
border is entered there, then every row is swept from left to right: the running total is the fraction,
and the value of the cell is taken in at once. All work is done on the polygons `[first, last)` of a list,
so that several threads share it; what belongs to one region must not be split among them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import kernel
from eco_gis.geometry.zonal.grid import Floats
from eco_gis.geometry.zonal.runs import ROUNDING

Ints = NDArray[np.int64]
Lines = tuple[Floats, Floats, Ints, Floats, Ints, Ints]
"""u, v, ring, sign, part, region of `Outlines`."""
Window = tuple[int, int, int, int]
"""First row and column of the grid, and the row and column after the last."""


@kernel
def sweep_statistics(
    values: NDArray[Any],
    nodata: float,
    lines: Lines,
    chosen: Ints,
    boxes: Floats,
    tile: Window,
    by_centre: bool,
    totals: Floats,
) -> None:
    """Take the cells of the chosen polygons into `totals`.

    `totals` is (regions, 8): count, nodata, sum, pivot, Σ f·(v − pivot), Σ f·(v − pivot)², min, max. NaN as
    `nodata` stands for none declared.
    """
    total = np.empty(0)
    for k in range(len(chosen)):
        p = chosen[k]
        window = _window(boxes[p], tile)
        width = window[3] - window[1]
        total = _entered(total, lines, p, window, by_centre)
        row_of = totals[lines[5][p]]
        count, missing, summed, pivot = row_of[0], row_of[1], row_of[2], row_of[3]
        apart, squares, low, high = row_of[4], row_of[5], row_of[6], row_of[7]
        for r in range(window[2] - window[0]):
            share = 0.0
            start = r * (width + 1)
            line = values[window[0] - tile[0] + r]
            for c in range(width):
                share += total[start + c]
                if share < ROUNDING:
                    continue
                part = 1.0 if abs(share - 1.0) < ROUNDING else share
                value = float(line[window[1] - tile[1] + c])
                if value != value or value == nodata:
                    missing += part
                    continue
                if pivot != pivot:
                    pivot = value
                away = value - pivot
                count += part
                summed += part * value
                apart += part * away
                squares += part * away * away
                low = min(low, value)
                high = max(high, value)
        row_of[0], row_of[1], row_of[2], row_of[3] = count, missing, summed, pivot
        row_of[4], row_of[5], row_of[6], row_of[7] = apart, squares, low, high


@kernel
def sweep_classes(
    codes: NDArray[np.int32],
    lines: Lines,
    chosen: Ints,
    boxes: Floats,
    tile: Window,
    by_centre: bool,
    row_areas: Floats,
    cells: Floats,
    area_m2: Floats,
) -> None:
    """Take the cells of the chosen polygons into `cells` and `area_m2`, both (regions, classes + 1).

    `codes` is the column of each cell; `row_areas` as in `CellAreas.rows`.
    """
    total = np.empty(0)
    columns = codes.shape[1]
    for k in range(len(chosen)):
        p = chosen[k]
        window = _window(boxes[p], tile)
        width = window[3] - window[1]
        total = _entered(total, lines, p, window, by_centre)
        region = lines[5][p]
        for r in range(window[2] - window[0]):
            share = 0.0
            start = r * (width + 1)
            row = window[0] - tile[0] + r
            c0, c1, c2 = row_areas[row, 0], row_areas[row, 1], row_areas[row, 2]
            for c in range(width):
                share += total[start + c]
                if share < ROUNDING:
                    continue
                part = 1.0 if abs(share - 1.0) < ROUNDING else share
                column = window[1] - tile[1] + c
                t = 2.0 * column / (columns - 1) - 1.0 if columns > 1 else 0.0
                code = codes[row, column]
                cells[region, code] += part
                area_m2[region, code] += part * (c0 + t * (c1 + t * c2))


@kernel
def _window(box: Floats, tile: Window) -> Window:
    """The rows and columns of the tile that a polygon's box touches."""
    top, bottom = max(math.floor(box[1]), tile[0]), min(math.ceil(box[3]), tile[2])
    left, right = max(math.floor(box[0]), tile[1]), min(math.ceil(box[2]), tile[3])
    return top, left, max(bottom, top), max(right, left)


@kernel
def _entered(total: Floats, lines: Lines, p: int, window: Window, by_centre: bool) -> Floats:
    """The changes of the running total that the border of polygon `p` makes; in `total` where it has room."""
    need = (window[2] - window[0]) * (window[3] - window[1] + 1)
    if len(total) < need:
        total = np.empty(2 * need)
    total[:need] = 0.0
    u, v, ring, sign, part, _ = lines
    for g in range(part[p], part[p + 1]):
        for i in range(ring[g], ring[g + 1] - 1):
            if v[i + 1] > v[i]:
                _enter(total, u[i], v[i], u[i + 1], v[i + 1], -sign[g], window, by_centre)
            elif v[i + 1] < v[i]:
                _enter(total, u[i + 1], v[i + 1], u[i], v[i], sign[g], window, by_centre)
    return total


@kernel
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


@kernel
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


@kernel
def _enter_cell(total: Floats, place: int, change: float, mean: float) -> None:
    total[place] += change * (1.0 - mean)
    total[place + 1] += change * mean
