"""How coordinates get from one CRS to another, and when that is refused (law 4)."""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.transformer import TransformerGroup

from eco_gis.errors import TransformRefusedError
from eco_gis.text import Text

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
Move = Callable[[Floats, Floats], tuple[Floats, Floats]]

_NULL_SHIFT = re.compile(
    r"^(world geodetic system 1984|wgs 1984|wgs 84"
    r"|china 2000|china geodetic coordinate system 2000|cgcs ?2000"
    r"|european terrestrial reference (system|frame) 1989|etrs ?(19)?89|etrf ?(19|20)?\d\d"
    r"|international terrestrial reference frame (19|20)\d\d|itrf ?(19|20)?\d\d)\b"
)
"""Datums that agree within a few decimetres and are taken as one: CGCS2000, WGS 84, ETRS89, ITRF."""

_HUB = 4326

_SECRET = re.compile(r"^(new )?beijing( 1954)?$|^xi ?an( 1980)?$")
"""Datums whose shift to CGCS2000 differs from county to county and is not public."""

MAX_ACCURACY_M = 5.0
"""An operation that is less accurate than this says nothing about a border, and is refused."""

_AREA_SLACK_DEG = 0.25


@dataclass(frozen=True)
class _Step:
    """One operation of a way between two CRSs."""

    name: str
    transformer: pyproj.Transformer


def horizontal(crs: pyproj.CRS) -> pyproj.CRS:
    """The horizontal part of a compound CRS, the 2-D form of a 3-D one; others unchanged."""
    if crs.is_compound:
        return horizontal(next(part for part in crs.sub_crs_list if not part.is_vertical))
    return crs.to_2d() if len(crs.axis_info) > 2 else crs


def equivalent(a: pyproj.CRS, b: pyproj.CRS) -> bool:
    """Whether x and y mean the same place in both, whatever the two are called.

    A shapefile's .prj names the same zone otherwise than EPSG does.
    """
    if a.equals(b, ignore_axis_order=True):
        return True
    if not (a.is_projected and b.is_projected) or a.is_bound or b.is_bound:
        return False
    return _unknown(a) is _unknown(b) is False and _meaning(a) == _meaning(b)


def _meaning(crs: pyproj.CRS) -> tuple[object, ...]:
    operation = crs.coordinate_operation
    parameters = [] if operation is None else operation.params
    values = sorted((p.name, float(p.value) * float(p.unit_conversion_factor)) for p in parameters)
    units = [axis.unit_conversion_factor for axis in crs.axis_info]
    meridian = 0.0 if crs.prime_meridian is None else crs.prime_meridian.longitude
    method = "" if operation is None else operation.method_name
    return _datum_key(crs), meridian, method, values, units


def operation_name(source: pyproj.CRS, target: pyproj.CRS, bounds: Box | None = None) -> str:
    """What `transform` does to the datum, in words, for the log of a layer.

    Parameters
    ----------
    bounds
        Box of the shapes in `source`: an operation made for another region is not used.

    >>> operation_name(pyproj.CRS.from_epsg(4326), pyproj.CRS.from_epsg(4549))
    'no datum shift (WGS 84 taken as China Geodetic Coordinate System 2000)'

    Raises
    ------
    TransformRefusedError
        When the shift between the datums is unknown or would be guessed.
    """
    names = [step.name for step in _way(horizontal(source), horizontal(target), bounds) if step.name]
    return " + ".join(names) or "same datum"


def coordinate_function(source: pyproj.CRS, target: pyproj.CRS, bounds: Box | None) -> Move:
    """The function from x, y arrays in `source` to x, y arrays in `target`, both horizontal.

    `bounds` is the box of the data in `source`, None when there are none.

    Raises
    ------
    TransformRefusedError
        When the shift between the datums is unknown or would be guessed.
    """
    steps = _way(source, target, bounds)

    def move(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        px, py = np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
        for step in steps:
            px, py = step.transformer.transform(px, py)
        return px, py

    return move


@functools.lru_cache(maxsize=64)
def _way(source: pyproj.CRS, target: pyproj.CRS, bounds: Box | None) -> tuple[_Step, ...]:
    a, b = _datum_crs(source, target), _datum_crs(target, source)
    steps = [] if source == a else [_conversion(source, a)]
    steps += _shift(a, b, _degrees(source, bounds))
    return tuple(steps if b == target else [*steps, _conversion(b, target)])


def _degrees(crs: pyproj.CRS, bounds: Box | None) -> Box | None:
    """The box in degrees on the CRS's own datum, near enough to compare with areas of use."""
    if bounds is None or crs.geodetic_crs is None:
        return None
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    if base.is_geographic:
        return bounds
    west, south, east, north = _conversion(base, horizontal(crs.geodetic_crs)).transformer.transform_bounds(
        *bounds
    )
    return float(west), float(south), float(east), float(north)


def _datum_crs(crs: pyproj.CRS, other: pyproj.CRS) -> pyproj.CRS:
    """The CRS in degrees on which the datum shift is made; a bound CRS keeps its parameters."""
    if crs.is_bound:
        return crs
    geodetic = crs.geodetic_crs
    if geodetic is None:
        raise _refused(crs, other, Text("其一未与地球关联", "one of them is not tied to the Earth"))
    return horizontal(geodetic)


@functools.lru_cache(maxsize=64)
def _conversion(source: pyproj.CRS, target: pyproj.CRS) -> _Step:
    return _Step("", pyproj.Transformer.from_crs(source, target, always_xy=True))


def _shift(a: pyproj.CRS, b: pyproj.CRS, box: Box | None) -> list[_Step]:
    """Steps that change the datum: none, one operation, or two over the hub of the null-shift family."""
    if a == b:
        return []
    if _plain_degrees(a) and _plain_degrees(b):
        if _datum_key(a) == _datum_key(b) and not _unknown(a):
            return []
        if _null_shift(a) and _null_shift(b):
            return [_Step(f"no datum shift ({a.name} taken as {b.name})", _identity())]
    direct = _named_operation(a, b, box)
    if direct:
        return [direct]
    hub = pyproj.CRS.from_epsg(_HUB)
    ways = [_leg(a, hub, box), _leg(hub, b, box)]
    if any(way is None for way in ways):
        why = Text(
            "在该区域没有参数和精度已知的基准转换",
            "no operation with known parameters and accuracy leads from datum to datum there",
        )
        raise _refused(a, b, why)
    return [step for way in ways if way for step in way]


def _leg(a: pyproj.CRS, b: pyproj.CRS, box: Box | None) -> list[_Step] | None:
    if _null_shift(a) and _null_shift(b) and _plain_degrees(a) and _plain_degrees(b):
        return []
    step = _named_operation(a, b, box)
    return [step] if step else None


@functools.lru_cache(maxsize=1)
def _identity() -> pyproj.Transformer:
    return pyproj.Transformer.from_pipeline("+proj=noop")


_AXIS_NOTE = " (with axis order normalized for visualization)"
"""What newer versions of PROJ add to the name of an operation."""


def _named_operation(a: pyproj.CRS, b: pyproj.CRS, box: Box | None) -> _Step | None:
    """PROJ's first operation that is here, is made for the place, and says how accurate it is.

    PROJ lists the widest operation first, so that all layers of a region get the same one.
    """
    if any(_unknown(crs) or _secret(crs) for crs in (a, b)):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a better operation that needs a grid file
        group = TransformerGroup(a, b, always_xy=True, allow_ballpark=False)
    bound = a.is_bound or b.is_bound
    for transformer in group.transformers:
        name = " + ".join(
            step.removesuffix(_AXIS_NOTE)
            for step in transformer.description.split(" + ")
            if not step.startswith("axis order change")
        )
        if "ballpark" in name.lower():
            continue
        if bound:
            return _Step(f"{name} (parameters given with the CRS)", transformer)
        if 0 <= transformer.accuracy <= MAX_ACCURACY_M and _covers(transformer, box):
            return _Step(f"{name} (accuracy {transformer.accuracy:g} m)", transformer)
    return None


def _covers(transformer: pyproj.Transformer, box: Box | None) -> bool:
    """Whether the operation is made for the box, give or take the slack of published areas of use."""
    area = transformer.area_of_use
    if area is None or box is None:
        return True
    west, south, east, north = area.bounds
    slack = _AREA_SLACK_DEG
    inside_x = west > east or (west - slack <= box[0] and box[2] <= east + slack)
    return inside_x and south - slack <= box[1] and box[3] <= north + slack


def _plain_degrees(crs: pyproj.CRS) -> bool:
    meridian = crs.prime_meridian
    return (
        not crs.is_bound
        and crs.axis_info[0].unit_name == "degree"
        and (meridian is None or meridian.longitude == 0)
    )


def _datum_name(crs: pyproj.CRS) -> str:
    datum = crs.datum
    return "" if datum is None else re.sub(r"[^a-z0-9+]+", " ", datum.name.lower()).strip().removeprefix("d ")


def _datum_key(crs: pyproj.CRS) -> tuple[str, float, float]:
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        return _datum_name(crs), 0.0, 0.0
    return _datum_name(crs), ellipsoid.semi_major_metre, ellipsoid.inverse_flattening


def _null_shift(crs: pyproj.CRS) -> bool:
    return not crs.is_bound and _NULL_SHIFT.match(_datum_name(crs)) is not None


def _secret(crs: pyproj.CRS) -> bool:
    return not crs.is_bound and _SECRET.match(_datum_name(crs)) is not None


def _unknown(crs: pyproj.CRS) -> bool:
    name = _datum_name(crs)
    return not crs.is_bound and (not name or name.startswith(("unknown", "not specified", "unnamed")))


def _refused(a: pyproj.CRS, b: pyproj.CRS, why: Text) -> TransformRefusedError:
    return TransformRefusedError(
        Text(
            f"拒绝坐标转换 {a.name} → {b.name}：{why.zh}。请在图层的 crs 中以 +towgs84=dx,dy,dz,rx,ry,rz,ds "
            "给出七参数（平移以米计，旋转以角秒计，尺度以 ppm 计，由测绘主管部门提供），"
            "或提交 CGCS2000 坐标系的图层",
            f"{a.name} → {b.name} is refused: {why.en}. Give the seven parameters of the shift (dx, dy, dz in "
            "m; rx, ry, rz in arc seconds; scale in ppm; from the surveying authority) as "
            "+towgs84=dx,dy,dz,rx,ry,rz,ds in the layer's crs, or deliver the layer in CGCS2000",
        )
    )
