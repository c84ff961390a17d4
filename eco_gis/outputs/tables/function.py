"""Tables of function: trend and answer of each indicator over the line, townships and patches."""

from __future__ import annotations

from eco_gis.change.function.facts import INDEX_DECIMALS, P_DECIMALS, SLOPE_DECIMALS, function_fact_id
from eco_gis.model.change import Level
from eco_gis.model.function import FunctionAnswer, FunctionResult, FunctionRow
from eco_gis.model.result import RunResult
from eco_gis.outputs.style import function_sign
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.duty_parts import head, place, plain, title
from eco_gis.outputs.tables.duty_words import FUNCTION_NOTE
from eco_gis.outputs.tables.notes import notes
from eco_gis.outputs.tables.words import SHORT_ROLES
from eco_gis.text import Text

TRENDS = {
    "inside_slope": SLOPE_DECIMALS,
    "inside_p": P_DECIMALS,
    "apart_slope": SLOPE_DECIMALS,
    "apart_low": SLOPE_DECIMALS,
    "apart_high": SLOPE_DECIMALS,
    "apart_p": P_DECIMALS,
}


def function_tables(result: RunResult, cells: Cells) -> list[Table]:
    """One table for each indicator and series."""
    return [_table(given, cells) for given in result.functions]


def function_name(given: FunctionResult) -> Text:
    """Which series and indicator a result is about."""
    return Text(
        f"{given.label.zh}功能 {given.indicator_label.zh}",
        f"{given.label.en}, function: {given.indicator_label.to('en')}",
    )


def function_table_id(given: FunctionResult) -> str:
    """Id of the table of one indicator."""
    return f"function_{given.series}_{given.indicator}"


def _table(given: FunctionResult, cells: Cells) -> Table:
    years = [y.year for y in given.county.inside]
    heads = (
        head(cells, "zone", width=34),
        head(cells, "answer", width=14, kind=Kind.SIGN),
        *(plain(cells, key, decimals) for key, decimals in TRENDS.items()),
        *(
            Column(f"inside_{y}", _inside(y, cells), Kind.NUMBER, decimals=INDEX_DECIMALS, width=10)
            for y in years
        ),
        *(
            Column(f"ring_{y}", _ring(y, cells), Kind.NUMBER, decimals=INDEX_DECIMALS, width=10)
            for y in years
        ),
        head(cells, "reasons", width=60),
    )
    order = list(reversed(FunctionAnswer))
    patches = [r for r in given.rows if r.level is Level.FEATURE]
    patches.sort(key=lambda r: (order.index(r.answer), r.key))
    rows = [*(r for r in given.rows if r.level is not Level.FEATURE), *patches]
    margin = cells.plain(_setting(given, "margin"), SLOPE_DECIMALS).shown
    note = cells.say(FUNCTION_NOTE).format(
        ring=cells.plain(_setting(given, "ring_width"), 0).shown, margin=margin
    )
    short = cells.say(SHORT_ROLES.get(given.role, given.label))
    return Table(
        function_table_id(given),
        title(cells, function_name(given), Text("趋势", "trends")),
        f"{short} {cells.say(Text('功能', 'function'))} {given.indicator}"[:31],
        heads,
        tuple(_row(given, row, cells) for row in rows),
        notes(cells, [note, *map(cells.say, given.notes)]),
    )


def _inside(year: int, cells: Cells) -> str:
    return cells.say(Text(f"线内 {year}", f"Inside {year}"))


def _ring(year: int, cells: Cells) -> str:
    return cells.say(Text(f"对照带 {year}", f"Ring {year}"))


def _setting(given: FunctionResult, name: str) -> str:
    return function_fact_id(given.series, given.indicator, "setting", "all", name)


def _row(given: FunctionResult, row: FunctionRow, cells: Cells) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return function_fact_id(given.series, given.indicator, row.level, row.key, quantity)

    means = [
        cells.plain(fact(f"{where}_mean_{y.year}"), INDEX_DECIMALS)
        for where, years in (("inside", row.inside), ("ring", row.ring))
        for y in years
    ]
    return (
        place(cells, row.level, row.key, row.name),
        cells.signed(fact("answer"), function_sign(row.answer)),
        *(cells.plain(fact(key), decimals) for key, decimals in TRENDS.items()),
        *means,
        cells.words(row.reason),
    )
