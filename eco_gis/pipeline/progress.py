"""How long work is told to a caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Where a caller hears of long work: `step(stage, what)` before each piece, `total(stage, n)` once."""

    total: Callable[[str, int], None] = lambda stage, n: None
    step: Callable[[str, str], None] = lambda stage, what: None


QUIET = Progress()
