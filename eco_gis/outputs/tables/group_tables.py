"""Tables of many sites together: batches of plots, groups of neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.model.batch import Batch, BatchPlot, NeighbourGroup
from eco_gis.model.fact import group_fact_id, sheet_fact_id
from eco_gis.model.result import RunResult
from eco_gis.model.sheet import SheetResult
from eco_gis.model.siting import SitingResult
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Table
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.sheet_parts import area_or_dash, head, joined, summed
from eco_gis.outputs.tables.sheet_words import (
    ALL,
    CLASS_NOTE,
    CONTROL_NOTE,
    HEADS,
    NEIGHBOUR_NOTE,
    ONLY_TOGETHER,
    SUBTOTAL,
    TITLES,
)
from eco_gis.outputs.tables.words import COLUMNS, TOTAL
from eco_gis.siting.sheet_facts import class_fact_id
from eco_gis.text import Text

_BATCH_CLASSES = (
    "agricultural",
    "cropland",
    "construction",
    "unused",
    "unknown",
    "state",
    "collective",
    "owner_unknown",
)


def batch_tables(result: RunResult, siting: SitingResult, sheet: SheetResult, cells: Cells) -> list[Table]:
    """One table for each batch: its plots by township with subtotals."""
    title, tab = TITLES["batch"]
    return [
        Table(
            f"batch_{n}",
            f"{cells.say(title)}{'：' if cells.lang == 'zh' else ': '}{batch.name}",
            f"{cells.say(tab)}{n if len(sheet.batches) > 1 else ''}",
            tuple(_batch_columns(cells)),
            tuple(_batch_rows(batch, cells)),
            notes(cells, _batch_remarks(result, batch, cells)),
            totals=1,
        )
        for n, batch in enumerate(sheet.batches, start=1)
    ]


def _batch_columns(cells: Cells) -> list[Column]:
    words = [
        Column(key, cells.say(COLUMNS[key]), width=w)
        for key, w in (("number", 8), ("site", 12), ("name", 28), ("township", 14))
    ]
    numbers = [head(cells, key, unit="ha") for key in ("control", *_BATCH_CLASSES, "in_plan", "approved")]
    return [*words, *numbers, head(cells, "approved_by", width=40)]


def _batch_rows(batch: Batch, cells: Cells) -> list[tuple[Cell, ...]]:
    """Plots by township, a subtotal for each township where there are several, and the total."""
    towns = sorted({p.township for p in batch.plots})
    rows: list[tuple[Cell, ...]] = []
    plots: list[tuple[Cell, ...]] = []
    for town in towns:
        own = [
            _plot_row(batch, plot, len(plots) + n, cells)
            for n, plot in enumerate((p for p in batch.plots if p.township == town), start=1)
        ]
        plots += own
        rows += own
        if len(towns) > 1:
            rows.append(_sum_row(own, SUBTOTAL, town, cells))
    return [*rows, _sum_row(plots, TOTAL, "", cells)]


def _plot_row(batch: Batch, plot: BatchPlot, number: int, cells: Cells) -> tuple[Cell, ...]:
    approved = [
        cells.area(group_fact_id("batch", batch.name, plot.site, "approved", str(n)), "ha")
        for n, _ in enumerate(plot.approved, start=1)
    ]
    named = [
        f"{cells.say(g.kind.label)} {g.number or g.name or g.feature} {c.shown}"
        for g, c in zip(plot.approved, approved, strict=True)
    ]
    return (
        Cell(number, str(number)),
        *(cells.words(w) for w in (plot.site, plot.name, plot.township)),
        cells.area(sheet_fact_id(plot.site, "control_total"), "ha"),
        *(cells.area(class_fact_id(plot.site, key), "ha") for key in _BATCH_CLASSES),
        area_or_dash(cells, group_fact_id("batch", batch.name, plot.site, "in_plan"), "ha"),
        summed(approved) if approved else cells.words(""),
        cells.words(("；" if cells.lang == "zh" else "; ").join(named)),
    )


def _sum_row(rows: Sequence[tuple[Cell, ...]], label: Text, town: str, cells: Cells) -> tuple[Cell, ...]:
    number = len(_BATCH_CLASSES) + 3
    sums = [summed([row[4 + k] for row in rows]) for k in range(number)]
    plan, approved = number - 2, number - 1
    # a share that some plot cannot tell is not told of all; nothing approved is no sum
    if any(row[4 + plan].value is None for row in rows):
        sums[plan] = cells.words("")
    if all(row[4 + approved].value is None for row in rows):
        sums[approved] = cells.words("")
    return (cells.words(label), cells.words(""), cells.words(""), cells.words(town), *sums, cells.words(""))


def _batch_remarks(result: RunResult, batch: Batch, cells: Cells) -> list[str]:
    remarks = [area_note(result, cells), cells.say(CONTROL_NOTE), cells.say(CLASS_NOTE)]
    if batch.gaps:
        remarks.append(
            f"{cells.say(HEADS['gaps'])}{'：' if cells.lang == 'zh' else ': '}{joined(batch.gaps, cells)}"
        )
    if batch.overlap_m2 > 0.01:
        area = cells.area(group_fact_id("batch", batch.name, "overlap"), "m2").shown
        remarks.append(
            cells.say(
                Text(
                    f"地块之间重叠 {area} m²，合计中重复计算",
                    f"plots overlap by {area} m², which the total counts twice",
                )
            )
        )
    return remarks


def neighbour_tables(result: RunResult, sheet: SheetResult, cells: Cells) -> list[Table]:
    """Groups with their members and sums; none without a group."""
    if not sheet.groups:
        return []
    title, tab = TITLES["neighbours"]
    columns = [
        head(cells, "group", width=8),
        head(cells, "member", width=44),
        Column("layer", cells.say(COLUMNS["layer"]), width=26),
        head(cells, "patch", width=18),
        Column("township", cells.say(COLUMNS["township"]), width=14),
        head(cells, "together", unit="ha"),
        head(cells, "largest", unit="ha"),
        head(cells, "rule", width=44),
    ]
    rows = [row for group in sheet.groups for row in _group_rows(result, group, cells)]
    remarks = [area_note(result, cells), cells.say(NEIGHBOUR_NOTE)]
    return [
        Table(
            "neighbours", cells.say(title), cells.say(tab), tuple(columns), tuple(rows), notes(cells, remarks)
        )
    ]


def _group_rows(result: RunResult, group: NeighbourGroup, cells: Cells) -> list[tuple[Cell, ...]]:
    members = ("、" if cells.lang == "zh" else ", ").join(
        " ".join(filter(None, (m.id, m.name, m.year, m.owner))) for m in group.members
    )
    rows = [
        (
            cells.words(group.id),
            cells.words(members),
            *(cells.words(w) for w in ("", "", "")),
            cells.area(group_fact_id("neighbours", group.id, "area"), "ha"),
            cells.words(""),
            cells.words(_crossings(group, "", cells)),
        )
    ]
    for n, one in enumerate(group.sums, start=1):
        layer = result.layers[one.layer_id].spec.title
        whole = not one.patch and not one.township
        rows.append(
            (
                cells.words(group.id),
                cells.words(""),
                cells.words(layer),
                cells.words(one.patch or (ALL if whole else "")),
                cells.words(one.township),
                cells.area(group_fact_id("neighbours", group.id, "sum", str(n), "area"), "ha"),
                cells.area(group_fact_id("neighbours", group.id, "sum", str(n), "largest"), "ha"),
                cells.words(_crossings(group, one.layer_id, cells) if whole else ""),
            )
        )
    return rows


def _crossings(group: NeighbourGroup, layer_id: str, cells: Cells) -> str:
    """Thresholds that the group reaches for one layer, or for its own area."""
    told = []
    for crossing in group.crossings:
        threshold = crossing.threshold
        if threshold.layer_id == layer_id:
            alone = cells.say(ONLY_TOGETHER) if crossing.only_together else ""
            told.append(f"{cells.say(threshold.law)} {cells.say(threshold.bound.words)}{alone}")
    return ("；" if cells.lang == "zh" else "; ").join(told)
