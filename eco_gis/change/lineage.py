"""Renamed, split and merged patches, told from changes of area by the ground that both versions hold."""

from __future__ import annotations

from collections import defaultdict

from eco_gis.change.ground import Ground
from eco_gis.geometry.overlay import PairTable
from eco_gis.model.lineage import Lineage, LineageKind

MAINLY = 0.5
"""A patch goes on in another where either lies in the other by more than this share."""


def lineage_of(before: Ground, after: Ground, kept: PairTable) -> tuple[Lineage, ...]:
    """Events of all patches but those that stay one patch under their id, largest first.

    Parameters
    ----------
    kept
        Overlaps of the polygons of both versions.
    """
    opening, closing = _areas(before), _areas(after)
    shared: defaultdict[tuple[str, str], float] = defaultdict(float)
    for i, j, area in zip(kept.a, kept.b, kept.area_m2, strict=True):
        shared[before.id(i), after.id(j)] += float(area)
    heirs: defaultdict[str, set[str]] = defaultdict(set)
    parents: defaultdict[str, set[str]] = defaultdict(set)
    for (one, other), area in shared.items():
        if area > MAINLY * min(opening[one], closing[other]):
            heirs[one].add(other)
            parents[other].add(one)
    events = [
        _event(old, new, opening, closing, shared)
        for old, new in _families(opening, closing, heirs, parents)
        if not (len(old) == len(new) == 1 and old == new)
    ]
    return tuple(sorted(events, key=lambda e: (-max(e.opening_m2, e.closing_m2), e.old, e.new)))


def _areas(ground: Ground) -> dict[str, float]:
    sums: defaultdict[str, float] = defaultdict(float)
    for position, area in enumerate(ground.regions.area_m2):
        sums[ground.id(position)] += float(area)
    return dict(sums)


def _families(
    opening: dict[str, float],
    closing: dict[str, float],
    heirs: dict[str, set[str]],
    parents: dict[str, set[str]],
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Old and new ids that hang together, each family once."""
    families: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    seen: set[str] = set()
    for first in sorted(opening):
        if first in seen:
            continue
        old, new, waiting = {first}, set[str](), [first]
        while waiting:
            for heir in heirs.get(waiting.pop(), set()) - new:
                new.add(heir)
                more = parents[heir] - old
                old |= more
                waiting += more
        seen |= old
        families.append((tuple(sorted(old)), tuple(sorted(new))))
    orphans = [key for key in sorted(closing) if not parents.get(key)]
    return [*families, *(((), (key,)) for key in orphans)]


def _event(
    old: tuple[str, ...],
    new: tuple[str, ...],
    opening: dict[str, float],
    closing: dict[str, float],
    shared: dict[tuple[str, str], float],
) -> Lineage:
    return Lineage(
        kind=_kind(old, new),
        old=old,
        new=new,
        opening_m2=sum(opening[k] for k in old),
        kept_m2=sum(shared.get((a, b), 0.0) for a in old for b in new),
        closing_m2=sum(closing[k] for k in new),
    )


def _kind(old: tuple[str, ...], new: tuple[str, ...]) -> LineageKind:
    if not new:
        return LineageKind.GONE
    if not old:
        return LineageKind.NEW
    if len(old) == len(new) == 1:
        return LineageKind.RENAMED
    if len(old) == 1:
        return LineageKind.SPLIT
    return LineageKind.MERGED if len(new) == 1 else LineageKind.REGROUPED
