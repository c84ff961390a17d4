"""Patches without a delivered batch: cells that lost their nature between two rasters (自然→建设、自然→裸地、植被减少)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.zonal import CellSource, Grid, Tile, leading
from eco_gis.geometry.zonal.beside import values_beside
from eco_gis.text import Text

Codes = NDArray[np.uint16]

STEP = 1024
"""Rows and columns read at a time: memory follows this and one code per cell."""


class ChangeKind(StrEnum):
    """What happened to the cells of a patch."""

    NATURAL_TO_BUILT = "natural_to_built"
    NATURAL_TO_BARE = "natural_to_bare"
    NATURAL_TO_FARMLAND = "natural_to_farmland"
    FARMLAND_TO_BUILT = "farmland_to_built"
    COVER_LOST = "cover_lost"

    @property
    def label(self) -> Text:
        """自然→建设 …"""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    ChangeKind.NATURAL_TO_BUILT: Text("自然→建设", "natural → built"),
    ChangeKind.NATURAL_TO_BARE: Text("自然→裸地", "natural → bare"),
    ChangeKind.NATURAL_TO_FARMLAND: Text("自然→农业", "natural → farmland"),
    ChangeKind.FARMLAND_TO_BUILT: Text("农业→建设", "farmland → built"),
    ChangeKind.COVER_LOST: Text("植被减少", "cover lost"),
}

KIND_OF_GROUPS = {
    ("natural", "built"): ChangeKind.NATURAL_TO_BUILT,
    ("natural", "unused"): ChangeKind.NATURAL_TO_BARE,
    ("natural", "farmland"): ChangeKind.NATURAL_TO_FARMLAND,
    ("farmland", "built"): ChangeKind.FARMLAND_TO_BUILT,
}
"""Changes of group that make a patch."""


@dataclass(frozen=True)
class Pair:
    """One change of value."""

    before: str
    after: str
    kind: ChangeKind


class ChangeRule(Protocol):
    """Which cells changed, and how."""

    pairs: list[Pair]
    """Every change met so far; a cell's code is the position of its pair plus 1."""

    def codes(self, before: NDArray[Any], after: NDArray[Any]) -> Codes:
        """Code of each cell; 0 where nothing happened that makes a patch."""


class CoverRule:
    """Land cover: the group of the class decides.

    >>> group = {10: "farmland", 20: "natural", 80: "built"}.get
    >>> rule = CoverRule(lambda value: group(value, ""))
    >>> rule.codes(np.array([20, 10, 20, 99]), np.array([80, 80, 20, 80])).tolist()
    [2, 1, 0, 0]
    >>> [(p.before, p.after, p.kind.value) for p in rule.pairs]
    [('10', '80', 'farmland_to_built'), ('20', '80', 'natural_to_built')]
    """

    def __init__(self, group: Callable[[float], str]) -> None:
        self._group = group
        self._known: dict[tuple[float, float], int] = {}
        self.pairs: list[Pair] = []

    def codes(self, before: NDArray[Any], after: NDArray[Any]) -> Codes:
        """Code of each cell; 0 where nothing happened that makes a patch."""
        out = np.zeros(before.shape, dtype=np.uint16)
        changed = before != after
        both = np.stack([before[changed], after[changed]], axis=1)
        met, place = np.unique(both, axis=0, return_inverse=True)
        codes = np.array([self._code(*pair) for pair in met.tolist()], dtype=np.uint16)
        if len(met):
            out[changed] = codes[place.reshape(-1)]
        return out

    def _code(self, before: float, after: float) -> int:
        if (before, after) not in self._known:
            kind = KIND_OF_GROUPS.get((self._group(before), self._group(after)))
            if kind is not None:
                self.pairs.append(Pair(f"{before:g}", f"{after:g}", kind))
            self._known[before, after] = len(self.pairs) if kind is not None else 0
        return self._known[before, after]


class NdviRule:
    """Vegetation index: what was green enough and fell far enough.

    >>> rule = NdviRule(green=0.4, drop=0.2)
    >>> rule.codes(np.array([0.8, 0.8, 0.3]), np.array([0.5, 0.7, 0.0])).tolist()
    [1, 0, 0]
    """

    def __init__(self, *, green: float = 0.4, drop: float = 0.2) -> None:
        self._green, self._drop = green, drop
        self.pairs = [Pair(f"≥{green:g}", f"−{drop:g}", ChangeKind.COVER_LOST)]

    def codes(self, before: NDArray[Any], after: NDArray[Any]) -> Codes:
        """1 where cover was lost."""
        first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
        # a difference of exactly the limit counts, whatever the last bit of the subtraction says
        lost = (first >= self._green) & (first - second >= self._drop - 1e-9)
        return lost.astype(np.uint16)


@dataclass(frozen=True)
class ChangedCells:
    """One code per cell of a window of the raster that leads."""

    codes: Codes
    """(rows, columns); 0 is no change, else the position of the pair plus 1."""
    grid: Grid
    """The window alone."""
    pairs: tuple[Pair, ...]

    def kinds(self) -> NDArray[np.uint8]:
        """Position of the kind plus 1 for each cell; 0 is no change."""
        kinds = list(ChangeKind)
        table = np.array([0, *(kinds.index(p.kind) + 1 for p in self.pairs)], dtype=np.uint8)
        return table[self.codes]

    def cells_by_pair(self, mask: NDArray[np.bool_], tile: Tile) -> dict[Pair, int]:
        """Cells of each change under a mask laid on a window."""
        window = self.codes[tile.row : tile.row + tile.rows, tile.column : tile.column + tile.columns]
        counts = np.bincount(window[mask], minlength=len(self.pairs) + 1)
        return {pair: int(n) for pair, n in zip(self.pairs, counts[1:], strict=True) if n}


def changed_cells(
    before: CellSource,
    after: CellSource,
    window: Tile,
    mask: Callable[[Tile], NDArray[np.bool_]],
    rule: ChangeRule,
) -> ChangedCells:
    """The cells of a window of the leading raster that changed, read piece by piece.

    Parameters
    ----------
    before, after
        Rasters with their CRS; the one with the smaller cells leads (`leading`) and asks the other at the
        centres of its cells.
    window
        Window of the raster that leads.
    mask
        Which cells of a piece are asked about (those whose centre lies inside the line).

    Raises
    ------
    TransformRefusedError
        The datum shift between the rasters would have to be guessed.
    """
    grid = leading(before, after).grid
    codes = np.zeros((window.rows, window.columns), dtype=np.uint16)
    for tile in _pieces(window):
        asked = mask(tile)
        if not asked.any():
            continue
        first, first_known = values_beside(before, grid, tile)
        second, second_known = values_beside(after, grid, tile)
        asked &= first_known & second_known
        row, column = tile.row - window.row, tile.column - window.column
        piece = np.zeros((tile.rows, tile.columns), dtype=np.uint16)
        piece[asked] = rule.codes(first[asked], second[asked])
        codes[row : row + tile.rows, column : column + tile.columns] = piece
    return ChangedCells(codes, part_of(grid, window), tuple(rule.pairs))


def part_of(grid: Grid, window: Tile) -> Grid:
    """A window of a grid as a grid of its own."""
    x0, y0 = grid.x0 + grid.dx * window.column, grid.y0 + grid.dy * window.row
    return Grid(x0, y0, grid.dx, grid.dy, window.rows, window.columns, grid.crs)


def _pieces(window: Tile) -> Iterator[Tile]:
    for row in range(window.row, window.row + window.rows, STEP):
        for column in range(window.column, window.column + window.columns, STEP):
            yield Tile(
                row,
                column,
                min(STEP, window.row + window.rows - row),
                min(STEP, window.column + window.columns - column),
            )
