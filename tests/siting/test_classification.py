"""现状分类面积表: parts add up to the control total at the last digit, net of deductions, nothing lost."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from eco_gis.model.layer import Layer
from eco_gis.model.role import LayerRole
from eco_gis.model.sheet import AreaBasis, Classification, LandClass, Ownership
from eco_gis.model.siting import Reason
from eco_gis.siting.classification import classify
from eco_gis.siting.control_total import control_totals
from eco_gis.siting.sites import Sites
from eco_gis.siting.takings import farmland_taken, forest_taken
from tests.builders import at, make_layer, make_sites, square

CODES = ("0101", "0103", "0301", "0702", "1104", "1206", "1003", "9999")
RIGHTS = ("20", "30", "32", "", "10")


def survey(*shapes: shapely.Geometry, **columns: list) -> Layer:
    return make_layer(shapes, LayerRole.LAND_SURVEY, columns=columns, id="survey")


def grid(step: float = 250.0) -> Layer:
    """Sixteen parcels of a square kilometre, of many classes, rights, villages and deductions."""
    boxes = [square(x * step, y * step, step) for x in range(4) for y in range(4)]
    return survey(
        *boxes,
        code=[CODES[k % 8] for k in range(16)],
        right=[RIGHTS[k % 5] for k in range(16)],
        village=[f"{'甲乙丙'[k % 3]}村" for k in range(16)],
        deduction=[0.0, 0.1172, float("nan"), 0.05] * 4,
    )


def table(shape: shapely.Geometry, over: Layer | None, **columns: list) -> Classification:
    layer = make_sites([shape], **columns)
    sites = Sites.of(layer)
    (made,) = classify(sites, control_totals(layer, sites), over)
    return made


def test_a_field_gives_its_ridges_to_other_agricultural_land() -> None:
    over = survey(square(0, 0, 1000), code=["0103"], right=["30"], village=["岭脚村"], deduction=[0.125])
    made = table(square(100, 100, 200), over, declared_ha=[4.0])
    ridge = next(r for r in made.rows if r.code == "1203")
    field = next(r for r in made.rows if r.code == "0103")
    # 4 ha declared: 12.5 % ridges are 0.5 ha, and no cropland
    assert (field.ha, ridge.ha) == (Decimal("3.5000"), Decimal("0.5000"))
    assert made.sum_ha(cropland=True) == Decimal("3.5000")
    assert made.sum_ha(LandClass.AGRICULTURAL) == made.total_ha == Decimal("4.0000")
    assert field.ownership is Ownership.COLLECTIVE and field.village == "岭脚村" and not made.gaps


def test_classes_ownership_and_the_named_class_of_a_deduction() -> None:
    over = survey(
        square(0, 0, 100), square(100, 0, 100), square(0, 100, 100), square(100, 100, 100),
        code=["0101", "0702", "1206", "0301"], right=["30", "20", "10", "32"],
        deduction=[0.2, 0.0, 0.0, 0.0], deducted_code=["1107", "", "", ""],
    )  # fmt: skip
    made = table(square(50, 50, 100), over, declared_ha=[1.0])
    assert {r.code: str(r.ha) for r in made.rows} == {
        "0101": "0.2000", "1107": "0.0500", "0301": "0.2500", "0702": "0.2500", "1206": "0.2500",
    }  # fmt: skip
    assert made.sum_ha(ownership=Ownership.STATE) == Decimal("0.5000")
    assert made.sum_ha(LandClass.UNUSED) == Decimal("0.2500")


def test_ground_without_a_parcel_and_unknown_codes_are_gaps_not_losses() -> None:
    over = survey(square(0, 0, 100), code=["8888"], right=["77"])
    made = table(at(shapely.box(50, 0, 150, 100)), over)
    assert made.sum_ha() == made.total_ha
    assert made.sum_ha(LandClass.UNKNOWN) == made.total_ha
    assert len(made.gaps) == 3, made.gaps
    none = table(square(0, 0, 100), None)
    assert none.gaps == (Reason.NOT_CONFIGURED.label,) and none.sum_ha() == none.total_ha
    assert [r.land_class for r in none.rows] == [LandClass.UNKNOWN]


def test_a_deduction_that_is_no_share_is_told_and_not_taken() -> None:
    over = survey(square(0, 0, 100), code=["0103"], right=["30"], deduction=[11.72])
    made = table(square(0, 0, 100), over)
    assert made.sum_ha(cropland=True) == made.total_ha and made.gaps


def test_the_standing_of_the_survey_is_a_gap() -> None:
    layer = make_sites([square(0, 0, 100)])
    sites = Sites.of(layer)
    (made,) = classify(sites, control_totals(layer, sites), grid(), standing=[Reason.NOT_IN_FORCE])
    assert Reason.NOT_IN_FORCE.label in made.gaps


def test_villages_come_from_their_layer_where_the_survey_names_none() -> None:
    over = survey(square(0, 0, 1000), code=["0301"], right=["30"])
    villages = make_layer([square(0, 0, 100), square(100, 0, 100)], LayerRole.VILLAGE, id="village")
    layer = make_sites([at(shapely.box(50, 0, 250, 100))], declared_ha=[2.0])
    sites = Sites.of(layer)
    (made,) = classify(sites, control_totals(layer, sites), over, villages=villages)
    assert {r.village: str(r.ha) for r in made.rows} == {
        "name of F1": "0.5000", "name of F2": "1.0000", "": "0.5000",
    }  # fmt: skip


def test_parcels_that_overlap_count_no_ground_twice_in_any_order() -> None:
    two = [square(0, 0, 100), square(50, 0, 100)]
    over = make_layer(two, LayerRole.LAND_SURVEY, columns={"code": ["0101", "0301"], "right": ["30", "30"]})
    turned = make_layer(
        two[::-1], LayerRole.LAND_SURVEY, ids=["F2", "F1"], columns={"code": ["0301", "0101"], "right": ["30", "30"]}
    )  # fmt: skip
    site = at(shapely.box(0, 0, 150, 100))
    first, second = table(site, over, declared_ha=[1.5]), table(site, turned, declared_ha=[1.5])
    assert {r.code: str(r.ha) for r in first.rows} == {"0101": "1.0000", "0301": "0.5000"}
    assert first.rows == second.rows


def test_a_refused_area_is_not_what_the_parts_add_up_to() -> None:
    made = table(square(0, 0, 100), grid(), declared_ha=[1.5])
    assert made.sum_ha() == made.total_ha
    assert made.total_ha < Decimal("1.01"), "as measured, not as declared"


corner = st.integers(-3_000, 10_000).map(lambda v: v / 10)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(corner, corner, st.integers(1, 4_000)), min_size=25, max_size=25), st.integers(-40, 40)
)
def test_a_thousand_random_sites_add_up_at_the_last_digit(
    places: list[tuple[float, float, int]], off: int
) -> None:
    shapes = [
        at(shapely.Polygon([(x, y), (x + side / 10, y + 1.3), (x + side / 11, y + side / 9), (x - 0.7, y + side / 12)]))
        for x, y, side in places
    ]  # fmt: skip
    shapes = [s for s in shapes if s.is_valid and s.area > 0.01]
    # declared a little off the corners, so that the parts have to be apportioned
    declared = [round(s.area / 1e4 * (1 + off * 1e-6), 4) for s in shapes]
    layer = make_sites(shapes, declared_ha=declared)
    sites = Sites.of(layer)
    totals = control_totals(layer, sites)
    for total, said, made in zip(totals, declared, classify(sites, totals, grid()), strict=True):
        if total.basis is AreaBasis.DECLARED:
            assert made.total_ha == Decimal(repr(said)).quantize(Decimal("0.0001"))
        assert sum((r.ha for r in made.rows), Decimal(0)) == made.total_ha
        assert made.total_ha == sum((made.sum_ha(c) for c in LandClass), Decimal(0))
        assert made.total_ha == sum((made.sum_ha(ownership=o) for o in Ownership), Decimal(0))
        assert sum(r.measured_m2 for r in made.rows) == pytest.approx(total.ellipsoidal_m2, abs=1e-3)


def test_farmland_is_told_gross_and_net() -> None:
    parcels = make_layer(
        [square(0, 0, 100), square(100, 0, 100), square(200, 0, 100)],
        LayerRole.PERMANENT_BASIC_FARMLAND,
        columns={
            "area_m2": [1e4, 1e4, 1e4],
            "net_m2": [9e3, np.nan, np.nan],
            "deduction": [np.nan, 0.2, 7.0],
        },
    )
    layer = make_sites([at(shapely.box(0, 0, 300, 50))], declared_ha=[1.5])
    sites = Sites.of(layer)
    (rows,) = farmland_taken(sites, control_totals(layer, sites), parcels)
    assert [str(r.ha) for r in rows] == ["0.5000"] * 3
    assert [r.net_ha for r in rows] == [Decimal("0.4500"), Decimal("0.4000"), None]
    assert [r.deduction for r in rows] == [pytest.approx(0.1), pytest.approx(0.2), None]


def test_forest_gives_stock_and_canopy() -> None:
    stands = make_layer(
        [square(0, 0, 100), square(100, 0, 100)],
        LayerRole.FOREST_QUALITY,
        columns={
            "HUO_LMGQXJ": [80.0, np.nan],
            "YU_BI_DU": [0.7, 7.0],
            "grade": ["2", "3"],
            "DI_LEI": ["乔木林", "灌木林"],
        },
    )
    layer = make_sites([at(shapely.box(0, 0, 200, 50))], declared_ha=[1.0])
    sites = Sites.of(layer)
    (rows,) = forest_taken(sites, control_totals(layer, sites), stands)
    assert [r.stock_m3 for r in rows] == [pytest.approx(40.0), None]
    assert [r.canopy for r in rows] == [0.7, None]
    assert rows[0].land_class == "乔木林"
