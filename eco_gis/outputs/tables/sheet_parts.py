"""Columns and cells that the tables beside the answers share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, fitted
from eco_gis.outputs.tables.sheet_words import HEADS
from eco_gis.outputs.tables.words import UNITS
from eco_gis.text import Text
from eco_gis.units import DECIMALS


def head(cells: Cells, key: str, *, width: float = 14, unit: str = "", kind: Kind = Kind.TEXT) -> Column:
    """A column under one of `HEADS`; one with a unit holds numbers."""
    if not unit:
        return Column(key, cells.say(HEADS[key]), kind, width=width)
    words = {"m3": Text("m³", "m³"), "none": Text("")}.get(unit) or UNITS[unit]
    return Column(
        f"{key}_{unit}", cells.say(HEADS[key]), Kind.NUMBER, cells.say(words), DECIMALS.get(unit, 2), width
    )


def summed(column_: Sequence[Cell]) -> Cell:
    """The sum of shown hectares."""
    total = sum(
        (Decimal(c.shown.replace(",", "")) for c in column_ if c.value is not None), Decimal("0.0000")
    )
    return fitted(total, float(total), DECIMALS["ha"], None)


def area_or_dash(cells: Cells, fact_id: str, unit: str) -> Cell:
    """An area fact, a dash where it is not known."""
    return cells.unanswered(fact_id) if cells.book[fact_id].value is None else cells.area(fact_id, unit)


def joined(texts: Sequence[Text], cells: Cells) -> str:
    """Texts as one."""
    return ("；" if cells.lang == "zh" else "; ").join(cells.say(t) for t in texts)
