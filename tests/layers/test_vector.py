from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from eco_gis.errors import LayerReadError, MissingCRSError
from eco_gis.layers.vector import Raw, layers_in, read_vector
from tests.layers.shapes import X0, Y0, spec_of, square

Write = Callable[..., Path]


def told(raw: Raw) -> str:
    return "\n".join(map(str, raw.notes))


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson", "fgb", "gdb", "kml"])
def test_every_kind_gives_the_same_shapes(write: Write, ending: str) -> None:
    degrees = shapely.box(120.1, 29.1, 120.2, 29.2)
    path = write(f"红线_2024.{ending}", [degrees], crs="EPSG:4326", BSM=["甲"])
    raw = read_vector(spec_of(path))
    # a FileGDB rounds its coordinates
    assert shapely.symmetric_difference(raw.frame.geometry[0], degrees).area < 1e-9
    assert raw.crs.is_geographic
    assert layers_in(path) == [str(layers_in(path)[0])]


def test_geoparquet(folder: Path) -> None:
    path = folder / "红线.parquet"
    gpd.GeoDataFrame({"BSM": ["甲"]}, geometry=[square(0)], crs="EPSG:4549").to_parquet(path)
    raw = read_vector(spec_of(path))
    assert raw.frame.geometry[0].equals(square(0)) and raw.crs.to_epsg() == 4549
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(LayerReadError, match="cannot be read"):
        read_vector(spec_of(path))


def test_gbk_attributes_without_cpg_come_out_right_and_are_told(write: Write) -> None:
    path = write("红线.shp", [square(0)], encoding="GBK", 名称=["巍山镇"])
    path.with_suffix(".cpg").unlink()
    raw = read_vector(spec_of(path))
    assert raw.frame["名称"].tolist() == ["巍山镇"]
    assert "no .cpg file; attributes read as GB18030" in told(raw)


def test_encoding_of_the_catalog_wins(write: Write) -> None:
    path = write("a.shp", [square(0)], encoding="GBK", NAME=["巍山镇"])
    assert read_vector(spec_of(path, encoding="gbk")).frame["NAME"][0] == "巍山镇"
    path.with_suffix(".cpg").write_text("UTF-8")
    assert read_vector(spec_of(path)).frame["NAME"][0] == "巍山镇"


def test_zipped_shapefile_with_gbk_attributes(write: Write, folder: Path) -> None:
    path = write("红线.shp", [square(0)], encoding="GBK", NAME=["巍山镇"])
    archive = folder / "红线 交付.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for part in folder.glob("红线.*"):
            if part.suffix != ".cpg":
                out.write(part, part.name)
    raw = read_vector(spec_of(archive))
    assert raw.frame["NAME"][0] == "巍山镇" and raw.frame.geometry[0].equals(square(0))
    assert path.exists()


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        (square(0), "the central meridian has to be known"),
        (shapely.transform(square(0), lambda xy: xy + np.array([4e7, 0])), "EPSG:4528"),
        (shapely.box(120, 29, 121, 30), "EPSG:4490"),
        (shapely.box(29, 120, 30, 121), "latitude first"),
        (shapely.box(Y0, X0 + 4e7, Y0 + 1, X0 + 4e7 + 1), "exchanged"),
    ],
)
def test_missing_prj_is_refused_with_a_hint(write: Write, shape: Any, hint: str) -> None:
    path = write("红线.shp", [shape], A=[1])
    path.with_suffix(".prj").unlink()
    with pytest.raises(MissingCRSError) as error:
        read_vector(spec_of(path))
    text = str(error.value)
    assert "红线.shp" in text and "set `crs` in the catalog" in text and hint in text


def test_crs_of_the_catalog_overrides_and_is_told(write: Write) -> None:
    raw = read_vector(spec_of(write("a.gpkg", [square(0)]), crs="EPSG:4550"))
    assert raw.crs.to_epsg() == 4550 and "overrides the file's" in told(raw)


def test_a_label_that_cannot_be_true_is_refused(write: Write) -> None:
    prefixed = shapely.transform(square(0), lambda xy: xy + np.array([4e7, 0]))
    with pytest.raises(MissingCRSError, match="EPSG:4528"):
        read_vector(spec_of(write("prefix.gpkg", [prefixed], crs="EPSG:4549")))
    metres_in_geojson = write("metres.geojson", [square(0)], crs=None)
    with pytest.raises(MissingCRSError, match="cannot be in WGS 84"):
        read_vector(spec_of(metres_in_geojson))


def test_geojson_without_crs_is_wgs84_and_told(write: Write) -> None:
    bare = write("a.geojson", [shapely.box(120, 29, 121, 30)], crs=None)
    assert "RFC 7946" in told(read_vector(spec_of(bare)))
    labelled = write("b.geojson", [shapely.box(120, 29, 121, 30)], crs="EPSG:4490")
    raw = read_vector(spec_of(labelled))
    assert "RFC 7946" not in told(raw) and raw.crs.to_epsg() == 4490


def test_several_layers_need_a_name(write: Write) -> None:
    write("a.gpkg", [square(0)], layer="红线")
    path = write("a.gpkg", [square(1)], layer="开发边界")
    assert layers_in(path) == ["红线", "开发边界"]
    with pytest.raises(LayerReadError, match="holds 2 layers: 红线, 开发边界"):
        read_vector(spec_of(path))
    assert read_vector(spec_of(path, layer="开发边界")).frame.geometry[0].equals(square(1))
    with pytest.raises(LayerReadError, match="did you mean '开发边界'"):
        read_vector(spec_of(path, layer="城镇开发边界"))


def test_missing_file_names_its_neighbour(write: Write, folder: Path) -> None:
    write("redline_2024.gpkg", [square(0)])
    with pytest.raises(LayerReadError, match=r"did you mean 'redline_2024\.gpkg'"):
        read_vector(spec_of(folder / "redlin_2024.gpkg"))


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.zip", "a.gdb.zip", "a.kml", "a.parquet"])
def test_junk_is_refused_without_a_traceback(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"this is no layer" * 20)
    with pytest.raises(LayerReadError) as error:
        read_vector(spec_of(folder / name))
    assert error.value.__cause__ is None and name in str(error.value)


def test_unknown_kind_is_refused(folder: Path) -> None:
    (folder / "a.dwg").write_bytes(b"AC1015")
    with pytest.raises(LayerReadError, match="no known vector file"):
        read_vector(spec_of(folder / "a.dwg"))


def test_truncated_shp_leaves_null_shapes(write: Write) -> None:
    path = write("a.shp", [square(i) for i in range(6)], N=list(range(6)))
    path.write_bytes(path.read_bytes()[:-200])
    shapes = read_vector(spec_of(path)).frame.geometry
    assert shapes.isna().tolist() == [False] * 4 + [True] * 2


def test_truncated_dbf_is_read_record_by_record(write: Write) -> None:
    path = write("a.shp", [square(i) for i in range(6)], N=[f"甲{i}" for i in range(6)])
    dbf = path.with_suffix(".dbf")
    whole = dbf.read_bytes()
    dbf.write_bytes(whole[: len(whole) - 100])
    raw = read_vector(spec_of(path))
    good = [i for i in range(6) if i not in raw.unreadable]
    assert good == [0, 1, 2, 3] and len(raw.frame) == 6
    assert raw.frame["N"][good].tolist() == [f"甲{i}" for i in good]
    assert all(raw.frame.geometry[i].equals(square(i)) for i in good)
    assert raw.frame.geometry[list(raw.unreadable)].isna().all() and raw.crs.to_epsg() == 4549


def test_missing_shx_says_which_files_belong_together(write: Write) -> None:
    path = write("a.shp", [square(0)], A=[1])
    path.with_suffix(".shx").unlink()
    with pytest.raises(LayerReadError, match=r"\.shp \.shx \.dbf \.prj"):
        read_vector(spec_of(path))
    assert not path.with_suffix(".shx").exists()


def test_one_undecodable_shape_costs_only_itself(folder: Path) -> None:
    ring = [[120, 29], [121, 29], [121, 30]]
    shapes = [ring, [*ring, ring[0]]]
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [r]}}
        for r in shapes
    ]
    path = folder / "open ring.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    raw = read_vector(spec_of(path))
    assert list(raw.unreadable) == [0] and raw.frame.geometry[1].area == 0.5
    assert "Non closed ring" in told(raw)


def test_empty_layer_is_read(write: Write) -> None:
    raw = read_vector(spec_of(write("a.gpkg", [], A=[])))
    assert len(raw.frame) == 0 and raw.crs.to_epsg() == 4549


def test_curves_become_straight_edges(write: Write) -> None:
    path = write("circle.gpkg", [square(0)], SPATIAL_INDEX="NO", A=[1])
    # a circle of radius 50 m around (X0, Y0): little endian CURVEPOLYGON of one CIRCULARSTRING of 5 points
    around = [(X0 + 50, Y0), (X0, Y0 + 50), (X0 - 50, Y0), (X0, Y0 - 50), (X0 + 50, Y0)]
    ring = struct.pack("<BII10d", 1, 8, 5, *(v for point in around for v in point))
    wkb = struct.pack("<BII", 1, 10, 1) + ring
    with closing(sqlite3.connect(path)) as database, database:
        (blob,) = database.execute("SELECT geom FROM circle").fetchone()
        header = blob[:3] + b"\x01" + blob[4:8]
        database.execute("UPDATE circle SET geom = ?", (header + wkb,))
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'")
    raw = read_vector(spec_of(path))
    shape = raw.frame.geometry[0]
    assert shape.geom_type == "Polygon" and shape.area == pytest.approx(np.pi * 50**2, rel=4e-6)
    assert "holds curves: they became straight edges" in told(raw)
