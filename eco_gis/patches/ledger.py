"""What may be entered about a patch, how entries of several people meet, and how many patches stand where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date

from eco_gis.model.patches import HistoryRow, HumanEntry, Judgement, LedgerRow, PatchState, Tally
from eco_gis.text import Text

_MONTH = re.compile(r"((?:19|20)\d\d)[-年./]?(0[1-9]|1[0-2]|[1-9])(?!\d)")
_QUARTER = re.compile(r"((?:19|20)\d\d)\s*[-年]?\s*(?:第?([1-4一二三四])季度?|Q([1-4]))", re.IGNORECASE)


def objections(entry: HumanEntry) -> dict[str, Text]:
    """What is wrong with an entry, by the field that has to be mended; empty: nothing.

    >>> sorted(objections(HumanEntry(state=PatchState.CHECKED)))
    ['by', 'judgement', 'on']
    >>> objections(HumanEntry())
    {}
    """
    wrong: dict[str, Text] = {}
    if entry.state is PatchState.TO_CHECK:
        if entry.judgement is not Judgement.NONE:
            wrong["state"] = Text(
                "已有核查结论，状态不应为待核", "judged already, so no longer to be checked"
            )
        return wrong
    if entry.judgement is Judgement.NONE:
        wrong["judgement"] = Text("缺少核查结论", "no judgement is given")
    if not entry.by:
        wrong["by"] = Text("缺少核查人", "nobody is named")
    if entry.on is None:
        wrong["on"] = Text("缺少核查日期", "no day is given")
    if entry.state is PatchState.RECTIFYING and entry.judgement is Judgement.NO_CHANGE:
        wrong["state"] = Text("不属实的图斑无须整改", "a patch that is not real needs no rectifying")
    return wrong


def meet(base: HumanEntry, mine: HumanEntry, theirs: HumanEntry) -> HumanEntry | None:
    """One person's edits on top of what others entered since; None where both changed the same field.

    Parameters
    ----------
    base
        The entry as it was when the person began.
    mine
        The entry as the person left it.
    theirs
        The entry as the ledger holds it now.

    >>> base = HumanEntry()
    >>> mine, theirs = replace(base, note="现场"), replace(base, by="张三")
    >>> meet(base, mine, theirs) == HumanEntry(by="张三", note="现场")
    True
    >>> meet(base, mine, replace(base, note="另一")) is None
    True
    """
    merged = theirs
    for name in (f.name for f in fields(HumanEntry)):
        was, wanted, now = (getattr(e, name) for e in (base, mine, theirs))
        if wanted in (was, now):
            continue
        if now != was:
            return None
        merged = replace(merged, **{name: wanted})
    return merged


def entry_at(history: Iterable[HistoryRow], revision: int, now: HumanEntry) -> HumanEntry:
    """The entry of one patch as it was when `revision` was the last number of its history."""
    later = sorted((h for h in history if h.number > revision), key=lambda h: h.number)
    return later[0].old if later else now


def quarter_of(label: str, days: Iterable[date | None]) -> str:
    """Quarter of a batch: by its label, else by the last day of its patches; empty where neither says.

    >>> quarter_of("2024-06", []), quarter_of("2024年第三季度", []), quarter_of("一批", [date(2024, 2, 3), None])
    ('2024Q2', '2024Q3', '2024Q1')
    >>> quarter_of("一批", [])
    ''
    """
    if quarter := _QUARTER.search(label):
        number = quarter[3] or quarter[2]
        return f"{quarter[1]}Q{'一二三四'.find(number) + 1 or number}"
    if month := _MONTH.search(label):
        return f"{month[1]}Q{(int(month[2]) + 2) // 3}"
    last = max((d for d in days if d is not None), default=None)
    return f"{last.year}Q{(last.month + 2) // 3}" if last is not None else ""


def quarters_of(rows: Sequence[LedgerRow]) -> dict[str, str]:
    """Quarter of each batch."""
    labels = sorted({row.batch for row in rows})
    return {label: quarter_of(label, [r.day for r in rows if r.batch == label]) for label in labels}


def tally(rows: Iterable[LedgerRow], history: Sequence[HistoryRow]) -> Tally:
    """How many patches were received, checked, true, rectified and closed."""
    known = list(rows)
    ordered = {(h.batch, h.patch) for h in history if h.new.state is PatchState.RECTIFYING}
    states = [row.entry.state for row in known]
    return Tally(
        received=len(known),
        checked=sum(state is not PatchState.TO_CHECK for state in states),
        true=sum(row.entry.judgement.is_true for row in known),
        rectifying=states.count(PatchState.RECTIFYING),
        rectified=sum(row.entry.state is PatchState.CLOSED and row.key in ordered for row in known),
        closed=states.count(PatchState.CLOSED),
        unexplained_m2=float(sum(row.unexplained_m2 for row in known)),
    )


def tallies(
    rows: Sequence[LedgerRow], history: Sequence[HistoryRow]
) -> tuple[Mapping[str, Tally], Mapping[str, Tally], Mapping[str, Tally]]:
    """By batch, by quarter, and everything received up to the end of each quarter."""
    quarters = quarters_of(rows)

    def of(chosen: Callable[[LedgerRow], bool]) -> Tally:
        return tally((row for row in rows if chosen(row)), history)

    def in_batch(label: str) -> Callable[[LedgerRow], bool]:
        return lambda row: row.batch == label

    def in_quarter(name: str) -> Callable[[LedgerRow], bool]:
        return lambda row: quarters[row.batch] == name

    def until(name: str) -> Callable[[LedgerRow], bool]:
        return lambda row: quarters[row.batch] <= name

    names = sorted(set(quarters.values()))
    return (
        {label: of(in_batch(label)) for label in quarters},
        {name: of(in_quarter(name)) for name in names},
        {name: of(until(name)) for name in names},
    )
