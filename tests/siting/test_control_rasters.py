"""Rasters that are asked like control lines: the same ground gives the same answer as polygons of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eco_gis.errors import LayerReadError, Problem
from eco_gis.model.bound import Bound
from eco_gis.model.fact import Method
from eco_gis.model.layer import Layer
from eco_gis.model.raster import ControlRaster
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, LayerAnswer, Reason, SiteAnswer, SitingResult
from eco_gis.siting.assess import assess
from eco_gis.siting.facts import siting_facts
from eco_gis.siting.rules import load_rules
from eco_gis.text import Text
from tests.builders import AS_OF, at, make_layer, make_raster, make_sites, square

RULES = load_rules()
GRADES = {"1": "Ⅰ级", "2": "Ⅱ级", "3": "Ⅲ级", "4": "Ⅳ级", "9": "非林地"}
FOREST = ("级",)
CELL = 100.0
GROUND = np.array([[1, 1, 2, 9], [1, 3, 2, 9], [4, 4, 9, 9]], dtype=np.uint8)
"""Three rows of four cells; the first row lies in the north, from y = 0 down."""


def result(sites: Layer, *entries: Layer | ControlRaster, as_of: date = AS_OF) -> SitingResult:
    layers = [e for e in entries if isinstance(e, Layer)]
    rasters = [e for e in entries if isinstance(e, ControlRaster)]
    return assess([sites], layers, [], RULES, as_of=as_of, rasters=rasters)


def ask(sites: Layer, raster: ControlRaster, as_of: date = AS_OF) -> list[LayerAnswer]:
    return [of(site, raster.spec.id) for site in result(sites, raster, as_of=as_of).sites]


def of(site: SiteAnswer, layer_id: str) -> LayerAnswer:
    return next(a for a in site.answers if a.layer_id == layer_id)


def bare(*codes: int, **more: Any) -> ControlRaster:
    """One row of cells and nothing around them."""
    more.setdefault("concern", FOREST)
    return make_raster(np.array([codes], dtype=np.uint8), names=GRADES, cell=CELL, **more)


def grades(values: Any = GROUND, **more: Any) -> ControlRaster:
    """The cells with a ring of ground around them that is no forest."""
    more.setdefault("concern", FOREST)
    around = np.pad(values, 1, constant_values=9)
    return make_raster(around, names=GRADES, cell=CELL, west=-CELL, north=CELL, **more)


def as_polygons(values: Any = GROUND) -> Layer:
    """The forest of the raster as one square for each cell, with its grade as the zone."""
    cells = [
        (square(CELL * c, -CELL * (r + 1), CELL), GRADES[str(code)])
        for (r, c), code in np.ndenumerate(values)
        if code != 9
    ]
    return make_layer(
        [shape for shape, _ in cells],
        LayerRole.FOREST_QUALITY,
        id="forest_cells",
        columns={"zone": [zone for _, zone in cells]},
    )


def box(west: float, south: float, east: float, north: float) -> Any:
    return at(shapely.box(west, south, east, north))


def alike(a: LayerAnswer, b: LayerAnswer) -> None:
    """Two answers about one ground say the same."""
    assert (a.answer, a.suggestion, a.needs) == (b.answer, b.suggestion, b.needs)
    assert [r.rule_id for r in a.rules] == [r.rule_id for r in b.rules]
    assert a.path == b.path
    assert a.reasons == b.reasons
    assert a.area_m2 == pytest.approx(b.area_m2, rel=1e-7, abs=1e-3)
    assert a.planar_m2 == pytest.approx(b.planar_m2, rel=1e-7, abs=1e-3)
    assert a.length_m == pytest.approx(b.length_m, abs=1e-6)
    assert a.count == b.count
    if a.shape is not None and b.shape is not None:
        assert shapely.area(shapely.symmetric_difference(a.shape, b.shape)) < 1e-6


SITES = [
    box(30, -90, 70, -40),  # inside one cell of grade I
    box(150, -250, 250, -50),  # grades I, II, III, IV and none
    box(310, -290, 390, -110),  # no forest, far from it
    box(300, -100, 350, -50),  # no forest, its side on the forest's
    box(299.995, -80, 350, -20),  # half a centimetre of forest
    at(shapely.LineString([(50, -250), (350, -250)])),
    at(shapely.LineString([(380, -290), (380, -110)])),
    at(shapely.LineString([(330, -290), (330, -110)])),
    at(shapely.Point(50, -50)),
    at(shapely.Point(370, -250)),
    at(shapely.Point(310, -250)),
]


@pytest.mark.parametrize("shape", SITES)
def test_the_same_ground_answers_alike_as_raster_and_as_polygons(shape: Any) -> None:
    sites = make_sites([shape], category=["交通"], approver=["县级"])
    (drawn,) = [of(s, "forest_cells") for s in result(sites, as_polygons()).sites]
    (celled,) = ask(sites, grades())
    alike(celled, drawn)


@pytest.mark.parametrize("shape", SITES)
def test_values_answer_like_polygons_that_name_no_grade(shape: Any) -> None:
    around = np.pad(np.where(GROUND == 9, 10.0, 80.0), 1, constant_values=10.0)
    cover = make_raster(around, cell=CELL, west=-CELL, north=CELL, concern_values=Bound(at_least=60))
    drawn = as_polygons()
    nameless = replace(drawn, spec=replace(drawn.spec, fields={"id": "id", "name": "name"}))
    nameless = replace(nameless, attributes=nameless.attributes.drop(columns="zone"))
    sites = make_sites([shape], category=["交通"], approver=["县级"])
    (celled,) = ask(sites, cover)
    alike(celled, of(result(sites, nameless).sites[0], "forest_cells"))


PLACES = st.tuples(st.integers(0, 60), st.integers(0, 44)).map(lambda xy: (6.1 * xy[0] + 3, -6.1 * xy[1] - 5))
"""Off every border of a cell."""


@settings(max_examples=60)
@given(
    codes=st.lists(st.sampled_from([1, 2, 3, 9]), min_size=12, max_size=12).filter(lambda c: set(c) != {9}),
    corners=st.lists(PLACES, min_size=3, max_size=3, unique=True),
    kind=st.sampled_from([shapely.Polygon, shapely.LineString, shapely.MultiPoint]),
)
def test_random_ground_and_sites_answer_alike(codes: list[int], corners: Any, kind: Any) -> None:
    shape = at(kind(corners))
    assume(shape.is_valid and shape.is_simple)
    values = np.array(codes, dtype=np.uint8).reshape(3, 4)
    sites = make_sites([shape], category=["交通"])
    (celled,) = ask(sites, grades(values))
    (drawn,) = [of(s, "forest_cells") for s in result(sites, as_polygons(values)).sites]
    alike(celled, drawn)


@pytest.mark.parametrize("gap", [0.0, 0.005, 3.0, 30.0, 180.0])
@pytest.mark.parametrize("kind", ["road", "railway", "weather_station", "steep_slope"])
def test_rules_that_name_a_distance_are_asked_from_it(kind: str, gap: float) -> None:
    values = np.zeros((41, 41), dtype=np.uint8)
    values[20, 20] = 30
    raster = make_raster(
        values,
        cell=CELL,
        west=-2000,
        north=2000,
        nodata=None,
        id="line",
        series="line",
        role=LayerRole.RESTRICTION,
        restriction=kind,
        concern_values=Bound(over=25),
    )
    drawn = make_layer([square(0, -100, CELL)], LayerRole.RESTRICTION, id="line", restriction=kind)
    sites = make_sites([box(100 + gap, -80, 150 + gap, -20)], category=["采矿"])
    by_polygons, by_cells = (of(result(sites, x).sites[0], "line") for x in (drawn, raster))
    alike(by_cells, by_polygons)


def test_classes_divide_the_site() -> None:
    (answer,) = ask(make_sites([SITES[1]]), grades())
    assert answer.cells is not None
    told = {c.label.zh: c.share for c in answer.cells.classes}
    # a site of 100 m × 200 m over a grid of 100 m: by hand from the drawing above
    assert told == pytest.approx(
        {"Ⅰ级": 0.125, "Ⅱ级": 0.375, "Ⅲ级": 0.25, "Ⅳ级": 0.125, "非林地": 0.125}, abs=1e-6
    )
    assert answer.share == pytest.approx(0.875)
    assert dict(answer.zones) == {c.label.zh: c.area_m2 for c in answer.cells.classes}
    assert answer.cells.cells == pytest.approx(2.0)
    assert answer.cells.cell_m == (100, 100)
    assert answer.cells.known_share == pytest.approx(1.0)
    assert answer.cells.is_coarse


def test_values_are_held_against_their_bound() -> None:
    values = np.array([[0.2, 0.7, np.nan], [0.6, 0.9, 0.1]], dtype=np.float32)
    cover = make_raster(values, nodata=None, concern_values=Bound(at_least=0.7))
    sites = make_sites([box(10, -190, 190, -10), box(10, -90, 90, -10), box(110, -90, 290, -10)])
    both, low, partly = ask(sites, cover)
    assert both.answer is Answer.CONCERNED
    assert both.share == pytest.approx(0.5)
    assert both.cells is not None and both.cells.mean == pytest.approx((0.2 + 0.7 + 0.6 + 0.9) / 4, rel=1e-6)
    assert low.answer is Answer.NOT_CONCERNED and low.area_m2 == 0
    assert partly.answer is Answer.CONCERNED
    assert Reason.NO_CELL_DATA in partly.reasons
    assert partly.uncovered_m2 == pytest.approx(partly.area_m2, rel=1e-6)


@pytest.mark.parametrize(
    ("raster", "reason"),
    [
        (bare(9, 0), Reason.NO_CELL_DATA),
        (bare(9), Reason.NO_CELL_DATA),
        (bare(9, 7), Reason.UNKNOWN_CLASS),
        (bare(9, 9, concern=()), Reason.CONCERN_UNDECLARED),
        (bare(9, 9, coverage=None), Reason.COVERAGE_UNDECLARED),
        (bare(9, 9, coverage=square(0, -100, 100)), Reason.OUTSIDE_COVERAGE),
        (bare(9, 9, valid_until=date(2023, 12, 31)), Reason.NOT_IN_FORCE),
        (make_raster([[5.0, 5.0]]), Reason.CONCERN_UNDECLARED),
    ],
)
@pytest.mark.parametrize(
    "shape",
    [box(50, -80, 150, -20), at(shapely.LineString([(60, -50), (140, -50)])), at(shapely.Point(110, -50))],
)
def test_what_is_not_known_is_never_clear(raster: ControlRaster, reason: Reason, shape: Any) -> None:
    (answer,) = ask(make_sites([shape]), raster)
    assert answer.answer is Answer.NO_DATA
    assert reason in answer.reasons


@pytest.mark.parametrize("poke", [1e-4, 1e-3, 0.01, 1.0])
def test_a_corner_in_a_cell_of_a_kilometre_is_never_clear(poke: float) -> None:
    values = np.array([[9, 9, 9], [9, 9, 9], [9, 9, 1]], dtype=np.uint8)
    raster = make_raster(values, names=GRADES, concern=("Ⅰ级",), cell=1000.0, west=-1500, north=1500)
    (answer,) = ask(make_sites([box(400, -500 - poke, 500 + poke, -400)]), raster)
    assert answer.answer is not Answer.NOT_CONCERNED
    (answer,) = ask(make_sites([box(400, -500 + 0.02, 500 - 0.02, -400)]), raster)
    assert answer.answer is Answer.NOT_CONCERNED


def test_a_site_partly_without_data_tells_how_much() -> None:
    (answer,) = ask(make_sites([box(50, -80, 150, -20)]), bare(9, 0))
    assert answer.uncovered_m2 == pytest.approx(3000, rel=1e-3)
    assert answer.uncovered_shape is not None
    assert shapely.equals(answer.uncovered_shape, box(100, -80, 150, -20))
    assert answer.cells is not None and answer.cells.known_share == pytest.approx(0.5)


def test_ground_outside_the_coverage_is_counted_once() -> None:
    (answer,) = ask(
        make_sites([box(50, -80, 350, -20)]),
        bare(9, 0, 0, 0, coverage=square(0, -200, 200)),
    )
    # half a cell known, one without data inside the coverage, one and a half outside it
    assert answer.uncovered_m2 == pytest.approx(2.5 * 6000, rel=1e-3)


def test_more_codes_than_can_be_told_apart_are_all_unlisted() -> None:
    (answer,) = ask(make_sites([box(0, -100, 4000, 0)]), bare(*range(20, 60)))
    assert answer.answer is Answer.NO_DATA
    assert answer.cells is not None and len(answer.cells.classes) == 9
    assert sum(c.share for c in answer.cells.classes) == pytest.approx(1.0)
    assert not any(c.is_known for c in answer.cells.classes)


def test_a_raster_damaged_under_one_site_answers_no_data_about_all() -> None:
    problem = Problem("drawn.tif", Text("损坏", "is damaged"), Text("恢复", "restore it"))

    @contextmanager
    def torn() -> Iterator[Any]:
        raise LayerReadError(problems=[problem])
        yield

    found = result(make_sites([SITES[0], SITES[2]]), replace(grades(), open=torn))
    answers = [of(site, "forest_cells") for site in found.sites]
    assert {a.reasons for a in answers} == {(Reason.UNREADABLE,)}
    assert {a.answer for a in answers} == {Answer.NO_DATA}
    assert [p.what.en for p in found.problems] == ["is damaged"]
    assert found.problems[0].where == "forest_cells: drawn.tif"


def test_others_in_the_run_change_nothing() -> None:
    shapes = SITES[:3]
    together = ask(make_sites(shapes), grades())
    for shape, among in zip(shapes, together, strict=True):
        (alone,) = ask(make_sites([shape]), grades())
        assert alone.area_m2 == pytest.approx(among.area_m2, rel=1e-12)
        assert alone.answer is among.answer


def test_order_of_sites_changes_nothing() -> None:
    there, back = ask(make_sites(SITES), grades()), ask(make_sites(SITES[::-1]), grades())
    for a, b in zip(there, reversed(back), strict=True):
        assert replace(a, shape=None, uncovered_shape=None) == replace(b, shape=None, uncovered_shape=None)


def facts_of(sites: Layer, raster: ControlRaster) -> dict[str, Any]:
    return {f.id: f for f in siting_facts(result(sites, raster))}


def test_answers_become_facts() -> None:
    facts = facts_of(make_sites([SITES[1]]), grades())
    stem = "siting/P1/forest_cells"
    assert facts[f"{stem}/answer"].value == "concerned"
    assert facts[f"{stem}/overlap_area"].method is Method.AREA_FRACTIONS
    assert facts[f"{stem}/zone_area/Ⅱ级"].value == pytest.approx(0.375 * 20_000, rel=1e-3)
    assert facts[f"{stem}/zone_share/Ⅱ级"].value == pytest.approx(0.375)
    assert facts[f"{stem}/known_share"].value == pytest.approx(1.0)
    assert facts[f"{stem}/cell_width"].value == 100.0
    assert facts[f"{stem}/cells"].value == pytest.approx(2.0)
    assert f"{stem}/hinge" not in facts


@pytest.mark.parametrize("words", [("Ⅰ级",), ("级",)])
def test_adding_classes_to_the_concern_never_gives_a_milder_answer(words: Sequence[str]) -> None:
    less, more = (ask(make_sites(SITES), grades(concern=c)) for c in (("Ⅱ级",), ("Ⅱ级", *words)))
    order = [Answer.NOT_CONCERNED, Answer.NO_DATA, Answer.CONCERNED]
    for a, b in zip(less, more, strict=True):
        assert order.index(a.answer) <= order.index(b.answer)
        assert a.suggestion.strictness <= b.suggestion.strictness
