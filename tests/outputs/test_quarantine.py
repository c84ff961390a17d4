from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
from pyproj import CRS

from eco_gis.geometry.crs import Plane
from eco_gis.layers.prepare import prepare
from eco_gis.layers.vector import read_vector
from eco_gis.model.layer import Layer
from eco_gis.outputs.quarantine import COLUMNS, write_quarantine
from tests.layers.shapes import X0, Y0, spec_of, square


def layer(path: Path, shapes: list[object]) -> Layer:
    names = ["=cmd()", "甲, 乙", "丙"][: len(shapes)]
    frame = gpd.GeoDataFrame({"BSM": names, "MJ": [1.5, None, 2.0]}, geometry=shapes, crs="EPSG:4549")
    frame.to_file(path)
    spec = spec_of(path, fields={"id": "BSM"})
    plane = Plane.over(CRS.from_epsg(4549), (X0, Y0, X0 + 1000, Y0 + 1000))
    return prepare(read_vector(spec), spec, plane, coverage=None)


def test_every_lost_record_has_a_row(tmp_path: Path) -> None:
    found = layer(tmp_path / "红线.gpkg", [None, None, square(0)])
    path = tmp_path / "quarantine.csv"
    assert write_quarantine([found], path) == 2
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    assert tuple(head) == COLUMNS
    assert [r[:4] for r in rows] == [
        ["redline", "红线.gpkg", "1", "'=cmd()"],
        ["redline", "红线.gpkg", "2", "甲, 乙"],
    ]
    assert rows[0][5] == "the shape is null" and "MJ = 1.5" in rows[0][6]
    assert len(found) + len(rows) == 3


def test_nothing_lost_leaves_no_file(tmp_path: Path) -> None:
    sound = layer(tmp_path / "红线.gpkg", [square(0), square(1), square(2)])
    path = tmp_path / "quarantine.csv"
    path.write_text("old", encoding="utf-8")
    assert write_quarantine([sound], path) == 0 and not path.exists()
