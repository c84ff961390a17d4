"""Many shapes on one plane, with what is asked of them made once and only when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from eco_gis.geometry.area import ellipsoidal_area, ellipsoidal_length, planar_area
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.parts import Shapes, as_shapes, dimensions, keep_dimension, total_bounds
from eco_gis.geometry.rings import Rings
from eco_gis.geometry.wkb import PackedShapes

if TYPE_CHECKING:  # compiles: imported where it is used
    from eco_gis.geometry.cells.index import CellIndex

Floats = NDArray[np.float64]

PIECE_VERTICES = 256
"""Polygons with more vertices are cut into cells once: a small site never pays for a large redline."""

AUTO_WORK = 1_000_000
"""Vertices met from which the compiled kernels do the work.

Without them so many take one to two seconds. With them it is a tenth of that, but they must be loaded, and
compiled where this version runs for the first time: small work never waits for them. What decides are the
layers alone, so that the same inputs always take the same way."""

_MAX_HALVINGS = 40
_PER_SHAPE = ("bounds", "dimensions", "area_m2", "planar_m2", "length_m")
"""Cached arrays with one row per shape."""


@dataclass(frozen=True)
class Pieces:
    """The shapes of `Regions`, large polygons cut into cells."""

    shapes: Shapes | PackedShapes
    source: NDArray[np.intp]
    """Index of the region each piece belongs to, ascending."""

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index of the pieces."""
        return shapely.STRtree(self.shapes)

    def take(self, regions: NDArray[np.intp]) -> Pieces:
        """The pieces of some regions, in their order."""
        first, end = (np.searchsorted(self.source, regions, side=side) for side in ("left", "right"))
        source = np.repeat(np.arange(len(regions)), end - first)
        piece = np.arange(len(source)) + np.repeat(first - np.cumsum(end - first) + end - first, end - first)
        return Pieces(self.shapes[piece], source)


class Regions:
    """Shapes on a working plane.

    Parameters
    ----------
    shapes
        Valid 2-D geometries in the CRS of `plane`. None and empty shapes are allowed: they have no
        area and overlap nothing.
    plane
        The working plane.

    Examples
    --------
    >>> from pyproj import CRS
    >>> plane = Plane.over(CRS.from_epsg(4549), (500000, 3200000, 501000, 3201000))
    >>> r = Regions([shapely.box(500000, 3200000, 500100, 3200100), None], plane)
    >>> len(r), r.planar_m2.tolist(), r.dimensions.tolist()
    (2, [10000.0, 0.0], [2, -1])
    """

    key: str = ""
    """Stands for the shapes and all that they were made from, where they are kept; else empty.

    What is made of the shapes alone may be kept under it."""

    def __init__(self, shapes: Iterable[Any], plane: Plane) -> None:
        given = as_shapes(shapes)
        given.flags.writeable = False
        vars(self)["shapes"] = given
        self.plane = plane

    @classmethod
    def of_rings(cls, rings: Rings, plane: Plane) -> Regions:
        """Polygons that come as coordinate arrays; shapes are made of them when they are asked for."""
        regions = cls.__new__(cls)
        regions.plane = plane
        box = rings.bounds
        told = {
            "rings": rings,
            "bounds": box,
            "dimensions": np.where(np.isnan(box[:, 0]), -1, 2).astype(np.intp),
        }
        vars(regions).update(told)
        return regions

    @classmethod
    def of_packed(cls, packed: PackedShapes, plane: Plane, told: Mapping[str, Any]) -> Regions:
        """Shapes that are decoded when they are asked for, with what is known of them by attribute."""
        regions = cls.__new__(cls)
        regions.plane = plane
        vars(regions).update(told, packed=packed)
        return regions

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes, one for each region."""
        if "packed" in vars(self):
            return self.packed.whole
        made = self.rings.shapes()
        made.flags.writeable = False
        return made

    @cached_property
    def packed(self) -> PackedShapes:
        """The shapes as bytes."""
        return PackedShapes.of(self.shapes)

    @classmethod
    def empty(cls, plane: Plane) -> Regions:
        """No shape at all."""
        return cls([], plane)

    def __len__(self) -> int:
        return len(self.bounds) if "shapes" not in vars(self) else len(self.shapes)

    def __repr__(self) -> str:
        return f"<Regions: {len(self)} shapes on {self.plane.name}>"

    def take(self, index: ArrayLike) -> Regions:
        """The shapes at `index` (integers or a boolean mask), in that order, with what is known of them."""
        chosen = np.asarray(index)
        chosen = chosen if chosen.dtype == bool else chosen.astype(np.intp)
        taken = Regions(self.at(chosen), self.plane)
        known = vars(self)
        vars(taken).update({name: known[name][chosen] for name in _PER_SHAPE if name in known})
        if "pieces" in known:
            vars(taken)["pieces"] = self.pieces.take(np.arange(len(self))[chosen])
        return taken

    def at(self, index: NDArray[Any]) -> Shapes:
        """The shapes at `index` (integers or a boolean mask); where they are few, the others stay packed."""
        known = vars(self)
        packed = "packed" in known and "shapes" not in known
        return np.asarray(self.packed[index] if packed else self.shapes[index])

    def meeting(self, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
        """(n,) shapes whose boxes meet a box of the plane."""
        west, south, east, north = self.bounds.T
        return np.asarray((west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1]))

    @cached_property
    def bounds(self) -> Floats:
        """(n, 4) boxes in plane units; nan for None and empty shapes."""
        return np.asarray(shapely.bounds(self.shapes), dtype=np.float64).reshape(len(self), 4)

    @cached_property
    def total_bounds(self) -> tuple[float, float, float, float]:
        """The box of all shapes; nan when there is none."""
        if "bounds" not in vars(self):
            return total_bounds(self.shapes)
        some = self.bounds[~np.isnan(self.bounds[:, 0])]
        if not len(some):
            return np.nan, np.nan, np.nan, np.nan
        west, south, east, north = np.concatenate([some[:, :2].min(axis=0), some[:, 2:].max(axis=0)])
        return float(west), float(south), float(east), float(north)

    def within_domain(self, plane: Plane) -> bool:
        """Whether all shapes lie in the domain of a plane, where areas are told."""
        west, south, east, north = self.total_bounds
        low_x, low_y, high_x, high_y = plane.domain
        within = low_x <= west and low_y <= south and east <= high_x and north <= high_y
        return within or bool(np.isnan(west))

    @cached_property
    def dimensions(self) -> NDArray[np.intp]:
        """0 points, 1 lines, 2 polygons, −1 None and empty."""
        return dimensions(self.shapes)

    @cached_property
    def area_m2(self) -> Floats:
        """Ellipsoidal area in m²; 0 for lines and points."""
        return self._areas[1] if self._is_large else ellipsoidal_area(self.shapes, self.plane)

    @cached_property
    def planar_m2(self) -> Floats:
        """Area in the plane in m²."""
        return self._areas[0] if self._is_large else planar_area(self.shapes, self.plane)

    @cached_property
    def _is_large(self) -> bool:
        """Whether the compiled kernel measures: told by the shapes alone, so that they always get the same bits."""
        return self._vertices >= AUTO_WORK and self.within_domain(self.plane)

    @cached_property
    def _areas(self) -> tuple[Floats, Floats]:
        """Planar and ellipsoidal area in m², by the compiled kernel."""
        from eco_gis.geometry.cells.area import feature_areas, shape_areas

        if "rings" in vars(self):
            return feature_areas(self.rings, self.plane)
        return shape_areas(self.shapes, self.plane, self._vertices)

    @property
    def _vertices(self) -> int:
        """Vertices of all shapes."""
        if "rings" in vars(self):
            return self.rings.vertices
        return int(shapely.get_num_coordinates(self.shapes).sum())

    @cached_property
    def length_m(self) -> Floats:
        """Length of lines, planar ÷ local scale, in m; 0 for polygons and points."""
        return ellipsoidal_length(self.shapes, self.plane)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index of the shapes."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def pieces(self) -> Pieces:
        """The shapes with large polygons cut into cells; None and empty shapes have no piece."""
        return _cut(self.shapes)

    @cached_property
    def rings(self) -> Rings:
        """The polygons as coordinate arrays."""
        rings = Rings.of(self.shapes)
        bounded = np.diff(rings.feature) > 0
        vars(rings)["bounds"] = np.where(bounded[:, None], self.bounds, np.nan)  # no need to look again
        return rings

    @cached_property
    def cells(self) -> CellIndex:
        """The polygons in compressed rows by cell."""
        from eco_gis.geometry.cells.index import build_index

        return build_index(self.rings, self.plane)

    def scale_at(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """Linear scale of the plane (plane length ÷ length on the ellipsoid) at points of the plane."""
        return self.plane.scale_at(x, y)


def _cut(shapes: Shapes) -> Pieces:
    """Halve every polygon with too many vertices along the longer side of its box, again and again."""
    source = np.flatnonzero(dimensions(shapes) >= 0)
    pieces = shapes[source]
    done: list[Shapes] = []
    done_source: list[NDArray[np.intp]] = []
    for _ in range(_MAX_HALVINGS):
        large = (shapely.get_num_coordinates(pieces) > PIECE_VERTICES) & (shapely.get_dimensions(pieces) == 2)
        done.append(pieces[~large])
        done_source.append(source[~large])
        pieces, source = pieces[large], source[large]
        if not len(pieces):
            break
        halves = keep_dimension(shapely.intersection(np.repeat(pieces, 2), _half_boxes(pieces)), 2)
        solid = ~shapely.is_empty(halves)
        pieces, source = halves[solid], np.repeat(source, 2)[solid]
    done.append(pieces)
    done_source.append(source)
    all_source = np.concatenate(done_source)
    order = np.argsort(all_source, kind="stable")
    return Pieces(np.concatenate(done)[order], all_source[order].astype(np.intp))


def _half_boxes(shapes: Shapes) -> Shapes:
    """Two boxes for each shape that together make its box, interleaved."""
    first = shapely.bounds(shapes)
    second = first.copy()
    wide = (first[:, 2] - first[:, 0]) >= (first[:, 3] - first[:, 1])
    for low, high, chosen in ((0, 2, wide), (1, 3, ~wide)):
        middle = (first[chosen, low] + first[chosen, high]) / 2
        first[chosen, high] = middle
        second[chosen, low] = middle
    boxes = np.stack([first, second], axis=1).reshape(-1, 4)
    return np.asarray(shapely.box(*boxes.T))
