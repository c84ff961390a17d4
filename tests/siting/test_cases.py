"""Hand-made cases from the law's text; every rule answers in one and is silent in another."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely

from eco_gis.model.layer import Polarity
from eco_gis.model.restriction import RestrictionKind
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, LayerAnswer, Outcome, SiteAnswer, Suggestion, Verdict
from eco_gis.siting.assess import assess
from eco_gis.siting.rules import Rule, load_rules
from tests.builders import X0, Y0, make_layer, make_sites, square

CASES = [
    (path.stem, number, case)
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["case"], start=1)
]
DAY = date(2025, 12, 31)
RULES = load_rules()
PLAIN = [r for r in RULES.rules if not (r.zone or r.feature or r.site or r.limits or r.unless or r.otherwise)]
"""Rules that answer whenever their layer is concerned."""
WIDE = shapely.box(X0 - 10_000, Y0 - 10_000, X0 + 10_000, Y0 + 10_000)
KEYS = {
    *("law", "says", "layer", "zone", "feature", "outside", "share", "distance_m", "site", "ha", "day"),
    *("fires", "silent", "needs", "suggestion", "answer", "outcome"),
}


def _layer(case: dict[str, Any], side: float) -> Any:
    """The layer of a case: it takes `share` of a square site that begins at (0, 0)."""
    name = case["layer"]
    columns = {key: [value] for key, value in case.get("feature", {}).items()}
    if "zone" in case:
        columns["zone"] = [case["zone"]]
    shape = square(-1000, -1000, 1000 + 4000)
    if case.get("outside"):
        shape = square(-3000, -3000, 100)
    elif "distance_m" in case:
        shape = square(-1000 - case["distance_m"], 0, 1000)
    elif "share" in case:
        shape = shapely.box(X0 - 1000, Y0 - 1000, X0 + side * case["share"], Y0 + 4000)
    spec: dict[str, Any] = {"id": "asked", "columns": columns, "coverage": WIDE}
    if name == "urban_boundary_zones":
        return make_layer([shape], LayerRole.URBAN_BOUNDARY, polarity=Polarity.INSIDE, **spec)
    if name in set(LayerRole):
        return make_layer([shape], LayerRole(name), **spec)
    polarity = {"polarity": Polarity.OUTSIDE} if case.get("outside") else {}
    return make_layer([shape], LayerRole.RESTRICTION, restriction=name, **polarity, **spec)


@cache
def answered(name: str, number: int) -> SiteAnswer:
    case = next(c for n, k, c in CASES if (n, k) == (name, number))
    ha = case.get("ha", 1.0)
    side = (ha * 10_000) ** 0.5
    columns = {key: [value] for key, value in case["site"].items() if key != "name"}
    sites = make_sites([square(0, 0, side)], declared_ha=[ha], **columns)
    if "name" in case["site"]:
        sites.attributes["name"] = [case["site"]["name"]]
    layers = [] if case["layer"] == "project" else [_layer(case, side)]
    (site,) = assess([sites], layers, [], RULES, as_of=case.get("day", DAY)).sites
    return site


def told(name: str, number: int) -> tuple[SiteAnswer, LayerAnswer | None]:
    site = answered(name, number)
    return site, next((a for a in site.answers if a.layer_id == "asked"), None)


@pytest.mark.parametrize(("name", "number", "case"), CASES, ids=[f"{n}-{k}" for n, k, _ in CASES])
def test_the_law_says(name: str, number: int, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS
    site, answer = told(name, number)
    path = (site if answer is None else answer).path
    verdicts = {step.rule_id: step.verdict for step in path}
    assert set(case.get("fires", [])) <= {r for r, v in verdicts.items() if v is Verdict.ANSWERED}
    for rule in case.get("silent", []):
        assert verdicts.get(rule, Verdict.SILENT) is not Verdict.ANSWERED, rule
    if answer is None:
        given = max(
            (r.suggestion for r in site.rules), key=lambda s: s.strictness, default=Suggestion.PROCEED
        )
        assert given == case["suggestion"]
        return
    assert answer.answer == case.get("answer", Answer.CONCERNED)
    assert answer.suggestion == case["suggestion"]
    assert set(case.get("needs", [])) <= set(answer.needs)
    if "outcome" in case:
        assert answer.outcome is Outcome(case["outcome"])


def test_there_are_more_than_eighty_cases_and_each_cites_its_law() -> None:
    assert len(CASES) >= 80
    assert all(case["law"] and case["says"] for _, _, case in CASES)
    said = Counter((case["law"], case["says"], case["layer"]) for _, _, case in CASES)
    assert max(said.values()) == 1


def test_every_rule_answers_in_one_case_and_not_in_another() -> None:
    answers: set[str] = set()
    silent: set[str] = set()
    for name, number, _ in CASES:
        site, answer = told(name, number)
        for step in (*site.path, *(answer.path if answer is not None else ())):
            (answers if step.verdict is Verdict.ANSWERED else silent).add(step.rule_id)
    rules = {rule.id for rule in RULES.rules}
    assert rules - answers == set()
    assert rules - silent - {rule.id for rule in PLAIN} == set()


@pytest.mark.parametrize("rule", PLAIN, ids=lambda rule: rule.id)
def test_a_rule_without_conditions_is_silent_where_its_layer_is_not_concerned(rule: Rule) -> None:
    role, (kind, *_) = rule.roles[0], (*rule.restrictions, "")
    outside = {"polarity": Polarity.OUTSIDE} if rule.outside else {}
    near = square(-10, -10, 200) if rule.outside else square(2_000, 0, 100)
    layer = make_layer([near], role, restriction=kind, id="asked", coverage=WIDE, **outside)
    (site,) = assess(
        [make_sites([square(0, 0, 100)], category=["公路"])], [layer], [], RULES, as_of=DAY
    ).sites
    answer = next(a for a in site.answers if a.layer_id == "asked")
    assert (answer.answer, answer.rules, answer.suggestion) == (Answer.NOT_CONCERNED, (), Suggestion.PROCEED)


def test_every_kind_of_restriction_is_known_to_a_rule_of_its_own() -> None:
    known = {kind for rule in RULES.rules for kind in rule.restrictions}
    assert set(RestrictionKind) - known == set()
