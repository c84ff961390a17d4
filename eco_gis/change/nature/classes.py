"""Schemes of land classes: what a code is to the nature of protected ground (`classes.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from eco_gis.errors import Problem, UsageError
from eco_gis.layers.codes import CodeTable, code_tables
from eco_gis.model.nature import NO_CLASS, LandClass, LandGroup, MajorClass
from eco_gis.text import Text

SURVEY_SCHEME = "dlbm"
"""Scheme of the land survey (三调工作分类 DLBM), kept with the national codes."""


@dataclass(frozen=True)
class Scheme:
    """One scheme of land classes."""

    name: str
    title: Text
    classes: Mapping[str, LandClass]
    """Class by the part of its code that is looked up."""
    source: str
    confirmed: bool
    """False where the grouping is a reading of the project, not a rule's."""
    pattern: str = ""
    """How a code is written; its first group is looked up. Empty: the code as it stands."""

    def of(self, code: str) -> LandClass:
        """The class of a code; without a group where the scheme does not know it, `NO_CLASS` where it is blank.

        >>> corine, survey = load_scheme("corine"), load_scheme("dlbm")
        >>> corine.of("323").group.value, survey.of("0307K").group.value, survey.of("203").major.value
        ('natural', 'natural', 'construction')
        >>> corine.of("999").unknown, corine.of("").unknown
        (True, False)
        """
        word = code.strip()
        if not word:
            return NO_CLASS
        match = re.fullmatch(self.pattern, word) if self.pattern else None
        known = self.classes.get(match[1] if match else "" if self.pattern else word)
        if known is None:
            return LandClass(word, Text("未知代码", "unknown code"))
        return LandClass(word, known.name, known.group, known.major)


def load_scheme(name: str, *, beside: Path | None = None) -> Scheme:
    """A shipped scheme by name, or the first table of a TOML file beside the catalog.

    Raises
    ------
    UsageError
        There is no such scheme, or its table is not sound; `problems` lists everything.
    """
    shipped = shipped_schemes()
    if name in shipped:
        return shipped[name]
    path = (beside or Path()) / name
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        what = Text(f"没有地类表 {name!r}", f"there is no table of land classes {name!r}")
        remedy = Text(
            f"可选 {'、'.join(shipped)}，或给出目录旁的 TOML 文件",
            f"use one of {', '.join(shipped)}, or a TOML file beside the catalog",
        )
        raise UsageError(problems=[Problem(f"classes = {name!r}", what, remedy)]) from None
    except tomllib.TOMLDecodeError as error:
        what = Text(f"不是有效的 TOML：{error}", f"is no valid TOML: {error}")
        raise UsageError(problems=[Problem(name, what, Text("改正该行", "mend that line"))]) from None
    entries = document.get("table")
    if not isinstance(entries, list) or len(entries) != 1 or not isinstance(entries[0], dict):
        what = Text("不是恰好一个 [[table]]", "does not hold exactly one [[table]]")
        remedy = Text("按自带 classes.toml 的格式写一个表", "write one table as in the shipped classes.toml")
        raise UsageError(problems=[Problem(name, what, remedy)])
    return _scheme({"name": name, **entries[0]})


@cache
def shipped_schemes() -> Mapping[str, Scheme]:
    """The shipped schemes by name, the survey's first."""
    text = files("eco_gis.change.nature").joinpath("classes.toml").read_text(encoding="utf-8")
    schemes = [_survey(code_tables()["DLBM"]), *map(_scheme, tomllib.loads(text)["table"])]
    return {scheme.name: scheme for scheme in schemes}


def _survey(table: CodeTable) -> Scheme:
    """The survey's own table, whose codes carry group and 三大类."""
    classes = {
        code: LandClass(
            code,
            Text(name),
            LandGroup(table.groups[code]),
            MajorClass(word) if (word := table.classes.get(code, "")) else None,
        )
        for code, name in table.names.items()
    }
    return Scheme(SURVEY_SCHEME, table.title, classes, table.source, table.confirmed, table.pattern)


def _scheme(entry: Mapping[str, Any]) -> Scheme:
    problems: list[Problem] = []
    codes = entry.get("codes")
    rows = codes if isinstance(codes, dict) else {}
    classes = {code: c for code, row in rows.items() if (c := _class(entry, code, row, problems))}
    pattern = str(entry.get("pattern", ""))
    try:
        sound = not pattern or re.compile(pattern).groups == 1
    except re.error:
        sound = False
    if not sound:
        what = Text(
            f"pattern = {pattern!r} 不是含一个分组的正则式", f"pattern = {pattern!r} has not one group"
        )
        problems.append(
            Problem(str(entry["name"]), what, Text(r"写作 '^(\d\d)\d*$'", r"write '^(\d\d)\d*$'"))
        )
    if not rows:
        what = Text("没有 [table.codes]", "holds no [table.codes]")
        remedy = Text(
            '写作 "10" = ["林地", "Forest", "natural"]', 'write "10" = ["林地", "Forest", "natural"]'
        )
        problems.append(Problem(str(entry["name"]), what, remedy))
    if problems:
        raise UsageError(Text("地类表有误：", "the table of land classes is not sound:"), problems=problems)
    return Scheme(
        name=str(entry["name"]),
        title=Text(str(entry.get("title", entry["name"])), str(entry.get("title_en", ""))),
        classes=classes,
        source=str(entry.get("source", "")),
        confirmed=bool(entry.get("confirmed", False)),
        pattern=pattern,
    )


def _class(entry: Mapping[str, Any], code: str, row: Any, problems: list[Problem]) -> LandClass | None:
    """One class of a table; None and a problem where its row is not [中文, English, group(, 三大类)]."""
    words = row if isinstance(row, list) and all(isinstance(w, str) for w in row) else []
    if (
        len(words) not in (3, 4)
        or words[2] not in set(LandGroup)
        or (len(words) == 4 and words[3] not in set(MajorClass))
    ):
        what = Text(
            f"代码 {code} 的一行 {row!r} 不是 [中文, English, group(, 三大类)]",
            f"the row of code {code}, {row!r}, is not [中文, English, group(, 三大类)]",
        )
        known = f"group: {', '.join(LandGroup)}; 三大类: {', '.join(MajorClass)}"
        problems.append(Problem(str(entry["name"]), what, Text(known, known)))
        return None
    return LandClass(
        code, Text(words[0], words[1]), LandGroup(words[2]), MajorClass(words[3]) if len(words) == 4 else None
    )
