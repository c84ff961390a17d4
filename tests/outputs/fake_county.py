"""The layers of the invented run: shapes drawn by hand and by sines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import Groups
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Coverage, Layer, LayerSpec, Polarity, Secrecy
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

AS_OF = date(2024, 12, 31)
WEST, SOUTH = 524_000.0, 3_225_000.0
"""South-west corner of the county in EPSG:4549, about 120.25°E 29.14°N."""
WIDE, HIGH = 30_000.0, 24_000.0
AREAL_SCALE = 1.0000373
PLANE = Plane.over(
    pyproj.CRS.from_epsg(4549), (WEST - 5e3, SOUTH - 5e3, WEST + WIDE + 5e3, SOUTH + HIGH + 5e3)
)
OUTSIDE = "outside"


def at(x: float, y: float) -> tuple[float, float]:
    """A place by kilometres east and north of the county's corner."""
    return WEST + 1000 * x, SOUTH + 1000 * y


def blob(
    x: float, y: float, radius_km: float, *, seed: int, holes: Sequence[tuple[float, float, float]] = ()
) -> Polygon:
    """A wavy patch around (x, y), with round holes given as (dx, dy, radius) in km."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    waves = sum(
        (0.32 / n) * rng.uniform(0.3, 1) * np.cos(n * angle + rng.uniform(0, 6.28))
        for n in (2, 3, 5, 8, 13, 21)
    )
    r = 1000 * radius_km * (1 + waves)
    cx, cy = at(x, y)
    shape = Polygon(np.column_stack([cx + r * np.cos(angle), cy + 0.8 * r * np.sin(angle)]))
    for dx, dy, size in holes:
        shape = shape - Point(cx + 1000 * dx, cy + 1000 * dy).buffer(1000 * size, quad_segs=8)
    return shapely.normalize(shape)


def wavy(start: tuple[float, float], end: tuple[float, float], *, seed: int) -> LineString:
    """A border line between two places."""
    rng = np.random.default_rng(seed)
    t = np.linspace(0, 1, 60)
    a, b = np.array(at(*start)), np.array(at(*end))
    across = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a))
    offset = sum(250 / n * rng.uniform(-1, 1) * np.sin(np.pi * n * t) for n in range(1, 12))
    return LineString(a + t[:, None] * (b - a) + offset[:, None] * across)


def townships() -> list[Polygon]:
    """Six townships that tile the county."""
    w, h = WIDE / 1000, HIGH / 1000
    rim = [(0, 0), (10, 0), (20, 0), (w, 0), (w, 13), (w, h), (19, h), (11, h), (0, h), (0, 12), (0, 0)]
    inner = [
        ((0, 12), (10, 13)), ((10, 13), (20, 11)), ((20, 11), (w, 13)), ((10, 0), (10, 13)),
        ((20, 0), (20, 11)), ((10, 13), (11, h)), ((20, 11), (19, h)),
    ]  # fmt: skip
    borders = [*pairwise(rim), *inner]
    lines = shapely.union_all([wavy(a, b, seed=i) for i, (a, b) in enumerate(borders)])
    cells = [p for p in shapely.polygonize([lines]).geoms if p.area > 1e7]
    return sorted(cells, key=lambda p: (p.centroid.y > SOUTH + 12_000, p.centroid.x))


def parcels(count: int, *, seed: int, x: float, y: float) -> list[Polygon]:
    """Farmland parcels in a valley: a skewed grid with gaps, neighbours sharing borders."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(count * 1.4)))
    grid = np.array(
        [
            [at(x + 0.28 * i + 0.05 * j, y + 0.22 * j + 0.04 * i) for i in range(side + 1)]
            for j in range(side + 1)
        ]
    )
    grid += rng.uniform(-40, 40, grid.shape)
    cells = [
        Polygon([grid[j, i], grid[j, i + 1], grid[j + 1, i + 1], grid[j + 1, i]])
        for j in range(side)
        for i in range(side)
    ]
    kept = np.sort(rng.choice(len(cells), count, replace=False))
    return [cells[k] for k in kept]


def layer(
    layer_id: str,
    role: LayerRole,
    shapes: Sequence[BaseGeometry],
    *,
    names: Sequence[str] | None = None,
    zones: Sequence[str] | None = None,
    label: Text = Text(""),
    year: int = 2024,
    approved: bool = False,
    polarity: Polarity = Polarity.INSIDE,
    secrecy: Secrecy = Secrecy.INTERNAL,
) -> Layer:
    """A prepared layer of disjoint shapes."""
    ids = [f"{layer_id}-{i + 1:03d}" for i in range(len(shapes))]
    table = pd.DataFrame({"id": ids, "name": list(names) if names else [""] * len(shapes)})
    if zones is not None:
        table["zone"] = list(zones)
    regions = Regions(np.array(list(shapes), dtype=object), PLANE)
    spec = LayerSpec(
        id=layer_id, role=role, file=Path("county.gpkg"), layer=layer_id, label=label, series=layer_id.split("_20")[0],
        version=str(year), approved=approved, valid_from=date(year, 1, 1), fields={"id": "BSM", "name": "MC"},
        authority="东岭县自然资源和规划局（虚构）", accuracy_m=1.0, coverage=Coverage(layer="county"),
        secrecy=secrecy, source="示例数据", licence="CC0-1.0", polarity=polarity,
    )  # fmt: skip
    county = Regions(np.array([shapely.union_all(townships())], dtype=object), PLANE)
    return Layer(
        spec=spec, attributes=table, features=regions, footprint=regions,
        footprint_sources=Groups.of([[i] for i in range(len(shapes))]), coverage=county,
        source_crs="EPSG:4490 China Geodetic Coordinate System 2000",
    )  # fmt: skip


REDLINE_NAMES = ("东岭水源涵养区", "西溪水土保持区", "北山生物多样性维护区", "南屏水源涵养区")


def redline_shapes() -> dict[int, list[BaseGeometry]]:
    """The redline as approved in 2022 and its versions of 2023 and 2024."""
    approved = [
        blob(24.5, 17.5, 4.2, seed=1, holes=[(0.4, 0.3, 0.5), (-1.4, 0.9, 0.25)]),
        blob(4.6, 15.8, 3.0, seed=2, holes=[(0.2, -0.5, 0.35)]),
        blob(14.6, 20.0, 2.6, seed=3),
        MultiPolygon([blob(6, 3.6, 1.7, seed=4), blob(9.0, 1.9, 0.8, seed=5)]),
    ]
    cut = box(*at(21.4, 16.2), *at(22.6, 17.6))
    added = blob(15.0, 20.0, 2.75, seed=3) - approved[2]
    y2023 = [approved[0] - cut, approved[1], approved[2] | added, approved[3]]
    quiet = blob(2.9, 15.4, 0.7, seed=12)
    edge = approved[3] & box(*at(4.0, 4.2), *at(7.5, 4.6))
    sliver = LineString([at(24.4, 14.55), at(25.3, 14.6)]).buffer(0.35, cap_style="flat") & y2023[0]
    y2024 = [y2023[0] - sliver, y2023[1] - quiet, y2023[2], y2023[3] - edge]
    return {2022: approved, 2023: y2023, 2024: y2024}


def layers() -> dict[str, Layer]:
    """All layers of the invented county."""
    towns = townships()
    red = redline_shapes()
    reserve = blob(24.9, 17.7, 3.0, seed=21)
    core = blob(25.2, 17.9, 1.5, seed=22)
    town_shape = blob(14.2, 8.0, 3.0, seed=31)
    flexible = blob(17.6, 8.3, 1.4, seed=32) - town_shape
    special = blob(11.2, 9.6, 1.2, seed=33) - town_shape - flexible
    control = [
        layer("cropland", LayerRole.CROPLAND, parcels(60, seed=41, x=20.5, y=4.0)),
        layer("farmland", LayerRole.PERMANENT_BASIC_FARMLAND, parcels(70, seed=42, x=21.2, y=7.0)),
        *(
            layer(f"redline_{year}", LayerRole.REDLINE, shapes, names=REDLINE_NAMES, year=year, approved=year == 2022)
            for year, shapes in red.items()
        ),
        layer(
            "reserve", LayerRole.NATURE_RESERVE, [core, reserve - core],
            names=["东岭省级自然保护区"] * 2, zones=["核心保护区", "一般控制区"],
        ),
        layer(
            "urban", LayerRole.URBAN_BOUNDARY, [town_shape, flexible, special], names=["中心城区"] * 3,
            zones=["集中建设区", "弹性发展区", "特别用途区"], polarity=Polarity.OUTSIDE,
        ),
    ]  # fmt: skip
    context = [
        layer("township", LayerRole.TOWNSHIP, towns, secrecy=Secrecy.PUBLIC,
              names=["南屏镇", "江南街道", "稻香镇", "西溪乡", "北山街道", "东岭镇"]),
        layer("county", LayerRole.COUNTY, [shapely.union_all(towns)], names=["东岭县"], secrecy=Secrecy.PUBLIC),
    ]  # fmt: skip
    return {item.spec.id: item for item in [*control, *context]}
