"""Which files are understood, which layers they hold, and what they are named to GDAL."""

from __future__ import annotations

import hashlib
import logging
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from eco_gis.errors import LayerReadError, Problem
from eco_gis.layers.dbf import DbfEncoding, choose_encoding
from eco_gis.layers.toml_table import did_you_mean

VECTOR_KINDS = (
    ".gpkg", ".shp", ".geojson", ".json", ".gdb", ".gdb.zip", ".shp.zip", ".zip", ".kml", ".kmz", ".fgb", ".parquet",
    ".geoparquet",
)  # fmt: skip
"""Endings of the vector files that are read."""
PARQUET_KINDS = (".parquet", ".geoparquet")
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
        near = (
            did_you_mean(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else ""
        )
        remedy = near if near.startswith("did") else "put the file there or correct `file` in the catalog"
        raise LayerReadError(problems=[Problem(str(path), "the file is missing", remedy)])
    if not is_vector(path):
        known = ", ".join(VECTOR_KINDS)
        raise LayerReadError(
            problems=[
                Problem(
                    str(path), f"{path.suffix or 'no ending'} is no known vector file", f"use one of: {known}"
                )
            ]
        )


def layers_in(path: str | Path) -> list[str]:
    """Names of the spatial layers in a vector file, in the file's order.

    Raises
    ------
    LayerReadError
        The file is missing, damaged or of an unknown kind.
    """
    path = Path(path)
    require_file(path)
    if is_parquet(path):
        return [path.stem]
    with quiet():
        try:
            found = pyogrio.list_layers(path)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError) as error:
            raise damaged(path, error) from None
    # tables without geometry (styles, code lists) are no layers
    return [str(name) for name, kind in found if kind is not None]


def choose_layer(path: Path, wanted: str | None) -> str:
    """The layer to read; without `wanted` the only one there is.

    Raises
    ------
    LayerReadError
        There is no such layer, or several and none is named.
    """
    names = layers_in(path)
    if wanted is None:
        if len(names) == 1:
            return names[0]
        what = f"holds {len(names)} layers: {', '.join(names)}" if names else "holds no spatial layer"
        raise LayerReadError(problems=[Problem(str(path), what, "name one with `layer` in the catalog")])
    if is_parquet(path) or wanted in names:
        return wanted
    raise LayerReadError(
        problems=[Problem(str(path), f"holds no layer {wanted!r}", did_you_mean(wanted, names))]
    )


def layer_table(path: Path, layer: str) -> pd.DataFrame:
    """The attributes of a layer without its shapes.

    Raises
    ------
    LayerReadError
        The attributes cannot be decoded.
    """
    found = dbf_encoding(path, layer)
    with quiet():
        try:
            meta, _, _, columns = pyogrio.raw.read(
                path,
                layer=layer,
                read_geometry=False,
                encoding=found.name if found else None,
                datetime_as_string=True,
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError) as error:
            raise damaged(path, error) from None
    return pd.DataFrame(dict(zip(map(str, meta["fields"]), columns, strict=True)))


def damaged(path: Path, error: BaseException) -> LayerReadError:
    """The error for a file that cannot be opened or decoded, in the reader's words without its hints."""
    said = str(error).split("; It might help")[0].strip().splitlines()
    detail = said[0] if said else type(error).__name__
    remedy = "export the layer again from its source, or restore it from a copy"
    if "SHAPE_RESTORE_SHX" in detail:
        detail, remedy = "its .shx file is missing", "deliver all files of the Shapefile: .shp .shx .dbf .prj"
    return LayerReadError(problems=[Problem(str(path), f"cannot be read: {detail}", remedy)])


def dbf_encoding(path: Path, layer: str) -> DbfEncoding | None:
    """How to read the attributes of a Shapefile, zipped or not; None for other files."""
    if path.suffix.lower() == ".shp":
        parts = {p.suffix.lower(): p for p in path.parent.glob(f"{_escaped(path.stem)}.*")}
        dbf = parts[".dbf"].read_bytes() if ".dbf" in parts else b""
        cpg = parts[".cpg"].read_bytes() if ".cpg" in parts else b""
        return choose_encoding(dbf, cpg.decode("ascii", "ignore"))
    if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = {n.lower(): n for n in archive.namelist()}
            stem = next((n[:-4] for n in names if n.endswith(".shp") and Path(n).stem == layer.lower()), None)
            if stem is None:
                return None
            dbf, cpg = (archive.read(names[stem + s]) if stem + s in names else b"" for s in (".dbf", ".cpg"))
            return choose_encoding(dbf, cpg.decode("ascii", "ignore"))
    return None


def _escaped(stem: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in stem)


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


@contextmanager
def quiet(level: int = logging.WARNING) -> Iterator[list[str]]:
    """Gather what the readers say instead of letting it reach the screen.

    Yields a list that messages of at least `level` join as they come; warnings join when the block ends.
    """
    said: list[str] = []
    handler = _Gatherer(said, level)
    loggers = [logging.getLogger(name) for name in ("pyogrio", "fiona", "rasterio")]
    before = [(log.propagate, log.level) for log in loggers]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for log in loggers:
            log.propagate = False
            log.setLevel(logging.WARNING)
            log.addHandler(handler)
        try:
            yield said
        finally:
            for log, (propagate, level) in zip(loggers, before, strict=True):
                log.propagate = propagate
                log.setLevel(level)
                log.removeHandler(handler)
            said += [str(w.message) for w in caught]
            said[:] = list(dict.fromkeys(said))


class _Gatherer(logging.Handler):
    def __init__(self, said: list[str], level: int) -> None:
        super().__init__(level)
        self._said = said

    def emit(self, record: logging.LogRecord) -> Any:
        self._said.append(record.getMessage())
