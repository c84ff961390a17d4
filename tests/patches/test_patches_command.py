"""eco-gis patches as a planner types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from eco_gis.cli import app
from eco_gis.errors import UsageError
from eco_gis.model.patches import PatchState
from eco_gis.outputs.patches.ledger import LEDGER, Ledger
from tests.builders import COUNTY, square
from tests.patches.test_ledger_workbook import columns

CATALOG = """
[project]
name = "测试县"
[[layer]]
id = "county"
role = "county"
file = "county.gpkg"
[[layer]]
id = "batch"
role = "document"
document = "conversion_batch"
file = "batch.gpkg"
coverage = "layer:county"
fields = { document = "PZWH", date = "PZRQ" }
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """我的 县 with a county, one document and a file of two patches."""
    folder = tmp_path / "我的 县"
    (folder / "layers").mkdir(parents=True)
    frame = gpd.GeoDataFrame(geometry=[COUNTY], crs="EPSG:4549")
    frame.to_file(folder / "layers" / "county.gpkg")
    papers = {"PZWH": ["浙土字〔2023〕1号"], "PZRQ": ["2023-05-01"]}
    gpd.GeoDataFrame(papers, geometry=[square(0, 0, 100)], crs="EPSG:4549").to_file(
        folder / "layers" / "batch.gpkg"
    )
    patches = {"JCBH": ["T1", "T2"], "HSX": ["2024-06-01", "2024-06-02"]}
    shapes = [square(0, 0, 100), square(500, 0, 100)]
    gpd.GeoDataFrame(patches, geometry=shapes, crs="EPSG:4549").to_file(folder / "6月图斑.gpkg")
    (folder / "layers" / "catalog.toml").write_text(CATALOG, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def ask(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["patches", *arguments])


def test_a_batch_is_explained_judged_and_closed(home: Path) -> None:
    run = ask("6月图斑.gpkg", "--batch", "2024-06", "--as-of", "2024-12-31", "--json", "--quiet")
    assert run.exit_code == 1, run.exception
    facts = {f["id"]: f["value"] for f in json.loads(run.stdout)}
    assert facts["patches/2024-06/T1/suggestion"] == "covered"
    assert facts["patches/2024-06/T2/suggestion"] == "unexplained"
    assert facts["patches/2024-06/T2/line/role:redline/answer"] == "no_data"
    workbook = home / "outputs" / "20241231-patches" / "台账.xlsx"
    book = load_workbook(workbook)
    places = columns(book.worksheets[0])
    for key, value in {"state": "已核", "judgement": "属实有手续", "by": "张三", "on": "2024-07-01"}.items():
        book.worksheets[0].cell(3, places[key]).value = value
    book.save(workbook)
    assert ask("--judge", str(workbook), "--quiet").exit_code == 0
    done = ask(
        "--set", "T2", "--state", "销号", "--judgement", "不属实", "--by", "李四", "--on", "2024-07-02"
    )
    assert done.exit_code == 0, done.exception
    assert ask("--set", "T1", "--state", "销号", "--quiet").exit_code == 0
    rows, history, _ = Ledger(home / "layers" / LEDGER).read()
    assert [(r.entry.state, r.entry.by) for r in rows] == [
        (PatchState.CLOSED, "张三"),
        (PatchState.CLOSED, "李四"),
    ]
    assert [h.by for h in history if h.by != "eco_gis"] == ["张三", "李四", "张三"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("6月图斑.gpkg", "--judge", "台账.xlsx"), "一次只用其一"),
        (("--state", "已核"), "与 --set 同用"),
        (("--set", "T1"), "没有要录入"),
        (("--set", "T1", "--note", "x"), "尚无台账"),
        ((), "change_patch"),
        (("--rasters", "land_cover"), "land_cover"),
    ],
)
def test_mistakes_are_told_in_words(home: Path, arguments: tuple[str, ...], says: str) -> None:
    run = ask(*arguments, "--quiet")
    assert isinstance(run.exception, UsageError)
    assert says in str(run.exception)
