"""The inside book: what lies and happens inside an unchanged line (红线内情况台账)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from eco_gis.model.change import Level
from eco_gis.model.paper import Paper
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.text import Text

INSIDE_KINDS = (
    DocumentKind.APPROVED_PROJECT,
    DocumentKind.LIMITED_ACTIVITY,
    DocumentKind.HISTORIC_LEGACY,
    DocumentKind.PROBLEM_PATCH,
    DocumentKind.RESTORATION,
)
"""Kinds the book keeps, in the order of its tables."""

ALL_KINDS = "all"
"""Key of the account of all kinds together, in which ground under several of them counts once."""


@dataclass(frozen=True)
class InsideMatter:
    """One matter with its ground: a paper of the catalog, or what another room hands over.

    The room of the change patches (图斑核查) may hand over the patches that people found to be violations as
    matters of kind `problem_patch`, with the days on which they were found and closed.
    """

    key: tuple[str, str]
    """Series and id: the same matter through the years and through the versions of its layer."""
    paper: Paper
    shape: BaseGeometry
    """On the working plane; may reach outside the line."""
    since: date | None
    """First day of the matter; None: before every period."""
    gone: date | None
    """Day on which the matter was closed, withdrawn or had run out; None while it stands."""


class MatterState(StrEnum):
    """What became of a matter in a year."""

    KEPT = "kept"
    ADDED = "added"
    CLOSED = "closed"

    @property
    def label(self) -> Text:
        """延续 / 新增 / 销号."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    MatterState.KEPT: Text("延续", "Carried on"),
    MatterState.ADDED: Text("新增", "Added"),
    MatterState.CLOSED: Text("销号", "Closed"),
}


@dataclass(frozen=True)
class InsideEntry:
    """What of one matter lies inside the line, in one patch and township; a closed one as it last stood."""

    key: tuple[str, str]
    paper: Paper
    feature: str
    feature_name: str
    township: str
    township_name: str
    state: MatterState
    area_m2: float
    """Ellipsoidal; matters that overlap are listed one by one."""
    shape: BaseGeometry


@dataclass(frozen=True)
class InsideRow:
    """The account of one kind, county-wide or of one patch or township; ellipsoidal m², each term measured."""

    kind: str
    """A kind of document, or `all`."""
    level: Level
    key: str
    name: str
    opening: int
    added: int
    closed: int
    closing: int
    """Numbers of matters inside the line."""
    opening_m2: float
    added_m2: float
    closed_m2: float
    joined_m2: float
    """Under a matter all along, and inside the line only since it moved."""
    left_m2: float
    """Under a matter all along, and no longer inside the line."""
    closing_m2: float

    @property
    def residual_m2(self) -> float:
        """opening − closed − left + added + joined − closing: 0 when the account closes."""
        return (
            self.opening_m2 - self.closed_m2 - self.left_m2 + self.added_m2 + self.joined_m2 - self.closing_m2
        )


@dataclass(frozen=True)
class InsideYear:
    """The book of one year, from 31 December to 31 December."""

    from_year: str
    to_year: str
    opening_layer: str
    closing_layer: str
    """Versions of the line at both ends."""
    rows: tuple[InsideRow, ...]
    entries: tuple[InsideEntry, ...]

    @property
    def period(self) -> str:
        """`2023-2024`."""
        return f"{self.from_year}-{self.to_year}"


@dataclass(frozen=True)
class InsideBook:
    """One protected series; the closing of a year is the opening of the next."""

    series: str
    role: LayerRole
    label: Text
    years: tuple[InsideYear, ...]
    notes: tuple[Text, ...]
    """Kinds without a layer, papers without a day: what the book could not know."""
