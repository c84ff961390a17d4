"""One reader for each kind of file: GDAL for most, and those that need more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from eco_gis.errors import LayerReadError, Problem
from eco_gis.layers.corners.table import read_coordinates, read_table_of_corners
from eco_gis.layers.formats import shapefile as shapefile
from eco_gis.layers.formats.dbf import looks_chinese
from eco_gis.layers.formats.dxf import read_dxf
from eco_gis.layers.formats.gdal import READ_ERRORS, damaged, fine_curves, quiet
from eco_gis.layers.formats.geopackage import about_curves, count_rows
from eco_gis.layers.formats.kml import read_kml
from eco_gis.layers.formats.reading import Read, with_count
from eco_gis.layers.formats.records import read_records
from eco_gis.layers.formats.sources import COORDINATE_KINDS, Opened, choose_layer, encoding_of, opened
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text


def read_layer(path: Path, layer: str, encoding: str | None = None) -> Read:
    """Read one layer of a file, whatever its kind.

    Parameters
    ----------
    layer
        As `choose_layer` gave it.
    encoding
        Of a Shapefile's attributes; None: told from its bytes.

    Raises
    ------
    LayerReadError
        The file cannot be read.
    """
    reader = next((r for ending, r in READERS.items() if path.name.lower().endswith(ending)), _read_gdal)
    with quiet() as said, fine_curves():
        read = reader(path, layer, encoding)
    return replace(read, remarks=(*read.remarks, *map(_plain, said)))


def read_declared(spec: LayerSpec) -> Read:
    """Read the layer of a catalog's entry; what the entry says of columns of coordinates is heeded.

    Raises
    ------
    LayerReadError
        The file cannot be read, or the layer cannot be told.
    """
    layer = choose_layer(spec.file, spec.layer)
    if spec.file.suffix.lower() in COORDINATE_KINDS:
        return read_coordinates(spec, layer)
    return read_layer(spec.file, layer, spec.encoding)


def layer_table(path: Path, layer: str) -> pd.DataFrame:
    """The attributes of a layer without its shapes.

    Raises
    ------
    LayerReadError
        The file cannot be read.
    """
    frame = read_layer(path, layer).frame
    return pd.DataFrame(frame.drop(columns=frame.geometry.name))


def _read_gdal(path: Path, layer: str, encoding: str | None) -> Read:
    one = opened(path, layer)
    if one.shapefile:
        return _read_shapefile(path, one, encoding)
    read, _ = _bulk(path, one.source, one.layer, encoding)
    about = about_curves(one.source, one.layer)
    read = replace(read, remarks=(*read.remarks, *([about] if about else [])))
    return with_count(read, _said(one))


def _read_geojson(path: Path, layer: str, encoding: str | None) -> Read:
    """GeoJSON has to be in UTF-8; GDAL empties every value that is not, so that others are decoded first."""
    raw = path.read_bytes()
    try:
        raw.decode(encoding or "utf-8")
        known = encoding or "utf-8"
    except UnicodeDecodeError:
        known = "gb18030" if looks_chinese(raw) else "iso-8859-1"
    if known == "utf-8":
        return _read_gdal(path, layer, None)
    read, _ = _bulk(path, raw.decode(known, errors="replace").encode(), None, None)
    told = Text(f"不是 UTF-8；按 {known.upper()} 读取", f"is not in UTF-8; read as {known.upper()}")
    return replace(read, remarks=(*read.remarks, told))


def _read_shapefile(path: Path, one: Opened, encoding: str | None) -> Read:
    """A Shapefile, with every record that its headers count accounted for."""
    parts = one.shapefile_parts()
    found = None if encoding else encoding_of(parts)
    account = shapefile.examine(parts)
    with shapefile.with_sound_index(parts, account, one.source) as source:
        layer = Path(source).stem if account.index else one.layer
        read, numbers = _bulk(path, source, layer, encoding or (found.name if found else None))
    read = shapefile.reconcile(read, numbers, account)
    return replace(read, remarks=(*([found.remark] if found and found.remark else []), *read.remarks))


def _bulk(
    path: Path, source: str | Path | bytes, layer: str | None, encoding: str | None
) -> tuple[Read, NDArray[np.intp]]:
    """A layer at once, or record by record where it cannot be had at once; and each row's feature number."""
    try:
        meta, numbers, wkb, columns = pyogrio.raw.read(
            source, layer=layer, encoding=encoding, datetime_as_string=True, return_fids=True
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.GeometryError) as error:
        raise damaged(path, error) from None
    except READ_ERRORS as error:
        # one damaged record must not cost the layer
        rescued = (
            None if isinstance(source, bytes) or layer is None else read_records(source, layer, encoding)
        )
        if rescued is None:
            raise damaged(path, error) from None
        return Read(*rescued), np.arange(len(rescued[0]), dtype=np.intp)
    shapes, unreadable = _decode(wkb, len(numbers))
    data = pd.DataFrame(
        dict(zip(map(str, meta["fields"]), columns, strict=True)), index=pd.RangeIndex(len(numbers))
    )
    frame = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapes, index=data.index))
    return Read(frame, meta["crs"], unreadable), np.asarray(numbers, dtype=np.intp)


def _decode(wkb: Any, count: int) -> tuple[NDArray[Any], dict[int, Text]]:
    """Shapes from WKB; where that fails, record by record."""
    shapes = np.full(count, None, dtype=object)
    unreadable: dict[int, Text] = {}
    if wkb is None:
        return shapes, unreadable
    try:
        return np.asarray(shapely.from_wkb(wkb)), unreadable
    except shapely.errors.ShapelyError:
        for i, one in enumerate(wkb):
            try:
                shapes[i] = shapely.from_wkb(one)
            except shapely.errors.ShapelyError as error:
                unreadable[i] = Text(f"几何无法解码（{error}）", f"the shape cannot be decoded ({error})")
    return shapes, unreadable


def _said(one: Opened) -> int:
    """How many records a layer counts itself; -1 where it keeps no count.

    A GeoPackage's own count may be lower than its rows, and GDAL reads no more than it counts.
    """
    try:
        said = int(pyogrio.read_info(one.source, layer=one.layer)["features"])
    except READ_ERRORS:
        said = -1
    return max(said, count_rows(one.source, one.layer))


def _read_parquet(path: Path, layer: str, encoding: str | None) -> Read:
    try:
        frame = gpd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise damaged(path, error) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        what = Text("不含几何", "holds no shapes")
        raise LayerReadError(
            problems=[Problem(str(path), what, Text("请提交 GeoParquet", "deliver GeoParquet"))]
        )
    crs = frame.crs
    others = [c for c in frame.columns if c != frame.geometry.name and frame[c].dtype == "geometry"]
    frame = frame.drop(columns=others).reset_index(drop=True)
    return Read(frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame, crs)


def _plain(message: str) -> Text:
    """A reader's warning in one line without its advice to programmers."""
    line = message.split("To avoid accepting it")[0].strip().replace("\n", " ")
    return Text(f"读取时的提示：{line}", line)


READERS: dict[str, Callable[[Path, str, str | None], Read]] = {
    ".parquet": _read_parquet,
    ".geoparquet": _read_parquet,
    ".geojson": _read_geojson,
    ".json": _read_geojson,
    ".dxf": lambda path, layer, _: read_dxf(path, layer),
    ".kml": lambda path, layer, _: read_kml(path, layer),
    ".kmz": lambda path, layer, _: read_kml(path, layer),
    **dict.fromkeys(COORDINATE_KINDS, read_table_of_corners),
}
"""Ending → reader, for kinds that GDAL alone does not read right."""
