"""季报.docx: what was received, checked, true, rectified and is open, by quarter and in all."""

from __future__ import annotations

from pathlib import Path

from eco_gis.model.patches import LikelyReason, PatchResult, PatchState
from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.map.words import SECRECY
from eco_gis.outputs.patches.tables import tally_table
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.report.word_parts import Paper
from eco_gis.outputs.tables.cells import Cells, Column, Kind, Table
from eco_gis.outputs.tables.notes import area_note, invented
from eco_gis.patches.facts import summary_fact_id
from eco_gis.text import Lang


def write_summary(result: RunResult, found: PatchResult, path: Path, lang: Lang) -> Path:
    """Write the summary; the same run gives the same file."""
    cells = Cells(run_facts(result), lang)
    paper = Paper(lang)
    paper.title(f"{result.catalog.name.to(lang)}\n{SAY['summary'].to(lang)}")
    paper.centred(result.as_of.isoformat())
    if label := invented(result, cells):
        paper.centred(label, size=10, color="9A6700")
    for quarter in sorted(found.quarters, reverse=True)[:1]:
        paper.say(_sentence(quarter, cells))
    paper.table(tally_table("quarter", found.quarters, cells.say(SAY["summary"]), SAY["quarter"], cells))
    paper.table(
        tally_table("cumulative", found.cumulative, cells.say(SAY["cumulative"]), SAY["until"], cells)
    )
    paper.table(tally_table("batch", found.tallies, cells.say(SAY["by_batch"]), SAY["batch"], cells))
    paper.table(_reasons(found, cells))
    paper.say(cells.say(SAY["counting"]), size=10)
    paper.say(area_note(result, cells), size=10)
    paper.form([(cells.say(SAY[k]), "") for k in ("office", "signature", "review", "date")])
    paper.running((cells.say(SAY["summary"]), cells.say(SECRECY[result.secrecy])), cells.say(DISCLAIMER))
    return paper.save(path)


def _sentence(quarter: str, cells: Cells) -> str:
    """The last quarter in one sentence, then everything up to its end."""

    def told(kind: str) -> dict[str, str]:
        keys = ("received", "checked", "true", "rectifying", "rectified", "closed", "open")
        return {key: cells.count(summary_fact_id(kind, quarter, key)).shown for key in keys}

    def area(kind: str) -> str:
        return cells.area(summary_fact_id(kind, quarter, "unexplained"), "ha").shown

    now = cells.say(SAY["sentence"]).format(
        quarter=quarter or cells.say(SAY["undated"]), area=area("quarter"), **told("quarter")
    )
    return now + cells.say(SAY["sentence_all"]).format(area=area("cumulative"), **told("cumulative"))


def _reasons(found: PatchResult, cells: Cells) -> Table:
    """How many patches of this run stand where, by suggested reason."""
    states = [Column(s.value, cells.say(s.label), Kind.NUMBER, width=10) for s in PatchState]
    columns = (Column("reason", cells.say(SAY["suggestion"]), width=30), *states)
    met = {p.suggestion for p in found.patches}
    rows = [
        (cells.words(reason.label), *(cells.count(summary_fact_id("reason", reason, s)) for s in PatchState))
        for reason in LikelyReason
        if reason in met
    ]
    title = cells.say(SAY["by_reason"])
    return Table("reasons", title, title, columns, tuple(rows))
