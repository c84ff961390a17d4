"""Which engine measures an overlay: by the work there is, and by nothing else."""

from __future__ import annotations

from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.regions import AUTO_WORK, PIECE_VERTICES, Regions

Engine = Literal["auto", "cells", "geos"]
"""`cells` sums areas cell by cell, `geos` builds each common shape, `auto` takes the cells from `AUTO_WORK` on."""


def takes_cells(a: Regions, b: Regions, engine: Engine) -> bool:
    """Whether the areas of polygons are summed by cells.

    Ground outside the domain of the plane is left to GEOS, which names the shape that reaches there.
    """
    if engine == "geos" or not (a.within_domain(a.plane) and b.within_domain(a.plane)):
        return False
    return engine == "cells" or estimated_work(a, b) >= AUTO_WORK


def thin_takes_cells(a: Regions, b: Regions, engine: Engine) -> bool:
    """Whether lengths of lines and numbers of points inside polygons are summed by cells."""
    if engine == "geos" or not (a.within_domain(a.plane) and b.within_domain(a.plane)):
        return False
    return engine == "cells" or _thin_work(a, b) + _thin_work(b, a) >= AUTO_WORK


def _thin_work(thin: Regions, ground: Regions) -> int:
    """Vertices that GEOS would meet: of lines and points, and of whole polygons, whose boxes meet."""
    here = np.flatnonzero((thin.dimensions == 0) | (thin.dimensions == 1))
    if not len(here):
        return 0
    there = np.flatnonzero(ground.dimensions == 2)
    j, i = shapely.STRtree(thin.shapes[here]).query(ground.shapes[there])
    sizes = (
        shapely.get_num_coordinates(thin.shapes[here])[i],
        shapely.get_num_coordinates(ground.shapes[there])[j],
    )
    return int(sizes[0].sum() + sizes[1].sum())


def estimated_work(a: Regions, b: Regions) -> int:
    """Vertices that GEOS would meet: of polygons in each other's box, then of the pairs whose boxes meet."""
    sizes = [_sizes(one, other) for one, other in ((a, b), (b, a))]
    own = int(sizes[0].sum() + sizes[1].sum())
    if own >= AUTO_WORK:
        return own
    here, there = np.flatnonzero(sizes[0]), np.flatnonzero(sizes[1])
    i, j = shapely.STRtree(a.shapes[here]).query(b.shapes[there])[::-1]
    met = np.minimum(sizes[0][here[i]], PIECE_VERTICES) + np.minimum(sizes[1][there[j]], PIECE_VERTICES)
    return own + int(met.sum())


def _sizes(regions: Regions, other: Regions) -> NDArray[np.int64]:
    """Vertices of each polygon that can meet `other`, 0 for all else."""
    west, south, east, north = other.total_bounds
    box = regions.bounds
    near = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
    near &= regions.dimensions == 2
    return np.where(near, shapely.get_num_coordinates(regions.shapes), 0).astype(np.int64)
