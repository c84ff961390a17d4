"""Cuts and flipped bits: every record is read or listed, and nothing but our own errors comes out.

`ECO_GIS_FUZZ` sets the number of damages per kind of file; the default keeps the suite quick.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from pyproj import CRS

from eco_gis.errors import EcoGisError
from eco_gis.geometry.crs import Plane
from eco_gis.layers.formats.sources import is_vector
from eco_gis.layers.prepare import prepare
from eco_gis.layers.vector import Raw, read_vector
from eco_gis.model.layer import Layer
from tests.layers.shapes import X0, Y0, spec_of, square

ROUNDS = int(os.environ.get("ECO_GIS_FUZZ", "25"))
COUNT = 12
PLANE = Plane.over(CRS.from_epsg(4549), (X0 - 5e4, Y0 - 5e4, X0 + 5e4, Y0 + 5e4))
CRS_OF = {".txt": "EPSG:4528", ".xlsx": "EPSG:4549"}
"""For kinds that do not say theirs."""
Damage = Callable[[bytes, random.Random], bytes]


def cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def flip(content: bytes, dice: random.Random) -> bytes:
    flipped = bytearray(content)
    # headers and indexes stand in front, and matter most
    reach = len(flipped) if dice.random() < 0.5 else min(len(flipped), 400)
    flipped[dice.randrange(reach)] ^= 1 << dice.randrange(8)
    return bytes(flipped)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sound files of every kind."""
    folder = tmp_path_factory.mktemp("完好")
    frame = gpd.GeoDataFrame(
        {"BSM": [f"甲{i}" for i in range(COUNT)], "MJ": [1.0] * COUNT},
        geometry=[square(i) for i in range(COUNT)],
        crs="EPSG:4549",
    )
    for ending in ("shp", "gpkg", "fgb", "geojson"):
        frame.to_file(folder / f"红线.{ending}")
    write_survey(folder / "红线.txt")
    write_table(folder / "红线.xlsx", frame)
    return folder


def write_survey(path: Path) -> None:
    lines = [
        "[属性描述]",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "带号=40",
        "计量单位=米",
        "精度=0.001",
        "[地块坐标]",
    ]
    for i in range(COUNT):
        lines.append(f"5,1.0,{i + 1},地块{i + 1},面,,,,@")
        corners = shapely.get_coordinates(square(i))
        lines += [f"J{n % 4 + 1},1,{y:.3f},{x + 40_000_000:.3f}" for n, (x, y) in enumerate(corners.tolist())]
    path.write_text("\n".join(lines), encoding="gbk")


def write_table(path: Path, frame: gpd.GeoDataFrame) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["地块", "点号", "X", "Y"])
    for number, shape in enumerate(frame.geometry, start=1):
        for n, (x, y) in enumerate(shapely.get_coordinates(shape).tolist(), start=1):
            book.active.append([f"地块{number}", f"J{n}", y, x])
    book.save(path)


def read_damaged(path: Path) -> tuple[Raw, Layer] | None:
    """What comes of a file; None where it is refused by one of our own errors."""
    try:
        spec = spec_of(path, crs=CRS_OF.get(path.suffix), accept_repair=True)
        raw = read_vector(spec)
        return raw, prepare(raw, spec, PLANE, coverage=None)
    except EcoGisError as error:
        assert error.problems or str(error)
        return None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("damage", [cut, flip])
@pytest.mark.parametrize(
    ("ending", "part", "counted"),
    [
        ("shp", "shp", True),
        ("shp", "shx", True),
        ("shp", "dbf", True),
        ("gpkg", "gpkg", True),
        ("fgb", "fgb", False),
        ("geojson", "geojson", False),
        ("txt", "txt", False),
        ("xlsx", "xlsx", False),
    ],
)
def test_damage(sound: Path, folder: Path, ending: str, part: str, counted: bool, damage: Damage) -> None:
    path = folder / f"红线.{ending}"
    if not is_vector(path):
        pytest.skip(f"no reader for .{ending}")
    dice = random.Random(f"{part} {damage.__name__}")
    whole = (sound / f"红线.{part}").read_bytes()
    for _ in range(ROUNDS):
        for beside in sound.glob("红线.*"):
            shutil.copy(beside, folder)
        (folder / f"红线.{part}").write_bytes(damage(whole, dice))
        result = read_damaged(path)
        if result is None:
            continue
        raw, layer = result
        assert len(layer) + len(layer.lost) == len(raw.frame)
        if counted and len(raw.frame) < COUNT:
            told = [str(n) for n in raw.notes]
            assert any(n.fatal for n in raw.notes) or any("deleted" in t for t in told), told
        good = [i for i in range(len(raw.frame)) if i not in {r.record for r in layer.lost}]
        if part == "shx":
            # the .shp is whole, so that the records that came are the ones that were written
            assert all(raw.frame.geometry[i].equals(square(i)) for i in good)
            assert good, "a damaged index costs no record that the .shp tells"
