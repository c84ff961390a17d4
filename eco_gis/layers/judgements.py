"""What people filled in to the ledger's workbook (台账.xlsx), read back row by row."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from eco_gis.errors import LayerReadError, Problem, UsageError
from eco_gis.layers.formats.sources import missing
from eco_gis.model.days import day_of
from eco_gis.model.ledger_columns import ENTRIES, JUDGEMENTS, KEYS, STATES
from eco_gis.model.patches import HumanEntry, Judgement, PatchState
from eco_gis.text import Text

_HEADS = {label: key for key, text in (KEYS | ENTRIES).items() for label in (text.zh, text.en)}


@dataclass(frozen=True)
class JudgedRow:
    """One row as a person left it."""

    where: str
    """Sheet and row, for error messages."""
    batch: str
    patch: str
    revision: int
    """Version of the ledger's entry that the person saw."""
    entry: HumanEntry


def read_judgements(path: Path) -> list[JudgedRow]:
    """Every row of the first sheet that holds the ledger's headings; rows without a patch are passed over.

    Raises
    ------
    LayerReadError
        The file is missing or no workbook.
    UsageError
        No sheet holds the headings, or cells hold what the ledger does not take; `problems` names each row
        and column.
    """
    rows_of, name = _ledger_sheet(path)
    problems: list[Problem] = []
    found: list[JudgedRow] = []
    (head, columns), *_ = [(n, c) for n, row in enumerate(rows_of, 1) if (c := _columns(row)) is not None]
    for n, cells in enumerate(rows_of[head:], head + 1):
        told = {key: cells[place] if place < len(cells) else None for key, place in columns.items()}
        if _word(told["patch"]) and _word(told["batch"]):
            row = _row(told, name, n, columns, problems)
            if row is not None:
                found.append(row)
    if problems:
        raise UsageError(
            Text(f"{path.name} 有 {len(problems)} 处无法读取，未录入：", f"{path.name}: {len(problems)} cell(s) cannot be read, nothing was entered:"),
            problems=problems,
        )  # fmt: skip
    return found


def _ledger_sheet(path: Path) -> tuple[list[Sequence[Any]], str]:
    if not path.exists():
        raise missing(path)
    try:
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    # a damaged archive fails in many ways, in zipfile, zlib, the XML parser or openpyxl itself
    except Exception as error:
        problem = Problem(
            path.name,
            Text(
                "工作簿无法打开，可能已损坏或不是 xlsx",
                "the workbook cannot be opened: it is damaged or no xlsx",
            ),
            Text("另存为 .xlsx 后重试", "save it as .xlsx"),
        )
        raise LayerReadError(problems=[problem]) from error
    for sheet in book.worksheets:
        rows: list[Sequence[Any]] = list(sheet.iter_rows(values_only=True))
        if any(_columns(row) is not None for row in rows):
            return rows, str(sheet.title)
    wanted = Text(
        "、".join(t.zh for t in (KEYS | ENTRIES).values()), ", ".join(t.en for t in (KEYS | ENTRIES).values())
    )
    raise UsageError(
        problems=[
            Problem(
                path.name,
                Text(f"没有台账表头（{wanted.zh}）", f"no sheet has the ledger's headings ({wanted.en})"),
                Text(
                    "在 eco-gis patches 生成的台账.xlsx 中填写，不删除任何列，隐藏的“版本”列也保留",
                    "fill in the workbook that eco-gis patches made, and leave its columns, the hidden one too",
                ),
            )
        ]
    )


def _columns(row: Sequence[Any]) -> dict[str, int] | None:
    """Places of the ledger's columns; None where this row is not its heading."""
    found = {_HEADS[word]: place for place, cell in enumerate(row) if (word := _word(cell)) in _HEADS}
    return found if set(found) == {*KEYS, *ENTRIES} else None


def _row(
    told: Mapping[str, Any], sheet: str, n: int, columns: Mapping[str, int], problems: list[Problem]
) -> JudgedRow | None:
    before = len(problems)

    def wrong(key: str, what: Text, remedy: Text) -> None:
        label = (KEYS | ENTRIES)[key]
        where = f"{sheet}!{get_column_letter(columns[key] + 1)}{n} {label.zh} {label.en}"
        problems.append(Problem(where, what, remedy))

    def choice(key: str, words: Mapping[str, Any], default: Any) -> Any:
        word = _word(told[key])
        if not word:
            return default
        if word not in words:
            allowed = list(dict.fromkeys(v.label for v in words.values() if v.label.zh))
            wrong(
                key,
                Text(f"“{word}”不在可选项中", f"{word!r} is none of the choices"),
                Text(
                    f"可选：{'、'.join(t.zh for t in allowed)}",
                    f"use one of {', '.join(t.en for t in allowed)}",
                ),
            )
            return default
        return words[word]

    state = choice("state", STATES, PatchState.TO_CHECK)
    judgement = choice("judgement", JUDGEMENTS, Judgement.NONE)
    day = _day(told["on"])
    if day is None and _word(told["on"]):
        wrong(
            "on",
            Text(f"日期“{_word(told['on'])}”无法识别", f"{_word(told['on'])!r} is no day"),
            Text("写成 2024-06-30", "write it like 2024-06-30"),
        )
    revision = _word(told["revision"])
    if not revision.isdecimal():
        wrong(
            "revision",
            Text("隐藏的版本号缺失", "the hidden version is gone"),
            Text("重新生成台账，再把填写内容粘贴过去", "make the ledger again and paste what was filled in"),
        )
    if len(problems) > before:
        return None
    entry = HumanEntry(state, judgement, _word(told["by"]), day, _word(told["note"]))
    return JudgedRow(f"{sheet}!{n}", _word(told["batch"]), _word(told["patch"]), int(revision), entry)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else day_of(_word(value))


def _word(value: Any) -> str:
    """A cell as text: whole numbers without decimals, dashes that stand for nothing are empty."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    word = "" if value is None else str(value).strip()
    return "" if word == "—" else word
