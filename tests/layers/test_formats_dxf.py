from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eco_gis.errors import LayerReadError, MissingCRSError
from eco_gis.layers.vector import layers_in, read_vector
from tests.layers.shapes import X0, Y0, spec_of

CRS = "EPSG:4549"


def polyline(layer: str, corners: list[tuple[float, ...]], *, closed: bool = True) -> str:
    """A light polyline of (x, y) or (x, y, bulge)."""
    vertices = "".join(f"10\n{c[0]}\n20\n{c[1]}\n" + (f"42\n{c[2]}\n" if len(c) > 2 else "") for c in corners)
    head = f"0\nLWPOLYLINE\n5\n{abs(hash((layer, *corners))) % 0xFFFF:X}\n100\nAcDbEntity\n8\n{layer}\n"
    return f"{head}100\nAcDbPolyline\n90\n{len(corners)}\n70\n{int(closed)}\n{vertices}"


def hatch(layer: str, rings: list[list[tuple[float, float]]]) -> str:
    paths = ""
    for n, ring in enumerate(rings):
        corners = "".join(f"10\n{x}\n20\n{y}\n" for x, y in ring)
        paths += f"92\n{2 if n else 3}\n72\n0\n73\n1\n93\n{len(ring)}\n{corners}97\n0\n"
    head = f"0\nHATCH\n5\nAB\n100\nAcDbEntity\n8\n{layer}\n100\nAcDbHatch\n10\n0\n20\n0\n30\n0\n210\n0\n220\n0\n230\n1\n"
    return f"{head}2\nSOLID\n70\n1\n71\n0\n91\n{len(rings)}\n{paths}75\n0\n76\n1\n98\n0\n"


def label(layer: str, text: str) -> str:
    return (
        f"0\nTEXT\n5\nFE\n100\nAcDbEntity\n8\n{layer}\n100\nAcDbText\n10\n{X0}\n20\n{Y0}\n40\n5\n1\n{text}\n"
    )


def circle(layer: str, radius: float) -> str:
    return (
        f"0\nCIRCLE\n5\nC1\n100\nAcDbEntity\n8\n{layer}\n100\nAcDbCircle\n10\n{X0}\n20\n{Y0}\n40\n{radius}\n"
    )


def drawing(
    path: Path, *entities: str, version: str = "AC1015", page: str = "ANSI_936", encoding: str = "gbk"
) -> Path:
    header = f"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\n{version}\n9\n$DWGCODEPAGE\n3\n{page}\n0\nENDSEC\n"
    text = header + "0\nSECTION\n2\nENTITIES\n" + "".join(entities) + "0\nENDSEC\n0\nEOF\n"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path


def corners(x: float, size: float = 100.0) -> list[tuple[float, float]]:
    return [(X0 + x, Y0), (X0 + x + size, Y0), (X0 + x + size, Y0 + size), (X0 + x, Y0 + size)]


@pytest.mark.parametrize(
    ("version", "page", "encoding"),
    [("AC1015", "ANSI_936", "gbk"), ("AC1024", "ANSI_936", "utf-8"), ("AC1015", "ANSI_1252", "gbk")],
)
def test_closed_polylines_and_hatches_of_a_drawing_layer(
    folder: Path, version: str, page: str, encoding: str
) -> None:
    hole = [(X0 + 220, Y0 + 20), (X0 + 250, Y0 + 20), (X0 + 250, Y0 + 50), (X0 + 220, Y0 + 50)]
    path = drawing(
        folder / "总图 2024.dxf",
        polyline("红线", corners(0)),
        hatch("红线", [corners(200), hole]),
        label("红线", "甲地块"),
        polyline("道路", [(X0, Y0), (X0 + 900, Y0)], closed=False),
        version=version, page=page, encoding=encoding,
    )  # fmt: skip
    assert layers_in(path) == ["红线"]
    raw = read_vector(spec_of(path, crs=CRS))
    assert raw.frame.geometry.area.tolist() == [10_000, 9_100]
    assert raw.frame["Layer"].tolist() == ["红线", "红线"] and not raw.unreadable
    assert any("1 point(s) or label(s) are no features" in str(n) for n in raw.notes)


def test_a_drawing_has_no_crs_and_is_asked(folder: Path) -> None:
    with pytest.raises(MissingCRSError, match="EPSG:4549"):
        read_vector(spec_of(drawing(folder / "a.dxf", polyline("0", corners(0)))))


def test_several_layers_with_areas_need_a_name(folder: Path) -> None:
    path = drawing(folder / "a.dxf", polyline("红线", corners(0)), polyline("农田", corners(300, 50)))
    with pytest.raises(LayerReadError, match="holds 2 layers: 红线, 农田"):
        read_vector(spec_of(path, crs=CRS))
    assert read_vector(spec_of(path, crs=CRS, layer="农田")).frame.geometry.area.tolist() == [2_500]


def test_an_open_line_among_areas_is_not_told_as_one(folder: Path) -> None:
    gap = [*corners(200), (X0 + 200, Y0 + 0.05)]
    again = [*corners(400), corners(400)[0]]
    path = drawing(
        folder / "a.dxf",
        polyline("红线", corners(0)), polyline("红线", gap, closed=False), polyline("红线", again, closed=False),
    )  # fmt: skip
    raw = read_vector(spec_of(path, crs=CRS))
    assert {n: why.en for n, why in raw.unreadable.items()} == {
        1: "the line is not closed: its ends are 0.050 apart"
    }
    assert raw.frame.geometry.isna().tolist() == [False, True, False]
    assert raw.frame.geometry[2].area == 10_000


def test_a_hatch_that_repeats_a_line_counts_once(folder: Path) -> None:
    path = drawing(folder / "a.dxf", polyline("红线", corners(0)), hatch("红线", [corners(0)]))
    raw = read_vector(spec_of(path, crs=CRS))
    assert len(raw.frame) == 1
    assert any("count once" in str(n) for n in raw.notes)


def test_curves_are_fine_and_told(folder: Path) -> None:
    bulged = [(X0, Y0, 1.0), (X0 + 100, Y0, 1.0)]
    for name, entity in (("弧", polyline("圆", bulged)), ("圆", circle("圆", 50))):
        raw = read_vector(spec_of(drawing(folder / f"{name}.dxf", entity), crs=CRS))
        assert raw.frame.geometry.area[0] == pytest.approx(np.pi * 2500, rel=4e-6)
        assert any("straight edges of 0.25°" in str(n) for n in raw.notes)
    plain = read_vector(
        spec_of(drawing(folder / "b.dxf", polyline("0", [(*c, 0.0) for c in corners(0)])), crs=CRS)
    )
    assert not any("0.25°" in str(n) for n in plain.notes)


def test_a_layer_of_lines_is_read_as_lines(folder: Path) -> None:
    path = drawing(folder / "a.dxf", polyline("道路", [(X0, Y0), (X0 + 900, Y0)], closed=False))
    raw = read_vector(spec_of(path, crs=CRS))
    assert raw.frame.geometry.length.tolist() == [900] and not raw.unreadable


def test_junk_is_refused(folder: Path) -> None:
    (folder / "a.dxf").write_bytes(b"\x00\xff no drawing" * 30)
    with pytest.raises(LayerReadError, match=r"a\.dxf"):
        read_vector(spec_of(folder / "a.dxf", crs=CRS))
