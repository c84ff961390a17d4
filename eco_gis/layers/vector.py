"""Vector layers as the file gives them: pyogrio for whole layers, GeoParquet through geopandas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from eco_gis.errors import LayerReadError, Problem
from eco_gis.layers.labels import source_crs
from eco_gis.layers.plane import box_of
from eco_gis.layers.records import read_records
from eco_gis.layers.sources import (
    choose_layer,
    damaged,
    dbf_encoding,
    file_sha256,
    is_parquet,
    layers_in,
    quiet,
    require_file,
)
from eco_gis.model.layer import LayerSpec

__all__ = ["Raw", "file_sha256", "layers_in", "read_vector"]

_CRS_MEMBER = re.compile(rb'"crs"\s*:\s*\{')
_HEAD_BYTES = 1 << 16


@dataclass(frozen=True)
class Raw:
    """One layer as delivered; nothing is mended, moved or left out."""

    frame: gpd.GeoDataFrame
    """One row per record in file order (RangeIndex); a shape may be None."""
    crs: CRS
    """CRS of the shapes: the catalog's override, else the file's label."""
    notes: tuple[Problem, ...] = ()
    unreadable: Mapping[int, str] = field(default_factory=dict)
    """Records whose shape could not be decoded, with the reason."""


def read_vector(spec: LayerSpec) -> Raw:
    """Read one vector layer of the catalog.

    Z and M values, where GDAL keeps them, are still there; curves are made of straight edges. The CRS is
    `spec.crs` where given, else the file's own; a GeoJSON that names none is in WGS 84 (RFC 7946).

    Raises
    ------
    LayerReadError
        The file is missing, damaged or of an unknown kind, or the layer cannot be told.
    MissingCRSError
        No CRS is known, or the coordinates cannot be in the one that is named.
    """
    require_file(spec.file)
    said: list[str] = []
    if is_parquet(spec.file):
        frame, label, unreadable = _read_parquet(spec.file)
        remarks: list[str] = []
    else:
        layer = choose_layer(spec.file, spec.layer)
        encoding, remarks = _encoding(spec, layer)
        with quiet() as said:
            frame, label, unreadable = _read_gdal(spec.file, layer, encoding)
    crs, crs_remark = source_crs(spec, label, box_of(frame.geometry.array))
    if spec.crs is None and _unlabelled_geojson(spec.file):
        remarks.append("names no CRS: taken as WGS 84 longitude and latitude (RFC 7946)")
    if crs_remark:
        remarks.append(crs_remark)
    notes = [
        Problem(spec.id, f"{spec.file.name}: {r}", _REMEDY, fatal=False)
        for r in [*remarks, *map(_plain, said)]
    ]
    return Raw(frame.set_crs(crs, allow_override=True), crs, tuple(notes), unreadable)


_REMEDY = (
    "nothing to do if that is right; else set `crs` or `encoding` in the catalog or export the layer again"
)

Read = tuple[gpd.GeoDataFrame, Any, dict[int, str]]


def _encoding(spec: LayerSpec, layer: str) -> tuple[str | None, list[str]]:
    """The encoding to read a Shapefile with (None: the file's kind settles it) and what to say about it."""
    if spec.encoding:
        return spec.encoding, []
    found = dbf_encoding(spec.file, layer)
    return (None, []) if found is None else (found.name, [found.remark] if found.remark else [])


def _read_gdal(path: Path, layer: str, encoding: str | None) -> Read:
    try:
        meta, _, wkb, columns = pyogrio.raw.read(
            path, layer=layer, encoding=encoding, datetime_as_string=True
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.GeometryError) as error:
        raise damaged(path, error) from None
    except (pyogrio.errors.DataLayerError, UnicodeDecodeError) as error:
        # one damaged record must not cost the layer
        rescued = read_records(path, layer, encoding)
        if rescued is None:
            raise damaged(path, error) from None
        return rescued
    fields = [str(f) for f in meta["fields"]]
    count = len(wkb) if wkb is not None else (len(columns[0]) if columns else 0)
    shapes, unreadable = _decode(wkb, count)
    data = pd.DataFrame(dict(zip(fields, columns, strict=True)), index=pd.RangeIndex(count))
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapes, index=data.index)), meta["crs"], unreadable


def _decode(wkb: Any, count: int) -> tuple[np.ndarray[Any, Any], dict[int, str]]:
    """Shapes from WKB; where that fails, record by record."""
    shapes = np.full(count, None, dtype=object)
    unreadable: dict[int, str] = {}
    if wkb is None:
        return shapes, unreadable
    try:
        return np.asarray(shapely.from_wkb(wkb)), unreadable
    except shapely.errors.ShapelyError:
        for i, one in enumerate(wkb):
            try:
                shapes[i] = shapely.from_wkb(one)
            except shapely.errors.ShapelyError as error:
                unreadable[i] = f"the shape cannot be decoded ({error})"
    return shapes, unreadable


def _read_parquet(path: Path) -> Read:
    try:
        frame = gpd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise damaged(path, error) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise LayerReadError(problems=[Problem(str(path), "holds no shapes", "deliver GeoParquet")])
    crs = frame.crs
    others = [c for c in frame.columns if c != frame.geometry.name and frame[c].dtype == "geometry"]
    frame = frame.drop(columns=others).reset_index(drop=True)
    return frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame, crs, {}


def _unlabelled_geojson(path: Path) -> bool:
    """Whether a GeoJSON file lacks the old `crs` member, which stands before or after the features."""
    if path.suffix.lower() not in {".geojson", ".json"}:
        return False
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(max(0, path.stat().st_size - _HEAD_BYTES))
        return not (_CRS_MEMBER.search(head) or _CRS_MEMBER.search(stream.read()))


def _plain(message: str) -> str:
    """A reader's warning in one line without its advice to programmers."""
    return message.split("To avoid accepting it")[0].strip().replace("\n", " ")
