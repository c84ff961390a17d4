"""The CRS a layer says it is in, and whether its coordinates can be in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from eco_gis.errors import MissingCRSError, Problem
from eco_gis.model.layer import LayerSpec

Box = tuple[float, float, float, float]

_AREA_MARGIN_DEG = 15.0
"""How far outside the area of use of its CRS a layer may lie before the label is disbelieved."""


def source_crs(spec: LayerSpec, label: Any, bounds: Box | None) -> tuple[CRS, str]:
    """The CRS of a layer and a remark about it.

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
    own = _understood(label)
    crs = CRS.from_user_input(spec.crs) if spec.crs else own
    where = f"{spec.id} ({spec.file.name})"
    if crs is None:
        raise MissingCRSError(
            problems=[
                Problem(
                    where, "does not say in which CRS it is", f"set `crs` in the catalog; {hint(bounds)}"
                ),
            ]
        )
    if not _possible(crs, bounds):
        limits = ", ".join(f"{v:.6g}" for v in bounds or ())
        raise MissingCRSError(
            problems=[
                Problem(
                    where,
                    f"coordinates {limits} (west, south, east, north) cannot be in {crs.name}",
                    f"correct `crs` in the catalog; {hint(bounds)}",
                ),
            ]
        )
    differs = spec.crs and own is not None and own != crs
    return crs, f"the catalog's CRS {crs.name} overrides the file's {own.name}" if differs and own else ""


def _understood(label: Any) -> CRS | None:
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
    try:
        to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        lon, lat = to_degrees.transform([(west + east) / 2], [(south + north) / 2])
    except ProjError:
        return False
    if not (np.isfinite(lon[0]) and np.isfinite(lat[0])):
        return False
    area = crs.area_of_use
    if area is None or area.west > area.east:
        return True
    within_lon = area.west - _AREA_MARGIN_DEG <= lon[0] <= area.east + _AREA_MARGIN_DEG
    return bool(within_lon and area.south - _AREA_MARGIN_DEG <= lat[0] <= area.north + _AREA_MARGIN_DEG)


def hint(bounds: Box | None) -> str:
    """What the size of the coordinates tells about the CRS; never enough to decide.

    >>> hint((120.0, 29.0, 120.7, 29.5))
    'the coordinates look like degrees: EPSG:4490 if they are CGCS2000'
    >>> hint((40_500_000, 3_200_000, 40_570_000, 3_270_000))
    'eastings begin with zone 40 of 3°: EPSG:4528 if they are CGCS2000'
    >>> hint((20_700_000, 3_200_000, 20_770_000, 3_270_000))
    'eastings begin with zone 20 of 6°: EPSG:4498 if they are CGCS2000'
    >>> hint((500_000, 3_200_000, 570_000, 3_270_000))[:59]
    'eastings carry no zone number, so that the central meridian'
    """
    if bounds is None:
        return "there are no coordinates to judge by"
    west, south, east, north = bounds
    if south >= 1_000_000 and _zone(south, north) and west >= 1_000_000 and east < 6_500_000:
        return "x and y seem to be exchanged: x must be the easting"
    if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        return "the coordinates look like degrees: EPSG:4490 if they are CGCS2000"
    if max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180:
        return "the coordinates look like degrees with latitude first: exchange x and y"
    zone = _zone(west, east)
    if 25 <= zone <= 45:
        return f"eastings begin with zone {zone} of 3°: EPSG:{4488 + zone} if they are CGCS2000"
    if 13 <= zone <= 23:
        return f"eastings begin with zone {zone} of 6°: EPSG:{4478 + zone} if they are CGCS2000"
    if west >= 100_000 and east < 1_000_000:
        return (
            "eastings carry no zone number, so that the central meridian has to be known: "
            "for example EPSG:4549 for 120°E in CGCS2000"
        )
    return "ask who delivered the layer"


def _zone(low: float, high: float) -> int:
    """Zone number in front of eight-digit eastings; 0 where there is none."""
    zone = int(low // 1_000_000)
    return zone if zone == int(high // 1_000_000) and 13 <= zone <= 45 else 0
