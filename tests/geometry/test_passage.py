"""The width of a corridor at an obstacle, against drawings whose widths are known."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from eco_gis.geometry.passage import banks, passage_at

STRAIGHT = shapely.box(0, 0, 2_000, 100)


def test_an_obstacle_in_the_middle_leaves_two_gaps() -> None:
    found = passage_at(STRAIGHT, shapely.box(1_000, 20, 1_050, 70))
    assert found.without.width == pytest.approx(100)
    assert found.remaining.width == pytest.approx(50)
    assert found.remaining.widest_gap == pytest.approx(30)


def test_an_obstacle_at_a_bank_leaves_one_gap_and_one_across_leaves_none() -> None:
    beside = passage_at(STRAIGHT, shapely.box(1_000, -50, 1_100, 60))
    assert (beside.remaining.width, beside.remaining.widest_gap) == pytest.approx((40, 40))
    (gap,) = beside.remaining.gaps
    assert shapely.get_coordinates(gap)[:, 0].min() >= 1_000, "the place is at the obstacle"
    across = passage_at(STRAIGHT, shapely.box(1_000, -50, 1_100, 160))
    assert across.remaining.width == 0 and across.remaining.gaps == ()
    assert across.without.width == pytest.approx(100)


def test_two_parts_leave_three_gaps() -> None:
    parts = shapely.MultiPolygon([shapely.box(900, 10, 950, 30), shapely.box(900, 60, 950, 80)])
    found = passage_at(STRAIGHT, parts)
    assert found.remaining.width == pytest.approx(60), "10 + 30 + 20"
    assert found.remaining.widest_gap == pytest.approx(30)


def test_holes_are_no_free_ground() -> None:
    village = shapely.box(980, 60, 1_080, 90)
    found = passage_at(STRAIGHT - village, shapely.box(1_000, 20, 1_050, 40))
    assert found.without.width == pytest.approx(70), "the hole takes 30"
    assert found.remaining.width == pytest.approx(50), "20 + 20 + 10"


def test_in_a_narrowing_corridor_the_narrowest_place_of_the_obstacle_counts() -> None:
    # from 200 m wide at the left to 100 m at the right, symmetric
    wedge = shapely.Polygon([(0, -100), (2_000, -50), (2_000, 50), (0, 100)])
    found = passage_at(wedge, shapely.box(500, -10, 1_000, 10))
    half = 150 / 2 * np.cos(np.arctan(0.025))  # straight to the bank from (1000, 0)
    assert found.without.width == pytest.approx(2 * half, abs=found.step)
    corner = (75 - 10) * np.cos(np.arctan(0.025))
    assert found.remaining.width == pytest.approx(2 * corner, rel=1e-3)


def test_a_bent_corridor_has_its_banks_on_both_sides_of_the_bend() -> None:
    axis = shapely.LineString([(0, 0), (1_000, 0), (1_000, 1_000), (0, 1_000)])
    bent = shapely.buffer(axis, 50, cap_style="flat", join_style="mitre")
    lengths = sorted(shapely.length(side) for side in banks(bent))
    # inner side 2,800 m, outer side 3,200 m; each cap of 100 m falls to one of them
    assert lengths[0] + 1e-6 >= 2_800 and lengths[0] <= 3_000 + 1e-6 and sum(lengths) == pytest.approx(6_200)
    found = passage_at(bent, shapely.box(990, 480, 1_010, 520))
    assert found.without.width == pytest.approx(100)
    assert found.remaining.width == pytest.approx(80)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0, 360), st.floats(30, 400), st.floats(0.02, 0.9), st.floats(0.0, 1.0), st.floats(0.1, 0.9),
    st.floats(5, 200),
)  # fmt: skip
def test_any_rectangle_in_any_straight_corridor(
    angle: float, width: float, depth: float, side: float, along: float, long: float
) -> None:
    corridor = shapely.box(0, 0, 3_000, width)
    low = side * (1 - depth) * width
    x = 400 + along * 2_000
    block = shapely.box(x, low, x + long, low + depth * width)
    turned = [affinity.rotate(g, angle, origin=(0, 0)) for g in (corridor, block)]
    found = passage_at(*turned)
    assert found.without.width == pytest.approx(width, rel=1e-6)
    assert found.remaining.width == pytest.approx(width * (1 - depth), rel=1e-6, abs=1e-6)
    assert found.remaining.widest_gap <= found.remaining.width <= found.without.width * (1 + 1e-9)


def test_what_does_not_stand_in_the_corridor_is_refused() -> None:
    with pytest.raises(ValueError, match="does not stand"):
        passage_at(STRAIGHT, shapely.box(0, 200, 10, 210))
