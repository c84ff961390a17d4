"""Packs in TOML → RuleSet. Law is never written in code."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from eco_gis.errors import Problem, RuleError
from eco_gis.siting.rules.ask import RuleSet, WhyNot
from eco_gis.siting.rules.checks import problems_among
from eco_gis.siting.rules.entry import rule_of
from eco_gis.siting.rules.rule import Rule
from eco_gis.text import Text

SHIPPED_PACKS = (
    *("farmland", "redline", "urban_boundary", "nature_reserve", "control_unit", "forest", "planning"),
    *("corridor", "water", "hazard", "heritage", "transport", "project", "other"),
)
"""Packs used when a catalog names none, in the order in which they are printed."""

SHIPPED = "shipped"
"""Stands for all shipped packs in a catalog's list, so that own packs may follow."""

_BEGIN = Text("每条规则以 [[rule]] 开头", "begin each rule with [[rule]]")


@dataclass
class _Reading:
    """What has been read so far."""

    rules: dict[str, Rule] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    why_not: list[WhyNot] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def load_rules(packs: Iterable[str] = (), *, beside: Path | None = None) -> RuleSet:
    """Load rule packs.

    Parameters
    ----------
    packs
        Names of shipped packs (`farmland`, `redline` …), `shipped` for all of them, or TOML files; none:
        the shipped packs. A rule of a later pack replaces an earlier one of the same id where it says
        `override = true`.
    beside
        Folder that file names are relative to (the catalog's).

    Raises
    ------
    RuleError
        With every problem of every pack: unknown pack, a pack without a rule, unknown key, role, kind of
        restriction, attribute or value, a value of the wrong type, missing text, bad date, a rule id used
        twice, `unless` naming no earlier rule, rules that can never answer or that contradict.
    """
    names = tuple(n for pack in packs or (SHIPPED,) for n in (SHIPPED_PACKS if pack == SHIPPED else (pack,)))
    absent: list[Problem] = []
    texts = tuple(_pack_text(name, f"rule pack {name}", beside, absent) for name in names)
    return _rules_of(names, texts, tuple(absent))


@functools.lru_cache(maxsize=8)
def _rules_of(names: tuple[str, ...], texts: tuple[str | None, ...], absent: tuple[Problem, ...]) -> RuleSet:
    """The rules of packs by their text: a run asks for them more than once."""
    reading = _Reading(problems=list(absent))
    for name, text in zip(names, texts, strict=True):
        if text is not None:
            _read_pack(f"rule pack {name}", text, reading)
    if not reading.problems:
        reading.problems += problems_among(tuple(reading.rules.values()))
    if reading.problems:
        raise RuleError(Text("规则包有误：", "the rule packs are not sound:"), problems=reading.problems)
    return RuleSet(names, tuple(reading.rules.values()), tuple(reading.why_not))


def _read_pack(where: str, text: str, reading: _Reading) -> None:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = Text(f"不是有效的 TOML：{error}", f"not valid TOML: {error}")
        reading.problems.append(Problem(where, what, Text("改正所指的行", "mend the line named")))
        return
    for key in sorted(set(raw) - {"rule", "why_not", "pack"}):
        what = Text(f"未知的键 {key}", f"unknown key {key!r}")
        reading.problems.append(Problem(where, what, _BEGIN))
    kinds = _own_kinds(raw, where, reading.problems)
    for number, entry in enumerate(_tables(raw, "rule", where, reading.problems, needed=True), start=1):
        told = f"{where} [[rule]] {entry.get('id', number)}"
        rule = rule_of(entry, told, reading.ids, kinds, reading.problems)
        reading.ids.add(str(entry.get("id", "")))
        if rule is not None:
            reading.rules[rule.id] = rule
    for entry in _tables(raw, "why_not", where, reading.problems, needed=False):
        _read_why_not(entry, f"{where} [[why_not]]", reading)


def _pack_text(name: str, where: str, beside: Path | None, problems: list[Problem]) -> str | None:
    shipped = files("eco_gis.siting").joinpath("packs", f"{name}.toml")
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    path = (beside or Path()) / name
    if path.is_file():
        return path.read_text(encoding="utf-8-sig")
    known = sorted(p.name.removesuffix(".toml") for p in files("eco_gis.siting").joinpath("packs").iterdir())
    problems.append(
        Problem(
            where,
            Text("没有这个规则包", "no such pack"),
            Text(f"可选 {'、'.join(known)}，或给出文件", f"use one of {', '.join(known)}, or a file"),
        )
    )
    return None


def _own_kinds(raw: dict[str, Any], where: str, problems: list[Problem]) -> tuple[str, ...]:
    """Kinds of restriction that a pack adds, in `[pack] kinds`."""
    pack = raw.get("pack", {})
    kinds = pack.get("kinds", []) if isinstance(pack, dict) else None
    if isinstance(kinds, list) and all(isinstance(k, str) for k in kinds):
        return tuple(kinds)
    what = Text("[pack] kinds 不是文本的列表", "[pack] kinds is not a list of texts")
    problems.append(Problem(where, what, Text('写作 kinds = ["…"]', 'write kinds = ["…"]')))
    return ()


def _tables(
    raw: dict[str, Any], key: str, where: str, problems: list[Problem], *, needed: bool
) -> list[dict[str, Any]]:
    """The tables of one kind; a pack that would silently hold no rule is a problem."""
    entries = raw.get(key, [])
    if isinstance(entries, list) and all(isinstance(e, dict) for e in entries) and (entries or not needed):
        return entries
    given = Text(f"{key} 不是表的列表", f"{key} is not a list of tables") if entries else None
    problems.append(Problem(where, given or Text("没有任何规则", "holds no rule"), _BEGIN))
    return []


def _read_why_not(entry: dict[str, Any], where: str, reading: _Reading) -> None:
    numbers, why = entry.get("candidate"), entry.get("why")
    sound = isinstance(numbers, list) and all(isinstance(n, int) for n in numbers) and isinstance(why, str)
    if not sound or not why or set(entry) - {"candidate", "why", "why_en"}:
        what = Text("须写 candidate 与 why", "wants candidate and why")
        remedy = Text('写作 candidate = [113]、why = "…"', 'write candidate = [113] and why = "…"')
        reading.problems.append(Problem(where, what, remedy))
        return
    reading.why_not.append(WhyNot(tuple(numbers or ()), Text(str(why), str(entry.get("why_en", "")))))
