"""Changed ground and ledgers, as layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eco_gis.model.change import ChangeResult, Comparison, Direction, LedgerRow, Level
from eco_gis.model.fact import ledger_fact_id
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.outputs.geodata.content import Content, numbers
from eco_gis.outputs.qml import Category
from eco_gis.outputs.style import direction_style, layer_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.change import approval, comparison_name
from eco_gis.outputs.tables.words import layer_name
from eco_gis.text import Text

LEDGER = ("opening", "lost", "gained", "closing", "net")


def change_contents(result: RunResult, cells: Cells) -> Iterator[Content]:
    """Changed pieces, township ledgers and the versions compared."""
    pairs = [(change, comparison) for change in result.changes for comparison in change.comparisons]
    pieces = [(change, comparison, piece) for change, comparison in pairs for piece in comparison.pieces]
    directions = tuple(
        Category(cells.say(d.label), cells.say(d.label), s.line, s.opacity, fill=s.fill)
        for d in dict.fromkeys(piece.direction for *_, piece in pieces)
        for s in (direction_style(d),)
    )
    yield Content(
        "lost_gained",
        Text("减少与增加", "Lost and gained"),
        [
            {
                "comparison": cells.say(comparison_name(change, comparison)),
                "basis": comparison.basis.value,
                "piece": piece.id,
                "direction": piece.direction.value,
                "direction_text": cells.say(piece.direction.label),
                **numbers(
                    cells.book,
                    {
                        f"{q}_{unit}": ledger_fact_id(change.series, comparison.key, "piece", piece.id, q)
                        for q, unit in (("area", "m2"), ("mean_width", "m"))
                    },
                ),
                "feature": piece.feature,
                "feature_name": piece.feature_name,
                "township": piece.township,
                "township_name": piece.township_name,
                "documented": piece.entry is not None,
                "document": approval(piece, cells),
                "sliver": piece.sliver,
                "type": piece.kind,
                "cause": cells.say(piece.cause.label),
                "verdict": cells.say(piece.verdict.label),
            }
            for change, comparison, piece in pieces
        ],
        [piece.shape for *_, piece in pieces],
        "direction_text",
        directions,
    )
    yield _narrow_runs(pairs, cells)
    towns = next((v for v in result.layers.values() if v.spec.role is LayerRole.TOWNSHIP), None)
    shapes = dict(zip(towns.ids, towns.features.shapes, strict=True)) if towns is not None else {}
    rows = [(ch, co, row) for ch, co in pairs for row in co.townships if row.key in shapes]
    changed = {True: Text("有变化", "changed"), False: Text("无变化", "unchanged")}
    yield Content(
        "townships",
        Text("镇街台账", "Ledger by township"),
        [
            {
                "comparison": cells.say(comparison_name(change, comparison)),
                "township": row.key,
                "name": row.name,
                "state": cells.say(changed[_changed(row)]),
                **numbers(
                    cells.book,
                    {
                        f"{q}_m2": ledger_fact_id(change.series, comparison.key, Level.TOWNSHIP, row.key, q)
                        for q in LEDGER
                    },
                ),
            }
            for change, comparison, row in rows
        ],
        [shapes[row.key] for *_, row in rows],
        "state",
        (
            Category(cells.say(changed[True]), cells.say(changed[True]), "#8C8577", 0.35, fill="#F0642F"),
            Category(cells.say(changed[False]), cells.say(changed[False]), "#8C8577", 0.05, fill="#FFFFFF"),
        ),
    )
    compared = dict.fromkeys(i for _, c in pairs for i in (c.old_layer, c.new_layer) if i in result.layers)
    versions = [result.layers[i] for i in compared]
    yield Content(
        "compared",
        Text("参与比对的版本", "Versions compared"),
        [
            {
                "layer": v.spec.id,
                "layer_text": cells.say(layer_name(v.spec)),
                "version": v.spec.version,
                "feature": feature,
                "name": name,
            }
            for v in versions
            for feature, name in zip(v.ids, v.names, strict=True)
        ],
        [shape for v in versions for shape in v.features.shapes],
        "layer_text",
        tuple(
            Category(cells.say(layer_name(v.spec)), cells.say(layer_name(v.spec)), s.line, 0.15, fill=s.fill)
            for v in versions
            for s in (layer_style(v.spec),)
        ),
    )


def _narrow_runs(pairs: Sequence[tuple[ChangeResult, Comparison]], cells: Cells) -> Content:
    """Narrow one-sided runs of border as lines, so that nobody overlooks what no map scale shows."""
    runs = [(ch, co, run) for ch, co in pairs for run in co.evidence.narrow]
    names = {lost: cells.say((Direction.LOST if lost else Direction.GAINED).label) for lost in (True, False)}
    return Content(
        "narrow_runs",
        Text("窄条变化", "Narrow changes"),
        [
            {
                "comparison": cells.say(comparison_name(change, comparison)),
                "run": run.id,
                "direction_text": names[run.lost],
                **numbers(
                    cells.book,
                    {
                        name: ledger_fact_id(change.series, comparison.key, "run", run.id, quantity)
                        for name, quantity in (
                            ("length_m", "length"),
                            ("area_m2", "area"),
                            ("mean_width_m", "mean_width"),
                            ("mean_offset_m", "mean_offset"),
                            ("documented_m2", "documented"),
                        )
                    },
                ),
                "feature": run.feature,
                "feature_name": run.feature_name,
                "township": run.township,
                "township_name": run.township_name,
                "certainty": cells.say(run.certainty.label),
            }
            for change, comparison, run in runs
        ],
        [run.line for *_, run in runs],
        "direction_text",
        tuple(
            Category(
                names[lost],
                names[lost],
                direction_style(Direction.LOST if lost else Direction.GAINED).line,
                1.0,
            )
            for lost in (True, False)
        ),
    )


def _changed(row: LedgerRow) -> bool:
    return bool(row.lost_m2 or row.gained_m2)
