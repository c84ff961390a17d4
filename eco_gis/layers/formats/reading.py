"""What every reader hands over, and the keeping of accounts: each record that the file counts is there.

Row n of a reading is record n of the file. A record that did not come has a row all the same, without a
shape and with empty fields, and the reason stands beside it: records in = records out + quarantined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eco_gis.text import Text

MOST_EMPTY_ROWS = 100_000
"""More missing records than this are told in one line instead of one row each."""
_EXACT_FLOAT = 2**53


@dataclass(frozen=True)
class Read:
    """One layer as its reader gives it."""

    frame: gpd.GeoDataFrame
    """One row per record; a shape may be None. Without a CRS."""
    label: Any = None
    """What the file says of its CRS: a CRS, a code, WKT, or None."""
    unreadable: Mapping[int, Text] = field(default_factory=dict)
    """Rows whose record could not be read, with the reason."""
    remarks: tuple[Text, ...] = ()
    """What a planner must know of the reading; the numbers are right all the same."""
    doubts: tuple[Text, ...] = ()
    """What makes a number wrong, or may do so, and belongs to no single record."""


def by_number(frame: gpd.GeoDataFrame, numbers: NDArray[np.intp], count: int) -> gpd.GeoDataFrame:
    """The frame with one row per record 0 … `count` - 1; the records of `numbers` are its rows.

    Rows that did not come are empty. A column of whole numbers stays exact.

    >>> import shapely
    >>> frame = gpd.GeoDataFrame({"a": [7]}, geometry=[shapely.Point(0, 0)])
    >>> by_number(frame, np.array([1]), 2)["a"].tolist()
    [nan, 7.0]
    """
    if len(frame) == count and np.array_equal(numbers, np.arange(count)):
        return frame
    roomy = frame.copy()
    for name in roomy.columns:
        column = roomy[name]
        if pd.api.types.is_integer_dtype(column.dtype) and (column.abs() >= _EXACT_FLOAT).any():
            roomy[name] = column.astype(object)
    return roomy.set_index(pd.Index(numbers)).reindex(pd.RangeIndex(count))


def with_count(read: Read, said: int) -> Read:
    """The reading with an empty row for every record that the file counts and that did not come.

    Parameters
    ----------
    said
        Number of records by the file's own count; negative where it keeps none.
    """
    came = len(read.frame)
    if said < 0 or said == came:
        return read
    if said < came or said - came > MOST_EMPTY_ROWS:
        doubt = Text(
            f"文件自称有 {said} 条记录，读到 {came} 条", f"the file counts {said} records and {came} came"
        )
        return replace(read, doubts=(*read.doubts, doubt))
    why = Text(
        f"文件自称有 {said} 条记录，只读到 {came} 条",
        f"the file counts {said} records and only {came} came",
    )
    frame = by_number(read.frame, np.arange(came), said)
    return replace(read, frame=frame, unreadable={**read.unreadable, **dict.fromkeys(range(came, said), why)})
