"""Land of the county: fields, forest stands, survey parcels and the two rasters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from rasterio.transform import Affine
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.lines import Lines
from eco_gis.sample.noise import fractal, stream
from eco_gis.sample.shapes import bender, blob, cell_borders, faces, rounded, spread
from eco_gis.sample.terrain import GRID, Terrain, above

FIELDS = 4_100
FIELD_M = (230.0, 125.0)
CELL_M = 30.0
CROP, FOREST, GRASS, SHRUB, WATER, BUILT = 10, 20, 30, 40, 60, 80
"""Classes of the land-cover raster."""


@dataclass(frozen=True)
class Farmland:
    """Fields and the blocks made of them; blocks share the fields' corners."""

    fields: list[shapely.Polygon]
    basic: list[shapely.Polygon]
    reserve: list[shapely.Polygon]


def make_farmland(terrain: Terrain, lines: Lines, seed: int) -> Farmland:
    """Lay out fields along the valleys, away from towns and the redline."""
    x0, y0, x1, y1 = lines.county.bounds
    columns, rows = int((x1 - x0) / FIELD_M[0]), int((y1 - y0) / FIELD_M[1])
    rng = stream(seed, "fields")
    u, v = np.meshgrid(np.arange(2 * columns + 1) / 2, np.arange(rows + 1))
    xy = np.column_stack([x0 + u.ravel() * FIELD_M[0], y0 + v.ravel() * FIELD_M[1]])
    sway = [fractal(GRID, stream(seed, f"field {way}"), wavelength_m=8_000, roughness=1.6) for way in "xy"]
    xy = bender(GRID, sway[0], sway[1], 320.0)(xy) + 24 * (rng.random_sample(xy.shape) - 0.5)
    net = np.round(xy.reshape(rows + 1, 2 * columns + 1, 2), 3)
    j, i = (a.ravel() for a in np.mgrid[0:rows, 0:columns])
    ring = np.stack(
        [
            net[j, 2 * i],
            net[j, 2 * i + 1],
            net[j, 2 * i + 2],
            net[j + 1, 2 * i + 2],
            net[j + 1, 2 * i + 1],
            net[j + 1, 2 * i],
        ],
        axis=1,
    )
    cells = shapely.polygons(ring)
    middle = ring.mean(axis=1)
    river = GRID.at(terrain.river, *middle.T)
    height = GRID.at(terrain.elevation, *middle.T)
    patchy = GRID.at(fractal(GRID, stream(seed, "villages"), wavelength_m=1_500, roughness=0.5), *middle.T)
    score = -river / 2_400 - np.abs(height - 90) / 90 + 0.55 * patchy
    barred = np.array(
        [*lines.redline, *_urban(lines), *lines.relics, lines.water["一级保护区"]], dtype=object
    )
    shapely.prepare(lines.county)
    free = shapely.is_valid(cells) & shapely.contains_properly(lines.county, cells) & (river > 130)
    # where the bent net folds over itself no field is laid
    free &= shapely.is_ccw(shapely.get_exterior_ring(cells))
    free[np.unique(shapely.STRtree(cells).query(cells, predicate="overlaps"))] = False
    # only the better half of the valley ground is compared with the lines, which is the slow part
    free &= score >= np.sort(score[free])[-2 * FIELDS]
    likely = np.flatnonzero(free)
    # the large shapes ask, because the shape that asks is prepared
    free[likely[shapely.STRtree(cells[likely]).query(barred, predicate="dwithin", distance=25.0)[1]]] = False
    order = np.argsort(np.where(free, -score, np.inf), kind="stable")[:FIELDS]
    chosen = np.sort(order[free[order]])
    block = (j[chosen] // 3) * columns + i[chosen] // 2
    quality = {b: score[chosen][block == b].mean() for b in np.unique(block)}
    limit = np.quantile(list(quality.values()), [0.24, 0.36])
    basic, reserve = [], []
    for b in np.unique(block):
        parts = shapely.get_parts(shapely.union_all(cells[chosen[block == b]]))
        if quality[b] > limit[1]:
            basic += list(parts)
        elif quality[b] > limit[0] and rng.random_sample() < 0.5:
            reserve += list(parts)
    return Farmland(list(cells[chosen]), basic, reserve)


def _urban(lines: Lines) -> list[shapely.Polygon]:
    return [p for zone in lines.urban.values() for p in zone]


def make_stands(terrain: Terrain, lines: Lines, seed: int) -> NDArray[np.object_]:
    """Forest stands: the wooded country divided along bent borders."""
    patchy = fractal(GRID, stream(seed, "woods"), wavelength_m=4_000, roughness=0.8)
    wood = (terrain.elevation - 165) / 60 + 0.5 * patchy - 2 * np.clip(terrain.urban + 0.5, 0, 1)
    woods = above(wood, factor=3, tolerance_m=45, least_m2=600_000)
    county = max(shapely.get_parts(lines.county.buffer(-60)), key=shapely.area)
    seeds = spread(stream(seed, "stands"), county, 620, candidates=6)
    borders = cell_borders(seeds, county.envelope, spacing_m=260, warp=bender(GRID, *terrain.bend, 260.0))
    rings = [shapely.simplify(county.exterior, 20), borders, *(w.boundary for w in woods)]
    parts = faces(rings)
    points = shapely.point_on_surface(parts)
    keep = np.zeros(len(parts), dtype=bool)
    keep[shapely.STRtree(woods).query(points, predicate="within")[0]] = True
    keep &= shapely.contains(county, points) & (shapely.area(parts) > 20_000)
    return parts[keep]


@dataclass(frozen=True)
class Survey:
    """Land survey parcels of two years: the second has small parcels whose class changed."""

    first: list[shapely.Polygon]
    second: list[shapely.Polygon]
    carved: list[tuple[int, shapely.Polygon]]
    """(host parcel, parcel carved out of it)."""


def make_survey(terrain: Terrain, lines: Lines, seed: int) -> Survey:
    """Coarse parcels that tile the county; eight small ones change their class in the second year."""
    rng = stream(seed, "survey")
    outline = shapely.Polygon(lines.county.exterior)
    seeds = spread(rng, outline, 760, candidates=5)
    borders = cell_borders(seeds, outline.envelope, spacing_m=330, warp=bender(GRID, *terrain.bend, 240.0))
    parts = [p for p in faces([outline.exterior, borders]) if outline.contains(p.point_on_surface())]
    parts.sort(key=lambda p: (-p.centroid.y, p.centroid.x))
    redline = shapely.union_all(np.array(lines.redline, dtype=object))
    second = list(parts)
    carved: list[tuple[int, shapely.Polygon]] = []
    for k in rng.permutation(len(parts)):
        inner = parts[k].buffer(-160)
        if inner.is_empty or len(carved) == 8:
            continue
        spot = inner.representative_point()
        patch = rounded(blob(rng, spot.x, spot.y, 45_000 + 30_000 * rng.random_sample()))
        wants_red = len(carved) < 3
        if inner.contains(patch) and (
            redline.contains(patch) if wants_red else not redline.intersects(patch)
        ):
            second[k] = shapely.Polygon(parts[k].exterior, [*parts[k].interiors, patch.exterior])
            carved.append((int(k), patch))
    return Survey(parts, second, carved)


@dataclass(frozen=True)
class Raster:
    """A north-up raster in EPSG:4549; 0 is no data."""

    values: NDArray[np.uint8] | NDArray[np.float32]
    transform: Affine


def make_rasters(terrain: Terrain, lines: Lines, farmland: Farmland, seed: int) -> tuple[Raster, Raster]:
    """Land cover with 30 m cells and tree cover in percent (steps of five) with 60 m cells."""
    west, _, _, north = (np.floor(b / 60) * 60 for b in lines.county.bounds)
    _, south, east, _ = lines.county.bounds
    nx, ny = (2 * int(np.ceil(d / 60)) for d in (east - west, north + 60 - south))
    transform = Affine(CELL_M, 0.0, west, 0.0, -CELL_M, north + 60)
    x, y = np.meshgrid(west + CELL_M * (np.arange(nx) + 0.5), north + 60 - CELL_M * (np.arange(ny) + 0.5))
    texture = GRID.at(fractal(GRID, stream(seed, "texture"), wavelength_m=2_000, roughness=0.6), x, y)
    height = GRID.at(terrain.elevation, x, y)
    urban, river = GRID.at(terrain.urban, x, y), GRID.at(terrain.river, x, y)
    cover = np.where(height < 165 + 40 * texture, SHRUB, FOREST).astype(np.uint8)
    cover[(height > 560) & (texture > 0.4)] = GRASS
    cover[(height < 150) & (texture > 0.2)] = GRASS
    cover[(height < 175) & (texture < -0.3)] = CROP
    cover[(height < 140) & (texture > 1.9)] = BUILT
    burn = {"out_shape": (ny, nx), "transform": transform}
    fields = rasterio.features.rasterize(farmland.fields, fill=0, **burn)
    cover[fields == 1] = CROP
    town = rasterio.features.rasterize(lines.urban["集中建设区"], fill=0, **burn)
    cover[(town == 1) & (texture + 2 * urban > -0.6)] = BUILT
    lake = rasterio.features.rasterize([lines.water["一级保护区"].buffer(-250)], fill=0, **burn)
    cover[(river < 55) | (lake == 1)] = WATER
    cover[rasterio.features.rasterize([lines.county], fill=0, **burn) == 0] = 0
    dense = 52 + 0.03 * np.clip(height, 0, 700) + 14 * texture
    dense = np.where(cover == FOREST, dense, np.where(cover == SHRUB, dense - 30, 5))
    trees = np.where(cover == 0, 0, np.clip(5 * np.round(dense / 5), 5, 95)).astype(np.uint8)
    return Raster(cover, transform), Raster(trees[::2, ::2], Affine(60.0, 0.0, west, 0.0, -60.0, north + 60))


def classes_at(raster: Raster, shapes: list[BaseGeometry]) -> NDArray[np.uint8]:
    """The commonest class among the cells of each shape's size around its middle."""
    points = shapely.point_on_surface(np.array(shapes, dtype=object))
    column = ((shapely.get_x(points) - raster.transform.c) / raster.transform.a).astype(int)
    row = ((shapely.get_y(points) - raster.transform.f) / raster.transform.e).astype(int)
    found = np.zeros(len(shapes), dtype=np.uint8)
    for k, (r, c) in enumerate(zip(row, column, strict=True)):
        window = raster.values[max(r - 8, 0) : r + 9, max(c - 8, 0) : c + 9]
        found[k] = np.bincount(window[window > 0], minlength=100).argmax()
    return found
