"""Ground by name, and a finder that places planted shapes on it, each apart from all before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.noise import stream
from eco_gis.sample.shapes import blob, drawn_point, rounded
from eco_gis.sample.villages import Villages

APART_M = 260.0
"""Between planted shapes, so that no document covers what it was not drawn for."""
MARGIN_M = 45.0
"""From the border of the ground, of the village and of the land-survey parcel."""


def named_grounds(county: County) -> dict[str, BaseGeometry]:
    """Where planted shapes may lie, by name."""
    lines, years = county.lines, county.years
    red = county.union("redline_2024")
    changed = shapely.union_all([years.approved_out, years.approved_in, years.undocumented, years.strip])
    nature = county.union("nature_reserve_2024")
    core = shapely.union_all([r.core for r in lines.reserves])
    inner = lines.county.buffer(-500)
    apart = shapely.union_all([red, nature]).buffer(150)
    return {
        "red": red.difference(shapely.union_all([nature, changed.buffer(200)])).intersection(inner),
        "core": core,
        "general": shapely.union_all([r.general for r in lines.reserves]).intersection(red),
        "farm": county.union("permanent_basic_farmland"),
        "town": county.union("urban_boundary"),
        "out": inner.difference(apart),
    }


Spots = Callable[[np.random.RandomState], tuple[float, float]]
Fits = Callable[[shapely.Polygon], bool]


def along(line: BaseGeometry) -> Spots:
    """Random points of a line."""
    return lambda rng: line.interpolate(rng.random_sample(), normalized=True).coords[0]


@dataclass
class Finder:
    """Places shapes; remembers them."""

    grounds: dict[str, BaseGeometry]
    parcels: list[shapely.Polygon]
    """Land-survey parcels of 2023."""
    classes: list[str]
    """Their land classes."""
    villages: Villages
    seed: int
    taken: list[BaseGeometry] = field(default_factory=list)
    _wanted: dict[tuple[str, str], BaseGeometry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tree = shapely.STRtree(self.parcels)
        self._village_tree = shapely.STRtree([v.shape for v in self.villages.all])

    def parcel_of(self, shape: BaseGeometry) -> int | None:
        """The one parcel of 2023 that holds the shape with a margin."""
        found = self._tree.query(shape.buffer(MARGIN_M), predicate="within")
        return int(found[0]) if len(found) else None

    def in_one_village(self, shape: BaseGeometry) -> bool:
        """Whether one village holds the shape with a margin."""
        return bool(len(self._village_tree.query(shape.buffer(MARGIN_M), predicate="within")))

    def place(self, name: str, where: str, area_m2: float, *, land: str = "") -> shapely.Polygon:
        """An irregular shape within one village and one parcel of the wanted land class.

        Parameters
        ----------
        name
            Of the planted thing; it alone decides on the random numbers.
        where
            Name of the ground that holds the shape whole.
        land
            Beginning of the land class's code; empty takes any.
        """
        ground = self._where(where, land)

        def fits(shape: shapely.Polygon) -> bool:
            inside = ground.contains(shape.buffer(MARGIN_M))
            return bool(inside and self.in_one_village(shape) and self.parcel_of(shape) is not None)

        return self.search(name, lambda rng: drawn_point(rng, ground), area_m2, fits)

    def search(
        self, name: str, spots: Spots, area_m2: float, fits: Fits, *, corners: int = 18
    ) -> shapely.Polygon:
        """An irregular shape around one of the spots, apart from all before it, that `fits`."""
        rng = stream(self.seed, f"planted {name}")
        for _ in range(4_000):
            shape = rounded(blob(rng, *spots(rng), area_m2, corners=corners))
            assert isinstance(shape, shapely.Polygon)
            if fits(shape) and not any(shapely.dwithin(shape, t, APART_M) for t in self.taken):
                self.taken.append(shape)
                return shape
        raise AssertionError(f"no place found for {name}")

    def _where(self, where: str, land: str) -> BaseGeometry:
        """The ground where parcels of a land class lie."""
        if (where, land) not in self._wanted:
            ground = self.grounds[where]
            if land:
                of_class = [p for p, c in zip(self.parcels, self.classes, strict=True) if c.startswith(land)]
                ground = shapely.intersection(ground, shapely.union_all(of_class))
            shapely.prepare(ground)
            self._wanted[where, land] = ground
        return self._wanted[where, land]
