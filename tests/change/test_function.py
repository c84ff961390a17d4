"""Trends against brute force and published figures; answers beside the control ring; rings outside the line."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from eco_gis.change.function.judge import GENERALISED, function_row, judge_trend, zones_of
from eco_gis.change.function.trend import trend, two_sided
from eco_gis.model.change import Level
from eco_gis.model.function import FunctionAnswer, YearMean
from eco_gis.model.role import LayerRole
from tests.builders import COUNTY, make_layer, regions, square

YEARS = range(2019, 2025)


def statistic(values: Sequence[float]) -> int:
    """Rising pairs minus falling pairs, one by one."""
    return sum((b > a) - (b < a) for a, b in itertools.combinations(values, 2))


@pytest.mark.parametrize(
    "values",
    [
        (1, 2, 3, 4),
        (1, 1, 2, 3),
        (1, 1, 2, 2, 3),
        (1, 1, 1, 2, 3),
        (1, 2, 3, 4, 5, 6),
        (1, 1, 2, 2, 3, 3),
        (1, 1, 1),
    ],
)
def test_probabilities_are_those_of_all_arrangements(values: tuple[int, ...]) -> None:
    found = [statistic(p) for p in itertools.permutations(values)]
    for s in set(found):
        expected = sum(abs(f) >= abs(s) for f in found) / len(found)
        assert two_sided(s, Counter(values).values()) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("n", "s", "one_sided"),
    # Kendall (1975), probability that S attains or exceeds a value; also Gilbert (1987), table A18
    [
        (4, 4, 0.167),
        (4, 6, 0.042),
        (5, 8, 0.042),
        (5, 10, 0.0083),
        (8, 16, 0.031),
        (9, 18, 0.038),
        (10, 23, 0.023),
    ],
)
def test_probabilities_of_the_published_table(n: int, s: int, one_sided: float) -> None:
    assert two_sided(s, [1] * n) / 2 == pytest.approx(one_sided, abs=6e-4)


def test_the_series_of_sen() -> None:
    found = trend([1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78])
    assert found.slope == 4.0
    # 26/7 and 35/8, as published and as other programs give them
    assert (found.low, found.high) == pytest.approx((26 / 7, 35 / 8))
    assert (found.s, found.p) == (21, pytest.approx(2 / 5040))


values = st.lists(st.integers(-5, 5), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None)
@given(values=values)
def test_the_interval_holds_the_slopes_that_the_test_does_not_reject(values: list[int]) -> None:
    years = np.arange(len(values))
    found = trend(years, values)
    slopes = sorted({(b - a) / (j - i) for (i, a), (j, b) in itertools.combinations(enumerate(values), 2)})
    probes = [slopes[0] - 1, *((a + b) / 2 for a, b in itertools.pairwise(slopes)), slopes[-1] + 1]
    for slope in probes:
        rest = [float(v - slope * y) for v, y in zip(values, years, strict=True)]
        kept = two_sided(statistic(rest), [1] * len(values)) > 0.05
        inside = (found.low is None or found.low < slope) and (found.high is None or slope < found.high)
        assert inside == kept


@settings(max_examples=40, deadline=None)
@given(values=values, shift=st.integers(-9, 9), factor=st.integers(1, 4))
def test_trends_move_with_their_values(values: list[int], shift: int, factor: int) -> None:
    years = range(2000, 2000 + len(values))
    plain, moved = trend(years, values), trend(years, [factor * v + shift for v in values])
    turned = trend(years, [-v for v in values])
    assert moved.slope == pytest.approx(factor * (plain.slope or 0.0))
    assert (moved.s, moved.p, turned.s, turned.p) == (plain.s, plain.p, -plain.s, plain.p)
    assert turned.slope == pytest.approx(-(plain.slope or 0.0))


def test_four_years_tell_nothing_and_five_can() -> None:
    assert trend(range(4), [4, 3, 2, 1]).low is None and not trend(range(4), [4, 3, 2, 1]).falls(0.05)
    assert trend(range(5), [5, 4, 3, 2, 1]).falls(0.05)


DRY = [0.71, 0.70, 0.71, 0.62, 0.71, 0.70]


@pytest.mark.parametrize(
    ("inside", "ring", "answer"),
    [
        # the dry year of all
        (DRY, [v - 0.1 for v in DRY], FunctionAnswer.STABLE),
        # the dry year, and a loss that is the patch's own
        ([v - 0.018 * n for n, v in enumerate(DRY)], DRY, FunctionAnswer.DEGRADED),
        ([v + 0.018 * n for n, v in enumerate(DRY)], DRY, FunctionAnswer.IMPROVED),
        # everything falls: no failure, and no proof of stability either
        ([0.7, 0.69, 0.68, 0.67, 0.66, 0.65], [0.6, 0.59, 0.58, 0.57, 0.56, 0.55], FunctionAnswer.UNKNOWN),
        # the ring gets better, the ground inside does not
        ([0.7] * 6, [0.6, 0.61, 0.62, 0.63, 0.64, 0.65], FunctionAnswer.UNKNOWN),
        # scatter
        ([0.7, 0.5, 0.9, 0.4, 0.8, 0.6], [0.6] * 6, FunctionAnswer.UNKNOWN),
        # too few years
        ([0.7, 0.6, 0.5, 0.4, None, None], [0.7] * 6, FunctionAnswer.UNKNOWN),
        # no ring
        ([0.7, 0.69, 0.68, 0.67, 0.66, 0.65], [None] * 6, FunctionAnswer.UNKNOWN),
    ],
)
def test_answers_beside_the_ring(
    inside: list[float | None], ring: list[float | None], answer: FunctionAnswer
) -> None:
    zone = zones_of(make_layer([square(0, 0, 500)]), None, None, ring_m=1000)[0]
    a, b = (
        [YearMean(y, v, 1.0 if v is not None else 0.0) for y, v in zip(YEARS, means, strict=True)]
        for means in (inside, ring)
    )
    assert function_row(zone, a, b, margin=0.005).answer is answer


def test_no_trend_is_no_proof_of_stability() -> None:
    rough = trend(YEARS, [0.70, 0.66, 0.71, 0.64, 0.72, 0.67])
    assert not rough.falls(0.05)
    assert judge_trend(rough, rough, margin=0.001)[0] is FunctionAnswer.UNKNOWN
    assert judge_trend(rough, rough, margin=0.05)[0] is FunctionAnswer.STABLE


def test_rings_hold_no_protected_ground_and_keep_to_the_coverage() -> None:
    line = make_layer([square(0, 0, 800), square(900, 0, 600), square(4_700, 0, 200)])
    towns = make_layer([square(-9_600, -5_000, 10_000), square(400, -5_000, 10_000)], LayerRole.TOWNSHIP)
    zones = zones_of(line, towns, regions(COUNTY), ring_m=1_000)
    assert [z.level for z in zones] == [Level.COUNTY, *[Level.TOWNSHIP] * 2, *[Level.FEATURE] * 3]
    whole = shapely.union_all(line.features.shapes)
    for zone in zones:
        assert zone.ring.intersection(whole).area == 0
        assert zone.ring.difference(COUNTY).area == 0
        assert zone.ring.hausdorff_distance(zone.ground) < 1_000 * (1 + GENERALISED)
    assert sum(z.ground.area for z in zones if z.level is Level.TOWNSHIP) == pytest.approx(whole.area)
    alone = zones_of(make_layer([square(0, 0, 800)]), None, None, ring_m=1_000)[0]
    hem = 1_000 * GENERALISED
    expected = 4 * 800 * (1_000 - hem) + np.pi * (1_000**2 - hem**2)
    assert alone.ring.area == pytest.approx(expected, rel=0.03)
