"""Tables of the data behind a run: layers and their dates, faults and problems."""

from __future__ import annotations

from eco_gis.model.layer import Coverage, Layer, LayerSpec
from eco_gis.model.result import RunResult
from eco_gis.outputs.facts import layer_fact_id
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.siting import column, measure
from eco_gis.outputs.tables.words import COLUMNS, FATAL, FAULT, NOT_DECLARED, RASTER, REMARK
from eco_gis.text import Text


def data_tables(result: RunResult, cells: Cells) -> list[Table]:
    """Layers used, and everything that is wrong with them."""
    return [layers_table(result, cells), problems_table(result, cells)]


def layers_table(result: RunResult, cells: Cells) -> Table:
    """Every layer read, with its date, source and what reading it cost; faults last."""
    heads = [
        column(cells, "id", width=18),
        column(cells, "layer", width=26),
        column(cells, "version", width=10),
        column(cells, "dates", width=26),
        column(cells, "source", width=24),
        column(cells, "authority", width=30),
        column(cells, "secrecy", width=10),
        *(
            Column(key, cells.say(COLUMNS[key]), Kind.NUMBER, width=12)
            for key in ("count_features", "lost_records", "repairs")
        ),
        measure(cells, "repair_net", "m2", width=18),
        measure(cells, "repair_ambiguous", "m2", width=18),
        column(cells, "crs", width=44),
        column(cells, "coverage", width=20),
    ]
    rows = [_layer_row(layer, cells) for layer in result.layers.values()]
    rows += [_raster_row(result.catalog[i], cells) for i in sorted(result.raster_ids)]
    rows += [_fault_row(fault.spec, cells) for fault in result.faults]
    return Table(
        "layers",
        cells.say(Text("数据来源表", "Layers used")),
        cells.say(Text("数据来源", "Layers")),
        tuple(heads),
        tuple(rows),
        notes(cells, [area_note(result, cells)]),
    )


def problems_table(result: RunResult, cells: Cells) -> Table:
    """Everything that is wrong with the input, and how to mend it."""
    heads = [
        column(cells, "where", width=36),
        column(cells, "severity", width=12),
        column(cells, "what", width=70),
        column(cells, "remedy", width=70),
    ]
    known = dict.fromkeys([*(p for f in result.faults for p in f.problems), *result.problems])
    rows = [
        (
            cells.words(p.where),
            cells.words(FATAL if p.fatal else REMARK),
            cells.words(p.what),
            cells.words(p.remedy),
        )
        for p in sorted(known, key=lambda p: not p.fatal)
    ]
    title = Text("数据问题表", "Problems of the data")
    return Table(
        "problems",
        cells.say(title),
        cells.say(Text("数据问题", "Problems")),
        tuple(heads),
        tuple(rows),
        notes(cells, []),
    )


def in_force(spec: LayerSpec) -> str:
    """The days between which a layer is in force; empty when it does not say."""
    if spec.valid_from is None and spec.valid_until is None:
        return ""
    return f"{spec.valid_from or '…'} — {spec.valid_until or '…'}"


def covered(coverage: Coverage | None, cells: Cells) -> str:
    """Where a layer claims to be complete, in words."""
    if coverage is None:
        return cells.say(NOT_DECLARED)
    if coverage.bbox is not None:
        return ", ".join(f"{v:g}°" for v in coverage.bbox)
    return coverage.layer or (coverage.file.name if coverage.file else "")


def _layer_row(layer: Layer, cells: Cells) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return layer_fact_id(layer.spec.id, quantity)

    return (
        *_head(layer.spec, cells),
        cells.count(fact("features")),
        cells.count(fact("lost_records")),
        cells.count(fact("repairs")),
        cells.area(fact("repair_net"), "m2"),
        cells.area(fact("repair_ambiguous"), "m2"),
        cells.words(layer.source_crs),
        cells.words(covered(layer.spec.coverage, cells)),
    )


def _raster_row(spec: LayerSpec, cells: Cells) -> tuple[Cell, ...]:
    none = cells.words("")
    told = cells.words(RASTER), cells.words(covered(spec.coverage, cells))
    return (*_head(spec, cells), none, none, none, none, none, *told)


def _fault_row(spec: LayerSpec, cells: Cells) -> tuple[Cell, ...]:
    none = cells.words("")
    return (*_head(spec, cells), none, none, none, none, none, cells.words(FAULT), none)


def _head(spec: LayerSpec, cells: Cells) -> tuple[Cell, ...]:
    return (
        cells.words(spec.id),
        cells.words(spec.title),
        cells.words(spec.version),
        cells.words(in_force(spec)),
        cells.words(spec.source),
        cells.words(spec.authority),
        cells.words(SECRECY[spec.secrecy]),
    )
