"""Answers about change between two versions of a protected layer (面积不减少)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

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

    @property
    def label(self) -> Text:
        """与批复基线 / 与上年."""
        return _BASIS_LABELS[self]


_BASIS_LABELS = {
    Basis.BASELINE: Text("与批复基线相比", "Against the approved baseline"),
    Basis.LAST_YEAR: Text("与上一版本相比", "Against the earlier version"),
}


class DifferenceKind(StrEnum):
    """How two copies of a layer differ."""

    CRS = "crs"
    COUNT = "count"
    IDS = "ids"
    VERTICES = "vertices"
    SHAPES = "shapes"
    AREA = "area"
    GENERALISATION = "generalisation"


@dataclass(frozen=True)
class Difference:
    """One difference between two copies, in words and as a number."""

    kind: DifferenceKind
    text: Text
    count: float
    """How many features, vertices or m² it concerns."""


@dataclass(frozen=True)
class Identity:
    """Whether two versions are copies of the same thing, before any statistics."""

    same: bool
    """Every shape is equal, whatever the order of features, rings' starts and directions."""
    differences: tuple[Difference, ...]
    comparable: bool
    """False when the drawing itself changed (CRS of another datum, generalisation, most ids gone): area differences prove nothing by themselves."""
    old_features: int
    new_features: int
    old_vertices: int
    new_vertices: int
    ids_gone: tuple[str, ...]
    ids_new: tuple[str, ...]
    shapes_changed: tuple[str, ...]
    """Ids in both versions whose shape is not equal."""
    old_fingerprint: str
    """SHA-256 of the normalised delivered shapes."""
    new_fingerprint: str


class Level(StrEnum):
    """What a ledger row is about."""

    COUNTY = "county"
    TOWNSHIP = "township"
    FEATURE = "feature"


@dataclass(frozen=True)
class LedgerRow:
    """Opening, closing and what lies between, each measured; ellipsoidal m²."""

    level: Level
    key: str
    """Feature id, township id, `outside` for ground outside all townships, or `county`."""
    name: str
    opening_m2: float
    kept_m2: float
    """Protected ground of this row in both versions."""
    lost_m2: float
    """Left the protected area."""
    gained_m2: float
    """Joined the protected area."""
    moved_out_m2: float
    """Still protected, now under another feature; 0 except at feature level."""
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
    """Approved local adjustment, adjustment with a reserve, border survey, correction of data."""
    office: str
    document: str
    date: str
    direction: str
    """`out`, `in`, or empty where the register does not say."""


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
    entry: RegisterEntry | None
    """Register entry that documents it; None when undocumented."""
    area_m2: float
    planar_m2: float
    mean_width_m: float
    """2 · area / perimeter."""
    sliver: bool
    """Mean width below the catalog's sliver width: listed apart, still counted."""
    shape: BaseGeometry
    """On the working plane."""


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
    features: tuple[LedgerRow, ...]
    pieces: tuple[ChangedPiece, ...]
    conclusion: Conclusion
    notes: tuple[Text, ...]
    """Sentences a reader must see beside the figures, e.g. that the drawing changed."""

    @property
    def rows(self) -> tuple[LedgerRow, ...]:
        """All ledger rows."""
        return (self.county, *self.townships, *self.features)

    @property
    def undocumented_m2(self) -> float:
        """Changed ground, slivers included, that no register entry explains."""
        return float(sum(p.area_m2 for p in self.pieces if p.entry is None))


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

    def by_basis(self, basis: Basis) -> Comparison | None:
        """The comparison with the baseline or with last year."""
        return next((c for c in self.comparisons if c.basis is basis), None)
