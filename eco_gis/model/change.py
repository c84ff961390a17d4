"""Answers about change between two versions of a protected layer (面积不减少)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from eco_gis.model.border import Evidence, Verdict
from eco_gis.model.identity import Identity
from eco_gis.model.lineage import Lineage, Relocation, Share
from eco_gis.model.role import LayerRole
from eco_gis.text import Text


class Conclusion(StrEnum):
    """The answer in words."""

    UNCHANGED = "unchanged"
    LAWFUL = "lawful"
    TO_VERIFY = "to_verify"

    @property
    def label(self) -> Text:
        """未调整 / 依法调整 / 与批复成果不符、待核."""
        return _CONCLUSION_LABELS[self]


_CONCLUSION_LABELS = {
    Conclusion.UNCHANGED: Text("未调整", "Not adjusted"),
    Conclusion.LAWFUL: Text("依法调整", "Adjusted with approval"),
    Conclusion.TO_VERIFY: Text("与批复成果不符、待核", "Differs from the approved result; to be verified"),
}


class Basis(StrEnum):
    """What a version is compared with."""

    BASELINE = "baseline"
    LAST_YEAR = "last_year"
    YEAR = "year"
    """One step of a series of years."""
    PERIOD = "period"
    """The versions in force at the start and the end of a period."""

    @property
    def label(self) -> Text:
        """与批复基线 / 与上年 / 逐年 / 本期."""
        return _BASIS_LABELS[self]


_BASIS_LABELS = {
    Basis.BASELINE: Text("与批复基线相比", "Against the approved baseline"),
    Basis.LAST_YEAR: Text("与上一版本相比", "Against the earlier version"),
    Basis.YEAR: Text("逐年", "Year by year"),
    Basis.PERIOD: Text("本期内", "Within the period"),
}


class Cause(StrEnum):
    """Why ground changed, by what is documented; the order is the order of the accounts."""

    LOCAL_ADJUSTMENT = "local_adjustment"
    WITH_RESERVE = "with_reserve"
    BORDER_SURVEY = "border_survey"
    CORRECTION = "correction"
    OTHER_ENTRY = "other_entry"
    COPY = "copy"
    CLIPPING = "clipping"
    UNDOCUMENTED = "undocumented"

    @property
    def label(self) -> Text:
        """局部调整 / 随自然保护地调整 / 勘界核定 / 数据更正 / … / 未见批准."""
        return _CAUSE_LABELS[self]

    @property
    def documented(self) -> bool:
        """Whether an entry of the register stands behind it."""
        return self in _BY_ENTRY


_CAUSE_LABELS = {
    Cause.LOCAL_ADJUSTMENT: Text("局部调整", "Approved local adjustment"),
    Cause.WITH_RESERVE: Text("随自然保护地调整", "Adjusted with a nature reserve"),
    Cause.BORDER_SURVEY: Text("勘界核定", "Border survey"),
    Cause.CORRECTION: Text("数据更正", "Correction of data"),
    Cause.OTHER_ENTRY: Text("台账其他事项", "Other register entry"),
    Cause.COPY: Text("副本差异（坐标转换、取整）", "Copy (transformed or rounded)"),
    Cause.CLIPPING: Text("按县界裁切", "Clipped at the county border"),
    Cause.UNDOCUMENTED: Text("未见批准依据", "No approval found"),
}
_BY_ENTRY = (
    Cause.LOCAL_ADJUSTMENT,
    Cause.WITH_RESERVE,
    Cause.BORDER_SURVEY,
    Cause.CORRECTION,
    Cause.OTHER_ENTRY,
)


class Level(StrEnum):
    """What a ledger row is about."""

    COUNTY = "county"
    TOWNSHIP = "township"
    TYPE = "type"
    FEATURE = "feature"


@dataclass(frozen=True)
class LedgerRow:
    """Opening, closing and what lies between, each measured; ellipsoidal m²."""

    level: Level
    key: str
    """Feature id, type of line, township id, `outside` for ground outside all townships, or `county`."""
    name: str
    opening_m2: float
    kept_m2: float
    """Protected ground of this row in both versions."""
    lost_m2: float
    """Left the protected area."""
    gained_m2: float
    """Joined the protected area."""
    moved_out_m2: float
    """Still protected, now under another feature, type or (where borders of townships moved) township."""
    moved_in_m2: float
    closing_m2: float

    @property
    def net_m2(self) -> float:
        """Closing minus opening."""
        return self.closing_m2 - self.opening_m2

    @property
    def residual_m2(self) -> float:
        """opening − lost − moved out + gained + moved in − closing: 0 when the ledger closes."""
        return (
            self.opening_m2
            - self.lost_m2
            - self.moved_out_m2
            + self.gained_m2
            + self.moved_in_m2
            - self.closing_m2
        )


class Direction(StrEnum):
    """Whether a changed piece left or joined the protected area."""

    LOST = "lost"
    GAINED = "gained"

    @property
    def label(self) -> Text:
        """减少 / 增加."""
        return Text("减少", "Lost") if self is Direction.LOST else Text("增加", "Gained")


@dataclass(frozen=True)
class RegisterEntry:
    """One approved change of the line (边界调整台账)."""

    id: str
    kind: str
    """The register's own words: 局部调整, 勘界核定 …"""
    office: str
    document: str
    date: str
    direction: str
    """`out`, `in`, or empty where the register does not say."""
    cause: Cause
    """What the register's words mean; `UNDOCUMENTED` where they name no adjustment of a line."""


@dataclass(frozen=True)
class EntryBalance:
    """What one register entry promised and what of it happened between two versions; ellipsoidal m²."""

    entry: RegisterEntry
    drawn_m2: float
    """Area of the entry's own shape."""
    lost_m2: float
    """Changed ground that left under this entry."""
    gained_m2: float
    """Changed ground that joined under this entry."""
    objection: Text | None
    """Why it documents nothing in this comparison; None where it can."""


@dataclass(frozen=True)
class ChangedPiece:
    """One row of the planarized table of changed ground; every other table is a group-by of these."""

    id: str
    direction: Direction
    feature: str
    """Id of the feature it left (old) or joined (new)."""
    feature_name: str
    township: str
    """Township id; `outside` where no township holds it."""
    township_name: str
    kind: str
    """Type of line it left (old) or joined (new), e.g. 水源涵养; empty where the layer has no field `kind`."""
    entry: RegisterEntry | None
    """Register entry that documents it; None when undocumented."""
    cause: Cause
    """The legal side: which document, or which named difference of copies, explains it; tolerance 0."""
    verdict: Verdict
    """The statistical side: a real move of the border, or what redrawing alone makes."""
    area_m2: float
    planar_m2: float
    mean_width_m: float
    """2 · area / perimeter."""
    sliver: bool
    """Mean width below the catalog's sliver width: listed apart, still counted."""
    shape: BaseGeometry
    """On the working plane."""
    land: tuple[Share, ...] = ()
    """Land classes on it, largest first; from the survey of its own version."""
    forest: tuple[Share, ...] = ()
    """Forest quality on it, largest first."""


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side."""

    basis: Basis
    old_layer: str
    new_layer: str
    old_version: str
    new_version: str
    identity: Identity
    county: LedgerRow
    townships: tuple[LedgerRow, ...]
    types: tuple[LedgerRow, ...]
    """By type of line; empty where neither version has types."""
    features: tuple[LedgerRow, ...]
    pieces: tuple[ChangedPiece, ...]
    entries: tuple[EntryBalance, ...]
    """Every register entry of the period or on changed ground."""
    evidence: Evidence
    """The statistical annex: runs of border, error bars; never mixed with the conclusion."""
    lineage: tuple[Lineage, ...]
    """Patches renamed, split, merged, gone or new."""
    relocations: tuple[Relocation, ...]
    """Losses offset by gains elsewhere."""
    conclusion: Conclusion
    statement: Text
    """The conclusion in a sentence, with the named kind of copy where there is one."""
    notes: tuple[Text, ...]
    """Sentences a reader must see beside the figures, e.g. that the drawing changed."""

    @property
    def key(self) -> str:
        """Part of fact ids: the basis; for a step of a series the basis and its version."""
        return f"{self.basis}_{self.new_version}" if self.basis is Basis.YEAR else self.basis.value

    @property
    def rows(self) -> tuple[LedgerRow, ...]:
        """All ledger rows."""
        return (self.county, *self.townships, *self.types, *self.features)

    @property
    def undocumented_m2(self) -> float:
        """Changed ground, slivers included, that neither a register entry nor a named copy explains."""
        return float(sum(p.area_m2 for p in self.pieces if p.cause is Cause.UNDOCUMENTED))

    def sum_m2(self, direction: Direction, cause: Cause) -> float:
        """Changed ground of one direction and cause."""
        chosen = (p.area_m2 for p in self.pieces if p.direction is direction and p.cause is cause)
        return float(sum(chosen))


@dataclass(frozen=True)
class ChangeResult:
    """The comparisons of one series (redline, or protected natural areas)."""

    series: str
    role: LayerRole
    label: Text
    from_version: str
    to_version: str
    comparisons: tuple[Comparison, ...]
    """Against the approved baseline where there is one, then against the earlier version."""
    years: tuple[Comparison, ...] = ()
    """Every step from the baseline (or the first version) to `to_version`; the closing of one is the opening of the next."""
    incomparable: tuple[Text, ...] = ()
    """Versions from before the baseline: drawn by other rules, not comparable, never a loss."""

    def by_basis(self, basis: Basis) -> Comparison | None:
        """The comparison with the baseline or with last year."""
        return next((c for c in self.comparisons if c.basis is basis), None)
