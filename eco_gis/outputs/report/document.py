"""report.docx: the report a planner hands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from docx.shared import Emu

from eco_gis.model.change import ChangeResult, Comparison
from eco_gis.model.fact import ledger_fact_id, site_fact_id
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import DISCLAIMER, Answer, SiteAnswer, SitingResult, Suggestion
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.report.charts import ledger_chart
from eco_gis.outputs.report.figures import map_figure
from eco_gis.outputs.report.word_parts import Paper, write
from eco_gis.outputs.report.words import SAY
from eco_gis.outputs.style import suggestion_style
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.change import CHANGE_COLUMNS, changed_only, comparison_name, table_id
from eco_gis.outputs.tables.notes import area_note, invented
from eco_gis.outputs.tables.siting import (
    column,
    detail_row,
    measure,
    ordered,
    papers,
    reasons,
    requirements,
)
from eco_gis.outputs.tables.words import COLUMNS, LENGTH_NOTE, OUTSIDE_NOTE, SHORT_ROLES
from eco_gis.text import Lang

ID_JOINT = "、\u200b"
"""Ids may be parted after each; without the second, invisible character some programs part them inside."""
MANY_COLUMNS = 13
"""A table with more columns is printed on a page turned sideways."""
MANY_NUMBERS = 9
"""The same for a ledger, whose numbers are long."""
MANY_SITES = 60
"""So many sites have a table of their own in the annex; the workbook has the others."""
MANY_ROWS = 30
"""Ledgers and lists of changed pieces are cut after this many rows; the workbook has them all."""


def write_document(result: RunResult, path: Path, lang: Lang) -> Path:
    """Write the report of a run.

    Every number is a fact of the run, in the form the tables show it. The same run gives the same file.
    """
    report = _Report(result, lang)
    report.front()
    report.summary()
    if result.siting is not None:
        report.siting(result.siting)
    if result.changes:
        report.changes()
    report.gaps()
    report.data()
    if result.siting is not None:
        report.annex(result.siting)
    return report.save(path)


class _Report:
    """Writes the chapters one after the other."""

    def __init__(self, result: RunResult, lang: Lang) -> None:
        self.result = result
        self.lang: Lang = lang
        self.cells = Cells(run_facts(result), lang)
        self.tables = {table.id: table for table in build_tables(result, lang)}
        self.paper = Paper(lang)
        self._chapter = 0

    def front(self) -> None:
        """Title, labels and the block of particulars."""
        result, paper, cells = self.result, self.paper, self.cells
        catalog, siting = result.catalog, result.siting
        paper.centred(cells.say(catalog.name), size=16)
        paper.title(self._say("title" if siting is not None else "title_change"))
        paper.centred(cells.say(DISCLAIMER), size=12, color="BF2E24", bold=True)
        if label := invented(result, cells):
            paper.centred(label, size=11, color="9A6700", bold=True)
        fields = {
            "county": catalog.county,
            "as_of": self._date(),
            "secrecy": cells.say(SECRECY[result.secrecy]),
            "plane": result.plane.name,
            "area": area_note(result, cells),
            "length": cells.say(LENGTH_NOTE),
            "packs": self._list(siting.rule_packs) if siting is not None else "",
            "approval": catalog.map_approval,
        }
        paper.form([(self._say(key), words) for key, words in fields.items() if words])

    def summary(self) -> None:
        """What was found, in tables and sentences made of facts."""
        self._open("summary")
        cells, siting = self.cells, self.result.siting
        if siting is not None:
            count = {key: cells.count(f"summary/{key}").shown for key in ("sites", *Answer)}
            self.paper.say(self._say("counted").format(**count))
            self.paper.table(self._role_table(siting), stretch="sites")
            self.paper.table(self._advice_table(siting), notes=False, stretch="sites")
        for sentence in self._sentences():
            self.paper.say(sentence)

    def siting(self, siting: SitingResult) -> None:
        """Summary table, map, and a table for each site that is not clear."""
        paper = self.paper
        table = self.tables["siting_summary"]
        wide = len(table.columns) > MANY_COLUMNS or self.lang == "en"
        self._open("siting", landscape=wide)
        paper.heading(self._say("siting_all"), 2)
        left_out = {"number", "townships"} if wide else {"number", "townships", "category"}
        paper.table(
            table.only([c.key for c in table.columns if c.key not in left_out]),
            size=8.5,
            stretch="name" if wide else "",
        )
        paper.turn(landscape=False)
        paper.heading(self._say("map"), 2)
        name = self.cells.say(self.result.catalog.name)
        paper.picture(
            map_figure(self.result, self.cells.book, self.lang), f"{name} {self._say('map_caption')}"
        )

    def changes(self) -> None:
        """Identity, ledgers, chart, pieces and slivers of every comparison."""
        self._open("changes")
        for change in self.result.changes:
            for comparison in change.comparisons:
                self._comparison(change, comparison)

    def gaps(self) -> None:
        """What could not be told, and which data are missing."""
        self._open("gaps")
        paper, table = self.paper, self._gap_table()
        if table.rows:
            paper.say(self._say("gaps_note"))
            paper.table(table, stretch="reason")
        else:
            paper.say(self._say("no_gaps"))
        if self.tables["problems"].rows:
            paper.table(self.tables["problems"], notes=False, stretch="what")

    def data(self) -> None:
        """Layers used, and the places for names, seal and date."""
        self._open("data")
        paper = self.paper
        paper.say(self._say("data_note").format(plane=self.result.plane.name))
        keys = ["layer", "version", "dates", "source", "authority", "secrecy"]
        keys += ["count_features", "lost_records", "repair_ambiguous_m2"]
        paper.table(self.tables["layers"].only(keys), size=8.5)
        made = paper.grid(2, [Emu(paper.width // 4)] * 4)
        for row, (left, right) in zip(
            made.rows, (("made_by", "checked_by"), ("office", "date")), strict=True
        ):
            row.height = 500_000
            for place, words in zip(row.cells, (self._say(left), "", self._say(right), ""), strict=True):
                write(place, words, size=11, align="center")

    def annex(self, siting: SitingResult) -> None:
        """A table for each site that is not clear; nothing where all are."""
        unclear = [s for s in ordered(siting.sites) if s.answer is not Answer.NOT_CONCERNED]
        if not unclear:
            return
        self.paper.new_page()
        self.paper.heading(self._say("annex"), 1)
        self.paper.say(self._say("annex_note"))
        for site in unclear[:MANY_SITES]:
            self._site(site)
        if more := len(unclear[MANY_SITES:]):
            self.paper.say(self._say("annex_more").format(n=more))

    def save(self, path: Path) -> Path:
        """Header, footer and properties, then the file."""
        result, cells = self.result, self.cells
        name = cells.say(result.catalog.name)
        secrecy = (
            f"{self._say('secrecy')}{'：' if self.lang == 'zh' else ': '}{cells.say(SECRECY[result.secrecy])}"
        )
        self.paper.running((name, secrecy), cells.say(DISCLAIMER))
        day = datetime(result.as_of.year, result.as_of.month, result.as_of.day)
        properties = self.paper.document.core_properties
        properties.title, properties.subject = f"{name} {self._say('title')}", cells.say(DISCLAIMER)
        properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
        properties.created = properties.modified = day
        properties.revision, properties.language = 1, "zh-CN" if self.lang == "zh" else "en-US"
        return self.paper.save(path)

    def _sentences(self) -> Iterator[str]:
        cells = self.cells
        for change in self.result.changes:
            for comparison in change.comparisons:
                yield self._ledger_sentence(change, comparison)
        if self.result.faults:
            names = [f"{cells.say(f.spec.title)} [{f.spec.id}]" for f in self.result.faults]
            yield self._say("faults").format(layers=self._list(names))
        yield self._say("closing_words")

    def _role_table(self, siting: SitingResult) -> Table:
        """How many sites each kind of line concerns, and which."""
        cells = self.cells
        roles = [role for role in LayerRole if f"summary/{role}/{Answer.CONCERNED}" in cells.book]
        heads = (
            Column("role", self._say("role"), width=16),
            *(Column(a.value, cells.say(a.label), Kind.NUMBER, width=10) for a in Answer),
            Column("sites", self._say("concerned_sites"), width=26),
        )
        rows = []
        for role in roles:
            hit = [
                s
                for s in siting.sites
                if any(a.role is role and a.answer is Answer.CONCERNED for a in s.answers)
            ]
            counts = [cells.count(f"summary/{role}/{a}") for a in Answer]
            name = SHORT_ROLES.get(role, role.label)
            rows.append((cells.words(name), *counts, cells.words(self._ids(hit))))
        notes = (cells.say(OUTSIDE_NOTE),) if LayerRole.URBAN_BOUNDARY in roles else ()
        return Table("by_role", self._say("by_role"), "", heads, tuple(rows), notes)

    def _advice_table(self, siting: SitingResult) -> Table:
        """Preliminary suggestions, the strictest first."""
        cells = self.cells
        heads = (
            Column("suggestion", cells.say(COLUMNS["suggestion"]), Kind.SIGN, width=12),
            Column("count", self._say("site_count"), Kind.NUMBER, width=10),
            Column("sites", self._say("projects"), width=40),
        )
        rows = []
        for suggestion in reversed(Suggestion):
            sign, words = suggestion_style(suggestion), cells.say(suggestion.label)
            some = [s for s in siting.sites if s.suggestion is suggestion]
            count = cells.count(f"summary/suggestion/{suggestion}")
            rows.append((Cell(words, words, count.fact_id, sign), count, cells.words(self._ids(some))))
        return Table("advice", self._say("advice"), "", heads, tuple(rows))

    def _ledger_sentence(self, change: ChangeResult, comparison: Comparison) -> str:
        cells = self.cells
        table = self._ledger(change, comparison)
        total = dict(zip((c.key for c in table.columns), table.rows[-1], strict=True))
        undocumented, conclusion = (
            ledger_fact_id(change.series, comparison.basis, "comparison", "all", quantity)
            for quantity in ("undocumented", "conclusion")
        )
        return self._say("ledger").format(
            name=cells.say(comparison_name(change, comparison)),
            **{q: total[f"{q}_ha"].shown for q in ("opening", "lost", "gained", "closing", "net")},
            mu=total["net_mu"].shown,
            undocumented=cells.area(undocumented, "ha").shown,
            conclusion=cells.sign(conclusion).shown,
        )

    def _ledger(self, change: ChangeResult, comparison: Comparison) -> Table:
        kinds = (table_id(f"ledger_{level}", change, comparison) for level in ("township", "feature"))
        return next(self.tables[kind] for kind in kinds if kind in self.tables)

    def _site(self, site: SiteAnswer) -> None:
        """One site: a row for every layer that concerns it or could not tell; the others in one line."""
        cells, paper = self.cells, self.paper
        size = []
        if site.area_m2:
            size.append(f"{cells.area(site_fact_id(site.id, 'area'), 'ha').shown} {self._say('ha')}")
        if site.length_m:
            size.append(f"{cells.metres(site_fact_id(site.id, 'length')).shown} m")
        told = self._list([*filter(None, [site.category, *size, self._list(site.townships)])], comma=True)
        paper.heading(f"{site.id}  {site.name}", 3)
        overall, advice = (cells.sign(site_fact_id(site.id, q)).shown for q in ("answer", "suggestion"))
        paper.say(self._say("site_line").format(told=told, answer=overall, suggestion=advice), size=10.5)
        heads = [
            column(cells, "layer", width=15),
            Column("answer", cells.say(COLUMNS["answer"]), Kind.SIGN, width=12),
            *(measure(cells, "overlap", unit, width=11) for unit in ("ha", "mu")),
            measure(cells, "share", "share", width=9),
            column(cells, "requirement", width=26),
            column(cells, "papers", width=22),
            Column("suggestion", cells.say(COLUMNS["suggestion"]), Kind.SIGN, width=12),
        ]
        positions = (2, 3, 5, 6, 7)
        rows = []
        for answer in site.answers:
            if answer.answer is Answer.NOT_CONCERNED:
                continue
            row = detail_row(site, answer, cells)
            along = f"{cells.say(COLUMNS['overlap_length'])} {row[8].shown} m" if answer.length_m else ""
            remarks = [requirements(answer.rules, cells), reasons(answer.reasons, cells), along]
            words = ("；" if self.lang == "zh" else "; ").join(filter(None, remarks))
            asked = cells.words(papers(answer.rules, cells))
            rows.append((*(row[p] for p in positions), cells.words(words), asked, row[15]))
        clear = [cells.say(a.label) for a in site.answers if a.answer is Answer.NOT_CONCERNED]
        notes = (self._say("clear_layers").format(layers=self._list(clear)),) if clear else ()
        table = Table(f"site_{site.id}", site.name, "", tuple(heads), tuple(rows), notes)
        paper.table(table, size=8.5, caption=False)

    def _comparison(self, change: ChangeResult, comparison: Comparison) -> None:
        cells, paper = self.cells, self.paper
        name = cells.say(comparison_name(change, comparison))
        paper.heading(name, 2)
        paper.say(self._ledger_sentence(change, comparison))
        for note in comparison.notes:
            paper.say(cells.say(note))
        identity = comparison.identity
        told = [cells.say(d.text) for d in identity.differences] or [self._say("no_difference")]
        key = "same" if identity.same else "differs" if identity.comparable else "redrawn"
        paper.say(self._say(key).format(differences=self._list(told)))
        for level in ("township", "feature"):
            table = self.tables.get(table_id(f"ledger_{level}", change, comparison))
            if table is not None:
                shown = changed_only(table, cells, at_most=MANY_ROWS) if level == "feature" else table
                keys = [c.key for c in shown.columns if c.key not in ("lost_mu", "gained_mu")]
                paper.turn(landscape=len(keys) > MANY_NUMBERS)
                paper.table(shown.only(keys), size=8)
                paper.turn(landscape=False)
        if any(
            cell.value for key in CHANGE_COLUMNS[:2] for cell in self._ledger(change, comparison).column(key)
        ):
            paper.picture(ledger_chart(change, comparison, cells.book, self.lang), name)
        for kind in ("pieces", "slivers"):
            self._pieces(kind, name)

    def _pieces(self, kind: str, name: str) -> None:
        """The changed pieces of one comparison."""
        full = self.tables[kind]
        rows = [row for row in full.rows if row[0].shown == name]
        if not rows:
            return
        keys = [
            "piece",
            "direction",
            "area_m2",
            "area_mu",
            "mean_width_m",
            "feature_name",
            "township",
            "document",
        ]
        notes = (
            *full.notes[:-1],
            *([self._say("cut").format(n=MANY_ROWS)] if len(rows) > MANY_ROWS else []),
            full.notes[-1],
        )
        title = f"{name}{'：' if self.lang == 'zh' else ': '}{full.title}"
        table = Table(full.id, title, full.sheet, full.columns, tuple(rows[:MANY_ROWS]), notes)
        self.paper.table(table.only(keys), size=8)

    def _gap_table(self) -> Table:
        """Layers and reasons behind 资料不足, with the sites they leave open."""
        cells, found = self.cells, dict[tuple[str, str], list[SiteAnswer]]()
        for site in self.result.siting.sites if self.result.siting is not None else ():
            for answer in site.answers:
                if answer.answer is Answer.NO_DATA:
                    why = reasons(answer.reasons, cells)
                    found.setdefault((cells.say(answer.label), why), []).append(site)
        heads = (
            column(cells, "layer", width=20),
            column(cells, "reason", width=30),
            Column("sites", self._say("sites_open"), width=26),
        )
        rows = tuple(
            (cells.words(layer), cells.words(why), cells.words(self._ids(sites, at_most=20)))
            for (layer, why), sites in found.items()
        )
        return Table("gaps", self._say("gaps_title"), "", heads, rows)

    def _open(self, key: str, *, landscape: bool = False) -> None:
        self._chapter += 1
        number = "一二三四五六七八九"[self._chapter - 1] + "、" if self.lang == "zh" else f"{self._chapter}  "
        self.paper.turn(landscape=landscape)
        self.paper.heading(number + self._say(key), 1)

    def _ids(self, sites: Iterable[SiteAnswer], at_most: int = 12) -> str:
        ids = [s.id for s in sites]
        more = self._say("and_more").format(n=len(ids)) if len(ids) > at_most else ""
        return (ID_JOINT if self.lang == "zh" else ", ").join(ids[:at_most]) + more

    def _list(self, words: Iterable[str], *, comma: bool = False) -> str:
        return (("，" if comma else "、") if self.lang == "zh" else ", ").join(words)

    def _date(self) -> str:
        day = self.result.as_of
        return f"{day.year}年{day.month}月{day.day}日" if self.lang == "zh" else day.isoformat()

    def _say(self, key: str) -> str:
        return self.cells.say(SAY[key])
