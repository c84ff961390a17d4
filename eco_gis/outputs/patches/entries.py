"""Rows of the ledger's tables as nouns, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Any

from eco_gis.errors import OutputError
from eco_gis.model.ledger_columns import JUDGEMENTS, STATES
from eco_gis.model.patches import (
    HistoryRow,
    HumanEntry,
    LedgerRow,
    LikelyReason,
    PatchState,
)
from eco_gis.outputs.patches.schema import unpacked
from eco_gis.text import Text

HUMAN = ("state", "judgement", "judged_by", "judged_on", "note")
"""Columns that only people fill in."""
FOUND = (
    *("name", "day", "township", "village", "area_m2", "explained_m2", "unexplained_m2", "suggestion"),
    "geom",
)
"""Columns that each run brings up to date."""
OWN_HAND = "eco_gis"
"""Stands in the history where a run, not a person, made an entry."""


def note(
    book: sqlite3.Connection,
    key: tuple[str, str],
    old: HumanEntry,
    new: HumanEntry,
    by: str,
    at: str,
    remark: str,
) -> None:
    """Add a row to the history."""
    values = (*key, *stored(old), *stored(new), by, at, remark)
    book.execute(f"INSERT INTO history VALUES (NULL, {', '.join('?' * len(values))})", values)


def history_of(book: sqlite3.Connection, key: tuple[str, str] | None = None) -> list[HistoryRow]:
    """The history of one patch, or all of it, the oldest first."""
    where, values = ("", ()) if key is None else (" WHERE batch = ? AND patch = ?", key)
    rows = book.execute(f"SELECT * FROM history{where} ORDER BY number", values).fetchall()
    return [
        HistoryRow(r[0], r[1], r[2], _parsed(r[3:8]), _parsed(r[8:13]), by=r[13], at=r[14], remark=r[15])
        for r in rows
    ]


def last_entry(book: sqlite3.Connection, key: tuple[str, str]) -> HumanEntry:
    """The entry of a patch as the history ends."""
    rows = history_of(book, key)
    return rows[-1].new if rows else HumanEntry()


def stored(entry: HumanEntry) -> tuple[str, str, str, str, str]:
    """An entry as its columns hold it, in the words that planners write."""
    day = entry.on.isoformat() if entry.on else ""
    return entry.state.label.zh, entry.judgement.label.zh, entry.by, day, entry.note


def _parsed(values: Sequence[Any]) -> HumanEntry:
    state, judgement, by, day, note = values
    return HumanEntry(
        STATES[state], JUDGEMENTS[judgement], by, date.fromisoformat(day) if day else None, note
    )


def entry_of(row: sqlite3.Row, key: tuple[str, str]) -> HumanEntry:
    """The entry of a row, which another program may have changed."""
    try:
        return _parsed([row[name] for name in HUMAN])
    except (KeyError, ValueError) as error:
        raise OutputError(
            Text(
                f"台账 {'/'.join(key)} 的 {error} 无法识别：状态须为{'、'.join(s.label.zh for s in PatchState)}，日期如 2024-06-30",
                f"the ledger holds {error} for {'/'.join(key)}: states are {', '.join(s.label.zh for s in PatchState)}, days like 2024-06-30",
            )
        ) from None


def row_of(r: sqlite3.Row, revision: int) -> LedgerRow:
    """A row of the table of patches."""
    return LedgerRow(
        batch=r["batch"],
        id=r["patch"],
        name=r["name"] or "",
        day=date.fromisoformat(r["day"]) if r["day"] else None,
        township=r["township"] or "",
        village=r["village"] or "",
        area_m2=r["area_m2"],
        explained_m2=r["explained_m2"],
        unexplained_m2=r["unexplained_m2"],
        suggestion=LikelyReason(r["suggestion"]),
        entry=entry_of(r, (r["batch"], r["patch"])),
        revision=revision,
        shape=unpacked(r["geom"]),
    )
