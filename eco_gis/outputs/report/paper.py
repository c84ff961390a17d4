"""What the chapters of the report share: the paper, the tables, the facts and the words."""

from __future__ import annotations

from collections.abc import Iterable

from eco_gis.layers.store import Store
from eco_gis.model.result import RunResult
from eco_gis.model.siting import SiteAnswer
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.report.word_parts import Paper
from eco_gis.outputs.report.words import SAY
from eco_gis.outputs.tables.cells import Cells, Table
from eco_gis.text import Lang

ID_JOINT = "、\u200b"
"""Ids may be parted after each; without the second, invisible character some programs part them inside."""


class Report:
    """The paper that chapters are written on, one after the other."""

    def __init__(
        self, result: RunResult, lang: Lang, tables: Iterable[Table], store: Store | None = None
    ) -> None:
        self.result, self.store = result, store
        self.lang: Lang = lang
        self.cells = Cells(run_facts(result), lang)
        self.tables = {table.id: table for table in tables}
        self.paper = Paper(lang)
        self._chapter = 0

    def open(self, key: str, *, landscape: bool = False) -> None:
        """Begin a chapter, on a page turned sideways if asked."""
        self._chapter += 1
        number = "一二三四五六七八九"[self._chapter - 1] + "、" if self.lang == "zh" else f"{self._chapter}  "
        self.paper.turn(landscape=landscape)
        self.paper.heading(number + self.say(key), 1)

    def ids(self, sites: Iterable[SiteAnswer], at_most: int = 12) -> str:
        """Ids of sites, the first few of many."""
        ids = [s.id for s in sites]
        more = self.say("and_more").format(n=len(ids)) if len(ids) > at_most else ""
        return self.names(ids[:at_most]) + more

    def names(self, names: Iterable[str]) -> str:
        """Names and ids that no line may break inside."""
        return (ID_JOINT if self.lang == "zh" else ", ").join(names)

    def listed(self, words: Iterable[str], *, comma: bool = False) -> str:
        """Words as a list of the language."""
        return (("，" if comma else "、") if self.lang == "zh" else ", ").join(words)

    def date(self) -> str:
        """The as-of date in words."""
        day = self.result.as_of
        return f"{day.year}年{day.month}月{day.day}日" if self.lang == "zh" else day.isoformat()

    def say(self, key: str) -> str:
        """A phrase of the report."""
        return self.cells.say(SAY[key])
