"""Paths: a few pieces that follow one another along a border inside one cell, summed as one where that is enough.

Let a path run from x = a to x = b, and let s be the sign of its pieces. Whatever the path does between its
ends, for a function g of x alone

    Σ over its pieces   s · ∫ g(x) dx = ∫ from a to b  g(x) dx,

where a path that runs the other way counts from its other end. So of two paths of which one lies below
the other, the sum of s · s' · ∫ min(y, y') dx over all their pieces is an integral below the lower one,
between the ends of the upper one: nothing is left of a double sum, and mostly it is the lower one's own
sum, or 0. Piece by piece they are only summed where their boxes meet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import part_of_kernels
from eco_gis.geometry.cells.integral import Moments, below_both, below_one

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Signs = NDArray[np.int8]

MOST = 8
"""Pieces of a path."""

LEFT, RIGHT, LOW, HIGH, START, END, AREA, IN_X, IN_Y, WIDTH = range(10)
"""Columns of a path: its box, the signed ends, the signed moments below it, the sum of its widths."""


@part_of_kernels
def is_next(path: Floats, k: int, left: float, right: float, sign: int) -> bool:
    """Whether a piece goes on where the path starts or ends."""
    start, end = (left, right) if sign > 0 else (right, left)
    return bool(start == path[k, END] or end == path[k, START])


@part_of_kernels
def begin_path(
    path: Floats, k: int, left: float, right: float, left_y: float, right_y: float, sign: int
) -> None:
    """A path of one piece."""
    path[k, LEFT], path[k, RIGHT] = left, right
    path[k, LOW], path[k, HIGH] = min(left_y, right_y), max(left_y, right_y)
    path[k, START], path[k, END] = (left, right) if sign > 0 else (right, left)
    area, in_x, in_y = below_one(left, right, left_y, right_y)
    path[k, AREA], path[k, IN_X], path[k, IN_Y] = sign * area, sign * in_x, sign * in_y
    path[k, WIDTH] = right - left


@part_of_kernels
def extend_path(
    path: Floats, k: int, left: float, right: float, left_y: float, right_y: float, sign: int
) -> None:
    """Add a piece that `is_next`."""
    start, end = (left, right) if sign > 0 else (right, left)
    if start == path[k, END]:
        path[k, END] = end
    else:
        path[k, START] = start
    path[k, LEFT], path[k, RIGHT] = min(path[k, LEFT], left), max(path[k, RIGHT], right)
    path[k, LOW] = min(path[k, LOW], min(left_y, right_y))
    path[k, HIGH] = max(path[k, HIGH], max(left_y, right_y))
    area, in_x, in_y = below_one(left, right, left_y, right_y)
    path[k, AREA] += sign * area
    path[k, IN_X] += sign * in_x
    path[k, IN_Y] += sign * in_y
    path[k, WIDTH] += right - left


@part_of_kernels
def common_to_paths(
    a: Floats, i: int, a_piece: Floats, a_sign: Signs, a_first: int, a_end: int,
    b: Floats, j: int, b_piece: Floats, b_sign: Signs, b_first: int, b_end: int,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Signed moments of what lies below both of two paths, and the widths that were summed."""
    if a[i, HIGH] <= b[j, LOW]:
        return _below_between(a, i, a_piece, a_sign, a_first, a_end, b[j, START], b[j, END])
    if b[j, HIGH] <= a[i, LOW]:
        return _below_between(b, j, b_piece, b_sign, b_first, b_end, a[i, START], a[i, END])
    area, in_x, in_y, width = 0.0, 0.0, 0.0, 0.0
    for p in range(a_first, a_end):
        left, right, y, slope = a_piece[p, 0], a_piece[p, 1], a_piece[p, 2], a_piece[p, 3]
        for q in range(b_first, b_end):
            begin, end = max(left, b_piece[q, 0]), min(right, b_piece[q, 1])
            if end > begin:
                one, other, third = below_both(
                    begin,
                    end,
                    y + (begin - left) * slope,
                    y + (end - left) * slope,
                    b_piece[q, 2] + (begin - b_piece[q, 0]) * b_piece[q, 3],
                    b_piece[q, 2] + (end - b_piece[q, 0]) * b_piece[q, 3],
                )
                sign = a_sign[p] * b_sign[q]
                area += sign * one
                in_x += sign * other
                in_y += sign * third
                width += end - begin
    return area, in_x, in_y, width


@part_of_kernels
def _below_between(
    path: Floats, k: int, piece: Floats, piece_sign: Signs, first: int, stop: int, start: float, end: float
) -> tuple[float, float, float, float]:
    """Moments below a path from `start` to `end`, negative where that is to the left; the widths summed."""
    turn = 1.0 if end >= start else -1.0
    low, high = min(start, end), max(start, end)
    if high <= path[k, LEFT] or low >= path[k, RIGHT] or not high > low:
        return 0.0, 0.0, 0.0, 0.0
    if low <= path[k, LEFT] and path[k, RIGHT] <= high:
        return turn * path[k, AREA], turn * path[k, IN_X], turn * path[k, IN_Y], path[k, WIDTH]
    area, in_x, in_y, width = 0.0, 0.0, 0.0, 0.0
    for p in range(first, stop):
        left, right, y, slope = piece[p, 0], piece[p, 1], piece[p, 2], piece[p, 3]
        begin, finish = max(left, low), min(right, high)
        if finish > begin:
            one, other, third = below_one(
                begin, finish, y + (begin - left) * slope, y + (finish - left) * slope
            )
            sign = turn * piece_sign[p]
            area += sign * one
            in_x += sign * other
            in_y += sign * third
            width += finish - begin
    return area, in_x, in_y, width
