"""The rows of the ledger: opening, kept, lost, gained, moved and closing, each measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from eco_gis.change.ground import Ground
from eco_gis.errors import LedgerError
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


def ledger_rows(sides: Sides, townships: Ground | None) -> list[LedgerRow]:
    """County, townships, features; checked to close.

    Raises
    ------
    LedgerError
        When a row does not close within 1 m².
    """
    rows = [_county_row(sides), *_township_rows(sides, townships), *_feature_rows(sides)]
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


def _township_rows(sides: Sides, townships: Ground | None) -> list[LedgerRow]:
    """Ledger by township, with a row for ground outside all of them; empty without townships."""
    if townships is None:
        return []
    old, new = sides.old.regions, sides.new.regions
    opening, closing = _by_township(old, townships), _by_township(new, townships)
    kept = _by_township(Regions(overlap_shapes(old, new, sides.kept), old.plane), townships)
    return [
        LedgerRow(
            level=Level.TOWNSHIP,
            key=key,
            name=name,
            opening_m2=opening[key],
            kept_m2=kept[key],
            lost_m2=_sum([p for p in sides.pieces if p.township == key], Direction.LOST),
            gained_m2=_sum([p for p in sides.pieces if p.township == key], Direction.GAINED),
            moved_out_m2=0.0,
            moved_in_m2=0.0,
            closing_m2=closing[key],
        )
        for key, name in [*townships.holders(), (OUTSIDE, "")]
    ]


def _by_township(ground: Regions, townships: Ground) -> defaultdict[str, float]:
    """Measured m² of disjoint ground per township id, and outside all of them."""
    sums: defaultdict[str, float] = defaultdict(float)
    pairs = overlap_pairs(ground, townships.regions)
    for position, area in zip(pairs.b, pairs.area_m2, strict=True):
        sums[townships.id(position)] += float(area)
    rest = Regions(difference(ground, townships.regions), ground.plane)
    sums[OUTSIDE] = float(rest.area_m2.sum())
    return sums


def _feature_rows(sides: Sides) -> list[LedgerRow]:
    """Ledger by feature id: ground that stays protected under another id is moved, not lost."""
    sums: dict[str, defaultdict[str, float]] = {
        name: defaultdict(float) for name in ("opening", "kept", "lost", "gained", "out", "in", "closing")
    }
    for ground, column in ((sides.old, "opening"), (sides.new, "closing")):
        for position, area in enumerate(ground.regions.area_m2):
            sums[column][ground.id(position)] += float(area)
    kept = sides.kept
    for i, j, area in zip(kept.a, kept.b, kept.area_m2, strict=True):
        before, after = sides.old.id(i), sides.new.id(j)
        if before == after:
            sums["kept"][before] += float(area)
        else:
            sums["out"][before] += float(area)
            sums["in"][after] += float(area)
    for piece in sides.pieces:
        sums["lost" if piece.direction is Direction.LOST else "gained"][piece.feature] += piece.area_m2
    names = dict([*sides.old.holders(), *sides.new.holders()])
    return [
        LedgerRow(
            level=Level.FEATURE,
            key=key,
            name=names[key],
            opening_m2=sums["opening"][key],
            kept_m2=sums["kept"][key],
            lost_m2=sums["lost"][key],
            gained_m2=sums["gained"][key],
            moved_out_m2=sums["out"][key],
            moved_in_m2=sums["in"][key],
            closing_m2=sums["closing"][key],
        )
        for key in sorted(names)
    ]
