"""Pairs of polygons with a common area: one layer streamed past the index of the other."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import kernel, on_all_cores
from eco_gis.geometry.cells.cut import (
    Cuts,
    Window,
    cut_ring,
    key_column,
    key_row,
    new_cuts,
    ring_sign,
    room_for,
    sort_crossings,
)
from eco_gis.geometry.cells.index import CellIndex, ranges
from eco_gis.geometry.cells.integral import below, below_both
from eco_gis.geometry.cells.lookup import column_end, most_runs, position, runs_over, sort_ids
from eco_gis.geometry.cells.scale import Grid, linear_excess, run_excess
from eco_gis.geometry.rings import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ids = NDArray[np.int32]

ROUNDING = 16 * 2.0**-53
"""A sum is an overlap where it is larger than this for each cell width of pieces that went into it."""

_AREA, _EXCESS, _WIDTH = 0, 1, 2


class _Sums(NamedTuple):
    """What the streamed feature has in common with each feature of the index."""

    total: Floats
    """(n, 3) area in cells, the same times the areal scale less 1, widths of the pieces summed."""
    mark: Ids
    """(n,) the streamed feature that met it last; negative where their boxes do not overlap."""
    met: Ids
    """Features met by the streamed one."""


def common_areas(
    streamed: Rings, index: CellIndex, *, among_itself: bool = False
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats, Floats]:
    """Streamed feature, indexed feature, planar and ellipsoidal m² of each pair with a common area.

    Sorted by streamed, then by indexed feature.

    Parameters
    ----------
    among_itself
        The index is that of the streamed layer: give each pair once, the smaller index first.
    """
    if not len(index.piece) or not streamed.vertices:
        none = np.empty(0, dtype=np.intp)
        return none, none, np.empty(0), np.empty(0)
    grid = index.grid
    box = streamed.bounds / grid.side
    parts = on_all_cores(
        lambda first, last: _stream(
            streamed.xy,
            streamed.ring,
            streamed.feature,
            streamed.hole,
            box,
            first,
            last,
            index,
            among_itself,
        ),
        ranges(streamed),
    )
    pair, total = (np.concatenate([part[k] for part in parts]) for k in range(2))
    planar = total[:, _AREA] * grid.cell_m2
    return (
        pair[:, 0].astype(np.intp),
        pair[:, 1].astype(np.intp),
        planar,
        planar + total[:, _EXCESS] * grid.cell_m2,
    )


@kernel
def _stream(
    xy: Floats,
    ring: Ints,
    feature: Ints,
    hole: NDArray[np.bool_],
    box: Floats,
    first: int,
    last: int,
    index: CellIndex,
    among_itself: bool,
) -> tuple[Any, ...]:
    """Pairs of some features with those of the index."""
    grid = index.grid
    size = len(index.box)
    sums = _Sums(np.empty((size, 3), np.float64), np.zeros(size, np.int32), np.empty(size, np.int32))
    window = Window(index.row0, index.row0 + len(index.row_cell) - 1, column_end(index))
    over = np.empty(most_runs(index), np.int64)
    cuts = new_cuts(256)
    pair, total = np.empty((64, 2), np.int64), np.empty((64, 2), np.float64)
    pairs = 0
    for f in range(first, last):
        if not (box[f, 1] < window.row_end and box[f, 3] >= window.row0 and box[f, 0] < window.column_end):
            continue
        room = room_for(xy, ring[feature[f]], ring[feature[f + 1]], grid.side)
        if room > len(cuts.sign):
            cuts = new_cuts(2 * room)
        n, crossed = 0, 0
        for r in range(feature[f], feature[f + 1]):
            inward = ring_sign(xy, ring[r], ring[r + 1], hole[r])
            n, crossed = cut_ring(xy, ring[r], ring[r + 1], inward, grid.side, window, cuts, n, crossed)
        after = f if among_itself else -1
        mark = f - first + 1
        met = _sum_pieces(cuts, n, index, grid, sums, over, mark, box, f, after)
        met = _sum_runs(cuts, crossed, window.column_end, index, grid, sums, met, mark, box, f, after)
        sort_ids(sums.met, met)
        for k in range(met):
            b = sums.met[k]
            if not sums.total[b, _AREA] > ROUNDING * sums.total[b, _WIDTH]:
                continue
            if pairs == len(pair):
                pair, total = _doubled(pair, total)
            pair[pairs, 0], pair[pairs, 1] = f, b
            total[pairs, 0], total[pairs, 1] = sums.total[b, _AREA], sums.total[b, _EXCESS]
            pairs += 1
    return pair[:pairs], total[:pairs]


@kernel
def _doubled(pair: Ints, total: Floats) -> tuple[Ints, Floats]:
    """The same rows with as much room again."""
    count = len(pair)
    more, more_total = np.empty((2 * count, 2), np.int64), np.empty((2 * count, 2), np.float64)
    for k in range(count):  # row by row, which compiles in a moment; a slice takes seconds
        more[k, 0], more[k, 1] = pair[k, 0], pair[k, 1]
        more_total[k, 0], more_total[k, 1] = total[k, 0], total[k, 1]
    return more, more_total


@kernel
def _welcome(
    mark: Ids, boxes: Floats, total: Floats, b: int, stamp: int, box: Floats, f: int, after: int
) -> int:
    """0 where feature `b` is known to the streamed one, 1 where it is new, −1 where it is not wanted.

    It is not wanted where the boxes are apart, or where it does not come after `after`.
    """
    seen = mark[b]
    if seen == stamp:
        return 0
    if seen == -stamp:
        return -1
    if b <= after or not (
        box[f, 0] < boxes[b, 2]
        and boxes[b, 0] < box[f, 2]
        and box[f, 1] < boxes[b, 3]
        and boxes[b, 1] < box[f, 3]
    ):
        mark[b] = -stamp
        return -1
    mark[b] = stamp
    total[b, 0], total[b, 1], total[b, 2] = 0.0, 0.0, 0.0
    return 1


@kernel
def _sum_pieces(
    cuts: Cuts,
    count: int,
    index: CellIndex,
    grid: Grid,
    sums: _Sums,
    over: Ints,
    mark: int,
    box: Floats,
    f: int,
    after: int,
) -> int:
    """Add what the pieces of a streamed feature have in common with the features of their cells."""
    met = 0
    row0, row_cell, cell_column, cell_entry = index.row0, index.row_cell, index.cell_column, index.cell_entry
    rows, cell_excess = len(row_cell) - 1, index.cell_excess
    entry_box, entry_piece, whole = index.entry_box, index.entry_piece, index.entry_sum
    piece, piece_sign, entry_feature = index.piece, index.piece_sign, index.entry_feature
    row_run, run_first, run_end, run_reach = index.row_run, index.run_first, index.run_end, index.run_reach
    run_feature, run_weight, boxes = index.run_feature, index.run_weight, index.box
    total, known_by, listed = sums
    place, corner, signs = cuts.place, cuts.corner, cuts.sign
    column, row, cell, overs = 0, row0 - 1, -1, 0
    l0, l1, l2 = 0.0, 0.0, 0.0
    for n in range(count):
        if place[n, 0] != column or place[n, 1] != row:
            column, row, cell, overs = place[n, 0], place[n, 1], -1, 0
            r = row - row0
            if 0 <= r < rows:
                found = position(cell_column, row_cell[r], row_cell[r + 1], column)
                if found < row_cell[r + 1] and cell_column[found] == column:
                    cell = found
                overs = runs_over(run_first, run_end, run_reach, row_run[r], row_run[r + 1], column, over)
                if cell >= 0:
                    l0, l1, l2 = cell_excess[cell, 0], cell_excess[cell, 1], cell_excess[cell, 2]
                elif overs:
                    l0, l1, l2 = linear_excess(grid, column, row)
        left, left_y, right, right_y = corner[n, 0], corner[n, 1], corner[n, 2], corner[n, 3]
        if not right > left or (cell < 0 and not overs):
            continue
        sign = signs[n]
        slope = (right_y - left_y) / (right - left)
        lowest = min(left_y, right_y)
        if cell >= 0:
            for e in range(cell_entry[cell], cell_entry[cell + 1]):
                if entry_box[e, 0] >= right or entry_box[e, 1] <= left:
                    continue
                b = entry_feature[e]
                known = _welcome(known_by, boxes, total, b, mark, box, f, after)
                if known < 0:
                    continue
                if known:
                    listed[met] = b
                    met += 1
                area, in_x, in_y, width = 0.0, 0.0, 0.0, 0.0
                if left <= entry_box[e, 0] and entry_box[e, 1] <= right and entry_box[e, 2] <= lowest:
                    area, in_x, in_y, width = whole[e, 0], whole[e, 1], whole[e, 2], whole[e, 3]
                else:
                    for p in range(entry_piece[e], entry_piece[e + 1]):
                        begin, end = max(left, piece[p, 0]), min(right, piece[p, 1])
                        if end > begin:
                            moments = below_both(
                                begin,
                                end,
                                left_y + (begin - left) * slope,
                                left_y + (end - left) * slope,
                                piece[p, 2] + (begin - piece[p, 0]) * piece[p, 3],
                                piece[p, 2] + (end - piece[p, 0]) * piece[p, 3],
                            )
                            area += piece_sign[p] * moments[0]
                            in_x += piece_sign[p] * moments[1]
                            in_y += piece_sign[p] * moments[2]
                            width += end - begin
                total[b, 0] += sign * area
                total[b, 1] += sign * (l0 * area + l1 * in_x + l2 * in_y)
                total[b, 2] += width
        if overs:
            area, in_x, in_y = below(left, right, left_y, right_y)
            for k in range(overs):
                b = run_feature[over[k]]
                known = _welcome(known_by, boxes, total, b, mark, box, f, after)
                if known < 0:
                    continue
                if known:
                    listed[met] = b
                    met += 1
                times = sign * run_weight[over[k]]
                total[b, 0] += times * area
                total[b, 1] += times * (l0 * area + l1 * in_x + l2 * in_y)
                total[b, 2] += right - left
    return met


@kernel
def _sum_runs(
    cuts: Cuts,
    crossed: int,
    last_column: int,
    index: CellIndex,
    grid: Grid,
    sums: _Sums,
    met: int,
    mark: int,
    box: Floats,
    f: int,
    after: int,
) -> int:
    """Add what the runs of a streamed feature have in common with the entries and runs of their rows."""
    key, jump, whole, cell_excess = cuts.key, cuts.jump, index.entry_sum, index.cell_excess
    total, known_by, listed = sums
    boxes = index.box
    sort_crossings(key, jump, crossed)
    held = 0
    for c in range(crossed):
        row = key_row(key[c])
        held += jump[c]
        goes_on = c + 1 < crossed and key_row(key[c + 1]) == row
        first = key_column(key[c]) + 1
        end = key_column(key[c + 1]) + 1 if goes_on else last_column  # beyond which nothing was noted
        r = row - index.row0
        if held != 0 and end > first and 0 <= r < len(index.row_cell) - 1:
            cell_end = index.row_cell[r + 1]
            cell = position(index.cell_column, index.row_cell[r], cell_end, first)
            while cell < cell_end and index.cell_column[cell] < end:
                l0, l1, l2 = cell_excess[cell, 0], cell_excess[cell, 1], cell_excess[cell, 2]
                for e in range(index.cell_entry[cell], index.cell_entry[cell + 1]):
                    b = index.entry_feature[e]
                    known = _welcome(known_by, boxes, total, b, mark, box, f, after)
                    if known < 0:
                        continue
                    if known:
                        listed[met] = b
                        met += 1
                    total[b, 0] += held * whole[e, 0]
                    total[b, 1] += held * (l0 * whole[e, 0] + l1 * whole[e, 1] + l2 * whole[e, 2])
                    total[b, 2] += whole[e, 3]
                cell += 1
            k = position(index.run_first, index.row_run[r], index.row_run[r + 1], end)
            while k > index.row_run[r] and index.run_reach[k - 1] > first:
                k -= 1
                begin, stop = max(first, index.run_first[k]), min(end, index.run_end[k])
                if stop > begin:
                    b = index.run_feature[k]
                    known = _welcome(known_by, boxes, total, b, mark, box, f, after)
                    if known < 0:
                        continue
                    if known:
                        listed[met] = b
                        met += 1
                    times = held * index.run_weight[k]
                    total[b, 0] += times * (stop - begin)
                    total[b, 1] += times * run_excess(grid, row, begin, stop)
                    total[b, 2] += stop - begin
        if not goes_on:
            held = 0
    return met
