"""Raster layers: what they are, and windows of their cells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from eco_gis.errors import LayerReadError, MissingCRSError, Problem
from eco_gis.geometry.crs import crs_name, transform_bounds
from eco_gis.geometry.zonal import Grid, Tile
from eco_gis.layers.classes import class_names
from eco_gis.layers.formats.sources import missing, quiet
from eco_gis.model.layer import LayerSpec
from eco_gis.model.role import CONTROL_ROLES
from eco_gis.text import Text

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class RasterInfo:
    """What a raster file says of itself."""

    path: Path
    crs: CRS
    width: int
    """Columns."""
    height: int
    """Rows."""
    bands: int
    cell_size: tuple[float, float]
    """Width and height of a cell in units of the CRS."""
    bounds: Box
    """West, south, east, north in units of the CRS."""
    nodata: float | None
    """Stored value of cells without data in the first band; None when not declared."""
    nodata_given: bool
    """Whether `nodata` stands in place of what the file says, for every band."""
    dtype: str
    """Number type of the first band."""
    grid: Grid
    """Where the cells lie."""

    @property
    def crs_name(self) -> str:
        """The CRS in words."""
        return crs_name(self.crs)


@dataclass(frozen=True)
class RasterWindow:
    """Cells of one band."""

    values: NDArray[Any]
    """(rows, columns), the first row in the north."""
    transform: Affine
    """From (column, row) to x, y of a cell's upper left corner, in `crs`."""
    crs: CRS
    nodata: float | None


def describe_raster(path: str | Path, *, crs: str | None = None, nodata: float | None = None) -> RasterInfo:
    """Describe a raster file.

    Parameters
    ----------
    crs, nodata
        Override what the file says.

    Raises
    ------
    LayerReadError
        The file is missing, damaged, no raster, or not drawn north up.
    MissingCRSError
        Neither the file nor `crs` says in which CRS it is.
    """
    path = Path(path)
    with _opened(path) as source:
        label = crs or (source.crs.to_wkt() if source.crs else None)
        if label is None:
            what = Text("未说明坐标系", "does not say in which CRS it is")
            remedy = Text(
                "在目录中写明 `crs`，如 crs = 'EPSG:4549'",
                "set `crs` in the catalog, for example crs = 'EPSG:4549'",
            )
            raise MissingCRSError(problems=[Problem(str(path), what, remedy)])
        cell = source.transform
        if cell.b or cell.d or cell.a <= 0 or cell.e >= 0:
            what = Text("栅格经过旋转或没有地理参考", "the raster is rotated or has no georeference")
            remedy = Text("重采样为正北朝上的格网", "resample it to a grid with north up")
            raise LayerReadError(problems=[Problem(str(path), what, remedy)])
        west, south, east, north = source.bounds
        return RasterInfo(
            path=path,
            crs=CRS.from_user_input(label),
            width=source.width,
            height=source.height,
            bands=source.count,
            cell_size=(float(cell.a), float(-cell.e)),
            bounds=(float(west), float(south), float(east), float(north)),
            nodata=nodata if nodata is not None or source.nodata is None else float(source.nodata),
            nodata_given=nodata is not None,
            dtype=str(source.dtypes[0]),
            grid=Grid.of(tuple(cell)[:6], (source.height, source.width), CRS.from_user_input(label)),
        )


def declared_raster(spec: LayerSpec, *, beside: Path) -> RasterInfo:
    """Describe the raster of a catalog's entry, with what the catalog says in place of the file.

    Raises
    ------
    LayerReadError, MissingCRSError
        As `describe_raster`.
    UsageError
        It is a control layer, and its table of classes, shipped or `beside` the catalog, is not sound.
    """
    if spec.classes and spec.role in CONTROL_ROLES:
        class_names(spec.classes, beside=beside)
    return describe_raster(spec.file, crs=spec.crs, nodata=spec.nodata)


@dataclass(frozen=True)
class RasterCells:
    """One band of an open file as cells for `eco_gis.geometry.zonal`, read window by window."""

    grid: Grid
    nodata: float | None
    """Value that stands for no data in what `read` gives; NaN always does."""
    _band: int
    _source: Any
    _scale: float
    _offset: float
    _masked: bool
    _stored_nodata: float | None

    def read(self, tile: Tile) -> NDArray[Any]:
        """(rows, columns) values of a window as the file means them: scaled, cells without data NaN or `nodata`.

        Raises
        ------
        LayerReadError
            The file is damaged there.
        """
        window = (tile.row, tile.row + tile.rows), (tile.column, tile.column + tile.columns)
        values = self._source.read(self._band, window=window)
        if self._masked:
            missing = self._source.read_masks(self._band, window=window) == 0
            values = np.where(missing, np.nan, values)
        if (self._scale, self._offset) == (1.0, 0.0):
            return np.asarray(values)
        missing = values == self._stored_nodata
        return np.where(missing, np.nan, values * self._scale + self._offset)


@contextmanager
def raster_cells(raster: RasterInfo | str | Path, *, band: int = 1) -> Iterator[RasterCells]:
    """Open one band for zonal statistics; memory follows the windows that are read.

    Parameters
    ----------
    raster
        A described raster (with the CRS the catalog may have given it) or a file.
    band
        Counted from 1.

    Raises
    ------
    LayerReadError
        The file is missing, damaged, no raster, not drawn north up, or has no such band.
    MissingCRSError
        The file does not say in which CRS it is.
    """
    info = raster if isinstance(raster, RasterInfo) else describe_raster(raster)
    if not 1 <= band <= info.bands:
        what = Text(f"没有第 {band} 波段，共 {info.bands} 个", f"has no band {band}, it has {info.bands}")
        remedy = Text("在目录中改写波段号", "name one of its bands")
        raise LayerReadError(problems=[Problem(str(info.path), what, remedy)])
    with _opened(info.path) as source:
        scale, offset = float(source.scales[band - 1]), float(source.offsets[band - 1])
        nodata = info.nodata if info.nodata_given else source.nodatavals[band - 1]
        plain = (scale, offset) == (1.0, 0.0)
        yield RasterCells(
            grid=info.grid,
            nodata=float(nodata) if plain and nodata is not None else None,
            _band=band,
            _source=source,
            _scale=scale,
            _offset=offset,
            _stored_nodata=nodata,
            _masked="per_dataset" in (flag.name for flag in source.mask_flag_enums[band - 1]),
        )


def read_window(raster: RasterInfo | str | Path, bounds: Box, crs: CRS, *, band: int = 1) -> RasterWindow:
    """The cells of one band that touch a box, clipped to the raster.

    Parameters
    ----------
    raster
        A described raster (with the CRS the catalog may have given it) or a file.
    bounds
        West, south, east, north in `crs`, which may differ from the raster's.

    Returns
    -------
    RasterWindow
        Without a row or column where the box misses the raster.

    Raises
    ------
    LayerReadError
        The file is missing, damaged or no raster.
    TransformRefusedError
        The way from `crs` to the raster's CRS would have to be guessed.
    """
    info = raster if isinstance(raster, RasterInfo) else describe_raster(raster)
    box = transform_bounds(bounds, crs, info.crs)
    with _opened(info.path) as source:
        columns, rows = info.grid.to_units(np.array([box[0], box[2]]), np.array([box[3], box[1]]))
        first_column, first_row = max(0, _floor(columns[0])), max(0, _floor(rows[0]))
        last_column = max(first_column, min(info.width, _ceil(columns[1])))
        last_row = max(first_row, min(info.height, _ceil(rows[1])))
        corner = source.transform * Affine.translation(first_column, first_row)
        if first_column == last_column or first_row == last_row:
            size = last_row - first_row, last_column - first_column
            values: NDArray[Any] = np.empty(size, dtype=source.dtypes[band - 1])
        else:
            values = source.read(band, window=((first_row, last_row), (first_column, last_column)))
    return RasterWindow(values, corner, info.crs, info.nodata)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A raster opened for reading, its failures told as `LayerReadError`."""
    # only catalogs with rasters wait for it
    import rasterio
    from rasterio.errors import RasterioError

    if not path.exists():
        raise missing(path)
    with quiet():
        try:
            with rasterio.open(path) as source:
                yield source
        except RasterioError as error:
            raise _damaged(path, error) from None


def _damaged(path: Path, error: BaseException) -> LayerReadError:
    what = Text(f"无法作为栅格读取：{error}", f"cannot be read as a raster: {error}")
    remedy = Text(
        "从数据源重新导出该栅格，或用副本恢复",
        "export the raster again from its source, or restore it from a copy",
    )
    return LayerReadError(problems=[Problem(str(path), what, remedy)])


def _floor(value: float) -> int:
    # a box on a cell's edge must not take the next cell because of rounding
    return int(np.floor(value + 1e-6))


def _ceil(value: float) -> int:
    return int(np.ceil(value - 1e-6))
