from __future__ import annotations

import shapely

from eco_gis.geometry.validity import diagnose, repair


def test_a_ring_that_overlaps_itself_keeps_its_ground() -> None:
    """Structure keeps the ground walked round twice; a silent linework repair drops it."""
    ring = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3), (0, 1), (2, 1), (2, 2), (1, 2), (1, 0)])
    mended = repair([ring])
    assert diagnose([ring])[0]
    assert (mended.shapes[0].area, shapely.make_valid(ring, method="linework").area) == (8, 7)
    assert mended.ambiguous_m2[0] == 1
    assert mended.net_m2[0] == 8 - ring.area


def test_valid_shapes_lines_and_nothing_pass_as_the_same_objects() -> None:
    shapes = [shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)]), None, shapely.Polygon()]
    mended = repair(shapes)
    assert all(a is b for a, b in zip(shapes, mended.shapes, strict=True))
    assert mended.net_m2.sum() == mended.ambiguous_m2.sum() == 0
    assert mended.reasons.tolist() == [""] * 4
    assert len(repair([]).shapes) == 0


def test_a_collapsed_polygon_becomes_empty_not_a_line() -> None:
    spike = shapely.Polygon([(0, 0), (1, 1), (2, 2), (0, 0)])
    mended = repair([spike])
    assert mended.shapes[0].is_empty
    assert mended.reasons[0]


def test_costs_are_square_metres() -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert repair([bow_tie], unit_m=2.0).net_m2[0] == 2.0
