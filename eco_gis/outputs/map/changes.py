"""Lost and gained ground on the map, by comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from eco_gis.model.border import BorderRun
from eco_gis.model.change import Cause, ChangedPiece, ChangeResult, Comparison, Direction
from eco_gis.model.fact import ledger_fact_id
from eco_gis.model.result import RunResult
from eco_gis.outputs.map.numbers import Figures
from eco_gis.outputs.map.shapes import MAX_POLYGONS, anchor, encode
from eco_gis.outputs.map.words import words
from eco_gis.outputs.style import Pattern, conclusion_style, direction_style
from eco_gis.text import Lang

Plain = dict[str, Any]
DIGITS = 7
"""Slivers are narrower than a metre: 0.01 m."""


def change_rows(change: ChangeResult, result: RunResult, lang: Lang) -> Iterator[Plain]:
    """One switch each for lost and gained ground, and for slivers of both, of every comparison.

    The first comparison, that with the approved baseline where there is one, is shown at first.
    """
    for number, comparison in enumerate(change.comparisons):
        for sliver in (False, True):
            for direction in Direction:
                pieces = [p for p in comparison.pieces if p.direction is direction and p.sliver is sliver]
                if pieces:
                    row = _row(change, comparison, pieces, result, lang)
                    yield row | {"on": number == 0 and not sliver}
        for direction in Direction:
            runs = [r for r in comparison.evidence.narrow if r.lost is (direction is Direction.LOST)]
            if runs:
                row = _narrow_row(change, comparison, direction, runs, result, lang)
                yield row | {"on": number == 0}


def change_cards(change: ChangeResult, result: RunResult, lang: Lang) -> Iterator[Plain]:
    """The ledger of the county and the conclusion, one card per comparison."""
    texts, figures = words(lang), Figures(result.facts, lang)
    for comparison in change.comparisons:

        def fact(
            quantity: str, level: str = "county", key: str = "county", basis: str = comparison.key
        ) -> str:
            return ledger_fact_id(change.series, basis, level, key, quantity)

        style = conclusion_style(comparison.conclusion)
        rows = [
            [texts[q], figures.hectares(fact(q))] for q in ("opening", "lost", "gained", "closing", "net")
        ]
        undocumented = figures.hectares(fact("undocumented", "comparison", "all"))
        yield {
            "title": _title(change, comparison, lang),
            "conclusion": style.to_dict(lang),
            "rows": [*rows, [texts["undocumented_area"], undocumented]],
            "notes": [t.to(lang) for t in (comparison.statement, *comparison.notes, *change.incomparable)],
        }


def _title(change: ChangeResult, comparison: Comparison, lang: Lang) -> str:
    years = f"{comparison.old_version} → {comparison.new_version}"
    return f"{change.label.to(lang)} {years} · {comparison.basis.label.to(lang)}"


def _row(
    change: ChangeResult,
    comparison: Comparison,
    pieces: Sequence[ChangedPiece],
    result: RunResult,
    lang: Lang,
) -> Plain:
    texts, figures = words(lang), Figures(result.facts, lang)
    largest = sorted(pieces, key=lambda p: (-p.area_m2, p.id))[:MAX_POLYGONS]
    style = direction_style(pieces[0].direction)
    label = style.label.to(lang)
    note = texts["partial"].format(shown=f"{len(largest):,}", total=f"{len(pieces):,}")
    return {
        "group": _title(change, comparison, lang),
        "basis": comparison.basis.value,
        "label": f"{label} · {texts['slivers']}" if pieces[0].sliver else label,
        "note": note if len(largest) < len(pieces) else "",
        "style": style.to_dict(),
        "documented": [p.entry is not None for p in largest],
        "shapes": encode(np.array([p.shape for p in largest], dtype=object), result.plane, digits=DIGITS),
        "digits": DIGITS,
        "at": [anchor(p.shape, result.plane) for p in largest],
        "columns": [
            texts[c]
            for c in ("direction", "id", "area", "mean_width", "feature", "township", "verdict", "document")
        ],
        "records": [_record(p, change.series, comparison.key, figures, lang) for p in largest],
    }


def _narrow_row(
    change: ChangeResult,
    comparison: Comparison,
    direction: Direction,
    runs: Sequence[BorderRun],
    result: RunResult,
    lang: Lang,
) -> Plain:
    """Narrow changes as broad lines along the border: their ground is too thin to be seen."""
    texts, figures = words(lang), Figures(result.facts, lang)
    style = replace(direction_style(direction), pattern=Pattern.NONE, opacity=0.0, width=5.0)

    def record(run: BorderRun) -> list[str]:
        def fact(quantity: str) -> str:
            return ledger_fact_id(change.series, comparison.key, "run", run.id, quantity)

        return [
            direction.label.to(lang),
            run.id,
            *(figures.metres(fact(q)) for q in ("length", "mean_width")),
            figures.area(fact("area")),
            " ".join(filter(None, (run.feature_name, run.feature))),
            run.township_name or texts["outside_all"],
            run.certainty.label.to(lang),
        ]

    return {
        "group": _title(change, comparison, lang),
        "basis": comparison.basis.value,
        "label": f"{style.label.to(lang)} · {texts['narrow']}",
        "note": "",
        "style": style.to_dict(),
        "documented": [run.documented_m2 >= run.area_m2 / 2 for run in runs],
        "shapes": encode(np.array([r.line for r in runs], dtype=object), result.plane, digits=DIGITS),
        "digits": DIGITS,
        "at": [anchor(r.line, result.plane) for r in runs],
        "columns": [
            texts[c]
            for c in (
                "direction",
                "id",
                "run_length",
                "mean_width",
                "area",
                "feature",
                "township",
                "certainty",
            )
        ],
        "records": [record(run) for run in runs],
    }


def _record(piece: ChangedPiece, series: str, basis: str, figures: Figures, lang: Lang) -> list[str]:
    texts, entry = words(lang), piece.entry
    document = " ".join(filter(None, (entry.id, entry.document, entry.office, entry.date))) if entry else ""
    return [
        piece.direction.label.to(lang),
        piece.id,
        figures.area(ledger_fact_id(series, basis, "piece", piece.id, "area")),
        figures.metres(ledger_fact_id(series, basis, "piece", piece.id, "mean_width")),
        " ".join(filter(None, (piece.feature_name, piece.feature))),
        piece.township_name or texts["outside_all"],
        piece.verdict.label.to(lang),
        document
        or (texts["undocumented"] if piece.cause is Cause.UNDOCUMENTED else piece.cause.label.to(lang)),
    ]
