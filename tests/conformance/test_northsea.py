"""Wind farms as project sites, marine protected areas as redline: a well-known real conflict."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eco_gis.model.result import RunResult
from eco_gis.model.siting import Answer, Reason
from eco_gis.pipeline import site

AS_OF = date(2024, 1, 1)
FARMS = "EMODnet_HA_Energy_WindFarms_pg_20230605.shp"


def answers(folder: Path, data: Path, coverage: str) -> RunResult:
    north = (data / "northsea").resolve().as_posix()
    (folder / "catalog.toml").write_text(
        f"""
[project]
name = "北海"
rule_packs = ["evidence"]

[[layer]]
id = "mpa"
role = "redline"
file = "{north}/MPA_NorthSea_Shapes.shp"
{coverage}

[[layer]]
id = "farms"
role = "project_site"
file = "{north}/{FARMS}"
fields = {{ name = "NAME", category = "STATUS" }}
""",
        encoding="utf-8",
    )
    return site(folder / "catalog.toml", as_of=AS_OF)


def redline_answers(result: RunResult) -> list[tuple[str, object]]:
    assert result.siting is not None
    return [(s.name, a) for s in result.siting.sites for a in s.answers if a.layer_id == "mpa"]


def test_exactly_two_hits_and_their_areas(tmp_path: Path, shared_data: Path) -> None:
    result = answers(tmp_path, shared_data, "coverage = [3.0, 53.0, 9.5, 56.0]")
    assert result.siting is not None
    assert len(result.siting.sites) == 531
    found = redline_answers(result)
    hits = {name: a for name, a in found if a.answer is Answer.CONCERNED}
    assert set(hits) == {"Butendiek", "EN4"}
    assert hits["Butendiek"].area_m2 / 1e4 == pytest.approx(3143.72, abs=0.05)
    assert hits["EN4"].area_m2 == pytest.approx(28, abs=0.5)
    clear = [a for _, a in found if a.answer is Answer.NOT_CONCERNED]
    unknown = [a for _, a in found if a.answer is Answer.NO_DATA]
    assert clear
    assert unknown
    assert all(Reason.OUTSIDE_COVERAGE in a.reasons for a in unknown)
    assert "UTM zone" in result.plane.name


def test_without_declared_coverage_everything_else_is_no_data(tmp_path: Path, shared_data: Path) -> None:
    found = redline_answers(answers(tmp_path, shared_data, ""))
    assert {name for name, a in found if a.answer is Answer.CONCERNED} == {"Butendiek", "EN4"}
    rest = [a for name, a in found if name not in ("Butendiek", "EN4")]
    assert {a.answer for a in rest} == {Answer.NO_DATA}
    assert all(Reason.COVERAGE_UNDECLARED in a.reasons for a in rest)
