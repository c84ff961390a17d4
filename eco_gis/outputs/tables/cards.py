"""The 三不 cards as a table, in both customary orders."""

from __future__ import annotations

from eco_gis.change.card import card_fact_id
from eco_gis.model.card import Card, CardOrder, CardSet
from eco_gis.model.result import RunResult
from eco_gis.outputs.style import card_style
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.duty_parts import head, joined, place, title
from eco_gis.outputs.tables.duty_words import ORDERS
from eco_gis.outputs.tables.notes import notes
from eco_gis.outputs.tables.words import SHORT_ROLES
from eco_gis.text import Text


def card_tables(result: RunResult, cells: Cells) -> list[Table]:
    """Two tables for each protected series: one row for the county and for each patch."""
    return [_table(given, order, cells) for given in result.cards for order in CardOrder]


def card_table_id(given: CardSet, order: CardOrder) -> str:
    """Id of the cards of one series in one order."""
    return f"cards_{given.series}_{order}"


def _table(given: CardSet, order: CardOrder, cells: Cells) -> Table:
    heads = (
        head(cells, "patch", width=30),
        *(Column(d.value, cells.say(d.label), Kind.SIGN, width=14) for d in order.duties),
        head(cells, "overall", width=14, kind=Kind.SIGN),
        head(cells, "reasons", width=90),
    )
    ordered = sorted(given.cards[1:], key=lambda c: (-_strictness(c), c.key))
    short = cells.say(SHORT_ROLES.get(given.role, given.label))
    return Table(
        card_table_id(given, order),
        title(
            cells, Text(f"{given.label.zh}“三不”一览", f"{given.label.en}: the three duties"), ORDERS[order]
        ),
        f"{short} {cells.say(Text('三不', 'duties'))} {cells.say(ORDERS[order])}"[:31],
        heads,
        tuple(_row(given, card, order, cells) for card in (*given.cards[:1], *ordered)),
        notes(cells, []),
    )


def _strictness(card: Card) -> int:
    return list(type(card.sign)).index(card.sign)


def _row(given: CardSet, card: Card, order: CardOrder, cells: Cells) -> tuple[Cell, ...]:
    def sign(quantity: str) -> str:
        return card_fact_id(given.series, card.level, card.key, quantity)

    answers = card.in_order(order)
    return (
        place(cells, card.level, card.key, card.name),
        *(cells.signed(sign(a.duty.value), card_style(a.sign)) for a in answers),
        cells.signed(sign("card"), card_style(card.sign)),
        cells.words(joined([r for a in answers for r in a.reasons], cells)),
    )
