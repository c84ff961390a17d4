"""The pair table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class PairTable:
    """Pairs of shapes with a positive overlap, sorted by (a, b)."""

    a: Index
    """Index into the first operand."""
    b: Index
    """Index into the second operand."""
    area_m2: Floats
    """Ellipsoidal overlap of two polygons; 0 otherwise."""
    planar_m2: Floats
    """The same in the plane."""
    length_m: Floats
    """Length of a line inside a polygon, planar ÷ local scale; 0 otherwise."""
    count: Index
    """Points of a point shape inside a polygon; 0 otherwise."""

    def __len__(self) -> int:
        return len(self.a)

    @classmethod
    def of_areas(cls, a: Index, b: Index, planar_m2: Floats, area_m2: Floats) -> PairTable:
        """Pairs of polygons, sorted here."""
        order = np.lexsort((b, a))
        none = np.zeros(len(a))
        return cls(a[order], b[order], area_m2[order], planar_m2[order], none, none.astype(np.intp))

    @classmethod
    def of_thin(cls, a: Index, b: Index, size: Floats, *, counts: bool) -> PairTable:
        """Pairs with a length, or with a count of points."""
        none = np.zeros(len(a))
        if counts:
            return cls(a, b, none, none, none, np.rint(size).astype(np.intp))
        return cls(a, b, none, none, size, none.astype(np.intp))

    def turned(self) -> PairTable:
        """The same pairs with the operands exchanged."""
        order = np.lexsort((self.a, self.b))
        return PairTable(
            self.b[order],
            self.a[order],
            self.area_m2[order],
            self.planar_m2[order],
            self.length_m[order],
            self.count[order],
        )

    def renamed(self, a: Index, b: Index) -> PairTable:
        """The same pairs with ascending new numbers for the shapes of both operands."""
        return replace(self, a=a[self.a], b=b[self.b])

    def joined(self, other: PairTable) -> PairTable:
        """The pairs of both tables, which have none in common."""
        a, b = np.concatenate([self.a, other.a]), np.concatenate([self.b, other.b])
        order = np.lexsort((b, a))
        columns = (
            np.concatenate([mine, theirs])[order]
            for mine, theirs in (
                (self.area_m2, other.area_m2),
                (self.planar_m2, other.planar_m2),
                (self.length_m, other.length_m),
                (self.count, other.count),
            )
        )
        return PairTable(a[order], b[order], *columns)
