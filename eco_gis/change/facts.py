"""Facts of a change result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eco_gis.change.book_facts import account_facts, evidence_facts, lineage_facts
from eco_gis.model.change import Cause, ChangeResult, Comparison, Direction, LedgerRow, Level
from eco_gis.model.fact import Fact, Method, ledger_fact_id
from eco_gis.units import DECIMALS, shown

LEDGER_QUANTITIES = (
    "opening",
    "kept",
    "lost",
    "gained",
    "moved_out",
    "moved_in",
    "closing",
    "net",
    "residual",
)


DOCUMENTED = tuple(cause for cause in Cause if cause.documented)
COPIED = (Cause.COPY, Cause.CLIPPING)


def change_facts(result: ChangeResult) -> Iterator[Fact]:
    """Every number and answer of one series' comparisons, as facts."""
    for number, comparison in enumerate((*result.comparisons, *result.years)):
        yield from _comparison_facts(result.series, comparison)
        of_year = number >= len(result.comparisons)
        for row in comparison.rows:
            if not of_year or row.level is not Level.FEATURE or _moved(row):
                yield from _row_facts(result.series, comparison, row)
        yield from account_facts(result.series, comparison)
    for comparison in result.comparisons:
        yield from _piece_facts(result.series, comparison)
        yield from evidence_facts(result.series, comparison)
        yield from lineage_facts(result.series, comparison)


def _moved(row: LedgerRow) -> bool:
    """Whether a patch gained or lost ground, to nobody or to another patch; of a step of years only those are told."""
    return any((row.lost_m2, row.gained_m2, row.moved_out_m2, row.moved_in_m2))


def _row_facts(series: str, comparison: Comparison, row: LedgerRow) -> Iterator[Fact]:
    for quantity in LEDGER_QUANTITIES:
        value = float(getattr(row, f"{quantity}_m2"))
        yield Fact(
            id=ledger_fact_id(series, comparison.key, row.level, row.key, quantity),
            quantity=quantity,
            value=value,
            unit="m2",
            shown=shown(value, DECIMALS["m2"]),
            method=Method.ELLIPSOIDAL,
            layer=comparison.old_layer if quantity == "opening" else comparison.new_layer,
            feature=row.key if row.level is Level.FEATURE else None,
            township=row.key if row.level is Level.TOWNSHIP else None,
            year=comparison.old_version if quantity == "opening" else comparison.new_version,
        )


def _comparison_facts(series: str, comparison: Comparison) -> Iterator[Fact]:
    identity = comparison.identity
    slivers = float(sum(p.area_m2 for p in comparison.pieces if p.sliver))
    numbers: dict[str, tuple[float | int, str, Method]] = {
        "undocumented": (comparison.undocumented_m2, "m2", Method.ELLIPSOIDAL),
        **{
            f"{direction}_{word}": (_sum(comparison, direction, causes), "m2", Method.ELLIPSOIDAL)
            for direction in Direction
            for word, causes in (("documented", DOCUMENTED), ("copied", COPIED))
        },
        "sliver_area": (slivers, "m2", Method.ELLIPSOIDAL),
        "slivers": (sum(p.sliver for p in comparison.pieces), "count", Method.COUNT),
        "old_features": (identity.old_features, "count", Method.COUNT),
        "new_features": (identity.new_features, "count", Method.COUNT),
        "old_vertices": (identity.old_vertices, "count", Method.COUNT),
        "new_vertices": (identity.new_vertices, "count", Method.COUNT),
        "pieces": (len(comparison.pieces), "count", Method.COUNT),
        "ids_gone": (len(identity.ids_gone), "count", Method.COUNT),
        "ids_new": (len(identity.ids_new), "count", Method.COUNT),
        "shapes_changed": (len(identity.shapes_changed), "count", Method.COUNT),
    }

    def fact_id(quantity: str) -> str:
        return ledger_fact_id(series, comparison.key, "comparison", "all", quantity)

    def fact(quantity: str, value: float | int | str, unit: str, text: str, method: Method) -> Fact:
        return Fact(
            fact_id(quantity),
            quantity,
            value,
            unit,
            text,
            method,
            layer=comparison.new_layer,
            year=comparison.new_version,
        )

    yield fact(
        "conclusion", comparison.conclusion.value, "", comparison.conclusion.label.zh, Method.COMPARISON
    )
    for quantity, (value, unit, method) in numbers.items():
        text = str(value) if unit == "count" else shown(value, DECIMALS["m2"])
        yield fact(quantity, value, unit, text, method)


def _sum(comparison: Comparison, direction: Direction, causes: Sequence[Cause]) -> float:
    return float(sum(comparison.sum_m2(direction, cause) for cause in causes))


def _piece_facts(series: str, comparison: Comparison) -> Iterator[Fact]:
    for piece in comparison.pieces:
        for quantity, value, unit, method in (
            ("area", piece.area_m2, "m2", Method.ELLIPSOIDAL),
            ("planar_area", piece.planar_m2, "m2", Method.PLANAR),
            ("mean_width", piece.mean_width_m, "m", Method.PLANE_OVER_SCALE),
        ):
            yield Fact(
                id=ledger_fact_id(series, comparison.key, "piece", piece.id, quantity),
                quantity=f"{piece.direction}_{quantity}",
                value=value,
                unit=unit,
                shown=shown(value, DECIMALS[unit]),
                method=method,
                layer=comparison.new_layer,
                feature=piece.feature,
                township=piece.township,
                year=comparison.new_version,
            )
