"""What must hold whatever the sites, layers and rules: nothing missing makes an answer milder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from eco_gis.model.layer import Layer, LayerFault
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, LayerAnswer, Suggestion
from eco_gis.siting.assess import assess
from eco_gis.siting.rules import Profile, RuleSet, load_rules
from tests.builders import COUNTY, X0, Y0, make_layer, make_sites, square

RULES = load_rules()
DAYS = [date(2022, 1, 1), date(2024, 12, 31), date(2025, 12, 31), date(2026, 4, 1)]
ZONES = ["", "核心保护区", "一般控制区", "实验区", "一级", "二级", "Ⅰ级", "Ⅱ级", "Ⅳ级", "保护范围", "Zone A"]
VALUES = {
    "category": ["交通", "工业", "采石", "住宅", "农业", "果园", "产业园", "监测", "?"],
    "plan_level": ["国家级", "省级", "县级", "无"],
    "approver": ["国务院", "省级", "县级"],
    "geometry_mode": ["占地", "隧道", "桥梁", "架空"],
    "temporary": ["是", "否"],
    "duration_years": ["1", "3", "5"],
    "new_land": ["是", "否"],
    "limited_activity": ["0", "2", "5", "6"],
    "national_major": ["0", "1", "3"],
    "siting": ["单独选址", "分批次"],
    "in_plan": ["是", "否"],
    "unavoidable": ["是", "否"],
    "discharge": ["是", "否"],
    "eia": ["报告书", "登记表"],
}
PLACES = [
    (LayerRole.CROPLAND, ""),
    (LayerRole.PERMANENT_BASIC_FARMLAND, ""),
    (LayerRole.REDLINE, ""),
    (LayerRole.NATURE_RESERVE, ""),
    (LayerRole.FOREST_QUALITY, ""),
    (LayerRole.RESTRICTION, "water_source"),
    (LayerRole.RESTRICTION, "scenic_area"),
    (LayerRole.RESTRICTION, "cultural_relics"),
    (LayerRole.RESTRICTION, "unheard_of"),
]
SIDES = st.integers(1, 40).map(lambda n: 25 * n)
SITES = st.fixed_dictionaries({name: st.sampled_from([None, *values]) for name, values in VALUES.items()})
DRAWN = st.tuples(st.integers(-40, 40), st.integers(-40, 40), SIDES, st.sampled_from(ZONES))
FEATURES = st.lists(DRAWN, min_size=1, max_size=4)
quick = settings(max_examples=40, deadline=None)


def drawn(features: list[tuple[int, int, int, str]], place: tuple[LayerRole, str]) -> Layer:
    role, kind = place
    return make_layer(
        [square(25 * x, 25 * y, side) for x, y, side, _ in features],
        role,
        id="asked",
        restriction=kind,
        columns={"zone": [zone for *_, zone in features]},
    )


def answer(
    layer: Layer | LayerFault, site: dict[str, str | None], day: date, rules: RuleSet = RULES
) -> LayerAnswer:
    sites = make_sites([square(0, 0, 200)], **{k: [v] for k, v in site.items() if v is not None})
    good, bad = ([layer], []) if isinstance(layer, Layer) else ([], [layer])
    (told,) = assess([sites], good, bad, rules, as_of=day).sites
    return next(a for a in told.answers if a.layer_id == "asked")


@quick
@given(FEATURES, DRAWN, SITES, st.sampled_from(PLACES), st.sampled_from(DAYS))
def test_adding_a_feature_never_gives_a_milder_suggestion(features, more, site, place, day) -> None:
    before = answer(drawn(features, place), site, day)
    after = answer(drawn([*features, more], place), site, day)
    assert after.suggestion.strictness >= before.suggestion.strictness
    assert before.answer is not Answer.CONCERNED or after.answer is Answer.CONCERNED


@quick
@given(FEATURES, SITES, st.sampled_from(PLACES), st.sampled_from(DAYS), st.sampled_from(list(VALUES)))
def test_a_missing_attribute_never_gives_a_milder_suggestion(features, site, place, day, name) -> None:
    layer = drawn(features, place)
    whole, less = answer(layer, site, day), answer(layer, {**site, name: None}, day)
    assert less.suggestion.strictness >= whole.suggestion.strictness


@quick
@given(FEATURES, SITES, st.sampled_from(PLACES), st.sampled_from(DAYS), st.data())
def test_a_prohibiting_rule_never_gives_a_milder_suggestion(features, site, place, day, data) -> None:
    layer = drawn(features, place)
    kept = data.draw(st.lists(st.sampled_from(RULES.rules), max_size=40, unique_by=lambda r: r.id))
    model = data.draw(st.sampled_from(RULES.rules))
    ban = replace(
        model,
        id="ban",
        unless=(),
        otherwise=False,
        hit=replace(model.hit, rule_id="ban", suggestion=Suggestion.RETURN),
    )
    before = answer(layer, site, day, RuleSet((), tuple(kept)))
    after = answer(layer, site, day, RuleSet((), (*kept, ban)))
    assert after.suggestion.strictness >= before.suggestion.strictness


@quick
@given(FEATURES, SITES, st.sampled_from(PLACES), st.randoms())
def test_the_order_of_features_and_rules_changes_nothing(features, site, place, random) -> None:
    shuffled = random.sample(features, len(features))
    rules = RuleSet((), tuple(random.sample(RULES.rules, len(RULES.rules))))
    one = answer(drawn(features, place), site, DAYS[2])
    two = answer(drawn(shuffled, place), site, DAYS[2], rules)
    assert (one.answer, one.suggestion, one.outcome) == (two.answer, two.suggestion, two.outcome)
    assert {h.rule_id for h in one.rules} == {h.rule_id for h in two.rules}
    assert (set(one.needs), set(one.reasons)) == (set(two.needs), set(two.reasons))
    assert abs(one.area_m2 - two.area_m2) < 1e-6
    assert abs(sum(m2 for _, m2 in one.zones) - sum(m2 for _, m2 in two.zones)) < 1e-3


@quick
@given(DRAWN, SITES, st.sampled_from(PLACES), st.integers(1, 39))
def test_splitting_a_polygon_keeps_ground_and_answer(feature, site, place, cut) -> None:
    x, y, side, zone = feature
    west = side * cut / 40
    base = drawn([feature], place)
    left, low = X0 + 25 * x, Y0 + 25 * y
    halves = [shapely.box(left + a, low, left + b, low + side) for a, b in ((0, west), (west, side))]
    split = make_layer(halves, place[0], id="asked", restriction=place[1], columns={"zone": [zone, zone]})
    one, two = answer(base, site, DAYS[1]), answer(split, site, DAYS[1])
    assert (one.answer, one.suggestion, one.outcome) == (two.answer, two.suggestion, two.outcome)
    assert {h.rule_id for h in one.rules} == {h.rule_id for h in two.rules}
    assert abs(one.area_m2 - two.area_m2) < 1e-3


@quick
@given(
    FEATURES,
    SITES,
    st.sampled_from(PLACES),
    st.sampled_from(["fault", "expired", "uncovered", "lost", "coverage"]),
)
def test_an_imperfect_layer_never_answers_clear(features, site, place, flaw) -> None:
    layer = drawn(features, place)
    spoilt: Layer | LayerFault = {
        "fault": LayerFault(layer.spec, ()),
        "expired": replace(layer, spec=replace(layer.spec, valid_until=date(2020, 1, 1))),
        "uncovered": replace(layer, coverage=None),
        "lost": make_layer(list(layer.features.shapes), place[0], id="asked", restriction=place[1], lost=1),
        "coverage": make_layer(
            list(layer.features.shapes),
            place[0],
            id="asked",
            restriction=place[1],
            coverage=square(50, 50, 100),
        ),
    }[flaw]
    told = answer(spoilt, site, DAYS[1])
    assert told.answer is not Answer.NOT_CONCERNED
    assert told.suggestion is not Suggestion.PROCEED


@quick
@given(FEATURES, SITES, st.sampled_from(PLACES))
def test_adding_a_missing_layer_replaces_no_data_only(features, site, place) -> None:
    sites = make_sites([square(0, 0, 200)], **{k: [v] for k, v in site.items() if v is not None})
    asked = [make_layer([square(3000, 3000, 50)], LayerRole.URBAN_BOUNDARY), drawn(features, place)]
    (before,) = assess([sites], asked, [], RULES, as_of=DAYS[1]).sites
    added = make_layer(
        [square(150, 150, 100)], LayerRole.REDLINE, id="added", series="added", coverage=COUNTY
    )
    (after,) = assess([sites], [*asked, added], [], RULES, as_of=DAYS[1]).sites
    old = {a.layer_id: a for a in before.answers}
    new = {a.layer_id: a for a in after.answers}
    for layer_id, was in old.items():
        if layer_id in new:
            assert (new[layer_id].answer, new[layer_id].suggestion) == (was.answer, was.suggestion)
        else:
            assert was.answer is Answer.NO_DATA


def test_a_profile_reads_what_is_written_or_says_that_it_cannot() -> None:
    site = Profile.of(
        {"category": "高铁", "approver": "县发展改革部门", "plan_level": "?", "duration_years": "x"}
    )
    assert dict(site.words)["approver"] == ("县级",)
    assert dict(site.unread) == {"plan_level": "?", "duration_years": "x"}
