"""Typed reading of a TOML table that gathers every problem instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

from eco_gis.errors import Problem
from eco_gis.text import Text

E = TypeVar("E", bound=StrEnum)


def nearest(word: str, candidates: Collection[str]) -> str | None:
    """The candidate most like a word, case ignored; None when none is near.

    >>> nearest("Redlin", ["redline", "county"])
    'redline'
    """
    lowered = {c.lower(): c for c in candidates}
    near = get_close_matches(word.lower(), list(lowered), n=1)
    return lowered[near[0]] if near else None


def did_you_mean(word: str, candidates: Collection[str]) -> Text:
    """A remedy that names the nearest candidate, or all of them when none is near.

    >>> did_you_mean("redlin", ["redline", "county"]).en
    "did you mean 'redline'?"
    >>> did_you_mean("x", ["redline", "county"]).en
    'use one of: redline, county'
    >>> print(did_you_mean("x", []))
    没有可选项 / there is none to choose from
    """
    if not candidates:
        return Text("没有可选项", "there is none to choose from")
    near = nearest(word, candidates)
    if near is not None:
        return Text(f"是否应为 {near!r}？", f"did you mean {near!r}?")
    return Text(f"可选：{'、'.join(candidates)}", f"use one of: {', '.join(candidates)}")


class TomlTable:
    """One table of a TOML document; getters return a default and note a problem where a value is wrong."""

    def __init__(
        self, values: Mapping[str, Any], where: str, known: Collection[str], problems: list[Problem]
    ) -> None:
        self.values = values
        self.where = where
        self.problems = problems
        for key in values:
            if key not in known:
                self.problem(Text(f"未知的键 {key!r}", f"unknown key {key!r}"), did_you_mean(key, known))

    def problem(self, what: Text, remedy: Text) -> None:
        """Note something wrong with this table."""
        self.problems.append(Problem(self.where, what, remedy))

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str, default: str = "") -> str:
        """A string without surrounding blanks."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.problem(
                Text(f"{key} = {value!r} 不是文本", f"{key} = {value!r} is not text"),
                Text(f'加上引号：{key} = "{value}"', f'put it in quotes: {key} = "{value}"'),
            )
            return default
        return value.strip()

    def needed(self, key: str, example: str) -> str:
        """A string that must be there and not be blank."""
        value = self.text(key)
        if not value and (key not in self or isinstance(self.values[key], str)):
            self.problem(
                Text(f"缺少 {key}", f"{key} is missing"),
                Text(f"补上，如 {key} = {example!r}", f"add for example {key} = {example!r}"),
            )
        return value

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.problem(
                Text(f"{key} = {value!r} 不是 true 或 false", f"{key} = {value!r} is not true or false"),
                Text(f"写 {key} = true 或 {key} = false", f"write {key} = true or {key} = false"),
            )
            return False
        return value

    def number(self, key: str, default: float | None = None, *, positive: bool = False) -> float | None:
        """A finite number that is not negative; with `positive` not zero either."""
        value = self.values.get(key, default)
        if value is None:
            return None
        sound = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        if not sound or value < 0 or (positive and value == 0):
            wanted = Text("大于 0", "above 0") if positive else Text("不小于 0", "of at least 0")
            self.problem(
                Text(
                    f"{key} = {value!r} 不是{wanted.zh}的数", f"{key} = {value!r} is not a number {wanted.en}"
                ),
                Text(f"如写 {key} = {default or 1.0}", f"write for example {key} = {default or 1.0}"),
            )
            return default
        return float(value)

    def day(self, key: str) -> date | None:
        """A date, written as a TOML date or as text 2024-01-31."""
        value = self.values.get(key)
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.problem(
                Text(f"{key} = {value!r} 不是日期", f"{key} = {value!r} is not a date"),
                Text(f"写成 {key} = 2024-01-31", f"write {key} = 2024-01-31"),
            )
            return None

    def choice(self, key: str, default: E) -> E:
        """One of the values of an enumeration."""
        value = self.text(key, default.value)
        kind = type(default)
        try:
            return kind(value)
        except ValueError:
            self.problem(
                Text(f"{key} = {value!r} 不认识", f"{key} = {value!r} is unknown"),
                did_you_mean(value, [m.value for m in kind]),
            )
            return default

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.problem(
                Text(f"{key} = {value!r} 不是文本列表", f"{key} = {value!r} is not a list of texts"),
                Text(f'写成 {key} = ["…", "…"]', f'write {key} = ["…", "…"]'),
            )
            return ()
        return tuple(value)

    def pairs(self, key: str) -> dict[str, str]:
        """A table of text to text."""
        value = self.values.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, str) and v.strip() for v in value.values()):
            self.problem(
                Text(
                    f"{key} = {value!r} 不是“名称 = 字段名”的对照",
                    f"{key} = {value!r} does not map our names to field names",
                ),
                Text(f'写成 {key} = {{ id = "BSM" }}', f'write {key} = {{ id = "BSM" }}'),
            )
            return {}
        return dict(value)
