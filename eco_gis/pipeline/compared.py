"""What comparing versions adds to a run; nothing where only sites are asked about."""

from __future__ import annotations

from dataclasses import dataclass

from eco_gis.errors import Problem
from eco_gis.model.card import CardSet
from eco_gis.model.change import ChangeResult
from eco_gis.model.fact import Fact
from eco_gis.model.function import FunctionResult
from eco_gis.model.inside import InsideBook
from eco_gis.model.nature import NatureResult


@dataclass(frozen=True)
class Compared:
    """What was found of all protected series."""

    changes: tuple[ChangeResult, ...] = ()
    natures: tuple[NatureResult, ...] = ()
    functions: tuple[FunctionResult, ...] = ()
    books: tuple[InsideBook, ...] = ()
    cards: tuple[CardSet, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What could not be compared, and why."""
    facts: tuple[Fact, ...] = ()
    """Every number and answer."""
