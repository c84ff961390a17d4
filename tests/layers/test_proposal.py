from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from eco_gis.errors import LayerReadError, UsageError
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.project import load_layers
from eco_gis.layers.proposal import propose_catalog, spec_of_sites
from eco_gis.model.role import LayerRole
from tests.layers.shapes import square

Write = Callable[..., Path]


@pytest.fixture
def delivered(write: Write, folder: Path) -> Path:
    """A folder as counties deliver it."""
    two = [square(0), square(1)]
    (folder / "2024 年").mkdir()
    write("STBHHX_2024.shp", two, encoding="GBK", BSM=["1", "2"], HXBM=["A", "A"], HXMC=["东白山", "绕川"])
    write(
        "三调.gpkg",
        two,
        layer="DLTB",
        BSM=["1", "2"],
        DLBM=["0101", "0301"],
        DLMC=["水田", "乔木林地"],
        TBMJ=[1.0, 1.0],
    )
    write("三调.gpkg", two, layer="XZQ", XZQDM=["1", "2"], XZQMC=["巍山镇", "六石街道"], DCMJ=[1.0, 1.0])
    write("2024 年/城镇开发边界.gpkg", two, GHFQDM=["100", "200"], GHFQMC=["集中建设区", "弹性发展区"])
    write("县界.geojson", two, crs="EPSG:4549", XZQDM=["330783", "x"])
    write("水源保护区.shp", two, A=[1, 2]).with_suffix(".prj").unlink()
    write("随便.gpkg", two, A=[1, 2])
    (folder / "说明.docx").write_bytes(b"PK")
    (folder / "坏.gpkg").write_bytes(b"junk")
    with rasterio.open(
        folder / "土地覆盖2024.tif", "w", driver="GTiff", width=2, height=2, count=1, dtype="uint8", crs="EPSG:4549",
        transform=Affine(10, 0, 500_000, 0, -10, 3_200_040),
    ) as out:  # fmt: skip
        out.write(np.zeros((2, 2), np.uint8), 1)
    return folder


def test_the_proposal_loads_and_says_what_it_knows(delivered: Path) -> None:
    text = propose_catalog(delivered)
    path = delivered / "catalog.toml"
    path.write_text(text, encoding="utf-8")
    catalog = load_catalog(path)
    assert [(s.id, s.role) for s in catalog.layers] == [
        ("redline_2024", LayerRole.REDLINE),
        ("urban_boundary", LayerRole.URBAN_BOUNDARY),
        ("water_source", LayerRole.RESTRICTION),
        ("land_survey", LayerRole.LAND_SURVEY),
        ("land_cover_2024", LayerRole.LAND_COVER),
        ("township", LayerRole.TOWNSHIP),
        ("county", LayerRole.COUNTY),
    ]
    redline = catalog["redline_2024"]
    # HXBM repeats, so that it is no id
    assert dict(redline.fields) == {"id": "BSM", "name": "HXMC"} and redline.version == "2024"
    assert dict(catalog["urban_boundary"].fields) == {"name": "GHFQMC", "zone": "GHFQMC", "code": "GHFQDM"}
    assert catalog["land_survey"].layer == "DLTB" and catalog["land_survey"].fields["code"] == "DLBM"
    assert catalog["land_cover_2024"].raster and catalog["water_source"].restriction == "water_source"
    assert all(s.coverage is None and s.valid_from is None for s in catalog.layers)
    assert "sure: the name holds STBHHX and the fields fit" in text
    assert "# 坐标系不明：在目录中写明 `crs`" in text and "· CRS unknown: set `crs` in the catalog" in text
    assert '# coverage = "layer:county"   # 填写图层完整之处 · fill in' in text
    for file in (
        "随便.gpkg: 角色不明 · role unknown",
        "说明.docx: 不支持的文件类型 · no kind of file",
        "坏.gpkg: 无法读取",
    ):
        assert f"#   {file}" in text
    assert "· cannot be read" in text
    project = load_layers(catalog)
    assert [f.spec.id for f in project.faults] == ["water_source"]


def test_proposing_twice_gives_the_same_text(delivered: Path) -> None:
    assert propose_catalog(delivered) == propose_catalog(delivered)


def test_an_empty_folder_and_no_folder(folder: Path) -> None:
    assert "[[layer]]" not in propose_catalog(folder)
    with pytest.raises(UsageError, match="is no folder"):
        propose_catalog(folder / "none")


def test_a_site_file_gets_an_entry_of_its_own(write: Write, folder: Path) -> None:
    spec = spec_of_sites(write("选址 1号.shp", [square(0)], XMDM=["P1"], XMMC=["水库"], KD=[12.0]))
    assert (spec.id, spec.role) == ("选址 1号", LayerRole.PROJECT_SITE)
    assert dict(spec.fields) == {"id": "XMDM", "name": "XMMC", "width_m": "KD"}
    with pytest.raises(LayerReadError, match="missing"):
        spec_of_sites(folder / "none.shp")
