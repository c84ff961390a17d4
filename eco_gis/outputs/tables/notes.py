"""What stands under every table."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.words import AREA_NOTE, INVENTED


def area_note(result: RunResult, cells: Cells) -> str:
    """Which area a table shows, and on which plane it was measured."""
    return cells.say(AREA_NOTE).format(plane=result.plane.name)


def notes(cells: Cells, remarks: Sequence[str]) -> tuple[str, ...]:
    """Remarks, then the disclaimer."""
    return (*remarks, f"{cells.say(DISCLAIMER)}{'。' if cells.lang == 'zh' else '.'}")


def invented(result: RunResult, cells: Cells) -> str:
    """The label of invented data; empty for real data."""
    return cells.say(INVENTED) if result.catalog.invented else ""
