"""Tables of the line book: the account, the years, register entries, lineage and relocations."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.model.change import Cause, ChangeResult, Comparison, Level
from eco_gis.model.fact import ledger_fact_id
from eco_gis.model.lineage import Share
from eco_gis.model.result import RunResult
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table, fitted
from eco_gis.outputs.tables.change import comparison_name, table_id
from eco_gis.outputs.tables.flows import TOTAL_KEY, Flow, flows, occurring
from eco_gis.outputs.tables.line_words import (
    ACCOUNT_NOTE,
    ADDED,
    ENTRY_NOTE,
    HEADS,
    LINES,
    REDUCED,
    RELOCATION_NOTE,
    UNUSED,
)
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.siting import column, measure
from eco_gis.outputs.tables.words import FITTED_NOTE, NO_TYPE, SHORT_ROLES, TOTAL, UNITS
from eco_gis.text import Text
from eco_gis.units import DECIMALS

UNITS_OF_TOTAL = ("ha", "mu", "km2")
YEARS = "years_"
"""How the id of a series' table begins."""
MANY_LINEAGES = 2_000
"""Rows of a workbook sheet; a survey that was cut anew has more events than anyone reads."""


def line_book_tables(result: RunResult, cells: Cells) -> list[Table]:
    """Accounts of each comparison and year, then what stands behind them."""
    pairs = [(change, comparison) for change in result.changes for comparison in change.comparisons]
    tables = [account_table(result, change, comparison, cells) for change, comparison in pairs]
    tables += [years_table(result, change, cells) for change in result.changes if change.years]
    made = (entries_table, lineage_table, relocation_table)
    return [*tables, *(t for t in (make(result, pairs, cells) for make in made) if t.rows)]


def account_table(result: RunResult, change: ChangeResult, comparison: Comparison, cells: Cells) -> Table:
    """红线实物量变动表: opening, additions, reductions and closing by type of line, as in an extent account."""
    by_unit = {unit: flows(comparison, unit) for unit in UNITS_OF_TOTAL}
    types = [row.key for row in comparison.types]
    heads = (
        Column("item", cells.say(HEADS["item"]), width=34),
        *(
            Column(
                f"type_{n}",
                kind or cells.say(NO_TYPE),
                Kind.NUMBER,
                cells.say(UNITS["ha"]),
                DECIMALS["ha"],
                17,
            )
            for n, kind in enumerate(types)
        ),
        *(_total_column(unit, cells) for unit in UNITS_OF_TOTAL),
    )
    rows = []
    for n, line in enumerate(by_unit["ha"]):
        fact = _fact_of(change, comparison, line.key)
        parts = [_cell(line, kind, "ha", _type_fact(change, comparison, line.key, kind)) for kind in types]
        totals = [_cell(by_unit[unit][n], TOTAL_KEY, unit, fact) for unit in UNITS_OF_TOTAL]
        rows.append((cells.words(line_name(line.key)), *parts, *totals))
    short = cells.say(SHORT_ROLES.get(change.role, change.label))[:12]
    return Table(
        table_id("account", change, comparison),
        _titled(cells, change, comparison, Text("实物量变动表", "extent account")),
        f"{short} {comparison.old_version}-{comparison.new_version} {cells.say(Text('实物量', 'account'))}",
        heads,
        tuple(rows),
        notes(cells, [area_note(result, cells), cells.say(FITTED_NOTE), cells.say(ACCOUNT_NOTE)]),
    )


def years_table(result: RunResult, change: ChangeResult, cells: Cells) -> Table:
    """Every step of the series by cause; the closing extent of one is the opening of the next."""
    causes = occurring(change.years)
    keys = ["opening", *(f"gained_{c}" for c in causes), *(f"lost_{c}" for c in causes), "net", "closing"]
    steps = [(step, {f.key: f for f in flows(step, "ha", causes=causes)}) for step in change.years]
    keys = [k for k in keys if not k.startswith(("gained", "lost")) or k.endswith("undocumented")
            or any(by_key[k].exact_m2[TOTAL_KEY] for _, by_key in steps)]  # fmt: skip
    heads = (
        Column("step", cells.say(HEADS["step"]), width=20),
        *(
            Column(k, cells.say(line_name(k)), Kind.NUMBER, cells.say(UNITS["ha"]), DECIMALS["ha"], 18)
            for k in keys
        ),
        Column("conclusion", cells.say(HEADS["conclusion"]), Kind.SIGN, width=24),
    )
    rows = tuple(
        (
            cells.words(f"{step.old_version}→{step.new_version}"),
            *(_cell(by_key[k], TOTAL_KEY, "ha", _fact_of(change, step, k)) for k in keys),
            cells.sign(ledger_fact_id(change.series, step.key, "comparison", "all", "conclusion")),
        )
        for step, by_key in steps
    )
    short = cells.say(SHORT_ROLES.get(change.role, change.label))[:14]
    return Table(
        f"{YEARS}{change.series}",
        cells.say(Text(f"{change.label.zh}逐年变动表", f"{change.label.en}, year by year")),
        f"{short} {cells.say(Text('逐年', 'years'))}",
        heads,
        rows,
        notes(
            cells, [area_note(result, cells), cells.say(FITTED_NOTE), *map(cells.say, change.incomparable)]
        ),
    )


def entries_table(result: RunResult, pairs: Sequence[tuple[ChangeResult, Comparison]], cells: Cells) -> Table:
    """What each register entry promised and what of it happened."""
    heads = (
        column(cells, "comparison", width=40),
        *(Column(k, cells.say(HEADS[k]), width=w) for k, w in (("entry", 16), ("cause", 22), ("kind", 18), ("office", 24), ("document", 26), ("date", 13))),
        *(measure(cells, key, "ha", width=14) for key in ("drawn", "lost", "gained")),
        Column("remark", cells.say(HEADS["remark"]), width=44),
    )  # fmt: skip
    rows = []
    for change, comparison in pairs:
        for balance in comparison.entries:
            entry = balance.entry

            def area(
                quantity: str,
                key: str = entry.id,
                change: ChangeResult = change,
                comparison: Comparison = comparison,
            ) -> Cell:
                return cells.area(ledger_fact_id(change.series, comparison.key, "entry", key, quantity), "ha")

            remark = balance.objection or (
                UNUSED if not balance.lost_m2 + balance.gained_m2 else Text("", "")
            )
            said: tuple[str | Text, ...] = (
                entry.id,
                entry.cause.label,
                entry.kind,
                entry.office,
                entry.document,
                entry.date,
            )
            rows.append((
                cells.words(comparison_name(change, comparison)), *map(cells.words, said),
                *map(area, ("drawn", "lost", "gained")), cells.words(remark),
            ))  # fmt: skip
    title = cells.say(Text("台账落实情况表", "Register entries"))
    remarks = [area_note(result, cells), cells.say(ENTRY_NOTE)]
    return Table("entries", title, title, heads, tuple(rows), notes(cells, remarks))


def lineage_table(result: RunResult, pairs: Sequence[tuple[ChangeResult, Comparison]], cells: Cells) -> Table:
    """Patches renamed, split and merged."""
    heads = (
        column(cells, "comparison", width=40),
        *(
            Column(k, cells.say(HEADS[k]), width=w)
            for k, w in (("lineage", 10), ("before", 36), ("after", 36))
        ),
        *(measure(cells, key, "ha", width=15) for key in ("opening", "kept", "closing")),
    )
    rows = []
    for change, comparison in pairs:
        for n, event in enumerate(comparison.lineage[:MANY_LINEAGES], start=1):
            ids = [
                ledger_fact_id(change.series, comparison.key, "lineage", str(n), q)
                for q in ("opening", "kept", "closing")
            ]
            rows.append((
                cells.words(comparison_name(change, comparison)), cells.words(event.kind.label),
                cells.words("、".join(event.old)), cells.words("、".join(event.new)),
                *(cells.area(i, "ha") for i in ids),
            ))  # fmt: skip
    title = cells.say(Text("图斑沿革表", "Lineage of patches"))
    return Table("lineage", title, title, heads, tuple(rows), notes(cells, [area_note(result, cells)]))


def relocation_table(
    result: RunResult, pairs: Sequence[tuple[ChangeResult, Comparison]], cells: Cells
) -> Table:
    """Losses offset by gains elsewhere, with what lay there."""
    heads = (
        column(cells, "comparison", width=40),
        Column("lost_piece", cells.say(HEADS["lost_piece"]), width=16),
        Column("gained_piece", cells.say(HEADS["gained_piece"]), width=16),
        measure(cells, "offset_area", "ha", width=15),
        measure(cells, "apart", "m", width=17),
        *(Column(k, cells.say(HEADS[k]), width=24) for k in ("lost_land", "gained_land", "lost_forest", "gained_forest")),
        Column("document", cells.say(HEADS["one_document"]), width=26),
    )  # fmt: skip
    rows = []
    for change, comparison in pairs:
        pieces = {p.id: p for p in comparison.pieces}
        for n, move in enumerate(comparison.relocations, start=1):
            area, apart = (
                ledger_fact_id(change.series, comparison.key, "relocation", str(n), q)
                for q in ("area", "distance")
            )
            lost, gained = pieces[move.lost], pieces[move.gained]
            classes = (lost.land, gained.land, lost.forest, gained.forest)
            rows.append((
                cells.words(comparison_name(change, comparison)), cells.words(move.lost), cells.words(move.gained),
                cells.area(area, "ha"), cells.metres(apart), *(cells.words(_mixture(c)) for c in classes),
                cells.words(move.document),
            ))  # fmt: skip
    title = cells.say(Text("占补（增减）对应表", "Losses offset elsewhere"))
    remarks = [area_note(result, cells), cells.say(RELOCATION_NOTE)]
    return Table("relocations", title, title, heads, tuple(rows), notes(cells, remarks))


def line_name(key: str) -> Text:
    """Name of a line of the account."""
    for start, label in (("gained_", ADDED), ("lost_", REDUCED)):
        if key.startswith(start):
            cause = Cause(key.removeprefix(start)).label
            return Text(f"{label.zh}：{cause.zh}", f"{label.en}: {cause.en}")
    return LINES[key]


def _mixture(shares: Sequence[Share]) -> str:
    """The three largest classes with their part of the ground in percent."""
    total = sum(s.area_m2 for s in shares)
    return "、".join(f"{s.label} {100 * s.area_m2 / total:.0f}%" for s in shares[:3]) if total else ""


def _titled(cells: Cells, change: ChangeResult, comparison: Comparison, what: Text) -> str:
    joint = "：" if cells.lang == "zh" else ": "
    return f"{cells.say(comparison_name(change, comparison))}{joint}{cells.say(what)}"


def _total_column(unit: str, cells: Cells) -> Column:
    return Column(f"total_{unit}", cells.say(TOTAL), Kind.NUMBER, cells.say(UNITS[unit]), DECIMALS[unit], 17)


def _cell(line: Flow, key: str, unit: str, fact_id: str | None) -> Cell:
    return fitted(line.rounded[key], float(line.exact_m2[key]), DECIMALS[unit], fact_id)


def _fact_of(change: ChangeResult, comparison: Comparison, key: str) -> str | None:
    if key.startswith("moved"):
        return None
    if key.startswith(("gained_", "lost_")):
        return ledger_fact_id(change.series, comparison.key, "comparison", "all", key)
    return ledger_fact_id(change.series, comparison.key, Level.COUNTY, "county", key)


def _type_fact(change: ChangeResult, comparison: Comparison, key: str, kind: str) -> str:
    return ledger_fact_id(change.series, comparison.key, Level.TYPE, kind, key)
