"""Tables: numbers come from facts, columns add up as shown, nothing non-zero shows as zero."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from fake import fake_result
from hypothesis import given, settings
from hypothesis import strategies as st

from eco_gis.change.facts import change_facts
from eco_gis.errors import OutputError
from eco_gis.model.change import Basis, ChangeResult, LedgerRow, Level
from eco_gis.model.fact import FactBook, Method
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Cell, Cells, Kind, Table
from eco_gis.outputs.tables.change import changed_only, ledger_tables
from eco_gis.text import Lang, Text


@pytest.fixture(scope="module")
def result() -> RunResult:
    return fake_result()


@pytest.fixture(scope="module")
def tables(result: RunResult) -> dict[str, Table]:
    return {t.id: t for t in build_tables(result, "zh")}


def exact(cell: Cell) -> Decimal:
    """A shown number as a decimal; what is below the last digit counts as zero, as a reader adds."""
    return Decimal(0) if cell.shown[0] in "<>" else Decimal(cell.shown.replace(",", ""))


def assert_adds_up(table: Table) -> None:
    keys = [c.key for c in table.columns]
    for key in keys:
        if key.endswith(("_ha", "_mu")):
            *parts, total = table.column(key)
            assert sum(map(exact, parts)) == exact(total), (table.id, key)
    at = {key: keys.index(key) for key in keys}
    for row in table.rows:
        value = {key: exact(row[p]) for key, p in at.items() if key.endswith(("_ha", "_mu"))}
        moved = value.get("moved_in_ha", Decimal(0)) - value.get("moved_out_ha", Decimal(0))
        net = value["gained_ha"] - value["lost_ha"] + moved
        assert value["opening_ha"] + net == value["closing_ha"]
        assert net == value["net_ha"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_states_the_disclaimer_and_how_areas_were_measured(result: RunResult, lang: Lang) -> None:
    for table in build_tables(result, lang):
        assert table.notes[-1].startswith(DISCLAIMER.to(lang))
        units = {c.unit for c in table.columns if c.key.endswith(("_ha", "_m2", "_mu"))}
        assert not units or "EPSG:4549" in table.notes[0], table.id
        assert len(table.sheet) <= 31


def test_every_number_is_a_fact(result: RunResult, tables: dict[str, Table]) -> None:
    book = run_facts(result)
    for table in tables.values():
        for row in table.rows[: len(table.rows) - table.totals]:
            for cell, column in zip(row, table.columns, strict=True):
                if column.kind is not Kind.TEXT and cell.shown != "—" and cell.value != 0.0:
                    assert cell.fact_id is not None, (table.id, column.key, cell)
                    assert cell.fact_id in book


def test_a_number_without_a_fact_is_refused(result: RunResult) -> None:
    facts = FactBook(f for f in result.facts if f.id != "siting/P02/area")
    with pytest.raises(OutputError, match="siting/P02/area"):
        build_tables(replace(result, facts=facts), "zh")


def test_area_cells_show_their_fact_in_three_units(tables: dict[str, Table]) -> None:
    table = tables["siting_detail"]
    keys = [c.key for c in table.columns]
    row = next(r for r in table.rows if r[0].shown == "P02" and r[2].shown == "生态保护红线")
    shown = [row[keys.index(f"overlap_{unit}")].shown for unit in ("m2", "ha", "mu")]
    assert shown == ["840,555.02", "84.0555", "1,260.83"]


def test_every_site_answers_for_every_layer_in_printing_order(
    result: RunResult, tables: dict[str, Table]
) -> None:
    assert result.siting is not None
    table = tables["siting_detail"]
    pairs = {(r[0].shown, r[2].shown) for r in table.rows}
    assert len(pairs) == len(table.rows) == len(result.siting.sites) * len(result.siting.layer_ids)
    first = [r[2].shown for r in table.rows[:5]]
    assert first == ["耕地", "永久基本农田", "生态保护红线", "自然保护地", "城镇开发边界"]


def test_no_data_never_prints_as_zero(tables: dict[str, Table]) -> None:
    for row in tables["siting_detail"].rows:
        if row[3].shown == "资料不足":
            assert row[4].shown == "—"


def test_the_strictest_suggestion_leads(tables: dict[str, Table]) -> None:
    order = ["退回", "优化选址", "补充材料", "可继续"]
    shown = [order.index(cell.shown) for cell in tables["siting_summary"].column("suggestion")]
    assert shown == sorted(shown)


def test_an_unconfirmed_rule_says_so(tables: dict[str, Table]) -> None:
    law = {r[2].shown: r[-1].shown for r in tables["siting_detail"].rows if r[-1].shown != "—"}
    assert law["自然保护地"].endswith("（未核实）")
    assert not law["生态保护红线"].endswith("（未核实）")


def test_zones_and_outside_add_up_to_the_site(tables: dict[str, Table]) -> None:
    table = tables["zones_urban"]
    for row in table.rows:
        if row[2].shown != "—":
            *parts, whole = row[2:-1]
            assert sum(map(exact, parts)) == exact(whole)


def test_ledgers_add_up_as_shown(tables: dict[str, Table], result: RunResult) -> None:
    ledgers = [t for t in tables.values() if t.id.startswith("ledger")]
    assert len(ledgers) == 4
    cells = Cells(run_facts(result), "zh")
    for table in ledgers:
        assert_adds_up(table)
        assert_adds_up(changed_only(table, cells, at_most=2))


def test_the_same_extent_has_the_same_total_in_every_ledger(tables: dict[str, Table]) -> None:
    closing = {t.column("closing_ha")[-1].shown for t in tables.values() if t.id.startswith("ledger")}
    assert len(closing) == 1


def test_tiny_numbers_show_as_less_than_the_last_digit(tables: dict[str, Table]) -> None:
    table = tables["ledger_township_redline_baseline"]
    row = next(r for r in table.rows if r[0].shown == "北山街道")
    lost = row[[c.key for c in table.columns].index("lost_ha")]
    assert lost.shown == "<0.0001"
    assert lost.is_tiny
    assert isinstance(lost.value, float)
    assert 0 < lost.value < 1e-4


AREAS = st.floats(0, 5e6).map(lambda v: round(v, 3)) | st.just(0.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(AREAS, AREAS, AREAS, AREAS), min_size=1, max_size=12))
def test_any_ledger_adds_up_and_shows_no_false_zero(drawn: list[tuple[float, ...]]) -> None:
    result = fake_template()
    moved_in = [*(moved for *_, moved in drawn[1:]), drawn[0][3]]
    rows = tuple(
        LedgerRow(Level.FEATURE, f"F{i}", "", k + lost + out, k, lost, g, out, into, k + g + into)
        for i, ((k, lost, g, out), into) in enumerate(zip(drawn, moved_in, strict=True))
    )
    total = [
        sum(getattr(r, f"{q}_m2") for r in rows) for q in ("opening", "kept", "lost", "gained", "closing")
    ]
    county = LedgerRow(Level.COUNTY, "county", "", *total[:4], 0.0, 0.0, total[4])
    change = result.changes[0]
    comparison = replace(change.comparisons[0], county=county, townships=(), features=rows, pieces=())
    made = ChangeResult("s", LayerRole.REDLINE, Text("红线"), "1", "2", (comparison,))
    book = FactBook(change_facts(made))
    (table,) = ledger_tables(result, made, comparison, Cells(book, "zh"))
    assert_adds_up(table)
    assert_adds_up(changed_only(table, Cells(book, "zh"), at_most=3))
    for row in table.rows:
        for cell, column in zip(row, table.columns, strict=True):
            if column.key in ("lost_ha", "gained_ha") and cell.fact_id and book[cell.fact_id].value:
                assert cell.value != 0.0
            if column.key in ("lost_ha", "gained_ha") and cell.fact_id and not book[cell.fact_id].value:
                assert cell.shown == "0.0000"


_TEMPLATE: list[RunResult] = []


def fake_template() -> RunResult:
    if not _TEMPLATE:
        _TEMPLATE.append(fake_result())
    return _TEMPLATE[0]


def test_slivers_stand_apart(tables: dict[str, Table], result: RunResult) -> None:
    pieces = [p for c in result.changes[0].comparisons for p in c.pieces]
    assert len(tables["slivers"].rows) == sum(p.sliver for p in pieces) > 0
    assert len(tables["pieces"].rows) == sum(not p.sliver for p in pieces)


def test_faults_and_layers_are_listed(tables: dict[str, Table]) -> None:
    assert tables["layers"].rows[-1][0].shown == "dltb_2023"
    assert any("dltb_2023" in row[0].shown for row in tables["problems"].rows)


def test_methods_are_never_mixed_in_area_columns(tables: dict[str, Table], result: RunResult) -> None:
    book = run_facts(result)
    for table in tables.values():
        for row in table.rows:
            for cell, column in zip(row, table.columns, strict=True):
                if column.key.endswith(("_ha", "_mu")) and cell.fact_id:
                    assert book[cell.fact_id].method is Method.ELLIPSOIDAL


def test_a_run_without_sites_or_changes_has_data_tables(result: RunResult) -> None:
    bare = replace(result, siting=None, changes=())
    assert [t.id for t in build_tables(bare, "en")] == ["layers", "problems"]
    assert result.changes[0].by_basis(Basis.BASELINE) is not None
