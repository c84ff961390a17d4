"""Land cover of 2024, seen by a finer raster on another grid, with the built ground of the year in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.transform import Affine

from eco_gis.sample.happenings import Happening
from eco_gis.sample.land import BUILT, CROP, GRASS, SHRUB, Raster

CELL_M = 20.0
SHIFT_M = 10.0
"""The grid starts this far inside the first one, so that no border of cells is common to both by rule."""
SEEN = {"01": CROP, "02": SHRUB, "04": GRASS, "06": BUILT, "07": BUILT, "08": BUILT, "09": BUILT, "10": BUILT}
"""Class of the raster by the first digits of the new land class; other changes are not seen from above."""


def cover_2024(before: Raster, happenings: list[Happening]) -> Raster:
    """Land cover of 2024: the classes of 2023 at the middle of each cell, and the changes of the year.

    A cell of the first grid holds only middles of its own ground, so that the nearest rule brings the second
    raster back to the first one without a difference, apart from what was planted.
    """
    t = before.transform
    height, width = before.values.shape
    west, north = t.c + SHIFT_M, t.f - SHIFT_M
    nx, ny = int((width * t.a - SHIFT_M) / CELL_M), int((-height * t.e - SHIFT_M) / CELL_M)
    column = ((west + CELL_M * (np.arange(nx) + 0.5) - t.c) / t.a).astype(np.intp)
    row = ((north - CELL_M * (np.arange(ny) + 0.5) - t.f) / t.e).astype(np.intp)
    transform = Affine(CELL_M, 0.0, west, 0.0, -CELL_M, north)
    values = before.values[row[:, None], column[None, :]].copy()
    for happening, code in seen(happenings):
        rows, columns = _cells(happening, transform)
        values[rows, columns] = code
    return Raster(values, transform)


def seen(happenings: list[Happening]) -> list[tuple[Happening, int]]:
    """Changes that the raster shows, with the class it shows."""
    return [
        (h, SEEN[h.plan.after[:2]])
        for h in happenings
        if h.plan.after[:2] in SEEN and h.plan.cause not in ("unchanged", "correction")
    ]


def _cells(happening: Happening, transform: Affine) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the cells whose middle lies on the ground of a change."""
    west, south, east, north = happening.shape.bounds
    rows = np.arange(int((transform.f - north) / CELL_M), int((transform.f - south) / CELL_M) + 1)
    columns = np.arange(int((west - transform.c) / CELL_M), int((east - transform.c) / CELL_M) + 1)
    row, column = (a.ravel() for a in np.meshgrid(rows, columns, indexing="ij"))
    x, y = transform.c + CELL_M * (column + 0.5), transform.f - CELL_M * (row + 0.5)
    inside = shapely.contains_xy(happening.shape, x, y)
    return row[inside], column[inside]


def cover_truths(before: Raster, after: Raster, happenings: list[Happening]) -> list[dict[str, Any]]:
    """Cells whose class differs from 2023, by change and pair of classes."""
    t = before.transform
    found = []
    for happening, code in seen(happenings):
        rows, columns = _cells(happening, after.transform)
        x = after.transform.c + CELL_M * (columns + 0.5)
        y = after.transform.f - CELL_M * (rows + 0.5)
        was = before.values[((y - t.f) / t.e).astype(np.intp), ((x - t.c) / t.a).astype(np.intp)]
        for old in np.unique(was[was != code]):
            count = int((was == old).sum())
            found.append(
                {
                    "id": happening.plan.id,
                    "before": int(old),
                    "after": code,
                    "cells": count,
                    "m2": count * CELL_M**2,
                }
            )
    return found
