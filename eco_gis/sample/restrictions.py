"""Lines of other laws and plans: a handful of shapes each, away from the towns, some met by a planned project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.noise import stream
from eco_gis.sample.shapes import blob, drawn_point, rounded, route
from eco_gis.sample.sites import Site
from eco_gis.sample.tables import table
from eco_gis.sample.terrain import above
from eco_gis.sample.truths import ground_of

FROM_TOWNS_M = 150.0
"""Apart from listed projects nothing comes nearer to the urban boundary."""
RIVER_M = 75.0
"""Half the width of the river's management range."""
LISTED = ("P16", "P18", "P19", "P20", "L01", "L02", "L09")
"""Sites on the plan's list of key projects."""


@dataclass(frozen=True)
class Restriction:
    """One shape of a restriction layer."""

    name: str
    zone: str
    shape: BaseGeometry
    level: str = ""
    """Class of a road, state of a plan."""


@dataclass(frozen=True)
class _Drawn:
    """What is drawn anywhere: so many shapes of a size, named and zoned alike."""

    layer: str
    name: str
    zone: str
    where: str
    count: int
    area_m2: float


_DRAWN = (
    _Drawn("planning_zone", "生态控制区", "生态控制区", "hills", 3, 3.2e6),
    _Drawn("planning_zone", "农田保护区", "农田保护区", "farm", 3, 1.6e6),
    _Drawn("planned_land_use", "公园绿地", "绿地与开敞空间用地", "near", 2, 90_000),
    _Drawn("planned_land_use", "公用设施用地", "公用设施用地", "near", 2, 30_000),
    _Drawn("planned_land_use", "水库水面", "陆地水域", "hills", 1, 400_000),
    _Drawn("geological_hazard", "滑坡", "地质灾害危险区", "hills", 2, 60_000),
    _Drawn("geological_hazard", "崩塌", "地质灾害易发区", "hills", 3, 300_000),
    _Drawn("mining_area", "建筑石料矿区", "采矿权", "hills", 2, 220_000),
)

_AT_SITE = (
    ("planning_zone", "生态控制区龙潭片", "生态控制区", "P18", 3_600_000),
    ("planning_zone", "农田保护区高畈片", "农田保护区", "P11", 1_200_000),
    ("mining_area", "大坞建筑石料矿区", "采矿权", "P25", 260_000),
    ("scenic_area", "东岭风景名胜区", "一般景区", "P23", 2_400_000),
    ("geological_hazard", "盘山滑坡", "地质灾害危险区", "L02", 90_000),
    ("planned_land_use", "区域公用设施用地", "公用设施用地", "P29", 60_000),
)
"""Layer, name, zone, the site it is drawn around (its middle), size."""


def make_restrictions(county: County, sites: Sequence[Site], seed: int) -> dict[str, list[Restriction]]:
    """Shapes by the catalog's layer id."""
    urban = county.union("urban_boundary")
    free = county.lines.county.buffer(-900, quad_segs=2).difference(urban.buffer(FROM_TOWNS_M, quad_segs=2))
    shapely.prepare(free)
    found: dict[str, list[Restriction]] = {}
    grounds = _grounds(county, urban)
    for plan in _DRAWN:
        rng = stream(seed, f"restriction {plan.layer} {plan.name}")
        for n in range(plan.count):
            shape = _free_blob(rng, grounds[plan.where], free, plan.area_m2)
            found.setdefault(plan.layer, []).append(
                Restriction(f"{plan.name}{n + 1}号（虚构）", plan.zone, shape)
            )
    by_id = {site.id: site for site in sites}
    for layer, name, zone, site, area_m2 in _AT_SITE:
        rng = stream(seed, f"restriction {layer} {name}")
        spot = _middle(by_id[site].shape)
        shape = rounded(blob(rng, spot.x, spot.y, area_m2)).intersection(free)
        found.setdefault(layer, []).append(Restriction(f"{name}（虚构）", zone, rounded(shape)))
    found["ecological_corridor"] = _corridor(free, seed)
    found["river_range"] = _rivers(county, free)
    found["road_control"] = _roads(county, free, seed)
    found["main_function_zone"] = [
        Restriction(f"{name}主体功能区（虚构）", "重点生态功能区", county.villages.townships()[name])
        for name in ("银坑乡", "远山乡")
    ]
    found["key_project_list"] = [
        Restriction(f"{by_id[k].name}（虚构）", "重点建设项目", _around(by_id[k])) for k in LISTED
    ]
    return dict(sorted(found.items()))


def restriction_tables(restrictions: Mapping[str, Sequence[Restriction]]) -> dict[str, gpd.GeoDataFrame]:
    """One layer for each kind."""
    return {
        layer: table(
            [r.shape for r in rows],
            BSM=[f"{layer.upper()[:2]}{n + 1:03d}" for n in range(len(rows))],
            MC=[r.name for r in rows],
            FQ=[r.zone for r in rows],
            JB=[r.level for r in rows],
        )
        for layer, rows in restrictions.items()
    }


def _grounds(county: County, urban: BaseGeometry) -> dict[str, BaseGeometry]:
    return {
        "hills": county.union("redline_2024"),
        "farm": county.union("permanent_basic_farmland"),
        "near": shapely.simplify(urban, 60).buffer(1_500, quad_segs=2),
    }


def _free_blob(
    rng: np.random.RandomState, ground: BaseGeometry, free: BaseGeometry, area_m2: float
) -> BaseGeometry:
    """An irregular shape with its middle on the ground, wholly on free ground."""
    for _ in range(2_000):
        shape = rounded(blob(rng, *drawn_point(rng, ground), area_m2, corners=22))
        if free.contains(shape):
            return shape
    raise AssertionError("no place found for a restriction")


def _middle(shape: BaseGeometry) -> shapely.Point:
    return shape.interpolate(0.5, normalized=True) if shape.geom_type == "LineString" else shape.centroid


def _around(site: Site) -> BaseGeometry:
    """A listed project as the plan draws it: somewhat wider than its site."""
    return rounded(shapely.simplify(shapely.buffer(ground_of(site), 40.0, quad_segs=2), 4.0))


def _corridor(free: BaseGeometry, seed: int) -> list[Restriction]:
    """A strip that winds from the southern mountains to the northern ones."""
    line = route(
        stream(seed, "corridor"),
        [
            (523_000.0, 3_222_500.0),
            (524_500.0, 3_233_000.0),
            (523_500.0, 3_243_500.0),
            (526_000.0, 3_254_000.0),
        ],
        step_m=400.0,
    )
    strip = shapely.buffer(line, 320.0, cap_style="flat").intersection(free)
    return [
        Restriction(f"云岭西部生态廊道{n + 1}段（虚构）", "生态廊道", rounded(part))
        for n, part in enumerate(_large_parts(strip))
    ]


def _rivers(county: County, free: BaseGeometry) -> list[Restriction]:
    """The rivers' management ranges in open country."""
    bands = shapely.union_all(
        above(RIVER_M - county.terrain.river, factor=2, tolerance_m=14, least_m2=200_000)
    )
    parts = _large_parts(shapely.intersection(bands, free))
    return [
        Restriction(f"云溪河道{n + 1}段（虚构）", "河道管理范围", rounded(p)) for n, p in enumerate(parts)
    ]


def _roads(county: County, free: BaseGeometry, seed: int) -> list[Restriction]:
    """Control zones of two roads that stand already."""
    towns = {name: (x, y) for name, x, y, _ in county.terrain.towns}
    found = []
    for name, ends, level, half_m in (
        ("351国道云岭至湖口段", ("云岭城区", "湖口"), "国道", 32.0),
        ("南高线", ("南屏", "高畈"), "县道", 17.0),
    ):
        line = route(stream(seed, f"road {name}"), [towns[end] for end in ends], step_m=160.0)
        strip = shapely.buffer(line, half_m, cap_style="flat").intersection(free)
        found += [
            Restriction(f"{name}（虚构）", "公路建筑控制区", rounded(part), level)
            for part in _large_parts(strip)
        ]
    return found


def _large_parts(shape: BaseGeometry) -> list[BaseGeometry]:
    parts = [p for p in shapely.get_parts(shape) if p.area > 20_000]
    return sorted(parts, key=lambda p: (p.bounds[0], p.bounds[1]))
