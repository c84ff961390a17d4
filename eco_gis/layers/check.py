"""Everything to be said about the inputs of a run: problems, remarks, and one row per layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from eco_gis.errors import Problem
from eco_gis.layers.project import LoadedProject
from eco_gis.model.layer import CONTROL_ROLES, Layer, LayerSpec
from eco_gis.units import M2_PER_HA, M2_PER_KM2, M2_PER_MU, shown_area

DECLARED_UNITS = {
    "area": 1.0,
    "area_m2": 1.0,
    "area_ha": M2_PER_HA,
    "area_mu": M2_PER_MU,
    "area_km2": M2_PER_KM2,
}
"""Mapped names for declared areas → m² in one unit."""
_DECLARED_TOLERANCE = 1e-3
_OVERLAP_M2 = 1.0
_LISTED = 5


@dataclass(frozen=True)
class LayerSummary:
    """One layer as `check` shows it."""

    spec: LayerSpec
    usable: bool
    """False for a fault; the figures below are then 0."""
    features: int = 0
    lost: int = 0
    repaired: int = 0
    repair_net_m2: float = 0.0
    repair_ambiguous_m2: float = 0.0
    crs: str = ""
    """CRS of the file in words."""
    area_m2: float = 0.0
    """Ellipsoidal area of the footprint."""
    overlap_m2: float = 0.0
    """Sum of the features' areas minus that of the footprint."""
    declared_m2: float | None = None
    """Sum of the mapped area field; None where none is mapped."""

    @property
    def coverage_declared(self) -> bool:
        """Whether the catalog says where the layer is complete."""
        return self.spec.coverage is not None


def summarize_layers(project: LoadedProject) -> list[LayerSummary]:
    """One row per declared layer: the usable ones, rasters, then the faults."""
    rows = [_summary(layer) for layer in project.layers.values()]
    for layer_id, info in project.rasters.items():
        spec = project.catalog[layer_id]
        rows.append(LayerSummary(spec, usable=True, features=info.width * info.height, crs=info.crs_name))
    return rows + [LayerSummary(fault.spec, usable=False) for fault in project.faults]


def check_layers(project: LoadedProject) -> list[Problem]:
    """Every problem and remark about the inputs; empty when there is nothing to say.

    Remarks (`fatal` is False) leave every number right: they tell what was assumed, or why an answer will be
    资料不足 (no data).
    """
    found = list(project.problems)
    for layer in project.layers.values():
        found += layer.notes
        found += _about_layer(layer)
    found += _about_versions(list(project.catalog.layers))
    return list(dict.fromkeys(found))


def _summary(layer: Layer) -> LayerSummary:
    footprint_m2 = float(layer.footprint.area_m2.sum())
    return LayerSummary(
        spec=layer.spec,
        usable=True,
        features=len(layer),
        lost=len(layer.lost),
        repaired=len(layer.repairs.repairs),
        repair_net_m2=layer.repairs.net_m2,
        repair_ambiguous_m2=layer.repairs.ambiguous_m2,
        crs=layer.source_crs,
        area_m2=footprint_m2,
        overlap_m2=_overlap_m2(layer),
        declared_m2=_declared_m2(layer),
    )


def _overlap_m2(layer: Layer) -> float:
    """Only shapes that were unioned count, so that rounding elsewhere is no overlap."""
    areas, feet = layer.features.area_m2, layer.footprint.area_m2
    return float(
        sum(
            areas[source].sum() - foot
            for source, foot in zip(layer.footprint_sources, feet, strict=True)
            if len(source) > 1
        )
    )


def _declared_m2(layer: Layer) -> float | None:
    field = next((f for f in DECLARED_UNITS if f in layer.spec.fields), None)
    return None if field is None else float(layer.attributes[field].sum()) * DECLARED_UNITS[field]


def _about_layer(layer: Layer) -> Iterator[Problem]:
    spec = layer.spec
    if layer.lost:
        listed = "; ".join(
            f"record {r.record + 1} (id {r.feature}): {r.reason}" for r in layer.lost[:_LISTED]
        )
        more = f" … {len(layer.lost)} in all" if len(layer.lost) > _LISTED else ""
        remedy = "recover these records: until then the layer answers 资料不足 where it shows no hit"
        yield Problem(spec.id, f"{len(layer.lost)} record(s) without a usable shape: {listed}{more}", remedy)
    if layer.repairs.repairs:
        net, ambiguous = (shown_area(m2, "m2") for m2 in (layer.repairs.net_m2, layer.repairs.ambiguous_m2))
        what = f"{len(layer.repairs.repairs)} shape(s) were repaired: {net} m² net, {ambiguous} m² ambiguous"
        yield Problem(spec.id, what, "mend them at their source", fatal=False)
    if spec.empty and len(layer):
        yield Problem(spec.id, f"is declared empty and holds {len(layer)} features", "take empty = true away")
    if not spec.empty and not len(layer):
        remedy = "deliver its features, or say empty = true if it is known to hold none"
        yield Problem(spec.id, "holds no feature: it answers 资料不足", remedy, fatal=False)
    yield from _about_areas(layer)
    if spec.role in CONTROL_ROLES:
        if spec.coverage is None:
            remedy = "set coverage = 'layer:<id>', a file, or [west, south, east, north]"
            yield Problem(spec.id, "coverage is not declared: no hit will mean 资料不足", remedy, fatal=False)
        if spec.valid_from is None:
            yield Problem(
                spec.id, "valid_from is not declared: taken as always in force", "fill it in", fatal=False
            )


def _about_areas(layer: Layer) -> Iterator[Problem]:
    spec, overlap = layer.spec, _overlap_m2(layer)
    if spec.role in CONTROL_ROLES and overlap > _OVERLAP_M2:
        what = f"its features overlap one another by {shown_area(overlap, 'm2')} m²"
        yield Problem(
            spec.id, what, "shares and answers use the footprint, which counts it once", fatal=False
        )
    declared = _declared_m2(layer)
    if declared is None or not len(layer):
        return
    measured = (float(layer.features.area_m2.sum()), float(layer.features.planar_m2.sum()))
    nearest = min(measured, key=lambda m2: abs(declared - m2))
    if abs(declared - nearest) > _DECLARED_TOLERANCE * max(nearest, 1.0):
        what = f"declares {shown_area(declared, 'ha')} ha, measured are {shown_area(measured[0], 'ha')} ha"
        yield Problem(spec.id, what, "look up what the area field means, and its unit", fatal=False)


def _about_versions(specs: list[LayerSpec]) -> Iterator[Problem]:
    """Gaps and overlaps between the dates of the versions of one series."""
    series: dict[str, list[LayerSpec]] = defaultdict(list)
    for spec in specs:
        if spec.role in CONTROL_ROLES and spec.valid_from is not None:
            series[spec.series].append(spec)
    for versions in series.values():
        versions.sort(key=lambda s: (s.valid_from or date.min, s.id))
        for earlier, later in pairwise(versions):
            where, start = f"{earlier.id}, {later.id}", later.valid_from or date.min
            if earlier.valid_until is None or earlier.valid_until >= start:
                until = earlier.valid_until or "for ever"
                what = f"both are in force from {start} on ({earlier.id}: until {until})"
                yield Problem(
                    where,
                    what,
                    f"set valid_until of {earlier.id} to the day before {start}, or another series",
                )
            elif earlier.valid_until + timedelta(days=1) < start:
                what = f"no version is in force between {earlier.valid_until} and {start}"
                yield Problem(where, what, "correct the dates, or deliver the version between", fatal=False)
