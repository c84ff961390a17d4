"""The report, read back as XML."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from fake import fake_result

from eco_gis.model.fact import site_fact_id
from eco_gis.model.siting import Answer
from eco_gis.outputs.report.chapters import siting as siting_chapter
from eco_gis.outputs.report.document import write_document
from eco_gis.outputs.report.word_parts import Paper
from eco_gis.outputs.report.word_table import Line, Place, fill, write


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_document(fake_result(), tmp_path_factory.mktemp("报 告") / "report.docx", "zh")


def text(file: Path) -> str:
    document = Document(str(file))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_chapters_stand_in_order(file: Path) -> None:
    heads = [
        p.text for p in Document(str(file)).paragraphs if p.style is not None and p.style.name == "Heading 1"
    ]
    assert [h.split("、")[-1] for h in heads] == [
        "结论摘要", "选址套合", "面积变化台账", "未能判定与资料缺口", "数据说明",
    ]  # fmt: skip


def test_it_says_what_was_found_and_what_it_is_not(file: Path) -> None:
    words = text(file)
    for expected in (
        "本次共套合项目选址 9 个：涉及管控要素的 5 个，资料不足、未能判定的 3 个，不涉及的 1 个",
        "期末面积 9,120.4731 公顷", "与批复成果不符、待核", "虚构示例数据", "不作为审批依据", "EPSG:4549",
        "椭球面积", "dltb_2023", "单位（盖章）", "管控要求",
    ):  # fmt: skip
        assert expected in words


def open_sites(file: Path) -> list[list[str]]:
    """Rows of the table of sites that are not clear."""
    (table,) = (t for t in Document(str(file)).tables if t.rows[0].cells[-1].text == "需取得文件")
    return [[c.text for c in row.cells] for row in table.rows[1:]]


def test_every_site_that_is_not_clear_has_its_row(file: Path) -> None:
    """With each layer that concerns it or could not tell, how much it touches, and the papers it needs."""
    result = fake_result()
    assert result.siting is not None
    unclear = {s.id: s for s in result.siting.sites if s.answer is not Answer.NOT_CONCERNED}
    rows = {row[0]: row for row in open_sites(file)}
    assert rows.keys() == unclear.keys()
    for key, site in unclear.items():
        asked = [a for a in site.answers if a.answer is not Answer.NOT_CONCERNED]
        told = rows[key][5].split("\n")
        for answer, line in zip(asked, told, strict=True):
            label, _, much = line.partition("：")
            assert label == answer.label.zh
            assert ("资料不足" in much) == (answer.answer is Answer.NO_DATA)
            if answer.area_m2:
                area = result.facts[site_fact_id(key, "overlap_area", answer.layer_id)].value
                assert isinstance(area, float)
                assert f"{area / 10_000:,.4f} 公顷" in much
            assert all(reason.label.zh in much for reason in answer.reasons)
            assert all(p.zh in rows[key][6] for r in answer.rules for p in r.papers)
        assert site.suggestion.label.zh in rows[key][4]


def test_header_and_footer_of_every_section(file: Path) -> None:
    for section in Document(str(file)).sections:
        assert "东岭县" in section.header.paragraphs[0].text
        assert "内部" in section.header.paragraphs[0].text
        assert "不作为审批依据" in section.footer.paragraphs[0].text
        assert "NUMPAGES" in section.footer._element.xml


def test_tables_repeat_their_heading_and_keep_their_rows(file: Path) -> None:
    tables = Document(str(file)).tables
    ruled = [t for t in tables if "镇街" in t.rows[0].cells[0].text or "编号" in t.rows[0].cells[0].text]
    assert ruled
    for table in ruled:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_fonts_are_named_and_theme_fonts_are_gone(file: Path) -> None:
    with zipfile.ZipFile(file) as packed:
        styles = packed.read("word/styles.xml").decode("utf-8")
    normal = styles.split('w:styleId="Normal"')[1].split("</w:style>")[0]
    assert 'w:eastAsia="仿宋_GB2312"' in normal
    assert "Theme" not in normal
    assert 'w:eastAsia="zh-CN"' in normal


def test_captions_carry_their_number_without_an_update(file: Path) -> None:
    captions = [
        p for p in Document(str(file)).paragraphs if p.style is not None and p.style.name == "Caption"
    ]
    tables = [p.text for p in captions if p.text.startswith("表")]
    assert [int(t.split()[1]) for t in tables] == list(range(1, len(tables) + 1))
    assert all("SEQ" in p._p.xml for p in captions)
    assert len(Document(str(file)).inline_shapes) == 3, "map and one chart for each comparison"


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, file: Path) -> None:
    assert write_document(fake_result(), tmp_path / "again.docx", "zh").read_bytes() == file.read_bytes()


def test_english_without_changes_and_with_a_name_xml_refuses(tmp_path: Path) -> None:
    result = fake_result()
    assert result.siting is not None
    first, *rest = result.siting.sites
    siting = replace(result.siting, sites=(replace(first, name="bell\x07"), *rest))
    words = text(write_document(replace(result, siting=siting, changes=()), tmp_path / "en.docx", "en"))
    assert "Findings" in words
    assert "bell" in words
    assert "面积" not in words


def test_change_alone(tmp_path: Path) -> None:
    words = text(write_document(replace(fake_result(), siting=None), tmp_path / "c.docx", "zh"))
    assert "保护面积变化报告" in words
    assert "逐项目" not in words


def test_a_long_list_ends_after_the_strictest_sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting_chapter, "MANY_SITES", 3)
    made = write_document(fake_result(), tmp_path / "report.docx", "zh")
    siting = fake_result().siting
    assert siting is not None
    by_id = {s.id: s for s in siting.sites}
    unclear = [s for s in siting.sites if s.answer is not Answer.NOT_CONCERNED]
    strictest = sorted((s.suggestion.strictness for s in unclear), reverse=True)[:3]
    assert [by_id[row[0]].suggestion.strictness for row in open_sites(made)] == strictest
    assert f"另有 {len(unclear) - 3} 个项目" in text(made)


@pytest.mark.parametrize("words", ["", " a", "二\n行\n", 'a\tb <&> "c"', "bell\x07", "end "])
def test_rows_parsed_at_once_are_those_written_cell_by_cell(words: str) -> None:
    """python-docx is the judge of what a cell's text is in XML."""
    paper = Paper("zh")
    widths = [Cm(3), Cm(5)]
    style = {"size": 9.0, "align": "right", "bold": True, "fill": "F4F6F8"}
    parsed, written = paper.grid(0, widths), paper.grid(1, widths)
    fill(parsed, widths, [Line([Place(words, **style), Place("x", 9.0)])])
    (row,) = written.rows
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    write(row.cells[0], words, **style)
    write(row.cells[1], "x", size=9.0)
    assert parsed._tbl.xml == written._tbl.xml
