"""图斑核查: what is known of each change patch (变化图斑), and what people found out about it.

A patch is a clue, not a verdict: nothing here says lawful or unlawful.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from eco_gis.model.layer import LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import LayerAnswer, Reason
from eco_gis.text import Text


class PatchState(StrEnum):
    """How far the work on a patch is, in the order of the work."""

    TO_CHECK = "to_check"
    CHECKED = "checked"
    RECTIFYING = "rectifying"
    CLOSED = "closed"

    @property
    def label(self) -> Text:
        """待核 / 已核 / 整改 / 销号."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    PatchState.TO_CHECK: Text("待核", "To check"),
    PatchState.CHECKED: Text("已核", "Checked"),
    PatchState.RECTIFYING: Text("整改", "Rectifying"),
    PatchState.CLOSED: Text("销号", "Closed"),
}


class Judgement(StrEnum):
    """What a person found (核查结论); never set by the program."""

    NONE = ""
    DOCUMENTED = "documented"
    UNDOCUMENTED = "undocumented"
    NO_CHANGE = "no_change"

    @property
    def label(self) -> Text:
        """属实有手续 / 属实无手续 / 不属实; empty before anybody judged."""
        return _JUDGEMENT_LABELS[self]

    @property
    def is_true(self) -> bool:
        """Whether the ground really changed (图斑属实)."""
        return self in (Judgement.DOCUMENTED, Judgement.UNDOCUMENTED)


_JUDGEMENT_LABELS = {
    Judgement.NONE: Text(""),
    Judgement.DOCUMENTED: Text("属实有手续", "Real, with papers"),
    Judgement.UNDOCUMENTED: Text("属实无手续", "Real, no papers"),
    Judgement.NO_CHANGE: Text("不属实", "Not real"),
}


class Standing(StrEnum):
    """Whether a document can explain a patch of a certain day."""

    VALID = "valid"
    LATER = "later"
    EXPIRED = "expired"
    NO_DATE = "no_date"
    NO_EXPIRY = "no_expiry"
    NO_NUMBER = "no_number"
    PATCH_UNDATED = "patch_undated"
    LAYER_EXPIRED = "layer_expired"
    NO_PERMIT = "no_permit"

    @property
    def label(self) -> Text:
        """Why it counts, or why it does not."""
        return _STANDING_LABELS[self]


_STANDING_LABELS = {
    Standing.VALID: Text("有效", "valid"),
    Standing.LATER: Text("批准日期晚于图斑日期", "dated after the patch"),
    Standing.EXPIRED: Text("图斑日期时已到期", "expired before the patch"),
    Standing.NO_DATE: Text("无日期或日期无法识别", "no date that can be read"),
    Standing.NO_EXPIRY: Text("缺少到期日期", "no day of expiry"),
    Standing.NO_NUMBER: Text("无文号", "names no document"),
    Standing.PATCH_UNDATED: Text("图斑无日期，无法判断是否有效", "the patch has no date to hold it against"),
    Standing.LAYER_EXPIRED: Text(
        "所在图层在图斑日期已失效或尚未生效", "its layer is not in force on the day of the patch"
    ),
    Standing.NO_PERMIT: Text("不作为手续，仅供参考", "permits nothing, for information only"),
}


class LikelyReason(StrEnum):
    """The reason the data suggest for a patch; a person decides."""

    NO_DATA = "no_data"
    COVERED = "covered"
    PARTLY_COVERED = "partly_covered"
    EXPIRED = "expired"
    SURVEY_ERROR = "survey_error"
    NATURAL = "natural"
    FARMING = "farming"
    UNEXPLAINED = "unexplained"

    @property
    def label(self) -> Text:
        """The reason in a few words."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    LikelyReason.NO_DATA: Text("资料不足，无法提出原因", "no data to suggest a reason"),
    LikelyReason.COVERED: Text("疑似已有手续", "probably covered by documents"),
    LikelyReason.PARTLY_COVERED: Text("部分有手续，其余待查", "partly covered, the rest is open"),
    LikelyReason.EXPIRED: Text("手续在图斑日期时已到期", "its document had expired"),
    LikelyReason.SURVEY_ERROR: Text(
        "前期调查已为建设用地，疑似影像误判", "built land in the survey before: image misread?"
    ),
    LikelyReason.NATURAL: Text("疑似自然变化", "probably a natural change"),
    LikelyReason.FARMING: Text("疑似农业结构变化", "probably a change of farming"),
    LikelyReason.UNEXPLAINED: Text("未见手续，需实地核查", "no document found; check on the ground"),
}


@dataclass(frozen=True)
class DocumentCover:
    """One document and the patch."""

    layer_id: str
    kind: Text
    """农转用批次, 临时用地 …"""
    id: str
    """Feature id in its layer."""
    name: str
    number: str
    """文号."""
    approved: date | None
    expires: date | None
    standing: Standing
    overlap_m2: float
    """Ellipsoidal m² of the patch inside this document, whatever its standing."""
    explained_m2: float
    """The part that counts: 0 unless valid, and without what documents listed before explain already."""


@dataclass(frozen=True)
class Unanswered:
    """A document layer that may hide an explanation: it cannot be asked about this patch."""

    layer_id: str
    label: Text
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class LandArea:
    """Ground of one land class (地类) in a survey; ellipsoidal m²."""

    code: str
    """Code of the class; empty where the survey holds no parcel."""
    name: Text
    group: str
    """natural, farmland, built or unused; empty where the code is not known."""
    area_m2: float


@dataclass(frozen=True)
class LandFlow:
    """Ground of the patch by the classes before and after; ellipsoidal m²."""

    before: str
    after: str
    """Codes; empty where the survey holds no parcel."""
    area_m2: float


@dataclass(frozen=True)
class LandAnswer:
    """What the surveys say about a patch."""

    before_layer: str
    """Catalog id of the survey before; empty where there is none."""
    after_layer: str
    before: tuple[LandArea, ...] = ()
    """Largest first."""
    after: tuple[LandArea, ...] = ()
    flows: tuple[LandFlow, ...] = ()
    """Sum to the patch's area where both surveys can be asked."""
    before_reasons: tuple[Reason, ...] = ()
    """Why the question is 资料不足; empty where the survey answers."""
    after_reasons: tuple[Reason, ...] = ()
    after_is_older: bool = False
    """The later survey shows a day before the patch's, so that it cannot show the change."""


@dataclass(frozen=True)
class EarlierSight:
    """A patch of an earlier batch on the same ground."""

    batch: str
    id: str
    overlap_m2: float
    share: float
    """Of this patch's area."""


@dataclass(frozen=True)
class Photo:
    """A field photograph checked against a patch."""

    file: str
    """Name of the file, without its folder."""
    taken: datetime | None
    """As the camera's clock said; None where the picture does not say."""
    distance_m: float | None
    """From the patch, 0 inside; None where the picture does not say where it was taken."""
    days_after: int | None
    """Days from the patch's date to the picture; negative before."""
    remarks: tuple[Text, ...]
    """What speaks against the picture as evidence; empty: none found."""
    jpeg: bytes = field(repr=False)
    """Small copy for the card."""


@dataclass(frozen=True)
class HumanEntry:
    """What people entered about a patch."""

    state: PatchState = PatchState.TO_CHECK
    judgement: Judgement = Judgement.NONE
    by: str = ""
    on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class HistoryRow:
    """One entry of the ledger's history; rows are only ever added."""

    number: int
    """Rises by one with each row of the ledger."""
    batch: str
    patch: str
    old: HumanEntry
    new: HumanEntry
    by: str
    """Who entered it; `eco_gis` for what a run found."""
    at: str
    """When it was entered, ISO 8601."""
    remark: str


@dataclass(frozen=True)
class LedgerRow:
    """One patch as the ledger keeps it, for good."""

    batch: str
    id: str
    name: str
    day: date | None
    township: str
    """Names of the townships, parted by 、."""
    village: str
    area_m2: float
    explained_m2: float
    unexplained_m2: float
    suggestion: LikelyReason
    entry: HumanEntry
    revision: int
    """Number of the last history row about it."""
    shape: BaseGeometry
    """In the ledger's own CRS."""

    @property
    def key(self) -> tuple[str, str]:
        """Batch and id, unique in the ledger."""
        return self.batch, self.id


@dataclass(frozen=True)
class Patch:
    """One change patch with everything the data say about it."""

    batch: str
    id: str
    name: str
    day: date | None
    """Day of the image that shows the change (后时相)."""
    delivered: Mapping[str, str]
    """Other fields that came with it: kind, class before and after as the image reader saw them."""
    area_m2: float
    """Ellipsoidal."""
    planar_m2: float
    townships: tuple[str, ...]
    """Names, largest part first."""
    villages: tuple[str, ...]
    lines: tuple[LayerAnswer, ...]
    """Every control layer's answer, in printing order."""
    land: LandAnswer
    documents: tuple[DocumentCover, ...]
    """Every document that touches the patch, in the order in which ground is booked."""
    explained_m2: float
    """Ground inside at least one valid document; each m² once."""
    unexplained_m2: float
    unanswered: tuple[Unanswered, ...]
    earlier: tuple[EarlierSight, ...]
    suggestion: LikelyReason
    evidence: tuple[Text, ...]
    """What speaks for the suggestion and what to watch, one sentence each."""
    shape: BaseGeometry
    """On the working plane."""
    unexplained: BaseGeometry
    """What no valid document covers; empty where all is explained."""
    entry: HumanEntry = HumanEntry()
    revision: int = 0
    """Number of the ledger's last history row about it."""
    photos: tuple[Photo, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Batch and id, unique in the ledger."""
        return self.batch, self.id

    @property
    def explained_share(self) -> float:
        """0 to 1."""
        return self.explained_m2 / self.area_m2 if self.area_m2 else 0.0


@dataclass(frozen=True)
class Tally:
    """How many patches stand where: of one period, or of all up to its end."""

    received: int
    checked: int
    """Judged by a person: no longer 待核."""
    true: int
    """Judged as real changes."""
    rectifying: int
    rectified: int
    """销号 after 整改."""
    closed: int
    """销号, rectified or not."""
    unexplained_m2: float

    @property
    def open(self) -> int:
        """Not yet 销号."""
        return self.received - self.closed


@dataclass(frozen=True)
class PatchResult:
    """All patches of a run, and where the ledger stands."""

    patches: tuple[Patch, ...]
    """By batch and id."""
    batches: tuple[str, ...]
    document_layers: tuple[LayerSpec, ...]
    line_ids: tuple[str, ...]
    """Control layers asked, in printing order."""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """By batch, of the whole ledger."""
    quarters: Mapping[str, Tally] = field(default_factory=dict)
    """By quarter such as 2024Q2, of the whole ledger; undated batches under an empty quarter."""
    cumulative: Mapping[str, Tally] = field(default_factory=dict)
    """By quarter: everything received up to its end."""
    history: tuple[HistoryRow, ...] = ()
    """Entries about the patches of this run."""


ROLES_OF_DOCUMENTS = (LayerRole.DOCUMENT, LayerRole.CHANGE_REGISTER)
"""Layers whose ground a paper covers."""
