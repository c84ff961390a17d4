"""The 三不 card: the three answers of the line and of each patch, side by side; whatever is missing shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eco_gis.change.function.facts import function_fact_id
from eco_gis.change.nature.facts import nature_fact_id
from eco_gis.model.card import Card, CardSet, CardSign, Duty, DutyAnswer
from eco_gis.model.change import ChangeResult, Comparison, Conclusion, Direction, Level
from eco_gis.model.fact import Fact, Method, fact_id, ledger_fact_id
from eco_gis.model.function import FunctionAnswer, FunctionResult, FunctionRow
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.nature import NatureAnswer, NatureResult
from eco_gis.text import Text

_TERMS = ("opening", "lost", "gained", "closing")
_AREA = {
    Conclusion.UNCHANGED: CardSign.KEPT,
    Conclusion.LAWFUL: CardSign.LAWFUL,
    Conclusion.TO_VERIFY: CardSign.TO_VERIFY,
}
_NATURE = {
    NatureAnswer.KEPT: CardSign.KEPT,
    NatureAnswer.LAWFUL: CardSign.LAWFUL,
    NatureAnswer.NO_DATA: CardSign.NO_DATA,
    NatureAnswer.TO_VERIFY: CardSign.TO_VERIFY,
}
_FUNCTION = {
    FunctionAnswer.IMPROVED: CardSign.KEPT,
    FunctionAnswer.STABLE: CardSign.KEPT,
    FunctionAnswer.UNKNOWN: CardSign.NO_DATA,
    FunctionAnswer.DEGRADED: CardSign.TO_VERIFY,
}


def cards_of(
    line: Layer,
    change: ChangeResult | None,
    nature: NatureResult | None,
    functions: Sequence[FunctionResult],
) -> CardSet:
    """The county's card, then one for each patch of the line and each patch that an earlier version had.

    Parameters
    ----------
    line
        The newest version of the protected layer.
    change, nature, functions
        What was found of its series; what is absent answers 资料不足.
    """
    patches = dict(zip(line.ids, line.names, strict=True))
    for comparison in change.comparisons if change is not None else ():
        patches = {row.key: row.name for row in comparison.features} | patches
    places = [(Level.COUNTY, "county", ""), *((Level.FEATURE, i, patches[i]) for i in sorted(patches))]
    return CardSet(
        series=line.spec.series,
        role=line.spec.role,
        label=line.spec.role.label,
        version=line.spec.version,
        cards=tuple(
            Card(
                *place,
                answers=(
                    _area(change, *place[:2]),
                    _nature(nature, *place[:2]),
                    _function(functions, *place[:2]),
                ),
            )
            for place in places
        ),
    )


def card_without_line(spec: LayerSpec, faults: Sequence[LayerFault]) -> CardSet:
    """The county's card of a declared series of which no version can be used: 资料不足 throughout."""
    gone = ", ".join(f.spec.id for f in faults)
    reason = Text(f"图层 {gone} 无法使用", f"the layers {gone} cannot be used")
    answers = tuple(_no_data(duty, reason) for duty in Duty)
    card = Card(Level.COUNTY, "county", "", answers)
    return CardSet(spec.series, spec.role, spec.role.label, spec.version, (card,))


def card_facts(given: CardSet) -> Iterator[Fact]:
    """The answers of all cards."""
    for card in given.cards:
        signs = {"card": card.sign, **{a.duty.value: a.sign for a in card.answers}}
        for quantity, sign in signs.items():
            yield Fact(
                card_fact_id(given.series, card.level, card.key, quantity), quantity, sign.value, "",
                sign.label.zh, Method.COMPARISON,
                feature=card.key if card.level is Level.FEATURE else None, year=given.version,
            )  # fmt: skip


def card_fact_id(series: str, level: str, key: str, quantity: str) -> str:
    """Id of a card's answer: `area`, `nature`, `function`, or `card` for the strictest of them.

    >>> card_fact_id("redline", "feature", "H01", "nature")
    'card/redline/feature/H01/nature'
    """
    return fact_id("card", series, level, key, quantity)


def _area(change: ChangeResult | None, level: Level, key: str) -> DutyAnswer:
    if change is None or not change.comparisons:
        return _no_data(
            Duty.AREA,
            Text("没有可比的两个版本", "there are no two versions to compare"),
            *(change.incomparable if change is not None else ()),
        )
    signs, figures, reasons = [], [], []
    for comparison in change.comparisons:
        signs.append(_area_sign(comparison, level, key))
        if level is Level.COUNTY or any(row.key == key for row in comparison.features):
            figures += [ledger_fact_id(change.series, comparison.key, level, key, q) for q in _TERMS]
        period = f"{comparison.old_version}-{comparison.new_version}"
        if level is Level.COUNTY:
            said = comparison.statement
            reasons.append(Text(f"{period}：{said.zh}", f"{period}: {said.to('en')}"))
        else:
            reasons += _pieces_in(period, [p.id for p in comparison.pieces if p.feature == key])
    return DutyAnswer(Duty.AREA, _worst(signs), tuple(figures), tuple(reasons))


def _area_sign(comparison: Comparison, level: Level, key: str) -> CardSign:
    whole = _AREA[comparison.conclusion]
    if level is Level.COUNTY or whole is CardSign.KEPT:
        return whole
    if comparison.conclusion is Conclusion.TO_VERIFY and comparison.undocumented_m2 == 0:
        return CardSign.TO_VERIFY  # what keeps the whole open concerns every patch
    if not comparison.identity.comparable:
        return CardSign.TO_VERIFY
    lost = [p for p in comparison.pieces if p.feature == key and p.direction is Direction.LOST]
    gained = [p for p in comparison.pieces if p.feature == key and p.direction is Direction.GAINED]
    if any(not p.cause.documented for p in (*lost, *gained)):
        return CardSign.TO_VERIFY
    return CardSign.LAWFUL if lost or gained else CardSign.KEPT


def _nature(nature: NatureResult | None, level: Level, key: str) -> DutyAnswer:
    if nature is None:
        return _no_data(Duty.NATURE, Text("没有地类资料", "there are no data on land classes"))
    answer = nature.answer if level is Level.COUNTY else nature.answer_for(key)
    place = ("line", "all") if level is Level.COUNTY else ("patch", key)
    figures, reasons = [], []
    for comparison in nature.comparisons:
        if level is Level.COUNTY:
            figures += [
                nature_fact_id(nature.series, comparison.period, *place, q) for q in ("area", "undocumented")
            ]
        elif key in comparison.answers:
            figures += [
                nature_fact_id(nature.series, comparison.period, *place, q)
                for q in ("adverse_documented", "adverse_undocumented", "restored")
            ]
        said = comparison.reasons if level is Level.COUNTY else ()
        reasons += [Text(f"{comparison.period}：{r.zh}", f"{comparison.period}: {r.to('en')}") for r in said]
        if level is Level.FEATURE:
            reasons += _pieces_in(
                comparison.period, [p.id for p in comparison.pieces if p.feature == key and p.adverse]
            )
    return DutyAnswer(Duty.NATURE, _NATURE[answer], tuple(figures), (*reasons, *nature.missing))


def _pieces_in(period: str, ids: Sequence[str]) -> list[Text]:
    if not ids:
        return []
    listed = ", ".join(ids)
    return [Text(f"{period}：变化图斑 {listed}", f"{period}: changed pieces {listed}")]


def _function(functions: Sequence[FunctionResult], level: Level, key: str) -> DutyAnswer:
    rows: list[tuple[FunctionResult, FunctionRow]] = [
        (f, row) for f in functions for row in f.rows if row.level is level and row.key == key
    ]
    if not rows:
        return _no_data(
            Duty.FUNCTION, Text("没有生态功能指标的逐年栅格", "there are no yearly rasters of an indicator")
        )
    figures = [
        function_fact_id(f.series, f.indicator, level, key, q)
        for f, _ in rows
        for q in ("inside_slope", "inside_p", "apart_slope", "apart_p")
    ]
    reasons = [
        Text(
            f"{f.indicator_label.zh}：{row.answer.label.zh}，{row.reason.zh}",
            f"{f.indicator_label.to('en')}: {row.answer.label.en.lower()}, {row.reason.to('en')}",
        )
        for f, row in rows
    ]
    signs = [_FUNCTION[row.answer] for _, row in rows]
    if level is Level.COUNTY:
        fallen = [
            row.key
            for f in functions
            for row in f.rows
            if row.level is Level.FEATURE and row.answer is FunctionAnswer.DEGRADED
        ]
        if fallen:
            signs.append(CardSign.TO_VERIFY)
            listed = ", ".join(dict.fromkeys(fallen))
            reasons.append(Text(f"功能下降的图斑：{listed}", f"patches whose function falls: {listed}"))
    return DutyAnswer(Duty.FUNCTION, _worst(signs), tuple(figures), tuple(reasons))


def _no_data(duty: Duty, *reasons: Text) -> DutyAnswer:
    return DutyAnswer(duty, CardSign.NO_DATA, (), reasons)


def _worst(signs: Sequence[CardSign]) -> CardSign:
    return max(signs, key=list(CardSign).index)
