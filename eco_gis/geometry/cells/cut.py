"""Polygons cut by the grid of unit cells.

Coordinates are in cells: cell (i, j) is the square [i, i + 1) × [j, j + 1), column i and row j. An edge
is told from its left end to its right one, whatever way its ring runs, so that two polygons that share
it cut it alike to the last bit. The cut gives

*pieces*, the parts of the edges inside single cells, as (left x, left y, right x, right y) from the lower
left corner of the cell, +1 where the ground is below them and −1 where it is above. A piece on a line of
the grid belongs to the cell above it or right of it; vertical edges give pieces of no width;

*crossings*, the places where an edge crosses the top of a cell, and by how much the signed count of the
edges above that line changes there from left to right. A vertex on the line counts as above it, so that
the crossings of a closed ring cancel. Each crossing adds a piece along the top of the cell, from its
place to the cell's right side.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import bare_kernel, kernel, part_of_kernels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Signs = NDArray[np.int8]
Ids = NDArray[np.int32]

_SHIFT = 1 << 31


class Cuts(NamedTuple):
    """Room for the pieces and crossings of polygons."""

    place: Ids
    """(p, 2) column and row of each piece."""
    corner: Floats
    """(p, 4) left x, left y, right x, right y in the cell."""
    sign: Signs
    """(p,) +1 ground below, −1 ground above."""
    key: Ints
    """(c,) row and column of each crossing in one number (see `key_row`, `key_column`)."""
    jump: Ints
    """(c,) change of the signed count of the edges above."""


class Window(NamedTuple):
    """What of the plane is asked for: only its pieces are noted, and the crossings left of them."""

    row0: int
    row_end: int
    column0: int
    column_end: int
    shift: int
    """Blocks of 2^shift × 2^shift cells are told apart, from (row0, column0) on."""
    block: NDArray[np.bool_]
    """(rows, columns) whether anything in the block is asked for."""


@part_of_kernels
def is_asked(window: Window, column: int, row: int) -> bool:
    """Whether the pieces in a cell are asked for."""
    if not (window.row0 <= row < window.row_end and window.column0 <= column < window.column_end):
        return False
    return bool(window.block[(row - window.row0) >> window.shift, (column - window.column0) >> window.shift])


@kernel
def new_cuts(room: int) -> Cuts:
    """Room for so many pieces and crossings."""
    return Cuts(
        np.empty((room, 2), np.int32),
        np.empty((room, 4), np.float64),
        np.empty(room, np.int8),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
    )


@part_of_kernels
def room_for(xy: Floats, first: int, last: int, side: float) -> int:
    """No fewer pieces than the edges between some vertices can give.

    Each gives one, one more at each line of the grid that it crosses sideways, two more at each other.
    """
    room, per_side = last - first, 1.0 / side
    column, row = math.floor(xy[first, 0] * per_side), math.floor(xy[first, 1] * per_side)
    for v in range(first + 1, last):
        next_column, next_row = math.floor(xy[v, 0] * per_side), math.floor(xy[v, 1] * per_side)
        room += abs(next_column - column) + 2 * abs(next_row - row)
        column, row = next_column, next_row
    return room


@part_of_kernels
def ring_sign(xy: Floats, first: int, last: int, hole: bool) -> int:
    """+1 where the ring runs with the ground on its left: shells counterclockwise, holes clockwise."""
    x0, y0 = xy[first, 0], xy[first, 1]
    twice = 0.0
    for k in range(first + 1, last - 1):
        twice += (xy[k, 0] - x0) * (xy[k + 1, 1] - y0) - (xy[k + 1, 0] - x0) * (xy[k, 1] - y0)
    return 1 if (twice > 0) != hole else -1


@part_of_kernels
def cut_ring(
    xy: Floats, first: int, last: int, inward: int, side: float, window: Window, cuts: Cuts, n: int, m: int
) -> tuple[int, int]:
    """Cut a ring that runs with the ground on its left, or on its right where `inward` is −1.

    Parameters
    ----------
    first, last
        Its vertices `xy[first:last]`, in plane units.
    side
        Side of a cell in plane units.
    n, m
        Pieces and crossings that `cuts` holds already; its room must come from `room_for`.

    Returns
    -------
    Pieces and crossings that it holds now.
    """
    place, corner, sign, key, jump = cuts
    per_side = 1.0 / side  # a power of two: no bit is lost
    next_x, next_y = xy[first, 0] * per_side, xy[first, 1] * per_side
    here, there = math.floor(next_x), math.floor(next_y)
    asked = is_asked(window, here, there)
    for v in range(first + 1, last):
        x1, y1, x2, y2 = next_x, next_y, xy[v, 0] * per_side, xy[v, 1] * per_side
        next_x, next_y = x2, y2
        if here <= x2 < here + 1 and there <= y2 < there + 1:
            if asked:
                place[n, 0], place[n, 1] = here, there
                if x1 <= x2:
                    corner[n, 0], corner[n, 1], corner[n, 2], corner[n, 3] = (
                        x1 - here, y1 - there, x2 - here, y2 - there,
                    )  # fmt: skip
                    sign[n] = -inward
                else:
                    corner[n, 0], corner[n, 1], corner[n, 2], corner[n, 3] = (
                        x2 - here, y2 - there, x1 - here, y1 - there,
                    )  # fmt: skip
                    sign[n] = inward
                n += 1
            continue
        column, row, was_asked = here, there, asked
        here, there = math.floor(x2), math.floor(y2)
        asked = is_asked(window, here, there)
        low_row = min(row, there)
        if (
            low_row >= window.row_end
            or max(row, there) < window.row0
            or min(column, here) >= window.column_end
        ):
            continue
        if not asked and not was_asked and abs(here - column) + abs(there - row) == 1:
            if there != row:
                key[m], jump[m] = (low_row << 32) + here + _SHIFT, (-inward if there > row else inward)
                m += 1
        else:
            n, m = _cut_edge(x1, y1, x2, y2, inward, window, cuts, n, m)
    return n, m


@part_of_kernels
def _cut_edge(
    x1: float, y1: float, x2: float, y2: float, inward: int, window: Window, cuts: Cuts, n: int, m: int
) -> tuple[int, int]:
    """Cut an edge that leaves its cell."""
    place, corner, sign, key, jump = cuts
    step = -inward if y2 > y1 else inward
    below = -inward
    if x1 > x2:
        x1, y1, x2, y2, below = x2, y2, x1, y1, inward
    # from here on everything is measured from the left end's cell, so that what is rounded is small
    column0, bottom = math.floor(x1), math.floor(y1)
    x1, y1, x2, y2 = x1 - column0, y1 - bottom, x2 - column0, y2 - bottom
    row, last_row = 0, math.floor(y2)
    x, y = x1, y1
    while True:
        end_x, end_y = x2, y2
        line = row + 1 if last_row > row else row
        if row != last_row:
            end_x = min(max(x1 + (line - y1) * ((x2 - x1) / (y2 - y1)), x), x2)
            end_y = float(line)
        column, last_column = math.floor(x), math.floor(end_x)
        while x < end_x or x1 == x2:
            next_x, next_y = end_x, end_y
            if column < last_column:
                next_x = float(column + 1)
                next_y = y1 + (next_x - x1) * ((y2 - y1) / (x2 - x1))
                next_y = min(max(next_y, min(y, end_y)), max(y, end_y))
            if is_asked(window, column0 + column, bottom + row):
                place[n, 0], place[n, 1] = column0 + column, bottom + row
                corner[n, 0], corner[n, 1] = x - column, y - row
                corner[n, 2], corner[n, 3] = next_x - column, next_y - row
                sign[n] = below
                n += 1
            x, y = next_x, next_y
            column += 1
            if x >= end_x:
                break
        if row == last_row:
            break
        column = last_column
        if is_asked(window, column0 + column, bottom + line - 1):
            place[n, 0], place[n, 1] = column0 + column, bottom + line - 1
            corner[n, 0], corner[n, 1], corner[n, 2], corner[n, 3] = end_x - column, 1.0, 1.0, 1.0
            sign[n] = step
            n += 1
        key[m], jump[m] = ((bottom + line - 1) << 32) + column0 + column + _SHIFT, step
        m += 1
        x, y = end_x, end_y
        row += 1 if last_row > row else -1
    return n, m


@bare_kernel
def key_row(key: int) -> int:
    """Row of a crossing's key."""
    return key >> 32


@bare_kernel
def key_column(key: int) -> int:
    """Column of a crossing's key."""
    return (key & 0xFFFFFFFF) - _SHIFT


@bare_kernel
def sort_crossings(key: Ints, jump: Ints, count: int) -> None:
    """Sort the first `count` crossings by row, then column, in place (Shell's sort, with Tokuda's gaps)."""
    gap = 1
    while gap < count:
        gap = int(gap * 2.25) + 1
    while gap > 1:
        gap = int(gap / 2.25)
        for k in range(gap, count):
            moved, its_jump = key[k], jump[k]
            place = k
            while place >= gap and key[place - gap] > moved:
                key[place], jump[place] = key[place - gap], jump[place - gap]
                place -= gap
            key[place], jump[place] = moved, its_jump
