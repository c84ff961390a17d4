"""What was answered on an earlier day beside what is answered now: historic legacy or new case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from eco_gis.model.siting import Answer, Suggestion
from eco_gis.text import Text


class Legacy(StrEnum):
    """How a site that was approved on an earlier day stands today, from the mildest to the gravest."""

    CONFORMS = "conforms"
    HISTORIC_LEGACY = "historic_legacy"
    UNKNOWN = "unknown"
    NEW_CASE = "new_case"

    @property
    def gravity(self) -> int:
        """0 is the mildest."""
        return list(Legacy).index(self)

    @property
    def label(self) -> Text:
        """The standing in words."""
        return _LABELS[self]


_LABELS = {
    Legacy.CONFORMS: Text("现行要求下可继续或补充材料", "goes on, with papers, under the rules of today"),
    Legacy.HISTORIC_LEGACY: Text(
        "历史遗留：当时图层和规则下未被禁止，现行要求下须优化或退回",
        "historic legacy: not barred by the layers and rules of then, barred by those of today",
    ),
    Legacy.UNKNOWN: Text(
        "资料不足，不能判定当时是否符合", "no data: whether it was lawful then cannot be told"
    ),
    Legacy.NEW_CASE: Text(
        "当时即须优化或退回，不属历史遗留",
        "barred by the layers and rules of then as well: no historic legacy",
    ),
}


@dataclass(frozen=True)
class LineThen:
    """One kind of line, then and now; of several layers of a kind the strictest counts."""

    key: str
    """The role; for restrictions the layer's id."""
    label: Text
    then_answer: Answer
    then_suggestion: Suggestion
    now_answer: Answer
    now_suggestion: Suggestion
    legacy: Legacy


@dataclass(frozen=True)
class SiteThen:
    """One site, then and now."""

    site: str
    lines: tuple[LineThen, ...]

    @property
    def legacy(self) -> Legacy:
        """The gravest of the lines."""
        return max(
            (line.legacy for line in self.lines), key=lambda legacy: legacy.gravity, default=Legacy.UNKNOWN
        )


@dataclass(frozen=True)
class KnownOn:
    """All sites on an earlier day beside today."""

    day: date
    """Day whose layers and rules were asked."""
    sites: tuple[SiteThen, ...]
