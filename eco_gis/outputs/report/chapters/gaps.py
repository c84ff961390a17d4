"""What could not be told."""

from __future__ import annotations

from eco_gis.model.siting import Answer, SiteAnswer
from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.tables.cells import Column, Table
from eco_gis.outputs.tables.siting import (
    column,
    reasons,
)


def gaps(report: Report) -> None:
    """What could not be told, and which data are missing."""
    report.open("gaps")
    paper, table = report.paper, _gap_table(report)
    if table.rows:
        paper.say(report.say("gaps_note"))
        paper.table(table, stretch="reason")
    else:
        paper.say(report.say("no_gaps"))
    if report.tables["problems"].rows:
        paper.table(report.tables["problems"], notes=False, stretch="what")


def _gap_table(report: Report) -> Table:
    """Layers and reasons behind 资料不足, with the sites they leave open."""
    cells, found = report.cells, dict[tuple[str, str], list[SiteAnswer]]()
    for site in report.result.siting.sites if report.result.siting is not None else ():
        for answer in site.answers:
            if answer.answer is Answer.NO_DATA:
                why = reasons(answer.reasons, cells)
                found.setdefault((cells.say(answer.label), why), []).append(site)
    heads = (
        column(cells, "layer", width=20),
        column(cells, "reason", width=30),
        Column("sites", report.say("sites_open"), width=26),
    )
    rows = tuple(
        (cells.words(layer), cells.words(why), cells.words(report.ids(sites, at_most=20)))
        for (layer, why), sites in found.items()
    )
    return Table("gaps", report.say("gaps_title"), "", heads, rows)
