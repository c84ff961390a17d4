"""The 三不 card: area, nature and function of one patch or of the county, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eco_gis.model.change import Level
from eco_gis.model.role import LayerRole
from eco_gis.text import Text


class Duty(StrEnum):
    """The three duties, in the order of the plans."""

    AREA = "area"
    NATURE = "nature"
    FUNCTION = "function"

    @property
    def label(self) -> Text:
        """面积不减少 / 性质不改变 / 功能不降低."""
        return _DUTY_LABELS[self]


_DUTY_LABELS = {
    Duty.AREA: Text("面积不减少", "Area does not shrink"),
    Duty.NATURE: Text("性质不改变", "Nature does not change"),
    Duty.FUNCTION: Text("功能不降低", "Function does not decline"),
}


class CardOrder(StrEnum):
    """The two customary orders of the duties."""

    PLAN = "plan"
    SUPERVISION = "supervision"

    @property
    def duties(self) -> tuple[Duty, ...]:
        """面积–性质–功能, or 功能–面积–性质 as in the supervision rules."""
        if self is CardOrder.PLAN:
            return Duty.AREA, Duty.NATURE, Duty.FUNCTION
        return Duty.FUNCTION, Duty.AREA, Duty.NATURE


class CardSign(StrEnum):
    """Answer to one duty, the mildest first."""

    KEPT = "kept"
    LAWFUL = "lawful"
    NO_DATA = "no_data"
    TO_VERIFY = "to_verify"

    @property
    def label(self) -> Text:
        """未见违反 / 有依据的变化 / 资料不足 / 待核."""
        return _SIGN_LABELS[self]


_SIGN_LABELS = {
    CardSign.KEPT: Text("保持", "Kept"),
    CardSign.LAWFUL: Text("依法变化", "Changed with documents"),
    CardSign.NO_DATA: Text("资料不足", "No data"),
    CardSign.TO_VERIFY: Text("待核", "To be verified"),
}


@dataclass(frozen=True)
class DutyAnswer:
    """One duty of one card."""

    duty: Duty
    sign: CardSign
    figures: tuple[str, ...]
    """Ids of the facts that stand beside the answer."""
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Card:
    """One card."""

    level: Level
    """County or feature."""
    key: str
    """`county`, or the id of the patch."""
    name: str
    answers: tuple[DutyAnswer, ...]
    """In the order of the plans."""

    @property
    def sign(self) -> CardSign:
        """The strictest of the three."""
        return max((a.sign for a in self.answers), key=list(CardSign).index)

    def in_order(self, order: CardOrder) -> tuple[DutyAnswer, ...]:
        """The answers in one of the customary orders."""
        by_duty = {a.duty: a for a in self.answers}
        return tuple(by_duty[d] for d in order.duties)


@dataclass(frozen=True)
class CardSet:
    """The cards of one protected series: the county's first, then the patches'."""

    series: str
    role: LayerRole
    label: Text
    version: str
    """Version of the line whose patches have cards."""
    cards: tuple[Card, ...]
