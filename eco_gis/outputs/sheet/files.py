"""sheets.docx and sheets.html of a run."""

from __future__ import annotations

from pathlib import Path

from eco_gis.model.result import RunResult
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.sheet.content import SiteSheet, sheets
from eco_gis.outputs.sheet.figure import site_figure
from eco_gis.outputs.sheet.page import sheets_html
from eco_gis.outputs.sheet.word import write_sheets_document
from eco_gis.outputs.tables.cells import Cells
from eco_gis.text import Lang

WORD, PAGE = "sheets.docx", "sheets.html"


def write_sheets(result: RunResult, folder: Path, lang: Lang) -> list[Path]:
    """Write the check sheets of a run into a folder; nothing where it has none.

    Raises
    ------
    OutputError
        When a sentence would have a hole.
    """
    drawn = draw_sheets(result, lang)
    if not drawn:
        return []
    page = folder / PAGE
    page.write_text(sheets_html(result, drawn, lang), encoding="utf-8", newline="\n")
    return [write_sheets_document(result, drawn, folder / WORD, lang), page]


def draw_sheets(result: RunResult, lang: Lang) -> list[tuple[SiteSheet, bytes]]:
    """The sheets of a run, each with its sketch map."""
    cells = Cells(run_facts(result), lang)
    return [(sheet, site_figure(result, sheet.site, lang)) for sheet in sheets(result, cells)]
