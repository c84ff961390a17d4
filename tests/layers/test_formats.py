from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from eco_gis.errors import MissingCRSError
from eco_gis.layers.formats.readers import layer_table
from eco_gis.layers.vector import layers_in, read_vector
from tests.layers.shapes import spec_of, square

Write = Callable[..., Path]
RING = [[120, 29], [121, 29], [121, 30], [120, 29]]


def geojson(path: Path, names: list[str], encoding: str) -> Path:
    shape = {"type": "Polygon", "coordinates": [RING]}
    features = [{"type": "Feature", "properties": {"NAME": n}, "geometry": shape} for n in names]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "names", "told"),
    [
        ("utf-8", ["巍山镇", "plain"], None),
        ("gbk", ["巍山镇", "plain"], "read as GB18030"),
        ("latin-1", ["Málaga", "plain"], "read as ISO-8859-1"),
    ],
)
def test_a_geojson_in_another_encoding_keeps_its_words(
    folder: Path, encoding: str, names: list[str], told: str | None
) -> None:
    path = geojson(folder / "红线.geojson", names, encoding)
    raw = read_vector(spec_of(path))
    assert raw.frame["NAME"].tolist() == names
    assert any("not in UTF-8" in str(n) for n in raw.notes) == bool(told)
    assert told is None or any(told in str(n) for n in raw.notes)
    assert layer_table(path, layers_in(path)[0])["NAME"].tolist() == names


@pytest.mark.parametrize("name", ["a.topojson", "a.json"])
def test_topojson_has_no_crs_and_is_asked(folder: Path, name: str) -> None:
    shape = {"type": "Polygon", "arcs": [[0]], "properties": {"名称": "甲"}}
    topology = {
        "type": "Topology",
        "arcs": [RING],
        "objects": {"红线": {"type": "GeometryCollection", "geometries": [shape]}},
    }
    path = folder / name
    path.write_text(json.dumps(topology, ensure_ascii=False), encoding="utf-8")
    assert layers_in(path) == ["红线"]
    with pytest.raises(MissingCRSError, match="look like degrees"):
        read_vector(spec_of(path))
    raw = read_vector(spec_of(path, crs="EPSG:4490"))
    assert raw.frame["名称"].tolist() == ["甲"] and raw.frame.geometry[0].area == 0.5


def test_records_a_geopackage_counts_and_lacks_are_lost(write: Write) -> None:
    path = write("a.gpkg", [square(i) for i in range(3)], N=["a", "b", "c"])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = 5")
    raw = read_vector(spec_of(path))
    assert len(raw.frame) == 5 and list(raw.unreadable) == [3, 4]
    assert "counts 5 records and only 3 came" in raw.unreadable[3].en
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = 2")
    raw = read_vector(spec_of(path))
    assert len(raw.frame) == 3 and list(raw.unreadable) == [2], "GDAL reads no more than the file counts"


def test_whole_numbers_stay_whole(write: Write) -> None:
    path = write("a.gpkg", [square(0)], N=np.array([2**53 + 1]))
    assert layer_table(path, "a")["N"].tolist() == [2**53 + 1]
