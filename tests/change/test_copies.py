"""Identity before statistics: copies are named by what was done to them, and nothing else passes for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pyproj
import pytest
import shapely
import shapely.affinity

from eco_gis.change.beside import Beside
from eco_gis.change.extent import compare
from eco_gis.model.border import Verdict
from eco_gis.model.change import Basis, Cause, Comparison, Conclusion
from eco_gis.model.identity import DifferenceKind
from eco_gis.model.layer import Layer
from eco_gis.model.role import LayerRole
from tests.builders import COUNTY, X0, Y0, at, make_layer, square

RNG = np.random.default_rng(20)


def ragged(x: float, y: float, radius: float) -> shapely.Polygon:
    angle = np.sort(RNG.uniform(0, 2 * np.pi, 40))
    reach = radius * RNG.uniform(0.6, 1.0, 40)
    return at(shapely.Polygon(np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)))


PATCHES = [ragged(1200 * i, 1200 * j, 500) for i in range(-2, 3) for j in range(-2, 2)]
IDS = [f"F{n}" for n in range(len(PATCHES))]


def against(shapes: list[shapely.Geometry], *, beside: Beside | None = None, **more: object) -> Comparison:
    old = make_layer(PATCHES, ids=IDS, valid_from=date(2023, 1, 1))
    new = make_layer(shapes, **({"ids": IDS, "valid_from": date(2024, 1, 1)} | more))
    return compare(old, new, basis=Basis.BASELINE, beside=beside or Beside())


def rolled(shape: shapely.Polygon) -> shapely.Polygon:
    """The same ring begun elsewhere and run the other way."""
    return shapely.Polygon(np.roll(shapely.get_coordinates(shape)[:-1], 7, axis=0)[::-1])


def through_degrees(xy: np.ndarray) -> np.ndarray:
    there = pyproj.Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True)
    degrees = np.round(np.column_stack(there.transform(*xy.T)), 8)
    return np.column_stack(there.transform(*degrees.T, direction="INVERSE"))


def quadratic(xy: np.ndarray) -> np.ndarray:
    x, y = ((xy - [X0, Y0]) / 1e4).T
    return xy + np.stack([60 + 0.1 * x * y, -3 + 0.3 * x + 0.2 * y * y], axis=1)


@pytest.mark.parametrize(
    ("copy", "kind", "words"),
    [
        (lambda xy: np.round(xy, 2), DifferenceKind.ROUNDING, "坐标取整至 0.01 m"),
        (lambda xy: np.floor(xy * 10) / 10, DifferenceKind.ROUNDING, "坐标取整至 0.1 m"),
        (through_degrees, DifferenceKind.TRANSFORMATION, "8 位小数"),
        (lambda xy: xy + np.array([40.0, -3.0]), DifferenceKind.TRANSFORMATION, "平移，位移 40.112 m"),
        (
            lambda xy: (xy - [X0, Y0]) @ [[1 + 4e-6, 2e-5], [-2e-5, 1 + 4e-6]] + [X0 + 1, Y0],
            DifferenceKind.TRANSFORMATION,
            "仿射",
        ),
        (quadratic, DifferenceKind.TRANSFORMATION, "二次残差场"),
    ],
)
def test_a_copy_is_equal_to_the_approved_result_apart_from_its_kind(
    copy: Callable[[np.ndarray], np.ndarray], kind: DifferenceKind, words: str
) -> None:
    order = RNG.permutation(len(PATCHES))
    shapes = [rolled(shapely.transform(PATCHES[k], copy)) for k in order]
    result = against(shapes, ids=[IDS[k] for k in order])
    assert result.identity.copy is kind
    assert words in result.identity.differences[0].text.zh
    assert {p.cause for p in result.pieces} == {Cause.COPY}
    assert {p.verdict for p in result.pieces} == {Verdict.COPY}
    assert result.conclusion is Conclusion.UNCHANGED
    assert result.statement.zh.startswith("除坐标")
    assert result.statement.zh.endswith("外，与批复成果一致。")


def shifted_by(metres: float, *, only: int | None = None) -> list[shapely.Geometry]:
    return [
        shapely.affinity.translate(p, metres, 0) if only is None or n == only else p
        for n, p in enumerate(PATCHES)
    ]


def test_one_patch_moved_among_many_is_no_transformation() -> None:
    result = against(shifted_by(30, only=4))
    assert result.identity.copy is None
    assert result.identity.shapes_changed == ("F4",)
    assert {p.cause for p in result.pieces} == {Cause.UNDOCUMENTED}
    assert result.conclusion is Conclusion.TO_VERIFY


@pytest.mark.parametrize(
    "copy",
    [
        lambda xy: xy + np.array([900.0, 0.0]),
        lambda xy: (xy - [X0, Y0]) * 1.01 + [X0, Y0],
        lambda xy: np.round(xy),
        lambda xy: xy + np.sin(7 * xy[:, ::-1]),
    ],
)
def test_what_no_change_of_frame_makes_is_no_copy(copy: Callable[[np.ndarray], np.ndarray]) -> None:
    result = against([shapely.transform(p, copy) for p in PATCHES])
    assert result.identity.copy is None
    assert result.conclusion is Conclusion.TO_VERIFY


def test_a_single_patch_that_was_moved_is_not_called_transformed() -> None:
    old, new = (make_layer([p]) for p in (PATCHES[0], shapely.affinity.translate(PATCHES[0], 30, 0)))
    assert compare(old, new, basis=Basis.BASELINE).conclusion is Conclusion.TO_VERIFY


def test_a_bite_from_a_rounded_copy_is_seen_beside_the_rounding() -> None:
    shapes = [shapely.transform(p, lambda xy: np.round(xy, 2)) for p in PATCHES]
    shapes[3] = shapely.difference(shapes[3], shapely.Point(shapely.get_coordinates(shapes[3])[0]).buffer(60))
    result = against(shapes)
    assert result.identity.differences[0].kind is DifferenceKind.ROUNDING
    assert result.identity.copy is None
    assert result.identity.shapes_changed == ("F3",)
    assert {p.feature for p in result.pieces if p.cause is Cause.UNDOCUMENTED} == {"F3"}
    assert result.undocumented_m2 > 1000
    assert result.conclusion is Conclusion.TO_VERIFY
    bitten = shapely.union_all([p.shape for p in result.pieces if p.feature == "F3"]).buffer(1)
    register = make_layer(
        [bitten],
        LayerRole.CHANGE_REGISTER,
        columns={"document": ["1号"], "date": ["2023-05-01"], "kind": ["局部调整"]},
    )
    lawful = against(shapes, beside=Beside(registers=(register,)))
    assert lawful.conclusion is Conclusion.LAWFUL


def test_the_same_ground_under_another_label_is_a_copy() -> None:
    new = replace(make_layer(PATCHES, ids=IDS), source_crs="EPSG:4528")
    result = compare(make_layer(PATCHES, ids=IDS), new, basis=Basis.BASELINE)
    assert result.identity.differences[0].kind is DifferenceKind.CRS
    assert result.pieces == ()
    assert result.conclusion is Conclusion.UNCHANGED


def county(shape: shapely.Geometry = COUNTY) -> Layer:
    return make_layer([shape], LayerRole.COUNTY)


def test_clipping_at_the_county_border_is_named_and_a_bite_inside_it_is_not() -> None:
    over = at(shapely.box(4000, 0, 6000, 1000))
    inside = shapely.intersection(over, COUNTY)
    old, new = (make_layer([g]) for g in (over, inside))
    result = compare(old, new, basis=Basis.BASELINE, beside=Beside(counties=(county(),)))
    assert result.identity.copy is DifferenceKind.CLIPPING
    assert {p.cause for p in result.pieces} == {Cause.CLIPPING}
    assert result.conclusion is Conclusion.UNCHANGED
    assert result.identity.differences[0].count == pytest.approx(1e6, rel=1e-3)
    assert result.statement.zh.startswith("除按县界裁切")
    assert compare(old, new, basis=Basis.BASELINE).conclusion is Conclusion.TO_VERIFY
    bitten = make_layer([shapely.difference(inside, square(4000, 0, 10))])
    more = compare(old, bitten, basis=Basis.BASELINE, beside=Beside(counties=(county(),)))
    assert more.conclusion is Conclusion.TO_VERIFY


def test_an_overlap_repaired_is_named() -> None:
    halves = at(shapely.box(0, 0, 505, 1000)), at(shapely.box(495, 0, 1000, 1000))
    mended = halves[0], at(shapely.box(505, 0, 1000, 1000))
    result = compare(make_layer(halves), make_layer(mended), basis=Basis.BASELINE)
    assert result.identity.copy is DifferenceKind.OVERLAP_REPAIRED
    assert result.identity.differences[0].count == pytest.approx(10_000, rel=1e-3)
    assert result.conclusion is Conclusion.UNCHANGED
