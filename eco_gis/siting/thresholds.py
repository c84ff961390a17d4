"""Area thresholds of rules (超过、以上), for what neighbouring sites reach together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from eco_gis.model.batch import Threshold
from eco_gis.model.layer import Layer
from eco_gis.siting.rules import RuleSet
from eco_gis.text import Text


def thresholds_of(rules: RuleSet, layers: Iterable[Layer], as_of: date) -> tuple[Threshold, ...]:
    """Every lower bound on an area that a rule in force sets: for each layer it speaks of, or for the site.

    What else a rule asks for (zone, kind of project …) is not held against the group: reaching the area is
    the reason to look, not the verdict.
    """
    asked = list(layers)
    found: list[Threshold] = []
    for rule in rules.rules:
        law = Text(f"{rule.hit.law.zh}{rule.hit.article}", f"{rule.hit.law.to('en')} {rule.hit.article}")
        for measure in ("overlap_ha", "site_ha"):
            bound = rule.limits.get(measure)
            if bound is None or not rule.in_force(as_of) or (bound.over is None and bound.at_least is None):
                continue
            targets = [""]
            if measure == "overlap_ha":
                targets = [v.spec.id for v in asked if rule.speaks_of(v.spec.role, v.spec.restriction)]
            found += [Threshold(rule.id, layer, bound, law, rule.hit.confirmed) for layer in targets]
    return tuple(found)
