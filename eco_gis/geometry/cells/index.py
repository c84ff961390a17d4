"""The index: pieces and runs of a layer in compressed rows by cell."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import cores, kernel, on_all_cores
from eco_gis.geometry.cells.cut import (
    Window,
    cut_ring,
    key_column,
    key_row,
    new_cuts,
    ring_sign,
    room_for,
    sort_crossings,
)
from eco_gis.geometry.cells.integral import below
from eco_gis.geometry.cells.scale import Grid, grid_of, linear_excess
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.rings import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Signs = NDArray[np.int8]
Ids = NDArray[np.int32]

_RANGES_PER_CORE = 4
_FAR = 1 << 40


class CellIndex(NamedTuple):
    """The polygons of a layer, cell by cell.

    An *entry* is what one feature has in one cell: its pieces, with those along the top that start
    inside the cell. *Runs* are told apart (see `runs`); together they are the feature.
    """

    grid: Grid
    """The cells."""
    row0: int
    """Lowest row with ground."""
    row_cell: Ints
    """(rows + 1,) first cell of each row."""
    cell_column: Ints
    """(c,) column of each cell, ascending within its row."""
    cell_entry: Ints
    """(c + 1,) first entry of each cell."""
    cell_excess: Floats
    """(c, 3) areal scale less 1 in each cell (see `linear_excess`)."""
    entry_feature: Ids
    """(e,) feature of each entry, ascending within its cell."""
    entry_piece: Ints
    """(e + 1,) first piece of each entry."""
    entry_box: Floats
    """(e, 3) least and largest x and largest y of the pieces."""
    entry_sum: Floats
    """(e, 4) signed moments below the pieces, and the sum of their widths."""
    piece: Floats
    """(p, 4) left x, right x, left y, slope; vertical ones are pieces of no width."""
    piece_sign: Signs
    """(p,) +1 ground below, −1 ground above."""
    row_run: Ints
    """(rows + 1,) first run of each row."""
    run_first: Ints
    """(k,) first column of each run, ascending within its row."""
    run_end: Ints
    """(k,) column after its last."""
    run_reach: Ints
    """(k,) largest end so far in the row."""
    run_feature: Ids
    """(k,) its feature."""
    run_weight: Signs
    """(k,) how often the feature holds the corners; 1 for a valid polygon."""
    box: Floats
    """(n, 4) boxes of the features, in cells."""


def build_index(rings: Rings, plane: Plane) -> CellIndex:
    """Cut a layer into the cells of its plane."""
    grid = grid_of(plane)
    row0, rows = _rows_of(rings, grid)
    parts = on_all_cores(
        lambda first, last: _cut_features(
            rings.xy, rings.ring, rings.feature, rings.hole, first, last, grid.side, row0, rows
        ),
        ranges(rings),
    )
    # pieces go to their row first, part after part, so that features stay in order
    in_row = np.array([part[0] for part in parts])
    row_piece = np.concatenate([[0], np.cumsum(in_row.sum(axis=0))])
    begin = row_piece[:-1] + np.cumsum(in_row, axis=0) - in_row
    count = int(row_piece[-1])
    column, owner = np.empty(count, np.int64), np.empty(count, np.int32)
    corner, sign = np.empty((count, 4)), np.empty(count, np.int8)

    def spread(k: int, _: int) -> int:
        _, place, *its = parts[k][:5]
        return _spread(place, its[0], its[1], its[2], row0, begin[k], column, owner, corner, sign)

    on_all_cores(spread, [(k, k + 1) for k in range(len(parts))])
    # and then, row by row, to their cell
    piece, piece_sign = np.empty((count, 4)), np.empty(count, np.int8)
    cells = on_all_cores(
        lambda first, last: _sort_rows(
            column, owner, corner, sign, row_piece, first, last, row0, grid, piece, piece_sign
        ),
        even_ranges(row_piece),
    )
    run, run_feature, weight = (np.concatenate([part[k] for part in parts]) for k in (5, 6, 7))
    order = np.lexsort((run_feature, run[:, 1], run[:, 0]))
    run, run_feature, weight = run[order], run_feature[order], weight[order]
    row_run = np.searchsorted(run[:, 0], np.arange(row0, row0 + rows + 1)).astype(np.int64)
    return CellIndex(
        grid=grid,
        row0=row0,
        row_cell=np.concatenate([[0], np.cumsum(np.concatenate([part[0] for part in cells]))]),
        cell_column=np.concatenate([part[1] for part in cells]),
        cell_entry=_joined_offsets([part[2] for part in cells]),
        cell_excess=np.concatenate([part[3] for part in cells]),
        entry_feature=np.concatenate([part[4] for part in cells]),
        entry_piece=np.concatenate([*(part[5] for part in cells), [count]]),
        entry_box=np.concatenate([part[6] for part in cells]),
        entry_sum=np.concatenate([part[7] for part in cells]),
        piece=piece,
        piece_sign=piece_sign,
        row_run=row_run,
        run_first=np.ascontiguousarray(run[:, 1]),
        run_end=np.ascontiguousarray(run[:, 2]),
        run_reach=_reach(row_run, run),
        run_feature=run_feature,
        run_weight=weight,
        box=rings.bounds / grid.side,
    )


def _rows_of(rings: Rings, grid: Grid) -> tuple[int, int]:
    """Lowest row of a layer, and how many rows it has."""
    if not rings.vertices:
        return 0, 1
    low, high = np.floor(np.array([rings.xy[:, 1].min(), rings.xy[:, 1].max()]) / grid.side)
    # a border along a line of the grid belongs to the row above, its ground to the row below
    return int(low) - 1, int(high - low) + 2


def even_ranges(start: Ints) -> list[tuple[int, int]]:
    """Ranges of rows, cells or features that hold about as much each, a few for each core."""
    count = min(_RANGES_PER_CORE * cores(), max(len(start) - 1, 1))
    cuts = np.searchsorted(start, np.linspace(0, start[-1], count + 1)[1:-1])
    edges = np.unique([0, *cuts.tolist(), len(start) - 1])
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)) or [(0, len(start) - 1)]


def ranges(rings: Rings) -> list[tuple[int, int]]:
    """Ranges of features with about equal numbers of vertices."""
    return even_ranges(rings.ring[rings.feature])


def _joined_offsets(parts: list[Ints]) -> Ints:
    """Offsets of parts, each from 0 to its own end, as offsets of the whole."""
    ends = np.cumsum([0, *(int(part[-1]) for part in parts)])
    return np.concatenate([*(part[:-1] + end for part, end in zip(parts, ends[:-1], strict=True)), ends[-1:]])


@kernel
def _cut_features(
    xy: Floats,
    ring: Ints,
    feature: Ints,
    hole: NDArray[np.bool_],
    first: int,
    last: int,
    side: float,
    row0: int,
    rows: int,
) -> tuple[Any, ...]:
    """Cut some features.

    Returns
    -------
    Number of pieces in each row; their place, feature, corners and sign; runs as row, first column and
    end, their feature and weight.
    """
    everywhere = Window(-_FAR, _FAR, _FAR)
    cuts = new_cuts(room_for(xy, ring[feature[first]], ring[feature[last]], side))
    owner = np.empty(len(cuts.sign), np.int32)
    run, run_owner = np.empty((len(owner), 3), np.int64), np.empty(len(owner), np.int32)
    weight = np.empty(len(owner), np.int8)
    n, runs = 0, 0
    for f in range(first, last):
        begin, crossed = n, 0
        for r in range(feature[f], feature[f + 1]):
            inward = ring_sign(xy, ring[r], ring[r + 1], hole[r])
            n, crossed = cut_ring(xy, ring[r], ring[r + 1], inward, side, everywhere, cuts, n, crossed)
        for k in range(begin, n):
            owner[k] = f
        sort_crossings(cuts.key, cuts.jump, crossed)
        held = 0
        for k in range(crossed - 1):
            held += cuts.jump[k]
            if held != 0 and cuts.key[k + 1] > cuts.key[k]:
                run[runs, 0] = key_row(cuts.key[k])
                run[runs, 1], run[runs, 2] = key_column(cuts.key[k]) + 1, key_column(cuts.key[k + 1]) + 1
                run_owner[runs], weight[runs] = f, held
                runs += 1
    in_row = np.zeros(rows, np.int64)
    for k in range(n):
        in_row[cuts.place[k, 1] - row0] += 1
    return (
        in_row,
        cuts.place[:n],
        owner[:n],
        cuts.corner[:n],
        cuts.sign[:n],
        run[:runs],
        run_owner[:runs],
        weight[:runs],
    )


@kernel
def _spread(
    place: Ints, owner: Ids, corner: Floats, sign: Signs, row0: int, begin: Ints,
    to_column: Ints, to_owner: Ids, to_corner: Floats, to_sign: Signs,
) -> int:  # fmt: skip
    """Write pieces to their rows, from where each of them begins on; their number."""
    free = begin.copy()
    for k in range(len(sign)):
        row = place[k, 1] - row0
        to = free[row]
        free[row] += 1
        to_column[to], to_owner[to], to_sign[to] = place[k, 0], owner[k], sign[k]
        to_corner[to, 0], to_corner[to, 1] = corner[k, 0], corner[k, 1]
        to_corner[to, 2], to_corner[to, 3] = corner[k, 2], corner[k, 3]
    return len(sign)


@kernel
def _order_by_column(column: Ints, begin: int, end: int) -> Ints:
    """Stable order of the pieces `begin` to `end` of a row by column: a counting sort."""
    low, high = column[begin], column[begin]
    for k in range(begin, end):
        low, high = min(low, column[k]), max(high, column[k])
    start = np.zeros(high - low + 2, np.int64)
    for k in range(begin, end):
        start[column[k] - low + 1] += 1
    for c in range(1, len(start)):
        start[c] += start[c - 1]
    order = np.empty(end - begin, np.int64)
    for k in range(begin, end):
        order[start[column[k] - low]] = k
        start[column[k] - low] += 1
    return order


@kernel
def _sort_rows(
    column: Ints, owner: Ids, corner: Floats, sign: Signs, row_piece: Ints, first: int, last: int,
    row0: int, grid: Grid, piece: Floats, piece_sign: Signs,
) -> tuple[Any, ...]:  # fmt: skip
    """Write the pieces of some rows in order of their cells, and tell where cells and entries begin.

    Returns
    -------
    Number of cells in each row; column, first entry and excess of each cell; feature, first piece, box and
    sums of each entry.
    """
    room = row_piece[last] - row_piece[first]
    in_row = np.zeros(last - first, np.int64)
    cell_column, cell_entry = np.empty(room, np.int64), np.empty(room + 1, np.int64)
    excess = np.empty((room, 3), np.float64)
    entry_feature, entry_piece = np.empty(room, np.int32), np.empty(room, np.int64)
    box, total = np.empty((room, 3), np.float64), np.zeros((room, 4), np.float64)
    cells, entries = 0, 0
    for row in range(first, last):
        begin, end = row_piece[row], row_piece[row + 1]
        if begin == end:
            continue
        order = _order_by_column(column, begin, end)
        for n in range(begin, end):
            k = order[n - begin]
            fresh = n == begin or column[k] != cell_column[cells - 1]
            if fresh:
                cell_column[cells], cell_entry[cells] = column[k], entries
                excess[cells, 0], excess[cells, 1], excess[cells, 2] = linear_excess(
                    grid, column[k], row0 + row
                )
                in_row[row - first] += 1
                cells += 1
            if fresh or owner[k] != entry_feature[entries - 1]:
                entry_feature[entries], entry_piece[entries] = owner[k], n
                box[entries, 0], box[entries, 1], box[entries, 2] = 1.0, 0.0, 0.0
                entries += 1
            left, left_y, right, right_y = corner[k, 0], corner[k, 1], corner[k, 2], corner[k, 3]
            piece[n, 0], piece[n, 1], piece[n, 2] = left, right, left_y
            piece[n, 3] = (right_y - left_y) / (right - left) if right > left else right_y - left_y
            piece_sign[n] = sign[k]
            e = entries - 1
            box[e, 0], box[e, 1] = min(box[e, 0], left), max(box[e, 1], right)
            box[e, 2] = max(box[e, 2], max(left_y, right_y))
            area, in_x, in_y = below(left, right, left_y, right_y)
            total[e, 0] += sign[k] * area
            total[e, 1] += sign[k] * in_x
            total[e, 2] += sign[k] * in_y
            total[e, 3] += right - left
    cell_entry[cells] = entries
    return (
        in_row,
        cell_column[:cells].copy(),
        cell_entry[: cells + 1].copy(),
        excess[:cells].copy(),
        entry_feature[:entries].copy(),
        entry_piece[:entries].copy(),
        box[:entries].copy(),
        total[:entries].copy(),
    )


@kernel
def _reach(row_run: Ints, run: Ints) -> Ints:
    reach = np.empty(len(run), np.int64)
    for row in range(len(row_run) - 1):
        for k in range(row_run[row], row_run[row + 1]):
            reach[k] = run[k, 2] if k == row_run[row] else max(reach[k - 1], run[k, 2])
    return reach
