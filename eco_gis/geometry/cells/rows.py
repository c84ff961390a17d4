"""Pieces of a layer brought into the order of the index: by row, then by cell, and within it by feature."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import kernel
from eco_gis.geometry.cells.cut import (
    Cuts,
    Window,
    cut_ring,
    key_column,
    key_row,
    ring_sign,
    room_for,
    sort_crossings,
)
from eco_gis.geometry.cells.integral import AREA as TO_AREA
from eco_gis.geometry.cells.integral import MOMENT as TO_MOMENT
from eco_gis.geometry.cells.paths import AREA, IN_X, IN_Y, LEFT, RIGHT, WIDTH, gather_paths
from eco_gis.geometry.cells.scale import Grid, linear_excess

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Signs = NDArray[np.int8]
Ids = NDArray[np.int32]


class Pieces(NamedTuple):
    """Pieces of a layer as they were cut, feature after feature."""

    place: Ids
    """(p, 2) column and row."""
    owner: Ids
    """(p,) feature."""
    corner: Floats
    """(p, 4) left x, left y, right x, right y in the cell."""
    sign: Signs
    """(p,) +1 ground below, −1 ground above."""


@kernel
def rooms(xy: Floats, ring: Ints, feature: Ints, first: int, last: int, side: float) -> Ints:
    """Room that the pieces of all, and of the largest, of some features need."""
    total, most = 0, 0
    for f in range(first, last):
        room = 0
        for r in range(feature[f], feature[f + 1]):
            room += room_for(xy, ring[r], ring[r + 1], side)
        total += room
        most = max(most, room)
    return np.array([total, most])


@kernel
def cut_features(
    xy: Floats, ring: Ints, feature: Ints, hole: NDArray[np.bool_], first: int, last: int, side: float,
    window: Window, pieces: Pieces, most: int, in_row: Ints,
) -> tuple[Any, ...]:  # fmt: skip
    """Cut some features into `pieces`, and count them in each row.

    Returns
    -------
    Number of pieces; runs as row, first column and end, their feature and weight.
    """
    key, jump = np.empty(most, np.int64), np.empty(most, np.int64)
    cuts = Cuts(pieces.place, pieces.corner, pieces.sign, key, jump)
    run, run_owner, weight = np.empty((64, 3), np.int64), np.empty(64, np.int32), np.empty(64, np.int8)
    n, runs = 0, 0
    for f in range(first, last):
        begin, crossed = n, 0
        for r in range(feature[f], feature[f + 1]):
            inward = ring_sign(xy, ring[r], ring[r + 1], hole[r])
            n, crossed = cut_ring(xy, ring[r], ring[r + 1], inward, side, window, cuts, n, crossed)
        for k in range(begin, n):
            pieces.owner[k] = f
            in_row[pieces.place[k, 1] - window.row0] += 1
        if runs + crossed > len(weight):
            run, run_owner, weight = _with_room(run, run_owner, weight, runs, 2 * (runs + crossed))
        sort_crossings(key, jump, crossed)
        held = 0
        for k in range(crossed - 1):
            held += jump[k]
            if held != 0 and key[k + 1] > key[k]:
                run[runs, 0] = key_row(key[k])
                run[runs, 1], run[runs, 2] = key_column(key[k]) + 1, key_column(key[k + 1]) + 1
                run_owner[runs], weight[runs] = f, held
                runs += 1
    return n, run[:runs], run_owner[:runs], weight[:runs]


@kernel
def _with_room(run: Ints, owner: Ids, weight: Signs, count: int, room: int) -> tuple[Ints, Ids, Signs]:
    """The same runs with more room."""
    more, more_owner, more_weight = (
        np.empty((room, 3), np.int64),
        np.empty(room, np.int32),
        np.empty(room, np.int8),
    )
    for k in range(count):
        more[k, 0], more[k, 1], more[k, 2] = run[k, 0], run[k, 1], run[k, 2]
        more_owner[k], more_weight[k] = owner[k], weight[k]
    return more, more_owner, more_weight


@kernel
def spread(place: Ids, first: int, last: int, row0: int, begin: Ints, order: Ints) -> int:
    """Note the pieces `first` to `last` in their rows, from where each row begins on; their number."""
    free = begin.copy()
    for k in range(first, last):
        row = place[k, 1] - row0
        order[free[row]] = k
        free[row] += 1
    return last - first


@kernel
def _by_column(place: Ids, order: Ints, begin: int, end: int) -> Ints:
    """The pieces `order[begin:end]` of a row in stable order of their columns: a counting sort."""
    low, high = place[order[begin], 0], place[order[begin], 0]
    for n in range(begin, end):
        column = place[order[n], 0]
        low, high = min(low, column), max(high, column)
    start = np.zeros(high - low + 2, np.int64)
    for n in range(begin, end):
        start[place[order[n], 0] - low + 1] += 1
    for c in range(1, len(start)):
        start[c] += start[c - 1]
    out = np.empty(end - begin, np.int64)
    for n in range(begin, end):
        k = order[n]
        out[start[place[k, 0] - low]] = k
        start[place[k, 0] - low] += 1
    return out


@kernel
def sort_rows(
    pieces: Pieces, order: Ints, row_piece: Ints, first: int, last: int, row0: int, grid: Grid,
    piece: Floats, piece_sign: Signs,
) -> tuple[Any, ...]:  # fmt: skip
    """Write the pieces of some rows in order of their cells, and tell where cells, entries and paths begin.

    Returns
    -------
    Number of cells in each row; column, first entry and excess of each cell; feature, first piece, first
    path, x-range and sums of each entry; each path and its first piece.
    """
    place, owner, corner, sign = pieces
    room = row_piece[last] - row_piece[first]
    in_row = np.zeros(last - first, np.int64)
    cell_column, cell_entry = np.empty(room, np.int64), np.empty(room + 1, np.int64)
    excess = np.empty((room, 3), np.float64)
    entry_feature, entry_piece = np.empty(room, np.int32), np.empty(room, np.int64)
    entry_path, span = np.empty(room + 1, np.int64), np.empty((room, 2), np.float64)
    total = np.empty((room, 4), np.float64)
    path, path_piece = np.empty((room, WIDTH + 1), np.float64), np.empty(room + 1, np.int64)
    cells, entries, paths = 0, 0, 0
    for row in range(first, last):
        begin, end = row_piece[row], row_piece[row + 1]
        if begin == end:
            continue
        by_column = _by_column(place, order, begin, end)
        for n in range(begin, end):
            k = by_column[n - begin]
            left, left_y, right, right_y = corner[k, 0], corner[k, 1], corner[k, 2], corner[k, 3]
            piece[n, 0], piece[n, 1], piece[n, 2] = left, right, left_y
            piece[n, 3] = (right_y - left_y) / (right - left) if right > left else right_y - left_y
            piece_sign[n] = sign[k]
        n = begin
        while n < end:
            column, feature = place[by_column[n - begin], 0], owner[by_column[n - begin]]
            if n == begin or column != cell_column[cells - 1]:
                cell_column[cells], cell_entry[cells] = column, entries
                excess[cells, 0], excess[cells, 1], excess[cells, 2] = linear_excess(grid, column, row0 + row)
                in_row[row - first] += 1
                cells += 1
            entry_feature[entries], entry_piece[entries], entry_path[entries] = feature, n, paths
            while (
                n < end
                and place[by_column[n - begin], 0] == column
                and owner[by_column[n - begin]] == feature
            ):
                n += 1
            known, paths = (
                paths,
                gather_paths(piece, piece_sign, entry_piece[entries], n, path, path_piece, paths),
            )
            left, right, area, in_x, in_y, width = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for t in range(known, paths):
                left, right = min(left, path[t, LEFT]), max(right, path[t, RIGHT])
                area += path[t, AREA]
                in_x += path[t, IN_X]
                in_y += path[t, IN_Y]
                width += path[t, WIDTH]
            span[entries, 0], span[entries, 1] = left, right
            total[entries, 0], total[entries, 1] = area * TO_AREA, in_x * TO_MOMENT
            total[entries, 2], total[entries, 3] = in_y * TO_MOMENT, width
            entries += 1
    cell_entry[cells], entry_path[entries] = entries, paths
    return (
        in_row,
        cell_column[:cells].copy(),
        cell_entry[: cells + 1].copy(),
        excess[:cells].copy(),
        entry_feature[:entries].copy(),
        entry_piece[:entries].copy(),
        entry_path[: entries + 1].copy(),
        span[:entries].copy(),
        total[:entries].copy(),
        path[:paths].copy(),
        path_piece[:paths].copy(),
    )
