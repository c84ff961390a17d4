"""Polygons of large files block by block, as coordinate arrays: memory follows the block, not the file.

For questions that ask areas only. A layer that is mapped, repaired or shown goes by way of
`eco_gis.layers.project`, which keeps every record and tells what a repair cost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from eco_gis.errors import LayerReadError, MissingCRSError, Problem
from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.datum import equivalent, horizontal
from eco_gis.geometry.overlay import PairTable, overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.rings import Rings
from eco_gis.geometry.wkb import rings_of_wkb
from eco_gis.layers.formats.gdal import READ_ERRORS, damaged, quiet
from eco_gis.layers.formats.sources import is_parquet, missing
from eco_gis.text import Text

ROWS = 65_536
"""Records in a block."""

KINDS = (".gpkg", ".parquet", ".geoparquet")
"""Endings of files that are read by columns. Of a FlatGeobuf with empty shapes GDAL gives columns that are wrong."""


@dataclass(frozen=True)
class Block:
    """Records of a file that follow one another."""

    first: int
    """Zero-based number of the first record."""
    regions: Regions
    """Their polygons on the plane; shapes are made only where they are asked for."""
    table: pd.DataFrame
    """The fields that were asked for, one row per record."""

    @property
    def lost(self) -> NDArray[np.intp]:
        """Numbers of records without a polygon: null, empty, lines or points."""
        return self.first + np.flatnonzero(self.regions.dimensions < 0)


def stream_polygons(
    path: Path,
    plane: Plane,
    *,
    layer: str | None = None,
    fields: Sequence[str] = (),
    crs: CRS | None = None,
    sound: bool = False,
    rows: int = ROWS,
) -> Iterator[Block]:
    """The polygons of a GeoPackage or a GeoParquet file, block by block, in file order.

    Parameters
    ----------
    plane
        Working plane. A file in another CRS is brought there block by block, edges densified first.
    layer
        Layer inside the file, where it holds several.
    fields
        Fields to read besides.
    crs
        Overrides what the file says.
    sound
        The polygons are known to be valid. Otherwise each is looked at, and an invalid one ends the reading:
        areas of it would be none.
    rows
        Records in a block.

    Raises
    ------
    LayerReadError
        The file is missing, damaged, of another kind, lacks a field, or holds invalid polygons (the first
        of a block are named).
    MissingCRSError
        Neither the file nor `crs` says in which CRS it is.
    TransformRefusedError
        The way to the plane would have to be guessed.
    """
    first = 0
    with _batches(path, layer, list(fields), rows) as (label, name, batches):
        source = crs or (CRS.from_user_input(label) if label else None)
        if source is None:
            what = Text("未说明坐标系", "does not say in which CRS it is")
            raise MissingCRSError(problems=[Problem(str(path), what, Text("给出 crs", "give crs"))])
        for batch in batches:
            try:
                rings = rings_of_wkb(*_bytes_of(batch.column(name)))
            except shapely.errors.ShapelyError as error:
                raise damaged(path, error) from None
            _refuse(_unusable(rings, sound=sound), path, first)
            yield Block(first, _on_plane(rings, source, plane), batch.select(list(fields)).to_pandas())
            first += len(batch)


def stream_overlaps(
    path: Path, others: Regions, *, layer: str | None = None, fields: Sequence[str] = (), **options: Any
) -> Iterator[tuple[Block, PairTable]]:
    """Common areas of a file's polygons with regions in memory, block by block.

    `a` of the pair table counts from the first record of its block. Everything else as in
    `stream_polygons`, on the plane of `others`.
    """
    for block in stream_polygons(path, others.plane, layer=layer, fields=fields, **options):
        yield block, overlap_pairs(block.regions, others, engine="cells")


@dataclass(frozen=True)
class Chosen:
    """Some records of a file."""

    numbers: NDArray[np.intp]
    """Their zero-based numbers, ascending."""
    regions: Regions
    """Their polygons on the plane."""


def chosen_polygons(
    path: Path, plane: Plane, wanted: NDArray[np.bool_], *, layer: str | None = None, rows: int = ROWS
) -> Iterator[Chosen]:
    """The polygons of some records, known to be valid from an earlier reading, in file order.

    Parameters
    ----------
    wanted
        (n,) for each record of the file, whether it is.

    Raises
    ------
    LayerReadError
        The file has another number of records than `wanted` says: it was changed since.
    """
    first = 0
    with _batches(path, layer, [], rows) as (label, name, batches):
        source = CRS.from_user_input(label)
        for batch in batches:
            numbers = np.flatnonzero(wanted[first : first + len(batch)])
            if len(numbers):
                rings = rings_of_wkb(*_bytes_of(batch.column(name).take(pyarrow.array(numbers))))
                yield Chosen(first + numbers, _on_plane(rings, source, plane))
            first += len(batch)
    if first != len(wanted):
        what = Text("文件在读取过程中被改动", "the file was changed while it was read")
        raise LayerReadError(
            problems=[
                Problem(
                    str(path), what, Text("不再改动后重新运行", "make the run again when nobody changes it")
                )
            ]
        )


@contextmanager
def _batches(
    path: Path, layer: str | None, fields: list[str], rows: int
) -> Iterator[tuple[Any, str, Iterator[Any]]]:
    """CRS, name of the geometry column and the record batches of a file."""
    if not path.exists():
        raise missing(path)
    if not path.name.lower().endswith(KINDS):
        what = Text(f"{path.suffix} 不能按列读取", f"{path.suffix} cannot be read by columns")
        remedy = Text(f"转为 {'、'.join(KINDS)} 之一", f"convert it to one of {', '.join(KINDS)}")
        raise LayerReadError(problems=[Problem(str(path), what, remedy)])
    try:
        if is_parquet(path):
            yield _parquet(path, fields, rows)
            return
        with (
            quiet(),
            pyogrio.raw.open_arrow(path, layer=layer, columns=fields, batch_size=rows, use_pyarrow=True) as (
                meta,
                reader,
            ),
        ):
            _require(path, fields, meta["fields"])
            yield meta["crs"], meta["geometry_name"] or "wkb_geometry", iter(reader)
    except (*READ_ERRORS, pyarrow.ArrowException) as error:
        raise damaged(path, error) from None


def _parquet(path: Path, fields: list[str], rows: int) -> tuple[Any, str, Iterator[Any]]:
    file = pyarrow.parquet.ParquetFile(path)
    about = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"null"))
    name = about and about["primary_column"]
    if not name or about["columns"][name]["encoding"] != "WKB":
        what = Text("不含 WKB 几何", "holds no shapes in WKB")
        raise LayerReadError(
            problems=[Problem(str(path), what, Text("请提交 GeoParquet", "deliver GeoParquet"))]
        )
    _require(path, fields, file.schema_arrow.names)
    # without a CRS, GeoParquet is in longitude and latitude
    label = about["columns"][name].get("crs", "OGC:CRS84")
    crs = CRS.from_json_dict(label) if isinstance(label, dict) else label
    return crs, name, file.iter_batches(batch_size=rows, columns=[*fields, name])


def _require(path: Path, fields: Sequence[str], there: Sequence[str]) -> None:
    absent = [field for field in fields if field not in list(there)]
    if absent:
        what = Text(f"没有字段 {'、'.join(absent)}", f"has no field {', '.join(absent)}")
        remedy = Text(f"可用：{'、'.join(there)}", f"use: {', '.join(there)}")
        raise LayerReadError(problems=[Problem(str(path), what, remedy)])


def _bytes_of(column: Any) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Bytes and offsets of a binary column; a null is of no length."""
    wide = column.cast(pyarrow.large_binary())
    if wide.null_count:
        wide = wide.fill_null(b"")
    _, ends, data = wide.buffers()
    offsets = np.frombuffer(ends, dtype=np.int64, count=len(wide) + 1, offset=8 * wide.offset)
    if data is None:
        return np.zeros(0, dtype=np.uint8), offsets
    return np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


def _on_plane(rings: Rings, source: CRS, plane: Plane) -> Regions:
    if equivalent(horizontal(source), plane.crs):
        return Regions.of_rings(rings, plane)
    return Regions.of_rings(Rings.of(transform(rings.shapes(), source, plane.crs)), plane)


def _unusable(rings: Rings, *, sound: bool) -> NDArray[np.intp]:
    """Records whose rings bound no area: coordinates that are no numbers, and else invalid polygons."""
    endless = np.flatnonzero(~np.isfinite(rings.xy).all(axis=1))
    if len(endless):
        ring = np.searchsorted(rings.ring, endless, side="right") - 1
        return np.unique(np.searchsorted(rings.feature, ring, side="right") - 1)
    return np.flatnonzero([] if sound else ~shapely.is_valid(rings.shapes()))


def _refuse(bad: NDArray[np.intp], path: Path, first: int) -> None:
    if len(bad):
        numbers = ", ".join(str(first + i) for i in bad[:5])
        what = Text(
            f"{len(bad)} 个多边形无效，记录号（从 0 起）{numbers}",
            f"{len(bad)} polygons are invalid, records (from 0) {numbers}",
        )
        remedy = Text("用 eco-gis check 查看并修复", "look at them with eco-gis check, and mend them")
        raise LayerReadError(problems=[Problem(str(path), what, remedy)])
