"""Polygons as ragged coordinate arrays: rings of features, without an object per shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import Shapes, simple_parts

Floats = NDArray[np.float64]
Offsets = NDArray[np.int64]

_POLYGON, _MULTIPOLYGON = 3, 6


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
        plain = (kind == _POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
        others = (kind >= _POLYGON) & ~plain
        if others.any():
            return cls._of_any(shapes)
        return cls._of_plain(shapes, plain)

    @classmethod
    def _of_plain(cls, shapes: Shapes, plain: NDArray[np.bool_]) -> Rings:
        """Polygons without holes are one ring each: no object per ring is made."""
        sizes = shapely.get_num_coordinates(shapes) * plain
        solid = sizes > 0
        xy = shapely.get_coordinates(shapes if plain.all() else shapes[solid])
        return cls(
            xy,
            _offsets(sizes[solid]),
            _offsets(solid),
            np.zeros(int(solid.sum()), dtype=np.bool_),
        )

    @classmethod
    def _of_any(cls, shapes: Shapes) -> Rings:
        parts, owner = simple_parts(shapes)
        polygons = shapely.get_type_id(parts) == _POLYGON
        parts, owner = parts[polygons], owner[polygons]
        rings, part = shapely.get_rings(parts, return_index=True)
        hole = np.zeros(len(rings), dtype=np.bool_)
        hole[1:] = part[1:] == part[:-1]
        return cls(
            shapely.get_coordinates(rings),
            _offsets(shapely.get_num_coordinates(rings)),
            _offsets(np.bincount(owner[part], minlength=len(shapes))),
            hole,
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
