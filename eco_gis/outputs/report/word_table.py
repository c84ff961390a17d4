"""Ruled tables of a Word document: cells of words, thousands of which are alike but for their words."""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from eco_gis.outputs.style import SignStyle

HEAD_FILL = "E8EDF2"
_XMLNS = re.compile(r' xmlns:\w+="[^"]*"')


@dataclass(frozen=True)
class Place:
    """Words in a cell; an answer takes its colour and symbol."""

    words: str
    size: float
    """Points."""
    align: str = "left"
    bold: bool = False
    fill: str = ""
    """Background, RRGGBB; empty for none."""
    sign: SignStyle | None = None


@dataclass(frozen=True)
class Line:
    """One row, which stays on one page; the heading is repeated on each."""

    places: Sequence[Place]
    header: bool = False


def fill(made: Any, widths: Sequence[Emu], lines: Sequence[Line]) -> None:
    """Add rows to a table of these column widths.

    The rows are written as text and parsed at once: making them element by element takes ten times as long.
    """
    rows = "".join(_row(line, widths) for line in lines)
    for row in list(parse_xml(f"<w:tbl {nsdecls('w')}>{rows}</w:tbl>")):
        made._tbl.append(row)


def _row(line: Line, widths: Sequence[Emu]) -> str:
    header = "<w:tblHeader/>" if line.header else ""
    cells = "".join(_cell(place, width) for place, width in zip(line.places, widths, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"


def _cell(place: Place, width: Emu) -> str:
    sign = place.sign
    color, fill_color = ("", place.fill) if sign is None else (sign.color.lstrip("#"), sign.tint.lstrip("#"))
    begin, end = _around(place.size, place.align, place.bold or sign is not None, color, fill_color)
    return f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width.twips}"/>{begin}{_run(place.words)}{end}</w:tc>'


@functools.lru_cache(maxsize=256)
def _around(size: float, align: str, bold: bool, color: str, fill_color: str) -> tuple[str, str]:
    """What stands in a cell before its words, from its width on, and after them."""
    properties = OxmlElement("w:tcPr")
    _trim(properties, fill_color)
    inner = "".join(_text_of(child) for child in properties)
    begin, run_end, end = _text_of(_paragraph(size, align, bold, color)).rpartition("</w:r>")
    return f"{inner}</w:tcPr>{begin}", run_end + end


def _text_of(element: Any) -> str:
    return _XMLNS.sub("", serialize_part_xml(element).decode("utf-8").split("?>", 1)[1].strip())


def _run(words: str) -> str:
    """The content of a run as Word has it: tabs and ends of lines are elements."""
    return "".join(
        _CHARACTERS.get(part) or _text(part) for part in re.split("([\t\n])", clean(words)) if part
    )


_CHARACTERS = {"\t": "<w:tab/>", "\n": "<w:br/>"}


def _text(words: str) -> str:
    space = ' xml:space="preserve"' if words != words.strip() else ""
    return f"<w:t{space}>{escape(words)}</w:t>"


def write(
    place: Any,
    words: str,
    *,
    size: float,
    align: str = "left",
    bold: bool = False,
    fill: str = "",
    sign: SignStyle | None = None,
) -> None:
    """Words into a cell that is there already."""
    color = "" if sign is None else sign.color.lstrip("#")
    made = copy.deepcopy(_paragraph(size, align, bold or sign is not None, color))
    first = place.paragraphs[0]._p
    first.getparent().replace(first, made)
    place.paragraphs[0].runs[0].text = clean(words)
    _trim(place._tc.get_or_add_tcPr(), fill if sign is None else sign.tint.lstrip("#"))


@functools.lru_cache(maxsize=64)
def _paragraph(size: float, align: str, bold: bool, color: str) -> Any:
    """A paragraph of one empty run: thousands of cells are copies of a few, and copying is cheap."""
    nowhere: Any = None  # a copy gets its place; opening a document for it would cost more than all copies
    paragraph = Paragraph(OxmlElement("w:p"), nowhere)
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    form = paragraph.paragraph_format
    form.first_line_indent, form.line_spacing, form.space_before, form.space_after = (
        Pt(0),
        1.0,
        Pt(1.5),
        Pt(1.5),
    )
    run = paragraph.add_run()
    run.font.size, run.font.bold = Pt(size), bold
    if color:
        run.font.color.rgb = RGBColor.from_string(color)
    return paragraph._p


def lines_of(made: Any) -> Iterator[tuple[Any, list[Any]]]:
    """Each row's element with its cells, of a table without merged cells.

    Asking the table itself for the cells of a row or column goes through all rows each time.
    """
    for line in made._tbl.tr_lst:
        yield line, [_Cell(cell, made) for cell in line.tc_lst]


def _trim(properties: Any, fill: str) -> None:
    if fill:
        shade = OxmlElement("w:shd")
        for attribute, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
            shade.set(qn(f"w:{attribute}"), value)
        properties.append(shade)
    margins = OxmlElement("w:tcMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    properties.append(middle)


def clean(words: str) -> str:
    r"""Words without characters that XML refuses.

    >>> clean("a\x00b\tc")
    'ab\tc'
    """
    return "".join(
        c
        for c in words
        if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )
