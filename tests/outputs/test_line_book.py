"""Tables of the line book: accounts that add up both ways, and evidence that is shown in full."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from eco_gis.change.beside import Beside
from eco_gis.change.facts import change_facts
from eco_gis.change.series import compare_series
from eco_gis.model.change import ChangeResult
from eco_gis.model.fact import FactBook
from eco_gis.model.layer import Layer
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.outputs.tables.border import border_tables
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.change import ledger_tables
from eco_gis.outputs.tables.flows import TOTAL_KEY, flows
from eco_gis.outputs.tables.line_book import line_book_tables
from tests.builders import at, make_layer, square
from tests.outputs.fake import fake_result


def sign(key: str) -> int:
    return 1 if key.startswith(("opening", "gained", "moved_in")) else -1


def line(year: int, cuts: list[float]) -> Layer:
    """Three patches of two types, each cut to a width; the last changes its type in 2024."""
    patches = [at(shapely.box(2000 * n, 0, 2000 * n + cut, 777.77)) for n, cut in enumerate(cuts)]
    kinds = ["水源涵养", "水土保持", "水土保持" if year < 2024 else "水源涵养"]
    return make_layer(
        patches,
        id=f"r{year}",
        version=str(year),
        valid_from=date(year, 1, 1),
        approved=year == 2022,
        accuracy_m=1.0,
        columns={"kind": kinds},
    )


def series(*cuts: list[float]) -> ChangeResult:
    register = make_layer(
        [square(500, -10, 900)],
        LayerRole.CHANGE_REGISTER,
        columns={"document": ["1号"], "date": ["2022-05-01"], "kind": ["勘界核定"]},
    )
    lines = [line(2022 + n, some) for n, some in enumerate(cuts)]
    return compare_series("redline", lines, beside=Beside(registers=(register,)))


widths = st.lists(st.floats(100.0, 1900.0), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(widths, widths, widths, st.sampled_from(["ha", "mu", "km2"]))
def test_an_account_adds_up_both_ways(a: list[float], b: list[float], c: list[float], unit: str) -> None:
    result = series(a, b, c)
    for comparison in (*result.comparisons, *result.years):
        lines = {f.key: f for f in flows(comparison, unit)}
        for key in lines["opening"].rounded:
            flow = sum(sign(k) * f.rounded[key] for k, f in lines.items() if k not in ("net", "closing"))
            assert flow == lines["closing"].rounded[key]
            assert float(lines["net"].rounded[key]) == pytest.approx(
                float(flow - lines["opening"].rounded[key])
            )
        for f in lines.values():
            assert sum(v for k, v in f.rounded.items() if k != TOTAL_KEY) == f.rounded[TOTAL_KEY]
    for earlier, later in zip(result.years, result.years[1:], strict=False):
        closing, opening = flows(earlier, unit)[-1], flows(later, unit)[0]
        assert closing.rounded[TOTAL_KEY] == opening.rounded[TOTAL_KEY]


def tables(result: ChangeResult) -> tuple[RunResult, Cells]:
    run = fake_result()
    facts = FactBook(change_facts(result))
    return dataclasses.replace(run, changes=(result,), facts=facts), Cells(facts, "zh")


def test_the_account_and_the_ledgers_show_the_same_totals() -> None:
    result = series([1000.1, 900.2, 800.3], [1000.1, 850.7, 800.3], [990.4, 850.7, 801.9])
    run, cells = tables(result)
    comparison = result.comparisons[0]
    account = next(t for t in line_book_tables(run, cells) if t.id.startswith("account"))
    shown = {row[0].shown: row[-3].shown for row in account.rows}
    for ledger in ledger_tables(run, result, comparison, cells):
        total = dict(zip((c.key for c in ledger.columns), ledger.rows[-1], strict=True))
        assert shown["期初"] == total["opening_ha"].shown
        assert shown["期末"] == total["closing_ha"].shown
        for word, key in (("减少", "lost_ha"), ("增加", "gained_ha")):
            parts = [Decimal(v) for k, v in shown.items() if k.startswith(f"{word}：") and "类型" not in k]
            assert sum(parts) == Decimal(total[key].shown)


def test_narrow_changes_and_error_bars_are_listed_with_their_place() -> None:
    result = series([1000, 900, 800], [1000, 900, 800], [997, 900, 800])
    run, cells = tables(result)
    narrow, bars = border_tables(run, cells)
    assert {row[2].shown for row in narrow.rows} == {"减少"}
    assert all(row[4].value == pytest.approx(3, abs=0.05) for row in narrow.rows)
    assert {"减少可证实"} == {row[-1].shown for row in narrow.rows}
    assert bars.rows[0][1].shown == "合计"
    assert "容差为 0" in " ".join(bars.notes)
