"""The offsets of Chinese web maps, GCJ-02 (火星坐标) and BD-09 (百度坐标), and taking them away.

Both move a place by 300–700 m as a rule, and by a few metres more or less from one village to the next. The formulas are
the ones that every public converter uses; they were never published by their owner, so that coordinates
brought back with them are good for a comparison and never for a survey: survey data are refused.
"""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS

from eco_gis.errors import Problem, TransformRefusedError
from eco_gis.geometry.crs import CHORD_BUDGET_M2, crs_name, transform
from eco_gis.geometry.densify import moved
from eco_gis.model.layer import LayerSpec, MapOffset
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

Floats = NDArray[np.float64]
Convert = Callable[[ArrayLike, ArrayLike], tuple[Floats, Floats]]

SURVEY_ROLES = (LayerRole.LAND_SURVEY, LayerRole.CHANGE_PATCH)
"""Roles whose coordinates are measured: an offset on them is an error to be mended at its source."""
SURVEY_KINDS = (".txt",)

OFFSET_NAMES = {MapOffset.GCJ02: "GCJ-02", MapOffset.BD09: "BD-09"}

_A, _E2 = 6378245.0, 0.00669342162296594323
"""The ellipsoid of the formula (Krasovsky), whatever the coordinates are on."""
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box in which the formula moves anything."""
_BD_TURN = np.pi * 3000.0 / 180.0
_ROUNDS = 30
_SETTLED_DEG = 1e-14
"""1e-9 m on the ground."""


def gcj02_of(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Degrees on WGS 84 or CGCS2000 → degrees on GCJ-02; outside China's box unchanged.

    >>> lon, lat = gcj02_of([116.404, 0.0], [39.915, 0.0])
    >>> lon.round(6).tolist(), lat.round(6).tolist()
    ([116.410244, 0.0], [39.916404, 0.0])
    """
    x, y = _pair(lon, lat)
    east, north = _wave_east(x - 105, y - 35), _wave_north(x - 105, y - 35)
    sine = np.sin(np.radians(y))
    curve = 1 - _E2 * sine * sine
    d_lat = np.degrees(north * curve * np.sqrt(curve) / (_A * (1 - _E2)))
    d_lon = np.degrees(east * np.sqrt(curve) / (_A * np.cos(np.radians(y))))
    west, south, far_east, far_north = _CHINA
    inside = (x >= west) & (x <= far_east) & (y >= south) & (y <= far_north)
    return np.where(inside, x + d_lon, x), np.where(inside, y + d_lat, y)


def bd09_of(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Degrees on WGS 84 or CGCS2000 → degrees on BD-09, which is GCJ-02 turned and moved once more."""
    x, y = gcj02_of(lon, lat)
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def from_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Degrees on GCJ-02 → degrees on WGS 84, iterated until nothing moves by more than 1e-9 m.

    >>> lon, lat = from_gcj02(*gcj02_of([120.24], [29.29]))
    >>> lon.round(12).tolist(), lat.round(12).tolist()
    ([120.24], [29.29])
    """
    return _inverse(gcj02_of, lon, lat)


def from_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Degrees on BD-09 → degrees on WGS 84, iterated until nothing moves by more than 1e-9 m."""
    return _inverse(bd09_of, lon, lat)


INVERSE: dict[MapOffset, Convert] = {MapOffset.GCJ02: from_gcj02, MapOffset.BD09: from_bd09}


def offset_refusal(spec: LayerSpec) -> Text | None:
    """Why no offset is taken from a layer; None where it may be."""
    if spec.role in SURVEY_ROLES or spec.file.suffix.lower() in SURVEY_KINDS:
        return Text(
            "测绘成果不得按网络地图偏移换算",
            "survey data are never converted by the offset of a web map",
        )
    return None


def without_offset(frame: gpd.GeoDataFrame, crs: CRS, spec: LayerSpec) -> tuple[gpd.GeoDataFrame, CRS]:
    """The layer with the offset that its catalog entry declares taken away, in the degrees of its datum.

    Edges are densified first, as before any change of coordinates (law 5): the offset bends them.

    Raises
    ------
    TransformRefusedError
        The layer is survey data.
    """
    if not spec.offset:
        return frame, crs
    refusal = offset_refusal(spec)
    if refusal is not None:
        remedy = Text(
            "去掉 offset，请提供方按 CGCS2000 重新提交",
            "take `offset` away and ask for a delivery in CGCS2000",
        )
        raise TransformRefusedError(problems=[Problem(f"{spec.id} ({spec.file.name})", refusal, remedy)])
    degrees = crs.geodetic_crs
    if degrees is None or degrees.axis_info[0].unit_name != "degree":
        raise TransformRefusedError(
            Text(
                f"{crs_name(crs)} 的坐标不能换算为度，无法去除偏移",
                f"{crs_name(crs)} cannot be brought to degrees, where the offset is taken away",
            )
        )
    shapes = transform(frame.geometry.array, crs, degrees)
    undone = moved(shapes, INVERSE[spec.offset], budget=CHORD_BUDGET_M2, unit_m=None)
    return frame.set_geometry(gpd.GeoSeries(undone, index=frame.index)), degrees


def swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The layer with x and y exchanged; Z and M are dropped.

    Survey tables write northing first; nothing is measured anew, so that survey data may be exchanged.
    """
    shapes = np.asarray(frame.geometry.array, dtype=object)
    turned = shapely.transform(shapely.force_2d(shapes), lambda xy: xy[:, ::-1])
    return frame.set_geometry(gpd.GeoSeries(turned, index=frame.index))


def _inverse(forward: Convert, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Fixed point: what is missed is put back until it is within the last digit of the numbers."""
    x, y = _pair(lon, lat)
    px, py = x, y
    for _ in range(_ROUNDS):
        fx, fy = forward(px, py)
        dx, dy = x - fx, y - fy
        px, py = px + dx, py + dy
        if not px.size or np.nanmax(np.maximum(np.abs(dx), np.abs(dy))) <= _SETTLED_DEG:
            break
    return px, py


def _pair(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _wave_north(x: Floats, y: Floats) -> Floats:
    """Metres to the north, x and y in degrees from 105° E, 35° N."""
    base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    return (
        base
        + _sines(x, (20, 6), (20, 2))
        + _sines(y, (20, 1), (40, 1 / 3))
        + _sines(y, (160, 1 / 12), (320, 1 / 30))
    )


def _wave_east(x: Floats, y: Floats) -> Floats:
    """Metres to the east, x and y in degrees from 105° E, 35° N."""
    base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    return (
        base
        + _sines(x, (20, 6), (20, 2))
        + _sines(x, (20, 1), (40, 1 / 3))
        + _sines(x, (150, 1 / 12), (300, 1 / 30))
    )


def _sines(t: Floats, *waves: tuple[float, float]) -> Floats:
    total = sum((height * np.sin(t * pitch * np.pi) for height, pitch in waves), np.zeros_like(t))
    return np.asarray(total * 2 / 3)
