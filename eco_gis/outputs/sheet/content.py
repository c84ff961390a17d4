"""What stands on one check sheet, whatever it is written in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from eco_gis.model.fact import sheet_fact_id, site_fact_id
from eco_gis.model.layer import LayerSpec, Polarity
from eco_gis.model.result import RunResult
from eco_gis.model.sheet import SheetResult
from eco_gis.model.siting import DISCLAIMER, Answer, LayerAnswer, SiteAnswer, SitingResult
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.sheet.conclusions import conclusions, open_questions
from eco_gis.outputs.sheet.fields import site_fields
from eco_gis.outputs.sheet.sentences import Part, Sentence, Speaker
from eco_gis.outputs.sheet.words import COLUMNS, WORDS
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.notes import area_note, invented
from eco_gis.outputs.tables.siting import ordered, reasons, requirements
from eco_gis.outputs.tables.siting_cells import resolution
from eco_gis.outputs.tables.words import UNITS
from eco_gis.text import Text
from eco_gis.units import DECIMALS

SLOTS = ("made_by", "checked_by", "office", "date")


@dataclass(frozen=True)
class SiteSheet:
    """One check sheet."""

    site: SiteAnswer
    title: str
    head: str
    """Name of the project and secrecy, above the title."""
    fields: tuple[tuple[str, Sentence], ...]
    lines: Table
    """A row for every configured layer."""
    blocks: tuple[tuple[str, tuple[Sentence, ...]], ...]
    """Conclusions, requirements, papers, what was not told or checked, dates of the data."""
    slots: tuple[str, ...]
    """Places for names, seal and date."""
    foot: str
    """The disclaimer, and that data are invented."""


def chosen(siting: SitingResult, sheet: SheetResult) -> list[SiteAnswer]:
    """Sites that get a sheet: those with the strictest suggestions, in the order of the tables."""
    return ordered(siting.sites)[: sheet.pages]


def site_sheet(result: RunResult, site: SiteAnswer, sheet: SheetResult, speak: Speaker) -> SiteSheet:
    """The content of one sheet.

    Raises
    ------
    OutputError
        When a sentence would have a hole.
    """
    cells = speak.cells
    say = cells.say
    papers = dict.fromkeys(
        p for r in (*(r for a in site.answers for r in a.rules), *site.rules) for p in r.papers
    )
    none = ((Part(say(WORDS["none"])),),)
    unchecked = [*open_questions(site, sheet, speak), (Part(say(WORDS["not_checked"])),)]
    return SiteSheet(
        site=site,
        title=say(WORDS["title"]),
        head=_head(result, cells),
        fields=tuple(site_fields(result, site, sheet.totals[site.id], speak)),
        lines=_lines(site, sheet, cells),
        blocks=(
            (say(WORDS["conclusion"]), tuple(conclusions(site, sheet, speak))),
            (say(WORDS["required"]), tuple(_required(site, speak)) or none),
            (say(WORDS["papers"]), tuple((Part(say(p)),) for p in papers) or none),
            (say(WORDS["open"]), tuple(unchecked)),
            (say(WORDS["data"]), (_dates(result, site, sheet, cells),)),
        ),
        slots=tuple(say(WORDS[key]) for key in SLOTS),
        foot=_foot(result, cells),
    )


def _required(site: SiteAnswer, speak: Speaker) -> Iterator[Sentence]:
    """What the rules ask, layer by layer, then of the project itself."""
    for answer in site.answers:
        if answer.rules:
            yield speak("required", label=answer.label, requirement=requirements(answer.rules, speak.cells))
    if site.rules:
        yield speak("required_self", requirement=requirements(site.rules, speak.cells))


def _head(result: RunResult, cells: Cells) -> str:
    colon = "：" if cells.lang == "zh" else ": "
    secrecy = f"{cells.say(WORDS['secrecy'])}{colon}{cells.say(SECRECY[result.secrecy])}"
    return f"{cells.say(result.catalog.name)}    {secrecy}"


def _foot(result: RunResult, cells: Cells) -> str:
    told = [
        cells.say(DISCLAIMER),
        area_note(result, cells).rstrip("。."),
        invented(result, cells).rstrip("。."),
    ]
    return ("。" if cells.lang == "zh" else ". ").join(filter(None, told)) + (
        "。" if cells.lang == "zh" else "."
    )


def _lines(site: SiteAnswer, sheet: SheetResult, cells: Cells) -> Table:
    """A row for every configured layer; figures that nobody can tell are dashes."""

    def figure(key: str, unit: str, width: float) -> Column:
        return Column(
            f"{key}_{unit}",
            cells.say(COLUMNS[key]),
            Kind.NUMBER,
            cells.say(UNITS[unit]),
            DECIMALS[unit],
            width,
        )

    zh = cells.lang == "zh"
    sign = 9.0 if zh else 13.5
    columns = (
        Column("line", cells.say(COLUMNS["line"]), width=26 if zh else 22),
        Column("answer", cells.say(COLUMNS["answer"]), Kind.SIGN, width=sign),
        figure("area", "ha", 9),
        figure("area", "mu", 8),
        figure("measured", "m2", 11 if zh else 12.5),
        figure("share", "share", 7),
        figure("distance", "m", 9.5 if zh else 10.5),
        Column("remark", cells.say(COLUMNS["remark"]), width=22),
        Column("suggestion", cells.say(COLUMNS["suggestion"]), Kind.SIGN, width=sign),
    )
    rows = tuple(_row(site, answer, sheet, cells) for answer in site.answers)
    return Table("lines", cells.say(WORDS["lines"]), "", columns, rows)


def _row(site: SiteAnswer, answer: LayerAnswer, sheet: SheetResult, cells: Cells) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return site_fact_id(site.id, quantity, answer.layer_id)

    part = sheet_fact_id(site.id, "layer", answer.layer_id, "apportioned")
    untold = not answer.area_m2 and (answer.answer is Answer.NO_DATA or not site.area_m2)
    return (
        cells.words(answer.label),
        cells.sign(fact("answer")),
        *(cells.unanswered(part) if untold else cells.area(part, unit) for unit in ("ha", "mu")),
        cells.unanswered(fact("overlap_area")) if untold else cells.area(fact("overlap_area"), "m2"),
        cells.percent(fact("share")) if answer.area_m2 else cells.unanswered(fact("share")),
        cells.metres(fact("distance")),
        cells.words(_remark(answer, site, sheet, cells)),
        _advice(site, answer, sheet, cells),
    )


def _remark(answer: LayerAnswer, site: SiteAnswer, sheet: SheetResult, cells: Cells) -> str:
    """Reasons, how fine a raster's cells are, and what people decided."""
    told = [resolution(site, answer, cells), reasons(answer.reasons, cells)]
    if answer.polarity is Polarity.OUTSIDE and answer.area_m2:
        told.insert(0, cells.say(Text("面积为界外面积", "areas are those outside")))
    decided = sheet.decided_about(site.id, answer.layer_id)
    if decided is not None:
        state = decided.answer.label if decided.holds else decided.state.label
        colon = "：" if cells.lang == "zh" else ": "
        told.append(f"{cells.say(WORDS['decided'])}{colon}{cells.say(state)} {decided.decision.document}")
    return ("；" if cells.lang == "zh" else "; ").join(filter(None, told))


def _advice(site: SiteAnswer, answer: LayerAnswer, sheet: SheetResult, cells: Cells) -> Cell:
    """The suggestion; a decided one stands above the original."""
    given = cells.sign(site_fact_id(site.id, "suggestion", answer.layer_id))
    decided = sheet.decided_about(site.id, answer.layer_id)
    if decided is None or not decided.holds or decided.suggestion is answer.suggestion:
        return given
    now = cells.sign(sheet_fact_id(site.id, "layer", answer.layer_id, "decided_suggestion"))
    left, right = ("（", "）") if cells.lang == "zh" else (" (", ")")
    return replace(now, shown=f"{now.shown}{left}{cells.say(WORDS['original'])}{given.shown}{right}")


def _dates(result: RunResult, site: SiteAnswer, sheet: SheetResult, cells: Cells) -> Sentence:
    """Days in force of every layer that was asked, the land survey among them; layers of the same days together."""
    specs = result.specs
    asked = [a.layer_id for a in site.answers if a.layer_id in specs]
    survey = sheet.classes[site.id].layer_id
    by_days: dict[str, list[str]] = {}
    for layer_id in dict.fromkeys([*asked, *([survey] if survey else [])]):
        spec = specs[layer_id]
        by_days.setdefault(_in_force(spec, cells), []).append(cells.say(spec.title))
    comma, colon, stop = ("、", "：", "；") if cells.lang == "zh" else (", ", ": ", "; ")
    return (Part(stop.join(f"{days}{colon}{comma.join(titles)}" for days, titles in by_days.items())),)


def _in_force(spec: LayerSpec, cells: Cells) -> str:
    if spec.valid_from is None and spec.valid_until is None:
        return spec.version or cells.say(WORDS["undated"])
    since, until = spec.valid_from or "…", spec.valid_until
    if cells.lang == "zh":
        return f"{since} 起" if until is None else f"{since} 至 {until}"
    return f"from {since}" if until is None else f"{since} to {until}"


def sheets(result: RunResult, cells: Cells) -> Iterator[SiteSheet]:
    """The sheets of a run, one after the other; none without sites."""
    if result.siting is None or result.sheet is None:
        return
    speak = Speaker(cells)
    for site in chosen(result.siting, result.sheet):
        yield site_sheet(result, site, result.sheet, speak)
