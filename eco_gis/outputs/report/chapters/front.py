"""Title and block of particulars; header, footer and properties."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.tables.notes import area_note, invented
from eco_gis.outputs.tables.words import LENGTH_NOTE


def front(report: Report) -> None:
    """Title, labels and the block of particulars."""
    result, paper, cells = report.result, report.paper, report.cells
    catalog, siting = result.catalog, result.siting
    paper.centred(cells.say(catalog.name), size=16)
    paper.title(report.say("title" if siting is not None else "title_change"))
    paper.centred(cells.say(DISCLAIMER), size=12, color="BF2E24", bold=True)
    if label := invented(result, cells):
        paper.centred(label, size=11, color="9A6700", bold=True)
    fields = {
        "county": catalog.county,
        "as_of": report.date(),
        "secrecy": cells.say(SECRECY[result.secrecy]),
        "plane": result.plane.name,
        "area": area_note(result, cells),
        "length": cells.say(LENGTH_NOTE),
        "packs": report.names(siting.rule_packs) if siting is not None else "",
        "approval": catalog.map_approval,
    }
    paper.form([(report.say(key), words) for key, words in fields.items() if words])


def save(report: Report, path: Path) -> Path:
    """Header, footer and properties, then the file."""
    result, cells = report.result, report.cells
    name = cells.say(result.catalog.name)
    secrecy = (
        f"{report.say('secrecy')}{'：' if report.lang == 'zh' else ': '}{cells.say(SECRECY[result.secrecy])}"
    )
    report.paper.running((name, secrecy), cells.say(DISCLAIMER))
    day = datetime(result.as_of.year, result.as_of.month, result.as_of.day)
    properties = report.paper.document.core_properties
    properties.title, properties.subject = f"{name} {report.say('title')}", cells.say(DISCLAIMER)
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.created = properties.modified = day
    properties.revision, properties.language = 1, "zh-CN" if report.lang == "zh" else "en-US"
    return report.paper.save(path)
