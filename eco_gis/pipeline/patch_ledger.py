"""What the ledger of change patches hands to other questions: its sums, and the violations that people found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from eco_gis.geometry.crs import Plane, transform
from eco_gis.model.fact import Fact
from eco_gis.model.inside import InsideMatter
from eco_gis.model.layer import Catalog
from eco_gis.model.paper import Paper
from eco_gis.model.patches import Judgement, LedgerRow, PatchState
from eco_gis.model.role import DocumentKind
from eco_gis.outputs.patches.ledger import LEDGER, Ledger
from eco_gis.patches.facts import tally_facts
from eco_gis.patches.ledger import tallies


def ledger_facts(catalog: Catalog) -> Iterator[Fact]:
    """Sums of the ledger beside a catalog by batch and quarter; none where there is no ledger.

    Raises
    ------
    OutputError
        When the ledger cannot be read.
    """
    rows, history, _ = Ledger(catalog.path.parent / LEDGER).read()
    return tally_facts(*tallies(rows, history))


def ledger_matters(catalog: Catalog, plane: Plane) -> tuple[InsideMatter, ...]:
    """Patches that people judged real and without papers, as matters of the inside book (问题图斑).

    A matter stands from the day of the patch, or that of the judgement where the patch has none, to the day
    on which it was closed.

    Raises
    ------
    OutputError
        When the ledger cannot be read.
    """
    rows, _, crs = Ledger(catalog.path.parent / LEDGER).read()
    found = [row for row in rows if row.entry.judgement is Judgement.UNDOCUMENTED]
    if crs is None or not found:
        return ()
    shapes = transform([row.shape for row in found], crs, plane.crs)
    return tuple(
        InsideMatter((LEDGER, "/".join(row.key)), _paper(row), shape, row.day or row.entry.on, _closed(row))
        for row, shape in zip(found, shapes, strict=True)
    )


def _paper(row: LedgerRow) -> Paper:
    return Paper(
        layer=LEDGER,
        id="/".join(row.key),
        kind=DocumentKind.PROBLEM_PATCH,
        name=row.name,
        day=row.day or row.entry.on,
        closed=_closed(row),
        state=row.entry.state.label.zh,
    )


def _closed(row: LedgerRow) -> date | None:
    return row.entry.on if row.entry.state is PatchState.CLOSED else None
