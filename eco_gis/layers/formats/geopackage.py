"""What GDAL does not say of a GeoPackage: curves that became straight edges, rows that it does not count."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from eco_gis.layers.formats.gdal import ARC_STEP_DEG
from eco_gis.text import Text

_CURVED = frozenset(range(8, 15)) - {13}
"""Codes of the curved kinds in WKB: CIRCULARSTRING … SURFACE."""
_MADE_STRAIGHT = Text(
    f"含曲线：已按每段 {ARC_STEP_DEG}° 化为折线（整圆面积约少百万分之三）",
    f"holds curves: they became straight edges of {ARC_STEP_DEG}° each (a whole circle loses 3 millionths of its area)",
)


def about_curves(source: str | Path, layer: str) -> Text | None:
    """What to say of the curves in a layer of a GeoPackage; None where there are none, or they cannot be told.

    GDAL gives a curved layer's type as the straight one, so that the shapes' own first bytes are asked.
    """
    try:
        with _open(source) as database:
            (column,) = database.execute(
                "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
            ).fetchone()
            heads = database.execute(f"SELECT substr({_quoted(column)}, 1, 80) FROM {_quoted(layer)}")
            curved = any(_is_curved(head) for (head,) in heads)
    except _NOT_TOLD:
        return None
    return _MADE_STRAIGHT if curved else None


def count_rows(source: str | Path, layer: str) -> int:
    """Rows of a layer; -1 where they cannot be counted, or the file is no GeoPackage."""
    try:
        with _open(source) as database:
            return int(database.execute(f"SELECT COUNT(*) FROM {_quoted(layer)}").fetchone()[0])
    except _NOT_TOLD:
        return -1


_NOT_TOLD = (sqlite3.Error, OSError, TypeError, UnicodeDecodeError)


def _open(source: str | Path) -> closing[sqlite3.Connection]:
    path = Path(source)
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        raise OSError("no GeoPackage on disk")
    return closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _is_curved(head: bytes | None) -> bool:
    """Whether a GeoPackage shape is of a curved kind, or a collection that begins with one."""
    if not isinstance(head, bytes) or len(head) < 13:
        return False
    at = 8 + {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get(head[3] >> 1 & 7, 0)
    if len(head) < at + 5:
        return False
    order = "<" if head[at] else ">"
    return int(struct.unpack_from(order + "I", head, at + 1)[0]) % 1000 in _CURVED
