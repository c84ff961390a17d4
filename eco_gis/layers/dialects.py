"""What a delivered layer probably is: names and fields of the national databases."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from eco_gis.model.layer import LayerRole

_SHORT = 3
"""Names of up to so many signs must stand alone: `CKQ` is not part of another word."""


@dataclass(frozen=True)
class Dialect:
    """One kind of delivered layer."""

    title: str
    role: LayerRole
    names: tuple[str, ...]
    signs: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    restriction: str = ""


@dataclass(frozen=True)
class Guess:
    """What a layer probably is."""

    dialect: Dialect
    by_name: str
    """The part of the name that says so; empty when only the fields do."""
    by_fields: bool
    """Whether the fields that betray this kind are all there."""

    @property
    def sureness(self) -> str:
        """In words for the planner."""
        if self.by_name and self.by_fields:
            return f"sure: the name holds {self.by_name} and the fields fit"
        if self.by_name:
            return f"likely: the name holds {self.by_name}"
        return f"likely: it has the fields {', '.join(self.dialect.signs)}"


@cache
def dialects() -> tuple[Dialect, ...]:
    """All kinds, as listed in `dialects.toml`."""
    document = tomllib.loads(files("eco_gis.layers").joinpath("dialects.toml").read_text(encoding="utf-8"))
    return tuple(
        Dialect(
            title=entry["title"],
            role=LayerRole(entry["role"]),
            names=tuple(entry["names"]),
            signs=tuple(entry["signs"]),
            fields={ours: tuple(theirs) for ours, theirs in entry["fields"].items()},
            restriction=entry.get("restriction", ""),
        )
        for entry in document["dialect"]
    )


def guess(names: Sequence[str], fields: Sequence[str]) -> Guess | None:
    """The kind of a layer from its names, the nearest first, and its fields; None when nothing fits.

    >>> guess(["STBHHX_2024", "data"], ["BSM", "HXMC", "HXBM"]).sureness
    'sure: the name holds STBHHX and the fields fit'
    >>> guess(["新建要素"], ["BSM", "DLBM", "DLMC", "TBMJ"]).dialect.role.value
    'land_survey'
    >>> guess(["data"], ["a"]) is None
    True
    """
    present = {f.casefold() for f in fields}
    for name in names:
        found = [(len(part), d, part) for d in dialects() for part in d.names if _holds(name, part)]
        if found:
            _, dialect, part = max(found, key=lambda f: f[0])
            return Guess(dialect, part, _betrayed(dialect, present))
    betrayed = [d for d in dialects() if _betrayed(d, present)]
    return Guess(max(betrayed, key=lambda d: len(d.signs)), "", True) if betrayed else None


def _holds(name: str, part: str) -> bool:
    word, wanted = name.casefold(), part.casefold()
    if len(wanted) > _SHORT or not wanted.isascii():
        return wanted in word
    letters = "".join(c if c.isascii() and c.isalpha() else " " for c in word)
    return wanted in letters.split()


def _betrayed(dialect: Dialect, present: set[str]) -> bool:
    return bool(dialect.signs) and all(s.casefold() in present for s in dialect.signs)
