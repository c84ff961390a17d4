from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from eco_gis.errors import CRSMismatchError
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import (
    difference,
    distance_to_boundary_m,
    footprint,
    nearest_distance_m,
    overlap_pairs,
    overlap_shapes,
    overlap_width,
    symmetric_difference,
    union_rows,
)
from eco_gis.geometry.regions import Regions

X, Y = 500_000.0, 3_200_000.0
PLANE = Plane.over(pyproj.CRS.from_epsg(4549), (X, Y, X + 20_000, Y + 20_000))


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(X + west, Y + south, X + east, Y + north)


def regions(*shapes: object) -> Regions:
    return Regions(shapes, PLANE)


def gear(vertices: int, middle: float = 10_000) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    reach = 5_000 + 500 * np.cos(vertices // 10 * angle)
    return shapely.Polygon(
        np.column_stack([X + middle + reach * np.cos(angle), Y + middle + reach * np.sin(angle)])
    )


def test_pairs_of_polygons_lines_and_points() -> None:
    a = regions(
        box(0, 0, 10, 10),
        shapely.LineString([(X - 5, Y + 5), (X + 25, Y + 5)]),
        shapely.MultiPoint([(X + 1, Y + 1), (X + 2, Y + 2), (X + 10, Y + 5)]),
        None,
        shapely.Polygon(),
    )
    pairs = overlap_pairs(a, regions(box(5, 5, 20, 20), box(0, 0, 10, 10), box(10, 0, 20, 5)))
    assert list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1), (2, 1)]
    assert pairs.planar_m2.tolist() == [25, 100, 0, 0]
    assert pairs.length_m.round(6).tolist() == [0, 0, 10, 0]
    assert pairs.count.tolist() == [0, 0, 0, 2]
    np.testing.assert_allclose(pairs.area_m2[:2], [25, 100], rtol=1e-5)
    shapes = overlap_shapes(a, regions(box(5, 5, 20, 20), box(0, 0, 10, 10), box(10, 0, 20, 5)), pairs)
    assert shapely.get_dimensions(shapes).tolist() == [2, 2, 1, 0]
    assert shapely.area(shapes).tolist() == [25, 100, 0, 0]


def test_a_line_or_point_against_polygons_works_from_both_sides() -> None:
    line = regions(shapely.LineString([(X + 2, Y + 2), (X + 8, Y + 2)]))
    there, back = overlap_pairs(line, regions(box(0, 0, 5, 5))), overlap_pairs(regions(box(0, 0, 5, 5)), line)
    assert there.length_m == back.length_m
    assert there.length_m[0] == pytest.approx(3, rel=1e-6)


def test_contact_is_no_pair_and_a_line_along_a_border_is_none_either() -> None:
    square = regions(box(0, 0, 10, 10))
    along = shapely.LineString([(X + 10, Y), (X + 10, Y + 10)])
    assert (
        len(
            overlap_pairs(
                square, regions(box(10, 0, 20, 10), box(10, 10, 20, 20), along, shapely.Point(X, Y))
            )
        )
        == 0
    )
    assert len(overlap_pairs(regions(), square)) == len(overlap_pairs(square, regions())) == 0


def test_a_line_along_the_cut_of_a_large_polygon_is_measured_whole() -> None:
    large = shapely.segmentize(box(0, 0, 1_000, 1_000), 1)
    middle = shapely.LineString([(X + 500, Y - 10), (X + 500, Y + 1_010)])
    pairs = overlap_pairs(regions(middle), regions(large))
    assert pairs.length_m[0] == pytest.approx(1_000, rel=1e-6)


def test_pieces_change_no_area() -> None:
    one, other = gear(5_000), gear(7_000, 12_000)
    pairs = overlap_pairs(regions(one), regions(other, box(9_990, 9_990, 10_010, 10_010)))
    np.testing.assert_allclose(pairs.planar_m2, [one.intersection(other).area, 400], rtol=1e-12)


def test_planes_must_match() -> None:
    other = Regions([], Plane.over(pyproj.CRS.from_epsg(4548), PLANE.domain))
    for operation in (
        overlap_pairs,
        difference,
        symmetric_difference,
        nearest_distance_m,
        distance_to_boundary_m,
    ):
        with pytest.raises(CRSMismatchError, match=r"4549.*4548"):
            operation(regions(), other)


def test_two_redlines_overlapping_by_half_under_one_site() -> None:
    layer = regions(box(0, 0, 4, 4), box(2, 0, 6, 4))
    site = regions(box(0, 0, 6, 1), box(1, 1, 3, 2))
    both = overlap_pairs(site.take([0]), layer)
    ground = footprint(layer)
    assert both.planar_m2.sum() == 8
    assert overlap_pairs(site.take([0]), ground.regions).planar_m2.sum() == 6
    assert [s.tolist() for s in ground.sources] == [[0, 1]]


def test_footprint_touches_only_what_overlaps() -> None:
    neighbours = [box(0, 0, 10, 10), box(10, 0, 20, 10), None, shapely.Point(X, Y), box(100, 0, 110, 10)]
    twin, bridge = box(0, 0, 10, 10), box(105, 5, 120, 8)
    ground = footprint(regions(*neighbours, twin, bridge))
    assert [s.tolist() for s in ground.sources] == [[0, 5], [1], [4, 6]]
    assert ground.regions.shapes[1] is neighbours[1]
    assert ground.regions.planar_m2.tolist() == [100, 100, 130]
    assert len(footprint(regions()).regions) == 0


def test_polygons_apart_are_their_own_footprint() -> None:
    apart = regions(box(0, 0, 10, 10), box(10, 0, 20, 10))
    ground = footprint(apart)
    assert ground.regions is apart
    assert [s.tolist() for s in ground.sources] == [[0], [1]]
    mixed = regions(None, box(0, 0, 10, 10), shapely.Point(X, Y))
    assert mixed.area_m2[1] > 0
    ground = footprint(mixed)
    assert [s.tolist() for s in ground.sources] == [[1]]
    assert vars(ground.regions)["area_m2"].tolist() == [mixed.area_m2[1]]


def test_footprint_takes_overlaps_of_rounding_size_for_contact() -> None:
    shapes = [box(0, 0, 10_000, 10), box(10, 10 - 5e-9, 5_000, 20), box(20, 10 - 1e-3, 30, 10)]
    assert [s.tolist() for s in footprint(regions(*shapes[:2])).sources] == [[0], [1]]
    assert [s.tolist() for s in footprint(regions(shapes[0], shapes[2])).sources] == [[0, 1]]


def test_footprint_does_not_depend_on_order() -> None:
    rng = np.random.default_rng(3)
    circles = shapely.buffer(
        shapely.points(X + rng.uniform(0, 300, (25, 2))[:, 0], Y + rng.uniform(0, 300, 25)), 30
    )
    forward = footprint(regions(*circles)).regions.shapes
    backward = footprint(regions(*circles[::-1])).regions.shapes
    assert {shapely.to_wkb(shapely.normalize(s)) for s in forward} == {
        shapely.to_wkb(shapely.normalize(s)) for s in backward
    }


def test_difference_keeps_dimension_and_never_gives_none() -> None:
    a = regions(
        box(0, 0, 10, 10),
        box(2, 2, 3, 3),
        shapely.LineString([(X, Y + 1), (X + 10, Y + 1)]),
        shapely.MultiPoint([(X + 1, Y + 1), (X + 9, Y + 9)]),
        None,
        box(50, 50, 51, 51),
    )
    left = difference(a, regions(box(0, 0, 5, 10), box(4, 0, 6, 10), shapely.Point(X + 9, Y + 9)))
    assert shapely.area(left).tolist() == [40, 0, 0, 0, 0, 1]
    assert shapely.length(left[2]) == 4
    assert shapely.get_coordinates(left[3]).tolist() == [[X + 9, Y + 9]]
    assert left[1].is_empty
    assert left[4].is_empty
    assert left[5] is a.shapes[5]


def test_difference_from_a_large_polygon_leaves_no_seams() -> None:
    large = gear(20_000)
    steps = np.arange(4_000, 10_000, 400.0)
    west, south = np.meshgrid(steps, steps)
    sites = regions(*shapely.box(X + west, Y + south, X + west + 400, Y + south + 400).ravel())
    left = difference(sites, regions(large))
    expected = shapely.difference(sites.shapes, large)
    np.testing.assert_allclose(shapely.area(left), shapely.area(expected), atol=1e-6)
    assert shapely.is_empty(left).tolist() == shapely.is_empty(expected).tolist()


def test_symmetric_difference_and_disjoint_union() -> None:
    a, b = regions(box(0, 0, 4, 4), box(2, 0, 6, 4)), regions(box(5, 0, 8, 4))
    assert sorted(shapely.area(symmetric_difference(a, b))) == [8, 12, 16]
    rows = union_rows(a, b)
    assert shapely.area(rows).sum() == 32
    assert len(overlap_pairs(Regions(rows, PLANE), Regions(rows, PLANE))) == len(rows)


def test_nearest_distance() -> None:
    a = regions(box(0, 0, 10, 10), box(24, 0, 30, 10), shapely.Point(X + 13, Y + 14), None, box(20, 0, 22, 2))
    b = regions(
        shapely.box(X - 100, Y - 100, X + 10, Y + 10), shapely.LineString([(X + 22, Y), (X + 22, Y + 9)])
    )
    distance = nearest_distance_m(a, b)
    np.testing.assert_allclose(distance, [0, 2, 5, np.nan, 0], rtol=1e-6)
    assert np.isnan(nearest_distance_m(a, regions())).all()
    assert nearest_distance_m(regions(), b).shape == (0,)


def test_distance_is_zero_inside_beyond_all_borders_and_at_a_point_of_contact() -> None:
    large = regions(gear(5_000))
    inside, corner = box(9_990, 9_990, 9_991, 9_991), shapely.Point(large.shapes[0].exterior.coords[7])
    assert nearest_distance_m(regions(inside, corner), large).tolist() == [0, 0]
    assert distance_to_boundary_m(regions(inside), large)[0] > 4_000


def test_distance_is_on_the_ellipsoid() -> None:
    plane = Plane.over(PLANE.crs, (600_000, Y, 610_000, Y + 1_000))
    a, b = (Regions([shapely.Point(x, Y)], plane) for x in (601_000, 602_000))
    to_degrees = pyproj.Transformer.from_crs(PLANE.crs, PLANE.crs.geodetic_crs, always_xy=True)
    lon, lat = to_degrees.transform([601_000, 602_000], [Y, Y])
    assert nearest_distance_m(a, b)[0] == pytest.approx(PLANE.crs.get_geod().line_length(lon, lat), rel=1e-8)


def test_distance_to_the_border_from_inside() -> None:
    ring = shapely.segmentize(box(0, 0, 1_000, 1_000), 1)
    b = regions(shapely.difference(ring, box(400, 400, 500, 500)), shapely.Point(X + 50, Y + 50))
    distance = distance_to_boundary_m(
        regions(box(45, 50, 60, 60), box(520, 450, 521, 451), box(990, 0, 1_010, 5)), b
    )
    np.testing.assert_allclose(distance, [45, 20, 0], rtol=1e-6)


def test_width_at_the_widest_place() -> None:
    strip = shapely.LineString([(X, Y), (X + 500, Y + 300)]).buffer(0.005, cap_style="flat")
    blob = shapely.union(strip, shapely.Point(X, Y).buffer(20, 64))
    widths = overlap_width([strip, blob, box(0, 0, 7, 3), shapely.Polygon(), None])
    np.testing.assert_allclose(widths, [0.01, 40, 3, 0, 0], rtol=2e-3)
    assert overlap_width([box(0, 0, 7, 3)], unit_m=0.3048)[0] == pytest.approx(0.9144, rel=2e-3)
