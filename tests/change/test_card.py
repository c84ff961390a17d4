"""The 三不 card: three answers side by side in both orders; whatever is missing shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from eco_gis.change.card import card_facts, card_without_line, cards_of
from eco_gis.change.function.trend import trend
from eco_gis.change.series import compare_series
from eco_gis.errors import Problem
from eco_gis.model.card import CardOrder, CardSign, Duty
from eco_gis.model.change import ChangeResult, Level
from eco_gis.model.fact import FactBook
from eco_gis.model.function import FunctionAnswer, FunctionResult, FunctionRow
from eco_gis.model.layer import Layer, LayerFault
from eco_gis.model.nature import NatureAnswer, NatureResult
from eco_gis.model.role import LayerRole
from eco_gis.text import Text
from tests.builders import make_layer, square

OLD = make_layer(
    [square(0, 0, 100), square(200, 0, 100)],
    id="old",
    version="2023",
    valid_from=date(2023, 1, 1),
    approved=True,
)
NEW = make_layer(
    [square(0, 0, 100), square(200, 0, 90)], id="new", version="2024", valid_from=date(2024, 1, 1)
)


def change(new: Layer) -> ChangeResult:
    return compare_series("redline", [OLD, new])


def function(answers: dict[str, FunctionAnswer]) -> FunctionResult:
    none = trend([], [])
    rows = tuple(
        FunctionRow(
            Level.COUNTY if key == "county" else Level.FEATURE,
            key,
            "",
            (),
            (),
            none,
            none,
            none,
            answer,
            Text("因", "why"),
        )
        for key, answer in answers.items()
    )
    return FunctionResult(
        "redline",
        LayerRole.REDLINE,
        Text("红线", "line"),
        "ndvi",
        Text("植被", "NDVI"),
        "new",
        (),
        2000.0,
        0.005,
        0.05,
        rows,
    )


KEPT = NatureResult("redline", LayerRole.REDLINE, Text("红线", "line"), ())


def test_with_nothing_known_every_duty_answers_no_data() -> None:
    given = cards_of(NEW, None, None, [])
    assert [c.key for c in given.cards] == ["county", "F1", "F2"]
    assert all(a.sign is CardSign.NO_DATA and a.reasons for c in given.cards for a in c.answers)
    assert {f.value for f in card_facts(given)} == {"no_data"}


def test_a_line_that_cannot_be_used_has_a_card_too() -> None:
    fault = LayerFault(NEW.spec, (Problem("new", Text("损坏"), Text("重新导出")),))
    (card,) = card_without_line(NEW.spec, [fault]).cards
    assert card.sign is CardSign.NO_DATA and all("new" in a.reasons[0].en for a in card.answers)


def test_area_by_patch() -> None:
    given = cards_of(NEW, change(NEW), None, [])
    area = {c.key: c.answers[0] for c in given.cards}
    assert {k: a.sign for k, a in area.items()} == {
        "county": CardSign.TO_VERIFY,
        "F1": CardSign.KEPT,
        "F2": CardSign.TO_VERIFY,
    }
    same = replace(OLD, spec=replace(NEW.spec))
    assert {c.answers[0].sign for c in cards_of(same, change(same), None, []).cards} == {CardSign.KEPT}


def test_a_patch_that_is_gone_keeps_its_card() -> None:
    gone = make_layer([square(0, 0, 100)], id="gone", version="2024", valid_from=date(2024, 1, 1))
    given = cards_of(gone, change(gone), None, [])
    assert [(c.key, c.answers[0].sign) for c in given.cards] == [
        ("county", CardSign.TO_VERIFY),
        ("F1", CardSign.KEPT),
        ("F2", CardSign.TO_VERIFY),
    ]


def test_one_patch_whose_function_falls_shows_on_the_county_s_card() -> None:
    stable, falls = FunctionAnswer.STABLE, FunctionAnswer.DEGRADED
    given = cards_of(NEW, None, None, [function({"county": stable, "F1": stable, "F2": falls})])
    assert {c.key: c.answers[2].sign for c in given.cards} == {
        "county": CardSign.TO_VERIFY,
        "F1": CardSign.KEPT,
        "F2": CardSign.TO_VERIFY,
    }
    assert any("F2" in r.en for r in given.cards[0].answers[2].reasons)


def test_both_orders_hold_the_same_answers_and_the_strictest_leads() -> None:
    given = cards_of(NEW, change(NEW), KEPT, [function({"county": FunctionAnswer.IMPROVED})])
    card = given.cards[0]
    assert [a.duty for a in card.in_order(CardOrder.PLAN)] == [Duty.AREA, Duty.NATURE, Duty.FUNCTION]
    assert [a.duty for a in card.in_order(CardOrder.SUPERVISION)] == [Duty.FUNCTION, Duty.AREA, Duty.NATURE]
    assert card.sign is CardSign.TO_VERIFY
    assert [a.sign for a in card.answers] == [CardSign.TO_VERIFY, CardSign.NO_DATA, CardSign.KEPT]


@pytest.mark.parametrize("missing", [(), (Text("缺", "missing"),)])
def test_a_year_that_was_not_compared_is_no_data(missing: tuple[Text, ...]) -> None:
    nature = replace(KEPT, missing=missing)
    assert nature.answer is NatureAnswer.NO_DATA
    assert cards_of(NEW, None, nature, []).cards[0].answers[1].sign is CardSign.NO_DATA


def test_the_facts_behind_a_card_are_there() -> None:
    from eco_gis.change.facts import change_facts

    result = change(NEW)
    given = cards_of(NEW, result, None, [])
    book = FactBook(change_facts(result))
    assert all(f in book for c in given.cards for a in c.answers for f in a.figures)
