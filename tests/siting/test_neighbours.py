"""相邻项目合并核查: what a filing apiece would hide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import shapely

from eco_gis.model.batch import Threshold
from eco_gis.model.layer import Layer
from eco_gis.model.role import LayerRole
from eco_gis.siting.neighbours import Filed, neighbour_groups
from eco_gis.siting.rules import load_rules
from eco_gis.siting.sites import Sites
from eco_gis.siting.thresholds import thresholds_of
from eco_gis.text import Text
from tests.builders import AS_OF, at, make_layer, make_sites, square


class Over:
    """More than so many hectares."""

    def __init__(self, ha: str) -> None:
        self.ha = Decimal(ha)

    def holds(self, value: Decimal) -> bool:
        return value > self.ha

    @property
    def words(self) -> Text:
        return Text(f"超过 {self.ha} 公顷")


def filed(layer: Layer, *, asked: bool = True) -> Filed:
    return Filed(Sites.of(layer), layer, asked)


REDLINE = make_layer([at(shapely.box(0, 0, 1_000, 50)), at(shapely.box(1_000, 0, 3_000, 50))])
TOWNS = make_layer(
    [at(shapely.box(-500, -500, 150, 500)), at(shapely.box(150, -500, 3_000, 500))], LayerRole.TOWNSHIP
)


def earlier(*shapes: shapely.Geometry, **columns: list) -> Filed:
    layer = make_sites(shapes, **columns)
    return filed(replace(layer, spec=replace(layer.spec, id="sites_2023", version="2023")), asked=False)


def test_neighbours_of_neighbours_are_one_group_across_filings() -> None:
    now = filed(
        make_sites(
            [square(0, 0, 100), square(2_000, 0, 100)], owner=["甲", "乙"], filed=["2024-03-01", "2024"]
        )
    )
    before = earlier(square(130, 0, 100), square(260, 0, 100))
    (group,) = neighbour_groups([now, before], [REDLINE], distance_m=30.01, townships=TOWNS)
    assert [(m.id, m.year, m.asked) for m in group.members] == [
        ("P1", "2023", False),
        ("P2", "2023", False),
        ("P1", "2024", True),
    ]
    assert group.years == ["2023", "2024"] and group.id == "G1"
    assert neighbour_groups([now, before], [REDLINE], distance_m=29.9) == ()


def test_groups_without_a_site_of_this_run_are_not_shown() -> None:
    now, before = filed(make_sites([square(2_000, 0, 10)])), earlier(square(0, 0, 100), square(110, 0, 100))
    assert neighbour_groups([now, before], [REDLINE], distance_m=50) == ()


def test_sums_count_ground_once_per_patch_and_township() -> None:
    now = filed(make_sites([square(0, 0, 100), square(50, 0, 200)]))
    (group,) = neighbour_groups([now], [REDLINE], distance_m=50, townships=TOWNS)
    sums = {(s.patch, s.township): s.measured_m2 for s in group.sums}
    assert sums["", ""] == pytest.approx(250 * 50, rel=1e-3)
    assert sums["F1", ""] == pytest.approx(250 * 50, rel=1e-3)
    assert sums["", "name of F1"] == pytest.approx(150 * 50, rel=1e-3)
    assert sums["", "name of F2"] == pytest.approx(100 * 50, rel=1e-3)
    assert group.measured_m2 == pytest.approx(100 * 100 + 200 * 200 - 50 * 100, rel=1e-3)
    (whole,) = (s for s in group.sums if not s.patch and not s.township)
    assert whole.largest_m2 == pytest.approx(200 * 50, rel=1e-3)


def test_a_threshold_reached_only_together_is_told() -> None:
    now = filed(make_sites([square(0, 0, 100), square(110, 0, 100), square(220, 0, 100)]))
    redline = Threshold("r", "redline", Over("1.2"), Text("某规则"), False)
    alone = Threshold("a", "redline", Over("0.4"), Text("某规则"), False)
    never = Threshold("n", "redline", Over("1.6"), Text("某规则"), False)
    whole = Threshold("w", "", Over("2.5"), Text("某规则"), False)
    other = Threshold("o", "nowhere", Over("0"), Text("某规则"), False)
    (group,) = neighbour_groups(
        [now], [REDLINE], distance_m=20, thresholds=[redline, alone, never, whole, other]
    )
    assert {c.threshold.rule_id: c.only_together for c in group.crossings} == {
        "r": True,
        "a": False,
        "w": True,
    }


def test_owners_part_groups_when_asked_and_an_unknown_owner_parts_none() -> None:
    shapes = [square(0, 0, 100), square(110, 0, 100)]
    two, unknown = (filed(make_sites(shapes, owner=owners)) for owners in (["甲", "乙"], ["甲", ""]))
    assert neighbour_groups([two], [], distance_m=20, same_owner=True) == ()
    assert len(neighbour_groups([two], [], distance_m=20)) == 1
    assert len(neighbour_groups([unknown], [], distance_m=20, same_owner=True)) == 1


def test_order_changes_nothing() -> None:
    shapes = [square(0, 0, 100), square(110, 0, 100), square(600, 0, 100), square(710, 0, 100)]
    one = make_sites(shapes)
    turned = make_layer(shapes[::-1], LayerRole.PROJECT_SITE, ids=["P4", "P3", "P2", "P1"], id="sites")
    first, second = (neighbour_groups([filed(v)], [REDLINE], distance_m=20) for v in (one, turned))
    assert [[m.id for m in g.members] for g in first] == [["P1", "P2"], ["P3", "P4"]]
    assert [g.sums for g in first] == [g.sums for g in second]


def test_a_road_does_not_join_what_stands_along_it_but_its_own_parts() -> None:
    plots = filed(make_sites([square(0, 0, 50), square(400, 0, 50)]))
    lines = [
        at(shapely.LineString([(-100, 0), (200, 0)])),
        at(shapely.LineString([(200, 0), (600, 0)])),
        at(shapely.LineString([(200, -99), (200, 99)])),
    ]
    road = make_layer(
        lines,
        LayerRole.PROJECT_SITE,
        ids=["L1", "L2", "L3"],
        id="lines",
        columns={"category": ["公路", "公路", "电力"]},
    )
    (group,) = neighbour_groups([plots, filed(road)], [REDLINE], distance_m=20)
    assert [m.id for m in group.members] == ["L1", "L2"]


def test_two_sites_of_twenty_hectares_reach_the_thirty_five_of_the_land_law_together() -> None:
    # 土地管理法第四十六条: expropriating more than 35 ha of cropland is for the State Council
    cropland = make_layer([at(shapely.box(-2_000, -2_000, 2_000, 2_000))], LayerRole.CROPLAND)
    half, apart = square(0, 0, 450), square(460, 0, 450)
    thresholds = thresholds_of(load_rules(), [cropland], AS_OF)
    (group,) = neighbour_groups(
        [filed(make_sites([half, apart]))], [cropland], distance_m=20, thresholds=thresholds
    )
    (law,) = (c for c in group.crossings if c.threshold.rule_id == "cropland-expropriation-state")
    assert law.only_together and law.threshold.layer_id == "cropland"
    assert law.largest_ha < 35 < law.together_ha
    assert not any(c.threshold.rule_id == "cropland-expropriation-province" for c in group.crossings), (
        "an upper bound is nothing to reach"
    )
    before = thresholds_of(load_rules(), [cropland], date(1999, 1, 1))
    assert not any(t.rule_id == "cropland-expropriation-state" for t in before)
