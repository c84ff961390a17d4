"""One `[[rule]]` of a pack, checked; every problem is noted."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from eco_gis.errors import Problem
from eco_gis.model.bound import Bound
from eco_gis.model.restriction import RestrictionKind
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.model.site import SiteAttribute
from eco_gis.model.siting import Outcome, RuleHit, Suggestion
from eco_gis.siting.rules.laws import law_of
from eco_gis.siting.rules.profile import NUMBERS, vocabulary
from eco_gis.siting.rules.rule import FEATURE_ATTRIBUTES, MEASURES, Rule
from eco_gis.text import Text

ASKED_ROLES = (*CONTROL_ROLES, LayerRole.PROJECT_SITE)
"""Roles a rule may speak of: control lines, and the project itself."""

_GROUNDS = {"outside": True, "inside": False}
_BOUNDS = ("over", "at_least", "below", "at_most")
_NEEDED = ("id", "role", "requirement", "suggestion", "law", "article")


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _is_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, int) and not isinstance(v, bool) for v in value)


def _is_choice(value: Any) -> bool:
    accepted = list(value.values()) if isinstance(value, dict) else [None]
    return all(isinstance(v, list) and v and all(isinstance(w, str | int) for w in v) for v in accepted)


def _is_limits(value: Any) -> bool:
    bounds = list(value.values()) if isinstance(value, dict) else [None]
    return all(
        isinstance(b, dict) and b and set(b) <= set(_BOUNDS) and all(_is_number(v) for v in b.values())
        for b in bounds
    )


_DAY = (
    _is_day,
    Text("不是日期", "is not a date"),
    Text("写作 2024-01-31，不加引号", "write 2024-01-31 without quotes"),
)
_WORD = (lambda v: isinstance(v, str), Text("不是文本", "is not text"), Text("加上引号", "put it in quotes"))
_WORDS = (_is_words, Text("不是文本的列表", "is not a list of texts"), Text('写作 ["…"]', 'write ["…"]'))
_WORD_OR_WORDS = (lambda v: isinstance(v, str) or _is_words(v), _WORD[1], _WORD[2])
_FLAG = (
    lambda v: isinstance(v, bool),
    Text("不是 true 或 false", "is neither true nor false"),
    Text("写 true 或 false，不加引号", "write true or false without quotes"),
)


def _choice(example: str) -> tuple[Callable[[Any], bool], Text, Text]:
    what = Text("不是属性与取值列表的表", "is not a table of attributes and their lists of values")
    return _is_choice, what, Text(f"写作 {example}", f"write {example}")


_TYPES: Mapping[str, tuple[Callable[[Any], bool], Text, Text]] = {
    **dict.fromkeys(("id", "requirement", "requirement_en", "sentence", "sentence_en", "suggestion"), _WORD),
    **dict.fromkeys(("law_en", "number", "office", "outcome", "ground"), _WORD),
    **dict.fromkeys(("zone", "unless", "papers", "papers_en"), _WORDS),
    **dict.fromkeys(("valid_from", "valid_until"), _DAY),
    **dict.fromkeys(("role", "restriction", "law"), _WORD_OR_WORDS),
    **dict.fromkeys(("confirmed", "override", "otherwise"), _FLAG),
    "candidate": (
        _is_numbers,
        Text("不是整数的列表", "is not a list of whole numbers"),
        Text("写作 [11, 12]", "write [11, 12]"),
    ),
    "article": (lambda v: isinstance(v, str | int) and not isinstance(v, bool), _WORD[1], _WORD[2]),
    "within_m": (
        lambda v: _is_number(v) and v > 0,
        Text("不是正数", "is not a positive number"),
        Text("以米计，不加引号", "give metres without quotes"),
    ),
    "site": _choice('site = { plan_level = ["国家级"] }'),
    "feature": _choice('feature = { kind = ["防护林"] }'),
    "limits": (
        _is_limits,
        Text("不是数值与界限的表", "is not a table of figures and their bounds"),
        Text("写作 limits = { overlap_ha = { over = 35 } }", "write limits = { overlap_ha = { over = 35 } }"),
    ),
}
"""Key of a rule → what its value has to be, what is said where it is not, and the remedy."""


@dataclass(frozen=True)
class Wrong:
    """Where the problems of one entry go."""

    where: str
    problems: list[Problem]

    def __call__(self, what_zh: str, what: str, remedy_zh: str, remedy: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.where, Text(what_zh, what), Text(remedy_zh, remedy)))

    def unknown(self, kind_zh: str, kind: str, given: object, known: Collection[str]) -> None:
        """Note a word that is not among the known ones, with the nearest of them."""
        near = difflib.get_close_matches(str(given), known, 1)
        options = ", ".join(sorted(known))
        self(
            f"未知的{kind_zh} {given}",
            f"unknown {kind} {given!r}",
            f"是否为 {near[0]}？" if near else f"可选 {options}",
            f"did you mean {near[0]!r}?" if near else f"use one of {options}",
        )


def rule_of(
    entry: dict[str, Any],
    where: str,
    earlier: Collection[str],
    kinds: Collection[str],
    problems: list[Problem],
) -> Rule | None:
    """One checked rule, or None when something is wrong with it.

    Parameters
    ----------
    earlier
        Ids of the rules read so far.
    kinds
        Kinds of restriction that the pack adds to the known ones.
    """
    wrong, before = Wrong(where, problems), len(problems)
    for key in sorted(set(entry) - set(_TYPES)):
        wrong.unknown("键", "key", key, list(_TYPES))
    ill = [key for key in _TYPES if key in entry and not _TYPES[key][0](entry[key])]
    for key in ill:
        _, what, how = _TYPES[key]
        wrong(f"{key} = {entry[key]!r} {what.zh}", f"{key} = {entry[key]!r} {what.en}", how.zh, how.en)
    if ill:
        return None
    _check_words(entry, wrong)
    roles = _roles(entry, wrong)
    restrictions = _restrictions(entry, roles, kinds, wrong)
    _check_conditions(entry, wrong)
    _check_place(entry, earlier, wrong)
    if len(problems) > before:
        return None
    return _made(entry, roles, restrictions)


def _check_words(entry: dict[str, Any], wrong: Wrong) -> None:
    for key in _NEEDED:
        if not entry.get(key):
            wrong(f"缺少 {key}", f"{key} is missing", f"补上 {key} = …", f"add {key} = …")
    if "confirmed" not in entry:
        wrong(
            "缺少 confirmed",
            "confirmed is missing",
            "未经人工与正式文本核对前写 confirmed = false",
            "add confirmed = false until a person compared it with the official text",
        )
    choices = (
        ("suggestion", "初审建议", [s.value for s in Suggestion]),
        ("outcome", "红线结论", [o.value for o in Outcome]),
        ("ground", "位置", list(_GROUNDS)),
    )
    for key, name, known in choices:
        if entry.get(key) and entry[key] not in known:
            wrong.unknown(name, key, entry[key], known)
    if entry.get("papers_en") and len(entry["papers_en"]) != len(entry.get("papers", [])):
        wrong(
            "papers 与 papers_en 数目不同",
            "papers and papers_en differ in length",
            "逐项翻译",
            "translate each paper",
        )
    if entry.get("valid_from", date.min) > entry.get("valid_until", date.max):
        wrong(
            "valid_from 晚于 valid_until，规则永不生效",
            "valid_from is after valid_until: the rule can never fire",
            "交换两个日期",
            "exchange the two dates",
        )


def _check_conditions(entry: dict[str, Any], wrong: Wrong) -> None:
    worded = [a.value for a in SiteAttribute if a not in NUMBERS]
    for name, values in entry.get("site", {}).items():
        if name not in worded:
            wrong.unknown("选址属性", "site attribute", name, worded)
            continue
        for value in values:
            if str(value) not in vocabulary()[name]:
                wrong.unknown(f"{name} 取值", f"value of {name}", value, list(vocabulary()[name]))
    for name in entry.get("feature", {}):
        if name not in FEATURE_ATTRIBUTES:
            wrong.unknown("要素属性", "feature attribute", name, FEATURE_ATTRIBUTES)
    for name, bound in entry.get("limits", {}).items():
        if name not in MEASURES:
            wrong.unknown("数值", "figure", name, list(MEASURES))
        if not Bound(**bound).is_possible():
            wrong(
                f"limits.{name} 的界限互相矛盾，规则永不生效",
                f"the bounds of limits.{name} exclude each other: the rule can never fire",
                "改正上下限",
                "mend the lower and upper bound",
            )


def _check_place(entry: dict[str, Any], earlier: Collection[str], wrong: Wrong) -> None:
    known = entry.get("id") in earlier
    if known and not entry.get("override"):
        wrong(
            "id 重复",
            "the id is used twice",
            "每条规则用不同的 id；要替换先前的规则，写 override = true",
            "give each rule its own id; to replace the earlier rule write override = true",
        )
    if entry.get("override") and not known:
        wrong(
            "override 所指的规则不在前面的规则包中",
            "override replaces no rule of an earlier pack",
            "核对 id，或去掉 override",
            "check the id, or leave override out",
        )
    for name in entry.get("unless", []):
        if name not in earlier:
            wrong(
                f"unless 所指的规则不在前面：{name}",
                f"unless names no earlier rule: {name!r}",
                "把较宽的规则放在前面并写其 id",
                "put the milder rule first and name its id",
            )


def _roles(entry: dict[str, Any], wrong: Wrong) -> tuple[LayerRole, ...]:
    given = entry.get("role", "")
    names = given if isinstance(given, list) else [given]
    if names == ["*"]:
        return CONTROL_ROLES
    known = [str(r) for r in ASKED_ROLES]
    for name in names:
        if name and name not in known:
            wrong.unknown("角色", "role", name, known)
    return tuple(LayerRole(n) for n in names if n in known)


def _restrictions(
    entry: dict[str, Any], roles: tuple[LayerRole, ...], kinds: Collection[str], wrong: Wrong
) -> tuple[str, ...]:
    given = entry.get("restriction", "")
    names = tuple(given) if isinstance(given, list) else (given,) if given else ()
    if names and roles != (LayerRole.RESTRICTION,):
        wrong(
            "restriction 只用于角色 restriction，规则永不生效",
            "restriction stands beside another role than restriction: the rule can never fire",
            'role 写 "restriction"，或去掉该键',
            'write role = "restriction", or leave the key out',
        )
    known = [*(k.value for k in RestrictionKind), *kinds]
    for name in names:
        if name not in known:
            wrong.unknown("管控要素类型", "kind of restriction", name, known)
    return names


def _made(entry: dict[str, Any], roles: tuple[LayerRole, ...], restrictions: tuple[str, ...]) -> Rule:
    papers = entry.get("papers", [])
    papers_en = entry.get("papers_en") or [""] * len(papers)
    law = law_of(entry["law"], entry.get("law_en", ""))
    return Rule(
        id=entry["id"],
        roles=roles,
        restrictions=restrictions,
        zone=tuple(entry["zone"]) if "zone" in entry else None,
        outside=_GROUNDS[entry["ground"]] if "ground" in entry else None,
        feature={k: tuple(str(v) for v in values) for k, values in entry.get("feature", {}).items()},
        site={k: tuple(str(v) for v in values) for k, values in entry.get("site", {}).items()},
        limits={k: Bound(**bound) for k, bound in entry.get("limits", {}).items()},
        within_m=float(entry["within_m"]) if "within_m" in entry else None,
        unless=tuple(entry.get("unless", [])),
        otherwise=entry.get("otherwise", False),
        candidates=tuple(entry.get("candidate", [])),
        hit=RuleHit(
            rule_id=entry["id"],
            requirement=Text(entry["requirement"], entry.get("requirement_en", "")),
            papers=tuple(Text(zh, en) for zh, en in zip(papers, papers_en, strict=True)),
            suggestion=Suggestion(entry["suggestion"]),
            law=law.name,
            article=str(entry["article"]),
            confirmed=entry["confirmed"],
            sentence=Text(entry.get("sentence", ""), entry.get("sentence_en", "")),
            outcome=Outcome(entry["outcome"]) if "outcome" in entry else None,
            number=entry.get("number", law.number),
            office=entry.get("office", law.office),
        ),
        valid_from=entry.get("valid_from"),
        valid_until=entry.get("valid_until"),
    )
