"""The planted truths of nature, function, matters inside, borders of townships and copies are found end to end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from eco_gis.model.border import Verdict
from eco_gis.model.change import ChangeResult, Level
from eco_gis.model.nature import NatureComparison
from eco_gis.model.result import RunResult
from eco_gis.pipeline import compare
from tests.test_truths import AS_OF, LAYERS, TRUTHS

ELLIPSOID = 2e-4
"""Share by which areas on the ellipsoid and on the plane of the county differ at most."""


@pytest.fixture(scope="module")
def copies() -> dict[str, ChangeResult]:
    found = compare(LAYERS / "copies.toml", as_of=AS_OF)
    return {change.series: change for change in found.changes}


def nature(result: RunResult, series: str, period: str) -> NatureComparison:
    (found,) = [c for n in result.natures if n.series == series for c in n.comparisons if c.period == period]
    return found


def planted_causes(layer: str) -> Counter[tuple[str, str, str, float]]:
    """Class before and after, cause and whole m² of every planted piece inside a layer."""
    found: Counter[tuple[str, str, str, float]] = Counter()
    for change in TRUTHS["survey_changes"]:
        if layer not in change["touches"] or change["before"] == change["after"]:
            continue
        classes = change["before"], change["after"]
        covered, rest = change["covered_planar_m2"], change["planar_m2"] - change["covered_planar_m2"]
        if change["documents"] and rest > 1:
            found[*classes, change["cause"], round(covered, 1)] += 1
            found[*classes, "unapproved_building", round(rest, 1)] += 1
        else:
            found[*classes, change["cause"], round(change["planar_m2"], 1)] += 1
    return found


@pytest.mark.parametrize(
    ("series", "layer"), [("redline", "redline_2024"), ("nature_reserve", "nature_reserve_2024")]
)
def test_each_change_of_class_lands_on_its_cause(series: str, layer: str, county_run: RunResult) -> None:
    pieces = nature(county_run, series, "2023-2024").pieces
    found = Counter((p.before.code, p.after.code, p.cause.value, round(p.planar_m2, 1)) for p in pieces)
    assert found == planted_causes(layer)
    with_papers = {c["id"] for c in TRUTHS["survey_changes"] if layer in c["touches"] and c["documents"]}
    assert sum(bool(p.papers) for p in pieces) == len(with_papers)


def test_changes_between_two_surveys_are_the_mines_of_2023(county_run: RunResult) -> None:
    (truth,) = [t["expect"] for t in TRUTHS["truths"] if t["id"] == "T23"]
    planted = sorted(p["planar_m2"] for p in truth["parcels"] if p["in_redline"])
    pieces = nature(county_run, "redline", "2022-2023").pieces
    assert sorted(p.planar_m2 for p in pieces) == pytest.approx(planted, abs=1e-2)
    assert {(p.before.code, p.after.code) for p in pieces} == {("0301", "0602")}


def test_function_falls_and_rises_where_planted_and_the_dry_year_hides_in_the_ring(
    county_run: RunResult,
) -> None:
    (function,) = [f for f in county_run.functions if (f.series, f.indicator) == ("redline", "ndvi")]
    patches = {r.key: r for r in function.rows if r.level is Level.FEATURE}
    for truth in TRUTHS["function"]:
        row = patches[truth["feature"]]
        assert row.answer.value == truth["trend"], truth["feature"]
        means = {str(y.year): y.mean for y in row.inside}
        assert means == pytest.approx(truth["mean"], abs=2e-6)
    trends = {t["feature"]: t["trend"] for t in TRUTHS["function"] if t["trend"] != "stable"}
    told = {k: r.answer.value for k, r in patches.items() if r.answer.value in ("degraded", "improved")}
    assert told == trends
    assert function.county.answer.value == "stable"


def test_matters_inside_the_redline_are_carried_from_year_to_year(county_run: RunResult) -> None:
    (book,) = [b for b in county_run.books if b.series == "redline"]
    rows = {(y.period, r.kind): r for y in book.years for r in y.rows if r.level is Level.COUNTY}
    for truth in TRUTHS["inside"]:
        row = rows[truth["period"], truth["kind"]]
        numbers = {name: getattr(row, name) for name in ("opening", "added", "closed", "closing")}
        assert numbers == {name: truth[name] for name in numbers}, truth
        assert row.opening_m2 == pytest.approx(truth["opening_planar_m2"], rel=ELLIPSOID)
        assert row.closing_m2 == pytest.approx(truth["closing_planar_m2"], rel=ELLIPSOID)


def test_a_moved_township_border_is_no_change_of_the_line(county_run: RunResult) -> None:
    (truth,) = [t["expect"] for t in TRUTHS["truths"] if t["kind"] == "township_border"]
    (redline,) = [c for c in county_run.changes if c.series == "redline"]
    book = next(c for c in redline.comparisons if (c.old_version, c.new_version) == ("2023", "2024"))
    rows = {t.name: t for t in book.townships}
    moved = truth["redline_planar_m2"]
    assert rows[truth["before"]].moved_out_m2 == pytest.approx(moved, rel=ELLIPSOID)
    assert rows[truth["after"]].moved_in_m2 == pytest.approx(moved, rel=ELLIPSOID)
    assert rows[truth["before"]].lost_m2 == rows[truth["after"]].gained_m2 == 0.0


@pytest.mark.parametrize(
    "truth", [t for t in TRUTHS["truths"] if t["expect"].get("copy_kind")], ids=lambda t: t["layer"]
)
def test_copies_are_told_by_their_kind(truth: dict[str, Any], copies: dict[str, ChangeResult]) -> None:
    words = {"transformed": "transformation", "clipped": "clipping", "overlap_repaired": "overlap_repaired"}
    (book,) = copies[truth["layer"]].comparisons
    assert book.conclusion.value == "unchanged"
    kinds = {d.kind.value: d.count for d in book.identity.differences}
    kind = words[truth["expect"]["copy_kind"]]
    assert set(kinds) - {"vertices"} == {kind}
    if kind == "clipping":
        assert kinds[kind] == pytest.approx(truth["expect"]["outside_planar_m2"], rel=ELLIPSOID)


def test_a_rounded_copy_is_one_and_redrawing_is_noise(copies: dict[str, ChangeResult]) -> None:
    (rounded,) = copies["redline_copy_rounded"].comparisons
    assert rounded.conclusion.value == "unchanged"
    assert {d.kind.value for d in rounded.identity.differences} == {"rounding"}
    (noise,) = copies["redline_copy_noise"].comparisons
    assert noise.evidence.runs == ()
    assert {p.verdict for p in noise.pieces} == {Verdict.NOISE}
    assert noise.evidence.offset_scatter_m == pytest.approx(1.0, abs=0.35)


def test_the_strip_of_three_metres_is_a_narrow_change(county_run: RunResult) -> None:
    (truth,) = [t["expect"] for t in TRUTHS["truths"] if t["kind"] == "real_strip"]
    (redline,) = [c for c in county_run.changes if c.series == "redline"]
    book = next(c for c in redline.comparisons if (c.old_version, c.new_version) == ("2023", "2024"))
    (strip,) = book.evidence.narrow
    assert strip.area_m2 == pytest.approx(truth["planar_m2"], rel=ELLIPSOID)
    assert strip.offset_m == pytest.approx(-truth["mean_offset_m"], abs=0.1)
    assert book.evidence.county is not None
    assert book.evidence.county.certainty.value == "decrease_proven"
