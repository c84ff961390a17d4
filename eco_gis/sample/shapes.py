"""Shapes that fit together: arrangements of lines, cuts along a border, blobs and routes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.noise import Array, Grid

Warp = Callable[[Array], Array]
Label = TypeVar("Label", bound=Hashable)


def rounded(shape: BaseGeometry, decimals: int = 3) -> BaseGeometry:
    """Coordinates rounded to millimetres, as delivered data are; shared corners stay shared."""
    return shapely.transform(shape, lambda xy: np.round(xy, decimals))


def faces(lines: Iterable[BaseGeometry]) -> NDArray[np.object_]:
    """The faces of the arrangement of all lines, noded together once, so that neighbours share every corner."""
    # noded on the millimetre grid, so that no corner has to be rounded afterwards
    noded = shapely.union_all(list(lines), grid_size=0.001)
    return np.asarray(shapely.get_parts(shapely.polygonize([noded])))


def dissolve(parts: NDArray[np.object_], labels: Sequence[Label]) -> dict[Label, BaseGeometry]:
    """Faces merged by label; the border keeps every corner of the arrangement."""
    members: dict[Label, list[BaseGeometry]] = {}
    for part, label in zip(parts, labels, strict=True):
        members.setdefault(label, []).append(part)
    return {label: shapely.union_all(group) for label, group in members.items()}


def cell_borders(seeds: Array, extent: shapely.Polygon, *, spacing_m: float, warp: Warp) -> BaseGeometry:
    """Borders of Voronoi cells, walked in steps of `spacing_m` and bent by `warp`."""
    edges = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=extent, only_edges=True)
    return shapely.transform(shapely.segmentize(edges, spacing_m), warp)


def bender(grid: Grid, dx: Array, dy: Array, amplitude_m: float) -> Warp:
    """A map that moves each point by two noise fields."""

    def warp(xy: Array) -> Array:
        move = np.column_stack([grid.at(dx, xy[:, 0], xy[:, 1]), grid.at(dy, xy[:, 0], xy[:, 1])])
        return np.asarray(xy + amplitude_m * move)

    return warp


def spread(rng: np.random.RandomState, area: BaseGeometry, count: int, *, candidates: int = 12) -> Array:
    """Points inside `area`, each the candidate farthest from those before it (best candidate)."""
    shapely.prepare(area)
    west, south, east, north = area.bounds
    points = np.empty((0, 2))
    while len(points) < count:
        tries = rng.random_sample((candidates * 4, 2)) * [east - west, north - south] + [west, south]
        tries = tries[shapely.contains_xy(area, tries[:, 0], tries[:, 1])][:candidates]
        if not len(tries):
            continue
        if len(points):
            gaps = np.hypot(*(tries[:, None, :] - points[None, :, :]).transpose(2, 0, 1)).min(axis=1)
            tries = tries[[int(np.argmax(gaps))]]
        points = np.vstack([points, tries[:1]])
    return points


def drawn_point(rng: np.random.RandomState, area: BaseGeometry) -> tuple[float, float]:
    """A random point of an area; parts are chosen by size."""
    parts = shapely.get_parts(area)
    size = np.cumsum(shapely.area(parts))
    part = parts[int(np.searchsorted(size, rng.random_sample() * size[-1]))]
    west, south, east, north = part.bounds
    while True:
        x, y = west + rng.random_sample() * (east - west), south + rng.random_sample() * (north - south)
        if shapely.contains_xy(part, x, y):
            return x, y


def blob(
    rng: np.random.RandomState, x: float, y: float, area_m2: float, *, corners: int = 18
) -> shapely.Polygon:
    """An irregular site of about the given area around a point."""
    angles = np.sort((np.arange(corners) + 0.7 * rng.random_sample(corners)) * 2 * np.pi / corners)
    stretch, turn = 1.0 + 0.6 * rng.random_sample(), np.pi * rng.random_sample()
    radius = 1.0 + 0.22 * (rng.random_sample(corners) - 0.5)
    u, v = radius * stretch * np.cos(angles), radius / stretch * np.sin(angles)
    ring = np.column_stack([u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn)])
    shape = shapely.Polygon(ring)
    scale = np.sqrt(area_m2 / shape.area)
    moved = shapely.transform(shape, lambda xy: xy * scale + [x, y])
    assert isinstance(moved, shapely.Polygon)
    return moved


def route(
    rng: np.random.RandomState, waypoints: Sequence[tuple[float, float]], *, step_m: float = 90.0
) -> shapely.LineString:
    """A smooth route through waypoints (Catmull–Rom) with gentle bends between them."""
    points = np.asarray(waypoints, dtype=float)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(2, int(np.hypot(*(c - b)) / step_m))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        sway = sum(
            (rng.random_sample() - 0.5) * np.hypot(*(c - b)) * 0.05 / k * np.sin(k * np.pi * t)
            for k in (1, 2, 3)
        )
        normal = np.array([-(c - b)[1], (c - b)[0]]) / np.hypot(*(c - b))
        pieces.append(curve + sway * normal)
    return shapely.LineString(np.vstack([*pieces, points[-1:]]))


Accept = Callable[[shapely.Polygon], bool]


def along_border(
    patch: shapely.Polygon,
    rng: np.random.RandomState,
    *,
    run: int,
    path: Callable[[Array, np.random.RandomState], Array],
    accept: Accept,
) -> tuple[shapely.Polygon, shapely.Polygon] | None:
    """Move one run of a patch's outer border and leave every other corner untouched.

    Parameters
    ----------
    patch
        Polygon whose border is moved.
    run
        How many edges of the border are replaced.
    path
        Makes the new corners between the first and the last of the run; to the left of the
        clockwise border lies the outside.
    accept
        Whether the ground between the old and the new run will do.

    Returns
    -------
    tuple or None
        The patch with its new border, and the ground between; None when no run of the border will do.
    """
    ring = shapely.get_coordinates(shapely.orient_polygons(patch, exterior_cw=True).exterior)[:-1]
    for start in rng.permutation(len(ring)):
        turned = np.roll(ring, -int(start), axis=0)
        old = turned[: run + 1]
        if len(turned) < 3 * run:
            continue
        new = np.round(path(old, rng), 3)
        ground = shapely.Polygon(np.vstack([old, new[::-1]]))
        if not (ground.is_valid and accept(ground)):
            continue
        moved = shapely.Polygon(np.vstack([old[:1], new, turned[run:]]), patch.interiors)
        if moved.is_valid and abs(abs(moved.area - patch.area) - ground.area) < 1e-4:
            return moved, ground
    return None


def hump(depth_m: float) -> Callable[[Array, np.random.RandomState], Array]:
    """A natural-looking bow beside a run of border; positive depth lies outside the patch."""

    def path(old: Array, rng: np.random.RandomState) -> Array:
        a, b = old[0], old[-1]
        length = float(np.hypot(*(b - a)))
        count = max(6, int(length / 35))
        t = (np.arange(1, count) / count)[:, None]
        normal = np.array([-(b - a)[1], (b - a)[0]]) / length
        rough = 1 + 0.25 * (rng.random_sample(t.shape) - 0.5)
        return np.asarray(a + t * (b - a) + normal * depth_m * np.sin(np.pi * t) ** 0.6 * rough)

    return path


def parallel(offset_m: float) -> Callable[[Array, np.random.RandomState], Array]:
    """A run of border shifted by a constant offset; positive lies outside the patch."""

    def path(old: Array, rng: np.random.RandomState) -> Array:
        edges = np.diff(old, axis=0)
        normals = np.column_stack([-edges[:, 1], edges[:, 0]]) / np.hypot(edges[:, 0], edges[:, 1])[:, None]
        middle = normals[:-1] + normals[1:]
        # a mitre keeps the distance to both neighbouring edges
        mitre = 2 * middle / (middle**2).sum(axis=1)[:, None]
        return np.asarray(old + offset_m * np.vstack([normals[:1], mitre, normals[-1:]]))

    return path
