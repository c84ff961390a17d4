"""All tables of a run, in the order of workbook and report."""

from __future__ import annotations

from itertools import chain

from eco_gis.model.result import RunResult
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.tables.border import border_tables
from eco_gis.outputs.tables.cards import card_tables
from eco_gis.outputs.tables.cells import Cells, Table
from eco_gis.outputs.tables.change import change_tables
from eco_gis.outputs.tables.data import data_tables
from eco_gis.outputs.tables.function import function_tables
from eco_gis.outputs.tables.inside import inside_tables
from eco_gis.outputs.tables.line_book import line_book_tables
from eco_gis.outputs.tables.nature import nature_tables
from eco_gis.outputs.tables.sheet import sheet_tables
from eco_gis.outputs.tables.siting import siting_tables
from eco_gis.text import Lang


def build_tables(result: RunResult, lang: Lang) -> list[Table]:
    """Tables of siting, change, the three duties and data; every number in them is a fact of the run.

    Shown cells of a column add up to its shown total, a non-zero number never shows as zero, and each
    table says how its areas were measured.

    Raises
    ------
    OutputError
        When a number has no fact.
    """
    cells = Cells(run_facts(result), lang)
    siting = siting_tables(result, result.siting, cells) if result.siting is not None else []
    if result.siting is not None and result.sheet is not None:
        siting += sheet_tables(result, result.siting, result.sheet, cells)
    duties = [part(result, cells) for part in (card_tables, nature_tables, function_tables, inside_tables)]
    changes = [part(result, cells) for part in (change_tables, line_book_tables, border_tables)]
    return [*siting, *chain.from_iterable(changes), *chain.from_iterable(duties), *data_tables(result, cells)]
