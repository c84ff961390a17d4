"""The rows of the ledger: opening, kept, lost, gained, moved and closing, each measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eco_gis.change.ground import Ground
from eco_gis.errors import LedgerError
from eco_gis.geometry.atoms import planarize
from eco_gis.geometry.overlay import PairTable, difference, overlap_pairs, overlap_shapes
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import ChangedPiece, Direction, LedgerRow, Level
from eco_gis.text import Text

CLOSES_WITHIN_M2 = 1.0
"""A ledger whose residual is larger is an error of the tool, not a result."""

OUTSIDE = "outside"
"""Key of the ground outside all townships."""


@dataclass(frozen=True)
class Sides:
    """The two versions, the ground both hold and the ground that changed."""

    old: Ground
    new: Ground
    kept: PairTable
    """Overlap of a polygon of `old` with one of `new`."""
    pieces: Sequence[ChangedPiece]


@dataclass(frozen=True)
class Places:
    """Townships as they were at the opening and as they are at the closing."""

    old: Ground
    new: Ground

    @property
    def stayed(self) -> bool:
        """Whether both sides are one layer: no border of a township can have moved."""
        return self.old is self.new


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
    return float(sum(p.area_m2 for p in pieces if p.direction is direction))


def _county_row(sides: Sides) -> LedgerRow:
    return LedgerRow(
        level=Level.COUNTY,
        key="county",
        name="",
        opening_m2=float(sides.old.layer.footprint.area_m2.sum()),
        kept_m2=float(sides.kept.area_m2.sum()),
        lost_m2=_sum(sides.pieces, Direction.LOST),
        gained_m2=_sum(sides.pieces, Direction.GAINED),
        moved_out_m2=0.0,
        moved_in_m2=0.0,
        closing_m2=float(sides.new.layer.footprint.area_m2.sum()),
    )


def _township_rows(sides: Sides, places: Places | None) -> list[LedgerRow]:
    """Ledger by township, with a row for ground outside all of them; empty without townships.

    Ground that stayed protected while the border of its township moved is moved, not lost.
    """
    if places is None:
        return []
    flows = _Flows()
    flows.add("opening", _by_township(sides.old.regions, places.old))
    flows.add("closing", _by_township(sides.new.regions, places.new))
    kept = Regions(overlap_shapes(sides.old.regions, sides.new.regions, sides.kept), sides.old.regions.plane)
    if places.stayed:
        flows.add("kept", _by_township(kept, places.old))
    else:
        for before, after, area in _between(kept, places):
            flows.keep(before, after, area)
    for piece in sides.pieces:
        flows.change(piece, piece.township)
    names = dict([*places.old.holders(), *places.new.holders()])
    return flows.rows(Level.TOWNSHIP, [*names.items(), (OUTSIDE, "")])


def _between(kept: Regions, places: Places) -> Iterator[tuple[str, str, float]]:
    """Township at the opening, township at the closing and m² of the ground that both versions hold."""
    atoms = planarize(kept.shapes, places.old.regions, places.new.regions, kept.plane)
    for before, after, area in zip(atoms.township, atoms.entry, atoms.area_m2, strict=True):
        yield (
            places.old.id(before) if before >= 0 else OUTSIDE,
            places.new.id(after) if after >= 0 else OUTSIDE,
            float(area),
        )


def _by_township(ground: Regions, townships: Ground) -> defaultdict[str, float]:
    """Measured m² of disjoint ground per township id, and outside all of them."""
    sums: defaultdict[str, float] = defaultdict(float)
    pairs = overlap_pairs(ground, townships.regions)
    for position, area in zip(pairs.b, pairs.area_m2, strict=True):
        sums[townships.id(position)] += float(area)
    rest = Regions(difference(ground, townships.regions), ground.plane)
    sums[OUTSIDE] = float(rest.area_m2.sum())
    return sums


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
            flows.sums[column][key(ground, position)] += float(area)
    for i, j, area in zip(sides.kept.a, sides.kept.b, sides.kept.area_m2, strict=True):
        flows.keep(key(sides.old, i), key(sides.new, j), float(area))
    for piece in sides.pieces:
        flows.change(piece, key_of_piece(piece))
    return flows


class _Flows:
    """Sums of m² by column and key; every row of a ledger is read from one."""

    def __init__(self) -> None:
        columns = ("opening", "kept", "lost", "gained", "moved_out", "moved_in", "closing")
        self.sums: dict[str, defaultdict[str, float]] = {c: defaultdict(float) for c in columns}

    def add(self, column: str, sums: dict[str, float]) -> None:
        for key, area in sums.items():
            self.sums[column][key] += area

    def keep(self, before: str, after: str, area_m2: float) -> None:
        """Ground that both versions hold; under another key it is moved."""
        if before == after:
            self.sums["kept"][before] += area_m2
        else:
            self.sums["moved_out"][before] += area_m2
            self.sums["moved_in"][after] += area_m2

    def change(self, piece: ChangedPiece, key: str) -> None:
        self.sums["lost" if piece.direction is Direction.LOST else "gained"][key] += piece.area_m2

    def rows(self, level: Level, keys: Sequence[tuple[str, str]]) -> list[LedgerRow]:
        """One row for each key and name."""
        return [
            LedgerRow(level, key, name, **{f"{c}_m2": sums[key] for c, sums in self.sums.items()})
            for key, name in keys
        ]
