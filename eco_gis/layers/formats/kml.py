"""KML and KMZ: every folder, with its name beside each placemark."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from eco_gis.layers.formats.gdal import READ_ERRORS, damaged
from eco_gis.layers.formats.reading import Read

EVERY_FOLDER = "*"
"""Layer name for all folders of a drawing together."""
FOLDER = "Folder"
_INVENTED = {
    "altitudeMode": None, "tessellate": -1, "extrude": 0, "visibility": -1, "drawOrder": None, "icon": None,
    "timestamp": None, "begin": None, "end": None, "id": None, "description": None,
}  # fmt: skip
"""Fields that GDAL adds to every placemark → their value where the file says nothing."""


def read_kml(path: Path, layer: str) -> Read:
    """Read one folder, or all of them with `layer` = `EVERY_FOLDER`; field `Folder` says which.

    Raises
    ------
    LayerReadError
        A folder cannot be read.
    """
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        frames = [_folder(path, name) for name in (names if layer == EVERY_FOLDER else [layer])]
    except READ_ERRORS as error:
        raise damaged(path, error) from None
    filled = [f for f in frames if len(f)] or frames[:1]
    frame = pd.concat(filled, ignore_index=True)
    invented = [c for c in frame.columns if c in _INVENTED and _says_nothing(frame[c], _INVENTED[c])]
    return Read(frame.drop(columns=invented), "EPSG:4326")


def _folder(path: Path, name: str) -> gpd.GeoDataFrame:
    meta, _, wkb, columns = pyogrio.raw.read(path, layer=name, datetime_as_string=True)
    data = pd.DataFrame(
        dict(zip(map(str, meta["fields"]), columns, strict=True)), index=pd.RangeIndex(len(wkb))
    )
    data[FOLDER] = name
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapely.from_wkb(wkb), index=data.index))


def _says_nothing(column: pd.Series, default: int | None) -> bool:
    return bool((column.isna() | (column == "") | (column == default)).all())
