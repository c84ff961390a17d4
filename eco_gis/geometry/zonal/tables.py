"""What zonal statistics tell: one row per region."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.zonal.grid import Floats
from eco_gis.geometry.zonal.runs import Rule


@dataclass(frozen=True)
class ZonalTable:
    """Statistics of a raster's values in each region; a cell cut by the border counts by its share.

    None, empty shapes, lines and points take no cell: their counts are 0, everything else is nan.
    """

    rule: Rule
    count: Floats
    """Cells with a value, in cells (sum of fractions)."""
    nodata: Floats
    """Cells without a value, in cells."""
    uncovered: Floats
    """What lies outside the raster, in cells."""
    sum: Floats
    """Σ fraction · value; nan where no cell has a value."""
    min: Floats
    """Smallest value of a cell that is touched; nan where none has a value."""
    max: Floats
    """Largest value of a cell that is touched; nan where none has a value."""
    variance: Floats
    """Σ fraction · (value − mean)² ÷ count; nan where no cell has a value."""
    median: Floats | None = None
    """Value at which half of `count` lies below and half above, between two values their mean; None when
    not asked for."""

    def __len__(self) -> int:
        return len(self.count)

    @cached_property
    def mean(self) -> Floats:
        """Mean weighted by fractions; nan where no cell has a value."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.sum / self.count)

    @cached_property
    def cells(self) -> Floats:
        """Size of the region in cells: with a value, without one, outside the raster."""
        return self.count + self.nodata + self.uncovered

    @cached_property
    def covered_share(self) -> Floats:
        """Share of the region that has values (0 … 1); nan for a region without cells.

        What the raster does not tell of the rest is not known, and never zero.
        """
        with np.errstate(invalid="ignore"):
            return np.asarray(self.count / self.cells)


@dataclass(frozen=True)
class ClassTable:
    """Area of each class in each region."""

    rule: Rule
    classes: NDArray[Any]
    """(k,) classes that occur in some region, ascending; pairs (before, after) as (k, 2) for transitions."""
    cells: Floats
    """(n, k) area in cells (sum of fractions)."""
    area_m2: Floats
    """(n, k) area on the ellipsoid in m²; nan where the raster's CRS is not known."""
    cell_planar_m2: float
    """Planar area of one cell in m²; nan where the raster is in degrees."""
    nodata: Floats
    """(n,) cells without a class, in cells."""
    uncovered: Floats
    """(n,) what lies outside the raster, in cells."""

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def planar_m2(self) -> Floats:
        """(n, k) area in the raster's plane in m²."""
        return self.cells * self.cell_planar_m2

    @cached_property
    def share(self) -> Floats:
        """(n, k) share of each class in what has a class; nan for a region without."""
        total = self.cells.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            return np.asarray(self.cells / total)

    @cached_property
    def covered_share(self) -> Floats:
        """(n,) share of the region that has a class (0 … 1); nan for a region without cells."""
        known = self.cells.sum(axis=1)
        with np.errstate(invalid="ignore"):
            return np.asarray(known / (known + self.nodata + self.uncovered))

    def of(self, region: int) -> dict[Any, float]:
        """Class → area in cells of one region, classes without any left out."""
        row = self.cells[region]
        keys = [tuple(c.tolist()) if c.ndim else c.item() for c in self.classes]
        return {key: float(cells) for key, cells in zip(keys, row, strict=True) if cells}
