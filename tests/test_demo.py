"""`eco-gis demo` as a newcomer runs it, and what it leaves behind, read as its readers would."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from eco_gis.outputs.facts import run_facts, write_facts
from eco_gis.outputs.manifest import verify_run
from eco_gis.pipeline import run
from tests.test_cli import eco_gis

FILES = (
    "map.html",
    "report.docx",
    "sheets.docx",
    "sheets.html",
    "tables.xlsx",
    "result.gpkg",
    "facts.json",
    "facts.parquet",
    "manifest.json",
)
LAYERS = Path(__file__).parents[1] / "layers"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one demo run, made in a folder with Chinese letters and a blank."""
    home = tmp_path_factory.mktemp("演示 demo")
    done = eco_gis("demo", "--out", home / "成果", cwd=home)
    assert done.returncode == 0, done.stderr
    return home / "成果" / (home / "成果" / "latest").read_text(encoding="utf-8").strip()


def test_everything_is_there_and_the_manifest_holds(demo: Path) -> None:
    assert sorted(p.name for p in demo.iterdir()) == sorted(FILES)
    assert verify_run(demo) == []
    manifest = json.loads((demo / "manifest.json").read_text(encoding="utf-8"))
    assert "2024-12-31" in json.dumps(manifest)
    assert str(Path.home()) not in (demo / "manifest.json").read_text(encoding="utf-8")


def test_a_changed_file_is_noticed(demo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in demo.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / "facts.json").write_bytes((demo / "facts.json").read_bytes() + b" ")
    assert [p for p in verify_run(copy) if "facts.json" in str(p)]


def test_the_map_loads_nothing_from_outside(demo: Path) -> None:
    page = (demo / "map.html").read_text(encoding="utf-8")
    assert not re.search(r"<(?:script|link|img|iframe)[^>]*\s(?:src|href)=", page)
    assert "不作为审批依据" in page
    assert "虚构示例" in page


def test_facts_are_a_list_of_objects_with_the_promised_keys(demo: Path) -> None:
    facts = json.loads((demo / "facts.json").read_text(encoding="utf-8"))
    keys = {*("id", "quantity", "value", "unit", "shown", "method", "layer", "feature", "township", "year")}
    assert len(facts) > 1000
    assert all(keys <= set(fact) for fact in facts)
    assert len({fact["id"] for fact in facts}) == len(facts)


def test_the_report_and_the_workbook_say_what_they_are(demo: Path) -> None:
    with zipfile.ZipFile(demo / "report.docx") as report:
        words = re.sub("<[^>]+>", "", report.read("word/document.xml").decode("utf-8"))
    assert "虚构示例" in words
    assert "椭球面积" in words
    assert "与批复成果不符、待核" in words
    with zipfile.ZipFile(demo / "tables.xlsx") as book:
        assert any(name.startswith("xl/worksheets/sheet") for name in book.namelist())


def test_the_geopackage_carries_its_style(demo: Path) -> None:
    with sqlite3.connect(demo / "result.gpkg") as database:
        styled = {row[0] for row in database.execute("select f_table_name from layer_styles")}
        tables = {row[0] for row in database.execute("select table_name from gpkg_contents")}
    assert {"sites", "conflicts"} <= styled <= tables


def test_the_same_inputs_give_the_same_bytes_of_facts(demo: Path, tmp_path: Path) -> None:
    again = run(LAYERS / "catalog.toml", as_of=date(2024, 12, 31))
    write_facts(run_facts(again), tmp_path)
    for name in ("facts.json", "facts.parquet"):
        assert (tmp_path / name).read_bytes() == (demo / name).read_bytes()


def test_importing_the_command_line_is_light() -> None:
    code = "import sys, eco_gis.cli; print(' '.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"geopandas", "matplotlib", "folium", "docx"} & set(loaded)
