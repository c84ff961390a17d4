"""Errors and warnings of eco_gis.

One root, one-line subclasses that also inherit the builtin a caller would expect.
A message says what is wrong, where (file, layer, feature), which rule, and the way out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input, and how to mend it.

    >>> print(Problem("redline", "no CRS", "set crs = 'EPSG:4549' in the catalog"))
    redline: no CRS → set crs = 'EPSG:4549' in the catalog
    """

    where: str
    """File, layer and feature, as the user knows them."""
    what: str
    """What is wrong, with the offending value."""
    remedy: str
    """What to do about it."""
    fatal: bool = True
    """True when a number would be wrong; False for a remark."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what} → {self.remedy}"

    def to_dict(self) -> dict[str, str | bool]:
        """The problem as plain values for JSON."""
        return asdict(self)


class EcoGisError(Exception):
    """Root of all errors that eco_gis raises on purpose; carries every problem found."""

    def __init__(self, message: str = "", *, problems: Iterable[Problem] = ()) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        lines = [message] if message else []
        super().__init__("\n".join([*lines, *(f"  • {p}" for p in self.problems)]))


class UsageError(EcoGisError, ValueError):
    """The call itself is wrong: an option, a name or a value that does not exist."""


class CatalogError(EcoGisError, ValueError):
    """The catalog cannot be used; `problems` lists everything that is wrong with it."""


class LayerReadError(EcoGisError, OSError):
    """A layer's file is missing, damaged or of an unknown kind."""


class MissingCRSError(EcoGisError, ValueError):
    """A layer does not say in which coordinate reference system it is."""


class CRSMismatchError(EcoGisError, ValueError):
    """Two operands of an overlay lie on different working planes."""


class TransformRefusedError(EcoGisError, ValueError):
    """A datum shift would have to be guessed."""


class RepairBudgetError(EcoGisError, ValueError):
    """Repairing a layer would change more area than its budget allows."""


class RuleError(EcoGisError, ValueError):
    """A rule pack is not sound."""


class LedgerError(EcoGisError, ArithmeticError):
    """A ledger does not close."""


class OutputError(EcoGisError, OSError):
    """A result cannot be written."""


class EcoGisWarning(UserWarning):
    """Root of the warnings of eco_gis."""
