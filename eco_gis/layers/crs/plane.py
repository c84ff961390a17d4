"""Choosing the working plane: from where the layers are complete, never from the sites."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike
from pyproj import CRS

from eco_gis.errors import CatalogError, Problem
from eco_gis.geometry.crs import choose_plane_crs, transform_bounds
from eco_gis.model.layer import Catalog
from eco_gis.text import Text

Box = tuple[float, float, float, float]

DEGREES = CRS.from_epsg(4490)
"""CGCS2000 longitude and latitude: the CRS of boxes in the catalog."""


def plane_crs(catalog: Catalog, coverages: Sequence[Box], layers: Sequence[Box]) -> CRS:
    """CRS of the working plane.

    The catalog's own; else chosen for the ground that all declared coverages share, or for all of them
    where they share none; else for the layers.

    Parameters
    ----------
    coverages, layers
        Boxes in degrees (west, south, east, north) of the declared coverages, and of the layers that may
        stand in for them.

    Raises
    ------
    CatalogError
        There is nothing to choose from.
    """
    if catalog.plane:
        return CRS.from_user_input(catalog.plane)
    box = _shared(coverages) or (hull(coverages or layers) if coverages or layers else None)
    if box is None:
        what = Text(
            "无法选定工作平面：既未声明覆盖范围，也没有可读的图层",
            "no working plane can be chosen: no coverage is declared and no layer could be read",
        )
        remedy = Text(
            "在 [project] 下写 plane = 'EPSG:4549' 之类，或声明覆盖范围",
            "set plane = 'EPSG:4549' or the like under [project], or declare a coverage",
        )
        raise CatalogError(problems=[Problem(catalog.path.name, what, remedy)])
    return choose_plane_crs(box)


def box_of(shapes: ArrayLike) -> Box | None:
    """West, south, east, north of the finite shapes; None where there is none."""
    boxes = shapely.bounds(np.asarray(shapes, dtype=object)).reshape(-1, 4)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


@functools.lru_cache(maxsize=256)
def moved_box(box: Box, source: CRS, target: CRS) -> Box:
    """The box in another CRS; a box without width or height is given a hair of both."""
    west, south, east, north = box
    hair = 1e-9 * max(1.0, abs(west), abs(south))
    wide = (west, south, max(east, west + hair), max(north, south + hair))
    return transform_bounds(wide, source, target)


def _shared(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    columns = np.array(boxes)
    west, south = columns[:, :2].max(axis=0)
    east, north = columns[:, 2:].min(axis=0)
    return (float(west), float(south), float(east), float(north)) if west < east and south < north else None


def hull(boxes: Sequence[Box]) -> Box:
    """The box that holds all boxes, of which there is at least one."""
    columns = np.array(boxes)
    low, high = columns[:, :2].min(axis=0), columns[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
