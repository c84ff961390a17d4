"""Moving shapes through a coordinate function so that straight edges bend as they should (law 5)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.errors import UsageError
from eco_gis.geometry.parts import Shapes, dimensions, simple_parts
from eco_gis.text import Text

Floats = NDArray[np.float64]
Move = Callable[[Floats, Floats], tuple[Floats, Floats]]

_METRES_PER_DEGREE = 111_320.0
_ROUNDS = 12
_COLLECTION = 7


def moved(shapes: Shapes, move: Move, *, budget: float, unit_m: float | None) -> Shapes:
    """Images of 2-D shapes under `move`, edges densified until their chord error is within `budget` m².

    `unit_m` are the metres in one unit of the image; None tells that it is in degrees.
    """
    out = np.array(shapes, dtype=object)
    solid = np.flatnonzero(dimensions(out) >= 0)
    parts, index = simple_parts(out[solid])

    def metric(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        px, py = move(x, y)
        if not (np.isfinite(px).all() and np.isfinite(py).all()):
            bad = int(np.flatnonzero(~(np.isfinite(px) & np.isfinite(py)))[0])
            place = f"({float(x[bad])!r}, {float(y[bad])!r})"
            raise UsageError(
                Text(
                    f"坐标 {place} 在目标坐标系中没有对应点：所写坐标系与文件不符，或图形超出投影的适用范围",
                    f"the coordinate {place} has no image in the target CRS: the CRS named for the file is "
                    "not its own, or the shape lies outside the projection's range",
                )
            )
        return px, py

    def metres(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        px, py = metric(x, y)
        if unit_m is None:
            return px * np.cos(np.radians(py)) * _METRES_PER_DEGREE, py * _METRES_PER_DEGREE
        return px * unit_m, py * unit_m

    images = np.empty(len(parts), dtype=object)
    kind = shapely.get_dimensions(parts)
    for dimension, build in ((0, _points), (1, _lines), (2, _polygons)):
        chosen = kind == dimension
        if chosen.any():
            images[chosen] = build(parts[chosen], metric, metres, budget)
    out[solid] = _reassemble(out[solid], images, index)
    return out


def _reassemble(originals: Shapes, images: Shapes, index: NDArray[np.intp]) -> Shapes:
    """Shapes of the same kind as the originals from the images of their parts."""
    out = np.empty(len(originals), dtype=object)
    type_of = shapely.get_type_id(originals)
    part_type = type_of[index]
    single = part_type <= 3
    out[index[single]] = images[single]
    builders = {4: shapely.multipoints, 5: shapely.multilinestrings, 6: shapely.multipolygons}
    for kind, build in {**builders, _COLLECTION: shapely.geometrycollections}.items():
        chosen = part_type == kind
        if chosen.any():
            which, dense = np.unique(index[chosen], return_inverse=True)
            out[which] = build(images[chosen], indices=dense)
    return out


def _points(parts: Shapes, metric: Move, metres: Move, budget: float) -> Shapes:
    x, y = metric(*shapely.get_coordinates(parts).T)
    return np.asarray(shapely.points(x, y))


def _lines(parts: Shapes, metric: Move, metres: Move, budget: float) -> Shapes:
    points, index = _dense(parts, metres, budget)
    return np.asarray(shapely.linestrings(np.column_stack(metric(*points.T)), indices=index))


def _polygons(parts: Shapes, metric: Move, metres: Move, budget: float) -> Shapes:
    rings, owner = shapely.get_rings(parts, return_index=True)
    points, index = _dense(rings, metres, budget)
    images = shapely.linearrings(np.column_stack(metric(*points.T)), indices=index)
    return np.asarray(shapely.polygons(images, indices=owner))


def _dense(lines: Shapes, metres: Move, budget: float) -> tuple[Floats, NDArray[np.intp]]:
    """Vertices of the lines with the added ones, and the index of their line."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    inner = np.flatnonzero(line[:-1] == line[1:])
    start, end = points[inner], points[inner + 1]
    flipped = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    low = np.where(flipped[:, None], end, start)
    high = np.where(flipped[:, None], start, end)
    count = np.ones(len(points), dtype=np.intp)  # a line's last vertex stands alone
    count[inner] = _subdivisions(low, high, metres, budget)
    edge_of = np.full(len(points), -1, dtype=np.intp)
    edge_of[inner] = np.arange(len(inner))
    owner = np.repeat(np.arange(len(points)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    dense = points[owner]
    added = np.flatnonzero(step > 0)
    edge, n, k = edge_of[owner[added]], count[owner[added]], step[added]
    share = np.where(flipped[edge], n - k, k) / n
    dense[added] = low[edge] + (high[edge] - low[edge]) * share[:, None]
    return dense, np.asarray(line[owner])


def _subdivisions(low: Floats, high: Floats, metres: Move, budget: float) -> NDArray[np.intp]:
    """Segments needed for each edge: from three inner points first, then verified on every segment."""
    if not np.isfinite(budget) or not len(low):
        return np.ones(len(low), dtype=np.intp)
    shares = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    path = low[:, None, :] + (high - low)[:, None, :] * shares[None, :, None]
    x, y = (v.reshape(len(low), 5) for v in metres(*path.reshape(-1, 2).T))
    dx, dy = x[:, -1] - x[:, 0], y[:, -1] - y[:, 0]
    twice_area = np.abs((x[:, 1:4] - x[:, :1]) * dy[:, None] - (y[:, 1:4] - y[:, :1]) * dx[:, None])
    count = np.maximum(np.ceil(np.sqrt(twice_area.max(axis=1) / budget)), 1).astype(np.intp)
    pending = np.flatnonzero(count > 1)
    for _ in range(_ROUNDS):
        over = _chord_error(low[pending], high[pending], count[pending], metres) > budget
        pending = pending[over]
        if not pending.size:
            break
        count[pending] *= 2
    return np.asarray(count)


def _chord_error(low: Floats, high: Floats, count: NDArray[np.intp], metres: Move) -> Floats:
    """Area in m² between the image of each edge and its chords: ⅔ · sagitta · length, summed."""
    if not len(low):
        return np.zeros(0)
    edge = np.repeat(np.arange(len(low)), count)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    ends = []
    for offset in (0.0, 0.5, 1.0):
        share = (step + offset) / count[edge]
        ends.append(metres(*(low[edge] + (high - low)[edge] * share[:, None]).T))
    (x0, y0), (xm, ym), (x1, y1) = ends
    sagitta_times_length = np.abs((xm - x0) * (y1 - y0) - (ym - y0) * (x1 - x0))
    error = np.bincount(edge, weights=2 / 3 * sagitta_times_length, minlength=len(low))
    return np.asarray(error, dtype=np.float64)
