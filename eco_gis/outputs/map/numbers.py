"""Figures of the map: facts by id in the units its readers expect, never computed here."""

from __future__ import annotations

from eco_gis.model.fact import FactBook
from eco_gis.outputs.map.words import WORDS
from eco_gis.text import Lang
from eco_gis.units import DECIMALS, shown, shown_area


class Figures:
    """Facts of a run as text in one language."""

    def __init__(self, book: FactBook, lang: Lang) -> None:
        self._book = book
        self._lang: Lang = lang

    def area(self, fact_id: str) -> str:
        """Hectares and 亩 of an area fact, e.g. ``1.2345 公顷（18.52 亩）``; empty for zero."""
        area_m2 = self._book.number(fact_id)
        if area_m2 == 0:
            return ""
        ha, mu = shown_area(area_m2, "ha"), shown_area(area_m2, "mu")
        if self._lang == "zh":
            return f"{ha} 公顷（{mu} 亩）"
        return f"{ha} ha ({mu} mu)"

    def hectares(self, fact_id: str) -> str:
        """Hectares of an area fact with its unit; zero is shown as zero."""
        return f"{shown_area(self._book.number(fact_id), 'ha')} {WORDS['ha'].to(self._lang)}"

    def metres(self, fact_id: str) -> str:
        """Metres of a length or distance fact; empty where it is zero or unknown."""
        if not self._book[fact_id].value:
            return ""
        return f"{shown(self._book.number(fact_id), DECIMALS['m'])} {WORDS['m'].to(self._lang)}"

    def percent(self, fact_id: str) -> str:
        """A share in percent; empty where it is zero or unknown."""
        if not self._book[fact_id].value:
            return ""
        return f"{shown(100 * self._book.number(fact_id), DECIMALS['share'])} %"
