"""Answers about the nature of protected ground between two years (性质不改变)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from eco_gis.model.paper import Paper
from eco_gis.model.role import LayerRole
from eco_gis.text import Text


class LandGroup(StrEnum):
    """What a land class is to the nature of protected ground."""

    NATURAL = "natural"
    FARMLAND = "farmland"
    BUILT = "built"
    UNUSED = "unused"

    @property
    def label(self) -> Text:
        """自然 / 农业 / 建设 / 未利用."""
        return _GROUP_LABELS[self]

    @property
    def wildness(self) -> int:
        """From 0, built, over farmland and unused to 3, natural: what comes down loses its nature."""
        return (LandGroup.BUILT, LandGroup.FARMLAND, LandGroup.UNUSED, LandGroup.NATURAL).index(self)


_GROUP_LABELS = {
    LandGroup.NATURAL: Text("自然", "Natural"),
    LandGroup.FARMLAND: Text("农业", "Farmland"),
    LandGroup.BUILT: Text("建设", "Built"),
    LandGroup.UNUSED: Text("未利用", "Unused"),
}


class MajorClass(StrEnum):
    """三大类 of the Land Administration Law."""

    AGRICULTURAL = "agricultural"
    CONSTRUCTION = "construction"
    UNUSED = "unused"

    @property
    def label(self) -> Text:
        """农用地 / 建设用地 / 未利用地."""
        return _MAJOR_LABELS[self]


_MAJOR_LABELS = {
    MajorClass.AGRICULTURAL: Text("农用地", "Agricultural land"),
    MajorClass.CONSTRUCTION: Text("建设用地", "Construction land"),
    MajorClass.UNUSED: Text("未利用地", "Unused land"),
}


@dataclass(frozen=True)
class LandClass:
    """One class of a scheme, or a code that the scheme does not know."""

    code: str
    """Code as delivered; empty where no parcel or cell tells the class."""
    name: Text = Text("")
    group: LandGroup | None = None
    """None for an unknown code and for ground whose class is not told."""
    major: MajorClass | None = None
    """None also where a scheme does not tell the three apart."""

    @property
    def unknown(self) -> bool:
        """Whether it is a code that the scheme does not know."""
        return self.group is None and self.code not in (UNTOLD, SAME)


UNTOLD = ""
"""Code of ground of which no parcel or cell tells the class."""
SAME = "="
"""Code of ground that the survey's update process leaves alone, where no survey tells its class."""
NO_CLASS = LandClass(UNTOLD, Text("无数据", "no data"))
UNCHANGED = LandClass(SAME, Text("未变更", "not changed"))


class NatureCause(StrEnum):
    """Why a piece of protected ground has another class than before."""

    APPROVED_BUILDING = "approved_building"
    UNAPPROVED_BUILDING = "unapproved_building"
    HISTORIC_LEGACY = "historic_legacy"
    FARMING = "farming"
    RESTORATION = "restoration"
    CORRECTION = "correction"
    OTHER = "other"
    WITHIN_GROUP = "within_group"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        """已批准建设 / 未见批准的建设 / 历史遗留 / 开垦耕种 / 生态恢复 / 调查更正 / 其他 / 同一性质内变化 / 地类未知."""
        return _CAUSE_LABELS[self]


_CAUSE_LABELS = {
    NatureCause.APPROVED_BUILDING: Text("已批准建设", "Approved building"),
    NatureCause.UNAPPROVED_BUILDING: Text("未见批准的建设", "Building without approval"),
    NatureCause.HISTORIC_LEGACY: Text("历史遗留", "Historic legacy"),
    NatureCause.FARMING: Text("开垦耕种", "Farming"),
    NatureCause.RESTORATION: Text("生态恢复", "Restoration"),
    NatureCause.CORRECTION: Text("调查更正（性质未变）", "Correction of the survey (nature unchanged)"),
    NatureCause.OTHER: Text("其他", "Other"),
    NatureCause.WITHIN_GROUP: Text("同一性质内变化", "Change of class, same nature"),
    NatureCause.UNKNOWN: Text("地类未知", "Class unknown"),
}


class NatureSource(StrEnum):
    """What tells the classes before and after, the best first."""

    UPDATE = "update"
    SURVEYS = "surveys"
    RASTERS = "rasters"

    @property
    def label(self) -> Text:
        """更新过程层 / 两期调查 / 两期土地覆盖."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = {
    NatureSource.UPDATE: Text("地类图斑更新过程层", "Update process of the survey"),
    NatureSource.SURVEYS: Text("两期国土调查", "Two surveys"),
    NatureSource.RASTERS: Text("两期土地覆盖栅格", "Two land-cover rasters"),
}


class NatureAnswer(StrEnum):
    """性质不改变 in words, the mildest first."""

    KEPT = "kept"
    LAWFUL = "lawful"
    NO_DATA = "no_data"
    TO_VERIFY = "to_verify"

    @property
    def label(self) -> Text:
        """性质未改变 / 变化均有依据 / 不能判定 / 有无依据的变化、待核."""
        return _ANSWER_LABELS[self]


_ANSWER_LABELS = {
    NatureAnswer.KEPT: Text("性质未改变", "Nature kept"),
    NatureAnswer.LAWFUL: Text("变化均有依据", "Changed, every change documented"),
    NatureAnswer.NO_DATA: Text("资料不足，不能判定", "No data: cannot be told"),
    NatureAnswer.TO_VERIFY: Text("性质改变、待核", "Nature changed without a document; to be verified"),
}

ACCUSED = (
    NatureCause.APPROVED_BUILDING,
    NatureCause.UNAPPROVED_BUILDING,
    NatureCause.HISTORIC_LEGACY,
    NatureCause.FARMING,
    NatureCause.OTHER,
)
"""Causes by which ground can lose its nature, with or without a document."""


@dataclass(frozen=True)
class Transition:
    """One row of the planarized table of classes; every matrix is a group-by of these."""

    feature: str
    """Id of the protected patch."""
    township: str
    """Township id; `outside` where no township holds it."""
    before: LandClass
    after: LandClass
    area_m2: float
    """Ellipsoidal."""
    planar_m2: float
    """In the plane of the run; of rasters the same as `area_m2`."""


@dataclass(frozen=True)
class NaturePiece:
    """One connected piece of protected ground whose class is not what it was."""

    id: str
    feature: str
    feature_name: str
    township: str
    township_name: str
    before: LandClass
    after: LandClass
    cause: NatureCause
    papers: tuple[Paper, ...]
    """Papers that explain it; empty where none does."""
    update_kind: str
    """What the survey's update process says of it, in its own words; empty elsewhere."""
    area_m2: float
    planar_m2: float
    mean_width_m: float
    """2 · area / perimeter."""
    sliver: bool
    """Narrower than the catalog's sliver width: listed apart, still counted."""
    shape: BaseGeometry
    place: tuple[float, float] = (float("nan"), float("nan"))
    """Longitude and latitude, in degrees, of a point on it, in the datum of the working plane."""

    @property
    def adverse(self) -> bool:
        """Whether protected ground lost its nature here: came down from wild towards built."""
        before, after = self.before.group, self.after.group
        if before is None or after is None or self.cause not in ACCUSED:
            return False
        return after.wildness < before.wildness

    @property
    def documented(self) -> bool:
        """Whether a paper, or the survey's own correction, explains it; what is not adverse needs none."""
        return not self.adverse or bool(self.papers)


@dataclass(frozen=True)
class NatureComparison:
    """The classes of one protected layer's ground at the ends of one period."""

    line_layer: str
    """Id of the version of the line whose ground is asked about: the one in force when the period opens."""
    from_year: str
    to_year: str
    """A year is its state of 31 December."""
    source: NatureSource
    source_layers: tuple[str, ...]
    line_m2: float
    """Area of the line, measured for itself."""
    transitions: tuple[Transition, ...]
    pieces: tuple[NaturePiece, ...]
    """Changed pieces, the largest first; empty for rasters, whose cells are no pieces."""
    answer: NatureAnswer
    answers: Mapping[str, NatureAnswer]
    """The same for each patch, by feature id."""
    reasons: tuple[Text, ...]
    """What the answer follows from."""
    remarks: tuple[Text, ...] = ()
    """What a reader must see beside the figures."""
    unknown_codes: tuple[str, ...] = ()
    """Codes that the scheme does not know; with any, nothing is called unchanged."""

    @property
    def period(self) -> str:
        """`2023-2024`."""
        return f"{self.from_year}-{self.to_year}"

    def matrix(self, key: Callable[[LandClass], str]) -> dict[tuple[str, str], float]:
        """Ellipsoidal m² by `key` of the class before and after."""
        sums: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.transitions:
            sums[key(row.before), key(row.after)] += row.area_m2
        return dict(sums)

    @property
    def undocumented_m2(self) -> float:
        """Ground that lost its nature without a document, slivers included."""
        return float(sum(p.area_m2 for p in self.pieces if not p.documented))


@dataclass(frozen=True)
class NatureResult:
    """One protected series through the years."""

    series: str
    role: LayerRole
    label: Text
    comparisons: tuple[NatureComparison, ...]
    """One for each pair of neighbouring years that has data, oldest first."""
    missing: tuple[Text, ...] = ()
    """Why nothing, or not every year that has data, could be compared."""

    @property
    def answer(self) -> NatureAnswer:
        """The strictest of all periods; not better than 资料不足 where something is missing."""
        given = [c.answer for c in self.comparisons]
        return strictest([*given, NatureAnswer.NO_DATA] if self.missing or not given else given)

    def answer_for(self, feature: str) -> NatureAnswer:
        """The same for one patch; 资料不足 where no period knows it."""
        given = [c.answers[feature] for c in self.comparisons if feature in c.answers]
        return strictest([*given, NatureAnswer.NO_DATA] if self.missing or not given else given)


def strictest(answers: Iterable[NatureAnswer]) -> NatureAnswer:
    """The strictest of some answers.

    >>> strictest([NatureAnswer.KEPT, NatureAnswer.NO_DATA]).value
    'no_data'
    """
    return max(answers, key=list(NatureAnswer).index)
