"""Damaged files, record by record: the good records are kept, the bad ones are known by number."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from eco_gis.layers.formats.gdal import quiet
from eco_gis.text import Text

_ZERO_BASED = {"ESRI Shapefile", "GeoJSON"}
"""Drivers that number their records from 0; the others begin with 1."""


def read_records(
    path: str | Path, layer: str, encoding: str | None
) -> tuple[gpd.GeoDataFrame, Any, dict[int, Text]] | None:
    """Read what can be read of a layer with fiona.

    Returns
    -------
    tuple or None
        Frame with one row per record (a bad record has a None shape and empty fields), the CRS as WKT,
        and the bad records with the reason; None when the file cannot be opened or no record is good.
    """
    # only damaged files wait for it
    import fiona
    from fiona.errors import FionaError

    options = {"encoding": encoding} if encoding else {}
    bad: dict[int, Text] = {}
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    try:
        with quiet(logging.ERROR) as said, fiona.open(path, layer=layer, **options) as source:
            first = 0 if source.driver in _ZERO_BASED else 1
            fields = list(source.schema["properties"])
            label = source.crs_wkt or None
            for n in range(len(source)):
                del said[:]
                try:
                    properties, shape = _record(source, n + first)
                    if said:
                        # GDAL gives empty fields for bytes it cannot read, and only says so
                        raise ValueError(said[0])
                except (
                    FionaError,
                    shapely.errors.ShapelyError,
                    ValueError,
                    IndexError,
                    KeyError,
                    OSError,
                ) as error:
                    why = str(error) or type(error).__name__
                    bad[n] = Text(f"记录无法读取（{why}）", f"the record cannot be read ({why})")
                    properties, shape = dict.fromkeys(fields), None
                rows.append(properties)
                shapes.append(shape)
    except (FionaError, OSError, ValueError):
        return None
    if len(bad) == len(rows):
        return None
    data = pd.DataFrame(rows, columns=fields, index=pd.RangeIndex(len(rows)))
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapes, index=data.index)), label, bad


def _record(source: Any, fid: int) -> tuple[dict[str, Any], Any]:
    record = source[fid]
    if record is None:
        raise ValueError("no such record")
    shape = shapely.geometry.shape(record.geometry) if record.geometry is not None else None
    return dict(record.properties), shape
