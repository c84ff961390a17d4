"""The two batches of the sample county: every planted truth is found, and a second run changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eco_gis.errors import UsageError
from eco_gis.model.patches import LikelyReason, Patch, Standing
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer
from eco_gis.outputs.facts import run_facts, write_facts
from eco_gis.outputs.patches.ledger import LEDGER, Ledger
from eco_gis.pipeline.patch_rasters import RasterQuestion
from eco_gis.pipeline.patches import enter, patches
from tests.patches.test_ledger import DONE

LAYERS = Path(__file__).parents[2] / "layers"
AS_OF, AT = date(2024, 12, 31), "2025-01-02T08:00:00"
M2 = 0.02
"""Truths are told to the thousandth of a square metre, from shapes before they were rounded to the file."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("county") / "layers"
    shutil.copytree(LAYERS, copy, ignore=shutil.ignore_patterns(f"{LEDGER}*"))
    return copy


@pytest.fixture(scope="module")
def result(folder: Path) -> RunResult:
    return patches(folder / "catalog.toml", as_of=AS_OF, at=AT)


@pytest.fixture(scope="module")
def truths() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((LAYERS / "truths.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def both(result: RunResult, truths: dict[str, Any]) -> list[tuple[Patch, Mapping[str, Any]]]:
    assert result.patches is not None
    planted = {p["id"]: p for p in truths["patches"]}
    assert {p.id for p in result.patches.patches} == set(planted)
    return [(p, planted[p.id]) for p in result.patches.patches]


def planar(patch: Patch, area_m2: float) -> float:
    """An ellipsoidal area of a patch as the plane of the truths has it."""
    return area_m2 * patch.planar_m2 / patch.area_m2


def test_two_batches_of_forty(result: RunResult) -> None:
    assert result.patches is not None
    assert {label: tally.received for label, tally in result.patches.tallies.items()} == {
        "2024Q3": 40,
        "2024Q4": 40,
    }


def test_documents_explain_what_was_planted(both: list[tuple[Patch, Mapping[str, Any]]]) -> None:
    for patch, truth in both:
        valid = [d.id for d in patch.documents if d.standing is Standing.VALID]
        refused = {d.id: d.standing.value for d in patch.documents if d.standing is not Standing.VALID}
        assert sorted(valid) == sorted(truth["documents"]), patch.id
        assert refused == truth["not_valid"], patch.id
        assert planar(patch, patch.explained_m2) == pytest.approx(truth["explained_planar_m2"], abs=M2), (
            patch.id
        )
        assert planar(patch, patch.unexplained_m2) == pytest.approx(truth["unexplained_planar_m2"], abs=M2), (
            patch.id
        )


def test_lines_places_and_earlier_batches_are_those_planted(
    both: list[tuple[Patch, Mapping[str, Any]]],
) -> None:
    for patch, truth in both:
        lines = {a.layer_id: planar(patch, a.area_m2) for a in patch.lines if a.answer is Answer.CONCERNED}
        touched = {k: v for k, v in truth["touches"].items() if k != "core_zone" and v > 0.01}
        for layer, area in touched.items():
            assert lines.get(layer, 0.0) == pytest.approx(area, abs=M2), (patch.id, layer)
        core = sum(
            m2 for a in patch.lines if a.role is LayerRole.NATURE_RESERVE for z, m2 in a.zones if "核心" in z
        )
        assert planar(patch, core) == pytest.approx(truth["touches"].get("core_zone", 0.0), abs=M2)
        assert set(patch.townships) == set(truth["townships"])
        repeats = {s.id: planar(patch, s.overlap_m2) for s in patch.earlier}
        assert repeats == pytest.approx(truth["repeats"], abs=M2)


def test_land_before_and_after_is_that_planted(both: list[tuple[Patch, Mapping[str, Any]]]) -> None:
    for patch, truth in both:
        for side, areas in (("before", patch.land.before), ("after", patch.land.after)):
            found = {a.code: planar(patch, a.area_m2) for a in areas if a.code and a.area_m2 > 0.01}
            assert found == pytest.approx(truth[side], abs=M2), (patch.id, side)
        if patch.land.flows:
            assert sum(f.area_m2 for f in patch.land.flows) == pytest.approx(patch.area_m2, rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        ("full", {LikelyReason.COVERED}),
        ("two_overlap", {LikelyReason.COVERED}),
        ("same_document", {LikelyReason.COVERED}),
        ("last_day", {LikelyReason.COVERED}),
        ("two_part", {LikelyReason.PARTLY_COVERED}),
        ("half", {LikelyReason.PARTLY_COVERED}),
        ("half_expired", {LikelyReason.PARTLY_COVERED}),
        ("expired", {LikelyReason.EXPIRED}),
        ("repeat_last_day", {LikelyReason.EXPIRED}),
        ("later", {LikelyReason.UNEXPLAINED}),
        ("beside", {LikelyReason.UNEXPLAINED}),
        ("hole", {LikelyReason.UNEXPLAINED}),
        ("core", {LikelyReason.UNEXPLAINED}),
        ("redline_none", {LikelyReason.UNEXPLAINED}),
        ("survey_error", {LikelyReason.SURVEY_ERROR}),
        ("county_edge", {LikelyReason.NO_DATA}),
    ],
)
def test_each_kind_gets_its_reason(
    both: list[tuple[Patch, Mapping[str, Any]]], kind: str, reasons: set[LikelyReason]
) -> None:
    found = {patch.suggestion for patch, truth in both if truth["kind"] == kind}
    assert found == reasons


def test_a_second_run_changes_nothing_and_keeps_what_people_entered(
    result: RunResult, folder: Path, tmp_path: Path
) -> None:
    catalog = folder / "catalog.toml"
    ledger = (folder / LEDGER).read_bytes()
    first = [f.read_bytes() for f in write_facts(run_facts(result), tmp_path)]
    again = patches(catalog, as_of=AS_OF, at="2025-02-01T08:00:00")
    assert [f.read_bytes() for f in write_facts(run_facts(again), tmp_path)] == first
    assert (folder / LEDGER).read_bytes() == ledger
    enter(catalog, "TB2024Q3-005", lambda e: DONE, at="2025-02-02T08:00:00")
    one = patches(catalog, as_of=AS_OF, at="2025-02-03T08:00:00", batch="2024Q3")
    assert one.patches is not None
    assert {p.id: p.entry for p in one.patches.patches if p.entry.by} == {"TB2024Q3-005": DONE}
    assert one.patches.batches == ("2024Q3",)
    assert one.patches.tallies["2024Q4"].received == 40
    with pytest.raises(UsageError, match="2024Q3"):
        patches(catalog, as_of=AS_OF, at=AT, batch="2023Q1")


def test_the_sample_rasters_give_the_changes_planted_in_the_redline(
    folder: Path, truths: dict[str, Any], tmp_path: Path
) -> None:
    copy = tmp_path / "layers"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(f"{LEDGER}*"))
    found = patches(
        copy / "catalog.toml", as_of=AS_OF, at=AT, rasters=RasterQuestion("land_cover", ("2023", "2024"))
    ).patches
    assert found is not None
    planted: dict[str, float] = {}
    kinds = {(20, 80), (30, 80), (40, 80), (20, 10)}
    red = {
        c["id"]
        for c in truths["survey_changes"]
        if c["touches"].get("redline_2024", 0) > 0.9 * c["planar_m2"]
    }
    for change in truths["cover_changes"]:
        if change["id"] in red and (change["before"], change["after"]) in kinds:
            planted[change["id"]] = planted.get(change["id"], 0.0) + change["m2"]
    assert sorted(p.planar_m2 for p in found.patches) == pytest.approx(sorted(planted.values()), abs=M2)
    assert Ledger(copy / LEDGER).read()[0][0].batch == "land_cover-2023-2024"
