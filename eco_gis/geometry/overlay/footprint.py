"""Footprint: disjoint polygons with the same union (law 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, SupportsIndex, overload

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from eco_gis.geometry.area import planar_area
from eco_gis.geometry.overlay.by_cells import pairs_among
from eco_gis.geometry.overlay.engine import takes_cells
from eco_gis.geometry.overlay.robust import robust, union
from eco_gis.geometry.parts import keep_dimension
from eco_gis.geometry.regions import Regions

Index = NDArray[np.intp]

CONTACT_AREA_M2 = 1e-6
"""Interiors that share no more than this touch.

Neighbours whose border vertices do not match overlap by the rounding of plane coordinates."""
CONTACT_WIDTH_M = 1e-7
"""The same as a mean width, for long borders: a hundred times the rounding of a plane coordinate."""


class Groups(Sequence[Index]):
    """Groups of indices, one after the other.

    >>> groups = Groups.of([[3], [0, 2]])
    >>> len(groups), groups[1].tolist(), groups.merged.tolist()
    (2, [0, 2], [1])
    """

    def __init__(self, members: Index, ends: Index) -> None:
        self.members = members
        """The indices of all groups."""
        self.ends = ends
        """Where each group ends among them."""

    @classmethod
    def of(cls, groups: Iterable[ArrayLike]) -> Groups:
        """Groups that are given one by one."""
        given = [np.asarray(g, dtype=np.intp) for g in groups]
        ends = np.cumsum([len(g) for g in given], dtype=np.intp)
        return cls(np.concatenate([np.zeros(0, dtype=np.intp), *given]), ends)

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, n: SupportsIndex) -> Index: ...
    @overload
    def __getitem__(self, n: slice) -> Groups: ...
    def __getitem__(self, n: SupportsIndex | slice) -> Index | Groups:
        if isinstance(n, slice):
            return Groups.of([self[k] for k in range(len(self))[n]])
        k = range(len(self))[n]
        return self.members[self.ends[k - 1] if k else 0 : self.ends[k]]

    @property
    def merged(self) -> Index:
        """Positions of the groups with more than one index."""
        return np.flatnonzero(np.diff(self.ends, prepend=0) > 1)


@dataclass(frozen=True)
class Footprint:
    """Disjoint polygons with the same union as the polygons they come from."""

    regions: Regions
    sources: Groups
    """Indices of the shapes behind each polygon, ascending."""


def footprint(regions: Regions) -> Footprint:
    """Disjoint polygons with the same union as the polygons of `regions` (law 2).

    Only connected components whose interiors overlap are unioned; all other polygons pass as the same
    objects, so that their areas stay the same to the last bit; polygons of which none overlaps another
    are their own footprint, the same `Regions`. Overlaps of rounding size (no more than
    `CONTACT_AREA_M2`, or thinner than `CONTACT_WIDTH_M`) count as contact. Lines, points, empty shapes
    and None have no footprint. The order of the shapes changes nothing but the order of the result.
    """
    members = np.flatnonzero(regions.dimensions == 2)
    ground = regions if len(members) == len(regions) else regions.take(members)
    first, second = _overlapping_pairs(ground)
    if not len(first):
        return Footprint(ground, Groups(members, np.arange(1, len(members) + 1)))
    label = _components(len(members), first, second)
    shapes = ground.shapes
    out: list[Any] = []
    sources: list[Index] = []
    order = np.argsort(label, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        out.append(shapes[group[0]] if len(group) == 1 else union(shapes[group]))
        sources.append(members[group])
    return Footprint(Regions(out, regions.plane), Groups.of(sources))


def _overlapping_pairs(polygons: Regions) -> tuple[Index, Index]:
    """Pairs i < j of polygons whose interiors overlap by more than rounding."""
    if takes_cells(polygons, polygons, "auto"):
        pairs = pairs_among(polygons)
        wide = pairs.planar_m2 > CONTACT_AREA_M2
        i, j = pairs.a[wide], pairs.b[wide]
    else:
        i, j = polygons.tree.query(polygons.shapes, predicate="intersects")
        i, j = i[i < j], j[i < j]
        interior = ~shapely.touches(polygons.shapes[i], polygons.shapes[j])
        i, j = i[interior], j[interior]
    common = keep_dimension(robust(shapely.intersection, polygons.shapes[i], polygons.shapes[j]), 2)
    area = planar_area(common, polygons.plane)
    thin = 2 * area <= CONTACT_WIDTH_M * shapely.length(common) * polygons.plane.unit_m
    real = (area > CONTACT_AREA_M2) & ~thin
    return i[real], j[real]


def _components(count: int, first: Index, second: Index) -> Index:
    """Smallest member of the connected component of each of `count` nodes."""
    label = np.arange(count)
    while True:
        lower = np.minimum(label[first], label[second])
        new = label.copy()
        np.minimum.at(new, first, lower)
        np.minimum.at(new, second, lower)
        new = new[new]
        if np.array_equal(new, label):
            return label
        label = new
