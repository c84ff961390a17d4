"""Where things stand in an index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import kernel, part_of_kernels
from eco_gis.geometry.cells.cut import Window
from eco_gis.geometry.cells.index import CellIndex

Ints = NDArray[np.int64]
Ids = NDArray[np.int32]

_MOST_BLOCKS = 1 << 24


@part_of_kernels
def position(values: Ints, first: int, end: int, wanted: int) -> int:
    """First place in the ascending `values[first:end]` that is not below `wanted`."""
    while first < end:
        middle = (first + end) >> 1
        if values[middle] < wanted:
            first = middle + 1
        else:
            end = middle
    return first


@part_of_kernels
def cell_at(index: CellIndex, r: int, column: int) -> int:
    """The cell in a column of the `r`-th row; −1 where the index has none."""
    end = index.row_cell[r + 1]
    cell = position(index.cell_column, index.row_cell[r], end, column)
    return cell if cell < end and index.cell_column[cell] == column else -1


@part_of_kernels
def runs_over(index: CellIndex, r: int, column: int, over: Ints) -> int:
    """Number of the runs of the `r`-th row that hold a column; they are written to `over`."""
    found, begin = 0, index.row_run[r]
    k = position(index.run_first, begin, index.row_run[r + 1], column + 1)
    while k > begin and index.run_reach[k - 1] > column:
        k -= 1
        if index.run_end[k] > column:
            over[found] = k
            found += 1
    return found


@kernel
def most_runs(index: CellIndex) -> int:
    """Most runs in one row."""
    most = 0
    for row in range(len(index.row_run) - 1):
        most = max(most, index.row_run[row + 1] - index.row_run[row])
    return most


def window_of(index: CellIndex) -> Window:
    """Where a layer has ground: rows, columns, and blocks of cells, of which there are at most `_MOST_BLOCKS`."""
    rows = len(index.row_cell) - 1
    column0, column_end = _columns(index)
    shift = 0
    while (rows >> shift) * ((column_end - column0) >> shift) > _MOST_BLOCKS:
        shift += 1
    block = np.zeros(((rows >> shift) + 1, (max(column_end - column0, 0) >> shift) + 1), dtype=np.bool_)
    _mark(index, column0, shift, block)
    return Window(index.row0, index.row0 + rows, column0, column_end, shift, block)


@kernel
def _columns(index: CellIndex) -> tuple[int, int]:
    """First column with ground, and the column after the last one."""
    first, last = 1 << 62, -(1 << 62)
    for k in range(len(index.cell_column)):
        first, last = min(first, index.cell_column[k]), max(last, index.cell_column[k])
    for k in range(len(index.run_end)):
        first, last = min(first, index.run_first[k]), max(last, index.run_end[k] - 1)
    return first, last + 1


@kernel
def _mark(index: CellIndex, column0: int, shift: int, block: NDArray[np.bool_]) -> None:
    for row in range(len(index.row_cell) - 1):
        blocks = block[row >> shift]
        for k in range(index.row_cell[row], index.row_cell[row + 1]):
            blocks[(index.cell_column[k] - column0) >> shift] = True
        for k in range(index.row_run[row], index.row_run[row + 1]):
            for c in range(
                (index.run_first[k] - column0) >> shift, ((index.run_end[k] - 1 - column0) >> shift) + 1
            ):
                blocks[c] = True


@part_of_kernels
def sort_ids(values: Ids, count: int) -> None:
    """Sort the first `count` values in place (Shell's sort: there are few, and most stand in order)."""
    gap = 1
    while gap < count:
        gap = int(gap * 2.25) + 1
    while gap > 1:
        gap = int(gap / 2.25)
        for k in range(gap, count):
            moved = values[k]
            place = k
            while place >= gap and values[place - gap] > moved:
                values[place] = values[place - gap]
                place -= gap
            values[place] = moved
