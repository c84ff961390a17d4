"""One rule of a pack: what it speaks of, whom it asks and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from eco_gis.model.bound import Bound
from eco_gis.model.role import LayerRole
from eco_gis.model.site import SiteAttribute
from eco_gis.model.siting import RuleHit
from eco_gis.siting.rules.profile import Profile, State
from eco_gis.text import Text
from eco_gis.units import DECIMALS, round_half_up

FEATURE_ATTRIBUTES = ("grade", "kind", "level", "status", "forest_class", "tier", "national_grade", "code")
"""Mapped fields of a layer's features that a rule may ask for."""

MEASURES = {
    "overlap_ha": Text("涉及面积（公顷）", "area concerned (ha)"),
    "site_ha": Text("用地总面积（公顷）", "site area (ha)"),
    SiteAttribute.DURATION_YEARS.value: SiteAttribute.DURATION_YEARS.label,
    SiteAttribute.EIA_AGE_YEARS.value: SiteAttribute.EIA_AGE_YEARS.label,
    SiteAttribute.EARTHWORK_M3.value: SiteAttribute.EARTHWORK_M3.label,
}
"""Figures that a threshold may be held against."""

AREAS = ("overlap_ha", "site_ha")


@dataclass(frozen=True)
class Ground:
    """Ground of one kind that a site takes of a layer: one zone, one set of feature attributes."""

    zone: str = ""
    """Zone of the features; empty where they have none."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Values of `FEATURE_ATTRIBUTES`; missing ones are left out."""
    area_ha: float = 0.0
    """Ground taken, brought to the control total."""
    outside: bool = False
    """True for ground outside a layer of which being outside is the matter."""
    distance_m: float = 0.0
    """Distance to the features; 0 where the site touches them."""


@dataclass(frozen=True)
class Finding:
    """Whether a condition holds, and the words for it."""

    state: State
    why: Text = Text("")
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule. It is asked about every site that a layer of its role concerns, or that lies within its distance."""

    id: str
    roles: tuple[LayerRole, ...]
    restrictions: tuple[str, ...]
    """Kinds of restriction it is about; empty: any."""
    zone: tuple[str, ...] | None
    """Words of which the touched zone contains one; an empty tuple asks for a feature without a zone; None: any."""
    hit: RuleHit
    outside: bool | None = None
    """True: ground outside a boundary; False: ground inside; None: either."""
    feature: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Feature attribute → words of which its value contains one."""
    site: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Site attribute → accepted values."""
    limits: Mapping[str, Bound] = field(default_factory=dict)
    within_m: float | None = None
    """It also speaks of sites that do not touch the layer but lie this near (以内)."""
    unless: tuple[str, ...] = ()
    """Rules in whose favour it stands back on ground of which they hold."""
    otherwise: bool = False
    """It speaks only where no other rule holds."""
    candidates: tuple[int, ...] = ()
    """Numbers of the digest of statutes it stands for."""
    valid_from: date | None = None
    valid_until: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the rule is law on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def speaks_of(self, role: LayerRole, restriction: str) -> bool:
        """Whether it is asked about a layer at all."""
        return role in self.roles and (not self.restrictions or restriction in self.restrictions)

    def of_ground(self, ground: Ground, *, zone_known: bool) -> Finding:
        """Whether it speaks of this ground.

        Parameters
        ----------
        zone_known
            Whether some rule knows the ground's zone; a zone that none knows counts as missing.
        """
        if self.outside is not None and self.outside is not ground.outside:
            return Finding(State.NO, Text("位于边界内", "lies inside the boundary"))
        if ground.distance_m > 0 and (self.within_m is None or ground.distance_m > self.within_m):
            return Finding(State.NO, _far(ground.distance_m, self.within_m))
        found = [self._zone(ground, zone_known)]
        values = dict(ground.attributes)
        for name, words in self.feature.items():
            given = values.get(name, "")
            if not given:
                found.append(Finding(State.UNKNOWN, needs=(f"feature.{name}",)))
            elif not any(word in given for word in words):
                found.append(Finding(State.NO, _not_among(name, given, words)))
        return _all(found)

    def _zone(self, ground: Ground, zone_known: bool) -> Finding:
        if self.zone is None:
            return Finding(State.YES)
        if ground.outside:
            return Finding(State.NO, Text("位于边界外", "lies outside the boundary"))
        if not self.zone:
            missing = not zone_known
            return Finding(
                State.YES if missing else State.NO,
                Text(f"分区为 {ground.zone}", f"its zone is {ground.zone}"),
            )
        if not zone_known:
            return Finding(State.UNKNOWN, needs=("feature.zone",))
        if any(word in ground.zone for word in self.zone):
            return Finding(State.YES)
        return Finding(State.NO, _not_among("zone", ground.zone, self.zone))

    def of_site(self, site: Profile) -> Finding:
        """Whether it speaks of this project."""
        found: list[Finding] = []
        for name, accepted in self.site.items():
            state = site.holds(name, accepted)
            given = "、".join(dict(site.words).get(name, ()))
            needs = (name,) if state is State.UNKNOWN else ()
            found.append(Finding(state, _not_among(name, given, accepted), needs))
        return _all(found)

    def of_figures(self, figures: Mapping[str, float | None]) -> tuple[Finding, tuple[Text, ...]]:
        """Whether the figures lie within its thresholds, and the figures that were used.

        Areas are held against a threshold in hectares at four decimals, as land approvals write them.
        """
        found: list[Finding] = []
        used: list[Text] = []
        for name, bound in self.limits.items():
            value = figures.get(name)
            if value is None:
                found.append(Finding(State.UNKNOWN, needs=(name,)))
                continue
            digits = DECIMALS["ha"] if name in AREAS else 4
            tested = round_half_up(value, digits)
            shown = f"{tested:.4f}" if name in AREAS else f"{value:g}"
            label, words = MEASURES[name], bound.words
            holds = bound.holds(tested)
            told = Text(
                f"{label.zh} {shown}，{'' if holds else '不符合“'}{words.zh}{'' if holds else '”'}",
                f"{label.en} {shown}: {'' if holds else 'not '}{words.en}",
            )
            used.append(told)
            found.append(Finding(State.YES if holds else State.NO, told))
        return _all(found), tuple(used)


def _all(found: Sequence[Finding]) -> Finding:
    """Conditions together: one that fails decides, else one that is unknown."""
    failed = next((f for f in found if f.state is State.NO), None)
    if failed is not None:
        return failed
    needs = tuple(dict.fromkeys(n for f in found for n in f.needs))
    return Finding(State.UNKNOWN if needs else State.YES, needs=needs)


def _not_among(name: str, given: str, accepted: Sequence[str]) -> Text:
    shown = "、".join(accepted[:4]) + (" …" if len(accepted) > 4 else "")
    return Text(f"{name} 为 {given}，不属于 {shown}", f"{name} is {given}, not {shown}")


def _far(distance_m: float, within_m: float | None) -> Text:
    if within_m is None:
        return Text("未占用该要素", "takes no ground of it")
    return Text(
        f"距离 {distance_m:.1f} m，超过 {within_m:g} m", f"is {distance_m:.1f} m away, over {within_m:g} m"
    )
