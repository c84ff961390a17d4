"""tables.xlsx: one sheet for each table, with real numbers, filters and the facts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter

from eco_gis import __version__
from eco_gis.model.fact import Fact, FactBook
from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.style import SignStyle
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.notes import area_note, invented
from eco_gis.outputs.tables.words import LENGTH_NOTE
from eco_gis.text import Lang, Text

FONT = {"font_name": "宋体", "font_size": 10}
RULE = "#B8BDC4"
FILL_HEAD = "#E8EDF2"
MAX_SHEET_NAME = 31
MAX_FACTS = 1_048_574
"""Rows that a sheet has below the title and the heading of the facts."""
LINE_HEIGHT, MAX_LINES = 14.5, 12
"""Points of one line in a row, and how many lines a row shows at most."""
FACT_COLUMNS = (
    *("id", "quantity", "value", "unit", "shown", "method", "layer", "feature", "township", "year"),
    "subject",
)

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
    "facts_title": Text("指标明细（各表数字的出处）", "Facts (where every number comes from)"),
    "rows": Text("行", "rows"),
}


def write_workbook(result: RunResult, path: Path, lang: Lang) -> Path:
    """Write all tables of a run as a workbook.

    Numbers are real numbers in the unit of their column, rounded as shown; words that begin with ``=``
    stay words. The same run gives the same file.
    """
    tables = build_tables(result, lang)
    cells = Cells(run_facts(result), lang)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = datetime(result.as_of.year, result.as_of.month, result.as_of.day)
        title = f"{cells.say(result.catalog.name)} {cells.say(COVER['title'])}"
        book.set_properties({"title": title, "author": "", "comments": cells.say(DISCLAIMER), "created": day})
        formats = _Formats(book)
        facts = _fact_pages(cells.book)
        names = _sheet_names(
            [cells.say(COVER["sheet"]), *(t.sheet for t in tables), *[cells.say(COVER["facts"])] * len(facts)]
        )
        _cover(book.add_worksheet(names[0]), result, tables, names[1:], cells, formats)
        fact_names = names[1 + len(tables) :]
        for table, name in zip(tables, names[1:], strict=False):
            _sheet(book.add_worksheet(name), table, formats)
        for page, name in zip(facts, fact_names, strict=True):
            _facts(book.add_worksheet(name), page, cells, formats)
    return path


class _Formats:
    """Cell formats, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def __call__(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, "valign": "vcenter", **properties})
        return self._made[key]

    def cell(self, cell: Cell, column: Column, *, total: bool) -> Any:
        """Format of a cell in a body row."""
        properties: dict[str, object] = {"border": 1, "border_color": RULE, "text_wrap": True}
        if column.kind is Kind.NUMBER:
            properties |= {"align": "right", "num_format": _number_format(cell, column)}
        if cell.sign is not None:
            properties |= _signed(cell.sign)
        if total:
            properties |= {"bold": True, "top": 2}
        return self(**properties)


def _number_format(cell: Cell, column: Column) -> str:
    if cell.is_tiny:
        return f'"{cell.shown}"'
    return "#,##0" + (f".{'0' * column.decimals}" if column.decimals else "")


def _signed(sign: SignStyle) -> dict[str, object]:
    return {"font_color": sign.color, "bg_color": sign.tint, "bold": True, "align": "center"}


def _sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names that a workbook takes: at most 31 characters, none twice whatever their case.

    >>> _sheet_names(["Redline 1/2", "redline 1-2"])
    ['Redline 1-2', 'redline 1-2 2']
    """
    names: list[str] = []
    for name in wanted:
        plain = "".join("-" if c in "[]:*?/\\" else c for c in name).strip("'")[:MAX_SHEET_NAME]
        unique, number = plain, 1
        while unique.lower() in {n.lower() for n in names}:
            number += 1
            unique = f"{plain[: MAX_SHEET_NAME - len(str(number)) - 1]} {number}"
        names.append(unique)
    return names


def _cover(
    sheet: Any,
    result: RunResult,
    tables: Sequence[Table],
    names: Sequence[str],
    cells: Cells,
    formats: _Formats,
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
            sheet.set_row(row, LINE_HEIGHT * _lines(words, 90))
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
    for name in names[len(tables) :]:
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
        sheet.write_string(row, 1, cells.say(COVER["facts_title"]), formats())
    _page(sheet, landscape=False)


def _sheet(sheet: Any, table: Table, formats: _Formats) -> None:
    """Title, heading, rows with filter, notes below."""
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, table.title, formats(bold=True, font_size=14))
    head = formats(bold=True, border=1, border_color=RULE, bg_color=FILL_HEAD, align="center", text_wrap=True)
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(1, position, column.heading, head)
    sheet.set_row(1, 32)
    first_total = len(table.rows) - table.totals
    for number, row in enumerate(table.rows):
        lines = max(_lines(c.shown, k.width) for c, k in zip(row, table.columns, strict=True))
        sheet.set_row(2 + number, LINE_HEIGHT * min(lines, MAX_LINES))
        for position, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            style = formats.cell(cell, column, total=number >= first_total)
            _write(sheet, 2 + number, position, cell, style)
    sheet.freeze_panes(2, min(2, len(table.columns) - 1))
    if first_total:
        sheet.autofilter(1, 0, 1 + first_total, len(table.columns) - 1)
    for number, note in enumerate(table.notes):
        sheet.write_string(3 + len(table.rows) + number, 0, note, formats(font_color="#555555", italic=True))
    sheet.repeat_rows(1)
    _page(sheet, landscape=True)


def _lines(words: str, width: float) -> int:
    """Lines that words take in a column; Chinese characters are twice as wide.

    >>> _lines("生态保护红线", 10), _lines("ha", 10)
    (2, 1)
    """
    return max(1, ceil(sum(1 if c.isascii() else 2 for c in words) / max(width - 1, 1)))


def _write(sheet: Any, row: int, position: int, cell: Cell, style: Any) -> None:
    if isinstance(cell.value, (int, float)):
        sheet.write_number(row, position, cell.value, style)
    elif cell.sign is not None:
        sheet.write_string(row, position, f"{cell.sign.symbol} {cell.shown}", style)
    else:
        sheet.write_string(row, position, cell.shown, style)


def _fact_pages(book: FactBook) -> list[list[Fact]]:
    """The facts by id, parted into as many as a sheet holds; one empty page where there is none."""
    facts = sorted(book, key=lambda f: f.id)
    return [facts[at : at + MAX_FACTS] for at in range(0, max(len(facts), 1), MAX_FACTS)]


def _facts(sheet: Any, page: Sequence[Fact], cells: Cells, formats: _Formats) -> None:
    sheet.write_string(0, 0, cells.say(COVER["facts_title"]), formats(bold=True, font_size=14))
    for position, name in enumerate(FACT_COLUMNS):
        sheet.write_string(1, position, name, formats(bold=True, bg_color=FILL_HEAD))
    sheet.set_column(0, 0, 56)
    sheet.set_column(1, len(FACT_COLUMNS) - 1, 18)
    plain = formats()
    for number, fact in enumerate(page, start=2):
        row = fact.to_dict()
        for position, name in enumerate(FACT_COLUMNS):
            value = row[name]
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(number, position, value, plain)
            elif value is not None:
                sheet.write_string(number, position, str(value), plain)
    sheet.freeze_panes(2, 1)
    if page:
        sheet.autofilter(1, 0, 1 + len(page), len(FACT_COLUMNS) - 1)
    _page(sheet, landscape=True)


def _page(sheet: Any, *, landscape: bool) -> None:
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
