"""The planarized table of changed ground: one row per township, register entry and feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.change.beside import Beside, in_force
from eco_gis.change.ground import Ground, place_of
from eco_gis.change.register import Period, Register
from eco_gis.geometry.atoms import planarize
from eco_gis.geometry.overlay import difference, overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.border import Verdict
from eco_gis.model.change import Cause, ChangedPiece, Direction, RegisterEntry
from eco_gis.model.layer import Layer
from eco_gis.model.lineage import Share


@dataclass(frozen=True)
class Cutting:
    """What changed ground is cut and named by."""

    register: Register
    period: Period
    copied: frozenset[str]
    """Features that are copies of what they were, only transformed or rounded."""
    beside: Beside

    def cause(self, entry: RegisterEntry | None, feature: str) -> Cause:
        """The legal side of a piece: a document, a named kind of copy, or nothing."""
        if entry is not None:
            return entry.cause
        return Cause.COPY if feature in self.copied else Cause.UNDOCUMENTED


def left_of(
    ground: Ground, other: Ground, changed: NDArray[np.intp], other_changed: NDArray[np.intp]
) -> dict[int, shapely.Geometry]:
    """What `other` does not hold of the ground, by position in it."""
    left = difference(ground.regions.take(changed), other.regions.take(other_changed))
    return {int(i): shape for i, shape in zip(changed, left, strict=True) if not shapely.is_empty(shape)}


def changed_pieces(
    direction: Direction,
    left: dict[int, shapely.Geometry],
    ground: Ground,
    townships: Ground | None,
    cutting: Cutting,
) -> list[ChangedPiece]:
    """The planarized rows of one direction, largest first within the direction."""
    positions = list(left)
    plane = ground.regions.plane
    entry_shapes, entries = cutting.register.shapes_for(direction, cutting.period)
    atoms = planarize(
        [left[p] for p in positions],
        townships.regions if townships is not None else Regions.empty(plane),
        entry_shapes,
        plane,
    )
    shapes = Regions(atoms.shapes, plane)
    day = cutting.period.after if direction is Direction.LOST else cutting.period.until
    land = _shares(shapes, in_force(cutting.beside.surveys, day), ("name", "code"))
    forest = _shares(shapes, in_force(cutting.beside.forests, day), ("grade", "kind", "name"))
    rows: list[ChangedPiece] = []
    for number, k in enumerate(np.argsort(-atoms.area_m2, kind="stable"), start=1):
        position = positions[atoms.ground[k]]
        township, township_name = place_of(townships, int(atoms.township[k]))
        entry = entries[atoms.entry[k]] if atoms.entry[k] >= 0 else None
        rows.append(
            ChangedPiece(
                id=f"{'L' if direction is Direction.LOST else 'G'}{number:04d}",
                direction=direction,
                feature=ground.id(position),
                feature_name=ground.name(position),
                township=township,
                township_name=township_name,
                kind=ground.kind(position),
                entry=entry,
                cause=cutting.cause(entry, ground.id(position)),
                verdict=Verdict.MOVED,
                area_m2=float(atoms.area_m2[k]),
                planar_m2=float(atoms.planar_m2[k]),
                mean_width_m=float(atoms.mean_width_m[k]),
                sliver=bool(atoms.mean_width_m[k] < cutting.beside.sliver_width_m),
                shape=atoms.shapes[k],
                land=land[k],
                forest=forest[k],
            )
        )
    return rows


def _shares(ground: Regions, layer: Layer | None, fields: Sequence[str]) -> list[tuple[Share, ...]]:
    """Classes on each shape, largest first, by the first of the fields that the layer has."""
    label = next((f for f in fields if layer is not None and f in layer.attributes), None)
    if layer is None or label is None or not len(ground):
        return [()] * len(ground)
    classes = [str(v) for v in layer.attributes[label]]
    sums: list[dict[str, float]] = [{} for _ in range(len(ground))]
    pairs = overlap_pairs(ground, layer.features)
    for i, j, area in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
        if area:
            sums[i][classes[j]] = sums[i].get(classes[j], 0.0) + float(area)
    return [
        tuple(Share(k, a) for k, a in sorted(one.items(), key=lambda item: (-item[1], item[0])))
        for one in sums
    ]
