from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import shapely

from eco_gis.errors import LayerReadError
from eco_gis.layers.proposal import spec_of_sites
from eco_gis.layers.vector import layers_in, read_vector
from tests.layers.shapes import spec_of

RING = "120,29,0 120.1,29,0 120.1,29.1,0 120,29,0"


def placemark(name: str, extra: str = "") -> str:
    ring = f"<outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<Placemark><name>{name}</name>{extra}<Polygon>{ring}</Polygon></Placemark>"


def kml(folder: Path, name: str, body: str) -> Path:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>项目</name>{body}</Document></kml>"
    )
    path = folder / name
    if path.suffix == ".kmz":
        with zipfile.ZipFile(path, "w") as out:
            out.writestr("doc.kml", text)
    else:
        path.write_text(text, encoding="utf-8")
    return path


DATA = '<ExtendedData><Data name="BSM"><value>7</value></Data></ExtendedData>'
FOLDERS = (
    f"<Folder><name>红线</name>{placemark('甲', DATA)}</Folder>"
    f"<Folder><name>农田</name><Folder><name>内层</name>{placemark('乙')}</Folder>{placemark('丙')}</Folder>"
    f"{placemark('丁')}"
)


@pytest.mark.parametrize("name", ["选址.kml", "选址.kmz"])
def test_every_folder_with_its_name(folder: Path, name: str) -> None:
    path = kml(folder, name, FOLDERS)
    raw = read_vector(spec_of(path))
    assert dict(zip(raw.frame["Name"], raw.frame["Folder"], strict=True)) == {
        "甲": "红线",
        "乙": "内层",
        "丙": "农田",
        "丁": "项目",
    }
    assert raw.frame["BSM"].dropna().tolist() == ["7"]
    assert raw.crs.to_epsg() == 4326 and raw.frame.geometry.notna().all()
    assert set(raw.frame.columns) == {"Name", "Folder", "BSM", "geometry"}


def test_one_folder_by_name(folder: Path) -> None:
    path = kml(folder, "a.kml", FOLDERS)
    assert set(layers_in(path)) == {"项目", "红线", "农田", "内层"}
    assert read_vector(spec_of(path, layer="内层")).frame["Name"].tolist() == ["乙"]
    with pytest.raises(LayerReadError, match="holds no layer"):
        read_vector(spec_of(path, layer="林地"))


def test_a_drawing_is_one_file_of_sites(folder: Path) -> None:
    spec = spec_of_sites(kml(folder, "选址.kml", FOLDERS))
    assert len(read_vector(spec).frame) == 4 and spec.fields["name"] == "Name"


def test_two_folders_of_one_name_are_both_read(folder: Path) -> None:
    twin = f"<Folder><name>地块</name>{placemark('甲')}</Folder><Folder><name>地块</name>{placemark('乙')}</Folder>"
    frame = read_vector(spec_of(kml(folder, "a.kml", twin))).frame
    assert frame["Name"].tolist() == ["甲", "乙"] and not shapely.is_empty(frame.geometry.array).any()


def test_a_cut_drawing_is_refused(folder: Path) -> None:
    path = kml(folder, "a.kml", FOLDERS)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(LayerReadError, match="cannot be read"):
        read_vector(spec_of(path))
