"""Pairs of polygons with a common area: one layer streamed past the index of the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import bare_kernel, on_all_cores, part_of_kernels
from eco_gis.geometry.cells.cut import (
    Cuts,
    Window,
    cut_ring,
    key_column,
    key_row,
    new_cuts,
    ring_sign,
    sort_crossings,
)
from eco_gis.geometry.cells.index import CellIndex, ranges
from eco_gis.geometry.cells.integral import AREA as TO_AREA
from eco_gis.geometry.cells.integral import MOMENT as TO_MOMENT
from eco_gis.geometry.cells.lookup import cell_at, most_runs, position, runs_over, sort_ids, window_of
from eco_gis.geometry.cells.paths import AREA, IN_X, IN_Y, LEFT, RIGHT, WIDTH, common_to_paths, gather_paths
from eco_gis.geometry.cells.rows import rooms
from eco_gis.geometry.cells.scale import Grid, linear_excess, run_excess
from eco_gis.geometry.rings import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ids = NDArray[np.int32]
Signs = NDArray[np.int8]
Linear = tuple[float, float, float]
"""The areal scale less 1 in a cell (see `linear_excess`)."""

ROUNDING = 16 * 2.0**-53
"""A sum is an overlap where it is larger than this for each cell width of pieces that went into it."""

_AREA, _EXCESS, _WIDTH = 0, 1, 2
_PAIRS = 1 << 12
"""Pairs there is room for at first."""


class _Sums(NamedTuple):
    """What the streamed feature has in common with each feature of the index."""

    total: Floats
    """(n, 3) area in cells, the same times the areal scale less 1, widths of the pieces summed."""
    mark: Ids
    """(n,) the streamed feature that met it last; negative where their boxes do not overlap."""
    met: Ids
    """Features met by the streamed one."""


class _Own(NamedTuple):
    """Room for what a streamed feature has in one cell."""

    piece: Floats
    """(p, 4) left x, right x, left y, slope."""
    sign: Signs
    """(p,) as in `Cuts`."""
    path: Floats
    """(p, 10) what `paths` says of each path."""
    path_piece: Ints
    """(p + 1,) first piece of each path."""


def _new_own(room: int) -> _Own:
    return _Own(
        np.empty((room, 4), np.float64),
        np.empty(room, np.int8),
        np.empty((room, WIDTH + 1), np.float64),
        np.empty(room + 1, np.int64),
    )


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
    window = window_of(index)
    parts = on_all_cores(
        lambda first, last: _streamed(streamed, box, first, last, index, window, among_itself),
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


def _streamed(
    rings: Rings, box: Floats, first: int, last: int, index: CellIndex, window: Window, among_itself: bool
) -> tuple[Ints, Floats]:
    """Pairs of some features with those of the index: first, second; area, excess."""
    most, size = (
        int(rooms(rings.xy, rings.ring, rings.feature, first, last, index.grid.side)[1]),
        len(index.box),
    )
    sums = _Sums(np.empty((size, 3)), np.zeros(size, np.int32), np.empty(size, np.int32))
    cuts, own, over = new_cuts(most), _new_own(most), np.empty(most_runs(index), np.int64)
    pair, total, pairs = np.empty((_PAIRS, 2), np.int64), np.empty((_PAIRS, 2)), 0
    while True:
        first, pairs = _stream(
            rings.xy, rings.ring, rings.feature, rings.hole, box, first, last, index, window, among_itself,
            sums, cuts, own, over, pair, total, pairs,
        )  # fmt: skip
        if first == last:
            return pair[:pairs], total[:pairs]
        room = max(2 * len(pair), pairs + size)
        pair, total = np.resize(pair, (room, 2)), np.resize(total, (room, 2))


@bare_kernel
def _stream(
    xy: Floats, ring: Ints, feature: Ints, hole: NDArray[np.bool_], box: Floats, first: int, last: int,
    index: CellIndex, window: Window, among_itself: bool,
    sums: _Sums, cuts: Cuts, own: _Own, over: Ints, pair: Ints, total: Floats, pairs: int,
) -> tuple[int, int]:  # fmt: skip
    """Write the pairs of some features, as far as there is room; the feature to go on with, and their number."""
    grid = index.grid
    for f in range(first, last):
        if not (box[f, 1] < window.row_end and box[f, 3] >= window.row0 and box[f, 0] < window.column_end):
            continue
        n, crossed = 0, 0
        for r in range(feature[f], feature[f + 1]):
            inward = ring_sign(xy, ring[r], ring[r + 1], hole[r])
            n, crossed = cut_ring(xy, ring[r], ring[r + 1], inward, grid.side, window, cuts, n, crossed)
        after, mark = f if among_itself else -1, f + 1
        met = _sum_pieces(cuts, n, own, index, grid, sums, over, mark, box, f, after)
        met = _sum_runs(cuts, crossed, window.column_end, index, grid, sums, met, mark, box, f, after)
        if pairs + met > len(pair):
            for k in range(met):
                sums.mark[sums.met[k]] = 0
            return f, pairs
        sort_ids(sums.met, met)
        for k in range(met):
            b = sums.met[k]
            if sums.total[b, _AREA] > ROUNDING * sums.total[b, _WIDTH]:
                pair[pairs, 0], pair[pairs, 1] = f, b
                total[pairs, 0], total[pairs, 1] = sums.total[b, _AREA], sums.total[b, _EXCESS]
                pairs += 1
    return last, pairs


@part_of_kernels
def _welcome(
    sums: _Sums, boxes: Floats, b: int, stamp: int, box: Floats, f: int, after: int, met: int
) -> int:
    """Features met once `b` is; −1 where it is not wanted.

    It is not wanted where the boxes are apart, or where it does not come after `after`.
    """
    mark, total = sums.mark, sums.total
    seen = mark[b]
    if seen == stamp:
        return met
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
    sums.met[met] = b
    return met + 1


@part_of_kernels
def _add(total: Floats, b: int, area: float, in_x: float, in_y: float, width: float, excess: Linear) -> None:
    """Take moments that were summed in a cell into the totals of feature `b`."""
    total[b, _AREA] += area * TO_AREA
    total[b, _EXCESS] += excess[0] * area * TO_AREA + (excess[1] * in_x + excess[2] * in_y) * TO_MOMENT
    total[b, _WIDTH] += width


@part_of_kernels
def _gather(cuts: Cuts, first: int, end: int, own: _Own) -> int:
    """The pieces `first` to `end`, which lie in one cell, as paths; their number. Vertical ones cover nothing."""
    corner, signs = cuts.corner, cuts.sign
    piece, piece_sign, path, path_piece = own
    n = 0
    for k in range(first, end):
        left, left_y, right, right_y = corner[k, 0], corner[k, 1], corner[k, 2], corner[k, 3]
        if right > left:
            piece[n, 0], piece[n, 1], piece[n, 2] = left, right, left_y
            piece[n, 3] = (right_y - left_y) / (right - left)
            piece_sign[n] = signs[k]
            n += 1
    return gather_paths(piece, piece_sign, 0, n, path, path_piece, 0)


@part_of_kernels
def _common(own: _Own, paths: int, index: CellIndex, e: int) -> tuple[float, float, float, float]:
    """Moments below both the streamed feature's paths in a cell and those of an entry; the widths summed."""
    path, path_piece = index.path, index.path_piece
    area, in_x, in_y, width = 0.0, 0.0, 0.0, 0.0
    for s in range(paths):
        left, right = own.path[s, LEFT], own.path[s, RIGHT]
        for t in range(index.entry_path[e], index.entry_path[e + 1]):
            if path[t, LEFT] < right and path[t, RIGHT] > left:
                some = common_to_paths(
                    own.path, s, own.piece, own.sign, own.path_piece[s], own.path_piece[s + 1],
                    path, t, index.piece, index.piece_sign, path_piece[t], path_piece[t + 1],
                )  # fmt: skip
                area += some[0]
                in_x += some[1]
                in_y += some[2]
                width += some[3]
    return area, in_x, in_y, width


@part_of_kernels
def _sum_pieces(
    cuts: Cuts,
    count: int,
    own: _Own,
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
    place, total, span, own_path = cuts.place, sums.total, index.entry_span, own.path
    met, first = 0, 0
    while first < count:
        column, row, end = place[first, 0], place[first, 1], first + 1
        while end < count and place[end, 0] == column and place[end, 1] == row:
            end += 1
        begin, first = first, end
        r = row - index.row0
        if not 0 <= r < len(index.row_cell) - 1:
            continue
        cell = cell_at(index, r, column)
        overs = runs_over(index, r, column, over)
        if cell < 0 and not overs:
            continue
        if cell >= 0:
            excess = (index.cell_excess[cell, 0], index.cell_excess[cell, 1], index.cell_excess[cell, 2])
        else:
            excess = linear_excess(grid, column, row)
        paths = _gather(cuts, begin, end, own)
        left, right = 1.0, 0.0
        whole, whole_x, whole_y, width = 0.0, 0.0, 0.0, 0.0
        for s in range(paths):
            left, right = min(left, own_path[s, LEFT]), max(right, own_path[s, RIGHT])
            whole += own_path[s, AREA]
            whole_x += own_path[s, IN_X]
            whole_y += own_path[s, IN_Y]
            width += own_path[s, WIDTH]
        if cell >= 0:
            for e in range(index.cell_entry[cell], index.cell_entry[cell + 1]):
                if span[e, 0] >= right or span[e, 1] <= left:
                    continue
                b = index.entry_feature[e]
                known = _welcome(sums, index.box, b, mark, box, f, after, met)
                if known >= 0:
                    met = known
                    area, in_x, in_y, summed = _common(own, paths, index, e)
                    _add(total, b, area, in_x, in_y, summed, excess)
        for k in range(overs):
            b = index.run_feature[over[k]]
            known = _welcome(sums, index.box, b, mark, box, f, after, met)
            if known >= 0:
                met = known
                times = float(index.run_weight[over[k]])
                _add(total, b, times * whole, times * whole_x, times * whole_y, width, excess)
    return met


@part_of_kernels
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
    total = sums.total
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
                    known = _welcome(sums, index.box, b, mark, box, f, after, met)
                    if known < 0:
                        continue
                    met = known
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
                    known = _welcome(sums, index.box, b, mark, box, f, after, met)
                    if known < 0:
                        continue
                    met = known
                    times = held * index.run_weight[k]
                    total[b, 0] += times * (stop - begin)
                    total[b, 1] += times * run_excess(grid, row, begin, stop)
                    total[b, 2] += stop - begin
        if not goes_on:
            held = 0
    return met
