"""`quarantine.csv`: every record of the layers that could not be used, so that nothing is lost in silence."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from eco_gis.model.layer import Layer

_FORMULA = ("=", "+", "-", "@", "\t")
"""Beginnings that a spreadsheet takes for a formula."""
QUARANTINE = "quarantine.csv"
COLUMNS = (
    "图层 layer",
    "文件 file",
    "记录号 record",
    "编号 id",
    "原因",
    "reason",
    "已知内容 known",
)


def write_quarantine(layers: Iterable[Layer], path: Path) -> int:
    """Write one row per lost record; without any there is no file, and an earlier one goes.

    The file is UTF-8 with a byte order mark, which Excel needs to show Chinese. Record numbers count from 1.

    Returns
    -------
    int
        Number of rows.
    """
    rows = [row for layer in layers for row in _rows(layer)]
    if rows:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, lineterminator="\r\n").writerows([COLUMNS, *rows])
    else:
        path.unlink(missing_ok=True)
    return len(rows)


def _rows(layer: Layer) -> Iterator[list[str]]:
    for lost in layer.lost:
        known = "; ".join(f"{name} = {value}" for name, value in lost.known.items())
        name, number = layer.spec.file.name, str(lost.record + 1)
        words = (layer.spec.id, name, number, lost.feature, lost.reason.zh, lost.reason.to("en"), known)
        yield [f"'{w}" if w.startswith(_FORMULA) else w for w in words]
