"""Well-known binary read by compiled code: polygons and multipolygons with little-endian numbers.

Layout, all numbers unaligned: byte order (1), kind (4), then for a polygon the number of rings (4), and
for each ring the number of points (4) and the points, 8 bytes for each ordinate; for a multipolygon the
number of polygons (4), each of them whole again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.cells.compiled import kernel
from eco_gis.geometry.rings import Rings

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

_POLYGON, _MULTIPOLYGON = 3, 6


def read_polygons(data: Bytes, offsets: Ints) -> Rings | None:
    """The rings of all shapes; None where one is of another kind or order, or ends before its bytes do."""
    feature = np.zeros(len(offsets), dtype=np.int64)
    none = np.empty(0, dtype=np.int64)
    rings, vertices = _walk(data, offsets, feature, none, np.empty(0, np.bool_), np.empty(0, np.uint8), False)
    if rings < 0:
        return None
    ring, hole = np.empty(rings + 1, dtype=np.int64), np.empty(rings, dtype=np.bool_)
    xy = np.empty((vertices, 2))
    _walk(data, offsets, feature, ring, hole, xy.reshape(-1).view(np.uint8), True)
    ring[rings] = vertices
    return Rings(xy, ring, feature, hole)


@kernel
def _walk(
    data: Bytes, offsets: Ints, feature: Ints, ring: Ints, hole: NDArray[np.bool_], xy: Bytes, fill: bool
) -> tuple[int, int]:
    """Go through all shapes; count rings and vertices, or fill the arrays. −1 where a shape cannot be read."""
    rings, vertices = 0, 0
    for i in range(len(offsets) - 1):
        at, end = offsets[i], offsets[i + 1]
        feature[i] = rings
        if at == end:
            continue
        kind, ordinates = _head(data, at, end)
        polygons = 1
        if kind == _MULTIPOLYGON:
            polygons = _number(data, at + 5, end)
            at += 9
        elif kind != _POLYGON:
            return -1, 0
        for _ in range(polygons):
            kind, ordinates = _head(data, at, end)
            count = _number(data, at + 5, end)
            if kind != _POLYGON or count < 0:
                return -1, 0
            at += 9
            for r in range(count):
                points = _number(data, at, end)
                at += 4
                if points < 0 or at + 8 * ordinates * points > end:
                    return -1, 0
                if fill:
                    ring[rings], hole[rings] = vertices, r > 0
                    for p in range(points):
                        source, target = at + 8 * ordinates * p, 16 * (vertices + p)
                        xy[target : target + 16] = data[source : source + 16]
                rings += 1
                vertices += points
                at += 8 * ordinates * points
        if at != end:
            return -1, 0
    feature[len(offsets) - 1] = rings
    return rings, vertices


@kernel
def _number(data: Bytes, at: int, end: int) -> int:
    """The whole number at a place; −1 beyond the end."""
    if at + 4 > end:
        return -1
    number = np.int64(0)
    for byte in range(4):
        number |= np.int64(data[at + byte]) << np.int64(8 * byte)
    return int(number)


@kernel
def _head(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Kind of the shape at a place and its ordinates for each point; −1 where it cannot be read."""
    kind = _number(data, at + 1, end)
    if kind < 0 or data[at] != 1:
        return -1, 0
    ordinates = 2
    if kind & 0x80000000:  # as PostGIS writes Z and M
        ordinates += 1
    if kind & 0x40000000:
        ordinates += 1
    if kind & 0x20000000:  # a reference system before the rest
        return -1, 0
    kind &= 0x0FFFFFFF
    ordinates += (0, 1, 1, 2)[min(kind // 1000, 3)]
    return kind % 1000, ordinates
