"""Copies of a drawing: vertices matched one to one, and the rule that moved them all.

Vertices are matched feature by feature and ring by ring, whatever the start and direction of rings. A
rule must hold for the drawing as a whole: one patch that was shifted among many that stayed is no copy.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.crs import transform
from eco_gis.model.identity import Difference, DifferenceKind
from eco_gis.model.layer import Layer
from eco_gis.text import Text

Points = NDArray[np.float64]

SAME_M = 1e-3
"""Metres within which two vertices are the same one."""
FIT_M = 5e-3
"""Metres that a transformation may leave at a vertex."""
LARGEST_SHIFT_M = 200.0
"""Datum shifts used in China are smaller; what moved farther lies on other ground."""
LARGEST_STRAIN = 1e-3
"""Change of scale or turn that a change of frame makes at most."""
WHOLE = 0.9
"""Share of the features that a rule must explain to be a rule of the drawing."""
FEWEST = 3
"""Features from which a shift of all can be told from a patch that was moved."""
_GRIDS_M = tuple(10.0**-k for k in range(1, 7))
"""A coarser grid moves the border by more than survey allows, and is no copy."""
_GRIDS_DEGREES = tuple(10.0**-k for k in range(6, 13))


@dataclass(frozen=True)
class Copied:
    """The rule that makes the new drawing from the old one."""

    difference: Difference
    features: frozenset[str]
    """Ids whose every vertex follows the rule."""


@dataclass(frozen=True)
class _Matched:
    """Vertices of both versions, one to one, on the working plane."""

    old: Points
    new: Points
    feature: NDArray[np.intp]
    """Index of the feature in `ids`."""
    ids: tuple[str, ...]
    """Features whose rings have as many vertices in both versions."""

    def following(self, misfit: NDArray[np.float64], limit: float) -> frozenset[str]:
        """Features of which no vertex is off by more than a limit."""
        worst = np.zeros(len(self.ids))
        np.maximum.at(worst, self.feature, misfit)
        return frozenset(key for key, off in zip(self.ids, worst, strict=True) if off <= limit)


def find_rule(old: Layer, new: Layer) -> Copied | None:
    """The rounding or transformation that explains (nearly) all features, None where there is none."""
    matched = _match(old, new)
    shared = set(old.ids) & set(new.ids)
    if not matched.ids or len(matched.ids) < WHOLE * max(len(old), len(new), len(shared)):
        return None
    moved = np.hypot(*(matched.new - matched.old).T)
    if moved.max() == 0:
        return None
    for found in (_rounding(matched), _through_degrees(matched, new), _transformation(matched)):
        if found is not None and len(found.features) >= WHOLE * len(matched.ids):
            return found
    return None


def _match(old: Layer, new: Layer) -> _Matched:
    sides = [_rings(layer) for layer in (old, new)]
    before: list[Points] = []
    after: list[Points] = []
    ids: list[str] = []
    for key in sorted(set(sides[0]) & set(sides[1])):
        rings = [_in_order(side[key]) for side in sides]
        if [len(r) for r in rings[0]] != [len(r) for r in rings[1]]:
            continue
        ids.append(key)
        before.append(np.concatenate(rings[0]))
        after.append(
            np.concatenate(
                [b if np.array_equal(a, b) else _aligned(a, b) for a, b in zip(*rings, strict=True)]
            )
        )
    counts = [len(p) for p in before]
    none = np.empty((0, 2))
    return _Matched(
        np.concatenate([none, *before]),
        np.concatenate([none, *after]),
        np.repeat(np.arange(len(ids)), counts),
        tuple(ids),
    )


def _rings(layer: Layer) -> dict[str, list[Points]]:
    """Rings by feature id, counter-clockwise and without the repeated end, on the working plane."""
    shapes = layer.features.shapes
    if layer.delivered is not None and layer.delivered_crs is not None:
        shapes = transform(
            layer.delivered, layer.delivered_crs, layer.features.plane.crs, chord_budget_m2=math.inf
        )
    found: dict[str, list[Points]] = defaultdict(list)
    parts, feature = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    for ring, k in zip(shapely.force_2d(rings), part, strict=True):
        points = shapely.get_coordinates(ring)[:-1]
        found[layer.ids[feature[k]]].append(points if shapely.is_ccw(ring) else points[::-1])
    return found


def _in_order(rings: list[Points]) -> list[Points]:
    """Rings of one feature in an order that a small move does not change."""
    return sorted(rings, key=lambda r: (len(r), _area(r))) if len(rings) > 1 else rings


def _area(ring: Points) -> float:
    x, y = (ring - ring[0]).T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def _aligned(ring: Points, other: Points) -> Points:
    """`other` begun at the vertex that makes it lie on `ring` best."""
    a, b = ((r - r.mean(axis=0)) @ np.array([1, 1j]) for r in (ring, other))
    agreement = np.fft.ifft(np.fft.fft(a).conj() * np.fft.fft(b)).real
    return np.roll(other, -int(np.argmax(agreement)), axis=0)


def _rounding(matched: _Matched) -> Copied | None:
    """Every new coordinate on a grid, and no farther from the old one than rounding or cutting off moves it."""
    grid = _grid(matched.new, _GRIDS_M)
    if grid is None or _grid(matched.old, (grid,)) is not None:
        return None
    off = np.abs(matched.new - matched.old).max(axis=1)
    text = Text(f"坐标取整至 {grid:g} m", f"coordinates rounded to {grid:g} m")
    return Copied(Difference(DifferenceKind.ROUNDING, text, grid), matched.following(off, grid * (1 + 1e-6)))


def _through_degrees(matched: _Matched, new: Layer) -> Copied | None:
    """The same in degrees: the drawing went through longitude and latitude with so many decimals."""
    plane = new.features.plane.crs
    geographic = plane.geodetic_crs
    if not plane.is_projected or geographic is None:
        return None
    there = pyproj.Transformer.from_crs(plane, geographic, always_xy=True)
    before, after = (np.column_stack(there.transform(*p.T)) for p in (matched.old, matched.new))
    grid = _grid(after, _GRIDS_DEGREES)
    if grid is None or _grid(before, (grid,)) is not None:
        return None
    off = np.abs(after - before).max(axis=1)
    decimals = round(-math.log10(grid))
    moved = float(np.hypot(*(matched.new - matched.old).T).max())
    text = Text(
        f"坐标经经纬度转换、取 {decimals} 位小数（最大位移 {moved:.4f} m）",
        f"coordinates went through degrees with {decimals} decimals (moved by {moved:.4f} m at most)",
    )
    return Copied(Difference(DifferenceKind.TRANSFORMATION, text, moved), matched.following(off, grid * 1.02))


def _grid(points: Points, grids: Sequence[float]) -> float | None:
    """The coarsest grid that all but a few of the coordinates lie on."""
    for grid in grids:
        steps = points / grid
        if np.mean(np.abs(steps - np.round(steps)) < 0.02) > WHOLE:
            return grid
    return None


def _transformation(matched: _Matched) -> Copied | None:
    """The simplest map of the plane that takes every old vertex to its new one."""
    centre = matched.old.mean(axis=0)
    for name, columns in _MODELS:
        if len(matched.old) < 3 * columns:
            continue
        misfit, moved, strain = _fit(matched, centre, columns)
        following = matched.following(misfit, FIT_M)
        shift = float(np.median(moved))
        if len(following) < WHOLE * len(matched.ids):
            continue
        if shift > LARGEST_SHIFT_M or strain > LARGEST_STRAIN:
            return None
        if shift > 10 * FIT_M and len(matched.ids) < FEWEST:
            return None
        left = float(misfit[np.isin(matched.feature, _places(matched, following))].max())
        text = Text(
            f"坐标转换（{name.zh}，位移 {shift:.3f} m，残差不超过 {left:.4f} m）",
            f"coordinates transformed ({name.to('en')}, moved by {shift:.3f} m, residual at most {left:.4f} m)",
        )
        return Copied(Difference(DifferenceKind.TRANSFORMATION, text, shift), following)
    return None


_MODELS = (
    (Text("平移", "shift"), 1),
    (Text("仿射", "affine"), 3),
    (Text("二次残差场，如基准转换", "quadratic field, as a change of datum makes"), 6),
)
"""Name of each map and how many terms of 1, x, y, x², xy, y² it has."""


def _fit(matched: _Matched, centre: Points, columns: int) -> tuple[Points, Points, float]:
    """Distance left at each vertex, distance moved, and the largest linear term."""
    x, y = ((matched.old - centre) / 1e4).T
    terms = np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])[:, :columns]
    shift = matched.new - matched.old
    kept = np.ones(len(x), dtype=bool)
    for _ in range(4):
        solved, *_ = np.linalg.lstsq(terms[kept], shift[kept], rcond=None)
        misfit = np.hypot(*(shift - terms @ solved).T)
        worst = matched.following(misfit, max(FIT_M, 3 * float(np.median(misfit))))
        kept = np.isin(matched.feature, _places(matched, worst))
        if kept.all() or not kept.any():
            break
    strain = float(np.abs(solved[1:3]).max(initial=0.0)) / 1e4
    return misfit, np.hypot(*(terms @ solved).T), strain


def _places(matched: _Matched, ids: frozenset[str]) -> NDArray[np.intp]:
    return np.array([n for n, key in enumerate(matched.ids) if key in ids], dtype=np.intp)
