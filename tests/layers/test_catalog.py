from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eco_gis.errors import CatalogError
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.series import with_default_series
from eco_gis.model.layer import Catalog, LayerSpec, Polarity, Secrecy
from eco_gis.model.role import LayerRole

SOUND = """
[project]
name = "样例县"
plane = "EPSG:4549"

[[layer]]
id = "county"
role = "county"
file = "county.gpkg"

[[layer]]
id = "redline_2024"
role = "redline"
file = "红线 2024.gpkg"
valid_from = 2024-01-01
fields = { id = "HXBM" }
coverage = "layer:county"

[[layer]]
id = "boundary"
role = "urban_boundary"
file = "b.shp"
secrecy = "公开"
coverage = [120, 29, 121, 30]

[[layer]]
id = "water"
role = "restriction"
file = "w.shp"
restriction = "water_source"
coverage = "covered.gpkg"
"""


def load(folder: Path, text: str) -> Catalog:
    path = folder / "catalog.toml"
    path.write_text(text, encoding="utf-8")
    return load_catalog(path)


def what(error: pytest.ExceptionInfo[CatalogError]) -> str:
    return "\n".join(map(str, error.value.problems))


def test_sound_catalog_has_the_defaults_of_the_house(folder: Path) -> None:
    catalog = load(folder, SOUND)
    redline, boundary, water = (catalog[i] for i in ("redline_2024", "boundary", "water"))
    assert (redline.series, redline.version, redline.polarity) == ("redline", "2024", Polarity.INSIDE)
    assert redline.file == folder.resolve() / "红线 2024.gpkg"
    assert redline.valid_on(date(2024, 1, 1)) and not redline.valid_on(date(2023, 12, 31))
    assert redline.coverage is not None and redline.coverage.layer == "county"
    assert (boundary.polarity, boundary.secrecy, redline.secrecy) == (
        Polarity.OUTSIDE,
        Secrecy.PUBLIC,
        Secrecy.INTERNAL,
    )
    assert boundary.coverage is not None and boundary.coverage.bbox == (120.0, 29.0, 121.0, 30.0)
    assert water.series == "water" and water.role is LayerRole.RESTRICTION
    assert water.coverage is not None and water.coverage.file == folder.resolve() / "covered.gpkg"


def test_missing_layer_file_is_no_matter_of_the_catalog(folder: Path) -> None:
    assert len(load(folder, SOUND).layers) == 4


def test_byte_order_mark_of_notepad_is_read(folder: Path) -> None:
    path = folder / "catalog.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert load_catalog(path).name.zh == "样例县"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('role = "redline"', 'role = "redlin"', "did you mean 'redline'?"),
        ("valid_from", "valid_form", "did you mean 'valid_from'?"),
        ('"layer:county"', '"layer:county"\nvalid_until = 2023-01-01', "is after valid_until"),
        ("2024-01-01", '"1. Januar"', "is not a date"),
        ('"layer:county"', '"layer:countie"', "did you mean 'county'?"),
        ('"layer:county"', '"layer:redline_2024"', "leads back to the layer itself"),
        ('id = "boundary"', 'id = "COUNTY"', "the id stands 2 times"),
        ("[120, 29, 121, 30]", "[121, 29, 120, 30]", "coverage = [121, 29, 120, 30] is not understood"),
        ('plane = "EPSG:4549"', 'plane = "EPSG:4528"', "carries the zone number"),
        ('plane = "EPSG:4549"', 'plane = "EPSG:4490"', "is not a projected CRS"),
        ('plane = "EPSG:4549"', 'plane = "EPSG:99"', "is no known CRS"),
        ('secrecy = "公开"', 'secrecy = "open"', "use one of: 公开, 内部, 涉密"),
        ('secrecy = "公开"', "raster = true", "role urban_boundary cannot be a raster"),
        ('secrecy = "公开"', "nodata = 255", "numbers for nodata are for rasters"),
        ('secrecy = "公开"', "concern = { at_least = 1 }", "numbers for concern are for rasters"),
        ('secrecy = "公开"', "concern = { least = 1 }", "unknown key 'least' in concern"),
        (
            'restriction = "water_source"',
            "raster = true\nconcern = { over = 5, below = 5 }",
            "no possible bound",
        ),
        ('restriction = "water_source"', 'raster = true\nconcern = ["密"]', "is a bound of values"),
        ('restriction = "water_source"', "raster = true\nnodata = true", "nodata = True is not a number"),
        ('restriction = "water_source"', 'raster = true\npolarity = "outside"', "being outside cannot be"),
        (
            'restriction = "water_source"',
            'raster = true\nclasses = "BH_DJ"\nconcern = { over = 5 }',
            "words of their names, not numbers",
        ),
        ('secrecy = "公开"', 'restriction = "wetland"', "stands beside role urban_boundary"),
        ('secrecy = "公开"', "accuracy_m = -1", "is not a number of at least 0"),
        ('secrecy = "公开"', "empty = 1", "is not true or false"),
        ('secrecy = "公开"', 'encoding = "GKB"', "encoding = 'GKB' is unknown"),
        ('secrecy = "公开"', 'sha256 = "12"', "64 hexadecimal digits"),
        ('secrecy = "公开"', "width_m = 0", "is not a number above 0"),
        ('file = "b.shp"', "", "file is missing"),
        ('id = "boundary"', 'id = "a/b"', "other signs than letters"),
    ],
)
def test_each_mistake_is_named_with_its_remedy(folder: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(CatalogError) as error:
        load(folder, SOUND.replace(old, new, 1))
    assert len(error.value.problems) == 1
    assert expected in what(error)


def test_all_problems_come_at_once(folder: Path) -> None:
    broken = SOUND.replace('role = "redline"', 'role = "redlin"').replace("[project]", "[projekt]")
    with pytest.raises(CatalogError) as error:
        load(folder, broken + '\n[[layer]]\nid = "x"\n')
    assert len(error.value.problems) == 4
    assert "did you mean 'project'?" in what(error)


def test_coverage_loop_over_two_layers_is_found(folder: Path) -> None:
    with pytest.raises(CatalogError) as error:
        load(
            folder, SOUND.replace('file = "county.gpkg"', 'file = "c.gpkg"\ncoverage = "layer:redline_2024"')
        )
    assert what(error).count("leads back") == 2


def test_toml_mistake_names_its_line(folder: Path) -> None:
    with pytest.raises(CatalogError, match="line 3"):
        load(folder, SOUND.replace('name = "样例县"', "name = 样例县"))


def test_no_file_no_layer_and_foreign_encoding_are_told(folder: Path) -> None:
    with pytest.raises(CatalogError, match="eco-gis init"):
        load_catalog(folder / "none.toml")
    with pytest.raises(CatalogError, match="declares no layer"):
        load(folder, "[project]\n")
    (folder / "gbk.toml").write_bytes(SOUND.encode("gbk"))
    with pytest.raises(CatalogError, match="not UTF-8"):
        load_catalog(folder / "gbk.toml")


def series_of(role: str, *ids: str) -> list[str]:
    specs = [LayerSpec(id=i, role=LayerRole(role), file=Path("a.gpkg")) for i in ids]
    return [s.series for s in with_default_series(specs)]


@pytest.mark.parametrize(
    ("role", "ids", "series"),
    [
        ("nature_reserve", ("nature_reserve_2023", "nature_reserve_2024"), ["nature_reserve"] * 2),
        ("nature_reserve", ("parkA_2023", "parkB", "parkA_2024"), ["parkA", "parkB", "parkA"]),
        ("nature_reserve", ("park1", "park2"), ["park1", "park2"]),
        ("nature_reserve", ("park",), ["nature_reserve"]),
        ("control_unit", ("town", "plain"), ["town", "plain"]),
        ("redline", ("old", "new"), ["redline", "redline"]),
        ("restriction", ("water_2023", "water_2024"), ["water_2023", "water_2024"]),
    ],
)
def test_two_parks_are_no_versions_of_one(role: str, ids: tuple[str, ...], series: list[str]) -> None:
    assert series_of(role, *ids) == series


def test_a_series_that_is_given_stays() -> None:
    given = LayerSpec(id="a", role=LayerRole.NATURE_RESERVE, file=Path("a.gpkg"), series="parks")
    assert with_default_series([given, replace(given, id="b", series="")])[0] == given
