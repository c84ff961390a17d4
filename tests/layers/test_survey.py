from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from eco_gis.errors import EcoGisError, LayerReadError, MissingCRSError, TransformRefusedError, UsageError
from eco_gis.geometry.crs import transform
from eco_gis.layers.proposal import propose_catalog, spec_of_sites
from eco_gis.layers.survey.decoding import text_lines
from eco_gis.layers.survey.findings import Findings
from eco_gis.layers.survey.writing import SurveyHeader, SurveyPlot, survey_text
from eco_gis.layers.survey.zone import ZONES, Said, grid_of, stated_crs
from eco_gis.layers.vector import Raw, read_vector

ROOT = Path(__file__).parents[2]
ZONE_40 = CRS.from_epsg(4528)
E0, N0 = 40_520_000.0, 3_350_000.0

SHELL = [(0.0, 0.0), (0.0, 100.0), (100.125, 100.0), (100.0, 0.0)]
HOLE = [(20.0, 20.0), (20.0, 40.0), (40.0, 40.0)]
BESIDE = [(200.0, 0.0), (200.0, 50.0), (300.0, 50.0), (300.0, 0.0)]
"""Corners as (east, north) from E0, N0."""

HEADER = """\
[属性描述]
格式版本号=1.01版本
数据产生单位=某测绘院
数据产生日期=2024-4-19
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.001
转换参数=0,0,0,0,0,0,0
[地块坐标]
"""

Corners = list[tuple[float, float]]


def corner_lines(*rings: Corners, east: float = E0) -> list[str]:
    return [
        f"J{n},{ring},{N0 + y:.3f},{east + x:.3f}"
        for ring, corners in enumerate(rings, start=1)
        for n, (x, y) in [*enumerate(corners, start=1), (1, corners[0])]
    ]


def plot(
    *rings: Corners, area: str = "1.0006", fields: str = "1,一号,面,,,", count: str = "", east: float = E0
) -> str:
    lines = corner_lines(*rings, east=east)
    return "\n".join([f"{count or len(lines)},{area},{fields},@", *lines]) + "\n"


SQUARE = HEADER + plot(SHELL)
SQUARE_M2 = 10_006.25


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Raw]:
    def _read(content: str | bytes, name: str = "地块 1.txt", **changes: Any) -> Raw:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read_vector(replace(spec_of_sites(path) if not changes else bare(path), **changes))

    return _read


def bare(path: Path) -> Any:
    from eco_gis.model.layer import LayerSpec
    from eco_gis.model.role import LayerRole

    return LayerSpec(id="plots", role=LayerRole.PROJECT_SITE, file=path)


def area(raw: Raw) -> float:
    return float(shapely.area(np.asarray(raw.frame.geometry.array)).sum())


def told(raw: Raw) -> str:
    return "\n".join(map(str, raw.notes))


Read = Callable[..., Raw]


def test_a_plain_file(read: Read) -> None:
    raw = read(SQUARE)
    assert raw.crs == ZONE_40 and not raw.notes
    assert shapely.get_coordinates(raw.frame.geometry[0]).tolist()[:2] == [[E0, N0], [E0, N0 + 100]]
    assert area(raw) == pytest.approx(SQUARE_M2)
    row = raw.frame.iloc[0]
    assert (row["编号"], row["名称"], row["图形属性"], row["declared_ha"]) == ("1", "一号", "面", 1.0006)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_gives_the_same_names(read: Read, encoding: str) -> None:
    raw = read(SQUARE.replace("\n", "\r\n").encode(encoding))
    assert raw.frame["名称"].tolist() == ["一号"] and area(raw) == pytest.approx(SQUARE_M2)
    assert ("GB18030" in told(raw)) == encoding.startswith("gb")


def test_damaged_utf8_is_not_taken_for_gbk(read: Read) -> None:
    data = bytearray(HEADER.replace("某测绘院", "某测绘院" * 9).encode() + plot(SHELL).encode())
    data[data.index("院".encode())] ^= 0x40
    with pytest.raises(LayerReadError, match="no UTF-8 text") as error:
        read(bytes(data))
    assert ":3: " in str(error.value)


def test_encoding_of_the_catalog_wins(read: Read) -> None:
    assert read(SQUARE.encode("big5", "replace"), encoding="big5").frame["编号"].tolist() == ["1"]
    with pytest.raises(LayerReadError, match="no ASCII text"):
        read(SQUARE, encoding="ascii")


def test_header_lines_in_any_order_missing_and_empty(read: Read) -> None:
    lines = HEADER.splitlines()[1:-1]
    turned = "\n".join(["[属性描述]", *reversed(lines), "[地块坐标]", ""]) + plot(SHELL)
    assert read(turned).crs == ZONE_40
    empty = re.sub("=.*", "=", HEADER) + plot(SHELL)
    raw = read(empty)
    assert raw.crs == ZONE_40 and "taken as CGCS2000" in told(raw)
    assert read(plot(SHELL)).crs == ZONE_40
    assert read("[扩展信息]\n随便什么\nA=1\n" + SQUARE).crs == ZONE_40


@pytest.mark.parametrize(
    "fields", ["1,一号,面,,,", "1,一号,面,H50,公路,1003", "1,一号,面,,,,,,,", "1,一号,面,,,,a,b,c,d"]
)
def test_nine_to_thirteen_fields(read: Read, fields: str) -> None:
    raw = read(HEADER + plot(SHELL, fields=fields))
    assert raw.frame["名称"].tolist() == ["一号"] and not raw.notes
    assert ("a" in raw.frame.to_numpy().tolist()[0]) == ("a" in fields)


def test_a_comma_in_the_name(read: Read) -> None:
    raw = read(HEADER + plot(SHELL, fields="1,东区,西区,面,,,"))
    assert raw.frame["名称"].tolist() == ["东区,西区"] and "holds a comma" in told(raw)


@pytest.mark.parametrize(
    ("header", "east", "code"),
    [
        ({}, E0, 4528),
        ({}, 520_000.0, 4549),
        ({"带号": ""}, E0, 4528),
        ({"几度分带": "6", "带号": "20"}, 20_520_000.0, 4498),
        ({"几度分带": "6", "带号": "20"}, 520_000.0, 4509),
        ({"几度分带": "", "带号": ""}, 20_520_000.0, 4498),
        ({"带号": "", "中央子午线": "120"}, 520_000.0, 4549),
        ({"坐标系": "1980西安坐标系"}, E0, 2364),
        ({"坐标系": "1980西安坐标系"}, 520_000.0, 2385),
        ({"坐标系": "北京54"}, E0, 2416),
        ({"坐标系": "1954北京坐标系", "几度分带": "6", "带号": "20"}, 520_000.0, 21460),
        ({"坐标系": "WGS84"}, E0, 4528),
    ],
)
def test_the_zone_comes_from_header_and_eastings(
    read: Read, header: dict[str, str], east: float, code: int
) -> None:
    text = HEADER
    for key, value in header.items():
        text = re.sub(f"{key}=.*\n", "", text).replace("[地块坐标]", f"{key}={value}\n[地块坐标]")
    raw = read(text + plot(SHELL, east=east))
    assert raw.crs == CRS.from_epsg(code)


@pytest.mark.parametrize("old_datum", ["1980西安坐标系", "1954北京坐标系"])
def test_old_datums_are_labelled_so_that_the_datum_law_refuses_them(read: Read, old_datum: str) -> None:
    raw = read(SQUARE.replace("2000国家大地坐标系", old_datum))
    with pytest.raises(TransformRefusedError):
        transform(raw.frame.geometry.array, raw.crs, CRS.from_epsg(4549))


def test_without_a_zone_the_crs_is_missing(read: Read) -> None:
    text = HEADER.replace("带号=40", "带号=") + plot(SHELL, east=520_000.0)
    with pytest.raises(MissingCRSError, match="central meridian has to be known"):
        read(text)
    raw = read(text, crs="EPSG:4549")
    assert raw.crs.to_epsg() == 4549 and area(raw) == pytest.approx(SQUARE_M2)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("带号=40", "带号=39", "zone number is 39, but eastings begin with 40"),
        ("几度分带=3", "几度分带=6", "no zone 40 of 6"),
        ("几度分带=3", "几度分带=1.5", "neither 3 nor 6"),
        ("2000国家大地坐标系", "某地方坐标系", "is unknown"),
        ("高斯克吕格", "兰勃特", "projection '兰勃特' is unknown"),
        ("精度=0.001", "中央子午线=117", "that of zone 40 is 120"),
        ("40520100.000", "39520100.000", "different zones: 39, 40"),
    ],
)
def test_contradictions_are_refused(read: Read, old: str, new: str, why: str) -> None:
    with pytest.raises(MissingCRSError, match=re.escape(why)):
        read(SQUARE.replace(old, new))


def test_a_contradiction_does_not_matter_where_the_catalog_names_the_crs(read: Read) -> None:
    raw = read(SQUARE.replace("带号=40", "带号=39"), crs="EPSG:4528")
    assert raw.crs == ZONE_40 and "zone number is 39" in told(raw)


def test_a_header_key_written_twice_is_refused(read: Read) -> None:
    with pytest.raises(LayerReadError, match="带号 stands twice: 40 and 41"):
        read(SQUARE.replace("带号=40", "带号=40\n带号=41"))


def test_all_zones_there_and_back() -> None:
    for datum in ("2000国家大地坐标系", "1980西安坐标系", "1954北京坐标系"):
        for width, numbers in ZONES.items():
            for zone in numbers:
                for east in (500_000.0, zone * 1e6 + 500_000.0):
                    said = Said(datum, str(width), str(zone))
                    crs, remarks = stated_crs(said, np.array([east]), False, "f")
                    assert crs is not None and not remarks
                    grid = grid_of(crs)
                    assert grid is not None and grid.crs == crs
                    assert (grid.datum.header, grid.width, grid.zone) == (datum, width, zone)
                    assert grid.prefixed == (east > 1e6)
                    assert (
                        f"zone {zone}" in crs.name
                        or f"CM {zone * 3 if width == 3 else zone * 6 - 3}E" in crs.name
                    )


def test_ring_numbers_mean_holes_or_parts_by_containment(read: Read) -> None:
    raw = read(HEADER + plot(SHELL, HOLE, BESIDE, area="1.4806"))
    shape = raw.frame.geometry[0]
    assert shape.geom_type == "MultiPolygon" and sum(len(p.interiors) for p in shape.geoms) == 1
    assert area(raw) == pytest.approx(SQUARE_M2 - 200 + 5000)
    assert "3 rings, by containment 2 part(s), holes are ring 2" in told(raw)


def test_a_hole_may_come_first_and_hold_an_island(read: Read) -> None:
    island = [(24.0, 28.0), (24.0, 36.0), (30.0, 36.0)]
    raw = read(HEADER + plot(HOLE, island, SHELL, area=""))
    assert area(raw) == pytest.approx(SQUARE_M2 - 200 + 24) and raw.frame.geometry[0].is_valid


def test_parts_under_one_ring_number_are_parted_where_they_close(read: Read) -> None:
    lines = [*corner_lines(SHELL), *corner_lines(BESIDE)]
    raw = read(HEADER + "\n".join([f"{len(lines)},1.5006,1,一号,面,,,,@", *lines]))
    assert area(raw) == pytest.approx(SQUARE_M2 + 5000) and "2 part(s)" in told(raw)


def test_crossing_rings_are_a_doubt(read: Read) -> None:
    across = [(x - 30, y + 20) for x, y in HOLE]
    raw = read(HEADER + plot(SHELL, across, area=""))
    assert any(n.fatal and "cross one another" in n.what.en for n in raw.notes)


def test_unclosed_rings_are_closed_and_told(read: Read) -> None:
    lines = corner_lines(SHELL)[:-1]
    raw = read(HEADER + "\n".join(["4,1.0006,1,一号,面,,,,@", *lines]))
    assert area(raw) == pytest.approx(SQUARE_M2) and "was not closed" in told(raw)


@pytest.mark.parametrize(
    ("area_text", "words", "doubt"),
    [
        ("1.0006", "", False),
        ("1.0006公顷", "", False),
        ("10006.25", "fits the corners is m²", False),
        ("10006.25平方米", "", False),
        ("15.01", "fits the corners is mu", False),
        ("15.01亩", "", False),
        ("1.0007", "difference +0.75 m²", False),
        ("1.0008", "difference +1.75 m²", True),
        ("1.00061", "difference -0.15 m²", False),
        ("2.0006", "difference +9,999.75 m²", True),
        ("很大", "is no number", True),
        ("", "", False),
    ],
)
def test_declared_areas(read: Read, area_text: str, words: str, doubt: bool) -> None:
    raw = read(HEADER + plot(SHELL, area=area_text))
    assert area(raw) == pytest.approx(SQUARE_M2)
    assert words in told(raw) and bool(raw.notes) == bool(words)
    assert any(n.fatal for n in raw.notes) == doubt


def test_without_a_precision_a_difference_is_a_remark(read: Read) -> None:
    raw = read(HEADER.replace("精度=0.001", "精度=") + plot(SHELL, area="2"))
    assert "difference +9,993.75 m²" in told(raw) and not any(n.fatal for n in raw.notes)


def test_exchanged_axes_are_refused_until_the_catalog_says_so(read: Read) -> None:
    exchanged = re.sub(r"(J\d+,\d+),([\d.]+),([\d.]+)", r"\1,\3,\2", SQUARE)
    with pytest.raises(LayerReadError, match=r"seem to be exchanged.*swap_xy = true"):
        read(exchanged)
    raw = read(exchanged, swap_xy=True)
    assert raw.crs == ZONE_40 and raw.frame.geometry[0].equals(read(SQUARE).frame.geometry[0])


def test_one_exchanged_corner_is_named_with_its_line(read: Read) -> None:
    with pytest.raises(LayerReadError, match=r"\.txt:15: .*seem to be exchanged") as error:
        read(SQUARE.replace("J2,1,3350100.000,40520000.000", "J2,1,40520000.000,3350100.000"))
    assert len(error.value.problems) == 1


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("J2,1,3350100.000,40520000.000", "J2,1,33501O0.000,40520000.000", "a coordinate is no number"),
        ("J2,1,3350100.000,40520000.000", "J2,1,3350100.000", "is no line of a corner"),
        ("J2,1,3350100.000,40520000.000", "J2,1,3350100,000,40520000,000", "is no line of a corner"),
        ("J2,1,3350100.000,40520000.000", "???", "is no line of a corner"),
        ("J2,1,3350100.000,40520000.000", "J2,1,3350100.000,29.5", "cannot be coordinates"),
        ("J2,1,3350100.000,40520000.000", "J2,1,29.5,120.5", "is in degrees, unlike the other corners"),
        ("J2,1,3350100.000,40520000.000", "J2,1,nan,inf", "a coordinate is no number"),
        ("J2,1,3350100.000,40520000.000\n", "", "says it has 5 corners, but 4 are there"),
        ("J2,1,", "J2\x01,1,", "holds control signs"),
        ("5,1.0006,1,一号,面,,,,@", "@", "a plot line of 2 fields"),
    ],
)
def test_damage_is_named_with_its_line(read: Read, old: str, new: str, why: str) -> None:
    assert old in SQUARE
    with pytest.raises(LayerReadError, match=re.escape(why)) as error:
        read(SQUARE.replace(old, new, 1))
    assert re.search(r"\.txt:1[35]$", error.value.problems[0].where)
    assert error.value.problems[0].remedy.zh and error.value.problems[0].remedy.en


def test_every_problem_is_listed_and_a_flood_is_cut(read: Read) -> None:
    with pytest.raises(LayerReadError) as error:
        read(SQUARE.replace("J2,1", "J2,x").replace("J3,1", "J3,?"))
    assert len(error.value.problems) == 2
    with pytest.raises(LayerReadError, match="40 problems; the first 20") as flood:
        read(SQUARE + "???\n" * 40)
    assert len(flood.value.problems) == 20


@pytest.mark.parametrize(
    "content", ["", "\n\n", HEADER, "你好\n世界\n", "5,1,1,a,面,,,,@\n", bytes(range(256)) * 9]
)
def test_files_without_corners_are_refused(read: Read, content: str | bytes) -> None:
    with pytest.raises(LayerReadError):
        read(content)


def test_lines_and_points(read: Read) -> None:
    line = "2,0,2,路,线,,,,@\nJ1,1,3350000.000,40520000.000\nJ2,1,3350000.000,40520100.000\n"
    point = "1,0,3,塔,点,,,,@\nJ1,1,3350000.000,40520000.000\n"
    raw = read(SQUARE + line + point)
    assert [g.geom_type for g in raw.frame.geometry] == ["Polygon", "LineString", "Point"]
    assert raw.frame.geometry[1].length == 100 and not raw.notes


def test_rows_out_of_order_are_joined_by_number_only_where_the_rows_are_no_ring(read: Read) -> None:
    lines = corner_lines(SHELL)[:-1]
    crossed = [lines[i] for i in (0, 2, 1, 3)]
    raw = read(HEADER + "\n".join(["4,1.0006,1,一号,面,,,,@", *crossed]))
    assert area(raw) == pytest.approx(SQUARE_M2) and "joined by corner numbers" in told(raw)
    shared = [re.sub("J.", f"J{n}", line) for n, line in zip((7, 3, 12, 9), lines, strict=True)]
    raw = read(HEADER + "\n".join(["4,1.0006,1,一号,面,,,,@", *shared]))
    assert area(raw) == pytest.approx(SQUARE_M2) and "order" not in told(raw)


def test_an_impossible_extent_is_a_doubt(read: Read) -> None:
    raw = read(SQUARE.replace("J3,1,3350100.000", "J3,1,5350100.000").replace(",1.0006,", ",,"))
    assert any(n.fatal and "far too large" in n.what.en for n in raw.notes)


def test_attributes_are_recognised_for_sites(tmp_path: Path) -> None:
    (tmp_path / "报部坐标.txt").write_text(SQUARE, encoding="gbk")
    spec = spec_of_sites(tmp_path / "报部坐标.txt")
    assert spec.fields == {"id": "编号", "name": "名称", "declared_ha": "declared_ha"}
    text = propose_catalog(tmp_path)
    assert 'role = "project_site"' in text and 'id = "编号"' in text


def test_writing_and_reading_keep_every_millimetre(read: Read) -> None:
    shapes = [
        shapely.MultiPolygon(
            [
                shapely.Polygon([(E0 + x, N0 + y) for x, y in SHELL], [[(E0 + x, N0 + y) for x, y in HOLE]]),
                shapely.Polygon([(E0 + x, N0 + y) for x, y in BESIDE]),
            ]
        ),
        shapely.LineString([(E0 + 0.001, N0), (E0 + 5.999, N0 + 1)]),
        shapely.Point(E0 + 0.5, N0 + 0.123),
    ]
    plots = [
        SurveyPlot(str(n), f"地块,{n}@\n甲", shape, sheet="H50", purpose="公路", land_class="1003")
        for n, shape in enumerate(shapes, start=1)
    ]
    header = SurveyHeader(ZONE_40, producer="某院", produced=date(2024, 4, 19))
    text = survey_text(plots, header)
    raw = read(text)
    assert raw.crs == ZONE_40 and "数据产生日期=2024-4-19" in text
    for shape, came in zip(shapes, raw.frame.geometry, strict=True):
        assert shapely.normalize(came).equals_exact(shapely.normalize(shape), 1e-9)
    assert raw.frame["名称"].tolist() == [f"地块、{n}＠ 甲" for n in (1, 2, 3)]
    assert raw.frame["地类编码"].tolist() == ["1003"] * 3
    assert [n.what.en for n in raw.notes if "rings" not in n.what.en] == []


def test_writing_refuses_what_has_no_place_in_the_file() -> None:
    box = shapely.box(0, 0, 1, 1)
    with pytest.raises(UsageError, match="no national 3° or 6° zone"):
        survey_text([SurveyPlot("1", "", box)], SurveyHeader(CRS.from_epsg(4490)))
    for shape in (None, shapely.Polygon(), shapely.GeometryCollection([box, shapely.Point(0, 0)])):
        with pytest.raises(UsageError):
            survey_text([SurveyPlot("1", "", shape)], SurveyHeader(ZONE_40))


@st.composite
def stars(
    draw: st.DrawFn, middle: tuple[float, float] = (520_500.0, 3_350_500.0)
) -> list[tuple[float, float]]:
    """Corners of a star-shaped plot to the millimetre, 20 m to 800 m wide."""
    count = draw(st.integers(4, 12))
    reach = draw(st.lists(st.integers(20_000, 400_000), min_size=count, max_size=count))
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + 0.3
    return [
        (round(middle[0] + r / 1000 * np.cos(a), 3), round(middle[1] + r / 1000 * np.sin(a), 3))
        for r, a in zip(reach, angles, strict=True)
    ]


ENCODINGS = ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le"]


@st.composite
def bent_surveys(draw: st.DrawFn) -> tuple[bytes, float]:
    """A correct file with one or more bends, and its true area."""
    corners = draw(stars())
    prefix = draw(st.sampled_from([0.0, 4e7]))
    truth = shapely.Polygon(corners).area
    lines = [f"J{n},1,{y:.3f},{prefix + x:.3f}" for n, (x, y) in enumerate(corners, start=1)]
    lines.append(lines[0])
    declared = draw(st.sampled_from(["ha", "m2", "", "wrong"]))
    number = {"ha": f"{truth / 1e4:.4f}", "m2": f"{truth:.2f}㎡", "": "", "wrong": "9.9"}[declared]
    head = [line for line in HEADER.splitlines()[1:-1] if draw(st.integers(0, 5))]
    head = draw(st.permutations(head))
    count = len(lines)
    title = draw(
        st.sampled_from([f"{count},{number},1,甲地块,面,,,,@", f"{count},{number},1,甲,乙,面,,,@", ""])
    )
    bends = draw(
        st.lists(st.sampled_from(["open", "drop", "shuffle", "swap", "name"]), unique=True, max_size=2)
    )
    for bend in bends:
        if bend == "open":
            twice = [i for i, line in enumerate(lines) if lines.count(line) == 2]
            lines = [line for i, line in enumerate(lines) if i not in twice[1:]]
        elif bend == "drop":
            # a last corner that is missing leaves a file that is sound in itself, unless it counts its corners
            last = f"J{len(corners)},"
            ends = len(lines) - (1 if title else 3)
            which = [i for i in range(1, ends + 1) if title or not lines[i].startswith(last)]
            if which:
                lines.pop(draw(st.sampled_from(which)))
        elif bend == "shuffle" and "name" not in bends:
            lines = draw(st.permutations(lines))
        elif bend == "swap":
            lines = [re.sub(r"(J\d+,1),(.*),(.*)", r"\1,\3,\2", line) for line in lines]
        elif bend == "name":
            lines = [line.split(",", 1)[1] for line in lines]
    separator = draw(st.sampled_from([",", "，", ", ", ";", "\t", " "]))
    lines = [line.replace(",", separator) for line in lines]
    text = ["[属性描述]", *head, "[地块坐标]", title, *lines]
    for at in draw(st.lists(st.integers(0, len(text)), max_size=4)):
        text.insert(at, draw(st.sampled_from(["", "   ", "\t"])))
    ending = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return ending.join(text).encode(draw(st.sampled_from(ENCODINGS))), truth


@given(bent_surveys())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bent_files_give_the_right_area_or_a_word(tmp_path: Path, bent: tuple[bytes, float]) -> None:
    data, truth = bent
    path = tmp_path / "弯.txt"
    path.write_bytes(data)
    try:
        raw = read_vector(bare(path))
    except EcoGisError as error:
        assert error.problems
        return
    said = any(word in told(raw) for word in ("was not closed", "skip", "difference"))
    right = area(raw) == pytest.approx(truth, rel=1e-9)
    assert right or said or any(n.fatal for n in raw.notes) or not raw.frame.geometry[0].is_valid, told(raw)


@given(cut=st.floats(0, 1), flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 7)), max_size=3))
@example(cut=1.0, flips=[])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_and_flipped_files_never_crash(
    tmp_path: Path, cut: float, flips: list[tuple[float, int]]
) -> None:
    data = bytearray((HEADER + plot(SHELL, HOLE, area="0.9806")).encode())
    data = data[: int(len(data) * cut)]
    for at, bit in flips:
        if data:
            data[int(len(data) * at)] ^= 1 << bit
    path = tmp_path / "损.txt"
    path.write_bytes(bytes(data))
    try:
        raw = read_vector(bare(path))
    except EcoGisError as error:
        assert error.problems
        return
    difference = abs(area(raw) - (SQUARE_M2 - 200))
    assert difference < 0.6 or raw.notes


def test_line_numbers_count_blank_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfa\r\n\r\n \r\nb\rc\n")
    assert text_lines(Findings(tmp_path / "a.txt"), None) == [(1, "a"), (4, "b"), (5, "c")]


def test_through_the_command_line(tmp_path: Path) -> None:
    inside = SQUARE.replace(",3350", ",3240").replace(",40520", ",40540")
    survey, table = tmp_path / "报部坐标.txt", tmp_path / "界址点.csv"
    survey.write_text(inside, encoding="gbk")
    corners = re.findall(r"(J\d),1,(.*),(.*)", inside)
    lines = ["地块,名称,点号,X,Y", *(f"T-1,二号,{j},{float(n) + 500:.3f},{e}" for j, n, e in corners)]
    table.write_text("\n".join(lines), encoding="utf-8-sig")
    catalog = ROOT / "layers" / "catalog.toml"
    options = ["--out", str(tmp_path / "out"), "--as-of", "2024-12-31", "--json", "--quiet"]
    done = subprocess.run(
        [*(sys.executable, "-m", "eco_gis", "site", survey, table, "--catalog", catalog), *options],
        capture_output=True,
        cwd=ROOT,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 1, done.stderr.decode("utf-8", "replace")  # both lie outside the urban boundary
    facts = {fact["id"]: fact["value"] for fact in json.loads(done.stdout)}
    assert facts["siting/1/planar_area"] == pytest.approx(SQUARE_M2, abs=1e-4)
    assert facts["siting/T-1/planar_area"] == pytest.approx(SQUARE_M2, abs=1e-4)
    assert facts["summary/sites"] == 2
