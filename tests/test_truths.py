"""Every planted truth of the sample county is found, and nothing else is reported as found."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from eco_gis.layers.codes import owner_of
from eco_gis.model.border import Certainty, Verdict
from eco_gis.model.change import Basis, Cause, ChangedPiece, Comparison, Conclusion, Direction
from eco_gis.model.result import RunResult
from eco_gis.model.siting import Reason, Suggestion
from eco_gis.pipeline import compare, site

LAYERS = Path(__file__).parents[1] / "layers"
TRUTHS: dict[str, Any] = json.loads((LAYERS / "truths.json").read_text(encoding="utf-8"))
PLANTED: list[dict[str, Any]] = TRUTHS["truths"]
AS_OF = date.fromisoformat(TRUTHS["as_of"])


@pytest.fixture(scope="module")
def result(county_run: RunResult) -> RunResult:
    return county_run


@pytest.fixture(scope="module")
def year_before() -> RunResult:
    return compare(LAYERS / "catalog.toml", as_of=AS_OF, from_version="2022", to_version="2023")


def test_every_answer_of_every_site_is_the_expected_one(result: RunResult) -> None:
    assert result.siting is not None
    found = {s.id: {a.layer_id: a.answer.value for a in s.answers} for s in result.siting.sites}
    assert found == TRUTHS["sites"]


def test_edge_contact_is_marked_just_where_it_was_planted(result: RunResult) -> None:
    assert result.siting is not None
    marked = [
        [s.id, a.layer_id] for s in result.siting.sites for a in s.answers if Reason.EDGE_CONTACT in a.reasons
    ]
    assert sorted(marked) == sorted(TRUTHS["edge_contact"])


@pytest.mark.parametrize(
    "truth",
    [t for t in PLANTED if t["kind"] == "site" and t["expect"]["redline_planar_m2"]],
    ids=lambda t: t["id"],
)
def test_planted_overlaps_have_their_area(truth: dict[str, Any], result: RunResult) -> None:
    fact = result.facts[f"siting/{truth['site']}/redline_2024/overlap_planar"]
    assert fact.value == pytest.approx(truth["expect"]["redline_planar_m2"], abs=1e-3)


def test_the_core_zone_is_returned(result: RunResult) -> None:
    (core,) = [t["site"] for t in PLANTED if t["id"].startswith("T10")]
    assert result.facts[f"siting/{core}/suggestion"].value == Suggestion.RETURN


def comparison(result: RunResult, series: str, basis: Basis) -> Comparison:
    (found,) = [c for r in result.changes if r.series == series for c in r.comparisons if c.basis is basis]
    return found


def described(piece: ChangedPiece) -> tuple[str, str, str | None]:
    return piece.direction.value, piece.feature, piece.entry.id if piece.entry else None


@pytest.mark.parametrize(("version", "basis"), [("2023", Basis.BASELINE), ("2024", Basis.LAST_YEAR)])
def test_the_changed_ground_of_each_year_is_what_was_planted(
    version: str, basis: Basis, result: RunResult, year_before: RunResult
) -> None:
    planted = [
        t["expect"] for t in PLANTED if t["kind"] == "redline_change" and t["expect"]["version"] == version
    ]
    book = comparison(year_before if version == "2023" else result, "redline", basis)
    expected = {(e["direction"], e["feature"], e["entry"]): e["planar_m2"] for e in planted}
    found = {described(p): p.planar_m2 for p in book.pieces}
    assert found == {key: pytest.approx(area, abs=1e-2) for key, area in expected.items()}
    assert abs(book.county.residual_m2) < 1e-3


@pytest.mark.parametrize("truth", [t for t in PLANTED if t["kind"] == "conclusion"], ids=lambda t: t["id"])
def test_conclusions(truth: dict[str, Any], result: RunResult, year_before: RunResult) -> None:
    expect = truth["expect"]
    runs = [
        c
        for r in (result, year_before)
        for s in r.changes
        if s.series == truth["layer"]
        for c in s.comparisons
    ]
    book = next(c for c in runs if (c.old_version, c.new_version) == (expect["from"], expect["to"]))
    assert book.conclusion.value == expect["conclusion"]
    planar = sum(p.planar_m2 * (1 if p.direction is Direction.GAINED else -1) for p in book.pieces)
    assert planar == pytest.approx(expect["net_planar_m2"], abs=1e-2)


def test_the_data_of_the_sample_are_sound(result: RunResult) -> None:
    assert result.faults == ()
    assert [p for p in result.problems if p.fatal] == []


def ground_matches(truth: dict[str, Any], result: RunResult, site: str) -> None:
    """What a plot takes, by village, owner and class, of farmland and of forest, is what was planted.

    Planted areas are planar; the scale of the plane is within 1e-4 of one all over the county.
    """
    sheet = result.sheet
    assert sheet is not None
    near = {"rel": 2e-4, "abs": 0.05}
    table, planted = sheet.classes[site], {}
    for row in truth["classes"]:
        key = (row["village"], owner_of(row["right"]), row["code"])
        planted[key] = planted.get(key, 0.0) + row["planar_m2"]
    found = {(r.village, r.ownership.value, r.code): r.measured_m2 for r in table.rows}
    assert found == {key: pytest.approx(m2, **near) for key, m2 in planted.items()}
    assert not table.gaps and table.sum_ha() == table.total_ha == sheet.totals[site].parts_ha
    parcels = {
        p.parcel: (float(p.ha) * 1e4, float(p.net_ha or 0) * 1e4) for p in sheet.farmland.get(site, ())
    }
    digit = {"rel": 2e-4, "abs": 0.6}
    assert parcels == {
        p["parcel"]: pytest.approx((p["planar_m2"], p["net_planar_m2"]), **digit) for p in truth["farmland"]
    }
    stands = {s.stand: s.measured_m2 for s in sheet.forest.get(site, ())}
    assert stands == {s["stand"]: pytest.approx(s["planar_m2"], **near) for s in truth["forest"]}


@pytest.mark.parametrize("plot", TRUTHS["batch"]["plots"])
def test_a_plot_of_the_batch_takes_what_was_planted(plot: str, result: RunResult) -> None:
    truth = TRUTHS["batch"]["plots"][plot]
    ground_matches(truth, result, plot)
    assert result.sheet is not None
    assert result.sheet.totals[plot].basis == truth["basis"]
    (batch,) = (b for b in result.sheet.batches if b.name == TRUTHS["batch"]["name"])
    row = next(p for p in batch.plots if p.site == plot)
    assert float(row.in_plan_ha or 0) * 1e4 == pytest.approx(truth["in_plan_planar_m2"], rel=2e-4, abs=0.6)
    assert sorted(g.feature for g in row.approved) == sorted(truth["approved_by"])
    assert {p.site for p in batch.plots} == set(TRUTHS["batch"]["plots"]) and not batch.gaps


def test_surveyed_plots_are_taken_as_declared_or_refused() -> None:
    plots = TRUTHS["plots"]
    result = site(LAYERS / "catalog.toml", [LAYERS / name for name in plots], as_of=AS_OF)
    assert result.siting is not None and result.sheet is not None
    for name, truth in plots.items():
        (plot,) = (s.id for s in result.siting.sites if s.id.startswith(Path(name).stem))
        ground_matches(truth, result, plot)
        total = result.sheet.totals[plot]
        assert total.basis == truth["basis"]
        assert total.declared_m2 == pytest.approx(truth["declared_ha"] * 1e4)
        assert any(p.fatal and p.where == plot for p in result.problems) == (truth["basis"] == "refused")
        found = {a.layer_id: a.answer.value for s in result.siting.sites if s.id == plot for a in s.answers}
        assert found == TRUTHS["plot_answers"][Path(name).stem]


def test_plots_on_forest_cells_answer_as_they_were_drawn() -> None:
    result = site(LAYERS / "catalog.toml", [LAYERS / "plot_forest_cells.txt"], as_of=AS_OF)
    assert result.siting is not None
    plots = {s.name.removesuffix("地块（虚构）"): s for s in result.siting.sites}
    assert list(plots) == [truth["plot"] for truth in TRUTHS["forest_cells"]]
    for truth in TRUTHS["forest_cells"]:
        plot = plots[truth["plot"]]
        (answer,) = [a for a in plot.answers if a.layer_id == "forest_grade_2023"]
        assert answer.answer.value == truth["answer"]
        # planted areas are planar; the scale of the plane is within 1e-4 of one all over the county
        near = {"rel": 2e-4, "abs": 1e-3}
        assert dict(answer.zones) == {
            zone: pytest.approx(m2, **near) for zone, m2 in truth["planar_m2"].items()
        }
        assert answer.uncovered_m2 == pytest.approx(truth["untold_planar_m2"], **near)
        assert sum(truth["planar_m2"].values()) + truth["untold_planar_m2"] == pytest.approx(plot.planar_m2)
    (graded,) = [a for a in plots["林地等级"].answers if a.layer_id == "forest_grade_2023"]
    assert {"forest-grade-2-other", "forest-grade-3-4"} <= {r.rule_id for r in graded.rules}


def test_neighbours_across_filings_are_grouped(result: RunResult) -> None:
    assert result.sheet is not None
    groups = [{m.id for m in group.members} for group in result.sheet.groups]
    for pair in TRUTHS["batch"]["neighbours"]:
        assert any({pair["site"], pair["filed_before"]} <= group for group in groups)


@pytest.fixture(scope="module")
def copies() -> RunResult:
    return compare(LAYERS / "copies.toml", as_of=AS_OF)


KINDS = {
    "redline_copy_rounded": "rounding",
    "redline_copy_degrees_9": "transformation",
    "redline_copy_degrees_8": "transformation",
    "redline_copy_clipped": "clipping",
    "redline_copy_overlap": "overlap_repaired",
}


@pytest.mark.parametrize(("series", "kind"), KINDS.items())
def test_copies_are_the_approved_result_apart_from_their_kind(
    series: str, kind: str, copies: RunResult
) -> None:
    book = comparison(copies, series, Basis.LAST_YEAR)
    assert book.identity.copy == kind
    assert book.conclusion is Conclusion.UNCHANGED
    assert "与批复成果一致" in book.statement.zh
    assert book.undocumented_m2 == 0


def test_the_redrawn_copy_is_noise_and_the_strip_is_not(copies: RunResult, result: RunResult) -> None:
    noise = comparison(copies, "redline_copy_noise", Basis.LAST_YEAR)
    assert {p.verdict for p in noise.pieces} == {Verdict.NOISE}
    assert noise.evidence.runs == ()
    assert noise.conclusion is Conclusion.TO_VERIFY
    assert any("重绘误差范围内" in note.zh for note in noise.notes)
    assert len({c.label.zh for c in copies.changes}) == len(copies.changes)
    (planted,) = [t["expect"] for t in TRUTHS["truths"] if t["id"] == "T04"]
    book = comparison(result, "redline", Basis.LAST_YEAR)
    (run,) = book.evidence.narrow
    assert run.feature == planted["feature"]
    assert abs(run.offset_m or 0) == pytest.approx(3, abs=0.1)
    assert run.line.distance(shapely.Point(planted["point"])) < 5


@pytest.mark.parametrize("truth", ["T03", "T04"])
def test_an_undocumented_loss_is_a_proven_decrease_with_its_place(truth: str, result: RunResult) -> None:
    (planted,) = [t["expect"] for t in TRUTHS["truths"] if t["id"] == truth]
    book = comparison(result, "redline", Basis.LAST_YEAR)
    (bar,) = [b for b in book.evidence.features if b.key == planted["feature"]]
    assert bar.certainty is Certainty.DECREASE_PROVEN
    (piece,) = [p for p in book.pieces if p.feature == planted["feature"]]
    assert piece.cause is Cause.UNDOCUMENTED
    assert piece.shape.buffer(1).contains(shapely.Point(planted["point"]))


def test_a_township_border_that_moved_is_no_change_of_the_line(result: RunResult) -> None:
    (moved,) = [t["expect"] for t in TRUTHS["truths"] if t["kind"] == "township_border"]
    book = comparison(result, "redline", Basis.LAST_YEAR)
    rows = {r.name: r for r in book.townships}
    for name, quantity in ((moved["before"], "moved_out_m2"), (moved["after"], "moved_in_m2")):
        assert getattr(rows[name], quantity) == pytest.approx(moved["redline_planar_m2"], rel=1e-3)
    assert {r.name for r in book.townships if r.moved_in_m2 or r.moved_out_m2} == {
        moved["before"],
        moved["after"],
    }


def test_the_years_of_the_sample_chain(result: RunResult) -> None:
    (redline,) = [r for r in result.changes if r.series == "redline"]
    first, second = redline.years
    assert first.county.closing_m2 == second.county.opening_m2
    assert [c.conclusion for c in redline.years] == [Conclusion.LAWFUL, Conclusion.TO_VERIFY]
