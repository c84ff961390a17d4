"""The CRS a layer says it is in, and whether its coordinates can be in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from eco_gis.errors import MissingCRSError, Problem
from eco_gis.layers.crs.zones import CGCS2000, family_of, same_grid
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text

Box = tuple[float, float, float, float]

_AREA_MARGIN_DEG = 15.0
"""How far outside the area of use of its CRS a layer may lie before the label is disbelieved."""


def source_crs(spec: LayerSpec, label: Any, bounds: Box | None) -> tuple[CRS, Text | None]:
    """The CRS of a layer, and a remark where it is not the file's own.

    Parameters
    ----------
    spec
        Its `crs` wins over the label.
    label
        What the file says: a CRS, a code, WKT, or None.
    bounds
        West, south, east, north of the shapes in the file's units; None where there are none.

    Raises
    ------
    MissingCRSError
        No CRS is given, or the coordinates cannot be in it.
    """
    own = understood(label)
    crs = CRS.from_user_input(spec.crs) if spec.crs else own
    where = f"{spec.id} ({spec.file.name})"
    if crs is None:
        what = Text("未说明坐标系", "does not say in which CRS it is")
        told = hint(bounds)
        remedy = Text(f"在目录中写明 `crs`；{told.zh}", f"set `crs` in the catalog; {told.en}")
        raise MissingCRSError(problems=[Problem(where, what, remedy)])
    if not _possible(crs, bounds):
        limits = ", ".join(f"{v:.6g}" for v in bounds or ())
        what = Text(
            f"坐标 {limits}（西、南、东、北）不可能属于 {crs.name}",
            f"coordinates {limits} (west, south, east, north) cannot be in {crs.name}",
        )
        told = hint(bounds)
        remedy = Text(f"更正目录中的 `crs`；{told.zh}", f"correct `crs` in the catalog; {told.en}")
        raise MissingCRSError(problems=[Problem(where, what, remedy)])
    return crs, _remark(spec, own, crs, bounds)


def _remark(spec: LayerSpec, own: CRS | None, crs: CRS, bounds: Box | None) -> Text | None:
    """What is to be said of a label that can be true."""
    if own is None or (own == crs and not (_is_wgs84(own) and _in_china(own, bounds))):
        return None
    if own == crs:
        return Text(
            "标为 WGS 84，按 CGCS2000 使用：两者相差不过几分米，不影响结果",
            "labelled WGS 84 and used as CGCS2000: they agree within decimetres, harmless",
        )
    if (
        same_grid(own, crs)
        and {_is_wgs84(own), _is_wgs84(crs)} == {True, False}
        and CGCS2000 in map(family_of, (own, crs))
    ):
        return Text(
            f"文件标为 {own.name}，目录写 {crs.name}：两者相差不过几分米，不影响结果",
            f"the file says {own.name}, the catalog {crs.name}: they agree within decimetres, harmless",
        )
    return Text(
        f"以目录的坐标系 {crs.name} 代替文件的 {own.name}",
        f"the catalog's CRS {crs.name} overrides the file's {own.name}",
    )


def _is_wgs84(crs: CRS) -> bool:
    datum = "" if crs.datum is None else crs.datum.name.lower().replace("_", " ")
    return "world geodetic system 1984" in datum or "wgs 1984" in datum


def _in_china(crs: CRS, bounds: Box | None) -> bool:
    """Whether the middle of the box lies in the box of China's zones."""
    middle = None if bounds is None else _middle(crs, bounds)
    return middle is not None and 73.5 <= middle[0] <= 136.5 and 3 <= middle[1] <= 54


def understood(label: Any) -> CRS | None:
    """The label as a CRS tied to the Earth; None for missing, unknown and local ones."""
    if label is None:
        return None
    try:
        crs = CRS.from_user_input(label)
    except CRSError:
        return None
    return crs if crs.geodetic_crs is not None else None


def _possible(crs: CRS, bounds: Box | None) -> bool:
    """Whether the box lies on the Earth and near the area the CRS is made for."""
    if bounds is None:
        return True
    west, south, east, north = bounds
    if crs.is_geographic:
        factor = crs.axis_info[0].unit_conversion_factor * 180 / np.pi
        return bool(
            max(abs(west), abs(east)) * factor <= 360.01 and max(abs(south), abs(north)) * factor <= 90.01
        )
    middle = _middle(crs, bounds)
    if middle is None:
        return False
    lon, lat = middle
    area = crs.area_of_use
    if area is None or area.west > area.east:
        return True
    within_lon = area.west - _AREA_MARGIN_DEG <= lon <= area.east + _AREA_MARGIN_DEG
    return bool(within_lon and area.south - _AREA_MARGIN_DEG <= lat <= area.north + _AREA_MARGIN_DEG)


def _middle(crs: CRS, box: Box) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of a box, on the CRS's own datum; None where it has no image."""
    west, south, east, north = box
    try:
        to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        lon, lat = to_degrees.transform([(west + east) / 2], [(south + north) / 2])
    except ProjError:
        return None
    return (float(lon[0]), float(lat[0])) if np.isfinite([lon[0], lat[0]]).all() else None


def hint(bounds: Box | None) -> Text:
    """What the size of the coordinates tells about the CRS; never enough to decide.

    >>> hint((120.0, 29.0, 120.7, 29.5)).en
    'the coordinates look like degrees: EPSG:4490 if they are CGCS2000'
    >>> hint((40_500_000, 3_200_000, 40_570_000, 3_270_000)).en
    'eastings begin with zone 40 of 3°: EPSG:4528 if they are CGCS2000'
    >>> hint((20_700_000, 3_200_000, 20_770_000, 3_270_000)).en
    'eastings begin with zone 20 of 6°: EPSG:4498 if they are CGCS2000'
    >>> hint((500_000, 3_200_000, 570_000, 3_270_000)).zh
    '横坐标不带带号，须知道中央经线：如 CGCS2000 120°E 为 EPSG:4549'
    """
    if bounds is None:
        return Text("没有坐标可供判断", "there are no coordinates to judge by")
    west, south, east, north = bounds
    if south >= 1_000_000 and _zone(south, north) and west >= 1_000_000 and east < 6_500_000:
        return Text(
            "x、y 似已颠倒：x 应为横坐标（东）", "x and y seem to be exchanged: x must be the easting"
        )
    if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        return Text(
            "坐标像是度：若为 CGCS2000 则是 EPSG:4490",
            "the coordinates look like degrees: EPSG:4490 if they are CGCS2000",
        )
    if max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180:
        return Text(
            "坐标像是度且纬度在前：请对调 x、y",
            "the coordinates look like degrees with latitude first: exchange x and y",
        )
    zone = _zone(west, east)
    for width, first, last, code in ((3, 25, 45, 4488), (6, 13, 23, 4478)):
        if first <= zone <= last:
            return Text(
                f"横坐标以 {width} 度带 {zone} 带号开头：若为 CGCS2000 则是 EPSG:{code + zone}",
                f"eastings begin with zone {zone} of {width}°: EPSG:{code + zone} if they are CGCS2000",
            )
    if west >= 100_000 and east < 1_000_000:
        return Text(
            "横坐标不带带号，须知道中央经线：如 CGCS2000 120°E 为 EPSG:4549",
            "eastings carry no zone number, so that the central meridian has to be known: "
            "for example EPSG:4549 for 120°E in CGCS2000",
        )
    return Text("请询问图层的提供方", "ask who delivered the layer")


def _zone(low: float, high: float) -> int:
    """Zone number in front of eight-digit eastings; 0 where there is none."""
    zone = int(low // 1_000_000)
    return zone if zone == int(high // 1_000_000) and 13 <= zone <= 45 else 0
