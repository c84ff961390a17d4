"""The ground of a line by patch and township: where everything inside it is booked."""

from __future__ import annotations

from dataclasses import dataclass

from eco_gis.change.ground import Ground, ground_of, place_of
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


def cells_of(line: Layer, townships: Layer | None) -> Cells:
    """The line's ground by patch and township."""
    ground = ground_of(line)
    towns = ground_of(townships) if townships is not None else None
    plane = ground.regions.plane
    none = Regions.empty(plane)
    atoms = planarize(ground.regions, towns.regions if towns is not None else none, none, plane)
    return Cells(
        ground,
        towns,
        Regions(atoms.shapes, plane),
        tuple(int(i) for i in atoms.ground),
        tuple(int(i) for i in atoms.township),
    )


class KnownCells:
    """Splits each line by the townships of each layer once, for all who ask."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Cells] = {}

    def __call__(self, line: Layer, townships: Layer | None) -> Cells:
        """The line's ground by patch and township."""
        key = line.spec.id, townships.spec.id if townships is not None else ""
        if key not in self._made:
            self._made[key] = cells_of(line, townships)
        return self._made[key]
