"""Losses that gains elsewhere offset, piece by piece: which ground stands for which, and how far away."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import nearest_distance_m
from eco_gis.geometry.regions import Regions
from eco_gis.model.border import Verdict
from eco_gis.model.change import ChangedPiece, Direction
from eco_gis.model.lineage import Relocation

MANY = 100
"""Of more real pieces on a side only the largest are matched: pairs grow with the square."""


def relocations(pieces: Sequence[ChangedPiece], plane: Plane) -> tuple[Relocation, ...]:
    """Match lost with gained ground: first under one document, then from near to far.

    Pieces within redraw noise take no part. Each square metre is matched once, so that the matched
    areas sum to the smaller of what was lost and gained.
    """
    lost, gained = (_largest(pieces, d) for d in (Direction.LOST, Direction.GAINED))
    pairs = [
        (not _one_document(a, b), float(distance), a.id, b.id)
        for b in gained
        for a, distance in zip(
            lost,
            nearest_distance_m(Regions([p.shape for p in lost], plane), Regions([b.shape], plane)),
            strict=True,
        )
    ]
    left = {p.id: p.area_m2 for p in (*lost, *gained)}
    by_id = {p.id: p for p in (*lost, *gained)}
    found: list[Relocation] = []
    for apart, distance, a, b in sorted(pairs):
        area = min(left[a], left[b])
        if area > 0:
            left[a] -= area
            left[b] -= area
            entry = by_id[a].entry
            found.append(Relocation(a, b, area, distance, "" if apart or entry is None else entry.document))
    return tuple(found)


def _largest(pieces: Sequence[ChangedPiece], direction: Direction) -> list[ChangedPiece]:
    real = [p for p in pieces if p.direction is direction and p.verdict is Verdict.MOVED]
    return sorted(real, key=lambda p: (-p.area_m2, p.id))[:MANY]


def _one_document(a: ChangedPiece, b: ChangedPiece) -> bool:
    return a.entry is not None and b.entry is not None and a.entry.document == b.entry.document
