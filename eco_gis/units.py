"""Units of area and the rounding that adds up.

1 公顷 (ha) = 15 亩 = 10,000 m²; 1 亩 (mu) = 2000/3 m²; 1 km² = 100 ha.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

M2_PER_HA = 10_000.0
M2_PER_MU = 2000.0 / 3.0
M2_PER_KM2 = 1_000_000.0

AREA_UNITS = {"m2": 1.0, "ha": M2_PER_HA, "mu": M2_PER_MU, "km2": M2_PER_KM2}
"""Square metres in one unit."""

DECIMALS = {"m2": 2, "ha": 4, "mu": 2, "km2": 2, "m": 1, "m3": 1, "share": 2}
"""Digits shown after the point (reference: land approvals show ha with four)."""


def from_m2(area_m2: float, unit: str) -> float:
    """Convert square metres to `unit` (m2, ha, mu, km2).

    >>> from_m2(10_000, "mu")
    15.0
    """
    if unit == "mu":
        return area_m2 * 3.0 / 2000.0
    return area_m2 / AREA_UNITS[unit]


def round_half_up(value: float, decimals: int) -> Decimal:
    """Round the shortest decimal form of `value` half away from zero, as tables are rounded by hand.

    >>> round_half_up(0.125, 2)
    Decimal('0.13')
    """
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def shown(value: float | None, decimals: int) -> str:
    """A number as text; a non-zero value never prints as zero.

    >>> shown(1234.5678, 2), shown(0.00001, 4), shown(-0.00001, 4), shown(0.0, 4), shown(None, 2)
    ('1,234.57', '<0.0001', '>-0.0001', '0.0000', '—')
    """
    if value is None:
        return "—"
    rounded = round_half_up(value, decimals)
    if rounded == 0 and value != 0:
        smallest = Decimal(1).scaleb(-decimals)
        return f"<{smallest:f}" if value > 0 else f">-{smallest:f}"
    return f"{abs(rounded) if rounded == 0 else rounded:,.{decimals}f}"


def shown_area(area_m2: float | None, unit: str) -> str:
    """An area in m² shown in `unit` with the digits its readers expect.

    >>> shown_area(31_437_231.0, "ha")
    '3,143.7231'
    """
    return shown(None if area_m2 is None else from_m2(area_m2, unit), DECIMALS[unit])


def rounded_parts(values: Sequence[float], decimals: int) -> list[Decimal]:
    """Round parts so that they add up to the rounded total (largest remainder).

    Nine townships of 1.004 ha total 9.04 and the shown cells add up to it:

    >>> parts = rounded_parts([1.004] * 9, 2)
    >>> sum(parts), sorted(set(parts))
    (Decimal('9.04'), [Decimal('1.00'), Decimal('1.01')])
    >>> rounded_parts([], 2)
    []
    """
    step = Decimal(1).scaleb(-decimals)
    total = sum((Decimal(repr(float(v))) for v in values), Decimal(0)).quantize(step, rounding=ROUND_HALF_UP)
    return _largest_remainder([Fraction(repr(float(v))) for v in values], total)


def apportioned(values: Sequence[float], total: Decimal) -> list[Decimal]:
    """Shares of `total` in proportion to `values`, in its last digit; they add up to it (largest remainder).

    Raises
    ------
    ValueError
        A value is negative, or all are zero and the total is not.

    >>> parts = apportioned([1, 1, 1], Decimal("1.0000"))
    >>> sum(parts), sorted(set(parts))
    (Decimal('1.0000'), [Decimal('0.3333'), Decimal('0.3334')])
    >>> apportioned([0.0, 3.0], Decimal("2.00"))
    [Decimal('0.00'), Decimal('2.00')]
    """
    exact = [Fraction(repr(float(v))) for v in values]
    whole = sum(exact, Fraction(0))
    if min(exact, default=Fraction(0)) < 0 or (whole == 0 and total != 0):
        raise ValueError(f"{list(values)} cannot share {total}")
    if whole == 0:
        return [total * 0 for _ in exact]
    return _largest_remainder([v * Fraction(total) / whole for v in exact], total)


def _largest_remainder(exact: Sequence[Fraction], total: Decimal) -> list[Decimal]:
    """Round parts in the last digit of `total`, their sum within half a digit, so that they add up to it."""
    step = Decimal(1).scaleb(int(total.as_tuple().exponent))
    units = [v / Fraction(step) for v in exact]
    whole = [floor(u) for u in units]
    missing = int(total / step) - sum(whole)
    by_remainder = sorted(range(len(exact)), key=lambda i: (whole[i] - units[i], i))
    for i in by_remainder[:missing]:
        whole[i] += 1
    return [n * step for n in whole]
