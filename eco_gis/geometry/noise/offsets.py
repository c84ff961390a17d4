"""How far a border moved, sample by sample along it, and to which side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.crs import require_same_plane
from eco_gis.geometry.parts import chunks, simple_parts
from eco_gis.geometry.regions import Regions

Floats = NDArray[np.float64]
Index = NDArray[np.intp]

STEP_M = 5.0
"""Distance of samples along a border."""
MOST_SAMPLES = 300_000
"""Longer borders are sampled more widely, so that the work stays bounded."""
SAME_M = 1e-3
"""Border of one drawing within a millimetre of the other's is the same border."""
CHUNK_VERTICES = 8
"""Vertices of the short lines that borders are searched by."""
NOBODY = -1
_LEAST = 16
"""Samples of even the shortest ring."""


@dataclass(frozen=True)
class Offsets:
    """Samples along the outer border of polygons, ring by ring. Arrays of one length."""

    xy: Floats
    """(n, 2) on the plane."""
    ring: Index
    """Number of the ring, ascending; samples of a ring follow one another around it."""
    polygon: Index
    """Index of the polygon whose border it is, −1 where the border did not move."""
    length_m: Floats
    """Border that each sample stands for, planar ÷ scale."""
    offset_m: Floats
    """Distance to the other border, planar ÷ scale: positive where the other reaches beyond this border
    (ground joined), negative where it stays behind (ground left)."""

    def __len__(self) -> int:
        return len(self.ring)

    @property
    def moved(self) -> NDArray[np.bool_]:
        """Samples that do not lie on the other border."""
        return np.asarray(np.abs(self.offset_m) > SAME_M)


def border_offsets(regions: Regions, other: Regions) -> Offsets:
    """Signed offset of the border of `other` from that of `regions`.

    Only the outer border of the union counts: what two polygons of one version share is no border of
    the protected ground. Where `other` holds nothing, the offset is minus infinity.

    Raises
    ------
    CRSMismatchError
        When the planes differ.
    """
    require_same_plane(regions.plane, other.plane)
    own, others = _outline(regions), _outline(other)
    xy, ring, length, edge = _samples(shapely.get_rings(own))
    asked = np.flatnonzero(~_shared(own, others)[edge])
    points = shapely.points(xy[asked])
    scale = regions.scale_at(*xy.T) if len(xy) else np.empty(0)
    inside = np.zeros(len(asked), dtype=bool)
    inside[other.pieces.tree.query(points, predicate="intersects")[0]] = True
    distance, _ = _nearest(points, others)
    offset = np.zeros(len(xy))
    offset[asked] = np.where(inside, distance, -distance) * regions.plane.unit_m / scale[asked]
    moved = np.abs(offset[asked]) > SAME_M
    polygon = np.full(len(xy), NOBODY, dtype=np.intp)
    polygon[asked[moved]] = _nearest(points[moved], regions.shapes)[1]
    return Offsets(xy, ring, polygon, length * regions.plane.unit_m / scale, offset)


def _outline(regions: Regions) -> NDArray[np.object_]:
    """The union of the polygons, in single polygons."""
    solid = regions.shapes[regions.dimensions == 2]
    parts, _ = simple_parts(np.array([shapely.union_all(solid)], dtype=object))
    return np.asarray(parts[shapely.get_dimensions(parts) == 2])


def _samples(rings: NDArray[np.object_]) -> tuple[Floats, Index, Floats, Index]:
    """Points at equal distances around each ring; ring, length that each stands for, and edge."""
    lengths = shapely.length(rings)
    step = max(STEP_M, float(lengths.sum()) / MOST_SAMPLES)
    counts = np.maximum(_LEAST, np.ceil(lengths / step)).astype(np.intp)
    out, edge = np.empty((int(counts.sum()), 2)), np.empty(int(counts.sum()), dtype=np.intp)
    at = edges = 0
    for ring, length, count in zip(rings, lengths, counts, strict=True):
        vertices = shapely.get_coordinates(ring)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))])
        where = (np.arange(count) + 0.5) * (length / count)
        for axis in (0, 1):
            out[at : at + count, axis] = np.interp(where, along, vertices[:, axis])
        edge[at : at + count] = edges + np.clip(np.searchsorted(along, where) - 1, 0, len(vertices) - 2)
        at += count
        edges += len(vertices) - 1
    ring_of = np.repeat(np.arange(len(rings)), counts)
    return out, ring_of, np.repeat(lengths / counts, counts), edge


def _shared(own: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Edges that the other outline has with the same two ends: there nothing moved."""
    return np.isin(_edges(own), _edges(others))


def _edges(outline: NDArray[np.object_]) -> NDArray[np.void]:
    """Every edge, ring by ring, as an opaque key that does not tell its direction."""
    points, ring = shapely.get_coordinates(shapely.get_rings(outline), return_index=True)
    along = np.flatnonzero(ring[:-1] == ring[1:])
    ends = np.stack([points[along], points[along + 1]], axis=1)
    turned = (ends[:, 0, 0] > ends[:, 1, 0]) | (
        (ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1])
    )
    ends[turned] = ends[turned, ::-1]
    keys = np.ascontiguousarray(ends.reshape(-1, 4))
    return keys.view(np.dtype((np.void, keys.dtype.itemsize * 4))).ravel()


def _nearest(points: NDArray[np.object_], polygons: NDArray[np.object_]) -> tuple[Floats, Index]:
    """Distance in the plane to the nearest border, infinite without any, and whose border it is."""
    distance, owner = np.full(len(points), np.inf), np.full(len(points), NOBODY, dtype=np.intp)
    lines, source = _short_lines(polygons)
    if len(points) and len(lines):
        (sample, line), found = shapely.STRtree(lines).query_nearest(
            points, all_matches=False, return_distance=True
        )
        distance[sample], owner[sample] = found, source[line]
    return distance, owner


def _short_lines(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], Index]:
    """Borders in short lines, which a nearest-neighbour search tells apart by their boxes, and whose they are."""
    lines, polygon = simple_parts(np.asarray(shapely.boundary(polygons)))
    short = [chunks(lines[[k]], CHUNK_VERTICES) for k in range(len(lines))]
    count = [len(some) for some in short]
    return np.concatenate([np.empty(0, dtype=object), *short]), np.repeat(polygon, count)
