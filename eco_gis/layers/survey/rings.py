"""Corners → shapes: rings closed, holes told from other parts by containment, the order of corners judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.layers.survey.findings import Findings
from eco_gis.text import Text

_NUMBER = re.compile(r"(\d+)\D*$")
_MIN_CORNERS = 3
_TOUCHING = 1e-6
_HUGE = {True: 1.0, False: 100_000.0}
"""Extent that no surveyed plot has: degrees (True) and metres."""


@dataclass(frozen=True)
class Corner:
    """One boundary corner (界址点)."""

    line: int
    """Line or row of the file, from 1."""
    label: str
    """Number of the corner, J1 or 1; empty where there is none."""
    ring: str
    """Number of the ring (圈号)."""
    east: float
    north: float


Ring = list[Corner]


def area_shape(corners: Sequence[Corner], plot: str, findings: Findings) -> Any:
    """The polygon or multipolygon of a plot.

    Corners of one ring number belong together; where they come back to their first corner, the next ring
    begins. A ring inside another one is a hole, a ring inside a hole or beside is another part, whatever
    its number. Coordinates are never changed; crossing rings are left to the repair with its budget.

    Returns
    -------
    shapely geometry or None
        None when a ring has too few corners (a problem is noted).
    """
    rings: list[NDArray[np.float64]] = []
    names: list[str] = []
    for number in dict.fromkeys(c.ring for c in corners):
        for ring in _parted([c for c in corners if c.ring == number]):
            path = _ring_path(ring, plot, findings)
            if path is not None:
                rings.append(path)
                names.append(f"{number or '1'}" if number not in names else f"{number}′")
    if not rings:
        return None
    shape = _assembled(rings, names, plot, findings)
    west, south, east, north = shape.bounds
    if max(east - west, north - south) > _HUGE[max(abs(east), abs(north)) <= 360]:
        findings.note(
            Text(
                f"地块 {plot}：范围大得不像地块（{max(east - west, north - south):,.0f}），请检查有无写错的坐标",
                f"plot {plot}: is far too large for a plot ({max(east - west, north - south):,.0f} across): "
                "look for a mistyped coordinate",
            ),
            line=corners[0].line,
            doubt=True,
        )
    return shape


def line_shape(corners: Sequence[Corner], plot: str, findings: Findings) -> Any:
    """The line of a plot, one part for each ring number; None where a part has one corner (a problem)."""
    parts = []
    for number in dict.fromkeys(c.ring for c in corners):
        path = [(c.east, c.north) for c in corners if c.ring == number]
        if len(set(path)) < 2:
            _too_few(findings, corners[0].line, plot, number, len(set(path)), 2)
        else:
            parts.append(shapely.LineString(path))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiLineString(parts)


def point_shape(corners: Sequence[Corner]) -> Any:
    """The point, or the points, of a plot; None without any."""
    points = [(c.east, c.north) for c in corners]
    if not points:
        return None
    return shapely.Point(points[0]) if len(points) == 1 else shapely.MultiPoint(points)


def skipped_numbers(plots: Iterable[tuple[str, Sequence[str]]], findings: Findings) -> None:
    """Note corner numbers that are missing where nothing else says how many corners a plot has.

    Parameters
    ----------
    plots
        Name and corner labels of each plot. Numbers of a plot should have no gaps, and the smallest of the file
        should be 1.
    """
    lowest: dict[str, int] = {}
    for name, labels in plots:
        numbers = {n for n in map(corner_number, labels) if n is not None}
        if len(numbers) < _MIN_CORNERS:
            continue
        lowest[name] = min(numbers)
        gaps = sorted(set(range(min(numbers), max(numbers))) - numbers)
        if gaps and len(gaps) < len(numbers):
            _skipped(findings, name, gaps)
    for name, number in lowest.items():
        # numbers that run on from plot to plot begin with 1 in one of them, and never with 2
        if number == 2 or (number > 1 and number == min(lowest.values())):
            _skipped(findings, name, list(range(1, number)))


def _skipped(findings: Findings, name: str, gaps: list[int]) -> None:
    listed = ", ".join(map(str, gaps[:5])) + (" …" if len(gaps) > 5 else "")
    findings.note(
        Text(
            f"地块 {name}：点号跳过 {listed}，请核对有无漏点",
            f"plot {name}: corner numbers skip {listed}: is one missing?",
        )
    )


def _parted(corners: Ring) -> list[Ring]:
    """Rings of one ring number: where it comes back to its first corner, another one begins.

    Numbered corners that only make sense as one ring, its rows shuffled, stay together.
    """
    parts: list[Ring] = [[]]
    for corner in corners:
        current = parts[-1]
        current.append(corner)
        if _back(current):
            parts.append([])
    parts = [p for p in parts if p]
    if len(parts) < 2:
        return [corners]
    # a last corner that repeats the closing one belongs to the ring before
    if len(_distinct(parts[-1])) == 1 and _place(parts[-1][0]) == _place(parts[-2][0]):
        again = parts.pop()
        parts[-1] += again
    small = any(len(_distinct(p)) < _MIN_CORNERS for p in parts)
    shuffled = any(not _rising(p) for p in parts) and _complete(corners)
    return [corners] if small or shuffled else parts


def _back(ring: Ring) -> bool:
    return _place(ring[-1]) == _place(ring[0]) and len(_distinct(ring)) >= _MIN_CORNERS


def _ring_path(ring: Ring, plot: str, findings: Findings) -> NDArray[np.float64] | None:
    """Closed path of a ring in the order that makes sense; None with too few corners."""
    if len(_distinct(ring)) < _MIN_CORNERS:
        _too_few(findings, ring[0].line, plot, ring[0].ring, len(_distinct(ring)), _MIN_CORNERS)
        return None
    where = Text(f"地块 {plot} 第 {ring[0].ring or 1} 圈", f"plot {plot}, ring {ring[0].ring or 1}")
    path = _closed(_ordered(ring, where, findings))
    if _place(ring[0]) != _place(ring[-1]) and _rising(ring):
        findings.note(
            Text(
                f"{where.zh}：未闭合，已连回首点",
                f"{where.en}: was not closed; it now ends at its first corner",
            ),
            line=ring[-1].line,
        )
    return path


def _ordered(ring: Ring, where: Text, findings: Findings) -> Ring:
    """Corners in the order of the rows, or of their numbers where only that is a ring."""
    if _rising(ring) or not _complete(ring):
        return ring
    first = {c.label: c for c in reversed(ring)}
    by_number = sorted(first.values(), key=lambda c: corner_number(c.label) or 0)
    given, numbered = shapely.Polygon(_closed(ring)), shapely.Polygon(_closed(by_number))
    if given.is_valid and numbered.is_valid and given.equals(numbered):
        return ring
    swap = not given.is_valid and numbered.is_valid
    zh, en = ("点号", "corner numbers") if swap else ("行序", "rows")
    findings.note(
        Text(
            f"{where.zh}：各行不按点号排列，按{zh}连线（按行序面积 {given.area:,.2f}，按点号 {numbered.area:,.2f}）",
            f"{where.en}: rows are not in the order of the corner numbers; joined by {en} "
            f"(area by rows {given.area:,.2f}, by numbers {numbered.area:,.2f})",
        ),
        line=ring[0].line,
        doubt=not swap,
    )
    return by_number if swap else ring


def _assembled(
    rings: Sequence[NDArray[np.float64]], names: Sequence[str], plot: str, findings: Findings
) -> Any:
    """Rings as polygons with holes, by how many other rings each lies in."""
    solids = np.array([shapely.Polygon(r) for r in rings], dtype=object)
    share = _shares(solids)
    inside = share > 0.5
    if ((share > _TOUCHING) & (share < 1 - _TOUCHING)).any():
        findings.note(
            Text(f"地块 {plot}：各圈相互交叉", f"plot {plot}: its rings cross one another"),
            doubt=True,
        )
    depth = inside.sum(axis=0)
    polygons = []
    for shell in (int(i) for i in np.flatnonzero(depth % 2 == 0)):
        holes = [int(h) for h in np.flatnonzero(depth == depth[shell] + 1) if inside[shell, h]]
        polygons.append(shapely.Polygon(rings[shell], [rings[h] for h in holes]))
    if len(rings) > 1:
        listed = ", ".join(names[int(h)] for h in np.flatnonzero(depth % 2 == 1)) or "—"
        findings.note(
            Text(
                f"地块 {plot}：{len(rings)} 圈，按包含关系为 {len(polygons)} 个部分，洞为第 {listed} 圈",
                f"plot {plot}: {len(rings)} rings, by containment {len(polygons)} part(s), holes are ring {listed}",
            )
        )
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _shares(solids: NDArray[Any]) -> NDArray[np.float64]:
    """`[outer, inner]`: share of the inner, smaller ring that lies inside the outer one."""
    mended = shapely.make_valid(solids, method="structure", keep_collapsed=False)
    area = shapely.area(mended)
    share = np.zeros((len(solids), len(solids)))
    smaller = (area[None, :] < area[:, None]) & (area[None, :] > 0)
    for i, j in np.argwhere(smaller):
        share[i, j] = shapely.area(shapely.intersection(mended[i], mended[j])) / area[j]
    return share


def _closed(ring: Ring) -> NDArray[np.float64]:
    path = [_place(c) for c in ring]
    return np.array(path if path[0] == path[-1] else [*path, path[0]])


def _place(corner: Corner) -> tuple[float, float]:
    return corner.east, corner.north


def _distinct(ring: Ring) -> set[tuple[float, float]]:
    return {_place(c) for c in ring}


def corner_number(label: str) -> int | None:
    """The number at the end of a label; None where there is none.

    >>> corner_number("J12"), corner_number("界7号"), corner_number("")
    (12, 7, None)
    """
    match = _NUMBER.search(label)
    return int(match[1]) if match else None


def _rising(ring: Ring) -> bool:
    """Whether corner numbers rise, but for a last corner that closes the ring; unnumbered corners do."""
    numbers = [corner_number(c.label) for c in ring]
    if len(ring) > 1 and _place(ring[0]) == _place(ring[-1]):
        numbers.pop()
    known = [n for n in numbers if n is not None]
    return len(known) < len(numbers) or all(a < b for a, b in pairwise(known))


def _complete(ring: Ring) -> bool:
    """Whether the labels are a run of numbers without gaps, each one place."""
    places: dict[str, tuple[float, float]] = {}
    for corner in ring:
        if places.setdefault(corner.label, _place(corner)) != _place(corner):
            return False
    numbers = [corner_number(c.label) for c in {c.label: c for c in ring}.values()]
    known = sorted(n for n in numbers if n is not None)
    return len(known) == len(places) and known == list(range(known[0], known[0] + len(known)))


def _too_few(findings: Findings, line: int, plot: str, ring: str, found: int, needed: int) -> None:
    findings.problem(
        line,
        Text(
            f"地块 {plot} 第 {ring or 1} 圈只有 {found} 个不同的点，至少要 {needed} 个",
            f"plot {plot}, ring {ring or 1} has {found} different corner(s), at least {needed} are needed",
        ),
        Text("补全界址点", "complete the corners"),
    )
