"""Integrals below a piece of an edge, and below the lower of two pieces, in one cell."""

from __future__ import annotations

from eco_gis.geometry.cells.compiled import kernel

Moments = tuple[float, float, float]
"""∫∫ 1, ∫∫ x and ∫∫ y over the ground between a line and the bottom of the cell."""


@kernel
def below(left: float, right: float, left_y: float, right_y: float) -> Moments:
    """Moments of the ground below a straight line from (left, left_y) to (right, right_y)."""
    width = right - left
    return (
        width * (left_y + right_y) / 2,
        width * (left_y * (2 * left + right) + right_y * (left + 2 * right)) / 6,
        width * (left_y * left_y + left_y * right_y + right_y * right_y) / 6,
    )


@kernel
def below_both(
    left: float, right: float, a_left: float, a_right: float, b_left: float, b_right: float
) -> Moments:
    """Moments of the ground below two straight lines a and b over the same x-range."""
    over_left, over_right = a_left - b_left, a_right - b_right
    if over_left <= 0 and over_right <= 0:
        return below(left, right, a_left, a_right)
    if over_left >= 0 and over_right >= 0:
        return below(left, right, b_left, b_right)
    share = over_left / (over_left - over_right)
    middle, height = left + (right - left) * share, a_left + (a_right - a_left) * share
    area, in_x, in_y = below(left, middle, min(a_left, b_left), height)
    other = below(middle, right, height, min(a_right, b_right))
    return area + other[0], in_x + other[1], in_y + other[2]
