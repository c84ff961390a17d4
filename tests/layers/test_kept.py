"""Layers from the store are the same layers; a changed input is never answered from it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from typer.testing import CliRunner

from eco_gis import pipeline
from eco_gis.cli.app import app
from eco_gis.errors import LayerReadError
from eco_gis.geometry.regions import Regions
from eco_gis.layers import kept
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.kept import Keeper
from eco_gis.layers.project import LoadedProject, load_layers
from eco_gis.layers.store import Store
from eco_gis.layers.vector import read_vector
from eco_gis.model.layer import Catalog, Layer, LayerSpec, Secrecy
from eco_gis.model.role import LayerRole
from eco_gis.outputs.map import shapes as map_shapes
from eco_gis.outputs.map.page import map_html
from tests.layers.county import look

SAMPLE = Path(__file__).parents[2] / "layers" / "catalog.toml"
SQUARE = shapely.box(540_000, 3_240_000, 540_100, 3_240_100)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "kept")


def bits(values: Any) -> bytes:
    return np.ascontiguousarray(values).tobytes()


def assert_same_regions(a: Regions, b: Regions) -> None:
    assert shapely.to_wkb(a.shapes).tolist() == shapely.to_wkb(b.shapes).tolist()
    assert a.plane == b.plane
    for name in ("area_m2", "planar_m2", "length_m", "bounds", "dimensions"):
        assert bits(getattr(a, name)) == bits(getattr(b, name)), name
    assert shapely.to_wkb(a.pieces.shapes).tolist() == shapely.to_wkb(b.pieces.shapes).tolist()
    assert bits(a.pieces.source) == bits(b.pieces.source)


def assert_same(a: Layer, b: Layer) -> None:
    assert_same_regions(a.features, b.features)
    assert_same_regions(a.footprint, b.footprint)
    assert [s.tolist() for s in a.footprint_sources] == [s.tolist() for s in b.footprint_sources]
    assert a.attributes.equals(b.attributes) and (a.attributes.dtypes == b.attributes.dtypes).all()
    assert a.delivered is not None and b.delivered is not None
    assert shapely.to_wkb(a.delivered).tolist() == shapely.to_wkb(b.delivered).tolist()
    assert (a.coverage is None) == (b.coverage is None)
    if a.coverage is not None and b.coverage is not None:
        assert_same_regions(a.coverage, b.coverage)
    for name in ("spec", "repairs", "lost", "source_crs", "delivered_crs", "notes"):
        assert getattr(a, name) == getattr(b, name), name


def assert_same_project(a: LoadedProject, b: LoadedProject) -> None:
    assert list(a.layers) == list(b.layers)
    for layer_id in a.layers:
        assert_same(a.layers[layer_id], b.layers[layer_id])
    assert (a.plane, a.faults, a.problems, a.findings) == (b.plane, b.faults, b.problems, b.findings)


def test_the_sample_county_is_the_same_without_a_store_and_with_it_cold_and_warm(store: Store) -> None:
    catalog = load_catalog(SAMPLE)
    fresh = load_layers(catalog)
    for _ in ("cold", "warm"):
        assert_same_project(fresh, load_layers(catalog, store=store))


def test_facts_and_map_are_the_same_from_a_warm_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def facts(store: Store | None) -> tuple[list[dict[str, Any]], str]:
        result = pipeline.site(SAMPLE, as_of=date(2024, 12, 31), store=store)
        return [fact.to_dict() for fact in result.facts], map_html(result, lang="zh", store=store)

    fresh, cold = facts(None), facts(store)

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("read or prepared again")

    monkeypatch.setattr(kept, "read_vector", never)
    monkeypatch.setattr(kept, "prepare", never)
    monkeypatch.setattr(map_shapes, "draw", never)
    assert fresh == cold == facts(store)


def shapes_of_every_kind() -> list[Any]:
    return [
        SQUARE,
        shapely.union(SQUARE, shapely.box(541_000, 3_240_000, 541_001, 3_240_001)),
        shapely.Polygon(
            [(540_000, 3_241_000), (540_010, 3_241_010), (540_000, 3_241_010), (540_010, 3_241_000)]
        ),
        shapely.from_wkt(
            "POLYGON Z ((540300 3240000 7, 540400 3240000 8, 540400 3240100 9, 540300 3240000 7))"
        ),
        None,
        shapely.Polygon(),
    ]


def test_repairs_lost_records_and_heights_are_kept(store: Store, write: Callable[..., Path]) -> None:
    path = write("红线.gpkg", shapes_of_every_kind(), BSM=[1, 2, 3, 4, 5, 6], MJ=[1.5, None, 3, 4, 5, 6])
    spec = LayerSpec("red", LayerRole.REDLINE, path, fields={"id": "BSM"}, accept_repair=True)
    plane = load_layers(load_catalog(SAMPLE), only=["county"]).plane
    keeper = Keeper(store)
    fresh = kept.prepare(read_vector(spec), spec, plane, coverage=None)
    for _ in ("cold", "warm"):
        assert_same(fresh, keeper.prepare(keeper.read(spec), spec, plane, coverage=None, accept_repair=False))
    assert len(fresh.lost) == 2 and fresh.repairs.repairs
    assert fresh.delivered is not None and shapely.has_z(fresh.delivered[-1])


def test_a_raw_layer_is_the_same_frame(store: Store, write: Callable[..., Path]) -> None:
    path = write("a.gpkg", shapes_of_every_kind(), 名称=["甲", None, "", "丁", "戊", "己"])
    spec = LayerSpec("a", LayerRole.REDLINE, path)
    fresh = read_vector(spec)
    for _ in ("cold", "warm"):
        raw = Keeper(store).read(spec)
        assert raw.frame.columns.tolist() == fresh.frame.columns.tolist()
        assert (raw.frame.dtypes == fresh.frame.dtypes).all() and raw.frame.index.equals(fresh.frame.index)
        assert (
            shapely.to_wkb(raw.frame.geometry.array).tolist()
            == shapely.to_wkb(fresh.frame.geometry.array).tolist()
        )
        assert raw.frame.drop(columns="geometry").equals(fresh.frame.drop(columns="geometry"))
        assert (raw.crs, raw.notes, raw.unreadable) == (fresh.crs, fresh.notes, fresh.unreadable)


@pytest.mark.parametrize("part", [".dbf", ".shp", ".prj"])
def test_a_changed_part_of_a_shapefile_is_read(
    store: Store, write: Callable[..., Path], folder: Path, part: str
) -> None:
    path = write("parcels.shp", [SQUARE], code=["0101"])
    spec = LayerSpec("p", LayerRole.LAND_SURVEY, path)
    before = Keeper(store).read(spec)
    stat = (folder / f"parcels{part}").stat()
    other = write(
        "other.shp", [shapely.box(540_000, 3_240_000, 540_200, 3_240_100)], crs="EPSG:4548", code=["0301"]
    )
    shutil.copyfile(other.with_suffix(part), path.with_suffix(part))
    os.utime(path.with_suffix(part), ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as if nothing had happened
    after = Keeper(store).read(spec)
    changed = {
        ".dbf": after.frame["code"].tolist() == ["0301"] != before.frame["code"].tolist(),
        ".shp": after.frame.area.tolist() == [20_000] != before.frame.area.tolist(),
        ".prj": after.crs != before.crs,
    }
    assert changed[part]


def test_a_changed_entry_or_plane_makes_another_layer(store: Store, write: Callable[..., Path]) -> None:
    path = write("a.gpkg", [SQUARE], one=["1"], two=["2"])
    wide = load_layers(load_catalog(SAMPLE), only=["county"]).plane
    first = LayerSpec("a", LayerRole.REDLINE, path, fields={"id": "one"})
    for spec, plane in (
        (first, wide),
        (LayerSpec("a", LayerRole.REDLINE, path, fields={"id": "two"}), wide),
        (first, type(wide).over(CRS.from_epsg(4548), (800_000, 3_200_000, 900_000, 3_300_000))),
    ):
        keeper = Keeper(store)
        layer = keeper.prepare(keeper.read(spec), spec, plane, coverage=None, accept_repair=False)
        assert_same(kept.prepare(read_vector(spec), spec, plane, coverage=None), layer)


def test_secret_layers_are_never_kept(store: Store, write: Callable[..., Path]) -> None:
    spec = LayerSpec("a", LayerRole.REDLINE, write("a.gpkg", [SQUARE]), secrecy=Secrecy.SECRET)
    keeper = Keeper(store)
    raw = keeper.read(spec)
    plane = load_layers(load_catalog(SAMPLE), only=["county"]).plane
    keeper.prepare(raw, spec, plane, coverage=None, accept_repair=False)
    assert not store.folder.exists()


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    store: Store, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.gpkg", [SQUARE])
    spec = LayerSpec("a", LayerRole.REDLINE, path)

    def read_and_touch(spec: LayerSpec) -> Any:
        raw = read_vector(spec)
        gpd.GeoDataFrame(geometry=[SQUARE, SQUARE], crs=4549).to_file(path)
        return raw

    monkeypatch.setattr(kept, "read_vector", read_and_touch)
    assert len(Keeper(store).read(spec).frame) == 1
    monkeypatch.undo()
    assert len(Keeper(store).read(spec).frame) == 2


@pytest.fixture
def catalog(folder: Path) -> Catalog:
    look(folder)
    return load_catalog(folder / "catalog.toml")


def notes_of(store: Store, catalog: Catalog) -> Path:
    """The entry in which a run notes what it found out about the layers of a catalog."""
    before = set(store.folder.glob("*.kept"))
    keeper = Keeper(store)
    keeper.know(catalog.layers)
    (path,) = (p for p in before if p.stem == keeper._notes_key)
    return path


def test_layers_that_are_noted_are_not_opened_unless_they_are_asked_for(
    store: Store, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = load_layers(catalog)
    load_layers(catalog, store=store)
    frame = kept._frame_of
    monkeypatch.setattr(kept, "_frame_of", None)
    assert_same_project(fresh, load_layers(catalog, store=store))
    monkeypatch.setattr(kept, "_frame_of", frame)
    other = replace(catalog, plane="EPSG:4548")
    assert_same_project(load_layers(other), load_layers(other, store=store))


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b"", None], ids=["half", "empty", "gone"])
def test_damaged_notes_are_made_anew(store: Store, catalog: Catalog, damage: Any) -> None:
    fresh = load_layers(catalog, store=store)
    notes = notes_of(store, catalog)
    sound = notes.read_bytes()
    if damage is None:
        notes.unlink()
    else:
        notes.write_bytes(damage(sound))
    for _ in ("made anew", "read"):
        assert_same_project(fresh, load_layers(catalog, store=store))
    assert notes_of(store, catalog).exists()


def test_records_that_are_noted_and_kept_no_more_are_read_again(store: Store, catalog: Catalog) -> None:
    load_layers(catalog, store=store)
    notes = notes_of(store, catalog)
    for path in set(store.folder.glob("*.kept")) - {notes}:
        path.unlink()
    assert_same_project(load_layers(catalog), load_layers(catalog, store=store))


def test_a_file_that_changes_after_it_was_noted_is_refused(store: Store, catalog: Catalog) -> None:
    load_layers(catalog, store=store)
    notes = notes_of(store, catalog)
    for path in set(store.folder.glob("*.kept")) - {notes}:
        path.unlink()
    keeper = Keeper(store)
    keeper.know(catalog.layers)
    raw = keeper.read(catalog["red24"])
    assert raw.count == 10
    gpd.GeoDataFrame({"HXBM": ["1"], "MJ": [1.0]}, geometry=[SQUARE], crs=4549).to_file(catalog["red24"].file)
    with pytest.raises(LayerReadError, match=r"red24.*changed during the run"):
        _ = raw.frame


def test_site_files_leave_nothing_in_the_notes(store: Store, catalog: Catalog, write: Any) -> None:
    load_layers(catalog, store=store)
    notes = notes_of(store, catalog).read_bytes()
    spec = LayerSpec("plot", LayerRole.PROJECT_SITE, write("plot.gpkg", [SQUARE]))
    given = [load_layers(catalog, extra=[spec], store=s) for s in (None, store, store)]
    assert_same_project(given[0], given[1])
    assert_same_project(given[0], given[2])
    assert notes_of(store, catalog).read_bytes() == notes


def test_another_county_is_another_judgement(store: Store, catalog: Catalog, write: Any) -> None:
    """What was told of the layers and a county is not told of them and another one."""
    assert not load_layers(catalog, store=store).findings
    elsewhere = write("far.gpkg", [shapely.box(940_000, 3_240_000, 950_000, 3_250_000)], XZQDM=["330799"])
    layers = tuple(replace(s, file=elsewhere, layer=None) if s.id == "county" else s for s in catalog.layers)
    moved = replace(catalog, layers=layers, plane="EPSG:4549")
    fresh = load_layers(moved)
    assert fresh.findings
    for _ in ("cold", "warm"):
        assert_same_project(fresh, load_layers(moved, store=store))


def test_no_cache_on_the_command_line(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look(folder)
    monkeypatch.setenv("ECO_GIS_CACHE", str(tmp_path / "cache"))
    asked = ["check", "--catalog", str(folder / "catalog.toml"), "--out", str(tmp_path / "out"), "--quiet"]
    assert CliRunner().invoke(app, [*asked, "--no-cache"]).exit_code in (0, 1)
    assert not (tmp_path / "cache").exists()
    assert CliRunner().invoke(app, asked).exit_code in (0, 1)
    assert list((tmp_path / "cache" / "layers").glob("*.kept"))
