"""How wide a passage stays when something stands in it: banks of a long polygon, the cut across it.

The cut across a corridor at an obstacle is the cheapest way from bank to bank by way of the obstacle, where
only free ground costs: its length is the free width that remains, its longest step the widest single gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import simple_parts

Floats = NDArray[np.float64]
Index = NDArray[np.intp]

STEP = 0.5
"""Plane units between the points of an obstacle's border at which the undisturbed width is sought."""
MOST_POINTS = 4_000
"""A longer border is sampled more coarsely; the step taken is told with the width."""


@dataclass(frozen=True)
class Cut:
    """A way across a corridor; plane units."""

    gaps: tuple[Any, ...]
    """Free stretches as lines, from the first bank to the second."""

    @property
    def width(self) -> float:
        """Free width: the sum of the gaps."""
        return float(sum(shapely.length(g) for g in self.gaps))

    @property
    def widest_gap(self) -> float:
        """The widest single gap."""
        return float(max((shapely.length(g) for g in self.gaps), default=0.0))


@dataclass(frozen=True)
class Passage:
    """A corridor at an obstacle."""

    without: Cut
    """The narrowest way across by way of the obstacle's ground, were it free."""
    remaining: Cut
    """The narrowest way across that is left."""
    step: float
    """The width without the obstacle is at most this much too large."""


def passage_at(corridor: Any, obstacle: Any, sides: tuple[Any, Any] | None = None) -> Passage:
    """The width of a corridor at an obstacle, without and with it.

    Parameters
    ----------
    corridor
        One polygon; its holes are no free ground. Its two ends are those of the longest chain of its
        triangles, and its banks the two sides of its border between them.
    obstacle
        Polygon that overlaps it, on the same plane.
    sides
        Its `banks`, where they are known already.

    Raises
    ------
    ValueError
        Where they do not overlap.
    """
    common = shapely.intersection(corridor, obstacle)
    parts, _ = simple_parts(np.array([common], dtype=object))
    parts = parts[shapely.area(parts) > 0]
    if not len(parts):
        raise ValueError("the obstacle does not stand in the corridor")
    first, second = banks(corridor) if sides is None else sides
    holes = [shapely.Polygon(ring) for ring in corridor.interiors]
    length = float(sum(shapely.length(p) for p in parts))
    step = max(STEP, length / MOST_POINTS)
    return Passage(
        without=_undisturbed(first, second, holes, parts, step),
        remaining=_cheapest(
            [first, *holes, *parts, second], range(1 + len(holes), 1 + len(holes) + len(parts))
        ),
        step=step,
    )


def banks(polygon: Any) -> tuple[Any, Any]:
    """The two sides of a long polygon's outer border, between its ends.

    >>> sides = banks(shapely.box(0, 0, 100, 10))
    >>> bool(sum(shapely.length(s) for s in sides) == 220)
    True
    """
    outer = shapely.Polygon(shapely.normalize(polygon).exterior)
    ring = shapely.get_coordinates(shapely.segmentize(outer, shapely.length(outer) / 200).exterior)[:-1]
    start, end = _ends(ring)
    start, end = sorted((start, end))
    one, other = ring[start : end + 1], np.vstack([ring[end:], ring[: start + 1]])
    return shapely.LineString(one), shapely.LineString(other)


def _ends(ring: Floats) -> tuple[int, int]:
    """The two vertices farthest apart along the chain of triangles that makes up a polygon without holes."""
    number = {tuple(xy): k for k, xy in enumerate(ring.tolist())}
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(shapely.Polygon(ring)))
    corners = np.array(
        [[number[tuple(xy)] for xy in shapely.get_coordinates(t)[:3].tolist()] for t in triangles],
        dtype=np.intp,
    )
    centres = ring[corners].mean(axis=1)
    sides: dict[tuple[int, int], int] = {}
    beside: list[list[int]] = [[] for _ in corners]
    tip = corners[:, 0].copy()
    for t, (a, b, c) in enumerate(corners.tolist()):
        for side, opposite in (((a, b), c), ((b, c), a), ((c, a), b)):
            other = sides.setdefault((min(side), max(side)), t)
            if other != t:
                beside[t].append(other)
                beside[other].append(t)
                tip[t] = opposite
                tip[other] = sum(corners[other].tolist()) - sum(side)
    one = _farthest(0, beside, centres)
    return int(tip[one]), int(tip[_farthest(one, beside, centres)])


def _farthest(start: int, beside: Sequence[Sequence[int]], centres: Floats) -> int:
    """The triangle farthest from one of them, along the tree that they form."""
    reached, stack = {start: 0.0}, [start]
    while stack:
        here = stack.pop()
        for there in beside[here]:
            if there not in reached:
                reached[there] = reached[here] + float(np.hypot(*(centres[there] - centres[here])))
                stack.append(there)
    return max(reached, key=lambda t: (reached[t], -t))


def _undisturbed(first: Any, second: Any, holes: Sequence[Any], parts: Any, step: float) -> Cut:
    """The narrowest way across through a point of the obstacle's border, as if its ground were free."""
    border = shapely.segmentize(shapely.boundary(parts), step)
    points = shapely.points(np.unique(shapely.get_coordinates(border), axis=0))
    nodes = [first, *holes, second]
    ways, _ = _ways(nodes)
    to_node = np.array([shapely.distance(points, node) for node in nodes])
    cost_first, cost_second = ways[0][:, None] + to_node, ways[-1][:, None] + to_node
    # a hole may stand between the point and either bank
    best = int(np.argmin(cost_first[:-1].min(axis=0) + cost_second[1:].min(axis=0)))
    return _cheapest([first, *holes, points[best], second], [1 + len(holes)])


def _cheapest(nodes: Sequence[Any], through: Sequence[int] | range) -> Cut:
    """The cheapest way from the first node to the last by way of one of some."""
    ways, via = _ways(nodes)
    last = len(nodes) - 1
    by_way_of = min(through, key=lambda k: (ways[0, k] + ways[k, last], k))
    route = [*_steps(via, 0, by_way_of), *_steps(via, by_way_of, last)]
    lines = [shapely.shortest_line(nodes[a], nodes[b]) for a, b in route]
    return Cut(tuple(line for line in lines if shapely.length(line) > 0))


def _ways(nodes: Sequence[Any]) -> tuple[Floats, Index]:
    """Cheapest cost between every two nodes where free ground costs its length, and a node between, −1 none."""
    shapes = np.array(nodes, dtype=object)
    cost = np.asarray(shapely.distance(shapes[:, None], shapes[None, :]), dtype=np.float64)
    cost[0, -1] = cost[-1, 0] = np.inf  # straight from bank to bank is no way by the obstacle
    via = np.full(cost.shape, -1, dtype=np.intp)
    for k in range(1, len(nodes) - 1):
        by_k = cost[:, k, None] + cost[None, k, :]
        better = by_k < cost
        cost, via = np.where(better, by_k, cost), np.where(better, k, via)
    return cost, via


def _steps(via: Index, start: int, end: int) -> list[tuple[int, int]]:
    """The direct steps of a cheapest way."""
    middle = int(via[start, end])
    if middle < 0:
        return [(start, end)]
    return [*_steps(via, start, middle), *_steps(via, middle, end)]
