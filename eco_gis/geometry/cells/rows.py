"""Pieces of a layer brought into the order of the index: by row, then by cell, and within it by feature."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import bare_kernel, part_of_kernels
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
from eco_gis.geometry.rings import Rings

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


@bare_kernel
def rooms(xy: Floats, ring: Ints, feature: Ints, first: int, last: int, side: float) -> tuple[int, int]:
    """Room that the pieces of all, and of the largest, of some features need."""
    total, most = 0, 0
    for f in range(first, last):
        room = 0
        for r in range(feature[f], feature[f + 1]):
            room += room_for(xy, ring[r], ring[r + 1], side)
        total += room
        most = max(most, room)
    return total, most


class Runs(NamedTuple):
    """Room for the runs of some features."""

    place: Ints
    """(k, 3) row, first column and end."""
    owner: Ids
    """(k,) feature."""
    weight: Signs
    """(k,) as in `CellIndex`."""


def cut_part(
    rings: Rings, first: int, last: int, side: float, window: Window, pieces: Pieces, most: int, in_row: Ints
) -> tuple[int, Runs]:
    """Cut some features into `pieces`, and count them in each row; the number of pieces, and the runs."""
    room = len(pieces.sign)
    runs = Runs(np.empty((room, 3), np.int64), np.empty(room, np.int32), np.empty(room, np.int8))
    crossings = np.empty(most, np.int64), np.empty(most, np.int64)
    count, held = _cut_features(
        rings.xy, rings.ring, rings.feature, rings.hole, first, last, side, window, pieces, *crossings,
        in_row, runs,
    )  # fmt: skip
    return count, Runs(runs.place[:held], runs.owner[:held], runs.weight[:held])


@bare_kernel
def _cut_features(
    xy: Floats, ring: Ints, feature: Ints, hole: NDArray[np.bool_], first: int, last: int, side: float,
    window: Window, pieces: Pieces, key: Ints, jump: Ints, in_row: Ints, runs: Runs,
) -> tuple[int, int]:  # fmt: skip
    """Number of pieces and of runs."""
    cuts = Cuts(pieces.place, pieces.corner, pieces.sign, key, jump)
    run, run_owner, weight = runs
    n, count = 0, 0
    for f in range(first, last):
        begin, crossed = n, 0
        for r in range(feature[f], feature[f + 1]):
            inward = ring_sign(xy, ring[r], ring[r + 1], hole[r])
            n, crossed = cut_ring(xy, ring[r], ring[r + 1], inward, side, window, cuts, n, crossed)
        for k in range(begin, n):
            pieces.owner[k] = f
            in_row[pieces.place[k, 1] - window.row0] += 1
        sort_crossings(key, jump, crossed)
        held = 0
        for k in range(crossed - 1):
            held += jump[k]
            if held != 0 and key[k + 1] > key[k]:
                run[count, 0] = key_row(key[k])
                run[count, 1], run[count, 2] = key_column(key[k]) + 1, key_column(key[k + 1]) + 1
                run_owner[count], weight[count] = f, held
                count += 1
    return n, count


@bare_kernel
def spread(place: Ids, first: int, last: int, row0: int, free: Ints, order: Ints) -> int:
    """Note the pieces `first` to `last` in their rows, from where each is `free` on; their number."""
    for k in range(first, last):
        row = place[k, 1] - row0
        order[free[row]] = k
        free[row] += 1
    return last - first


class Sorted(NamedTuple):
    """Cells, entries and paths of some rows (see `CellIndex`), offsets from their first ones on."""

    in_row: Ints
    """(rows,) number of cells."""
    cell_column: Ints
    cell_entry: Ints
    cell_excess: Floats
    entry_feature: Ids
    entry_piece: Ints
    entry_path: Ints
    entry_span: Floats
    entry_sum: Floats
    path: Floats
    path_piece: Ints


def sorted_rows(
    pieces: Pieces, order: Ints, row_piece: Ints, first: int, last: int, row0: int, grid: Grid,
    piece: Floats, piece_sign: Signs,
) -> Sorted:  # fmt: skip
    """Write the pieces of some rows in order of their cells, and tell where cells, entries and paths begin."""
    room = int(row_piece[last] - row_piece[first])
    out = Sorted(
        np.zeros(last - first, np.int64),
        np.empty(room, np.int64),
        np.empty(room + 1, np.int64),
        np.empty((room, 3)),
        np.empty(room, np.int32),
        np.empty(room, np.int64),
        np.empty(room + 1, np.int64),
        np.empty((room, 2)),
        np.empty((room, 4)),
        np.empty((room, WIDTH + 1)),
        np.empty(room + 1, np.int64),
    )
    column = pieces.place[order[row_piece[first] : row_piece[last]], 0]
    low, high = (int(column.min()), int(column.max())) if room else (0, 0)
    start = np.zeros(high - low + 2, np.int64)
    longest = int(np.diff(row_piece[first : last + 1]).max(initial=0))
    by_column = np.empty(longest, np.int64)
    cells, entries, paths = _sort_rows(
        pieces, order, row_piece, first, last, row0, grid, piece, piece_sign, low, start, by_column, out
    )
    return Sorted(
        out.in_row,
        out.cell_column[:cells],
        out.cell_entry[: cells + 1],
        out.cell_excess[:cells],
        out.entry_feature[:entries],
        out.entry_piece[:entries],
        out.entry_path[: entries + 1],
        out.entry_span[:entries],
        out.entry_sum[:entries],
        out.path[:paths],
        out.path_piece[:paths],
    )


@part_of_kernels
def _order_by_column(
    place: Ids, order: Ints, begin: int, end: int, low: int, start: Ints, by_column: Ints
) -> None:
    """Write the pieces `order[begin:end]` of a row in stable order of their columns: a counting sort."""
    start[:] = 0
    for n in range(begin, end):
        start[place[order[n], 0] - low + 1] += 1
    for c in range(1, len(start)):
        start[c] += start[c - 1]
    for n in range(begin, end):
        k = order[n]
        by_column[start[place[k, 0] - low]] = k
        start[place[k, 0] - low] += 1


@bare_kernel
def _sort_rows(
    pieces: Pieces, order: Ints, row_piece: Ints, first: int, last: int, row0: int, grid: Grid,
    piece: Floats, piece_sign: Signs, low: int, start: Ints, by_column: Ints, out: Sorted,
) -> tuple[int, int, int]:  # fmt: skip
    """Number of cells, entries and paths."""
    place, owner, corner, sign = pieces
    path, path_piece, entry_piece = out.path, out.path_piece, out.entry_piece
    excess, span, total = out.cell_excess, out.entry_span, out.entry_sum
    cells, entries, paths = 0, 0, 0
    for row in range(first, last):
        begin, end = row_piece[row], row_piece[row + 1]
        if begin == end:
            continue
        _order_by_column(place, order, begin, end, low, start, by_column)
        for n in range(begin, end):
            k = by_column[n - begin]
            left, left_y, right, right_y = corner[k, 0], corner[k, 1], corner[k, 2], corner[k, 3]
            piece[n, 0], piece[n, 1], piece[n, 2] = left, right, left_y
            piece[n, 3] = (right_y - left_y) / (right - left) if right > left else right_y - left_y
            piece_sign[n] = sign[k]
        n = begin
        while n < end:
            column, feature = place[by_column[n - begin], 0], owner[by_column[n - begin]]
            if n == begin or column != out.cell_column[cells - 1]:
                out.cell_column[cells], out.cell_entry[cells] = column, entries
                excess[cells, 0], excess[cells, 1], excess[cells, 2] = linear_excess(grid, column, row0 + row)
                out.in_row[row - first] += 1
                cells += 1
            out.entry_feature[entries], entry_piece[entries], out.entry_path[entries] = feature, n, paths
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
    out.cell_entry[cells], out.entry_path[entries] = entries, paths
    return cells, entries, paths
