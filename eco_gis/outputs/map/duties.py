"""Changed nature by cause, and patches by the trend of their function, on the map; the 三不 cards beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from eco_gis.change.card import card_fact_id
from eco_gis.change.function.facts import function_fact_id
from eco_gis.change.nature.facts import nature_fact_id
from eco_gis.model.card import CardSet
from eco_gis.model.change import Level
from eco_gis.model.function import FunctionAnswer, FunctionResult
from eco_gis.model.nature import NatureCause, NatureComparison, NaturePiece, NatureResult
from eco_gis.model.result import RunResult
from eco_gis.outputs.map.changes import DIGITS
from eco_gis.outputs.map.numbers import Figures
from eco_gis.outputs.map.shapes import DIGITS as LIGHT_DIGITS
from eco_gis.outputs.map.shapes import MAX_POLYGONS, anchor, encode, generalise
from eco_gis.outputs.map.words import words
from eco_gis.outputs.style import card_style, cause_style, function_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.duty_parts import papers_words
from eco_gis.outputs.tables.duty_words import HEADS
from eco_gis.outputs.tables.function import function_name
from eco_gis.outputs.tables.nature import class_words, period_name
from eco_gis.text import Lang

Plain = dict[str, Any]
TOLERANCE_M = 8.0
"""Patches coloured by their function are drawn with corners left out; the line itself stands over them."""


def duty_rows(result: RunResult, lang: Lang) -> Iterator[Plain]:
    """One switch for each cause of each period, and for each answer of each indicator."""
    cells = Cells(result.facts, lang)
    for nature in result.natures:
        for comparison in nature.comparisons:
            newest = comparison is nature.comparisons[-1]
            for cause in NatureCause:
                pieces = [p for p in comparison.pieces if p.cause is cause and not p.sliver]
                if pieces:
                    yield _nature_row(nature, comparison, pieces, result, cells) | {"on": newest}
    for function in result.functions:
        for answer in reversed(FunctionAnswer):
            row = _function_row(function, answer, result, cells)
            if row["shapes"]:
                yield row | {"on": answer is FunctionAnswer.DEGRADED}


def duty_cards(given: CardSet, result: RunResult, lang: Lang) -> Plain:
    """The county's card: one row for each duty."""
    cells, card = Cells(result.facts, lang), given.cards[0]
    rows = [
        [
            cells.say(a.duty.label),
            cells.signed(
                card_fact_id(given.series, card.level, card.key, a.duty.value), card_style(a.sign)
            ).shown,
        ]
        for a in card.answers
    ]
    return {
        "title": f"{cells.say(given.label)} {given.version} · {words(lang)['three_duties']}",
        "conclusion": card_style(card.sign).to_dict(lang),
        "rows": rows,
        "notes": [reason.to(lang) for a in card.answers for reason in a.reasons],
    }


def _nature_row(
    nature: NatureResult,
    comparison: NatureComparison,
    pieces: list[NaturePiece],
    result: RunResult,
    cells: Cells,
) -> Plain:
    texts, lang = words(cells.lang), cells.lang
    largest = pieces[:MAX_POLYGONS]
    style = cause_style(pieces[0].cause)
    partial = texts["partial"].format(shown=f"{len(largest):,}", total=f"{len(pieces):,}")
    figures = Figures(result.facts, lang)
    heads = ("cause", "piece", "before", "after", "area", "feature", "township", "document")
    return {
        "group": cells.say(period_name(nature, comparison)),
        "basis": f"nature-{comparison.period}",
        "label": cells.say(style.label),
        "note": partial if len(largest) < len(pieces) else "",
        "style": style.to_dict(),
        "documented": [p.documented for p in largest],
        "shapes": encode(np.array([p.shape for p in largest], dtype=object), result.plane, digits=DIGITS),
        "digits": DIGITS,
        "at": [anchor(p.shape, result.plane) for p in largest],
        "columns": [cells.say(HEADS[h]) for h in heads],
        "records": [
            [
                cells.say(p.cause.label),
                p.id,
                class_words(p.before, cells),
                class_words(p.after, cells),
                figures.area(nature_fact_id(nature.series, comparison.period, "piece", p.id, "area")),
                " ".join(filter(None, (p.feature_name, p.feature))),
                p.township_name or texts["outside_all"],
                papers_words(p.papers, cells) if p.papers or p.adverse else p.update_kind,
            ]
            for p in largest
        ],
    }


def _function_row(function: FunctionResult, answer: FunctionAnswer, result: RunResult, cells: Cells) -> Plain:
    style = function_style(answer)
    line = result.layers[function.line_layer]
    shapes = dict(zip(line.ids, line.features.shapes, strict=True))
    rows = [r for r in function.rows if r.level is Level.FEATURE and r.answer is answer and r.key in shapes]

    def slope(key: str, quantity: str) -> str:
        return result.facts[
            function_fact_id(function.series, function.indicator, Level.FEATURE, key, quantity)
        ].shown

    drawn = np.array([shapes[r.key] for r in rows], dtype=object)
    light = generalise(drawn, TOLERANCE_M / result.plane.unit_m) if len(rows) else drawn
    heads = ("answer", "patch", "patch_name", "inside_slope", "apart_slope", "reasons")
    return {
        "group": cells.say(function_name(function)),
        "basis": f"function-{function.indicator}",
        "label": f"{cells.say(style.label)} ({len(rows)})",
        "note": "",
        "style": style.to_dict(),
        "documented": [answer is not FunctionAnswer.DEGRADED] * len(rows),
        "shapes": encode(light, result.plane) if len(rows) else [],
        "digits": LIGHT_DIGITS,
        "at": [anchor(shapes[r.key], result.plane) for r in rows],
        "columns": [cells.say(HEADS[h]) for h in heads],
        "records": [
            [
                cells.say(r.answer.label),
                r.key,
                r.name,
                slope(r.key, "inside_slope"),
                slope(r.key, "apart_slope"),
                cells.say(r.reason),
            ]
            for r in rows
        ],
    }
