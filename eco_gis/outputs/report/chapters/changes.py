"""Identity, ledgers, chart and changed pieces of every comparison."""

from __future__ import annotations

from eco_gis.model.change import ChangeResult, Comparison
from eco_gis.model.fact import ledger_fact_id
from eco_gis.outputs.report.charts import ledger_chart
from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.report.year_chart import years_chart
from eco_gis.outputs.tables.cells import Table
from eco_gis.outputs.tables.change import CHANGE_COLUMNS, changed_only, comparison_name, table_id
from eco_gis.outputs.tables.line_book import YEARS

MANY_NUMBERS = 9
"""The same for a ledger, whose numbers are long."""
MANY_ROWS = 30
"""Ledgers and lists of changed pieces are cut after this many rows; the workbook has them all."""


def changes(report: Report) -> None:
    """Identity, ledgers, chart, pieces and slivers of every comparison."""
    report.open("changes")
    for change in report.result.changes:
        for text in change.incomparable:
            report.paper.say(report.cells.say(text))
        for comparison in change.comparisons:
            _comparison(report, change, comparison)
        if change.years:
            _years(report, change)
    _annex(report)


def _comparison(report: Report, change: ChangeResult, comparison: Comparison) -> None:
    cells, paper = report.cells, report.paper
    name = cells.say(comparison_name(change, comparison))
    paper.heading(name, 2)
    paper.say(ledger_sentence(report, change, comparison))
    paper.say(cells.say(comparison.statement))
    for note in comparison.notes:
        paper.say(cells.say(note))
    identity = comparison.identity
    told = [cells.say(d.text) for d in identity.differences] or [report.say("no_difference")]
    key = "same" if identity.same else "differs" if identity.comparable else "redrawn"
    paper.say(report.say(key).format(differences=report.listed(told)))
    account = report.tables[table_id("account", change, comparison)]
    wide = len(account.columns) > MANY_NUMBERS
    paper.turn(landscape=wide)
    paper.table(account, size=8)
    paper.turn(landscape=False)
    for level in ("township", "feature"):
        table = report.tables.get(table_id(f"ledger_{level}", change, comparison))
        if table is not None:
            shown = changed_only(table, cells, at_most=MANY_ROWS) if level == "feature" else table
            keys = [c.key for c in shown.columns if c.key not in ("lost_mu", "gained_mu")]
            paper.turn(landscape=len(keys) > MANY_NUMBERS)
            paper.table(shown.only(keys), size=8)
            paper.turn(landscape=False)
    if any(
        cell.value for key in CHANGE_COLUMNS[:2] for cell in _ledger(report, change, comparison).column(key)
    ):
        paper.picture(ledger_chart(change, comparison, cells.book, report.lang), name)
    for kind in ("pieces", "slivers", "narrow", "entries", "relocations", "lineage"):
        _part(report, kind, name)


def _years(report: Report, change: ChangeResult) -> None:
    """The series year by year, with its chart by cause."""
    paper, table = report.paper, report.tables[f"{YEARS}{change.series}"]
    paper.heading(table.title, 2)
    paper.turn(landscape=len(table.columns) >= MANY_NUMBERS)
    paper.table(table, size=8)
    paper.turn(landscape=False)
    paper.picture(years_chart(change, report.cells.book, report.lang), table.title)


def _annex(report: Report) -> None:
    """Error bars: statistics, kept apart from the legal conclusion."""
    if "error_bars" in report.tables:
        table = report.tables["error_bars"]
        report.paper.heading(table.title, 2)
        report.paper.table(table, size=8, caption=False)


def ledger_sentence(report: Report, change: ChangeResult, comparison: Comparison) -> str:
    """The ledger of the county in one sentence."""
    cells = report.cells
    table = _ledger(report, change, comparison)
    total = dict(zip((c.key for c in table.columns), table.rows[-1], strict=True))
    undocumented, conclusion = (
        ledger_fact_id(change.series, comparison.key, "comparison", "all", quantity)
        for quantity in ("undocumented", "conclusion")
    )
    return report.say("ledger").format(
        name=cells.say(comparison_name(change, comparison)),
        **{q: total[f"{q}_ha"].shown for q in ("opening", "lost", "gained", "closing", "net")},
        mu=total["net_mu"].shown,
        undocumented=cells.area(undocumented, "ha").shown,
        conclusion=cells.sign(conclusion).shown,
    )


def _ledger(report: Report, change: ChangeResult, comparison: Comparison) -> Table:
    kinds = (table_id(f"ledger_{level}", change, comparison) for level in ("township", "feature"))
    return next(report.tables[kind] for kind in kinds if kind in report.tables)


SHOWN = {
    **dict.fromkeys(
        ("pieces", "slivers"),
        ("piece", "direction", "area_m2", "area_mu", "mean_width_m", "feature_name", "township", "document"),
    ),
    "narrow": (
        *("run", "direction", "run_length_m", "mean_width_m", "mean_offset_m", "area_m2"),
        *("feature_name", "township", "certainty"),
    ),
    "entries": ("entry", "cause", "document", "date", "drawn_ha", "lost_ha", "gained_ha", "remark"),
    "relocations": (
        *("lost_piece", "gained_piece", "offset_area_ha", "apart_m"),
        *("lost_land", "gained_land", "lost_forest", "gained_forest", "document"),
    ),
    "lineage": ("lineage", "before", "after", "opening_ha", "kept_ha", "closing_ha"),
}
"""Columns of the workbook's tables that the report has room for."""


def _part(report: Report, kind: str, name: str) -> None:
    """The rows of one comparison from a table of all."""
    if kind not in report.tables:
        return
    full = report.tables[kind]
    rows = [row for row in full.rows if row[0].shown == name]
    if not rows:
        return
    notes = (
        *full.notes[:-1],
        *([report.say("cut").format(n=MANY_ROWS)] if len(rows) > MANY_ROWS else []),
        full.notes[-1],
    )
    title = f"{name}{'：' if report.lang == 'zh' else ': '}{full.title}"
    table = Table(full.id, title, full.sheet, full.columns, tuple(rows[:MANY_ROWS]), notes)
    report.paper.table(table.only(SHOWN[kind]), size=8)
