"""How much of each cell lies in each polygon: runs of cells with one fraction.

Along a row of cells, each piece of border changes the share of all cells to its right. A border piece
of height dv in a cell, whose mean distance from the cell's left side is m, gives that cell dv·(1 − m)
and every later cell of the row dv: so it adds dv·(1 − m) at its own column and dv·m at the next, and
the running total along the row is the fraction, exactly, for full, empty and cut cells alike. Between
two changes the total stands still: that is a run.

The cell-centre rule is the same sum with whole numbers: a border crossing the line through a row's
centres changes the total by one at the first centre to its right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.zonal.grid import Floats, Tile, spread
from eco_gis.geometry.zonal.outlines import Ints, Outlines

ROUNDING = 1e-9
"""Share of a cell that only the rounding of coordinates makes: less is none, and as near to 1 is full."""

_CELLS_AT_A_TIME = 1 << 20


class Rule(StrEnum):
    """Which cells a region takes."""

    FRACTION = "fraction"
    """Each cell by the exact share of its area that lies in the region."""
    CENTRE = "centre"
    """Each cell whose centre lies in the region, whole. A centre on a border belongs to the region on the
    side of growing columns (and rows, on a level border), so that neighbours neither share nor lose it."""


@dataclass(frozen=True)
class Runs:
    """Cells of a tile that follow one another in a row and lie in a polygon by the same fraction."""

    part: Ints
    """Polygon of each run (index into `Outlines.region`), ascending."""
    row: Ints
    """Row in the tile."""
    column: Ints
    """First column in the tile."""
    length: Ints
    """Number of cells."""
    fraction: Floats
    """Share of each of these cells, above `ROUNDING`, at most 1."""

    def cells(self, tile: Tile) -> Iterator[tuple[Ints, Ints, Floats]]:
        """Polygon, position in the flattened tile and fraction of single cells, some at a time, in order."""
        ends = np.cumsum(self.length)
        first = self.row * tile.columns + self.column
        begin = 0
        while begin < len(ends):
            done = ends[begin - 1] if begin else 0
            stop = max(int(np.searchsorted(ends, done + _CELLS_AT_A_TIME, side="right")), begin + 1)
            length = self.length[begin:stop]
            step = np.arange(length.sum()) - np.repeat(ends[begin:stop] - length - done, length)
            yield (
                np.repeat(self.part[begin:stop], length),
                np.repeat(first[begin:stop], length) + step,
                np.repeat(self.fraction[begin:stop], length),
            )
            begin = stop


@dataclass(frozen=True)
class _Edges:
    """Edges that are not level, turned so that v grows."""

    u0: Floats
    v0: Floats
    u1: Floats
    v1: Floats
    weight: Floats
    """+1 where the polygon lies on the side of growing u, −1 on the other side."""
    part: Ints

    def take(self, index: NDArray[np.bool_]) -> _Edges:
        return _Edges(*(values[index] for values in vars(self).values()))


def runs(outlines: Outlines, parts: Ints, tile: Tile, rule: Rule) -> Runs:
    """The cells of a tile that the polygons `parts` (ascending) take by `rule`."""
    edges = _edges(outlines, parts)
    change = _changes_by_centre if rule is Rule.CENTRE else _changes_by_fraction
    part, row, column, delta = change(edges, tile)
    return _running_total(part, row, column, delta, tile)


def centres_inside(outlines: Outlines) -> Floats:
    """Cell centres of the endless grid in each polygon."""
    edges = _edges(outlines, np.arange(len(outlines.region)))
    edge, row = _rows_of_centres(edges, -np.inf, np.inf)
    # the total over a row of a running total that ends at zero
    passed = -edges.weight[edge] * _first_centre(edges, edge, row)
    return np.bincount(edges.part[edge], passed, len(outlines.region)).astype(np.float64)


def _edges(outlines: Outlines, parts: Ints) -> _Edges:
    vertex_begin = outlines.ring[outlines.part[parts]]
    size = outlines.ring[outlines.part[parts + 1]] - vertex_begin
    vertex = np.repeat(vertex_begin - np.cumsum(size) + size, size) + np.arange(size.sum())
    last = np.zeros(len(outlines.u), dtype=bool)
    last[outlines.ring[1:] - 1] = True
    part = np.repeat(parts, size)
    begins = ~last[vertex]
    vertex, part = vertex[begins], part[begins]
    ring = np.searchsorted(outlines.ring, vertex, side="right") - 1
    u, v = outlines.u, outlines.v
    up = v[vertex + 1] > v[vertex]
    low, high = np.where(up, vertex, vertex + 1), np.where(up, vertex + 1, vertex)
    weight = np.where(up, -outlines.sign[ring], outlines.sign[ring])
    return _Edges(u[low], v[low], u[high], v[high], weight, part).take(v[low] < v[high])


def _rows_of_centres(edges: _Edges, first: float, stop: float) -> tuple[Ints, Ints]:
    """Edge and row for each line of centres that an edge crosses; its upper end is not its own."""
    begin = np.maximum(np.ceil(edges.v0 - 0.5), first)
    count = np.maximum(np.minimum(np.ceil(edges.v1 - 0.5), stop) - begin, 0).astype(np.intp)
    edge, step = spread(count)
    return edge, begin[edge].astype(np.intp) + step


def _first_centre(edges: _Edges, edge: Ints, row: Ints) -> Ints:
    """Column of the first centre that is not left of the edge in a row."""
    u0, v0 = edges.u0[edge], edges.v0[edge]
    slope = (edges.u1[edge] - u0) / (edges.v1[edge] - v0)
    return np.ceil(u0 + (row + 0.5 - v0) * slope - 0.5).astype(np.intp)


def _changes_by_centre(edges: _Edges, tile: Tile) -> tuple[Ints, Ints, Ints, Floats]:
    edge, row = _rows_of_centres(edges, tile.row, tile.row + tile.rows)
    column = np.clip(_first_centre(edges, edge, row) - tile.column, 0, tile.columns)
    return edges.part[edge], row - tile.row, column, edges.weight[edge]


def _changes_by_fraction(edges: _Edges, tile: Tile) -> tuple[Ints, Ints, Ints, Floats]:
    """Polygon, row, column and change of the running total for every piece of border in a cell."""
    clipped = _clip_rows(edges, tile.row, tile.row + tile.rows)
    edge, u, v = _cut_at_cells(clipped, tile)
    inner = edge[:-1] == edge[1:]
    piece = edge[:-1][inner]
    middle_u, middle_v = (u[:-1] + u[1:])[inner] / 2, (v[:-1] + v[1:])[inner] / 2
    row = np.clip(np.floor(middle_v).astype(np.intp) - tile.row, 0, tile.rows - 1)
    column = np.clip(np.floor(middle_u) - tile.column, -1, tile.columns)
    mean = np.where(column < 0, 1.0, np.where(column < tile.columns, middle_u - tile.column - column, 0.0))
    whole = clipped.weight[piece] * np.diff(v)[inner]
    at = column.astype(np.intp)
    part = clipped.part[piece]
    return (
        np.concatenate([part, part]),
        np.concatenate([row, row]),
        np.concatenate([np.maximum(at, 0), np.minimum(at + 1, tile.columns)]),
        np.concatenate([whole * (1 - mean), whole * mean]),
    )


def _clip_rows(edges: _Edges, top: int, bottom: int) -> _Edges:
    near = edges.take((edges.v1 > top) & (edges.v0 < bottom))
    slope = (near.u1 - near.u0) / (near.v1 - near.v0)
    above, below = near.v0 < top, near.v1 > bottom
    return _Edges(
        np.where(above, near.u0 + (top - near.v0) * slope, near.u0),
        np.where(above, top, near.v0),
        np.where(below, near.u0 + (bottom - near.v0) * slope, near.u1),
        np.where(below, bottom, near.v1),
        near.weight,
        near.part,
    )


def _cut_at_cells(edges: _Edges, tile: Tile) -> tuple[Ints, Floats, Floats]:
    """Points that cut each edge into pieces within one cell, in order: edge, u, v."""
    count = len(edges.u0)
    left, right = np.minimum(edges.u0, edges.u1), np.maximum(edges.u0, edges.u1)
    slope = (edges.u1 - edges.u0) / (edges.v1 - edges.v0)
    first_row = np.floor(edges.v0) + 1
    by_row, step = spread(np.maximum(np.ceil(edges.v1) - first_row, 0).astype(np.intp))
    row_v = first_row[by_row] + step
    row_u = np.clip(
        edges.u0[by_row] + (row_v - edges.v0[by_row]) * slope[by_row], left[by_row], right[by_row]
    )
    first_column = np.maximum(np.floor(left) + 1, tile.column)
    last_column = np.minimum(np.ceil(right) - 1, tile.column + tile.columns)
    by_column, step = spread(np.maximum(last_column - first_column + 1, 0).astype(np.intp))
    column_u = first_column[by_column] + step
    column_v = np.clip(
        edges.v0[by_column] + (column_u - edges.u0[by_column]) / slope[by_column],
        edges.v0[by_column],
        edges.v1[by_column],
    )
    ends = np.arange(count)
    edge = np.concatenate([ends, by_row, by_column, ends])
    u = np.concatenate([edges.u0, row_u, column_u, edges.u1])
    v = np.concatenate([edges.v0, row_v, column_v, edges.v1])
    order = np.lexsort((v, edge))
    return edge[order], u[order], v[order]


def _running_total(part: Ints, row: Ints, column: Ints, delta: Floats, tile: Tile) -> Runs:
    line = part * tile.rows + row
    key = line * (tile.columns + 1) + column
    order = np.argsort(key, kind="stable")
    key = key[order]
    begins = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else np.zeros(0, dtype=np.intp)
    change = np.add.reduceat(delta[order], begins) if len(begins) else delta
    key = key[begins]
    line, column = np.divmod(key, tile.columns + 1)
    ends_line = np.append(line[1:] != line[:-1], True)[: len(line)]
    total = np.cumsum(change)
    first = np.flatnonzero(np.append(True, ends_line[:-1])[: len(line)])
    before = np.repeat(total[first] - change[first], np.diff(np.append(first, len(line))))
    fraction = total - before
    length = np.append(np.diff(column), 0)[: len(line)]
    length[ends_line] = tile.columns - column[ends_line]
    fraction[np.abs(fraction - 1) < ROUNDING] = 1.0
    kept = (fraction > ROUNDING) & (length > 0)
    part, row = np.divmod(line[kept], tile.rows)
    return Runs(part, row, column[kept], length[kept], fraction[kept])
