"""Facts of the line book: causes, register entries, runs of border, error bars, lineage, relocations."""

from __future__ import annotations

from collections.abc import Iterator

from eco_gis.model.border import ErrorBar
from eco_gis.model.change import Cause, Comparison, Direction
from eco_gis.model.fact import Fact, Method, Value, ledger_fact_id
from eco_gis.units import DECIMALS, shown


def account_facts(series: str, comparison: Comparison) -> Iterator[Fact]:
    """Lost and gained ground by cause, in the county and by type of line."""
    kinds = {row.key for row in comparison.types}
    for direction in Direction:
        for cause in Cause:
            own = [p for p in comparison.pieces if p.direction is direction and p.cause is cause]
            keys = {("comparison", "all"): own} | {
                ("type", kind): [p for p in own if p.kind == kind] for kind in kinds
            }
            for (level, key), pieces in keys.items():
                area = float(sum(p.area_m2 for p in pieces))
                fact_id = ledger_fact_id(series, comparison.key, level, key, f"{direction}_{cause}")
                yield _number(fact_id, f"{direction}_{cause}", area, "m2", Method.ELLIPSOIDAL, comparison)


def evidence_facts(series: str, comparison: Comparison) -> Iterator[Fact]:
    """The statistical annex."""
    evidence = comparison.evidence

    def fact(level: str, key: str, quantity: str, value: float | None, unit: str, method: Method) -> Fact:
        fact_id = ledger_fact_id(series, comparison.key, level, key, quantity)
        return _number(fact_id, quantity, value, unit, method, comparison)

    whole: tuple[tuple[str, float, str, Method], ...] = (
        ("noise", evidence.noise_m2, "m2", Method.ELLIPSOIDAL),
        ("narrow", len(evidence.narrow), "count", Method.COUNT),
        ("offset_scatter", evidence.offset_scatter_m, "m", Method.BORDER_SCATTER),
        ("correlation", evidence.correlation_m, "m", Method.BORDER_SCATTER),
    )
    for name, amount, unit, method in whole:
        yield fact("comparison", "all", name, amount, unit, method)
    for run in evidence.runs:
        for quantity, value, unit, method in (
            ("length", run.length_m, "m", Method.PLANE_OVER_SCALE),
            ("area", run.area_m2, "m2", Method.ELLIPSOIDAL),
            ("documented", run.documented_m2, "m2", Method.ELLIPSOIDAL),
            ("mean_width", run.mean_width_m, "m", Method.PLANE_OVER_SCALE),
            ("mean_offset", run.offset_m, "m", Method.PLANE_OVER_SCALE),
            ("standard_error", run.standard_error_m, "m", Method.BORDER_SCATTER),
        ):
            yield fact("run", run.id, quantity, value, unit, method)
        yield _word(
            ledger_fact_id(series, comparison.key, "run", run.id, "certainty"),
            "certainty", run.certainty.value, run.certainty.label.zh, comparison,
        )  # fmt: skip
    bars = (evidence.county, *evidence.features) if evidence.county is not None else evidence.features
    for bar in bars:
        yield from _bar_facts(series, comparison, bar)


def _bar_facts(series: str, comparison: Comparison, bar: ErrorBar) -> Iterator[Fact]:
    for quantity, value, unit, method in (
        ("net", bar.net_m2, "m2", Method.ELLIPSOIDAL),
        ("error_bar", bar.error_m2, "m2", Method.POSITIONAL_ACCURACY),
        ("redrawn", bar.redrawn_m, "m", Method.PLANE_OVER_SCALE),
    ):
        fact_id = ledger_fact_id(series, comparison.key, "error_bar", bar.key, quantity)
        yield _number(fact_id, quantity, value, unit, method, comparison)
    fact_id = ledger_fact_id(series, comparison.key, "error_bar", bar.key, "certainty")
    yield _word(fact_id, "certainty", bar.certainty.value, bar.certainty.label.zh, comparison)


def lineage_facts(series: str, comparison: Comparison) -> Iterator[Fact]:
    """Register entries, patches followed through the years, and losses offset elsewhere."""
    for balance in comparison.entries:
        for quantity, value in (
            ("drawn", balance.drawn_m2),
            ("lost", balance.lost_m2),
            ("gained", balance.gained_m2),
        ):
            fact_id = ledger_fact_id(series, comparison.key, "entry", balance.entry.id, quantity)
            yield _number(fact_id, quantity, value, "m2", Method.ELLIPSOIDAL, comparison)
    for number, event in enumerate(comparison.lineage, start=1):
        for quantity, value in (
            ("opening", event.opening_m2),
            ("kept", event.kept_m2),
            ("closing", event.closing_m2),
        ):
            fact_id = ledger_fact_id(series, comparison.key, "lineage", str(number), quantity)
            yield _number(fact_id, quantity, value, "m2", Method.ELLIPSOIDAL, comparison)
    for number, move in enumerate(comparison.relocations, start=1):
        for quantity, value, unit, method in (
            ("area", move.area_m2, "m2", Method.ELLIPSOIDAL),
            ("distance", move.distance_m, "m", Method.PLANE_OVER_SCALE),
        ):
            fact_id = ledger_fact_id(series, comparison.key, "relocation", str(number), quantity)
            yield _number(fact_id, quantity, value, unit, method, comparison)


def _number(
    fact_id: str, quantity: str, value: Value, unit: str, method: Method, comparison: Comparison
) -> Fact:
    number = value if isinstance(value, (int, float)) else None
    text = str(value) if unit == "count" else shown(number, DECIMALS[unit])
    return Fact(
        fact_id, quantity, value, unit, text, method, layer=comparison.new_layer, year=comparison.new_version
    )


def _word(fact_id: str, quantity: str, value: str, text: str, comparison: Comparison) -> Fact:
    return Fact(
        fact_id,
        quantity,
        value,
        "",
        text,
        Method.COMPARISON,
        layer=comparison.new_layer,
        year=comparison.new_version,
    )
