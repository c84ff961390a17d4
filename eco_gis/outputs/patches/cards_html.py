"""图斑卡片.html: all cards in one file that opens without internet and prints a card on each page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path

from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.map.offline import POLICY, asset, require_offline
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.patches.card import Card
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.style import SignStyle
from eco_gis.outputs.tables.cells import Cell, Column, Kind, Table
from eco_gis.outputs.tables.words import INVENTED
from eco_gis.text import Lang


def write_cards_page(result: RunResult, cards: Sequence[Card], path: Path, lang: Lang) -> Path:
    """Write the page; texts of other people are never read as HTML.

    Raises
    ------
    OutputError
        When something would have to be fetched.
    """
    title = f"{result.catalog.name.to(lang)} · {SAY['cards'].to(lang)}"
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{asset('cards.css')}</style>"
    )
    about = " · ".join([result.as_of.isoformat(), result.plane.name, SECRECY[result.secrecy].to(lang)])
    banner = f'<div class="invented">{escape(INVENTED.to(lang))}</div>' if result.catalog.invented else ""
    index = "".join(
        f"<li>{_sign(c.state, c.state.label.to(lang))} <a href='#c{n}'>{escape(c.title)}</a></li>"
        for n, c in enumerate(cards)
    )
    body = (
        f"<header><h1>{escape(title)}</h1><p>{escape(about)}</p><p><strong>{escape(SAY['clue'].to(lang))}</strong></p></header>"
        f"{banner}<nav><ol>{index}</ol></nav><main>{''.join(_card(c, n, lang) for n, c in enumerate(cards))}</main>"
        f"<footer>{escape(DISCLAIMER.to(lang))}</footer>"
    )
    language = "zh-CN" if lang == "zh" else "en"
    html = f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head><body>{body}</body></html>\n'
    path.write_text(require_offline(html), encoding="utf-8", newline="\n")
    return path


def _card(card: Card, n: int, lang: Lang) -> str:
    def head(key: str) -> str:
        return f"<h3>{escape(SAY[key].to(lang))}</h3>"

    parts = [
        f"<h2>{escape(card.title)} {_sign(card.state, card.state.label.to(lang))}</h2>",
        f"<p class='suggestion'>{escape(SAY['suggestion'].to(lang))}：<strong>{escape(card.suggestion)}</strong></p>",
        _pairs(card.facts),
        f"<img class='figure' alt='{escape(card.title, quote=True)}' src='data:image/png;base64,{b64encode(card.figure).decode()}'>",
        head("lines") + _table(card.lines) if card.lines.rows else "",
        head("documents")
        + (
            _table(card.documents)
            if card.documents.rows
            else f"<p>{escape(SAY['no_documents'].to(lang))}</p>"
        ),
        head("evidence") + "<ul>" + "".join(f"<li>{escape(e)}</li>" for e in card.evidence) + "</ul>",
        head("photos") + _photos(card, lang),
        head("human") + _pairs(card.entry),
        "<p class='signatures'>"
        + "".join(f"<span>{escape(SAY[k].to(lang))}</span>" for k in ("signature", "review", "date"))
        + "</p>",
    ]
    return f"<section class='card' id='c{n}'>{''.join(parts)}</section>"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return (
        "<dl>" + "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in pairs) + "</dl>"
    )


def _table(table: Table) -> str:
    heads = "".join(f"<th{_number(c)}>{escape(c.heading)}</th>" for c in table.columns)
    rows = "".join(
        "<tr>"
        + "".join(f"<td{_number(k)}>{_cell(c)}</td>" for c, k in zip(row, table.columns, strict=True))
        + "</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _number(column: Column) -> str:
    return " class='n'" if column.kind is Kind.NUMBER else ""


def _cell(cell: Cell) -> str:
    return _sign(cell.sign, cell.shown) if cell.sign is not None else escape(cell.shown)


def _sign(sign: SignStyle, words: str) -> str:
    told = escape(f"{sign.symbol} {words}")
    return f"<span class='sign' style='color:{sign.color};background:{sign.tint}'>{told}</span>"


def _photos(card: Card, lang: Lang) -> str:
    if not card.photos:
        return f"<p>{escape(SAY['no_photos'].to(lang))}</p>"
    figures = (
        f"<figure><img alt='{escape(photo.file, quote=True)}' src='data:image/jpeg;base64,{b64encode(photo.jpeg).decode()}'>"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
        for photo, caption in card.photos
    )
    return f"<div class='photos'>{''.join(figures)}</div>"
