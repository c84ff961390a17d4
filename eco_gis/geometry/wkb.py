"""Polygons from well-known binary straight into coordinate arrays, without an object per shape."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.rings import Rings

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]

COMPILED_FROM = 50_000
"""Shapes from which the compiled reader is used: fewer are read before it would be loaded."""


def rings_of_wkb(data: Bytes, offsets: Offsets) -> Rings:
    """The rings of the polygons among shapes in well-known binary.

    Parameters
    ----------
    data
        The bytes of all shapes, one after the other.
    offsets
        (n + 1,) where each shape begins; two alike where there is none.

    Returns
    -------
    Rings
        Z and M are dropped. Null and empty shapes, lines and points have no ring.

    Raises
    ------
    shapely.errors.ShapelyError
        Some bytes are no shape.

    Examples
    --------
    >>> wkb = shapely.to_wkb(shapely.box(0, 0, 1, 1))
    >>> rings_of_wkb(np.frombuffer(wkb, np.uint8), np.array([0, len(wkb), len(wkb)])).feature.tolist()
    [0, 1, 1]
    """
    if len(offsets) > COMPILED_FROM:
        # numba comes with it, and only large layers wait for that
        from eco_gis.geometry.cells.wkb import read_polygons

        rings = read_polygons(data, offsets)
        if rings is not None:
            return rings
    whole = data.tobytes()
    shapes = [whole[a:b] if b > a else None for a, b in pairwise(offsets.tolist())]
    return Rings.of(np.asarray(shapely.from_wkb(np.array(shapes, dtype=object)), dtype=object))
