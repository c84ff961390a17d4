"""Facts of the inside book."""

from __future__ import annotations

from collections.abc import Iterator

from eco_gis.model.change import Level
from eco_gis.model.fact import Fact, Method, fact_id
from eco_gis.model.inside import InsideBook, InsideEntry, InsideRow, InsideYear
from eco_gis.units import DECIMALS, shown

COUNTS = ("opening", "added", "closed", "closing")
AREAS = ("opening", "added", "closed", "joined", "left", "closing", "residual")


def inside_fact_id(series: str, period: str, kind: str, level: str, key: str, quantity: str) -> str:
    """Id of a fact of one kind in one year.

    >>> inside_fact_id("redline", "2023-2024", "problem_patch", "county", "county", "closing_area")
    'inside/redline/2023-2024/problem_patch/county/county/closing_area'
    """
    return fact_id("inside", series, period, kind, level, key, quantity)


def entry_key(entry: InsideEntry) -> str:
    """Key of an entry: what no other of the year has."""
    return ":".join((*entry.key, entry.feature, entry.township, entry.state))


def inside_facts(book: InsideBook) -> Iterator[Fact]:
    """Every number of the book."""
    for year in book.years:
        for row in year.rows:
            yield from _row(book.series, year, row)
        sums: dict[str, float] = {}
        for entry in year.entries:
            key = entry_key(entry)
            sums[key] = sums.get(key, 0.0) + entry.area_m2
        for entry in {entry_key(e): e for e in year.entries}.values():
            key = entry_key(entry)
            yield Fact(
                inside_fact_id(book.series, year.period, entry.paper.kind, "entry", key, "area"),
                "area", sums[key], "m2", shown(sums[key], DECIMALS["m2"]), Method.ELLIPSOIDAL,
                layer=entry.paper.layer, feature=entry.feature, township=entry.township, year=year.to_year,
            )  # fmt: skip


def _row(series: str, year: InsideYear, row: InsideRow) -> Iterator[Fact]:
    def fact(quantity: str, value: float | int, unit: str, text: str, method: Method) -> Fact:
        return Fact(
            inside_fact_id(series, year.period, row.kind, row.level, row.key, quantity),
            quantity,
            value,
            unit,
            text,
            method,
            layer=year.opening_layer if quantity.startswith("opening") else year.closing_layer,
            feature=row.key if row.level is Level.FEATURE else None,
            township=row.key if row.level is Level.TOWNSHIP else None,
            year=year.from_year if quantity.startswith("opening") else year.to_year,
        )

    for name in COUNTS:
        count = int(getattr(row, name))
        yield fact(f"{name}_count", count, "count", str(count), Method.COUNT)
    for name in AREAS:
        m2 = float(getattr(row, f"{name}_m2"))
        yield fact(f"{name}_area", m2, "m2", shown(m2, DECIMALS["m2"]), Method.ELLIPSOIDAL)
