"""The ground of the invented county: two river valleys between fractal mountains, towns on the valley floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from eco_gis.sample.names import TOWNS
from eco_gis.sample.noise import Array, Grid, contour, fractal, stream

GRID = Grid(x0=501_000.0, y0=3_204_000.0, step_m=60.0, nx=1_250, ny=1_080)
"""Nodes in EPSG:4549; wider than the county."""

COUNTY_M2 = 1.79e9
CENTRE = (538_500.0, 3_237_000.0)


@dataclass(frozen=True)
class Terrain:
    """Fields on `GRID` from which every line of the county is drawn."""

    county: Array
    """Above 0 inside the county."""
    elevation: Array
    """Metres above the sea."""
    river: Array
    """Metres to the nearest of the two rivers."""
    urban: Array
    """Above 0 where a town may grow, larger towards its centre."""
    towns: tuple[tuple[str, float, float, float], ...]
    """Name, x, y, radius in metres."""
    bend: tuple[Array, Array]
    """Two fields that bend straight cell borders."""


def make_terrain(seed: int) -> Terrain:
    """Draw the fields of the county."""
    x, y = GRID.xy
    north = y - 3_243_500 - 2_600 * np.sin((x - 505_000) / 10_500)
    south = y - 3_228_500 - 2_200 * np.sin((x - 500_000) / 8_500 + 1.2)
    wander = fractal(GRID, stream(seed, "rivers"), wavelength_m=11_000, roughness=1.0)
    north = north + 1_500 * wander
    south = south - 1_500 * np.roll(wander, 300, axis=1)
    river = np.minimum(_distance(north), _distance(south))
    # side valleys: the ground falls where the ridged noise is low
    rough = fractal(GRID, stream(seed, "mountains"), wavelength_m=8_000, roughness=0.75)
    ridges = np.abs(fractal(GRID, stream(seed, "ridges"), wavelength_m=9_000, roughness=0.7))
    rise = 1 - np.exp(-((river / 4_000) ** 2))
    elevation = 70 + 420 * rise + (0.06 + rise) * (150 * rough + 230 * (ridges - 0.6))
    elevation = np.maximum(elevation, 35 + 8 * rough)
    towns = tuple(
        (name, tx, _valley_y(tx, north if valley == "north" else south), radius)
        for name, tx, valley, radius in TOWNS
    )
    # towns stretch along their valley
    spots = np.max([1 - np.hypot((x - tx) * 0.8, (y - ty) * 1.45) / r for _, tx, ty, r in towns], axis=0)
    growth = fractal(GRID, stream(seed, "towns"), wavelength_m=1_800, roughness=0.8)
    urban = spots + 0.4 * growth - np.maximum(elevation - 130, 0) / 120
    urban = np.where(spots > -0.5, urban, -1.0)
    return Terrain(
        county=_county_field(seed),
        elevation=elevation,
        river=river,
        urban=urban,
        towns=towns,
        bend=(
            fractal(GRID, stream(seed, "bend east"), wavelength_m=7_000, roughness=0.8),
            fractal(GRID, stream(seed, "bend north"), wavelength_m=7_000, roughness=0.8),
        ),
    )


def _county_field(seed: int) -> Array:
    """Above 0 inside an irregular outline that holds the wanted area."""
    x, y = GRID.xy
    ragged = fractal(GRID, stream(seed, "county"), wavelength_m=15_000, roughness=0.8)
    ellipse = np.hypot((x - CENTRE[0]) / 29_500, (y - CENTRE[1]) / 21_000)
    field = 0.24 * ragged - ellipse**2
    cells = int(COUNTY_M2 / GRID.step_m**2)
    return np.asarray(field - np.partition(field.ravel(), -cells)[-cells])


def _distance(implicit: Array) -> Array:
    """Roughly the distance to the zero line of a field given in metres."""
    dy, dx = np.gradient(implicit, GRID.step_m)
    return np.asarray(np.abs(implicit) / np.maximum(np.hypot(dx, dy), 0.5))


def _valley_y(x: float, implicit: Array) -> float:
    """Where the valley lies at one easting."""
    column = implicit[:, round((x - GRID.x0) / GRID.step_m)]
    return float(GRID.y0 + GRID.step_m * int(np.argmin(np.abs(column))))


def above(
    field: Array, *, factor: int = 1, tolerance_m: float = 0.0, least_m2: float = 0.0
) -> list[shapely.Polygon]:
    """Polygons where a field on `GRID` is above 0, seen on every `factor`-th node; see `contour`."""
    return contour(
        GRID.coarser(factor), field[::factor, ::factor], tolerance_m=tolerance_m, least_m2=least_m2
    )
