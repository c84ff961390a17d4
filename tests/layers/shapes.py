"""Shapes and entries the tests of this room share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely

from eco_gis.model.layer import LayerSpec
from eco_gis.model.role import LayerRole

X0, Y0 = 500_000.0, 3_200_000.0


def square(column: int, row: int = 0, size: float = 100.0) -> shapely.Polygon:
    """A square of a grid on EPSG:4549, 1 ha each by default."""
    x, y = X0 + column * size, Y0 + row * size
    return shapely.box(x, y, x + size, y + size)


BOW_TIE = shapely.Polygon([(X0, Y0), (X0 + 100, Y0 + 100), (X0 + 100, Y0), (X0, Y0 + 100)])
"""Signed area 0; repaired two triangles of 2,500 m² each."""


def spec_of(path: Path, **changes: Any) -> LayerSpec:
    """A redline entry for a file."""
    values: dict[str, Any] = {"id": "redline", "role": LayerRole.REDLINE, "file": path} | changes
    return LayerSpec(**values)
