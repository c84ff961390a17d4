"""Changed nature, function by patch, matters inside the line and cards, as layers."""

from __future__ import annotations

from collections.abc import Iterator

from eco_gis.change.card import card_fact_id
from eco_gis.change.function.facts import function_fact_id
from eco_gis.change.inside.facts import entry_key, inside_fact_id
from eco_gis.change.nature.facts import nature_fact_id
from eco_gis.model.card import CardSign, Duty
from eco_gis.model.change import Level
from eco_gis.model.function import FunctionAnswer
from eco_gis.model.inside import INSIDE_KINDS
from eco_gis.model.nature import NatureCause
from eco_gis.model.result import RunResult
from eco_gis.outputs.geodata.content import Content, numbers
from eco_gis.outputs.qml import Category
from eco_gis.outputs.style import card_style, cause_style, function_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.duty_parts import joined, paper_words, papers_words
from eco_gis.text import Text

_KIND_COLOURS = ("#1B4F9C", "#1F6F5C", "#6B4B8A", "#BF2E24", "#1F6F3A")


def duty_contents(result: RunResult, cells: Cells) -> Iterator[Content]:
    """One layer each; those without a row are left out."""
    yield _nature(result, cells)
    yield _function(result, cells)
    yield _inside(result, cells)
    yield _cards(result, cells)


def _nature(result: RunResult, cells: Cells) -> Content:
    found = [(n, c, p) for n in result.natures for c in n.comparisons for p in c.pieces]
    return Content(
        "nature_changes",
        Text("性质变化", "Changed nature"),
        [
            {
                "series": nature.series,
                "years": comparison.period,
                "piece": piece.id,
                "before": piece.before.code,
                "after": piece.after.code,
                "before_group": piece.before.group.value if piece.before.group else None,
                "after_group": piece.after.group.value if piece.after.group else None,
                "cause": piece.cause.value,
                "cause_text": cells.say(piece.cause.label),
                **numbers(
                    cells.book,
                    {
                        f"{q}_{unit}": nature_fact_id(nature.series, comparison.period, "piece", piece.id, q)
                        for q, unit in (("area", "m2"), ("mean_width", "m"))
                    },
                ),
                "feature": piece.feature,
                "township": piece.township_name,
                "documented": piece.documented,
                "document": papers_words(piece.papers, cells),
                "update_kind": piece.update_kind,
                "sliver": piece.sliver,
            }
            for nature, comparison, piece in found
        ],
        [piece.shape for *_, piece in found],
        "cause_text",
        tuple(
            Category(cells.say(s.label), cells.say(s.label), s.line, s.opacity, fill=s.fill)
            for s in map(cause_style, NatureCause)
        ),
    )


def _function(result: RunResult, cells: Cells) -> Content:
    shapes = {
        (f.line_layer, i): shape
        for f in result.functions
        for i, shape in zip(
            result.layers[f.line_layer].ids, result.layers[f.line_layer].features.shapes, strict=True
        )
    }
    found = [
        (f, row)
        for f in result.functions
        for row in f.rows
        if row.level is Level.FEATURE and (f.line_layer, row.key) in shapes
    ]
    return Content(
        "function",
        Text("功能趋势", "Function"),
        [
            {
                "series": f.series,
                "indicator": f.indicator,
                "feature": row.key,
                "name": row.name,
                "answer": row.answer.value,
                "answer_text": cells.say(row.answer.label),
                **numbers(
                    cells.book,
                    {
                        q: function_fact_id(f.series, f.indicator, row.level, row.key, q)
                        for q in (
                            "inside_slope",
                            "inside_p",
                            "apart_slope",
                            "apart_low",
                            "apart_high",
                            "apart_p",
                        )
                    },
                ),
                "reason": cells.say(row.reason),
            }
            for f, row in found
        ],
        [shapes[f.line_layer, row.key] for f, row in found],
        "answer_text",
        tuple(
            Category(cells.say(s.label), cells.say(s.label), s.line, s.opacity, fill=s.fill)
            for s in map(function_style, FunctionAnswer)
        ),
    )


def _inside(result: RunResult, cells: Cells) -> Content:
    found = [(b, y, e) for b in result.books for y in b.years for e in y.entries]
    return Content(
        "inside_matters",
        Text("线内事项", "Matters inside the line"),
        [
            {
                "series": book.series,
                "years": year.period,
                "entry": entry_key(entry),
                "kind": entry.paper.kind.value,
                "kind_text": cells.say(entry.paper.kind.label),
                "state": cells.say(entry.state.label),
                "document": paper_words(entry.paper, cells),
                **numbers(
                    cells.book,
                    {
                        "area_m2": inside_fact_id(
                            book.series, year.period, entry.paper.kind, "entry", entry_key(entry), "area"
                        )
                    },
                ),
                "feature": entry.feature,
                "township": entry.township_name,
            }
            for book, year, entry in found
        ],
        [entry.shape for *_, entry in found],
        "kind_text",
        tuple(
            Category(cells.say(kind.label), cells.say(kind.label), colour, 0.35)
            for kind, colour in zip(INSIDE_KINDS, _KIND_COLOURS, strict=True)
        ),
    )


def _cards(result: RunResult, cells: Cells) -> Content:
    asked = {(given.series, given.version) for given in result.cards}
    newest = {
        key: dict(zip(layer.ids, layer.features.shapes, strict=True))
        for layer in result.layers.values()
        if (key := (layer.spec.series, layer.spec.version)) in asked
    }
    found = [
        (given, card, newest[given.series, given.version][card.key])
        for given in result.cards
        for card in given.cards
        if card.key in newest.get((given.series, given.version), {}) and card.level is Level.FEATURE
    ]
    return Content(
        "duty_cards",
        Text("三不", "The three duties"),
        [
            {
                "series": given.series,
                "feature": card.key,
                "name": card.name,
                **{
                    quantity: str(
                        cells.book[card_fact_id(given.series, card.level, card.key, quantity)].value
                    )
                    for quantity in (*Duty, "card")
                },
                "card_text": cells.say(card.sign.label),
                "reasons": joined([r for a in card.answers for r in a.reasons], cells),
            }
            for given, card, _ in found
        ],
        [shape for *_, shape in found],
        "card_text",
        tuple(
            Category(cells.say(s.label), cells.say(s.label), s.color, 0.25) for s in map(card_style, CardSign)
        ),
    )
