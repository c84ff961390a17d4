"""What the tables of the duties share: columns, names of zones, papers in words."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.model.change import Level
from eco_gis.model.paper import Paper
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind
from eco_gis.outputs.tables.duty_words import COUNTY, HEADS, NO_PAPER
from eco_gis.outputs.tables.words import OUTSIDE_TOWNSHIPS, UNITS
from eco_gis.text import Text
from eco_gis.units import DECIMALS


def head(cells: Cells, key: str, *, width: float, kind: Kind = Kind.TEXT) -> Column:
    """A column of words or signs."""
    return Column(key, cells.say(HEADS[key]), kind, width=width)


def measured(cells: Cells, key: str, unit: str, *, width: float = 13) -> Column:
    """A column of numbers in a unit of area or length."""
    return Column(
        f"{key}_{unit}", cells.say(HEADS[key]), Kind.NUMBER, cells.say(UNITS[unit]), DECIMALS[unit], width
    )


def plain(cells: Cells, key: str, decimals: int, *, width: float = 12) -> Column:
    """A column of numbers without a unit."""
    return Column(key, cells.say(HEADS[key]), Kind.NUMBER, decimals=decimals, width=width)


def place(cells: Cells, level: Level, key: str, name: str) -> Cell:
    """The county, a township by name, or a patch by id and name."""
    if level is Level.COUNTY:
        return cells.words(COUNTY)
    if level is Level.TOWNSHIP:
        return cells.words(name or OUTSIDE_TOWNSHIPS)
    return cells.words(" ".join(filter(None, (key, name))))


def paper_words(paper: Paper, cells: Cells) -> str:
    """A paper with its number, office and day."""
    day = paper.day.isoformat() if paper.day else ""
    return " ".join(filter(None, (cells.say(paper.kind.label), paper.id, paper.document, paper.office, day)))


def papers_words(papers: Sequence[Paper], cells: Cells) -> str:
    """Papers one after the other; words for none."""
    joint = "；" if cells.lang == "zh" else "; "
    return joint.join(paper_words(p, cells) for p in papers) or cells.say(NO_PAPER)


def joined(texts: Sequence[Text], cells: Cells) -> str:
    """Sentences one after the other."""
    return ("；" if cells.lang == "zh" else "; ").join(cells.say(t).rstrip("。.") for t in texts)


def title(cells: Cells, *parts: Text | str) -> str:
    """A title of several parts."""
    words = [p if isinstance(p, str) else cells.say(p) for p in parts]
    return ("：" if cells.lang == "zh" else ": ").join((words[0], " ".join(words[1:])))
