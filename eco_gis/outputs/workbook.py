"""tables.xlsx: one sheet for each table, with real numbers, filters and the facts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from eco_gis import __version__
from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.sheets import (
    FACTS_TITLE,
    LINE_HEIGHT,
    RULE,
    Formats,
    fact_sheet,
    facts_shown,
    lines_in,
    page_setup,
    sheet_names,
    table_sheet,
)
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Cells, Table
from eco_gis.outputs.tables.line_book import YEARS
from eco_gis.outputs.tables.notes import area_note, invented
from eco_gis.outputs.tables.words import LENGTH_NOTE
from eco_gis.text import Lang, Text

COVER = {
    "title": Text("选址套合与面积变化成果表", "Siting and change: tables"),
    "sheet": Text("封面", "Cover"),
    "project": Text("项目", "Project"),
    "county": Text("县（市、区）", "County"),
    "as_of": Text("基准日期", "As of"),
    "secrecy": Text("密级", "Secrecy"),
    "plane": Text("工作坐标系", "Working plane"),
    "method": Text("面积口径", "Area"),
    "lengths": Text("长度与距离", "Lengths"),
    "packs": Text("规则包", "Rule packs"),
    "approval": Text("审图号", "Map approval number"),
    "software": Text("制表工具", "Made with"),
    "contents": Text("目录", "Contents"),
    "facts": Text("指标明细", "facts"),
    "rows": Text("行", "rows"),
}


def write_workbook(
    result: RunResult, path: Path, lang: Lang, *, tables: Sequence[Table] | None = None
) -> Path:
    """Write all tables of a run as a workbook.

    Numbers are real numbers in the unit of their column, rounded as shown; words that begin with ``=``
    stay words. The same run gives the same file.

    Parameters
    ----------
    tables
        The run's tables in the language, where they are made already.
    """
    tables = build_tables(result, lang) if tables is None else tables
    cells = Cells(run_facts(result), lang)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = datetime(result.as_of.year, result.as_of.month, result.as_of.day)
        title = f"{cells.say(result.catalog.name)} {cells.say(COVER['title'])}"
        book.set_properties({"title": title, "author": "", "comments": cells.say(DISCLAIMER), "created": day})
        formats = Formats(book)
        names = sheet_names(
            [cells.say(COVER["sheet"]), *(t.sheet for t in tables), cells.say(COVER["facts"])]
        )
        _cover(book.add_worksheet(names[0]), result, tables, names[1:], cells, formats)
        for table, name in zip(tables, names[1:], strict=False):
            sheet = book.add_worksheet(name)
            table_sheet(sheet, table, formats)
            if table.id.startswith(YEARS):
                sheet.insert_chart(6 + len(table.rows) + len(table.notes), 0, _years_chart(book, name, table))
        fact_sheet(book.add_worksheet(names[-1]), facts_shown(cells.book, tables), cells, formats)
    return path


def _years_chart(book: Any, sheet: str, table: Table) -> Any:
    """Columns of each step of a series, one for every cause that has a column of its own."""
    chart = book.add_chart({"type": "column"})
    first, last = 2, 1 + len(table.rows)
    for position, head in enumerate(table.columns):
        if head.key.startswith(("gained_", "lost_")):
            chart.add_series({
                "name": [sheet, 1, position],
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, position, last, position],
            })  # fmt: skip
    chart.set_title({"name": table.title, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 340})
    return chart


def _cover(
    sheet: Any,
    result: RunResult,
    tables: Sequence[Table],
    names: Sequence[str],
    cells: Cells,
    formats: Formats,
) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 90)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, cells.say(COVER["title"]), formats(bold=True, font_size=18))
    sheet.write_string(1, 0, f"{cells.say(DISCLAIMER)}", formats(bold=True, font_color="#BF2E24"))
    row = 2
    if label := invented(result, cells):
        sheet.write_string(row, 0, label, formats(bold=True, font_color="#9A6700"))
        row += 1
    siting = result.siting
    facts = {
        "project": cells.say(result.catalog.name),
        "county": result.catalog.county,
        "as_of": result.as_of.isoformat(),
        "secrecy": cells.say(SECRECY[result.secrecy]),
        "plane": result.plane.name,
        "method": area_note(result, cells),
        "lengths": cells.say(LENGTH_NOTE),
        "packs": ", ".join(siting.rule_packs) if siting is not None else "",
        "approval": result.catalog.map_approval,
        "software": f"eco_gis {__version__}",
    }
    row += 1
    for key, words in facts.items():
        if words:
            sheet.write_string(row, 0, cells.say(COVER[key]), formats(bold=True, border=1, border_color=RULE))
            sheet.write_string(row, 1, words, formats(border=1, border_color=RULE, text_wrap=True))
            sheet.set_row(row, LINE_HEIGHT * lines_in(words, 90))
            row += 1
    row += 1
    sheet.write_string(row, 0, cells.say(COVER["contents"]), formats(bold=True, font_size=12))
    link = formats(font_color="#1B4F9C", underline=1)
    for table, name in zip(tables, names, strict=False):
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
        sheet.write_string(
            row, 1, f"{table.title}（{len(table.rows) - table.totals} {cells.say(COVER['rows'])}）", formats()
        )
    row += 1
    sheet.write_url(row, 0, f"internal:'{names[-1]}'!A1", link, names[-1])
    sheet.write_string(row, 1, cells.say(FACTS_TITLE), formats())
    page_setup(sheet, landscape=False)
