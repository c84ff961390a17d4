"""Two files that are both larger than memory, laid over each other strip by strip.

Each file is read once for the boxes of its records. The records of the second are then parted into strips
from south to north that hold about as many vertices each; every strip is loaded in its turn, and of the
first file only the records whose boxes reach it are taken apart. A record of the second file stands in one
strip, so every pair is told once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import PairTable, overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.rings import Rings
from eco_gis.layers.columns import ROWS, chosen_polygons, stream_polygons

Floats = NDArray[np.float64]
Index = NDArray[np.intp]

VERTICES = 4_000_000
"""Vertices of a strip: it takes about 1 GB while it is laid over others."""


@dataclass(frozen=True)
class Boxes:
    """What is known of a file before it is laid over another."""

    bounds: Floats
    """(n, 4) boxes of the records on the plane; nan where a record has no polygon."""
    vertices: Index
    """(n,) vertices of each record."""

    @property
    def lost(self) -> Index:
        """Numbers of records without a polygon: null, empty, lines or points."""
        return np.flatnonzero(np.isnan(self.bounds[:, 0]))


def boxes_of(path: Path, plane: Plane, *, layer: str | None = None, sound: bool = False) -> Boxes:
    """Boxes and sizes of the records of a file, in file order (see `stream_polygons` for what is refused)."""
    bounds, vertices = [np.empty((0, 4))], [np.empty(0, dtype=np.intp)]
    for block in stream_polygons(path, plane, layer=layer, sound=sound):
        rings = block.regions.rings
        bounds.append(block.regions.bounds)
        vertices.append(np.diff(rings.ring[rings.feature]).astype(np.intp))
    return Boxes(np.concatenate(bounds), np.concatenate(vertices))


def overlaps_of_files(
    one: Path,
    other: Path,
    plane: Plane,
    *,
    layers: tuple[str | None, str | None] = (None, None),
    sound: bool = False,
    vertices: int = VERTICES,
    rows: int = ROWS,
) -> Iterator[PairTable]:
    """Common areas of the polygons of two files; in each table `a` and `b` are numbers of records from 0.

    Records without a polygon have no pair: `boxes_of` tells them. Every pair stands in one of the tables; a table is sorted, and they follow one another from south to
    north and then in the order of the first file.

    Parameters
    ----------
    one, other
        GeoPackage or GeoParquet. The second is the one that is loaded strip by strip: give the smaller one.
    plane
        Working plane.
    layers
        Layer inside each file, where it holds several.
    sound
        The polygons are known to be valid.
    vertices
        Vertices of a strip.
    rows
        Records of the first file that are looked at together.

    Raises
    ------
    LayerReadError, MissingCRSError, TransformRefusedError
        As `stream_polygons`.
    """
    here, there = (
        boxes_of(path, plane, layer=layer, sound=sound)
        for path, layer in zip((one, other), layers, strict=True)
    )
    for strip in _strips(there, vertices):
        loaded = list(chosen_polygons(other, plane, strip, layer=layers[1], rows=rows))
        numbers = np.concatenate([block.numbers for block in loaded])
        ground = Regions.of_rings(Rings.joined([block.regions.rings for block in loaded]), plane)
        near = _reaches(here.bounds, ground.total_bounds)
        if not near.any():
            continue
        for block in chosen_polygons(one, plane, near, layer=layers[0], rows=rows):
            table = overlap_pairs(block.regions, ground, engine="cells")
            if len(table):
                yield table.renamed(block.numbers, numbers)


def _strips(boxes: Boxes, vertices: int) -> Iterator[NDArray[np.bool_]]:
    """Which records stand in each strip; none of those without a polygon in any."""
    middle = (boxes.bounds[:, 1] + boxes.bounds[:, 3]) / 2
    order = np.argsort(middle, kind="stable")
    order = order[: len(order) - len(boxes.lost)]  # nan stands last
    strip = (np.cumsum(boxes.vertices[order]) - boxes.vertices[order]) // vertices
    for number in np.unique(strip):
        chosen = np.zeros(len(middle), dtype=np.bool_)
        chosen[order[strip == number]] = True
        yield chosen


def _reaches(bounds: Floats, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    west, south, east, north = box
    return np.asarray(
        (bounds[:, 0] < east) & (bounds[:, 2] > west) & (bounds[:, 1] < north) & (bounds[:, 3] > south)
    )
