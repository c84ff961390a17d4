"""What a check sheet (套合核对表) adds to the answers: control totals and the tables that add up to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from eco_gis.text import Text
from eco_gis.units import from_m2, round_half_up


class AreaBasis(StrEnum):
    """Which area a site's parts add up to."""

    DECLARED = "declared"
    """勘界面积: the surveyed area that the site declares, within the survey's tolerance."""
    MEASURED = "measured"
    """The ellipsoidal area of its ground; nothing is declared."""
    REFUSED = "refused"
    """What is declared is further off than the survey's tolerance; nothing is apportioned to it."""
    UNCHECKED = "unchecked"
    """An area is declared, but the shape has none to hold it against."""

    @property
    def label(self) -> Text:
        """The basis in words."""
        return _BASIS_LABELS[self]


_BASIS_LABELS = {
    AreaBasis.DECLARED: Text("勘界面积", "declared survey area"),
    AreaBasis.MEASURED: Text("椭球面积（未申报勘界面积）", "ellipsoidal area (none declared)"),
    AreaBasis.REFUSED: Text(
        "椭球面积（勘界面积超限差，不予采用）", "ellipsoidal area (the declared one is refused)"
    ),
    AreaBasis.UNCHECKED: Text(
        "勘界面积无图形可核对，不予采用", "the declared area has no shape to be held against"
    ),
}


@dataclass(frozen=True)
class ControlTotal:
    """控制面积: the figure that the parts of one site add up to."""

    basis: AreaBasis
    declared_m2: float | None
    """勘界面积 as declared; None where none is."""
    ellipsoidal_m2: float
    """Ellipsoidal area of the ground taken; 0 for an axis or point without a width."""
    planar_m2: float
    """Planar area in the survey's own projection where that is known, else in the working plane."""
    tolerance_m2: float
    """How far a declared area may be off: a multiple of the standard error that the corners' error gives it."""
    point_error_m: float
    """Standard error of a corner that the tolerance rests on."""

    @property
    def ha(self) -> Decimal | None:
        """公顷 with four decimals; None where the area is not known well enough to be tested against a threshold."""
        if self.basis is AreaBasis.DECLARED and self.declared_m2 is not None:
            return round_half_up(from_m2(self.declared_m2, "ha"), 4)
        if self.basis is AreaBasis.MEASURED and self.ellipsoidal_m2 > 0:
            return round_half_up(from_m2(self.ellipsoidal_m2, "ha"), 4)
        return None

    @property
    def parts_ha(self) -> Decimal:
        """What the parts in tables add up to: `ha`, and the measured area where what is declared is refused."""
        whole = self.ha
        return whole if whole is not None else round_half_up(from_m2(self.ellipsoidal_m2, "ha"), 4)

    @property
    def difference_m2(self) -> float | None:
        """Declared less measured, planar or ellipsoidal, whichever is nearer; None where nothing is declared."""
        if self.declared_m2 is None:
            return None
        return min((self.declared_m2 - m for m in (self.planar_m2, self.ellipsoidal_m2)), key=abs)

    def scaled(self, area_m2: float) -> Decimal:
        """An ellipsoidal part of the site in 公顷 on the scale of the control total, rounded for itself."""
        if self.ellipsoidal_m2 <= 0:
            return Decimal("0.0000")
        share = Decimal(repr(float(area_m2))) / Decimal(repr(float(self.ellipsoidal_m2)))
        return (share * self.parts_ha).quantize(Decimal("0.0001"))


@dataclass(frozen=True)
class SheetResult:
    """What the sheets of a run show beside the answers."""

    totals: Mapping[str, ControlTotal] = field(default_factory=dict)
    """By id of the site."""
