"""How each answer came about: evidence, firmness, and the decision path of its rules."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.model.fact import site_fact_id
from eco_gis.model.site import need_label
from eco_gis.model.siting import Answer, Asked, LayerAnswer, SiteAnswer, Verdict
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.notes import notes
from eco_gis.outputs.tables.words import (
    ACCURACY_UNKNOWN,
    COLUMNS,
    FIRM,
    FIRM_BY_CELLS,
    FIRM_NOTE,
    HINGES,
    LENGTH_NOTE,
    PATH_NOTE,
    PROJECT_ITSELF,
    UNITS,
)
from eco_gis.text import Text
from eco_gis.units import DECIMALS, shown

_TOLD = {
    "answered": (Verdict.ANSWERED,),
    "open": (Verdict.NEEDS,),
    "stood_back": (Verdict.STOOD_BACK,),
    "silent": (Verdict.SILENT, Verdict.NOT_IN_FORCE),
}


def path_table(sites: Sequence[SiteAnswer], cells: Cells) -> Table:
    """One row for each site and layer that rules were asked about, and one for the project itself."""
    heads = [
        *(_words(cells, key, width) for key, width in (("site", 10), ("name", 28), ("layer", 24))),
        Column("answer", cells.say(COLUMNS["answer"]), Kind.SIGN, width=12),
        _words(cells, "outcome", 30),
        _words(cells, "firm", 20),
        *(_metres(cells, key) for key in ("accuracy", "widest_width", "narrowest_width")),
        Column("points", cells.say(COLUMNS["points"]), Kind.NUMBER, width=10),
        _words(cells, "needs", 36),
        *(_words(cells, key, 44) for key in _TOLD),
    ]
    rows = [
        row
        for site in sites
        for row in (
            _project_row(site, cells),
            *(_row(site, answer, cells) for answer in site.answers if _is_told(answer)),
        )
    ]
    return Table(
        "siting_path",
        cells.say(Text("判定过程表", "Siting: how each answer came about")),
        cells.say(Text("判定过程", "Decision path")),
        tuple(heads),
        tuple(rows),
        notes(cells, [cells.say(note) for note in (PATH_NOTE, FIRM_NOTE, LENGTH_NOTE)]),
    )


def firmness(answer: LayerAnswer) -> Text:
    """Firm, hinges on so many metres, or not known; of rasters it is not told."""
    if answer.cells is not None and answer.answer is not Answer.NO_DATA:
        return FIRM_BY_CELLS
    if answer.is_firm is None:
        return Text("") if answer.answer is Answer.NO_DATA else ACCURACY_UNKNOWN
    if answer.hinges_m is None:
        return FIRM
    metres = shown(answer.hinges_m, DECIMALS["m"])
    return Text(HINGES.zh.format(m=metres), HINGES.to("en").format(m=metres))


def steps(path: Sequence[Asked], key: str, cells: Cells) -> str:
    """The rules of a decision path that met one fate, each with its reason."""
    told = [step for step in path if step.verdict in _TOLD[key]]
    lines = [f"{step.rule_id}{_reason(cells.say(step.why), cells)}" for step in told]
    return ("；" if cells.lang == "zh" else "; ").join(lines)


def needs(names: Sequence[str], cells: Cells) -> str:
    """Attributes that are missing, in words."""
    return ("、" if cells.lang == "zh" else ", ").join(cells.say(need_label(name)) for name in names)


def _reason(why: str, cells: Cells) -> str:
    if not why:
        return ""
    return f"（{why}）" if cells.lang == "zh" else f" ({why})"


def _is_told(answer: LayerAnswer) -> bool:
    return bool(answer.path or answer.outcome or answer.accuracy_m is not None)


def _row(site: SiteAnswer, answer: LayerAnswer, cells: Cells) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return site_fact_id(site.id, quantity, answer.layer_id)

    def metres(quantity: str) -> Cell:
        return cells.metres(fact(quantity)) if fact(quantity) in cells.book else cells.words("")

    firm = fact("hinge") if fact("hinge") in cells.book else None
    told = cells.say(firmness(answer))
    outcome = cells.say(answer.outcome.label) if answer.outcome is not None else ""
    return (
        cells.words(site.id),
        cells.words(site.name),
        cells.words(answer.label),
        cells.sign(fact("answer")),
        Cell(outcome, outcome, fact("outcome")) if outcome else cells.words(""),
        Cell(told, told, firm) if told else cells.words(""),
        metres("accuracy"),
        metres("widest_width"),
        metres("narrowest_width"),
        cells.count(fact("points")) if fact("points") in cells.book else cells.words(""),
        cells.words(needs(answer.needs, cells)),
        *(cells.words(steps(answer.path, key, cells)) for key in _TOLD),
    )


def _project_row(site: SiteAnswer, cells: Cells) -> tuple[Cell, ...]:
    nothing = cells.words("")
    return (
        cells.words(site.id),
        cells.words(site.name),
        cells.words(PROJECT_ITSELF),
        *([nothing] * 7),
        cells.words(needs([n for rule in site.rules for n in rule.needs], cells)),
        *(cells.words(steps(site.path, key, cells)) for key in _TOLD),
    )


def _words(cells: Cells, key: str, width: float) -> Column:
    return Column(key, cells.say(COLUMNS[key]), width=width)


def _metres(cells: Cells, key: str) -> Column:
    return Column(f"{key}_m", cells.say(COLUMNS[key]), Kind.NUMBER, cells.say(UNITS["m"]), DECIMALS["m"], 14)
