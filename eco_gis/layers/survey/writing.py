"""Plots → text of a 勘测定界 TXT (报部坐标); whoever calls it writes the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from eco_gis.errors import UsageError
from eco_gis.geometry.parts import simple_parts
from eco_gis.layers.survey.zone import Grid, grid_of
from eco_gis.text import Text
from eco_gis.units import M2_PER_HA, round_half_up

_KINDS = ("点", "线", "面")


@dataclass(frozen=True)
class SurveyHeader:
    """What the head of the file says."""

    crs: CRS
    """A Gauss–Krüger zone of CGCS2000, Xi'an 1980 or Beijing 1954."""
    producer: str = ""
    """数据产生单位."""
    produced: date | None = None
    """数据产生日期."""


@dataclass(frozen=True)
class SurveyPlot:
    """One plot (地块)."""

    number: str
    """编号."""
    name: str
    shape: Any
    """Polygon, line or point in the header's CRS; x is east, y is north."""
    declared_ha: float | None = None
    """Area to be written; None: the planar area of the shape."""
    sheet: str = ""
    """图幅号."""
    purpose: str = ""
    """地块用途."""
    land_class: str = ""
    """地类编码."""


def survey_text(plots: Sequence[SurveyPlot], header: SurveyHeader) -> str:
    """The text of a survey file, coordinates to the millimetre, X north.

    Shells and holes are numbered rings in their order, each closed by its first corner. Commas, line breaks
    and @ inside names would break the format and become 、, a blank and ＠.

    Raises
    ------
    UsageError
        The CRS is no national zone, or a plot is empty or mixes areas with lines or points.

    Examples
    --------
    >>> square = shapely.box(520000, 3350000, 520100, 3350100)
    >>> text = survey_text([SurveyPlot("1", "一号", square)], SurveyHeader(CRS.from_epsg(4549)))
    >>> text.splitlines()[-6:-3]
    ['5,1.0000,1,一号,面,,,,@', 'J1,1,3350000.000,520100.000', 'J2,1,3350100.000,520100.000']
    """
    grid = grid_of(header.crs)
    if grid is None:
        raise UsageError(
            Text(
                f"{header.crs.name} 不是国家 3 度或 6 度带，不能写成勘测定界文件：先转换到 EPSG:4549 之类",
                f"{header.crs.name} is no national 3° or 6° zone and no survey file can be written: "
                "transform to EPSG:4549 or the like first",
            )
        )
    lines = [*_head(header, grid), "[地块坐标]"]
    for plot in plots:
        lines += _plot(plot)
    return "\n".join(lines) + "\n"


def _head(header: SurveyHeader, grid: Grid) -> list[str]:
    produced = header.produced
    day = f"{produced.year}-{produced.month}-{produced.day}" if produced else ""
    return [
        "[属性描述]",
        "格式版本号=1.01版本",
        f"数据产生单位={_word(header.producer)}",
        f"数据产生日期={day}",
        f"坐标系={grid.datum.header}",
        f"几度分带={grid.width}",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={grid.zone}",
        "精度=0.001",
        "转换参数=0,0,0,0,0,0,0",
    ]


def _plot(plot: SurveyPlot) -> Iterator[str]:
    rings = list(_rings(plot))
    dimension = int(shapely.get_dimensions(plot.shape))
    area = plot.declared_ha
    if area is None:
        area = float(shapely.area(plot.shape)) / M2_PER_HA
    count = sum(len(r) for r in rings)
    words = map(_word, (plot.number, plot.name, _KINDS[dimension], plot.sheet, plot.purpose, plot.land_class))
    yield f"{count},{round_half_up(area, 4)},{','.join(words)},@"
    n = 0
    for number, ring in enumerate(rings, start=1):
        closed = dimension == 2
        first = n + 1
        for i, (east, north) in enumerate(ring):
            last = closed and i == len(ring) - 1
            n += not last
            yield f"J{first if last else n},{number},{north:.3f},{east:.3f}"


def _rings(plot: SurveyPlot) -> Iterator[Any]:
    """Coordinates of every ring, line or point."""
    if plot.shape is None or shapely.is_empty(plot.shape):
        raise UsageError(Text(f"地块 {plot.number} 没有图形", f"plot {plot.number} has no shape"))
    parts, _ = simple_parts(np.array([plot.shape], dtype=object))
    if len({int(d) for d in shapely.get_dimensions(parts)}) > 1:
        raise UsageError(
            Text(
                f"地块 {plot.number} 混有面、线、点：分别写",
                f"plot {plot.number} mixes areas, lines and points: write them apart",
            )
        )
    if int(shapely.get_dimensions(plot.shape)) == 0:
        yield shapely.get_coordinates(plot.shape)
        return
    for part in parts:
        rings = [part] if part.geom_type == "LineString" else [part.exterior, *part.interiors]
        for ring in rings:
            yield shapely.get_coordinates(ring)


def _word(text: str) -> str:
    """A field without the signs that structure the file."""
    return re.sub(r"\s+", " ", text.replace(",", "、").replace("@", "＠")).strip()
