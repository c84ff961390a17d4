"""选址套合: every site against every configured layer; fails closed.

Three answers. 涉及 wherever the site's ground meets the layer. 不涉及 only where the layer is whole, in
force and known to be complete on all of the site's ground. Everything else is 资料不足.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from eco_gis.model.layer import Layer, LayerFault, LayerSpec, Polarity
from eco_gis.model.role import CONTROL_ROLES, REQUIRED_ROLES, LayerRole
from eco_gis.model.siting import (
    Answer,
    LayerAnswer,
    Reason,
    RuleHit,
    SiteAnswer,
    SitingResult,
    Suggestion,
)
from eco_gis.siting.measure import Touch, measure, place
from eco_gis.siting.rules import RuleSet
from eco_gis.siting.sites import Sites

Progress = Callable[[str], None]


def assess(
    site_layers: Sequence[Layer],
    layers: Iterable[Layer],
    faults: Iterable[LayerFault],
    rules: RuleSet,
    *,
    as_of: date,
    townships: Layer | None = None,
    near_m: float = 50.0,
    on_progress: Progress | None = None,
) -> SitingResult:
    """Compare sites with all control layers.

    Parameters
    ----------
    site_layers
        Prepared layers of project sites.
    layers, faults
        Prepared layers and declared layers that could not be used; those of other roles are passed over.
    rules
        What the answers ask for.
    as_of
        The day whose layers and rules apply. Of a series the versions in force that day are asked; when none
        is, the latest version is asked and answers 资料不足 wherever it shows no hit.
    townships
        Names the townships a site lies in.
    near_m
        Within this distance a line or point without a width is not called clear.
    on_progress
        Called with the id of each layer before it is asked.

    Raises
    ------
    CRSMismatchError
        When sites and layers lie on different planes.
    """
    asked = layers_in_force([*layers, *faults], as_of)
    columns: list[list[LayerAnswer]] = []
    all_sites = [Sites.of(layer) for layer in site_layers if len(layer)]
    for entry in asked:
        if on_progress is not None:
            on_progress(entry.spec.id)
        columns.append(
            [a for sites in all_sites for a in _ask(sites, entry, rules, as_of=as_of, near_m=near_m)]
        )
    configured = {entry.spec.role for entry in asked}
    answers: list[SiteAnswer] = []
    for sites in all_sites:
        where = place(sites, townships)
        for i, site_id in enumerate(sites.ids):
            row = [column[len(answers)] for column in columns]
            row += [_not_configured(sites, i, role) for role in REQUIRED_ROLES if role not in configured]
            answers.append(
                SiteAnswer(
                    id=site_id,
                    name=sites.names[i],
                    category=sites.attributes[i].get("category", ""),
                    kind=sites.kinds[i],
                    area_m2=float(sites.ground.area_m2[i]),
                    planar_m2=float(sites.ground.planar_m2[i]),
                    length_m=float(sites.drawn.length_m[i]),
                    width_m=sites.widths_m[i],
                    townships=where[i],
                    answers=tuple(sorted(row, key=lambda a: a.role.order)),
                    geometry=sites.drawn.shapes[i],
                    footprint=sites.ground.shapes[i],
                )
            )
    return SitingResult(
        as_of=as_of,
        sites=tuple(answers),
        layer_ids=tuple(entry.spec.id for entry in asked),
        rule_packs=rules.packs,
    )


def layers_in_force(entries: Iterable[Layer | LayerFault], as_of: date) -> list[Layer | LayerFault]:
    """Control layers to ask on a day, in printing order: of each series the versions in force, else the latest."""
    by_series: dict[str, list[Layer | LayerFault]] = {}
    for entry in entries:
        if entry.spec.role in CONTROL_ROLES and not entry.spec.raster:
            by_series.setdefault(entry.spec.series or entry.spec.id, []).append(entry)
    asked: list[Layer | LayerFault] = []
    for versions in by_series.values():
        in_force = [v for v in versions if v.spec.valid_on(as_of)]
        asked += in_force or [max(versions, key=lambda v: (v.spec.valid_from or date.min, v.spec.id))]
    return sorted(asked, key=lambda e: e.spec.role.order)


def _ask(
    sites: Sites, entry: Layer | LayerFault, rules: RuleSet, *, as_of: date, near_m: float
) -> list[LayerAnswer]:
    """One layer's answers about all sites of one layer."""
    standing = _standing(entry, as_of)
    if isinstance(entry, LayerFault):
        return [_no_data(sites, i, entry.spec, standing) for i in range(len(sites.ids))]
    touches = measure(sites, entry, near_m=near_m)
    return [_answer(sites, i, entry.spec, t, standing, rules, as_of) for i, t in enumerate(touches)]


def _standing(entry: Layer | LayerFault, as_of: date) -> tuple[Reason, ...]:
    """Why the layer, as a whole, cannot say 不涉及."""
    if isinstance(entry, LayerFault):
        return (Reason.UNREADABLE,)
    found = {
        Reason.NOT_IN_FORCE: not entry.spec.valid_on(as_of),
        Reason.EMPTY_LAYER: not len(entry) and not entry.spec.empty,
        Reason.COVERAGE_UNDECLARED: entry.coverage is None,
        Reason.LOST_RECORDS: bool(entry.lost),
        Reason.COVERAGE_MISMATCH: _misses_its_coverage(entry),
    }
    return tuple(reason for reason, is_so in found.items() if is_so)


def _misses_its_coverage(layer: Layer) -> bool:
    """Whether the layer has features and none of them meets the ground it claims to cover."""
    if layer.coverage is None or not len(layer):
        return False
    return not layer.features.tree.query(layer.coverage.shapes, predicate="intersects").size


def _answer(
    sites: Sites,
    i: int,
    spec: LayerSpec,
    touch: Touch,
    standing: tuple[Reason, ...],
    rules: RuleSet,
    as_of: date,
) -> LayerAnswer:
    reasons = (*standing, *touch.reasons)
    # outside an imperfect boundary may be inside what it lacks
    certain = spec.polarity is Polarity.INSIDE or not standing
    if touch.concerned and certain:
        answer = Answer.CONCERNED
        fired = rules.ask(
            spec.role,
            touch.concern_zones or ("",),
            sites.attributes[i],
            restriction=spec.restriction,
            as_of=as_of,
        )
        asked = [rule.suggestion for rule in fired] or [Suggestion.SUPPLEMENT]
        if reasons:
            asked.append(Suggestion.SUPPLEMENT)
        suggestion = max(asked, key=lambda s: s.strictness)
    elif reasons:
        answer, fired, suggestion = Answer.NO_DATA, (), Suggestion.SUPPLEMENT
    else:
        answer, fired, suggestion = Answer.NOT_CONCERNED, (), Suggestion.PROCEED
    return _printed(sites, i, spec, touch, answer=answer, reasons=reasons, rules=fired, suggestion=suggestion)


def _no_data(sites: Sites, i: int, spec: LayerSpec, reasons: tuple[Reason, ...]) -> LayerAnswer:
    """The answer of a layer that cannot be measured at all."""
    touch = Touch(uncovered_m2=float(sites.ground.area_m2[i]))
    return _printed(
        sites,
        i,
        spec,
        touch,
        answer=Answer.NO_DATA,
        reasons=reasons,
        rules=(),
        suggestion=Suggestion.SUPPLEMENT,
    )


def _printed(
    sites: Sites,
    i: int,
    spec: LayerSpec,
    touch: Touch,
    *,
    answer: Answer,
    reasons: tuple[Reason, ...],
    rules: tuple[RuleHit, ...],
    suggestion: Suggestion,
) -> LayerAnswer:
    area = float(sites.ground.area_m2[i])
    return LayerAnswer(
        layer_id=spec.id,
        role=spec.role,
        label=spec.title,
        polarity=spec.polarity,
        answer=answer,
        reasons=reasons,
        area_m2=touch.area_m2,
        planar_m2=touch.planar_m2,
        share=touch.area_m2 / area if area > 0 else None,
        length_m=touch.length_m,
        distance_m=touch.distance_m,
        uncovered_m2=touch.uncovered_m2,
        hits=touch.hits,
        zones=touch.zones,
        rules=rules,
        suggestion=suggestion,
        shape=touch.shape,
    )


def _not_configured(sites: Sites, i: int, role: LayerRole) -> LayerAnswer:
    return _no_data(sites, i, LayerSpec(id=f"role:{role}", role=role, file=Path()), (Reason.NOT_CONFIGURED,))
