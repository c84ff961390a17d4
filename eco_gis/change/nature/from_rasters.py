"""Classed ground from two land-cover rasters whose grids may differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eco_gis.change.nature.classed import Classed, Key, measured
from eco_gis.geometry.crs import transform
from eco_gis.geometry.overlay import overlap_parts
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.zonal import CellSource, changed_ground, class_transitions, leading
from eco_gis.layers.classes import Scheme
from eco_gis.model.nature import UNTOLD

CRUMB = 1e-6
"""Ground without a class up to this share of a cell is rounding."""


def from_rasters(cells: Regions, before: CellSource, after: CellSource, scheme: Scheme) -> Classed:
    """Cross two rasters within disjoint cells, on exact area fractions.

    The raster with the smaller cells leads and asks the other at the centres of its cells. Ground whose
    group changes comes as shapes of whole raster cells, cut by the line; all else as areas.

    Raises
    ------
    UsageError
        A raster is rotated, or does not say in which CRS it is.
    TransformRefusedError
        A datum shift would have to be guessed.
    """
    crs = leading(before, after).grid.crs
    assert crs is not None  # paired rasters know theirs
    there = transform(cells.shapes, cells.plane.crs, crs)

    def loses_group(old: float, new: float) -> bool:
        first, second = scheme.of(_code(old)).group, scheme.of(_code(new)).group
        return first is not second and None not in (first, second)

    table = class_transitions(before, after, there)
    parts: list[Classed] = []
    for k, (old, new) in enumerate(table.classes.tolist()):
        if not loses_group(old, new):
            parts.append(_areas((_code(old), _code(new), ""), table.area_m2[:, k]))
    for (old, new), shape in changed_ground(before, after, there, loses_group).items():
        ground = Regions(transform([shape], crs, cells.plane.crs), cells.plane)
        parts.append(_shapes((_code(old), _code(new), ""), cells, ground))
    told = np.zeros(len(cells))
    for part in parts:
        np.add.at(told, part.cell, part.area_m2)
    bare = table.nodata + table.uncovered > CRUMB
    parts.append(_areas((UNTOLD, UNTOLD, ""), np.where(bare, np.maximum(cells.area_m2 - told, 0.0), 0.0)))
    return Classed.joined(parts)


def _areas(key: Key, area_m2: NDArray[np.float64]) -> Classed:
    """Ground of one key in every cell, without shapes."""
    some = np.flatnonzero(area_m2 > 0)
    none = np.full(len(some), None, dtype=object)
    return Classed(some, (key,) * len(some), area_m2[some], area_m2[some], none)


def _shapes(key: Key, cells: Regions, ground: Regions) -> Classed:
    """Ground of one key, cut by the cells."""
    cell, _, shapes = overlap_parts(cells, ground)
    return measured(cell, (key,) * len(cell), Regions(shapes, cells.plane))


def _code(value: float) -> str:
    """A raster's class as a code: whole numbers have no decimals.

    >>> _code(10.0), _code(np.uint8(7))
    ('10', '7')
    """
    number = float(value)
    return str(int(number)) if number.is_integer() else str(number)
