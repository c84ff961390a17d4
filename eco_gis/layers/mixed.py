"""Collections that mix areas with lines or points: taken apart, so that no ground is left out of an answer.

A feature of the overlay has one dimension. Of a record of a control layer or of a site that has several,
each becomes a feature of its own (`A`, `A·line`, `A·point`); in other layers, which serve as ground to
stand on, the parts of the highest dimension count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from eco_gis.errors import Problem
from eco_gis.geometry.parts import Shapes, dimensions, keep_dimension, simple_parts
from eco_gis.layers.attributes import NUMBERS
from eco_gis.model.layer import LayerSpec
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.text import Text

_SPLIT_ROLES = (*CONTROL_ROLES, LayerRole.PROJECT_SITE)
_COLLECTION = 7
_PART = ("·point", "·line", "")
"""What is put behind the id of the parts below the highest dimension."""
_OF_THE_AREA = [name for name in NUMBERS if name not in ("width_m", "year")]
"""Mapped fields that a record declares once, for its area."""


@dataclass(frozen=True)
class Pieces:
    """Shapes of one dimension each."""

    shapes: Shapes
    source: NDArray[np.intp]
    """Position of the shape each came from, ascending; the highest dimension of a shape comes first."""
    part: tuple[str, ...]
    """Empty for the parts of the highest dimension, else what tells a piece from them."""


def take_apart(shapes: Shapes, role: LayerRole) -> Pieces:
    """Shapes by dimension; of collections in layers that are only ground, the highest dimension.

    >>> mixed = shapely.from_wkt("GEOMETRYCOLLECTION (LINESTRING (0 0, 9 0), POLYGON ((0 0, 1 0, 1 1, 0 0)))")
    >>> found = take_apart(np.array([mixed], dtype=object), LayerRole.PROJECT_SITE)
    >>> found.source.tolist(), found.part
    ([0, 0], ('', '·line'))
    """
    out, source, part = list(shapes), list(range(len(shapes))), [""] * len(shapes)
    for i in np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION):
        one = shapes[i : i + 1]
        highest, *lower = _dimensions_of(one)
        out[i] = keep_dimension(one, highest)[0]
        for dimension in lower if role in _SPLIT_ROLES else ():
            out.append(keep_dimension(one, dimension)[0])
            source.append(int(i))
            part.append(_PART[dimension])
    order = np.argsort(source, kind="stable")
    pieces = np.empty(len(out), dtype=object)
    pieces[:] = out
    return Pieces(pieces[order], np.array(source, dtype=np.intp)[order], tuple(part[k] for k in order))


def _dimensions_of(one: Shapes) -> list[int]:
    """Dimensions of the parts of a collection, the highest first."""
    parts, _ = simple_parts(one)
    return sorted(set(dimensions(parts).tolist()), reverse=True)


def table_of_pieces(table: pd.DataFrame, rows: NDArray[np.intp], part: Collection[str]) -> pd.DataFrame:
    """The table with one row per piece: ids unique, everything else repeated but the declared area.

    Parameters
    ----------
    rows
        Record of each piece.
    part
        `Pieces.part`.
    """
    out = table.iloc[rows].reset_index(drop=True)
    lower = np.array([bool(p) for p in part], dtype=bool)
    if not lower.any():
        return out
    taken, ids = {str(v) for v in table["id"]}, [str(v) for v in out["id"]]
    for k, suffix in enumerate(part):
        if suffix:
            ids[k] = _free(ids[k] + suffix, taken)
            taken.add(ids[k])
    out["id"] = ids
    for name in out.columns.intersection(_OF_THE_AREA):
        out[name] = out[name].where(~lower)
    return out


def _free(word: str, taken: set[str]) -> str:
    n, free = 1, word
    while free in taken:
        n += 1
        free = f"{word}#{n}"
    return free


def mixed_note(shapes: Shapes, spec: LayerSpec) -> list[Problem]:
    """A remark on collections of several dimensions, and what became of them."""
    collections = shapes[shapely.get_type_id(shapes) == _COLLECTION]
    count = sum(len(_dimensions_of(collections[i : i + 1])) > 1 for i in range(len(collections)))
    if not count:
        return []
    if spec.role in _SPLIT_ROLES:
        what = Text(
            f"{count} 个几何集合混有面与线或点：已拆成单独要素（A、A·line、A·point）",
            f"{count} collection(s) mix areas with lines or points: each is a feature of its own (A, A·line, A·point)",
        )
    else:
        what = Text(
            f"{count} 个几何集合混有面与线或点：只计最高维的部分",
            f"{count} collection(s) mix areas with lines or points: only the parts of highest dimension count",
        )
    remedy = Text("将面、线、点分别提交", "deliver areas, lines and points apart")
    return [Problem(spec.id, what, remedy, fatal=False)]
