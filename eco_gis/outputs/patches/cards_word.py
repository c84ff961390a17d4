"""图斑卡片.docx: a page for each patch, to be signed."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Emu, Pt

from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.patches.card import Card
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.report.word_parts import Paper
from eco_gis.outputs.report.word_table import HEAD_FILL, clean, lines_of, write
from eco_gis.outputs.tables.cells import Table
from eco_gis.outputs.tables.words import INVENTED
from eco_gis.text import Lang

PHOTOS = 6
"""Pictures on a card; the folder has the others."""


def write_cards(result: RunResult, cards: Iterable[Card], path: Path, lang: Lang) -> Path:
    """Write the cards; the same run gives the same file."""
    paper = Paper(lang)
    section = paper.document.sections[0]
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(1.8)
    section.left_margin = section.right_margin = Cm(2.0)
    for n, card in enumerate(cards):
        _card(paper, card, lang, first=n == 0)
    left = f"{result.catalog.name.to(lang)} · {SAY['cards'].to(lang)}"
    if result.catalog.invented:
        left += f" · {INVENTED.to(lang).split('：' if lang == 'zh' else ':')[0]}"
    paper.running((left, SECRECY[result.secrecy].to(lang)), DISCLAIMER.to(lang))
    return paper.save(path)


def _card(paper: Paper, card: Card, lang: Lang, *, first: bool) -> None:
    paper.heading(f"{SAY['card'].to(lang)}  {card.title}", 2)
    heading = paper.document.paragraphs[-1].paragraph_format
    heading.page_break_before, heading.space_before = not first, Pt(0)
    _pairs(paper, card.facts)
    _figure(paper, card.figure)
    if card.lines.rows:
        _table(paper, card.lines)
    if card.documents.rows:
        _table(paper, card.documents)
    else:
        _small(paper, SAY["no_documents"].to(lang))
    joint, colon = ("", "：") if lang == "zh" else (" ", ": ")
    _small(paper, f"{SAY['evidence'].to(lang)}{colon}{joint.join(card.evidence)}")
    _photos(paper, card)
    _pairs(paper, (*card.entry, *((SAY[k].to(lang), "") for k in ("signature", "review", "date"))))
    _small(paper, SAY["clue"].to(lang))


def _pairs(paper: Paper, pairs: tuple[tuple[str, str], ...]) -> None:
    """Labelled fields, two of them in a row."""
    padded = [*pairs, ("", "")] if len(pairs) % 2 else list(pairs)
    widths = [Emu(int(paper.width * share)) for share in (0.13, 0.37, 0.13, 0.37)]
    made = paper.grid(len(padded) // 2, widths)
    for (_, places), left, right in zip(lines_of(made), padded[::2], padded[1::2], strict=True):
        for label, value, (head, body) in ((*left, places[:2]), (*right, places[2:])):
            write(head, label, size=9, align="center", bold=True, fill=HEAD_FILL)
            write(body, value, size=9)
    _gap(paper)


def _table(paper: Paper, table: Table) -> None:
    paper.table(table, size=8, caption=False, notes=False)


def _figure(paper: Paper, png: bytes) -> None:
    paragraph = _plain(paper)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run().add_picture(BytesIO(png), width=Emu(int(0.97 * paper.width)))


def _photos(paper: Paper, card: Card) -> None:
    """Pictures two in a row, each with what was found about it."""
    if not card.photos:
        return
    shown = card.photos[:PHOTOS]
    made = paper.grid((len(shown) + 1) // 2, [Emu(paper.width // 2)] * 2)
    places = [place for _, row in lines_of(made) for place in row]
    for place, (photo, caption) in zip(places, shown, strict=False):
        write(place, "", size=8, align="center")
        place.paragraphs[0].add_run().add_picture(BytesIO(photo.jpeg), height=Cm(4.2))
        below = place.add_paragraph()
        below.paragraph_format.first_line_indent, below.paragraph_format.line_spacing = Pt(0), 1.0
        below.add_run(clean(caption)).font.size = Pt(7.5)
    _gap(paper)


def _small(paper: Paper, words: str) -> None:
    paragraph = _plain(paper)
    paragraph.add_run(clean(words)).font.size = Pt(8)


def _gap(paper: Paper) -> None:
    _plain(paper).paragraph_format.line_spacing = Pt(5)


def _plain(paper: Paper) -> Any:
    paragraph = paper.document.add_paragraph()
    form = paragraph.paragraph_format
    form.first_line_indent, form.line_spacing, form.space_after = Pt(0), 1.0, Pt(2)
    return paragraph
