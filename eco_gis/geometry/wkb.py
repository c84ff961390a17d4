"""Shapes in well-known binary: packed until they are asked for, and polygons read without an object per shape."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import Shapes, as_shapes
from eco_gis.geometry.rings import Rings

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]

COMPILED_FROM = 50_000
"""Shapes from which the compiled reader is used: fewer are read before it would be loaded."""


_FEW = 4
"""Where fewer than one shape in so many is asked for, the others stay packed."""


class PackedShapes:
    """Shapes as bytes until one of them is asked for; NumPy takes them for an array of shapes.

    Examples
    --------
    >>> packed = PackedShapes.of([shapely.box(0, 0, 1, 1), None, shapely.Point(2, 3)])
    >>> len(packed), packed[2], shapely.area(packed).tolist()
    (3, <POINT (2 3)>, [1.0, nan, 0.0])
    """

    def __init__(self, data: Bytes, offsets: Offsets) -> None:
        self._data, self._offsets = data, offsets

    @classmethod
    def of(cls, shapes: Any) -> PackedShapes:
        """Pack shapes; Z and M stay, None stays None."""
        wkb = shapely.to_wkb(as_shapes(shapes), flavor="iso")
        offsets = np.zeros(len(wkb) + 1, dtype=np.int64)
        np.cumsum([0 if w is None else len(w) for w in wkb], out=offsets[1:])
        return cls(np.frombuffer(b"".join(filter(None, wkb)), dtype=np.uint8), offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: Any) -> Any:
        if "whole" in vars(self):
            return self.whole[index]
        some = np.atleast_1d(np.arange(len(self))[index])
        if _FEW * len(some) > len(self):
            return self.whole[index]
        ends = zip(self._offsets[some].tolist(), self._offsets[some + 1].tolist(), strict=True)
        wkb = [self._data[a:b].tobytes() if b > a else None for a, b in ends]
        shapes = np.asarray(shapely.from_wkb(np.array(wkb, dtype=object)), dtype=object)
        return shapes[0] if np.ndim(index) == 0 and not isinstance(index, slice) else shapes

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Shapes:
        return np.array(self.whole, dtype=dtype, copy=copy)

    def __getstate__(self) -> tuple[Bytes, Offsets]:
        return self._data, self._offsets

    def __setstate__(self, state: tuple[Bytes, Offsets]) -> None:
        self._data, self._offsets = state

    @cached_property
    def whole(self) -> Shapes:
        """All shapes."""
        shapes = _unpacked(self._data, self._offsets)
        shapes.flags.writeable = False
        return shapes


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
    return Rings.of(_unpacked(data, offsets))


def _unpacked(data: Bytes, offsets: Offsets) -> Shapes:
    whole = data.tobytes()
    shapes = [whole[a:b] if b > a else None for a, b in pairwise(offsets.tolist())]
    return np.asarray(shapely.from_wkb(np.array(shapes, dtype=object)), dtype=object)
