"""Summary table and map of the sites; the annex with a table for each site that is not clear."""

from __future__ import annotations

from eco_gis.model.fact import site_fact_id
from eco_gis.model.siting import Answer, SiteAnswer, SitingResult
from eco_gis.outputs.report.figures import map_figure
from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.tables.cells import Column, Kind, Table
from eco_gis.outputs.tables.siting import (
    column,
    detail_row,
    measure,
    ordered,
    papers,
    reasons,
    requirements,
)
from eco_gis.outputs.tables.words import COLUMNS

MANY_COLUMNS = 13
"""A table with more columns is printed on a page turned sideways."""
MANY_SITES = 60
"""So many sites have a table of their own in the annex; the workbook has the others."""


def siting(report: Report, siting: SitingResult) -> None:
    """Summary table, map, and a table for each site that is not clear."""
    paper = report.paper
    table = report.tables["siting_summary"]
    wide = len(table.columns) > MANY_COLUMNS or report.lang == "en"
    report.open("siting", landscape=wide)
    paper.heading(report.say("siting_all"), 2)
    left_out = {"number", "townships"} if wide else {"number", "townships", "category"}
    paper.table(
        table.only([c.key for c in table.columns if c.key not in left_out]),
        size=8.5,
        stretch="name" if wide else "",
    )
    paper.turn(landscape=False)
    paper.heading(report.say("map"), 2)
    name = report.cells.say(report.result.catalog.name)
    paper.picture(
        map_figure(report.result, report.cells.book, report.lang), f"{name} {report.say('map_caption')}"
    )


def annex(report: Report, siting: SitingResult) -> None:
    """A table for each site that is not clear; nothing where all are."""
    unclear = [s for s in ordered(siting.sites) if s.answer is not Answer.NOT_CONCERNED]
    if not unclear:
        return
    report.paper.new_page()
    report.paper.heading(report.say("annex"), 1)
    report.paper.say(report.say("annex_note"))
    for site in unclear[:MANY_SITES]:
        _site(report, site)
    if more := len(unclear[MANY_SITES:]):
        report.paper.say(report.say("annex_more").format(n=more))


def _site(report: Report, site: SiteAnswer) -> None:
    """One site: a row for every layer that concerns it or could not tell; the others in one line."""
    cells, paper = report.cells, report.paper
    size = []
    if site.area_m2:
        size.append(f"{cells.area(site_fact_id(site.id, 'area'), 'ha').shown} {report.say('ha')}")
    if site.length_m:
        size.append(f"{cells.metres(site_fact_id(site.id, 'length')).shown} m")
    told = report.listed([*filter(None, [site.category, *size, report.listed(site.townships)])], comma=True)
    paper.heading(f"{site.id}  {site.name}", 3)
    overall, advice = (cells.sign(site_fact_id(site.id, q)).shown for q in ("answer", "suggestion"))
    paper.say(report.say("site_line").format(told=told, answer=overall, suggestion=advice), size=10.5)
    heads = [
        column(cells, "layer", width=15),
        Column("answer", cells.say(COLUMNS["answer"]), Kind.SIGN, width=12),
        *(measure(cells, "overlap", unit, width=11) for unit in ("ha", "mu")),
        measure(cells, "share", "share", width=9),
        column(cells, "requirement", width=26),
        column(cells, "papers", width=22),
        Column("suggestion", cells.say(COLUMNS["suggestion"]), Kind.SIGN, width=12),
    ]
    positions = (2, 3, 5, 6, 7)
    rows = []
    for answer in site.answers:
        if answer.answer is Answer.NOT_CONCERNED:
            continue
        row = detail_row(site, answer, cells)
        along = f"{cells.say(COLUMNS['overlap_length'])} {row[8].shown} m" if answer.length_m else ""
        remarks = [requirements(answer.rules, cells), reasons(answer.reasons, cells), along]
        words = ("；" if report.lang == "zh" else "; ").join(filter(None, remarks))
        asked = cells.words(papers(answer.rules, cells))
        rows.append((*(row[p] for p in positions), cells.words(words), asked, row[15]))
    clear = [cells.say(a.label) for a in site.answers if a.answer is Answer.NOT_CONCERNED]
    notes = (report.say("clear_layers").format(layers=report.listed(clear)),) if clear else ()
    table = Table(f"site_{site.id}", site.name, "", tuple(heads), tuple(rows), notes)
    paper.table(table, size=8.5, caption=False)
