"""Evidence along the border: verdicts, narrow runs and error bars, apart from the legal answer."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from eco_gis.change.beside import Beside
from eco_gis.change.extent import compare
from eco_gis.model.border import Certainty, Verdict
from eco_gis.model.change import Basis, Cause, Comparison, Conclusion
from eco_gis.model.layer import Layer
from eco_gis.model.role import LayerRole
from tests.builders import at, make_layer, square
from tests.simulations import KINDS, alarms, corner, found, independent, patch, proven, redraw, strips, told

LINE = square(0, 0, 1000)


def against(old: shapely.Geometry, *new: shapely.Geometry, accuracy: float | None = 1.0) -> Comparison:
    layers = [
        make_layer(shapes, id=name, version=name, accuracy_m=accuracy)
        for name, shapes in (("old", [old]), ("new", list(new)))
    ]
    return compare(*layers, basis=Basis.LAST_YEAR)


def test_a_strip_of_three_metres_is_narrow_proven_and_to_be_verified() -> None:
    result = against(LINE, shapely.difference(LINE, at(shapely.box(997, 200, 1000, 700))))
    (run,) = result.evidence.narrow
    assert run.lost
    assert run.length_m == pytest.approx(500, abs=15)
    assert run.mean_width_m == pytest.approx(3, rel=0.03)
    assert run.certainty is Certainty.DECREASE_PROVEN
    assert result.conclusion is Conclusion.TO_VERIFY
    assert [p.verdict for p in result.pieces] == [Verdict.MOVED]


def test_a_deep_bite_is_a_run_but_not_narrow() -> None:
    result = against(LINE, shapely.difference(LINE, square(900, 400, 200)))
    (run,) = result.evidence.runs
    assert not run.narrow
    assert result.evidence.narrow == ()


def test_a_hole_and_an_island_lie_along_no_old_border_and_are_listed_all_the_same() -> None:
    hole, island = at(shapely.box(400, 400, 404, 600)), at(shapely.box(1500, 0, 1503, 300))
    result = against(LINE, shapely.difference(LINE, hole), island)
    assert {(r.lost, r.offset_m) for r in result.evidence.narrow} == {(True, None), (False, None)}
    assert {round(r.length_m) for r in result.evidence.narrow} == {204, 303}
    assert {p.verdict for p in result.pieces} == {Verdict.MOVED}


def test_a_patch_that_vanished_is_a_run_without_an_offset() -> None:
    result = against(LINE, square(5000, 0, 10))
    gone = next(r for r in result.evidence.runs if r.lost)
    assert gone.length_m == pytest.approx(4000, rel=1e-3)
    nothing = against(LINE)
    assert [(r.lost, r.offset_m) for r in nothing.evidence.runs] == [(True, None)]


def test_noise_is_noise_and_nothing_of_it_is_lost_from_the_ledger() -> None:
    result = against(patch(), independent(patch(), 1.0, np.random.default_rng(1)))
    assert {p.verdict for p in result.pieces} == {Verdict.NOISE}
    assert max(2 * p.area_m2 / p.shape.length for p in result.pieces) > 1.0
    assert result.evidence.runs == ()
    assert result.evidence.county is not None
    assert result.evidence.county.certainty is Certainty.CANNOT_TELL
    assert result.evidence.noise_m2 == pytest.approx(result.county.lost_m2 + result.county.gained_m2)
    assert {p.cause for p in result.pieces} == {Cause.UNDOCUMENTED}
    assert result.conclusion is Conclusion.TO_VERIFY


def test_without_a_declared_accuracy_nothing_is_proven() -> None:
    result = against(LINE, shapely.difference(LINE, square(0, 0, 500)), accuracy=None)
    assert result.evidence.county is not None
    assert result.evidence.county.error_m2 is None
    assert result.evidence.county.certainty is Certainty.CANNOT_TELL


def test_the_legal_and_the_statistical_answer_do_not_mix() -> None:
    out = square(800, 0, 200)
    register = make_layer(
        [out],
        LayerRole.CHANGE_REGISTER,
        columns={"document": ["1号"], "date": ["2023-05-01"], "kind": ["局部调整"]},
    )

    def year(n: int, shape: shapely.Geometry) -> Layer:
        return make_layer([shape], id=f"r{n}", version=str(n), valid_from=date(n, 1, 1), accuracy_m=1.0)

    result = compare(
        year(2023, LINE),
        year(2024, shapely.difference(LINE, out)),
        basis=Basis.LAST_YEAR,
        beside=Beside(registers=(register,)),
    )
    assert result.conclusion is Conclusion.LAWFUL
    assert result.evidence.county is not None
    assert result.evidence.county.certainty is Certainty.DECREASE_PROVEN


def test_the_error_bar_counts_only_border_that_differs() -> None:
    result = against(LINE, shapely.difference(LINE, at(shapely.box(997, 200, 1000, 700))))
    (bar,) = result.evidence.features
    assert bar.redrawn_m == pytest.approx(500 + 506, abs=20)
    assert bar.error_m2 == pytest.approx(2 * np.hypot(500, 506), rel=0.03)


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_of_the_simulations(kind: str) -> None:
    """Of 100 redraws at 2.5 % more than 8 false alarms come less than once in 500 rounds."""
    assert proven(kind, 1.0, range(100)) <= 8 / 100
    assert found(kind, 1.0, range(20)) == 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_the_simulations_tell_what_a_comparison_tells(kind: str) -> None:
    for seed, cut in ((0, None), (1, corner(1.0, 1))):
        bar = redraw(kind, 1.0, seed, cut).evidence.county
        expected = Certainty.CANNOT_TELL if bar is None else bar.certainty
        assert told(kind, 1.0, seed, cut) is expected


def test_strips_are_found_in_redrawn_borders() -> None:
    assert strips("independent vertices", 0.5, range(8)) == 1.0
    assert alarms("independent vertices", 1.0, range(25)) <= 2 / 25
