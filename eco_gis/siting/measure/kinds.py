"""What the catalog makes of the cells of a control raster: classes by name, or values by their bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.zonal import CellSource, Grid, Tile
from eco_gis.geometry.zonal.classes import NO_CLASS, classes_of
from eco_gis.geometry.zonal.statistics import is_nodata
from eco_gis.model.raster import ControlRaster
from eco_gis.text import Text

_UNLISTED = 8
"""Codes that the table does not know and that are told apart; further ones are one kind."""
_OTHERS = Text("其他数值", "other values")
_VALUES = Text("有数值", "cells with a value")
_REST = Text("其他未列代码", "other unlisted codes")


@dataclass(frozen=True)
class Kind:
    """Cells that mean the same."""

    label: Text
    zone: str = ""
    """What rules know it by: the class; empty for values, which name no zone."""
    is_concern: bool = False
    is_known: bool = True


class KindCells:
    """A control raster whose cells are numbers of kinds, for `eco_gis.geometry.zonal`.

    Cells without data have none.
    """

    def __init__(self, source: CellSource, raster: ControlRaster) -> None:
        self.kinds: list[Kind] = []
        """Kind of each number."""
        self._source = source
        self._raster = raster
        self._numbers: dict[str, int] = {}

    @property
    def grid(self) -> Grid:
        """Where the cells lie."""
        return self._source.grid

    @property
    def nodata(self) -> float | None:
        """Number of cells without a kind."""
        return NO_CLASS

    def outline(self, tile: Tile, codes: NDArray[np.int32]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Polygons of a window's cells by a code for each kind, 0 for none; and the code of each."""
        coded = np.append(codes, 0)[self.read(tile)].astype(np.int32)
        return self._raster.outline(coded, self.grid.window(tile))

    def read(self, tile: Tile) -> NDArray[Any]:
        """(rows, columns) numbers of kinds, `NO_CLASS` for cells without data."""
        values = self._source.read(tile)
        if self._raster.name_of is None:
            return self._by_value(values)
        classes, code = classes_of(values, self._source.nodata)
        numbers = [self._number(self._kind_of(_written(c))) for c in classes.tolist()]
        return np.array([*numbers, NO_CLASS], dtype=np.int32)[code]

    def _by_value(self, values: NDArray[Any]) -> NDArray[np.int32]:
        bound = self._raster.spec.concern_values
        known = ~is_nodata(values, self._source.nodata)
        if bound is None:
            return np.where(known, self._number(Kind(_VALUES)), NO_CLASS).astype(np.int32)
        concern, others = (self._number(k) for k in (Kind(bound.words, is_concern=True), Kind(_OTHERS)))
        number = np.where(bound.holds_in(values), concern, others)
        return np.where(known, number, NO_CLASS).astype(np.int32)

    def _kind_of(self, code: str) -> Kind:
        name = self._raster.name_of(code) if self._raster.name_of is not None else None
        if name is not None:
            words = self._raster.spec.concern
            return Kind(name, name.zh, any(word in name.zh or word in name.en for word in words))
        label = Text(f"未列代码 {code}", f"unlisted code {code}")
        many = sum(not kind.is_known for kind in self.kinds) >= _UNLISTED
        return Kind(_REST if many and label.zh not in self._numbers else label, is_known=False)

    def _number(self, kind: Kind) -> int:
        key = kind.label.zh
        if key not in self._numbers:
            self._numbers[key] = len(self.kinds)
            self.kinds.append(kind)
        return self._numbers[key]


def _written(value: float) -> str:
    """A cell's value as the code of a class: whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() else repr(value)
