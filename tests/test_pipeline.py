"""The whole road on the sample county with one thing broken."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from eco_gis.errors import UsageError
from eco_gis.model.layer import Catalog
from eco_gis.model.result import RunResult
from eco_gis.model.siting import Answer, Reason
from eco_gis.pipeline import compare, run, site
from eco_gis.pipeline.siting import specs_of_files
from eco_gis.text import Text

LAYERS = Path(__file__).parents[1] / "layers"
AS_OF = date(2024, 12, 31)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LAYERS, tmp_path / "县 一")) / "catalog.toml"


def answers(result: RunResult) -> dict[tuple[str, str], Answer]:
    assert result.siting is not None
    return {(s.id, a.layer_id): a.answer for s in result.siting.sites for a in s.answers}


def test_a_missing_file_turns_just_its_layers_into_no_data(county: Path) -> None:
    before = answers(site(county, as_of=AS_OF))
    (county.parent / "redline.gpkg").unlink()
    broken = site(county, as_of=AS_OF)
    after = answers(broken)
    redline = {key for key in before if key[1].startswith("redline")}
    assert {after[key] for key in redline} == {Answer.NO_DATA}
    assert {k: v for k, v in after.items() if k not in redline} == {
        k: v for k, v in before.items() if k not in redline
    }
    assert broken.siting is not None
    assert all(
        a.reasons == (Reason.UNREADABLE,)
        for s in broken.siting.sites
        for a in s.answers
        if a.layer_id.startswith("redline")
    )
    assert [f.spec.id for f in broken.faults] == ["redline_2022", "redline_2023", "redline_2024"]


def test_before_any_version_is_in_force_nothing_is_called_clear(county: Path) -> None:
    given = answers(site(county, as_of=date(2019, 1, 1)))
    assert Answer.NOT_CONCERNED not in {v for (_, layer), v in given.items() if layer.startswith("redline")}


def test_versions_are_named_when_one_is_asked_for_that_is_not_there(county: Path) -> None:
    with pytest.raises(UsageError, match="2022, 2023, 2024"):
        compare(county, as_of=AS_OF, from_version="1999", to_version="2024")


def test_a_future_version_is_not_compared(county: Path) -> None:
    result = compare(county, as_of=date(2023, 12, 31))
    assert {c.new_version for r in result.changes for c in r.comparisons} == {"2023"}


def test_two_files_that_number_their_sites_alike_are_told_apart(county: Path, tmp_path: Path) -> None:
    files = []
    for name in ("甲", "乙"):
        files.append(tmp_path / f"{name}.geojson")
        box = shapely.box(120.3, 29.2, 120.301, 29.201)
        gpd.GeoDataFrame({"id": ["1"]}, geometry=[box], crs=4326).to_file(files[-1])
    result = site(county, files, as_of=AS_OF)
    assert result.siting is not None
    assert [s.id for s in result.siting.sites] == ["甲:1", "乙:1"]


def test_site_files_of_one_name_get_ids_of_their_own(county: Path, tmp_path: Path) -> None:
    box = shapely.box(120.3, 29.2, 120.301, 29.201)
    files = [tmp_path / name / "redline_2024.geojson" for name in ("甲", "乙")]
    for file in files:
        file.parent.mkdir()
        gpd.GeoDataFrame({"id": [file.parent.name]}, geometry=[box], crs=4326).to_file(file)
    result = site(county, files, as_of=AS_OF)
    assert {"redline_2024", "redline_2024-2", "redline_2024-3"} <= set(result.layers)
    assert result.siting is not None and [s.id for s in result.siting.sites] == ["甲", "乙"]


def test_a_run_that_asked_nothing_is_not_clear(county: Path) -> None:
    result = replace(site(county, as_of=AS_OF), problems=(), faults=())
    assert result.siting is not None
    clear = [
        replace(s, answers=tuple(a for a in s.answers if a.answer is Answer.NOT_CONCERNED))
        for s in result.siting.sites
    ]
    assert replace(result, siting=replace(result.siting, sites=tuple(clear))).is_clear
    assert not replace(result, siting=None).is_clear
    assert not replace(result, siting=replace(result.siting, sites=())).is_clear


def rewritten(county: Path, *changes: tuple[str, str]) -> Path:
    text = county.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    county.write_text(text, encoding="utf-8")
    return county


def fatal(result: RunResult) -> list[str]:
    return [p.to("en") for p in result.problems if p.fatal and "could not be compared" in p.what.to("en")]


def test_a_series_whose_asked_version_is_missing_is_not_passed_over(county: Path) -> None:
    rewritten(county, ('layer = "redline_2024"', 'layer = "gone"'))
    result = run(county, as_of=AS_OF, from_version="2023", to_version="2024")
    assert [r.series for r in result.changes] == ["nature_reserve"]
    (line,) = fatal(result)
    assert line.startswith("redline: could not be compared")
    assert "'2024'" in line
    assert not result.is_clear
    with pytest.raises(UsageError, match=r"redline: .*could not be compared"):
        compare(county, as_of=AS_OF, from_version="2023", to_version="2024")


def test_a_version_twice_is_told_and_the_other_series_goes_on(county: Path) -> None:
    rewritten(
        county, ('version = "2024"\nvalid_from = 2024-01-01', 'version = "2023"\nvalid_from = 2024-01-01')
    )
    result = run(county, as_of=AS_OF)
    assert [r.series for r in result.changes] == ["redline"]
    (line,) = fatal(result)
    assert "has a version twice: nature_reserve_2023 (2023), nature_reserve_2024 (2023)" in line
    with pytest.raises(UsageError, match="has a version twice"):
        compare(county, as_of=AS_OF)


def test_a_series_without_the_versions_asked_for_is_named(county: Path) -> None:
    result = compare(county, as_of=AS_OF, from_version="2022", to_version="2024")
    assert [r.series for r in result.changes] == ["redline"]
    (remark,) = [p for p in result.problems if p.where == "nature_reserve"]
    assert "has no version 2022" in remark.what.to("en")
    assert not remark.fatal


def test_the_townships_in_force_name_the_places(county: Path) -> None:
    text = county.read_text(encoding="utf-8")
    start = text.index('[[layer]]\nid = "township"')
    entry = text[start : text.index("[[layer]]", start + 1)]
    old = entry.replace('id = "township"', 'id = "township_old"').replace('name = "XZQMC"', 'name = "XZQDM"')
    old = old.replace("valid_from = 2022-01-01", "valid_from = 2001-01-01").replace('"2022"', '"2001"')
    old = old.replace("valid_until = 2023-12-31", "valid_until = 2021-12-31")
    before = site(county, as_of=AS_OF).siting
    county.write_text(text[:start] + old + text[start:], encoding="utf-8")
    after = site(county, as_of=AS_OF).siting
    assert before is not None and after is not None
    assert [s.townships for s in after.sites] == [s.townships for s in before.sites]
    assert any(s.townships for s in after.sites)


def test_a_crs_given_by_hand_is_that_of_the_files_or_is_refused(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.toml", Text("县"), ())
    plot = tmp_path / "a.geojson"
    gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326").to_file(plot)
    (spec,) = specs_of_files([plot], catalog, "EPSG:4549")
    assert spec.crs == "EPSG:4549"
    with pytest.raises(UsageError, match="EPSG:0"):
        specs_of_files([plot], catalog, "EPSG:0")
