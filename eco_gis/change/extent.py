"""面积不减少: a protected layer compared between two versions, to the square metre.

Opening, closing, kept, lost and gained are each measured, so that the residual can fail. All changed
ground is planarized once against townships and register; every table is a group-by of those pieces.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.change.ground import Ground, ground_of
from eco_gis.change.identity import identify
from eco_gis.change.ledger import OUTSIDE, Sides, ledger_rows
from eco_gis.change.notes import gaps, remarks
from eco_gis.change.register import Period, shapes_for, unused_entries
from eco_gis.geometry.atoms import planarize
from eco_gis.geometry.overlay import difference, overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import (
    Basis,
    ChangedPiece,
    Comparison,
    Conclusion,
    Direction,
    Identity,
    Level,
)
from eco_gis.model.layer import Layer, LayerFault

ROUNDING_M2 = 1e-4
"""Changed pieces up to this are the rounding of coordinates: summed, but not listed piece by piece."""


def compare(
    old: Layer,
    new: Layer,
    *,
    basis: Basis,
    townships: Layer | None = None,
    register: Layer | None = None,
    faults: Sequence[LayerFault] = (),
    sliver_width_m: float = 1.0,
) -> Comparison:
    """Compare two versions of a protected layer.

    Parameters
    ----------
    old, new
        Prepared layers on the same plane. Lines and points have no area: with any, versions that are not
        identical stay 待核.
    basis
        What `old` is to `new`: the approved baseline, or the earlier version.
    townships
        Groups the ledger; ground outside all of them gets a row of its own.
    register
        Approved changes; a changed piece inside an entry of the same direction, dated after `old` and not
        after `new` came into force, is documented.
    faults
        Layers that would have belonged to the comparison; with any, the answer stays 待核.
    sliver_width_m
        Pieces with a smaller mean width are marked as slivers; they stay in every sum.

    Raises
    ------
    CRSMismatchError
        When the layers lie on different planes.
    LedgerError
        When a ledger does not close within 1 m².
    """
    identity = identify(old, new)
    before, after = ground_of(old), ground_of(new)
    places = ground_of(townships) if townships is not None else None
    period = Period(old.spec.valid_from, new.spec.valid_from)
    changed_old, changed_new = _without_twins(before.regions, after.regions)
    lost = _left(before, after, changed_old, changed_new)
    gained = _left(after, before, changed_new, changed_old)
    pieces = [
        *_pieces(Direction.LOST, lost, before, places, register, period, sliver_width_m),
        *_pieces(Direction.GAINED, gained, after, places, register, period, sliver_width_m),
    ]
    rows = ledger_rows(
        Sides(before, after, overlap_pairs(before.regions, after.regions), pieces),
        places,
    )
    listed = tuple(p for p in pieces if p.area_m2 > ROUNDING_M2)
    unseen = gaps(old, new, identity, faults)
    return Comparison(
        basis=basis,
        old_layer=old.spec.id,
        new_layer=new.spec.id,
        old_version=old.spec.version,
        new_version=new.spec.version,
        identity=identity,
        county=rows[0],
        townships=tuple(r for r in rows if r.level is Level.TOWNSHIP),
        features=tuple(r for r in rows if r.level is Level.FEATURE),
        pieces=listed,
        conclusion=conclude(identity, listed, complete=not unseen),
        notes=(
            *remarks(old, new, identity, rows[0]),
            *unseen,
            *unused_entries(register, listed, period),
        ),
    )


def conclude(identity: Identity, pieces: Sequence[ChangedPiece], *, complete: bool) -> Conclusion:
    """The answer in words; anything that is not proven is 待核."""
    if not complete or not identity.comparable:
        return Conclusion.TO_VERIFY
    if identity.same or not pieces:
        return Conclusion.UNCHANGED
    return Conclusion.LAWFUL if all(p.entry is not None for p in pieces) else Conclusion.TO_VERIFY


def _without_twins(old: Regions, new: Regions) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the polygons that have no identical twin in the other version.

    Polygons of a version are disjoint, so one with a twin is kept whole and meets no changed ground.
    """
    old_wkb, new_wkb = (list(shapely.to_wkb(shapely.normalize(r.shapes))) for r in (old, new))
    both = set(old_wkb) & set(new_wkb)
    return (
        np.array([i for i, w in enumerate(old_wkb) if w not in both], dtype=np.intp),
        np.array([i for i, w in enumerate(new_wkb) if w not in both], dtype=np.intp),
    )


def _left(
    ground: Ground, other: Ground, changed: NDArray[np.intp], other_changed: NDArray[np.intp]
) -> dict[int, shapely.Geometry]:
    """What `other` does not hold of the ground, by position in it."""
    left = difference(ground.regions.take(changed), other.regions.take(other_changed))
    return {int(i): shape for i, shape in zip(changed, left, strict=True) if not shapely.is_empty(shape)}


def _pieces(
    direction: Direction,
    left: dict[int, shapely.Geometry],
    ground: Ground,
    townships: Ground | None,
    register: Layer | None,
    period: Period,
    sliver_width_m: float,
) -> list[ChangedPiece]:
    """The planarized rows of one direction, largest first within the direction."""
    positions = list(left)
    plane = ground.regions.plane
    entry_shapes, entries = shapes_for(register, direction, period)
    atoms = planarize(
        [left[p] for p in positions],
        townships.regions if townships is not None else Regions.empty(plane),
        entry_shapes if entry_shapes is not None else Regions.empty(plane),
        plane,
    )
    rows: list[ChangedPiece] = []
    for number, k in enumerate(np.argsort(-atoms.area_m2, kind="stable"), start=1):
        position = positions[atoms.ground[k]]
        township, township_name = _township(townships, int(atoms.township[k]))
        rows.append(
            ChangedPiece(
                id=f"{'L' if direction is Direction.LOST else 'G'}{number:04d}",
                direction=direction,
                feature=ground.id(position),
                feature_name=ground.name(position),
                township=township,
                township_name=township_name,
                entry=entries[atoms.entry[k]] if atoms.entry[k] >= 0 else None,
                area_m2=float(atoms.area_m2[k]),
                planar_m2=float(atoms.planar_m2[k]),
                mean_width_m=float(atoms.mean_width_m[k]),
                sliver=bool(atoms.mean_width_m[k] < sliver_width_m),
                shape=atoms.shapes[k],
            )
        )
    return rows


def _township(townships: Ground | None, position: int) -> tuple[str, str]:
    if townships is None or position < 0:
        return OUTSIDE, ""
    return townships.id(position), townships.name(position)
