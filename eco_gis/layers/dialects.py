"""What a delivered layer probably is: names, fields and values of the national databases."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from eco_gis.model.role import LayerRole
from eco_gis.text import Text

_SHORT = 3
"""Names of up to so many signs must stand alone: `CKQ` is not part of another word."""

Values = Callable[[str], Collection[str]]
"""Field name → distinct values it holds."""


@dataclass(frozen=True)
class Dialect:
    """One kind of delivered layer, as one agency spells it."""

    title: str
    role: LayerRole
    names: tuple[str, ...]
    signs: tuple[str, ...]
    """Fields that together betray the layer."""
    fields: Mapping[str, tuple[str, ...]]
    """Our name → candidates in the file."""
    restriction: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field (`*`: any) → words of which its values hold one."""
    concern: tuple[str, ...] = ()
    """Zones proposed for the catalog's `concern`."""
    traps: Mapping[str, Text] = field(default_factory=dict)
    """Name → what to know when a layer bears it."""


@dataclass(frozen=True)
class Guess:
    """What a layer probably is, and what speaks for it."""

    dialect: Dialect
    by_name: str
    """The part of the name that says so; empty when only the fields do."""
    by_fields: bool
    """Whether the fields that betray this kind are all there."""
    by_value: str = ""
    """A value that only this kind holds, with its field; empty when none was found."""

    @property
    def caution(self) -> Text | None:
        """The trap in the layer's name, if there is one."""
        return self.dialect.traps.get(self.by_name)

    @property
    def sureness(self) -> Text:
        """In words for the planner: sure 确定, likely 可能 or doubtful 存疑, and why."""
        name, signs = self.by_name, self.dialect.signs
        if name and self.by_value:
            return Text(
                f"确定：名称含 {name} 且取值相符（{self.by_value}）",
                f"sure: the name holds {name} and the values fit ({self.by_value})",
            )
        if name and self.by_fields:
            return Text(f"确定：名称含 {name} 且字段相符", f"sure: the name holds {name} and the fields fit")
        if name and self.caution and self.dialect.values:
            return Text(
                f"存疑：只有名称 {name}，字段和取值都不能区分",
                f"doubtful: only the name {name} says so, neither fields nor values decide",
            )
        if name:
            return Text(f"可能：名称含 {name}", f"likely: the name holds {name}")
        return Text(f"可能：有字段 {'、'.join(signs)}", f"likely: it has the fields {', '.join(signs)}")


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
            values={name: tuple(words) for name, words in entry.get("values", {}).items()},
            concern=tuple(entry.get("concern", ())),
            traps={name: Text(*words) for name, words in entry.get("traps", {}).items()},
        )
        for entry in document["dialect"]
    )


def guess(names: Sequence[str], fields: Sequence[str], values: Values | None = None) -> Guess | None:
    """The kind of a layer from its names, the nearest first, its fields and its values.

    The nearest name that says anything decides on the kind. Where several kinds share it, values decide,
    then fields, then the other names. None when nothing fits.

    >>> guess(["STBHHX_2024", "data"], ["BSM", "HXMC", "HXBM"]).sureness.en
    'sure: the name holds STBHHX and the fields fit'
    >>> guess(["新建要素"], ["BSM", "DLBM", "DLMC", "TBMJ"]).dialect.role.value
    'land_survey'
    >>> print(guess(["CZKFBJ"], ["BSM", "MC"], lambda field: ["六石村庄"]).dialect.title)
    村庄开发边界
    >>> guess(["data"], ["a"]) is None
    True
    """
    present = {f.casefold(): f for f in fields}

    def told(dialect: Dialect, part: str) -> Guess:
        return Guess(dialect, part, _betrayed(dialect, present), _evidence(dialect, present, values))

    for name in names:
        found = [(len(part), d, part) for d in dialects() for part in d.names if _holds(name, part)]
        if found:
            longest = max(length for length, *_ in found)
            rivals = [told(d, part) for length, d, part in found if length == longest]
            return max(rivals, key=lambda g: (bool(g.by_value), g.by_fields, _said(g.dialect, names)))
    betrayed = [told(d, "") for d in dialects() if _betrayed(d, present)]
    return max(betrayed, key=lambda g: (bool(g.by_value), len(g.dialect.signs))) if betrayed else None


def _said(dialect: Dialect, names: Sequence[str]) -> int:
    """How much all the names together say of a kind."""
    return sum(max((len(p) for p in dialect.names if _holds(n, p)), default=0) for n in names)


def _holds(name: str, part: str) -> bool:
    word, wanted = name.casefold(), part.casefold()
    if len(wanted) > _SHORT or not wanted.isascii():
        return wanted in word
    letters = "".join(c if c.isascii() and c.isalpha() else " " for c in word)
    return wanted in letters.split()


def _betrayed(dialect: Dialect, present: Mapping[str, str]) -> bool:
    return bool(dialect.signs) and all(s.casefold() in present for s in dialect.signs)


def _evidence(dialect: Dialect, present: Mapping[str, str], values: Values | None) -> str:
    """The first value that speaks for a kind, with its field."""
    if values is None:
        return ""
    for asked, words in dialect.values.items():
        for theirs in present.values() if asked == "*" else filter(None, [present.get(asked.casefold())]):
            for value in values(theirs):
                if any(word in value for word in words):
                    return f"{theirs} = {value}"
    return ""
