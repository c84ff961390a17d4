"""Each item of the gate: from the sound county by the smallest damage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from shapely.affinity import translate

from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.gate.inspect import Gate, LayerRow, inspect_layers
from eco_gis.layers.gate.shapes import SpotKind
from eco_gis.layers.gate.values import coordinate_step
from eco_gis.layers.project import load_layers
from eco_gis.model.role import LayerRole
from tests.layers.county import Layers, cell, geod_m2, look, said, sound_county


def row(gate: Gate, layer: str) -> LayerRow:
    return next(r for r in gate.rows if r.spec.id == layer)


def put(layers: Layers, name: str, at: int, shape: shapely.Geometry) -> None:
    shapes = layers[name].geometry.to_numpy().copy()
    shapes[at] = shape
    layers[name] = layers[name].set_geometry(list(shapes), crs=layers[name].crs)


def test_a_sound_county_passes_without_a_word(folder: Path) -> None:
    gate = look(folder)
    assert gate.problems == () and gate.spots == () and gate.clean
    survey = row(gate, "survey")
    assert (survey.features, survey.gap_m2, survey.outside_m2, survey.hole_m2) == (4, 0.0, 0.0, 0.0)
    assert survey.declared_wrong == 0 and survey.encoding == "UTF-8" and survey.crs.startswith("EPSG:4549")
    assert row(gate, "red24").earlier == 10 and row(gate, "red23").earlier is None
    assert gate.places.shape == (0, 2)


@pytest.mark.parametrize("layer", ["township", "unit", "survey"])
def test_an_overlap_in_a_layer_that_tiles_is_fatal_and_located(folder: Path, layer: str) -> None:
    gate = look(folder, lambda c: put(c, layer, 0, cell(0, 0, 5000.004, 5000)))
    assert not gate.clean
    assert "its features overlap one another by 20.0" in said(gate, layer, fatal=True)
    (spot,) = [s for s in gate.spots if s.kind is SpotKind.OVERLAP]
    assert spot.layer == layer and spot.fatal and len(spot.features) == 2
    assert spot.area_m2 == pytest.approx(20.0, abs=0.01)
    assert row(gate, layer).overlap_m2 == pytest.approx(20.0, abs=0.01)
    assert spot.shape.centroid.x == pytest.approx(545_000.002, abs=1e-4)


def test_an_overlap_in_a_redline_is_a_remark_because_the_footprint_counts_it_once(folder: Path) -> None:
    one = sound_county()["red24"].geometry[1]
    other = translate(one, 0, 150)
    gate = look(folder, lambda c: put(c, "red24", 0, other))
    (spot,) = [s for s in gate.spots if s.kind is SpotKind.OVERLAP]
    assert spot.features == ("H0", "H1") and spot.area_m2 == pytest.approx(
        one.intersection(other).area, rel=1e-4
    )
    assert f"overlap one another by {spot.area_m2:,.2f}" in said(gate, "red24", fatal=False)
    assert gate.clean


def test_an_overlap_below_a_square_metre_is_no_problem(folder: Path) -> None:
    gate = look(folder, lambda c: put(c, "township", 0, cell(0, 0, 5000.00015, 5000)))
    assert gate.problems == () and 0.7 < row(gate, "township").overlap_m2 < 0.8


@pytest.mark.parametrize("layer", ["township", "unit", "survey"])
def test_a_gap_in_a_layer_that_tiles_is_fatal_and_located(folder: Path, layer: str) -> None:
    gate = look(folder, lambda c: put(c, layer, 1, cell(1, 0, 5000, 4999.998)))
    assert "1 gap(s) between its features or to its coverage, 10.0" in said(gate, layer, fatal=True)
    (spot,) = [s for s in gate.spots if s.kind is SpotKind.GAP]
    assert spot.fatal and spot.features == () and spot.area_m2 == pytest.approx(10.0, abs=0.01)
    assert spot.shape.bounds[1] == pytest.approx(3_244_999.998, abs=1e-6)


def test_a_redline_need_not_tile(folder: Path) -> None:
    assert row(look(folder), "red24").gap_m2 is None


def test_without_a_coverage_the_county_is_the_ground_to_tile(folder: Path) -> None:
    def drop(c: Layers) -> None:
        c["unit"] = c["unit"].iloc[:3]

    gate = look(folder, drop, lines={"unit": "coverage = [120.0, 29.0, 120.9, 30.0]"})
    assert row(gate, "unit").gap_m2 is not None and not gate.clean


def test_ground_outside_the_county_is_named(folder: Path) -> None:
    gate = look(folder, lambda c: put(c, "red24", 3, cell(0.3, 1.99, 40.0, 100.0)))
    assert "0.2000 ha lie outside the county: features H3" in said(gate, "red24", fatal=False)
    (spot,) = [s for s in gate.spots if s.kind is SpotKind.OUTSIDE]
    assert spot.features == ("H3",) and spot.area_m2 == pytest.approx(2000, rel=1e-3)


def test_a_layer_wholly_outside_the_county_is_fatal(folder: Path) -> None:
    def away(c: Layers) -> None:
        c["red24"].geometry = c["red24"].geometry.translate(8_100, 0)

    assert "all its features lie outside the county" in said(look(folder, away), "red24", fatal=True)


def test_a_hole_in_the_coverage_is_named_once(folder: Path) -> None:
    def hole(c: Layers) -> None:
        put(c, "county", 0, c["county"].geometry[0].difference(cell(0.1, 0.1, 30, 30)))

    gate = look(folder, hole)
    told = [p for p in gate.problems if "coverage leaves out" in p.what.en]
    assert len(told) == 1 and "1 place(s), 0.0900 ha" in told[0].what.en and not told[0].fatal
    assert row(gate, "unit").hole_m2 == pytest.approx(900, abs=0.2)


def test_a_coverage_smaller_than_the_county_is_named(folder: Path) -> None:
    gate = look(folder, lines={"red24": "coverage = [120.0, 29.0, 120.5, 30.0]"})
    assert "coverage leaves out 1 place(s)" in said(gate, "red24", fatal=False)


def test_a_repeated_id_is_counted(folder: Path) -> None:
    def same(c: Layers) -> None:
        c["red24"].loc[4, "HXBM"] = "H3"

    gate = look(folder, same)
    assert row(gate, "red24").repeated_ids == 1 and "1 id(s) repeat: H3" in said(gate, "red24")


def test_a_repaired_shape_is_a_spot_and_one_over_budget_a_fault(folder: Path) -> None:
    x, y = cell(0.5, 1.3).bounds[:2]
    bow = shapely.Polygon([(x, y), (x + 0.5, y + 0.5), (x + 0.5, y), (x, y + 0.5)])
    gate = look(folder, lambda c: put(c, "red24", 0, bow))
    (spot,) = [s for s in gate.spots if s.kind is SpotKind.REPAIR]
    assert spot.features == ("H0",) and shapely.get_coordinates(spot.shape)[0] == pytest.approx(
        [x + 0.25, y + 0.25]
    )
    assert row(gate, "red24").repaired == 1

    large = shapely.Polygon([(x, y), (x + 9, y + 9), (x + 9, y), (x, y + 9)])
    gate = look(folder, lambda c: put(c, "red24", 0, large))
    assert not row(gate, "red24").usable and not gate.clean


def test_a_lost_record_is_fatal(folder: Path) -> None:
    gate = look(folder, lambda c: put(c, "red24", 0, None))
    assert row(gate, "red24").lost == 1 and "1 record(s) without a usable shape" in said(
        gate, "red24", fatal=True
    )


@pytest.mark.parametrize(("kept", "named"), [(9, True), (10, False)])
def test_a_drop_of_a_tenth_is_named(folder: Path, kept: int, named: bool) -> None:
    def drop(c: Layers) -> None:
        c["red24"] = c["red24"].iloc[:kept]

    gate = look(folder, drop)
    assert ("10 features in red23 and 9 here: 10.0% fewer" in said(gate, "red24")) is named
    assert gate.clean


def test_codes_out_of_their_lists_are_listed(folder: Path) -> None:
    def wrong(c: Layers) -> None:
        c["survey"].loc[2, "DLBM"] = "9999"

    gate = look(folder, wrong)
    assert "1 value(s) of DLBM are not in the list DLBM (list not confirmed): 9999×1" in said(gate, "survey")
    (spot,) = gate.spots
    assert spot.kind is SpotKind.CODE and spot.features == ("3",) and row(gate, "survey").unknown_codes == 1


def test_a_blank_zone_is_named(folder: Path) -> None:
    def blank(c: Layers) -> None:
        c["unit"].loc[1, "GKDYFL"] = " "

    assert "1 feature(s) without a zone: ZH33079920001" in said(look(folder, blank), "unit", fatal=False)


def test_mojibake_is_named_and_fatal_in_the_zone(folder: Path) -> None:
    def garble(c: Layers) -> None:
        c["township"].loc[0, "XZQMC"] = "东阳".encode().decode("gb18030")

    gate = look(folder, garble)
    assert "looks read in the wrong encoding: " in said(gate, "township", fatal=False)

    def zone(c: Layers) -> None:
        c["unit"].loc[0, "GKDYFL"] = "优先保护单元".encode("gbk").decode("latin-1")

    assert "wrong encoding: zone = " in said(look(folder, zone), "unit", fatal=True)


class TestDeclaredAreas:
    def test_one_wrong_declaration_is_told_from_the_right_ones(self, folder: Path) -> None:
        def wrong(c: Layers) -> None:
            c["survey"].loc[1, "TBMJ"] += 50.0

        gate = look(folder, wrong)
        assert (
            "TBMJ of 1 of 4 feature(s) follows no method (ellipsoidal, official, geodesic, planar): 2: declared "
            in said(gate, "survey")
        )
        (spot,) = gate.spots
        assert spot.kind is SpotKind.AREA and spot.features == ("2",)
        assert spot.area_m2 == pytest.approx(50.0, abs=1.0) and row(gate, "survey").declared_wrong == 1
        assert gate.clean

    def test_the_planar_area_is_a_right_declaration(self, folder: Path) -> None:
        def planar(c: Layers) -> None:
            c["survey"]["TBMJ"] = c["survey"].geometry.area.round(2)

        assert look(folder, planar).problems == ()

    def test_the_official_formula_on_long_edges_is_a_right_declaration(self, folder: Path) -> None:
        # the judge: the same trapezoids with the closed form of the strip between two parallels
        square = shapely.box(540_000, 3_240_000, 558_000, 3_258_000)
        a, f = 6378137.0, 1 / 298.257222101
        e2 = f * (2 - f)
        e = np.sqrt(e2)

        def strip(latitude: Any) -> Any:
            s = np.sin(np.radians(latitude))
            return a**2 * (1 - e2) / 2 * (s / (1 - e2 * s**2) + np.arctanh(e * s) / e)

        to = pyproj.Transformer.from_crs(4549, 4490, always_xy=True)
        lon, lat = to.transform(*shapely.get_coordinates(square).T)
        official = round(abs(float((np.radians(lon[:-1] + lon[1:]) / 2 * np.diff(strip(lat))).sum())), 2)

        def declares(m2: float) -> Gate:
            def long_edges(c: Layers) -> None:
                for name in ("county", "township", "unit", "survey"):
                    c[name] = c[name].iloc[:1].set_geometry([square], crs=4549)
                c["survey"]["TBMJ"] = [m2]

            return look(folder, long_edges)

        right = declares(official)
        assert right.problems == () and row(right, "survey").declared_wrong == 0
        away = official - row(right, "survey").area_m2
        tolerance = 0.005 + 0.0005 * square.length
        assert abs(away) > 1.2 * tolerance
        assert row(declares(official + np.sign(away) * 1.1 * tolerance), "survey").declared_wrong == 1

    def test_a_field_in_mu_is_recognised(self, folder: Path) -> None:
        def mu(c: Layers) -> None:
            c["survey"]["TBMJ"] = [round(geod_m2(g) * 3 / 2000, 2) for g in c["survey"].geometry]

        assert "the field looks to be in mu" in said(look(folder, mu), "survey")


def test_dates_that_overlap_are_fatal_and_a_gap_is_a_remark(folder: Path) -> None:
    overlap = look(folder, lines={"red23": "valid_until = 2024-01-01"})
    assert "both are in force from 2024-01-01" in said(overlap, "red23, red24", fatal=True)
    assert row(overlap, "red23").fatal == row(overlap, "red24").fatal == 1
    gap = look(folder, lines={"red23": "valid_until = 2023-12-30"})
    assert "no version is in force between" in said(gap, "red23, red24", fatal=False) and gap.clean


def test_coarse_coordinates_are_named(folder: Path) -> None:
    pond = shapely.Point(542_500.123, 3_246_000.457).buffer(80, quad_segs=40)

    def step(metres: float) -> Gate:
        def rounded(c: Layers) -> None:
            put(c, "red24", 0, shapely.transform(pond, lambda xy: np.round(xy / metres) * metres))
            c["red24"] = c["red24"].iloc[:1]
            c["red24"]["MJ"] = [geod_m2(g) for g in c["red24"].geometry]

        return look(folder, rounded)

    assert "coordinates are rounded to 0.5 m" not in said(step(0.01), "red24")
    coarse = step(0.1)
    assert "coordinates are rounded to 0.1 m" in said(coarse, "red24", fatal=False)
    assert row(coarse, "red24").step_m == 0.1 and row(coarse, "red24").declared_wrong == 0
    assert row(step(1e-5), "red24").step_m == pytest.approx(1e-5)


def test_no_step_is_told_without_enough_coordinates() -> None:
    assert coordinate_step(np.array([shapely.Point(1 / 3, 2 / 3)])) is None
    assert coordinate_step(np.array([], dtype=object)) is None and coordinate_step(None) is None
    random = shapely.points(np.random.RandomState(1).random_sample((99, 2)) * 500_000)
    assert coordinate_step(random) is None


def test_everything_the_gate_found_is_plain_json(folder: Path) -> None:
    gate = look(folder, lambda c: put(c, "township", 0, cell(0, 0, 5000.004, 5000)))
    plain = gate.to_dict()
    assert [r["layer"] for r in plain["layers"]] == list(gate.project.layers)
    (spot,) = plain["spots"]
    assert (spot["layer"], spot["kind"], spot["features"]) == ("township", "overlap", ["a", "b"])
    assert 120.4 < spot["lon"] < 120.5 and 29.2 < spot["lat"] < 29.3
    assert pd.api.types.is_dict_like(plain["problems"][0])


def test_the_sample_county_passes() -> None:
    project = load_layers(load_catalog(Path(__file__).parents[2] / "layers" / "catalog.toml"))
    gate = inspect_layers(project)
    assert gate.clean and all(r.usable for r in gate.rows)
    lists = {r.spec.id for r in gate.rows if r.spec.role is LayerRole.PROJECT_SITE} | {"key_project_list"}
    overlapping = {r.spec.id for r in gate.rows if r.overlap_m2 >= 1e-3}
    assert overlapping <= lists, "projects may lie on one another, lines and parcels may not"
    assert {r.declared_wrong for r in gate.rows} <= {None, 0}
    outside = [s for s in gate.spots if s.kind is SpotKind.OUTSIDE]
    assert [s.features for s in outside] == [("TB2024Q3-039",), ("P32",)], "both are planted"


def test_a_layer_of_which_nothing_meets_its_coverage_is_fatal(folder: Path) -> None:
    gate = look(folder, lines={"red24": "coverage = [119.0, 28.0, 119.1, 28.1]"})
    assert "none of its features meets the coverage" in said(gate, "red24", fatal=True)
