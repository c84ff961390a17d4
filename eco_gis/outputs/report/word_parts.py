"""Parts of a Word document in the manner of Chinese official papers: fonts, tables, captions, fields."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph

from eco_gis.outputs.report.word_styles import set_styles
from eco_gis.outputs.report.word_table import HEAD_FILL, Line, Place, clean, fill, lines_of
from eco_gis.outputs.tables.cells import Cell, Column, Kind, Table
from eco_gis.text import Lang

PAGE = (Cm(21.0), Cm(29.7))
MARGINS: Mapping[str, float] = {
    "top_margin": 3.0,
    "bottom_margin": 2.6,
    "left_margin": 2.6,
    "right_margin": 2.4,
}
TOTAL_FILL = "F4F6F8"
_DIGIT_EM = 0.62
"""Width of a bold digit in the widest serif face that stands in where Times New Roman is missing."""
_LETTER_EM = 0.7
"""The same of a letter, on average over a word."""
_SHORT = re.compile("[\u4e00-\u9fff]{2,4}")
_LATIN = re.compile(r"[A-Za-z]+")
_CELL_PADDING_PT = 8.0


class Paper:
    """A document that grows from top to bottom; numbers its tables and figures."""

    def __init__(self, lang: Lang, *, margins: Mapping[str, float] = MARGINS) -> None:
        self.lang: Lang = lang
        self.document = Document()
        self._margins = margins
        self._numbers = {"table": 0, "figure": 0}
        set_styles(self.document, lang)
        section = self.document.sections[0]
        section.page_width, section.page_height = PAGE
        _set_margins(section, margins)

    @property
    def width(self) -> Emu:
        """Width between the margins of the present section."""
        return _inner_width(self.document.sections[-1])

    def turn(self, *, landscape: bool) -> None:
        """Begin a new page in the other orientation; nothing where it is that already."""
        section = self.document.sections[-1]
        wanted = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        if section.orientation == wanted:
            return
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        # the break stands in a line of its own, which must not begin a page that is otherwise empty
        line = Paragraph(self.document.element.body[-2], self.document)
        form = line.paragraph_format
        form.line_spacing, form.space_before, form.space_after = Pt(1), Pt(0), Pt(0)
        above = line._p.getprevious()
        if (
            above.tag == qn("w:p")
            and not len(above.findall(qn("w:r")))
            and above.find(f".//{qn('w:sectPr')}") is None
        ):
            above.getparent().remove(above)
        section.orientation = wanted
        section.page_width, section.page_height = PAGE[::-1] if landscape else PAGE
        _set_margins(section, self._margins)

    def new_page(self) -> None:
        """Begin a new page."""
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def title(self, words: str) -> None:
        """The title of the paper."""
        paragraph = self.document.add_paragraph(style="Title")
        paragraph.add_run(clean(words))

    def centred(self, words: str, *, size: float = 12, color: str = "000000", bold: bool = False) -> None:
        """A line in the middle."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.first_line_indent = Pt(0)
        run = paragraph.add_run(clean(words))
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, RGBColor.from_string(color)

    def heading(self, words: str, level: int) -> None:
        """A heading of level 1 to 3."""
        self.document.add_heading(clean(words), level)

    def say(self, words: str, *, size: float | None = None) -> None:
        """A paragraph of text; one of a given size leads over to the table below it."""
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(clean(words))
        if size is not None:
            paragraph.paragraph_format.first_line_indent = Pt(0)
            paragraph.paragraph_format.line_spacing = 1.1
            paragraph.paragraph_format.keep_with_next = True
            run.font.size = Pt(size)

    def table(
        self,
        table: Table,
        *,
        size: float = 9,
        caption: bool = True,
        notes: bool = True,
        stretch: str = "",
        gap: bool = True,
    ) -> None:
        """A table with caption and notes; columns share the page's width by their own widths."""
        if caption:
            self._caption("table", table.title, keep_with_next=True)
        shares = [_breadth(c.width, c.key, stretch) for c in table.columns]
        numbers, words = ([least(table, k, size) for k in range(len(shares))] for least in (_numbers, _words))
        widths = self._widths(shares, numbers, list(map(max, numbers, words)))
        rows = [[Cell(None, _heading(c)) for c in table.columns], *table.rows]
        first_total = len(rows) - table.totals
        lines = [
            Line(
                [
                    Place(
                        cell.shown,
                        size=size,
                        align=_align(column, header=number == 0),
                        bold=number == 0 or number >= first_total,
                        fill=HEAD_FILL if number == 0 else TOTAL_FILL if number >= first_total else "",
                        sign=cell.sign,
                    )
                    for cell, column in zip(cells, table.columns, strict=True)
                ],
                header=number == 0,
            )
            for number, cells in enumerate(rows)
        ]
        fill(self.grid(0, widths), widths, lines)
        for note in table.notes if notes else ():
            self._note(note)
        if gap:
            self._gap()

    def form(self, pairs: Sequence[tuple[str, str]], *, size: float = 10.5) -> None:
        """Labelled fields in two columns of words."""
        widths = self._widths([14, 60])
        lines = [
            Line(
                [Place(label, size=size, align="center", bold=True, fill=HEAD_FILL), Place(words, size=size)]
            )
            for label, words in pairs
        ]
        fill(self.grid(0, widths), widths, lines)
        self._gap()

    def grid(self, rows: int, widths: Sequence[Emu]) -> Any:
        """An empty ruled table of fixed widths."""
        made = self.document.add_table(rows, len(widths), style="Table Grid")
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        for _, places in lines_of(made):
            for cell, width in zip(places, widths, strict=True):
                cell.width = width
        return made

    def picture(self, png: bytes, caption: str) -> None:
        """A figure across the page with its caption below."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.first_line_indent = Pt(0)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.line_spacing = 1.0
        shape = paragraph.add_run().add_picture(BytesIO(png), width=min(self.width, Cm(17.5)))
        shape._inline.docPr.set("descr", clean(caption))
        self._caption("figure", caption, keep_with_next=False)

    def running(self, header: tuple[str, str], footer: str) -> None:
        """Header (left, right) and footer with page numbers, for all sections."""
        for section in self.document.sections:
            section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
            section.header_distance, section.footer_distance = Cm(1.6), Cm(1.4)
            top, bottom = section.header.paragraphs[0], section.footer.paragraphs[0]
            for paragraph, (left, right) in ((top, header), (bottom, (footer, ""))):
                paragraph.paragraph_format.tab_stops.clear_all()
                paragraph.paragraph_format.tab_stops.add_tab_stop(
                    _inner_width(section), WD_TAB_ALIGNMENT.RIGHT
                )
                paragraph.paragraph_format.first_line_indent = Pt(0)
                paragraph.add_run(clean(left) + "\t" + clean(right))
            _page_numbers(bottom, self.lang)
            _rule(top, "bottom")
            _rule(bottom, "top")
            for paragraph in (top, bottom):
                for run in paragraph.runs:
                    run.font.size = Pt(9)

    def _caption(self, kind: str, words: str, *, keep_with_next: bool) -> None:
        self._numbers[kind] += 1
        name = {"table": ("表", "Table"), "figure": ("图", "Figure")}[kind][self.lang == "en"]
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = keep_with_next
        paragraph.add_run(f"{name} ")
        field(paragraph, f"SEQ {name} \\* ARABIC", str(self._numbers[kind]))
        paragraph.add_run(f"  {clean(words)}")

    def _note(self, words: str) -> None:
        paragraph = self.document.add_paragraph()
        form = paragraph.paragraph_format
        form.first_line_indent, form.line_spacing, form.space_after = Pt(0), 1.0, Pt(0)
        run = paragraph.add_run(("注：" if self.lang == "zh" else "Note: ") + clean(words))
        run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x55, 0x5B, 0x63)

    def _gap(self) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(8)

    def _widths(self, shares: Sequence[float], *least: Sequence[float]) -> list[Emu]:
        """The page's width by shares; no column gets less than the last of its least widths for which all have room."""
        floors = [0.0] * len(shares)
        for widths in least:
            floors = list(widths) if sum(widths) <= self.width else floors
        free, fixed = set(range(len(shares))), dict[int, float]()
        while True:
            unit = (self.width - sum(fixed.values())) / sum(shares[k] for k in free)
            narrow = [k for k in free if shares[k] * unit < floors[k]]
            if not narrow or len(narrow) == len(free):
                break
            fixed |= {k: floors[k] for k in narrow}
            free -= set(narrow)
        return [Emu(int(fixed.get(k, shares[k] * unit))) for k in range(len(shares))]

    def save(self, path: Path) -> Path:
        """Write the document; every part of the file bears the same date, so that equal runs give equal files."""
        out = BytesIO()
        self.document.save(out)
        with zipfile.ZipFile(out) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as final:
            for name in packed.namelist():
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type, entry.external_attr, entry.create_system = (
                    zipfile.ZIP_DEFLATED,
                    0o600 << 16,
                    3,
                )
                final.writestr(entry, packed.read(name))
        return path


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field with the result it has now, so that it shows without being updated."""
    for kind, words in (("begin", ""), ("", instruction), ("separate", ""), ("text", shown), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = words
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {words} "
            run._r.append(code)


def _align(column: Column, *, header: bool) -> str:
    if header or column.kind is Kind.SIGN:
        return "center"
    return "right" if column.kind is Kind.NUMBER else "left"


def _heading(column: Column) -> str:
    """Label, and the unit below it."""
    return column.heading if not column.unit else column.heading.replace(column.label, f"{column.label}\n", 1)


def _inner_width(section: Any) -> Emu:
    """Width between the margins."""
    return Emu(section.page_width - section.left_margin - section.right_margin)


def _breadth(width: float, key: str, stretch: str) -> float:
    """Wide columns of words give way on paper, except the one that is to be stretched."""
    return width * 1.4 if key == stretch else min(width, 26.0)


def _words(table: Table, position: int, size: float) -> float:
    """Width that a column needs so that no Latin word of heading or answers, and no short Chinese answer, is broken."""
    column = table.columns[position]
    answers = {row[position].shown for row in table.rows} if column.kind is Kind.SIGN else set()
    latin = [len(word) for words in (_heading(column), *answers) for word in _LATIN.findall(words)]
    chinese = [len(answer) for answer in answers if _SHORT.fullmatch(answer)]
    em = max((*(length * _LETTER_EM for length in latin), *chinese), default=0)
    return float(Pt(em * size + _CELL_PADDING_PT)) if em else 0.0


def _numbers(table: Table, position: int, size: float) -> float:
    """Width that the numbers of a column need to stand on one line; 0 for words."""
    if table.columns[position].kind is not Kind.NUMBER:
        return 0.0
    longest = max((len(row[position].shown) for row in table.rows), default=0)
    return float(Pt(longest * size * _DIGIT_EM + _CELL_PADDING_PT))


def _set_margins(section: Any, margins: Mapping[str, float]) -> None:
    for name, centimetres in margins.items():
        setattr(section, name, Cm(centimetres))


def _page_numbers(paragraph: Any, lang: Lang) -> None:
    before, between, after = ("第 ", " 页 / 共 ", " 页") if lang == "zh" else ("Page ", " of ", "")
    paragraph.add_run(before)
    field(paragraph, "PAGE", "1")
    paragraph.add_run(between)
    field(paragraph, "NUMPAGES", "1")
    paragraph.add_run(after)


def _rule(paragraph: Any, side: str) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for attribute, value in (("val", "single"), ("sz", "4"), ("space", "4"), ("color", "8A9099")):
        line.set(qn(f"w:{attribute}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)
