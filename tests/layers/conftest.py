"""Small correct files that the tests damage, each as little as possible."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as planners name them."""
    path = tmp_path / "三区三线 数据"
    path.mkdir()
    return path


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    """Write shapes and columns to a file of the folder, in EPSG:4549 unless told otherwise."""

    def _write(name: str, shapes: list[Any], crs: str | None = "EPSG:4549", **columns: list[Any]) -> Path:
        options = {k: columns.pop(k) for k in ("layer", "encoding", "SPATIAL_INDEX") if k in columns}
        path = folder / name
        if path.suffix == ".gdb":
            # by the ending alone GDAL would make a folder of Shapefiles
            options |= {"driver": "OpenFileGDB", "TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "'crs' was not provided")
            gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path, **options)
        return path

    return _write
