from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from eco_gis.errors import UsageError
from eco_gis.geometry.area import ellipsoidal_area, ellipsoidal_length, official_area, planar_area
from eco_gis.geometry.crs import Plane, transform
from eco_gis.testing import assert_area

DOMAINS = {
    4549: (480_000, 3_150_000, 620_000, 3_260_000),
    32632: (-250_000, 5_400_000, 1_250_000, 6_900_000),
    2263: (900_000, 100_000, 1_100_000, 300_000),
    3035: (3_000_000, 2_000_000, 4_500_000, 3_500_000),
}


def plane_of(epsg: int) -> Plane:
    return Plane.over(pyproj.CRS.from_epsg(epsg), DOMAINS[epsg])


def stars(plane: Plane, radius: float, count: int = 6) -> np.ndarray:
    rng = np.random.default_rng(int(radius))
    west, south, east, north = plane.domain
    out = []
    for _ in range(count):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 12))
        reach = radius * rng.uniform(0.4, 1, 12)
        x, y = rng.uniform(west + radius, east - radius), rng.uniform(south + radius, north - radius)
        out.append(shapely.Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])))
    return np.array(out, dtype=object)


def geodesic_area(shapes: np.ndarray, plane: Plane, step: float) -> np.ndarray:
    """GeographicLib on edges densified to `step`, extrapolated over two densities."""
    geod = plane.crs.get_geod()
    to_degrees = pyproj.Transformer.from_crs(plane.crs, plane.crs.geodetic_crs, always_xy=True)

    def measure(shape: shapely.Polygon, density: float) -> float:
        lon, lat = to_degrees.transform(*shapely.get_coordinates(shapely.segmentize(shape, density)).T)
        return abs(geod.polygon_area_perimeter(lon, lat)[0])

    return np.array([(4 * measure(s, step / 2) - measure(s, step)) / 3 for s in shapes])


def local_area(shapes: np.ndarray, plane: Plane) -> np.ndarray:
    """GeographicLib's azimuths and distances from the middle of small dense shapes, as plane coordinates.

    Its polygon areas carry a noise of some cm², too much for shapes of a few hundred m².
    """
    geod = plane.crs.get_geod()
    to_degrees = pyproj.Transformer.from_crs(plane.crs, plane.crs.geodetic_crs, always_xy=True)
    out = []
    for shape in shapes:
        dense = shapely.segmentize(shape, shape.length / 500)
        lon, lat = to_degrees.transform(*shapely.get_coordinates(dense).T)
        lon0, lat0 = to_degrees.transform(shape.centroid.x, shape.centroid.y)
        azimuth, _, distance = geod.inv(np.full_like(lon, lon0), np.full_like(lat, lat0), lon, lat)
        x, y = distance * np.sin(np.radians(azimuth)), distance * np.cos(np.radians(azimuth))
        out.append(shapely.Polygon(np.column_stack([x, y])).area)
    return np.array(out)


@pytest.mark.parametrize("epsg", DOMAINS)
@pytest.mark.parametrize("radius", [3_000, 25_000])
def test_ellipsoidal_area_is_geographiclibs_on_dense_edges(epsg: int, radius: float) -> None:
    plane = plane_of(epsg)
    shapes = stars(plane, radius)
    assert_area(ellipsoidal_area(shapes, plane), geodesic_area(shapes, plane, radius / 50))


@pytest.mark.parametrize("epsg", DOMAINS)
@pytest.mark.parametrize("radius", [3, 15, 100])
def test_ellipsoidal_area_of_small_parcels(epsg: int, radius: float) -> None:
    plane = plane_of(epsg)
    shapes = stars(plane, radius)
    assert_area(ellipsoidal_area(shapes, plane), local_area(shapes, plane))


def test_edges_of_hundreds_of_kilometres_in_a_wide_domain() -> None:
    plane = plane_of(32632)
    shapes = stars(plane, 500_000, 3)
    assert_area(ellipsoidal_area(shapes, plane), geodesic_area(shapes, plane, 1_000))


def test_an_equal_area_plane_needs_no_correction() -> None:
    plane = plane_of(3035)
    shapes = stars(plane, 100_000)
    np.testing.assert_allclose(ellipsoidal_area(shapes, plane), planar_area(shapes, plane), rtol=1e-9)


def test_feet_become_metres() -> None:
    plane = plane_of(2263)
    square = shapely.box(1_000_000, 200_000, 1_000_100, 200_100)
    assert planar_area([square], plane)[0] == pytest.approx((100 * 1200 / 3937) ** 2, rel=1e-12)


def test_web_mercator_is_no_plane_for_areas() -> None:
    plane = Plane.over(pyproj.CRS.from_epsg(3857), (13_300_000, 3_300_000, 13_400_000, 3_400_000))
    with pytest.raises(UsageError, match="Web Mercator"):
        ellipsoidal_area([shapely.box(13_310_000, 3_310_000, 13_320_000, 3_320_000)], plane)


def test_holes_parts_direction_and_what_has_no_area() -> None:
    plane = plane_of(4549)
    shell, hole = (
        shapely.box(520_000, 3_200_000, 521_000, 3_201_000),
        shapely.box(520_100, 3_200_100, 520_400, 3_200_400),
    )
    ring = shapely.Polygon(shell.exterior.coords, [hole.exterior.coords])
    far = shapely.box(600_000, 3_200_000, 601_000, 3_201_000)
    both = shapely.MultiPolygon([ring, far])
    mixed = shapely.GeometryCollection([both, shapely.Point(520_000, 3_200_000)])
    area = ellipsoidal_area([shell, hole, ring, shapely.reverse(ring), far, both, mixed], plane)
    assert area[2] == pytest.approx(area[0] - area[1], rel=1e-13)
    assert area[3] == area[2]
    assert area[5] == pytest.approx(area[2] + area[4], rel=1e-13)
    assert area[6] == area[5]
    nothing = [
        None,
        shapely.Polygon(),
        shapely.MultiPolygon(),
        shapely.Point(0, 0),
        shapely.LineString([(0, 0), (1, 1)]),
    ]
    assert ellipsoidal_area(nothing, plane).tolist() == [0.0] * 5
    assert ellipsoidal_area([], plane).shape == (0,)


def test_a_shape_outside_the_domain_is_named() -> None:
    plane = plane_of(4549)
    inside, outside = shapely.box(520_000, 3_200_000, 520_010, 3_200_010), shapely.box(0, 0, 1, 1)
    with pytest.raises(UsageError, match=r"shape 1 reaches \(1\.000, 0\.000\)"):
        ellipsoidal_area([inside, outside], plane)
    with pytest.raises(UsageError, match="domain"):
        plane.scale_at(0.0, 0.0)


def test_the_county_box_has_its_three_areas() -> None:
    degrees = shapely.box(120.05, 29.0, 120.75, 29.5)
    lonlat = pyproj.CRS.from_epsg(4490)
    found = {}
    for epsg in (4549, 4548):
        crs = pyproj.CRS.from_epsg(epsg)
        shapes = transform([degrees], lonlat, crs)
        plane = Plane.over(crs, tuple(shapely.total_bounds(shapes)))
        assert_area(ellipsoidal_area(shapes, plane), [3_770_898_103.14], m2=0.1, relative=0)
        found[epsg] = planar_area(shapes, plane)[0]
    assert round((found[4549] - 3_770_898_103.14) / 1e4, 1) == 17.7
    assert round((found[4548] - 3_770_898_103.14) / 1e4) == 1021
    mercator = transform([degrees], lonlat, pyproj.CRS.from_epsg(3857))[0]
    assert mercator.area / 3_770_898_103.14 == pytest.approx(1.318, abs=5e-4)


def test_official_area_is_exact_on_meridians_and_parallels() -> None:
    """One trapezoid between parallels has a closed form: GeographicLib on dense parallels."""
    box = shapely.box(120, 29, 120.02, 29.02)
    lon, lat = shapely.get_coordinates(shapely.segmentize(box, 0.0002)).T
    geodesic = abs(pyproj.Geod(a=6378137.0, rf=298.257222101).polygon_area_perimeter(lon, lat)[0])
    assert official_area([box])[0] == pytest.approx(geodesic, abs=1e-3)
    hole = shapely.box(120.005, 29.005, 120.01, 29.01)
    ring = shapely.difference(box, hole)
    assert official_area([ring])[0] == pytest.approx(
        official_area([box])[0] - official_area([hole])[0], rel=1e-12
    )
    assert official_area([None, shapely.Polygon()]).tolist() == [0.0, 0.0]


def test_official_area_moves_with_a_vertex_on_a_straight_edge_and_ellipsoidal_does_not() -> None:
    crs = pyproj.CRS.from_epsg(4549)
    bare = shapely.Polygon([(550_000, 3_210_000), (555_000, 3_212_000), (553_000, 3_216_000)])
    dense = shapely.segmentize(bare, 100)
    plane = Plane.over(crs, bare.bounds)
    ellipsoidal = ellipsoidal_area([bare, dense], plane)
    degrees = transform([bare, dense], crs, crs.geodetic_crs, chord_budget_m2=np.inf)
    official = official_area(degrees)
    assert ellipsoidal[0] == pytest.approx(ellipsoidal[1], rel=1e-12)
    assert abs(official[0] / ellipsoidal[0] - 1) > 1e-6
    assert official[1] == pytest.approx(ellipsoidal[1], rel=1e-7)


def test_length_of_a_line_is_the_geodesics() -> None:
    plane = plane_of(4549)
    line = shapely.LineString([(500_000, 3_200_000), (560_000, 3_200_000), (610_000, 3_250_000)])
    to_degrees = pyproj.Transformer.from_crs(plane.crs, plane.crs.geodetic_crs, always_xy=True)
    lon, lat = to_degrees.transform(*shapely.get_coordinates(shapely.segmentize(line, 100)).T)
    expected = plane.crs.get_geod().line_length(lon, lat)
    measured = ellipsoidal_length([line, line.envelope, shapely.MultiLineString([line, line]), None], plane)
    np.testing.assert_allclose(measured, [expected, 0, 2 * expected, 0], rtol=1e-9)
