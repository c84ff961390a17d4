"""Integrals below a piece of an edge, and below the lower of two pieces, in one cell."""

from __future__ import annotations

from eco_gis.geometry.cells.compiled import part_of_kernels

Moments = tuple[float, float, float]
"""2 ∫∫ 1, 6 ∫∫ x and 6 ∫∫ y over the ground between a line and the bottom of the cell: divided once, by who
has summed them (see `AREA` and `MOMENT`)."""

AREA, MOMENT = 1.0 / 2.0, 1.0 / 6.0

_TINY = 1e-300


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
    """Moments of the ground below two straight lines a and b over the same x-range.

    That is the ground below the line from the lower left end to the lower right one, and where a and b
    cross, the triangle between that line and the crossing: as high as |d||d'| / (|d| + |d'|) there, d and d'
    being how far a lies above b on either side. Told without a branch: which lies lower cannot be foreseen.
    """
    over_left, over_right = a_left - b_left, a_right - b_right
    low_left, low_right = min(a_left, b_left), min(a_right, b_right)
    per_turn = 1.0 / (abs(over_left) + abs(over_right) + _TINY)
    share = abs(over_left) * per_turn
    rise = max(-over_left * over_right, 0.0) * per_turn
    width, both = right - left, low_left + low_right
    triangle = width * rise
    return (
        width * both + triangle,
        width * (both * (left + right) + left * low_left + right * low_right)
        + triangle * (2 * left + right + width * share),
        width * (both * both - low_left * low_right)
        + triangle * (both + low_left + (low_right - low_left) * share + rise),
    )
