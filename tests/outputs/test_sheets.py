"""The check sheet: a row for every layer, no hole in a sentence, every number a fact, one page of A4."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from zipfile import ZipFile

import pytest
from docx import Document

from eco_gis.errors import OutputError
from eco_gis.model.fact import FactBook
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import DISCLAIMER, Answer
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.map.page import map_html
from eco_gis.outputs.sheet.content import SiteSheet, sheets
from eco_gis.outputs.sheet.files import write_sheets
from eco_gis.outputs.sheet.sentences import Sentence, Speaker, plain, templates
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Cells
from eco_gis.text import Lang
from tests.builders import make_layer, square
from tests.sheets import LONG_NAME, control_layers, sheet_run

LANGS: tuple[Lang, ...] = ("zh", "en")


@pytest.fixture(scope="module")
def result() -> RunResult:
    return sheet_run()


def made(result: RunResult, lang: Lang = "zh") -> dict[str, SiteSheet]:
    return {s.site.id: s for s in sheets(result, Cells(run_facts(result), lang))}


def sentences(sheet: SiteSheet) -> list[Sentence]:
    return [*(v for _, v in sheet.fields), *(s for _, block in sheet.blocks for s in block)]


def test_templates_hold_no_number_and_ask_alike_in_both_languages() -> None:
    for key, text in templates().items():
        literals = [part for t in (text.zh, text.en) for part, *_ in Formatter().parse(t)]
        assert not re.search(r"[0-9０-９]", "".join(literals)), key
        asked = [{(n, u) for _, n, u, _ in Formatter().parse(t) if n} for t in (text.zh, text.en)]
        assert asked[0] == asked[1], key


def test_a_sentence_with_a_hole_is_not_written(result: RunResult) -> None:
    speak = Speaker(Cells(run_facts(result), "zh"))
    with pytest.raises(OutputError, match="declared"):
        speak("area_declared", {})
    with pytest.raises(OutputError, match="labels"):
        speak("clear", labels="")
    with pytest.raises(OutputError, match="declared"):  # P2 declares none
        speak("area_declared", {"declared": "sheet/P2/declared_area"})
    with pytest.raises(OutputError):
        speak("length", {"length": "siting/nobody/length"})


@pytest.mark.parametrize("lang", LANGS)
def test_every_configured_layer_has_its_row_and_its_sentence(result: RunResult, lang: Lang) -> None:
    assert result.siting is not None
    for site in result.siting.sites:
        sheet = made(result, lang)[site.id]
        assert [r[0].shown for r in sheet.lines.rows] == [a.label.to(lang) for a in site.answers]
        told = " ".join(plain(s) for s in sentences(sheet))
        for answer in site.answers:
            assert answer.label.to(lang) in told, (site.id, answer.layer_id)
            assert answer.answer is not Answer.NO_DATA or all(
                r.label.to(lang) in told for r in answer.reasons
            )


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_of_a_conclusion_is_a_fact(result: RunResult, lang: Lang) -> None:
    book = run_facts(result)
    for sheet in made(result, lang).values():
        for sentence in dict(sheet.blocks)[{"zh": "符合性说明", "en": "Conclusions"}[lang]]:
            for part in sentence:
                if part.fact_id is not None:
                    assert part.fact_id in book
                elif re.search(r"\d", part.text):
                    # words with digits come from names, documents and dates, never from a template
                    assert not any(part.text in t.to(lang) for t in templates().values())


def test_the_sheet_tells_what_was_declared_taken_and_decided(result: RunResult) -> None:
    by_site = {key: "".join(plain(s) for s in sentences(sheet)) for key, sheet in made(result).items()}
    assert LONG_NAME in by_site["P1"] and "勘界面积 2.2504 公顷，以此为控制面积" in by_site["P1"]
    assert "净面积" in by_site["P1"] and "生态廊道" in by_site["P1"]
    assert (
        "不予采用" in by_site["P3"]
        and "示例函〔2024〕12号" in by_site["P3"]
        and "原结果为涉及" in by_site["P3"]
    )
    assert "蓄积 88.5 m³" in by_site["P3"], "1 ha of 88.5 m³/ha, as measured: the declared area is refused"
    assert "不计面积" in by_site["P5"] and "不计面积" in by_site["P6"]
    assert "没有调查图斑" in by_site["P7"]


def test_the_map_tells_the_decision_beside_the_original(result: RunResult) -> None:
    page = map_html(result, lang="zh")
    assert "人工改判：涉及、可继续（张三，2024-11-02，示例函〔2024〕12号，已取得省级认定意见）" in page


def test_without_a_survey_the_classes_are_no_data_and_the_sheet_still_stands() -> None:
    run = sheet_run([v for v in control_layers() if v.spec.id != "survey_2023"])
    told = "".join(plain(s) for s in sentences(made(run)["P1"]))
    assert "未能归类" in told and "目录中未配置该图层" in told


def test_a_record_without_a_shape_has_its_sheet_and_says_so(tmp_path: Path) -> None:
    layer = make_layer([square(0, 0, 10)], LayerRole.PROJECT_SITE, ids=["P1"], id="sites", lost=1)
    run = sheet_run(site_layer=layer)
    told = {key: "".join(plain(s) for s in sentences(sheet)) for key, sheet in made(run).items()}
    (lost,) = set(told) - {"P1"}
    assert "没有可用图形" in told[lost] and "不涉及" not in told[lost]
    assert run.sheet is not None and run.sheet.totals[lost].ha is None
    assert len(write_sheets(run, tmp_path, "zh")) == 2 and build_tables(run, "zh")


class _Page(HTMLParser):
    """Facts and words of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[tuple[str, str]] = []
        self.sheets = self.images = 0
        self._fact = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.sheets += tag == "article"
        self.images += tag == "img"
        self._fact = given.get("data-fact") or ""

    def handle_data(self, data: str) -> None:
        if self._fact:
            self.facts.append((self._fact, data))
            self._fact = ""


@pytest.fixture(scope="module")
def folder(result: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("核对 表")
    for lang in LANGS:
        (home / lang).mkdir()
        assert [p.name for p in write_sheets(result, home / lang, lang)] == ["sheets.docx", "sheets.html"]
    return home


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_carries_every_number_with_its_fact(folder: Path, result: RunResult, lang: Lang) -> None:
    text = (folder / lang / "sheets.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert result.siting is not None
    assert page.sheets == page.images == len(result.siting.sites)
    book = run_facts(result)
    assert len(page.facts) > 300 and all(fact in book for fact, _ in page.facts)
    assert "石料矿山 &lt;一期&gt;" in text and "石料矿山 <一期>" not in text
    assert DISCLAIMER.to(lang) in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_document_has_a_page_for_each_site_with_its_slots(
    folder: Path, result: RunResult, lang: Lang
) -> None:
    document = Document(str(folder / lang / "sheets.docx"))
    assert result.siting is not None
    heads = [section.header.paragraphs[0].text for section in document.sections]
    assert len(heads) == len(result.siting.sites), "a section for each site, so that every page names it"
    assert all(any(s.id in head and s.name in head for head in heads) for s in result.siting.sites)
    assert len(document.inline_shapes) == len(result.siting.sites)
    slots = [t for t in document.tables if t.cell(0, 0).text in ("制表", "Made by")]
    assert len(slots) == len(result.siting.sites)
    smallest = min(
        r.font.size.pt for t in document.tables for row in t.rows for c in row.cells for p in c.paragraphs for r in p.runs if r.font.size and r.text.strip()
    )  # fmt: skip
    assert smallest >= 7.5


def test_the_same_run_gives_the_same_files(folder: Path, result: RunResult, tmp_path: Path) -> None:
    write_sheets(result, tmp_path, "zh")
    for name in ("sheets.docx", "sheets.html"):
        assert (tmp_path / name).read_bytes() == (folder / "zh" / name).read_bytes()
    with ZipFile(tmp_path / "sheets.docx") as packed:
        assert not re.search(rb"20(2[5-9]|[3-9]\d)-\d\d-\d\dT", packed.read("docProps/core.xml"))


def test_many_sites_make_few_sheets_and_the_workbook_says_so(result: RunResult) -> None:
    assert result.sheet is not None and result.siting is not None
    few = replace(result, sheet=replace(result.sheet, pages=2))
    chosen = [s.site for s in made(few).values()]
    strictest = max(s.suggestion.strictness for s in result.siting.sites)
    assert len(chosen) == 2 and all(s.suggestion.strictness == strictest for s in chosen)
    table = next(t for t in build_tables(few, "zh") if t.id == "control_totals")
    assert any("--sheets" in note for note in table.notes)
    assert len(table.rows) == len(result.siting.sites) + 1


def test_a_run_without_sites_has_no_sheets(result: RunResult, tmp_path: Path) -> None:
    bare = replace(result, siting=None, sheet=None, facts=FactBook())
    assert write_sheets(bare, tmp_path, "zh") == [] and not list(tmp_path.iterdir())
