"""Flows of a line's extent by cause, rounded so that every column and every row of an account adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from eco_gis.model.change import Cause, Comparison, Direction
from eco_gis.units import DECIMALS, apportioned, from_m2, round_half_up

TOTAL_KEY = ""
"""Key of the column over all types."""


@dataclass(frozen=True)
class Flow:
    """One line of an account."""

    key: str
    """opening, gained_<cause>, moved_in, lost_<cause>, moved_out, net or closing."""
    rounded: dict[str, Decimal]
    """By type of line; the total stands under the empty key."""
    exact_m2: dict[str, float]


def flows(comparison: Comparison, unit: str, *, causes: Sequence[Cause] | None = None) -> list[Flow]:
    """Opening, additions, reductions, net and closing in `unit`.

    Opening and closing are rounded for themselves, since they stand in other tables too; the larger of
    lost and gained takes up the last digit, as in the ledgers.

    Parameters
    ----------
    causes
        Causes that have a line of their own; by default those that occur.
    """
    county, types = comparison.county, comparison.types
    opening, closing = _rounded(county.opening_m2, unit), _rounded(county.closing_m2, unit)
    lost, gained = _rounded(county.lost_m2, unit), _rounded(county.gained_m2, unit)
    if not comparison.pieces:
        lost = gained = opening * 0
    elif county.lost_m2 > county.gained_m2:
        lost = opening - closing + gained
    else:
        gained = closing - opening + lost
    chosen = occurring([comparison]) if causes is None else causes
    lines = [_line("opening", opening, county.opening_m2, {r.key: r.opening_m2 for r in types})]
    for direction, total, moved in (
        (Direction.GAINED, gained, "moved_in"),
        (Direction.LOST, lost, "moved_out"),
    ):
        amounts = [comparison.sum_m2(direction, cause) for cause in chosen]
        for cause, amount, share in zip(chosen, amounts, apportioned(amounts, total), strict=True):
            by_type = {r.key: _of_type(comparison, r.key, direction, cause) for r in types}
            lines.append(_line(f"{direction}_{cause}", share, amount, by_type))
        if any(r.moved_in_m2 for r in types):
            moves = {r.key: float(getattr(r, f"{moved}_m2")) for r in types}
            amount = sum(moves.values())
            lines.append(_line(moved, _rounded(amount, unit), amount, moves))
    return [*lines, _net(lines), _closing(lines, comparison)]


def _rounded(area_m2: float, unit: str) -> Decimal:
    return round_half_up(from_m2(area_m2, unit), DECIMALS[unit])


def occurring(comparisons: Sequence[Comparison]) -> list[Cause]:
    """Causes of any changed ground; `UNDOCUMENTED` always stands, so that its 0 can be read."""
    found = {p.cause for c in comparisons for p in c.pieces} | {Cause.UNDOCUMENTED}
    return [cause for cause in Cause if cause in found]


def _of_type(comparison: Comparison, kind: str, direction: Direction, cause: Cause) -> float:
    own = (p for p in comparison.pieces if (p.kind, p.direction, p.cause) == (kind, direction, cause))
    return float(sum(p.area_m2 for p in own))


def _line(key: str, total: Decimal, exact: float, by_type: dict[str, float]) -> Flow:
    parts = apportioned(list(by_type.values()), total) if by_type else []
    return Flow(
        key,
        {TOTAL_KEY: total} | dict(zip(by_type, parts, strict=True)),
        {TOTAL_KEY: exact} | by_type,
    )


def _sign(key: str) -> int:
    return -1 if key.startswith(("lost", "moved_out")) else 1


def _net(lines: Sequence[Flow]) -> Flow:
    changes = [line for line in lines if line.key != "opening"]
    keys = lines[0].rounded
    return Flow(
        "net",
        {k: sum((_sign(c.key) * c.rounded[k] for c in changes), Decimal(0)) for k in keys},
        {k: sum(_sign(c.key) * c.exact_m2[k] for c in changes) for k in keys},
    )


def _closing(lines: Sequence[Flow], comparison: Comparison) -> Flow:
    exact = {TOTAL_KEY: comparison.county.closing_m2} | {r.key: r.closing_m2 for r in comparison.types}
    rounded = {
        k: sum((_sign(line.key) * line.rounded[k] for line in lines), Decimal(0)) for k in lines[0].rounded
    }
    return Flow("closing", rounded, exact)
