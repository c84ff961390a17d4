"""report.docx: the report a planner hands in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eco_gis.layers.store import Store
from eco_gis.model.result import RunResult
from eco_gis.outputs.report.chapters.changes import changes
from eco_gis.outputs.report.chapters.data import data
from eco_gis.outputs.report.chapters.duties import duties
from eco_gis.outputs.report.chapters.front import front, save
from eco_gis.outputs.report.chapters.gaps import gaps
from eco_gis.outputs.report.chapters.siting import siting
from eco_gis.outputs.report.chapters.summary import summary
from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Table
from eco_gis.text import Lang


def write_document(
    result: RunResult,
    path: Path,
    lang: Lang,
    *,
    tables: Sequence[Table] | None = None,
    store: Store | None = None,
) -> Path:
    """Write the report of a run.

    Every number is a fact of the run, in the form the tables show it. The same run gives the same file.

    Parameters
    ----------
    tables
        The run's tables in the language, where they are made already.
    store
        Where outlines that were drawn before are kept.
    """
    report = Report(result, lang, build_tables(result, lang) if tables is None else tables, store)
    front(report)
    summary(report)
    if result.siting is not None:
        siting(report, result.siting)
    if result.changes:
        changes(report)
    if result.cards:
        duties(report)
    gaps(report)
    data(report)
    return save(report, path)
