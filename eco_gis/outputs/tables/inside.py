"""Tables of the inside book: the accounts of each year, and its matters one by one."""

from __future__ import annotations

from eco_gis.change.inside.facts import COUNTS, entry_key, inside_fact_id
from eco_gis.model.change import Level
from eco_gis.model.inside import ALL_KINDS as ALL
from eco_gis.model.inside import InsideBook, InsideEntry, InsideRow, InsideYear
from eco_gis.model.result import RunResult
from eco_gis.model.role import DocumentKind
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.duty_parts import head, measured, paper_words, place, title
from eco_gis.outputs.tables.duty_words import ALL_KINDS, HEADS, INSIDE_NOTE
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.words import OUTSIDE_TOWNSHIPS, SHORT_ROLES, UNITS
from eco_gis.text import Text
from eco_gis.units import DECIMALS

AREAS = ("opening", "added", "closed", "joined", "left", "closing")


def inside_tables(result: RunResult, cells: Cells) -> list[Table]:
    """The account and the matters of every series that has any."""
    books = [book for book in result.books if book.years]
    return [
        table for book in books for table in (_account(result, book, cells), _matters(result, book, cells))
    ]


def inside_table_id(kind: str, book: InsideBook) -> str:
    """Id of the `account` or the `matters` of one series."""
    return f"inside_{kind}_{book.series}"


def kind_label(kind: str) -> Text:
    """Name of a kind, or of all kinds together."""
    return ALL_KINDS if kind == ALL else DocumentKind(kind).label


def _account(result: RunResult, book: InsideBook, cells: Cells) -> Table:
    heads = (
        head(cells, "period", width=14),
        head(cells, "kind", width=24),
        head(cells, "zone", width=34),
        *(_count(cells, name) for name in COUNTS),
        *(measured(cells, name, "ha") for name in AREAS),
        measured(cells, "residual", "m2", width=10),
    )
    rows = [
        _row(book, year, row, cells)
        for year in book.years
        for row in sorted(year.rows, key=lambda r: (r.kind == ALL, list(Level).index(r.level)))
        if row.level is Level.COUNTY or row.opening or row.closing or row.opening_m2 or row.closing_m2
    ]
    short = cells.say(SHORT_ROLES.get(book.role, book.label))
    return Table(
        inside_table_id("account", book),
        title(
            cells,
            Text(f"{book.label.zh}线内情况台账", f"{book.label.en}: inside book"),
            Text("收支", "accounts"),
        ),
        f"{short} {cells.say(Text('线内台账', 'inside book'))}"[:31],
        heads,
        tuple(rows),
        notes(cells, [area_note(result, cells), cells.say(INSIDE_NOTE), *map(cells.say, book.notes)]),
    )


def _count(cells: Cells, name: str) -> Column:
    words = Text(f"{HEADS[name].zh}数", f"{HEADS[name].en} (number)")
    return Column(f"{name}_count", cells.say(words), Kind.NUMBER, width=9)


def _row(book: InsideBook, year: InsideYear, row: InsideRow, cells: Cells) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return inside_fact_id(book.series, year.period, row.kind, row.level, row.key, quantity)

    return (
        cells.words(year.period),
        cells.words(kind_label(row.kind)),
        place(cells, row.level, row.key, row.name),
        *(cells.count(fact(f"{name}_count")) for name in COUNTS),
        *(cells.area(fact(f"{name}_area"), "ha") for name in AREAS),
        cells.area(fact("residual_area"), "m2"),
    )


def _matters(result: RunResult, book: InsideBook, cells: Cells) -> Table:
    heads = (
        head(cells, "period", width=14),
        head(cells, "kind", width=20),
        head(cells, "matter", width=60),
        head(cells, "state", width=10),
        *(
            Column(
                f"area_{unit}",
                cells.say(HEADS["area"]),
                Kind.NUMBER,
                cells.say(UNITS[unit]),
                DECIMALS[unit],
                13,
            )
            for unit in ("m2", "ha")
        ),
        head(cells, "township", width=14),
        head(cells, "feature", width=30),
    )
    rows = [
        _matter(book, year, entry, cells)
        for year in book.years
        for entry in {entry_key(e): e for e in year.entries}.values()
    ]
    short = cells.say(SHORT_ROLES.get(book.role, book.label))
    return Table(
        inside_table_id("matters", book),
        title(
            cells,
            Text(f"{book.label.zh}线内情况台账", f"{book.label.en}: inside book"),
            Text("事项", "matters"),
        ),
        f"{short} {cells.say(Text('线内事项', 'inside matters'))}"[:31],
        heads,
        tuple(rows),
        notes(cells, [area_note(result, cells), *map(cells.say, book.notes)]),
    )


def _matter(book: InsideBook, year: InsideYear, entry: InsideEntry, cells: Cells) -> tuple[Cell, ...]:
    fact = inside_fact_id(book.series, year.period, entry.paper.kind, "entry", entry_key(entry), "area")
    return (
        cells.words(year.period),
        cells.words(entry.paper.kind.label),
        cells.words(" ".join(filter(None, (entry.paper.name, paper_words(entry.paper, cells))))),
        cells.words(entry.state.label),
        *(cells.area(fact, unit) for unit in ("m2", "ha")),
        cells.words(entry.township_name or OUTSIDE_TOWNSHIPS),
        cells.words(" ".join(filter(None, (entry.feature, entry.feature_name)))),
    )
