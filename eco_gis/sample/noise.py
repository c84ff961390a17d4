"""Seeded fractal noise on a regular grid of nodes, and its contour lines as polygons."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Array = NDArray[np.float64]


def stream(seed: int, name: str) -> np.random.RandomState:
    """A random stream of its own for each part of the county, so that one part can change alone.

    `RandomState` is used because numpy promises never to change the numbers it gives.
    """
    return np.random.RandomState((zlib.crc32(name.encode("utf-8")) ^ seed) & 0xFFFFFFFF)


@dataclass(frozen=True)
class Grid:
    """Nodes of a regular grid on the plane; rows run north, columns run east."""

    x0: float
    y0: float
    step_m: float
    nx: int
    ny: int

    @property
    def xy(self) -> tuple[Array, Array]:
        """Coordinates of all nodes, each of shape (ny, nx)."""
        x, y = np.meshgrid(
            self.x0 + self.step_m * np.arange(self.nx), self.y0 + self.step_m * np.arange(self.ny)
        )
        return x, y

    def at(self, field: Array, x: Array, y: Array) -> Array:
        """Bilinear value of a node field at points; beyond the grid the border value holds."""
        u = np.clip((np.asarray(x) - self.x0) / self.step_m, 0, self.nx - 1.000001)
        v = np.clip((np.asarray(y) - self.y0) / self.step_m, 0, self.ny - 1.000001)
        i, j = u.astype(np.intp), v.astype(np.intp)
        s, t = u - i, v - j
        low = field[j, i] * (1 - s) + field[j, i + 1] * s
        high = field[j + 1, i] * (1 - s) + field[j + 1, i + 1] * s
        return np.asarray(low * (1 - t) + high * t)

    def coarser(self, factor: int) -> Grid:
        """The grid of every `factor`-th node."""
        return Grid(
            self.x0,
            self.y0,
            self.step_m * factor,
            (self.nx + factor - 1) // factor,
            (self.ny + factor - 1) // factor,
        )


def fractal(grid: Grid, rng: np.random.RandomState, *, wavelength_m: float, roughness: float = 0.7) -> Array:
    """Fractal noise of zero mean and unit deviation.

    Parameters
    ----------
    grid
        Where the noise is wanted.
    rng
        Source of randomness.
    wavelength_m
        Size of the largest forms, in metres.
    roughness
        Hurst exponent: 0.4 is ragged, 1 is rolling.
    """
    white = rng.random_sample((grid.ny, grid.nx)) - 0.5
    ky = np.fft.fftfreq(grid.ny, grid.step_m)[:, None]
    kx = np.fft.rfftfreq(grid.nx, grid.step_m)[None, :]
    amplitude = (wavelength_m**-2 + kx**2 + ky**2) ** (-(roughness + 1) / 2)
    noise = np.fft.irfft2(np.fft.rfft2(white) * amplitude, s=white.shape)
    noise -= noise.mean()
    return np.asarray(noise / noise.std())


def contour(
    grid: Grid, field: Array, *, tolerance_m: float = 0.0, least_m2: float = 0.0
) -> list[shapely.Polygon]:
    """Polygons where `field` is above 0, by marching triangles, with holes; the grid's edge is below.

    Parameters
    ----------
    tolerance_m
        Border generalisation in metres; 0 keeps every crossing.
    least_m2
        Patches and holes smaller than this are left out.
    """
    v = np.where(field == 0, -1e-9, field)
    v[[0, -1], :] = -np.abs(v[[0, -1], :])
    v[:, [0, -1]] = -np.abs(v[:, [0, -1]])
    ny, nx = v.shape
    horizontal, vertical = ny * (nx - 1), (ny - 1) * nx
    j, i = np.mgrid[0 : ny - 1, 0 : nx - 1]

    def h(jj: NDArray[np.intp], ii: NDArray[np.intp]) -> NDArray[np.intp]:
        return np.asarray(jj * (nx - 1) + ii)

    def w(jj: NDArray[np.intp], ii: NDArray[np.intp]) -> NDArray[np.intp]:
        return np.asarray(horizontal + jj * nx + ii)

    diagonal = horizontal + vertical + h(j, i)
    lower = np.stack([h(j, i), w(j, i + 1), diagonal], axis=-1).reshape(-1, 3)
    upper = np.stack([w(j, i), h(j + 1, i), diagonal], axis=-1).reshape(-1, 3)
    point, crossed = _crossings(grid, v)
    edges = np.concatenate([lower, upper])
    hit = crossed[edges]
    two = hit.sum(axis=1) == 2
    ends = edges[two][hit[two]].reshape(-1, 2)
    rings = np.array([shapely.LinearRing(point[ring]) for ring in _rings(ends)], dtype=object)
    rings = rings[shapely.area(shapely.polygons(rings)) > least_m2]
    parts = shapely.get_parts(shapely.build_area(shapely.GeometryCollection(list(rings))))
    return list(shapely.simplify(parts, tolerance_m, preserve_topology=True))


def _crossings(grid: Grid, v: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Where each grid edge (horizontal, vertical, diagonal) meets the zero line."""
    x, y = grid.xy
    starts = [
        (slice(None), slice(None, -1)),
        (slice(None, -1), slice(None)),
        (slice(None, -1), slice(None, -1)),
    ]
    stops = [(slice(None), slice(1, None)), (slice(1, None), slice(None)), (slice(1, None), slice(1, None))]
    points, flags = [], []
    for a, b in zip(starts, stops, strict=True):
        crossed = (v[a] > 0) != (v[b] > 0)
        # kept away from the nodes, so that no two corners fall together
        t = np.clip(v[a] / np.where(crossed, v[a] - v[b], 1.0), 0.08, 0.92)
        points.append(np.stack([x[a] + t * (x[b] - x[a]), y[a] + t * (y[b] - y[a])], axis=-1).reshape(-1, 2))
        flags.append(crossed.ravel())
    return np.concatenate(points), np.concatenate(flags)


def _rings(ends: NDArray[np.intp]) -> list[list[int]]:
    """Closed chains through segments given as pairs of node numbers; every node has two segments."""
    nodes, inverse = np.unique(ends, return_inverse=True)
    pairs = inverse.reshape(-1, 2)
    order = np.argsort(pairs.ravel(), kind="stable").reshape(-1, 2)
    other = pairs.ravel()[order ^ 1]
    seen = np.zeros(len(nodes), dtype=bool)
    rings = []
    for first in range(len(nodes)):
        if seen[first]:
            continue
        ring, here, previous = [first], int(other[first, 0]), first
        seen[first] = True
        while here != first:
            ring.append(here)
            seen[here] = True
            a, b = int(other[here, 0]), int(other[here, 1])
            here, previous = (b if a == previous else a), here
        rings.append([int(nodes[k]) for k in [*ring, first]])
    return rings
