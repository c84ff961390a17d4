"""Many sites together: 批次用地, and 相邻项目 that a filing apiece would hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shapely.geometry.base import BaseGeometry

from eco_gis.model.bound import Bound
from eco_gis.model.role import DocumentKind
from eco_gis.text import Text


@dataclass(frozen=True)
class ApprovedGround:
    """Ground of a plot that a document covers already."""

    layer_id: str
    kind: DocumentKind
    feature: str
    name: str
    number: str
    """文号, empty where the layer gives none."""
    measured_m2: float
    """Ellipsoidal."""
    ha: Decimal
    """On the scale of the plot's control total."""


@dataclass(frozen=True)
class BatchPlot:
    """One plot (地块) of a batch; its land classes are those of its classification."""

    site: str
    name: str
    township: str
    """Township of the largest part."""
    total_ha: Decimal
    """Control total."""
    in_plan_ha: Decimal | None
    """Inside approved plans for developing whole areas (成片开发方案); None where no plan can be asked."""
    approved: tuple[ApprovedGround, ...]


@dataclass(frozen=True)
class Batch:
    """批次用地: plots that go into one approval."""

    name: str
    plots: tuple[BatchPlot, ...]
    overlap_m2: float
    """Ground that two plots of the batch both take; ellipsoidal."""
    gaps: tuple[Text, ...] = ()
    """What could not be asked (资料不足)."""

    @property
    def total_ha(self) -> Decimal:
        """Sum of the control totals."""
        return sum((p.total_ha for p in self.plots), Decimal("0.0000"))


@dataclass(frozen=True)
class GroupMember:
    """A site of a group of neighbours: of this run, or filed before."""

    id: str
    name: str
    layer_id: str
    year: str
    """Year of its filing, empty where it is not known."""
    owner: str
    asked: bool
    """Whether it is a site of this run."""
    measured_m2: float


@dataclass(frozen=True)
class GroupSum:
    """What a group takes of one layer: all of it, of one patch, or in one township. Ellipsoidal, each m² once."""

    layer_id: str
    patch: str
    """Feature id; empty: the whole layer."""
    township: str
    """Name; empty: everywhere."""
    measured_m2: float
    largest_m2: float
    """The most that one member takes alone."""


@dataclass(frozen=True)
class Threshold:
    """A threshold that rules hold an area against."""

    rule_id: str
    layer_id: str
    """Layer whose overlap is measured; empty: the area of the site itself."""
    bound: Bound
    law: Text
    confirmed: bool


@dataclass(frozen=True)
class Crossing:
    """A threshold that a group reaches."""

    threshold: Threshold
    together_ha: Decimal
    largest_ha: Decimal
    """The most that one member reaches alone."""

    @property
    def only_together(self) -> bool:
        """Whether no member reaches it alone: the reason to look at the group as one project."""
        return not self.threshold.bound.holds(self.largest_ha)


@dataclass(frozen=True)
class NeighbourGroup:
    """相邻项目: sites near one another, across filings and years."""

    id: str
    distance_m: float
    """Members are no farther than this from the next one."""
    members: tuple[GroupMember, ...]
    measured_m2: float
    """Ground of all members, each m² once; ellipsoidal."""
    sums: tuple[GroupSum, ...]
    crossings: tuple[Crossing, ...]
    shape: BaseGeometry

    @property
    def years(self) -> Sequence[str]:
        """Years of the filings."""
        return sorted({m.year for m in self.members if m.year})
