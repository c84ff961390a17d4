"""Offsets along a border, one-sided runs and error bars, on borders drawn by hand and by seed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import shapely.affinity

from eco_gis.geometry.noise.errorbar import area_variance
from eco_gis.geometry.noise.offsets import border_offsets
from eco_gis.geometry.noise.runs import one_sided_runs
from tests.builders import X0, Y0, at, regions, square
from tests.simulations import independent, patch, strip

LINE = square(0, 0, 1000)


def test_a_border_that_stayed_has_no_offset_however_it_is_drawn() -> None:
    turned = shapely.reverse(shapely.segmentize(LINE, 70))
    border = border_offsets(regions(LINE), regions(turned))
    assert not border.moved.any()
    assert border.length_m.sum() == pytest.approx(4000, rel=1e-3)
    assert one_sided_runs(border).runs == ()


@pytest.mark.parametrize(("by", "sign"), [(-3.0, -1), (3.0, 1)])
def test_a_border_moved_all_round_is_one_run_to_its_side(by: float, sign: int) -> None:
    moved = shapely.buffer(LINE, by, join_style="mitre")
    border = border_offsets(regions(LINE), regions(moved))
    assert np.median(border.offset_m) == pytest.approx(sign * 3, rel=1e-3)
    (run,) = one_sided_runs(border).runs
    assert run.offset_m == pytest.approx(sign * 3, rel=0.02)
    assert run.length_m == pytest.approx(4000, rel=1e-3)


def test_what_two_polygons_of_one_version_share_is_no_border() -> None:
    halves = at(shapely.box(0, 0, 500, 1000)), at(shapely.box(500, 0, 1000, 1000))
    parts = at(shapely.box(0, 0, 300, 1000)), at(shapely.box(300, 0, 1000, 1000))
    assert not border_offsets(regions(*halves), regions(*parts)).moved.any()


def test_ground_that_vanished_wholly_lies_infinitely_far() -> None:
    border = border_offsets(regions(LINE), regions())
    assert np.isneginf(border.offset_m).all()
    assert len(border_offsets(regions(), regions(LINE))) == 0


def test_one_strip_between_border_that_stayed_is_a_run_of_its_own_length() -> None:
    cut = shapely.difference(LINE, at(shapely.box(997, 200, 1000, 700)))
    (run,) = one_sided_runs(border_offsets(regions(LINE), regions(cut))).runs
    assert run.length_m == pytest.approx(500, abs=15)
    assert run.offset_m == pytest.approx(-3, abs=0.1)


def test_a_strip_is_found_in_a_redrawn_border_and_the_noise_is_not() -> None:
    truth, rng = patch(), np.random.default_rng(5)
    noisy = independent(truth, 1.0, rng)
    assert one_sided_runs(border_offsets(regions(truth), regions(noisy))).runs == ()
    cut = strip(3)
    border = border_offsets(regions(truth), regions(shapely.difference(noisy, cut)))
    runs = one_sided_runs(border).runs
    assert all(r.offset_m < 0 for r in runs)
    there = shapely.intersects_xy(shapely.buffer(cut, 2), *border.xy.T)
    found = np.isin(np.flatnonzero(there), np.concatenate([r.samples for r in runs]))
    assert found.mean() > 0.8
    assert sum(r.length_m for r in runs) < 700


def test_order_start_and_direction_of_rings_change_no_run() -> None:
    truth = patch()
    other = shapely.difference(independent(truth, 1.0, np.random.default_rng(8)), strip(1))
    ring = shapely.get_coordinates(truth)[:-1]
    turned = shapely.Polygon(np.roll(ring, 31, axis=0)[::-1])
    lengths = [
        sum(r.length_m for r in one_sided_runs(border_offsets(regions(shape), regions(other))).runs)
        for shape in (truth, turned)
    ]
    assert lengths[0] == pytest.approx(lengths[1], abs=15)


@pytest.mark.parametrize("correlation", [30.0, 300.0, 5000.0, None])
def test_the_variance_of_an_area_is_what_random_borders_show(correlation: float | None) -> None:
    """A circle whose border strays along its normal; correlations about the ring are exp(−d ÷ L)."""
    radius, sigma, count = 500.0, 0.7, 400
    angle = np.linspace(0, 2 * np.pi, count + 1)[:-1]
    apart = radius * np.minimum(angle, 2 * np.pi - angle)
    rng = np.random.default_rng(4)
    if correlation is None:
        strays = np.repeat(rng.normal(0, sigma, (4000, 1)), count, axis=1)
    else:
        power = np.fft.fft(np.exp(-apart / correlation)).real.clip(0)
        white = rng.normal(0, sigma, (4000, count))
        strays = np.fft.ifft(np.fft.fft(white, axis=1) * np.sqrt(power), axis=1).real
    reach = radius + strays
    ring = np.stack([X0 + reach * np.cos(angle), Y0 + reach * np.sin(angle)], axis=2)
    areas = shapely.area(shapely.polygons(ring))
    expected = area_variance([2 * np.pi * radius], sigma, correlation)
    assert areas.var() == pytest.approx(expected, rel=0.12)
    assert expected <= area_variance([2 * np.pi * radius], sigma)


def test_rings_stray_together_by_default_and_for_themselves_with_a_length() -> None:
    assert area_variance([300.0, 100.0], 2.0) == (2.0 * 400) ** 2
    apart = area_variance([300.0, 100.0], 2.0, 50.0)
    assert apart == area_variance([300.0], 2.0, 50.0) + area_variance([100.0], 2.0, 50.0)
    assert area_variance([], 2.0) == 0
