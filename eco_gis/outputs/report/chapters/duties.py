"""三不: a one-page card for each protected series, then nature, function and the inside book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eco_gis.change.card import card_fact_id
from eco_gis.model.card import Card, CardOrder, CardSet, CardSign, DutyAnswer
from eco_gis.model.change import Basis, Level
from eco_gis.model.function import FunctionAnswer
from eco_gis.outputs.report.paper import Report
from eco_gis.outputs.style import card_style
from eco_gis.outputs.tables.cards import card_table_id
from eco_gis.outputs.tables.cells import Cell, Column, Kind, Table
from eco_gis.outputs.tables.duty_parts import joined, title
from eco_gis.outputs.tables.duty_words import COUNTY, FIGURES, HEADS, ORDERS
from eco_gis.outputs.tables.function import function_name, function_table_id
from eco_gis.outputs.tables.inside import inside_table_id
from eco_gis.outputs.tables.nature import nature_table_id, period_name
from eco_gis.text import Text

MANY_ROWS = 30
"""Tables are cut after this many rows; the workbook has them all."""
_NAME = Text("“三不”", "the three duties")


def duties(report: Report) -> None:
    """The cards, each on a page of its own, and what stands behind them."""
    report.open("duties")
    for number, given in enumerate(report.result.cards):
        if number:
            report.paper.new_page()
        _card(report, given)
    _nature(report)
    _function(report)
    _inside(report)


def duty_sentence(report: Report, given: CardSet) -> str:
    """The county's answers in one sentence."""
    cells, card = report.cells, given.cards[0]
    told = [
        f"{cells.say(a.duty.label)} {_sign(report, given, card, a.duty.value).shown}" for a in card.answers
    ]
    return report.say("duty_line").format(name=cells.say(given.label), told=report.listed(told, comma=True))


def _card(report: Report, given: CardSet) -> None:
    cells, card = report.cells, given.cards[0]
    report.paper.heading(
        title(cells, Text(f"{given.label.zh}{_NAME.zh}", f"{given.label.en}, {_NAME.en}"), given.version), 2
    )
    heads = (
        Column("duty", cells.say(HEADS["duty"]), width=13),
        Column("answer", cells.say(HEADS["answer"]), Kind.SIGN, width=10),
        Column("figures", cells.say(HEADS["figures"]), width=26),
        Column("reasons", cells.say(HEADS["reasons"]), width=26),
    )
    for order in CardOrder:
        rows = [
            (
                cells.words(a.duty.label),
                _sign(report, given, card, a.duty.value),
                cells.words("\n".join(_figures(report, a))),
                cells.words(joined(a.reasons, cells)),
            )
            for a in card.in_order(order)
        ]
        overall = _sign(report, given, card, "card")
        rows.append(
            (cells.words(HEADS["overall"]), overall, cells.words(_patches(report, given)), cells.words(""))
        )
        if order is CardOrder.SUPERVISION:
            # the same answers again: the figures stand above
            rows = [(row[0], row[1], cells.words(""), row[3]) for row in rows]
        names = cells.say(ORDERS[order])
        table = Table(
            f"card_{given.series}_{order}", f"{cells.say(given.label)} {names}", "", heads, tuple(rows)
        )
        keys = (
            ["duty", "answer", "figures", "reasons"]
            if order is CardOrder.PLAN
            else ["duty", "answer", "reasons"]
        )
        report.paper.table(table.only(keys), size=9, stretch="reasons")
    _open_patches(report, given)


def _open_patches(report: Report, given: CardSet) -> None:
    """The cards of the patches that are to be verified."""
    verify = report.cells.say(CardSign.TO_VERIFY.label)
    full = report.tables[card_table_id(given, CardOrder.PLAN)]
    rows = [row for row in full.rows[1:] if row[-2].shown == verify]
    if rows:
        table = _cut(report, full, rows)
        name = report.say("duty_open").format(name=report.cells.say(given.label))
        report.paper.table(replace(table, title=name), size=8, notes=False)


def _sign(report: Report, given: CardSet, card: Card, quantity: str) -> Cell:
    sign = card.sign if quantity == "card" else next(a.sign for a in card.answers if a.duty == quantity)
    return report.cells.signed(card_fact_id(given.series, card.level, card.key, quantity), card_style(sign))


def _figures(report: Report, answer: DutyAnswer) -> Iterator[str]:
    """The facts beside an answer, one line for each year or comparison."""
    lines: dict[str, list[str]] = {}
    for fact_id in answer.figures:
        fact = report.cells.book[fact_id]
        shown = report.cells.area(fact_id, "ha").shown if fact.unit == "m2" else fact.shown
        unit = f" {report.say('ha')}" if fact.unit == "m2" else ""
        label = report.cells.say(FIGURES[fact.quantity])
        lines.setdefault(_about(report, fact_id), []).append(f"{label} {shown}{unit}")
    for about, told in lines.items():
        yield f"{about} {report.listed(told, comma=True)}"


def _about(report: Report, fact_id: str) -> str:
    """Which comparison, years or indicator a fact is about."""
    part = fact_id.split("/")[2]
    return report.cells.say(Basis(part).label) if part in set(Basis) else part


def _patches(report: Report, given: CardSet) -> str:
    patches = given.cards[1:]
    counts = {sign: sum(c.sign is sign for c in patches) for sign in reversed(CardSign)}
    told = [f"{report.cells.say(sign.label)} {n}" for sign, n in counts.items() if n]
    return report.say("duty_patches").format(n=len(patches), told=report.listed(told, comma=True))


def _cut(report: Report, table: Table, rows: list[tuple[Cell, ...]], about: str = "") -> Table:
    """A table with its first rows and a note on the others."""
    more = (report.say("cut_rows").format(n=MANY_ROWS),) if len(rows) > MANY_ROWS else ()
    name = f"{about}{'：' if report.lang == 'zh' else ': '}{table.title}" if about else table.title
    return Table(table.id, name, table.sheet, table.columns, tuple(rows[:MANY_ROWS]), (*more, *table.notes))


def _nature(report: Report) -> None:
    cells, paper = report.cells, report.paper
    for nature in report.result.natures:
        if nature.missing:
            paper.turn(landscape=False)
        for text in nature.missing:
            paper.say(f"{cells.say(nature.label)}{'：' if report.lang == 'zh' else ': '}{cells.say(text)}")
        for comparison in nature.comparisons:
            name = cells.say(period_name(nature, comparison))
            paper.turn(landscape=False)
            paper.heading(name, 2)
            paper.say(
                report.say("nature_line").format(
                    source=cells.say(comparison.source.label),
                    layers=report.listed(comparison.source_layers),
                    line=comparison.line_layer,
                    answer=cells.say(comparison.answer.label),
                )
            )
            for kind in ("group", "major", "causes", "places"):
                table = report.tables.get(nature_table_id(kind, nature, comparison))
                if table is not None and table.rows:
                    shown = table if table.totals else _cut(report, table, list(table.rows))
                    paper.table(shown, size=8, notes=kind == "group")
            full = report.tables["nature_pieces"]
            rows = [row for row in full.rows if row[0].shown == name]
            if rows:
                keys = [
                    "piece",
                    "before",
                    "after",
                    "cause",
                    "area_ha",
                    "area_mu",
                    "township",
                    "feature",
                    "document",
                ]
                paper.turn(landscape=True)
                paper.table(_cut(report, full, rows, name).only(keys), size=8)


def _function(report: Report) -> None:
    """The line, its townships, and the patches that are not simply stable."""
    stable = report.cells.say(FunctionAnswer.STABLE.label)
    for given in report.result.functions:
        table = report.tables[function_table_id(given)]
        places = sum(row.level is not Level.FEATURE for row in given.rows)
        rows = [row for n, row in enumerate(table.rows) if n < places or row[1].shown != stable]
        keys = [
            "zone",
            "answer",
            "inside_slope",
            "apart_slope",
            "apart_low",
            "apart_high",
            "apart_p",
            "reasons",
        ]
        report.paper.turn(landscape=True)
        report.paper.heading(report.cells.say(function_name(given)), 2)
        report.paper.say(report.say("stable_left_out"))
        report.paper.table(_cut(report, table, rows).only(keys), size=8)


def _inside(report: Report) -> None:
    county = report.cells.say(COUNTY)
    for book in report.result.books:
        if not book.years:
            report.paper.turn(landscape=False)
            for note in book.notes:
                report.paper.say(report.cells.say(note))
            continue
        account = report.tables[inside_table_id("account", book)]
        rows = [row for row in account.rows if row[2].shown == county]
        keys = ["period", "kind", *(f"{q}_count" for q in ("opening", "added", "closed", "closing"))]
        keys += [f"{q}_ha" for q in ("opening", "added", "closed", "joined", "left", "closing")]
        report.paper.turn(landscape=True)
        report.paper.heading(account.title, 2)
        report.paper.table(_cut(report, account, rows).only(keys), size=8)
        matters = report.tables[inside_table_id("matters", book)]
        if matters.rows:
            report.paper.table(_cut(report, matters, list(matters.rows)), size=8, notes=False)
