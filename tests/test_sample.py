"""The sample county: the same seed gives the same layers, they fit together, and their truths hold."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from geopandas.testing import assert_geodataframe_equal

from eco_gis.sample.noise import Grid, contour, fractal, stream
from eco_gis.sample.shapes import along_border, parallel

CHECKED_IN = Path(__file__).resolve().parents[1] / "layers"
PACKAGES = ("base", "redline", "land", "survey", "documents", "patches", "restrictions", "sites", "copies")
RASTERS = (
    *("land_cover_2023.tif", "land_cover_2024.tif", "tree_cover_2023.tif"),
    "forest_grade_2023.tif",
    *(f"ndvi_{year}.tif" for year in range(2019, 2025)),
)
SITES = ("site_area", "site_line", "site_point", "site_batch", "site_2023")
LIMIT_BYTES = 12_500_000


def read(folder: Path, package: str, layer: str) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(folder / f"{package}.gpkg", layer=layer)


def union(frame: gpd.GeoDataFrame) -> Any:
    return shapely.union_all(frame.geometry.to_numpy())


def table(folder: Path) -> list[dict[str, Any]]:
    return list(tomllib.loads((folder / "catalog.toml").read_text(encoding="utf-8"))["layer"])


@pytest.mark.parametrize("package", PACKAGES)
def test_checked_in_layers_are_what_the_code_makes(sample: Path, package: str) -> None:
    names = [name for name, _ in pyogrio.list_layers(sample / f"{package}.gpkg")]
    assert [name for name, _ in pyogrio.list_layers(CHECKED_IN / f"{package}.gpkg")] == names
    for name in names:
        made, kept = read(sample, package, name), read(CHECKED_IN, package, name)
        tolerance = 1e-6 if made.crs.is_projected else 1e-11
        assert made.crs == kept.crs
        assert shapely.equals_exact(
            shapely.normalize(made.geometry.to_numpy()),
            shapely.normalize(kept.geometry.to_numpy()),
            tolerance,
        ).all(), name
        kept = kept.set_geometry(made.geometry)
        assert_geodataframe_equal(made, kept, check_less_precise=True)


@pytest.mark.parametrize("name", RASTERS)
def test_checked_in_rasters_are_what_the_code_makes(sample: Path, name: str) -> None:
    with rasterio.open(sample / name) as made, rasterio.open(CHECKED_IN / name) as kept:
        assert made.transform == kept.transform
        assert np.array_equal(made.read(1), kept.read(1))
        assert made.crs.to_epsg() == 4549


@pytest.mark.parametrize(
    "name",
    [
        *("catalog.toml", "copies.toml", "forest_grade.toml", "truths.json", "README.md"),
        *("plot_clear.txt", "plot_farmland_redline.txt", "plot_area_off.txt", "plot_forest_cells.txt"),
    ],
)
def test_checked_in_texts_are_what_the_code_makes(sample: Path, name: str) -> None:
    assert (sample / name).read_text(encoding="utf-8") == (CHECKED_IN / name).read_text(encoding="utf-8")


def test_folder_stays_small(sample: Path) -> None:
    assert sum(f.stat().st_size for f in sample.iterdir()) < LIMIT_BYTES
    assert {f.name for f in sample.iterdir()} == {f.name for f in CHECKED_IN.iterdir()}


def test_townships_and_units_tile_the_county(sample: Path) -> None:
    county = read(sample, "base", "county").geometry[0]
    assert 1.6e9 < county.area < 1.8e9
    for layer in ("township", "control_unit"):
        parts = read(sample, "base", layer)
        assert shapely.coverage_is_valid(parts.geometry.to_numpy()), layer
        assert parts.area.sum() == pytest.approx(county.area, abs=1e-3)
        assert shapely.equals(shapely.coverage_union_all(parts.geometry.to_numpy()), county), layer
    assert len(read(sample, "base", "township")) == 18


def test_county_lies_in_zone_40(sample: Path) -> None:
    west, south, east, north = read(sample, "base", "county").to_crs(4490).total_bounds
    assert 120.05 < west < east < 120.75
    assert 29.0 < south < north < 29.5


@pytest.mark.parametrize("package", PACKAGES)
def test_shapes_are_valid_and_ids_unique(sample: Path, package: str) -> None:
    for name, _ in pyogrio.list_layers(sample / f"{package}.gpkg"):
        frame = read(sample, package, name)
        assert frame.geometry.is_valid.all(), name
        assert not frame.geometry.is_empty.any(), name
        assert frame.iloc[:, 0].is_unique, name


def test_redline_is_fractal_and_apart_from_farmland_and_towns(sample: Path) -> None:
    redline = read(sample, "redline", "redline_2024")
    vertices = shapely.get_num_coordinates(redline.geometry.to_numpy())
    assert 300 < len(redline) < 600
    assert vertices.max() > 15_000
    assert shapely.get_num_interior_rings(redline.geometry.to_numpy()).sum() > 50
    red = union(redline)
    assert red.area == pytest.approx(redline.area.sum(), abs=1e-3)
    shapely.prepare(red)
    for package, layer in (("land", "cropland"), ("base", "urban_boundary")):
        assert not shapely.intersects(red, read(sample, package, layer).geometry.to_numpy()).any()


def test_farmland_blocks_are_made_of_fields(sample: Path) -> None:
    fields = read(sample, "land", "cropland")
    farmland = union(fields)
    assert len(fields) > 3_000
    assert farmland.area == pytest.approx(fields.area.sum(), abs=1e-3)
    for layer in ("permanent_basic_farmland", "farmland_reserve"):
        block = union(read(sample, "land", layer))
        assert block.difference(farmland).area < 1e-3
    assert farmland.area > 1.2 * union(read(sample, "land", "permanent_basic_farmland")).area


def test_cores_lie_in_the_redline(sample: Path) -> None:
    reserves = read(sample, "base", "nature_reserve_2024")
    red = union(read(sample, "redline", "redline_2024"))
    cores = reserves[reserves.ZRBHDFQ == "核心保护区"]
    assert len(cores) == 2
    assert all(red.contains(core) for core in cores.geometry)
    assert reserves.area.sum() == pytest.approx(union(reserves).area, abs=1e-6)


def test_catalog_names_every_layer_and_versions_do_not_overlap(sample: Path) -> None:
    entries = table(sample)
    declared = {(e["file"], e.get("layer")) for e in entries}
    stored = {
        (f"{p}.gpkg", name)
        for p in PACKAGES
        if p != "copies"
        for name, _ in pyogrio.list_layers(sample / f"{p}.gpkg")
    }
    assert declared == stored | {(name, None) for name in RASTERS}
    versions = sorted((e["valid_from"], e.get("valid_until")) for e in entries if e["role"] == "redline")
    assert [until < later for (_, until), (later, _) in itertools.pairwise(versions)] == [
        True,
        True,
    ]
    for entry in entries:
        if "fields" in entry:
            columns = set(read(sample, entry["file"].removesuffix(".gpkg"), entry["layer"]).columns)
            assert set(entry["fields"].values()) <= columns, entry["id"]
        assert "虚构" in entry["source"]
        assert "invented" in entry["label_en"]


def test_redline_changes_are_the_planted_ones_and_no_others(sample: Path, truths: dict[str, Any]) -> None:
    years = {y: read(sample, "redline", f"redline_{y}") for y in ("2022", "2023", "2024")}
    planted = [t["expect"] for t in truths["truths"] if t["kind"] == "redline_change"]
    for old, new in (("2022", "2023"), ("2023", "2024")):
        before, after = union(years[old]), union(years[new])
        for direction, ground in (("lost", before.difference(after)), ("gained", after.difference(before))):
            expected = sorted(
                p["planar_m2"] for p in planted if (p["version"], p["direction"]) == (new, direction)
            )
            found = sorted(part.area for part in shapely.get_parts(ground) if part.area > 0)
            assert found == pytest.approx(expected, abs=2e-3)
        same = shapely.equals_exact(years[old].geometry.to_numpy(), years[new].geometry.to_numpy(), 0)
        assert (~same).sum() == 2
    for truth in planted:
        parts = read(sample, "redline", "redline_2022").set_index("HXBM").loc[truth["feature"]]
        assert parts.geometry.distance(shapely.Point(truth["point"])) < 300


def test_register_documents_exactly_the_approved_change(sample: Path) -> None:
    register = read(sample, "redline", "register").set_index("TZFX")
    before, after = (union(read(sample, "redline", f"redline_{y}")) for y in ("2022", "2023"))
    assert before.difference(after).symmetric_difference(register.geometry["out"]).area < 1e-6
    assert after.difference(before).symmetric_difference(register.geometry["in"]).area < 1e-6


def test_strip_is_three_metres_wide(sample: Path, truths: dict[str, Any]) -> None:
    strip = next(t["expect"] for t in truths["truths"] if t["id"] == "T04")
    ground = union(read(sample, "redline", "redline_2023")).difference(
        union(read(sample, "redline", "redline_2024"))
    )
    part = next(p for p in shapely.get_parts(ground) if abs(p.area - strip["planar_m2"]) < 0.01)
    assert part.buffer(-1.4).area > 0
    assert 2 * part.area / part.length == pytest.approx(3.0, abs=0.1)


def test_every_site_has_an_answer_of_every_control_layer(sample: Path, truths: dict[str, Any]) -> None:
    ids = [i for layer in SITES for i in read(sample, "sites", layer).XMDM]
    layers = set(next(iter(truths["sites"].values())))
    assert len(ids) == len(set(ids)) >= 60
    assert set(truths["sites"]) == set(ids)
    assert all(set(answers) == layers for answers in truths["sites"].values())
    in_force = {
        e["id"]
        for e in table(sample)
        if e["role"]
        in {
            "cropland", "permanent_basic_farmland", "farmland_reserve", "redline", "nature_reserve",
            "urban_boundary", "control_unit", "forest_quality", "restriction",
        }
        and str(e["valid_from"]) <= truths["as_of"] <= str(e.get("valid_until", "9999"))
    }  # fmt: skip
    assert layers == in_force


def test_answers_do_not_hang_on_a_hair(sample: Path, truths: dict[str, Any]) -> None:
    """Apart from the trimmed sites, a metre more or less of polygon ground gives the same redline answer."""
    red = union(read(sample, "redline", "redline_2024"))
    hairs = {site for site, layer in truths["edge_contact"] if layer == "redline_2024"}
    assert hairs == {"P33", "P34"}
    sites = read(sample, "sites", "site_area").set_index("XMDM").geometry.drop(index=sorted(hairs))
    for site, shape in sites.items():
        concerned = truths["sites"][site]["redline_2024"] == "concerned"
        assert red.intersects(shape.buffer(1)) == red.intersects(shape.buffer(-1)) == concerned, site


def test_planted_sites(sample: Path, truths: dict[str, Any]) -> None:
    answers = truths["sites"]
    planted = {t["id"].split("-")[0]: t["site"] for t in truths["truths"] if t["kind"] == "site"}
    assert answers[planted["T10"]]["nature_reserve_2024"] == "concerned"
    assert answers[planted["T11"]]["redline_2024"] == answers[planted["T12"]]["redline_2024"] == "concerned"
    assert answers[planted["T13"]]["redline_2024"] == "no_data"
    assert answers[planted["T14"]]["redline_2024"] == "concerned"
    assert answers[planted["T15"]]["urban_boundary"] == "concerned"
    assert set(answers[planted["T16"]].values()) == {"no_data"}
    assert set(answers[planted["T17"]].values()) == {"not_concerned"}
    assert answers[planted["T18"]]["redline_2024"] == "no_data"
    assert answers[planted["T19"]]["water_source"] == "concerned"
    given = {answer for row in answers.values() for answer in row.values()}
    assert given == {"concerned", "not_concerned", "no_data"}


def test_noise_copy_moves_every_border_by_about_a_metre(sample: Path) -> None:
    base, noise, rounded = (
        read(sample, "copies", f"copy_{n}").geometry for n in ("base", "noise", "rounded")
    )
    off = [
        shapely.get_coordinates(a.exterior) - shapely.get_coordinates(b.exterior)
        for a, b in zip(base, noise, strict=True)
    ]
    assert np.vstack(off).std() == pytest.approx(1.0, abs=0.05)
    cents = shapely.get_coordinates(rounded.to_numpy()) * 100
    assert np.abs(cents - np.round(cents)).max() < 1e-4


def test_same_seed_same_noise_and_other_seed_other_noise() -> None:
    grid = Grid(0.0, 0.0, 50.0, 64, 48)
    one, again, other = (fractal(grid, stream(s, "x"), wavelength_m=800) for s in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.allclose(one, other)


def test_contour_of_a_plane_is_exact() -> None:
    grid = Grid(0.0, 0.0, 10.0, 21, 21)
    x, y = grid.xy
    disc = 60 - np.hypot(x - 100, y - 100)
    ring = disc * (np.hypot(x - 100, y - 100) - 25)
    (whole,) = contour(grid, disc)
    (holed,) = contour(grid, ring)
    assert whole.area == pytest.approx(np.pi * 60**2, rel=0.01)
    assert len(holed.interiors) == 1
    assert contour(grid, ring, least_m2=3_000)[0].interiors[:] == []


def test_moving_a_run_of_border_leaves_the_rest() -> None:
    patch = shapely.segmentize(shapely.box(0, 0, 400, 400), 40)
    found = along_border(
        patch, np.random.RandomState(3), run=4, path=parallel(-3.0), accept=lambda g: bool(patch.covers(g))
    )
    assert found is not None
    moved, ground = found
    assert patch.area - moved.area == pytest.approx(ground.area)
    assert patch.difference(moved).symmetric_difference(ground).area == pytest.approx(0, abs=1e-9)
