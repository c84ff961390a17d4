"""Headings of coordinate tables, Chinese and English, and what a table without any must be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eco_gis.layers.survey.numbers import coordinate, plain

NAMES: dict[str, tuple[str, ...]] = {
    "north": ("x", "x坐标", "坐标x", "x值", "纵坐标", "纵坐标x", "x纵坐标", "北坐标", "北", "n", "north", "northing"),
    "east": ("y", "y坐标", "坐标y", "y值", "横坐标", "横坐标y", "y横坐标", "东坐标", "东", "e", "east", "easting"),
    "lat": ("纬度", "纬度b", "b", "lat", "latitude", "大地纬度", "北纬"),
    "lon": ("经度", "经度l", "l", "lon", "lng", "long", "longitude", "大地经度", "东经"),
    "wkt": ("wkt", "geometry", "geom", "几何", "wktgeom", "thegeom", "图形"),
    "plot": ("地块", "地块编号", "地块号", "宗地", "宗地号", "宗地代码", "图斑", "图斑号", "图斑编号", "项目编号", "选址编号",
             "plot", "plotid", "parcel", "parcelid", "site", "siteid"),
    "name": ("地块名称", "项目名称", "选址名称", "plotname", "sitename", "parcelname"),
    "ring": ("圈号", "圈", "环号", "环", "ring", "ringno", "ringid", "part"),
    "corner": ("点号", "界址点号", "界址点", "拐点", "拐点号", "拐点编号", "顶点", "顶点号", "点名", "序号", "桩号",
               "corner", "cornerno", "point", "pointno", "pointid", "vertex", "pt"),
    "id": ("编号", "id", "号", "no", "number", "代码", "code"),
    "title": ("名称", "name", "名"),
}  # fmt: skip
"""What a column means → how it is called. `id` and `title` may be of the plot or of the corner."""
_MEANING = {word: meaning for meaning, words in NAMES.items() for word in words}
_PAIRS = (("north", "east"), ("lat", "lon"))
COORDINATE_FIELDS = ("plot", "ring", "corner", "north", "east", "wkt")
"""Our names that in the catalog's field map tell columns of a table of corners."""
_MOST_LEADING = 3


@dataclass(frozen=True)
class Heading:
    """Where the columns of a table are."""

    row: int
    """Position among the rows; -1 where there is no heading row."""
    columns: Mapping[str, int]
    """plot, ring, corner, name, north, east, wkt → column."""
    names: tuple[str, ...]
    """Headings as written; empty texts where there are none."""
    degrees: bool = False
    """Whether the headings speak of latitude and longitude."""

    @property
    def text(self) -> str:
        """All headings, for words about the CRS."""
        return " ".join(self.names)


def find_heading(rows: Sequence[tuple[int, list[str]]], fields: Mapping[str, str]) -> Heading | None:
    """The first row that names a pair of coordinates or a WKT column.

    Parameters
    ----------
    fields
        The catalog's field map; `north`, `east`, `plot`, `ring`, `corner` and `wkt` in it win.
    """
    for at, (_, cells) in enumerate(rows):
        own = {o: cells.index(f) for o, f in fields.items() if o in COORDINATE_FIELDS and f in cells}
        found: dict[str, int] = {}
        for column, cell in enumerate(cells):
            meaning = _MEANING.get(_key(cell))
            if meaning and column not in own.values():
                found.setdefault(meaning, column)
        for north, east in (*_PAIRS, ("wkt", "wkt")):
            columns = {**found, **own}
            if (north in columns and east in columns) or {"north", "east"} <= own.keys():
                degrees = north == "lat" and not {"north", "east"} <= own.keys()
                if degrees:
                    columns |= {"north": columns["lat"], "east": columns["lon"]}
                kept = {m: c for m, c in columns.items() if m not in ("lat", "lon")}
                if north != "wkt":
                    kept.pop("wkt", None)
                return Heading(at, kept, tuple(cells), degrees)
    return None


def settle(heading: Heading, body: Sequence[list[str]]) -> Heading:
    """Decide what `id` and `title` columns are: of the corner where every row has its own, else of the plot.

    Beside a column that names the plot, an `id` is the corner's.
    """
    columns = dict(heading.columns)
    for loose, of_plot in (("id", "plot"), ("title", "name")):
        at = columns.pop(loose, None)
        if at is None:
            continue
        values = [row[at] for row in body if at < len(row) and row[at]]
        own = len(values) > 2 and len(set(values)) >= len(values) - 1
        own = own or (loose == "id" and "plot" in columns)
        meaning = of_plot if "corner" in columns or "wkt" in columns or not own else "corner"
        columns.setdefault(meaning, at)
    return Heading(heading.row, columns, heading.names, heading.degrees)


def without_heading(body: Sequence[list[str]]) -> Heading | None:
    """Columns of a table without headings: [plot, ring,] corner, [ring,] X, Y; None where that is unclear."""
    width = max((len(row) for row in body), default=0)
    columns = [[row[i] for row in body if i < len(row) and row[i]] for i in range(width)]
    pairs = [i for i, values in enumerate(columns) if values and _mostly_coordinates(values)]
    if len(pairs) != 2 or pairs[1] != pairs[0] + 1 or pairs[0] > _MOST_LEADING:
        return None
    found = {"north": pairs[0], "east": pairs[1]}
    leading = list(range(pairs[0]))
    if leading:
        corner = max(leading, key=lambda i: (len(set(columns[i])), i))
        found["corner"] = corner
        before, after = leading[:corner], leading[corner + 1 :]
        found |= dict(zip(("plot", "ring"), before, strict=False))
        if len(after) > 1 or (after and len(before) > 1):
            return None
        if after:
            found["ring"] = after[0]
    return Heading(-1, found, ("",) * width)


def _mostly_coordinates(values: Sequence[str]) -> bool:
    """Whether a column holds coordinates: large numbers, degrees with decimals or signs."""
    good = 0
    for text in values:
        found = coordinate(text)
        good += found is not None and (
            found.how != "number" or abs(found.value) >= 100_000 or (abs(found.value) <= 180 and "." in text)
        )
    return good * 5 >= len(values) * 4


def _key(cell: str) -> str:
    """A heading without units, brackets and blanks.

    >>> _key("X 坐标（m）"), _key("经度(CGCS2000)"), _key("X/米")
    ('x坐标', '经度', 'x')
    """
    word = re.sub(r"\(.*?\)|\[.*?\]|[\s_\-.·:#*]", "", plain(cell)).lower()
    return re.sub(r"[/,](m|米|度|°)$", "", word)
