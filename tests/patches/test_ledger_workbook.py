"""The ledger's workbook goes out, is filled in, and comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from eco_gis.errors import LayerReadError, UsageError
from eco_gis.layers.judgements import read_judgements
from eco_gis.model.fact import FactBook, patch_fact_id
from eco_gis.model.layer import Catalog
from eco_gis.model.patches import HumanEntry, Judgement, PatchResult, PatchState
from eco_gis.model.result import RunResult
from eco_gis.outputs.patches.ledger import LEDGER, Ledger
from eco_gis.outputs.patches.workbook import write_ledger
from eco_gis.patches.facts import patch_facts
from eco_gis.patches.ledger import tallies
from eco_gis.pipeline.patches import enter, judge
from eco_gis.text import Lang, Text
from tests.builders import AS_OF, PLANE, square
from tests.patches.drawn import explained, papers, patch_layer

DONE = HumanEntry(PatchState.CHECKED, Judgement.DOCUMENTED, "张三", date(2024, 7, 1), "=现场已核")


def run_of(folder: Path) -> RunResult:
    """Three patches merged into the ledger of a catalog."""
    patches = explained(patch_layer(*(square(200 * n, 0, 100) for n in range(3))), papers(square(0, 0, 150)))
    ledger = Ledger(folder / LEDGER)
    ledger.merge(patches, PLANE, at="2024-07-01T08:00:00")
    rows, history, _ = ledger.read()
    told = tuple(replace(p, entry=r.entry, revision=r.revision) for p, r in zip(patches, rows, strict=True))
    batches, quarters, cumulative = tallies(rows, history)
    found = PatchResult(told, ("2024-06",), (), (), batches, quarters, cumulative, history)
    catalog = Catalog(folder / "catalog.toml", Text("示例县", "Sample"), ())
    return RunResult(catalog, AS_OF, PLANE, {}, (), FactBook(patch_facts(found)), patches=found)


def write(folder: Path, lang: Lang = "zh") -> Path:
    result = run_of(folder)
    assert result.patches is not None
    return write_ledger(result, result.patches, folder / "台账.xlsx", lang)


def fill(path: Path, row: int, **values: Any) -> None:
    """Write into the row of a patch, as a person would."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    places = columns(sheet)
    for key, value in values.items():
        sheet.cell(row + 2, places[key]).value = value
    book.save(path)


def columns(sheet: Worksheet) -> dict[str, int]:
    names = {
        "状态": "state",
        "核查结论": "judgement",
        "核查人": "by",
        "核查日期": "on",
        "备注": "note",
        "版本": "revision",
    }
    heads = {str(cell.value): int(cell.column) for cell in sheet[2]}
    return {key: heads[word] for word, key in names.items()}


def entries(folder: Path) -> list[HumanEntry]:
    return [row.entry for row in Ledger(folder / LEDGER).read()[0]]


def test_the_sheet_has_filters_lists_a_frozen_head_and_hidden_versions(tmp_path: Path) -> None:
    sheet = load_workbook(write(tmp_path)).worksheets[0]
    assert sheet.auto_filter.ref == f"A2:{sheet.cell(5, sheet.max_column).coordinate}"
    assert sheet.freeze_panes == "D3"
    lists = {str(v.formula1) for v in sheet.data_validations.dataValidation if v.type == "list"}
    assert lists == {'"待核,已核,整改,销号"', '"属实有手续,属实无手续,不属实"'}
    hidden = [key for key, dimension in sheet.column_dimensions.items() if dimension.hidden]
    assert hidden == [sheet.cell(1, columns(sheet)["revision"]).column_letter]
    assert [sheet.cell(row, 3).value for row in (3, 4, 5)] == ["T1", "T2", "T3"]


def test_the_same_run_gives_the_same_file(tmp_path: Path) -> None:
    first = write(tmp_path).read_bytes()
    assert write(tmp_path).read_bytes() == first


def test_areas_are_facts_in_hectares(tmp_path: Path) -> None:
    result = run_of(tmp_path)
    sheet = load_workbook(write(tmp_path)).worksheets[0]
    heads = {str(cell.value): cell.column for cell in sheet[2]}
    for row, key in enumerate(("T1", "T2", "T3"), start=3):
        for head, quantity in (("图斑面积（公顷）", "area"), ("未见手续面积（公顷）", "unexplained")):
            fact = result.facts.number(patch_fact_id("2024-06", key, quantity))
            assert sheet.cell(row, heads[head]).value == pytest.approx(fact / 10_000, abs=5e-5)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_filled_in_changes_nothing(tmp_path: Path, lang: Lang) -> None:
    assert judge(run_of(tmp_path).catalog, write(tmp_path, lang), at="2024-07-02T08:00:00") == 0
    assert entries(tmp_path) == [HumanEntry()] * 3


def test_what_people_filled_in_comes_back_with_who_and_when(tmp_path: Path) -> None:
    path = write(tmp_path)
    fill(path, 1, state="已核", judgement="属实有手续", by="张三", on=datetime(2024, 7, 1), note="现场")
    fill(path, 2, state="整改", judgement="属实无手续", by="李四", on="2024年7月2日", note="拆除")
    assert judge(run_of(tmp_path).catalog, path, at="2024-07-03T09:00:00") == 2
    assert entries(tmp_path) == [
        replace(DONE, note="现场"),
        HumanEntry(PatchState.RECTIFYING, Judgement.UNDOCUMENTED, "李四", date(2024, 7, 2), "拆除"),
        HumanEntry(),
    ]
    told = [(h.patch, h.by, h.at) for h in Ledger(tmp_path / LEDGER).read()[1] if h.by != "eco_gis"]
    assert told == [("T1", "张三", "2024-07-03T09:00:00"), ("T2", "李四", "2024-07-03T09:00:00")]
    assert judge(run_of(tmp_path).catalog, path, at="2024-07-04T09:00:00") == 0


def test_the_next_workbook_shows_the_entries_and_comes_back_unchanged(tmp_path: Path) -> None:
    catalog = run_of(tmp_path).catalog
    enter(catalog, "T2", lambda e: DONE, at="2024-07-03T09:00:00")
    path = write(tmp_path)
    assert [row.entry for row in read_judgements(path)] == [HumanEntry(), DONE, HumanEntry()]
    assert judge(catalog, path, at="2024-07-04T09:00:00") == 0


def test_an_old_workbook_keeps_what_a_colleague_entered_meanwhile(tmp_path: Path) -> None:
    catalog, path = run_of(tmp_path).catalog, write(tmp_path)
    enter(catalog, "T1", lambda e: DONE, at="2024-07-03T09:00:00")
    fill(path, 2, state="已核", judgement="不属实", by="李四", on="2024-07-03")
    assert judge(catalog, path, at="2024-07-04T09:00:00") == 1
    assert [e.by for e in entries(tmp_path)] == ["张三", "李四", ""]
    fill(path, 1, state="已核", judgement="不属实", by="李四", on="2024-07-03")
    with pytest.raises(UsageError, match=r"台账!3.*张三"):
        judge(catalog, path, at="2024-07-05T09:00:00")


def test_every_wrong_cell_is_named_by_row_and_column_and_nothing_is_entered(tmp_path: Path) -> None:
    catalog, path = run_of(tmp_path).catalog, write(tmp_path)
    fill(path, 1, state="办结", on="下周")
    fill(path, 2, judgement="合法", revision=None)
    fill(path, 3, state="已核", judgement="不属实", by="张三", on="2024-07-01")
    with pytest.raises(UsageError) as error:
        judge(catalog, path, at="2024-07-03T09:00:00")
    where = [p.where for p in error.value.problems]
    places = columns(load_workbook(path).worksheets[0])
    letters = {k: load_workbook(path).worksheets[0].cell(1, v).column_letter for k, v in places.items()}
    assert [w.split(" ")[0] for w in where] == [
        f"台账!{letters['state']}3", f"台账!{letters['on']}3",
        f"台账!{letters['judgement']}4", f"台账!{letters['revision']}4",
    ]  # fmt: skip
    assert entries(tmp_path) == [HumanEntry()] * 3
    path = write(tmp_path)
    fill(path, 1, state="整改")
    with pytest.raises(UsageError, match="台账!3 核查结论"):
        judge(catalog, path, at="2024-07-03T09:00:00")


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    book = load_workbook(path)
    book.worksheets[0].delete_cols(columns(book.worksheets[0])["by"])
    book.save(path)
    with pytest.raises(UsageError, match="核查人"):
        read_judgements(path)
    path.write_bytes(b"no workbook")
    with pytest.raises(LayerReadError):
        read_judgements(path)
    with pytest.raises(LayerReadError):
        read_judgements(tmp_path / "none.xlsx")


def test_an_entry_from_the_command_line_needs_the_batch_where_ids_repeat(tmp_path: Path) -> None:
    catalog = run_of(tmp_path).catalog
    again = explained(patch_layer(square(0, 0, 10)), label="2024-09")
    Ledger(tmp_path / LEDGER).merge(again, PLANE, at="2024-10-01T08:00:00")
    with pytest.raises(UsageError, match="--batch"):
        enter(catalog, "T1", lambda e: DONE, at="2024-10-02T08:00:00")
    assert enter(catalog, "T1", lambda e: DONE, batch="2024-09", at="2024-10-02T08:00:00") == 1
    with pytest.raises(UsageError, match="T9"):
        enter(catalog, "T9", lambda e: DONE, at="2024-10-02T08:00:00")
