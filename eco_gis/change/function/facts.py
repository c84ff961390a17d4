"""Facts of the ecological function of protected ground."""

from __future__ import annotations

from collections.abc import Iterator

from eco_gis.model.change import Level
from eco_gis.model.fact import Fact, Method, Value, fact_id
from eco_gis.model.function import FunctionResult, FunctionRow
from eco_gis.units import shown

INDEX_DECIMALS, SLOPE_DECIMALS, P_DECIMALS = 4, 5, 4
ALL_COVERED = 1 - 1e-9
"""Ground covered by less than this, which rounding explains, says by how much."""
TRENDS = ("inside", "ring", "apart")


def function_fact_id(series: str, indicator: str, level: str, key: str, quantity: str) -> str:
    """Id of a fact of one indicator over one zone."""
    return fact_id("function", series, indicator, level, key, quantity)


def function_facts(result: FunctionResult) -> Iterator[Fact]:
    """Every number and answer of one indicator over one series."""
    for name, value, unit, decimals in (
        ("ring_width", result.ring_m, "m", 0),
        ("margin", result.margin, "index_per_year", SLOPE_DECIMALS),
        ("alpha", result.alpha, "", 2),
    ):
        method = Method.PLANE_OVER_SCALE if unit == "m" else Method.SETTING
        given = function_fact_id(result.series, result.indicator, "setting", "all", name)
        yield Fact(given, name, value, unit, shown(value, decimals), method, layer=result.line_layer)
    for row in result.rows:
        yield from _row(result, row)


def _row(result: FunctionResult, row: FunctionRow) -> Iterator[Fact]:
    def fact(
        quantity: str, value: Value, unit: str, text: str, method: Method, year: str | None = None
    ) -> Fact:
        return Fact(
            function_fact_id(result.series, result.indicator, row.level, row.key, quantity),
            quantity.partition("/")[0],
            value,
            unit,
            text,
            method,
            layer=result.line_layer,
            feature=row.key if row.level is Level.FEATURE else None,
            township=row.key if row.level is Level.TOWNSHIP else None,
            year=year,
        )

    yield fact("answer", row.answer.value, "", row.answer.label.zh, Method.COMPARISON)
    for place, means in (("inside", row.inside), ("ring", row.ring)):
        for given in means:
            year = str(given.year)
            text = shown(given.mean, INDEX_DECIMALS)
            yield fact(f"{place}_mean_{year}", given.mean, "index", text, Method.AREA_FRACTIONS, year)
            if given.covered < ALL_COVERED:
                share = shown(100 * given.covered, 2)
                yield fact(
                    f"{place}_covered_{year}", given.covered, "share", share, Method.AREA_FRACTIONS, year
                )
    for place, trend in zip(TRENDS, (row.trend, row.ring_trend, row.apart), strict=True):
        yield fact(f"{place}_years", trend.n, "count", str(trend.n), Method.COUNT)
        yield fact(f"{place}_s", trend.s, "count", str(trend.s), Method.COUNT)
        yield fact(f"{place}_p", trend.p, "", shown(trend.p, P_DECIMALS), Method.MANN_KENDALL)
        for name, value in (("slope", trend.slope), ("low", trend.low), ("high", trend.high)):
            text = shown(value, SLOPE_DECIMALS)
            yield fact(f"{place}_{name}", value, "index_per_year", text, Method.THEIL_SEN)
