"""Vector layers of the catalog as their files give them, with a CRS that can be true."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
from pyproj import CRS

from eco_gis.errors import Problem
from eco_gis.layers.crs.labels import source_crs
from eco_gis.layers.crs.offsets import swapped, without_offset
from eco_gis.layers.crs.plane import Box, box_of
from eco_gis.layers.formats.postgis import parse_address, read_table
from eco_gis.layers.formats.readers import read_declared
from eco_gis.layers.formats.sources import file_sha256, layers_in, require_file
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text

__all__ = ["Raw", "file_sha256", "layers_in", "read_vector"]

_CRS_MEMBER = re.compile(rb'"crs"\s*:\s*\{')
_HEAD_BYTES = 1 << 16


@dataclass(frozen=True)
class Raw:
    """One layer as delivered; nothing is mended, moved or left out."""

    load: Callable[[], gpd.GeoDataFrame] = field(repr=False)
    """Gives `frame`."""
    crs: CRS
    """CRS of the shapes: the catalog's override, else the file's label."""
    count: int
    """Number of records."""
    box: Box | None
    """West, south, east, north of the finite shapes; None where there is none."""
    notes: tuple[Problem, ...] = ()
    unreadable: Mapping[int, Text] = field(default_factory=dict)
    """Records whose shape could not be decoded, with the reason."""
    key: str = ""
    """Stands for all that it was read from, where that is known."""

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """One row per record in file order (RangeIndex); a shape may be None."""
        return self.load()


def read_vector(spec: LayerSpec) -> Raw:
    """Read one vector layer of the catalog.

    Z and M values, where GDAL keeps them, are still there; curves are made of straight edges. The CRS is
    `spec.crs` where given, else the file's own; a GeoJSON that names none is in WGS 84 (RFC 7946). x and y
    are exchanged and a web-map offset is taken away where the catalog says so.

    Raises
    ------
    LayerReadError
        The file is missing, damaged or of an unknown kind, or the layer cannot be told.
    MissingCRSError
        No CRS is known, or the coordinates cannot be in the one that is named.
    TransformRefusedError
        A web-map offset is declared for survey data.
    """
    if spec.address:
        read = read_table(parse_address(spec.address, spec.layer))
    else:
        require_file(spec.file)
        read = read_declared(spec)
    frame = swapped(read.frame) if spec.swap_xy else read.frame
    crs, crs_remark = source_crs(spec, read.label, box_of(frame.geometry.array))
    remarks = list(read.remarks)
    if spec.crs is None and _unlabelled_geojson(spec.file):
        remarks.append(
            Text(
                "未写明坐标系：视为 WGS 84 经纬度（RFC 7946）",
                "names no CRS: taken as WGS 84 longitude and latitude (RFC 7946)",
            )
        )
    elif crs_remark:
        remarks.append(crs_remark)
    notes = [
        *(_note(spec, remark, _REMEDY, fatal=False) for remark in remarks),
        *(_note(spec, doubt, _RESTORE, fatal=True) for doubt in read.doubts),
    ]
    frame, crs = without_offset(frame, crs, spec)
    frame = frame.set_crs(crs, allow_override=True)
    box = box_of(frame.geometry.array)
    return Raw(lambda: frame, crs, len(frame), box, tuple(notes), read.unreadable)


def _note(spec: LayerSpec, said: Text, remedy: Text, *, fatal: bool) -> Problem:
    name = spec.file.name
    return Problem(spec.id, Text(f"{name}：{said.zh}", f"{name}: {said.to('en')}"), remedy, fatal=fatal)


_REMEDY = Text(
    "若无误则不必处理；否则在目录中写明 `crs` 或 `encoding`，或重新导出该图层",
    "nothing to do if that is right; else set `crs` or `encoding` in the catalog or export the layer again",
)

_RESTORE = Text(
    "从数据源重新导出该图层，或用副本恢复",
    "export the layer again from its source, or restore it from a copy",
)


def _unlabelled_geojson(path: Path) -> bool:
    """Whether a GeoJSON file lacks the old `crs` member, which stands before or after the features."""
    if path.suffix.lower() not in {".geojson", ".json"}:
        return False
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(max(0, path.stat().st_size - _HEAD_BYTES))
        return not (_CRS_MEMBER.search(head) or _CRS_MEMBER.search(stream.read()))
