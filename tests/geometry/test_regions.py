from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from eco_gis.geometry.crs import Plane
from eco_gis.geometry.regions import PIECE_VERTICES, Regions

PLANE = Plane.over(pyproj.CRS.from_epsg(4549), (500_000, 3_200_000, 520_000, 3_220_000))


def wheel(vertices: int) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    reach = 5_000 + 500 * np.cos(40 * angle)
    return shapely.Polygon(
        np.column_stack([510_000 + reach * np.cos(angle), 3_210_000 + reach * np.sin(angle)])
    )


def test_large_polygons_are_cut_and_small_ones_are_not() -> None:
    small, line = (
        shapely.box(500_000, 3_200_000, 500_010, 3_200_010),
        shapely.LineString([(510_000, 3_210_000), (1, 1)]),
    )
    large = wheel(20_000)
    regions = Regions([small, None, large, shapely.Polygon(), line], PLANE)
    pieces = regions.pieces
    assert np.unique(pieces.source).tolist() == [0, 2, 4]
    assert pieces.shapes[0] is small
    assert pieces.shapes[-1] is line
    cells = pieces.shapes[pieces.source == 2]
    assert shapely.get_num_coordinates(cells).max() <= PIECE_VERTICES
    assert shapely.area(cells).sum() == pytest.approx(large.area, rel=1e-12)


def test_take_keeps_order_and_objects() -> None:
    shapes = [shapely.Point(505_000 + k, 3_205_000) for k in range(3)]
    regions = Regions(shapes, PLANE)
    assert regions.take([2, 0]).shapes.tolist() == [shapes[2], shapes[0]]
    assert len(regions.take(np.array([True, False, True]))) == 2
    assert len(regions.take([])) == 0


def test_take_carries_on_what_is_known() -> None:
    regions = Regions([shapely.box(505_000, 3_205_000, 505_000 + k, 3_205_010) for k in (1, 2, 3)], PLANE)
    before = regions.take([2, 0])
    assert "area_m2" not in vars(before)
    area, box = regions.area_m2, regions.bounds
    for chosen in ([2, 0], np.array([True, False, True])):
        taken = regions.take(chosen)
        assert vars(taken)["area_m2"].tolist() == area[chosen].tolist() == taken.area_m2.tolist()
        assert vars(taken)["bounds"].tolist() == box[chosen].tolist()
    assert regions.take([2, 0]).area_m2.tolist() == before.area_m2.tolist()


def test_nothing_has_no_area_and_no_box() -> None:
    nothing = Regions.empty(PLANE)
    assert (len(nothing), nothing.area_m2.sum(), nothing.bounds.shape) == (0, 0.0, (0, 4))
    assert np.isnan(nothing.total_bounds).all()
    assert len(nothing.pieces.shapes) == 0


def test_shapes_cannot_be_changed_behind_the_cached_numbers() -> None:
    regions = Regions([shapely.Point(505_000, 3_205_000)], PLANE)
    with pytest.raises(ValueError, match="read-only"):
        regions.shapes[0] = None


def test_scale_is_one_on_the_central_meridian_and_grows_beside_it() -> None:
    plane = Plane.over(pyproj.CRS.from_epsg(4549), (500_000, 3_200_000, 600_000, 3_210_000))
    on, beside = plane.scale_at([500_000, 600_000], 3_205_000)
    assert on == pytest.approx(1, abs=1e-10)
    assert beside == pytest.approx(1 + (100_000 / 6_371_000) ** 2 / 2, abs=1e-6)


@pytest.mark.parametrize("index", [[2, 0, 2, 3], [], [False, True, True, False]])
def test_what_is_taken_keeps_its_pieces(index: list[int]) -> None:
    shapes = [wheel(2_000), None, shapely.box(500_000, 3_200_000, 500_010, 3_200_010), wheel(700)]
    known = Regions(shapes, PLANE)
    assert len(known.pieces.shapes) > 4
    taken = known.take(index)
    anew = Regions(taken.shapes, PLANE)
    assert taken.pieces.source.tolist() == anew.pieces.source.tolist()
    assert shapely.equals(taken.pieces.shapes, anew.pieces.shapes).all()
