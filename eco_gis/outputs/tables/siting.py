"""Tables of a siting result: summary, every answer, and the urban boundary's zones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from eco_gis.model.fact import site_fact_id
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, LayerAnswer, Reason, RuleHit, SiteAnswer, SitingResult
from eco_gis.outputs.style import role_style
from eco_gis.outputs.tables.cells import NONE, Cell, Cells, Column, Kind, Table, fitted, number, parts
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.siting_cells import cell_tables
from eco_gis.outputs.tables.siting_path import path_table
from eco_gis.outputs.tables.siting_then import then_table
from eco_gis.outputs.tables.words import (
    COLUMNS,
    FITTED_NOTE,
    LENGTH_NOTE,
    NO_ZONE,
    OUTSIDE_NOTE,
    SHORT_ROLES,
    UNCONFIRMED,
    UNCONFIRMED_NOTE,
    UNITS,
)
from eco_gis.siting.facts import ZONE_AREA
from eco_gis.text import Text
from eco_gis.units import DECIMALS

SEVERITY = (Answer.CONCERNED, Answer.NO_DATA, Answer.NOT_CONCERNED)
MEASURES_WHOLE_M2 = 0.01
"""Zones and outside that add up to a site within this are its parts, and are rounded together."""


def siting_tables(result: RunResult, siting: SitingResult, cells: Cells) -> list[Table]:
    """Summary, detail, decision path, boundary zones, and what rasters say."""
    return [
        summary_table(result, siting, cells),
        detail_table(result, siting, cells),
        path_table(ordered(siting.sites), cells),
        *(
            [then_table(siting.known_on, {s.id: s.name for s in siting.sites}, cells)]
            if siting.known_on is not None
            else []
        ),
        *zone_tables(result, siting, cells),
        *cell_tables(result, ordered(siting.sites), cells),
    ]


def ordered(sites: Iterable[SiteAnswer]) -> list[SiteAnswer]:
    """Sites with the strictest suggestion first, then by answer; else in the order given."""
    return sorted(sites, key=lambda s: (-s.suggestion.strictness, SEVERITY.index(s.answer)))


def summary_table(result: RunResult, siting: SitingResult, cells: Cells) -> Table:
    """One row for each site: its answer for each kind of line, overall, and the suggestion."""
    asked = {a.role for s in siting.sites for a in s.answers}
    roles = [role for role in LayerRole if role in asked]
    heads = [
        column(cells, "number", width=6),
        column(cells, "site", width=10),
        column(cells, "name", width=30),
        column(cells, "category", width=12),
        column(cells, "townships", width=18),
        measure(cells, "site_area", "ha", width=14),
        *(Column(r.value, cells.say(SHORT_ROLES.get(r, r.label)), Kind.SIGN, width=12) for r in roles),
        Column("overall", cells.say(COLUMNS["overall"]), Kind.SIGN, width=12),
        Column("suggestion", cells.say(COLUMNS["suggestion"]), Kind.SIGN, width=12),
    ]
    rows = [
        (
            Cell(position, str(position)),
            cells.words(site.id),
            cells.words(site.name),
            cells.words(site.category),
            cells.words("、".join(site.townships) if cells.lang == "zh" else ", ".join(site.townships)),
            cells.area(site_fact_id(site.id, "area"), "ha") if site.area_m2 else cells.words(""),
            *(_role_sign(site, role, cells) for role in roles),
            cells.sign(site_fact_id(site.id, "answer")),
            cells.sign(site_fact_id(site.id, "suggestion")),
        )
        for position, site in enumerate(ordered(siting.sites), start=1)
    ]
    extra = [cells.say(OUTSIDE_NOTE)] if LayerRole.URBAN_BOUNDARY in roles else []
    return Table(
        "siting_summary",
        cells.say(Text("选址套合汇总表", "Siting: summary")),
        cells.say(Text("选址汇总", "Siting summary")),
        tuple(heads),
        tuple(rows),
        notes(cells, [area_note(result, cells), *extra]),
    )


def detail_table(result: RunResult, siting: SitingResult, cells: Cells) -> Table:
    """One row for each site and configured layer, in printing order."""
    heads = [
        column(cells, "site", width=10),
        column(cells, "name", width=28),
        column(cells, "layer", width=24),
        Column("answer", cells.say(COLUMNS["answer"]), Kind.SIGN, width=12),
        *(measure(cells, "overlap", unit, width=16) for unit in ("m2", "ha", "mu")),
        measure(cells, "share", "share", width=12),
        measure(cells, "overlap_length", "m", width=12),
        measure(cells, "distance", "m", width=12),
        measure(cells, "uncovered", "m2", width=14),
        column(cells, "reason", width=30),
        column(cells, "features", width=30),
        column(cells, "requirement", width=48),
        column(cells, "papers", width=36),
        Column("suggestion", cells.say(COLUMNS["suggestion"]), Kind.SIGN, width=12),
        column(cells, "law", width=40),
    ]
    rows = [detail_row(site, answer, cells) for site in ordered(siting.sites) for answer in site.answers]
    return Table(
        "siting_detail",
        cells.say(Text("选址套合明细表", "Siting: every answer")),
        cells.say(Text("选址明细", "Siting detail")),
        tuple(heads),
        tuple(rows),
        notes(
            cells,
            [
                area_note(result, cells),
                *map(cells.say, (LENGTH_NOTE, OUTSIDE_NOTE)),
                *([cells.say(UNCONFIRMED_NOTE)] if _any_unconfirmed(siting) else []),
            ],
        ),
    )


def detail_row(site: SiteAnswer, answer: LayerAnswer, cells: Cells) -> tuple[Cell, ...]:
    """The answer of one layer about one site."""

    def fact(quantity: str) -> str:
        return site_fact_id(site.id, quantity, answer.layer_id)

    def area(quantity: str, unit: str) -> Cell:
        untold = answer.answer is Answer.NO_DATA or not site.area_m2
        untold = untold and not cells.book[fact(quantity)].value
        return cells.unanswered(fact(quantity)) if untold else cells.area(fact(quantity), unit)

    return (
        cells.words(site.id),
        cells.words(site.name),
        cells.words(answer.label),
        cells.sign(fact("answer")),
        *(area("overlap_area", unit) for unit in ("m2", "ha", "mu")),
        cells.percent(fact("share")) if answer.area_m2 else cells.unanswered(fact("share")),
        cells.metres(fact("overlap_length")) if answer.length_m else cells.unanswered(fact("overlap_length")),
        cells.metres(fact("distance")),
        area("uncovered_area", "m2") if answer.uncovered_m2 else cells.unanswered(fact("uncovered_area")),
        cells.words(reasons(answer.reasons, cells)),
        cells.words(features(answer, cells)),
        cells.words(requirements(answer.rules, cells)),
        cells.words(papers(answer.rules, cells)),
        cells.sign(fact("suggestion")),
        cells.words(laws(answer.rules, cells)),
    )


def zone_tables(result: RunResult, siting: SitingResult, cells: Cells) -> list[Table]:
    """For each urban boundary, how much of every site lies in which zone and outside."""
    boundaries = {
        a.layer_id: a.label for s in siting.sites for a in s.answers if a.role is LayerRole.URBAN_BOUNDARY
    }
    return [
        _zone_table(result, siting, layer_id, label, cells)
        for layer_id, label in boundaries.items()
        if layer_id in result.layers
    ]


def _zone_table(result: RunResult, siting: SitingResult, layer_id: str, label: Text, cells: Cells) -> Table:
    answered = [(s, next(a for a in s.answers if a.layer_id == layer_id)) for s in ordered(siting.sites)]
    drawn = result.layers[layer_id].attributes.get("zone")
    known = dict.fromkeys(str(z) for z in drawn) if drawn is not None else {}
    touched = dict.fromkeys(zone for _, a in answered for zone, _ in a.zones)
    zones = list(known | touched)
    heads = [
        column(cells, "site", width=10),
        column(cells, "name", width=30),
        *(
            Column(f"zone:{z}", _zone_name(z, cells), Kind.NUMBER, cells.say(UNITS["ha"]), 4, 18)
            for z in zones
        ),
        measure(cells, "outside", "ha", width=14),
        measure(cells, "uncovered", "ha", width=14),
        measure(cells, "site_area", "ha", width=14),
        Column("answer", cells.say(COLUMNS["answer"]), Kind.SIGN, width=12),
    ]
    rows = [
        (
            cells.words(site.id),
            cells.words(site.name),
            *_zone_cells(site, answer, zones, cells),
            cells.sign(site_fact_id(site.id, "answer", layer_id)),
        )
        for site, answer in answered
    ]
    name = Text(f"{label.zh}分区占用表", f"{label.to('en')}: zones")
    return Table(
        f"zones_{layer_id}",
        cells.say(name),
        cells.say(Text("开发边界分区", "Boundary zones")),
        tuple(heads),
        tuple(rows),
        notes(cells, [area_note(result, cells), cells.say(OUTSIDE_NOTE), cells.say(FITTED_NOTE)]),
    )


def _zone_cells(site: SiteAnswer, answer: LayerAnswer, zones: Sequence[str], cells: Cells) -> list[Cell]:
    inside = dict(answer.zones)
    ids: list[str | None] = [
        site_fact_id(site.id, f"{ZONE_AREA}/{z}", answer.layer_id) if z in inside else None for z in zones
    ]
    ids.append(site_fact_id(site.id, "overlap_area", answer.layer_id))
    ids.append(site_fact_id(site.id, "uncovered_area", answer.layer_id))
    whole = site_fact_id(site.id, "area")
    values = [0.0 if i is None else cells.book.number(i) for i in ids]
    if not site.area_m2:
        return [cells.words("") for _ in (*ids, whole)]
    digits = DECIMALS["ha"]
    if abs(sum(values) - cells.book.number(whole)) <= MEASURES_WHOLE_M2:
        rounded = parts(values, "ha")
        row = [fitted(r, v, digits, i) for r, v, i in zip(rounded, values, ids, strict=True)]
        row.append(fitted(sum(rounded, Decimal(0)), sum(values), digits, whole))
    else:
        row = [number(v / 10_000, digits, i) for v, i in zip(values, ids, strict=True)]
        row.append(cells.area(whole, "ha"))
    return row


def _zone_name(zone: str, cells: Cells) -> str:
    return cells.say(role_style(LayerRole.URBAN_BOUNDARY, zone).label if zone else NO_ZONE)


def reasons(given: Sequence[Reason], cells: Cells) -> str:
    """Why an answer is no data, or what to watch in it."""
    return _joined((r.label for r in given), cells)


def features(answer: LayerAnswer, cells: Cells) -> str:
    """Features touched, by name and zone; ids where there is no name. Of a raster the classes that are the matter."""
    told = [c.label for c in answer.cells.classes if c.is_concern] if answer.cells is not None else []
    told += [Text(" ".join(filter(None, (h.name or h.id, h.zone and f"[{h.zone}]")))) for h in answer.hits]
    unique = list(dict.fromkeys(told))
    more = Text(f"等 {len(unique)} 个", f"and {len(unique) - 6} more")
    return _joined([*unique[:6], *([more] if len(unique) > 6 else [])], cells)


def requirements(rules: Sequence[RuleHit], cells: Cells) -> str:
    """What the rules ask."""
    return _joined((r.requirement for r in rules), cells)


def papers(rules: Sequence[RuleHit], cells: Cells) -> str:
    """The papers needed, each once."""
    return _joined(dict.fromkeys(p for r in rules for p in r.papers), cells)


def laws(rules: Sequence[RuleHit], cells: Cells) -> str:
    """Law and article; marked where nobody has compared the rule with the official text."""
    return _joined(
        dict.fromkeys(
            Text(
                f"{r.law.zh}{r.article}{'' if r.confirmed else UNCONFIRMED.zh}",
                f"{r.law.to('en')} {r.article}{'' if r.confirmed else UNCONFIRMED.en}",
            )
            for r in rules
        ),
        cells,
    )


def column(cells: Cells, key: str, *, width: float) -> Column:
    """A column of words."""
    return Column(key, cells.say(COLUMNS[key]), width=width)


def measure(cells: Cells, key: str, unit: str, *, width: float) -> Column:
    """A column of numbers in `unit`."""
    return Column(
        f"{key}_{unit}", cells.say(COLUMNS[key]), Kind.NUMBER, cells.say(UNITS[unit]), DECIMALS[unit], width
    )


def _role_sign(site: SiteAnswer, role: LayerRole, cells: Cells) -> Cell:
    """The gravest answer among the layers of a role."""
    given = [a for a in site.answers if a.role is role]
    if not given:
        return Cell(None, NONE)
    gravest = min(given, key=lambda a: SEVERITY.index(a.answer))
    return cells.sign(site_fact_id(site.id, "answer", gravest.layer_id))


def _any_unconfirmed(siting: SitingResult) -> bool:
    return any(not r.confirmed for s in siting.sites for a in s.answers for r in a.rules)


def _joined(texts: Iterable[Text], cells: Cells) -> str:
    return ("；" if cells.lang == "zh" else "; ").join(cells.say(t) for t in texts)
