"""Areas by cells against GEOS, counts of cells and GeographicLib: each engine is the other's test."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pyproj
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from eco_gis.geometry.area import CGCS2000
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import PairTable, overlap_pairs, self_overlaps
from eco_gis.geometry.regions import Regions
from eco_gis.testing import cell_mask_shapes

PLANE = Plane.over(pyproj.CRS.from_epsg(4549), (540_000, 3_200_000, 560_000, 3_220_000))
CELL = 128.0
CORNER = (4297 * CELL, 25079 * CELL)
"""A corner of four cells, on the plane."""
ULP = float(np.spacing(3_220_000.0))

quick = settings(max_examples=60, deadline=None)
masks = arrays(np.bool_, (7, 7))


def matrix(pairs: PairTable, shape: tuple[int, int], values: NDArray[np.float64]) -> NDArray[np.float64]:
    out = np.zeros(shape)
    out[pairs.a, pairs.b] = values
    return out


def exact_edges(shape: shapely.Geometry) -> list[tuple[Fraction, Fraction, Fraction, Fraction, int]]:
    """Left and right end of each edge that is not vertical, and +1 where the ground is below it."""
    edges = []
    for ring in shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shape))):
        points = [(Fraction(x), Fraction(y)) for x, y in ring.coords]
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            if x1 != x2:
                edges.append((x1, y1, x2, y2, -1) if x1 < x2 else (x2, y2, x1, y1, 1))
    return edges


def exact_area(a: shapely.Geometry, b: shapely.Geometry) -> float:
    """Common area in rational numbers: the sum over pairs of edges, without cells and without rounding."""
    base = Fraction(min(a.bounds[1], b.bounds[1]))
    total = Fraction(0)
    for one, other in itertools.product(exact_edges(a), exact_edges(b)):
        left, right = max(one[0], other[0]), min(one[2], other[2])
        if left >= right:
            continue

        def over(edge: tuple[Fraction, Fraction, Fraction, Fraction, int], x: Fraction) -> Fraction:
            return edge[1] + (edge[3] - edge[1]) * (x - edge[0]) / (edge[2] - edge[0]) - base

        gaps = over(one, left) - over(other, left), over(one, right) - over(other, right)
        stops = [left, right]
        if gaps[0] * gaps[1] < 0:
            stops.insert(1, left + (right - left) * gaps[0] / (gaps[0] - gaps[1]))
        for x1, x2 in itertools.pairwise(stops):
            low = [min(over(one, x), over(other, x)) for x in (x1, x2)]
            total += one[4] * other[4] * (low[0] + low[1]) * (x2 - x1) / 2
    return float(total)


def assert_engines_agree(a: Regions, b: Regions) -> None:
    """Within 1e-9 of the operands' areas and four ulp of their borders.

    GEOS snaps where it must, by more than that; then the exact sum decides whether the cells are right.
    """
    shape = (len(a), len(b))
    cells, geos = (overlap_pairs(a, b, engine=engine) for engine in ("cells", "geos"))
    smaller = np.minimum(a.planar_m2[:, None], b.planar_m2[None])
    border = shapely.length(a.shapes)[:, None] + shapely.length(b.shapes)[None]
    allowed = 1e-9 * smaller + 4 * ULP * border
    off = {}
    for name in ("planar_m2", "area_m2"):
        found, expected = (matrix(pairs, shape, getattr(pairs, name)) for pairs in (cells, geos))
        off[name] = np.abs(found - expected)
    planar = matrix(cells, shape, cells.planar_m2)
    for i, j in np.argwhere((off["planar_m2"] > allowed) | (off["area_m2"] > allowed)):
        assert abs(planar[i, j] - exact_area(a.shapes[i], b.shapes[j])) <= allowed[i, j]
        assert (
            abs(off["area_m2"][i, j] - off["planar_m2"][i, j])
            <= 1e-3 * off["planar_m2"][i, j] + allowed[i, j]
        )


@st.composite
def grounds(draw: st.DrawFn) -> shapely.Geometry:
    """Polygons with holes, of several parts, from 1 m to 3 km; some with corners on the lines of cells."""
    count = draw(st.integers(3, 30))
    size = 10 ** draw(st.floats(0, 3.4))
    share = draw(arrays(np.float64, count, elements=st.floats(0.3, 1)))
    angle = draw(st.floats(0, 6)) + np.linspace(0, 2 * np.pi, count, endpoint=False)
    x, y = draw(st.floats(547_000, 553_000)), draw(st.floats(3_207_000, 3_213_000))
    ring = np.column_stack([x + size * share * np.cos(angle), y + size * share * np.sin(angle)])
    if draw(st.booleans()):
        ring = np.round(ring / (CELL / 2)) * (CELL / 2)
    ground = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    if draw(st.booleans()):
        ground = ground.difference(shapely.Point(x, y).buffer(size / 5))
    if draw(st.booleans()):
        ground = ground.difference(shapely.box(x - size / 50, y - size, x + size / 50, y + size))
    return ground


@settings(max_examples=150, deadline=None)
@given(st.lists(grounds(), min_size=1, max_size=4), st.lists(grounds(), min_size=1, max_size=4))
def test_both_engines_give_the_same_areas(a: list[shapely.Geometry], b: list[shapely.Geometry]) -> None:
    assert_engines_agree(Regions(a, PLANE), Regions(b, PLANE))


@quick
@given(st.lists(grounds(), min_size=2, max_size=4), st.floats(0, np.pi), st.data())
def test_both_engines_agree_on_shared_borders_and_slivers(
    shapes: list[shapely.Geometry], angle: float, data: st.DataObject
) -> None:
    # each shape cut in two by a line, one side moved by a micrometre, and the whole of it again
    shape = shapes[0]
    x, y = shape.centroid.coords[0] if not shape.is_empty else (550_000, 3_210_000)
    far = 10_000 * np.array([np.cos(angle), np.sin(angle)])
    side = shapely.Polygon([(x - far[0], y - far[1]), (x + far[0], y + far[1]), (x + far[1], y - far[0])])
    halves = [shape.intersection(side), shape.difference(side)]
    halves = [
        shapely.union_all([p for p in shapely.get_parts(h) if p.geom_type == "Polygon"]) for h in halves
    ]
    shift = data.draw(st.sampled_from([0.0, 1e-6, -1e-6]))
    moved = shapely.transform(halves[0], lambda points: points + shift)
    assert_engines_agree(Regions([*halves, *shapes], PLANE), Regions([moved, *shapes], PLANE))


@quick
@given(
    st.lists(masks, min_size=1, max_size=3),
    st.lists(masks, min_size=1, max_size=3),
    st.sampled_from([1.0, 32.0, 128.0, 300.0]),
)
def test_areas_of_masks_are_counts_also_on_the_lines_of_cells(
    a: list[NDArray[np.bool_]], b: list[NDArray[np.bool_]], size: float
) -> None:
    one, other = (Regions([cell_mask_shapes(m, size, CORNER) for m in m_list], PLANE) for m_list in (a, b))
    pairs = overlap_pairs(one, other, engine="cells")
    found = matrix(pairs, (len(a), len(b)), pairs.planar_m2) / size**2
    expected = np.array([[(m & n).sum() for n in b] for m in a])
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=0)
    assert (pairs.planar_m2 > 0.5 * size**2).all()


@quick
@given(st.lists(grounds(), min_size=1, max_size=5))
def test_a_layer_against_itself(shapes: list[shapely.Geometry]) -> None:
    layer = Regions(shapes, PLANE)
    found, expected = (self_overlaps(layer, engine=engine) for engine in ("cells", "geos"))
    assert (found.a < found.b).all()
    size = (len(layer), len(layer))
    allowed = 1e-9 * layer.planar_m2.max(initial=0) + 8 * ULP * shapely.length(layer.shapes).max(initial=0)
    np.testing.assert_allclose(
        matrix(found, size, found.planar_m2), matrix(expected, size, expected.planar_m2), rtol=0, atol=allowed
    )


@quick
@given(st.lists(grounds(), min_size=1, max_size=4), st.lists(grounds(), min_size=1, max_size=4))
def test_order_and_direction_change_no_bit(a: list[shapely.Geometry], b: list[shapely.Geometry]) -> None:
    there = overlap_pairs(Regions(a, PLANE), Regions(b, PLANE), engine="cells")
    turned = overlap_pairs(Regions(a[::-1], PLANE), Regions(b[::-1], PLANE), engine="cells")
    size = (len(a), len(b))
    for name in ("planar_m2", "area_m2"):
        back = matrix(turned, size, getattr(turned, name))[::-1, ::-1]
        assert np.array_equal(matrix(there, size, getattr(there, name)), back)


@settings(max_examples=25, deadline=None)
@given(grounds(), grounds())
def test_ellipsoidal_areas_are_those_of_geographiclib(a: shapely.Geometry, b: shapely.Geometry) -> None:
    pairs = overlap_pairs(Regions([a], PLANE), Regions([b], PLANE), engine="cells")
    common = a.intersection(b)
    dense = shapely.segmentize(common, 5.0)
    lonlat = shapely.transform(
        dense, lambda x, y: pyproj.Proj(PLANE.crs)(x, y, inverse=True), interleaved=False
    )
    geodesic = sum(
        abs(CGCS2000.geometry_area_perimeter(p)[0])
        for p in shapely.get_parts(lonlat)
        if p.geom_type == "Polygon"
    )
    found = float(pairs.area_m2.sum())
    # GeographicLib sums strips down to the equator: what it rounds is about 1e-4 m² a vertex at worst
    assert abs(found - geodesic) <= 1e-7 * geodesic + 1e-3


@st.composite
def thin_shapes(draw: st.DrawFn) -> shapely.Geometry:
    """Lines and points, some along the lines of cells, some of several parts."""
    count = draw(st.integers(1, 6))
    points = np.array([549_900, 3_209_900]) + draw(
        arrays(np.float64, (count, 2), elements=st.floats(-900, 900))
    )
    if draw(st.booleans()):
        points = np.round(points / (CELL / 4)) * (CELL / 4)
    points = np.unique(points, axis=0)
    if draw(st.booleans()) or len(points) < 2:
        return shapely.MultiPoint(points)
    line = shapely.LineString(points)
    return (
        shapely.union_all([line, shapely.affinity.translate(line, 300, 7)]) if draw(st.booleans()) else line
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(thin_shapes(), min_size=1, max_size=4), st.lists(grounds(), min_size=1, max_size=3))
def test_both_engines_tell_the_same_of_lines_and_points(
    thin: list[shapely.Geometry], ground: list[shapely.Geometry]
) -> None:
    # with the borders of the ground, their vertices and the middles of their edges
    borders = []
    for j, shape in enumerate(ground):
        if not shape.is_empty:
            rings = shapely.boundary(shape)
            borders += [(len(thin), j), (len(thin) + 1, j)]
            thin = [*thin, rings, shapely.MultiPoint(shapely.get_coordinates(rings)[::3])]
    a, b = Regions(thin, PLANE), Regions(ground, PLANE)
    cells, geos = (overlap_pairs(a, b, engine=engine) for engine in ("cells", "geos"))
    size = (len(a), len(b))
    # what lies within rounding of a border, without sharing its vertices, is either inside or along it
    strip = shapely.buffer(shapely.boundary(b.shapes), 1e-7)
    unclear = shapely.intersection(a.shapes[:, None], strip[None])
    length_off = matrix(cells, size, cells.length_m) - matrix(geos, size, geos.length_m)
    assert (np.abs(length_off) <= 1e-5 + 1.001 * shapely.length(unclear)).all()
    count_off = matrix(cells, size, cells.count * 1.0) - matrix(geos, size, geos.count * 1.0)
    assert (np.abs(count_off) <= shapely.get_num_coordinates(unclear)).all()
    for k, j in borders:
        own = (cells.a == k) & (cells.b == j)
        assert not (cells.length_m[own] > 0).any()
        assert not (cells.count[own] > 0).any()
    back = overlap_pairs(b, a, engine="cells").turned()
    assert np.array_equal(back.a, cells.a)
    assert np.array_equal(back.length_m, cells.length_m)


def test_a_line_along_any_border_is_not_inside_by_cells() -> None:
    x, y = CORNER
    ground = Regions(
        [shapely.box(x - 300, y - 300, x + 300, y + 300), shapely.box(x, y, x + 128, y + 128)], PLANE
    )
    rings = [shape.exterior.coords[:] for shape in ground.shapes]
    sides = [shapely.LineString(ring[k : k + 2]) for ring in rings for k in range(4)]
    corners = [shapely.Point(point) for ring in rings for point in ring]
    pairs = overlap_pairs(Regions([*sides, *corners], PLANE), ground, engine="cells")
    # the sides and corners of the small square lie inside the large one, and none inside its own
    found = list(zip(pairs.a.tolist(), pairs.b.tolist(), pairs.length_m > 0, pairs.count, strict=True))
    assert found == [(k, 0, True, 0) for k in range(4, 8)] + [(k, 0, False, 1) for k in range(13, 18)]
    np.testing.assert_allclose(pairs.length_m[:4], 128, rtol=1e-4)


@quick
@given(grounds(), grounds())
def test_the_common_area_is_the_exact_sum(a: shapely.Geometry, b: shapely.Geometry) -> None:
    if a.is_empty or b.is_empty:
        return
    pairs = overlap_pairs(Regions([a], PLANE), Regions([b], PLANE), engine="cells")
    exact = exact_area(a, b)
    np.testing.assert_allclose(pairs.planar_m2.sum(), exact, rtol=1e-11, atol=1e-9 * max(a.length, b.length))
    assert exact >= 0


@st.composite
def frayed(draw: st.DrawFn) -> shapely.Geometry:
    """Ground with a border of many vertices to a cell, that folds back above and below itself."""
    count, seed = draw(st.integers(40, 600)), draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    away = draw(st.floats(5, 300)) * rng.uniform(0.3, 1.0, count)
    x, y = draw(st.floats(-200, 200)), draw(st.floats(-200, 200))
    ring = np.column_stack([x + away * np.cos(turn), y + away * np.sin(turn)])
    return shapely.Polygon(ring + np.array(CORNER))


@quick
@given(st.lists(frayed(), min_size=1, max_size=3), st.lists(frayed(), min_size=1, max_size=3))
def test_both_engines_agree_where_a_cell_holds_many_paths(
    a: list[shapely.Geometry], b: list[shapely.Geometry]
) -> None:
    assert_engines_agree(Regions(a, PLANE), Regions(b, PLANE))


@quick
@given(frayed(), st.floats(0, 2 * np.pi), st.sampled_from([0.0, 1e-4, 0.01, 1.0]))
def test_both_engines_agree_on_a_border_drawn_again(
    shape: shapely.Geometry, way: float, shift: float
) -> None:
    again = shapely.transform(shape, lambda xy: xy + shift * np.array([np.cos(way), np.sin(way)]))
    assert_engines_agree(Regions([shape], PLANE), Regions([again], PLANE))
