"""三不: what became of the protected lines, their nature, their function and what lies inside them."""

from __future__ import annotations

from datetime import date
from itertools import chain

from eco_gis.change.cells import KnownCells
from eco_gis.change.facts import change_facts
from eco_gis.layers.project import LoadedProject
from eco_gis.model.role import LayerRole
from eco_gis.pipeline.change import CHANGE_ROLES, answer_changes
from eco_gis.pipeline.compared import Compared
from eco_gis.pipeline.duties import DUTY_ROLES, answer_duties
from eco_gis.pipeline.patch_ledger import ledger_facts
from eco_gis.pipeline.progress import Progress

COMPARED_ROLES = (*CHANGE_ROLES, *DUTY_ROLES, LayerRole.FOREST_QUALITY)
"""Layers that are read to compare versions, beside those that say where a place is."""


def compare_versions(
    project: LoadedProject,
    as_of: date,
    versions: tuple[str | None, str | None],
    progress: Progress,
    *,
    period: str | None,
    required: bool,
) -> Compared:
    """Compare the versions of every protected series and ask its duties.

    Raises
    ------
    UsageError
        When a version does not exist; when `required` and no series has two versions.
    """
    cells = KnownCells()
    changes, problems = answer_changes(
        project, as_of, versions, cells, progress, period=period, required=required
    )
    duties = answer_duties(project, as_of, changes, cells, progress)
    return Compared(
        changes=changes,
        natures=duties.natures,
        functions=duties.functions,
        books=duties.books,
        cards=duties.cards,
        problems=problems,
        facts=(
            *chain.from_iterable(map(change_facts, changes)),
            *duties.facts(),
            *ledger_facts(project.catalog),
        ),
    )
