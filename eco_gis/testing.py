"""Helpers for tests of territorial data: shapes whose areas are known without computing."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike


def cell_mask_shapes(mask: ArrayLike, cell: float = 1.0, origin: tuple[float, float] = (0.0, 0.0)) -> Any:
    """Union of the square cells where `mask` (rows × columns, row 0 at the bottom) is true.

    >>> cell_mask_shapes([[1, 1], [0, 1]], cell=10).area
    300.0
    >>> cell_mask_shapes([[0]]).is_empty
    True
    """
    rows, columns = np.nonzero(np.asarray(mask, dtype=bool))
    x, y = origin[0] + columns * cell, origin[1] + rows * cell
    return shapely.union_all(shapely.box(x, y, x + cell, y + cell)) if len(rows) else shapely.Polygon()


def assert_area(
    measured_m2: ArrayLike, expected_m2: ArrayLike, *, relative: float = 1e-7, m2: float = 1e-4
) -> None:
    """Fail unless each area agrees to `relative` or to `m2` square metres, whichever is larger.

    >>> assert_area([10_000.0], [10_000.00005])
    """
    measured, expected = np.asarray(measured_m2, dtype=float), np.asarray(expected_m2, dtype=float)
    tolerance = np.maximum(relative * np.abs(expected), m2)
    wrong = ~(np.abs(measured - expected) <= tolerance)
    assert not wrong.any(), f"measured {measured[wrong]} m², expected {expected[wrong]} m²"
