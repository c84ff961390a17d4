"""Sheets of a workbook: a table with its filter, the facts, formats and page."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from eco_gis.model.fact import Fact, FactBook
from eco_gis.outputs.style import SignStyle
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.text import Text

FONT = {"font_name": "宋体", "font_size": 10}
RULE = "#B8BDC4"
FILL_HEAD = "#E8EDF2"
MAX_SHEET_NAME = 31
MAX_FACTS = 200_000
"""More facts than these are no reading for people and cost a workbook gigabytes: they stand in facts.parquet alone."""
LINE_HEIGHT, MAX_LINES = 14.5, 12
"""Points of one line in a row, and how many lines a row shows at most."""
FACT_COLUMNS = (
    *("id", "quantity", "value", "unit", "shown", "method", "layer", "feature", "township", "year"),
    "subject",
)
FACTS_TITLE = Text(
    "指标明细（各表数字的出处；全部指标见 facts.parquet）",
    "Facts (where every number of these tables comes from; all of them stand in facts.parquet)",
)
MANY_FACTS = Text(
    "各表所示指标共 {n} 条，此处不列；见同一文件夹的 facts.parquet 与 facts.json",
    "These tables show {n} facts, too many to list here: see facts.parquet and facts.json beside this file",
)


class Formats:
    """Cell formats, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}
        self._cells: dict[tuple[object, ...], Any] = {}

    def __call__(self, **properties: object) -> Any:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, "valign": "vcenter", **properties})
        return self._made[key]

    def cell(self, cell: Cell, column: Column, *, total: bool) -> Any:
        """Format of a cell in a body row."""
        tiny = cell.shown if cell.is_tiny else ""
        key = (column.kind, column.decimals, tiny, cell.sign, total)
        if key not in self._cells:
            self._cells[key] = self._cell(cell, column, total=total)
        return self._cells[key]

    def _cell(self, cell: Cell, column: Column, *, total: bool) -> Any:
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


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names that a workbook takes: at most 31 characters, none twice whatever their case.

    >>> sheet_names(["Redline 1/2", "redline 1-2"])
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


def table_sheet(sheet: Any, table: Table, formats: Formats) -> None:
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
        lines = max(lines_in(c.shown, k.width) for c, k in zip(row, table.columns, strict=True))
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
    page_setup(sheet, landscape=True)


def lines_in(words: str, width: float) -> int:
    """Lines that words take in a column; Chinese characters are twice as wide.

    >>> lines_in("生态保护红线", 10), lines_in("ha", 10)
    (2, 1)
    """
    breadth = len(words) if words.isascii() else sum(1 if c < "\x80" else 2 for c in words)
    return max(1, ceil(breadth / max(width - 1, 1)))


def _write(sheet: Any, row: int, position: int, cell: Cell, style: Any) -> None:
    if isinstance(cell.value, (int, float)):
        sheet.write_number(row, position, cell.value, style)
    elif cell.sign is not None:
        sheet.write_string(row, position, f"{cell.sign.symbol} {cell.shown}", style)
    else:
        sheet.write_string(row, position, cell.shown, style)


def facts_shown(book: FactBook, tables: Sequence[Table]) -> list[Fact]:
    """The facts that tables show, by id."""
    return [book[i] for i in sorted({c.fact_id for t in tables for row in t.rows for c in row if c.fact_id})]


def fact_sheet(sheet: Any, facts: Sequence[Fact], cells: Cells, formats: Formats) -> None:
    """The facts with a filter; of too many, only where they stand."""
    sheet.write_string(0, 0, cells.say(FACTS_TITLE), formats(bold=True, font_size=14))
    if len(facts) > MAX_FACTS:
        sheet.write_string(1, 0, cells.say(MANY_FACTS).format(n=len(facts)), formats())
        return
    for position, name in enumerate(FACT_COLUMNS):
        sheet.write_string(1, position, name, formats(bold=True, bg_color=FILL_HEAD))
    sheet.set_column(0, 0, 56)
    sheet.set_column(1, len(FACT_COLUMNS) - 1, 18)
    plain = formats()
    for number, fact in enumerate(facts, start=2):
        row = fact.to_dict()
        for position, name in enumerate(FACT_COLUMNS):
            value = row[name]
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(number, position, value, plain)
            elif value is not None:
                sheet.write_string(number, position, str(value), plain)
    sheet.freeze_panes(2, 1)
    if facts:
        sheet.autofilter(1, 0, 1 + len(facts), len(FACT_COLUMNS) - 1)
    page_setup(sheet, landscape=True)


def page_setup(sheet: Any, *, landscape: bool) -> None:
    """A4 in either orientation, as wide as the page, numbered."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
