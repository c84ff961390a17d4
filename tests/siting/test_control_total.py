"""The site's own area as the control total: taken within the survey's tolerance, refused beyond it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from eco_gis.model.sheet import AreaBasis
from eco_gis.siting.control_total import area_error_m2, control_totals, refusals
from eco_gis.siting.sites import Sites
from eco_gis.units import apportioned, rounded_parts
from tests.builders import make_sites, square


def totals(*shapes: shapely.Geometry, **columns: list[float]) -> list:
    layer = make_sites(shapes, **columns)
    return list(control_totals(layer, Sites.of(layer)))


def test_a_declared_area_within_the_tolerance_is_the_total() -> None:
    # a square of 200 m with corners of ±5 cm: m_S = 10 m², tolerance 20 m² and half of the last digit
    (taken,) = totals(square(0, 0, 200), declared_ha=[4.002])
    assert taken.basis is AreaBasis.DECLARED and taken.ha == Decimal("4.0020")
    assert taken.tolerance_m2 == pytest.approx(20.5)
    (refused,) = totals(square(0, 0, 200), declared_ha=[4.0051])
    assert refused.basis is AreaBasis.REFUSED and refused.ha is None
    assert refused.parts_ha == Decimal(f"{refused.ellipsoidal_m2 / 1e4:.4f}"), "parts stay as measured"
    (problem,) = refusals([("P1", refused)])
    assert problem.fatal and "4.0051" in problem.what.zh and "20.50" in problem.what.en


def test_without_a_declared_area_the_measured_one_is_the_total() -> None:
    blank, zero = totals(square(0, 0, 100), square(300, 0, 100), declared_ha=[float("nan"), 0.0])
    assert blank.basis is zero.basis is AreaBasis.MEASURED
    assert blank.ha == Decimal(f"{blank.ellipsoidal_m2 / 1e4:.4f}")


def test_square_metres_may_be_declared_too_and_the_catalogs_accuracy_counts() -> None:
    (taken,) = totals(square(0, 0, 200), declared_m2=[40_012.0])
    assert taken.ha == Decimal("4.0012")
    layer = make_sites([square(0, 0, 200)], declared_ha=[4.03])
    rough = replace(layer, spec=replace(layer.spec, accuracy_m=1.0))
    assert control_totals(rough, Sites.of(rough))[0].basis is AreaBasis.DECLARED
    assert control_totals(layer, Sites.of(layer))[0].basis is AreaBasis.REFUSED


def test_an_axis_without_a_width_leaves_a_declared_area_unchecked() -> None:
    line = shapely.LineString([(540_000, 3_240_000), (540_500, 3_240_000)])
    (total,) = totals(line, declared_ha=[1.0])
    assert total.basis is AreaBasis.UNCHECKED and total.ha is None
    (wide,) = totals(line, declared_ha=[1.0], width_m=[20.0])
    assert wide.basis is AreaBasis.DECLARED
    (off,) = totals(line, declared_ha=[1.2], width_m=[20.0])
    assert off.basis is AreaBasis.REFUSED


def test_the_area_error_is_what_jittered_corners_show() -> None:
    rng = np.random.default_rng(3)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 12))
    corners = np.c_[100 * np.cos(angles), 60 * np.sin(angles)]
    point_error = 0.05
    # the error of a position is that of both coordinates together
    jitter = rng.normal(0, point_error / np.sqrt(2), (4000, 12, 2))
    areas = shapely.area(shapely.polygons(corners + jitter))
    assert np.std(areas) == pytest.approx(area_error_m2(shapely.Polygon(corners), point_error), rel=0.05)


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda v: sum(v) > 1e-3),
    st.integers(1, 10**9),
)
def test_shares_add_up_to_any_total(values: list[float], last_digits: int) -> None:
    total = Decimal(last_digits).scaleb(-4)
    parts = apportioned(values, total)
    assert sum(parts) == total
    for part, value in zip(parts, values, strict=True):
        exact = Decimal(value) * total / Decimal(sum(map(Decimal, values)))
        assert abs(part - exact) < Decimal("0.0001") + exact * Decimal("1e-12")
        assert value or not part, "nothing gets a share of something"


def test_rounded_parts_are_shares_of_the_rounded_total() -> None:
    values = [0.00014, 0.00015, 1.00006]
    assert sum(rounded_parts(values, 4)) == Decimal("1.0004")
