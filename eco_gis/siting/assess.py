"""选址套合: every site against every configured layer; fails closed.

Three answers. 涉及 wherever the site's ground meets the layer, or lies within a distance that a rule names.
不涉及 only where the layer is whole, in force and known to be complete on all of the site's ground.
Everything else is 资料不足.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import shapely

from eco_gis.errors import EcoGisError, Problem
from eco_gis.model.layer import Layer, LayerFault, LayerSpec, LostRecord
from eco_gis.model.raster import ControlRaster
from eco_gis.model.role import CONTROL_ROLES, REQUIRED_ROLES, LayerRole
from eco_gis.model.sheet import ControlTotal
from eco_gis.model.site import SiteKind
from eco_gis.model.siting import LayerAnswer, Reason, SiteAnswer, SitingResult
from eco_gis.siting.answer import Question, answers_of, no_data
from eco_gis.siting.control_total import control_totals
from eco_gis.siting.measure import place
from eco_gis.siting.rules import Ground, Profile, RuleSet
from eco_gis.siting.sites import Sites
from eco_gis.text import Text

Progress = Callable[[str], None]
Entry = Layer | LayerFault | ControlRaster


@dataclass(frozen=True)
class _Group:
    """Sites of one layer with what is known of them before any layer is asked."""

    sites: Sites
    profiles: tuple[Profile, ...]
    totals: tuple[ControlTotal, ...]


def assess(
    site_layers: Sequence[Layer],
    layers: Iterable[Layer],
    faults: Iterable[LayerFault],
    rules: RuleSet,
    *,
    as_of: date,
    rasters: Iterable[ControlRaster] = (),
    townships: Layer | None = None,
    near_m: float = 50.0,
    on_progress: Progress | None = None,
) -> SitingResult:
    """Compare sites with all control layers.

    Parameters
    ----------
    site_layers
        Prepared layers of project sites. A record that lost its shape keeps a row, 资料不足 throughout.
    layers, faults
        Prepared layers and declared layers that could not be used; those of other roles are passed over.
    rules
        What the answers ask for.
    rasters
        Rasters that are asked like control lines. One that turns out to be damaged where a site lies answers
        资料不足 about every site.
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
    asked = layers_in_force([*layers, *rasters, *faults], as_of)
    groups = [_group(layer) for layer in site_layers if len(layer)]
    columns: list[list[LayerAnswer]] = []
    problems: list[Problem] = []
    for entry in asked:
        if on_progress is not None:
            on_progress(entry.spec.id)
        question = Question(entry, rules, as_of, near_m)
        try:
            columns.append(_column(groups, question))
        except EcoGisError as error:
            if not isinstance(entry, ControlRaster):
                raise
            fault = LayerFault(entry.spec, _told(entry.spec, error))
            problems += fault.problems
            columns.append(_column(groups, replace(question, entry=fault)))
    configured = {entry.spec.role for entry in asked}
    missing = [
        LayerSpec(id=f"role:{role}", role=role, file=Path())
        for role in REQUIRED_ROLES
        if role not in configured
    ]
    answers: list[SiteAnswer] = []
    for group in groups:
        where = place(group.sites, townships)
        for i in range(len(group.sites.ids)):
            row = [column[len(answers)] for column in columns]
            uncovered = float(group.sites.ground.area_m2[i])
            row += [no_data(spec, (Reason.NOT_CONFIGURED,), uncovered) for spec in missing]
            answers.append(_site(group, i, row, where[i], rules, as_of))
    specs = [*(entry.spec for entry in asked), *missing]
    answers += [_without_shape(layer, lost, specs) for layer in site_layers for lost in layer.lost]
    return SitingResult(
        as_of=as_of,
        sites=tuple(answers),
        layer_ids=tuple(entry.spec.id for entry in asked),
        rule_packs=rules.packs,
        problems=tuple(problems),
    )


def _column(groups: Sequence[_Group], question: Question) -> list[LayerAnswer]:
    """One layer's answers about all sites."""
    return [a for g in groups for a in answers_of(g.sites, g.profiles, g.totals, question)]


def _told(spec: LayerSpec, error: EcoGisError) -> tuple[Problem, ...]:
    """What is wrong with a raster, as problems of its layer; the file without its folder."""
    remedy = Text("修正该栅格或其目录条目", "mend the raster or its entry")
    folder = str(spec.file).removesuffix(spec.file.name)

    def bare(words: str) -> str:
        return words.replace(folder, "")

    return tuple(
        replace(p, where=f"{spec.id}: {bare(p.where)}", what=Text(bare(p.what.zh), bare(p.what.en)))
        for p in error.problems or [Problem(spec.file.name, error.message, remedy)]
    )


def layers_in_force(entries: Iterable[Entry], as_of: date) -> list[Entry]:
    """Control layers to ask on a day, in printing order: of each series the versions in force, else the latest."""
    by_series: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.spec.role in CONTROL_ROLES:
            by_series.setdefault(entry.spec.series or entry.spec.id, []).append(entry)
    asked: list[Entry] = []
    for versions in by_series.values():
        in_force = [v for v in versions if v.spec.valid_on(as_of)]
        asked += in_force or [max(versions, key=lambda v: (v.spec.valid_from or date.min, v.spec.id))]
    return sorted(asked, key=lambda e: e.spec.role.order)


def _group(layer: Layer) -> _Group:
    sites = Sites.of(layer)
    profiles = tuple(Profile.of(attributes) for attributes in sites.attributes)
    return _Group(sites, profiles, control_totals(layer, sites))


def _site(
    group: _Group, i: int, row: Sequence[LayerAnswer], where: tuple[str, ...], rules: RuleSet, as_of: date
) -> SiteAnswer:
    sites, whole = group.sites, group.totals[i].ha
    ruling = rules.ask(
        LayerRole.PROJECT_SITE,
        (Ground(),),
        group.profiles[i],
        as_of=as_of,
        site_ha=None if whole is None else float(whole),
    )
    return SiteAnswer(
        id=sites.ids[i],
        name=sites.names[i],
        category=sites.attributes[i].get("category", ""),
        kind=sites.kinds[i],
        area_m2=float(sites.ground.area_m2[i]),
        planar_m2=float(sites.ground.planar_m2[i]),
        length_m=float(sites.drawn.length_m[i]),
        width_m=sites.widths_m[i],
        townships=where,
        answers=tuple(sorted(row, key=lambda a: a.role.order)),
        geometry=sites.drawn.shapes[i],
        footprint=sites.ground.shapes[i],
        attributes=sites.attributes[i],
        rules=ruling.hits,
        path=ruling.path,
    )


def _without_shape(layer: Layer, lost: LostRecord, specs: Sequence[LayerSpec]) -> SiteAnswer:
    """The row of a site's record that carries no usable shape."""

    def known(name: str) -> str:
        return str(lost.known.get(layer.spec.fields.get(name, name), ""))

    row = [no_data(spec, (Reason.NO_SHAPE,), 0.0) for spec in specs]
    nothing = shapely.Polygon()
    return SiteAnswer(
        id=lost.feature or known("id") or f"{layer.spec.id}#{lost.record + 1}",
        name=known("name"),
        category=known("category"),
        kind=SiteKind.NONE,
        area_m2=0.0,
        planar_m2=0.0,
        length_m=0.0,
        width_m=None,
        townships=(),
        answers=tuple(sorted(row, key=lambda a: a.role.order)),
        geometry=nothing,
        footprint=nothing,
    )
