"""Polygons as ragged coordinate arrays: rings of features, without an object per shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import Shapes, simple_parts

Floats = NDArray[np.float64]
Offsets = NDArray[np.int64]

_POLYGON = 3


@dataclass(frozen=True)
class Rings:
    """The rings of the polygons of a layer, closed, feature after feature.

    The direction of the rings does not matter: what a ring adds or takes is told by `hole`.

    Examples
    --------
    >>> r = Rings.of(np.array([shapely.box(0, 0, 1, 1), None], dtype=object))
    >>> len(r), r.vertices, r.ring.tolist(), r.feature.tolist(), r.hole.tolist()
    (2, 5, [0, 5], [0, 1, 1], [False])
    """

    xy: Floats
    """(m, 2) vertices in plane units, each ring closed by its first vertex."""
    ring: Offsets
    """(r + 1,) index of each ring's first vertex; the last is m."""
    feature: Offsets
    """(n + 1,) index of each feature's first ring; equal neighbours where it has none."""
    hole: NDArray[np.bool_]
    """(r,) whether the ring bounds a hole."""

    def __len__(self) -> int:
        return len(self.feature) - 1

    @property
    def vertices(self) -> int:
        """Number of vertices of all rings."""
        return len(self.xy)

    @cached_property
    def bounds(self) -> Floats:
        """(n, 4) boxes of the features; nan where there is no ring."""
        out = np.full((len(self), 4), np.nan)
        some = np.flatnonzero(np.diff(self.feature))
        if some.size:
            starts = self.ring[self.feature[some]]
            out[some, :2] = np.minimum.reduceat(self.xy, starts)
            out[some, 2:] = np.maximum.reduceat(self.xy, starts)
        return out

    @classmethod
    def of(cls, shapes: Shapes) -> Rings:
        """The polygons among the shapes; None, empty shapes, lines and points have no ring."""
        kind = shapely.get_type_id(shapes)
        if (kind > _POLYGON).any():
            parts, owner = simple_parts(shapes)
            plain = shapely.get_type_id(parts) == _POLYGON
            return cls._of_polygons(parts[plain], owner[plain], len(shapes))
        solid = (kind == _POLYGON) & (shapely.get_num_coordinates(shapes) > 0)
        polygons = shapes if solid.all() else shapes[solid]
        return cls._of_polygons(polygons, np.flatnonzero(solid), len(shapes))

    @classmethod
    def _of_polygons(cls, polygons: Shapes, owner: NDArray[np.intp], count: int) -> Rings:
        """Single polygons, none of them empty, of `count` features: no object is made but for holes."""
        holes = shapely.get_num_interior_rings(polygons)
        shell = np.arange(len(polygons)) + np.cumsum(holes) - holes
        hole = np.ones(len(polygons) + int(holes.sum()), dtype=np.bool_)
        hole[shell] = False
        sizes = np.zeros(len(hole), dtype=np.int64)
        sizes[shell] = shapely.get_num_coordinates(polygons)
        if hole.any():
            around = np.repeat(np.arange(len(polygons)), holes)
            place = np.flatnonzero(hole)
            rings = shapely.get_interior_ring(polygons[around], place - shell[around] - 1)
            sizes[place] = shapely.get_num_coordinates(rings)
            np.subtract.at(sizes, shell[around], sizes[place])
        feature = np.bincount(owner, holes + 1, minlength=count)
        return cls(shapely.get_coordinates(polygons), _offsets(sizes), _offsets(feature), hole)

    @classmethod
    def joined(cls, parts: Sequence[Rings]) -> Rings:
        """The features of several, one after the other.

        >>> one = Rings.of(np.array([shapely.box(0, 0, 1, 1), None], dtype=object))
        >>> Rings.joined([one, one]).feature.tolist()
        [0, 1, 1, 2, 2]
        """
        return cls(
            np.concatenate([np.empty((0, 2)), *(part.xy for part in parts)]),
            _offsets(np.concatenate([np.empty(0, np.int64), *(np.diff(part.ring) for part in parts)])),
            _offsets(np.concatenate([np.empty(0, np.int64), *(np.diff(part.feature) for part in parts)])),
            np.concatenate([np.empty(0, np.bool_), *(part.hole for part in parts)]),
        )

    def shapes(self) -> Shapes:
        """A polygon for each feature: of several parts where it has them, empty where it has no ring.

        >>> Rings.of(np.array([shapely.box(0, 0, 1, 1), None], dtype=object)).shapes().tolist()
        [<POLYGON ((1 0, 1 1, 0 1, 0 0, 1 0))>, <POLYGON EMPTY>]
        """
        shell = np.flatnonzero(~self.hole)
        part = np.searchsorted(shell, self.feature)
        kind = shapely.GeometryType.MULTIPOLYGON
        whole = shapely.from_ragged_array(kind, self.xy, (self.ring, np.append(shell, len(self.hole)), part))
        single = np.flatnonzero(np.diff(part) < 2)
        whole[single] = shapely.get_geometry(whole[single], 0)
        whole[np.diff(part) == 0] = shapely.Polygon()
        return np.asarray(whole)


def _offsets(sizes: NDArray[np.generic]) -> Offsets:
    out = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=out[1:])
    return out
