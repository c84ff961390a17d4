"""Web-map offsets told by shape: does a layer's border lie on another one once GCJ-02 or BD-09 is undone?

Only lines that two drawings share can tell: a county's border along its townships, another version of the
same layer. A layer that shares no line with the reference says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import chunks
from eco_gis.layers.crs.finding import Candidate, Finding, Trap
from eco_gis.layers.crs.offsets import INVERSE, OFFSET_NAMES
from eco_gis.layers.crs.words import offset_evidence
from eco_gis.model.layer import MapOffset
from eco_gis.text import Text

Floats = NDArray[np.float64]

_WITHIN_M = 40.0
"""Two borders this near are one; a tenth of the smallest offset."""
_POINTS = 1_000
_FEATURES = 3_000
_FEW, _LEAST, _FITS = 20, 0.05, 0.25
"""Matching points and share below which nothing is said; share from which a border fits as it stands."""
_TIMES = 4.0
"""An offset is told when undoing it makes this many times more of the border coincide."""
_SURE, _SURE_M = 0.10, 5_000.0
"""Share and length of border that must coincide for certainty: ten times an offset is no chance …"""
_MOST, _MOST_M = 0.60, 1_000.0
"""… and neither is most of a shorter border."""
_M_PER_DEGREE = 111_320.0
_EDGES = 64


@dataclass(frozen=True)
class _Match:
    """How one reading of the layer lies on the reference."""

    share: float
    count: int
    moved_m: float
    """Median shift between the points as they stand and the reference's border, where they match."""


def offset_by_border(
    layer: str, label: str, shapes: Iterable[Any], border: Iterable[Any], name: Text
) -> Finding | None:
    """A web-map offset of a polygon layer, told by a reference that shares lines with it; else None.

    Parameters
    ----------
    layer, label
        Id of the layer and its CRS in words.
    shapes, border
        Polygons of the layer and of the reference, in degrees as labelled.
    name
        What the reference is, for the evidence.
    """
    shapes = list(shapes)
    points = _along(shapes)
    lines = chunks(_rings(shapely.get_parts(_array(border))), _EDGES)
    if len(points) < _FEW or not len(lines):
        return None
    middle = float(np.median(points[:, 1]))
    tree = shapely.STRtree(_metric(lines, middle))
    plain = _match(points, points, tree, middle)
    if plain.share >= _FITS:
        return None
    undone = {key: np.column_stack(INVERSE[key](*points.T)) for key in OFFSET_NAMES}
    tried = {key: _match(xy, points, tree, middle) for key, xy in undone.items()}
    first, second = sorted(tried, key=lambda key: -tried[key].share)
    found = tried[first]
    if found.count < _FEW or found.share < max(_LEAST, _TIMES * plain.share):
        return None
    matched_m = found.share * _length_m(shapes, middle)
    long_enough = matched_m >= (_MOST_M if found.share >= _MOST else _SURE_M)
    best, runner_up = _candidate(first, found.share), _candidate(second, tried[second].share)
    return Finding(
        layer=layer,
        label=label,
        trap=Trap.OFFSET,
        best=best,
        runner_up=runner_up,
        evidence=offset_evidence(best, runner_up, plain.share, found.moved_m, name),
        certain=long_enough and found.share >= max(_SURE, _TIMES * tried[second].share),
    )


def _candidate(offset: MapOffset, share: float) -> Candidate:
    return Candidate(name=OFFSET_NAMES[offset], offset=offset, score=share, distance_km=0.0)


def _array(shapes: Iterable[Any]) -> NDArray[Any]:
    given = np.array([s for s in shapes if s is not None], dtype=object)
    return given[(shapely.get_dimensions(given) == 2) & ~shapely.is_empty(given)] if len(given) else given


def _rings(polygons: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(shapely.get_rings(polygons))


def _along(shapes: Iterable[Any]) -> Floats:
    """(n, 2) points evenly spaced along the rings of the layer, of some features where there are many."""
    polygons = shapely.get_parts(_array(shapes))
    points, ring = shapely.get_coordinates(
        _rings(polygons[:: max(1, len(polygons) // _FEATURES)]), return_index=True
    )
    edge = np.flatnonzero(ring[:-1] == ring[1:])
    start, step = points[edge], points[edge + 1] - points[edge]
    end_at = np.cumsum(np.hypot(*step.T))
    if not len(edge) or not 0 < end_at[-1] < np.inf:
        return np.zeros((0, 2))
    at = (np.arange(_POINTS) + 0.5) / _POINTS * end_at[-1]
    on = np.searchsorted(end_at, at)
    share = 1 - (end_at[on] - at) / np.hypot(*step[on].T)
    return np.asarray(start[on] + step[on] * share[:, None])


def _length_m(shapes: Iterable[Any], middle: float) -> float:
    """Length of all rings of the layer."""
    return float(shapely.length(_metric(_rings(shapely.get_parts(_array(shapes))), middle)).sum())


def _metric(shapes: Any, middle: float) -> Any:
    """Degrees to metres near a latitude: good to a thousandth, enough to compare."""
    scale = np.array([np.cos(np.radians(middle)) * _M_PER_DEGREE, _M_PER_DEGREE])
    return shapely.transform(shapes, lambda xy: xy * scale)


def _match(xy: Floats, given: Floats, tree: shapely.STRtree, middle: float) -> _Match:
    points = _metric(shapely.points(xy), middle)
    which, line = tree.query_nearest(points, max_distance=_WITHIN_M, all_matches=False)
    if not len(which):
        return _Match(0.0, 0, 0.0)
    shift = shapely.distance(
        _metric(shapely.points(given[which]), middle), _nearest(points[which], tree.geometries[line])
    )
    return _Match(len(which) / len(points), len(which), float(np.median(shift)))


def _nearest(points: NDArray[Any], lines: NDArray[Any]) -> NDArray[Any]:
    """Point of each line that is nearest to its point."""
    return np.asarray(shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, points)))
