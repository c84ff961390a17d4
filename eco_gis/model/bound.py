"""Thresholds: 超过, 以上, 不足, 不超过."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.text import Text

_SAME = 1e-6
"""Values of cells that differ from a bound by less than this share of it are the bound, as four-byte floats have it."""


@dataclass(frozen=True)
class Bound:
    """A threshold: 超过 over, 以上 at least, 不足 / 低于 below, 以下 / 不超过 at most."""

    over: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies within all bounds.

        >>> Bound(over=35).holds(Decimal("35.0000")), Bound(at_least=35).holds(Decimal("35.0000"))
        (False, True)
        """
        return (
            (self.over is None or value > Decimal(repr(self.over)))
            and (self.at_least is None or value >= Decimal(repr(self.at_least)))
            and (self.below is None or value < Decimal(repr(self.below)))
            and (self.at_most is None or value <= Decimal(repr(self.at_most)))
        )

    def holds_in(self, cells: NDArray[Any]) -> NDArray[np.bool_]:
        """Which cells of a raster lie within all bounds.

        >>> Bound(at_least=0.7).holds_in(np.array([0.6, 0.7, 0.8], dtype=np.float32)).tolist()
        [False, True, True]
        """
        values = cells.astype(np.float64)
        within = np.ones(values.shape, dtype=bool)
        sides = (
            (self.over, 1, False),
            (self.at_least, 1, True),
            (self.below, -1, False),
            (self.at_most, -1, True),
        )
        for bound, upwards, is_in in sides:
            if bound is not None:
                same = np.abs(values - bound) <= _SAME * abs(bound)
                within &= np.where(same, is_in, upwards * (values - bound) > 0)
        return within

    def is_possible(self, least: float = 0.0) -> bool:
        """Whether any value from `least` on lies within."""
        low = max((v for v in (self.over, self.at_least) if v is not None), default=least)
        high = min((v for v in (self.below, self.at_most) if v is not None), default=float("inf"))
        open_end = self.over == low or self.below == high
        return low < high or (low == high and not open_end)

    @property
    def words(self) -> Text:
        """The threshold in words."""
        told = (
            (self.over, "超过", "over"),
            (self.at_least, "不少于", "at least"),
            (self.below, "不足", "below"),
            (self.at_most, "不超过", "at most"),
        )
        given = [(f"{zh} {v:g}", f"{en} {v:g}") for v, zh, en in told if v is not None]
        return Text("且".join(zh for zh, _ in given), " and ".join(en for _, en in given))
