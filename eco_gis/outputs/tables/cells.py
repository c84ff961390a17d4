"""Tables as they are printed: typed cells that take their numbers from facts by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from eco_gis.errors import OutputError
from eco_gis.model.change import Conclusion
from eco_gis.model.fact import FactBook
from eco_gis.model.patches import PatchState
from eco_gis.model.siting import Answer, Suggestion
from eco_gis.outputs.style import (
    SignStyle,
    answer_style,
    conclusion_style,
    state_style,
    suggestion_style,
)
from eco_gis.text import Lang, Text
from eco_gis.units import DECIMALS, from_m2, rounded_parts, shown

NONE = "—"
"""Printed where there is nothing to tell."""


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    SIGN = "sign"


@dataclass(frozen=True)
class Column:
    """One column."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    """Unit in the words of the table's language; empty for words and counts."""
    decimals: int = 0
    """Digits after the point of a number."""
    width: float = 10.0
    """Width in characters of a workbook's default font."""

    @property
    def heading(self) -> str:
        """Label and unit.

        >>> Column("lost", "减少", unit="公顷").heading
        '减少（公顷）'
        >>> Column("lost", "Lost", unit="ha").heading
        'Lost (ha)'
        """
        if not self.unit:
            return self.label
        return f"{self.label} ({self.unit})" if self.label.isascii() else f"{self.label}（{self.unit}）"


@dataclass(frozen=True)
class Cell:
    """One cell."""

    value: float | int | str | None
    """What a workbook stores, in the unit of the column; numbers are rounded as shown, except what shows as below the last digit."""
    shown: str
    """What is printed."""
    fact_id: str | None = None
    """The fact it shows; None for words that are no fact and for sums of a column."""
    sign: SignStyle | None = None
    """Colour and symbol of an answer."""

    @property
    def is_tiny(self) -> bool:
        """A number too small for the digits of its column, shown as <0.0001."""
        return isinstance(self.value, float) and self.shown[:1] in "<>" and bool(self.shown)


@dataclass(frozen=True)
class Table:
    """One table; one sheet of the workbook."""

    id: str
    title: str
    sheet: str
    """Short title, at most 31 characters, for the tab of the workbook."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    """Area method, remarks and the disclaimer; printed under the table."""
    totals: int = 0
    """How many rows at the end are totals."""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise OutputError(
                    f"table {self.id}: a row has {len(row)} cells for {len(self.columns)} columns"
                )

    def column(self, key: str) -> list[Cell]:
        """The cells of one column, totals included."""
        position = [c.key for c in self.columns].index(key)
        return [row[position] for row in self.rows]

    def only(self, keys: Sequence[str]) -> Table:
        """The same table with some of its columns, in the order asked for."""
        positions = [[c.key for c in self.columns].index(key) for key in keys]
        return Table(
            self.id,
            self.title,
            self.sheet,
            tuple(self.columns[p] for p in positions),
            tuple(tuple(row[p] for p in positions) for row in self.rows),
            self.notes,
            self.totals,
        )


class Cells:
    """Makes cells from the facts of a run in one language."""

    def __init__(self, book: FactBook, lang: Lang) -> None:
        self.book = book
        self.lang: Lang = lang

    def say(self, text: Text) -> str:
        """The text in the language of the tables."""
        return text.to(self.lang)

    def words(self, words: str | Text) -> Cell:
        """Words that are no fact; empty ones print as a dash."""
        plain = words if isinstance(words, str) else self.say(words)
        return Cell(plain or None, plain or NONE)

    def area(self, fact_id: str, unit: str) -> Cell:
        """An area fact in `unit` (m2, ha, mu, km2) with the digits its readers expect."""
        return number(from_m2(self.book.number(fact_id), unit), DECIMALS[unit], fact_id)

    def metres(self, fact_id: str, decimals: int = DECIMALS["m"]) -> Cell:
        """A length or distance fact; a dash where it is unknown."""
        value = self.book[fact_id].value
        return number(None if value is None else self.book.number(fact_id), decimals, fact_id)

    def percent(self, fact_id: str) -> Cell:
        """A share as percent; a dash where there is none."""
        value = self.book[fact_id].value
        return number(None if value is None else 100 * self.book.number(fact_id), DECIMALS["share"], fact_id)

    def plain(self, fact_id: str, decimals: int) -> Cell:
        """A number in the fact's own unit; a dash where it is unknown."""
        value = self.book[fact_id].value
        return number(None if value is None else self.book.number(fact_id), decimals, fact_id)

    def count(self, fact_id: str) -> Cell:
        """A number of things."""
        return number(self.book.number(fact_id), 0, fact_id)

    def sign(self, fact_id: str) -> Cell:
        """An answer, suggestion or conclusion with its colour."""
        style = _style(str(self.book[fact_id].value))
        words = self.say(style.label)
        return Cell(words, words, fact_id, style)

    def signed(self, fact_id: str, style: SignStyle) -> Cell:
        """An answer with the colour it is given."""
        words = self.say(style.label)
        return Cell(words, words, fact_id, style)

    def unanswered(self, fact_id: str) -> Cell:
        """A dash for a number that nobody can tell, though its fact exists."""
        return Cell(None, NONE, fact_id)


def number(value: float | None, decimals: int, fact_id: str | None) -> Cell:
    """A number rounded for itself.

    >>> number(1234.5678, 2, None).shown, number(1e-9, 2, None).shown, number(None, 2, None).shown
    ('1,234.57', '<0.01', '—')
    """
    text = shown(value, decimals)
    if value is None:
        return Cell(None, text, fact_id)
    cell = Cell(float(value), text, fact_id)
    return cell if cell.is_tiny else Cell(float(text.replace(",", "")), text, fact_id)


def fitted(value: Decimal, exact: float, decimals: int, fact_id: str | None) -> Cell:
    """A number whose rounded form was chosen so that its column adds up.

    >>> fitted(Decimal("0.0000"), 3e-9, 4, None).shown, fitted(Decimal("1.0050"), 1.00504, 4, None).shown
    ('<0.0001', '1.0050')
    """
    if value == 0 and exact != 0:
        sign, word = ("", "<") if exact > 0 else ("-", ">")
        return Cell(exact, f"{word}{sign}{Decimal(1).scaleb(-decimals):f}", fact_id)
    return Cell(float(value), f"{abs(value) if value == 0 else value:,.{decimals}f}", fact_id)


def parts(values_m2: Sequence[float], unit: str) -> list[Decimal]:
    """Areas in `unit`, rounded so that they add up to their rounded sum."""
    return rounded_parts([from_m2(v, unit) for v in values_m2], DECIMALS[unit])


def _style(value: str) -> SignStyle:
    if value in set(Answer):
        return answer_style(Answer(value))
    if value in set(Suggestion):
        return suggestion_style(Suggestion(value))
    if value in set(PatchState):
        return state_style(PatchState(value))
    return conclusion_style(Conclusion(value))
