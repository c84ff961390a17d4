"""Tables beside the answers: control totals, classes, batches, neighbours, decisions."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
import shapely

from eco_gis.model.result import RunResult
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Cell, Table
from tests.builders import at, make_sites
from tests.sheets import control_layers, sheet_run


@pytest.fixture(scope="module")
def result() -> RunResult:
    return sheet_run()


@pytest.fixture(scope="module")
def tables(result: RunResult) -> dict[str, Table]:
    return {t.id: t for t in build_tables(result, "zh")}


def number(cell: Cell) -> Decimal:
    return Decimal(0) if cell.value is None else Decimal(cell.shown.replace(",", ""))


def test_every_row_adds_up_to_its_control_total(tables: dict[str, Table], refused: str = "P3") -> None:
    table = tables["control_totals"]
    keys = [c.key for c in table.columns]
    for row in table.rows:
        value = dict(zip(keys, map(number_or_zero, row), strict=True))
        classes = ("agricultural_ha", "construction_ha", "unused_ha", "unknown_ha")
        owners = ("state_ha", "collective_ha", "owner_unknown_ha")
        assert sum(value[k] for k in classes) == value["control_ha"] == sum(value[k] for k in owners)
        assert value["cropland_ha"] <= value["agricultural_ha"]
    assert sum(map(number, table.column("control_ha")[:-1])) == number(table.column("control_ha")[-1])
    assert refused in ["", *(row[0].shown for row in table.rows if "不予采用" in row[3].shown)]


def number_or_zero(cell: Cell) -> Decimal:
    try:
        return number(cell)
    except ArithmeticError:
        return Decimal(0)


def test_a_thousand_random_sites_add_up_at_the_last_digit() -> None:
    rng = np.random.default_rng(7)
    places = np.c_[rng.uniform(-2_300, 2_300, (1_000, 2)), rng.uniform(0.5, 400, (1_000, 2))]
    shapes = [
        at(shapely.Polygon([(x, y), (x + w, y + 0.7), (x + w * 0.9, y + h), (x - 0.3, y + h * 0.8)]))
        for x, y, w, h in places
    ]
    declared = [
        round(s.area / 1e4 * (1 + off), 4) for s, off in zip(shapes, rng.normal(0, 2e-5, 1_000), strict=True)
    ]
    few = [v for v in control_layers() if v.spec.id in ("cropland", "survey_2023", "township", "plan")]
    run = sheet_run(few, make_sites(shapes, declared_ha=declared), whole_batch=True)
    tables = {t.id: t for t in build_tables(run, "zh")}
    test_every_row_adds_up_to_its_control_total(tables, refused="")
    test_classes_by_village_and_owner_add_up_to_the_same_totals(tables)
    taken = sum(
        number(r[2]) == Decimal(str(d)) for r, d in zip(tables["control_totals"].rows, declared, strict=False)
    )
    assert taken > 900, "nearly all declared areas are within the tolerance and are the totals"
    assert number(tables["batch_1"].rows[-1][4]) == number(tables["control_totals"].rows[-1][2])


def test_classes_by_village_and_owner_add_up_to_the_same_totals(tables: dict[str, Table]) -> None:
    by_site: dict[str, Decimal] = {}
    for row in tables["classes"].rows[:-1]:
        by_site[row[0].shown] = by_site.get(row[0].shown, Decimal(0)) + number(row[-1])
    control = {r[0].shown: number(r[2]) for r in tables["control_totals"].rows[:-1]}
    assert by_site == {k: v for k, v in control.items() if v}


def test_a_batch_has_its_plots_and_sums_and_the_share_in_a_plan(tables: dict[str, Table]) -> None:
    table = tables["batch_1"]
    assert [r[1].shown for r in table.rows] == ["P1", "P8", "—"]
    for key in ("control_ha", "agricultural_ha", "in_plan_ha"):
        *plots, total = table.column(key)
        assert sum(map(number, plots)) == number(total) > 0
    assert "示例〔2023〕7号" in table.rows[0][-1].shown


def test_decisions_stand_beside_the_original(tables: dict[str, Table]) -> None:
    (row,) = tables["decisions"].rows
    words = [c.shown for c in row]
    assert words[0] == "P3" and "可继续" in words and "张三" in words and "示例函〔2024〕12号" in words
    assert row[4].shown != row[6].shown, "original and decided suggestion"


def test_neighbours_across_years_are_one_group(tables: dict[str, Table]) -> None:
    first = tables["neighbours"].rows[0]
    assert "P1" in first[1].shown and "P8" in first[1].shown and "2023" in first[1].shown


def test_every_number_is_a_fact_or_a_sum(result: RunResult, tables: dict[str, Table]) -> None:
    for name in ("control_totals", "classes", "farmland", "forest", "corridors", "neighbours"):
        table = tables[name]
        for row in table.rows[: len(table.rows) - table.totals]:
            for cell, column in zip(row, table.columns, strict=True):
                if column.kind == "number" and cell.value is not None:
                    assert cell.fact_id in result.facts, (name, column.key)
