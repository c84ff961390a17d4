"""The ground of a line by patch and township: where everything inside it is booked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eco_gis.change.ground import Ground, ground_of, place_of, twins
from eco_gis.geometry.atoms import planarize
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer


@dataclass(frozen=True)
class Cells:
    """The ground of the line, split by patch and township."""

    line: Ground
    townships: Ground | None
    regions: Regions
    patch: tuple[int, ...]
    """Position of the patch among the line's polygons."""
    township: tuple[int, ...]
    """Position of the township, −1 outside all."""

    def place(self, cell: int) -> tuple[str, str, str, str]:
        """Feature id and name, township id and name."""
        patch = self.patch[cell]
        return self.line.id(patch), self.line.name(patch), *place_of(self.townships, self.township[cell])


def cells_of(line: Layer, townships: Layer | None, known: Cells | None = None) -> Cells:
    """The line's ground by patch and township.

    Parameters
    ----------
    known
        Another version by the same townships: polygons that stand in both are not split again.
    """
    ground = ground_of(line)
    towns = ground_of(townships) if townships is not None else None
    plane = ground.regions.plane
    none = Regions.empty(plane)
    place = np.full(len(known.line.regions) if known is not None else 0, -1, dtype=np.intp)
    if known is not None:
        old, new = twins(known.line.regions, ground.regions)
        place[old] = new
    fresh = np.setdiff1d(np.arange(len(ground.regions)), place)
    atoms = planarize(ground.regions.take(fresh), towns.regions if towns is not None else none, none, plane)
    patch, township, shapes = fresh[atoms.ground], atoms.township, atoms.shapes
    if known is not None:
        stands = place[list(known.patch)] >= 0
        patch = np.concatenate([place[list(known.patch)][stands], patch])
        township = np.concatenate([np.array(known.township, dtype=np.intp)[stands], township])
        shapes = np.concatenate([known.regions.shapes[stands], shapes])
    order = np.lexsort((township, patch))
    return Cells(
        ground,
        towns,
        Regions(shapes[order], plane),
        tuple(patch[order].tolist()),
        tuple(township[order].tolist()),
    )


class KnownCells:
    """Splits each line by the townships of each layer once, for all who ask."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], dict[str, Cells]] = {}

    def __call__(self, line: Layer, townships: Layer | None) -> Cells:
        """The line's ground by patch and township."""
        key = line.spec.series, townships.spec.id if townships is not None else ""
        made = self._made.setdefault(key, {})
        if line.spec.id not in made:
            made[line.spec.id] = cells_of(line, townships, next(reversed(made.values()), None))
        return made[line.spec.id]
