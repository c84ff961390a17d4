"""Styles of a Word document: the fonts of Chinese official papers (公文), by name."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from eco_gis.text import Lang

LATIN = "Times New Roman"
TITLE, HEAD, SUBHEAD, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
"""Fonts of official papers, by name: the reader's machine has them or takes its own."""


def set_styles(document: Any, lang: Lang) -> None:
    """Fonts, sizes and spacing of text, headings, captions, header and footer."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    if defaults is not None:
        _set_fonts(defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}"), BODY)
    looks = {
        "Normal": (BODY, 12, False),
        "Title": (TITLE, 22, False),
        "Heading 1": (HEAD, 16, False),
        "Heading 2": (SUBHEAD, 14, True),
        "Heading 3": (BODY, 12, True),
        "Caption": (HEAD, 10, False),
        "Header": (BODY, 9, False),
        "Footer": (BODY, 9, False),
    }
    for name, (font, size, bold) in looks.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), bold
        style.font.italic = False
        style.font.color.rgb = RGBColor(0, 0, 0)
        _set_fonts(style.element.get_or_add_rPr(), font)
    normal = document.styles["Normal"].paragraph_format
    normal.line_spacing, normal.space_after = 1.4, Pt(0)
    normal.first_line_indent = Pt(24) if lang == "zh" else Pt(0)
    if lang == "en":
        normal.space_after = Pt(4)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Caption", "Header", "Footer"):
        form = document.styles[name].paragraph_format
        form.first_line_indent, form.line_spacing = Pt(0), 1.2
    for name in ("Header", "Footer"):
        tabs = document.styles[name].element.pPr.find(qn("w:tabs"))
        if tabs is not None:
            document.styles[name].element.pPr.remove(tabs)
    for name, before, after in (
        ("Heading 1", 14, 6),
        ("Heading 2", 10, 4),
        ("Heading 3", 8, 3),
        ("Caption", 6, 3),
    ):
        form = document.styles[name].paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(after)
    title = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(6)
    border = title.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)
    document.styles["Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _set_fonts(properties: Any, east_asian: str) -> None:
    """Name the fonts outright: theme attributes would win over names, and without a language glyphs turn Japanese."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    for attribute, font in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", east_asian), ("cs", LATIN)):
        fonts.set(qn(f"w:{attribute}"), font)
    lang = properties.find(qn("w:lang"))
    if lang is None:
        lang = OxmlElement("w:lang")
        properties.append(lang)
    lang.set(qn("w:val"), "en-US")
    lang.set(qn("w:eastAsia"), "zh-CN")
