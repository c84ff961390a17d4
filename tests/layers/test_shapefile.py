from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from eco_gis.layers.formats.shapefile import examine, parts_of
from eco_gis.layers.vector import Raw, read_vector
from tests.layers.shapes import spec_of, square

Write = Callable[..., Path]
COUNT = 6


@pytest.fixture
def shp(write: Write) -> Path:
    names = [f"甲{i}" for i in range(COUNT)]
    return write(
        "红线.shp", [square(i) for i in range(COUNT)], N=names, BSM=[2**53 + 1 + i for i in range(COUNT)]
    )


def patch(path: Path, at: int, content: bytes) -> None:
    whole = bytearray(path.read_bytes())
    whole[at : at + len(content)] = content
    path.write_bytes(whole)


def record(path: Path, n: int) -> int:
    """Where record n of the .shp begins."""
    return int(struct.unpack_from(">i", path.with_suffix(".shx").read_bytes(), 100 + 8 * n)[0]) * 2


def read(path: Path) -> Raw:
    raw = read_vector(spec_of(path))
    for i, shape in enumerate(raw.frame.geometry):
        assert (shape is None) == (i in raw.unreadable)
        assert shape is None or shape.equals(square(i))
    return raw


def doubts(raw: Raw) -> str:
    return "\n".join(str(n) for n in raw.notes if n.fatal)


def test_a_sound_file_has_nothing_to_say(shp: Path) -> None:
    account = examine(parts_of(shp))
    assert account.records == COUNT and not account.bad and not account.index
    assert not account.remarks and not account.doubts
    assert not read(shp).notes


@pytest.mark.parametrize(
    ("offset", "value", "why"),
    [
        (0, struct.pack(">i", 40), "disagree"),  # its number
        (4, struct.pack(">i", 20), "disagree"),  # its length
        (8, struct.pack("<i", 3), "not of the file's type"),
        (8 + 36, struct.pack("<i", 9), "counts of points or parts"),
        (8 + 40, struct.pack("<i", -5), "counts of points or parts"),
        (8 + 44, struct.pack("<i", 3), "counts of points or parts"),
    ],
)
def test_one_bad_record_costs_only_itself(shp: Path, offset: int, value: bytes, why: str) -> None:
    patch(shp, record(shp, 2) + offset, value)
    raw = read(shp)
    assert list(raw.unreadable) == [2] and why in raw.unreadable[2].en
    assert raw.frame["N"][2] == "甲2" and raw.frame["BSM"][2] == 2**53 + 3


def test_a_cut_shp_names_the_records_behind_the_cut(shp: Path) -> None:
    shp.write_bytes(shp.read_bytes()[: record(shp, 4) + 30])
    raw = read(shp)
    assert list(raw.unreadable) == [4, 5] and "ends within the record" in raw.unreadable[4].en
    assert "bytes and has" in doubts(raw)


@pytest.mark.parametrize("keep", [100 + 8 * 3, 100, 50, 0])
def test_a_cut_shx_is_made_anew(shp: Path, keep: int) -> None:
    shx = shp.with_suffix(".shx")
    before = shx.read_bytes()
    shx.write_bytes(before[:keep])
    raw = read(shp)
    assert not raw.unreadable and len(raw.frame) == COUNT
    assert any(".shx is damaged" in str(n) for n in raw.notes)
    assert shx.read_bytes() == before[:keep]


def test_a_shx_that_points_elsewhere_is_made_anew(shp: Path) -> None:
    # record 3 told as record 1: well formed, and wrong
    patch(shp.with_suffix(".shx"), 100 + 8 * 3, struct.pack(">i", record(shp, 1) // 2))
    assert not read(shp).unreadable


def test_rows_the_dbf_does_not_hold(shp: Path) -> None:
    dbf = shp.with_suffix(".dbf")
    _, header, width = struct.unpack_from("<IHH", dbf.read_bytes(), 4)
    dbf.write_bytes(dbf.read_bytes()[: header + 4 * width + 3])
    raw = read(shp)
    assert list(raw.unreadable) == [4, 5]


@pytest.mark.parametrize(("said", "lost"), [(4, [4, 5]), (9, [6, 7, 8])])
def test_a_dbf_header_that_counts_otherwise(shp: Path, said: int, lost: list[int]) -> None:
    patch(shp.with_suffix(".dbf"), 4, struct.pack("<I", said))
    raw = read(shp)
    assert list(raw.unreadable) == lost and len(raw.frame) == max(said, COUNT)
    assert raw.frame["BSM"][0] == 2**53 + 1


def test_an_absurd_count_is_told_in_one_line(shp: Path) -> None:
    patch(shp.with_suffix(".dbf"), 4, struct.pack("<I", 2**30 + COUNT))
    raw = read(shp)
    assert len(raw.frame) == COUNT and "1073741830" in doubts(raw)


def test_deleted_records_are_no_data_and_told(shp: Path) -> None:
    dbf = shp.with_suffix(".dbf")
    _, header, width = struct.unpack_from("<IHH", dbf.read_bytes(), 4)
    patch(dbf, header + 2 * width, b"*")
    raw = read_vector(spec_of(shp))
    assert raw.frame["N"].tolist() == ["甲0", "甲1", "甲3", "甲4", "甲5"] and not raw.unreadable
    assert any("marked as deleted" in str(n) for n in raw.notes)


def test_a_coordinate_outside_the_box_of_its_record_is_told(shp: Path) -> None:
    patch(shp, record(shp, 1) + 8 + 48 + 16, struct.pack("<d", 400_000.0))
    assert "do not fit the box" in doubts(read_vector(spec_of(shp)))


def test_without_dbf_the_shapes_are_there(shp: Path) -> None:
    shp.with_suffix(".dbf").unlink()
    raw = read(shp)
    assert not raw.unreadable and any(".dbf file is missing" in str(n) for n in raw.notes)
