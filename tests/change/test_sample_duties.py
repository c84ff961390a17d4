"""The sample county's planted truths: each change of nature lands on its cause, each trend on its patch."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eco_gis.change.function.judge import zones_of
from eco_gis.change.function.measure import measure_function
from eco_gis.change.nature.series import compare_nature_series
from eco_gis.change.nature.steps import Sources
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.project import LoadedProject, load_layers
from eco_gis.layers.raster import raster_cells
from eco_gis.model.change import Level
from eco_gis.model.layer import LayerSpec
from eco_gis.model.nature import NatureCause, NatureSource
from eco_gis.model.role import LayerRole

LAYERS = Path(__file__).parents[2] / "layers"
AS_OF = date(2024, 12, 31)
USED = {
    LayerRole.COUNTY,
    LayerRole.DOCUMENT,
    LayerRole.SURVEY_UPDATE,
    LayerRole.LAND_COVER,
    LayerRole.INDICATOR,
}


@pytest.fixture(scope="module")
def project() -> LoadedProject:
    catalog = load_catalog(LAYERS / "catalog.toml")
    ids = [s.id for s in catalog.layers if s.role in USED]
    return load_layers(
        catalog, only=[*ids, "redline_2024", "redline_2023", "land_survey_2023", "land_survey_2024"]
    )


@pytest.fixture(scope="module")
def truths() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((LAYERS / "truths.json").read_text(encoding="utf-8"))
    return told


def sources(project: LoadedProject, *, surveys: bool) -> Sources:
    layers = [v for v in project.layers.values() if surveys or v.spec.role is LayerRole.DOCUMENT]
    rasters = [s for s in project.catalog.layers if s.role is LayerRole.LAND_COVER and s.raster]
    return Sources(layers, rasters, lambda layer: raster_cells(project.rasters[layer]), beside=LAYERS)


def lines(project: LoadedProject) -> list[Any]:
    return [project.layers[i] for i in ("redline_2023", "redline_2024")]


def test_each_planted_change_inside_the_line_lands_on_its_cause(
    project: LoadedProject, truths: dict[str, Any]
) -> None:
    found = compare_nature_series("redline", lines(project), sources(project, surveys=True), AS_OF)
    (year,) = found.comparisons
    assert (year.period, year.source) == ("2023-2024", NatureSource.UPDATE)
    expected: Counter[tuple[str, str, str]] = Counter()
    for told in truths["survey_changes"]:
        if told["before"] == told["after"] or "redline_2024" not in told["touches"]:
            continue
        covered = told["covered_planar_m2"] if told["documents"] else told["planar_m2"]
        expected[told["cause"], told["before"], told["after"]] += covered
        if told["cause"] == "approved_building" and covered < 0.99 * told["planar_m2"]:
            expected["unapproved_building", told["before"], told["after"]] += told["planar_m2"] - covered
    planar: Counter[tuple[str, str, str]] = Counter()
    for piece in year.pieces:
        planar[piece.cause.value, piece.before.code, piece.after.code] += piece.planar_m2
    assert set(planar) == set(expected)
    for key, m2 in expected.items():
        assert planar[key] == pytest.approx(m2, abs=1.0), key
    # the survey of 2024 and the update process tell the same, so that nothing is said against either
    assert not any(
        "different quantities" in r.en or "does not list" in r.en for r in (*year.reasons, *year.remarks)
    )


def test_two_land_covers_on_shifted_grids_show_what_can_be_seen_from_above(
    project: LoadedProject, truths: dict[str, Any]
) -> None:
    found = compare_nature_series("redline", lines(project), sources(project, surveys=False), AS_OF)
    (year,) = found.comparisons
    assert year.source is NatureSource.RASTERS
    inside = {t["id"] for t in truths["survey_changes"] if "redline_2024" in t["touches"]}
    group = {10: "farmland", 20: "natural", 30: "natural", 40: "natural", 80: "built"}
    seen: Counter[tuple[str, str]] = Counter()
    for told in truths["cover_changes"]:
        pair = group[told["before"]], group[told["after"]]
        if told["id"] in inside and pair[0] != pair[1]:
            seen[pair] += told["m2"]
    measured: Counter[tuple[str, str]] = Counter()
    for piece in year.pieces:
        assert piece.before.group is not None and piece.after.group is not None
        measured[piece.before.group.value, piece.after.group.value] += piece.planar_m2
    assert set(measured) == set(seen)
    for pair, m2 in seen.items():
        # cells on the border of a change may reach over the line
        assert measured[pair] == pytest.approx(m2, rel=0.02), pair
    causes = {p.cause for p in year.pieces}
    assert {
        NatureCause.APPROVED_BUILDING,
        NatureCause.UNAPPROVED_BUILDING,
        NatureCause.HISTORIC_LEGACY,
    } <= causes


def test_two_patches_have_a_trend_and_the_dry_year_fools_nobody(
    project: LoadedProject, truths: dict[str, Any]
) -> None:
    line = project.layers["redline_2024"]
    told = {t["feature"]: t for t in truths["function"]}
    all_zones = zones_of(line, None, project.layers["county"].footprint, ring_m=2_000)
    zones = [z for z in all_zones if z.level is Level.COUNTY or z.key in told]
    rasters: list[tuple[int, LayerSpec]] = [
        (int(s.version), s) for s in project.catalog.of_role(LayerRole.INDICATOR) if s.series == "ndvi"
    ]
    found = measure_function(line, zones, rasters, lambda i: raster_cells(project.rasters[i]), ring_m=2_000)
    answers = {row.key: row.answer.value for row in found.rows if row.level is Level.FEATURE}
    assert answers == {feature: t["trend"] for feature, t in told.items()}
    for row in found.rows[1:]:
        means = {str(y.year): y.mean for y in row.inside}
        assert means == pytest.approx(told[row.key]["mean"], abs=2e-6)
