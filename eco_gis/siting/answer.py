"""One layer's answers about all sites of one layer: what is measured, held against the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from eco_gis.model.layer import Layer, LayerFault, LayerSpec, Polarity
from eco_gis.model.raster import ControlRaster
from eco_gis.model.restriction import RestrictionKind
from eco_gis.model.role import LayerRole
from eco_gis.model.sheet import ControlTotal
from eco_gis.model.site import SiteAttribute
from eco_gis.model.siting import Answer, LayerAnswer, Outcome, Reason, Suggestion
from eco_gis.siting.measure import Touch, measure, measure_cells
from eco_gis.siting.rules import Ground, Profile, RuleSet, Ruling
from eco_gis.siting.sites import Sites


@dataclass(frozen=True)
class Question:
    """What is asked of one layer."""

    entry: Layer | LayerFault | ControlRaster
    rules: RuleSet
    as_of: date
    near_m: float

    @property
    def spec(self) -> LayerSpec:
        """The layer's entry in the catalog."""
        return self.entry.spec

    @property
    def standing(self) -> tuple[Reason, ...]:
        """Why the layer, as a whole, cannot say 不涉及."""
        entry = self.entry
        if isinstance(entry, LayerFault):
            return (Reason.UNREADABLE,)
        found = {
            Reason.NOT_IN_FORCE: not entry.spec.valid_on(self.as_of),
            Reason.COVERAGE_UNDECLARED: entry.coverage is None,
        }
        if isinstance(entry, ControlRaster):
            found[Reason.CONCERN_UNDECLARED] = not entry.spec.says_what_counts
        else:
            found |= {
                Reason.EMPTY_LAYER: not len(entry) and not entry.spec.empty,
                Reason.LOST_RECORDS: entry.has_lost,
                Reason.COVERAGE_MISMATCH: entry.misses_coverage,
            }
        return tuple(reason for reason, is_so in found.items() if is_so)


def answers_of(
    sites: Sites, profiles: Sequence[Profile], totals: Sequence[ControlTotal], question: Question
) -> list[LayerAnswer]:
    """The answers of one layer about all sites of one layer, in their order.

    Raises
    ------
    EcoGisError
        A raster cannot be read, or not be brought to the sites.
    """
    entry, spec, standing = question.entry, question.spec, question.standing
    if isinstance(entry, LayerFault):
        return [no_data(spec, standing, float(area)) for area in sites.ground.area_m2]
    if isinstance(entry, ControlRaster):
        told = profiles
        touches = measure_cells(sites, entry, near_m=question.near_m, reach_m=_reach(told, question))
    else:
        told = _with_key_projects(sites, profiles, entry, whole=not standing)
        touches = measure(
            sites,
            entry,
            near_m=question.near_m,
            attributes=question.rules.feature_attributes(spec.role, spec.restriction),
            reach_m=_reach(told, question),
        )
    return [
        _answer(question, standing, touch, profile, total, float(area))
        for touch, profile, total, area in zip(touches, told, totals, sites.ground.area_m2, strict=True)
    ]


def no_data(spec: LayerSpec, reasons: tuple[Reason, ...], uncovered_m2: float) -> LayerAnswer:
    """The answer of a layer that cannot be measured at all."""
    return _printed(
        spec,
        Touch(uncovered_m2=uncovered_m2),
        Answer.NO_DATA,
        reasons,
        Ruling(),
        Suggestion.SUPPLEMENT,
        area_m2=0.0,
    )


def _with_key_projects(
    sites: Sites, profiles: Sequence[Profile], layer: Layer, *, whole: bool
) -> Sequence[Profile]:
    """Profiles that say whether a project's name is on the list, where the layer is one (重点项目清单)."""
    if layer.spec.restriction != RestrictionKind.KEY_PROJECT_LIST:
        return profiles
    listed = {name for name in layer.names if name}
    told = ["是" if name in listed else "否" if name and whole else "" for name in sites.names]
    return [
        Profile.of({**attributes, SiteAttribute.KEY_PROJECT: answer} if answer else attributes)
        for attributes, answer in zip(sites.attributes, told, strict=True)
    ]


def _reach(profiles: Sequence[Profile], question: Question) -> NDArray[np.float64]:
    """How far from the layer its rules speak of each site."""
    spec, known = question.spec, dict[Profile, float]()
    for profile in profiles:
        if profile not in known:
            known[profile] = question.rules.reach_m(spec.role, spec.restriction, profile, question.as_of)
    return np.array([known[profile] for profile in profiles], dtype=float)


def _answer(
    question: Question,
    standing: tuple[Reason, ...],
    touch: Touch,
    profile: Profile,
    total: ControlTotal,
    area_m2: float,
) -> LayerAnswer:
    spec = question.spec
    reasons = (*standing, *touch.reasons)
    # outside an imperfect boundary may be inside what it lacks
    touched = touch.concerned and (spec.polarity is Polarity.INSIDE or not standing)
    near = any(taken.distance_m > 0 for taken in touch.taken)
    ruling = _ruling(question, touch, profile, total) if touched or near else Ruling()
    by_distance = not touched and any(not hit.needs for hit in ruling.hits)
    if by_distance:
        reasons = (*reasons, Reason.WITHIN_DISTANCE)
    if ruling.needs and (touched or ruling.hits):
        reasons = (*reasons, Reason.NEEDS_ATTRIBUTE)
    given = [hit.suggestion for hit in ruling.hits]
    if touched or by_distance:
        answer = Answer.CONCERNED
        given += [Suggestion.SUPPLEMENT] if reasons or not given else []
    elif reasons:
        answer = Answer.NO_DATA
        given += [Suggestion.SUPPLEMENT]
    else:
        answer, ruling, given = Answer.NOT_CONCERNED, Ruling(), [Suggestion.PROCEED]
    suggestion = max(given, key=lambda s: s.strictness)
    return _printed(spec, touch, answer, reasons, ruling, suggestion, area_m2=area_m2)


def _ruling(question: Question, touch: Touch, profile: Profile, total: ControlTotal) -> Ruling:
    """What the rules say of the ground that is touched or near; areas stand on the control total."""
    spec, rules = question.spec, question.rules
    figures = rules.figures(spec.role, spec.restriction)
    by_area = "overlap_ha" in figures
    grounds = [
        Ground(
            zone=taken.zone,
            attributes=taken.attributes,
            area_ha=float(total.scaled(min(taken.area_m2, touch.area_m2))) if by_area else 0.0,
            outside=taken.outside,
            distance_m=taken.distance_m,
        )
        for taken in touch.taken
    ]
    known = by_area or "site_ha" in figures
    return rules.ask(
        spec.role,
        grounds or [Ground(outside=spec.polarity is Polarity.OUTSIDE)],
        profile,
        restriction=spec.restriction,
        as_of=question.as_of,
        site_ha=float(total.ha) if known and total.ha is not None else None,
    )


def _printed(
    spec: LayerSpec,
    touch: Touch,
    answer: Answer,
    reasons: tuple[Reason, ...],
    ruling: Ruling,
    suggestion: Suggestion,
    *,
    area_m2: float,
) -> LayerAnswer:
    return LayerAnswer(
        layer_id=spec.id,
        role=spec.role,
        label=spec.title,
        polarity=spec.polarity,
        answer=answer,
        reasons=reasons,
        area_m2=touch.area_m2,
        planar_m2=touch.planar_m2,
        share=touch.area_m2 / area_m2 if area_m2 > 0 else None,
        length_m=touch.length_m,
        distance_m=touch.distance_m,
        uncovered_m2=touch.uncovered_m2,
        hits=touch.hits,
        zones=touch.zones,
        rules=ruling.hits,
        suggestion=suggestion,
        shape=touch.shape,
        needs=ruling.needs,
        outcome=_outcome(spec, answer, ruling),
        path=ruling.path,
        count=touch.count,
        widest_m=touch.widest_m,
        narrowest_m=touch.narrowest_m,
        uncovered_shape=touch.uncovered_shape,
        accuracy_m=touch.accuracy_m,
        hinges_m=touch.hinges_m,
        cells=touch.cells,
    )


def _outcome(spec: LayerSpec, answer: Answer, ruling: Ruling) -> Outcome | None:
    if spec.role is not LayerRole.REDLINE:
        return None
    if answer is Answer.NOT_CONCERNED:
        return Outcome.NOT_INSIDE
    return ruling.outcome or Outcome.NO_DATA if answer is Answer.CONCERNED else Outcome.NO_DATA
