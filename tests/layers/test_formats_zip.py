from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

from eco_gis.errors import LayerReadError
from eco_gis.layers.proposal import propose_catalog, spec_of_sites
from eco_gis.layers.vector import layers_in, read_vector
from tests.layers.shapes import spec_of, square

Write = Callable[..., Path]


class GbkName(zipfile.ZipInfo):
    """A member as Chinese Windows packs it: the name in GBK, and no word of it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), 0


def pack(archive: Path, files: dict[str, Path], *, gbk: bool = False) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, path in files.items():
            info = GbkName(name) if gbk else zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, path.read_bytes())
    return archive


def shapefile(path: Path, inside: str, *, without: tuple[str, ...] = ()) -> dict[str, Path]:
    parts = path.parent.glob(f"{path.stem}.*")
    return {f"{inside}{p.name}": p for p in parts if p.suffix not in (".zip", *without)}


@pytest.mark.parametrize("gbk", [True, False])
@pytest.mark.parametrize("inside", ["", "交付/", "交付/2024 年/"])
def test_a_shapefile_in_folders_with_chinese_names(
    write: Write, folder: Path, gbk: bool, inside: str
) -> None:
    path = write("红线.shp", [square(0)], encoding="GBK", 名称=["巍山镇"])
    archive = pack(folder / "交付 2024.zip", shapefile(path, inside, without=(".cpg",)), gbk=gbk)
    assert layers_in(archive) == ["红线"]
    raw = read_vector(spec_of(archive))
    assert raw.frame["名称"].tolist() == ["巍山镇"] and raw.frame.geometry[0].equals(square(0))
    assert raw.crs.to_epsg() == 4549
    assert any("GB18030" in str(n) for n in raw.notes)


def test_a_zipped_cpg_that_lies(write: Write, folder: Path) -> None:
    path = write("红线.shp", [square(0)], encoding="GBK", NAME=["巍山镇"])
    path.with_suffix(".cpg").write_text("UTF-8")
    raw = read_vector(spec_of(pack(folder / "a.zip", shapefile(path, "红线/"))))
    assert raw.frame["NAME"].tolist() == ["巍山镇"]
    assert any("the .cpg says UTF-8" in str(n) for n in raw.notes)


@pytest.mark.parametrize("gbk", [True, False])
@pytest.mark.parametrize("name", ["库.zip", "库.gdb.zip"])
def test_a_geodatabase_in_a_folder(write: Write, folder: Path, gbk: bool, name: str) -> None:
    path = write("库.gdb", [square(0)], layer="红线", BSM=["甲"])
    other = gpd.GeoDataFrame({"BSM": ["乙"]}, geometry=[square(1)], crs="EPSG:4549")
    other.to_file(path, driver="OpenFileGDB", layer="开发边界", mode="a")
    archive = pack(folder / name, {f"交付/库.gdb/{p.name}": p for p in path.iterdir()}, gbk=gbk)
    assert layers_in(archive) == ["红线", "开发边界"]
    assert read_vector(spec_of(archive, layer="开发边界")).frame["BSM"].tolist() == ["乙"]


def test_equal_names_in_two_folders_are_told_apart(write: Write, folder: Path) -> None:
    path = write("红线.shp", [square(0)], A=[1])
    other = folder / "另"
    other.mkdir()
    gpd.GeoDataFrame({"A": [2]}, geometry=[square(1)], crs="EPSG:4549").to_file(other / "红线.shp")
    files = shapefile(path, "2023/") | shapefile(other / "红线.shp", "2024/")
    archive = pack(folder / "a.zip", files, gbk=True)
    assert layers_in(archive) == ["2023/红线", "2024/红线"]
    assert read_vector(spec_of(archive, layer="2024/红线")).frame["A"].tolist() == [2]
    with pytest.raises(LayerReadError, match="holds 2 layers"):
        read_vector(spec_of(archive))


def test_sites_and_proposals_reach_into_archives(write: Write, folder: Path) -> None:
    path = write("红线.shp", [square(0)], encoding="GBK", BSM=["甲"], STBHHXMC=["水源涵养"])
    pack(folder / "生态红线.zip", shapefile(path, "交付/"), gbk=True)
    for part in folder.glob("红线.*"):
        part.unlink()
    assert 'file = "生态红线.zip"' in propose_catalog(folder)
    assert spec_of_sites(folder / "生态红线.zip").layer == "红线"


def test_an_archive_without_layers_or_with_a_cut_member(write: Write, folder: Path) -> None:
    path = write("红线.shp", [square(i) for i in range(50)], A=list(range(50)))
    empty = pack(folder / "空.zip", {"说明.txt": path})
    with pytest.raises(LayerReadError, match="holds no spatial layer"):
        read_vector(spec_of(empty))
    archive = pack(folder / "a.zip", shapefile(path, ""))
    whole = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as packed:
        info = packed.getinfo("红线.shp")
    at = info.header_offset + 30 + len(info.filename.encode()) + info.compress_size // 2
    whole[at] ^= 0xFF
    archive.write_bytes(whole)
    with pytest.raises(LayerReadError, match=r"红线\.shp cannot be unpacked|cannot be read"):
        read_vector(spec_of(archive))
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LayerReadError, match="cannot be read"):
        read_vector(spec_of(archive))


@pytest.mark.parametrize(
    ("name", "way"), [("a.mdb", ".gdb"), ("a.vct", ".gdb"), ("a.dwg", "DXF"), ("a.rar", ".zip")]
)
def test_kinds_that_nothing_reads_name_the_conversion(folder: Path, name: str, way: str) -> None:
    (folder / name).write_bytes(b"AC1015")
    with pytest.raises(LayerReadError) as error:
        read_vector(spec_of(folder / name))
    assert way in error.value.problems[0].remedy.en and way in error.value.problems[0].remedy.zh
