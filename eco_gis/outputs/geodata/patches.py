"""Change patches and what no document explains of them, as layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eco_gis.model.fact import patch_fact_id
from eco_gis.model.patches import Patch, PatchState
from eco_gis.model.result import RunResult
from eco_gis.outputs.geodata.content import Content, numbers
from eco_gis.outputs.qml import Category
from eco_gis.outputs.style import patch_style, state_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.text import Text


def patch_contents(result: RunResult, cells: Cells) -> Iterator[Content]:
    """The patches by state, and the ground of each that no valid document covers."""
    found = result.patches.patches if result.patches is not None else ()
    states = tuple(
        Category(cells.say(s.label), cells.say(s.label), look.color, 0.2, fill=look.color, marker=look.marker)
        for s in PatchState
        for look in (state_style(s),)
    )
    yield Content(
        "patches",
        Text("变化图斑", "Change patches"),
        [_row(p, cells) for p in found],
        [p.shape for p in found],
        "state",
        states,
    )
    bare = [p for p in found if not p.unexplained.is_empty]
    look = patch_style("unexplained")
    label = cells.say(look.label)
    yield Content(
        "unexplained",
        look.label,
        [
            {"batch": p.batch, "patch": p.id, "part": label, **_areas(p, cells, ("unexplained",))}
            for p in bare
        ],
        [p.unexplained for p in bare],
        "part",
        (Category(label, label, look.line, look.opacity, fill=look.fill),),
    )


def _row(patch: Patch, cells: Cells) -> dict[str, Any]:
    entry = patch.entry
    return {
        "batch": patch.batch,
        "patch": patch.id,
        "day": patch.day.isoformat() if patch.day else "",
        "township": "、".join(patch.townships),
        "village": "、".join(patch.villages),
        **_areas(patch, cells, ("area", "explained", "unexplained")),
        "suggestion": cells.say(patch.suggestion.label),
        "state": cells.say(entry.state.label),
        "judgement": cells.say(entry.judgement.label),
        "judged_by": entry.by,
        "judged_on": entry.on.isoformat() if entry.on else "",
        "note": entry.note,
    }


def _areas(patch: Patch, cells: Cells, quantities: tuple[str, ...]) -> dict[str, float | None]:
    return numbers(cells.book, {f"{q}_m2": patch_fact_id(patch.batch, patch.id, q) for q in quantities})
