"""Whatever can be wrong with a layer is told in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyproj
import pytest
import shapely

from eco_gis.errors import CatalogError, EcoGisError
from eco_gis.geometry.crs import Plane, choose_plane_crs, require_same_plane, transform
from eco_gis.geometry.validity import diagnose, reason_in_words
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.crs.labels import hint
from eco_gis.layers.dialects import guess
from eco_gis.layers.formats.sources import layers_in
from eco_gis.layers.gate.check import check_layers
from eco_gis.layers.project import load_layers
from eco_gis.layers.raster import describe_raster
from eco_gis.layers.vector import read_vector
from eco_gis.text import Text
from tests.layers.shapes import BOW_TIE, X0, Y0, spec_of, square

Write = Callable[..., Path]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"\b[a-z]{2,}\b")


def assert_both(text: Text) -> None:
    assert _CHINESE.search(text.zh), text
    # names of files and values may be Chinese in either
    assert _ENGLISH.search(text.en) and text.en != text.zh, text


def assert_told_in_both(error: EcoGisError) -> None:
    assert str(error.message) or error.problems
    if str(error.message):
        assert_both(error.message)
    for problem in error.problems:
        assert_both(problem.what)
        assert_both(problem.remedy)


WRONG_PROJECT = """
[project]
name = 1
plane = "{plane}"
sliver_width_m = -1
invented = "no"
rule_packs = "x"
colour = "red"
"""
WRONG_LAYERS = """
[[layer]]
id = "a/b"
role = "redlin"
crs = "EPSG:99"
valid_from = 2024-01-01
valid_until = 2023-01-01
coverage = [1]
fields = { id = 1 }
sha256 = "12"
encoding = "GKB"
width_m = 0
secrecy = "open"

[[layer]]
id = "r"
role = "redline"
file = "r.tif"
raster = true
restriction = "wetland"
fields = { id = "A" }
coverage = "layer:nowhere"
approved = 1
valid_from = "soon"

[[layer]]
id = "R"
role = "land_cover"
file = "r.tif"
raster = true

[[layer]]
id = "c"
role = "redline"
file = "c.gpkg"
coverage = "layer:c"

[[layer]]
id = "d"
role = "redline"
file = "c.gpkg"
coverage = "layer:R"
"""


@pytest.mark.parametrize(
    "text",
    [
        WRONG_PROJECT.format(plane="EPSG:4528") + WRONG_LAYERS,
        WRONG_PROJECT.format(plane="EPSG:4490"),
        WRONG_PROJECT.format(plane="EPSG:99"),
        "project = 1\nlayer = 1",
        "name = 样例",
    ],
)
def test_problems_of_the_catalog(folder: Path, text: str) -> None:
    path = folder / "catalog.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as error:
        load_catalog(path)
    assert_told_in_both(error.value)


def test_a_catalog_that_cannot_be_read(folder: Path) -> None:
    path = folder / "catalog.toml"
    path.write_bytes("[project]\nname = '样例'".encode("gbk"))
    for unreadable in (path, folder / "none.toml", folder):
        with pytest.raises(CatalogError) as error:
            load_catalog(unreadable)
        assert_told_in_both(error.value)


def test_files_that_cannot_be_read(write: Write, folder: Path) -> None:
    (folder / "junk.gpkg").write_bytes(b"junk")
    (folder / "a.dwg").write_bytes(b"AC1015")
    (folder / "junk.tif").write_bytes(b"II*")
    write("two.gpkg", [square(0)], layer="a")
    write("two.gpkg", [square(0)], layer="b")
    write("bare.shp", [square(0)], A=[1]).with_suffix(".prj").unlink()
    write("part.shp", [square(0)], A=[1]).with_suffix(".shx").unlink()
    prefixed = shapely.Point(4e7 + X0, Y0)
    write("prefix.gpkg", [prefixed])
    for name in (
        "none.gpkg",
        "twp.gpkg",
        "junk.gpkg",
        "a.dwg",
        "two.gpkg",
        "bare.shp",
        "part.shp",
        "prefix.gpkg",
    ):
        with pytest.raises(EcoGisError) as error:
            read_vector(spec_of(folder / name))
        assert_told_in_both(error.value)
    with pytest.raises(EcoGisError) as error:
        read_vector(spec_of(folder / "two.gpkg", layer="c"))
    assert_told_in_both(error.value)
    with pytest.raises(EcoGisError) as error:
        layers_in(folder / "none.gpkg")
    assert_told_in_both(error.value)
    for name in ("none.tif", "junk.tif"):
        with pytest.raises(EcoGisError) as error:
            describe_raster(folder / name)
        assert_told_in_both(error.value)


def test_remarks_on_what_was_read(write: Write) -> None:
    gbk = write("gbk.shp", [square(0)], encoding="GBK", A=["巍山镇"])
    gbk.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
    bare = write("bare.geojson", [shapely.box(120, 29, 121, 30)], crs=None)
    own = write("own.gpkg", [square(0)])
    for path, crs in ((gbk, None), (bare, None), (own, "EPSG:4550")):
        notes = read_vector(spec_of(path, crs=crs)).notes
        assert notes
        for note in notes:
            assert_both(Text(note.what.zh.removeprefix(f"{path.name}："), note.what.en))
            assert_both(note.remedy)


def test_problems_of_a_project(write: Write, folder: Path) -> None:
    overlapping = shapely.transform(square(0), lambda xy: xy + 50)
    write("red.gpkg", [square(0), overlapping, None], MJ=[1.0, 1.0, 1.0], B=["a", "a", ""])
    write("mixed.gpkg", [shapely.GeometryCollection([square(0), shapely.Point(X0, Y0)])], A=[1])
    write("bow.gpkg", [BOW_TIE], A=[1])
    write("none.gpkg", [], A=[])
    write("bj54.gpkg", [square(0)], crs="EPSG:2437", A=[1])
    entry = '[[layer]]\nid = "{}"\nrole = "{}"\nfile = "{}.gpkg"\n{}\n'
    fields = 'fields = { id = "B", area_m2 = "MJ" }\n'
    path = folder / "catalog.toml"
    path.write_text(
        "".join(
            entry.format(*parts)
            for parts in (
                ("r22", "redline", "red", fields + "valid_from = 2022-01-01\nvalid_until = 2022-12-31"),
                ("r24", "redline", "red", fields + "valid_from = 2024-01-01"),
                ("r25", "redline", "red", f'valid_from = 2025-01-01\nsha256 = "{"0" * 64}"'),
                ("mixed", "cropland", "mixed", 'coverage = "layer:gone"'),
                ("bow", "cropland", "bow", 'coverage = "gone.gpkg"'),
                ("mended", "cropland", "bow", "accept_repair = true\nempty = true"),
                ("nothing", "cropland", "none", 'coverage = "bow.gpkg"'),
                ("bj54", "cropland", "bj54", ""),
                ("unmapped", "cropland", "red", 'fields = { id = "X" }'),
                ("gone", "county", "gone", ""),
            )
        ),
        encoding="utf-8",
    )
    found = check_layers(load_layers(load_catalog(path)))
    assert len(found) > 25
    for problem in found:
        assert_both(problem.what)
        assert_both(problem.remedy)
    assert "歧义面积" in "".join(p.what.zh for p in found)


def test_hints_guesses_and_reasons() -> None:
    boxes = (
        None, (120, 29, 121, 30), (29, 120, 30, 121), (X0, Y0, X0, Y0), (40.5e6, Y0, 40.6e6, Y0),
        (20.5e6, Y0, 20.6e6, Y0), (Y0, 40.5e6, Y0, 40.6e6), (1.0, 2.0, 3e9, 4e9),
    )  # fmt: skip
    for box in boxes:
        assert_both(hint(box))
    for names, fields in (
        (["STBHHX"], ["BSM", "HXMC", "HXBM"]),
        (["STBHHX"], []),
        (["x"], ["DLBM", "DLMC", "TBMJ"]),
    ):
        told = guess(names, fields)
        assert told is not None
        assert_both(told.sureness)
    assert_both(reason_in_words(diagnose([BOW_TIE])[0]))
    assert_both(reason_in_words("Something GEOS says one day[1 2]"))


def test_refusals_of_the_geometry() -> None:
    zone, degrees = pyproj.CRS.from_epsg(4549), pyproj.CRS.from_epsg(4490)
    plane = Plane.over(zone, (X0, Y0, X0 + 1, Y0 + 1))
    mercator = Plane.over(pyproj.CRS.from_epsg(3857), (0.0, 4e6, 1e5, 4.1e6))
    refusals: tuple[Callable[[], object], ...] = (
        lambda: Plane(degrees, (0, 0, 1, 1)),
        lambda: Plane(zone, (0, 0, 0, 0)),
        lambda: Plane.over(zone, (float("nan"),) * 4),
        lambda: plane.scale_at(0, 0),
        lambda: choose_plane_crs((0, 0, 500, 500)),
        lambda: require_same_plane(plane, mercator),
        lambda: mercator.area_scale,
        lambda: transform([shapely.Point(4e9, 4e9)], zone, degrees),
        lambda: transform([square(0)], pyproj.CRS.from_epsg(2437), zone),
    )
    for refused in refusals:
        with pytest.raises(EcoGisError) as error:
            refused()
        assert_told_in_both(error.value)
