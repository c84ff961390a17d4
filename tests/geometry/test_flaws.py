"""Each flaw made from a correct shape by the smallest damage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from eco_gis.geometry.flaws import Flaws, find_flaws
from eco_gis.geometry.validity import diagnose, repair

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
HOLE = [(1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (2.0, 1.0), (1.0, 1.0)]


def found(*shapes: Any) -> dict[str, list[int]]:
    flaws = find_flaws(list(shapes))
    return {k: getattr(flaws, k).tolist() for k in Flaws.__annotations__ if getattr(flaws, k).any()}


def test_correct_shapes_have_none() -> None:
    assert (
        found(
            shapely.Polygon(SQUARE, [HOLE]),
            shapely.MultiPolygon(
                [shapely.box(0, 0, 1, 1).reverse(), shapely.box(2, 2, 3, 3).reverse()]
            ).reverse(),
            shapely.LineString([(0, 0), (1, 1), (0, 0)]),
            shapely.Point(1, 1),
            shapely.Polygon(),
            None,
        )
        == {}
    )
    assert found() == {}


@pytest.mark.parametrize("start", range(7))
@pytest.mark.parametrize("tip", [(7.0, 2.0), (4.0 + 1e-3, 2.0), (2.0, 2.0)])
def test_a_spike_is_counted_wherever_the_ring_starts(start: int, tip: tuple[float, float]) -> None:
    ring = [(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), tip, (4.0, 2.0), (4.0, 4.0), (0.0, 4.0)]
    ring = ring[start:] + ring[:start]
    spiked = shapely.Polygon(ring)
    assert found(spiked, shapely.box(0, 0, 1, 1).reverse().reverse())["spikes"] == [1, 0]
    mended = repair([spiked])
    assert diagnose([spiked])[0] and mended.shapes[0].equals(shapely.box(0, 0, 4, 4))
    assert mended.net_m2[0] == mended.ambiguous_m2[0] == 0


def test_a_spike_along_its_own_edge() -> None:
    """Past the corner and back on the same line."""
    assert found(shapely.Polygon([(0, 0), (6, 0), (4, 0), (4, 4), (0, 4)]))["spikes"] == [1]


def test_a_sharp_corner_is_no_spike() -> None:
    assert found(shapely.Polygon([(0, 0), (1000, 0.001), (1000, -0.001)])) == {}


def test_repeated_vertices_of_rings_and_lines() -> None:
    twice = shapely.Polygon(
        [*SQUARE[:2], SQUARE[1], SQUARE[1], *SQUARE[2:]], [[*HOLE[:3], HOLE[2], *HOLE[3:]]]
    )
    line = shapely.MultiLineString([[(0, 0), (1, 1), (1, 1)], [(1, 1), (2, 2)]])
    assert found(shapely.Polygon(SQUARE), twice, line) == {"repeated": [0, 3, 1]}
    assert shapely.is_valid(twice)


def test_holes_that_run_like_their_shell() -> None:
    right = shapely.Polygon(SQUARE, [HOLE])
    hole_turned = shapely.Polygon(SQUARE, [HOLE[::-1]])
    all_turned = shapely.Polygon(SQUARE[::-1], [HOLE[::-1]])
    two = shapely.MultiPolygon([hole_turned, shapely.box(9, 9, 10, 10)])
    assert found(right, hole_turned, all_turned, two) == {"turned": [0, 1, 0, 1]}, (
        "a Shapefile's shells run clockwise"
    )


def test_heights_and_measures() -> None:
    z = shapely.force_3d(shapely.Polygon(SQUARE), 12.5)
    m = shapely.from_wkt("POINT M (1 1 7)")
    zm = shapely.from_wkt("LINESTRING ZM (0 0 1 2, 1 1 3 4)")
    assert found(shapely.Polygon(SQUARE), z, m, zm) == {"heights": [0, 1, 0, 1], "measures": [0, 0, 1, 1]}


def test_parts_of_collections_and_polygons_inside_them() -> None:
    spiked = shapely.Polygon([(0, 0), (4, 0), (4, 2), (7, 2), (4, 2), (4, 4), (0, 4)])
    inner = shapely.GeometryCollection([shapely.MultiPolygon([spiked]), shapely.Point(9, 9)])
    nested = shapely.GeometryCollection([inner, shapely.LineString([(0, 0), (1, 1)])])
    assert found(inner, nested) == {"spikes": [1, 1], "left_out": [1, 1]}


def test_counts_hold_for_many_shapes_at_once() -> None:
    """One by one or together: the same."""
    random = np.random.default_rng(8)
    shapes = []
    for _ in range(40):
        ring = shapely.Point(*random.uniform(0, 9, 2)).buffer(1, quad_segs=3).exterior.coords[:]
        cut = int(random.integers(1, len(ring) - 1))
        shapes.append(
            shapely.Polygon([*ring[:cut], *[ring[cut]] * int(random.integers(1, 4)), *ring[cut + 1 :]])
        )
    together = find_flaws(shapes)
    alone = [find_flaws([s]) for s in shapes]
    assert together.repeated.tolist() == [int(a.repeated[0]) for a in alone] and together.repeated.sum() > 20
    assert together.spikes.sum() == sum(int(a.spikes[0]) for a in alone) == 0
