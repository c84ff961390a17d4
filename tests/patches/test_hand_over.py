"""What the ledger hands to other questions: sums as facts, and violations as matters of the inside book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import shapely

from eco_gis.model.patches import Judgement, PatchState
from eco_gis.model.role import DocumentKind
from eco_gis.outputs.patches.ledger import LEDGER
from eco_gis.patches.facts import summary_fact_id
from eco_gis.pipeline.patch_ledger import ledger_facts, ledger_matters
from eco_gis.pipeline.patches import enter
from tests.builders import PLANE, square
from tests.patches.test_ledger_workbook import DONE, run_of

FOUND = replace(DONE, judgement=Judgement.UNDOCUMENTED)


def test_violations_that_people_found_stand_until_they_are_closed(tmp_path: Path) -> None:
    catalog = run_of(tmp_path).catalog
    assert ledger_matters(catalog, PLANE) == ()
    entries = (DONE, FOUND, replace(FOUND, state=PatchState.CLOSED, on=date(2024, 9, 1)))
    for key, entry in zip(("T1", "T2", "T3"), entries, strict=True):
        enter(catalog, key, lambda _, e=entry: e, at="2024-09-02T08:00:00")  # type: ignore[misc]  # mypy and defaults
    open_one, closed = ledger_matters(catalog, PLANE)
    assert (open_one.key, open_one.since, open_one.gone) == (
        (LEDGER, "2024-06/T2"), date(2024, 6, 15), None,
    )  # fmt: skip
    assert closed.gone == date(2024, 9, 1)
    assert {m.paper.kind for m in (open_one, closed)} == {DocumentKind.PROBLEM_PATCH}
    assert shapely.equals(open_one.shape, square(200, 0, 100))


def test_sums_are_facts_of_the_ledger(tmp_path: Path) -> None:
    catalog = run_of(tmp_path).catalog
    enter(catalog, "T2", lambda _: FOUND, at="2024-09-02T08:00:00")
    facts = {f.id: f.value for f in ledger_facts(catalog)}
    assert facts[summary_fact_id("quarter", "2024Q2", "received")] == 3
    assert facts[summary_fact_id("quarter", "2024Q2", "true")] == 1


def test_a_catalog_without_a_ledger_hands_over_nothing(tmp_path: Path) -> None:
    catalog = run_of(tmp_path).catalog
    (tmp_path / LEDGER).unlink()
    assert list(ledger_facts(catalog)) == []
    assert ledger_matters(catalog, PLANE) == ()
