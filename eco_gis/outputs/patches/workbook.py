"""台账.xlsx: one row per patch, with lists to choose from in the columns that people fill in."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from eco_gis.model.ledger_columns import ENTRIES
from eco_gis.model.patches import Judgement, PatchResult, PatchState
from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.patches.tables import history_table, ledger_table, tally_table
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.sheets import (
    RULE,
    Formats,
    fact_sheet,
    facts_shown,
    sheet_names,
    table_sheet,
)
from eco_gis.outputs.tables.cells import Cells, Table
from eco_gis.outputs.tables.data import data_tables
from eco_gis.text import Lang, Text

HEAD_ROW = 1
"""Row of the headings, from 0."""
A3 = 8
"""Paper of the wide sheet, as Excel counts."""
_HAND_HEAD, _HAND = "#FFE9A8", "#FFFBEA"
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def write_ledger(result: RunResult, found: PatchResult, path: Path, lang: Lang) -> Path:
    """Write the ledger, the sums by batch and quarter, the history, the layers and the facts.

    The same run gives the same file.
    """
    cells = Cells(run_facts(result), lang)
    ledger = ledger_table(result, found, cells)
    others = [
        *summary_tables(found, cells),
        history_table(found, cells),
        *data_tables(result, cells),
    ]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = datetime(result.as_of.year, result.as_of.month, result.as_of.day)
        title = f"{cells.say(result.catalog.name)} {cells.say(SAY['ledger'])}"
        book.set_properties({"title": title, "author": "", "comments": cells.say(DISCLAIMER), "created": day})
        formats = Formats(book)
        facts = cells.say(Text("指标明细", "Facts"))
        names = sheet_names([ledger.sheet, *(t.sheet for t in others), facts])
        sheet = book.add_worksheet(names[0])
        table_sheet(sheet, ledger, formats)
        _for_people(sheet, ledger, cells, formats)
        for table, name in zip(others, names[1:], strict=False):
            table_sheet(book.add_worksheet(name), table, formats)
        shown = facts_shown(cells.book, [ledger, *others])
        fact_sheet(book.add_worksheet(names[-1]), shown, cells, formats)
    return path


def summary_tables(found: PatchResult, cells: Cells) -> list[Table]:
    """Sums by quarter, cumulative, and by batch."""
    return [
        tally_table("quarter", found.quarters, cells.say(SAY["summary"]), SAY["quarter"], cells),
        tally_table("cumulative", found.cumulative, cells.say(SAY["cumulative"]), SAY["until"], cells),
        tally_table("batch", found.tallies, cells.say(SAY["by_batch"]), SAY["batch"], cells),
    ]


def _for_people(sheet: Any, table: Table, cells: Cells, formats: Formats) -> None:
    """Lists, colours and remarks of the columns that people fill in; the column of versions is hidden."""
    keys = [column.key for column in table.columns]
    first, last = HEAD_ROW + 1, HEAD_ROW + max(len(table.rows), 1)
    head = formats(
        bold=True, border=1, border_color=RULE, bg_color=_HAND_HEAD, align="center", text_wrap=True
    )
    for key, label in ENTRIES.items():
        place = keys.index(key)
        sheet.write_string(HEAD_ROW, place, cells.say(label), head)
        for row, cell in enumerate(table.column(key)):
            if key != "state":
                style = formats(border=1, border_color=RULE, bg_color=_HAND, text_wrap=True)
                sheet.write_string(first + row, place, str(cell.value or ""), style)
            else:
                style = formats.cell(cell, table.columns[place], total=False)
                sheet.write_string(first + row, place, cell.shown, style)
    lists = {
        "state": [cells.say(s.label) for s in PatchState],
        "judgement": [cells.say(j.label) for j in Judgement if j is not Judgement.NONE],
    }
    for key, words in lists.items():
        place = keys.index(key)
        sheet.data_validation(
            first, place, last, place,
            {"validate": "list", "source": words, "error_title": cells.say(ENTRIES[key]), "error_message": " / ".join(words)},
        )  # fmt: skip
    place = keys.index("on")
    example = cells.say(Text("日期如 2024-06-30", "a day like 2024-06-30"))
    sheet.data_validation(
        first, place, last, place,
        {
            "validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY,
            "error_title": cells.say(ENTRIES["on"]), "error_message": example, "error_type": "warning",
        },
    )  # fmt: skip
    hidden = keys.index("revision")
    sheet.set_column(hidden, hidden, 8, None, {"hidden": True})
    sheet.freeze_panes(HEAD_ROW + 1, 3)
    sheet.set_paper(A3)
