"""Which files are understood, which layers they hold, and what they are named to GDAL."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath

import pyogrio

from eco_gis.errors import LayerReadError, Problem
from eco_gis.layers.corners.cells import sheets_in
from eco_gis.layers.formats.dbf import DbfEncoding, choose_encoding
from eco_gis.layers.formats.dxf import drawing_layers
from eco_gis.layers.formats.gdal import READ_ERRORS, damaged, quiet
from eco_gis.layers.formats.kml import EVERY_FOLDER
from eco_gis.layers.formats.shapefile import Parts, parts_of
from eco_gis.layers.formats.zipped import Member, is_zip, members, shapefile_parts
from eco_gis.layers.toml_table import did_you_mean, nearest
from eco_gis.text import Text

__all__ = ["damaged", "quiet"]

VECTOR_KINDS = (
    ".gpkg", ".shp", ".geojson", ".json", ".gdb", ".gdb.zip", ".shp.zip", ".zip", ".kml", ".kmz", ".fgb", ".parquet",
    ".geoparquet", ".dxf", ".topojson", ".txt", ".csv", ".xlsx",
)  # fmt: skip
"""Endings of the vector files that are read."""
PARQUET_KINDS = (".parquet", ".geoparquet")
DRAWING_KINDS = (".dxf",)
COORDINATE_KINDS = (".txt", ".csv", ".xlsx")
"""Survey files and tables of corners."""
FOLDER_KINDS = (".kml", ".kmz")
"""Drawings in folders that are one delivery: without a layer's name all are read."""
_CONVERT = {
    ".mdb": Text(
        "个人地理数据库：在 ArcGIS 中导出为文件地理数据库（.gdb）或 GeoPackage",
        "a personal geodatabase: export it from ArcGIS to a file geodatabase (.gdb) or GeoPackage",
    ),
    ".vct": Text(
        "VCT 交换文件：用建库软件或 ArcGIS 的 VCT 转换工具转为文件地理数据库（.gdb）或 Shapefile",
        "a VCT exchange file: convert it with the database software or a VCT tool of ArcGIS to .gdb or Shapefile",
    ),
    ".dwg": Text(
        "CAD 图：在 CAD 中另存为 DXF（2000 版或更新），或在 ArcGIS 中导出为 GeoPackage",
        "a CAD drawing: save it from the CAD as DXF (2000 or newer), or export it from ArcGIS to GeoPackage",
    ),
    ".rar": Text("解压后提交，或重新压缩为 .zip", "unpack it, or pack it again as .zip"),
    ".7z": Text("解压后提交，或重新压缩为 .zip", "unpack it, or pack it again as .zip"),
}
"""Kinds that planners have and no kept library reads → the conversion that works."""
RASTER_KINDS = (".tif", ".tiff", ".img", ".vrt")


def is_vector(path: Path) -> bool:
    """Whether the name ends like a vector file that can be read."""
    return path.name.lower().endswith(VECTOR_KINDS)


def is_parquet(path: Path) -> bool:
    """Whether the name ends like GeoParquet."""
    return path.name.lower().endswith(PARQUET_KINDS)


def require_file(path: Path) -> None:
    """Refuse a vector file that is missing or of another kind.

    Raises
    ------
    LayerReadError
        Naming the file and the way out.
    """
    if not path.exists():
        raise missing(path)
    if not is_vector(path):
        ending = Text(path.suffix, path.suffix) if path.suffix else Text("无扩展名", "no ending")
        what = Text(f"{ending.zh}：不是已知的矢量文件", f"{ending.en} is no known vector file")
        known = Text(f"可用：{'、'.join(VECTOR_KINDS)}", f"use one of: {', '.join(VECTOR_KINDS)}")
        remedy = _CONVERT.get(path.suffix.lower(), known)
        raise LayerReadError(problems=[Problem(str(path), what, remedy)])


def missing(path: Path) -> LayerReadError:
    """The error for a file that is not there; a file with nearly its name is proposed."""
    beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    if nearest(path.name, beside) is not None:
        remedy = did_you_mean(path.name, beside)
    else:
        remedy = Text(
            "将文件放到该处，或更正目录中的 `file`", "put the file there or correct `file` in the catalog"
        )
    return LayerReadError(problems=[Problem(str(path), Text("文件不存在", "the file is missing"), remedy)])


def layers_in(path: str | Path) -> list[str]:
    """Names of the spatial layers in a vector file, in the file's order.

    Raises
    ------
    LayerReadError
        The file is missing, damaged or of an unknown kind.
    """
    path = Path(path)
    require_file(path)
    if path.suffix.lower() == ".xlsx":
        return sheets_in(path)
    if is_parquet(path) or path.suffix.lower() in COORDINATE_KINDS:
        return [path.stem]
    with quiet():
        if path.name.lower().endswith(DRAWING_KINDS):
            return drawing_layers(path)
        return [one.name for one in _opened(path)]


@dataclass(frozen=True)
class Opened:
    """A layer of a file, and how GDAL reaches it."""

    name: str
    """As people and the catalog know it."""
    source: str | Path
    """What GDAL opens."""
    layer: str
    """The layer's name in there."""
    member: Member | None = None
    """Where it lies in an archive."""

    @property
    def shapefile(self) -> bool:
        """Whether it is a Shapefile, zipped or not."""
        return self.member.is_shapefile if self.member else Path(self.source).suffix.lower() == ".shp"

    def shapefile_parts(self) -> Parts:
        """Contents of the Shapefile's files by ending."""
        return shapefile_parts(self.member) if self.member else parts_of(Path(self.source))


def opened(path: Path, layer: str) -> Opened:
    """How GDAL reaches a layer that `choose_layer` gave."""
    if not is_zip(path):
        return Opened(layer, path, layer)
    return next(one for one in _opened(path) if one.name == layer)


def _opened(path: Path) -> list[Opened]:
    """Every spatial layer that GDAL finds in a file; tables without geometry (styles, code lists) are none."""
    if not is_zip(path):
        return [Opened(name, path, name) for name in _spatial(path, path)]
    found: list[Opened] = []
    for member in members(path):
        inside = _spatial(path, member.source)
        for layer in inside:
            own = layer if member.entry.lower().endswith(".gdb") or len(inside) > 1 else member.name
            taken = any(one.name == own for one in found)
            found.append(Opened(f"{member.name}/{layer}" if taken else own, member.source, layer, member))
    return found


def _spatial(path: Path, source: str | Path) -> list[str]:
    name = PurePath(source)
    if name.suffix.lower() == ".shp":
        # one layer, and a damaged index shall not hide it
        return [name.stem]
    try:
        return [str(name) for name, kind in pyogrio.list_layers(source) if kind is not None]
    except READ_ERRORS as error:
        raise damaged(path, error) from None


def choose_layer(path: Path, wanted: str | None) -> str:
    """The layer to read; without `wanted` the only one there is.

    Raises
    ------
    LayerReadError
        There is no such layer, or several and none is named.
    """
    names = layers_in(path)
    if path.name.lower().endswith(FOLDER_KINDS):
        wanted = wanted or EVERY_FOLDER
        names.append(EVERY_FOLDER)
    if wanted is None:
        if len(names) == 1:
            return names[0]
        what = Text("没有空间图层", "holds no spatial layer")
        if names:
            what = Text(
                f"含 {len(names)} 个图层：{'、'.join(names)}",
                f"holds {len(names)} layers: {', '.join(names)}",
            )
        remedy = Text("在目录中用 `layer` 指定一个", "name one with `layer` in the catalog")
        raise LayerReadError(problems=[Problem(str(path), what, remedy)])
    if is_parquet(path) or wanted in names:
        return wanted
    what = Text(f"没有图层 {wanted!r}", f"holds no layer {wanted!r}")
    raise LayerReadError(problems=[Problem(str(path), what, did_you_mean(wanted, names))])


def dbf_encoding(path: Path, layer: str) -> DbfEncoding | None:
    """How to read the attributes of a Shapefile, zipped or not; None for other files."""
    if path.suffix.lower() != ".shp" and not is_zip(path):
        return None
    one = opened(path, layer)
    return encoding_of(one.shapefile_parts()) if one.shapefile else None


def encoding_of(parts: Parts) -> DbfEncoding:
    """How to read the attributes of a Shapefile whose files are at hand."""
    return choose_encoding(parts.get(".dbf", b""), parts.get(".cpg", b"").decode("ascii", "ignore"))


def file_sha256(path: Path) -> str:
    """SHA-256 of a file; of a folder (FileGDB) over the sorted names and contents of its files.

    Of a Shapefile only the .shp counts.
    """
    digest = hashlib.sha256()
    members = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for member in members:
        if path.is_dir():
            digest.update(member.relative_to(path).as_posix().encode())
        with member.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
