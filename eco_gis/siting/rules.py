"""Rules as data: packs in TOML → RuleSet. Law is never written in code."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from eco_gis.errors import Problem, RuleError
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.model.siting import RuleHit, Suggestion
from eco_gis.text import Text

SHIPPED_PACKS = ("farmland", "redline", "nature_reserve", "urban_boundary", "other")
"""Packs used when a catalog names none, in the order of the three lines."""

SITE_ATTRIBUTES = ("category", "plan_level", "approver", "geometry_mode", "temporary", "limited_activity")
"""Fields of a site that a rule may ask for."""

_KEYS = {
    *("id", "role", "restriction", "zone", "site", "unless", "requirement", "requirement_en", "papers"),
    *("papers_en", "suggestion", "law", "law_en", "article", "valid_from", "valid_until", "confirmed"),
}


@dataclass(frozen=True)
class Rule:
    """One rule of a pack. It fires for a site that a layer of its role concerns."""

    id: str
    roles: tuple[LayerRole, ...]
    restriction: str
    """Kind of restriction it is about; empty: any."""
    zone: tuple[str, ...] | None
    """Words of which the touched zone contains one; an empty tuple asks for a feature without a zone; None: any."""
    site: Mapping[str, tuple[str, ...]]
    """Site attribute → accepted values; a site that lacks the attribute does not match."""
    unless: tuple[str, ...]
    """Rules (earlier in the same pack) in whose stead this one fires: it stays silent for ground they cover."""
    hit: RuleHit
    valid_from: date | None
    valid_until: date | None

    def in_force(self, day: date) -> bool:
        """Whether the rule is law on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def matches(self, role: LayerRole, restriction: str, zone: str, site: Mapping[str, str]) -> bool:
        """Whether the rule speaks of this ground and this site."""
        if role not in self.roles or (self.restriction and self.restriction != restriction):
            return False
        if self.zone is not None and (any(w in zone for w in self.zone) if self.zone else not zone) is False:
            return False
        return all(site.get(name, "") in values for name, values in self.site.items())


@dataclass(frozen=True)
class RuleSet:
    """All rules of the packs in use, in order."""

    packs: tuple[str, ...]
    rules: tuple[Rule, ...]

    def ask(
        self,
        role: LayerRole,
        zones: Iterable[str],
        site: Mapping[str, str],
        *,
        restriction: str = "",
        as_of: date,
    ) -> tuple[RuleHit, ...]:
        """Rules that fire for a site touching `zones` of a layer.

        Each zone is asked by itself, so that a rule for one zone never silences another zone's rule.

        Parameters
        ----------
        role, restriction
            The layer's role, and its kind where the role is *restriction*.
        zones
            Zones touched; an empty string where a feature has none.
        site
            The site's attributes as text; absent and empty mean unknown.
        as_of
            Only rules in force that day are asked.
        """
        fired: dict[str, RuleHit] = {}
        for zone in dict.fromkeys(zones):
            hits = self._of_zone(role, zone, site, restriction, as_of)
            # a zone that no rule knows ("Core zone") is answered like one that is not named at all
            fired |= hits or self._of_zone(role, "", site, restriction, as_of)
        return tuple(fired[r.id] for r in self.rules if r.id in fired)

    def _of_zone(
        self, role: LayerRole, zone: str, site: Mapping[str, str], restriction: str, as_of: date
    ) -> dict[str, RuleHit]:
        """What fires for one zone, by rule id."""
        here: dict[str, RuleHit] = {}
        for rule in self.rules:
            silenced = not rule.in_force(as_of) or not here.keys().isdisjoint(rule.unless)
            if not silenced and rule.matches(role, restriction, zone, site):
                here[rule.id] = rule.hit
        return here


def load_rules(packs: Iterable[str] = (), *, beside: Path | None = None) -> RuleSet:
    """Load rule packs.

    Parameters
    ----------
    packs
        Names of shipped packs (`farmland`, `redline` …) or TOML files; none: the shipped packs.
    beside
        Folder that file names are relative to (the catalog's).

    Raises
    ------
    RuleError
        With every problem of every pack: unknown pack, a pack without a rule, unknown key or role, a value
        of the wrong type, missing text, bad date, a rule id used twice, `unless` naming no earlier rule.
    """
    names = tuple(packs) or SHIPPED_PACKS
    rules: list[Rule] = []
    ids: set[str] = set()
    problems: list[Problem] = []
    for name in names:
        text = _pack_text(name, beside, problems)
        if text is None:
            continue
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            problems.append(
                Problem(
                    _pack(name),
                    Text(f"不是有效的 TOML：{error}", f"not valid TOML: {error}"),
                    Text("改正所指的行", "mend the line named"),
                )
            )
            continue
        for number, entry in enumerate(_entries(raw, _pack(name), problems), start=1):
            rule = _rule(entry, f"{_pack(name)} [[rule]] {entry.get('id', number)}", ids, problems)
            ids.add(str(entry.get("id", "")))
            if rule is not None:
                rules.append(rule)
    if problems:
        raise RuleError(Text("规则包有误：", "the rule packs are not sound:"), problems=problems)
    return RuleSet(names, tuple(rules))


def _pack(name: str) -> str:
    return f"rule pack {name}"


def _pack_text(name: str, beside: Path | None, problems: list[Problem]) -> str | None:
    shipped = files("eco_gis.siting").joinpath("packs", f"{name}.toml")
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    path = (beside or Path()) / name
    if path.is_file():
        return path.read_text(encoding="utf-8-sig")
    known = sorted(p.name.removesuffix(".toml") for p in files("eco_gis.siting").joinpath("packs").iterdir())
    problems.append(
        Problem(
            _pack(name),
            Text("没有这个规则包", "no such pack"),
            Text(f"可选 {'、'.join(known)}，或给出文件", f"use one of {', '.join(known)}, or a file"),
        )
    )
    return None


def _entries(raw: dict[str, Any], where: str, problems: list[Problem]) -> list[dict[str, Any]]:
    """The rules of a pack as tables; a pack that would silently hold none is a problem."""
    for key in sorted(set(raw) - {"rule", "pack"}):
        what = Text(f"未知的键 {key}", f"unknown key {key!r}")
        problems.append(
            Problem(where, what, Text("每条规则以 [[rule]] 开头", "begin each rule with [[rule]]"))
        )
    entries = raw.get("rule", [])
    if isinstance(entries, list) and entries and all(isinstance(e, dict) for e in entries):
        return entries
    given = Text("rule 不是表的列表", "rule is not a list of tables") if entries else None
    what = given or Text("没有任何规则", "holds no rule")
    problems.append(Problem(where, what, Text("每条规则以 [[rule]] 开头", "begin each rule with [[rule]]")))
    return []


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _is_site(value: Any) -> bool:
    accepted = list(value.values()) if isinstance(value, dict) else [None]
    return all(isinstance(v, list) and all(isinstance(w, str | int) for w in v) for v in accepted)


_DAY = (
    _is_day,
    Text("不是日期", "is not a date"),
    Text("写作 2024-01-31，不加引号", "write 2024-01-31 without quotes"),
)
_WORD = (lambda v: isinstance(v, str), Text("不是文本", "is not text"), Text("加上引号", "put it in quotes"))
_WORDS = (_is_words, Text("不是文本的列表", "is not a list of texts"), Text('写作 ["…"]', 'write ["…"]'))
_TYPES: Mapping[str, tuple[Callable[[Any], bool], Text, Text]] = {
    **dict.fromkeys(
        ("id", "restriction", "requirement", "requirement_en", "suggestion", "law", "law_en"), _WORD
    ),
    **dict.fromkeys(("zone", "unless", "papers", "papers_en"), _WORDS),
    **dict.fromkeys(("valid_from", "valid_until"), _DAY),
    "role": (lambda v: isinstance(v, str) or _is_words(v), _WORD[1], _WORD[2]),
    "article": (lambda v: isinstance(v, str | int) and not isinstance(v, bool), _WORD[1], _WORD[2]),
    "site": (
        _is_site,
        Text("不是属性与取值列表的表", "is not a table of attributes and their lists of values"),
        Text('写作 site = { plan_level = ["国家级"] }', 'write site = { plan_level = ["国家级"] }'),
    ),
    "confirmed": (
        lambda v: isinstance(v, bool),
        Text("不是 true 或 false", "is neither true nor false"),
        Text("写 true 或 false，不加引号", "write true or false without quotes"),
    ),
}
"""Key of a rule → what its value has to be, what is said where it is not, and the remedy."""


def _rule(entry: dict[str, Any], where: str, earlier: set[str], problems: list[Problem]) -> Rule | None:
    """One checked rule, or None when something is wrong with it."""
    before = len(problems)

    def wrong(what_zh: str, what: str, remedy_zh: str, remedy: str) -> None:
        problems.append(Problem(where, Text(what_zh, what), Text(remedy_zh, remedy)))

    for key in sorted(set(entry) - _KEYS):
        near = difflib.get_close_matches(key, _KEYS, 1)
        remedy = (f"是否为 {near[0]}？", f"did you mean {near[0]!r}?") if near else ("删去", "remove it")
        wrong(f"未知的键 {key}", f"unknown key {key!r}", *remedy)
    ill = [key for key in _TYPES if key in entry and not _TYPES[key][0](entry[key])]
    for key in ill:
        _, what, how = _TYPES[key]
        wrong(f"{key} = {entry[key]!r} {what.zh}", f"{key} = {entry[key]!r} {what.en}", how.zh, how.en)
    if ill:
        return None
    for key in ("id", "role", "requirement", "suggestion", "law", "article"):
        if not entry.get(key):
            wrong(f"缺少 {key}", f"{key} is missing", f"补上 {key} = …", f"add {key} = …")
    if "confirmed" not in entry:
        wrong(
            "缺少 confirmed",
            "confirmed is missing",
            "未经人工与正式文本核对前写 confirmed = false",
            "add confirmed = false until a person compared it with the official text",
        )
    roles = _roles(entry.get("role", ""), wrong)
    suggestion = entry.get("suggestion", "")
    if suggestion and suggestion not in set(Suggestion):
        known = ", ".join(Suggestion)
        wrong(
            f"未知的初审建议 {suggestion}",
            f"unknown suggestion {suggestion!r}",
            f"可选 {known}",
            f"use one of {known}",
        )
    if len(problems) == before and entry.get("valid_from", date.min) > entry.get("valid_until", date.max):
        wrong(
            "valid_from 晚于 valid_until，规则永不生效",
            "valid_from is after valid_until: the rule can never fire",
            "交换两个日期",
            "exchange the two dates",
        )
    for name in entry.get("site", {}):
        if name not in SITE_ATTRIBUTES:
            known = ", ".join(SITE_ATTRIBUTES)
            wrong(
                f"未知的选址属性 {name}",
                f"unknown site attribute {name!r}",
                f"可选 {known}",
                f"use one of {known}",
            )
    if entry.get("id") in earlier:
        wrong("id 重复", "the id is used twice", "每条规则用不同的 id", "give each rule its own id")
    for name in entry.get("unless", []):
        if name not in earlier:
            wrong(
                f"unless 所指的规则不在前面：{name}",
                f"unless names no earlier rule: {name!r}",
                "把较宽的规则放在前面并写其 id",
                "put the milder rule first and name its id",
            )
    papers, papers_en = entry.get("papers", []), entry.get("papers_en", [])
    if papers_en and len(papers_en) != len(papers):
        wrong(
            "papers 与 papers_en 数目不同",
            "papers and papers_en differ in length",
            "逐项翻译",
            "translate each paper",
        )
    if len(problems) > before:
        return None
    return Rule(
        id=entry["id"],
        roles=roles,
        restriction=entry.get("restriction", ""),
        zone=None if "zone" not in entry else tuple(entry["zone"]),
        site={k: tuple(str(v) for v in values) for k, values in entry.get("site", {}).items()},
        unless=tuple(entry.get("unless", [])),
        hit=RuleHit(
            rule_id=entry["id"],
            requirement=Text(entry["requirement"], entry.get("requirement_en", "")),
            papers=tuple(
                Text(zh, en) for zh, en in zip(papers, papers_en or [""] * len(papers), strict=True)
            ),
            suggestion=Suggestion(suggestion),
            law=Text(entry["law"], entry.get("law_en", "")),
            article=str(entry["article"]),
            confirmed=entry["confirmed"],
        ),
        valid_from=entry.get("valid_from"),
        valid_until=entry.get("valid_until"),
    )


def _roles(value: Any, wrong: Any) -> tuple[LayerRole, ...]:
    names = value if isinstance(value, list) else [value]
    if names == ["*"]:
        return CONTROL_ROLES
    known = {str(r) for r in CONTROL_ROLES}
    for name in names:
        if name and name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            options = ", ".join(sorted(known))
            wrong(
                f"未知的角色 {name}",
                f"unknown role {name!r}",
                f"是否为 {near[0]}？" if near else f"可选 {options}",
                f"did you mean {near[0]!r}?" if near else f"use one of {options}",
            )
    return tuple(LayerRole(n) for n in names if n in known)
