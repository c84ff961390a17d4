"""The CRSs a planner's coordinates can be in: zones of the Chinese datums, UTM, degrees, Web Mercator."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyproj import CRS

Box = tuple[float, float, float, float]

_NEAR_DEG = 9.0
"""How far from the reference's middle a central meridian may be; a zone is used 3° to either side."""
_EAST_OF_ALL = 1_000_000.0


@dataclass(frozen=True)
class Family:
    """EPSG codes of one datum's Gauss–Krüger zones: what is added to the number of the zone."""

    name: re.Pattern[str]
    """How its datum is called."""
    degrees: int
    three: int
    """3° zones 25–45 without the zone number in the easting (3 度带)."""
    three_numbered: int
    six: int
    """6° zones 13–23 without the zone number in the easting (6 度带)."""
    six_numbered: int


CGCS2000 = Family(re.compile(r"cgcs ?2000|china (geodetic|2000)", re.I), 4490, 4509, 4488, 4489, 4478)
BEIJING_1954 = Family(re.compile(r"^(d_)?beijing", re.I), 4214, 2397, 2376, 21440, 21400)
XIAN_1980 = Family(re.compile(r"^(d_)?xi'?an", re.I), 4610, 2345, 2324, 2325, 2314)
SECRET_FAMILIES = (BEIJING_1954, XIAN_1980)
"""Datums whose shift to CGCS2000 differs from county to county and is not public."""


@dataclass(frozen=True)
class Reading:
    """One way to read a pair of numbers."""

    crs: CRS
    code: str = ""
    """As the catalog names it; empty: as labelled."""
    swap_xy: bool = False


def family_of(crs: CRS | None) -> Family | None:
    """The Chinese datum a CRS is on; None for others and for none.

    >>> family_of(CRS.from_epsg(2437)) is BEIJING_1954, family_of(CRS.from_epsg(4326)) is None
    (True, True)
    """
    if crs is None or crs.is_bound or crs.datum is None:
        return None
    return next((f for f in (CGCS2000, *SECRET_FAMILIES) if f.name.search(crs.datum.name)), None)


def readings(label: CRS | None, place: Box) -> Iterator[Reading]:
    """Every reading worth a try at a place (box in degrees), likely ones first, both orders of x and y.

    Zones are those of the label's datum; without one, and for WGS 84, of CGCS2000 in China, of UTM
    elsewhere.
    """
    codes = list(_codes(label, place))
    for swap in (False, True):
        if label is not None:
            yield Reading(label, "", swap)
        for code in codes:
            yield Reading(_crs(code), f"EPSG:{code}", swap)


def _codes(label: CRS | None, place: Box) -> Iterator[int]:
    lon, lat = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
    if 73.5 <= lon <= 136.5 and 3 <= lat <= 54:
        family = family_of(label) or CGCS2000
        yield family.degrees
        for width, first, last, plain, numbered in (
            (3, 25, 45, family.three, family.three_numbered),
            (6, 13, 23, family.six, family.six_numbered),
        ):
            for zone in range(first, last + 1):
                if abs(_meridian(width, zone) - lon) <= _NEAR_DEG:
                    yield from (plain + zone, numbered + zone)
    else:
        yield 4326
        for zone in range(1, 61):
            if abs((zone * 6 - 183 - lon + 180) % 360 - 180) <= _NEAR_DEG:
                yield (32600 if lat >= 0 else 32700) + zone
                if lat >= 0 and 28 <= zone <= 38:
                    yield 25800 + zone
        yield from (4647, 5649, 5650)  # ETRS89 UTM 32, 31, 33 with the zone number in front
    yield 3857


def _meridian(width: int, zone: int) -> float:
    """Central meridian of a Chinese zone in degrees."""
    return float(zone * 3 if width == 3 else zone * 6 - 3)


@functools.lru_cache(maxsize=256)
def _crs(code: int) -> CRS:
    return CRS.from_epsg(code)


def zone_number(crs: CRS) -> int:
    """Number in front of the eastings of a projected CRS; 0 where there is none.

    >>> zone_number(CRS.from_epsg(4528)), zone_number(CRS.from_epsg(4549)), zone_number(CRS.from_epsg(4490))
    (40, 0, 0)
    """
    return int(_parameter(crs, "false easting") // _EAST_OF_ALL) if crs.is_projected else 0


def meridian_of(crs: CRS) -> float | None:
    """Central meridian in degrees of a projected CRS; None where it has none.

    >>> meridian_of(CRS.from_epsg(4528)), meridian_of(CRS.from_epsg(4490))
    (120.0, None)
    """
    return _parameter(crs, "longitude of natural origin") if crs.is_projected else None


def same_grid(a: CRS, b: CRS) -> bool:
    """Whether two CRSs put a pair of numbers in the same place, a few hundred metres of datum apart.

    Every other 3° zone has the central meridian of a 6° zone, and so do UTM zones on two datums.

    >>> same_grid(CRS.from_epsg(4548), CRS.from_epsg(4509)), same_grid(CRS.from_epsg(4548), CRS.from_epsg(4549))
    (True, False)
    """
    if a.is_geographic or b.is_geographic:
        return a.is_geographic and b.is_geographic
    keys = (
        "false easting",
        "false northing",
        "longitude of natural origin",
        "scale factor at natural origin",
    )
    return all(_parameter(a, k) == _parameter(b, k) for k in keys)


def _parameter(crs: CRS, name: str) -> float:
    """A parameter of the projection in metres or degrees; 0 where there is none of that name."""
    operation = crs.coordinate_operation
    found = (p for p in (operation.params if operation else []) if p.name.lower() == name)
    return float(next((p.value for p in found), 0.0))
