"""Cells of a coordinate table: a sheet of a workbook, or a text file with whatever separator it has."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eco_gis.errors import LayerReadError
from eco_gis.layers.corners.headings import find_heading
from eco_gis.layers.survey.decoding import Line
from eco_gis.layers.survey.findings import Findings
from eco_gis.layers.survey.numbers import coordinate
from eco_gis.text import Text

Row = tuple[int, list[str]]
"""Number of the row or line, from 1, and its cells."""

SEPARATORS = (",", "\t", ";", "|", " ")
"""In order of preference; full-width commas and semicolons count as the ASCII ones."""
_FULL_WIDTH = str.maketrans("，；｜", ",;|")
_WIDE = re.compile("[，；｜]")
_HEAD_ROWS = 30
_JUDGED_ROWS = 200
_DAMAGED = Text(
    "工作簿无法打开，可能已损坏或不是 xlsx", "the workbook cannot be opened: it is damaged or no xlsx"
)


def text_rows(lines: Sequence[Line], findings: Findings) -> list[Row]:
    """Cells of a text table, split by the separator that makes sense of most lines."""
    best: tuple[tuple[int, int], list[Row], str] | None = None
    for separator in SEPARATORS:
        for wide in (False, True) if any(_WIDE.search(line) for _, line in lines) else (False,):
            rows = _split(lines, separator, wide)
            score = _score(rows)
            if best is None or score > best[0]:
                best = score, rows, separator
    assert best is not None  # there are separators
    if best[2] != ",":
        name = {"\t": Text("制表符", "tabs"), " ": Text("空格", "blanks")}.get(best[2], Text(repr(best[2])))
        findings.note(Text(f"列以{name.zh}分隔", f"columns are separated by {name.to('en')}"))
    return best[1]


def _split(lines: Sequence[Line], separator: str, wide: bool) -> list[Row]:
    texts = [line.translate(_FULL_WIDTH) if wide else line for _, line in lines]
    if separator == " ":
        return [(n, re.split(r"\s+", t.strip())) for (n, _), t in zip(lines, texts, strict=True)]
    reader = csv.reader(texts, delimiter=separator, skipinitialspace=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            at = lines[min(reader.line_num, len(lines)) - 1][0]
            rows.append((at, [c.strip() for c in cells]))
    except csv.Error:
        return []
    return rows


def _score(rows: Sequence[Row]) -> tuple[int, int]:
    """How many headings are recognised, and how many rows hold a pair of coordinates."""
    heading = find_heading(rows[:_HEAD_ROWS], {})
    pairs = sum(sum(coordinate(c) is not None for c in cells) >= 2 for _, cells in rows[:_JUDGED_ROWS])
    return (len(heading.columns) if heading else 0), pairs


def sheet_rows(path: Path, sheet: str, findings: Findings) -> list[Row]:
    """Cells of a sheet as text; rows without anything are left out.

    Raises
    ------
    LayerReadError
        The workbook is damaged.
    """
    return next((rows for name, rows in _sheets(path, findings) if name == sheet), [])


def sheets_in(path: Path) -> list[str]:
    """Names of the sheets that hold a table of corners; of all that hold anything where none does.

    Raises
    ------
    LayerReadError
        The workbook is damaged.
    """
    filled = [(name, rows) for name, rows in _sheets(path, Findings(path)) if rows]
    tables = [name for name, rows in filled if find_heading(rows[:_HEAD_ROWS], {})]
    return tables or [name for name, _ in filled]


def _sheets(path: Path, findings: Findings) -> list[tuple[str, list[Row]]]:
    # only workbooks wait for it
    import openpyxl

    try:
        with warnings.catch_warnings():
            # styles and extensions that the library leaves out do not touch the cells
            warnings.simplefilter("ignore", UserWarning)
            # from memory: a damaged file would else stay open
            book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
        return [(str(sheet.title), _filled_rows(sheet)) for sheet in book.worksheets]
    except Exception as error:
        # a damaged archive fails in many ways, in zipfile, zlib, the XML parser or openpyxl itself
        raise _broken(findings, error) from None


def _filled_rows(sheet: Any) -> list[Row]:
    rows = (
        (n, [_cell(c) for c in cells]) for n, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
    )
    return [(n, texts) for n, texts in rows if any(texts)]


def _broken(findings: Findings, error: Exception) -> LayerReadError:
    said = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
    what = Text(f"{_DAMAGED.zh}（{said}）", f"{_DAMAGED.en} ({said})")
    findings.problem(None, what, Text("另存为 xlsx 后重新提交", "save it again as xlsx and deliver that"))
    return LayerReadError(problems=findings.problems)


def _cell(value: Any) -> str:
    """A cell as text: numbers in full, whole ones without decimals."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()
