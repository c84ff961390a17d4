from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from eco_gis.errors import LayerReadError, MissingCRSError
from eco_gis.geometry.zonal import zonal_statistics
from eco_gis.layers.raster import describe_raster, raster_cells, read_window

PLANE = CRS.from_epsg(4549)


def write(path: Path, crs: str | None = "EPSG:4549") -> Path:
    """Six columns and four rows of 10 m cells numbered from 0 at the north-west corner."""
    cells = np.arange(24, dtype=np.int16).reshape(4, 6)
    with rasterio.open(
        path, "w", driver="GTiff", width=6, height=4, count=1, dtype="int16", nodata=-1, crs=crs,
        transform=Affine(10, 0, 500_000, 0, -10, 3_200_040),
    ) as out:  # fmt: skip
        out.write(cells, 1)
    return path


def test_description(folder: Path) -> None:
    info = describe_raster(write(folder / "森林 2024.tif"))
    assert (info.width, info.height, info.bands, info.dtype, info.nodata) == (6, 4, 1, "int16", -1.0)
    assert info.cell_size == (10.0, 10.0) and info.bounds == (500_000, 3_200_000, 500_060, 3_200_040)
    assert info.crs_name.startswith("EPSG:4549")


def test_window_takes_the_cells_the_box_touches(folder: Path) -> None:
    path = write(folder / "a.tif")
    window = read_window(path, (500_010, 3_200_010, 500_035, 3_200_030), PLANE)
    assert window.values.tolist() == [[7, 8, 9], [13, 14, 15]]
    assert (window.transform.c, window.transform.f) == (500_010, 3_200_030)
    assert read_window(path, (499_000, 3_199_000, 501_000, 3_201_000), PLANE).values.shape == (4, 6)


def test_window_beside_the_raster_is_empty(folder: Path) -> None:
    window = read_window(write(folder / "a.tif"), (600_000, 3_200_000, 600_010, 3_200_010), PLANE)
    assert window.values.size == 0 and window.values.dtype == np.int16


def test_box_in_another_crs_is_moved(folder: Path) -> None:
    # the raster's western edge lies on the central meridian
    window = read_window(write(folder / "a.tif"), (119.9, 28.0, 120.00015, 30.0), CRS.from_epsg(4490))
    assert window.values.shape == (4, 2)


def test_faults_are_told(folder: Path) -> None:
    with pytest.raises(LayerReadError, match="missing"):
        describe_raster(folder / "none.tif")
    (folder / "junk.tif").write_bytes(b"II*\0 no raster")
    with pytest.raises(LayerReadError, match="cannot be read as a raster"):
        describe_raster(folder / "junk.tif")
    bare = write(folder / "bare.tif", crs=None)
    with pytest.raises(MissingCRSError, match="set `crs`"):
        describe_raster(bare)
    info = describe_raster(bare, crs="EPSG:4549")
    assert read_window(info, (500_000, 3_200_000, 500_010, 3_200_010), PLANE).values.tolist() == [[18]]


def test_truncated_raster_is_refused_when_its_cells_are_read(folder: Path) -> None:
    path = write(folder / "a.tif")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LayerReadError, match="cannot be read as a raster"):
        read_window(path, (500_000, 3_200_000, 500_060, 3_200_040), PLANE)


def test_cells_for_zonal_statistics(folder: Path) -> None:
    with raster_cells(write(folder / "森林 2024.tif")) as cells:
        table = zonal_statistics(cells, [shapely.box(500_005, 3_200_020, 500_020, 3_200_040)])
    assert (table.count[0], table.sum[0]) == (3, 0.5 * 0 + 1 + 0.5 * 6 + 7)


def test_scaled_and_masked_bands_give_what_the_file_means(folder: Path) -> None:
    path = write(folder / "ndvi.tif")
    with rasterio.open(path, "r+") as out:
        out.scales, out.offsets = (0.1,), (-1.0,)
        out.write(np.array([[-1, 20]], dtype=np.int16), 1, window=((0, 1), (0, 2)))
    whole = shapely.box(500_000, 3_200_030, 500_060, 3_200_040)
    with raster_cells(path) as cells:
        table = zonal_statistics(cells, [whole])
    assert (table.nodata[0], table.min[0], table.max[0]) == pytest.approx((1, -0.8, 1.0))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as out:
        out.nodata = None
        out.write_mask(np.arange(24).reshape(4, 6) != 3)
    with raster_cells(path) as cells:
        masked = zonal_statistics(cells, [whole])
    assert (masked.nodata[0], masked.min[0]) == pytest.approx((1, -1.1))


def test_a_band_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(LayerReadError, match="has no band 2"), raster_cells(write(folder / "a.tif"), band=2):
        pass


def test_damage_is_told_when_a_window_is_read(folder: Path) -> None:
    path = write(folder / "a.tif")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LayerReadError, match="cannot be read as a raster"), raster_cells(path) as cells:
        zonal_statistics(cells, [shapely.box(500_000, 3_200_000, 500_060, 3_200_040)])
