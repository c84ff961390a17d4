"""Evidence along the border: narrow changes in plain sight, and the annex of error bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely

from eco_gis.model.border import BorderRun, ErrorBar
from eco_gis.model.change import ChangeResult, Comparison, Direction
from eco_gis.model.fact import ledger_fact_id
from eco_gis.model.result import RunResult
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.change import comparison_name
from eco_gis.outputs.tables.line_words import ERROR_NOTE, HEADS, NARROW_NOTE
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.siting import column, measure
from eco_gis.outputs.tables.words import OUTSIDE_TOWNSHIPS, TOTAL, UNITS
from eco_gis.text import Text

CENTIMETRES = 2
"""Offsets are shown to the centimetre."""


def border_tables(result: RunResult, cells: Cells) -> list[Table]:
    """The list of narrow changes and the annex; each only where there is something to tell."""
    pairs = [(change, comparison) for change in result.changes for comparison in change.comparisons]
    return [t for t in (narrow_table(result, pairs, cells), error_table(result, pairs, cells)) if t.rows]


def narrow_table(result: RunResult, pairs: Sequence[tuple[ChangeResult, Comparison]], cells: Cells) -> Table:
    """Narrow one-sided runs of border, longest first."""
    heads = (
        column(cells, "comparison", width=40),
        Column("run", cells.say(HEADS["run"]), width=10),
        column(cells, "direction", width=10),
        measure(cells, "run_length", "m", width=12),
        *(_metres(cells, key) for key in ("mean_width", "mean_offset", "standard_error")),
        *(measure(cells, "area", unit, width=13) for unit in ("m2", "mu")),
        measure(cells, "documented", "m2", width=14),
        column(cells, "feature", width=18),
        column(cells, "feature_name", width=26),
        column(cells, "township", width=14),
        Column("point", cells.say(HEADS["point"]), width=24),
        Column("certainty", cells.say(HEADS["certainty"]), width=16),
    )
    rows = [
        _narrow_row(run, change, comparison, cells)
        for change, comparison in pairs
        for run in comparison.evidence.narrow
    ]
    title = cells.say(Text("窄条变化清单", "Narrow changes"))
    remarks = [area_note(result, cells), cells.say(NARROW_NOTE)]
    return Table("narrow", title, title, heads, tuple(rows), notes(cells, remarks))


def _narrow_row(
    run: BorderRun, change: ChangeResult, comparison: Comparison, cells: Cells
) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return ledger_fact_id(change.series, comparison.key, "run", run.id, quantity)

    direction = Direction.LOST if run.lost else Direction.GAINED
    spot = shapely.line_interpolate_point(run.line, 0.5, normalized=True)
    return (
        cells.words(comparison_name(change, comparison)),
        cells.words(run.id),
        cells.words(direction.label),
        cells.metres(fact("length")),
        *(
            cells.metres(fact(q), decimals=CENTIMETRES)
            for q in ("mean_width", "mean_offset", "standard_error")
        ),
        *(cells.area(fact("area"), unit) for unit in ("m2", "mu")),
        cells.area(fact("documented"), "m2"),
        cells.words(run.feature),
        cells.words(run.feature_name),
        cells.words(run.township_name or OUTSIDE_TOWNSHIPS),
        cells.words(f"{spot.x:.0f}, {spot.y:.0f}"),
        cells.words(run.certainty.label),
    )


def error_table(result: RunResult, pairs: Sequence[tuple[ChangeResult, Comparison]], cells: Cells) -> Table:
    """Net changes beside their error bars: the county, then every patch that changed."""
    heads = (
        column(cells, "comparison", width=40),
        Column("patch", cells.say(HEADS["patch"]), width=20),
        Column("patch_name", cells.say(HEADS["patch_name"]), width=30),
        measure(cells, "net", "m2", width=16),
        measure(cells, "error_bar", "m2", width=16),
        measure(cells, "redrawn", "m", width=14),
        Column("certainty", cells.say(HEADS["certainty"]), width=16),
    )
    rows = [row for pair in pairs for row in _error_rows(*pair, cells)]
    title = cells.say(Text("附件：误差限与可证实的增减", "Annex: error bars"))
    sheet = cells.say(Text("附件 误差限", "Annex error bars"))
    remarks = [area_note(result, cells), cells.say(ERROR_NOTE)]
    return Table("error_bars", title, sheet, heads, tuple(rows), notes(cells, remarks))


def _error_rows(change: ChangeResult, comparison: Comparison, cells: Cells) -> Iterator[tuple[Cell, ...]]:
    evidence = comparison.evidence
    if evidence.county is None:
        return
    for bar in (evidence.county, *evidence.features):
        is_county = bar is evidence.county

        def fact(quantity: str, bar: ErrorBar = bar) -> str:
            return ledger_fact_id(change.series, comparison.key, "error_bar", bar.key, quantity)

        error = fact("error_bar")
        yield (
            cells.words(comparison_name(change, comparison)),
            cells.words(TOTAL if is_county else bar.key),
            cells.words(bar.name),
            cells.area(fact("net"), "m2"),
            cells.unanswered(error) if bar.error_m2 is None else cells.area(error, "m2"),
            cells.metres(fact("redrawn")),
            cells.words(bar.certainty.label),
        )


def _metres(cells: Cells, key: str) -> Column:
    found = column(cells, key, width=11)
    return Column(f"{key}_m", found.label, Kind.NUMBER, cells.say(UNITS["m"]), CENTIMETRES, 11)
