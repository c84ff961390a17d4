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
from eco_gis.geometry.cells.integral import below_both, below_one

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Signs = NDArray[np.int8]

MOST = 8
"""Pieces of a path."""

LEFT, RIGHT, LOW, HIGH, START, END, AREA, IN_X, IN_Y, WIDTH = range(10)
"""Columns of a path: its box, the signed ends, the signed moments below it, the sum of its widths."""


@part_of_kernels
def gather_paths(
    piece: Floats, piece_sign: Signs, first: int, last: int, path: Floats, path_piece: Ints, paths: int
) -> int:
    """Part the pieces `first` to `last` of one feature in one cell into paths.

    Parameters
    ----------
    piece, piece_sign
        As in `CellIndex`.
    path, path_piece
        Room for the paths, of which there are `paths` so far.

    Returns
    -------
    Number of paths now.
    """
    n = first
    while n < last:
        begin = n
        left, right, low, high, start, end = 1.0, 0.0, 1.0, 0.0, 0.0, 0.0
        area, in_x, in_y, width = 0.0, 0.0, 0.0, 0.0
        while n < last and n - begin < MOST:
            one_left, one_right, left_y = piece[n, 0], piece[n, 1], piece[n, 2]
            sign = float(piece_sign[n])
            one_start, one_end = (one_left, one_right) if sign > 0 else (one_right, one_left)
            if n == begin:
                start, end = one_start, one_end
            elif one_start == end:
                end = one_end
            elif one_end == start:
                start = one_start
            else:
                break
            n += 1
            if not one_right > one_left:  # vertical: nothing is below it
                continue
            right_y = left_y + (one_right - one_left) * piece[n - 1, 3]
            left, right = min(left, one_left), max(right, one_right)
            low, high = min(low, min(left_y, right_y)), max(high, max(left_y, right_y))
            twice, six_x, six_y = below_one(one_left, one_right, left_y, right_y)
            area += sign * twice
            in_x += sign * six_x
            in_y += sign * six_y
            width += one_right - one_left
        path[paths, LEFT], path[paths, RIGHT], path[paths, LOW], path[paths, HIGH] = left, right, low, high
        path[paths, START], path[paths, END] = start, end
        path[paths, AREA], path[paths, IN_X], path[paths, IN_Y] = area, in_x, in_y
        path[paths, WIDTH] = width
        path_piece[paths] = begin
        paths += 1
    path_piece[paths] = last
    return paths


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
    b_left, b_right, b_low = b[j, LEFT], b[j, RIGHT], b[j, LOW]
    turn = 1.0 if b[j, END] >= b[j, START] else -1.0
    b_from, b_to = min(b[j, START], b[j, END]), max(b[j, START], b[j, END])
    for p in range(a_first, a_end):
        left, right, y, slope = a_piece[p, 0], a_piece[p, 1], a_piece[p, 2], a_piece[p, 3]
        if right <= b_left or left >= b_right:
            continue
        own_sign = float(a_sign[p])
        if max(y, y + (right - left) * slope) <= b_low:
            begin, end = max(left, b_from), min(right, b_to)
            if end > begin:
                one, other, third = below_one(
                    begin, end, y + (begin - left) * slope, y + (end - left) * slope
                )
                sign = own_sign * turn
                area += sign * one
                in_x += sign * other
                in_y += sign * third
                width += end - begin
            continue
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
                sign = own_sign * b_sign[q]
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
