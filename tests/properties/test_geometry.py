"""Conservation laws of the kernels, on cell masks (areas are counts) and on cut polygons."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely
import shapely.ops
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from eco_gis.geometry.area import ellipsoidal_area
from eco_gis.geometry.atoms import planarize
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import (
    difference,
    footprint,
    overlap_pairs,
    overlap_parts,
    self_overlaps,
    symmetric_difference,
    union_rows,
)
from eco_gis.geometry.regions import Regions
from eco_gis.testing import cell_mask_shapes

ORIGIN = (550_000.0, 3_210_000.0)
PLANE = Plane.over(pyproj.CRS.from_epsg(4549), (540_000, 3_200_000, 560_000, 3_220_000))

masks = arrays(np.bool_, (7, 7))
mask_lists = st.lists(masks, min_size=1, max_size=4)
quick = settings(max_examples=60, deadline=None)


def mask_regions(given_masks: list[np.ndarray]) -> Regions:
    return Regions([cell_mask_shapes(m, origin=ORIGIN) for m in given_masks], PLANE)


@st.composite
def stars(draw: st.DrawFn) -> shapely.Polygon:
    """A polygon of 3 to 40 corners round a middle, from 1 m to 4 km wide."""
    count = draw(st.integers(3, 40))
    size = 10 ** draw(st.floats(0, 3.3))
    share = draw(arrays(np.float64, count, elements=st.floats(0.2, 1)))
    turn = draw(st.floats(0, 6))
    angle = turn + np.linspace(0, 2 * np.pi, count, endpoint=False)
    x, y = draw(st.floats(543_000, 557_000)), draw(st.floats(3_203_000, 3_217_000))
    return shapely.Polygon(
        np.column_stack([x + size * share * np.cos(angle), y + size * share * np.sin(angle)])
    )


@quick
@given(mask_lists, mask_lists)
def test_overlap_of_cell_masks_is_the_count_of_common_cells(a: list[np.ndarray], b: list[np.ndarray]) -> None:
    pairs = overlap_pairs(mask_regions(a), mask_regions(b))
    found = np.zeros((len(a), len(b)))
    found[pairs.a, pairs.b] = pairs.planar_m2
    assert found.tolist() == [[float((m & n).sum()) for n in b] for m in a]


@quick
@given(mask_lists, mask_lists)
def test_parts_of_cell_masks_are_their_common_cells(a: list[np.ndarray], b: list[np.ndarray]) -> None:
    i, j, shapes = overlap_parts(mask_regions(a), mask_regions(b))
    expected = [
        (k, n, float((p & q).sum())) for k, p in enumerate(a) for n, q in enumerate(b) if (p & q).any()
    ]
    assert list(zip(i.tolist(), j.tolist(), shapely.area(shapes).tolist(), strict=True)) == expected


@quick
@given(mask_lists)
def test_cells_that_a_layer_counts_twice(layer: list[np.ndarray]) -> None:
    pairs = self_overlaps(mask_regions(layer))
    found = dict(zip(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True), pairs.planar_m2, strict=True))
    common = {(i, j): float((p & q).sum()) for i, p in enumerate(layer) for j, q in enumerate(layer) if i < j}
    assert found == {pair: cells for pair, cells in common.items() if cells}


@quick
@given(mask_lists, mask_lists)
def test_difference_and_symmetric_difference_of_cell_masks(a: list[np.ndarray], b: list[np.ndarray]) -> None:
    all_a, all_b = np.any(a, axis=0), np.any(b, axis=0)
    left = difference(mask_regions(a), mask_regions(b))
    assert shapely.area(left).tolist() == [float((m & ~all_b).sum()) for m in a]
    pieces = symmetric_difference(mask_regions([all_a]), mask_regions([all_b]))
    assert shapely.area(pieces).sum() == (all_a ^ all_b).sum()
    assert shapely.area(union_rows(mask_regions(a), mask_regions(b))).sum() == (all_a | all_b).sum()


@quick
@given(mask_lists)
def test_footprint_of_cell_masks_is_disjoint_and_knows_its_sources(given_masks: list[np.ndarray]) -> None:
    ground = footprint(mask_regions(given_masks))
    assert ground.regions.planar_m2.sum() == np.any(given_masks, axis=0).sum()
    among = overlap_pairs(ground.regions, ground.regions)
    assert (among.a == among.b).all()
    for area, sources in zip(ground.regions.planar_m2, ground.sources, strict=True):
        assert area == np.any([given_masks[k] for k in sources], axis=0).sum()
    assert sorted(np.concatenate([*ground.sources, []])) == [k for k, m in enumerate(given_masks) if m.any()]


@quick
@given(masks, mask_lists, mask_lists)
def test_atoms_of_cell_masks_group_by_first_township_and_entry(
    ground: np.ndarray, townships: list[np.ndarray], entries: list[np.ndarray]
) -> None:
    def first(given_masks: list[np.ndarray]) -> np.ndarray:
        return np.where(np.any(given_masks, axis=0), np.argmax(given_masks, axis=0), -1)

    shapes = mask_regions([ground]).shapes
    atoms = planarize(shapes, mask_regions(townships), mask_regions(entries), PLANE)
    found: dict[tuple[int, int], float] = {}
    for t, e, area in zip(
        atoms.township.tolist(), atoms.entry.tolist(), atoms.planar_m2.tolist(), strict=True
    ):
        found[t, e] = found.get((t, e), 0.0) + area
    keys, counts = np.unique(
        np.stack([first(townships)[ground], first(entries)[ground]]), axis=1, return_counts=True
    )
    assert found == {(int(t), int(e)): float(n) for (t, e), n in zip(keys.T, counts, strict=True)}


@quick
@given(mask_lists, mask_lists)
def test_order_and_ring_direction_change_nothing(a: list[np.ndarray], b: list[np.ndarray]) -> None:
    one, other = mask_regions(a), mask_regions(b)
    turned = Regions(shapely.reverse(other.shapes)[::-1], PLANE)
    there, back = overlap_pairs(one, other), overlap_pairs(one, turned)
    flipped = [(i, len(b) - 1 - j) for i, j in zip(back.a.tolist(), back.b.tolist(), strict=True)]
    ellipsoidal = dict(zip(flipped, back.area_m2.tolist(), strict=True))
    expected = dict(
        zip(zip(there.a.tolist(), there.b.tolist(), strict=True), there.area_m2.tolist(), strict=True)
    )
    assert ellipsoidal.keys() == expected.keys()
    np.testing.assert_allclose([ellipsoidal[k] for k in expected], list(expected.values()), rtol=1e-9)


@settings(max_examples=150, deadline=None)
@given(stars(), st.floats(0, np.pi), st.floats(-0.8, 0.8))
def test_splitting_by_any_line_changes_no_sum_of_areas(
    star: shapely.Polygon, angle: float, shift: float
) -> None:
    west, south, east, north = star.bounds
    radius = np.hypot(east - west, north - south)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    middle = np.array([west + east, south + north]) / 2 + shift * radius / 2 * across
    line = shapely.LineString([middle - radius * along, middle + radius * along])
    parts = shapely.get_parts(shapely.ops.split(star, line))
    whole = ellipsoidal_area([star], PLANE)[0]
    rounding = 1e-12 * whole + 2e-9 * star.length
    assert abs(ellipsoidal_area(parts, PLANE).sum() - whole) < rounding


@settings(max_examples=100, deadline=None)
@given(st.lists(stars(), min_size=1, max_size=4), st.lists(stars(), min_size=1, max_size=4))
def test_intersection_and_difference_make_up_the_site(
    sites: list[shapely.Polygon], layer: list[shapely.Polygon]
) -> None:
    a, ground = Regions(sites, PLANE), footprint(Regions(layer, PLANE)).regions
    pairs = overlap_pairs(a, ground)
    inside = np.bincount(pairs.a, weights=pairs.area_m2, minlength=len(a))
    outside = ellipsoidal_area(difference(a, ground), PLANE)
    rounding = 1e-11 * a.area_m2 + 1e-8 * shapely.length(a.shapes) + 1e-6
    assert (np.abs(inside + outside - a.area_m2) < rounding).all()
