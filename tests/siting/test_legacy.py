from __future__ import annotations

from datetime import date

from eco_gis.model.legacy import KnownOn, Legacy
from eco_gis.model.role import LayerRole
from eco_gis.siting.assess import assess
from eco_gis.siting.facts import siting_facts
from eco_gis.siting.legacy import known_on
from eco_gis.siting.rules import load_rules
from tests.builders import make_layer, make_sites, square

RULES = load_rules()
THEN, NOW = date(2022, 12, 1), date(2024, 12, 31)
SAID = {
    "category": ["工业"] * 3,
    "plan_level": ["县级"] * 3,
    "geometry_mode": ["占地"] * 3,
    "new_land": ["是"] * 3,
    "limited_activity": ["0"] * 3,
    "national_major": ["0"] * 3,
    "in_plan": ["是"] * 3,
    "unavoidable": ["是"] * 3,
}
SITES = make_sites([square(0, 0, 100), square(300, 0, 100), square(2000, 0, 100)], **SAID)
OLD = make_layer([square(0, 0, 200)], id="redline_2022", series="redline", valid_until=date(2023, 12, 31))
NEW = make_layer([square(0, 0, 500)], id="redline_2024", series="redline", valid_from=date(2024, 1, 1))


def compared(*layers: object, day: date = THEN) -> KnownOn:
    then, now = (assess([SITES], layers, [], RULES, as_of=d) for d in (day, NOW))  # type: ignore[arg-type]
    return known_on(then, now)


def of(given: KnownOn, role: LayerRole = LayerRole.REDLINE) -> list[Legacy]:
    return [next(line.legacy for line in site.lines if line.key == role) for site in given.sites]


def test_a_redline_that_came_later_makes_a_historic_legacy() -> None:
    assert of(compared(OLD, NEW)) == [Legacy.NEW_CASE, Legacy.HISTORIC_LEGACY, Legacy.CONFORMS]


def test_without_a_layer_of_that_day_nobody_can_tell() -> None:
    assert of(compared(NEW)) == [Legacy.UNKNOWN, Legacy.UNKNOWN, Legacy.CONFORMS]


def test_a_rule_that_came_later_makes_a_historic_legacy() -> None:
    reserve = make_layer(
        [square(0, 0, 100)],
        LayerRole.RESTRICTION,
        id="park",
        restriction="no_mining_zone",
        valid_from=date(1990, 1, 1),
    )
    quarry = make_sites([square(0, 0, 100)], category=["采石"])
    then, now = (assess([quarry], [reserve], [], RULES, as_of=d) for d in (date(1999, 1, 1), NOW))
    (site,) = known_on(then, now).sites
    assert {line.key: line.legacy for line in site.lines}["park"] is Legacy.HISTORIC_LEGACY


def test_the_gravest_line_speaks_for_a_site_and_every_word_is_a_fact() -> None:
    from dataclasses import replace

    then, now = (assess([SITES], [OLD, NEW], [], RULES, as_of=d) for d in (THEN, NOW))
    told = {f.id: f.value for f in siting_facts(replace(now, known_on=known_on(then, now)))}
    assert told["siting/P1/known_on/legacy"] == "new_case"
    assert told["siting/P2/redline/known_on/legacy"] == "historic_legacy"
    assert told["siting/P2/redline/known_on/then_answer"] == "not_concerned"
    assert told["siting/P2/redline/known_on/answer"] == "concerned"
