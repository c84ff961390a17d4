"""Sentences from templates that cannot render a hole: every number is a fact with its id."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter

from eco_gis.errors import OutputError
from eco_gis.outputs.tables.cells import Cells
from eco_gis.text import Text
from eco_gis.units import AREA_UNITS, DECIMALS


@dataclass(frozen=True)
class Part:
    """A stretch of a sentence."""

    text: str
    fact_id: str | None = None
    """The fact it shows; None for words."""


Sentence = tuple[Part, ...]


class Speaker:
    """Fills templates with the facts of a run, in one language."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    def __call__(self, key: str, facts: Mapping[str, str] | None = None, **words: Text | str) -> Sentence:
        """One sentence.

        Parameters
        ----------
        facts
            Name in the template → id of its fact.
        words
            Name in the template → words.

        Raises
        ------
        OutputError
            Where the template asks for something that is not given, not known or empty.
        """
        parts: list[Part] = []
        for literal, name, unit, _ in Formatter().parse(self.cells.say(templates()[key])):
            if literal:
                parts.append(Part(literal))
            if name is not None:
                parts.append(self._filled(key, name, unit or "", facts or {}, words))
        return tuple(parts)

    def _filled(
        self, key: str, name: str, unit: str, facts: Mapping[str, str], words: Mapping[str, Text | str]
    ) -> Part:
        if unit:
            if name not in facts:
                raise _hole(key, name)
            return self._number(key, name, unit, facts[name])
        given = words.get(name, "")
        told = given if isinstance(given, str) else self.cells.say(given)
        if not told:
            raise _hole(key, name)
        return Part(told)

    def _number(self, key: str, name: str, unit: str, fact_id: str) -> Part:
        if self.cells.book[fact_id].value is None:
            raise _hole(key, name)
        if unit == "share":
            return Part(self.cells.percent(fact_id).shown, fact_id)
        if unit in AREA_UNITS:
            return Part(self.cells.area(fact_id, unit).shown, fact_id)
        return Part(self.cells.plain(fact_id, DECIMALS.get(unit, 0)).shown, fact_id)


def plain(sentence: Sentence) -> str:
    """The sentence as text."""
    return "".join(part.text for part in sentence)


@cache
def templates() -> dict[str, Text]:
    """All templates."""
    document = tomllib.loads(
        files("eco_gis.outputs.sheet").joinpath("templates.toml").read_text(encoding="utf-8")
    )
    return {key: Text(entry["zh"], entry["en"]) for key, entry in document.items()}


def _hole(key: str, name: str) -> OutputError:
    return OutputError(
        Text(
            f"核对表句式 {key!r} 缺少 {name!r}，不能写出",
            f"the sentence {key!r} of the check sheet has no {name!r}",
        )
    )
