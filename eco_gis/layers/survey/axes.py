"""Which coordinate is the northing, and are they degrees or metres: by magnitude, stated, never swapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eco_gis.layers.survey.findings import Findings
from eco_gis.layers.survey.numbers import Value
from eco_gis.layers.survey.rings import Corner
from eco_gis.text import Text

_DEGREES = 360.0
_CHINA_LON, _CHINA_LAT = (73.0, 136.0), (3.0, 54.0)
_EASTING = (100_000.0, 900_000.0)
_NORTHING = (300_000.0, 10_000_000.0)


@dataclass(frozen=True)
class Written:
    """A corner as its line gives it; X is north."""

    line: int
    label: str
    ring: str
    north: Value
    east: Value

    def corner(self) -> Corner:
        """The corner as numbers."""
        return Corner(self.line, self.label, self.ring, self.east.value, self.north.value)

    def exchanged(self) -> Written:
        """The corner with X as east, for files of which the catalog says so."""
        return Written(self.line, self.label, self.ring, self.east, self.north)


def judge_axes(
    corners: Sequence[Written], findings: Findings, *, remedy: Text, projected: bool | None = None
) -> bool:
    """Whether the coordinates are degrees; notes a problem for every corner that cannot be what it says.

    Parameters
    ----------
    remedy
        How the user says which coordinate is the northing.
    projected
        What the catalog's CRS says: True metres, False degrees, None no CRS given.
    """
    small = [max(abs(c.north.value), abs(c.east.value)) <= _DEGREES for c in corners]
    marked = ["number" not in (c.north.how, c.east.how) for c in corners]
    degrees = sum(small) * 2 > len(corners) if projected is None else not projected
    rest: list[Written] = []
    for c, is_small, is_marked in zip(corners, small, marked, strict=True):
        if (projected is None and is_small != degrees) or (is_marked and not degrees):
            what = Text(
                f"是{'米' if degrees else '度'}，其余各点是{'度' if degrees else '米'}",
                f"is in {'metres' if degrees else 'degrees'}, unlike the other corners",
            )
            findings.problem(c.line, what, Text("统一单位", "use one unit"))
        else:
            rest.append(c)
    swapped = [_swapped(c, degrees) for c in rest]
    if rest and all(swapped):
        _report_swap(findings, None, rest[0], degrees, remedy)
        return degrees
    for c, exchanged in zip(rest, swapped, strict=True):
        if exchanged:
            _report_swap(findings, c.line, c, degrees, remedy)
        elif not _possible(c, degrees, known=projected is not None):
            what = Text(
                f"X={c.north.value:.10g}（北），Y={c.east.value:.10g}（东）不可能是坐标",
                f"X={c.north.value:.10g} (north), Y={c.east.value:.10g} (east) cannot be coordinates",
            )
            cure = Text(
                "更正该点；若为地方坐标系，在目录中写明 crs",
                "correct the corner; for a local grid set `crs` in the catalog",
            )
            findings.problem(c.line, what, cure)
    if degrees and rest:
        dms = any("dms" in (c.north.how, c.east.how) for c in rest)
        how = Text("度分秒", "degrees, minutes, seconds") if dms else Text("十进制度", "decimal degrees")
        findings.note(Text(f"坐标按{how.zh}读取", f"coordinates read as {how.en}"))
    return degrees


def _report_swap(findings: Findings, line: int | None, corner: Written, degrees: bool, remedy: Text) -> None:
    names = (
        Text("纬度与经度", "latitude and longitude")
        if degrees
        else Text("X（北）与 Y（东）", "X (north) and Y (east)")
    )
    what = Text(
        f"{names.zh}似已颠倒：X={corner.north.value:.10g}，Y={corner.east.value:.10g}",
        f"{names.en} seem to be exchanged: X={corner.north.value:.10g}, Y={corner.east.value:.10g}",
    )
    findings.problem(line, what, remedy)


def _swapped(corner: Written, degrees: bool) -> bool:
    north, east = abs(corner.north.value), abs(corner.east.value)
    if degrees:
        in_china = _CHINA_LON[0] <= north <= _CHINA_LON[1] and _CHINA_LAT[0] <= east <= _CHINA_LAT[1]
        return in_china or (north > 90 >= east)
    return (_digits(north), _digits(east)) in {(6, 7), (8, 7), (8, 6)}


def _possible(corner: Written, degrees: bool, *, known: bool) -> bool:
    north, east = corner.north.value, corner.east.value
    if degrees:
        return abs(north) <= 90 and abs(east) <= _DEGREES
    if known:  # the CRS itself tells later
        return True
    own = east % 1_000_000 if _digits(east) == 8 else east
    return _NORTHING[0] <= north < _NORTHING[1] and _EASTING[0] <= own <= _EASTING[1]


def _digits(value: float) -> int:
    """6 for anything below a million, 7, or 8 for a zone number in front."""
    return 6 if abs(value) < 1e6 else 7 if abs(value) < 1e7 else 8
