"""The GeoPackage, read back by GDAL and SQLite."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pyogrio
import pytest
from fake import fake_result

from eco_gis.model.fact import site_fact_id
from eco_gis.outputs.geodata import write_geopackage


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_geopackage(fake_result(), tmp_path_factory.mktemp("成 果") / "result.gpkg", "zh")


def test_the_layers_are_there_on_the_working_plane(file: Path) -> None:
    names = {name for name, kind in pyogrio.list_layers(file) if kind}
    assert {
        "sites",
        "site_lines",
        "site_points",
        "conflicts",
        "lost_gained",
        "townships",
        "compared",
    } <= names
    for name in names:
        assert gpd.read_file(file, layer=name).crs.to_epsg() == 4549


def test_shapes_and_numbers_are_those_of_the_run(file: Path) -> None:
    result = fake_result()
    pieces = gpd.read_file(file, layer="lost_gained")
    assert len(pieces) == sum(len(c.pieces) for c in result.changes[0].comparisons)
    assert pieces.area.sum() == pytest.approx(
        sum(p.planar_m2 for c in result.changes[0].comparisons for p in c.pieces), rel=1e-9
    )
    conflicts = gpd.read_file(file, layer="conflicts").set_index(["site", "layer"])
    expected = result.facts.number(site_fact_id("P02", "overlap_area", "redline_2024"))
    assert conflicts.loc[("P02", "redline_2024"), "area_m2"] == expected


def test_every_layer_has_a_registered_default_style(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as book:
        styles = book.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
        kinds = dict(book.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
        version = book.execute("PRAGMA user_version").fetchone()[0]
    assert version == 10200
    assert kinds.pop("layer_styles") == "attributes"
    assert {name for name, *_ in styles} == set(kinds)
    for name, qml, default in styles:
        assert default == 1
        renderer = ElementTree.fromstring(qml).find("renderer-v2")
        assert renderer is not None
        values = {str(v) for v in gpd.read_file(file, layer=name)[renderer.get("attr")]}
        assert values <= {c.get("value") for c in renderer.iter("category")}, name


def test_the_same_run_gives_the_same_bytes_and_no_half_file(tmp_path: Path, file: Path) -> None:
    again = write_geopackage(fake_result(), tmp_path / "result.gpkg", "zh")
    assert again.read_bytes() == file.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["result.gpkg"]


def test_the_clock_of_gdal_is_given_back(tmp_path: Path) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    write_geopackage(fake_result(), tmp_path / "r.gpkg", "en")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def test_a_run_without_answers_still_makes_a_file(tmp_path: Path) -> None:
    bare = replace(fake_result(), siting=None, changes=())
    assert len(gpd.read_file(write_geopackage(bare, tmp_path / "r.gpkg", "zh"), layer="sites")) == 0
