"""Evidence along the border: what redrawing makes, what really moved, and how surely the area shrank."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from eco_gis.text import Text


class Verdict(StrEnum):
    """What a changed piece is, told along its run of border and not by its width."""

    MOVED = "moved"
    NOISE = "noise"
    COPY = "copy"

    @property
    def label(self) -> Text:
        """界线移动 / 重绘误差范围内 / 副本差异."""
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.MOVED: Text("界线移动", "Border moved"),
    Verdict.NOISE: Text("重绘误差范围内", "Within redraw noise"),
    Verdict.COPY: Text("副本差异", "Difference of copies"),
}


class Certainty(StrEnum):
    """What positional accuracy alone allows to say about a change of area, at 95 %."""

    DECREASE_PROVEN = "decrease_proven"
    CANNOT_TELL = "cannot_tell"
    INCREASE_PROVEN = "increase_proven"

    @property
    def label(self) -> Text:
        """减少可证实 / 无法区分 / 增加可证实."""
        return _CERTAINTY_LABELS[self]


_CERTAINTY_LABELS = {
    Certainty.DECREASE_PROVEN: Text("减少可证实", "Decrease proven"),
    Certainty.CANNOT_TELL: Text("无法区分", "Cannot be told apart"),
    Certainty.INCREASE_PROVEN: Text("增加可证实", "Increase proven"),
}


@dataclass(frozen=True)
class ErrorBar:
    """A net change of area beside what the positional accuracy of both drawings makes of it."""

    key: str
    """Feature id, or `county`."""
    name: str
    net_m2: float
    """Gained minus lost, ellipsoidal."""
    redrawn_m: float
    """Border of either version that the other does not have; the rest is the same to the millimetre and has no error."""
    error_m2: float | None
    """Half width of the 95 % interval; None where the accuracy of a version is not declared."""
    certainty: Certainty


@dataclass(frozen=True)
class BorderRun:
    """A stretch of border that moved to one side."""

    id: str
    lost: bool
    """Whether ground left (true) or joined."""
    feature: str
    feature_name: str
    township: str
    township_name: str
    length_m: float
    """Along the border, planar ÷ scale."""
    area_m2: float
    """Changed ground along the run, ellipsoidal."""
    mean_width_m: float
    """Area ÷ length."""
    offset_m: float | None
    """Mean signed offset, outward positive; None where the ground does not lie along the old border."""
    standard_error_m: float | None
    """Of the mean offset, from the scatter of the drawing along the border."""
    narrow: bool
    """Mean width below 10 m: a line on no map, listed so that nobody overlooks it."""
    documented_m2: float
    """Part of the area that register entries explain."""
    certainty: Certainty
    pieces: tuple[str, ...]
    """Ids of the changed pieces along it."""
    line: BaseGeometry
    """On the working plane."""


@dataclass(frozen=True)
class Evidence:
    """The statistical annex of a comparison."""

    runs: tuple[BorderRun, ...] = ()
    """Longest first."""
    county: ErrorBar | None = None
    """None where nothing changed."""
    features: tuple[ErrorBar, ...] = ()
    """Of every patch with changed ground."""
    offset_scatter_m: float = 0.0
    """Standard deviation of the offset where the border was redrawn; 0 where it was not."""
    correlation_m: float = 0.0
    """Length along the border over which offsets go together."""
    noise_m2: float = 0.0
    """Lost and gained ground within redraw noise, summed without sign."""

    @property
    def narrow(self) -> tuple[BorderRun, ...]:
        """The list of narrow changes."""
        return tuple(r for r in self.runs if r.narrow)
