from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod

from eco_gis.errors import UsageError
from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.parts import as_shapes, keep_dimension
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.zonal import (
    ArrayCells,
    CellShares,
    Grid,
    Rule,
    Tile,
    outlines,
    zonal_classes,
    zonal_statistics,
)
from eco_gis.geometry.zonal import grid as grid_module
from eco_gis.geometry.zonal.outlines import Outlines
from eco_gis.geometry.zonal.runs import runs
from eco_gis.layers.raster import raster_cells

PLANE = CRS.from_epsg(4549)
NORTH_UP = (10.0, 0.0, 500_000.0, 0.0, -5.0, 3_200_000.0)
SOUTH_UP = (10.0, 0.0, 500_000.0, 0.0, 5.0, 3_199_900.0)
MIRRORED = (-10.0, 0.0, 500_300.0, 0.0, -5.0, 3_200_000.0)


@pytest.fixture(autouse=True, params=["arrays", "compiled"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every answer twice: by whole arrays, and by compiled code."""
    monkeypatch.setattr(outlines, "COMPILED_FROM", np.inf if request.param == "arrays" else -1)
    return str(request.param)


def raster(values: Any, affine: Any = NORTH_UP, nodata: float | None = None) -> ArrayCells:
    cells = np.asarray(values)
    return ArrayCells(cells, Grid.of(affine, cells.shape, PLANE), nodata)


def blobs(seed: int, count: int, reach: float = 120) -> list[Any]:
    """Crooked polygons with a hole, some in two parts, over a raster of 30 × 20 cells and beyond."""
    rng = np.random.default_rng(seed)
    shapes = []
    for _ in range(count):
        turn = np.sort(rng.uniform(0, 2 * np.pi, 17))
        far = rng.uniform(2, reach) * rng.uniform(0.3, 1, 17)
        x, y = 500_000 + rng.uniform(-20, 320), 3_200_000 - rng.uniform(-20, 120)
        shape = shapely.make_valid(
            shapely.Polygon(np.column_stack([x + far * np.cos(turn), y + far * np.sin(turn)]))
        )
        hole = shapely.Point(x + 3, y).buffer(4)
        shapes.append(shape.difference(hole).union(shapely.box(x + 130, y, x + 133, y + 1)))
    return list(keep_dimension(as_shapes(shapes), 2))


def fractions(cells: ArrayCells, shape: Any, rule: Rule = Rule.FRACTION) -> np.ndarray[Any, Any]:
    """Share of every cell of the raster that the shape takes."""
    out = np.zeros((cells.grid.rows, cells.grid.columns))
    drawn = Outlines.of(shape, cells.grid)
    for tile, parts in cells.grid.tiles_under(drawn.boxes):
        for _, cell, fraction in runs(drawn, parts, tile, rule).cells(tile):
            row, column = np.divmod(cell, tile.columns)
            np.add.at(out, (tile.row + row, tile.column + column), fraction)
    return out


@pytest.mark.parametrize("affine", [NORTH_UP, SOUTH_UP, MIRRORED])
def test_fractions_are_the_areas_that_geos_cuts(affine: Any) -> None:
    cells = raster(np.zeros((20, 30)), affine)
    a, _, c, _, e, f = affine
    column, row = np.meshgrid(np.arange(30), np.arange(20))
    boxes = shapely.box(c + a * column, f + e * row, c + a * (column + 1), f + e * (row + 1))
    for shape in blobs(1, 8):
        expected = shapely.area(shapely.intersection(boxes, shape)) / 50
        assert fractions(cells, shape) == pytest.approx(expected, abs=1e-8)


def test_fractions_cell_by_cell_as_exactextract_has_them() -> None:
    cells = raster(np.arange(600.0).reshape(20, 30))
    west, south, east, north = cells.grid.bounds
    source = NumPyRasterSource(cells.values, west, south, east, north, srs_wkt=PLANE.to_wkt())
    shapes = [s for s in blobs(2, 40) if s.intersects(shapely.box(*cells.grid.bounds))]
    frame = gpd.GeoDataFrame(geometry=shapes, crs=PLANE)
    theirs = exact_extract(source, frame, ["cell_id", "coverage"], output="pandas")
    for shape, ids, share in zip(shapes, theirs["cell_id"], theirs["coverage"], strict=True):
        expected = np.zeros(600)
        expected[ids] = share
        assert fractions(cells, shape).ravel() == pytest.approx(
            expected, abs=1e-6
        )  # theirs are 4-byte floats


def test_statistics_as_exactextract_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_module, "TILE", 7)  # regions reach over several windows
    values = np.random.default_rng(3).integers(0, 9, (20, 30)).astype(float)
    cells = raster(values, nodata=0.0)
    west, south, east, north = cells.grid.bounds
    source = NumPyRasterSource(values, west, south, east, north, nodata=0.0, srs_wkt=PLANE.to_wkt())
    shapes = blobs(4, 60)
    asked = ["count", "sum", "mean", "min", "max", "variance"]
    theirs = exact_extract(source, gpd.GeoDataFrame(geometry=shapes, crs=PLANE), asked, output="pandas")
    ours = zonal_statistics(cells, shapes)
    some = ours.count > 0
    assert some.sum() > 40
    assert ours.count == pytest.approx(theirs["count"].to_numpy(), abs=1e-5)
    for name in asked[1:]:
        assert getattr(ours, name)[some] == pytest.approx(
            theirs[name].to_numpy(float)[some], rel=1e-5, abs=1e-6
        )
        assert np.isnan(getattr(ours, name)[~some]).all()


@pytest.mark.parametrize("rule", Rule)
def test_cells_with_value_without_and_outside_make_the_region(rule: Rule) -> None:
    values = np.where(np.random.default_rng(5).random((20, 30)) < 0.3, np.nan, 1.0)
    shapes = [*blobs(6, 30), shapely.box(400_000, 3_000_000, 400_100, 3_000_100)]
    table = zonal_statistics(raster(values), shapes, rule=rule)
    if rule is Rule.FRACTION:
        assert table.cells == pytest.approx(shapely.area(shapes) / 50, abs=1e-7)
    else:
        x, y = np.meshgrid(
            500_000 + 10 * (np.arange(-40, 80) + 0.5), 3_200_000 - 5 * (np.arange(-60, 80) + 0.5)
        )
        inside = [shapely.contains_xy(s, x, y).sum() for s in shapes[:-1]]
        assert table.cells.tolist() == [*inside, 200]
    assert (table.count[-1], table.nodata[-1], table.uncovered[-1]) == (0, 0, 200)
    assert table.covered_share[-1] == 0
    within = shapely.contains(shapely.box(500_000, 3_199_900, 500_300, 3_200_000), shapes)
    assert within.any() and (table.uncovered[within] == 0).all()


def test_none_empty_lines_and_points_take_no_cell() -> None:
    shapes = [None, shapely.Polygon(), shapely.LineString([(500_000, 3_199_950), (500_100, 3_199_950)])]
    table = zonal_statistics(raster(np.ones((20, 30))), shapes, median=True)
    assert table.cells.tolist() == [0, 0, 0]
    assert table.median is not None
    for values in (
        table.sum,
        table.mean,
        table.min,
        table.max,
        table.variance,
        table.median,
        table.covered_share,
    ):
        assert np.isnan(values).all()
    assert len(zonal_statistics(raster(np.ones((20, 30))), [])) == 0


def test_a_cell_counts_where_its_centre_lies() -> None:
    cells = raster(np.ones((3, 3)))
    assert (
        fractions(cells, shapely.box(500_000, 3_199_985, 500_016, 3_200_000), Rule.CENTRE).tolist()
        == [[1, 1, 0]] * 3
    )


def test_centres_on_a_common_border_are_counted_once() -> None:
    # borders through cell centres, both ways
    cells = raster(np.ones((20, 30)))
    west, south = 500_000, 3_199_900
    tiles = [
        shapely.box(west + x, south + y, west + x + 35, south + y + 22.5)
        for x in range(5, 200, 35)
        for y in (2.5, 25, 47.5)
    ]
    whole = shapely.union_all(tiles)
    counts = zonal_statistics(cells, tiles, rule=Rule.CENTRE).count
    assert counts.sum() == zonal_statistics(cells, [whole], rule=Rule.CENTRE).count[0]


def test_full_and_empty_cells_are_exactly_so() -> None:
    share = fractions(raster(np.ones((20, 30))), shapely.box(500_015, 3_199_923.75, 500_272, 3_199_988.75))
    assert set(np.unique(share[3:15, 2:27])) == {1.0}
    assert np.unique(share[2, 2:27]).tolist() == [0.75]
    assert share[:2].sum() == share[:, :1].sum() == share[:, 28:].sum() == 0


def test_values_of_extremes_and_median_by_hand() -> None:
    cells = raster([[1.0, 2.0, 5.0, -9999.0], [np.nan, 2.0, 7.0, 3.0]], nodata=-9999)
    region = shapely.box(
        500_005, 3_199_992.5, 500_040, 3_200_000
    )  # half the first column, half the lower row
    table = zonal_statistics(cells, [region], median=True)
    assert table.count[0] == 0.5 + 1 + 1 + 0.5 * 3
    assert table.nodata[0] == 1 + 0.25
    assert table.sum[0] == 0.5 + 2 + 5 + 1 + 3.5 + 1.5
    assert (table.min[0], table.max[0]) == (1, 7)
    # weights 1: 0.5, 2: 1.5, 3: 0.5, 5: 1, 7: 0.5; half of 4 is where the twos end
    assert table.median is not None and table.median[0] == 2.5
    weights = [0.5, 1, 1, 0.5, 0.5, 0.5]
    assert table.variance[0] == pytest.approx(np.cov([1, 2, 5, 2, 7, 3], aweights=weights, bias=True))


@given(seed=st.integers(0, 10_000), size=st.integers(3, 25))
@settings(max_examples=20, deadline=None)
def test_windows_change_nothing(seed: int, size: int) -> None:
    cells = raster(np.random.default_rng(seed).random((20, 30)))
    shapes = blobs(seed, 3)
    whole = zonal_statistics(cells, shapes, median=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid_module, "TILE", size)
        apart = zonal_statistics(cells, shapes, median=True)
    for name in ("count", "nodata", "uncovered", "sum", "min", "max", "variance", "median"):
        assert getattr(apart, name) == pytest.approx(getattr(whole, name), abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("rule", Rule)
def test_rasters_that_share_a_grid_share_the_shares(rule: Rule) -> None:
    shapes = blobs(7, 12)
    first = raster(np.random.default_rng(1).random((60, 80)))
    second = ArrayCells(first.values * 2 + 1, first.grid)
    shares = CellShares(shapes, first.grid, rule)
    for cells in (first, second):
        table, alone = zonal_statistics(cells, shares), zonal_statistics(cells, shapes, rule=rule)
        assert table.rule is rule
        np.testing.assert_array_equal(table.sum, alone.sum)
        np.testing.assert_array_equal(table.uncovered, alone.uncovered)
    with pytest.raises(ValueError, match="another grid"):
        zonal_statistics(raster(np.zeros((5, 5))), shares)


def test_large_values_keep_their_variance() -> None:
    table = zonal_statistics(
        raster(np.array([[1e9, 1e9 + 1]])), [shapely.box(500_000, 3_199_995, 500_020, 3_200_000)]
    )
    assert table.variance[0] == 0.25


def test_class_areas_on_the_plane_and_on_the_ellipsoid() -> None:
    classes = np.random.default_rng(8).integers(1, 5, (20, 30))
    shapes = [s for s in blobs(9, 40) if shapely.box(500_000, 3_199_900, 500_300, 3_200_000).contains(s)]
    table = zonal_classes(raster(classes), shapes)
    assert table.classes.tolist() == [1, 2, 3, 4]
    assert table.planar_m2.sum(axis=1) == pytest.approx(shapely.area(shapes), abs=1e-6)
    lonlat = gpd.GeoSeries(shapes, crs=PLANE).to_crs(4490)
    geod = Geod(a=6378137.0, rf=298.257222101)
    on_ellipsoid = [abs(geod.geometry_area_perimeter(shapely.orient_polygons(s))[0]) for s in lonlat]
    assert table.area_m2.sum(axis=1) == pytest.approx(on_ellipsoid, abs=2e-4)  # geodesics are this sharp
    mask = zonal_statistics(raster((classes == 3).astype(float)), shapes)
    assert table.cells[:, 2] == pytest.approx(mask.sum, abs=1e-9)


def test_class_areas_of_a_raster_in_degrees() -> None:
    grid = Grid.of((0.01, 0, 120, 0, -0.02, 30), (4, 5), CRS.from_epsg(4490))
    table = zonal_classes(ArrayCells(np.full((4, 5), 7), grid), [shapely.box(120, 29.92, 120.05, 30)])
    ring = shapely.segmentize(shapely.box(120, 29.92, 120.05, 30), 1e-5)
    told = abs(Geod(a=6378137.0, rf=298.257222101).geometry_area_perimeter(ring)[0])
    assert table.area_m2[0, 0] == pytest.approx(told, rel=1e-9)
    assert np.isnan(table.planar_m2).all()


def test_class_areas_far_from_the_meridian() -> None:
    # one region over a wide tile: the areal scale is a parabola along a row
    far = (30.0, 0.0, 600_000.0, 0.0, -30.0, 3_200_000.0)
    box = shapely.box(600_000, 3_199_700, 660_000, 3_200_000)
    table = zonal_classes(raster(np.ones((10, 2000), dtype=np.uint8), far), [box])
    lonlat = gpd.GeoSeries([shapely.segmentize(box, 10)], crs=PLANE).to_crs(4490)[0]
    told = abs(Geod(a=6378137.0, rf=298.257222101).geometry_area_perimeter(lonlat)[0])
    assert table.area_m2[0, 0] == pytest.approx(told, rel=1e-9)


def test_a_class_that_is_nodata_has_no_area() -> None:
    table = zonal_classes(
        raster([[1, 1, 2], [2, 0, 0]], nodata=0), [shapely.box(500_000, 3_199_990, 500_025, 3_200_005), None]
    )
    assert table.of(0) == {1: 2.0, 2: 1.5} and table.of(1) == {}
    assert table.nodata.tolist() == [1.5, 0] and table.uncovered[0] == pytest.approx(2.5)
    assert table.share[0] == pytest.approx([4 / 7, 3 / 7])
    assert np.isnan(table.covered_share[1])


@pytest.mark.parametrize("affine", [(1, 0.1, 0, 0, -1, 0), (1, 0, 0, 0.1, -1, 0), (0, 0, 0, 0, -1, 0)])
def test_a_rotated_raster_is_refused(affine: Any) -> None:
    with pytest.raises(UsageError, match="rotated"):
        Grid.of(affine, (2, 2))


def test_areas_need_a_plane_that_is_known() -> None:
    cells = ArrayCells(np.ones((2, 2), dtype=int), Grid.of((1, 0, 0, 0, -1, 2), (2, 2)))
    table = zonal_classes(cells, [shapely.box(0, 0, 1, 1)])
    assert (
        table.cells.tolist() == [[1.0]] and np.isnan(table.area_m2).all() and np.isnan(table.planar_m2).all()
    )


def test_zion_fractions_sum_to_the_park(shared_data: Path) -> None:
    park = gpd.read_file(shared_data / "zion" / "zion.gpkg")
    with raster_cells(shared_data / "zion" / "nlcd.tif") as cells:
        assert cells.grid.crs is not None
        shapes = transform(park.geometry.to_numpy(), park.crs, cells.grid.crs)
        table = zonal_classes(cells, shapes)
        park_m2 = Regions(shapes, Plane.over(cells.grid.crs, cells.grid.bounds)).area_m2
    assert table.covered_share[0] == 1 and table.uncovered[0] == 0
    assert table.planar_m2.sum() == pytest.approx(shapely.area(shapes).sum(), rel=1e-12)
    assert table.area_m2.sum() == pytest.approx(park_m2.sum(), rel=1e-9)


def test_a_small_region_reads_a_few_cells_and_has_the_same_area_alone_and_among_others() -> None:
    rng = np.random.default_rng(5)
    whole = raster(rng.integers(1, 4, (3_000, 3_000)).astype(np.uint8))

    class Counting(ArrayCells):
        seen = 0

        def read(self, tile: Tile) -> Any:
            Counting.seen += tile.rows * tile.columns
            return super().read(tile)

    cells = Counting(whole.values, whole.grid)
    west, _, _, north = whole.grid.bounds
    dx, dy = abs(whole.grid.dx), abs(whole.grid.dy)
    shapes = [
        shapely.box(west + dx * c, north - dy * (r + 7.3), west + dx * (c + 5.6), north - dy * r)
        for c, r in ((11.2, 40.5), (2_044.7, 2_046.1), (2_990.0, 2_500.3))
    ]
    among = zonal_classes(cells, shapes)
    Counting.seen = 0
    alone = [zonal_classes(cells, [shape]) for shape in shapes]
    # one window of the first and the last, four of the one over the corner of four tiles
    assert Counting.seen < 4 * 10 * 10
    for n, table in enumerate(alone):
        assert table.cells[0].sum() == pytest.approx(5.6 * 7.3)
        assert table.area_m2[0] == pytest.approx(among.area_m2[n], rel=1e-13)
