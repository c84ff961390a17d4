"""What the check sheets (套合核对表) of a run need beside the answers: totals, classes, takings, groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from eco_gis.errors import Problem
from eco_gis.model.batch import Batch
from eco_gis.model.decision import Decision
from eco_gis.model.layer import Layer, LayerFault
from eco_gis.model.role import LayerRole
from eco_gis.model.sheet import (
    MOST_PAGES,
    AreaBasis,
    Classification,
    ControlTotal,
    CorridorWidth,
    FarmlandRow,
    ForestRow,
    SheetResult,
)
from eco_gis.model.siting import Reason, SitingResult
from eco_gis.siting.batch import make_batches
from eco_gis.siting.classification import classify
from eco_gis.siting.control_total import control_totals, refusals
from eco_gis.siting.corridor import corridor_widths, is_corridor
from eco_gis.siting.decisions import decide
from eco_gis.siting.neighbours import Filed, neighbour_groups
from eco_gis.siting.rules import RuleSet
from eco_gis.siting.sites import Sites
from eco_gis.siting.takings import farmland_taken, forest_taken
from eco_gis.siting.thresholds import thresholds_of

SUMMED_ROLES = (
    LayerRole.CROPLAND,
    LayerRole.PERMANENT_BASIC_FARMLAND,
    LayerRole.REDLINE,
    LayerRole.NATURE_RESERVE,
    LayerRole.FOREST_QUALITY,
)
"""Layers whose ground is summed over neighbouring sites."""


T = TypeVar("T")


WITHOUT_SHAPE = ControlTotal(AreaBasis.MEASURED, None, 0.0, 0.0, 0.0, 0.0)
"""Of a site whose record has no usable shape: it keeps its sheet, and nothing about it can be told."""


@dataclass(frozen=True)
class SheetOptions:
    """What the sheets of a run are made with."""

    whole_batch: bool = False
    """Sites of a layer that name no batch make one together."""
    neighbour_distance_m: float = 100.0
    neighbour_same_owner: bool = False
    decisions: Sequence[Decision] = ()
    rules: RuleSet | None = None
    """Rules whose area thresholds neighbouring sites are held against; None: none."""
    pages: int = MOST_PAGES
    """At most so many check sheets are written."""


def make_sheets(
    site_layers: Sequence[Layer],
    siting: SitingResult,
    layers: Iterable[Layer],
    faults: Iterable[LayerFault],
    *,
    options: SheetOptions,
    earlier: Sequence[Layer] = (),
) -> tuple[SheetResult, tuple[Problem, ...]]:
    """Everything the sheets show beside the answers, and a problem for each declared area that was refused.

    Parameters
    ----------
    site_layers
        The layers that `siting` answers about.
    layers, faults
        Layers of the run, usable or not.
    earlier
        Layers of sites filed before, which may be neighbours.
    """
    as_of = siting.as_of
    entries: list[Layer | LayerFault] = [*layers, *faults]
    survey, standing = _survey(entries, as_of)
    villages = _first(entries, LayerRole.VILLAGE, as_of)
    asked = [e for e in entries if isinstance(e, Layer) and e.spec.id in siting.layer_ids]
    documents = [e for e in entries if e.spec.role is LayerRole.DOCUMENT]
    where = {s.id: s.townships for s in siting.sites}
    totals: dict[str, ControlTotal] = {}
    classes: dict[str, Classification] = {}
    farmland: dict[str, tuple[FarmlandRow, ...]] = {}
    forest: dict[str, tuple[ForestRow, ...]] = {}
    corridors: dict[str, tuple[CorridorWidth, ...]] = {}
    batches: list[Batch] = []
    filed: list[Filed] = []
    for layer in site_layers:
        if not len(layer):
            continue
        sites = Sites.of(layer)
        filed.append(Filed(sites, layer, True))
        own = control_totals(layer, sites)
        totals |= dict(zip(sites.ids, own, strict=True))
        classes |= {c.site: c for c in classify(sites, own, survey, standing=standing, villages=villages)}
        for taken in asked:
            if taken.spec.role is LayerRole.PERMANENT_BASIC_FARMLAND:
                _gather(farmland, sites, farmland_taken(sites, own, taken))
            elif taken.spec.role is LayerRole.FOREST_QUALITY:
                _gather(forest, sites, forest_taken(sites, own, taken))
            elif is_corridor(taken):
                _gather(corridors, sites, corridor_widths(sites, taken))
        batches += make_batches(layer, sites, own, where, documents, as_of=as_of, whole=options.whole_batch)
    for site in siting.sites:
        if site.id not in totals:
            totals[site.id] = WITHOUT_SHAPE
            classes[site.id] = Classification(
                site.id, "", WITHOUT_SHAPE.parts_ha, (), (Reason.NO_SHAPE.label,)
            )
    filed += [Filed(Sites.of(layer), layer, False) for layer in earlier if len(layer)]
    summed = [layer for layer in asked if layer.spec.role in SUMMED_ROLES]
    groups = neighbour_groups(
        filed,
        summed,
        distance_m=options.neighbour_distance_m,
        same_owner=options.neighbour_same_owner,
        townships=_first(entries, LayerRole.TOWNSHIP, as_of),
        thresholds=() if options.rules is None else thresholds_of(options.rules, summed, as_of),
    )
    result = SheetResult(
        totals=totals,
        classes=classes,
        farmland=farmland,
        forest=forest,
        corridors=corridors,
        decided=decide(siting, options.decisions),
        batches=tuple(batches),
        groups=groups,
        pages=options.pages,
    )
    return result, tuple(refusals(totals.items()))


def _gather(into: dict[str, tuple[T, ...]], sites: Sites, rows: Sequence[tuple[T, ...]]) -> None:
    for site, own in zip(sites.ids, rows, strict=True):
        if own:
            into[site] = (*into.get(site, ()), *own)


def _survey(entries: Sequence[Layer | LayerFault], as_of: date) -> tuple[Layer | None, tuple[Reason, ...]]:
    """The land survey in force, else the latest before the day, with what is wrong with it as a whole."""
    there = [e for e in entries if e.spec.role is LayerRole.LAND_SURVEY and not e.spec.raster]
    begun = [e for e in there if e.spec.valid_from is None or e.spec.valid_from <= as_of] or there
    if not begun:
        return None, ()
    chosen = max(begun, key=lambda e: (e.spec.valid_on(as_of), e.spec.valid_from or date.min, e.spec.id))
    if isinstance(chosen, LayerFault):
        return None, (Reason.UNREADABLE,)
    found = {
        Reason.NOT_IN_FORCE: not chosen.spec.valid_on(as_of),
        Reason.EMPTY_LAYER: not len(chosen),
        Reason.LOST_RECORDS: chosen.has_lost,
    }
    return chosen, tuple(reason for reason, is_so in found.items() if is_so)


def _first(entries: Sequence[Layer | LayerFault], role: LayerRole, as_of: date) -> Layer | None:
    layers = [e for e in entries if isinstance(e, Layer) and e.spec.role is role]
    return next((layer for layer in layers if layer.spec.valid_on(as_of)), next(iter(layers), None))
