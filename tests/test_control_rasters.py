"""Control rasters from files: what the catalog says of them, other CRSs, damage, and what is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import rasterio.warp
import shapely
from rasterio.transform import Affine

from eco_gis.model.result import RunResult
from eco_gis.model.siting import Answer, LayerAnswer, Reason
from eco_gis.outputs.manifest import manifest
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.siting_cells import resolution
from eco_gis.pipeline import check, site
from tests.builders import AS_OF, COUNTY, X0, Y0, square

CLASSES = """
[[table]]
[table.codes]
"0" = ["非林地", "No forest"]
"1" = ["Ⅰ级", "Grade I"]
"3" = ["Ⅲ级", "Grade III"]
"""
CELLS = np.array([[1, 1, 0, 0], [3, 3, 0, 0], [0, 0, 0, 0], [0, 0, 255, 0]], dtype=np.uint8)
"""From (-200, 200) metres of the county's centre, in cells of 100 m."""
SITES = {"wood": square(-150, 50, 100), "open": square(20, 20, 60), "cloud": square(20, -180, 160)}
FOREST = 'classes = "grades.toml"\nconcern = ["级"]'


def write(
    path: Path, values: Any, *, crs: str = "EPSG:4549", place: Affine | None = None, **more: Any
) -> None:
    there = place or Affine(100, 0, X0 - 200, 0, -100, Y0 + 200)
    height, width = values.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype=values.dtype.name, crs=crs,
        transform=there, **more,
    ) as out:  # fmt: skip
        out.write(values, 1)


def project(folder: Path, keys: str = FOREST, *, classes: str = CLASSES) -> Path:
    """A catalog with a county, three sites and one forest raster, `forest.tif`."""
    gpd.GeoDataFrame({"id": ["C"]}, geometry=[COUNTY], crs=4549).to_file(folder / "county.gpkg")
    gpd.GeoDataFrame({"id": list(SITES)}, geometry=list(SITES.values()), crs=4549).to_file(
        folder / "sites.gpkg"
    )
    (folder / "grades.toml").write_text(classes, encoding="utf-8")
    (folder / "catalog.toml").write_text(
        f"""
[project]
name = "样例县"
plane = "EPSG:4549"

[[layer]]
id = "county"
role = "county"
file = "county.gpkg"

[[layer]]
id = "sites"
role = "project_site"
file = "sites.gpkg"
fields = {{ id = "id" }}

[[layer]]
id = "forest"
role = "forest_quality"
file = "forest.tif"
raster = true
coverage = "layer:county"
valid_from = 2023-01-01
{keys}
""",
        encoding="utf-8",
    )
    return folder / "catalog.toml"


def answers(result: RunResult) -> dict[str, LayerAnswer]:
    assert result.siting is not None
    return {s.id: next(a for a in s.answers if a.layer_id == "forest") for s in result.siting.sites}


def given(result: RunResult) -> dict[str, str]:
    return {name: a.answer.value for name, a in answers(result).items()}


EXPECTED = {"wood": "concerned", "open": "not_concerned", "cloud": "no_data"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "森林 质量"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("stored", "keys"),
    [
        ({"nodata": 255}, ""),
        ({}, "\nnodata = 255"),
        ({"nodata": 0}, "\nnodata = 255"),
    ],
)
def test_cells_without_data_are_those_of_the_file_or_of_the_catalog(
    folder: Path, stored: dict[str, Any], keys: str
) -> None:
    write(folder / "forest.tif", CELLS, **stored)
    result = site(project(folder, FOREST + keys), as_of=AS_OF)
    assert given(result) == EXPECTED
    wood = answers(result)["wood"]
    # a square of 100 m on four cells, two of them grade I and two of them grade III
    assert dict(wood.zones) == pytest.approx({"Ⅰ级": 5_000, "Ⅲ级": 5_000}, rel=1e-3)
    assert {"forest-grade-1", "forest-grade-3-4"} <= {r.rule_id for r in wood.rules}
    assert answers(result)["cloud"].reasons == (Reason.NO_CELL_DATA,)


def test_a_code_that_nobody_declared_to_be_no_data_is_unlisted(folder: Path) -> None:
    write(folder / "forest.tif", CELLS)
    cloud = answers(site(project(folder), as_of=AS_OF))["cloud"]
    assert (cloud.answer, cloud.reasons) == (Answer.NO_DATA, (Reason.UNKNOWN_CLASS,))
    assert "未列代码 255" in dict(cloud.zones)


def test_a_raster_in_degrees_answers_the_same(folder: Path) -> None:
    # a fine grid in degrees, each cell with the class that lies at its middle
    to_degrees = rasterio.warp.transform_bounds(
        "EPSG:4549", "EPSG:4490", X0 - 200, Y0 - 200, X0 + 200, Y0 + 200
    )
    west, south, east, north = to_degrees
    step = 2e-5
    columns, rows = int((east - west) / step), int((north - south) / step)
    x, y = np.meshgrid(west + step * (np.arange(columns) + 0.5), north - step * (np.arange(rows) + 0.5))
    px, py = rasterio.warp.transform("EPSG:4490", "EPSG:4549", x.ravel(), y.ravel())
    column = np.clip((np.array(px) - X0 + 200) // 100, 0, 3).astype(int)
    row = np.clip((Y0 + 200 - np.array(py)) // 100, 0, 3).astype(int)
    values = CELLS[row, column].reshape(x.shape)
    write(
        folder / "forest.tif",
        values,
        crs="EPSG:4490",
        place=Affine(step, 0, west, 0, -step, north),
        nodata=255,
    )
    result = site(project(folder), as_of=AS_OF)
    assert given(result) == EXPECTED
    wood = answers(result)["wood"]
    assert dict(wood.zones) == pytest.approx({"Ⅰ级": 5_000, "Ⅲ级": 5_000}, rel=0.03)
    assert wood.cells is not None
    # 2e-5 degrees are 1.95 m from west to east at 29.3 degrees north, and 2.22 m from south to north
    assert wood.cells.cell_m == pytest.approx((1.95, 2.22), abs=0.01)


def test_a_damaged_raster_answers_no_data_and_is_named(folder: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 4, (2_000, 2_000)).astype(np.uint8)
    place = Affine(0.2, 0, X0 - 200, 0, -0.2, Y0 + 200)
    path = folder / "forest.tif"
    write(path, noise, place=place, nodata=255, compress="deflate")
    path.write_bytes(path.read_bytes()[:200_000])
    result = site(project(folder), as_of=AS_OF)
    assert set(given(result).values()) == {"no_data"}
    assert {a.reasons for a in answers(result).values()} == {(Reason.UNREADABLE,)}
    (problem,) = [p for p in result.problems if p.fatal]
    assert problem.where == "forest: forest.tif"
    assert str(folder) not in problem.what.en
    assert not result.is_clear


def test_a_table_of_classes_that_is_not_sound_is_a_fault(folder: Path) -> None:
    write(folder / "forest.tif", CELLS, nodata=255)
    path = project(folder, classes='[[table]]\n[table.codes]\n"1" = "Ⅰ级"\n')
    result = site(path, as_of=AS_OF)
    assert {a.reasons for a in answers(result).values()} == {(Reason.UNREADABLE,)}
    assert [f.spec.id for f in result.faults] == ["forest"]
    assert any("is not [中文, English]" in p.what.en for p in check(path).problems)


def test_what_counts_has_to_be_said(folder: Path) -> None:
    write(folder / "forest.tif", CELLS, nodata=255)
    path = project(folder, "")
    assert {a.answer for a in answers(site(path, as_of=AS_OF)).values()} == {Answer.NO_DATA}
    assert any("which classes or values are the matter" in p.what.en for p in check(path).problems)


def test_values_with_scale_are_held_against_the_bound_as_the_file_means_them(folder: Path) -> None:
    path = folder / "forest.tif"
    write(path, np.array([[70, 70, 10, 10]] * 4, dtype=np.uint8), nodata=255)
    with rasterio.open(path, "r+") as out:
        out.scales = (0.01,)
    result = site(project(folder, "concern = { at_least = 0.7 }"), as_of=AS_OF)
    assert given(result) == {"wood": "concerned", "open": "not_concerned", "cloud": "not_concerned"}
    wood = answers(result)["wood"].cells
    assert wood is not None and wood.mean == pytest.approx(0.7)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_answers_of_rasters_stand_in_the_tables(folder: Path, lang: Any) -> None:
    write(folder / "forest.tif", CELLS, nodata=255)
    result = site(project(folder), as_of=AS_OF)
    assert result.raster_ids == {"forest"}
    tables = {t.id: t for t in build_tables(result, lang)}
    classes = tables["siting_cells"]
    named = {"Ⅰ级", "Ⅲ级", "非林地"} if lang == "zh" else {"Grade I", "Grade III", "No forest"}
    assert {c.shown for c in classes.column("class")} == named
    parts = [row for row in classes.rows if row[0].shown == "wood"]
    whole = result.facts.number("siting/wood/area")
    assert sum(float(row[6].value) for row in parts) == pytest.approx(whole, abs=0.02)
    inputs = manifest(result, folder, lang=lang)["inputs"]
    assert {"forest.tif", "grades.toml"} <= {entry["file"] for entry in inputs}
    assert "forest" in [c.shown for c in tables["layers"].column("id")]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "有数据 75.00 %，像元 100.0 m × 100.0 m，选址不足 9 个像元"),
        ("en", "75.00 % with data, cells of 100.0 m × 100.0 m, site is smaller than nine cells"),
    ],
)
def test_the_size_of_the_cells_is_told_beside_the_number(folder: Path, lang: Any, words: str) -> None:
    write(folder / "forest.tif", CELLS, nodata=255)
    result = site(project(folder), as_of=AS_OF)
    assert result.siting is not None
    (cloud,) = [s for s in result.siting.sites if s.id == "cloud"]
    # 80 m × 80 m of a square of 160 m lie on the cell without data
    told = {a.layer_id: resolution(cloud, a, Cells(result.facts, lang)) for a in cloud.answers}
    assert told.pop("forest") == words
    assert set(told.values()) == {""}


def test_sites_are_tiny_or_large_for_the_cells(folder: Path) -> None:
    write(folder / "forest.tif", CELLS, nodata=255)
    found = answers(site(project(folder), as_of=AS_OF))
    assert all(a.cells is not None and a.cells.is_coarse for a in found.values())
    assert shapely.area(found["wood"].shape) == pytest.approx(10_000)
