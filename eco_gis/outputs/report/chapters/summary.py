"""What was found, in tables and sentences made of facts."""

from __future__ import annotations

from collections.abc import Iterator

from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, SitingResult, Suggestion
from eco_gis.outputs.report.chapters.changes import ledger_sentence
from eco_gis.outputs.report.chapters.duties import duty_sentence
from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.style import suggestion_style
from eco_gis.outputs.tables.cells import Cell, Column, Kind, Table
from eco_gis.outputs.tables.words import COLUMNS, OUTSIDE_NOTE, SHORT_ROLES


def summary(report: Report) -> None:
    """What was found, in tables and sentences made of facts."""
    report.open("summary")
    cells, siting = report.cells, report.result.siting
    if siting is not None:
        count = {key: cells.count(f"summary/{key}").shown for key in ("sites", *Answer)}
        report.paper.say(report.say("counted").format(**count))
        report.paper.table(_role_table(report, siting), stretch="sites")
        report.paper.table(_advice_table(report, siting), notes=False, stretch="sites")
    for sentence in _sentences(report):
        report.paper.say(sentence)


def _sentences(report: Report) -> Iterator[str]:
    cells = report.cells
    for change in report.result.changes:
        for comparison in change.comparisons:
            yield ledger_sentence(report, change, comparison)
    for given in report.result.cards:
        yield duty_sentence(report, given)
    if report.result.faults:
        names = [f"{cells.say(f.spec.title)} [{f.spec.id}]" for f in report.result.faults]
        yield report.say("faults").format(layers=report.listed(names))
    yield report.say("closing_words")


def _role_table(report: Report, siting: SitingResult) -> Table:
    """How many sites each kind of line concerns, and which."""
    cells = report.cells
    roles = [role for role in LayerRole if f"summary/{role}/{Answer.CONCERNED}" in cells.book]
    heads = (
        Column("role", report.say("role"), width=16),
        *(Column(a.value, cells.say(a.label), Kind.NUMBER, width=10) for a in Answer),
        Column("sites", report.say("concerned_sites"), width=26),
    )
    rows = []
    for role in roles:
        hit = [
            s for s in siting.sites if any(a.role is role and a.answer is Answer.CONCERNED for a in s.answers)
        ]
        counts = [cells.count(f"summary/{role}/{a}") for a in Answer]
        name = SHORT_ROLES.get(role, role.label)
        rows.append((cells.words(name), *counts, cells.words(report.ids(hit))))
    notes = (cells.say(OUTSIDE_NOTE),) if LayerRole.URBAN_BOUNDARY in roles else ()
    return Table("by_role", report.say("by_role"), "", heads, tuple(rows), notes)


def _advice_table(report: Report, siting: SitingResult) -> Table:
    """Preliminary suggestions, the strictest first."""
    cells = report.cells
    heads = (
        Column("suggestion", cells.say(COLUMNS["suggestion"]), Kind.SIGN, width=12),
        Column("count", report.say("site_count"), Kind.NUMBER, width=10),
        Column("sites", report.say("projects"), width=40),
    )
    rows = []
    for suggestion in reversed(Suggestion):
        sign, words = suggestion_style(suggestion), cells.say(suggestion.label)
        some = [s for s in siting.sites if s.suggestion is suggestion]
        count = cells.count(f"summary/suggestion/{suggestion}")
        rows.append((Cell(words, words, count.fact_id, sign), count, cells.words(report.ids(some))))
    return Table("advice", report.say("advice"), "", heads, tuple(rows))
