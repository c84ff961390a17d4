"""Whose ground it is: the disjoint polygons of a layer, each booked under one feature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.atoms import first_wins
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer

OUTSIDE = "outside"
"""Key of the ground outside all townships."""


@dataclass(frozen=True)
class Ground:
    """A layer's polygons without what an earlier feature already holds; their union is the footprint."""

    layer: Layer
    regions: Regions
    """Disjoint polygons, none empty."""
    feature: NDArray[np.intp]
    """Feature index of each polygon."""

    def id(self, position: int) -> str:
        """Feature id of a polygon."""
        return self.layer.ids[int(self.feature[position])]

    def name(self, position: int) -> str:
        """Feature name of a polygon."""
        return self.layer.names[int(self.feature[position])]

    def kind(self, position: int) -> str:
        """Type of line of a polygon (水源涵养 …); empty where the layer has no field `kind`."""
        if "kind" not in self.layer.attributes:
            return ""
        return str(self.layer.attributes["kind"].iloc[int(self.feature[position])])

    def take(self, positions: NDArray[np.intp]) -> Ground:
        """The polygons at some positions."""
        return Ground(self.layer, self.regions.take(positions), self.feature[positions])

    def holders(self) -> Iterator[tuple[str, str]]:
        """Id and name of every polygon feature, also of those whose ground earlier ones hold wholly."""
        for index in np.flatnonzero(self.layer.features.dimensions == 2):
            yield self.layer.ids[index], self.layer.names[index]


def place_of(townships: Ground | None, position: int) -> tuple[str, str]:
    """Id and name of a township; of ground outside all, its key."""
    if townships is None or position < 0:
        return OUTSIDE, ""
    return townships.id(position), townships.name(position)


def twins(old: Regions, new: Regions) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions in either of the polygons that stand in both with the same shape, pair by pair.

    Polygons of one version are disjoint, so one with a twin is kept whole and meets no changed ground.
    """
    marks = (shapely.to_wkb(shapely.normalize(r.shapes)).tolist() for r in (old, new))
    before, after = ({mark: at for at, mark in enumerate(side)} for side in marks)
    pairs = [(at, after[mark]) for mark, at in before.items() if mark in after]
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return first, second


def ground_of(layer: Layer) -> Ground:
    """The ground of each polygon feature; where features overlap, the first in the file holds it."""
    sources = layer.footprint_sources
    feature = sources.members.copy()
    if not len(sources.merged):
        return Ground(layer, layer.footprint, feature)
    overlapping = np.sort(np.concatenate([sources[n] for n in sources.merged]))
    shapes = layer.features.shapes.copy()
    shapes[overlapping] = first_wins(layer.features.take(overlapping)).shapes
    feature.sort()
    feature = feature[~shapely.is_empty(shapes[feature])]
    return Ground(layer, Regions(shapes[feature], layer.footprint.plane), feature)
