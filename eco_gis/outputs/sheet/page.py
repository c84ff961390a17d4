"""sheets.html: the check sheets of a run as one page that opens without internet and prints on A4."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

from eco_gis.model.result import RunResult
from eco_gis.outputs.map.offline import POLICY, asset, require_offline
from eco_gis.outputs.sheet.content import SiteSheet
from eco_gis.outputs.sheet.sentences import Sentence
from eco_gis.outputs.sheet.words import WORDS
from eco_gis.outputs.tables.cells import Cell, Column, Kind, Table
from eco_gis.text import Lang


def sheets_html(result: RunResult, drawn: Iterable[tuple[SiteSheet, bytes]], lang: Lang) -> str:
    """Check sheets, each with its sketch map, as one page; other people's words are never read as HTML.

    Every number carries the id of its fact in `data-fact` and as its title.

    Raises
    ------
    OutputError
        When something would have to be fetched.
    """
    pages = [_page(sheet, figure) for sheet, figure in drawn]
    title = f"{WORDS['title'].to(lang)} · {result.catalog.name.to(lang)}"
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{asset('sheet.css')}</style>"
    )
    language = "zh-CN" if lang == "zh" else "en"
    return require_offline(
        f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head><body>{"".join(pages)}</body></html>\n'
    )


def _page(sheet: SiteSheet, figure: bytes) -> str:
    fields = "".join(f"<tr><th>{escape(k)}</th><td>{_sentence(v)}</td></tr>" for k, v in sheet.fields)
    image = (
        f'<img alt="{escape(sheet.site.id)}" src="data:image/png;base64,{b64encode(figure).decode("ascii")}">'
    )
    blocks = "".join(f"<tr><th>{escape(k)}</th><td>{_sentences(v)}</td></tr>" for k, v in sheet.blocks)
    slots = "".join(f"<th>{escape(slot)}</th><td></td>" for slot in sheet.slots)
    return (
        f'<article class="sheet"><p class="head">{escape(sheet.head)}</p><h1>{escape(sheet.title)}</h1>'
        f'<div class="top"><table class="fields">{fields}</table><figure>{image}</figure></div>'
        f"{_table(sheet.lines)}"
        f'<table class="blocks">{blocks}</table><table class="slots"><tr>{slots}</tr></table>'
        f'<p class="foot">{escape(sheet.foot)}</p></article>'
    )


def _table(table: Table) -> str:
    heads = "".join(f"<th>{escape(c.heading)}</th>" for c in table.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(cell, c) for cell, c in zip(row, table.columns, strict=True))}</tr>"
        for row in table.rows
    )
    widths = "".join(
        f'<col style="width:{100 * c.width / sum(k.width for k in table.columns):.1f}%">'
        for c in table.columns
    )
    return f'<table class="lines"><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _cell(cell: Cell, column: Column) -> str:
    kind = {Kind.NUMBER: "n", Kind.SIGN: "s"}.get(column.kind, "")
    look = f' style="color:{cell.sign.color};background:{cell.sign.tint}"' if cell.sign else ""
    fact = f' data-fact="{escape(cell.fact_id)}" title="{escape(cell.fact_id)}"' if cell.fact_id else ""
    return f'<td class="{kind}"{look}{fact}>{escape(cell.shown)}</td>'


def _sentences(sentences: Sequence[Sentence]) -> str:
    if len(sentences) == 1:
        return _sentence(sentences[0])
    return " ".join(f"<span><b>({n})</b> {_sentence(s)}</span>" for n, s in enumerate(sentences, start=1))


def _sentence(sentence: Sentence) -> str:
    return "".join(
        f'<data data-fact="{escape(p.fact_id)}" title="{escape(p.fact_id)}">{escape(p.text)}</data>'
        if p.fact_id
        else escape(p.text)
        for p in sentence
    )
