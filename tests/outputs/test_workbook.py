"""The workbook, read back as its reader would."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake import fake_result
from openpyxl import load_workbook

from eco_gis.model.fact import FactBook
from eco_gis.outputs import sheets
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Kind
from eco_gis.outputs.workbook import write_workbook
from eco_gis.siting.facts import siting_facts


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workbook(fake_result(), tmp_path_factory.mktemp("表 格") / "tables.xlsx", "zh")


def test_one_sheet_for_each_table_with_the_shown_values(file: Path) -> None:
    book = load_workbook(file)
    tables = build_tables(fake_result(), "zh")
    assert len(book.sheetnames) == len(tables) + 2
    for table, name in zip(tables, book.sheetnames[1:], strict=False):
        sheet = book[name]
        assert sheet["A1"].value == table.title
        assert sheet.freeze_panes is not None
        for number, row in enumerate(table.rows, start=3):
            for position, cell in enumerate(row, start=1):
                kept = sheet.cell(number, position)
                if table.columns[position - 1].kind is Kind.NUMBER and cell.value is not None:
                    assert kept.value == pytest.approx(cell.value, rel=1e-12)
                    assert kept.data_type == "n"
                    assert (
                        kept.number_format == f'"{cell.shown}"' if cell.is_tiny else "#" in kept.number_format
                    )
                else:
                    assert str(kept.value).endswith(cell.shown)


def test_columns_of_a_ledger_add_up_in_the_workbook(file: Path) -> None:
    book = load_workbook(file)
    tables = build_tables(fake_result(), "zh")
    for table, name in zip(tables, book.sheetnames[1:], strict=False):
        for position, column in enumerate(table.columns, start=1):
            if table.totals and column.key.endswith("_ha"):
                values = [book[name].cell(r, position).value for r in range(3, 3 + len(table.rows))]
                assert sum(values[:-1]) == pytest.approx(values[-1], abs=2e-5)


def shown_facts() -> list[str]:
    """Ids of the facts that the tables show; the book of the run holds each."""
    tables = build_tables(fake_result(), "zh")
    shown = {c.fact_id for t in tables for row in t.rows for c in row if c.fact_id}
    assert shown <= {f.id for f in run_facts(fake_result())}
    return sorted(shown)


def test_the_facts_sheet_holds_every_fact_that_a_table_shows(file: Path) -> None:
    sheet = load_workbook(file)["指标明细"]
    assert [sheet.cell(r, 1).value for r in range(3, sheet.max_row + 1)] == shown_facts()


def test_the_cover_states_what_must_be_known(file: Path) -> None:
    words = " ".join(str(c.value) for row in load_workbook(file)["封面"].iter_rows() for c in row if c.value)
    for expected in ("虚构示例数据", "不作为审批依据", "2024-12-31", "EPSG:4549", "椭球面积", "内部"):
        assert expected in words


def test_names_that_look_like_formulas_stay_words(tmp_path: Path) -> None:
    result = fake_result()
    assert result.siting is not None
    first, *rest = result.siting.sites
    evil = replace(result.siting, sites=(replace(first, name='=HYPERLINK("http://x")'), *rest))
    facts = FactBook([*siting_facts(evil), *(f for f in result.facts if f.id.startswith("change/"))])
    file = write_workbook(replace(result, siting=evil, facts=facts), tmp_path / "t.xlsx", "zh")
    sheet = load_workbook(file)["选址汇总"]
    cells = [c for row in sheet.iter_rows() for c in row if str(c.value).startswith("=HYPER")]
    assert cells
    assert all(c.data_type == "s" for c in cells)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_run_gives_the_same_bytes(tmp_path: Path, lang: str) -> None:
    a, b = (
        write_workbook(fake_result(), tmp_path / n, "zh" if lang == "zh" else "en").read_bytes()
        for n in ("a.xlsx", "b.xlsx")
    )
    assert a == b


def test_of_too_many_facts_the_sheet_says_where_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = shown_facts()
    monkeypatch.setattr(sheets, "MAX_FACTS", len(facts) - 1)
    book = load_workbook(write_workbook(fake_result(), tmp_path / "tables.xlsx", "zh"))
    words = [c.value for row in book["指标明细"].iter_rows() for c in row if c.value]
    assert len(words) == 2
    assert f"{len(facts)} 条" in words[1]
    assert "facts.parquet" in words[1]
    links = [c.value for row in book.worksheets[0].iter_rows() for c in row if c.hyperlink]
    assert links == book.sheetnames[1:]
