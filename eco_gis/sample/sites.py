"""Places the planned projects on the ground, and draws the few whose place is exact by construction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.noise import stream
from eco_gis.sample.plans import COURSES, EVERY, PLOTS, STATIONS_IN, Plot
from eco_gis.sample.shapes import along_border, blob, drawn_point, hump, parallel, rounded, route

CLEAR_M = 80.0
"""Distance a project keeps from ground it must not touch, so that no answer hangs on a hair by chance."""
HAIR_M = 0.004


@dataclass(frozen=True)
class Site:
    """One project site as it is written."""

    id: str
    name: str
    category: str
    level: str
    approver: str
    mode: str
    width_m: float | None
    shape: BaseGeometry
    planted: str = ""
    """What is special about it, for the list of truths."""


@dataclass
class _Ground:
    """Unions of layers, prepared for many questions."""

    unions: dict[str, BaseGeometry] = field(default_factory=dict)

    def add(self, name: str, shapes: list[BaseGeometry]) -> None:
        self.unions[name] = shapely.union_all(np.array(shapes, dtype=object))
        shapely.prepare(self.unions[name])


def make_sites(county: County, seed: int) -> list[Site]:
    """Some sixty sites: polygons, lines with and without width, points."""
    ground = _ground(county)
    sites = [_plot(k, plot, ground, seed) for k, plot in enumerate(PLOTS)]
    sites += _trimmed(county, ground, seed)
    sites += _courses(county, seed)
    sites += _border_lines(county, ground, seed)
    return sites + _stations(county, ground, seed)


def _ground(county: County) -> _Ground:
    ground = _Ground()
    ground.unions |= {name: county.union(name) for name in county.control()}
    for name, zone in county.lines.urban.items():
        ground.add(name, list(zone))
    ground.add("core", [r.core for r in county.lines.reserves])
    ground.add("general", [r.general for r in county.lines.reserves])
    ground.add("first", [county.lines.water["一级保护区"]])
    ground.add("second", [county.lines.water["二级保护区"]])
    inner = county.lines.county.buffer(-400)
    ground.add("county", [inner])
    ground.add("outside", [inner.difference(ground.unions["urban_boundary"].buffer(CLEAR_M))])
    box = shapely.box(*county.lines.county.bounds)
    ground.add("beyond", [box.difference(county.lines.county.buffer(400))])
    # open country: inside the county and away from everything
    barred = [ground.unions[name] for name in (*EVERY, "urban_boundary")]
    ground.add("clear", [inner.difference(shapely.union_all(barred).buffer(CLEAR_M))])
    return ground


def _plot(k: int, plot: Plot, ground: _Ground, seed: int) -> Site:
    rng = stream(seed, f"plot {plot.name}")
    # the rarest ground it has to lie on guides the search
    where = plot.inside or plot.hits[-1]
    if where == "outside" and set(EVERY) <= set(plot.avoids):
        where = "clear"
    for _ in range(6_000):
        x, y = drawn_point(rng, ground.unions[where])
        shape = rounded(blob(rng, x, y, plot.area_ha * 1e4))
        if _fits(plot, shape, ground.unions):
            planted = {"core": "core_zone", "beyond": "outside_coverage", "first": "water_source"}.get(
                plot.inside, ""
            )
            if plot.inside == "集中建设区" and set(EVERY) <= set(plot.avoids):
                planted = "inside_boundary_clear"
            if "outside" in plot.hits and plot.category == "产业园":
                planted = "outside_boundary"
            return Site(
                f"P{k + 1:02d}",
                plot.name,
                plot.category,
                plot.level,
                plot.approver,
                "占地",
                None,
                shape,
                planted,
            )
    raise AssertionError(f"no place found for {plot.name}")


def _fits(plot: Plot, shape: BaseGeometry, ground: Mapping[str, BaseGeometry]) -> bool:
    if plot.inside != "beyond" and not ground["county"].contains(shape):
        return False
    if plot.inside and not ground[plot.inside].contains(shape.buffer(15)):
        return False
    if any(shapely.dwithin(ground[name], shape, CLEAR_M) for name in plot.avoids):
        return False
    return all(ground[name].intersects(shape.buffer(-12)) for name in plot.hits)


def _trimmed(county: County, ground: _Ground, seed: int) -> list[Site]:
    """Two sites cut along the redline: one shares its border exactly, one overlaps it by a hair."""
    rng = stream(seed, "trimmed")
    patches = [p for k, p in enumerate(county.years.y2024) if k not in county.years.moved.values()]
    patches = sorted(patches, key=shapely.area)[len(patches) // 2 :]
    tree = shapely.STRtree(patches)
    barred = [
        ground.unions[n]
        for n in ("permanent_basic_farmland", "urban_boundary", "cultural_relic", "nature_reserve_2024")
    ]
    sites: list[Site] = []
    used: set[int] = set()
    for number, over_m in ((33, 0.0), (34, HAIR_M)):
        for k, patch in enumerate(patches):
            if k in used:
                continue

            def free(land: shapely.Polygon, k: int = k, patch: shapely.Polygon = patch) -> bool:
                others = set(tree.query(land, predicate="dwithin", distance=30.0).tolist()) - {k}
                clear = not others and not any(shapely.dwithin(b, land, 30.0) for b in barred)
                inner = ground.unions["county"].contains(land) and 30_000 < land.area < 80_000
                return bool(clear and inner and patch.intersection(land).area < 1e-9)

            found = along_border(patch, rng, run=7, path=hump(170), accept=free)
            if found is None:
                continue
            land = found[1]
            if over_m:
                land = _pushed(land, patch, over_m)
                if land is None:
                    continue
            used.add(k)
            name = "贴线修整地块（邻接）" if not over_m else "贴线修整地块（压线毫米级）"
            planted = "trimmed_touching" if not over_m else "trimmed_hair"
            sites.append(
                Site(f"P{number}", name, "产业园", "县级", "县发展改革部门", "占地", None, land, planted)
            )
            break
    assert len(sites) == 2, "no border to trim a site along"
    return sites


def _pushed(land: shapely.Polygon, patch: shapely.Polygon, over_m: float) -> shapely.Polygon | None:
    """The site with the run it shares with the patch moved into the patch by a few millimetres."""
    ring = shapely.get_coordinates(shapely.orient_polygons(land).exterior)[:-1]
    on_border = shapely.dwithin(shapely.points(ring), patch.exterior, 1e-6)
    start = int(np.flatnonzero(on_border & ~np.roll(on_border, 1))[0])
    ring, on_border = np.roll(ring, -start, axis=0), np.roll(on_border, -start)
    run = int(on_border.sum())
    shared = ring[:run]
    for sign in (-1.0, 1.0):
        new = np.round(parallel(sign * over_m)(shared, np.random.RandomState(0)), 4)
        pushed = shapely.Polygon(np.vstack([new, ring[run:]]))
        common = shapely.intersection(pushed, patch)
        if pushed.is_valid and common.area > 0.2 and common.buffer(-0.005).is_empty:
            return pushed
    return None


def _courses(county: County, seed: int) -> list[Site]:
    towns = {name: (x, y) for name, x, y, _ in county.terrain.towns}
    sites = []
    for k, course in enumerate(COURSES):
        via = [towns[p] if isinstance(p, str) else p for p in course.via]
        line = rounded(route(stream(seed, f"course {course.name}"), via))
        planted = "line_crosses_redline" if course.name == "云岭至南屏高速" else ""
        sites.append(
            Site(
                f"L{k + 1:02d}",
                course.name,
                course.category,
                course.level,
                course.approver,
                course.mode,
                course.width_m,
                line,
                planted,
            )
        )
    return sites


def _border_lines(county: County, ground: _Ground, seed: int) -> list[Site]:
    """A road tunnel through the redline, and a line without a width that runs 25 m beside it."""
    rng = stream(seed, "border lines")
    red, inner = ground.unions["redline_2024"], ground.unions["county"]
    nature, built = ground.unions["nature_reserve_2024"], ground.unions["urban_boundary"]
    while True:
        x, y = drawn_point(rng, red)
        turn = np.pi * rng.random_sample()
        dx, dy = 1_100 * np.cos(turn), 1_100 * np.sin(turn)
        tunnel = rounded(route(rng, [(x - dx, y - dy), (x, y), (x + dx, y + dy)]))
        ends = [shapely.Point(tunnel.coords[0]), shapely.Point(tunnel.coords[-1])]
        free = not any(shapely.dwithin(red, end, 120.0) for end in ends)
        if free and inner.contains(tunnel) and not shapely.dwithin(nature, tunnel, 200.0):
            break
    for patch in county.years.y2024:
        ring = shapely.get_coordinates(patch.exterior)[:-1]
        beside = shapely.offset_curve(shapely.LineString(ring[:14]), 25.0, join_style="mitre")
        if beside.geom_type != "LineString" or beside.is_empty or beside.length < 300:
            continue
        gap = shapely.distance(red, beside)
        if 15 < gap < 35 and inner.contains(beside) and not shapely.dwithin(built, beside, 200.0):
            break
    else:
        raise AssertionError("no border found to run a line beside")
    return [
        Site(
            "L13",
            "岭脊公路隧道",
            "交通",
            "省级",
            "省投资主管部门",
            "隧道",
            12.0,
            tunnel,
            "tunnel_under_redline",
        ),
        Site(
            "L14",
            "35千伏山区支线（未给宽度）",
            "能源",
            "县级",
            "县发展改革部门",
            "架空",
            None,
            rounded(beside),
            "needs_width",
        ),
    ]


def _stations(county: County, ground: _Ground, seed: int) -> list[Site]:
    rng = stream(seed, "stations")
    sites: list[Site] = []
    for where, count in STATIONS_IN:
        area = ground.unions[where].buffer(-15 if where == "permanent_basic_farmland" else -70)
        for _ in range(count):
            x, y = drawn_point(rng, area)
            number = len(sites) + 1
            sites.append(
                Site(
                    f"D{number:02d}",
                    f"5G基站{number:02d}号",
                    "通信",
                    "县级",
                    "县通信主管部门",
                    "占地",
                    None,
                    shapely.Point(round(x, 3), round(y, 3)),
                    {"beyond": "outside_coverage"}.get(where, ""),
                )
            )
    return sites
