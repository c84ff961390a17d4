"""Answers about sites: what is touched, how much, what is asked, what could not be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from eco_gis.errors import Problem
from eco_gis.model.layer import Polarity
from eco_gis.model.raster import CellEvidence
from eco_gis.model.reason import Reason as Reason
from eco_gis.model.role import LayerRole
from eco_gis.model.site import SiteAttribute as SiteAttribute
from eco_gis.model.site import SiteKind as SiteKind
from eco_gis.text import Text

if TYPE_CHECKING:
    from eco_gis.model.legacy import KnownOn


class Answer(StrEnum):
    """套合结果. There is no fourth answer and no default."""

    CONCERNED = "concerned"
    NO_DATA = "no_data"
    NOT_CONCERNED = "not_concerned"

    @property
    def label(self) -> Text:
        """涉及 / 资料不足 / 不涉及."""
        return _ANSWER_LABELS[self]


_ANSWER_LABELS = {
    Answer.CONCERNED: Text("涉及", "Concerned"),
    Answer.NO_DATA: Text("资料不足", "No data"),
    Answer.NOT_CONCERNED: Text("不涉及", "Not concerned"),
}


class Suggestion(StrEnum):
    """初审建议, from the mildest to the strictest. The tool suggests; it does not approve."""

    PROCEED = "proceed"
    SUPPLEMENT = "supplement"
    REDESIGN = "redesign"
    RETURN = "return"

    @property
    def strictness(self) -> int:
        """0 is the mildest."""
        return list(Suggestion).index(self)

    @property
    def label(self) -> Text:
        """可继续 / 补充材料 / 优化选址 / 退回."""
        return _SUGGESTION_LABELS[self]


_SUGGESTION_LABELS = {
    Suggestion.PROCEED: Text("可继续", "Proceed"),
    Suggestion.SUPPLEMENT: Text("补充材料", "Supplement"),
    Suggestion.REDESIGN: Text("优化选址", "Redesign"),
    Suggestion.RETURN: Text("退回", "Return"),
}

DISCLAIMER = Text(
    "数据比对结果，不作为审批依据",
    "Result of a comparison of data; not a basis for approval",
)
"""Stands under every sheet, table and map."""


class Outcome(StrEnum):
    """What approvals say of a site and the redline (自然资发〔2022〕142号), from the mildest to the strictest."""

    NOT_INSIDE = "not_inside"
    CROSSES_WITHOUT_LAND = "crosses_without_land"
    LIMITED_ACTIVITY_NO_NEW_LAND = "limited_activity_no_new_land"
    LIMITED_ACTIVITY_NEW_LAND = "limited_activity_new_land"
    NATIONAL_MAJOR = "national_major"
    TO_BE_AVOIDED = "to_be_avoided"
    NO_DATA = "no_data"

    @property
    def label(self) -> Text:
        """The outcome in words."""
        return _OUTCOME_LABELS[self]


_OUTCOME_LABELS = {
    Outcome.NOT_INSIDE: Text("不涉及生态保护红线", "not inside the redline"),
    Outcome.CROSSES_WITHOUT_LAND: Text(
        "穿（跨）越生态保护红线，不在红线内申请用地", "crosses the redline and asks for no land inside"
    ),
    Outcome.LIMITED_ACTIVITY_NO_NEW_LAND: Text(
        "占用，属允许的有限人为活动，不涉及新增建设用地",
        "takes ground as a limited human activity without new construction land",
    ),
    Outcome.LIMITED_ACTIVITY_NEW_LAND: Text(
        "占用，属允许的有限人为活动，涉及新增建设用地，须省级人民政府认定意见",
        "takes ground as a limited human activity with new construction land: the province's opinion",
    ),
    Outcome.NATIONAL_MAJOR: Text(
        "占用，属国家重大项目，须省级人民政府不可避让论证意见",
        "takes ground as a national major project: the province's opinion that it cannot be avoided",
    ),
    Outcome.TO_BE_AVOIDED: Text("不符合管控要求，应避让", "does not conform and is to be avoided"),
    Outcome.NO_DATA: Text("资料不足，不能判定", "no data: cannot be told"),
}


class Verdict(StrEnum):
    """What became of a rule that was asked about a site and a layer."""

    ANSWERED = "answered"
    STOOD_BACK = "stood_back"
    """The rule it makes way for holds."""
    NEEDS = "needs"
    """It may hold: an attribute that it asks for is missing."""
    SILENT = "silent"
    """One of its conditions is not met."""
    NOT_IN_FORCE = "not_in_force"

    @property
    def label(self) -> Text:
        """The verdict in words."""
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.ANSWERED: Text("适用", "answers"),
    Verdict.STOOD_BACK: Text("让位", "stands back"),
    Verdict.NEEDS: Text("资料不足", "no data"),
    Verdict.SILENT: Text("不适用", "does not apply"),
    Verdict.NOT_IN_FORCE: Text("未生效", "not in force"),
}


@dataclass(frozen=True)
class Asked:
    """One step of a decision path: a rule that was asked, what it said and why."""

    rule_id: str
    verdict: Verdict
    why: Text
    """Condition not met, attribute missing, rule it stands back for, or figure tested."""


@dataclass(frozen=True)
class FeatureHit:
    """One feature of a layer that a site touches."""

    id: str
    name: str
    zone: str
    """Zone, grade or class of the feature; empty where the layer has none."""
    area_m2: float
    """Ellipsoidal overlap of this feature with the site's footprint; features may overlap one another."""
    length_m: float
    """Length of the site's axis inside the feature; 0 for polygon sites."""


@dataclass(frozen=True)
class RuleHit:
    """A rule that fired for a site and a layer."""

    rule_id: str
    requirement: Text
    """管控要求."""
    papers: tuple[Text, ...]
    """需取得文件."""
    suggestion: Suggestion
    law: Text
    article: str
    confirmed: bool
    """False when nobody has compared the rule with the official text."""
    sentence: Text = Text("")
    """Sentence for the check sheet; empty: the requirement serves."""
    outcome: Outcome | None = None
    """Outcome for the redline; None for rules of other layers."""
    number: str = ""
    """Number of the law (文号), empty where it has none."""
    office: str = ""
    """Office that issued it."""
    needs: tuple[str, ...] = ()
    """Site or feature attributes that are missing: then the rule is not known to hold, and leads as if it did."""
    figures: tuple[Text, ...] = ()
    """Figures that were held against the rule's thresholds."""


@dataclass(frozen=True)
class LayerAnswer:
    """What one layer answers about one site."""

    layer_id: str
    """Id in the catalog; `role:<role>` for a required role that the catalog lacks."""
    role: LayerRole
    label: Text
    polarity: Polarity
    answer: Answer
    reasons: tuple[Reason, ...]
    area_m2: float
    """Ellipsoidal area of the site's footprint that is concerned: inside the layer's footprint, or outside it for polarity *outside*."""
    planar_m2: float
    """The same, planar in the working plane."""
    share: float | None
    """`area_m2` over the site's area; None for a site without area."""
    length_m: float
    """Length of a line site's axis that is concerned; 0 for other sites."""
    distance_m: float | None
    """Distance to the nearest line of the layer; 0 when touched, None when the layer has no usable feature."""
    uncovered_m2: float
    """Part of the site outside the layer's coverage; the whole site where coverage is undeclared."""
    hits: tuple[FeatureHit, ...] = ()
    """Features touched (polarity inside), or features that hold the part inside (polarity outside)."""
    zones: tuple[tuple[str, float], ...] = ()
    """(zone, m²) of the site inside the layer; for the urban boundary 集中建设区 / 弹性发展区 / 特别用途区."""
    rules: tuple[RuleHit, ...] = ()
    suggestion: Suggestion = Suggestion.PROCEED
    shape: BaseGeometry | None = None
    """The concerned part of the site on the working plane; None when nothing is concerned."""
    needs: tuple[str, ...] = ()
    """Attributes that rules ask for and that the site, or the feature touched, lacks."""
    outcome: Outcome | None = None
    """For the redline: the outcome as approvals word it; None for other layers."""
    path: tuple[Asked, ...] = ()
    """Decision path: every rule asked, what it said and why; empty where nothing is concerned."""
    count: int = 0
    """Points of a point site inside the layer."""
    widest_m: float | None = None
    """Width of the overlap at its widest place; None without an areal overlap."""
    narrowest_m: float | None = None
    """The same of the narrowest part of the overlap; equals `widest_m` where it is in one part."""
    uncovered_shape: BaseGeometry | None = None
    """The part outside the layer's coverage; None where all is covered or no coverage is declared."""
    accuracy_m: float | None = None
    """Standard error of the site against the layer, both combined; None where one is not stated."""
    hinges_m: float | None = None
    """Offset within twice `accuracy_m` that would turn 涉及 into 不涉及 or back; None: firm, or not known."""
    cells: CellEvidence | None = None
    """What the cells say, where the layer is a raster."""

    @property
    def by_cells(self) -> bool:
        """Whether its areas are those of cells, weighted by what the site takes of each."""
        return self.cells is not None and self.cells.cells > 0

    @property
    def zone_names(self) -> tuple[tuple[str, Text], ...]:
        """Each zone that has a name, and that name for people; classes of a raster have an English one too."""
        named = {c.label.zh: c.label for c in self.cells.classes} if self.cells is not None else {}
        return tuple((zone, named.get(zone, Text(zone))) for zone, _ in self.zones if zone)

    @property
    def is_firm(self) -> bool | None:
        """Whether no offset within the stated accuracy changes the answer; None where that is not known."""
        if self.answer is Answer.NO_DATA or self.accuracy_m is None:
            return None
        return self.hinges_m is None


@dataclass(frozen=True)
class SiteAnswer:
    """One site and the answers of all layers, in printing order."""

    id: str
    name: str
    category: str
    kind: SiteKind
    area_m2: float
    """Ellipsoidal area of the footprint (width applied); 0 for an axis or point without a width."""
    planar_m2: float
    length_m: float
    """Length of a line site's axis; 0 for other sites."""
    width_m: float | None
    townships: tuple[str, ...]
    """Names of the townships touched, largest part first."""
    answers: tuple[LayerAnswer, ...]
    geometry: BaseGeometry
    """The site as drawn, on the working plane."""
    footprint: BaseGeometry
    """The ground it takes: the polygon, or the axis or point widened; the axis itself without a width."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What the project says of itself, by `SiteAttribute`; a value that is missing is left out."""
    rules: tuple[RuleHit, ...] = ()
    """Rules about the project itself, whatever ground it takes (临时用地, 水土保持方案 …)."""
    path: tuple[Asked, ...] = ()
    """Decision path of the rules about the project itself."""

    @property
    def answer(self) -> Answer:
        """Concerned by any layer; else no data from any; else not concerned."""
        given = {a.answer for a in self.answers}
        for answer in (Answer.CONCERNED, Answer.NO_DATA):
            if answer in given:
                return answer
        return Answer.NOT_CONCERNED if given else Answer.NO_DATA

    @property
    def suggestion(self) -> Suggestion:
        """The strictest suggestion leads."""
        given = [a.suggestion for a in self.answers] or [Suggestion.SUPPLEMENT]
        return max(
            *given, *(r.suggestion for r in self.rules), Suggestion.PROCEED, key=lambda s: s.strictness
        )

    @property
    def needs(self) -> tuple[str, ...]:
        """Attributes that some rule asks for and that are missing, each once."""
        asked = [*(n for r in self.rules for n in r.needs), *(n for a in self.answers for n in a.needs)]
        return tuple(dict.fromkeys(asked))


@dataclass(frozen=True)
class SitingResult:
    """选址套合结果 of all sites."""

    as_of: date
    sites: tuple[SiteAnswer, ...]
    layer_ids: tuple[str, ...]
    """Layers asked, in printing order."""
    rule_packs: tuple[str, ...]
    """Names of the packs used."""
    problems: tuple[Problem, ...] = ()
    """What was found wrong with rasters while their cells were read."""
    known_on: KnownOn | None = None
    """The answers of an earlier day beside these; None where that was not asked."""

    @property
    def drawn(self) -> tuple[SiteAnswer, ...]:
        """The sites that have a shape."""
        return tuple(site for site in self.sites if site.kind is not SiteKind.NONE)
