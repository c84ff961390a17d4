"""Rasters that sites are asked about, and what their cells say of a site."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from eco_gis.geometry.regions import Regions
from eco_gis.geometry.zonal import CellSource, Grid
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text

FEW_CELLS = 9.0
"""A site of fewer cells than three by three is said to be small for the raster."""


@dataclass(frozen=True)
class ControlRaster:
    """A raster that is asked like a control line, read window by window."""

    spec: LayerSpec
    open: Callable[[], AbstractContextManager[CellSource]]
    """Opens its first band."""
    outline: Callable[[NDArray[Any], Grid], tuple[NDArray[Any], NDArray[Any]]]
    """Polygons of the cells of a grid that share a code above 0, and the code of each."""
    coverage: Regions | None
    """Where it is complete, on the working plane; None when that is not declared."""
    name_of: Callable[[str], Text | None] | None
    """Name of a class by its code, None for a code that the table does not know; no table: a raster of values."""


@dataclass(frozen=True)
class ClassShare:
    """Ground of a site in one class, or on one side of the bound of values."""

    label: Text
    area_m2: float
    """Ellipsoidal, cells weighted by the exact share of each that the site takes."""
    share: float
    """Of the site's area."""
    is_concern: bool
    is_known: bool = True
    """False for cells whose code the table does not know."""


@dataclass(frozen=True)
class CellEvidence:
    """What the cells of a raster say of a site."""

    cell_m: tuple[float, float]
    """Width and height of a cell near the site, in metres."""
    cells: float
    """Size of the site's ground in cells; 0 for lines and points without a width."""
    known_share: float | None
    """Share of the ground whose cells say what it is; None without an area."""
    mean: float | None
    """Mean value over the cells that have one; None for classes, and where none has."""
    classes: tuple[ClassShare, ...]
    """The classes that occur, the largest first; empty for lines and points without a width."""

    @property
    def is_coarse(self) -> bool:
        """Whether the site is small for the raster's cells."""
        return 0 < self.cells < FEW_CELLS
