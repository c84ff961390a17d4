"""The rows of the ledger: opening, kept, lost, gained, moved and closing, each measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum

import numpy as np
from numpy.typing import NDArray

from eco_gis.change.cells import Cells
from eco_gis.change.ground import OUTSIDE, Ground, place_of, twins
from eco_gis.errors import LedgerError
from eco_gis.geometry.atoms import NONE, planarize
from eco_gis.geometry.overlay import PairTable, overlap_shapes
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import ChangedPiece, Direction, LedgerRow, Level
from eco_gis.text import Text

CLOSES_WITHIN_M2 = 1.0
"""A ledger whose residual is larger is an error of the tool, not a result."""


@dataclass(frozen=True)
class Sides:
    """The two versions, the ground both hold and the ground that changed."""

    old: Ground
    new: Ground
    twins: tuple[NDArray[np.intp], NDArray[np.intp]]
    """Positions of the polygons that stand in both with the same shape, pair by pair."""
    cut: PairTable
    """Overlap of a polygon of `old` with one of `new`, of those without a twin."""
    pieces: Sequence[ChangedPiece]

    @cached_property
    def kept(self) -> PairTable:
        """Overlap of a polygon of `old` with one of `new`: a twin overlaps its twin with all its ground."""
        first, second = self.twins
        ground = self.old.regions.take(first)
        return self.cut.joined(PairTable.of_areas(first, second, ground.planar_m2, ground.area_m2))


@dataclass(frozen=True)
class Places:
    """Both versions by township: the old one as townships were at the opening, the new one as they are at the closing."""

    old: Cells
    new: Cells


def ledger_rows(sides: Sides, places: Places | None) -> list[LedgerRow]:
    """County, townships, types, features; checked to close.

    Raises
    ------
    LedgerError
        When a row does not close within 1 m².
    """
    rows = [
        _county_row(sides),
        *_township_rows(sides, places),
        *_type_rows(sides),
        *_feature_rows(sides),
    ]
    check_closed(rows)
    return rows


def check_closed(rows: Sequence[LedgerRow]) -> None:
    """Raise `LedgerError` when a row does not close, or what was kept and lost is not what there was."""
    for row in rows:
        unkept = row.opening_m2 - row.kept_m2 - row.lost_m2 - row.moved_out_m2
        for what, residual in (("residual", row.residual_m2), ("opening − kept − lost − moved out", unkept)):
            if not abs(residual) <= CLOSES_WITHIN_M2:
                raise LedgerError(
                    Text(
                        f"台账不闭合：{row.level} {row.key} 的{what}为 {residual:,.4f} m²"
                        f"（允许 {CLOSES_WITHIN_M2} m²）；请连同所比较的图层反馈此问题",
                        f"the ledger of {row.level} {row.key!r} does not close: {what} is {residual:,.4f} m² "
                        f"(allowed {CLOSES_WITHIN_M2} m²); please report this with the layers compared",
                    )
                )


def _sum(pieces: Sequence[ChangedPiece], direction: Direction) -> float:
    return fsum(p.area_m2 for p in pieces if p.direction is direction)


def _county_row(sides: Sides) -> LedgerRow:
    return LedgerRow(
        level=Level.COUNTY,
        key="county",
        name="",
        opening_m2=fsum(sides.old.layer.footprint.area_m2),
        kept_m2=fsum(sides.kept.area_m2),
        lost_m2=_sum(sides.pieces, Direction.LOST),
        gained_m2=_sum(sides.pieces, Direction.GAINED),
        moved_out_m2=0.0,
        moved_in_m2=0.0,
        closing_m2=fsum(sides.new.layer.footprint.area_m2),
    )


def _township_rows(sides: Sides, places: Places | None) -> list[LedgerRow]:
    """Ledger by township, with a row for ground outside all of them; empty without townships.

    Ground that stayed protected while the border of its township moved is moved, not lost.
    """
    if places is None:
        return []
    flows = _Flows()
    for column, cells in (("opening", places.old), ("closing", places.new)):
        for position, area in zip(cells.township, cells.regions.area_m2, strict=True):
            flows.add(column, place_of(cells.townships, position)[0], float(area))
    for before, after, area in _kept(sides, places):
        flows.keep(before, after, area)
    for piece in sides.pieces:
        flows.change(piece, piece.township)
    names = {key: name for cells in (places.old, places.new) for key, name in _holders(cells)}
    return flows.rows(Level.TOWNSHIP, [*names.items(), (OUTSIDE, "")])


def _holders(cells: Cells) -> Iterator[tuple[str, str]]:
    return cells.townships.holders() if cells.townships is not None else iter(())


def _kept(sides: Sides, places: Places) -> Iterator[tuple[str, str, float]]:
    """Township at the opening, township at the closing and m² of the ground that both versions hold.

    Polygons with a twin are cut by the townships of the opening already; what lies in a township whose
    border stayed lies in it at the closing.
    """
    old, new = places.old.townships, places.new.townships
    assert old is not None and new is not None  # places are told by townships
    none = Regions.empty(sides.old.regions.plane)
    whole = np.isin(places.old.patch, sides.twins[0])
    shapes = overlap_shapes(sides.old.regions, sides.new.regions, sides.cut)
    cut = planarize(shapes, old.regions, none, none.plane)
    before = np.concatenate([np.array(places.old.township, dtype=np.intp)[whole], cut.township])
    ground = Regions(np.concatenate([places.old.regions.shapes[whole], cut.shapes]), none.plane)
    stayed = dict(zip(*(side.tolist() for side in twins(old.regions, new.regions)), strict=True))
    if len(stayed) == len(old.regions) == len(new.regions):
        stayed[NONE] = NONE
    told = np.isin(before, list(stayed))
    for position, area in zip(before[told].tolist(), ground.area_m2[told], strict=True):
        yield place_of(old, position)[0], place_of(new, stayed[position])[0], float(area)
    atoms = planarize(ground.take(~told), new.regions, none, none.plane)
    for position, after, area in zip(before[~told][atoms.ground], atoms.township, atoms.area_m2, strict=True):
        yield place_of(old, int(position))[0], place_of(new, int(after))[0], float(area)


def _type_rows(sides: Sides) -> list[LedgerRow]:
    """Ledger by type of line; empty where neither version tells types."""
    grounds = (sides.old, sides.new)
    kinds = sorted({g.kind(p) for g in grounds for p in range(len(g.regions))})
    if kinds in ([], [""]):
        return []
    flows = _booked(sides, Ground.kind, lambda piece: piece.kind)
    return flows.rows(Level.TYPE, [(kind, kind) for kind in kinds])


def _feature_rows(sides: Sides) -> list[LedgerRow]:
    """Ledger by feature id: ground that stays protected under another id is moved, not lost."""
    flows = _booked(sides, Ground.id, lambda piece: piece.feature)
    names = dict([*sides.old.holders(), *sides.new.holders()])
    return flows.rows(Level.FEATURE, [(key, names[key]) for key in sorted(names)])


def _booked(
    sides: Sides, key: Callable[[Ground, int], str], key_of_piece: Callable[[ChangedPiece], str]
) -> _Flows:
    """What each key of a polygon had, kept, gave away and got."""
    flows = _Flows()
    for ground, column in ((sides.old, "opening"), (sides.new, "closing")):
        for position, area in enumerate(ground.regions.area_m2):
            flows.add(column, key(ground, position), float(area))
    for i, j, area in zip(sides.kept.a, sides.kept.b, sides.kept.area_m2, strict=True):
        flows.keep(key(sides.old, i), key(sides.new, j), float(area))
    for piece in sides.pieces:
        flows.change(piece, key_of_piece(piece))
    return flows


class _Flows:
    """m² by column and key; every row of a ledger is read from one.

    Sums are exact (`math.fsum`): the same ground sums to the same number in whatever order it comes.
    """

    def __init__(self) -> None:
        columns = ("opening", "kept", "lost", "gained", "moved_out", "moved_in", "closing")
        self._areas: dict[str, defaultdict[str, list[float]]] = {c: defaultdict(list) for c in columns}

    def add(self, column: str, key: str, area_m2: float) -> None:
        self._areas[column][key].append(area_m2)

    def keep(self, before: str, after: str, area_m2: float) -> None:
        """Ground that both versions hold; under another key it is moved."""
        if before == after:
            self.add("kept", before, area_m2)
        else:
            self.add("moved_out", before, area_m2)
            self.add("moved_in", after, area_m2)

    def change(self, piece: ChangedPiece, key: str) -> None:
        self.add("lost" if piece.direction is Direction.LOST else "gained", key, piece.area_m2)

    def rows(self, level: Level, keys: Sequence[tuple[str, str]]) -> list[LedgerRow]:
        """One row for each key and name."""
        return [
            LedgerRow(level, key, name, **{f"{c}_m2": fsum(m2[key]) for c, m2 in self._areas.items()})
            for key, name in keys
        ]
