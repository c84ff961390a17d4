"""The sample county's restrictions, batch, neighbours and surveyed plots are what their truths say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from eco_gis.model.restriction import RestrictionKind
from eco_gis.model.site import SiteAttribute
from tests.test_sample import read, table, union


def plot_shape(file: Path) -> tuple[Any, float]:
    """Corners and declared hectares of a surveyed plot, read by hand: X is north."""
    text = file.read_text(encoding="utf-8").split("[地块坐标]\n")[1]
    corners = [(float(e), float(n)) for n, e in re.findall(r"^J\d+,1,([\d.]+),([\d.]+)$", text, re.M)]
    return shapely.Polygon(corners), float(text.split(",")[1])


def test_restrictions_are_of_known_kinds_and_keep_off_the_towns(sample: Path) -> None:
    urban = union(read(sample, "base", "urban_boundary"))
    entries = [e for e in table(sample) if e["file"] == "restrictions.gpkg"]
    assert {e["restriction"] for e in entries} <= set(RestrictionKind)
    assert len(entries) == 10
    for entry in entries:
        frame = read(sample, "restrictions", entry["layer"])
        assert frame.FQ.ne("").all()
        if entry["layer"] != "key_project_list":
            assert union(frame).distance(urban) > 100, entry["layer"]


def test_every_restriction_is_met_by_a_project(truths: dict[str, Any], sample: Path) -> None:
    met = {
        layer
        for answers in truths["sites"].values()
        for layer, answer in answers.items()
        if answer == "concerned"
    }
    assert {e["id"] for e in table(sample) if e["file"] == "restrictions.gpkg"} <= met


def test_sites_say_what_rules_ask_for(sample: Path) -> None:
    entry = next(e for e in table(sample) if e["id"] == "site_area")
    asked = set(SiteAttribute) - {"eia_age_years", "earthwork_m3"}
    assert asked <= set(entry["fields"])
    sites = read(sample, "sites", "site_area")
    assert set(sites.XZJSYD) == {"是", "否", ""}
    assert {"0", "5", "6", ""} <= set(sites.YXHD)
    assert {"0", "3", "5"} <= set(sites.GJZD)


def test_batch_plots_declare_their_surveyed_area(sample: Path, truths: dict[str, Any]) -> None:
    batch = read(sample, "sites", "site_batch").set_index("XMDM")
    plots = truths["batch"]["plots"]
    assert list(batch.index) == list(plots) == [f"B{n:02d}" for n in range(1, 13)]
    assert set(batch.PCMC) == {truths["batch"]["name"]}
    off = {}
    for site, shape in batch.geometry.items():
        corners = shapely.get_coordinates(shape)[:-1]
        span = np.roll(corners, -1, axis=0) - np.roll(corners, 1, axis=0)
        tolerance = 2 * 0.05 * np.sqrt((span**2).sum() / 8)
        gap = batch.KJMJ[site] - plots[site]["ellipsoidal_m2"]
        assert abs(gap) < tolerance
        assert plots[site]["basis"] == "declared"
        if abs(gap) > 0.1:
            off[site] = gap
    assert off == {"B08": pytest.approx(2.5, abs=0.06)}


def test_batch_lies_in_plans_and_approved_ground_as_planted(sample: Path, truths: dict[str, Any]) -> None:
    batch = read(sample, "sites", "site_batch").set_index("XMDM").geometry
    plans = union(read(sample, "documents", "development_plan"))
    shares = {site: round(shape.intersection(plans).area / shape.area, 3) for site, shape in batch.items()}
    assert {k: v for k, v in shares.items() if v} == {
        "B01": 1.0, "B02": 1.0, "B03": 1.0, "B05": 1.0, "B06": 0.6, "B09": 1.0, "B11": 0.35,
    }  # fmt: skip
    for site, plot in truths["batch"]["plots"].items():
        assert plot["in_plan_planar_m2"] == pytest.approx(shares[site] * plot["planar_m2"], rel=2e-3)
    approved = {k: p["approved_by"] for k, p in truths["batch"]["plots"].items() if p["approved_by"]}
    assert sorted(approved) == ["B04", "B10"]
    papers = read(sample, "documents", "conversion_batch").set_index("BH").geometry
    for site, (paper,) in approved.items():
        assert papers[paper].contains(batch[site])


def test_parts_of_each_plot_add_up_to_it(truths: dict[str, Any]) -> None:
    told = [*truths["batch"]["plots"].values(), *truths["plots"].values()]
    for plot in told:
        assert sum(row["planar_m2"] for row in plot["classes"]) == pytest.approx(plot["planar_m2"], abs=0.05)
        assert sum(row["planar_m2"] for row in plot["farmland"]) <= plot["planar_m2"] + 0.01
    assert any(row["code"] == "1203" for plot in told for row in plot["classes"])
    assert truths["batch"]["plots"]["B05"]["farmland"]


def test_neighbours_were_filed_the_year_before(sample: Path, truths: dict[str, Any]) -> None:
    pairs = truths["batch"]["neighbours"]
    assert [(p["site"], p["filed_before"]) for p in pairs] == [("B03", "N01"), ("B07", "N02")]
    batch, earlier = (
        read(sample, "sites", layer).set_index("XMDM").geometry for layer in ("site_batch", "site_2023")
    )
    for pair in pairs:
        assert batch[pair["site"]].distance(earlier[pair["filed_before"]]) == pytest.approx(
            pair["gap_m"], abs=2e-3
        )
        assert 20 < pair["gap_m"] < 80


def test_surveyed_plots_are_what_they_say(sample: Path, truths: dict[str, Any]) -> None:
    answers = truths["plot_answers"]
    assert set(answers["plot_clear"].values()) == {"not_concerned"}
    hit = {layer for layer, answer in answers["plot_farmland_redline"].items() if answer == "concerned"}
    assert {"permanent_basic_farmland", "redline_2024", "urban_boundary"} <= hit
    for name, told in truths["plots"].items():
        shape, hectares = plot_shape(sample / name)
        assert shape.area == pytest.approx(told["planar_m2"], abs=2e-3)
        assert hectares == told["declared_ha"]
        off = hectares * 1e4 / shape.area - 1
        assert off == pytest.approx(0.03 if name == "plot_area_off.txt" else 0.0, abs=1e-4)
        assert told["basis"] == ("refused" if name == "plot_area_off.txt" else "declared")
