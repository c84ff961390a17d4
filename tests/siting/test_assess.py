from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from eco_gis.errors import Problem
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, LayerAnswer, Reason, SiteAnswer, SiteKind, Suggestion
from eco_gis.siting.assess import assess, layers_in_force
from eco_gis.siting.facts import siting_facts
from eco_gis.siting.rules import load_rules
from eco_gis.text import Text
from tests.builders import AS_OF, COUNTY, at, make_layer, make_sites, square

RULES = load_rules()


def ask(sites: Layer, *layers: Layer | LayerFault, as_of: date = AS_OF) -> list[SiteAnswer]:
    good = [x for x in layers if isinstance(x, Layer)]
    bad = [x for x in layers if isinstance(x, LayerFault)]
    return list(assess([sites], good, bad, RULES, as_of=as_of).sites)


def of(site: SiteAnswer, layer_id: str) -> LayerAnswer:
    return next(a for a in site.answers if a.layer_id == layer_id)


def test_a_touched_redline_is_concerned_with_its_area_share_and_distance() -> None:
    redline = make_layer([square(0, 0, 1000)])
    site, away = ask(make_sites([square(900, 0, 200), square(2000, 0, 100)]), redline)
    answer = of(site, "redline")
    assert answer.answer is Answer.CONCERNED
    assert answer.planar_m2 == pytest.approx(100 * 200)
    assert answer.share == pytest.approx(0.5)
    assert answer.distance_m == 0
    assert [hit.id for hit in answer.hits] == ["F1"]
    assert answer.shape is not None
    assert shapely.area(answer.shape) == pytest.approx(20_000)
    clear = of(away, "redline")
    assert clear.answer is Answer.NOT_CONCERNED
    assert clear.distance_m == pytest.approx(1000, rel=1e-3)
    assert clear.suggestion is Suggestion.PROCEED


def test_overlapping_features_are_shared_once_but_listed_twice() -> None:
    redline = make_layer([square(0, 0, 1000), square(0, 0, 500)])
    (site,) = ask(make_sites([square(-100, -100, 1200)]), redline)
    answer = of(site, "redline")
    assert answer.planar_m2 == pytest.approx(1_000_000)
    assert sorted(hit.id for hit in answer.hits) == ["F1", "F2"]


def test_required_roles_without_a_layer_answer_no_data() -> None:
    (site,) = ask(make_sites([square(0, 0, 10)]))
    assert {a.layer_id for a in site.answers} == {
        *("role:cropland", "role:permanent_basic_farmland", "role:redline"),
        *("role:nature_reserve", "role:urban_boundary"),
    }
    assert {a.answer for a in site.answers} == {Answer.NO_DATA}
    assert {a.reasons for a in site.answers} == {(Reason.NOT_CONFIGURED,)}
    assert site.suggestion is Suggestion.SUPPLEMENT


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (make_layer([square(0, 0, 10)], coverage=None), Reason.COVERAGE_UNDECLARED),
        (make_layer([square(0, 0, 10)], coverage=square(0, 0, 50)), Reason.OUTSIDE_COVERAGE),
        (make_layer([square(0, 0, 10)], lost=1), Reason.LOST_RECORDS),
        (make_layer([square(0, 0, 10)], valid_until=date(2023, 12, 31)), Reason.NOT_IN_FORCE),
        (make_layer([square(0, 0, 10)], valid_from=date(2025, 1, 1)), Reason.NOT_IN_FORCE),
        (make_layer([]), Reason.EMPTY_LAYER),
        (
            LayerFault(
                LayerSpec("redline", LayerRole.REDLINE, Path("x")),
                (Problem("x", Text("缺失", "missing"), Text("找回", "find it")),),
            ),
            Reason.UNREADABLE,
        ),
    ],
)
def test_nothing_but_a_whole_layer_says_not_concerned(layer: Layer | LayerFault, reason: Reason) -> None:
    (site,) = ask(make_sites([square(1000, 1000, 100)]), layer)
    answer = of(site, "redline")
    assert answer.answer is Answer.NO_DATA
    assert reason in answer.reasons
    assert answer.suggestion is Suggestion.SUPPLEMENT


def test_an_expired_layer_that_is_hit_still_says_concerned() -> None:
    layer = make_layer([square(0, 0, 100)], valid_until=date(2023, 12, 31))
    (site,) = ask(make_sites([square(50, 50, 100)]), layer)
    answer = of(site, "redline")
    assert (answer.answer, answer.reasons[0]) == (Answer.CONCERNED, Reason.NOT_IN_FORCE)


def test_a_layer_declared_empty_is_clear() -> None:
    (site,) = ask(make_sites([square(0, 0, 10)]), make_layer([], empty=True))
    assert of(site, "redline").answer is Answer.NOT_CONCERNED


def test_of_a_series_the_version_in_force_is_asked() -> None:
    old = make_layer([square(0, 0, 100)], id="redline_2022", valid_until=date(2023, 12, 31))
    new = make_layer([square(500, 0, 100)], id="redline_2024", valid_from=date(2024, 1, 1))
    assert [e.spec.id for e in layers_in_force([old, new], AS_OF)] == ["redline_2024"]
    assert [e.spec.id for e in layers_in_force([old, new], date(2023, 6, 1))] == ["redline_2022"]


def test_a_hairline_overlap_is_concerned_and_marked_for_the_eye() -> None:
    redline = make_layer([square(0, 0, 1000)])
    hair, wide = ask(make_sites([square(999.995, 0, 100), square(999.9, 200, 100)]), redline)
    assert of(hair, "redline").answer is Answer.CONCERNED
    assert Reason.EDGE_CONTACT in of(hair, "redline").reasons
    assert of(hair, "redline").area_m2 > 0
    assert Reason.EDGE_CONTACT not in of(wide, "redline").reasons


@pytest.mark.parametrize("gap_m", [0.0, 0.009])
def test_a_site_trimmed_along_the_line_is_never_clear_by_itself(gap_m: float) -> None:
    (site,) = ask(make_sites([square(1000 + gap_m, 0, 100)]), make_layer([square(0, 0, 1000)]))
    answer = of(site, "redline")
    assert answer.answer is Answer.NO_DATA
    assert answer.reasons == (Reason.EDGE_CONTACT,)


def test_the_urban_boundary_asks_for_what_lies_outside_it() -> None:
    boundary = make_layer(
        [square(0, 0, 1000), square(1000, 0, 500)],
        LayerRole.URBAN_BOUNDARY,
        columns={"zone": ["城镇集中建设区", "城镇弹性发展区"]},
    )
    inside, half, outside = ask(
        make_sites(
            [square(950, 100, 100), square(-50, 100, 100), square(-2000, 0, 100)],
            category=["工业", "工业", "交通"],
        ),
        boundary,
    )
    assert of(inside, "urban_boundary").answer is Answer.NOT_CONCERNED
    assert [z for z, _ in of(inside, "urban_boundary").zones] == ["城镇集中建设区", "城镇弹性发展区"]
    assert of(inside, "urban_boundary").distance_m == pytest.approx(100, rel=1e-3)
    assert of(half, "urban_boundary").answer is Answer.CONCERNED
    assert of(half, "urban_boundary").planar_m2 == pytest.approx(5000)
    assert of(half, "urban_boundary").suggestion is Suggestion.REDESIGN
    assert of(outside, "urban_boundary").share == pytest.approx(1)
    assert of(outside, "urban_boundary").suggestion is Suggestion.SUPPLEMENT


def test_outside_the_boundary_and_the_coverage_is_no_data() -> None:
    boundary = make_layer([square(0, 0, 1000)], LayerRole.URBAN_BOUNDARY)
    (site,) = ask(make_sites([square(6000, 0, 100)]), boundary)
    answer = of(site, "urban_boundary")
    assert answer.answer is Answer.NO_DATA
    assert answer.uncovered_m2 == pytest.approx(10_000, rel=1e-3)


def test_lines_take_their_width_from_the_field() -> None:
    road = at(shapely.LineString([(-500, 500), (1500, 500)]))
    redline = make_layer([square(0, 0, 1000)])
    (site,) = ask(make_sites([road], width_m=["26"]), redline)
    answer = of(site, "redline")
    assert site.kind is SiteKind.LINE
    assert answer.planar_m2 == pytest.approx(26 * 1000)
    assert answer.length_m == pytest.approx(1000, rel=1e-3)


def test_a_line_without_a_width_is_clear_only_beyond_the_distance() -> None:
    near = at(shapely.LineString([(1040, 0), (1040, 900)]))
    far = at(shapely.LineString([(1060, 0), (1060, 900)]))
    across = at(shapely.LineString([(-10, 10), (10, 10)]))
    along = at(shapely.LineString([(1000, 0), (1000, 900)]))
    redline = make_layer([square(0, 0, 1000)])
    answers = [of(s, "redline") for s in ask(make_sites([near, far, across, along]), redline)]
    assert [a.answer for a in answers] == [
        *(Answer.NO_DATA, Answer.NOT_CONCERNED, Answer.CONCERNED, Answer.NO_DATA),
    ]
    assert answers[0].reasons == (Reason.NEEDS_WIDTH,)
    assert answers[2].length_m == pytest.approx(10, rel=1e-3)
    assert answers[3].length_m == 0, "length along a border is not inside"


def test_points_are_counted_inside_and_need_room_outside() -> None:
    redline = make_layer([square(0, 0, 1000)])
    points = [at(shapely.Point(*xy)) for xy in [(500, 500), (1030, 500), (3000, 500)]]
    answers = [of(s, "redline").answer for s in ask(make_sites(points), redline)]
    assert answers == [Answer.CONCERNED, Answer.NO_DATA, Answer.NOT_CONCERNED]
    (widened,) = ask(make_sites([points[1]], width_m=[20]), redline)
    assert of(widened, "redline").answer is Answer.NOT_CONCERNED


def test_a_restriction_drawn_as_a_line_without_a_width_is_not_clear_nearby() -> None:
    river = make_layer([at(shapely.LineString([(0, -1000), (0, 1000)]))], LayerRole.RESTRICTION, id="river")
    on, near, far = ask(make_sites([square(-5, 0, 10), square(20, 0, 10), square(200, 0, 10)]), river)
    assert of(on, "river").answer is Answer.CONCERNED
    assert of(near, "river").answer is Answer.NO_DATA
    assert of(far, "river").answer is Answer.NOT_CONCERNED
    wide = make_layer(list(river.features.shapes), LayerRole.RESTRICTION, id="river", width_m=60)
    assert of(ask(make_sites([square(20, 0, 30)]), wide)[0], "river").planar_m2 == pytest.approx(10 * 30)


def test_only_the_zones_of_concern_concern() -> None:
    units = make_layer(
        [square(0, 0, 1000), square(1000, 0, 1000), square(2000, 0, 1000)],
        LayerRole.CONTROL_UNIT,
        columns={"zone": ["优先保护单元", "一般管控单元", ""]},
        concern=("优先",),
    )
    first, general, unknown = ask(
        make_sites([square(10, 10, 10), square(1010, 10, 10), square(2010, 10, 10)]), units
    )
    assert of(first, "control_unit").answer is Answer.CONCERNED
    assert of(general, "control_unit").answer is Answer.NOT_CONCERNED
    assert [hit.zone for hit in of(general, "control_unit").hits] == ["一般管控单元"]
    assert of(unknown, "control_unit").answer is Answer.CONCERNED
    assert Reason.UNKNOWN_ZONE in of(unknown, "control_unit").reasons


def test_the_core_zone_is_returned_and_no_milder_answer_hides_it() -> None:
    reserve = make_layer(
        [square(0, 0, 1000), square(1000, 0, 1000)],
        LayerRole.NATURE_RESERVE,
        columns={"zone": ["核心保护区", "一般控制区"]},
    )
    redline = make_layer([square(0, 0, 2000)])
    core, both, general = ask(
        make_sites(
            [square(10, 10, 50), square(980, 10, 50), square(1500, 10, 50)],
            geometry_mode=["隧道"] * 3,
            new_land=["否"] * 3,
            category=["交通"] * 3,
            discharge=["否"] * 3,
        ),
        reserve,
        redline,
    )
    assert [of(s, "nature_reserve").suggestion for s in (core, both, general)] == [
        *(Suggestion.RETURN, Suggestion.RETURN, Suggestion.SUPPLEMENT),
    ]
    assert of(core, "redline").suggestion is Suggestion.SUPPLEMENT, "crosses without taking land"
    assert core.suggestion is Suggestion.RETURN
    assert {r.rule_id for r in of(both, "nature_reserve").rules} == {"reserve-core", "reserve-experimental"}


def test_answers_stand_in_the_order_of_the_three_lines() -> None:
    layers = [
        make_layer([square(0, 0, 10)], role)
        for role in (
            LayerRole.URBAN_BOUNDARY,
            LayerRole.REDLINE,
            LayerRole.PERMANENT_BASIC_FARMLAND,
            LayerRole.CROPLAND,
        )
    ]
    (site,) = ask(make_sites([square(0, 0, 10)]), *layers)
    assert [a.role for a in site.answers] == [
        *(LayerRole.CROPLAND, LayerRole.PERMANENT_BASIC_FARMLAND, LayerRole.REDLINE),
        *(LayerRole.NATURE_RESERVE, LayerRole.URBAN_BOUNDARY),
    ]


def test_townships_are_named_largest_part_first() -> None:
    towns = make_layer([square(0, 0, 1000), square(1000, 0, 1000)], LayerRole.TOWNSHIP, ids=["A", "B"])
    sites = make_sites([square(990, 0, 100)])
    result = assess([sites], [], [], RULES, as_of=AS_OF, townships=towns)
    assert result.sites[0].townships == ("name of B", "name of A")


def test_facts_name_every_answer_once() -> None:
    result = assess([make_sites([square(0, 0, 10)])], [make_layer([square(0, 0, 5)])], [], RULES, as_of=AS_OF)
    facts = {f.id: f for f in siting_facts(result)}
    assert facts["siting/P1/redline/answer"].value == "concerned"
    assert facts["siting/P1/redline/overlap_planar"].value == pytest.approx(25)
    assert facts["siting/P1/redline/share"].shown == "25.00 %"
    assert facts["summary/concerned"].value == 1


boxes = st.tuples(st.integers(-40, 40), st.integers(-40, 40), st.integers(1, 30)).map(
    lambda t: square(t[0] * 10, t[1] * 10, t[2] * 10)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(boxes, min_size=1, max_size=5), boxes, boxes)
def test_adding_a_feature_never_gives_a_milder_answer(
    shapes: list[object], extra: object, site: object
) -> None:
    before = of(ask(make_sites([site]), make_layer(shapes))[0], "redline")
    after = of(ask(make_sites([site]), make_layer([*shapes, extra]))[0], "redline")
    assert after.suggestion.strictness >= before.suggestion.strictness
    assert after.area_m2 >= before.area_m2 - 1e-6


@settings(max_examples=40, deadline=None)
@given(st.lists(boxes, min_size=1, max_size=5), boxes)
def test_order_and_splitting_change_nothing(shapes: list[object], site: object) -> None:
    plain = of(ask(make_sites([site]), make_layer(shapes))[0], "redline")
    west = shapely.box(*COUNTY.bounds[:2], site.centroid.x, COUNTY.bounds[3])
    halves = [
        p for s in shapes for p in (shapely.intersection(s, west), shapely.difference(s, west)) if p.area > 0
    ]
    turned = of(ask(make_sites([shapely.reverse(site)]), make_layer(halves[::-1]))[0], "redline")
    assert turned.answer is plain.answer
    assert turned.suggestion is plain.suggestion
    assert turned.area_m2 == pytest.approx(plain.area_m2, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.lists(boxes, min_size=1, max_size=4), boxes)
def test_a_missing_layer_may_only_replace_no_data(shapes: list[object], site: object) -> None:
    without = ask(make_sites([site]), make_layer(shapes))[0]
    farmland = make_layer(shapes[::-1], LayerRole.PERMANENT_BASIC_FARMLAND)
    with_it = ask(make_sites([site]), make_layer(shapes), farmland)[0]
    before = {a.role: a.answer for a in without.answers}
    after = {a.role: a.answer for a in with_it.answers}
    assert before.pop(LayerRole.PERMANENT_BASIC_FARMLAND) is Answer.NO_DATA
    after.pop(LayerRole.PERMANENT_BASIC_FARMLAND)
    assert after == before
