"""Tables of classes: what codes of cells and parcels are called, and what land classes are to protected ground.

The shipped ones stand in `classes.toml`, the survey's with the national codes in `codes.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
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
    return shipped[name] if name in shipped else _scheme(_own_table(name, beside, tuple(shipped)))


@dataclass(frozen=True)
class ClassNames:
    """What the codes of a raster's cells are called."""

    names: Mapping[str, Text]
    """Name by the part of the code that is looked up."""
    pattern: str = ""
    """How a code is written; its first group is looked up. Empty: the code as it stands."""

    def of(self, code: str) -> Text | None:
        """The name of a code; None where the table does not know it."""
        match = re.match(self.pattern, code) if self.pattern else None
        return self.names.get(match[1] if match else "" if self.pattern else code)


def class_names(name: str, *, beside: Path | None = None) -> ClassNames:
    """A national code table (`BH_DJ`), a shipped scheme, or the first table of a TOML file beside the catalog.

    The rows of an own table begin with the Chinese and the English name; what follows does not count here.

    Raises
    ------
    UsageError
        There is no such table, or it is not sound; `problems` lists everything.

    Examples
    --------
    >>> print(class_names("BH_DJ").of("1"), class_names("worldcover").of("10"), class_names("clcd").of("99"))
    Ⅰ级 树木 / Tree cover None
    """
    tables, shipped = code_tables(), shipped_schemes()
    if name in tables:
        return ClassNames({c: Text(n) for c, n in tables[name].names.items()}, tables[name].pattern)
    if name in shipped:
        scheme = shipped[name]
        return ClassNames({code: found.name for code, found in scheme.classes.items()}, scheme.pattern)
    entry = _own_table(name, beside, (*shipped, *tables))
    problems: list[Problem] = []
    rows, pattern = _rows(entry, problems), _pattern(entry, problems)
    for code, row in rows.items():
        if not _are_words(row) or not len(row) >= 2:
            what = Text(
                f"代码 {code} 的一行 {row!r} 不是 [中文, English]",
                f"the row of code {code}, {row!r}, is not [中文, English]",
            )
            remedy = Text(f'写作 "{code}" = ["…", "…"]', f'write "{code}" = ["…", "…"]')
            problems.append(Problem(name, what, remedy))
    _require(problems)
    return ClassNames({code: Text(row[0], row[1]) for code, row in rows.items()}, pattern)


def _own_table(name: str, beside: Path | None, known: Sequence[str]) -> Mapping[str, Any]:
    """The only table of a TOML file beside the catalog."""
    path = (beside or Path()) / name
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        what = Text(f"没有类别表 {name!r}", f"there is no table of classes {name!r}")
        remedy = Text(
            f"可选 {'、'.join(known)}，或给出目录旁的 TOML 文件",
            f"use one of {', '.join(known)}, or a TOML file beside the catalog",
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
    return {"name": name, **entries[0]}


@cache
def shipped_schemes() -> Mapping[str, Scheme]:
    """The shipped schemes by name, the survey's first."""
    text = files("eco_gis.layers").joinpath("classes.toml").read_text(encoding="utf-8")
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
    rows = _rows(entry, problems)
    classes = {code: c for code, row in rows.items() if (c := _class(entry, code, row, problems))}
    pattern = _pattern(entry, problems)
    _require(problems)
    return Scheme(
        name=str(entry["name"]),
        title=Text(str(entry.get("title", entry["name"])), str(entry.get("title_en", ""))),
        classes=classes,
        source=str(entry.get("source", "")),
        confirmed=bool(entry.get("confirmed", False)),
        pattern=pattern,
    )


def _rows(entry: Mapping[str, Any], problems: list[Problem]) -> Mapping[str, Any]:
    codes = entry.get("codes")
    rows = codes if isinstance(codes, dict) else {}
    if not rows:
        what = Text("没有 [table.codes]", "holds no [table.codes]")
        remedy = Text(
            '写作 "10" = ["林地", "Forest", "natural"]', 'write "10" = ["林地", "Forest", "natural"]'
        )
        problems.append(Problem(str(entry["name"]), what, remedy))
    return rows


def _pattern(entry: Mapping[str, Any], problems: list[Problem]) -> str:
    """How codes are written; a problem where that is no regular expression with one group."""
    pattern = str(entry.get("pattern", ""))
    try:
        sound = not pattern or re.compile(pattern).groups == 1
    except re.error:
        sound = False
    if not sound:
        what = Text(
            f"pattern = {pattern!r} 不是含一个分组的正则式", f"pattern = {pattern!r} has not one group"
        )
        remedy = Text(r"写作 '^(\d\d)\d*$'", r"write '^(\d\d)\d*$'")
        problems.append(Problem(str(entry["name"]), what, remedy))
    return pattern


def _require(problems: list[Problem]) -> None:
    if problems:
        raise UsageError(Text("类别表有误：", "the table of classes is not sound:"), problems=problems)


def _are_words(row: Any) -> bool:
    return isinstance(row, list) and all(isinstance(w, str) for w in row)


def _class(entry: Mapping[str, Any], code: str, row: Any, problems: list[Problem]) -> LandClass | None:
    """One class of a table; None and a problem where its row is not [中文, English, group(, 三大类)]."""
    words = row if _are_words(row) else []
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
