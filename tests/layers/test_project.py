from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from eco_gis.errors import CatalogError, UsageError
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.gate.check import check_layers
from eco_gis.layers.gate.inspect import inspect_layers
from eco_gis.layers.project import LoadedProject, load_layers
from eco_gis.model.role import LayerRole
from tests.layers.shapes import BOW_TIE, X0, spec_of, square

Write = Callable[..., Path]
COUNTY = shapely.box(120.0, 28.9, 120.1, 29.0)


def entry(layer_id: str, role: str, file: str, *lines: str) -> str:
    return "\n".join(["[[layer]]", f'id = "{layer_id}"', f'role = "{role}"', f'file = "{file}"', *lines, ""])


def load(folder: Path, *entries: str, head: str = "", **options: Any) -> LoadedProject:
    path = folder / "catalog.toml"
    path.write_text("\n".join([head, *entries]), encoding="utf-8")
    return load_layers(load_catalog(path), **options)


@pytest.fixture
def county(write: Write) -> str:
    write("county.gpkg", [COUNTY], crs="EPSG:4490", A=[1])
    return entry("county", "county", "county.gpkg")


def test_layers_of_several_crs_meet_on_one_plane(write: Write, folder: Path, county: str) -> None:
    write("red.gpkg", [square(0)], A=[1])
    write(
        "prefix.gpkg",
        [shapely.transform(square(5), lambda xy: xy + np.array([4e7, 0]))],
        crs="EPSG:4528",
        A=[1],
    )
    seen: list[str] = []
    project = load(
        folder,
        entry("red", "redline", "red.gpkg", 'coverage = "layer:county"'),
        entry("reserve", "nature_reserve", "prefix.gpkg", "coverage = [120.0, 28.9, 120.1, 29.0]"),
        entry("boundary", "urban_boundary", "red.gpkg", 'coverage = "county.gpkg"'),
        county,
        on_progress=seen.append,
    )
    assert project.plane.crs.to_epsg() == 4549 and not project.faults and not project.problems
    assert list(project.layers) == seen == ["red", "reserve", "boundary", "county"]
    assert project.layers["reserve"].features.shapes[0].equals_exact(square(5), 1e-6)
    areas = [project.layers[i].coverage.area_m2.sum() for i in ("red", "reserve", "boundary")]  # type: ignore[union-attr]
    assert areas == pytest.approx([107_912_000] * 3, rel=1e-2) and max(areas) - min(areas) < 0.1
    assert project.layers["county"].coverage is None


def test_the_plane_comes_from_coverage_never_from_sites(write: Write, folder: Path) -> None:
    write("red.gpkg", [shapely.box(117.0, 29.0, 117.1, 29.1)], crs="EPSG:4490", A=[1])
    sites = spec_of(
        write("sites.gpkg", [shapely.box(123.0, 29.0, 123.1, 29.1)], crs="EPSG:4490", A=[1]),
        id="sites",
        role=LayerRole.PROJECT_SITE,
    )
    assert load(folder, entry("red", "redline", "red.gpkg"), extra=[sites]).plane.crs.to_epsg() == 4548
    covered = entry("red", "redline", "red.gpkg", "coverage = [119.5, 29, 120.5, 30]")
    assert load(folder, covered, extra=[sites]).plane.crs.to_epsg() == 4549
    fixed = load(folder, covered, head='[project]\nplane = "EPSG:4550"', extra=[sites])
    assert fixed.plane.crs.to_epsg() == 4550 and list(fixed.layers) == ["sites"]
    assert [f.spec.id for f in fixed.faults] == ["red"], "it lies 240 km from its own coverage"
    with pytest.raises(CatalogError, match="no working plane can be chosen"):
        load(folder, entry("sites", "project_site", "sites.gpkg"))


def test_the_smallest_shared_coverage_decides(write: Write, folder: Path) -> None:
    write("red.gpkg", [square(0)], A=[1])
    project = load(
        folder,
        entry("a", "redline", "red.gpkg", "coverage = [115, 26, 122, 31]"),
        entry("b", "cropland", "red.gpkg", "coverage = [120, 29, 120.5, 30]"),
    )
    assert project.plane.crs.to_epsg() == 4549


def test_each_failing_layer_is_a_fault_and_the_others_are_loaded(
    write: Write, folder: Path, county: str
) -> None:
    write("bow.gpkg", [BOW_TIE], B=["a"])
    write("noprj.shp", [square(0)], A=[1]).with_suffix(".prj").unlink()
    write("bj54.gpkg", [square(0)], crs="EPSG:2437", A=[1])
    write("good.gpkg", [square(0)], A=[1])
    (folder / "junk.tif").write_bytes(b"II*")
    project = load(
        folder,
        entry("missing", "redline", "none.gpkg"),
        entry("bow", "nature_reserve", "bow.gpkg"),
        entry("noprj", "cropland", "noprj.shp"),
        entry("bj54", "forest_quality", "bj54.gpkg"),
        entry("junk", "land_cover", "junk.tif", "raster = true"),
        entry("good", "urban_boundary", "good.gpkg"),
        county,
    )
    assert list(project.layers) == ["good", "county"]
    assert [f.spec.id for f in project.faults] == ["missing", "bow", "noprj", "bj54", "junk"]
    assert [p for f in project.faults for p in f.problems] == list(project.problems)
    said = "\n".join(map(str, project.problems))
    for words in ("file is missing", "m² ambiguous", 'crs = "EPSG:4549"', "+towgs84", "as a raster"):
        assert words in said
    assert str(folder) not in said
    accepted = load(folder, entry("bow", "nature_reserve", "bow.gpkg"), accept_repair=True)
    assert list(accepted.layers) == ["bow"]


def test_broken_coverage_is_told_and_covers_nothing(write: Write, folder: Path) -> None:
    write("good.gpkg", [square(0)], A=[1])
    write("bow.gpkg", [BOW_TIE], A=[1])
    project = load(
        folder,
        entry("a", "redline", "good.gpkg", 'coverage = "layer:county"'),
        entry("b", "cropland", "good.gpkg", 'coverage = "none.gpkg"'),
        entry("c", "nature_reserve", "good.gpkg", 'coverage = "bow.gpkg"'),
        entry("county", "county", "none.gpkg"),
    )
    assert [project.layers[i].coverage for i in "abc"] == [None, None, None]
    said = "\n".join(map(str, project.problems))
    assert "its coverage layer 'county' cannot be used" in said
    assert "b coverage: " in said and "c coverage: " in said


@pytest.mark.parametrize("west", [-150.0, 31.0])
def test_a_layer_too_far_for_the_plane_does_not_spoil_the_rest(
    write: Write, folder: Path, west: float
) -> None:
    write("good.gpkg", [square(0)], A=[1])
    write("far.gpkg", [shapely.box(west, -0.05, west + 0.1, 0.05)], crs="EPSG:4326", A=[1])
    project = load(
        folder,
        entry("good", "redline", "good.gpkg", "coverage = [120, 28, 121, 30]"),
        entry("far", "cropland", "far.gpkg"),
    )
    assert list(project.layers) == ["good"] and [f.spec.id for f in project.faults] == ["far"]


def test_only_loads_what_is_asked_and_what_covers_it(write: Write, folder: Path, county: str) -> None:
    write("red.gpkg", [square(0)], A=[1])
    entries = (
        entry("red", "redline", "red.gpkg", 'coverage = "layer:county"'),
        entry("crop", "cropland", "red.gpkg"),
        county,
    )
    assert list(load(folder, *entries, only=["red"]).layers) == ["red", "county"]
    with pytest.raises(UsageError, match="did you mean 'crop'"):
        load(folder, *entries, only=["crops"])
    with pytest.raises(UsageError, match="share the id red"):
        load(folder, *entries, extra=[spec_of(folder / "red.gpkg", id="red")])


def test_a_changed_file_is_a_problem(write: Write, folder: Path) -> None:
    path = write("red.gpkg", [square(0)], A=[1])
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    assert not load(folder, entry("red", "redline", "red.gpkg", f'sha256 = "{right}"')).problems
    (problem,) = load(folder, entry("red", "redline", "red.gpkg", f'sha256 = "{"0" * 64}"')).problems
    assert problem.fatal and "is not the recorded file" in problem.what.en


def test_check_lists_what_the_answers_will_rest_on(write: Write, folder: Path, county: str) -> None:
    overlapping = shapely.transform(square(0), lambda xy: xy + np.array([50, 0]))
    write("red.gpkg", [square(0), overlapping, None], MJ=[1.0, 1.0, 1.0], B=["a", "b", "c"])
    write("none.gpkg", [], A=[])
    fields = 'fields = { id = "B", area_m2 = "MJ" }'
    project = load(
        folder,
        entry("r22", "redline", "red.gpkg", fields, "valid_from = 2022-01-01", "valid_until = 2022-12-31"),
        entry("r24", "redline", "red.gpkg", fields, "valid_from = 2024-01-01"),
        entry("r25", "redline", "red.gpkg", fields, "valid_from = 2025-01-01", 'coverage = "layer:county"'),
        entry("nothing", "cropland", "none.gpkg"),
        entry("known", "farmland_reserve", "none.gpkg", "empty = true"),
        entry("wrong", "nature_reserve", "red.gpkg", fields, "empty = true"),
        county,
    )
    found = {(p.where, p.fatal): p.what.en for p in check_layers(project) if p.where != "county"}
    said = [(p.where, p.what.en) for p in check_layers(project)]

    def has(where: str, words: str) -> bool:
        return any(w == where and words in what for w, what in said)

    assert has("r24", "1 record(s) without a usable shape: record 3 (id c): the shape is null")
    assert has("r24", "overlap one another by 5,000")
    assert has("r24", "declares 0.0002 ha") and has("r24", "coverage is not declared")
    assert not has("r25", "coverage is not declared")
    assert has("r22, r24", "no version is in force between 2022-12-31 and 2024-01-01")
    assert has("r24, r25", "both are in force from 2025-01-01 on") and found["r24, r25", True]
    assert has("nothing", "holds no feature") and not has("known", "holds no feature")
    assert has("wrong", "is declared empty and holds 2 features")
    assert has("nothing", "valid_from is not declared") and not has("r24", "valid_from is not declared")
    rows = {r.spec.id: r for r in inspect_layers(project).rows}
    red = rows["r25"]
    assert (red.features, red.lost, red.coverage_declared, red.usable) == (2, 1, True, True)
    assert red.overlap_m2 == pytest.approx(5000, abs=0.1) and red.area_m2 == pytest.approx(15_000, abs=1)
    assert red.declared_m2 == 2.0 and rows["county"].declared_m2 is None
    assert red.crs.startswith("EPSG:4549") and X0 > 0


def test_a_sound_project_has_nothing_to_say(write: Write, folder: Path) -> None:
    write("red.gpkg", [square(0)], MJ=[10_000.0], B=["a"])
    lines = (
        'fields = { id = "B", area_m2 = "MJ" }',
        "valid_from = 2024-01-01",
        "coverage = [120, 28, 121, 30]",
    )
    assert check_layers(load(folder, entry("r", "redline", "red.gpkg", *lines))) == []
