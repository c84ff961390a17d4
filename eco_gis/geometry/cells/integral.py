"""Integrals below a piece of an edge, and below the lower of two pieces, in one cell."""

from __future__ import annotations

from eco_gis.geometry.cells.compiled import part_of_kernels

Moments = tuple[float, float, float]
"""2 ∫∫ 1, 6 ∫∫ x and 6 ∫∫ y over the ground between a line and the bottom of the cell: divided once, by who
has summed them (see `AREA` and `MOMENT`)."""

AREA, MOMENT = 1.0 / 2.0, 1.0 / 6.0


@part_of_kernels
def below_one(left: float, right: float, left_y: float, right_y: float) -> Moments:
    """Moments of the ground below a straight line from (left, left_y) to (right, right_y)."""
    width, both = right - left, left_y + right_y
    return (
        width * both,
        width * (both * (left + right) + left * left_y + right * right_y),
        width * (both * both - left_y * right_y),
    )


@part_of_kernels
def below_both(
    left: float, right: float, a_left: float, a_right: float, b_left: float, b_right: float
) -> Moments:
    """Moments of the ground below two straight lines a and b over the same x-range."""
    over_left, over_right = a_left - b_left, a_right - b_right
    low_left, low_right = min(a_left, b_left), min(a_right, b_right)
    if over_left * over_right >= 0:
        return below_one(left, right, low_left, low_right)
    share = over_left / (over_left - over_right)
    middle, height = left + (right - left) * share, a_left + (a_right - a_left) * share
    area, in_x, in_y = below_one(left, middle, low_left, height)
    other = below_one(middle, right, height, low_right)
    return area + other[0], in_x + other[1], in_y + other[2]
