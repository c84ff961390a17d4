"""Seeded layers that look natural: fractal redlines with holes, parcels with shared borders, sites."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.crs import Plane

Shapes = NDArray[Any]
Floats = NDArray[np.float64]

WEST, SOUTH = 530_000.0, 3_210_000.0
EXTENT_M = 40_000.0
"""Side of the county: 1600 km²."""
BENDS = 11
"""Vertices on each border between two parcels, which makes 49 a parcel: published land cover has means of 52
(MAES land cover of Natura 2000 sites), 59 (Urban Atlas) and 107 (CORINE)."""
PLANE = Plane.over(pyproj.CRS.from_epsg(4549), (WEST, SOUTH, WEST + EXTENT_M, SOUTH + EXTENT_M))


def redline(vertices: int, features: int = 487, seed: int = 1) -> Shapes:
    """Disjoint areas with fractal borders and holes, of sizes by a power law, ring vertices in all."""
    rng = np.random.default_rng(seed)
    radius = EXTENT_M / 5 * np.arange(1, features + 1) ** -0.62
    centre = _apart(radius, rng)
    share = radius**1.7 / (radius**1.7).sum()
    out = []
    for (x, y), reach, part in zip(centre, radius, share, strict=True):
        count = max(int(vertices * part * 0.85), 12)
        holes = []
        if rng.random() < 0.4:
            inner = max(int(vertices * part * 0.15), 8)
            holes.append(_fractal(x, y, reach * 0.12, inner, rng))
        out.append(shapely.Polygon(_fractal(x, y, reach * 0.7, count, rng), holes))
    return np.array(out, dtype=object)


def parcels(count: int, seed: int = 2) -> Shapes:
    """A coverage of the county: every border drawn once and shared by the two parcels beside it."""
    rng = np.random.default_rng(seed)
    across = round(count**0.5)
    down = -(-count // across)
    step_x, step_y = EXTENT_M / across, EXTENT_M / down
    column, row = np.meshgrid(np.arange(across + 1), np.arange(down + 1))
    node = np.stack([WEST + column * step_x, SOUTH + row * step_y], axis=-1)
    node[1:-1, 1:-1] += rng.uniform(-0.22, 0.22, node[1:-1, 1:-1].shape) * (step_x, step_y)
    level = _between(node[:, :-1], node[:, 1:], rng)
    upright = _between(node[:-1], node[1:], rng)
    ring = np.concatenate(
        [
            node[:-1, :-1, None],
            level[:-1],
            node[:-1, 1:, None],
            upright[:, 1:],
            node[1:, 1:, None],
            level[1:, :, ::-1],
            node[1:, :-1, None],
            upright[:, :-1, ::-1],
            node[:-1, :-1, None],
        ],
        axis=2,
    ).reshape(across * down, -1, 2)[:count]
    return np.asarray(shapely.polygons(ring))


def sites(count: int, seed: int = 3) -> Shapes:
    """Plots, bent plots, round ones and corridors, 30 m to 600 m wide."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0.02, 0.98, (2, count)) * EXTENT_M + np.array([[WEST], [SOUTH]])
    size = 10 ** rng.uniform(1.5, 2.8, count)
    plots = shapely.box(x - size, y - size * 0.6, x + size, y + size * 0.6)
    kind = rng.integers(0, 4, count)
    out = np.array(plots, dtype=object)
    bent = kind == 1
    out[bent] = shapely.difference(plots[bent], shapely.box(x, y, x + 2 * size, y + 2 * size)[bent])
    out[kind == 2] = shapely.buffer(shapely.points(x, y), size)[kind == 2]
    turn = rng.uniform(0, np.pi, (5, count)).cumsum(axis=0) * 0.3
    path = np.stack(
        [x + np.cumsum(np.cos(turn) * size, axis=0), y + np.cumsum(np.sin(turn) * size, axis=0)], axis=-1
    )
    out[kind == 3] = shapely.buffer(shapely.linestrings(path.transpose(1, 0, 2)), 15.0, quad_segs=2)[
        kind == 3
    ]
    return out


def redrawn(shapes: Shapes, noise_m: float = 1e-4, seed: int = 4) -> Shapes:
    """The same layer with noise on every vertex; equal vertices move alike, so that borders stay shared."""
    points = shapely.get_coordinates(shapes)
    _, vertex = np.unique(points, axis=0, return_inverse=True)
    rng = np.random.default_rng(seed)
    shift = rng.uniform(-noise_m, noise_m, (int(vertex.max()) + 1, 2))
    return np.asarray(shapely.set_coordinates(shapes.copy(), points + shift[vertex]))


def _between(start: Floats, end: Floats, rng: np.random.Generator) -> Floats:
    """`BENDS` vertices on each border, off its straight line by a walk that starts and ends on it."""
    along = end - start
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    walk = rng.uniform(-0.03, 0.03, (*along.shape[:-1], BENDS + 1)).cumsum(axis=-1)
    at = np.arange(1, BENDS + 1) / (BENDS + 1)
    off = walk[..., :-1] - walk[..., -1:] * at
    return start[..., None, :] + along[..., None, :] * at[:, None] + across[..., None, :] * off[..., None]


def _fractal(x: float, y: float, reach: float, count: int, rng: np.random.Generator) -> Floats:
    """A ring about (x, y) whose distance from it is a sum of waves with a falling spectrum."""
    waves = np.arange(1, count // 2 + 1)
    strength = waves**-1.15 * np.exp(2j * np.pi * rng.random(len(waves)))
    wave = np.fft.irfft(np.concatenate([[0], strength]), count)
    wave *= 0.42 / np.abs(wave).max()
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    away = reach * (1 + wave)
    return np.column_stack([x + away * np.cos(turn), y + away * np.sin(turn)])


def _apart(radius: Floats, rng: np.random.Generator) -> Floats:
    """Centres of discs in the county that do not overlap, the large ones placed first."""
    placed = np.empty((0, 2))
    for n, reach in enumerate(radius):
        while True:
            tries = rng.uniform(reach, EXTENT_M - reach, (256, 2))
            gap = np.hypot(*(tries[:, None] - placed[None]).T) - radius[:n, None] - reach
            free = np.flatnonzero((gap >= 0).all(axis=0))
            if free.size:
                placed = np.vstack([placed, tries[free[:1]]])
                break
    return placed + np.array([WEST, SOUTH])
