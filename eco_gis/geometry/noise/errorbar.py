"""What the positional accuracy of two drawings makes of a difference of area.

A border whose points stray along the normal with standard deviation σ shifts the area by the integral of
the offsets, whose variance is σ² ∬ ρ(s, t) ds dt. Offsets that go together all along the border (ρ = 1)
give σ²·P²: the most that any correlation can give, and the default. With ρ = exp(−d ÷ L), d along the
closed ring, it is σ²·2·L·P·(1 − exp(−P ÷ 2L)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

COVERAGE_FACTOR = 2.0
"""Standard errors of the error bar: expanded uncertainty with about 95 % coverage (GUM, k = 2)."""


def area_variance(ring_lengths_m: ArrayLike, sigma_m: float, correlation_m: float | None = None) -> float:
    """Variance of the area of one patch, in m⁴, from the lengths of its rings.

    Parameters
    ----------
    sigma_m
        Standard deviation of a border point along the normal, in metres.
    correlation_m
        Length along the border over which offsets go together; None: the whole patch.

    >>> area_variance([400.0], 0.5)
    40000.0
    >>> area_variance([400.0], 0.5, 1e9) > 39_999 and area_variance([400.0], 0.5, 1.0) < 201
    True
    """
    lengths: NDArray[np.float64] = np.asarray(ring_lengths_m, dtype=np.float64)
    if correlation_m is None:
        return float((sigma_m * lengths.sum()) ** 2)
    together = -np.expm1(-lengths / (2 * correlation_m))
    return float((sigma_m**2 * 2 * correlation_m * lengths * together).sum())


def error_bar(variance: float) -> float:
    """Half width of the 95 % interval.

    >>> error_bar(40000.0)
    400.0
    """
    return float(COVERAGE_FACTOR * np.sqrt(variance))
