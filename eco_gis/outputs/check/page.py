"""check.html: what the gate found, as one page that opens without internet and prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.errors import Problem
from eco_gis.layers.gate.inspect import Gate, LayerRow, problems_of
from eco_gis.layers.gate.shapes import LISTED_M2, Spot, SpotKind
from eco_gis.layers.gate.words import feature_words
from eco_gis.model.layer import Secrecy
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer
from eco_gis.outputs.check.words import LAYER_COLUMNS, SPOT_COLUMNS, STATES, WORDS
from eco_gis.outputs.map.offline import POLICY, asset, require_offline
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.style import SignStyle, answer_style
from eco_gis.text import Lang
from eco_gis.units import shown_area

LISTED = 200
DRAWN = 60
_MAP_WIDTH = 900.0
_MARGIN = 26.0
_SIGNS = {
    "fault": answer_style(Answer.CONCERNED),
    "fatal": answer_style(Answer.CONCERNED),
    "remark": answer_style(Answer.NO_DATA),
    "clean": answer_style(Answer.NOT_CONCERNED),
}
_SYMBOLS = {"fault": "✕", "fatal": "✕", "remark": "!", "clean": "✓"}


class _Html(str):
    """Text that is HTML already; everything else is escaped."""


def check_html(gate: Gate, *, lang: Lang) -> str:
    """Draw the gate as one self-contained page.

    Texts of other people (names, ids, values) are never read as HTML, and the page asks the network for
    nothing.

    Raises
    ------
    OutputError
        When something would have to be fetched.
    """
    catalog = gate.project.catalog
    title = f"{WORDS['title'].to(lang)} · {catalog.name.to(lang)}"
    body = _tag(
        "main",
        _header(gate, lang),
        *([_tag("div", WORDS["invented"].to(lang), cls="invented")] if catalog.invented else []),
        _verdict(gate, lang),
        _problems(gate, lang),
        _places(gate, lang),
        _layers(gate, lang),
        _spots(gate, lang),
        _footer(lang),
        cls="page",
    )
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{asset('check.css')}</style>"
    )
    language = "zh-CN" if lang == "zh" else "en"
    return require_offline(
        f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head><body>{body}</body></html>\n'
    )


def _header(gate: Gate, lang: Lang) -> _Html:
    project = gate.project
    grade = max((s.secrecy for s in project.catalog.layers), key=lambda s: s.rank, default=Secrecy.PUBLIC)
    about = [
        ("plane", project.plane.name),
        ("usable", str(len(project.layers) + len(project.rasters))),
        ("faults", str(len(project.faults))),
        ("secrecy", SECRECY[grade].to(lang)),
    ]
    return _tag(
        "header",
        _tag("h1", WORDS["title"].to(lang)),
        _tag("p", project.catalog.name.to(lang), cls="subtitle"),
        _tag(
            "p",
            *(_tag("span", _tag("b", WORDS[key].to(lang)), value) for key, value in about),
            cls="about",
        ),
    )


def _verdict(gate: Gate, lang: Lang) -> _Html:
    fatal = sum(p.fatal for p in gate.problems)
    remarks = len(gate.problems) - fatal
    state = "fatal" if fatal else "clean"
    words = WORDS["not_clean" if fatal else "clean"].to(lang).format(n=fatal)
    style = _SIGNS[state]
    return _tag(
        "div",
        _tag("div", _SYMBOLS[state], cls="sign", style=f"background:{style.color}"),
        _tag("div", _tag("strong", words), _tag("span", WORDS["remarks"].to(lang).format(n=remarks))),
        cls="verdict",
        style=f"color:{style.color};background:{style.tint}",
    )


def _layers(gate: Gate, lang: Lang) -> _Html:
    words = {"state", "layer", "crs", "encoding", "dates"}
    heads = [
        _tag("th", label.to(lang), cls="" if key in words else "n") for key, label in LAYER_COLUMNS.items()
    ]
    rows = [_tag("tr", *_layer_cells(row, lang)) for row in gate.rows]
    note = _tag("small", WORDS["layers_note"].to(lang))
    return _section(_tag("h2", WORDS["layers"].to(lang), note), _table(heads, rows))


def _layer_cells(row: LayerRow, lang: Lang) -> list[_Html]:
    state = state_of(row)
    name = _tag("td", _tag("b", row.spec.title.to(lang)), _tag("small", row.spec.id), cls="word layer")
    vector = row.usable and not row.spec.raster
    beside = "" if row.earlier is None else f"← {row.earlier:,}"
    if row.spec.raster:
        beside = WORDS["cells"].to(lang)
    count = _tag(
        "td",
        f"{row.features:,}" if row.usable else "—",
        *([_tag("small", beside)] if beside else []),
        cls="n",
    )
    code = row.crs.split(" ", 1)
    step = f"{row.step_m:.3g} m" if row.step_m else ""
    crs = _tag("td", code[0] or "—", *([_tag("small", step)] if step else []), cls="w", title=row.crs)
    return [
        _tag("td", _chip(state, lang)),
        name,
        count,
        crs,
        _tag("td", row.encoding or "—", cls="w"),
        _tag("td", shown_area(row.area_m2, "ha") if vector and row.area_m2 else "—", cls="n"),
        *(
            _figure(m2 if vector else None, named=state != "clean")
            for m2 in (row.overlap_m2, row.gap_m2, row.outside_m2, row.hole_m2)
        ),
        *(
            _count(n if vector else None)
            for n in (row.repaired, row.lost, row.repeated_ids, row.unknown_codes, row.declared_wrong)
        ),
        _in_force(row),
    ]


def _in_force(row: LayerRow) -> _Html:
    first, last = row.spec.valid_from, row.spec.valid_until
    if first is None and last is None:
        return _tag("td", "—")
    return _tag("td", str(first or "…"), _tag("small", f"— {last or '…'}"), cls="w")


def state_of(row: LayerRow) -> str:
    """`fault`, `fatal`, `remark` or `clean`."""
    if not row.usable:
        return "fault"
    return "fatal" if row.fatal else "remark" if row.remarks else "clean"


def _figure(area_m2: float | None, *, named: bool) -> _Html:
    """An area that should be 0; rounding far below the square decimetre is shown as 0."""
    if area_m2 is None:
        return _tag("td", "—", cls="n zero")
    figure = "0" if abs(area_m2) < 1e-3 else shown_area(area_m2, "m2")
    return _tag("td", figure, cls="n bad" if named and area_m2 >= LISTED_M2 else "n zero")


def _count(number: int | None) -> _Html:
    if number is None:
        return _tag("td", "—", cls="n zero")
    return _tag("td", f"{number:,}", cls="n bad" if number else "n zero")


def _places(gate: Gate, lang: Lang) -> _Html:
    """A sketch of the county with the numbered spots, and how many there are of each kind."""
    if not gate.spots:
        return _Html("")
    count = Counter(s.kind for s in gate.spots)
    areas = {k: sum(abs(s.area_m2 or 0.0) for s in gate.spots if s.kind is k) for k in count}
    kinds = [
        _tag(
            "li",
            _chip(
                "fatal" if any(s.fatal for s in gate.spots if s.kind is kind) else "remark", lang, short=True
            ),
            kind.label.to(lang),
            _tag(
                "span",
                f"{count[kind]:,}",
                *([_tag("small", f"{shown_area(areas[kind], 'm2')} m²")] if areas[kind] else []),
                cls="count",
            ),
        )
        for kind in SpotKind
        if kind in count
    ]
    notes = [WORDS["sketch"].to(lang)]
    if len(gate.spots) > DRAWN:
        notes.insert(0, WORDS["drawn"].to(lang).format(n=DRAWN))
    return _section(
        _tag("h2", WORDS["places"].to(lang), _tag("small", " · ".join(notes))),
        _tag("div", _sketch(gate, lang), _tag("ul", *kinds, cls="kinds"), cls="where"),
    )


def _sketch(gate: Gate, lang: Lang) -> _Html:
    layers = gate.project.layers.values()
    ground = [one for one in layers if one.spec.role in (LayerRole.TOWNSHIP, LayerRole.COUNTY) and len(one)]
    points = shapely.point_on_surface(np.array([s.shape for s in gate.spots[:DRAWN]], dtype=object))
    drawn = [s for one in ground for s in one.features.shapes]
    west, south, east, north = shapely.total_bounds(drawn or points)
    scale = (_MAP_WIDTH - 2 * _MARGIN) / max(east - west, (north - south) * 1.4, 1.0)
    width, height = (east - west) * scale + 2 * _MARGIN, (north - south) * scale + 2 * _MARGIN

    def place(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(
            [_MARGIN + (xy[:, 0] - west) * scale, height - _MARGIN - (xy[:, 1] - south) * scale]
        )

    parts: list[_Html] = []
    for one in sorted(ground, key=lambda g: g.spec.role is LayerRole.COUNTY):
        county = one.spec.role is LayerRole.COUNTY
        outline = shapely.simplify(one.features.shapes, 0.6 / scale)
        for shape in outline:
            rings = [place(shapely.get_coordinates(r)) for r in shapely.get_rings(shape)]
            path = "".join(f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring)}Z" for ring in rings)
            look = {"stroke": "#5B564C", "w": "1.8"} if county else {"stroke": "#b9b2a3", "w": "0.8"}
            fill = "none" if county else "#fbfaf6"
            parts.append(_tag("path", d=path, fill=fill, stroke=look["stroke"], stroke_width=look["w"]))
    # what lies far outside is drawn at the edge
    at = np.clip(place(shapely.get_coordinates(points)), 11.0, [width - 11.0, height - 11.0])
    spots = list(zip(gate.spots[:DRAWN], at, strict=True))
    # the most important number lies on top
    for n, (spot, (x, y)) in reversed(list(enumerate(spots, 1))):
        style = _SIGNS["fatal" if spot.fatal else "remark"]
        words = f"{n} {spot.layer} {spot.kind.label.to(lang)} {feature_words(spot)} {spot.what.to(lang)}"
        shape = (
            _tag("rect", x=f"{x - 9:.1f}", y=f"{y - 9:.1f}", width="18", height="18", rx="4", fill=style.color, stroke="#fff")
            if spot.fatal
            else _tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="9", fill=style.color, stroke="#fff")
        )  # fmt: skip
        parts.append(
            _tag("g", _tag("title", words), shape, _tag("text", str(n), x=f"{x:.1f}", y=f"{y + 0.5:.1f}"))
        )
    return _tag(
        "svg", *parts, viewBox=f"0 0 {width:.1f} {height:.1f}", cls="map", role="img",
        aria_label=WORDS["places"].to(lang),
    )  # fmt: skip


def _problems(gate: Gate, lang: Lang) -> _Html:
    heading = _tag("h2", WORDS["problems"].to(lang))
    if not gate.problems:
        return _section(heading, _tag("p", WORDS["no_problems"].to(lang), cls="none"))
    groups: list[_Html] = []
    left = list(gate.problems)
    for row in sorted(gate.rows, key=lambda r: not (r.fatal or not r.usable)):
        own = problems_of(row.spec.id, left)
        left = [p for p in left if p not in own]
        if own:
            heading_of = _Html(f"{escape(row.spec.title.to(lang))}<small>{escape(row.spec.id)}</small>")
            groups.append(_group(heading_of, own, lang, said=row.spec.id))
    if left:
        groups.append(_group(WORDS["general"].to(lang), left, lang))
    return _section(heading, *groups)


def _group(heading: str, problems: Sequence[Problem], lang: Lang, *, said: str = "") -> _Html:
    """Problems under one heading; the place is named where it says more than the heading (`said`)."""
    items = []
    for p in sorted(problems, key=lambda p: not p.fatal):
        named = "" if p.where == said else f"{p.where}：" if lang == "zh" else f"{p.where}: "
        items.append(
            _tag(
                "li",
                _tag("span", _chip("fatal" if p.fatal else "remark", lang, short=True)),
                _tag(
                    "div",
                    _tag("p", *([_tag("b", named)] if named else []), p.what.to(lang)),
                    _tag("p", f"→ {p.remedy.to(lang)}", cls="remedy"),
                ),
            )
        )
    return _tag("div", _tag("h3", heading), _tag("ul", *items), cls="group")


def _spots(gate: Gate, lang: Lang) -> _Html:
    if not gate.spots:
        return _Html("")
    numbers = {"number", "area"}
    heads = [_tag("th", w.to(lang), cls="n" if key in numbers else "") for key, w in SPOT_COLUMNS.items()]
    towns = _townships(gate, gate.spots[:LISTED])
    titles = {row.spec.id: row.spec.title for row in gate.rows}
    rows = []
    for n, (spot, (lon, lat), town) in enumerate(
        zip(gate.spots[:LISTED], gate.places[:LISTED], towns, strict=True), 1
    ):
        area = "—" if spot.area_m2 is None else shown_area(spot.area_m2, "m2")
        sign = _chip("fatal" if spot.fatal else "remark", lang, short=True)
        rows.append(
            _tag(
                "tr",
                _tag("td", str(n), cls="n"),
                _tag("td", titles[spot.layer].to(lang), _tag("small", spot.layer), cls="word"),
                _tag("td", sign, " ", spot.kind.label.to(lang)),
                _tag("td", feature_words(spot) or "—", cls="word"),
                _tag("td", spot.what.to(lang), cls="word"),
                _tag("td", area, cls="n"),
                _tag("td", f"{lon:.5f}, {lat:.5f}", cls="n"),
                _tag("td", town or "—"),
            )
        )
    more = len(gate.spots) > LISTED
    note = [_tag("small", WORDS["more_spots"].to(lang).format(n=LISTED))] if more else []
    return _section(_tag("h2", WORDS["spots"].to(lang), *note), _table(heads, rows))


def _townships(gate: Gate, spots: Sequence[Spot]) -> list[str]:
    """Name of the township that holds a point of each spot; empty where none does."""
    layers = gate.project.layers.values()
    towns = next((one for one in layers if one.spec.role is LayerRole.TOWNSHIP and len(one)), None)
    names = [""] * len(spots)
    if towns is not None:
        points = shapely.point_on_surface(np.array([s.shape for s in spots], dtype=object))
        for i, j in zip(*towns.features.tree.query(points, predicate="intersects"), strict=True):
            names[i] = names[i] or towns.names[j]
    return names


def _footer(lang: Lang) -> _Html:
    return _tag("footer", *(_tag("p", WORDS[key].to(lang)) for key in ("small", "codes", "disclaimer")))


def _chip(state: str, lang: Lang, *, short: bool = False) -> _Html:
    """Sign, colour and words of a state."""
    style: SignStyle = _SIGNS[state]
    words = _SYMBOLS[state] if short else f"{_SYMBOLS[state]} {STATES[state].to(lang)}"
    return _tag(
        "span", words, cls="chip", style=f"color:{style.color};background:{style.tint}", title=STATES[state].to(lang)
    )  # fmt: skip


def _section(*children: str) -> _Html:
    return _tag("section", *children)


def _table(heads: Iterable[_Html], rows: Iterable[_Html]) -> _Html:
    table = _tag("table", _tag("thead", _tag("tr", *heads)), _tag("tbody", *rows))
    return _tag("div", table, cls="scroll")


def _tag(name: str, *children: str, cls: str = "", **attributes: str) -> _Html:
    """One element; plain children and all attributes are escaped.

    >>> _tag("td", "<b>", cls="n", data_x='"')
    '<td class="n" data-x="&quot;">&lt;b&gt;</td>'
    """
    given = ({"class": cls} if cls else {}) | attributes
    told = "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in given.items())
    inside = "".join(c if isinstance(c, _Html) else escape(c) for c in children)
    return _Html(f"<{name}{told}>{inside}</{name}>")
