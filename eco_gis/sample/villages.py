"""Villages that tile the townships, and the township border that moved in 2024."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.lines import Lines
from eco_gis.sample.names import COUNTY_CODE, VILLAGE_HEADS, VILLAGE_TAILS
from eco_gis.sample.noise import Array, stream
from eco_gis.sample.shapes import Warp, bender, cell_borders, spread
from eco_gis.sample.terrain import GRID, Terrain

VILLAGE_M2 = 11e6
"""Ground of a village, about."""


@dataclass(frozen=True)
class Village:
    """One village; its shape uses the corners of the townships."""

    code: str
    """Twelve digits: county, township, village."""
    name: str
    before: str
    """Township until the end of 2023."""
    township: str
    """Township from 2024 on."""
    shape: BaseGeometry


@dataclass(frozen=True)
class Villages:
    """All villages, and the one that went to another township."""

    all: list[Village]
    moved: Village

    def townships(self) -> dict[str, BaseGeometry]:
        """Townships from 2024 on: their villages together."""
        names = dict.fromkeys(v.before for v in self.all)
        return {name: shapely.union_all([v.shape for v in self.all if v.township == name]) for name in names}

    def borders(self, county: BaseGeometry) -> BaseGeometry:
        """Borders between villages, without the county's own."""
        outlines = shapely.union_all([v.shape.boundary for v in self.all])
        return shapely.difference(outlines, county.boundary)


def make_villages(terrain: Terrain, lines: Lines, seed: int) -> Villages:
    """Divide each township, then give one village of redline country to the neighbouring township."""
    warp = bender(GRID, *terrain.bend, 180.0)
    parts = {name: _divided(name, town, warp, seed) for name, town in lines.townships.items()}
    red = shapely.STRtree(lines.redline)
    moved, to = _movable(parts, lines, red)
    names = iter(_names(seed, sum(map(len, parts.values()))))
    serial = dict.fromkeys(parts, 200)
    codes = {name: f"{COUNTY_CODE}{n + 1:03d}" for n, name in enumerate(parts)}
    villages = []
    for town, shapes in parts.items():
        for shape in shapes:
            now = to if shape is moved else town
            serial[now] += 1
            villages.append(Village(f"{codes[now]}{serial[now]}", next(names), town, now, shape))
    return Villages(villages, next(v for v in villages if v.before != v.township))


def _names(seed: int, count: int) -> list[str]:
    pairs = [head + tail for head in VILLAGE_HEADS for tail in VILLAGE_TAILS]
    return [f"{pairs[k]}村" for k in stream(seed, "village names").permutation(len(pairs))[:count]]


def _divided(name: str, town: BaseGeometry, warp: Warp, seed: int) -> list[shapely.Polygon]:
    """Villages of one township, from north to south."""
    count = max(6, min(10, round(town.area / VILLAGE_M2)))
    seeds = spread(stream(seed, f"villages of {name}"), town, count, candidates=8)
    borders = cell_borders(seeds, town.envelope, spacing_m=220, warp=warp)
    whole = max(shapely.get_parts(town), key=shapely.area)
    inner = shapely.line_merge(shapely.intersection(borders, whole))
    paths = [_to_corners(line, whole) for line in shapely.get_parts(inner)]
    rings = shapely.node(shapely.GeometryCollection([p for p in paths if p is not None]))
    network = shapely.union_all([whole.boundary, rings])
    faces = [p for p in shapely.get_parts(shapely.polygonize([network])) if whole.covers(p)]
    faces = _without_crumbs([shapely.Polygon(p.exterior, p.interiors) for p in faces])
    rest = [p for p in shapely.get_parts(town) if not p.equals(whole)]
    if rest:
        faces[0] = shapely.union_all([faces[0], *rest])
    return sorted(faces, key=lambda p: (-p.bounds[3], p.bounds[0]))


def _to_corners(line: shapely.LineString, town: shapely.Polygon) -> shapely.LineString | None:
    """A border whose ends on the township's outline lie on its corners, so that neighbours share every corner."""
    corners = shapely.get_coordinates(town)
    xy = np.round(shapely.get_coordinates(line), 3)
    for end in (0, -1):
        if shapely.dwithin(town.boundary, shapely.Point(shapely.get_coordinates(line)[end]), 1e-6):
            xy[end] = corners[int(np.argmin(np.hypot(*(corners - xy[end]).T)))]
    for first in range(2):
        path = _shortened(xy, first)
        if path is not None and town.covers(path) and _meets_at_ends(path, town):
            return path
    return None


def _shortened(xy: Array, corners: int) -> shapely.LineString | None:
    """The line without so many corners next to each end, which may lie across a bay of the outline."""
    kept = np.vstack([xy[:1], xy[1 + corners : len(xy) - 1 - corners], xy[-1:]])
    return shapely.LineString(kept) if len(np.unique(kept, axis=0)) > 1 else None


def _meets_at_ends(path: shapely.LineString, town: shapely.Polygon) -> bool:
    """Whether the line meets the outline nowhere but at its own ends."""
    touching = shapely.intersection(path, town.boundary)
    ends = shapely.MultiPoint([path.coords[0], path.coords[-1]])
    return bool(touching.is_empty or ends.covers(touching))


def _without_crumbs(faces: list[shapely.Polygon]) -> list[BaseGeometry]:
    """Small faces joined to the neighbour with the longest common border."""
    faces = sorted(faces, key=shapely.area)
    while len(faces) > 1 and faces[0].area < 1.5e6:
        crumb, *faces = faces
        shared = [shapely.length(shapely.intersection(crumb.boundary, f.boundary)) for f in faces]
        k = int(np.argmax(shared))
        faces[k] = shapely.union_all([faces[k], crumb])
        faces.sort(key=shapely.area)
    return list(faces)


def _movable(
    parts: dict[str, list[shapely.Polygon]], lines: Lines, red: shapely.STRtree
) -> tuple[BaseGeometry, str]:
    """A village with redline in it beside another township, and that township."""
    best: tuple[float, BaseGeometry, str] | None = None
    for town, shapes in parts.items():
        for shape in shapes:
            within = red.geometries[red.query(shape, predicate="contains")]
            share = float(shapely.area(within).sum()) / shape.area
            for other, ground in lines.townships.items():
                common = (
                    0.0 if other == town else shapely.intersection(shape.boundary, ground.boundary).length
                )
                if common > 800 and share > 0.05 and (best is None or share > best[0]):
                    best = share, shape, other
    assert best is not None, "no village to move to another township"
    return best[1], best[2]
