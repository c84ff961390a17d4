"""The county and its administrative and control lines, drawn as one arrangement so that neighbours fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from rasterio.transform import Affine
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.names import TOWNSHIPS
from eco_gis.sample.noise import Array, fractal, stream
from eco_gis.sample.shapes import bender, cell_borders, dissolve, faces, rounded, spread
from eco_gis.sample.terrain import GRID, Terrain, above

MIN_PATCH_M2 = 50_000.0
REDLINE_SHARE = 0.40
UNIT_CLASSES = ("优先保护单元", "重点管控单元", "一般管控单元")
URBAN_ZONES = ("集中建设区", "弹性发展区", "特别用途区")


@dataclass(frozen=True)
class Reserve:
    """One nature reserve: its core lies wholly inside the redline."""

    core: shapely.Polygon
    general: BaseGeometry


@dataclass(frozen=True)
class Lines:
    """Shapes in EPSG:4549, rounded to millimetres."""

    county: BaseGeometry
    townships: dict[str, BaseGeometry]
    units: list[tuple[str, str, BaseGeometry]]
    """Township, class, shape; they tile the county."""
    redline: list[shapely.Polygon]
    reserves: list[Reserve]
    urban: dict[str, list[shapely.Polygon]]
    """Polygons by zone; the zones share their borders."""
    water: dict[str, BaseGeometry]
    """Drinking-water source, first and second class zone."""
    relics: list[shapely.Polygon]


def make_lines(terrain: Terrain, seed: int) -> Lines:
    """Draw all lines of the county."""
    outline = max(above(terrain.county, factor=2, tolerance_m=14), key=shapely.area)
    outline = shapely.Polygon(outline.exterior)
    peaks = _peaks(terrain, outline)
    reserves = _reserves(peaks, seed)
    urban = _urban(terrain, outline, seed)
    red = _redline_field(terrain, peaks, reserves, urban, seed)
    patches = _finer(above(red, tolerance_m=6, least_m2=MIN_PATCH_M2), outline, seed)
    high = above(_height(terrain, seed), factor=4, tolerance_m=40, least_m2=3e6)
    busy = above(terrain.urban + 0.3, factor=3, tolerance_m=30, least_m2=1e6)
    borders = _township_borders(terrain, outline, seed)
    towns = _townships(outline, borders)
    rings = [outline.exterior, borders, *(p.boundary for p in [*patches, *high, *busy])]
    parts = faces(rings)
    points = shapely.point_on_surface(parts)
    town = _label(points, list(towns.values()))
    parts, points, town = parts[town >= 0], points[town >= 0], town[town >= 0]
    in_red = _label(points, patches) >= 0
    unit = np.where(_label(points, high) >= 0, 0, np.where(_label(points, busy) >= 0, 1, 2))
    names = list(towns)
    redline = [p for p in _parts(shapely.union_all(parts[in_red])) if p.area > MIN_PATCH_M2]
    townships = dissolve(parts, [names[t] for t in town])
    units = dissolve(parts, [(names[t], UNIT_CLASSES[u]) for t, u in zip(town, unit, strict=True)])
    return Lines(
        county=rounded(shapely.union_all(parts)),
        townships={name: rounded(townships[name]) for name in names},
        units=[(*key, rounded(units[key])) for key in sorted(units)],
        redline=_polygons(rounded(p) for p in redline),
        reserves=reserves,
        urban=urban,
        water=_water(seed),
        relics=_relics(terrain, outline, seed),
    )


def _polygons(shapes: Iterable[BaseGeometry]) -> list[shapely.Polygon]:
    return [p for p in shapes if isinstance(p, shapely.Polygon)]


def _parts(shape: BaseGeometry) -> list[shapely.Polygon]:
    return _polygons(shapely.get_parts(shape))


def _finer(patches: list[shapely.Polygon], outline: shapely.Polygon, seed: int) -> list[shapely.Polygon]:
    """One patch drawn in great detail, as one county's largest always is, and the others generalised."""
    inside = [p for p in patches if p.intersects(outline)]
    largest = max(range(len(inside)), key=lambda k: len(shapely.get_coordinates(inside[k])))

    def halved(ring: shapely.LinearRing, rng: np.random.RandomState, sway: float) -> Array:
        a = shapely.get_coordinates(ring)
        edge = np.diff(a, axis=0)
        aside = np.column_stack([-edge[:, 1], edge[:, 0]]) * sway * (rng.random_sample((len(edge), 1)) - 0.5)
        return np.vstack([np.stack([a[:-1], a[:-1] + edge / 2 + aside], axis=1).reshape(-1, 2), a[:1]])

    coarse = inside[largest]
    for sway in (0.3, 0.2, 0.1, 0.0):
        rng = stream(seed, "finer")
        rings = [halved(r, rng, sway) for r in (coarse.exterior, *coarse.interiors)]
        fine = shapely.Polygon(rings[0], rings[1:])
        if fine.is_valid:
            break
    rest = [p for k, p in enumerate(inside) if k != largest]
    return [fine, *shapely.simplify(np.array(rest, dtype=object), 16, preserve_topology=True)]


def _label(points: NDArray[np.object_], polygons: list[shapely.Polygon]) -> NDArray[np.intp]:
    """Which polygon holds each point; −1 where none does."""
    label = np.full(len(points), -1, dtype=np.intp)
    at, which = shapely.STRtree(polygons).query(points, predicate="within")
    label[at] = which
    return label


def _inside(outline: BaseGeometry) -> NDArray[np.bool_]:
    shapely.prepare(outline)
    x, y = GRID.xy
    return np.asarray(shapely.contains_xy(outline, x, y))


def _peaks(terrain: Terrain, outline: shapely.Polygon) -> list[tuple[float, float]]:
    """Middle of the highest country north of both rivers and south of them, where the reserves lie."""
    x, y = GRID.xy
    deep = _inside(outline.buffer(-4_500)) & (terrain.river > 5_000)
    for _, tx, ty, radius in terrain.towns:
        deep &= np.hypot(x - tx, y - ty) > radius + 4_500
    wide = np.cumsum(np.cumsum(np.pad(terrain.elevation, 30, mode="edge"), axis=0), axis=1)
    mean = wide[60:, 60:] - wide[:-60, 60:] - wide[60:, :-60] + wide[:-60, :-60]
    spots = []
    for half in (y > 3_244_500, y < 3_229_000):
        k = int(np.argmax(np.where(deep & half, mean[: GRID.ny, : GRID.nx], -np.inf)))
        spots.append((float(x.flat[k]), float(y.flat[k])))
    return spots


def _near(spot: tuple[float, float], radius_m: float, seed: int, name: str, ragged: float) -> Array:
    """Above 0 within a ragged circle."""
    x, y = GRID.xy
    noise = fractal(GRID, stream(seed, name), wavelength_m=3_000, roughness=0.85)
    return np.asarray(1 - np.hypot(x - spot[0], y - spot[1]) / radius_m + ragged * noise)


def _redline_field(
    terrain: Terrain,
    peaks: list[tuple[float, float]],
    reserves: list[Reserve],
    urban: dict[str, list[shapely.Polygon]],
    seed: int,
) -> Array:
    """Above 0 inside the redline; its level gives the wanted share of the county."""
    x, y = GRID.xy
    broken = fractal(GRID, stream(seed, "redline"), wavelength_m=5_000, roughness=0.56)
    field = terrain.elevation / 260 + 0.6 * broken
    for spot in peaks:
        field = field + 3.0 * np.clip(1.5 - np.hypot(x - spot[0], y - spot[1]) / 3_400 + 0.2 * broken, 0, 1)
    field -= 4 * np.clip(terrain.urban + 0.7, 0, 1) + 3 * np.clip(1 - terrain.river / 700, 0, 1)
    inside = np.sort(field[terrain.county > 0])
    level = inside[int(len(inside) * (1 - REDLINE_SHARE))]
    field = np.where(terrain.county > -0.05, field - level, -1.0)
    # no town in the redline, and every core wholly in it
    field = np.where(_covered([p for zone in urban.values() for p in zone], 130), -1.0, field)
    return np.where(_covered([r.core for r in reserves], 150), np.maximum(field, 0.5), field)


def _covered(shapes: list[shapely.Polygon], margin_m: float) -> NDArray[np.bool_]:
    """Grid nodes within a margin of any of the shapes."""
    step = GRID.step_m
    transform = Affine(step, 0.0, GRID.x0 - step / 2, 0.0, step, GRID.y0 - step / 2)
    wide = [shapely.buffer(p, margin_m) for p in shapes]
    burned = rasterio.features.rasterize(wide, out_shape=(GRID.ny, GRID.nx), transform=transform, fill=0)
    return np.asarray(burned == 1)


def _height(terrain: Terrain, seed: int) -> Array:
    """Above 0 in the mountains at large, for the priority units."""
    soft = fractal(GRID, stream(seed, "units"), wavelength_m=9_000, roughness=0.95)
    field = terrain.elevation / 260 + 0.35 * soft - 2 * np.clip(1 - terrain.river / 2_500, 0, 1)
    return np.asarray(field - np.quantile(field[terrain.county > 0], 0.62))


def _township_borders(terrain: Terrain, outline: shapely.Polygon, seed: int) -> BaseGeometry:
    seeds = spread(stream(seed, "townships"), outline.buffer(-1_500), len(TOWNSHIPS), candidates=10)
    warp = bender(GRID, *terrain.bend, 750.0)
    return cell_borders(seeds, outline.envelope.buffer(9_000), spacing_m=130, warp=warp)


def _townships(outline: shapely.Polygon, borders: BaseGeometry) -> dict[str, shapely.Polygon]:
    """Townships by name; fragments cut off by the county border join the neighbour with the longest border."""
    parts = _parts(shapely.MultiPolygon(list(faces([outline.exterior, borders]))))
    parts = [p for p in parts if outline.contains(p.point_on_surface())]
    parts.sort(key=shapely.area, reverse=True)
    towns, crumbs = parts[: len(TOWNSHIPS)], parts[len(TOWNSHIPS) :]
    for crumb in crumbs:
        shared = [shapely.length(shapely.intersection(crumb.boundary, t.boundary)) for t in towns]
        k = int(np.argmax(shared))
        merged = shapely.union_all([towns[k], crumb])
        assert isinstance(merged, shapely.Polygon)
        towns[k] = merged
    main = (533_500.0, 3_243_000.0)
    towns.sort(key=lambda t: float(np.hypot(t.centroid.x - main[0], t.centroid.y - main[1])))
    return dict(zip(TOWNSHIPS, towns, strict=True))


def _reserves(peaks: list[tuple[float, float]], seed: int) -> list[Reserve]:
    reserves = []
    for spot, radius_m in zip(peaks, (3_000.0, 2_500.0), strict=True):
        field = _near(spot, radius_m, seed, f"reserve {spot[1]:.0f}", 0.14)
        whole, core = (
            rounded(shapely.Polygon(max(above(f, tolerance_m=8), key=shapely.area).exterior))
            for f in (field, field - 0.36)
        )
        assert isinstance(whole, shapely.Polygon)
        assert isinstance(core, shapely.Polygon)
        reserves.append(Reserve(core, shapely.Polygon(whole.exterior, [core.exterior])))
    return reserves


def _urban(terrain: Terrain, outline: shapely.Polygon, seed: int) -> dict[str, list[shapely.Polygon]]:
    """Towns divided into the three zones along shared borders."""
    inner = outline.buffer(-1_200)
    towns = [
        shapely.Polygon(p.exterior)
        for p in above(terrain.urban, tolerance_m=9)
        if p.area > 250_000 and inner.contains(p)
    ]
    rng = stream(seed, "urban zones")
    seeds = np.vstack([spread(rng, t, max(3, int(t.area / 700_000))) for t in towns])
    warp = bender(GRID, *terrain.bend, 160.0)
    borders = cell_borders(seeds, outline.envelope, spacing_m=70, warp=warp)
    parts = faces([*(t.exterior for t in towns), borders])
    points = shapely.point_on_surface(parts)
    parts = parts[_label(points, towns) >= 0]
    middle = shapely.get_coordinates(shapely.point_on_surface(parts))
    centre = GRID.at(terrain.urban, middle[:, 0], middle[:, 1])
    draw = rng.random_sample(len(parts))
    small = shapely.area(parts) < 60_000
    zone = np.where(small | (centre > 0.32) | (draw < 0.62), 0, np.where(draw < 0.84, 1, 2))
    merged = dissolve(parts, [URBAN_ZONES[z] for z in zone])
    return {name: _parts(rounded(merged[name])) for name in URBAN_ZONES}


def _water(seed: int) -> dict[str, BaseGeometry]:
    """A reservoir's source zones, upstream in the mountains north-east of the town."""
    spot = (551_000.0, 3_236_800.0)
    lake = _near(spot, 1_000.0, seed, "water source", 0.25)
    first = shapely.Polygon(max(above(lake, tolerance_m=8), key=shapely.area).exterior)
    second = shapely.Polygon(max(above(lake + 1.5, tolerance_m=8), key=shapely.area).exterior)
    first, second = rounded(first), rounded(second)
    return {"一级保护区": first, "二级保护区": rounded(shapely.difference(second, first))}


def _relics(terrain: Terrain, outline: shapely.Polygon, seed: int) -> list[shapely.Polygon]:
    """Protection ranges of three cultural relics near the rivers."""
    x, y = GRID.xy
    rng = stream(seed, "relics")
    flat = (
        (terrain.river < 2_200)
        & (terrain.river > 500)
        & (terrain.urban < -0.2)
        & _inside(outline.buffer(-3_000))
    )
    candidates = np.flatnonzero(flat.ravel())
    spots = candidates[(rng.random_sample(3) * len(candidates)).astype(np.intp)]
    shapes = []
    for k, spot in enumerate(spots):
        angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        radius = (150 + 60 * k) * (1 + 0.2 * rng.random_sample(12))
        ring = np.column_stack(
            [x.flat[spot] + radius * np.cos(angles), y.flat[spot] + radius * np.sin(angles)]
        )
        shapes.append(shapely.Polygon(np.round(ring, 3)))
    return shapes
