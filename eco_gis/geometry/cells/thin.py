"""Lengths of lines and numbers of points inside polygons, by cells.

A point lies inside where the signed count of the edges above it is 1. So a piece of a line has inside it

    Σ over edges f of the polygon   s(f) · length of the piece below f,

and no shape is built. What runs along a border is not inside (law 11): of what lies on an edge nothing is
below it where the ground is below, and all of it where the ground is above, so that either way the sum is 0.
Vertical pieces and points look at the edges over them from the left end of each (included) to its right
end (excluded), that is at the ground just right of them: along a vertical border with the ground on its
right the whole length is taken off, along one with the ground on its left nothing has been counted.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import kernel, on_all_cores
from eco_gis.geometry.cells.cut import Window, cut_ring, new_cuts, room_for
from eco_gis.geometry.cells.index import CellIndex, even_ranges
from eco_gis.geometry.cells.lookup import cell_at, most_runs, runs_over, window_of
from eco_gis.geometry.cells.scale import linear_excess

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Index = NDArray[np.intp]

ON_BORDER = 1e-11
"""Distance in cells within which a line or point lies on a border: a nanometre in the largest cells, twice
the last bit of a plane coordinate."""

_OUT_OF_SIGHT = 1000
"""Taken off the count of a point on a border, so that whatever runs hold the cell it is not inside."""


def inner_lengths(xy: Floats, line: Ints, index: CellIndex) -> tuple[Index, Index, Floats]:
    """Line, polygon and the terms of the length inside, planar ÷ local scale, in plane units.

    Parameters
    ----------
    xy, line
        Vertices in plane units, and the index of each line's first one, with their number at the end. A
        line that passes a place twice is measured twice there.
    """
    window = window_of(index)
    parts = on_all_cores(lambda a, b: _lengths(xy, line, a, b, index, window), even_ranges(line))
    one, other, size = _joined(parts)
    return one, other, size * index.grid.side


def inner_points(xy: Floats, index: CellIndex) -> tuple[Index, Index, Floats]:
    """Point, polygon and the terms of a sum that is 1 or more where the point lies inside.

    Points on the lines of the grid are to be told by other means (see `on_grid`): the edges that end there
    may stand in a neighbouring cell.
    """
    every = np.arange(len(xy) + 1, dtype=np.int64)
    return _joined(on_all_cores(lambda a, b: _counts(xy, a, b, index), even_ranges(every)))


def on_grid(xy: Floats, index: CellIndex) -> NDArray[np.bool_]:
    """Which points lie on lines of the grid."""
    return np.asarray((np.remainder(xy, index.grid.side) == 0).any(axis=1))


def _joined(parts: list[Any]) -> tuple[Index, Index, Floats]:
    pair, size = (np.concatenate([part[k] for part in parts]) for k in range(2))
    return pair[:, 0].astype(np.intp), pair[:, 1].astype(np.intp), size


@kernel
def _lengths(
    xy: Floats, line: Ints, first: int, last: int, index: CellIndex, window: Window
) -> tuple[Any, ...]:
    """Terms of the lengths of some lines: one for each edge or run over a piece."""
    grid, row0, rows = index.grid, index.row0, len(index.row_cell) - 1
    over = np.empty(most_runs(index), np.int64)
    pair, size, n = np.empty((64, 2), np.int64), np.empty(64, np.float64), 0
    cuts = new_cuts(64)
    for a in range(first, last):
        room = room_for(xy, line[a], line[a + 1], grid.side)
        if room > len(cuts.sign):
            cuts = new_cuts(room)
        pieces, _ = cut_ring(xy, line[a], line[a + 1], 1, grid.side, window, cuts, 0, 0)
        for k in range(pieces):
            left, left_y, right, right_y = (
                cuts.corner[k, 0],
                cuts.corner[k, 1],
                cuts.corner[k, 2],
                cuts.corner[k, 3],
            )
            column, row = cuts.place[k, 0], cuts.place[k, 1]
            r = row - row0
            along_top = left_y == 1.0 and right_y == 1.0  # what crossings add for polygons
            if along_top or r < 0 or r >= rows:
                continue
            linear = linear_excess(grid, column, row)
            cell = cell_at(index, r, column)
            if cell >= 0:
                for e in range(index.cell_entry[cell], index.cell_entry[cell + 1]):
                    total = 0.0
                    for p in range(index.entry_piece[e], index.entry_piece[e + 1]):
                        total += _below_edge(
                            left, left_y, right, right_y, index.piece, p, index.piece_sign[p], linear
                        )
                    if total != 0.0:
                        pair, size = _with_room(pair, size, n)
                        pair[n, 0], pair[n, 1], size[n] = a, index.entry_feature[e], total
                        n += 1
            found = runs_over(index, r, column, over)
            for m in range(found):
                pair, size = _with_room(pair, size, n)
                whole = _measured(left, left_y, right, right_y, linear)
                pair[n, 0], pair[n, 1] = a, index.run_feature[over[m]]
                size[n] = index.run_weight[over[m]] * whole
                n += 1
    return pair[:n], size[:n]


@kernel
def _below_edge(
    left: float, left_y: float, right: float, right_y: float, piece: Floats, p: int, sign: int,
    linear: tuple[float, float, float],
) -> float:  # fmt: skip
    """What one edge adds to the length of a piece that lies inside."""
    edge_left, edge_right, edge_y, slope = piece[p, 0], piece[p, 1], piece[p, 2], piece[p, 3]
    if left == right:
        low, high = min(left_y, right_y), max(left_y, right_y)
        if edge_left == edge_right:
            if left != edge_left or sign * slope <= 0:
                return 0.0  # apart, or with the ground on its left
            low, high = max(low, min(edge_y, edge_y + slope)), min(high, max(edge_y, edge_y + slope))
            return -_measured(left, low, left, high, linear) if high > low else 0.0
        if not edge_left <= left < edge_right:
            return 0.0
        high = min(high, edge_y + (left - edge_left) * slope)
        return sign * _measured(left, low, left, high, linear) if high > low else 0.0
    begin, end = max(left, edge_left), min(right, edge_right)
    if not end > begin:
        return 0.0
    own = (right_y - left_y) / (right - left)
    begin_y, end_y = left_y + (begin - left) * own, left_y + (end - left) * own
    over_begin = edge_y + (begin - edge_left) * slope - begin_y
    over_end = edge_y + (end - edge_left) * slope - end_y
    near = ON_BORDER * math.sqrt(1.0 + own * own)
    along_top = edge_y == 1.0 and slope == 0.0
    if abs(over_begin) <= near and abs(over_end) <= near and not along_top:
        return (sign - 1) / 2 * _measured(begin, begin_y, end, end_y, linear)
    if over_begin <= 0 and over_end <= 0:
        return 0.0
    if over_begin < 0 or over_end < 0:
        share = over_begin / (over_begin - over_end)
        middle, middle_y = begin + (end - begin) * share, begin_y + (end_y - begin_y) * share
        if over_begin < 0:
            begin, begin_y = middle, middle_y
        else:
            end, end_y = middle, middle_y
    return sign * _measured(begin, begin_y, end, end_y, linear)


@kernel
def _measured(
    left: float, left_y: float, right: float, right_y: float, linear: tuple[float, float, float]
) -> float:
    """Length of a straight piece, planar ÷ local scale, in cells."""
    excess = linear[0] + linear[1] * (left + right) / 2 + linear[2] * (left_y + right_y) / 2
    return math.hypot(right - left, right_y - left_y) * math.sqrt(1.0 + excess)


@kernel
def _counts(xy: Floats, first: int, last: int, index: CellIndex) -> tuple[Any, ...]:
    """Terms of the numbers of some points inside polygons: one for each polygon in the cell of a point."""
    row0, rows = index.row0, len(index.row_cell) - 1
    over = np.empty(most_runs(index), np.int64)
    pair, size, n = np.empty((64, 2), np.int64), np.empty(64, np.float64), 0
    for a in range(first, last):
        x, y = xy[a, 0] / index.grid.side, xy[a, 1] / index.grid.side
        column, row = math.floor(x), math.floor(y)
        x, y, r = x - column, y - row, row - row0
        if r < 0 or r >= rows:
            continue
        cell = cell_at(index, r, column)
        if cell >= 0:
            for e in range(index.cell_entry[cell], index.cell_entry[cell + 1]):
                total, border = 0, False
                for p in range(index.entry_piece[e], index.entry_piece[e + 1]):
                    left, right, slope = index.piece[p, 0], index.piece[p, 1], index.piece[p, 3]
                    edge_y = index.piece[p, 2]
                    if left == right:
                        border |= x == left and min(edge_y, edge_y + slope) <= y <= max(
                            edge_y, edge_y + slope
                        )
                    elif left <= x <= right:
                        over_y = edge_y + (x - left) * slope - y
                        along_top = edge_y == 1.0 and slope == 0.0
                        border |= abs(over_y) <= ON_BORDER * math.sqrt(1.0 + slope * slope) and not along_top
                        if x < right and over_y > 0:
                            total += index.piece_sign[p]
                if border:
                    total = -_OUT_OF_SIGHT
                if total != 0:
                    pair, size = _with_room(pair, size, n)
                    pair[n, 0], pair[n, 1], size[n] = a, index.entry_feature[e], total
                    n += 1
        found = runs_over(index, r, column, over)
        for m in range(found):
            pair, size = _with_room(pair, size, n)
            pair[n, 0], pair[n, 1], size[n] = a, index.run_feature[over[m]], index.run_weight[over[m]]
            n += 1
    return pair[:n], size[:n]


@kernel
def _with_room(pair: Ints, size: Floats, count: int) -> tuple[Ints, Floats]:
    """The same rows, with as much room again where all of it is taken."""
    if count < len(size):
        return pair, size
    more, more_size = np.empty((2 * count, 2), np.int64), np.empty(2 * count, np.float64)
    for k in range(count):
        more[k, 0], more[k, 1], more_size[k] = pair[k, 0], pair[k, 1], size[k]
    return more, more_size
