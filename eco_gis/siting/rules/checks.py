"""Rules held against one another: rules that can never answer, rules that contradict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from eco_gis.errors import Problem
from eco_gis.siting.rules.profile import lineage
from eco_gis.siting.rules.rule import Rule
from eco_gis.text import Text


def problems_among(rules: Sequence[Rule]) -> Iterator[Problem]:
    """Problems of rules taken together.

    A rule never answers when one that it stands back for holds wherever and whenever it does. Two rules
    contradict when they speak of the same ground and project on the same day, suggest different things
    and neither stands back.
    """
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        for name in rule.unless:
            if name in by_id and _always_with(by_id[name], rule):
                yield _problem(
                    rule,
                    Text(
                        f"规则永不生效：凡其成立之处 {name} 均成立，而它为后者让位",
                        f"the rule can never fire: {name!r}, for which it stands back, holds wherever it does",
                    ),
                    Text("缩小前者的条件，或去掉 unless", "narrow that rule's conditions or drop unless"),
                )
    for one, other in combinations(rules, 2):
        if _contradict(one, other):
            yield _problem(
                other,
                Text(
                    f"与 {one.id} 条件相同、有效期重叠而初审建议不同，未定先后",
                    f"same conditions as {one.id!r} on the same days, another suggestion, and no precedence",
                ),
                Text(
                    "用 unless 定先后，或错开有效期、细化条件",
                    "settle the precedence with unless, part the validity, or narrow a condition",
                ),
            )


def _problem(rule: Rule, what: Text, remedy: Text) -> Problem:
    return Problem(f"rule {rule.id}", what, remedy)


def _always_with(wide: Rule, narrow: Rule) -> bool:
    """Whether `wide` holds wherever and whenever `narrow` does."""
    return (
        set(narrow.roles) <= set(wide.roles)
        and _covers(wide.restrictions, narrow.restrictions)
        and (wide.valid_from or date.min) <= (narrow.valid_from or date.min)
        and (wide.valid_until or date.max) >= (narrow.valid_until or date.max)
        and (wide.outside is None or wide.outside == narrow.outside)
        and (wide.zone is None or wide.zone == narrow.zone)
        and all(narrow.limits.get(name) == bound for name, bound in wide.limits.items())
        and (wide.within_m == narrow.within_m or narrow.within_m is None)
        and all(
            name in narrow.feature and set(narrow.feature[name]) <= set(words)
            for name, words in wide.feature.items()
        )
        and all(
            name in narrow.site
            and all(not set(lineage(name, v)).isdisjoint(values) for v in narrow.site[name])
            for name, values in wide.site.items()
        )
    )


def _covers(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def _contradict(one: Rule, other: Rule) -> bool:
    precedence = one.id in other.unless or other.id in one.unless or one.otherwise or other.otherwise
    return (
        not precedence
        and one.hit.suggestion is not other.hit.suggestion
        and not set(one.roles).isdisjoint(other.roles)
        and set(one.restrictions) == set(other.restrictions)
        and _conditions(one) == _conditions(other)
        and (one.valid_from or date.min) <= (other.valid_until or date.max)
        and (other.valid_from or date.min) <= (one.valid_until or date.max)
    )


def _conditions(rule: Rule) -> tuple[object, ...]:
    return (
        rule.outside,
        None if rule.zone is None else frozenset(rule.zone),
        {name: frozenset(words) for name, words in rule.feature.items()},
        {name: frozenset(values) for name, values in rule.site.items()},
        dict(rule.limits),
        rule.within_m,
    )
