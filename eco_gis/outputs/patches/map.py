"""地图.html: the patches of a run by state, on the map of the control lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from eco_gis.model.fact import FactBook, patch_fact_id
from eco_gis.model.ledger_columns import ENTRIES
from eco_gis.model.patches import Patch, PatchResult, PatchState
from eco_gis.model.result import RunResult
from eco_gis.model.siting import Answer
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.map.numbers import Figures
from eco_gis.outputs.map.page import page_of
from eco_gis.outputs.map.parts import map_data
from eco_gis.outputs.map.shapes import anchor, encode
from eco_gis.outputs.patches.tables import classes, document_words, listed
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.style import Pattern, SignStyle, patch_style, state_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.patches.facts import summary_fact_id
from eco_gis.text import Lang

Plain = dict[str, Any]
_REASON = SignStyle(label=SAY["suggestion"], color="#2B4A5E", tint="#E8EEF2", symbol="›")
_WORDS = {
    "title": "map",
    "projects": "patches",
    "search": "search",
    "no_match": "no_match",
    "filter": "filter",
    "suggestion": "suggestion",
    "touched": "unexplained",
    "share": "share",
    "figure": "inside",
    "layer": "lines",
}
"""Words of the map that mean something else here."""


def write_map(result: RunResult, found: PatchResult, path: Path, lang: Lang) -> Path:
    """Write the map of the patches; one file that opens without internet.

    Raises
    ------
    OutputError
        When a figure is missing in the facts, or something would have to be fetched.
    """
    path.write_text(page_of(patches_data(result, found, lang), lang), encoding="utf-8", newline="\n")
    return path


def patches_data(result: RunResult, found: PatchResult, lang: Lang) -> Plain:
    """The map's data with patches in place of sites."""
    # the map asks about sites only to know which versions of a layer are in force
    data = map_data(replace(result, siting=None, changes=()), lang)
    states = {s.value: _state(s, result.facts, lang) for s in PatchState}
    data["words"] |= {theirs: SAY[ours].to(lang) for theirs, ours in _WORDS.items()}
    for row in [*data["controls"], *data["earlier"]]:
        row["on"] = row["id"] in found.line_ids and row["on"]
    current = [row for row in [*data["controls"], *data["earlier"]] if row["id"] in found.line_ids]
    earlier = [row for row in [*data["controls"], *data["earlier"]] if row["id"] not in found.line_ids]
    return data | {
        "kinds": list(states),
        "answers": {**{a.value: data["answers"][a.value] for a in Answer}, **states},
        "controls": current,
        "earlier": earlier,
        "touched": _unexplained(result, found, lang),
        "sites": list(_entries(result, found, lang)),
    }


def _state(state: PatchState, book: FactBook, lang: Lang) -> Plain:
    return state_style(state).to_dict(lang) | {"count": book[summary_fact_id("state", "all", state)].shown}


def _unexplained(result: RunResult, found: PatchResult, lang: Lang) -> Plain | None:
    shapes = [p.unexplained for p in found.patches if not p.unexplained.is_empty]
    if not shapes:
        return None
    style = replace(patch_style("unexplained"), pattern=Pattern.CROSS)
    return {
        "label": style.label.to(lang),
        "style": style.to_dict(),
        "shapes": encode(np.array(shapes, dtype=object), result.plane),
    }


def _entries(result: RunResult, found: PatchResult, lang: Lang) -> Iterator[Plain]:
    """One entry per patch, in the order of the ledger."""
    cells = Cells(run_facts(result), lang)
    figures = Figures(cells.book, lang)
    grounds = encode(np.array([p.shape for p in found.patches], dtype=object), result.plane)
    for patch, ground in zip(found.patches, grounds, strict=True):
        yield {
            "id": patch.id,
            "name": patch.name or listed((*patch.townships, *patch.villages), cells),
            "find": " ".join([patch.batch, patch.id, patch.name, *patch.townships, *patch.villages]).lower(),
            "answer": patch.entry.state.value,
            "suggestion": replace(_REASON, label=patch.suggestion.label).to_dict(lang),
            "strictness": 0,
            "at": anchor(patch.shape, result.plane),
            "rows": [[label, value] for label, value in _rows(patch, cells, figures) if value],
            "answers": [_line(patch, i, cells, figures) for i in range(len(patch.lines)) if _told(patch, i)],
            "ground": ground,
            "axis": None,
        }


def _told(patch: Patch, i: int) -> bool:
    return patch.lines[i].answer is not Answer.NOT_CONCERNED


def _rows(patch: Patch, cells: Cells, figures: Figures) -> Iterator[tuple[str, str]]:
    def fact(quantity: str) -> str:
        return patch_fact_id(patch.batch, patch.id, quantity)

    entry = patch.entry
    yield cells.say(SAY["batch"]), patch.batch
    yield cells.say(SAY["patch"]), patch.id
    yield cells.say(SAY["day"]), patch.day.isoformat() if patch.day else ""
    yield cells.say(SAY["township"]), listed((*patch.townships, *patch.villages), cells)
    yield cells.say(SAY["area"]), figures.area(fact("area"))
    yield cells.say(SAY["before"]), classes(patch.land.before, patch.land.before_reasons, cells)
    yield cells.say(SAY["after"]), classes(patch.land.after, patch.land.after_reasons, cells)
    yield cells.say(SAY["explained"]), figures.area(fact("explained"))
    yield cells.say(SAY["unexplained"]), figures.area(fact("unexplained"))
    yield (
        cells.say(SAY["documents"]),
        listed((document_words(d, cells) for d in patch.documents), cells, long=True),
    )
    yield cells.say(SAY["earlier"]), listed((f"{s.batch} {s.id}" for s in patch.earlier), cells)
    yield cells.say(ENTRIES["judgement"]), cells.say(entry.judgement.label)
    yield cells.say(ENTRIES["by"]), " ".join(filter(None, (entry.by, str(entry.on or ""), entry.note)))


def _line(patch: Patch, i: int, cells: Cells, figures: Figures) -> Plain:
    line = patch.lines[i]

    def fact(quantity: str) -> str:
        return patch_fact_id(patch.batch, patch.id, "line", line.layer_id, quantity)

    concerned = line.answer is Answer.CONCERNED
    return {
        "label": (line.label if line.label.zh else line.role.label).to(cells.lang),
        "answer": line.answer.value,
        "figure": figures.area(fact("overlap_area")) if concerned else "",
        "share": figures.percent(fact("share")) if concerned else "",
        "zones": listed((zone for zone, _ in line.zones if zone), cells),
        "reasons": [reason.label.to(cells.lang) for reason in line.reasons],
        "rules": [],
    }
