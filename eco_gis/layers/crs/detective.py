"""In which CRS coordinates must be, judged by the place they have to land in.

Nothing here changes a coordinate. Each reading of the numbers (zone, zone number in front of the easting or
not, degrees or metres, x and y exchanged) is tried on a sample of them and scored against a reference: the
county's border or a declared coverage. A finding names the best reading, the runner-up and the evidence.

Datums cannot be told apart this way: Beijing 1954, Xi'an 1980 and CGCS2000 differ by tens of metres, zones
by hundreds of kilometres. Web-map offsets are told by `eco_gis.layers.crs.borders`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from eco_gis.geometry.crs import crs_name
from eco_gis.layers.crs.finding import KM_PER_DEGREE, Candidate, Finding, Reference, Trap
from eco_gis.layers.crs.words import evidence
from eco_gis.layers.crs.zones import SECRET_FAMILIES, Reading, family_of, readings, same_grid, zone_number

Floats = NDArray[np.float64]
_SAMPLE = 2_000
_SURE, _UNLIKELY = 0.5, 0.05
"""A reading is certain when it scores at least the first while no other scores more than the second."""
_HAIR_DEG = 1e-6


def investigate(
    layer: str, shapes: Iterable[Any], label: CRS | None, reference: Reference | None
) -> Finding | None:
    """What is wrong with the CRS of a layer; None when nothing is, or nothing can be said.

    Parameters
    ----------
    layer
        Its id.
    shapes
        Geometries with the file's own numbers; None and empty ones are passed over.
    label
        CRS that the file or the catalog names.
    reference
        Ground that the layer has to touch. Without one nothing can be told: numbers alone do not hold the
        central meridian (`labels.hint` says what they do hold).
    """
    given = np.array([s for s in shapes if s is not None], dtype=object)
    boxes, points = _feature_boxes(given), _sample(given)
    if reference is None or not len(boxes):
        return None
    own = None if label is None else _scored(Reading(label), boxes, points, reference)
    words = "" if label is None else crs_name(label)
    secret = family_of(label) in SECRET_FAMILIES
    if own is not None and own.score:
        told = evidence(boxes, own, own, None, reference)
        return Finding(layer, words, Trap.SECRET_DATUM, own, None, told, certain=False) if secret else None
    ranked = _ranked(readings(label, reference.box), boxes, points, reference)
    best, reading = ranked[0]
    if not best.score:
        if own is None or not reference.diameter_km < own.distance_km < math.inf:
            return None
        told = evidence(boxes, own, own, None, reference)
        return Finding(layer, words, Trap.ELSEWHERE, own, None, told, certain=False)
    runner_up = next((c for c, r in ranked if not _same_numbers(r, reading)), None)
    return Finding(
        layer=layer,
        label=words,
        trap=Trap.SECRET_DATUM if secret else _trap(label, reading),
        best=best,
        runner_up=runner_up,
        evidence=evidence(boxes, own, best, runner_up, reference),
        certain=not secret and _certain(best, runner_up),
    )


def lands(shapes: Iterable[Any], label: CRS, reference: Reference) -> bool:
    """Whether any of a layer, read as labelled, touches the reference (by the boxes of its features)."""
    given = np.array([s for s in shapes if s is not None], dtype=object)
    boxes = _feature_boxes(given)
    return bool(len(boxes)) and _scored(Reading(label), boxes, boxes[:, :2], reference).score > 0


def probe(shapes: Iterable[Any], crs: CRS) -> NDArray[Any]:
    """The shapes in degrees of their own datum, vertex by vertex, to compare places with.

    Nothing is densified and no datum is shifted: good for judging a label, never for an area.
    """
    given = np.array([s for s in shapes if s is not None], dtype=object)
    return np.asarray(
        shapely.transform(shapely.force_2d(given), lambda xy: np.column_stack(_degrees(Reading(crs), xy)))
    )


def _feature_boxes(shapes: NDArray[Any]) -> Floats:
    """(n, 4) finite boxes of the shapes."""
    boxes = shapely.bounds(shapes).reshape(-1, 4)
    return np.asarray(boxes[np.isfinite(boxes).all(axis=1)])


def _sample(shapes: NDArray[Any]) -> Floats:
    """(n, 2) vertices, evenly picked."""
    xy = shapely.get_coordinates(shapes)
    xy = xy[np.isfinite(xy).all(axis=1)]
    return np.asarray(xy[:: max(1, len(xy) // _SAMPLE)])


def _ranked(
    tried: Iterable[Reading], boxes: Floats, points: Floats, reference: Reference
) -> list[tuple[Candidate, Reading]]:
    """Every reading with its score, the best first; of equals the one that was tried first."""
    scored = [(_scored(reading, boxes, points, reference), reading) for reading in tried]
    return sorted(scored, key=lambda pair: (-round(pair[0].score, 6), pair[0].distance_km))


def _scored(reading: Reading, boxes: Floats, points: Floats, reference: Reference) -> Candidate:
    blank = Candidate(reading.code, crs_name(reading.crs), reading.swap_xy)
    corners = np.stack([boxes[:, [0, 2, 2, 0]], boxes[:, [1, 1, 3, 3]]], axis=2)
    clon, clat = (v.reshape(-1, 4) for v in _degrees(reading, corners.reshape(-1, 2)))
    lon, lat = _degrees(reading, points)
    if not all(np.isfinite(v).all() for v in (clon, clat, lon, lat)):
        return blank
    west, south, east, north = clon.min(axis=1), clat.min(axis=1), clon.max(axis=1), clat.max(axis=1)
    whole = (float(west.min()), float(south.min()), float(east.max()), float(north.max()))
    if max(abs(whole[0]), abs(whole[2])) > 360 or max(abs(whole[1]), abs(whole[3])) > 90:
        return blank
    w, s, e, n = reference.box
    if not ((west <= e) & (east >= w) & (south <= n) & (north >= s)).any():
        return _with(blank, 0.0, max(_gap_km(whole, reference.box), 1e-3))
    shapely.prepare(reference.shape)
    inside = float(shapely.contains_xy(reference.shape, lon, lat).mean())
    return _with(blank, max(inside, _share_of_boxes(whole, reference.box)), 0.0)


def _with(blank: Candidate, score: float, distance_km: float) -> Candidate:
    return Candidate(blank.crs, blank.name, blank.swap_xy, score=score, distance_km=distance_km)


def _share_of_boxes(a: Sequence[float], b: Sequence[float]) -> float:
    """Common ground of two overlapping boxes by the smaller one; a hair gives points some ground."""
    sizes = [max(box[2] - box[0], _HAIR_DEG) * max(box[3] - box[1], _HAIR_DEG) for box in (a, b)]
    common = [max(min(a[i + 2], b[i + 2]) - max(a[i], b[i]), _HAIR_DEG) for i in (0, 1)]
    return float(min(common[0] * common[1] / min(sizes), 1.0))


def _gap_km(a: Sequence[float], b: Sequence[float]) -> float:
    """Between two boxes in degrees, near enough to say how far off a layer is."""
    dx = max(b[0] - a[2], a[0] - b[2], 0.0) * math.cos(math.radians((b[1] + b[3]) / 2))
    dy = max(b[1] - a[3], a[1] - b[3], 0.0)
    return float(math.hypot(dx, dy) * KM_PER_DEGREE)


def _degrees(reading: Reading, xy: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude on the reading's own datum; inf where the numbers have no image."""
    x, y = (xy[:, 1], xy[:, 0]) if reading.swap_xy else (xy[:, 0], xy[:, 1])
    try:
        lon, lat = _to_degrees(reading.crs).transform(x, y)
    except ProjError:
        return np.full(len(x), np.inf), np.full(len(x), np.inf)
    return np.asarray(lon), np.asarray(lat)


@functools.lru_cache(maxsize=256)
def _to_degrees(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def _same_numbers(a: Reading, b: Reading) -> bool:
    """Whether two readings put every coordinate in the same place: 3° and 6° zones share meridians."""
    return a.swap_xy == b.swap_xy and same_grid(a.crs, b.crs)


def _certain(best: Candidate, runner_up: Candidate | None) -> bool:
    return best.score >= _SURE and (runner_up is None or runner_up.score <= _UNLIKELY)


def _trap(label: CRS | None, best: Reading) -> Trap:
    """What the label got wrong, if the best reading is right."""
    if label is None:
        return Trap.NO_LABEL
    if best.swap_xy:
        return Trap.SWAPPED
    if label.is_geographic != best.crs.is_geographic:
        return Trap.METRES_AS_DEGREES if label.is_geographic else Trap.DEGREES_AS_METRES
    said, found = zone_number(label), zone_number(best.crs)
    if bool(said) != bool(found):
        return Trap.NO_ZONE_NUMBER if said else Trap.ZONE_NUMBER
    both = {crs.coordinate_operation and crs.coordinate_operation.method_name for crs in (label, best.crs)}
    return Trap.WRONG_ZONE if both == {"Transverse Mercator"} else Trap.WRONG_CRS
