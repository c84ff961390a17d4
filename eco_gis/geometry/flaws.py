"""Flaws of delivered shapes that cost no area: counted for each shape, so that nothing goes without a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import Shapes, as_shapes, dimensions
from eco_gis.text import Text

Counts = NDArray[np.intp]

_COLLECTION = 7
_SPIKE_RAD = 1e-9
"""Angle below which a line that turns back has no width: 1 mm at 1,000 km."""


@dataclass(frozen=True)
class Flaws:
    """How many of each flaw every shape has. Arrays of one length."""

    spikes: Counts
    """Corners where a ring turns back on itself without width (尖刺)."""
    repeated: Counts
    """Vertices equal to the one before (重复节点)."""
    turned: Counts
    """Holes that run the same way round as their shell (环方向); which way shells run differs from format to format and means nothing."""
    heights: Counts
    """1 where there are Z values, which are dropped."""
    measures: Counts
    """1 where there are M values, which are dropped."""
    left_out: Counts
    """Parts of a mixed collection (几何集合) that are below its highest dimension and do not count."""

    def counts(self) -> list[tuple[Text, Counts]]:
        """Each kind in words with its counts."""
        return [
            (Text("尖刺", "zero-width spikes"), self.spikes),
            (Text("重复节点", "repeated vertices"), self.repeated),
            (Text("孔与外环同向", "holes that run the same way as their shell"), self.turned),
            (Text("含 Z 值（已舍去）", "shapes with Z values (dropped)"), self.heights),
            (Text("含 M 值（已舍去）", "shapes with M values (dropped)"), self.measures),
            (Text("几何集合中未计入的部分", "parts of collections left out"), self.left_out),
        ]


def find_flaws(shapes: Any) -> Flaws:
    """Count the flaws of shapes as delivered; None and empty ones have none.

    Nothing is mended: a spike goes when its ring is repaired, repeated vertices and the direction of a ring
    change no measure.

    >>> spiked = shapely.Polygon([(0, 0), (4, 0), (4, 2), (7, 2), (4, 2), (4, 4), (0, 4)])
    >>> found = find_flaws([spiked, shapely.Point(0, 0, 5), None])
    >>> found.spikes.tolist(), found.heights.tolist(), find_flaws([]).spikes.tolist()
    ([1, 0, 0], [0, 1, 0], [])
    """
    given = as_shapes(shapes)
    n = len(given)
    solid = dimensions(given) >= 0
    has_z, has_m = (np.asarray(test(given)) & solid for test in (shapely.has_z, shapely.has_m))
    return Flaws(
        spikes=_spikes(given),
        repeated=_repeated(given),
        turned=_turned(given),
        heights=has_z.astype(np.intp),
        measures=has_m.astype(np.intp),
        left_out=np.array([_left_out(s) for s in given], dtype=np.intp).reshape(n),
    )


def _repeated(shapes: Shapes) -> Counts:
    lines, owner = _lines(shapes)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    same = (line[1:] == line[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)
    return _per_shape(owner[line[1:][same]], len(shapes))


def _spikes(shapes: Shapes) -> Counts:
    """Corners where the way back covers the way there."""
    rings, owner = _rings(shapes)
    rings = shapely.remove_repeated_points(rings)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        return np.zeros(len(shapes), dtype=np.intp)
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    last = np.append(first[1:], len(xy)) - 1
    corner = np.setdiff1d(np.arange(len(xy)), last)
    before = corner - 1
    # the corner a ring starts at comes after the last but one, which is the start again
    before[np.searchsorted(corner, first)] = last - 1
    there, back = xy[corner] - xy[before], xy[corner + 1] - xy[corner]
    cross = np.abs(there[:, 0] * back[:, 1] - there[:, 1] * back[:, 0])
    dot = (there * back).sum(axis=1)
    sharp = (dot < 0) & (cross <= _SPIKE_RAD * np.abs(dot))
    return _per_shape(owner[ring[corner[sharp]]], len(shapes))


def _turned(shapes: Shapes) -> Counts:
    polygons, owner = _polygons(shapes)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    if not len(rings):
        return np.zeros(len(shapes), dtype=np.intp)
    shell = np.append(True, polygon[1:] != polygon[:-1])
    ccw = np.asarray(shapely.is_ccw(rings))
    odd = ~shell & (ccw == ccw[shell][polygon])
    return _per_shape(owner[polygon[odd]], len(shapes))


def _left_out(shape: Any) -> int:
    if shape is None or shapely.get_type_id(shape) != _COLLECTION:
        return 0
    parts = shapely.get_parts(shape)
    return int((shapely.get_dimensions(parts) < shapely.get_dimensions(shape)).sum())


def _polygons(shapes: Shapes) -> tuple[Shapes, Counts]:
    """Single polygons, not empty, and the index of their shape."""
    parts, index = shapely.get_parts(shapes, return_index=True)
    while np.any(shapely.get_type_id(parts) == _COLLECTION):
        parts, inner = shapely.get_parts(parts, return_index=True)
        index = index[inner]
    parts, inner = shapely.get_parts(parts, return_index=True)
    keep = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    return parts[keep], np.asarray(index[inner][keep], dtype=np.intp)


def _rings(shapes: Shapes) -> tuple[Shapes, Counts]:
    polygons, owner = _polygons(shapes)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    return np.asarray(rings), np.asarray(owner[polygon], dtype=np.intp)


def _lines(shapes: Shapes) -> tuple[Shapes, Counts]:
    """Rings and single lines, and the index of their shape."""
    rings, owner = _rings(shapes)
    parts, index = shapely.get_parts(shapes, return_index=True)
    line = shapely.get_type_id(parts) == 1
    return np.concatenate([rings, parts[line]]), np.concatenate([owner, index[line].astype(np.intp)])


def _per_shape(owners: Counts, n: int) -> Counts:
    return np.bincount(owners, minlength=n).astype(np.intp)
