"""The three areas of a parcel: ellipsoidal (additive), official, planar; and the length of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from numpy.polynomial import legendre
from numpy.typing import NDArray

from eco_gis.errors import UsageError
from eco_gis.geometry.parts import Shapes, as_shapes, simple_parts
from eco_gis.geometry.scale import AreaScale
from eco_gis.text import Text

if TYPE_CHECKING:
    from eco_gis.geometry.crs import Plane

Floats = NDArray[np.float64]

LONG_EDGE_M = 20_000.0
"""Three Gauss nodes are exact to 1e-15 up to this length of an edge; longer edges get twelve."""

_BLOCK = 8_192
"""Edges worked on at a time, so that what is made on the way stays in the processor's cache."""

CGCS2000 = pyproj.Geod(a=6378137.0, rf=298.257222101)
"""Ellipsoid of the China Geodetic Coordinate System 2000."""


def planar_area(shapes: Any, plane: Plane) -> Floats:
    """Area in the plane (平面面积), in m².

    Parameters
    ----------
    shapes
        Geometries on `plane`; lines, points, empty shapes and None have no area.
    """
    return np.asarray(np.nan_to_num(shapely.area(as_shapes(shapes))) * plane.unit_m**2)


def ellipsoidal_area(shapes: Any, plane: Plane) -> Floats:
    """Area on the ellipsoid (椭球面积) of shapes whose edges are straight in the plane, in m².

    The planar area plus ∮ g dy with g = ∫(s − 1)dx, where s is the ellipsoidal area of one planar
    m² (Green). Additive: the parts of a shape cut by any line sum to the shape, to rounding.

    Parameters
    ----------
    shapes
        Geometries on `plane`; lines, points, empty shapes and None have no area. Direction of the
        rings does not matter.

    Raises
    ------
    UsageError
        When a shape reaches outside the domain of the plane.
    """
    given = as_shapes(shapes)
    parts, owner = simple_parts(given)
    polygons = shapely.get_type_id(parts) == 3
    parts, owner = shapely.orient_polygons(parts[polygons]), owner[polygons]
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    start, end, ring = _edges(rings)
    scale = plane.area_scale
    _require_inside(start, owner[ring_part[ring]], scale, plane)
    excess = _mean_along(scale.integral, start, end, plane) * (end[:, 1] - start[:, 1])
    correction = np.bincount(owner[ring_part[ring]], weights=excess, minlength=len(given))
    return planar_area(given, plane) + correction * plane.unit_m**2


def ellipsoidal_length(shapes: Any, plane: Plane) -> Floats:
    """Length of lines, planar ÷ local scale (root of the areal scale), in m; 0 for all other shapes.

    Raises
    ------
    UsageError
        When a line reaches outside the domain of the plane.
    """
    given = as_shapes(shapes)
    parts, owner = simple_parts(given)
    lines = (shapely.get_type_id(parts) == 1) | (shapely.get_type_id(parts) == 2)
    parts, owner = parts[lines], owner[lines]
    start, end, line = _edges(parts)
    _require_inside(np.vstack([start, end]), np.tile(owner[line], 2), plane.area_scale, plane)
    stretch = _mean_along(lambda x, y: np.sqrt(plane.area_scale(x, y)), start, end, plane)
    length = np.hypot(*(end - start).T) * stretch * plane.unit_m
    return np.asarray(np.bincount(owner[line], weights=length, minlength=len(given)), dtype=np.float64)


def official_area(shapes_lonlat: Any, *, ellipsoid: pyproj.Geod = CGCS2000) -> Floats:
    """Area by the official formula on delivered vertices (图斑椭球面积), in m².

    The trapezoid formula of 国土调查办发〔2008〕32号 from each edge to a fixed meridian; the edge is
    taken as straight in (B, L). Not additive: each vertex put on a straight edge moves it.

    Parameters
    ----------
    shapes_lonlat
        Geometries in degrees, x longitude, y latitude; None and empty shapes have no area.
    ellipsoid
        CGCS2000 by default.

    Examples
    --------
    >>> float(official_area(shapely.box(120, 29, 120.02, 29.02))[0].round(2))
    4319476.92
    """
    given = as_shapes(shapes_lonlat)
    parts, owner = simple_parts(given)
    polygons = shapely.get_type_id(parts) == 3
    parts, owner = shapely.orient_polygons(parts[polygons]), owner[polygons]
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    start, end, ring = _edges(rings)
    feature = owner[ring_part[ring]]
    meridian = np.full(len(given), np.inf)
    np.minimum.at(meridian, feature, start[:, 0])
    lon = np.radians((start[:, 0] + end[:, 0]) / 2 - meridian[feature])
    trapezoid = lon * _meridional_strip(np.radians(start[:, 1]), np.radians(end[:, 1]), ellipsoid)
    return np.asarray(np.bincount(feature, weights=trapezoid, minlength=len(given)), dtype=np.float64)


def _meridional_strip(b1: Floats, b2: Floats, ellipsoid: pyproj.Geod) -> Floats:
    """Area per radian of longitude between two latitudes (series to e⁸, as in the regulation)."""
    e2 = ellipsoid.es
    powers = np.array([1.0, e2, e2**2, e2**3, e2**4])
    series = (
        np.array([1, 3 / 6, 30 / 80, 35 / 112, 630 / 2304]),
        np.array([0, 1 / 6, 15 / 80, 21 / 112, 420 / 2304]),
        np.array([0, 0, 3 / 80, 7 / 112, 180 / 2304]),
        np.array([0, 0, 0, 1 / 112, 45 / 2304]),
        np.array([0, 0, 0, 0, 5 / 2304]),
    )
    half, middle = (b2 - b1) / 2, (b1 + b2) / 2
    total = np.zeros_like(half)
    for order, terms in enumerate(series):
        odd = 2 * order + 1
        total += (-1) ** order * float(terms @ powers) * np.sin(odd * half) * np.cos(odd * middle)
    return 2 * ellipsoid.b**2 * total


def _edges(lines: Shapes) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Start and end of every edge of single lines or rings, and the index of its line."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    inner = line[:-1] == line[1:]
    return points[:-1][inner], points[1:][inner], line[:-1][inner]


def _mean_along(function: Any, start: Floats, end: Floats, plane: Plane) -> Floats:
    """Mean of a smooth function along each edge (Gauss–Legendre)."""
    out = np.zeros(len(start))
    long = np.hypot(*(end - start).T) * plane.unit_m > LONG_EDGE_M
    for chosen, count in ((~long, 3), (long, 12)):
        if not chosen.any():
            continue
        edges = np.flatnonzero(chosen)
        rule = list(zip(*legendre.leggauss(count), strict=True))
        for block in np.split(edges, range(_BLOCK, len(edges), _BLOCK)):
            (x0, y0), (x1, y1) = start[block].T, end[block].T
            for node, weight in rule:
                near, far = (1 - node) / 2, (1 + node) / 2
                out[block] += weight / 2 * function(x0 * near + x1 * far, y0 * near + y1 * far)
    return out


def _require_inside(points: Floats, owner: NDArray[np.intp], scale: AreaScale, plane: Plane) -> None:
    outside = ~scale.holds(points[:, 0], points[:, 1])
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        x, y = points[first]
        index, place = int(owner[first]), f"({x:.3f}, {y:.3f})"
        raise UsageError(
            Text(
                f"图形 {index} 到达 {place}，超出平面 {plane.name} 的范围 {plane.domain}："
                "请用 Plane.over 按全部数据的范围建立平面",
                f"shape {index} reaches {place}, outside the domain {plane.domain} of the plane {plane.name}: "
                "make the plane with Plane.over the bounds of everything loaded",
            )
        )
