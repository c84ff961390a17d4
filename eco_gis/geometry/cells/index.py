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
from eco_gis.geometry.cells.scale import Grid
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

    row0: int
    """Lowest row with ground."""
    row_cell: Ints
    """(rows + 1,) first cell of each row."""
    cell_column: Ints
    """(c,) column of each cell, ascending within its row."""
    cell_entry: Ints
    """(c + 1,) first entry of each cell."""
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


def build_index(rings: Rings, grid: Grid) -> CellIndex:
    """Cut a layer into cells."""
    parts = on_all_cores(
        lambda first, last: _cut_features(
            rings.xy, rings.ring, rings.feature, rings.hole, first, last, grid.side
        ),
        ranges(rings),
    )
    place, feature, piece, sign, run, run_feature, weight = (
        np.concatenate([part[k] for part in parts]) for k in range(7)
    )
    rows = np.concatenate([place[:, 1], run[:, 0]])
    row0 = int(rows.min()) if rows.size else 0
    row_count = int(rows.max()) - row0 + 1 if rows.size else 0
    order = _order_by_cell(place, row0, row_count)
    by_start = np.lexsort((run_feature, run[:, 1], run[:, 0]))
    run, run_feature, weight = run[by_start], run_feature[by_start], weight[by_start]
    row_run = np.searchsorted(run[:, 0], np.arange(row0, row0 + row_count + 1))
    return CellIndex._make(
        (
            row0,
            *_compress(order, place, feature, piece, sign, row0, row_count),
            row_run.astype(np.int64),
            np.ascontiguousarray(run[:, 1]),
            np.ascontiguousarray(run[:, 2]),
            _reach(row_run.astype(np.int64), run),
            run_feature,
            weight,
            rings.bounds / grid.side,
        )
    )


def ranges(rings: Rings) -> list[tuple[int, int]]:
    """Ranges of features with about equal numbers of vertices, a few for each core."""
    count = min(_RANGES_PER_CORE * cores(), max(len(rings), 1))
    vertex = rings.ring[rings.feature]
    cuts = np.searchsorted(vertex, np.linspace(0, rings.vertices, count + 1)[1:-1])
    edges = np.unique([0, *cuts.tolist(), len(rings)])
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


@kernel
def _cut_features(
    xy: Floats, ring: Ints, feature: Ints, hole: NDArray[np.bool_], first: int, last: int, side: float
) -> tuple[Any, ...]:
    """Pieces (place, feature, corners, sign) and runs (row and columns, feature, weight) of some features."""
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
        owner[begin:n] = f
        sort_crossings(cuts.key, cuts.jump, crossed)
        held = 0
        for k in range(crossed - 1):
            held += cuts.jump[k]
            if held != 0 and cuts.key[k + 1] > cuts.key[k]:
                run[runs, 0] = key_row(cuts.key[k])
                run[runs, 1], run[runs, 2] = key_column(cuts.key[k]) + 1, key_column(cuts.key[k + 1]) + 1
                run_owner[runs], weight[runs] = f, held
                runs += 1
    return (
        cuts.place[:n],
        owner[:n],
        cuts.corner[:n],
        cuts.sign[:n],
        run[:runs],
        run_owner[:runs],
        weight[:runs],
    )


@kernel
def _order_by_cell(place: Ints, row0: int, rows: int) -> Ints:
    """Stable order of pieces by row, then column: two counting sorts."""
    count = len(place)
    order = np.empty(count, np.int64)
    if count == 0:
        return order
    column0 = place[:, 0].min()
    start = np.zeros(place[:, 0].max() - column0 + 2, np.int64)
    for k in range(count):
        start[place[k, 0] - column0 + 1] += 1
    start = np.cumsum(start)
    by_column = np.empty(count, np.int64)
    for k in range(count):
        c = place[k, 0] - column0
        by_column[start[c]] = k
        start[c] += 1
    start = np.zeros(rows + 1, np.int64)
    for k in range(count):
        start[place[k, 1] - row0 + 1] += 1
    start = np.cumsum(start)
    for m in range(count):
        k = by_column[m]
        r = place[k, 1] - row0
        order[start[r]] = k
        start[r] += 1
    return order


@kernel
def _compress(
    order: Ints, place: Ints, owner: Ids, corner: Floats, sign: Signs, row0: int, rows: int
) -> tuple[Any, ...]:
    """Pieces in order of their cells, with where each entry, cell and row begins."""
    count = len(order)
    row_cell = np.zeros(rows + 1, np.int64)
    cell_column, cell_entry = np.empty(count, np.int64), np.empty(count + 1, np.int64)
    entry_feature, entry_piece = np.empty(count, np.int32), np.empty(count + 1, np.int64)
    box, total = np.empty((count, 3), np.float64), np.zeros((count, 4), np.float64)
    piece, piece_sign = np.empty((count, 4), np.float64), np.empty(count, np.int8)
    cells, entries = 0, 0
    last_row, last_column, last_owner = -1, 0, -1
    for n in range(count):
        k = order[n]
        column, row = place[k, 0], place[k, 1] - row0
        fresh = row != last_row or column != last_column
        if fresh:
            cell_column[cells], cell_entry[cells] = column, entries
            row_cell[row + 1] += 1
            cells += 1
        if fresh or owner[k] != last_owner:
            entry_feature[entries], entry_piece[entries] = owner[k], n
            box[entries, 0], box[entries, 1], box[entries, 2] = 1.0, 0.0, 0.0
            entries += 1
        last_row, last_column, last_owner = row, column, owner[k]
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
    cell_entry[cells], entry_piece[entries] = entries, count
    return (
        np.cumsum(row_cell),
        cell_column[:cells].copy(),
        cell_entry[: cells + 1].copy(),
        entry_feature[:entries].copy(),
        entry_piece[: entries + 1].copy(),
        box[:entries].copy(),
        total[:entries].copy(),
        piece,
        piece_sign,
    )


@kernel
def _reach(row_run: Ints, run: Ints) -> Ints:
    reach = np.empty(len(run), np.int64)
    for row in range(len(row_run) - 1):
        for k in range(row_run[row], row_run[row + 1]):
            reach[k] = run[k, 2] if k == row_run[row] else max(reach[k - 1], run[k, 2])
    return reach
