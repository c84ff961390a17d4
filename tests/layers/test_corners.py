from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from eco_gis.errors import EcoGisError, LayerReadError, MissingCRSError
from eco_gis.layers.formats.sources import layers_in
from eco_gis.layers.proposal import spec_of_sites
from eco_gis.layers.vector import Raw, read_vector
from tests.layers.test_survey import BESIDE, E0, HOLE, N0, SHELL, SQUARE_M2, area, bare, stars, told

HEADINGS = ("地块编号", "地块名称", "圈号", "点号", "X坐标(m)", "Y坐标(m)")
Corners = Sequence[tuple[float, float]]
Rows = list[list[Any]]
Read = Callable[..., Raw]


def rows_of(plot: str, name: str, *rings: Corners) -> Rows:
    """One row per corner, rings closed."""
    return [
        [plot, name, ring, f"J{n}", N0 + y, E0 + x]
        for ring, corners in enumerate(rings, start=1)
        for n, (x, y) in [*enumerate(corners, start=1), (1, corners[0])]
    ]


TWO = [list(HEADINGS), *rows_of("A", "甲", SHELL, HOLE), *rows_of("B", "乙", BESIDE)]
TWO_M2 = SQUARE_M2 - 200 + 5000


def csv_text(rows: Rows, separator: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def _read(content: str | bytes | Rows, name: str = "界址点 表.csv", **changes: Any) -> Raw:
        path = tmp_path / name
        if path.suffix == ".xlsx":
            write_book(path, {"Sheet1": content})
        elif isinstance(content, list):
            path.write_text(csv_text(content), encoding="utf-8")
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read_vector(replace(bare(path), **changes))

    return _read


def write_book(path: Path, sheets: dict[str, Any]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.mark.parametrize("name", ["表.csv", "表.txt", "表.xlsx"])
def test_one_row_per_corner(read: Read, name: str) -> None:
    raw = read(TWO, name)
    assert raw.crs.to_epsg() == 4528 and area(raw) == pytest.approx(TWO_M2)
    assert raw.frame[["编号", "名称"]].to_numpy().tolist() == [["A", "甲"], ["B", "乙"]]
    assert len(raw.frame.geometry[0].interiors) == 1
    assert "holes are ring 2" in told(raw) and "taken as CGCS2000" in told(raw)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_any_encoding_and_separator(read: Read, encoding: str, separator: str) -> None:
    raw = read(csv_text(TWO, separator).replace("\n", "\r\n").encode(encoding))
    assert area(raw) == pytest.approx(TWO_M2) and raw.frame["名称"].tolist() == ["甲", "乙"]


@pytest.mark.parametrize(
    "headings",
    [
        ("plot", "plot name", "ring", "point no.", "Northing (m)", "Easting (m)"),
        ("宗地号", "项目名称", "环号", "界址点号", "纵坐标", "横坐标"),
        ("Parcel_ID", "name", "Ring", "id", "N", "E"),
        ("地块", "名称", "圈", "序号", "北坐标", "东坐标"),
        ("编号", "名称", "圈号", "点号", "X", "Y"),
        ("plot", "name", "ring", "no", "north", "east"),
    ],
)
def test_headings_in_both_languages(read: Read, headings: tuple[str, ...]) -> None:
    raw = read([list(headings), *TWO[1:]])
    assert area(raw) == pytest.approx(TWO_M2)
    assert raw.frame[["编号", "名称"]].to_numpy().tolist() == [["A", "甲"], ["B", "乙"]]


def test_columns_in_any_order_and_others_beside(read: Read) -> None:
    order = [5, 3, 0, 4, 2, 1]
    rows = [[*(row[i] for i in order), "公路", n] for n, row in enumerate(TWO)]
    rows[0][-2:] = ["地块用途", "边长"]
    raw = read(rows)
    assert area(raw) == pytest.approx(TWO_M2)
    assert raw.frame["地块用途"].tolist() == ["公路"] * 2 and "边长" not in raw.frame
    assert "differ within a plot are left out: 边长" in told(raw)


def test_without_headings_the_columns_are_told(read: Read) -> None:
    rows = [[row[0], *row[2:]] for row in TWO[1:]]
    raw = read(rows)
    assert area(raw) == pytest.approx(TWO_M2) and raw.frame["编号"].tolist() == ["A", "B"]
    assert "no headings: the columns are taken as plot, ring, corner, north, east" in told(raw)
    raw = read([row[3:] for row in TWO[1:6]])
    assert area(raw) == pytest.approx(SQUARE_M2) and "all corners are taken as one plot" in told(raw)


def test_the_catalog_names_columns_whose_headings_say_nothing(read: Read) -> None:
    rows = [["k", "m", "r", "c", "u", "v"], *TWO[1:]]
    with pytest.raises(LayerReadError, match="is no table of coordinates"):
        read([["k", "m", "r", "c", "u"], *(row[:5] for row in TWO[1:])])
    fields = {"plot": "k", "ring": "r", "corner": "c", "north": "u", "east": "v"}
    raw = read(rows, fields=fields)
    assert area(raw) == pytest.approx(TWO_M2) and raw.frame["编号"].tolist() == ["A", "B"]


def test_blank_cells_take_the_value_above_and_blank_rows_do_not_matter(read: Read) -> None:
    rows: Rows = [TWO[0]]
    for before, row in pairwise(TWO):
        rows += [
            [
                "" if old == new and i < 3 else new
                for i, (old, new) in enumerate(zip(before, row, strict=True))
            ]
        ]
        rows += [[""] * 6]
    raw = read(rows)
    assert area(raw) == pytest.approx(
        TWO_M2
    ) and "blank cells take the plot or ring of the row above" in told(raw)
    assert area(read(rows, "表.xlsx")) == pytest.approx(TWO_M2)


def test_titles_and_repeated_headings_part_plots(read: Read) -> None:
    head = ["点号", "X", "Y"]
    first, second = ([row[3:] for row in rows_of("", "", ring)] for ring in (SHELL, BESIDE))
    raw = read([["地块一"], head, *first, ["地块二"], head, *second, ["合计：1.5 公顷"]])
    assert raw.frame["编号"].tolist() == ["地块一", "地块二"] and area(raw) == pytest.approx(SQUARE_M2 + 5000)
    assert "合计：1.5 公顷" in told(raw)
    raw = read([head, *first, head, *second])
    assert len(raw.frame) == 2 and area(raw) == pytest.approx(SQUARE_M2 + 5000)
    page_break = [head, *first[:2], head, *first[2:]]
    assert area(read(page_break)) == pytest.approx(SQUARE_M2)


DMS = [(29, 30, 15.2), (29, 30, 25.2)], [(120, 30, 15.2), (120, 30, 25.2)]
"""South, north; west, east."""


@pytest.mark.parametrize(
    "form",
    [
        "{}°{}′{}″",
        "{}°{}'{}\"",
        "{}度{}分{}秒",
        "{} {} {}",
        "{}:{}:{}",
        "{}º{}’{}”",
        "{}°{}'{}''",
        "decimal",
        "degree",
    ],
)
@pytest.mark.parametrize("wide", [False, True])
def test_degrees_in_any_form(read: Read, form: str, wide: bool) -> None:
    def written(d: int, m: int, s: float) -> str:
        decimal = repr(d + m / 60 + s / 3600)
        text = {"decimal": decimal, "degree": f"{decimal}°"}.get(form) or form.format(d, m, s)
        signs = {ord("0") + i: ord("０") + i for i in range(10)} | {ord("."): "．"}
        return text.translate(signs) if wide else text

    (s, n), (w, e) = DMS
    rows = [["点号", "纬度B", "经度L"]]
    rows += [
        [str(i), written(*lat), written(*lon)]
        for i, (lat, lon) in enumerate([(s, w), (n, w), (n, e), (s, e)])
    ]
    raw = read(rows, "表.xlsx", crs="EPSG:4490")
    west, south, east, north = raw.frame.total_bounds
    assert (west, south) == pytest.approx((120.5042222222, 29.5042222222), abs=1e-10)
    assert (east, north) == pytest.approx((120.507, 29.507), abs=1e-10)
    how = "decimal degrees" if form in ("decimal", "degree") else "degrees, minutes, seconds"
    assert f"coordinates read as {how}" in told(raw)


def test_degrees_need_a_datum(read: Read) -> None:
    rows = [["点号", "纬度", "经度"], [1, 29.5, 120.5], [2, 29.6, 120.5], [3, 29.6, 120.6]]
    with pytest.raises(MissingCRSError, match="EPSG:4490 if they are CGCS2000"):
        read(rows)
    assert read([["坐标系：2000国家大地坐标系"], *rows]).crs.to_epsg() == 4490
    assert read([["点号", "纬度(WGS84)", "经度(WGS84)"], *rows[1:]]).crs.to_epsg() == 4326


@pytest.mark.parametrize(
    ("title", "code"),
    [("CGCS2000 3度带 中央子午线120°", 4549), ("国家2000坐标系 带号40", 4549), ("西安80坐标系 第40带", 2385)],
)
def test_titles_may_state_the_crs(read: Read, title: str, code: int) -> None:
    rows = [[title], ["点号", "X", "Y"], *([row[3], row[4], row[5] - 4e7] for row in TWO[1:6])]
    assert read(rows).crs == CRS.from_epsg(code)
    with pytest.raises(MissingCRSError, match="central meridian has to be known"):
        read(rows[1:])


def test_exchanged_columns_are_refused_until_the_catalog_says_so(read: Read) -> None:
    rows = [["点号", "X", "Y"], *([row[3], row[5], row[4]] for row in TWO[1:6])]
    with pytest.raises(LayerReadError, match="name the columns 'north, east'"):
        read(rows)
    raw = read(rows, swap_xy=True)
    assert raw.crs.to_epsg() == 4528 and area(raw) == pytest.approx(SQUARE_M2)
    assert raw.frame.total_bounds[1] == N0
    degrees = [["id", "X", "Y"], [1, 120.5, 29.5], [2, 120.6, 29.5], [3, 120.6, 29.6]]
    with pytest.raises(LayerReadError, match="latitude and longitude seem to be exchanged"):
        read(degrees, crs="EPSG:4490")


def test_well_known_text(read: Read) -> None:
    shapes = [shapely.box(E0, N0, E0 + 100, N0 + 100), shapely.box(E0 + 200, N0, E0 + 300, N0 + 50)]
    rows = [["编号", "名称", "WKT"], ["A", "甲", shapes[0].wkt], ["B", "乙", shapes[1].wkt], ["C", "丙", ""]]
    for name in ("表.csv", "表.xlsx"):
        raw = read(rows, name)
        assert raw.crs.to_epsg() == 4528 and raw.frame["名称"].tolist() == ["甲", "乙", "丙"]
        assert raw.frame.geometry[2] is None and raw.frame.geometry[1].equals(shapes[1])
    assert read([rows[0], ["A", "甲", f"SRID=4528;{shapes[0].wkt}"]]).crs.to_epsg() == 4528
    with pytest.raises(LayerReadError, match=r":2: .*the WKT cannot be read"):
        read([rows[0], ["A", "甲", "POLYGON((1 2,3"]])
    turned = shapely.transform(shapes[0], lambda xy: xy[:, ::-1]).wkt
    with pytest.raises(LayerReadError, match="x of a WKT has to be the easting"):
        read([rows[0], ["A", "甲", turned]])


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        (4, "abc", "a coordinate is no number: 'abc'"),
        (4, "", "a coordinate is no number: ''"),
        (4, "120,500", "a coordinate is no number"),
        (4, "335010000000", "cannot be coordinates"),
        (5, "520100", "cannot be coordinates|different zones"),
        (4, "29°75′00″", "a coordinate is no number"),
        (4, "29.5", "cannot be coordinates"),
        (4, "40520000", "cannot be coordinates"),
    ],
)
@pytest.mark.parametrize("name", ["表.csv", "表.xlsx"])
def test_damage_is_named_with_its_row(read: Read, name: str, column: int, value: str, why: str) -> None:
    rows = [list(row) for row in TWO]
    rows[2][column] = value
    with pytest.raises((LayerReadError, MissingCRSError), match=why) as error:
        read(rows, name)
    assert isinstance(error.value, MissingCRSError) or error.value.problems[0].where.endswith(f"{name}:3")


def test_a_corner_without_coordinates_is_not_left_out(read: Read) -> None:
    rows = [list(row) for row in TWO]
    rows[2][4] = rows[2][5] = ""
    with pytest.raises(LayerReadError, match=r":3: .*has no coordinates"):
        read(rows)


def test_a_missing_corner_number_is_told(read: Read) -> None:
    rows = [row for row in TWO if row[3] != "J2" or row[0] != "A"]
    assert "plot A: corner numbers skip 2" in told(read(rows[:4]))


def test_numbers_as_text(read: Read) -> None:
    rows = [[*row[:4], f" {row[4]:,.3f}", f"'{row[5]:.3f}"] for row in TWO[1:]]
    assert area(read([list(HEADINGS), *rows], "表.xlsx")) == pytest.approx(TWO_M2)
    german = [
        [*row[:4], f"{row[4]:.3f}".replace(".", ","), f"{row[5]:.3f}".replace(".", ",")] for row in TWO[1:]
    ]
    assert area(read(csv_text([list(HEADINGS), *german], ";"))) == pytest.approx(TWO_M2)


def test_sheets_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "成果 表.xlsx"
    write_book(path, {"说明": [["本表由某院编制"]], "坐标": TWO, "空": []})
    assert layers_in(path) == ["坐标"]
    spec = spec_of_sites(path)
    assert spec.layer == "坐标" and spec.fields == {"id": "编号", "name": "名称"}
    write_book(path, {"一": TWO, "二": TWO})
    with pytest.raises(LayerReadError, match="holds 2 layers: 一, 二"):
        spec_of_sites(path)


@pytest.mark.parametrize("content", ["", "你好\n", "a,b,c\n1,2,3\n", "点号,X,Y\n", "X,Y\n1\n"])
def test_tables_without_corners_are_refused(read: Read, content: str) -> None:
    with pytest.raises(LayerReadError):
        read(content)


@st.composite
def bent_tables(draw: st.DrawFn) -> tuple[str, bytes, float]:
    """A correct table of two plots, bent; its ending, bytes and true area."""
    plots = {"A": draw(stars((40_520_500.0, 3_350_500.0))), "B": draw(stars((40_522_500.0, 3_350_500.0)))}
    truth = sum(shapely.Polygon(corners).area for corners in plots.values())
    rows: Rows = [
        [plot, "1", f"J{n}", f"{y:.3f}", f"{x:.3f}"]
        for plot, corners in plots.items()
        for n, (x, y) in enumerate([*corners, corners[0]] if draw(st.booleans()) else corners, start=1)
    ]
    if draw(st.booleans()):
        rows = draw(st.permutations(rows))
    if not draw(st.integers(0, 3)):
        # without its last number a closed plot is sound in itself
        last = {plot: f"J{len(corners)}" for plot, corners in plots.items()}
        spare = [row for row in rows if row[2] != last[row[0]]]
        rows.remove(draw(st.sampled_from(spare)))
    if not draw(st.integers(0, 5)):
        rows = [[*row[:3], row[4], row[3]] for row in rows]
    head = draw(
        st.sampled_from([["地块", "圈号", "点号", "X", "Y"], ["plot", "ring", "no", "north", "east"], None])
    )
    if head:
        order = draw(st.permutations(range(5)))
        rows = [[row[i] for i in order] for row in [head, *rows]]
    for at in draw(st.lists(st.integers(0, len(rows)), max_size=3)):
        rows.insert(at, [""] * 5)
    if draw(st.integers(0, 3)) == 0:
        book, buffer = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(buffer)
        return ".xlsx", buffer.getvalue(), truth
    text = csv_text(rows, draw(st.sampled_from([",", "\t", ";", "|"])))
    return ".csv", text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "gbk", "utf-16"]))), truth


@given(bent_tables())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bent_tables_give_the_right_area_or_a_word(tmp_path: Path, bent: tuple[str, bytes, float]) -> None:
    ending, data, truth = bent
    path = tmp_path / f"弯{ending}"
    path.write_bytes(data)
    try:
        raw = read_vector(bare(path))
    except EcoGisError as error:
        assert error.problems
        return
    right = area(raw) == pytest.approx(truth, rel=1e-9)
    said = any(word in told(raw) for word in ("was not closed", "skip"))
    valid = bool(shapely.is_valid(np.asarray(raw.frame.geometry.array)).all())
    assert right or said or not valid or any(n.fatal for n in raw.notes), told(raw)


@pytest.mark.parametrize("rings", [1, 2, 3])
def test_a_closing_corner_written_twice_loses_no_ring(tmp_path: Path, rings: int) -> None:
    rows = [["地块", "圈号", "点号", "X", "Y"]]
    sides = [100 * (n + 1) for n in range(rings)]
    for n, side in enumerate(sides):
        x, y = 3_350_000 + 500 * n, 40_520_000
        square = [(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]
        again = [(x, y)] if n == rings - 1 else []
        rows += [
            ["甲", "1", f"J{k + 1}", str(north), str(east)] for k, (north, east) in enumerate(square + again)
        ]
    path = tmp_path / "闭合.csv"
    path.write_text(csv_text(rows), encoding="utf-8")
    raw = read_vector(bare(path))
    assert area(raw) == pytest.approx(sum(side**2 for side in sides)) and len(raw.frame) == 1


@given(cut=st.floats(0, 1), flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 7)), max_size=3))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_cut_and_flipped_tables_never_crash(
    tmp_path: Path, ending: str, cut: float, flips: list[tuple[float, int]]
) -> None:
    path = tmp_path / f"损{ending}"
    if ending == ".csv":
        data = bytearray(csv_text(TWO).encode("gbk"))
    else:
        write_book(path, {"坐标": TWO})
        data = bytearray(path.read_bytes())
    data = data[: int(len(data) * cut)] if cut < 0.9 else data
    for at, bit in flips:
        if data:
            data[int(len(data) * at)] ^= 1 << bit
    path.write_bytes(bytes(data))
    try:
        raw = read_vector(bare(path))
    except EcoGisError as error:
        assert error.problems
        return
    assert len(raw.frame)
