"""Taking shapes apart by dimension, on whole arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[Any]
"""(n,) object array of shapely geometries; None stands for a lost shape."""

_DIMENSION = np.array([0, 1, 1, 2, 0, 1, 2, -1], dtype=np.intp)
_COLLECTION = 7


def as_shapes(shapes: Iterable[Any] | Any) -> Shapes:
    """Any sequence of geometries, or one geometry, as an (n,) object array.

    >>> as_shapes(shapely.Point(0, 0)).shape, as_shapes([]).shape
    ((1,), (0,))
    """
    if shapes is None or isinstance(shapes, shapely.Geometry):
        shapes = [shapes]
    # columns of a table give their array at once, and one by one only slowly
    given = np.asarray(shapes, dtype=object) if hasattr(shapes, "__array__") else list(shapes)
    out = np.empty(len(given), dtype=object)
    out[:] = given
    return out


def dimensions(shapes: Shapes) -> NDArray[np.intp]:
    """0 for points, 1 for lines, 2 for polygons, −1 for None and empty shapes.

    A mixed collection counts as its highest dimension.

    >>> dimensions(as_shapes([shapely.box(0, 0, 1, 1), shapely.Polygon(), None])).tolist()
    [2, -1, -1]
    """
    return np.where(
        shapely.is_empty(shapes) | shapely.is_missing(shapes), -1, shapely.get_dimensions(shapes)
    ).astype(np.intp)


def total_bounds(shapes: Shapes) -> tuple[float, float, float, float]:
    """Box of all shapes; nan where there is none.

    >>> total_bounds(as_shapes([shapely.box(0, 1, 2, 3), None])), total_bounds(as_shapes([]))
    ((0.0, 1.0, 2.0, 3.0), (nan, nan, nan, nan))
    """
    west, south, east, north = shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)
    return float(west), float(south), float(east), float(north)


def simple_parts(shapes: Shapes) -> tuple[Shapes, NDArray[np.intp]]:
    """Single points, lines and polygons, none of them empty, with the index of their shape."""
    parts, index = shapely.get_parts(shapes, return_index=True)
    while np.any(shapely.get_type_id(parts) > 3):
        parts, inner = shapely.get_parts(parts, return_index=True)
        index = index[inner]
    solid = ~shapely.is_empty(parts)
    return parts[solid], index[solid].astype(np.intp)


def keep_dimension(shapes: Shapes, dimension: int) -> Shapes:
    """The parts of one dimension only; a shape without any becomes empty, never None.

    >>> mixed = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 1 0, 1 1, 0 0)))")
    >>> keep_dimension(as_shapes([mixed, shapely.Point(1, 1), None]), 2).tolist()
    [<POLYGON ((0 0, 1 0, 1 1, 0 0))>, <POLYGON EMPTY>, <POLYGON EMPTY>]
    """
    out = np.array(shapes, dtype=object)
    pure = dimensions(out) == dimension
    pure &= shapely.get_type_id(out) != _COLLECTION
    mixed = np.flatnonzero(~pure)
    if mixed.size:
        parts, index = simple_parts(out[mixed])
        wanted = shapely.get_dimensions(parts) == dimension
        out[mixed] = regroup(parts[wanted], index[wanted], len(mixed), dimension)
    return out


def regroup(parts: Shapes, index: NDArray[np.intp], count: int, dimension: int) -> Shapes:
    """`count` shapes from single parts sorted by `index`: one part stays single, several become multi."""
    empty = (shapely.Point(), shapely.LineString(), shapely.Polygon())[dimension]
    build = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[dimension]
    out = np.full(count, empty, dtype=object)
    sizes = np.bincount(index, minlength=count)
    single = sizes[index] == 1
    out[index[single]] = parts[single]
    if not single.all():
        several, dense = np.unique(index[~single], return_inverse=True)
        out[several] = build(parts[~single], indices=dense)
    return out


def chunks(lines: Shapes, vertices: int) -> Shapes:
    """Single lines cut into runs of at most `vertices` edges.

    >>> line = shapely.LineString([(0, 0), (1, 0), (2, 0), (3, 0)])
    >>> chunks(as_shapes(line), 2).tolist()
    [<LINESTRING (0 0, 1 0, 2 0)>, <LINESTRING (2 0, 3 0)>]
    """
    points, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(line[:-1] == line[1:])
    if not first.size:
        return np.empty(0, dtype=object)
    position = first - np.searchsorted(line, line[first])
    begins = np.ones(len(first), dtype=bool)
    begins[1:] = (line[first[1:]] != line[first[:-1]]) | (position[1:] % vertices == 0)
    run = np.cumsum(begins) - 1
    last = np.append(begins[1:], True)
    edge = np.repeat(np.arange(len(first)), 1 + last)
    is_end = np.append(edge[:-1] == edge[1:], False)
    is_end = np.append(False, is_end[:-1])
    return np.asarray(shapely.linestrings(points[first[edge] + is_end], indices=run[edge]))
