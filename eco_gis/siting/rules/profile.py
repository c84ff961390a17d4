"""What a project says of itself, read into the words that rules know."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from eco_gis.model.site import SiteAttribute

NUMBERS = (SiteAttribute.DURATION_YEARS, SiteAttribute.EIA_AGE_YEARS, SiteAttribute.EARTHWORK_M3)
"""Attributes that are numbers; all others are words of `attributes.toml`."""

_DEFAULT = "default"
_PARTED = re.compile(r"[、,，;；/]")


class State(Enum):
    """Whether a condition holds."""

    NO = 0
    UNKNOWN = 1
    """It may hold: what it asks for is not known."""
    YES = 2


@dataclass(frozen=True)
class Word:
    """One value of an attribute."""

    of: str = ""
    """The wider word it belongs to."""
    also: tuple[str, ...] = ()
    part: tuple[str, ...] = ()


@cache
def _document() -> Mapping[str, Mapping[str, dict[str, Any]]]:
    return tomllib.loads(files("eco_gis.siting").joinpath("attributes.toml").read_text(encoding="utf-8"))


@cache
def vocabulary() -> Mapping[str, Mapping[str, Word]]:
    """Attribute → its values."""
    return {
        attribute: {
            value: Word(told.get("of", ""), tuple(told.get("also", ())), tuple(told.get("part", ())))
            for value, told in values.items()
        }
        for attribute, values in _document().items()
        if attribute != _DEFAULT
    }


def with_defaults(site: Mapping[str, str]) -> Mapping[str, str]:
    """The site's attributes with what the law reads into one that says nothing.

    >>> with_defaults({}), with_defaults({"duration_years": "3"})
    ({'temporary': '否'}, {'duration_years': '3'})
    """
    read = {
        name: told["is"]
        for name, told in _document()[_DEFAULT].items()
        if not site.get(name) and not site.get(told["unless_given"])
    }
    return {**site, **read}


@dataclass(frozen=True)
class Profile:
    """The attributes of one site as rules read them.

    Examples
    --------
    >>> site = Profile.of({"category": "高铁", "temporary": "是", "plan_level": "?", "duration_years": "3"})
    >>> site.holds("category", ("交通",)), site.holds("category", ("铁路", "机场"))
    (<State.YES: 2>, <State.YES: 2>)
    >>> site.holds("plan_level", ("国家级",)), site.holds("approver", ("国务院",))
    (<State.UNKNOWN: 1>, <State.UNKNOWN: 1>)
    >>> Profile.of({"category": "交通"}).holds("category", ("铁路",))
    <State.UNKNOWN: 1>
    """

    words: tuple[tuple[str, tuple[str, ...]], ...]
    numbers: tuple[tuple[str, float], ...]
    unread: tuple[tuple[str, str], ...]
    """Attributes whose value no rule understands."""

    @classmethod
    def of(cls, site: Mapping[str, str]) -> Profile:
        """Read the attributes of a site; absent and empty ones are missing."""
        words: list[tuple[str, tuple[str, ...]]] = []
        numbers: list[tuple[str, float]] = []
        unread: list[tuple[str, str]] = []
        said = with_defaults(site)
        for attribute in SiteAttribute:
            given = said.get(attribute, "").strip()
            if not given:
                continue
            if attribute in NUMBERS:
                value = _number(given)
                if value is None:
                    unread.append((attribute, given))
                else:
                    numbers.append((attribute, value))
                continue
            read = [_read(attribute, part.strip()) for part in _PARTED.split(given) if part.strip()]
            known = tuple(sorted({r for r in read if r}))
            if known and None not in read:
                words.append((attribute, known))
            else:
                unread.append((attribute, given))
        return cls(tuple(words), tuple(numbers), tuple(unread))

    def number(self, attribute: str) -> float | None:
        """A number the site gives; None where it gives none."""
        return dict(self.numbers).get(attribute)

    def holds(self, attribute: str, accepted: Iterable[str]) -> State:
        """Whether the site has one of the accepted values; a wider word leaves a narrower one open."""
        given = dict(self.words).get(attribute)
        if given is None:
            return State.UNKNOWN
        wanted = set(accepted)
        if any(not wanted.isdisjoint(lineage(attribute, value)) for value in given):
            return State.YES
        wider = {word for value in wanted for word in lineage(attribute, value)}
        return State.NO if wider.isdisjoint(given) else State.UNKNOWN


def lineage(attribute: str, value: str) -> tuple[str, ...]:
    """A value and the wider words it belongs to.

    >>> lineage("category", "铁路")
    ('铁路', '交通')
    """
    words = vocabulary()[attribute]
    found = [value]
    while words[found[-1]].of:
        found.append(words[found[-1]].of)
    return tuple(found)


@cache
def _read(attribute: str, given: str) -> str | None:
    """The value meant by what is written; None where it is not understood."""
    words = vocabulary()[attribute]
    if given in words:
        return given
    same = next((value for value, word in words.items() if given in word.also), None)
    return same or next(
        (value for value, word in words.items() if any(part in given for part in word.part)), None
    )


def _number(given: str) -> float | None:
    try:
        value = float(given)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
