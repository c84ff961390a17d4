"""Working planes, and the one function that transforms (laws 4 and 5)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

from eco_gis.errors import CRSMismatchError, UsageError
from eco_gis.geometry.datum import coordinate_function, equivalent, horizontal, operation_name
from eco_gis.geometry.densify import moved
from eco_gis.geometry.parts import Shapes, as_shapes, total_bounds
from eco_gis.geometry.scale import AreaScale, fit_area_scale
from eco_gis.text import Text

__all__ = [
    "Plane",
    "choose_plane_crs",
    "crs_name",
    "operation_name",
    "require_same_plane",
    "transform",
    "transform_bounds",
]

Box = tuple[float, float, float, float]

CHORD_BUDGET_M2 = 0.01
"""Area by which one edge may differ between its two readings, straight before and straight after."""

_CHINA = (73.5, 3.0, 136.5, 54.0)
_DOMAIN_STEP_M = 10_000.0


@dataclass(frozen=True)
class Plane:
    """A working plane: a projected CRS and the box in which areas are told.

    Examples
    --------
    >>> plane = Plane.over(pyproj.CRS.from_epsg(4549), (500000, 3200000, 501000, 3201000))
    >>> plane.name, plane.unit_m
    ('EPSG:4549 CGCS2000 / 3-degree Gauss-Kruger CM 120E', 1.0)
    """

    crs: pyproj.CRS
    """Projected CRS, in metres or feet."""
    domain: Box
    """x/y box, plane units, that holds every shape whose area is asked for."""

    def __post_init__(self) -> None:
        if not self.crs.is_projected:
            name = crs_name(self.crs)
            raise UsageError(
                Text(
                    f"{name} 不是投影坐标系：面积和宽度须在平面上量算",
                    f"{name} is not a projected CRS: areas and widths need a plane",
                )
            )
        west, south, east, north = self.domain
        if not (np.isfinite(self.domain).all() and west < east and south < north):
            raise UsageError(
                Text(f"平面的范围 {self.domain} 不成框", f"the domain {self.domain} of a plane is not a box")
            )

    @classmethod
    def over(cls, crs: pyproj.CRS, bounds: Box) -> Plane:
        """The plane for everything within `bounds` (plane units), with a margin.

        The box is widened to full tens of kilometres, so that adding a small layer rarely moves it.

        Raises
        ------
        UsageError
            When `bounds` is not a box (nan where nothing was loaded) or the CRS is not projected.
        """
        flat = horizontal(crs)
        if not np.isfinite(bounds).all():
            name = crs_name(flat)
            raise UsageError(
                Text(
                    f"建立 {name} 平面需要图形的范围框，而非 {bounds}",
                    f"a plane in {name} needs the box of some shapes, not {bounds}",
                )
            )
        step = _DOMAIN_STEP_M / _unit_m(flat)
        west, south, east, north = bounds
        margin = max(0.05 * (east - west), 0.05 * (north - south), 0.1 * step)
        low = [math.floor((v - margin) / step) * step for v in (west, south)]
        high = [math.ceil((v + margin) / step) * step for v in (east, north)]
        return cls(flat, (low[0], low[1], high[0], high[1]))

    @property
    def name(self) -> str:
        """Authority code and name, as stated on every sheet."""
        return crs_name(self.crs)

    @property
    def unit_m(self) -> float:
        """Metres in one plane unit."""
        return _unit_m(self.crs)

    @cached_property
    def area_scale(self) -> AreaScale:
        """Ellipsoidal m² per planar m² over the domain."""
        return fit_area_scale(self.crs, self.domain)

    def scale_at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Linear scale (plane length ÷ length on the ellipsoid, root of the areal scale) at points.

        Raises
        ------
        UsageError
            When a point lies outside the domain.
        """
        px, py = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        if not self.area_scale.holds(px, py).all():
            raise UsageError(
                Text(
                    f"有点落在平面 {self.name} 的范围 {self.domain} 之外",
                    f"a point lies outside the domain {self.domain} of the plane {self.name}",
                )
            )
        return np.asarray(1.0 / np.sqrt(self.area_scale(px, py)))

    def same_as(self, other: Plane) -> bool:
        """Whether coordinates on both planes mean the same places."""
        return equivalent(self.crs, other.crs)


def crs_name(crs: pyproj.CRS) -> str:
    """Authority code, where there is one, and name.

    >>> crs_name(pyproj.CRS.from_epsg(4490))
    'EPSG:4490 China Geodetic Coordinate System 2000'
    """
    authority = crs.to_authority(min_confidence=100)
    return f"{':'.join(authority)} {crs.name}" if authority else str(crs.name)


def choose_plane_crs(lonlat_bounds: Box) -> pyproj.CRS:
    """The working CRS for a box in degrees, chosen by its centre.

    In China's zones the CGCS2000 3° Gauss–Krüger zone without prefix (3度带, EPSG 4534–4554) whose
    central meridian is nearest; elsewhere UTM on WGS 84; beyond 84° N and 80° S polar stereographic.

    >>> choose_plane_crs((120.05, 29.0, 120.75, 29.5)).to_epsg()
    4549
    >>> choose_plane_crs((6, 54, 8, 56)).to_epsg(), choose_plane_crs((0, 85, 10, 89)).to_epsg()
    (32632, 32661)
    """
    west, south, east, north = lonlat_bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise UsageError(
            Text(
                f"{lonlat_bounds} 不是以度为单位的范围框（西、南、东、北）",
                f"{lonlat_bounds} is not a box in degrees (west, south, east, north)",
            )
        )
    lon, lat = (west + east) / 2, (south + north) / 2
    if _CHINA[0] <= lon <= _CHINA[2] and _CHINA[1] <= lat <= _CHINA[3]:
        zone = min(max(round(lon / 3), 25), 45)
        return pyproj.CRS.from_epsg(4534 + zone - 25)
    if lat > 84 or lat < -80:
        return pyproj.CRS.from_epsg(32661 if lat > 0 else 32761)
    utm = min(int((lon + 180) // 6) + 1, 60)
    return pyproj.CRS.from_epsg((32600 if lat >= 0 else 32700) + utm)


def require_same_plane(a: Plane, b: Plane) -> None:
    """Refuse two operands on different planes.

    Raises
    ------
    CRSMismatchError
        Naming both planes.
    """
    if not a.same_as(b):
        raise CRSMismatchError(
            Text(
                f"两组图形在不同的平面上：{a.name} 与 {b.name}；请先转换其一",
                f"the operands lie on different planes, {a.name} and {b.name}: transform one first",
            )
        )


def transform(
    shapes: Any, source: pyproj.CRS, target: pyproj.CRS, *, chord_budget_m2: float = CHORD_BUDGET_M2
) -> Shapes:
    """Bring shapes from one CRS to another; the only function that does.

    x is easting or longitude, y northing or latitude, whatever the axis order of the CRS says; Z and
    M are dropped; of a compound CRS the horizontal part counts. Edges are first densified from their
    lexicographically smaller end, so that two neighbours bend alike bit for bit.

    Parameters
    ----------
    shapes
        Geometries in `source`; None stays None, empty stays empty.
    chord_budget_m2
        Area in m² by which one edge may differ from the image of the straight edge.

    Raises
    ------
    TransformRefusedError
        When the shift between the datums is unknown or would be guessed.
    UsageError
        When a coordinate has no image in `target`.
    """
    flat = shapely.force_2d(as_shapes(shapes))
    a, b = horizontal(source), horizontal(target)
    if equivalent(a, b):
        return np.asarray(flat)
    bounds = total_bounds(flat)
    move = coordinate_function(a, b, bounds if math.isfinite(bounds[0]) else None)
    return moved(flat, move, budget=chord_budget_m2, unit_m=None if b.is_geographic else _unit_m(b))


def transform_bounds(bounds: Box, source: pyproj.CRS, target: pyproj.CRS) -> Box:
    """The box in `target` that holds the image of a box in `source`."""
    step = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 64
    outline = shapely.segmentize(shapely.box(*bounds), step)
    return total_bounds(transform(outline, source, target, chord_budget_m2=math.inf))


def _unit_m(crs: pyproj.CRS) -> float:
    return float(crs.axis_info[0].unit_conversion_factor)
