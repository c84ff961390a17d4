from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eco_gis.model.fact import FactBook
from eco_gis.model.patches import (
    HistoryRow,
    HumanEntry,
    Judgement,
    LedgerRow,
    LikelyReason,
    PatchResult,
    PatchState,
)
from eco_gis.patches.facts import patch_facts, summary_fact_id
from eco_gis.patches.ledger import entry_at, meet, objections, tallies
from tests.builders import square

UNTOUCHED = HumanEntry()
DONE = HumanEntry(PatchState.CHECKED, Judgement.DOCUMENTED, "张三", date(2024, 7, 1), "")


def row(batch: str, key: str, entry: HumanEntry = UNTOUCHED, day: date | None = None) -> LedgerRow:
    return LedgerRow(
        batch, key, "", day, "", "", 100.0, 60.0, 40.0, LikelyReason.UNEXPLAINED, entry, 1, square(0, 0, 10)
    )


def moves(key: tuple[str, str], *entries: HumanEntry) -> list[HistoryRow]:
    steps = [HumanEntry(), *entries]
    return [
        HistoryRow(n, *key, old, new, "张三", "2024-07-01T08:00:00", "")
        for n, (old, new) in enumerate(pairwise(steps), start=1)
    ]


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        (HumanEntry(), set()),
        (DONE, set()),
        (replace(DONE, state=PatchState.CLOSED), set()),
        (replace(DONE, by=""), {"by"}),
        (replace(DONE, on=None), {"on"}),
        (replace(DONE, judgement=Judgement.NONE), {"judgement"}),
        (replace(DONE, state=PatchState.TO_CHECK), {"state"}),
        (replace(DONE, state=PatchState.RECTIFYING, judgement=Judgement.NO_CHANGE), {"state"}),
        (HumanEntry(note="先看现场"), set()),
    ],
)
def test_an_entry_says_what_who_and_when(entry: HumanEntry, wrong: set[str]) -> None:
    assert set(objections(entry)) == wrong


entries = st.builds(
    HumanEntry,
    state=st.sampled_from(PatchState),
    judgement=st.sampled_from(Judgement),
    by=st.sampled_from(["", "张三", "李四"]),
    on=st.sampled_from([None, date(2024, 7, 1), date(2024, 7, 2)]),
    note=st.sampled_from(["", "a", "b"]),
)


@given(base=entries, mine=entries, theirs=entries)
def test_what_others_entered_is_never_undone_by_an_older_copy(
    base: HumanEntry, mine: HumanEntry, theirs: HumanEntry
) -> None:
    met = meet(base, mine, theirs)
    assert meet(base, base, theirs) == theirs
    assert meet(base, mine, base) == mine
    if met is None:
        return
    for name in ("state", "judgement", "by", "on", "note"):
        was, left, now, got = (getattr(e, name) for e in (base, mine, theirs, met))
        assert got == (now if now != was else left)


def test_an_old_revision_is_read_back_from_the_history() -> None:
    first, second = replace(DONE, note="一"), replace(DONE, note="二")
    history = moves(("2024-06", "T1"), first, second)
    assert entry_at(history, 0, second) == HumanEntry()
    assert entry_at(history, 1, second) == first
    assert entry_at(history, 2, second) == second


def test_counts_of_batch_quarter_and_all_to_the_end_of_it() -> None:
    closed = replace(DONE, state=PatchState.CLOSED)
    rows = [
        row("2024-03", "A", closed),
        row("2024-03", "B", replace(DONE, judgement=Judgement.NO_CHANGE)),
        row("2024-05", "A", replace(closed, judgement=Judgement.UNDOCUMENTED)),
        row("2024-06", "A", replace(DONE, state=PatchState.RECTIFYING)),
        row("2024-06", "B"),
    ]
    history = moves(("2024-05", "A"), replace(DONE, state=PatchState.RECTIFYING), rows[2].entry)
    batches, quarters, cumulative = tallies(rows, history)
    assert (batches["2024-03"].received, batches["2024-03"].closed, batches["2024-03"].rectified) == (2, 1, 0)
    second = quarters["2024Q2"]
    assert (second.received, second.checked, second.true) == (3, 2, 2)
    assert (second.rectifying, second.rectified, second.open) == (1, 1, 2)
    assert cumulative["2024Q2"].received == 5
    assert cumulative["2024Q1"] == quarters["2024Q1"]
    assert sum(t.received for t in quarters.values()) == len(rows)
    book = FactBook(patch_facts(PatchResult((), (), (), (), batches, quarters, cumulative)))
    assert book[summary_fact_id("quarter", "2024Q2", "open")].value == 2
    assert book.number(summary_fact_id("cumulative", "2024Q2", "unexplained")) == pytest.approx(200.0)
