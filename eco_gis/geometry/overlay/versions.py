"""Two versions of a layer: what each feature keeps, loses and gains, by area alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.crs import require_same_plane
from eco_gis.geometry.overlay.engine import Engine
from eco_gis.geometry.overlay.pairs import overlap_pairs
from eco_gis.geometry.overlay.table import PairTable
from eco_gis.geometry.parts import Shapes
from eco_gis.geometry.regions import Regions

Floats = NDArray[np.float64]

_MANY = 1 << 14
"""Shapes compared at a time by one core."""


@dataclass(frozen=True)
class VersionAreas:
    """Ellipsoidal m² per feature of an older and a newer version."""

    kept_m2: Floats
    """(n,) ground of each older feature that the newer version holds."""
    lost_m2: Floats
    """(n,) ground of each older feature that it does not hold."""
    gained_m2: Floats
    """(m,) ground of each newer feature that the older version did not hold."""


def version_pairs(old: Regions, new: Regions, *, engine: Engine = "auto") -> PairTable:
    """Pairs of features of two versions, of which neither overlaps itself, with their common area.

    Features that are the same in both, in the same row, vertex by vertex, have all in common with each
    other and nothing with any other feature: they are not laid over anything.

    Parameters
    ----------
    old, new
        Footprints.
    """
    require_same_plane(old.plane, new.plane)
    if len(old) != len(new):
        return overlap_pairs(old, new, engine=engine)
    same = _identical(old.shapes, new.shapes) & (old.dimensions == 2)
    kept, rest = np.flatnonzero(same), np.flatnonzero(~same)
    area_m2 = old.area_m2[kept]
    table = PairTable.of_areas(kept, kept, old.planar_m2[kept], area_m2)
    if not len(rest):
        return table
    pairs = overlap_pairs(old.take(rest), new.take(rest), engine=engine)
    return table.joined(replace(pairs, a=rest[pairs.a], b=rest[pairs.b]))


def _identical(old: Shapes, new: Shapes) -> NDArray[np.bool_]:
    """Which shapes are the same in the same row, vertex by vertex."""
    if len(old) < _MANY:
        return np.asarray(shapely.equals_identical(old, new))
    from eco_gis.geometry.cells.compiled import on_all_cores

    starts = range(0, len(old), _MANY)
    return np.concatenate(
        on_all_cores(
            lambda a, b: np.asarray(shapely.equals_identical(old[a:b], new[a:b])),
            [(start, start + _MANY) for start in starts],
        )
    )


def version_areas(old: Regions, new: Regions, *, engine: Engine = "auto") -> VersionAreas:
    """What each feature keeps, loses and gains between two versions of which neither overlaps itself.

    The kept area is the sum of the pairs, and what is left of the own area is lost or gained; differences
    of rounding size stay, and may be negative.

    Parameters
    ----------
    old, new
        Footprints: a feature that overlaps another of its version would count its ground twice.
    """
    pairs = version_pairs(old, new, engine=engine)
    kept, held = np.zeros(len(old)), np.zeros(len(new))
    np.add.at(kept, pairs.a, pairs.area_m2)
    np.add.at(held, pairs.b, pairs.area_m2)
    return VersionAreas(kept, old.area_m2 - kept, new.area_m2 - held)
