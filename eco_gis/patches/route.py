"""The order in which patches are visited: a short way through all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDS = 40
"""Improvements tried at most; a county's batch settles long before."""


def route(points: ArrayLike) -> NDArray[np.intp]:
    """An open way through all points: nearest neighbour from the westernmost, then crossings untied (2-opt).

    Parameters
    ----------
    points
        (n, 2) places on the plane.

    Returns
    -------
    (n,) positions in the order of the visit; the same places give the same way.

    >>> route([(0, 0), (10, 0), (1, 0), (5, 0)]).tolist()
    [0, 2, 3, 1]
    >>> route(np.empty((0, 2))).tolist()
    []
    """
    places = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not len(places):
        return np.empty(0, dtype=np.intp)
    away = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    way = [int(np.lexsort((places[:, 1], places[:, 0]))[0])]
    left = np.ones(len(places), dtype=bool)
    left[way[0]] = False
    while left.any():
        nearest = int(np.argmin(np.where(left, away[way[-1]], np.inf)))
        way.append(nearest)
        left[nearest] = False
    return _untied(np.array(way, dtype=np.intp), away)


def length(order: NDArray[np.intp], points: ArrayLike) -> float:
    """Length of the way on the plane."""
    places = np.asarray(points, dtype=np.float64).reshape(-1, 2)[order]
    return float(np.hypot(*np.diff(places, axis=0).T).sum()) if len(places) > 1 else 0.0


def _untied(way: NDArray[np.intp], away: NDArray[np.float64]) -> NDArray[np.intp]:
    """Turn stretches of the way round as long as that makes it shorter."""
    count = len(way)
    for _ in range(ROUNDS):
        better = False
        for i in range(count - 1):
            # turn round way[i + 1 .. j]: edges (i, i + 1) and (j, j + 1) become (i, j) and (i + 1, j + 1)
            j = np.arange(i + 1, count)
            old = away[way[i], way[i + 1]] + np.where(
                j + 1 < count, away[way[j], way[np.minimum(j + 1, count - 1)]], 0
            )
            new = away[way[i], way[j]] + np.where(
                j + 1 < count, away[way[i + 1], way[np.minimum(j + 1, count - 1)]], 0
            )
            best = int(np.argmin(new - old))
            if new[best] - old[best] < -1e-9:
                way[i + 1 : j[best] + 1] = way[i + 1 : j[best] + 1][::-1].copy()
                better = True
        if not better:
            break
    return way
