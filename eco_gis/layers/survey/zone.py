"""Datum, zone width and zone number of a survey file → CRS, and back.

Gauss–Krüger zones of China: 3° zones 25–45 (central meridian 3°·n) and 6° zones 13–23 (6°·n − 3°), each
with the zone number in front of the easting (eight digits) or without it (six digits).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from eco_gis.errors import MissingCRSError, Problem
from eco_gis.layers.crs import zones as zones
from eco_gis.layers.crs.zones import Family
from eco_gis.layers.survey.numbers import coordinate, plain
from eco_gis.text import Text

ZONES = {3: range(25, 46), 6: range(13, 24)}
"""Zone width in degrees → zone numbers that exist."""
_ALL = [
    (width, zone, prefixed)
    for width, numbers in ZONES.items()
    for zone in numbers
    for prefixed in (True, False)
]
PREFIX_M = 1_000_000
"""Eastings with the zone number in front: zone × this + easting."""


@dataclass(frozen=True)
class Datum:
    """A national datum, its name and its zones in the EPSG register."""

    header: str
    """As 坐标系 in a survey file."""
    family: Family

    def code(self, width: int, zone: int, prefixed: bool) -> int:
        """EPSG code of a zone."""
        f = self.family
        three, six = (f.three_numbered, f.six_numbered) if prefixed else (f.three, f.six)
        return zone + (three if width == 3 else six)


CGCS2000 = Datum("2000国家大地坐标系", zones.CGCS2000)
XIAN1980 = Datum("1980西安坐标系", zones.XIAN_1980)
BEIJING1954 = Datum("1954北京坐标系", zones.BEIJING_1954)
_DATUMS = (
    (re.compile("2000|cgcs", re.IGNORECASE), CGCS2000),
    (re.compile("wgs", re.IGNORECASE), CGCS2000),
    (re.compile("西安|xi'?an|1980|^80$", re.IGNORECASE), XIAN1980),
    (re.compile("^(?!.*新).*(北京|beijing|1954|^54$)", re.IGNORECASE), BEIJING1954),
)
_REMEDY = Text(
    "更正文件头，或在目录中写明 crs，例如 40 带：crs = 'EPSG:4528'（横坐标 8 位）或 'EPSG:4549'（6 位）",
    "correct the header, or set `crs` in the catalog, for zone 40: crs = 'EPSG:4528' (eastings of eight digits) "
    "or 'EPSG:4549' (six digits)",
)


@dataclass(frozen=True)
class Said:
    """What a file says of its CRS, in its own words; empty where it says nothing."""

    datum: str = ""
    """坐标系."""
    width: str = ""
    """几度分带: 3 or 6."""
    zone: str = ""
    """带号."""
    meridian: str = ""
    """中央子午线."""
    projection: str = ""
    """投影类型."""


@dataclass(frozen=True)
class Grid:
    """A zone: what the header of a survey file has to say."""

    datum: Datum
    width: int
    zone: int
    prefixed: bool

    @property
    def crs(self) -> CRS:
        """The zone as a CRS.

        >>> Grid(CGCS2000, 3, 40, True).crs.to_epsg(), Grid(CGCS2000, 3, 40, False).crs.to_epsg()
        (4528, 4549)
        """
        return CRS.from_epsg(self.datum.code(self.width, self.zone, self.prefixed))


def grid_of(crs: CRS) -> Grid | None:
    """The zone that a CRS is; None where it is none of the national ones.

    >>> grid_of(CRS.from_epsg(4528)).zone, grid_of(CRS.from_epsg(4490)) is None
    (40, True)
    """
    code = crs.to_epsg()
    for datum in (CGCS2000, XIAN1980, BEIJING1954):
        for width, zone, prefixed in _ALL:
            if datum.code(width, zone, prefixed) == code:
                return Grid(datum, width, zone, prefixed)
    return None


def stated_crs(
    said: Said, eastings: NDArray[np.float64], degrees: bool, where: str
) -> tuple[CRS | None, list[Text]]:
    """The CRS that a file's own words and the size of its eastings determine, and what was assumed.

    A missing datum is taken as CGCS2000, by law the only one for new surveys, and told. A missing zone,
    and the datum of degrees, are never guessed: the CRS is then None.

    Parameters
    ----------
    eastings
        Easting or longitude of every corner.
    degrees
        Whether the coordinates are degrees.

    Raises
    ------
    MissingCRSError
        The statements contradict one another or are not understood; all reasons.
    """
    reasons: list[Text] = []
    remarks: list[Text] = []
    datum = _datum(said.datum, degrees, reasons, remarks)
    grid = None if degrees else _grid(said, datum, eastings, reasons)
    _stop(reasons, where)
    if degrees:
        code = 4326 if "wgs" in said.datum.lower() else datum.family.degrees
        return CRS.from_epsg(code) if said.datum.strip() else None, remarks
    return grid.crs if grid else None, remarks


def _stop(reasons: Sequence[Text], where: str) -> None:
    if reasons:
        raise MissingCRSError(problems=[Problem(where, why, _REMEDY) for why in reasons])


def _datum(words: str, degrees: bool, reasons: list[Text], remarks: list[Text]) -> Datum:
    said = plain(words)
    if not said:
        if not degrees:
            remarks.append(
                Text("未说明坐标系：视为 2000 国家大地坐标系", "does not state the datum: taken as CGCS2000")
            )
        return CGCS2000
    found = next((datum for pattern, datum in _DATUMS if pattern.search(said)), None)
    if found is None:
        reasons.append(Text(f"坐标系“{words}”不认识", f"the datum {words!r} is unknown"))
        return CGCS2000
    if "wgs" in said.lower() and not degrees:
        remarks.append(
            Text(
                "写的是 WGS 84：高斯投影按 CGCS2000 计（相差不过厘米至分米）",
                "says WGS 84: its zone is taken as CGCS2000 (they differ by centimetres to decimetres)",
            )
        )
    return found


def _grid(said: Said, datum: Datum, eastings: NDArray[np.float64], reasons: list[Text]) -> Grid | None:
    if said.projection and not re.search("高斯|gauss|墨卡托|横轴|tm", plain(said.projection), re.IGNORECASE):
        reasons.append(
            Text(f"投影“{said.projection}”不认识", f"the projection {said.projection!r} is unknown")
        )
    fronts = sorted(set((eastings // PREFIX_M).astype(int).tolist()))
    if len(fronts) > 1:
        listed = ", ".join(str(f) for f in fronts)
        reasons.append(
            Text(
                f"横坐标前的带号不一致：{listed}（0 为不带带号）",
                f"eastings begin with different zones: {listed} (0: none)",
            )
        )
        return None
    front = fronts[0] if fronts else 0
    width = _whole(said.width.replace("三", "3").replace("六", "6"))
    if said.width and width not in ZONES:
        reasons.append(
            Text(f"几度分带“{said.width}”应为 3 或 6", f"zone width {said.width!r} is neither 3 nor 6")
        )
        width = None
    zone = _whole(said.zone)
    if said.zone and zone is None:
        reasons.append(Text(f"带号“{said.zone}”不是数", f"zone number {said.zone!r} is no number"))
    written = coordinate(said.meridian)
    meridian = written.value if written else None
    if zone is not None and front and zone != front:
        reasons.append(
            Text(
                f"带号写 {zone}，横坐标却以 {front} 开头",
                f"the zone number is {zone}, but eastings begin with {front}",
            )
        )
    zone = zone or front or None
    if zone is None and meridian is not None:
        zone, width = _zone_at(meridian, width)
    if zone is None:
        return None
    fitting = [w for w in ZONES if zone in ZONES[w] and width in (None, w)]
    if not fitting:
        named = f"{width}" if width else "3/6"
        reasons.append(Text(f"没有 {named} 度带第 {zone} 带", f"there is no zone {zone} of {named}°"))
        return None
    grid = Grid(datum, fitting[0], zone, bool(front))
    own = zone * 3 if grid.width == 3 else zone * 6 - 3
    if meridian is not None and abs(meridian - own) > 1e-6:
        reasons.append(
            Text(
                f"中央子午线写 {meridian:g}°，{zone} 带应为 {own}°",
                f"the central meridian is given as {meridian:g}°, but that of zone {zone} is {own}°",
            )
        )
    return grid


def _whole(text: str) -> int | None:
    digits = re.findall(r"\d+(?:\.\d+)?", plain(text))
    return int(digits[0]) if len(digits) == 1 and "." not in digits[0] else None


def _zone_at(meridian: float, width: int | None) -> tuple[int | None, int | None]:
    """Zone with that central meridian; 3° and 6° zones on one meridian are the same without prefix."""
    for w, zone in ((3, meridian / 3), (6, (meridian + 3) / 6)):
        if width in (None, w) and zone.is_integer() and int(zone) in ZONES[w]:
            return int(zone), w
    return None, width
