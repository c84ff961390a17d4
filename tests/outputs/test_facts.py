"""Facts files: schema, determinism, and the document that describes them."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from fake import fake_result

from eco_gis.errors import OutputError
from eco_gis.model.fact import Fact, FactBook, Method, ledger_fact_id, site_fact_id
from eco_gis.outputs.facts import SCHEMA, run_facts, write_facts

DOCUMENT = Path(__file__).parents[2] / "docs" / "facts.md"
FIELDS = [f.name for f in dataclasses.fields(Fact)]


def documented(heading: str) -> list[str]:
    section = DOCUMENT.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)`", section, flags=re.MULTILINE)


def test_the_document_names_every_field_and_method() -> None:
    assert documented("Fields") == FIELDS
    assert documented("Methods") == [m.value for m in Method]
    assert [n for n in SCHEMA.names if n != "text"] == FIELDS


def test_json_is_a_sorted_list_of_whole_objects(tmp_path: Path) -> None:
    book = run_facts(fake_result())
    _, plain = write_facts(book, tmp_path)
    facts = json.loads(plain.read_text(encoding="utf-8"))
    assert all(list(f) == FIELDS for f in facts)
    ids = [f["id"] for f in facts]
    assert ids == sorted(ids)
    assert len(ids) == len(book) == len(set(ids))
    assert {f["id"]: f["value"] for f in facts} == {f.id: f.value for f in book}


def test_parquet_parts_numbers_and_words(tmp_path: Path) -> None:
    book = run_facts(fake_result())
    parquet, _ = write_facts(book, tmp_path)
    table = pd.read_parquet(parquet).set_index("id")
    assert table.loc["siting/P02/redline_2024/answer", "text"] == "concerned"
    assert pd.isna(table.loc["siting/P02/redline_2024/answer", "value"])
    assert table.loc["summary/sites", "value"] == 9.0
    for fact in book:
        kept = table.loc[fact.id, "text"] if isinstance(fact.value, str) else table.loc[fact.id, "value"]
        assert kept == fact.value or (fact.value is None and pd.isna(kept))


def test_order_of_facts_does_not_change_a_byte(tmp_path: Path) -> None:
    facts = list(run_facts(fake_result()))
    written = []
    for name, some in (("a", facts), ("b", facts[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        written.append([p.read_bytes() for p in write_facts(FactBook(some), folder)])
    assert written[0] == written[1]


def test_a_number_that_json_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_facts(FactBook([Fact("a", "area", float("nan"), "m2", "?", Method.PLANAR)]), tmp_path)


def test_an_empty_run_has_empty_files(tmp_path: Path) -> None:
    parquet, plain = write_facts(FactBook(), tmp_path)
    assert json.loads(plain.read_text(encoding="utf-8")) == []
    assert len(pd.read_parquet(parquet)) == 0


def test_two_facts_cannot_share_an_id() -> None:
    book = run_facts(fake_result())
    with pytest.raises(OutputError, match="share the id"):
        book.add([next(iter(book))])


def test_a_stroke_in_an_id_never_makes_two_facts_one() -> None:
    ids = {site_fact_id("A/red", "area"), site_fact_id("A", "area", "red"), site_fact_id("A%2Fred", "area")}
    assert len(ids) == 3
    assert ledger_fact_id("s", "b", "feature", "H/1", "lost") == "change/s/b/feature/H%2F1/lost"
