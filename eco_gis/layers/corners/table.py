"""Coordinate tables (界址点成果表): one row per corner, or one shape per row as WKT; xlsx, csv and txt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from eco_gis.layers.corners.cells import Row, sheet_rows, text_rows
from eco_gis.layers.corners.headings import COORDINATE_FIELDS, Heading, find_heading, settle, without_heading
from eco_gis.layers.formats.reading import Read
from eco_gis.layers.survey.axes import Written
from eco_gis.layers.survey.decoding import text_lines
from eco_gis.layers.survey.findings import Findings, shortened
from eco_gis.layers.survey.numbers import Value, coordinate, plain
from eco_gis.layers.survey.plots import crs_of, is_survey, read_survey
from eco_gis.layers.survey.rings import area_shape, corner_number, skipped_numbers
from eco_gis.layers.survey.zone import Said
from eco_gis.model.layer import LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

_EXCHANGED = Text(
    "X 应为北坐标（纵坐标）：把表头改为“北坐标、东坐标”或“纬度、经度”，或在目录中写 swap_xy = true",
    "X has to be the northing: name the columns 'north, east' or 'latitude, longitude', "
    "or set swap_xy = true in the catalog",
)
_HEADINGS = Text(
    "第一行写表头：地块, 圈号, 点号, X, Y（X 为北坐标），或用一列 WKT",
    "begin with headings: plot, ring, corner, X, Y (X is north), or use one column of WKT",
)
_SRID = re.compile(r"\s*SRID\s*=\s*(\d+)\s*;", re.IGNORECASE)


@dataclass
class _Plot:
    """Rows of one plot."""

    line: int
    number: str
    corners: list[Written] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    """Other columns → their different values."""


def read_coordinates(spec: LayerSpec, layer: str) -> Read:
    """Read a survey file, or a table of corners or WKT shapes, from .txt, .csv or .xlsx.

    Parameters
    ----------
    spec
        Of its keys `encoding`, `crs`, `swap_xy` matter, and of its field map plot, ring, corner, north,
        east and wkt, which name columns whose headings say nothing.
    layer
        Sheet of a workbook; without meaning for text.

    Raises
    ------
    LayerReadError
        A row is not understood, a plot has too few corners, X and Y seem exchanged; every problem with
        its row.
    MissingCRSError
        What the file says of its CRS contradicts itself or its eastings.
    """
    findings = Findings(spec.file)
    if spec.file.suffix.lower() == ".xlsx":
        return _read_rows(spec, sheet_rows(spec.file, layer, findings), findings)
    lines = text_lines(findings, spec.encoding)
    if is_survey(lines):
        return read_survey(spec, lines, findings)
    findings.stop()
    return _read_rows(spec, text_rows(lines, findings), findings)


def read_table_of_corners(path: Path, layer: str, encoding: str | None) -> Read:
    """Read a file of coordinates of which no catalog says anything."""
    spec = LayerSpec(id=path.stem, role=LayerRole.PROJECT_SITE, file=path, encoding=encoding)
    return read_coordinates(spec, layer)


def _read_rows(spec: LayerSpec, rows: Sequence[Row], findings: Findings) -> Read:
    heading, body = _columns(rows, spec, findings)
    findings.stop()
    words = " ".join(" ".join(cells) for _, cells in rows[: max(0, heading.row)]) + " " + heading.text
    if "wkt" in heading.columns:
        return _read_wkt(spec, heading, body, words, findings)
    plots = _plots(rows, heading, body, findings)
    corners = [c for p in plots for c in p.corners]
    if not corners and not findings.problems:
        findings.problem(None, Text("没有一个点", "holds no corner"), _HEADINGS)
    findings.stop()
    _, crs = crs_of(spec, _said(words), corners, findings, _EXCHANGED)
    shapes = [area_shape([c.corner() for c in p.corners], p.number, findings) for p in plots]
    findings.stop()
    skipped_numbers(((p.number, [c.label for c in p.corners]) for p in plots), findings)
    frame = gpd.GeoDataFrame(_attributes(plots), geometry=gpd.GeoSeries(shapes))
    return Read(frame, crs, remarks=tuple(findings.remarks), doubts=tuple(findings.doubts))


def _columns(rows: Sequence[Row], spec: LayerSpec, findings: Findings) -> tuple[Heading, list[Row]]:
    """Where the columns are, and the rows below the headings."""
    heading = find_heading(rows, spec.fields)
    if heading is not None:
        body = list(rows[heading.row + 1 :])
        return settle(heading, [cells for _, cells in body]), body
    guessed = without_heading([cells for _, cells in rows])
    if guessed is None:
        first = shortened(", ".join(rows[0][1])) if rows else "—"
        what = Text(
            f"不是坐标表：没有 X、Y 或 WKT 列（首行 {first}）",
            f"is no table of coordinates: no columns X and Y or WKT (first row {first})",
        )
        findings.problem(rows[0][0] if rows else None, what, _HEADINGS)
        return Heading(-1, {}, ()), []
    names = {"plot": "地块", "ring": "圈号", "corner": "点号", "north": "X（北）", "east": "Y（东）"}
    order = sorted(guessed.columns, key=lambda m: guessed.columns[m])
    findings.note(
        Text(
            f"没有表头：各列视为 {'、'.join(names[m] for m in order)}",
            f"no headings: the columns are taken as {', '.join(order)}",
        )
    )
    return guessed, list(rows)


@dataclass
class _Gathering:
    """Rows on their way to plots: what is known from the rows above."""

    heading: Heading
    findings: Findings
    plots: dict[str, _Plot] = field(default_factory=dict)
    title: str = ""
    block: int = 0
    number: str = ""
    ring: str = ""
    again: bool = False
    """Whether the headings were repeated just now."""
    filled: int = 0
    blank: int = 0
    words: list[str] = field(default_factory=list)

    def take(self, line: int, cells: Sequence[str]) -> None:
        """One row: headings again, a title, a corner, or nothing that counts."""
        cell = {m: cells[i] if i < len(cells) else "" for m, i in self.heading.columns.items()}
        said = [c for c in cells if c]
        if tuple(cells) == self.heading.names:
            self.again = True
        elif cell["north"] or cell["east"]:
            self._corner(line, cell, cells)
        elif cell.get("corner") and len(said) > 1:
            words = shortened(" ".join(said))
            what = Text(f"没有坐标：{words}", f"has no coordinates: {words}")
            remedy = Text("补填坐标或删除该行", "fill in the coordinates or delete the row")
            self.findings.problem(line, what, remedy)
        elif len(said) == 1:
            self.words.append(said[0])
            self.title, self.block, self.number, self.ring = said[0], self.block + 1, "", ""
        else:
            self.blank += 1

    def _corner(self, line: int, cell: dict[str, str], cells: Sequence[str]) -> None:
        pair = _written(line, cell, self.findings)
        if pair is None:
            return
        label = cell.get("corner", "")
        if "plot" in self.heading.columns:
            self.filled += not cell["plot"]
            if cell["plot"] not in ("", self.number):
                self.ring = ""
            self.number = cell["plot"] or self.number or "1"
            key = self.number
        else:
            key = f"{self.block}\0"
            if self.again and key in self.plots and _is_done(self.plots[key].corners, label):
                self.block += 1
                key = f"{self.block}\0"
            self.number = self.title or str(self.block + 1)
        self.again = False
        self.filled += "ring" in cell and not cell["ring"]
        self.ring = cell.get("ring", "") or self.ring or "1"
        plot = self.plots.setdefault(key, _Plot(line, self.number))
        plot.corners.append(Written(line, label, self.ring, *pair))
        _keep(plot, self.heading, cells)

    def tell(self) -> None:
        """Note what was assumed and what was not used."""
        note, plots = self.findings.note, len(self.plots)
        if "plot" not in self.heading.columns:
            parted = Text(f"按小标题分为 {plots} 个地块", f"titles part the rows into {plots} plots")
            one = Text("全部点视为一个地块", "all corners are taken as one plot")
            told = parted if plots > 1 else one
            note(Text(f"没有地块列：{told.zh}", f"no plot column: {told.en}"))
        if self.filled:
            note(
                Text(
                    f"{self.filled} 个空单元格沿用上一行的地块或圈号",
                    f"{self.filled} blank cells take the plot or ring of the row above",
                )
            )
        if self.blank:
            note(
                Text(
                    f"{self.blank} 行没有点号和坐标，未使用",
                    f"{self.blank} rows without corner and coordinates are not used",
                )
            )
        unused = [w for w in self.words if w not in {p.number for p in self.plots.values()}]
        if unused:
            listed = "; ".join(shortened(u) for u in unused[:5])
            note(Text(f"未使用的文字：{listed}", f"words that are not used: {listed}"))
        varying = [n for n in _columns_of(self.plots.values()) if not _constant(n, self.plots.values())]
        if varying:
            listed = ", ".join(varying)
            note(
                Text(
                    f"列 {listed} 在地块内取值不一，未带入",
                    f"columns that differ within a plot are left out: {listed}",
                )
            )


def _plots(rows: Sequence[Row], heading: Heading, body: Sequence[Row], findings: Findings) -> list[_Plot]:
    """Rows gathered to plots; a title between rows begins a new one where no column names the plot."""
    gathering = _Gathering(heading, findings)
    above = [c for c in rows[heading.row - 1][1] if c] if heading.row > 0 else []
    if len(above) == 1 and _said(above[0]) == Said():
        gathering.title = above[0]
    for line, cells in body:
        gathering.take(line, cells)
    gathering.tell()
    return list(gathering.plots.values())


def _is_done(corners: Sequence[Written], label: str) -> bool:
    """Whether a plot is complete before repeated headings: it is closed, or the numbers begin anew."""
    first, last = corners[0].corner(), corners[-1].corner()
    if len(corners) > 1 and (first.east, first.north) == (last.east, last.north):
        return True
    before, now = corner_number(corners[-1].label), corner_number(label)
    return before is not None and now is not None and now <= before


def _columns_of(plots: Iterable[_Plot]) -> list[str]:
    return list(dict.fromkeys(n for p in plots for n in p.values))


def _constant(name: str, plots: Iterable[_Plot]) -> bool:
    return all(len(p.values.get(name, [])) <= 1 for p in plots)


def _written(line: int, cell: dict[str, str], findings: Findings) -> tuple[Value, Value] | None:
    north, east = coordinate(cell["north"]), coordinate(cell["east"])
    if north is None or east is None:
        wrong = cell["north"] if north is None else cell["east"]
        what = Text(f"坐标不是数：{shortened(wrong)}", f"a coordinate is no number: {shortened(wrong)}")
        findings.problem(line, what, Text("更正该单元格", "correct the cell"))
        return None
    return north, east


def _keep(plot: _Plot, heading: Heading, cells: Sequence[str]) -> None:
    used = {i for m, i in heading.columns.items() if m in COORDINATE_FIELDS}
    for i, name in enumerate(heading.names):
        if name and i not in used and i < len(cells) and cells[i]:
            own = "名称" if i == heading.columns.get("name") else name
            values = plot.values.setdefault("编号（原）" if own == "编号" else own, [])
            if cells[i] not in values:
                values.append(cells[i])


def _attributes(plots: Sequence[_Plot]) -> pd.DataFrame:
    """One row per plot: its number, and the columns that hold one value for each plot."""
    constant = [n for n in _columns_of(plots) if _constant(n, plots)]
    rows: list[dict[str, str | None]] = [
        {"编号": p.number, **{n: next(iter(p.values.get(n, [])), None) for n in constant}} for p in plots
    ]
    return pd.DataFrame(rows, columns=["编号", *constant], index=pd.RangeIndex(len(rows)))


def _read_wkt(spec: LayerSpec, heading: Heading, body: Sequence[Row], words: str, findings: Findings) -> Read:
    """One shape per row; x is east as in every WKT."""
    shapes: list[Any] = []
    codes: set[str] = set()
    corners: list[Written] = []
    for line, cells in body:
        text = cells[heading.columns["wkt"]] if heading.columns["wkt"] < len(cells) else ""
        if match := _SRID.match(text):
            codes.add(match[1])
            text = text[match.end() :]
        try:
            shape = shapely.from_wkt(text) if text else None
        except shapely.errors.ShapelyError as error:
            said = str(error).splitlines()[0]
            what = Text(f"WKT 无法读取（{said}）", f"the WKT cannot be read ({said})")
            findings.problem(line, what, Text("更正该单元格", "correct the cell"))
            shape = None
        shapes.append(shape)
        for east, north in shapely.get_coordinates(shape).tolist():
            corners.append(Written(line, "", "1", Value(north, "number"), Value(east, "number")))
    if len(codes) > 1:
        what = Text(
            f"SRID 不一致：{', '.join(sorted(codes))}", f"different SRIDs: {', '.join(sorted(codes))}"
        )
        findings.problem(None, what, Text("统一坐标系", "use one CRS"))
    if not corners and not findings.problems:
        findings.problem(None, Text("没有一个图形", "holds no shape"), _HEADINGS)
    findings.stop()
    crs: Any = f"EPSG:{codes.pop()}" if codes else None
    if crs is None:
        remedy = Text(
            "WKT 的 x 应为东坐标：重新导出，或在目录中写 swap_xy = true",
            "x of a WKT has to be the easting: export it again, or set swap_xy = true in the catalog",
        )
        _, crs = crs_of(spec, _said(words), corners, findings, remedy)
    frame = gpd.GeoDataFrame(_wkt_attributes(heading, body), geometry=gpd.GeoSeries(shapes))
    return Read(frame, crs, remarks=tuple(findings.remarks), doubts=tuple(findings.doubts))


def _wkt_attributes(heading: Heading, body: Sequence[Row]) -> pd.DataFrame:
    own = {heading.columns.get("plot"): "编号", heading.columns.get("name"): "名称"}
    columns: dict[str, list[str | None]] = {}
    for i, name in enumerate(heading.names):
        if name and i != heading.columns["wkt"]:
            values = [cells[i] or None if i < len(cells) else None for _, cells in body]
            columns[own.get(i, name)] = values
    return pd.DataFrame(columns, index=pd.RangeIndex(len(body)))


def _said(words: str) -> Said:
    """Datum, zone and central meridian in titles and headings, such as `CGCS2000 3度带 中央子午线120°`."""
    text = plain(words)
    meridian = re.search(
        r"(?:中央子午线|中央经线|central meridian|\bCM\b)\D{0,4}(\d{2,3}(?:\.\d+)?)", text, re.I
    )
    zone = re.search(r"(?:带号\D{0,3}(\d{2})(?!\d)|(?<!\d)(\d{2})\s*带)", text)
    width = re.search(r"(?<!\d)([36三六])\s*(?:°|度)?\s*分?带", text)
    datum = re.search(
        r"cgcs ?2000|2000国家大地|国家2000|wgs ?-?84|西安 ?(?:19)?80|1980西安|xi'?an ?1980|北京 ?(?:19)?54|1954北京|beijing ?1954",
        text,
        re.IGNORECASE,
    )
    return Said(
        datum=datum[0] if datum else "",
        width=width[1] if width else "",
        zone=(zone[1] or zone[2]) if zone else "",
        meridian=meridian[1] if meridian else "",
    )
