"""Vegetation of six years: one redline patch loses it, one gains it, and 2022 is dry everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from rasterio.transform import Affine

from eco_gis.sample.county import County
from eco_gis.sample.land import BUILT, CROP, FOREST, GRASS, SHRUB, WATER, Raster
from eco_gis.sample.noise import fractal, stream
from eco_gis.sample.terrain import GRID
from eco_gis.sample.truths import redline_ids

YEARS = tuple(range(2019, 2025))
CELL_M = 250.0
NODATA = -9999.0
DRY_YEAR = 2022
DRY = -0.085
"""NDVI that the dry year takes from every cell, inside the redline and outside alike."""
SLOPE = 0.018
"""NDVI a year that the two patches lose or gain."""
RIPPLE = (0.2, -1.0, 0.9, -0.5, 1.0, -0.6)
"""Weather of the years without a trend: of the fifteen pairs of years eight rise and seven fall."""
_GREEN = {CROP: 0.52, FOREST: 0.78, GRASS: 0.55, SHRUB: 0.64, WATER: 0.02, BUILT: 0.22}


@dataclass(frozen=True)
class Function:
    """NDVI by year, and the two patches with a trend."""

    ndvi: dict[int, Raster]
    degrading: str
    """Code of the redline patch that loses vegetation."""
    improving: str


def make_function(county: County, seed: int) -> Function:
    """Draw NDVI from the land cover, with a trend in two middling patches far from one another."""
    west, south, east, north = county.lines.county.bounds
    west, north = np.floor(west / CELL_M) * CELL_M, np.ceil(north / CELL_M) * CELL_M
    nx, ny = int(np.ceil((east - west) / CELL_M)), int(np.ceil((north - south) / CELL_M))
    transform = Affine(CELL_M, 0.0, west, 0.0, -CELL_M, north)
    x, y = np.meshgrid(west + CELL_M * (np.arange(nx) + 0.5), north - CELL_M * (np.arange(ny) + 0.5))
    green = _greenness(county.land_cover, x, y)
    texture = GRID.at(fractal(GRID, stream(seed, "ndvi"), wavelength_m=3_000, roughness=0.6), x, y)
    weather = GRID.at(fractal(GRID, stream(seed, "weather"), wavelength_m=14_000, roughness=1.0), x, y)
    chosen = _two_patches(county)
    trend = np.zeros_like(green)
    for k, slope in zip(chosen, (-SLOPE, SLOPE), strict=True):
        inside = shapely.contains_xy(county.years.y2024[k], x, y)
        trend[inside] = slope
    within = rasterio.features.rasterize([county.lines.county], out_shape=(ny, nx), transform=transform) == 1
    rasters = {}
    for n, year in enumerate(YEARS):
        value = green + 0.03 * texture + trend * (n - 2.5) + 0.010 * RIPPLE[n] * (1 + 0.35 * weather)
        value = np.clip(value + (DRY if year == DRY_YEAR else 0.0), -0.1, 0.95)
        rasters[year] = Raster(np.where(within, np.round(value, 3), NODATA).astype(np.float32), transform)
    ids = redline_ids(county)
    return Function(rasters, ids[chosen[0]], ids[chosen[1]])


def _greenness(cover: Raster, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean greenness of the land cover around each cell."""
    column = ((x - cover.transform.c) / cover.transform.a).astype(np.intp)
    row = ((y - cover.transform.f) / cover.transform.e).astype(np.intp)
    height, width = cover.values.shape
    table = np.zeros(256)
    for code, value in _GREEN.items():
        table[code] = value
    green = table[cover.values]
    shifts = (-3, 0, 3)
    return np.asarray(
        sum(
            green[np.clip(row + dr, 0, height - 1), np.clip(column + dc, 0, width - 1)]
            for dr in shifts
            for dc in shifts
        )
        / 9
    )


def _two_patches(county: County) -> tuple[int, int]:
    """Positions of two patches of a few square kilometres, unchanged in all years, in the south and the north."""
    middling = [
        k
        for k, p in enumerate(county.years.y2024)
        if 3e6 < p.area < 2e7 and k not in county.years.moved.values()
    ]
    assert len(middling) > 1, "no middling redline patches"
    middling.sort(key=lambda k: county.years.y2024[k].centroid.y)
    return middling[0], middling[-1]


def function_truths(county: County, function: Function) -> list[dict[str, Any]]:
    """Area-weighted mean NDVI by year of the patches of more than 2 km²: cells cut along the border."""
    ids = redline_ids(county)
    some = next(iter(function.ndvi.values()))
    t = some.transform
    found = []
    for k in sorted(range(len(ids)), key=lambda k: ids[k]):
        patch = county.years.y2024[k]
        if not 2e6 < patch.area < 3e7:
            continue
        west, south, east, north = patch.bounds
        c0, c1 = int((west - t.c) / t.a), int((east - t.c) / t.a)
        r0, r1 = int((north - t.f) / t.e), int((south - t.f) / t.e)
        rows, columns = (a.ravel() for a in np.mgrid[r0 : r1 + 1, c0 : c1 + 1])
        left, top = t.c + columns * t.a, t.f + rows * t.e
        cells = shapely.box(left, top - CELL_M, left + CELL_M, top)
        weight = shapely.area(shapely.intersection(cells, patch))
        means = {}
        for year, raster in function.ndvi.items():
            value = raster.values[rows, columns].astype(float)
            known = value != NODATA
            means[str(year)] = round(float((value * weight)[known].sum() / weight[known].sum()), 6)
        trend = {function.degrading: "degraded", function.improving: "improved"}.get(ids[k], "stable")
        found.append({"feature": ids[k], "trend": trend, "mean": means})
    return found
