"""The numbers of a layer with the label they came with, whether or not that label can be believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from eco_gis.layers.crs.labels import understood
from eco_gis.layers.crs.offsets import swapped
from eco_gis.layers.formats.readers import read_declared
from eco_gis.layers.formats.sources import require_file
from eco_gis.layers.vector import Raw
from eco_gis.model.layer import LayerSpec


@dataclass(frozen=True)
class Coordinates:
    """Shapes in the file's own numbers."""

    load: Callable[[], NDArray[Any]] = field(repr=False)
    """Gives `shapes`."""
    count: int
    """Number of records."""
    label: CRS | None
    """The catalog's CRS, else the file's; None for none."""
    plausible: bool
    """Whether the coordinates can be in the labelled CRS at all."""
    key: str = ""
    """Stands for all that they were read from, where that is known."""

    @classmethod
    def of(cls, raw: Raw) -> Coordinates:
        """Those of a layer that was read with a CRS that can be true."""
        return cls(
            lambda: np.asarray(raw.frame.geometry.array, dtype=object), raw.count, raw.crs, True, raw.key
        )

    @cached_property
    def shapes(self) -> NDArray[Any]:
        """(n,) geometries; None for records without a shape."""
        return self.load()


def read_coordinates(spec: LayerSpec) -> Coordinates:
    """Read a layer whose CRS is missing or cannot be true.

    Raises
    ------
    LayerReadError
        The file cannot be read.
    """
    require_file(spec.file)
    read = read_declared(spec)
    frame = swapped(read.frame) if spec.swap_xy else read.frame
    label = CRS.from_user_input(spec.crs) if spec.crs else understood(read.label)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    return Coordinates(lambda: shapes, len(shapes), label, False)
