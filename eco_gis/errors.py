"""Errors and warnings of eco_gis.

One root, one-line subclasses that also inherit the builtin a caller would expect.
A message says what is wrong, where (file, layer, feature), which rule, and the way out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eco_gis.text import Lang, Text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input, and how to mend it.

    >>> problem = Problem("redline", Text("无坐标系", "no CRS"), Text("在目录中写 crs", "set crs in the catalog"))
    >>> problem.to("en")
    'redline: no CRS → set crs in the catalog'
    >>> print(problem)
    redline: 无坐标系 → 在目录中写 crs / no CRS → set crs in the catalog
    """

    where: str
    """File, layer and feature, as the user knows them."""
    what: Text
    """What is wrong, with the offending value."""
    remedy: Text
    """What to do about it."""
    fatal: bool = True
    """True when a number would be wrong; False for a remark."""

    def to(self, lang: Lang) -> str:
        """One line in `lang`."""
        return f"{self.where}: {self._line(lang)}"

    def __str__(self) -> str:
        return f"{self.where}: {Text(self._line('zh'), self._line('en'))}"

    def _line(self, lang: Lang) -> str:
        return f"{self.what.to(lang)} → {self.remedy.to(lang)}"

    def to_dict(self) -> dict[str, str | bool]:
        """The problem as plain values for JSON, in both languages."""
        return {
            "where": self.where,
            "what": self.what.zh,
            "what_en": self.what.to("en"),
            "remedy": self.remedy.zh,
            "remedy_en": self.remedy.to("en"),
            "fatal": self.fatal,
        }


class EcoGisError(Exception):
    """Root of all errors that eco_gis raises on purpose; carries every problem found.

    `str(error)` holds both languages; `error.to(lang)` one.
    """

    def __init__(self, message: Text | str = "", *, problems: Iterable[Problem] = ()) -> None:
        self.message = message if isinstance(message, Text) else Text(message)
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(
            "\n".join([*filter(None, [str(self.message)]), *(f"  • {p}" for p in self.problems)])
        )

    def to(self, lang: Lang) -> str:
        """The message and every problem in `lang`."""
        return "\n".join(
            [*filter(None, [self.message.to(lang)]), *(f"  • {p.to(lang)}" for p in self.problems)]
        )


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
