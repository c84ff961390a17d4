"""Drawings (DXF): closed polylines and hatches of one drawing layer are areas; there is no CRS in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from eco_gis.layers.formats.gdal import READ_ERRORS, damaged
from eco_gis.layers.formats.reading import Read
from eco_gis.text import Text

_OPTIONS = {"CLOSED_LINE_AS_POLYGON": "YES", "ENCODING": "UTF-8"}
_ROUND = re.compile(r"\n\s*0\r?\n(?:ARC|CIRCLE|ELLIPSE|SPLINE)\r?\n|\n\s*42\r?\n\s*-?(?=[\d.]*[1-9])[\d.]+")
"""Round entities, and bulges of polylines other than 0."""
_HATCH = "AcDbHatch"
_LINE = 1


def drawing_layers(path: Path) -> list[str]:
    """Names of the drawing layers that hold areas; of those with lines or points where none does.

    Raises
    ------
    LayerReadError
        The drawing cannot be read.
    """
    data, shapes = _entities(path)
    areas = data.loc[shapely.get_dimensions(shapes) == 2, "Layer"]
    return [str(name) for name in dict.fromkeys(areas if len(areas) else data["Layer"])]


def read_dxf(path: Path, layer: str) -> Read:
    """Read one drawing layer.

    Where it holds areas, they are its features: an open line beside them is an area that was not closed
    and cannot be told, labels and points are left out, and a hatch that repeats a closed line is that line.

    Raises
    ------
    LayerReadError
        The drawing cannot be read.
    """
    data, shapes = _entities(path)
    here = np.flatnonzero((data["Layer"] == layer).to_numpy() & (data["PaperSpace"] != 1).to_numpy())
    data, shapes = data.iloc[here].drop(columns="PaperSpace"), shapes[here]
    dimension = shapely.get_dimensions(shapes)
    remarks: list[Text] = []
    unclosed = np.zeros(len(shapes), dtype=bool)
    if (dimension == 2).any():
        labels, twice = dimension == 0, _hatches_of_lines(data, shapes)
        unclosed = dimension == 1
        for mask, zh, en in (
            (labels, "个点或文字注记不计为要素", "point(s) or label(s) are no features"),
            (twice, "个填充与闭合线相同，只计一次", "hatch(es) repeat a closed line and count once"),
        ):
            if mask.any():
                remarks.append(Text(f"{int(mask.sum())} {zh}", f"{int(mask.sum())} {en}"))
        kept = ~(labels | twice)
        data, shapes, unclosed = data[kept], shapes[kept], unclosed[kept]
    reasons = {int(i): _gap(shapes[i]) for i in np.flatnonzero(unclosed)}
    shapes[unclosed] = None
    if _ROUND.search(_text(path)):
        remarks.append(
            Text(
                "图中的圆弧已按每段 0.25° 化为折线（整圆面积约少百万分之三）",
                "curves of the drawing became straight edges of 0.25° each (a whole circle loses 3 millionths of its area)",
            )
        )
    data = data.reset_index(drop=True)
    frame = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapes, index=data.index))
    return Read(frame, None, reasons, tuple(remarks))


def _entities(path: Path) -> tuple[pd.DataFrame, NDArray[Any]]:
    """All entities of a drawing: their fields and shapes."""
    try:
        # handed over in UTF-8, because which encoding a drawing is in shows in its bytes, not in its header
        meta, _, wkb, columns = pyogrio.raw.read(_text(path).encode(), **_OPTIONS)
        shapes = np.asarray(shapely.from_wkb(wkb))
    except (*READ_ERRORS, shapely.errors.ShapelyError) as error:
        raise damaged(path, error) from None
    data = pd.DataFrame(dict(zip(map(str, meta["fields"]), columns, strict=True)))
    usable = ~shapely.is_missing(shapes)
    return data[usable].reset_index(drop=True), _filled(shapes[usable])


def _filled(shapes: NDArray[Any]) -> NDArray[Any]:
    """Circles and lines that end where they begin as areas, as flagged closed lines are already."""
    out = shapes.copy()
    for i in np.flatnonzero((shapely.get_type_id(shapes) == _LINE) & shapely.is_closed(shapes)):
        if shapely.get_num_points(shapes[i]) > 3:
            out[i] = shapely.Polygon(shapes[i])
    return out


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _hatches_of_lines(data: pd.DataFrame, shapes: NDArray[Any]) -> NDArray[np.bool_]:
    """Hatches whose area is that of a closed line of the same layer."""
    hatch = data["SubClasses"].astype(str).str.contains(_HATCH).to_numpy()
    plain = shapely.to_wkb(shapely.normalize(shapely.force_2d(shapes)))
    lines = set(plain[~hatch])
    return np.array([bool(h) and p in lines for h, p in zip(hatch, plain, strict=True)], dtype=bool)


def _gap(line: Any) -> Text:
    ends = shapely.get_point(shapely.get_parts(line), [0, -1])
    gap = float(shapely.distance(*ends)) if len(ends) == 2 else 0.0
    return Text(f"折线未闭合，首尾相距 {gap:.3f}", f"the line is not closed: its ends are {gap:.3f} apart")
