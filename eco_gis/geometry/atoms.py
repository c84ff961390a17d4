"""Changed ground planarized once; every table about it is a group-by over the atoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.area import ellipsoidal_area
from eco_gis.geometry.crs import Plane, require_same_plane
from eco_gis.geometry.overlay import (
    CONTACT_AREA_M2,
    difference,
    overlap_parts,
    self_overlaps,
)
from eco_gis.geometry.parts import Shapes, simple_parts
from eco_gis.geometry.regions import Regions

Floats = NDArray[np.float64]
Index = NDArray[np.intp]

NONE = -1
"""Outside all townships, under no entry."""


@dataclass(frozen=True)
class Atoms:
    """Single polygons, each of one ground polygon, township and register entry. Arrays of one length."""

    ground: Index
    """Index of the ground polygon."""
    township: Index
    """Index of the township (镇街), −1 outside all."""
    entry: Index
    """Index of the register entry, −1 under none."""
    shapes: Shapes
    area_m2: Floats
    """Ellipsoidal."""
    planar_m2: Floats
    mean_width_m: Floats
    """2 · area ÷ perimeter, planar."""

    def __len__(self) -> int:
        return len(self.ground)


def planarize(
    ground: Regions | Sequence[Any] | Shapes, townships: Regions, entries: Regions, plane: Plane
) -> Atoms:
    """Split each ground polygon by townships, then by register entries, into single polygons.

    Each square metre of a ground polygon is in one atom only: where townships (or entries) overlap one
    another the first wins. The areas of the atoms of one ground polygon sum to its area to rounding;
    crumbs up to `CONTACT_AREA_M2`, which only rounding makes, are dropped.

    Parameters
    ----------
    ground
        Polygons on `plane`, disjoint if the atoms are to be; None and empty have no atom.

    Returns
    -------
    Atoms sorted by ground, township, entry.

    Raises
    ------
    CRSMismatchError
        When the planes differ.
    """
    whole = ground if isinstance(ground, Regions) else Regions(ground, plane)
    source, township, shapes = _split(whole, townships)
    inner, entry, shapes = _split(Regions(shapes, plane), entries)
    parts, part = simple_parts(shapes)
    atoms = Regions(parts, plane)
    keep = np.flatnonzero((atoms.dimensions == 2) & (atoms.planar_m2 > CONTACT_AREA_M2))
    labels = np.stack([source[inner], township[inner], entry])[:, part[keep]]
    order = np.lexsort((keep, *labels[::-1]))
    chosen, (of_ground, of_township, of_entry) = keep[order], labels[:, order]
    planar = atoms.planar_m2[chosen]
    width = 2 * planar / (shapely.length(parts[chosen]) * plane.unit_m)
    area = ellipsoidal_area(parts[chosen], plane)
    return Atoms(of_ground, of_township, of_entry, parts[chosen], area, planar, width)


def _split(ground: Regions, zones: Regions) -> tuple[Index, Index, Shapes]:
    """Ground index, zone index (−1: none) and shape of each part of the ground; of zones the first wins."""
    require_same_plane(ground.plane, zones.plane)
    near = np.unique(zones.tree.query(ground.shapes)[1])
    zones = first_wins(zones.take(near))
    inside, zone, parts = overlap_parts(ground, zones)
    rest = difference(ground, zones)
    left = np.flatnonzero(~shapely.is_empty(rest))
    return (
        np.concatenate([inside, left]),
        np.concatenate([near[zone], np.full(len(left), NONE, dtype=np.intp)]),
        np.concatenate([parts, rest[left]]),
    )


def first_wins(zones: Regions) -> Regions:
    """The zones without the ground that an earlier one has; those that overlap none are unchanged."""
    pairs = self_overlaps(zones)
    real = pairs.planar_m2 > CONTACT_AREA_M2
    shapes = zones.shapes.copy()
    for later in np.unique(pairs.b[real]):
        earlier = zones.take(pairs.a[real & (pairs.b == later)])
        shapes[later] = difference(zones.take([later]), earlier)[0]
    return Regions(shapes, zones.plane)
