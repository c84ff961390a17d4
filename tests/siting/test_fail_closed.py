"""Ways in which a site could have been called clear, and is not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, Reason, Suggestion
from tests.builders import COUNTY, at, make_layer, make_sites, square
from tests.siting.test_assess import ask, of

LINE = at(shapely.LineString([(0, -1000), (0, 1000)]))


def test_a_widened_line_of_a_zone_of_concern_is_found() -> None:
    zoned = make_layer(
        [LINE, square(3000, 0, 10)],
        LayerRole.RESTRICTION,
        id="source",
        columns={"zone": ["一级", "二级"], "width_m": [20, None]},
        concern=("一级",),
    )
    (site,) = ask(make_sites([square(5, 0, 2)]), zoned)
    assert of(site, "source").answer is Answer.CONCERNED
    assert of(site, "source").planar_m2 == pytest.approx(4)


def test_the_zone_of_a_widened_line_leads_to_its_rule() -> None:
    source = make_layer(
        [LINE],
        LayerRole.RESTRICTION,
        id="source",
        columns={"zone": ["一级保护区"], "width_m": [200]},
        restriction="water_source",
    )
    (site,) = ask(make_sites([square(50, 0, 10)]), source)
    assert of(site, "source").suggestion is Suggestion.RETURN
    assert [hit.id for hit in of(site, "source").hits] == ["F1"]


def test_a_nearer_polygon_does_not_hide_a_line_without_a_width() -> None:
    alone = make_layer([LINE], LayerRole.RESTRICTION, id="river")
    both = make_layer([LINE, square(20, 0, 4)], LayerRole.RESTRICTION, id="river")
    sites = make_sites([square(6, 0, 9)])
    assert of(ask(sites, alone)[0], "river").reasons == (Reason.NEEDS_WIDTH,)
    assert of(ask(sites, both)[0], "river").reasons == (Reason.NEEDS_WIDTH,)


@pytest.mark.parametrize("zone", ["priority protection", "1", "ZH33078210001", ""])
def test_a_control_unit_whose_class_is_not_understood_counts(zone: str) -> None:
    units = make_layer(
        [square(0, 0, 1000)], LayerRole.CONTROL_UNIT, columns={"zone": [zone]}, concern=("优先",)
    )
    answer = of(ask(make_sites([square(10, 10, 10)]), units)[0], "control_unit")
    assert answer.answer is Answer.CONCERNED
    assert Reason.UNKNOWN_ZONE in answer.reasons


def test_a_disc_is_never_narrower_than_its_width() -> None:
    direction = np.array([np.cos(np.pi / 32), np.sin(np.pi / 32)])
    corner = direction * 498.5
    site = at(shapely.box(corner[0], corner[1], corner[0] + 100, corner[1] + 100))
    disc = make_layer([at(shapely.Point(0, 0))], LayerRole.RESTRICTION, id="dam", width_m=1000)
    assert of(ask(make_sites([site]), disc)[0], "dam").answer is Answer.CONCERNED


def test_the_joint_of_a_line_in_parts_is_ground_too() -> None:
    corner = at(shapely.MultiLineString([[(-100, 0), (0, 0)], [(0, 0), (0, 100)]]))
    fork = at(shapely.MultiLineString([[(-100, 0), (0, 0)], [(0, 0), (0, 100)], [(0, 0), (70, -70)]]))
    for road in (corner, fork):
        (site,) = ask(make_sites([road], width_m=[20]), make_layer([square(3, -7, 3)]))
        assert of(site, "redline").answer is Answer.CONCERNED


def test_an_axis_at_the_border_of_the_coverage_is_not_clear() -> None:
    redline = make_layer([square(0, 0, 10)])
    border = at(shapely.LineString([(4990, -1000), (4990, 1000)]))
    (site,) = ask(make_sites([border]), redline)
    assert of(site, "redline").reasons == (Reason.NEEDS_WIDTH,)
    (wide,) = ask(make_sites([border], width_m=[10]), redline)
    assert of(wide, "redline").answer is Answer.NOT_CONCERNED


def test_a_layer_that_misses_its_own_coverage_is_no_data() -> None:
    elsewhere = make_layer([square(6000, 0, 100)])
    (site,) = ask(make_sites([square(0, 0, 100)]), elsewhere)
    assert of(site, "redline").answer is Answer.NO_DATA
    assert Reason.COVERAGE_MISMATCH in of(site, "redline").reasons


@pytest.mark.parametrize(
    "boundary",
    [
        make_layer([], LayerRole.URBAN_BOUNDARY),
        make_layer([square(0, 0, 100)], LayerRole.URBAN_BOUNDARY, lost=1),
        make_layer([square(0, 0, 100)], LayerRole.URBAN_BOUNDARY, coverage=None),
    ],
)
def test_outside_an_imperfect_boundary_is_no_data(boundary: object) -> None:
    (site,) = ask(make_sites([square(1000, 0, 100)]), boundary)
    assert of(site, "urban_boundary").answer is Answer.NO_DATA


def test_a_hole_in_the_boundary_is_outside() -> None:
    holed = shapely.difference(square(-500, -500, 1000), square(-100, -100, 200))
    (site,) = ask(make_sites([square(-50, -50, 100)]), make_layer([holed], LayerRole.URBAN_BOUNDARY))
    assert of(site, "urban_boundary").share == pytest.approx(1)


def test_a_site_larger_than_the_coverage_is_measured_beyond_it() -> None:
    (site,) = ask(
        make_sites([shapely.buffer(COUNTY, 100)]), make_layer([square(9000, 9000, 1)], coverage=COUNTY)
    )
    assert of(site, "redline").uncovered_m2 > 4e6
    assert of(site, "redline").answer is Answer.NO_DATA


def test_a_feature_without_a_shape_keeps_the_layer_from_saying_not_concerned() -> None:
    redline = make_layer([square(0, 0, 10), shapely.Polygon()])
    (site,) = ask(make_sites([square(1000, 1000, 100)]), redline)
    answer = of(site, "redline")
    assert (answer.answer, answer.reasons) == (Answer.NO_DATA, (Reason.LOST_RECORDS,))
