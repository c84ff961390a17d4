"""Theil–Sen slope and Mann–Kendall test for short series of years, exact for any number of them.

The distribution of the Mann–Kendall statistic under "no trend" is counted, not approximated: with ties among
the values the numbers of arrangements by inversions are the coefficients of a Gaussian multinomial. So few
years are told honestly: with four, no arrangement is rare enough for 95 %, and nothing is called a trend.

Sources: Mann (1945); Kendall (1975); Sen (1968), whose interval is the set of slopes the test does not reject.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from eco_gis.model.function import Trend


def trend(years: Sequence[float], values: Sequence[float], *, alpha: float = 0.05) -> Trend:
    """Trend of a series without gaps in its values; years need not follow one another evenly.

    Parameters
    ----------
    years
        All different.
    values
        One for each year, finite.
    alpha
        The interval holds the slope with probability of at least 1 − alpha.

    Examples
    --------
    The series of Sen (1968):

    >>> t = trend([1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78])
    >>> t.slope, round(t.low, 2), round(t.high, 2)
    (4.0, 3.71, 4.38)
    >>> trend([2021, 2022, 2023, 2024], [4, 3, 2, 1]).falls(0.05)
    False
    """
    order = np.argsort(np.asarray(years, dtype=np.float64), kind="stable")
    x, y = (np.asarray(v, dtype=np.float64)[order] for v in (years, values))
    n = len(x)
    if n < 2:
        return Trend(n, None, None, None, 0, 1.0)
    i, j = np.triu_indices(n, 1)
    slopes = np.sort((y[j] - y[i]) / (x[j] - x[i]))
    s = int(np.sign(y[j] - y[i]).sum())
    low, high = _interval(slopes, n, alpha)
    return Trend(n, float(np.median(slopes)), low, high, s, two_sided(s, Counter(y.tolist()).values()))


def two_sided(s: int, ties: Iterable[int]) -> float:
    """Probability of a statistic at least as far from 0 as `s`, of values with ties of these sizes.

    >>> round(two_sided(10, [1] * 5), 4), two_sided(0, [1, 1]), round(two_sided(6, [1] * 4), 4)
    (0.0167, 1.0, 0.0833)
    """
    counts = _arrangements(tuple(sorted(ties)))
    most = len(counts) - 1  # pairs that are not tied; s = most − 2 · inversions
    far = sum(c for k, c in enumerate(counts) if abs(most - 2 * k) >= abs(s))
    return float(Fraction(far, sum(counts)))


def _interval(slopes: NDArray[np.float64], n: int, alpha: float) -> tuple[float | None, float | None]:
    """The slopes that the test of the remainders does not reject; None where the years cannot bound them."""
    pairs = len(slopes)
    beyond = 0  # slopes left out at each end
    while 2 * beyond < pairs and two_sided(pairs - 2 * beyond, [1] * n) <= alpha:
        beyond += 1
    if beyond == 0:
        return None, None
    return float(slopes[beyond - 1]), float(slopes[pairs - beyond])


@cache
def _arrangements(ties: tuple[int, ...]) -> tuple[int, ...]:
    """How many arrangements of values with these ties have 0, 1, 2 … inversions.

    The coefficients of the Gaussian multinomial [n]! / [t1]! [t2]! …, where [m]! is the product of
    1 + q + … + q^(k−1) for k up to m; divided factor by factor, so that all numbers stay whole.

    >>> _arrangements((1, 1, 1)), _arrangements((1, 2))
    ((1, 2, 2, 1), (1, 1, 1))
    """
    counts, used = [1], 0
    for size in ties:
        for k in range(1, size + 1):
            used += 1
            counts = _quotient(_product(counts, used), k)
    return tuple(counts)


def _product(counts: Sequence[int], k: int) -> list[int]:
    """Coefficients times 1 + q + … + q^(k−1)."""
    out = [0] * (len(counts) + k - 1)
    for at, count in enumerate(counts):
        for step in range(k):
            out[at + step] += count
    return out


def _quotient(counts: Sequence[int], k: int) -> list[int]:
    """Coefficients divided by 1 + q + … + q^(k−1), which leaves no remainder."""
    rest, out = list(counts), []
    for at in range(len(counts) - k + 1):
        out.append(rest[at])
        for step in range(1, k):
            rest[at + step] -= out[-1]
    return out
