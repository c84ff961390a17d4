"""Shapes made light enough to be drawn; nothing is measured on them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.regions import Regions
from eco_gis.layers.store import Store

LONLAT = pyproj.CRS.from_epsg(4326)
MAX_POLYGONS = 5_000
MAX_BYTES = 15_000_000
TOLERANCES_M = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Generalisations tried one after the other until a layer is light enough."""
CHORD_BUDGET_M2 = 25.0
"""Chord error per edge that nobody sees on a screen."""
_FEW_PLACES = 16
"""Places of interest up to which boxes are looked at before shapes are."""
DIGITS = 6
"""Decimals of a degree: 0.1 m."""

_RING = 2
"""Type of a closed ring, as shapely numbers them."""

Encoded = list[Any]


@dataclass(frozen=True)
class Drawn:
    """What is left of a layer on the map."""

    index: NDArray[np.intp]
    """Features drawn, in their order."""
    total: int
    """Features of the layer."""
    shapes: str
    """One encoded shape per feature drawn, as JSON: a page reads what it shows."""
    generalised: bool
    """True when vertices were left out."""

    @property
    def partial(self) -> bool:
        """Whether features were left out."""
        return len(self.index) < self.total


def drawn_layer(regions: Regions, *, near: NDArray[Any], store: Store | None = None) -> Drawn:
    """`draw` with the budgets of the map, or what it gave before for the same shapes.

    What is drawn of a layer that does not keep within the budgets follows `near` and is not kept.
    """

    def make() -> Drawn:
        return draw(regions.shapes, regions.plane, near=near)

    if store is None or not regions.key:
        return make()
    return store.get_or_make(store.key("drawn", regions.key), make, sure=lambda drawn: not drawn.partial)


def draw(
    shapes: NDArray[Any],
    plane: Plane,
    *,
    near: NDArray[Any],
    max_polygons: int = MAX_POLYGONS,
    max_bytes: int = MAX_BYTES,
) -> Drawn:
    """Generalise, thin out and encode a layer so that it keeps within the budgets of a browser.

    Neighbours keep sharing their borders. Where there are too many features, those nearest to `near`
    stay (the largest ones where `near` is empty); which ones is told by the result.

    Parameters
    ----------
    shapes
        Shapes on `plane`; None and empty shapes are not drawn.
    near
        Shapes of interest on `plane`: sites and changed pieces.
    """
    usable = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    ranked = usable[_order_of_interest(shapes[usable], near, max_polygons)]
    parts = np.cumsum(shapely.get_num_geometries(shapes[ranked]))
    keep = np.sort(ranked[: max(1, int(np.searchsorted(parts, max_polygons, side="right")))])
    light, encoded, text = shapes[keep], [], "[]"
    for tolerance_m in TOLERANCES_M:
        light = generalise(shapes[keep], tolerance_m / plane.unit_m)
        encoded = encode(light, plane)
        text = _json(encoded)
        if len(text) <= max_bytes:
            break
    rank = {int(i): position for position, i in enumerate(ranked)}
    while len(text) > max_bytes and len(keep) > 1:
        best = sorted(range(len(keep)), key=lambda k: rank[int(keep[k])])[: len(keep) // 2]
        chosen = np.sort(np.array(best, dtype=np.intp))
        keep, light, encoded = keep[chosen], light[chosen], [encoded[k] for k in chosen]
        text = _json(encoded)
    fewer = shapely.get_num_coordinates(light).sum() < shapely.get_num_coordinates(shapes[keep]).sum()
    return Drawn(keep, len(shapes), text, bool(fewer))


def generalise(shapes: NDArray[Any], tolerance: float) -> NDArray[Any]:
    """Leave out vertices that do not show; shared borders stay shared and nothing disappears.

    >>> strip = shapely.box(0, 0, 1, 0.001)
    >>> bool(shapely.is_empty(generalise(np.array([strip]), 5.0)[0]))
    False
    """
    light = np.array(shapes, dtype=object)
    dimension = shapely.get_dimensions(light)
    areas, lines = dimension == 2, dimension == 1
    light[areas] = shapely.coverage_simplify(light[areas], tolerance)
    light[lines] = shapely.simplify(light[lines], tolerance)
    return light


def encode(shapes: NDArray[Any], plane: Plane, *, digits: int = DIGITS) -> list[Encoded]:
    """Shapes as whole numbers of 10^-digits degrees: [dimension, parts].

    A part of an area is its rings (shell first), of a line or of points one run. A run is longitude,
    latitude, then the steps from vertex to vertex: about a third of the size of GeoJSON.
    """
    lonlat = transform(shapes, plane.crs, LONLAT, chord_budget_m2=CHORD_BUDGET_M2)
    dimension = shapely.get_dimensions(lonlat)
    parts, owner = shapely.get_parts(lonlat, return_index=True)
    main = shapely.get_dimensions(parts) == dimension[owner]
    parts, owner = parts[main], owner[main]
    area = shapely.get_dimensions(parts) == 2
    rings, ring_part = shapely.get_rings(parts[area], return_index=True)
    of_part: list[Any] = [[] for _ in parts]
    for place, run in zip(np.flatnonzero(area)[ring_part], _runs(rings, 10**digits), strict=True):
        of_part[place].append(run)
    for place, run in zip(np.flatnonzero(~area), _runs(parts[~area], 10**digits), strict=True):
        of_part[place] = run
    encoded: list[Encoded] = [[int(d), []] for d in dimension]
    for shape, part in zip(owner, of_part, strict=True):
        encoded[shape][1].append(part)
    return encoded


def lonlat_bounds(shapes: Sequence[Any] | NDArray[Any], plane: Plane) -> list[list[float]]:
    """South-west and north-east corner as (latitude, longitude), the order Leaflet asks for."""
    lonlat = transform(np.array(shapes, dtype=object), plane.crs, LONLAT, chord_budget_m2=CHORD_BUDGET_M2)
    west, south, east, north = (round(float(v), DIGITS) for v in shapely.total_bounds(lonlat))
    return [[south, west], [north, east]]


def anchor(shape: Any, plane: Plane) -> list[float]:
    """A place on the shape for its sign, as (latitude, longitude)."""
    place = (
        shapely.line_interpolate_point(shape, 0.5, normalized=True)
        if shape.geom_type == "LineString"
        else None
    )
    point = shapely.point_on_surface(shape) if place is None else place
    (lonlat,) = transform(np.array([point], dtype=object), plane.crs, LONLAT)
    return [round(lonlat.y, DIGITS), round(lonlat.x, DIGITS)]


def _order_of_interest(shapes: NDArray[Any], near: NDArray[Any], most: int) -> NDArray[np.intp]:
    """The largest first, or the nearest to `near`; beyond the first `most` in no order."""
    if not len(near):
        return np.argsort(-shapely.area(shapes), kind="stable")
    asked = _may_be_nearest(shapely.bounds(shapes), shapely.bounds(near), most)
    found, distance = shapely.STRtree(near).query_nearest(
        shapes[asked], return_distance=True, all_matches=False
    )
    nearest = np.full(len(shapes), np.inf)
    nearest[asked[found[0]]] = distance
    return np.argsort(nearest, kind="stable")


def _may_be_nearest(boxes: NDArray[Any], near: NDArray[Any], most: int) -> NDArray[np.intp]:
    """Positions of all boxes whose shapes may be among the `most` nearest ones, told by boxes alone."""
    everything = np.arange(len(boxes))
    if len(boxes) <= most or len(near) > _FEW_PLACES:
        return everything
    least, at_most = np.full(len(boxes), np.inf), np.full(len(boxes), np.inf)
    for west, south, east, north in near[np.isfinite(near).all(axis=1)]:
        dx = np.maximum(np.maximum(boxes[:, 0] - east, west - boxes[:, 2]), 0.0)
        dy = np.maximum(np.maximum(boxes[:, 1] - north, south - boxes[:, 3]), 0.0)
        far_x = np.maximum(boxes[:, 2], east) - np.minimum(boxes[:, 0], west)
        far_y = np.maximum(boxes[:, 3], north) - np.minimum(boxes[:, 1], south)
        least = np.minimum(least, np.hypot(dx, dy))
        at_most = np.minimum(at_most, np.hypot(far_x, far_y))
    return np.flatnonzero(least <= np.partition(at_most, most - 1)[most - 1])


def _runs(lines: NDArray[Any], unit: int) -> Iterator[list[int]]:
    """First vertex and steps of each line; a ring's closing vertex is left to the reader."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    last = np.append(line[1:] != line[:-1], True)[: len(line)]
    kept = ~(last & (shapely.get_type_id(lines) == _RING)[line])
    places, line = np.rint(xy[kept] * unit).astype(np.int64), line[kept]
    first = np.append(True, line[1:] != line[:-1])[: len(line)]
    steps = np.diff(places, axis=0, prepend=0)
    steps[first] = places[first]
    moved = first | (steps != 0).any(axis=1)
    numbers = steps[moved].ravel().tolist()
    ends = 2 * np.cumsum(np.bincount(line[moved], minlength=len(lines)))
    begin = 0
    for end in ends.tolist():
        yield numbers[begin:end]
        begin = end


def _json(encoded: list[Encoded]) -> str:
    return json.dumps(encoded, separators=(",", ":"))
