"""Summary table and map of the sites, and one row for each site that is not clear."""

from __future__ import annotations

from eco_gis.model.fact import site_fact_id
from eco_gis.model.siting import Answer, LayerAnswer, SiteAnswer, SitingResult
from eco_gis.outputs.report.figures import map_figure
from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.tables.cells import Cell, Column, Kind, Table
from eco_gis.outputs.tables.siting import (
    column,
    ordered,
    papers,
)
from eco_gis.outputs.tables.siting_cells import resolution
from eco_gis.outputs.tables.words import COLUMNS

MANY_COLUMNS = 13
"""A table with more columns is printed on a page turned sideways."""
MANY_SITES = 200
"""So many sites that are not clear have a row; the workbook has the others."""


def siting(report: Report, siting: SitingResult) -> None:
    """Summary table, map, and a row for each site that is not clear."""
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
        map_figure(report.result, report.cells.book, report.lang, report.store),
        f"{name} {report.say('map_caption')}",
    )
    _open_sites(report, siting)


def _open_sites(report: Report, siting: SitingResult) -> None:
    """One row for each site that is not clear: what it touches and how much, what is open, which papers it needs."""
    unclear = [s for s in ordered(siting.sites) if s.answer is not Answer.NOT_CONCERNED]
    if not unclear:
        return
    paper, cells = report.paper, report.cells
    paper.turn(landscape=True)
    paper.heading(report.say("open_sites"), 2)
    sheet = report.result.sheet
    pages = report.say("sheets_beside").format(n=min(sheet.pages, len(siting.sites))) if sheet else ""
    paper.say(report.say("open_sites_note").format(sheets=pages))
    heads = (
        column(cells, "site", width=5),
        column(cells, "name", width=12),
        Column("size", report.say("size"), width=10),
        Column("answer", cells.say(COLUMNS["answer"]), Kind.SIGN, width=8),
        Column("suggestion", cells.say(COLUMNS["suggestion"]), Kind.SIGN, width=8),
        Column("layers", report.say("layers_told"), width=26),
        column(cells, "papers", width=26),
    )
    rows = tuple(_site_row(report, site) for site in unclear[:MANY_SITES])
    paper.table(
        Table("open_sites", report.say("open_sites_title"), "", heads, rows), size=8, stretch="layers"
    )
    if more := len(unclear[MANY_SITES:]):
        paper.say(report.say("open_sites_more").format(n=more))


def _site_row(report: Report, site: SiteAnswer) -> tuple[Cell, ...]:
    cells = report.cells
    size = []
    if site.area_m2:
        size.append(f"{cells.area(site_fact_id(site.id, 'area'), 'ha').shown} {report.say('ha')}")
    if site.length_m:
        size.append(f"{cells.metres(site_fact_id(site.id, 'length')).shown} m")
    asked = [a for a in site.answers if a.answer is not Answer.NOT_CONCERNED]
    return (
        cells.words(site.id),
        cells.words(site.name),
        cells.words("\n".join(size)),
        *(cells.sign(site_fact_id(site.id, quantity)) for quantity in ("answer", "suggestion")),
        cells.words("\n".join(_told(report, site, a) for a in asked)),
        cells.words(papers([rule for a in asked for rule in a.rules], cells)),
    )


def _told(report: Report, site: SiteAnswer, answer: LayerAnswer) -> str:
    """A line that concerns the site, by how much, or that could not answer, and why."""
    cells = report.cells

    def fact(quantity: str) -> str:
        return site_fact_id(site.id, quantity, answer.layer_id)

    measured = answer.area_m2 or answer.length_m
    told = [cells.say(answer.answer.label)] if answer.answer is Answer.NO_DATA or not measured else []
    if answer.area_m2:
        ha, share = cells.area(fact("overlap_area"), "ha"), cells.percent(fact("share"))
        told += [f"{ha.shown} {report.say('ha')}", f"{share.shown}%"]
    if answer.length_m:
        told.append(f"{cells.metres(fact('overlap_length')).shown} m")
    told += [resolution(site, answer, cells)] if answer.cells is not None else []
    told += [cells.say(reason.label) for reason in answer.reasons]
    return report.say("told").format(name=cells.say(answer.label), told=report.listed(told, comma=True))
