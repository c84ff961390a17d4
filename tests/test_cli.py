"""The command line as a user meets it: exit codes, messages, files; run in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

ROOT = Path(__file__).parents[1]
COUNTY = shapely.box(540_000, 3_240_000, 550_000, 3_250_000)


def eco_gis(*args: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "eco_gis", *map(str, args)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=cwd, env=environment, check=False
    )


def write(path: Path, *shapes: shapely.Geometry, **columns: list[str]) -> Path:
    gpd.GeoDataFrame(columns or None, geometry=list(shapes), crs="EPSG:4549").to_file(path)
    return path


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A project folder 我的 县 with a county, the five required layers and two redline years."""
    folder = tmp_path / "我的 县"
    (folder / "layers").mkdir(parents=True)
    far = shapely.box(541_000, 3_241_000, 542_000, 3_242_000)
    write(folder / "layers" / "county.gpkg", COUNTY)
    write(folder / "layers" / "town.gpkg", COUNTY, name=["全镇"])
    write(folder / "layers" / "far.gpkg", far, zone=["核心保护区"])
    write(folder / "layers" / "smaller.gpkg", shapely.difference(far, shapely.box(541_900, 0, 542_000, 4e6)))
    entry = '[[layer]]\nid = "{}"\nrole = "{}"\nfile = "{}"\ncoverage = "layer:county"\n{}\n'
    (folder / "layers" / "catalog.toml").write_text(
        '[project]\nname = "测试县"\n'
        + '[[layer]]\nid = "county"\nrole = "county"\nfile = "county.gpkg"\n'
        + '[[layer]]\nid = "town"\nrole = "township"\nfile = "town.gpkg"\nfields = { name = "name" }\n'
        + entry.format("crop", "cropland", "far.gpkg", "")
        + entry.format("pbf", "permanent_basic_farmland", "far.gpkg", "")
        + entry.format(
            "r22", "redline", "far.gpkg", "valid_from = 2022-10-01\nvalid_until = 2023-12-31\napproved = true"
        )
        + entry.format("r24", "redline", "smaller.gpkg", "valid_from = 2024-01-01")
        + entry.format("reserve", "nature_reserve", "far.gpkg", 'fields = { zone = "zone" }')
        + entry.format("urban", "urban_boundary", "county.gpkg", ""),
        encoding="utf-8",
    )
    return folder


def test_a_clear_site_ends_with_0_and_its_folder(county: Path) -> None:
    site = write(county / "选址 一.gpkg", shapely.box(545_000, 3_245_000, 545_100, 3_245_100), name=["工厂"])
    done = eco_gis("site", site, "--as-of", "2024-12-31", cwd=county)
    assert done.returncode == 0, done.stderr
    run = county / "outputs" / (county / "outputs" / "latest").read_text(encoding="utf-8").strip()
    assert {p.name for p in run.iterdir()} == {
        *(
            "map.html",
            "report.docx",
            "tables.xlsx",
            "sheets.docx",
            "sheets.html",
            "result.gpkg",
            "facts.json",
            "facts.parquet",
            "manifest.json",
        ),
    }
    assert "不作为审批依据" in done.stderr


def test_a_file_without_a_crs_is_told_its_crs_and_is_a_batch(county: Path) -> None:
    plot = county / "范围.csv"
    rows = ["名称,点号,圈号,X,Y"] + [
        f"地块,J{n},1,{y},{x}"
        for n, (x, y) in enumerate([(545_000, 3_245_000), (545_100, 3_245_000), (545_100, 3_245_100)])
    ]
    plot.write_text("\n".join(rows), encoding="utf-8")
    done = eco_gis("site", plot, "--crs", "EPSG:4549", "--batch", "--sheets", "0", "--json", cwd=county)
    assert done.returncode == 0, done.stderr
    facts = {f["id"]: f for f in json.loads(done.stdout)}
    assert facts["batch/范围/plots"]["value"] == 1
    run = county / "outputs" / (county / "outputs" / "latest").read_text(encoding="utf-8").strip()
    assert not (run / "sheets.docx").exists(), "no sheet was asked for"


def test_a_touched_line_ends_with_1_and_json_goes_to_stdout(county: Path) -> None:
    site = write(county / "site.geojson", shapely.box(541_500, 3_241_500, 541_600, 3_241_600))
    done = eco_gis("site", site, "--as-of", "2024-12-31", "--json", "--quiet", cwd=county)
    assert done.returncode == 1
    assert done.stderr == ""
    facts = {f["id"]: f for f in json.loads(done.stdout)}
    (site_id,) = {f["subject"] for f in facts.values() if f["subject"]}
    assert facts[f"siting/{site_id}/r24/answer"]["value"] == "concerned"
    assert facts[f"siting/{site_id}/reserve/suggestion"]["value"] == "return"


def test_change_says_what_left_and_ends_with_1(county: Path) -> None:
    done = eco_gis(
        "change", "--from", "2022", "--to", "2024", "--as-of", "2024-12-31", "--lang", "en", cwd=county
    )
    assert done.returncode == 1
    assert "to be verified" in done.stderr
    assert "lost 9.999" in done.stderr, "a strip of 100 m × 1,000 m, ellipsoidal"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("site", "没有.shp"), "没有.shp"),
        (("site", "--catalog", "nowhere.toml"), "nowhere.toml"),
        (("change", "--from", "1999", "--to", "2024"), "1999"),
        (("init", "nowhere"), "nowhere"),
        (("site", "--as-of", "yesterday"), "yesterday"),
        (("fly",), "fly"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_clear_message(
    county: Path, args: tuple[str, ...], message: str
) -> None:
    done = eco_gis(*args, cwd=county)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (county / "outputs").exists() or not list((county / "outputs").iterdir())


def test_check_lists_every_problem_and_ends_with_1(county: Path) -> None:
    text = (county / "layers" / "catalog.toml").read_text(encoding="utf-8")
    broken = text.replace("smaller.gpkg", "gone.gpkg").replace('file = "town.gpkg"', 'file = "lost.gpkg"')
    (county / "layers" / "catalog.toml").write_text(broken, encoding="utf-8")
    done = eco_gis("check", "--json", "--quiet", cwd=county)
    assert done.returncode == 1
    fatal = [p for p in json.loads(done.stdout)["problems"] if p["fatal"]]
    assert {"gone.gpkg", "lost.gpkg"} <= {w for p in fatal for w in ("gone.gpkg", "lost.gpkg") if w in str(p)}
    assert {p.name for p in (county / "outputs" / "check").iterdir()} == {"check.html", "check.gpkg"}
    shown = eco_gis("check", "--lang", "en", cwd=county)
    assert shown.returncode == 1 and "Gate of the data" in shown.stderr and not shown.stdout


def test_a_catalog_with_faults_ends_with_2_and_names_them_all(county: Path) -> None:
    catalog = county / "layers" / "catalog.toml"
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(
        text.replace('"cropland"', '"croplnd"').replace('"urban_boundary"', '"urban"'), encoding="utf-8"
    )
    done = eco_gis("check", cwd=county)
    assert done.returncode == 2
    assert "croplnd" in done.stderr
    assert "'urban'" in done.stderr


def test_init_writes_a_catalog_that_loads_and_never_replaces_one(county: Path) -> None:
    folder = county / "data"
    folder.mkdir()
    write(folder / "生态保护红线2024.gpkg", COUNTY)
    assert eco_gis("init", folder, cwd=county).returncode == 0
    assert 'role = "redline"' in (folder / "catalog.toml").read_text(encoding="utf-8")
    again = eco_gis("init", folder, cwd=county)
    assert again.returncode == 2
    assert "--force" in again.stderr


def test_help_shows_examples_in_both_languages(county: Path) -> None:
    for command in ("demo", "init", "check", "site", "change", "map", "report", "run"):
        done = eco_gis(command, "--help", cwd=county)
        assert done.returncode == 0
        assert "Example" in done.stdout
        assert "例" in done.stdout
