"""勘测定界 TXT (报部坐标): the surveyor's boundary file that goes with every application for land.

```
[属性描述]                     header: key=value, any order, any of them missing or empty
坐标系=2000国家大地坐标系
几度分带=3
带号=40
精度=0.001
[地块坐标]
66,5.7089,1,地块名,面,,,,@     corners, area, number, name, kind, sheet, purpose, land class … @
J1,1,3353189.181,40520986.477  corner, ring, X = north, Y = east
```
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from eco_gis.errors import MissingCRSError
from eco_gis.layers.formats.reading import Read
from eco_gis.layers.survey.area import compare_area, count_fits
from eco_gis.layers.survey.axes import Written, judge_axes
from eco_gis.layers.survey.decoding import Line
from eco_gis.layers.survey.findings import Findings, shortened
from eco_gis.layers.survey.numbers import DeclaredArea, coordinate, declared_area, plain
from eco_gis.layers.survey.rings import area_shape, line_shape, point_shape, skipped_numbers
from eco_gis.layers.survey.zone import Said, stated_crs
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text

PLOT_FIELDS = ("界址点数", "声明面积", "编号", "名称", "图形属性", "图幅号", "地块用途", "地类编码")
"""Fields of a plot in their order; further ones are called field_9 …"""
KINDS = {"面": "面", "area": "面", "polygon": "面", "线": "线", "line": "线", "点": "点", "point": "点"}
HEADER_KEYS = (
    "格式版本号", "数据产生单位", "数据产生日期", "坐标系", "几度分带", "投影类型", "计量单位", "带号", "精度", "转换参数",
    "中央子午线", "中央经线",
)  # fmt: skip
_SECTION = re.compile(r"\[(.*)\]")
_RING = re.compile(r"\d{1,4}")
_MOST_FIELDS = 12
_KIND_AT, _NAME_AT = 4, 3

EXCHANGED = Text(
    "请测绘单位确认后对调两列；若确认 X 是东坐标，在目录中写 swap_xy = true",
    "ask the surveyor and exchange the columns; if X is the easting, set swap_xy = true in the catalog",
)


@dataclass
class Plot:
    """One plot (地块) as its lines give it."""

    line: int
    fields: list[str]
    corners: list[Written] = field(default_factory=list)

    def value(self, name: str) -> str:
        """One of `PLOT_FIELDS`; empty where it is missing."""
        at = PLOT_FIELDS.index(name)
        return self.fields[at] if at < len(self.fields) else ""

    @property
    def title(self) -> str:
        """Number and name, for messages."""
        return " ".join(filter(None, (self.value("编号"), self.value("名称")))) or f"@{self.line}"

    @property
    def declared(self) -> DeclaredArea | None:
        """The area written in the plot's line."""
        return declared_area(self.value("声明面积"))


@dataclass
class Survey:
    """What the lines of a file say."""

    header: dict[str, str] = field(default_factory=dict)
    plots: list[Plot] = field(default_factory=list)


def is_survey(lines: Sequence[Line]) -> bool:
    """Whether lines are a survey file rather than a plain table of corners."""
    heads = {"[属性描述]", "[地块坐标]"}
    return any(plain(line) in heads or plain(line).endswith("@") for _, line in lines)


def read_survey(spec: LayerSpec, lines: Sequence[Line], findings: Findings) -> Read:
    """Read a survey file.

    Rings are told by containment, unclosed ones are closed and named, areas are compared with the planar
    area of the corners. Nothing is swapped, moved or left out.

    Parameters
    ----------
    spec
        Its `crs` wins over the header; its field map may say that the easting stands first.
    lines, findings
        From `text_lines`.

    Raises
    ------
    LayerReadError
        A line is not understood, a plot has too few corners or another number of them than it says, or
        X and Y seem exchanged; every problem with its line.
    MissingCRSError
        The header contradicts itself or the eastings.
    """
    survey = parse(lines, findings)
    corners = [c for p in survey.plots for c in p.corners]
    if not corners and not findings.problems:
        what = Text("没有地块和界址点", "holds no plot with corners")
        findings.problem(
            None, what, Text("提交含 [地块坐标] 的完整文件", "deliver the whole file with its [地块坐标]")
        )
    findings.stop()
    degrees, crs = crs_of(spec, said_in(survey.header), corners, findings, EXCHANGED)
    shapes = [_shape(p, findings) for p in survey.plots]
    if not findings.problems:
        count_fits(survey.plots, shapes, findings)
    findings.stop()
    skipped_numbers(
        ((p.title, [c.label for c in p.corners]) for p in survey.plots if not p.value("界址点数")), findings
    )
    declared = [
        compare_area(p, shape, degrees and not spec.swap_xy, survey.header.get("精度", ""), findings)
        for p, shape in zip(survey.plots, shapes, strict=True)
    ]
    frame = gpd.GeoDataFrame(attributes(survey, declared), geometry=gpd.GeoSeries(shapes))
    return Read(frame, crs, remarks=tuple(findings.remarks), doubts=tuple(findings.doubts))


def attributes(survey: Survey, declared: Sequence[float | None]) -> pd.DataFrame:
    """One row per plot; areas in ha where they were compared, blank fields None."""
    rows: list[dict[str, Any]] = []
    for plot in survey.plots:
        row: dict[str, Any] = {name: plot.value(name) or None for name in PLOT_FIELDS}
        row |= {f"field_{n}": text or None for n, text in enumerate(plot.fields[8:], start=9) if text}
        rows.append(row)
    table = pd.DataFrame(rows, index=pd.RangeIndex(len(rows)))
    table.insert(0, "declared_ha", np.array(declared, dtype=np.float64))
    return table


def parse(lines: Sequence[Line], findings: Findings) -> Survey:
    """Sort the lines into header, plots and corners; a problem for every line that is none of them."""
    survey = Survey()
    section = ""
    for n, raw in lines:
        line = raw.strip()
        bare = plain(line)
        if match := _SECTION.fullmatch(bare.replace("【", "[").replace("】", "]")):
            section = match[1]
        elif bare.endswith("@"):
            _add_plot(survey, n, line, findings)
        elif _is_header(bare, section):
            _add_header(survey, n, line, findings)
        elif (corner := _corner(n, line, findings)) is not None:
            if not survey.plots:
                survey.plots.append(Plot(n, []))
                what = Text(
                    "界址点之前没有地块行：视为一个地块", "no plot line before the corners: taken as one plot"
                )
                findings.note(what, line=n)
            survey.plots[-1].corners.append(corner)
    for plot in survey.plots:
        if not plot.corners:
            what = Text(f"地块 {plot.title} 没有界址点", f"plot {plot.title} has no corners")
            findings.problem(plot.line, what, Text("补全界址点", "complete the corners"))
    return survey


def _is_header(bare: str, section: str) -> bool:
    key = re.split("[=:]", bare, maxsplit=1)[0].strip()
    return "=" in bare or key in HEADER_KEYS or section == "扩展信息"


def _add_header(survey: Survey, n: int, line: str, findings: Findings) -> None:
    key, _, value = re.sub("[＝:：]", "=", line, count=1).partition("=")
    key, value = plain(key).replace(" ", ""), value.strip().strip(",，")
    before = survey.header.get(key)
    if before and value and before != value and key in HEADER_KEYS:
        what = Text(f"{key} 写了两次：{before} 与 {value}", f"{key} stands twice: {before} and {value}")
        findings.problem(n, what, Text("只留正确的一行", "leave only the right line"))
    survey.header[key] = value or before or ""


def _add_plot(survey: Survey, n: int, line: str, findings: Findings) -> None:
    text = re.sub(r"[,，;；\s]*[@＠]$", "", line)
    parts = text.split(",") if text.count(",") >= 2 else re.split(r"[,，;；\t]", text)
    fields = [p.strip() for p in parts]
    kinds = [i for i, f in enumerate(fields) if plain(f).lower() in KINDS]
    if kinds and _KIND_AT not in kinds and kinds[0] > _KIND_AT:
        # commas inside the name
        fields[_NAME_AT : kinds[0]] = [",".join(fields[_NAME_AT : kinds[0]])]
        what = Text(f"名称含逗号：{fields[_NAME_AT]}", f"the name holds a comma: {fields[_NAME_AT]}")
        findings.note(what, line=n)
    if len(fields) < 2 or len(fields) > _MOST_FIELDS:
        what = Text(
            f"地块行有 {len(fields) + 1} 项，应为 9 至 13 项：{shortened(line)}",
            f"a plot line of {len(fields) + 1} fields instead of 9 to 13: {shortened(line)}",
        )
        findings.problem(n, what, Text("按格式补全地块行", "complete the plot line"))
    plot = Plot(n, fields)
    if plot.value("声明面积") and plot.declared is None:
        what = Text(
            f"面积不是数：{shortened(plot.value('声明面积'))}",
            f"the area is no number: {shortened(plot.value('声明面积'))}",
        )
        findings.note(what, line=n, doubt=True)
    survey.plots.append(plot)


def _corner(n: int, line: str, findings: Findings) -> Written | None:
    """A corner line: label, ring, X, Y; the ring may be missing, one word may follow."""
    parts = [p.strip() for p in re.split(r"[,;\t]", plain(line))]
    if len(parts) == 1:
        parts = parts[0].split()
    while len(parts) > 4 and not parts[-1]:
        parts.pop()
    fix = Text("每点一行：点号,圈号,X,Y", "one line per corner: label,ring,X,Y")
    if len(parts) == 3 and not _RING.fullmatch(parts[1]):
        parts.insert(1, "1")
    if len(parts) not in (4, 5) or not _RING.fullmatch(parts[1] or "1"):
        what = Text(f"不是界址点行：{shortened(line)}", f"is no line of a corner: {shortened(line)}")
        findings.problem(n, what, fix)
        return None
    x, y = coordinate(parts[2]), coordinate(parts[3])
    if x is None or y is None:
        what = Text(f"坐标不是数：{shortened(line)}", f"a coordinate is no number: {shortened(line)}")
        findings.problem(n, what, fix)
        return None
    if len(parts) == 5 and not any("第 5 项" in r.zh for r in findings.remarks):
        findings.note(
            Text(f"界址点行的第 5 项未使用：{parts[4]}", f"field 5 of the corners is not used: {parts[4]}"),
            line=n,
        )
    return Written(n, parts[0], parts[1] or "1", north=x, east=y)


def _shape(plot: Plot, findings: Findings) -> Any:
    corners = [c.corner() for c in plot.corners]
    said = plain(plot.value("图形属性")).lower()
    kind = KINDS.get(said)
    if kind is None:
        what = Text(
            f"图形属性为“{plot.value('图形属性')}”：按面读取",
            f"its kind is {plot.value('图形属性')!r}: read as an area",
        )
        findings.note(what, line=plot.line)
    if kind == "点":
        return point_shape(corners)
    if kind == "线":
        return line_shape(corners, plot.title, findings)
    return area_shape(corners, plot.title, findings)


def said_in(header: dict[str, str]) -> Said:
    """What the header says of the CRS."""
    return Said(
        datum=header.get("坐标系", ""),
        width=header.get("几度分带", ""),
        zone=header.get("带号", ""),
        meridian=header.get("中央子午线", "") or header.get("中央经线", ""),
        projection=header.get("投影类型", ""),
    )


def crs_of(
    spec: LayerSpec, said: Said, corners: Sequence[Written], findings: Findings, remedy: Text
) -> tuple[bool, CRS | None]:
    """Whether the coordinates are degrees, and the CRS that the file states; the catalog's wins later.

    Raises
    ------
    LayerReadError
        A coordinate cannot be what it says, or X and Y seem exchanged.
    MissingCRSError
        The statements contradict one another, and the catalog does not name the CRS.
    """
    placed = [c.exchanged() for c in corners] if spec.swap_xy else list(corners)
    projected = bool(CRS.from_user_input(spec.crs).is_projected) if spec.crs else None
    degrees = judge_axes(placed, findings, remedy=remedy, projected=projected)
    findings.stop()
    eastings = np.array([c.east.value for c in placed])
    try:
        crs, remarks = stated_crs(said, eastings, degrees, f"{spec.id} ({spec.file.name})")
    except MissingCRSError as error:
        if not spec.crs:
            raise
        crs, remarks = None, [p.what for p in error.problems]
    else:
        remarks = [] if spec.crs else remarks
    for remark in remarks:
        findings.note(remark)
    return degrees, crs
