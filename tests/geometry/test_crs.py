from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from eco_gis.errors import CRSMismatchError, TransformRefusedError, UsageError
from eco_gis.geometry.crs import (
    Plane,
    choose_plane_crs,
    operation_name,
    require_same_plane,
    transform,
    transform_bounds,
)

CGCS2000, ZONE = pyproj.CRS.from_epsg(4490), pyproj.CRS.from_epsg(4549)
BEIJING = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=krass +units=m"


def epsg(code: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(code)


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ((120.05, 29.0, 120.75, 29.5), 4549),
        ((117.1, 29.0, 117.5, 29.5), 4548),
        ((73.6, 39.0, 74.5, 40.0), 4534),
        ((134.0, 47.0, 135.0, 48.0), 4554),
        ((3.0, 53.0, 9.0, 56.0), 32632),
        ((-73.0, -42.0, -72.0, -41.0), 32718),
        ((178.0, 10.0, 180.0, 11.0), 32660),
        ((0.0, 85.0, 90.0, 88.0), 32661),
        ((0.0, -88.0, 90.0, -85.0), 32761),
    ],
)
def test_the_plane_follows_the_coverage(bounds: tuple[float, float, float, float], code: int) -> None:
    assert choose_plane_crs(bounds).to_epsg() == code


def test_bounds_that_are_not_degrees_choose_no_plane() -> None:
    with pytest.raises(UsageError, match="degrees"):
        choose_plane_crs((500_000, 3_200_000, 510_000, 3_210_000))


def test_a_plane_needs_a_projected_crs_and_a_box() -> None:
    with pytest.raises(UsageError, match="not a projected CRS"):
        Plane.over(CGCS2000, (120, 29, 121, 30))
    with pytest.raises(UsageError, match="not a box"):
        Plane(ZONE, (0.0, 0.0, 0.0, 1.0))


def test_planes_are_told_apart_by_crs_not_by_name_or_domain() -> None:
    plane = Plane.over(ZONE, (500_000, 3_200_000, 501_000, 3_201_000))
    esri = pyproj.CRS.from_wkt(ZONE.to_wkt("WKT1_ESRI"))
    require_same_plane(plane, Plane.over(esri, (0, 3_000_000, 900_000, 4_000_000)))
    with pytest.raises(CRSMismatchError, match=r"EPSG:4549.*EPSG:4548"):
        require_same_plane(plane, Plane.over(epsg(4548), plane.domain))


@pytest.mark.parametrize("code", [4214, 2415, 4610, 2363])
def test_old_chinese_datums_are_refused_with_the_parameters_they_need(code: int) -> None:
    point = shapely.Point(120.3, 29.3) if epsg(code).is_geographic else shapely.Point(500_000, 3_200_000)
    with pytest.raises(TransformRefusedError, match=r"towgs84"):
        transform([point], epsg(code), ZONE)
    with pytest.raises(TransformRefusedError):
        transform([], epsg(code), ZONE)


def test_old_datum_with_its_parameters_is_shifted() -> None:
    given = pyproj.CRS.from_proj4(BEIJING + " +towgs84=15.8,-154.4,-82.3,0,0,0,0")
    assert "parameters given" in operation_name(given, ZONE)
    here, there = (
        shapely.Point(520_000, 3_200_000),
        transform([shapely.Point(520_000, 3_200_000)], given, ZONE)[0],
    )
    assert 20 < here.distance(there) < 200


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(TransformRefusedError):
        transform([shapely.Point(500_000, 3_200_000)], pyproj.CRS.from_proj4(BEIJING), ZONE)


@pytest.mark.parametrize(
    ("source", "target"), [(4326, 4549), (4258, 4549), (9000, 4549), (4490, 32650), (4258, 32632)]
)
def test_null_shift_family_is_a_pure_change_of_projection(source: int, target: int) -> None:
    lon, lat = (120.3, 29.3) if target != 32632 else (8.0, 54.0)
    assert operation_name(epsg(source), epsg(target)).startswith("no datum shift")
    expected = pyproj.Proj(epsg(target))(lon, lat)
    moved = transform([shapely.Point(lon, lat)], epsg(source), epsg(target))[0]
    assert (moved.x, moved.y) == pytest.approx(expected, abs=1e-6)


def test_a_named_operation_is_used_and_stated() -> None:
    name = operation_name(epsg(21781), epsg(2056))
    assert name == "CH1903 to WGS 84 (2) (accuracy 1.5 m) + Inverse of CH1903+ to WGS 84 (1) (accuracy 1 m)"
    moved = transform([shapely.Point(600_000, 200_000)], epsg(21781), epsg(2056))[0]
    assert (moved.x, moved.y) == pytest.approx((2_600_000, 1_200_000), abs=0.01)


def test_an_operation_made_for_another_region_is_not_used() -> None:
    with pytest.raises(TransformRefusedError):
        transform([shapely.Point(100.0, 30.0)], epsg(4149), epsg(4326))


def test_the_number_of_the_zone_in_front_of_the_easting_goes() -> None:
    moved = transform([shapely.Point(40_520_000, 3_200_000)], epsg(4528), ZONE)[0]
    assert (moved.x, moved.y) == pytest.approx((520_000, 3_200_000), abs=1e-6)
    assert operation_name(epsg(4528), ZONE) == "same datum"


def test_a_compound_crs_counts_by_its_horizontal_part_and_heights_go() -> None:
    compound = pyproj.CRS("EPSG:2056+5728")
    moved = transform([shapely.Point(2_600_000, 1_200_000, 500)], compound, epsg(2056))[0]
    assert shapely.to_wkt(moved) == "POINT (2600000 1200000)"


def test_every_kind_of_shape_keeps_its_kind() -> None:
    square, hole = shapely.box(120, 29, 120.1, 29.1), shapely.box(120.02, 29.02, 120.05, 29.05)
    ring = shapely.difference(square, hole)
    line = shapely.LineString([(120, 29), (120.1, 29.1)])
    shapes = [
        ring,
        shapely.MultiPolygon([ring]),
        line,
        shapely.MultiLineString([line, line]),
        shapely.Point(120, 29),
        shapely.MultiPoint([(120, 29), (121, 29)]),
        shapely.GeometryCollection([ring, line]),
        None,
        shapely.Polygon(),
    ]
    there = transform(shapes, CGCS2000, ZONE)
    assert shapely.get_type_id(there).tolist() == shapely.get_type_id(shapes).tolist()
    assert there[8].is_empty
    back = transform(there, ZONE, CGCS2000)
    far = shapely.hausdorff_distance(np.array(shapes[:7]), back[:7])
    assert far.max() < 1e-9


def test_no_shape_gives_no_shape() -> None:
    for source in (CGCS2000, epsg(4326), epsg(4528), ZONE):
        for nothing in ([], np.empty(0, dtype=object), np.array([])):
            moved = transform(nothing, source, ZONE)
            assert (moved.shape, moved.dtype) == ((0,), object)


def test_a_coordinate_without_an_image_is_an_error() -> None:
    with pytest.raises(UsageError, match="no image"):
        transform([shapely.Point(4e9, 4e9)], ZONE, CGCS2000)


def test_an_edge_bends_alike_on_both_sides_however_many_vertices_it_has() -> None:
    """One straight edge of 9.7 km with 2 vertices on one side and 50 on the other."""
    stops = [(120 + 0.1 * k / 49, 29.0) for k in range(50)]
    south = shapely.Polygon([(120, 29), (120.1, 29), (120.1, 28.95), (120, 28.95)])
    north = shapely.Polygon([*stops, (120.1, 29.05), (120, 29.05)])
    bare = shapely.intersection(*transform([south, north], CGCS2000, ZONE, chord_budget_m2=np.inf))
    assert bare.area == pytest.approx(6_716, rel=0.01)
    for pair in ([south, north], [north, south], [shapely.reverse(south), north]):
        assert shapely.intersection(*transform(pair, CGCS2000, ZONE)).area < (1 + 49) * 0.01


def test_neighbours_with_the_same_edge_share_it_bit_for_bit() -> None:
    west = shapely.Polygon([(120, 29), (120.3, 29.2), (120.2, 29.5), (119.9, 29.4)])
    east = shapely.Polygon([(120.2, 29.5), (120.3, 29.2), (120.6, 29.3)])
    dense = transform([west, east], CGCS2000, ZONE)
    shared = {tuple(p) for p in shapely.get_coordinates(dense[0])} & {
        tuple(p) for p in shapely.get_coordinates(dense[1])
    }
    assert len(shared) > 50
    assert shapely.touches(*dense)
    assert shapely.intersection(*dense).area == 0


def test_the_chord_error_is_within_budget_on_every_edge() -> None:
    edge = shapely.LineString([(120.3, 29.0), (120.6, 29.2)])
    fine = transform([shapely.segmentize(edge, 2e-5)], CGCS2000, ZONE, chord_budget_m2=np.inf)[0]
    for budget in (100.0, 1.0, 0.01):
        dense = transform([edge], CGCS2000, ZONE, chord_budget_m2=budget)[0]
        lens = shapely.Polygon([*dense.coords, *reversed(fine.coords)])
        assert abs(lens.area) < budget + 0.002


def test_the_box_of_a_box_holds_its_bent_edges() -> None:
    west, south, east, north = transform_bounds((120.05, 29.0, 120.75, 29.5), CGCS2000, ZONE)
    corner = transform([shapely.Point(120.05, 29.0)], CGCS2000, ZONE)[0]
    assert south <= corner.y
    assert west < 505_000 < 572_000 < east
    assert north - south > 55_000
