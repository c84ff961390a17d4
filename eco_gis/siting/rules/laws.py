"""Laws that rules cite by key, from `laws.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from eco_gis.text import Text


@dataclass(frozen=True)
class Law:
    """A law, or several cited together."""

    name: Text
    number: str = ""
    """文号; empty where it has none."""
    office: str = ""
    """Office that issued it."""


@cache
def laws() -> Mapping[str, Law]:
    """All laws by key."""
    document = tomllib.loads(files("eco_gis.siting").joinpath("laws.toml").read_text(encoding="utf-8"))
    return {
        key: Law(Text(told["name"], told["en"]), told.get("number", ""), told.get("office", ""))
        for key, told in document.items()
    }


def law_of(given: str | Sequence[str], english: str = "") -> Law:
    """The law or laws a rule cites: keys of `laws.toml`, or names in full.

    >>> law_of(["TG", "R142"]).number
    '自然资发〔2022〕142号'
    >>> law_of("某条例", "Some regulations").name.en
    'Some regulations'
    """
    cited = [
        laws().get(one, Law(Text(one, english))) for one in ([given] if isinstance(given, str) else given)
    ]
    return Law(
        Text("".join(c.name.zh for c in cited), "; ".join(c.name.to("en") for c in cited)),
        "、".join(dict.fromkeys(c.number for c in cited if c.number)),
        "、".join(dict.fromkeys(c.office for c in cited if c.office)),
    )
