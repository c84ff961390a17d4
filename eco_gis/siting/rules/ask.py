"""Asking the rules: which answer, which stand back, which lack what they ask for.

A missing attribute never makes an answer milder: a rule that may hold leads as if it did, and no rule
stands back for one that only may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from eco_gis.model.role import LayerRole
from eco_gis.model.site import need_label
from eco_gis.model.siting import Asked, Outcome, RuleHit, Suggestion, Verdict
from eco_gis.siting.rules.profile import Profile, State
from eco_gis.siting.rules.rule import Finding, Ground, Rule
from eco_gis.text import Text


@dataclass(frozen=True)
class WhyNot:
    """Candidates of the digest of statutes that are no rule of a pack, and the reason."""

    candidates: tuple[int, ...]
    why: Text


@dataclass(frozen=True)
class Ruling:
    """What the rules say of one site and one layer."""

    hits: tuple[RuleHit, ...] = ()
    """Rules that answer, and rules that lack an attribute and would be stricter than all that answer."""
    path: tuple[Asked, ...] = ()
    needs: tuple[str, ...] = ()
    """Attributes that rules ask for and that are missing."""

    @property
    def suggestion(self) -> Suggestion | None:
        """The strictest; None where no rule speaks."""
        return max((h.suggestion for h in self.hits), key=lambda s: s.strictness, default=None)

    @property
    def outcome(self) -> Outcome | None:
        """The strictest outcome that a rule gives; no data where a missing attribute may change it."""
        given = [h.outcome for h in self.hits if h.outcome is not None]
        order = list(Outcome)
        return max(given, key=order.index, default=None)


@dataclass(frozen=True)
class RuleSet:
    """All rules of the packs in use, in order."""

    packs: tuple[str, ...]
    rules: tuple[Rule, ...]
    why_not: tuple[WhyNot, ...] = ()
    _known: _Known = field(default_factory=lambda: _Known(), repr=False, compare=False)

    def about(self, role: LayerRole, restriction: str = "") -> tuple[Rule, ...]:
        """Rules that are asked about a layer."""
        key = (role, restriction)
        if key not in self._known.about:
            chosen = tuple(rule for rule in self.rules if rule.speaks_of(role, restriction))
            self._known.about[key] = chosen
        return self._known.about[key]

    def feature_attributes(self, role: LayerRole, restriction: str) -> tuple[str, ...]:
        """Feature attributes that rules about a layer ask for."""
        return tuple(dict.fromkeys(n for rule in self.about(role, restriction) for n in rule.feature))

    def figures(self, role: LayerRole, restriction: str) -> frozenset[str]:
        """Figures that rules about a layer hold against thresholds."""
        return frozenset(n for rule in self.about(role, restriction) for n in rule.limits)

    def reach_m(self, role: LayerRole, restriction: str, site: Profile, as_of: date) -> float:
        """How far from a layer its rules speak of a site; 0 where they ask for contact.

        A rule that does not speak of the project does not count; one that may speak of it does.
        """
        return max(
            (
                rule.within_m
                for rule in self.about(role, restriction)
                if rule.within_m is not None
                and rule.in_force(as_of)
                and self._known.site(rule, site).state is not State.NO
            ),
            default=0.0,
        )

    def ask(
        self,
        role: LayerRole,
        grounds: Iterable[Ground],
        site: Profile,
        *,
        restriction: str = "",
        as_of: date,
        site_ha: float | None = None,
    ) -> Ruling:
        """What the rules say of a site that takes `grounds` of a layer.

        Each ground is asked by itself, so that a rule for one zone never silences another zone's rule.

        Parameters
        ----------
        role, restriction
            The layer's role, and its kind where the role is *restriction*.
        grounds
            Ground taken, by zone and feature attributes.
        site
            What the project says of itself.
        as_of
            Only rules in force that day answer.
        site_ha
            Area of the site, its control total; None for a site without area.
        """
        taken = tuple(sorted(grounds, key=lambda g: (g.zone, g.attributes, g.outside, g.distance_m)))
        key = (role, restriction, taken, site, as_of, site_ha)
        rulings = self._known.rulings
        if key not in rulings:
            if len(rulings) >= _REMEMBERED:
                rulings.clear()
            rulings[key] = _rule_on(self.about(role, restriction), taken, site, as_of, site_ha, self._known)
        return rulings[key]


_REMEMBERED = 4096
"""Rulings kept for sites that say and take the same."""


@dataclass
class _Known:
    """What was worked out before; nothing of it changes an answer."""

    about: dict[tuple[LayerRole, str], tuple[Rule, ...]] = field(default_factory=dict)
    rulings: dict[object, Ruling] = field(default_factory=dict)
    of_site: dict[tuple[str, Profile], Finding] = field(default_factory=dict)
    steps: dict[Asked, Asked] = field(default_factory=dict)
    """Equal steps of decision paths are one object, so that ten thousand sites fit into memory."""

    def site(self, rule: Rule, site: Profile) -> Finding:
        """Whether a rule speaks of a project."""
        key = (rule.id, site)
        if key not in self.of_site:
            self.of_site[key] = rule.of_site(site)
        return self.of_site[key]

    def step(self, rule: Rule, verdict: Verdict, why: Text) -> Asked:
        """A step of a decision path."""
        step = Asked(rule.id, verdict, why)
        return self.steps.setdefault(step, step)


@dataclass
class _Standing:
    """How one rule stands over all grounds."""

    state: State = State.NO
    stood_back: str = ""
    why: Text = Text("")
    needs: tuple[str, ...] = ()
    figures: tuple[Text, ...] = ()


def _rule_on(
    rules: Sequence[Rule],
    grounds: Sequence[Ground],
    site: Profile,
    as_of: date,
    site_ha: float | None,
    known: _Known,
) -> Ruling:
    live = [rule for rule in rules if rule.in_force(as_of)]
    grounds = [_understood(ground, live) for ground in grounds]
    zoned = [_zone_is_known(ground, live) for ground in grounds]
    states: dict[str, list[State]] = {}
    standings: dict[str, _Standing] = {}
    for rule in live:
        states[rule.id], standings[rule.id] = _conditions(
            rule, grounds, zoned, known.site(rule, site), _figures_of(site, site_ha)
        )
    for rule in live:
        _stand_back(rule, live, states, standings[rule.id])
    return _gathered(rules, standings, known)


def _understood(ground: Ground, rules: Sequence[Rule]) -> Ground:
    """The ground without values that no rule knows: they are answered like missing ones."""
    kept = tuple(
        (name, value)
        for name, value in ground.attributes
        if any(word in value for rule in rules for word in rule.feature.get(name, ()))
    )
    return ground if kept == ground.attributes else replace(ground, attributes=kept)


def _zone_is_known(ground: Ground, rules: Sequence[Rule]) -> bool:
    """Whether a rule names this zone; "Core zone" is answered like a zone that is not given at all."""
    return ground.outside or any(word in ground.zone for rule in rules for word in rule.zone or ())


def _conditions(
    rule: Rule,
    grounds: Sequence[Ground],
    zoned: Sequence[bool],
    of_site: Finding,
    figures: Mapping[str, float | None],
) -> tuple[list[State], _Standing]:
    """The state of a rule on each ground, before any rule stands back."""
    of_grounds = [rule.of_ground(g, zone_known=k) for g, k in zip(grounds, zoned, strict=True)]
    of_figures, used = Finding(State.YES), tuple[Text, ...]()
    if rule.limits:
        sure = sum(g.area_ha for g, f in zip(grounds, of_grounds, strict=True) if f.state is State.YES)
        most = sum(g.area_ha for g, f in zip(grounds, of_grounds, strict=True) if f.state is not State.NO)
        of_figures, used = rule.of_figures(_with_overlap(figures, sure or most))
        if rule.of_figures(_with_overlap(figures, most))[0].state is not of_figures.state:
            of_figures = Finding(State.UNKNOWN, needs=tuple(n for f in of_grounds for n in f.needs))
    states: list[State] = []
    standing = _Standing(figures=used)
    for found in of_grounds:
        parts = (found, of_site, of_figures)
        state = min((p.state for p in parts), key=lambda s: s.value)
        states.append(state)
        if state is State.UNKNOWN:
            standing.needs = tuple(dict.fromkeys((*standing.needs, *(n for p in parts for n in p.needs))))
        elif state is State.NO and not standing.why.zh:
            standing.why = next(p.why for p in parts if p.state is State.NO)
    return states, standing


def _figures_of(site: Profile, site_ha: float | None) -> Mapping[str, float | None]:
    return {"site_ha": site_ha, **dict(site.numbers)}


def _with_overlap(figures: Mapping[str, float | None], overlap_ha: float) -> Mapping[str, float | None]:
    """The figures with the area concerned, which is known where the site's own area is."""
    return {**figures, "overlap_ha": None if figures["site_ha"] is None else overlap_ha}


def _stand_back(
    rule: Rule, live: Sequence[Rule], states: Mapping[str, Sequence[State]], standing: _Standing
) -> None:
    """Settle a rule's state, given that it makes way on ground where the rules it names hold."""
    others = [r.id for r in live if r.id != rule.id and not r.otherwise] if rule.otherwise else rule.unless
    left: list[State] = []
    for n, state in enumerate(states[rule.id]):
        before = next((o for o in others if o in states and states[o][n] is State.YES), "")
        if state is not State.NO and before:
            standing.stood_back = before
        else:
            left.append(state)
    standing.state = max(left, key=lambda s: s.value, default=State.NO)
    if standing.state is State.YES:
        standing.needs = ()


def _gathered(rules: Sequence[Rule], standings: Mapping[str, _Standing], known: _Known) -> Ruling:
    path: list[Asked] = []
    answered: list[RuleHit] = []
    open_hits: list[RuleHit] = []
    needs: dict[str, None] = {}
    for rule in rules:
        standing = standings.get(rule.id)
        if standing is None:
            path.append(known.step(rule, Verdict.NOT_IN_FORCE, _validity(rule)))
        elif standing.state is State.YES:
            path.append(known.step(rule, Verdict.ANSWERED, _joined(standing.figures)))
            answered.append(replace(rule.hit, figures=standing.figures))
        elif standing.state is State.UNKNOWN:
            path.append(known.step(rule, Verdict.NEEDS, _needs(standing.needs)))
            needs |= dict.fromkeys(standing.needs)
            open_hits.append(replace(rule.hit, needs=standing.needs, figures=standing.figures))
        elif standing.stood_back:
            why = Text(f"适用 {standing.stood_back}", f"{standing.stood_back} holds")
            path.append(known.step(rule, Verdict.STOOD_BACK, why))
        else:
            path.append(known.step(rule, Verdict.SILENT, standing.why))
    strictest = max((h.suggestion.strictness for h in answered), default=0)
    leading = {h.rule_id for h in open_hits if h.suggestion.strictness > strictest}
    order = {rule.id: n for n, rule in enumerate(rules)}
    hits = [*answered, *(h for h in open_hits if h.rule_id in leading)]
    hits = [_unsettled(h) if any(o.outcome not in (None, h.outcome) for o in open_hits) else h for h in hits]
    return Ruling(tuple(sorted(hits, key=lambda h: order[h.rule_id])), tuple(path), tuple(needs))


def _unsettled(hit: RuleHit) -> RuleHit:
    """A hit whose outcome a missing attribute may change: nothing is said for certain."""
    return hit if hit.outcome is None else replace(hit, outcome=Outcome.NO_DATA, sentence=Text(""))


def _needs(names: Sequence[str]) -> Text:
    labels = [need_label(name) for name in names]
    return Text(f"需要 {'、'.join(n.zh for n in labels)}", f"needs {', '.join(n.to('en') for n in labels)}")


def _joined(texts: Sequence[Text]) -> Text:
    return Text("；".join(t.zh for t in texts), "; ".join(t.to("en") for t in texts))


def _validity(rule: Rule) -> Text:
    start = rule.valid_from.isoformat() if rule.valid_from else ""
    end = rule.valid_until.isoformat() if rule.valid_until else ""
    return Text(f"有效期 {start} 至 {end}", f"in force {start} to {end}")
