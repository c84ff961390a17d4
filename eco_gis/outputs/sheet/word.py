"""sheets.docx: the check sheets of a run, a page for each site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Cm, Emu, Pt, RGBColor

from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.report.word_parts import Paper, field
from eco_gis.outputs.report.word_table import HEAD_FILL, clean, lines_of, write
from eco_gis.outputs.sheet.content import SiteSheet
from eco_gis.outputs.sheet.figure import HEIGHT, WIDTH
from eco_gis.outputs.sheet.sentences import Sentence, plain
from eco_gis.outputs.sheet.words import WORDS
from eco_gis.text import Lang

SHEET_MARGINS = {"top_margin": 1.4, "bottom_margin": 1.2, "left_margin": 1.4, "right_margin": 1.4}
FIGURE_CM = 8.0
LABEL_CM = {"zh": 2.0, "en": 2.6}
SMALL, BODY = 7.5, 8.0
"""Points of the table and of the words; smaller ones could not be read on paper."""


def write_sheets_document(
    result: RunResult, drawn: Iterable[tuple[SiteSheet, bytes]], path: Path, lang: Lang
) -> Path:
    """Write check sheets, each with its sketch map, as a Word document; the same run gives the same file."""
    paper = Paper(lang, margins=SHEET_MARGINS)
    for number, (sheet, figure) in enumerate(drawn):
        _page(paper, sheet, figure, new=number > 0)
    day = datetime(result.as_of.year, result.as_of.month, result.as_of.day)
    properties = paper.document.core_properties
    properties.title, properties.subject = WORDS["title"].to(lang), DISCLAIMER.to(lang)
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.created = properties.modified = day
    properties.revision, properties.language = 1, "zh-CN" if lang == "zh" else "en-US"
    return paper.save(path)


def _page(paper: Paper, sheet: SiteSheet, figure: bytes, *, new: bool) -> None:
    _section(paper, sheet, new=new)
    _line(paper, sheet.title, size=15, bold=True, align="center", after=2)
    _particulars(paper, sheet, figure)
    _line(paper, "", size=2)
    paper.table(sheet.lines, size=SMALL, caption=False, gap=False)
    _line(paper, "", size=2)
    _blocks(paper, sheet)
    _slots(paper, sheet)
    _line(paper, sheet.foot, size=SMALL, color="BF2E24", before=2)


def _section(paper: Paper, sheet: SiteSheet, *, new: bool) -> None:
    """A section of its own, so that every page names its site: sheets are taken apart and filed."""
    document = paper.document
    section = document.add_section(WD_SECTION.NEW_PAGE) if new else document.sections[0]
    section.header_distance = section.footer_distance = Cm(0.6)
    for part in (section.header, section.footer):
        part.is_linked_to_previous = False
    top, bottom = section.header.paragraphs[0], section.footer.paragraphs[0]
    top.paragraph_format.tab_stops.add_tab_stop(paper.width, WD_TAB_ALIGNMENT.RIGHT)
    top.add_run(clean(f"{sheet.site.id}  {sheet.site.name}\t{sheet.head}"))
    bottom.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field(bottom, "PAGE", "1")
    for run in (*top.runs, *bottom.runs):
        run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x55, 0x5B, 0x63)


def _particulars(paper: Paper, sheet: SiteSheet, figure: bytes) -> None:
    """Fields at the left, the sketch map beside them."""
    side = Cm(FIGURE_CM)
    label = Cm(LABEL_CM[paper.lang])
    made = paper.grid(len(sheet.fields), [Emu(label), Emu(paper.width - label - side), Emu(side)])
    for row, (_, places), (name, words) in zip(made.rows, lines_of(made), sheet.fields, strict=True):
        row.height = Emu(int(Cm(FIGURE_CM) * HEIGHT / WIDTH) // len(sheet.fields))
        write(places[0], name, size=BODY, align="center", bold=True, fill=HEAD_FILL)
        write(places[1], plain(words), size=BODY)
    place = made.cell(0, 2).merge(made.cell(len(sheet.fields) - 1, 2))
    for extra in place.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    write(place, "", size=1)
    width = Cm(FIGURE_CM - 0.25)
    shape = (
        place.paragraphs[0]
        .add_run()
        .add_picture(BytesIO(figure), width=width, height=Emu(int(width * HEIGHT / WIDTH)))
    )
    shape._inline.docPr.set("descr", clean(f"{sheet.title} {sheet.site.id}"))


def _blocks(paper: Paper, sheet: SiteSheet) -> None:
    """Conclusions, papers, what was not told, dates: a label and numbered sentences each."""
    label = Cm(LABEL_CM[paper.lang])
    made = paper.grid(len(sheet.blocks), [Emu(label), Emu(paper.width - label)])
    for (_, places), (name, sentences) in zip(lines_of(made), sheet.blocks, strict=True):
        write(places[0], name, size=BODY, align="center", bold=True, fill=HEAD_FILL)
        write(places[1], numbered(sentences), size=BODY)


def numbered(sentences: Sequence[Sentence]) -> str:
    """Sentences in one paragraph, numbered where there are several."""
    if len(sentences) == 1:
        return plain(sentences[0])
    return " ".join(f"({n}) {plain(s)}" for n, s in enumerate(sentences, start=1))


def _slots(paper: Paper, sheet: SiteSheet) -> None:
    """Places for names, seal and date in one row."""
    share = paper.width // 8
    made = paper.grid(1, [Emu(share)] * 8)
    _, places = next(lines_of(made))
    made.rows[0].height = Cm(0.8)
    for n, name in enumerate(sheet.slots):
        write(places[2 * n], name, size=BODY, align="center", bold=True, fill=HEAD_FILL)
        write(places[2 * n + 1], "", size=BODY)


def _line(
    paper: Paper,
    words: str,
    *,
    size: float,
    color: str = "000000",
    bold: bool = False,
    align: str = "left",
    before: float = 0,
    after: float = 0,
) -> None:
    paragraph = paper.document.add_paragraph()
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    form = paragraph.paragraph_format
    form.first_line_indent, form.line_spacing = Pt(0), 1.0 if words else Pt(size)
    form.space_before, form.space_after = Pt(before), Pt(after)
    run = paragraph.add_run(clean(words))
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, RGBColor.from_string(color)
