"""Patches made from rasters: whole cells, exact areas, and the same sums as the transition table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eco_gis.geometry.regions import Regions
from eco_gis.geometry.zonal import ArrayCells, Grid, Rule, Tile, class_transitions
from eco_gis.layers.raster_shapes import cells_inside, polygons_of, window_of
from eco_gis.patches.from_rasters import ChangedCells, ChangeKind, CoverRule, NdviRule, changed_cells
from tests.builders import PLANE, X0, Y0

GROUPS = {1: "natural", 2: "natural", 3: "farmland", 8: "built", 9: "unused"}
CRS = PLANE.crs


def cells(
    values: np.ndarray, size: float = 10.0, *, shift: float = 0.0, nodata: float | None = 0
) -> ArrayCells:
    grid = Grid.of((size, 0, X0 + shift, 0, -size, Y0 + 200), values.shape, CRS)
    return ArrayCells(values, grid, nodata)


def change_of(before: ArrayCells, after: ArrayCells, *inside: shapely.Geometry) -> ChangedCells:
    grid = before.grid if abs(before.grid.dx) <= abs(after.grid.dx) else after.grid
    shapes = np.array(inside or [shapely.box(*grid.bounds)], dtype=object)
    window = window_of(grid, shapes)
    rule = CoverRule(lambda value: GROUPS.get(int(value), ""))
    return changed_cells(before, after, window, lambda tile: cells_inside(grid, tile, shapes), rule)


classes = hnp.arrays(np.uint8, (12, 9), elements=st.sampled_from([0, 1, 2, 3, 8, 9]))


@settings(max_examples=40, deadline=None)
@given(before=classes, after=classes)
def test_areas_per_pair_agree_with_the_transition_table(before: np.ndarray, after: np.ndarray) -> None:
    old, new = cells(before), cells(after)
    line = shapely.box(X0 + 12, Y0 + 92, X0 + 77, Y0 + 193)
    changed = change_of(old, new, line)
    found, codes = polygons_of(changed.kinds(), changed.grid)
    table = class_transitions(old, new, [line], rule=Rule.CENTRE)
    expected: dict[tuple[int, int], float] = {}
    for (first, second), area in zip(table.classes.tolist(), table.area_m2[0].tolist(), strict=True):
        kinds = GROUPS.get(first, ""), GROUPS.get(second, "")
        if kinds in {
            ("natural", "built"),
            ("natural", "unused"),
            ("natural", "farmland"),
            ("farmland", "built"),
        }:
            expected[first, second] = area
    counted: dict[tuple[int, int], int] = {}
    for shape in found:
        tile = window_of(changed.grid, [shape])
        for pair, n in changed.cells_by_pair(cells_inside(changed.grid, tile, [shape]), tile).items():
            key = int(pair.before), int(pair.after)
            counted[key] = counted.get(key, 0) + n
    assert {k: 100.0 * n for k, n in counted.items()} == pytest.approx(
        {k: v for k, v in expected.items() if v}, rel=1e-3
    )
    area = Regions(found, PLANE).area_m2.sum() if len(found) else 0.0
    assert area == pytest.approx(sum(expected.values()), rel=1e-9)
    assert shapely.area(found).sum() == 100.0 * sum(counted.values())
    assert all(shapely.is_valid(found))
    assert set(codes.tolist()) <= set(range(1, len(ChangeKind) + 1))


def test_kinds_share_patches_of_many_classes_and_corners_part_them() -> None:
    before = np.array([[1, 2, 3], [1, 1, 1]], dtype=np.uint8)
    after = np.array([[8, 8, 8], [1, 1, 9]], dtype=np.uint8)
    changed = change_of(cells(before), cells(after))
    shapes, codes = polygons_of(changed.kinds(), changed.grid)
    told = {list(ChangeKind)[c - 1]: s.area for s, c in zip(shapes, codes, strict=True)}
    assert told == {
        ChangeKind.NATURAL_TO_BUILT: 200.0,
        ChangeKind.FARMLAND_TO_BUILT: 100.0,
        ChangeKind.NATURAL_TO_BARE: 100.0,
    }


def test_a_coarser_and_shifted_raster_is_asked_at_the_centres_of_the_finer() -> None:
    before = cells(np.full((4, 4), 1, dtype=np.uint8), 30.0)
    after = np.full((8, 8), 1, dtype=np.uint8)
    after[2:4, 2:5] = 8
    changed = change_of(before, cells(after, 20.0, shift=10.0))
    (shape,), _ = polygons_of(changed.kinds(), changed.grid)
    assert shape.area == 6 * 400
    assert shape.bounds == (X0 + 50, Y0 + 120, X0 + 110, Y0 + 160)


def test_cells_without_data_and_outside_the_line_make_no_patch() -> None:
    before = np.array([[1, 0, 1, 1]], dtype=np.uint8)
    after = np.array([[8, 8, 0, 8]], dtype=np.uint8)
    line = shapely.box(X0, Y0, X0 + 34, Y0 + 200)
    changed = change_of(cells(before), cells(after), line)
    assert changed.codes.tolist() == [[1, 0, 0, 0]]


def test_vegetation_that_was_green_and_fell_is_lost_cover() -> None:
    before = cells(np.array([[0.8, 0.8, 0.3, np.nan]]), nodata=None)
    after = cells(np.array([[0.6, 0.7, 0.0, 0.1]]), nodata=None)
    grid = before.grid
    window = Tile(0, 0, 1, 4)
    changed = changed_cells(
        before, after, window, lambda t: np.ones((t.rows, t.columns), dtype=bool), NdviRule()
    )
    assert changed.codes.tolist() == [[1, 0, 0, 0]]
    assert changed.pairs[0].kind is ChangeKind.COVER_LOST
    assert changed.grid == grid


def test_malta_gives_the_area_of_each_pair_of_codes(shared_data: Path) -> None:
    """CORINE of 2018 and 2024 laid on a grid: patches agree with the cells of each change."""
    file = shared_data / "malta" / "clc2024_mt.gpkg"
    first, second = (pyogrio.read_dataframe(file, layer=f"clc{year}_mt") for year in (18, 24))
    crs = pyproj.CRS.from_epsg(32633)
    west, south, east, north = (float(v) for v in first.total_bounds)
    size = 20.0
    shape = int((north - south) // size) + 1, int((east - west) // size) + 1
    grid = Grid.of((size, 0, west, 0, -size, north), shape, crs)
    values = []
    for frame in (first, second):
        field = next(c for c in frame.columns if c.lower().startswith("code"))
        burnt = rasterio.features.rasterize(
            ((s, int(c)) for s, c in zip(frame.geometry, frame[field], strict=True)),
            shape, transform=rasterio.Affine(size, 0, west, 0, -size, north), dtype="int32",
        )  # fmt: skip
        values.append(burnt)
    rule = CoverRule(lambda v: {1: "built", 2: "farmland", 3: "natural"}.get(int(v) // 100, ""))
    before, after = (ArrayCells(v, grid, 0) for v in values)
    everywhere = Tile(0, 0, *shape)
    changed = changed_cells(
        before, after, everywhere, lambda t: np.ones((t.rows, t.columns), dtype=bool), rule
    )
    found, _ = polygons_of(changed.kinds(), grid)
    moved = values[0] != values[1]
    old, new = values[0][moved] // 100, values[1][moved] // 100
    asked = ((old == 3) & np.isin(new, (1, 2))) | ((old == 2) & (new == 1))
    assert asked.sum() > 100
    assert shapely.area(found).sum() == size * size * asked.sum()
    by_pair = {(p.before, p.after) for p in changed.pairs}
    assert {("323", "121"), ("323", "132"), ("243", "131"), ("243", "124")} <= by_pair
