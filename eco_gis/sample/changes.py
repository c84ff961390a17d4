"""The redline of three years: an approved adjustment, an undocumented loss and a narrow strip."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.noise import Array, stream
from eco_gis.sample.shapes import along_border, hump, parallel

Path = Callable[[Array, np.random.RandomState], Array]


@dataclass(frozen=True)
class RedlineYears:
    """Patches by year in the same order, so that a position is an id; and the ground between the years."""

    y2022: list[Polygon]
    y2023: list[Polygon]
    y2024: list[Polygon]
    approved_out: Polygon
    approved_in: Polygon
    undocumented: Polygon
    strip: Polygon
    moved: dict[str, int]
    """Position of the patch that each change concerns."""


def make_years(
    redline: list[Polygon], townships: list[BaseGeometry], taken: BaseGeometry, seed: int
) -> RedlineYears:
    """Move four runs of border; every other corner of the redline is the same in all years.

    Parameters
    ----------
    redline
        The approved patches of 2022.
    townships
        Each changed ground lies wholly inside one of them.
    taken
        Ground that no addition may touch: farmland, towns.
    """
    rng = stream(seed, "redline years")
    patches = list(redline)
    tree = shapely.STRtree(patches)
    towns = shapely.STRtree([t.buffer(-60) for t in townships])
    shapely.prepare(taken)
    moved: dict[str, int] = {}
    by_size = sorted(range(len(patches)), key=lambda k: -patches[k].area)

    def whole(ground: Polygon, least: float, most: float) -> bool:
        return least < ground.area < most and len(towns.query(ground, predicate="within")) == 1

    def move(
        name: str, candidates: list[int], runs: tuple[int, ...], path: Path, sizes: tuple[float, float]
    ) -> Polygon:
        """Move one run of border, the first that yields ground of a size between the two; ground taken or added."""
        for run, k in itertools.product(runs, candidates):
            if k in moved.values():
                continue
            patch = patches[k]

            def accept(ground: Polygon, k: int = k, patch: Polygon = patch) -> bool:
                if not whole(ground, *sizes):
                    return False
                if name != "approved_in":
                    return bool(patch.covers(ground))
                near = set(tree.query(ground, predicate="dwithin", distance=20.0).tolist()) - {k}
                # interiors apart: it meets the patch along the run only
                return (
                    not near
                    and not taken.intersects(ground)
                    and shapely.area(patch.intersection(ground)) < 1e-9
                )

            found = along_border(patch, rng, run=run, path=path, accept=accept)
            if found:
                patches[k], ground = found
                moved[name] = k
                return ground
        raise AssertionError(f"no border found for {name}")

    out = move("approved_out", by_size[12:60], (12, 9), hump(-260), (60_000, 100_000))
    into = move("approved_in", by_size[12:60], (12, 9), hump(280), (105_000, 150_000))
    y2023 = list(patches)
    lost = move("undocumented", by_size[1:12], (8, 6), hump(-160), (28_000, 36_000))
    strip = move("strip", by_size[1:60], (8, 9, 7, 10, 6, 11, 5), parallel(-3.0), (1_480, 1_540))
    return RedlineYears(list(redline), y2023, list(patches), out, into, lost, strip, moved)


def noisy(patches: list[Polygon], seed: int, *, deviation_m: float = 1.0) -> list[BaseGeometry]:
    """The same border digitised again: every corner is off by a normal error in each direction."""
    rng = stream(seed, "noise")
    return [
        shapely.transform(
            p, lambda xy: _closed(np.round(xy + deviation_m * rng.standard_normal(xy.shape), 3), xy)
        )
        for p in patches
    ]


def _closed(moved: Array, before: Array) -> Array:
    """Corners that fell on one point (the ends of a ring) stay on one point."""
    _, first, inverse = np.unique(before, axis=0, return_index=True, return_inverse=True)
    return np.asarray(moved[first[inverse.ravel()]])
