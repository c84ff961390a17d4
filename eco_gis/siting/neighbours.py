"""相邻项目合并核查: sites near one another across filings and years, summed as if they were one project.

One project filed in parts may stay below a threshold with each of them. Nearness alone proves nothing: the
group is shown with its sums, and a person decides whether it is one project.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.overlay import CONTACT_AREA_M2, overlap_pairs, overlap_shapes
from eco_gis.geometry.regions import Regions
from eco_gis.model.batch import Crossing, GroupMember, GroupSum, NeighbourGroup, Threshold
from eco_gis.model.columns import texts
from eco_gis.model.layer import Layer
from eco_gis.model.site import SiteKind
from eco_gis.siting.sites import Sites
from eco_gis.units import from_m2, round_half_up


@dataclass(frozen=True)
class Filed:
    """Sites of one layer that may be neighbours."""

    sites: Sites
    layer: Layer
    asked: bool
    """Whether they are sites of this run."""


def neighbour_groups(
    filed: Sequence[Filed],
    layers: Iterable[Layer],
    *,
    distance_m: float,
    same_owner: bool = False,
    townships: Layer | None = None,
    thresholds: Sequence[Threshold] = (),
) -> tuple[NeighbourGroup, ...]:
    """Groups of two and more sites of which at least one is asked about.

    Parameters
    ----------
    layers
        Control layers whose taken ground is summed.
    distance_m
        Sites no farther apart are neighbours; neighbours of neighbours are in one group. Lines are
        neighbours of lines of their category only.
    same_owner
        Only sites of one owner are neighbours; sites without an owner are neighbours of all.
    """
    members, kinds, shapes = _members(filed)
    if len(members) < 2:
        return ()
    plane = filed[0].sites.ground.plane
    labels = _components(members, kinds, shapes, distance_m / plane.unit_m, same_owner)
    groups = [g for g in _split(labels) if len(g) > 1 and any(members[i].asked for i in g)]
    if not groups:
        return ()
    grouped = np.concatenate(groups)
    single = Regions(shapes[grouped], plane)
    whole = Regions([shapely.union_all(shapes[g]) for g in groups], plane)
    own_rows = np.split(np.arange(len(grouped)), np.cumsum([len(g) for g in groups])[:-1])
    sums = _sums(own_rows, whole, single, list(layers), townships)
    found = []
    for k, group in enumerate(groups):
        chosen = tuple(sorted((members[i] for i in group), key=lambda m: (m.year, m.layer_id, m.id)))
        own = tuple(sums[k])
        largest = max((m.measured_m2 for m in chosen), default=0.0)
        found.append(
            NeighbourGroup(
                id="",
                distance_m=distance_m,
                members=chosen,
                measured_m2=float(whole.area_m2[k]),
                sums=own,
                crossings=_crossings(thresholds, own, float(whole.area_m2[k]), largest),
                shape=whole.shapes[k],
            )
        )
    found.sort(key=lambda g: min(m.id for m in g.members))
    return tuple(replace(group, id=f"G{n}") for n, group in enumerate(found, start=1))


def _split(labels: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Indices of each label, by label."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _members(filed: Sequence[Filed]) -> tuple[list[GroupMember], list[str], NDArray[Any]]:
    """Members, what each may be one project with, and their ground."""
    members: list[GroupMember] = []
    kinds: list[str] = []
    shapes: list[NDArray[Any]] = [np.empty(0, dtype=object)]
    for one in filed:
        years = texts(one.layer, "filed", "SBRQ", "申报日期", "年度")
        owners = texts(one.layer, "owner", "JSDW", "建设单位", "用地单位")
        there = np.flatnonzero(one.sites.ground.dimensions >= 0)
        shapes.append(one.sites.ground.shapes[there])
        kinds += [_kind(one.sites, int(i)) for i in there]
        members += [
            GroupMember(
                one.sites.ids[i],
                one.sites.names[i],
                one.layer.spec.id,
                years[i][:4] or one.layer.spec.version,
                owners[i],
                one.asked,
                float(one.sites.ground.area_m2[i]),
            )
            for i in there
        ]
    return members, kinds, np.concatenate(shapes)


def _kind(sites: Sites, i: int) -> str:
    """Lines go with lines of their category: a road does not make one project of all that stands along it."""
    if sites.kinds[i] is not SiteKind.LINE:
        return ""
    return f"line {sites.attributes[i].get('category', '')}"


def _components(
    members: Sequence[GroupMember],
    kinds: Sequence[str],
    shapes: NDArray[Any],
    distance: float,
    same_owner: bool,
) -> NDArray[np.intp]:
    """The group of each site, as the smallest index in it."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=distance)
    kind = np.array(kinds, dtype=object)
    alike = kind[first] == kind[second]
    first, second = first[alike], second[alike]
    if same_owner:
        owners = np.array([m.owner for m in members], dtype=object)
        alike = (owners[first] == owners[second]) | (owners[first] == "") | (owners[second] == "")
        first, second = first[alike], second[alike]
    label = np.arange(len(shapes))
    while True:
        lower = label.copy()
        np.minimum.at(lower, first, label[second])
        if np.array_equal(lower, label):
            return label
        label = lower


def _sums(
    groups: Sequence[NDArray[np.intp]],
    whole: Regions,
    single: Regions,
    layers: Sequence[Layer],
    townships: Layer | None,
) -> list[list[GroupSum]]:
    """Per group: each layer as a whole, its patches, and its ground by township."""
    found: list[list[GroupSum]] = [[] for _ in groups]
    for layer in layers:
        spec, ground = layer.spec.id, layer.footprint
        for regions, names in ((ground, [""] * len(ground)), (layer.features, layer.ids)):
            together, alone = _table(whole, regions, names), _table(single, regions, names)
            for k, group in enumerate(groups):
                for name, area_m2 in sorted(together[k].items()):
                    largest = max(alone[i].get(name, 0.0) for i in group)
                    found[k].append(GroupSum(spec, name, "", area_m2, largest))
        if townships is not None:
            _by_township(found, groups, whole, single, layer, townships)
    return found


def _by_township(
    found: list[list[GroupSum]],
    groups: Sequence[NDArray[np.intp]],
    whole: Regions,
    single: Regions,
    layer: Layer,
    townships: Layer,
) -> None:
    names = [name or key for name, key in zip(townships.names, townships.ids, strict=True)]
    inner = []
    for regions in (whole, single):
        pairs = overlap_pairs(regions, layer.footprint)
        parts = np.split(
            overlap_shapes(regions, layer.footprint, pairs),
            np.searchsorted(pairs.a, np.arange(1, len(regions))),
        )
        united = Regions([shapely.union_all(p) for p in parts], regions.plane)
        inner.append(_table(united, townships.features, names))
    together, alone = inner
    for k, group in enumerate(groups):
        for name, area_m2 in sorted(together[k].items()):
            largest = max(alone[i].get(name, 0.0) for i in group)
            found[k].append(GroupSum(layer.spec.id, "", name, area_m2, largest))


def _table(a: Regions, b: Regions, names: Sequence[str]) -> list[dict[str, float]]:
    """m² of each shape of `a` by the name of what it overlaps."""
    out: list[dict[str, float]] = [{} for _ in range(len(a))]
    pairs = overlap_pairs(a, b)
    for i, j, area_m2 in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
        if area_m2 > CONTACT_AREA_M2:
            out[i][names[j]] = out[i].get(names[j], 0.0) + float(area_m2)
    return out


def _crossings(
    thresholds: Sequence[Threshold], sums: Sequence[GroupSum], whole_m2: float, largest_m2: float
) -> tuple[Crossing, ...]:
    """Thresholds that the group reaches as one."""
    layers = {s.layer_id: s for s in sums if not s.patch and not s.township}
    found = []
    for threshold in thresholds:
        together, alone = whole_m2, largest_m2
        if threshold.layer_id:
            if threshold.layer_id not in layers:
                continue
            together = layers[threshold.layer_id].measured_m2
            alone = layers[threshold.layer_id].largest_m2
        crossing = Crossing(threshold, _ha(together), _ha(alone))
        if threshold.bound.holds(crossing.together_ha):
            found.append(crossing)
    return tuple(found)


def _ha(area_m2: float) -> Decimal:
    return round_half_up(from_m2(area_m2, "ha"), 4)
