"""Overlay kernels: pair table, footprint, difference, distances. Whole arrays, spatial-index pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from eco_gis.errors import EcoGisError
from eco_gis.geometry.area import ellipsoidal_area, ellipsoidal_length, planar_area
from eco_gis.geometry.crs import Plane, require_same_plane
from eco_gis.geometry.parts import Shapes, as_shapes, chunks, dimensions, keep_dimension, simple_parts
from eco_gis.geometry.regions import PIECE_VERTICES, Regions
from eco_gis.text import Text

Floats = NDArray[np.float64]
Index = NDArray[np.intp]

CONTACT_AREA_M2 = 1e-6
"""Interiors that share no more than this touch.

Neighbours whose border vertices do not match overlap by the rounding of plane coordinates."""
CONTACT_WIDTH_M = 1e-7
"""The same as a mean width, for long borders: a hundred times the rounding of a plane coordinate."""


@dataclass(frozen=True)
class PairTable:
    """Pairs of shapes with a positive overlap, sorted by (a, b)."""

    a: Index
    """Index into the first operand."""
    b: Index
    """Index into the second operand."""
    area_m2: Floats
    """Ellipsoidal overlap of two polygons; 0 otherwise."""
    planar_m2: Floats
    """The same in the plane."""
    length_m: Floats
    """Length of a line inside a polygon, planar ÷ local scale; 0 otherwise."""
    count: Index
    """Points of a point shape inside a polygon; 0 otherwise."""

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True)
class Footprint:
    """Disjoint polygons with the same union as the polygons they come from."""

    regions: Regions
    sources: tuple[Index, ...]
    """Indices of the shapes behind each polygon, ascending."""


def overlap_pairs(a: Regions, b: Regions) -> PairTable:
    """Every pair with a positive overlap: two polygons by area, line and polygon by length, points by count.

    Contact along an edge or at a point is no pair, nor is a line that only runs along a border, nor are
    two lines or points. Empty and None overlap nothing.

    Raises
    ------
    CRSMismatchError
        When the planes differ.
    """
    require_same_plane(a.plane, b.plane)
    pa, pb = a.pieces, b.pieces
    i, j = pb.tree.query(pa.shapes)
    both = (shapely.get_dimensions(pa.shapes[i]) == 2) & (shapely.get_dimensions(pb.shapes[j]) == 2)
    shared = _common_ground(pa.shapes[i[both]], pb.shapes[j[both]])
    thin_i, thin_j = _thin_candidates(a, b)  # on whole polygons: the border of a cell is not a border
    shared = np.concatenate([shared, _inner_part(a.shapes[thin_i], b.shapes[thin_j])])
    source_a = np.concatenate([pa.source[i[both]], thin_i]).astype(np.int64)
    source_b = np.concatenate([pb.source[j[both]], thin_j])
    key, group = np.unique(source_a * max(len(b), 1) + source_b, return_inverse=True)

    def total(values: NDArray[Any]) -> Floats:
        return np.asarray(np.bincount(group, weights=values, minlength=len(key)), dtype=np.float64)

    planar = total(planar_area(shared, a.plane))
    length = total(ellipsoidal_length(shared, a.plane))
    points = total(np.where(dimensions(shared) == 0, shapely.get_num_geometries(shared), 0))
    area = total(ellipsoidal_area(shared, a.plane))
    some = (planar > 0) | (length > 0) | (points > 0)
    first, second = np.divmod(key[some], max(len(b), 1))
    return PairTable(
        first.astype(np.intp),
        second.astype(np.intp),
        area[some],
        planar[some],
        length[some],
        points[some].astype(np.intp),
    )


def overlap_shapes(a: Regions, b: Regions, pairs: PairTable) -> Shapes:
    """The shape of each pair's overlap, of the dimension that was measured."""
    left, right = a.shapes[pairs.a], b.shapes[pairs.b]
    both = (a.dimensions[pairs.a] == 2) & (b.dimensions[pairs.b] == 2)
    out = np.empty(len(pairs), dtype=object)
    out[both] = _common_ground(left[both], right[both])
    out[~both] = _inner_part(left[~both], right[~both])
    return out


def _common_ground(left: Shapes, right: Shapes) -> Shapes:
    """Intersection of pairs of polygons; a polygon wholly inside its partner is passed as it is."""
    host, guest = _by_size(left, right)
    inside = shapely.contains_properly(host, guest)
    out = np.full(len(left), shapely.Polygon(), dtype=object)
    out[inside] = guest[inside]
    cut = np.flatnonzero(~inside)
    cut = cut[shapely.intersects(host[cut], guest[cut])]
    out[cut] = keep_dimension(_robust(shapely.intersection, left[cut], right[cut]), 2)
    return out


def _by_size(left: Shapes, right: Shapes) -> tuple[Shapes, Shapes]:
    """Each pair with the shape of more vertices first and prepared, so that tests cost what the other has."""
    swap = shapely.get_num_coordinates(left) < shapely.get_num_coordinates(right)
    host, guest = np.where(swap, right, left), np.where(swap, left, right)
    shapely.prepare(host)
    return host, guest


def _thin_candidates(a: Regions, b: Regions) -> tuple[Index, Index]:
    """Pairs of a polygon with a line or point that may overlap."""
    i, j = b.tree.query(a.shapes)
    one = (a.dimensions[i] == 2) != (b.dimensions[j] == 2)
    i, j = i[one], j[one]
    meet = shapely.intersects(*_by_size(a.shapes[i], b.shapes[j]))
    return i[meet], j[meet]


def _inner_part(left: Shapes, right: Shapes) -> Shapes:
    """The part of each line or point that lies in the interior of the polygon it is paired with."""
    first = dimensions(left) == 2
    polygon, thin = np.where(first, left, right), np.where(first, right, left)
    common = _robust(shapely.intersection, thin, polygon)
    inner = _robust(shapely.difference, common, shapely.boundary(polygon))
    for dimension in (0, 1):
        chosen = dimensions(thin) == dimension
        inner[chosen] = keep_dimension(inner[chosen], dimension)
    return inner


def footprint(regions: Regions) -> Footprint:
    """Disjoint polygons with the same union as the polygons of `regions` (law 2).

    Only connected components whose interiors overlap are unioned; all other polygons pass as the same
    objects, so that their areas stay the same to the last bit; polygons of which none overlaps another
    are their own footprint, the same `Regions`. Overlaps of rounding size (no more than
    `CONTACT_AREA_M2`, or thinner than `CONTACT_WIDTH_M`) count as contact. Lines, points, empty shapes
    and None have no footprint. The order of the shapes changes nothing but the order of the result.
    """
    members = np.flatnonzero(regions.dimensions == 2)
    shapes = regions.shapes[members]
    first, second = _overlapping_pairs(shapes, regions.plane)
    if not len(first):
        ground = regions if len(members) == len(regions) else regions.take(members)
        return Footprint(ground, tuple(np.split(members, len(members)) if len(members) else ()))
    label = _components(len(members), first, second)
    out: list[Any] = []
    sources: list[Index] = []
    order = np.argsort(label, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        out.append(shapes[group[0]] if len(group) == 1 else _union(shapes[group]))
        sources.append(members[group])
    return Footprint(Regions(out, regions.plane), tuple(sources))


def _overlapping_pairs(shapes: Shapes, plane: Plane) -> tuple[Index, Index]:
    """Pairs i < j of polygons whose interiors overlap by more than rounding."""
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    i, j = i[i < j], j[i < j]
    interior = ~shapely.touches(shapes[i], shapes[j])
    i, j = i[interior], j[interior]
    common = keep_dimension(_robust(shapely.intersection, shapes[i], shapes[j]), 2)
    area = planar_area(common, plane)
    thin = 2 * area <= CONTACT_WIDTH_M * shapely.length(common) * plane.unit_m
    real = (area > CONTACT_AREA_M2) & ~thin
    return i[real], j[real]


def _components(count: int, first: Index, second: Index) -> Index:
    """Smallest member of the connected component of each of `count` nodes."""
    label = np.arange(count)
    while True:
        lower = np.minimum(label[first], label[second])
        new = label.copy()
        np.minimum.at(new, first, lower)
        np.minimum.at(new, second, lower)
        new = new[new]
        if np.array_equal(new, label):
            return label
        label = new


def _union(shapes: Shapes) -> Any:
    """Union that does not depend on the order of the shapes."""
    canonical = shapely.normalize(shapes)
    order = sorted(range(len(shapes)), key=shapely.to_wkb(canonical).__getitem__)
    try:
        merged = shapely.union_all(canonical[order])
    except GEOSException:
        merged = shapely.union_all(_mended(canonical[order]))
    return keep_dimension(as_shapes(merged), 2)[0]


def difference(a: Regions, b: Regions) -> Shapes:
    """Each shape of `a` without the union of all polygons of `b`, in parts of its own dimension.

    Returns
    -------
    (n,) shapes; empty where nothing is left, where `a` is empty or None, never None.

    Raises
    ------
    CRSMismatchError
        When the planes differ.
    """
    require_same_plane(a.plane, b.plane)
    out = np.array(a.shapes, dtype=object)
    out[a.dimensions < 0] = shapely.Polygon()
    polygons = np.flatnonzero(b.dimensions == 2)
    i, j = shapely.STRtree(b.shapes[polygons]).query(out)
    inside, crossing = _relation(out[i], b.shapes[polygons[j]])
    out[i[inside]] = shapely.Polygon()
    left = ~shapely.is_empty(out[i]) & crossing
    order = np.lexsort((j[left], i[left]))
    i, j = i[left][order], polygons[j[left][order]]
    near = _near(out[i], j, b.shapes)
    hit, start, count = np.unique(i, return_index=True, return_counts=True)
    cover = np.empty(len(hit), dtype=object)
    cover[:] = [near[s] if n == 1 else _union(near[s : s + n]) for s, n in zip(start, count, strict=True)]
    remains = _robust(shapely.difference, out[hit], cover)
    for dimension in (0, 1, 2):
        chosen = a.dimensions[hit] == dimension
        remains[chosen] = keep_dimension(remains[chosen], dimension)
    out[hit] = remains
    return out


def _relation(shapes: Shapes, polygons: Shapes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which shapes lie wholly inside their polygon, and which of the others meet it."""
    own, other = shapely.bounds(shapes), shapely.bounds(polygons)
    inside = (own[:, :2] >= other[:, :2]).all(axis=1) & (own[:, 2:] <= other[:, 2:]).all(axis=1)
    shapely.prepare(polygons[inside])
    inside[inside] = shapely.contains_properly(polygons[inside], shapes[inside])
    crossing = ~inside
    crossing[crossing] = shapely.intersects(*_by_size(shapes[crossing], polygons[crossing]))
    return inside, crossing


def _near(shapes: Shapes, j: Index, polygons: Shapes) -> Shapes:
    """The polygon `j` of each shape, large ones cut to a box that holds the shape with a margin.

    The cut runs outside the shape, so that no seam falls into it.
    """
    out = polygons[j]
    box = shapely.bounds(shapes)
    margin = 1.0 + 0.01 * np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
    box += margin[:, None] * np.array([-1.0, -1.0, 1.0, 1.0])
    large = np.flatnonzero(shapely.get_num_coordinates(out) > PIECE_VERTICES)
    for index in np.unique(j[large]):
        mine = large[j[large] == index]
        out[mine] = _clips(polygons[index], box[mine])
    return out


def _clips(polygon: Any, boxes: Floats) -> Shapes:
    """One polygon cut to each of many boxes, by way of the boxes of ever smaller groups."""
    whole = np.array([*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)])
    clipped = _robust(shapely.intersection, as_shapes(polygon), as_shapes(shapely.box(*whole)))
    if len(boxes) == 1 or shapely.get_num_coordinates(clipped[0]) <= PIECE_VERTICES:
        return np.repeat(keep_dimension(clipped, 2), len(boxes))
    axis = int(np.argmax(whole[2:] - whole[:2]))
    order = np.argsort(boxes[:, axis] + boxes[:, axis + 2], kind="stable")
    out = np.empty(len(boxes), dtype=object)
    for half in np.array_split(order, 2):
        out[half] = _clips(clipped[0], boxes[half])
    return out


def symmetric_difference(a: Regions, b: Regions) -> Shapes:
    """What lies in one of the two only: `a` without `b`, then `b` without `a`; empty pieces left out."""
    pieces = np.concatenate([difference(a, b), difference(b, a)])
    return np.asarray(pieces[~shapely.is_empty(pieces)])


def union_rows(a: Regions, b: Regions) -> Shapes:
    """Disjoint polygons that make up the union of both: common ground, only `a`, only `b`.

    Each operand is taken as its footprint first, so that no ground appears twice.
    """
    fa, fb = footprint(a).regions, footprint(b).regions
    common = overlap_shapes(fa, fb, overlap_pairs(fa, fb))
    return np.concatenate([common, symmetric_difference(fa, fb)])


def nearest_distance_m(a: Regions, b: Regions) -> Floats:
    """Distance from each shape of `a` to the nearest of `b`, planar ÷ local scale, in m.

    0 where they touch; nan where `a` is empty or None, and everywhere when `b` holds no shape.
    """
    require_same_plane(a.plane, b.plane)
    return _distance(a, b.pieces.tree)


def distance_to_boundary_m(a: Regions, b: Regions) -> Floats:
    """Distance from each shape of `a` to the nearest border line of the polygons of `b`, in m.

    For a site inside an urban boundary (城镇开发边界) this is how far it stays from the line.
    """
    require_same_plane(a.plane, b.plane)
    lines, _ = simple_parts(shapely.boundary(b.shapes[b.dimensions == 2]))
    return _distance(a, shapely.STRtree(chunks(lines, PIECE_VERTICES)))


def _distance(a: Regions, others: shapely.STRtree) -> Floats:
    """Contact first: whether two shapes meet is cheaper to tell than how far apart they are."""
    out = np.full(len(a), np.nan)
    asked = np.flatnonzero(a.dimensions >= 0)
    if not len(others) or not len(asked):
        return out
    meeting, _ = others.query(a.shapes[asked], predicate="intersects")
    out[asked[meeting]] = 0.0
    apart = asked[np.isnan(out[asked])]
    i, j = others.query_nearest(a.shapes[apart], all_matches=False)
    line = shapely.shortest_line(a.shapes[apart[i]], others.geometries[j])
    points = shapely.get_coordinates(line).reshape(-1, 2, 2)
    planar = np.hypot(*(points[:, 1] - points[:, 0]).T) * a.plane.unit_m
    out[apart[i]] = planar / a.plane.scale_at(*points.mean(axis=1).T)
    return out


def overlap_width(shapes: Any, *, unit_m: float = 1.0) -> Floats:
    """Width in m of each polygon at its widest place; 0 for shapes without area.

    The largest w such that half of it, taken off all round, leaves ground; to one part in a thousand.

    >>> overlap_width([shapely.box(0, 0, 100, 2), shapely.Point(0, 0)]).round(2).tolist()
    [2.0, 0.0]
    """
    given = keep_dimension(as_shapes(shapes), 2)
    area = shapely.area(given)
    solid = np.flatnonzero(area > 0)
    out = np.zeros(len(given))
    low = np.log(area[solid] / shapely.length(given[solid]))
    high = np.log(np.sqrt(area[solid] / np.pi) * 1.001)
    while len(solid) and np.max(high - low) > 1e-3:
        middle = (low + high) / 2
        left = ~shapely.is_empty(shapely.buffer(given[solid], -np.exp(middle)))
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    out[solid] = 2 * np.exp((low + high) / 2) * unit_m
    return out


def _robust(operation: Callable[..., Any], left: Shapes, right: Shapes) -> Shapes:
    """A whole-array overlay; where GEOS gives up, pair by pair on repaired operands, never dropped."""
    try:
        return np.array(operation(left, right), dtype=object).reshape(len(left))
    except GEOSException:
        return as_shapes(_one_by_one(operation, left, right))


def _one_by_one(operation: Callable[..., Any], left: Shapes, right: Shapes) -> list[Any]:
    out = []
    for n, (one, other) in enumerate(zip(left, right, strict=True)):
        try:
            out.append(operation(one, other))
        except GEOSException:
            try:
                out.append(operation(*_mended(as_shapes([one, other]))))
            except GEOSException as error:
                where = shapely.total_bounds([one, other]).tolist()
                raise EcoGisError(
                    Text(
                        f"第 {n} 对图形（范围 {where}）无法叠加：{error}",
                        f"overlay pair {n} within {where} cannot be computed: {error}",
                    )
                ) from error
    return out


def _mended(shapes: Shapes) -> Shapes:
    return np.asarray(shapely.make_valid(shapes, method="structure", keep_collapsed=False))
