"""人工改判: what people decided about an answer, beside what the comparison said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from eco_gis.model.siting import Answer, LayerAnswer, Suggestion
from eco_gis.text import Text


@dataclass(frozen=True)
class Decision:
    """One entry of `decisions.toml`."""

    site: str
    layer: str
    """Id of the layer in the catalog."""
    was: Answer
    """The answer that was judged; another answer today makes the decision void."""
    up_to_ha: Decimal | None
    """Concerned area that was judged; a larger one today makes the decision void. None: none was concerned."""
    answer: Answer | None
    """New answer; None leaves it."""
    suggestion: Suggestion | None
    """New suggestion; None leaves it."""
    by: str
    """Who decided."""
    on: date
    document: str
    """文号 of the paper that records it."""
    reason: str


class DecisionState(StrEnum):
    """Whether a decision holds today."""

    HOLDS = "holds"
    OTHER_ANSWER = "other_answer"
    LARGER_AREA = "larger_area"
    LATER = "later"

    @property
    def label(self) -> Text:
        """The state in words."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    DecisionState.HOLDS: Text("有效", "holds"),
    DecisionState.OTHER_ANSWER: Text("套合结果已变，不适用", "void: the answer is another today"),
    DecisionState.LARGER_AREA: Text("涉及面积已增大，不适用", "void: more ground is concerned today"),
    DecisionState.LATER: Text("晚于基准日期，不适用", "not yet decided on the as-of date"),
}


@dataclass(frozen=True)
class Decided:
    """An answer and what people decided about it; the original is never lost."""

    decision: Decision
    state: DecisionState
    original: Answer
    original_suggestion: Suggestion

    @classmethod
    def of(cls, decision: Decision, answer: LayerAnswer, as_of: date) -> Decided:
        """Hold a decision against today's answer."""
        if decision.on > as_of:
            state = DecisionState.LATER
        elif decision.was is not answer.answer:
            state = DecisionState.OTHER_ANSWER
        elif decision.up_to_ha is not None and answer.area_m2 > float(decision.up_to_ha) * 1e4 + 0.5:
            state = DecisionState.LARGER_AREA
        else:
            state = DecisionState.HOLDS
        return cls(decision, state, answer.answer, answer.suggestion)

    @property
    def holds(self) -> bool:
        """Whether the decision counts."""
        return self.state is DecisionState.HOLDS

    @property
    def answer(self) -> Answer:
        """The answer that counts: decided, else the original."""
        return self.decision.answer if self.holds and self.decision.answer is not None else self.original

    @property
    def suggestion(self) -> Suggestion:
        """The suggestion that counts: decided, else the original."""
        decided = self.decision.suggestion if self.holds else None
        return self.original_suggestion if decided is None else decided
