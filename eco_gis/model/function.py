"""Answers about ecological function through the years (功能不降低)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eco_gis.model.change import Level
from eco_gis.model.role import LayerRole
from eco_gis.text import Text


class FunctionAnswer(StrEnum):
    """功能不降低 in words, the mildest first."""

    IMPROVED = "improved"
    STABLE = "stable"
    UNKNOWN = "unknown"
    DEGRADED = "degraded"

    @property
    def label(self) -> Text:
        """提升 / 稳定 / 不能判定 / 下降、待核."""
        return _LABELS[self]


_LABELS = {
    FunctionAnswer.IMPROVED: Text("提升", "Improved"),
    FunctionAnswer.STABLE: Text("稳定", "Stable"),
    FunctionAnswer.UNKNOWN: Text("不能判定", "Cannot be told"),
    FunctionAnswer.DEGRADED: Text("下降、待核", "Degraded; to be verified"),
}


@dataclass(frozen=True)
class YearMean:
    """An indicator's area-weighted mean over some ground in one year."""

    year: int
    mean: float | None
    """In the unit of the indicator; None where the raster tells too little of the ground."""
    covered: float
    """Share of the ground that cells with data cover, 0 to 1."""


@dataclass(frozen=True)
class Trend:
    """Theil–Sen slope and Mann–Kendall test of one series of years."""

    n: int
    """Years with a value."""
    slope: float | None
    """Median of all slopes between two years, per year; None with fewer than two years."""
    low: float | None
    high: float | None
    """Confidence interval of the slope; None where the years are too few to bound it."""
    s: int
    """Mann–Kendall statistic: rising pairs minus falling pairs."""
    p: float
    """Two-sided, from the exact distribution of `s`, ties taken into account; 1 with fewer than two years."""

    def falls(self, alpha: float) -> bool:
        """Whether the series falls, at the level `alpha`."""
        return self.s < 0 and self.p <= alpha

    def rises(self, alpha: float) -> bool:
        """Whether the series rises, at the level `alpha`."""
        return self.s > 0 and self.p <= alpha


@dataclass(frozen=True)
class FunctionRow:
    """One indicator over one patch, one township's share of the line, or all of it."""

    level: Level
    key: str
    name: str
    inside: tuple[YearMean, ...]
    ring: tuple[YearMean, ...]
    """The control ring outside the line, in the same years."""
    trend: Trend
    """Of the ground inside."""
    ring_trend: Trend
    apart: Trend
    """Of inside minus ring: what the weather that both share cannot explain."""
    answer: FunctionAnswer
    reason: Text


@dataclass(frozen=True)
class FunctionResult:
    """One indicator over one protected series."""

    series: str
    role: LayerRole
    label: Text
    indicator: str
    """Series of the indicator's rasters."""
    indicator_label: Text
    line_layer: str
    layers: tuple[str, ...]
    """Raster layers, by year."""
    ring_m: float
    """Width of the control ring."""
    margin: float
    """Change per year within which the function counts as stable, in the unit of the indicator."""
    alpha: float
    """Level of the test; the interval holds with probability 1 − alpha."""
    rows: tuple[FunctionRow, ...]
    """County first, then townships, then patches."""
    notes: tuple[Text, ...] = ()

    @property
    def county(self) -> FunctionRow:
        """The row of the whole line."""
        return self.rows[0]
