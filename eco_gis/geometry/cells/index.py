"""The index: pieces and runs of a layer in compressed rows by cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells import rows as rows_of
from eco_gis.geometry.cells.compiled import cores, kernel, on_all_cores
from eco_gis.geometry.cells.cut import Window
from eco_gis.geometry.cells.scale import Grid, grid_of
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.rings import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Signs = NDArray[np.int8]
Ids = NDArray[np.int32]

_RANGES_PER_CORE = 4
_FAR = 1 << 40
_FAR_BITS = 42


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
    entry_path: Ints
    """(e + 1,) first path of each entry."""
    entry_span: Floats
    """(e, 2) least and largest x of the pieces."""
    entry_sum: Floats
    """(e, 4) signed moments below the pieces, and the sum of their widths."""
    path: Floats
    """(k, 10) what `paths` says of each path."""
    path_piece: Ints
    """(k + 1,) first piece of each path."""
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
    everything = Window(row0, row0 + rows, -_FAR, _FAR, _FAR_BITS, np.ones((1, 1), dtype=np.bool_))
    shares = ranges(rings)
    xy, ring, feature = rings.xy, rings.ring, rings.feature
    room = on_all_cores(lambda a, b: rows_of.rooms(xy, ring, feature, a, b, grid.side), shares)
    base = np.cumsum([0, *(int(total) for total, _ in room)])
    pieces = _new_pieces(int(base[-1]))
    in_row = np.zeros((len(shares), rows), dtype=np.int64)

    def cut(k: int, _: int) -> tuple[int, rows_of.Runs]:
        part = slice(base[k], base[k + 1])
        own = rows_of.Pieces(pieces.place[part], pieces.owner[part], pieces.corner[part], pieces.sign[part])
        return rows_of.cut_part(rings, *shares[k], grid.side, everything, own, room[k][1], in_row[k])

    numbers = [(k, k + 1) for k in range(len(shares))]
    parts = on_all_cores(cut, numbers)
    # pieces go to their row first, part after part, so that features stay in order
    row_piece = np.concatenate([[0], np.cumsum(in_row.sum(axis=0))])
    free = row_piece[:-1] + np.cumsum(in_row, axis=0) - in_row
    count = int(row_piece[-1])
    order = np.empty(count, np.int64)
    on_all_cores(
        lambda k, _: rows_of.spread(pieces.place, base[k], base[k] + parts[k][0], row0, free[k], order),
        numbers,
    )
    # and then, row by row, to their cell
    piece, piece_sign = np.empty((count, 4)), np.empty(count, np.int8)
    cells = on_all_cores(
        lambda first, last: rows_of.sorted_rows(
            pieces, order, row_piece, first, last, row0, grid, piece, piece_sign
        ),
        even_ranges(row_piece),
    )
    run, run_feature, weight = (np.concatenate([runs[k] for _, runs in parts]) for k in range(3))
    by_row = np.lexsort((run_feature, run[:, 1], run[:, 0]))
    run, run_feature, weight = run[by_row], run_feature[by_row], weight[by_row]
    row_run = np.searchsorted(run[:, 0], np.arange(row0, row0 + rows + 1)).astype(np.int64)
    return CellIndex(
        grid=grid,
        row0=row0,
        row_cell=np.concatenate([[0], np.cumsum(np.concatenate([part.in_row for part in cells]))]),
        cell_column=np.concatenate([part.cell_column for part in cells]),
        cell_entry=_joined_offsets([part.cell_entry for part in cells]),
        cell_excess=np.concatenate([part.cell_excess for part in cells]),
        entry_feature=np.concatenate([part.entry_feature for part in cells]),
        entry_piece=np.concatenate([*(part.entry_piece for part in cells), [count]]),
        entry_path=_joined_offsets([part.entry_path for part in cells]),
        entry_span=np.concatenate([part.entry_span for part in cells]),
        entry_sum=np.concatenate([part.entry_sum for part in cells]),
        path=np.concatenate([part.path for part in cells]),
        path_piece=np.concatenate([*(part.path_piece for part in cells), [count]]),
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


def _new_pieces(room: int) -> rows_of.Pieces:
    return rows_of.Pieces(
        np.empty((room, 2), np.int32), np.empty(room, np.int32), np.empty((room, 4)), np.empty(room, np.int8)
    )


def _rows_of(rings: Rings, grid: Grid) -> tuple[int, int]:
    """Lowest row of a layer, and how many rows it has."""
    if not rings.vertices:
        return 0, 1
    low, high = np.floor(np.array([np.nanmin(rings.bounds[:, 1]), np.nanmax(rings.bounds[:, 3])]) / grid.side)
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
def _reach(row_run: Ints, run: Ints) -> Ints:
    reach = np.empty(len(run), np.int64)
    for row in range(len(row_run) - 1):
        for k in range(row_run[row], row_run[row + 1]):
            reach[k] = run[k, 2] if k == row_run[row] else max(reach[k - 1], run[k, 2])
    return reach
