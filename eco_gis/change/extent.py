"""面积不减少: a protected layer compared between two versions, to the square metre.

Opening, closing, kept, lost and gained are each measured, so that the residual can fail. All changed
ground is planarized once against townships and register; every table is a group-by of those pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from eco_gis.change.beside import Beside, in_force
from eco_gis.change.border import border_evidence
from eco_gis.change.conclusion import conclude, state
from eco_gis.change.ground import ground_of, twins
from eco_gis.change.identity import identify, refine
from eco_gis.change.ledger import Places, Sides, ledger_rows
from eco_gis.change.lineage import lineage_of
from eco_gis.change.notes import gaps, noise_notes, remarks
from eco_gis.change.pieces import Cutting, changed_pieces, left_of
from eco_gis.change.register import Period, Register, unused_notes
from eco_gis.change.relocation import relocations
from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.model.change import Basis, Cause, Comparison, Direction, LedgerRow, Level
from eco_gis.model.identity import DifferenceKind
from eco_gis.model.layer import Layer

ROUNDING_M2 = 1e-4
"""Changed pieces up to this are the rounding of coordinates: summed, but not listed piece by piece."""

ALONE = Beside()


def compare(old: Layer, new: Layer, *, basis: Basis, beside: Beside = ALONE) -> Comparison:
    """Compare two versions of a protected layer.

    Parameters
    ----------
    old, new
        Prepared layers on the same plane. Lines and points have no area: with any, versions that are not
        identical stay 待核.
    basis
        What `old` is to `new`: the approved baseline, or the earlier version.
    beside
        Townships group the ledger, those of the opening for what was, those of the closing for what is;
        ground outside all of them gets a row of its own. A changed piece inside a register entry of the
        same direction, dated after `old` and not after `new` came into force, is documented.

    Raises
    ------
    CRSMismatchError
        When the layers lie on different planes.
    LedgerError
        When a ledger does not close within 1 m².
    """
    opened, closed = old.spec.valid_from, new.spec.valid_from
    identity = identify(old, new)
    before, after = ground_of(old), ground_of(new)
    places = _places(old, new, beside)
    period = Period(opened, closed)
    register = Register.of(beside.registers, old.footprint.plane)
    same = twins(before.regions, after.regions)
    changed_old, changed_new = (
        np.setdiff1d(np.arange(len(ground.regions)), standing)
        for ground, standing in zip((before, after), same, strict=True)
    )
    cutting = Cutting(register, period, frozenset(identity.copied), beside)
    pieces = [
        *changed_pieces(
            Direction.LOST,
            left_of(before, after, changed_old, changed_new),
            before,
            places.old.townships if places is not None else None,
            cutting,
        ),
        *changed_pieces(
            Direction.GAINED,
            left_of(after, before, changed_new, changed_old),
            after,
            places.new.townships if places is not None else None,
            cutting,
        ),
    ]
    cut = overlap_pairs(before.regions.take(changed_old), after.regions.take(changed_new))
    sides = Sides(before, after, same, cut.renamed(changed_old, changed_new), pieces)
    rows = ledger_rows(sides, places)
    listed = [p for p in pieces if p.area_m2 > ROUNDING_M2]
    identity = refine(identity, old, new, listed, in_force(beside.counties, closed))
    if identity.copy is DifferenceKind.CLIPPING:
        listed = [p if p.entry is not None else replace(p, cause=Cause.CLIPPING) for p in listed]
    features = _at(rows, Level.FEATURE)
    listed, evidence = border_evidence(
        before.take(changed_old), after.take(changed_new), listed, rows[0], features
    )
    balances = register.balances(listed, period, (old.footprint, new.footprint))
    unseen = gaps(old, new, identity, beside.faults)
    conclusion = conclude(identity, listed, complete=not unseen)
    return Comparison(
        basis=basis,
        old_layer=old.spec.id,
        new_layer=new.spec.id,
        old_version=old.spec.version,
        new_version=new.spec.version,
        identity=identity,
        county=rows[0],
        townships=_at(rows, Level.TOWNSHIP),
        types=_at(rows, Level.TYPE),
        features=features,
        pieces=tuple(listed),
        entries=balances,
        evidence=evidence,
        lineage=lineage_of(before, after, sides.kept),
        relocations=relocations(listed, old.footprint.plane),
        conclusion=conclusion,
        statement=state(identity, conclusion),
        notes=(
            *remarks(old, new, identity, rows[0]),
            *noise_notes(evidence),
            *unseen,
            *unused_notes(balances),
        ),
    )


def _at(rows: Sequence[LedgerRow], level: Level) -> tuple[LedgerRow, ...]:
    return tuple(r for r in rows if r.level is level)


def _places(old: Layer, new: Layer, beside: Beside) -> Places | None:
    opened, closed = (in_force(beside.townships, v.spec.valid_from) for v in (old, new))
    if opened is None or closed is None:
        return None
    return Places(beside.cells_of(old, opened), beside.cells_of(new, closed))
