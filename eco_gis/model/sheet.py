"""What a check sheet (套合核对表) adds to the answers: control totals and the tables that add up to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from eco_gis.model.batch import Batch, NeighbourGroup
from eco_gis.model.decision import Decided
from eco_gis.text import Text
from eco_gis.units import from_m2, round_half_up

MOST_PAGES = 100
"""Check sheets of a run, where nobody asks for more: ten thousand sites make no ten thousand pages unasked."""


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


class LandClass(StrEnum):
    """三大类 of the land law."""

    AGRICULTURAL = "agricultural"
    CONSTRUCTION = "construction"
    UNUSED = "unused"
    UNKNOWN = "unknown"
    """A code without a place among the three, or ground that no survey parcel covers."""

    @property
    def label(self) -> Text:
        """农用地 / 建设用地 / 未利用地 / 未能归类."""
        return _CLASS_LABELS[self]


_CLASS_LABELS = {
    LandClass.AGRICULTURAL: Text("农用地", "Agricultural"),
    LandClass.CONSTRUCTION: Text("建设用地", "Construction"),
    LandClass.UNUSED: Text("未利用地", "Unused"),
    LandClass.UNKNOWN: Text("未能归类", "Not classified"),
}


class Ownership(StrEnum):
    """Who owns the land (土地所有权)."""

    STATE = "state"
    COLLECTIVE = "collective"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        """国有 / 集体 / 权属不明."""
        return _OWNERSHIP_LABELS[self]


_OWNERSHIP_LABELS = {
    Ownership.STATE: Text("国有", "State"),
    Ownership.COLLECTIVE: Text("集体", "Collective"),
    Ownership.UNKNOWN: Text("权属不明", "Ownership unknown"),
}


@dataclass(frozen=True)
class ClassRow:
    """Ground of one village, ownership and second class (二级类), net of deductions (扣除)."""

    village: str
    """Name of the village (坐落单位), empty where it is not known."""
    ownership: Ownership
    land_class: LandClass
    code: str
    """地类编码; empty for ground without a survey parcel."""
    name: str
    """Name of the class."""
    measured_m2: float
    """Ellipsoidal."""
    ha: Decimal
    """公顷 on the scale of the control total; the rows of a site add up to it."""

    @property
    def is_cropland(self) -> bool:
        """耕地: 水田, 水浇地, 旱地."""
        return self.code.startswith("01")


@dataclass(frozen=True)
class Classification:
    """现状分类面积表 of one site."""

    site: str
    layer_id: str
    """Survey asked; empty where there is none."""
    total_ha: Decimal
    """Control total; the rows add up to it at the last digit."""
    rows: tuple[ClassRow, ...]
    """By class, code, ownership and village."""
    gaps: tuple[Text, ...] = ()
    """What keeps the table from being complete (资料不足); empty: nothing."""

    def sum_ha(
        self,
        land_class: LandClass | None = None,
        *,
        ownership: Ownership | None = None,
        cropland: bool = False,
    ) -> Decimal:
        """Sum of the rows of a class, of an ownership, of cropland; of all without a choice."""
        chosen = (
            r.ha
            for r in self.rows
            if (land_class is None or r.land_class is land_class)
            and (ownership is None or r.ownership is ownership)
            and (not cropland or r.is_cropland)
        )
        return sum(chosen, Decimal("0.0000"))


@dataclass(frozen=True)
class FarmlandRow:
    """What a site takes of one parcel of permanent basic farmland (永久基本农田)."""

    parcel: str
    name: str
    code: str
    """地类编码."""
    measured_m2: float
    """Ellipsoidal overlap, gross."""
    deduction: float | None
    """扣除系数, share of the parcel that is no cropland (田坎); None where it is not known."""
    ha: Decimal
    """Gross (图斑面积), on the scale of the control total."""
    net_ha: Decimal | None
    """Net (净面积); None where the deduction is not known."""


@dataclass(frozen=True)
class ForestRow:
    """What a site takes of one forest stand (小班)."""

    stand: str
    land_class: str
    """地类, as delivered or by its code's name."""
    grade: str
    """林地保护等级."""
    category: str
    """森林类别 or 林种: public-welfare or commercial."""
    measured_m2: float
    ha: Decimal
    """On the scale of the control total."""
    stock_m3: float | None
    """Stock (蓄积) on the ground taken; None where the stand gives none."""
    canopy: float | None
    """Canopy density (郁闭度), 0 to 1; None where the stand gives none."""


@dataclass(frozen=True)
class CorridorWidth:
    """How wide an ecological corridor (生态廊道) is at a site, without and with it."""

    layer_id: str
    feature: str
    name: str
    without_m: float
    """Narrowest way from bank to bank through the site's ground, were it free; holes do not count."""
    remaining_m: float
    """Narrowest way from bank to bank by the site that is left: the sum of its gaps."""
    widest_gap_m: float
    """Widest single gap of that way."""
    step_m: float
    """`without_m` is at most this much too large."""
    place: BaseGeometry
    """The gaps as lines on the working plane; without any, the site's part inside the corridor."""


@dataclass(frozen=True)
class SheetResult:
    """What the sheets of a run show beside the answers."""

    totals: Mapping[str, ControlTotal] = field(default_factory=dict)
    """By id of the site, as all that follow."""
    classes: Mapping[str, Classification] = field(default_factory=dict)
    farmland: Mapping[str, tuple[FarmlandRow, ...]] = field(default_factory=dict)
    forest: Mapping[str, tuple[ForestRow, ...]] = field(default_factory=dict)
    corridors: Mapping[str, tuple[CorridorWidth, ...]] = field(default_factory=dict)
    decided: tuple[Decided, ...] = ()
    """Decisions of people about answers of the run."""
    batches: tuple[Batch, ...] = ()
    groups: tuple[NeighbourGroup, ...] = ()
    pages: int = MOST_PAGES
    """At most so many check sheets are written; those with the strictest suggestions."""

    @property
    def limited(self) -> Text | None:
        """That not every site has a sheet; None where each has one."""
        if len(self.totals) <= self.pages:
            return None
        return Text(
            f"核对表只出初审建议最严的 {self.pages} 个项目（共 {len(self.totals)} 个）；用 --sheets 增减",
            f"check sheets are made for the {self.pages} sites with the strictest suggestions of {len(self.totals)}; "
            "--sheets changes that",
        )

    def decided_about(self, site: str, layer: str) -> Decided | None:
        """What people decided about one answer."""
        return next((d for d in self.decided if (d.decision.site, d.decision.layer) == (site, layer)), None)
