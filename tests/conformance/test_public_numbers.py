"""Kernels against figures published or computed by others for public data."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
import shapely

from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.overlay import difference, footprint, overlap_pairs, symmetric_difference
from eco_gis.geometry.parts import total_bounds
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.validity import repair
from eco_gis.geometry.zonal import ArrayCells, Grid, Rule, zonal_classes


def regions_of(frame: gpd.GeoDataFrame, epsg: int) -> Regions:
    crs = pyproj.CRS.from_epsg(epsg)
    shapes = transform(frame.geometry.to_numpy(), frame.crs, crs)
    return Regions(shapes, Plane.over(crs, total_bounds(shapes)))


def same_plane(regions: Regions, plane: Plane) -> Regions:
    return Regions(regions.shapes, plane)


def test_jinhua_counties_tile_the_prefecture(shared_data: Path) -> None:
    paths = sorted((shared_data / "jinhua").glob("*.geojson"))
    frame = gpd.GeoDataFrame(
        {"adcode": [p.stem for p in paths]},
        geometry=[gpd.read_file(p).geometry.iloc[0] for p in paths],
        crs=gpd.read_file(paths[0]).crs,
    )
    regions = regions_of(frame, 4549)
    prefecture, counties = regions.take([0]), regions.take(np.arange(1, len(regions)))
    assert len(counties) == 9
    among = overlap_pairs(counties, counties)
    assert (among.a == among.b).all()
    assert shapely.area(symmetric_difference(prefecture, counties)).sum() == 0
    assert counties.planar_m2.sum() / 1e6 == pytest.approx(10_921.705566, rel=1e-8)
    assert counties.area_m2.sum() / 1e6 == pytest.approx(10_921.336517, rel=1e-8)
    assert counties.area_m2.sum() == pytest.approx(prefecture.area_m2[0], rel=1e-13)
    dongyang = frame["adcode"].tolist().index("330783")
    assert regions.planar_m2[dongyang] / 1e6 == pytest.approx(1_755.1242, abs=1e-4)
    assert regions.area_m2[dongyang] / 1e6 == pytest.approx(1_755.0588, abs=1e-4)
    assert all(
        one is other for one, other in zip(footprint(counties).regions.shapes, counties.shapes, strict=True)
    )


def test_the_net_change_of_a_repair_is_blind(shared_data: Path) -> None:
    frame = gpd.read_file(shared_data / "jinhua_invalid" / "永康市.geojson")
    regions = regions_of(frame, 4549)
    mended = repair(regions.shapes)
    assert mended.reasons[0]
    assert abs(mended.net_m2[0]) < 0.01
    assert mended.ambiguous_m2[0] == pytest.approx(118_509, rel=1e-3)


def test_malta_really_changed_by_25_ha(shared_data: Path) -> None:
    source = shared_data / "malta" / "clc2024_mt.gpkg"
    layers = {name.lower(): name for name in gpd.list_layers(source)["name"]}
    old, new = (
        gpd.read_file(source, layer=next(n for k, n in layers.items() if key in k))
        for key in ("clc18", "clc24")
    )
    before, after = regions_of(old, 32633), regions_of(new, 32633)
    after = same_plane(after, before.plane)
    assert before.planar_m2.sum() / 1e4 == pytest.approx(492_221.9663, abs=1e-3)
    assert before.area_m2.sum() / 1e4 == pytest.approx(492_572.28, abs=0.01)
    code_old, code_new = (
        f[next(c for c in f.columns if c.lower().startswith("code"))].astype(str).to_numpy()
        for f in (old, new)
    )
    pairs = overlap_pairs(before, after)
    changed = code_old[pairs.a] != code_new[pairs.b]
    assert pairs.planar_m2[changed].sum() / 1e4 == pytest.approx(25.035, abs=1e-3)
    assert pairs.area_m2[changed].sum() / 1e4 == pytest.approx(25.054, abs=1e-3)
    kept = difference(before, after)
    assert shapely.area(kept).sum() < 1


def test_wind_farms_meet_one_protected_area_twice(shared_data: Path) -> None:
    folder = shared_data / "northsea"
    farms = gpd.read_file(folder / "EMODnet_HA_Energy_WindFarms_pg_20230605.shp")
    areas = gpd.read_file(folder / "MPA_NorthSea_Shapes.shp")
    near = farms.cx[2:10, 52:57]
    crs = pyproj.CRS.from_epsg(32632)
    a, b = (transform(f.geometry.to_numpy(), f.crs, crs) for f in (near, areas))
    plane = Plane.over(crs, total_bounds(np.concatenate([a, b])))
    farm_regions = Regions(a, plane)
    pairs = overlap_pairs(farm_regions, footprint(Regions(b, plane)).regions)
    names = near["NAME"].to_numpy()[pairs.a]
    found = dict(zip(names, pairs.area_m2, strict=True))
    assert set(found) == {"Butendiek", "EN4"}
    assert found["Butendiek"] / 1e4 == pytest.approx(3_143.72, abs=0.02)
    # the areas are delivered in UTM, where their edges are straight; read as straight in degrees: 64 m²
    assert found["EN4"] == pytest.approx(28, abs=0.1)


def test_areas_of_wind_farms_are_geographiclibs_on_their_straight_edges(shared_data: Path) -> None:
    """Declared areas follow geodesics between far corners; ours the edges as drawn, straight in degrees."""
    farms = gpd.read_file(shared_data / "northsea" / "EMODnet_HA_Energy_WindFarms_pg_20230605.shp").cx[
        2:10, 52:57
    ]
    geod = pyproj.Geod(ellps="WGS84")
    drawn = shapely.orient_polygons(shapely.segmentize(farms.geometry.to_numpy(), 0.0005))
    expected = np.array([geod.geometry_area_perimeter(shape)[0] for shape in drawn])
    edges = shapely.get_num_coordinates(farms.geometry.to_numpy())
    error = np.abs(regions_of(farms, 32632).area_m2 - expected)
    assert (error < 0.01 * edges + 1e-7 * expected).all()


def test_zion_cells_by_the_centre_rule(shared_data: Path) -> None:
    folder = shared_data / "zion"
    boundary = gpd.read_file(next(p for p in sorted(folder.rglob("*")) if p.suffix in {".gpkg", ".shp"}))
    with rasterio.open(next(p for p in sorted(folder.rglob("*.tif")) if "nlcd" in p.name.lower())) as raster:
        values, affine = raster.read(1), tuple(raster.transform)[:6]
        crs = pyproj.CRS.from_wkt(raster.crs.to_wkt())
    shapes = transform(boundary.geometry.to_numpy(), boundary.crs, crs)
    cells = ArrayCells(values, Grid.of(affine, values.shape, crs))
    counts = zonal_classes(cells, shapes, rule=Rule.CENTRE).of(0)
    assert sorted(counts.values()) == sorted([4_205, 98_285, 298_299, 203_701, 235, 62, 679])
