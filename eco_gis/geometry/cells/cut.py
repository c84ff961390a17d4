"""Edges cut by the grid of unit cells.

Coordinates are in cells: cell (i, j) is the square [i, i + 1) × [j, j + 1), column i and row j. An edge
is told from its left end to its right one, whatever way its ring runs, so that two polygons that share
it cut it alike to the last bit.

The cut gives two things:

*pieces*, the parts of the edge inside single cells, as (left x, left y, right x, right y) measured from
the lower left corner of the cell. A piece on a line of the grid belongs to the cell above it or right
of it. A vertical edge gives vertical pieces.

*crossings*, the places where the edge crosses the top of a cell, as the column, the row below and the
x measured from the column's left side. A vertex on the line counts as above it, so that the crossings
of a closed ring alternate.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Scratch = tuple[Ints, Floats, Ints, Floats]
"""Columns and rows of pieces, their corners, columns and rows of crossings, their x."""


@kernel
def new_scratch(room: int) -> Scratch:
    """Room for the pieces and crossings of one edge."""
    return (
        np.empty((room, 2), np.int64),
        np.empty((room, 4), np.float64),
        np.empty((room, 2), np.int64),
        np.empty(room, np.float64),
    )


@kernel
def scratch_for(scratch: Scratch, x1: float, y1: float, x2: float, y2: float) -> Scratch:
    """The same room, or more where the edge needs it."""
    need = int(abs(x2 - x1) + abs(y2 - y1)) + 4
    return scratch if need <= len(scratch[0]) else new_scratch(2 * need)


@kernel
def cut_edge(x1: float, y1: float, x2: float, y2: float, scratch: Scratch) -> tuple[int, int]:
    """Cut the edge between two points; the number of pieces and of crossings written to `scratch`.

    Points on the left of `x1 <= x2` first; the room must come from `scratch_for`.
    """
    # from here on everything is measured from the left end's cell, so that what is rounded is small
    column0, row0 = math.floor(x1), math.floor(y1)
    x1, y1, x2, y2 = x1 - column0, y1 - row0, x2 - column0, y2 - row0
    pieces, crossings = 0, 0
    row, last = 0, math.floor(y2)
    step = 1 if last > row else -1
    x, y = x1, y1
    while row != last:
        line = row + 1 if step > 0 else row
        crossing_x = min(max(x1 + (line - y1) * ((x2 - x1) / (y2 - y1)), x), x2)
        pieces = _cut_row(x1, y1, x2, y2, x, y, crossing_x, float(line), row, column0, row0, scratch, pieces)
        column = math.floor(crossing_x)
        scratch[2][crossings, 0] = column0 + column
        scratch[2][crossings, 1] = row0 + line - 1
        scratch[3][crossings] = crossing_x - column
        crossings += 1
        x, y = crossing_x, float(line)
        row += step
    pieces = _cut_row(x1, y1, x2, y2, x, y, x2, y2, row, column0, row0, scratch, pieces)
    return pieces, crossings


@kernel
def _cut_row(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    x: float,
    y: float,
    end_x: float,
    end_y: float,
    row: int,
    column0: int,
    row0: int,
    scratch: Scratch,
    pieces: int,
) -> int:
    """Cut the part of an edge from (x, y) to (end_x, end_y), within one row, by the columns."""
    if x == end_x and x1 != x2:
        return pieces  # the edge only touches this row
    column, last = math.floor(x), math.floor(end_x)
    while True:
        next_x, next_y = end_x, end_y
        if column < last:
            next_x = float(column + 1)
            next_y = y1 + (next_x - x1) * ((y2 - y1) / (x2 - x1))
            next_y = min(max(next_y, min(y, end_y)), max(y, end_y))
        if next_x > x or x1 == x2:
            scratch[0][pieces, 0] = column0 + column
            scratch[0][pieces, 1] = row0 + row
            scratch[1][pieces, 0] = x - column
            scratch[1][pieces, 1] = y - row
            scratch[1][pieces, 2] = next_x - column
            scratch[1][pieces, 3] = next_y - row
            pieces += 1
        if column >= last:
            return pieces
        x, y = next_x, next_y
        column += 1


@kernel
def ring_sign(xy: Floats, first: int, last: int, hole: bool) -> float:
    """+1 where the ring runs with the ground on its left: shells counterclockwise, holes clockwise."""
    x0, y0 = xy[first, 0], xy[first, 1]
    twice = 0.0
    for k in range(first + 1, last - 1):
        twice += (xy[k, 0] - x0) * (xy[k + 1, 1] - y0) - (xy[k + 1, 0] - x0) * (xy[k, 1] - y0)
    return 1.0 if (twice > 0) != hole else -1.0
