"""The gate: one typed row per layer, every problem, and the places where the problems are.

`check_layers` tells what costs no closer look, in every run. The gate looks closer: gaps, ground outside
the county, holes in a coverage, codes, each declared area, a drop in the count, the step of coordinates.
A problem is fatal where a number would be wrong; all else is a remark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.errors import EcoGisError, Problem
from eco_gis.geometry.crs import transform
from eco_gis.geometry.regions import Regions
from eco_gis.layers.crs.plane import DEGREES
from eco_gis.layers.gate import words as words
from eco_gis.layers.gate.areas import declared_areas
from eco_gis.layers.gate.check import check_layers, declared_m2
from eco_gis.layers.gate.shapes import (
    LISTED_M2,
    TILING,
    Measured,
    Spot,
    SpotKind,
    coverage_holes,
    gaps,
    outside,
    overlaps,
)
from eco_gis.layers.gate.values import (
    blank_zones,
    coordinate_step,
    count_drops,
    encoding_of,
    garbled,
    unknown_codes,
    versions_of,
)
from eco_gis.layers.project import LoadedProject
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.model.role import CONTROL_ROLES, LayerRole

METRES_PER_DEGREE = 111_320.0
COARSE_M = 0.1
"""Coordinates rounded to this or more are named: a survey gives the millimetre or the centimetre."""
_PLACE = re.compile(r"\[(-?[\d.e+-]+) (-?[\d.e+-]+)\]")


@dataclass(frozen=True)
class LayerRow:
    """One layer as the gate shows it. None: not asked, or cannot be told."""

    spec: LayerSpec
    usable: bool
    """False for a fault; the figures below are then 0 or None."""
    features: int = 0
    earlier: int | None = None
    """Features of the version before."""
    lost: int = 0
    repeated_ids: int = 0
    repaired: int = 0
    repair_net_m2: float = 0.0
    repair_ambiguous_m2: float = 0.0
    crs: str = ""
    """CRS of the file in words."""
    encoding: str = ""
    step_m: float | None = None
    """Step to which the coordinates are rounded."""
    area_m2: float = 0.0
    """Ellipsoidal area of the footprint."""
    overlap_m2: float = 0.0
    gap_m2: float | None = None
    """Ground of the coverage without a feature; roles that tile only."""
    outside_m2: float | None = None
    """Ground outside the county; None without a county layer."""
    hole_m2: float | None = None
    """Ground that the coverage leaves out; None without a coverage."""
    declared_m2: float | None = None
    """Sum of the mapped area field."""
    declared_wrong: int | None = None
    """Features whose declared area no method gives."""
    unknown_codes: int = 0
    """Features with a code that its table does not know."""
    fatal: int = 0
    """Problems of the layer that make a number wrong."""
    remarks: int = 0

    @property
    def coverage_declared(self) -> bool:
        """Whether the catalog says where the layer is complete."""
        return self.spec.coverage is not None

    def to_dict(self) -> dict[str, Any]:
        """The row as plain values for JSON."""
        own = {k: v for k, v in vars(self).items() if k != "spec"}
        return {"layer": self.spec.id, "role": self.spec.role.value, "version": self.spec.version} | own


@dataclass(frozen=True)
class Gate:
    """Everything the gate found."""

    project: LoadedProject
    rows: tuple[LayerRow, ...]
    """Usable layers in the order of the catalog, rasters, then faults."""
    problems: tuple[Problem, ...]
    """In the order of the catalog; those that make a number wrong are fatal."""
    spots: tuple[Spot, ...]
    """Fatal ones first, then by kind, then by layer as in the catalog."""

    @property
    def clean(self) -> bool:
        """Whether no number would be wrong."""
        return not any(p.fatal for p in self.problems)

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """Longitude and latitude in degrees of a point in each spot."""
        points = shapely.point_on_surface(np.array([s.shape for s in self.spots], dtype=object))
        return np.asarray(shapely.get_coordinates(transform(points, self.project.plane.crs, DEGREES)))

    def to_dict(self) -> dict[str, Any]:
        """Rows, problems and spots as plain values for JSON."""
        return {
            "plane": self.project.plane.name,
            "layers": [row.to_dict() for row in self.rows],
            "problems": [p.to_dict() for p in self.problems],
            "spots": [
                {
                    "layer": s.layer,
                    "kind": s.kind.value,
                    "features": list(s.features),
                    "what": s.what.zh,
                    "what_en": s.what.to("en"),
                    "area_m2": s.area_m2,
                    "lon": round(float(lon), 7),
                    "lat": round(float(lat), 7),
                    "fatal": s.fatal,
                }
                for s, (lon, lat) in zip(self.spots, self.places, strict=True)
            ],
        }


def inspect_layers(project: LoadedProject, *, on_progress: Callable[[str], None] | None = None) -> Gate:
    """Look closer at every layer of a project.

    Parameters
    ----------
    on_progress
        Called with a layer's id before it is looked at.
    """
    layers = project.layers
    county = next((one for one in layers.values() if one.spec.role is LayerRole.COUNTY and len(one)), None)
    ground = county.footprint if county else None
    problems = check_layers(project)
    holes = _Holes(ground)
    looks = []
    for layer_id, layer in layers.items():
        if on_progress:
            on_progress(layer_id)
        looks.append(_look(layer, ground if layer is not county else None, holes))
    for look in looks:
        problems += look.problems
    problems += holes.problems()
    problems += [words.drop(d) for d in count_drops(layers.values())]
    problems = list(dict.fromkeys(problems))
    before = _earlier(layers)
    rows = [replace(look.row, earlier=before.get(look.row.spec.id)) for look in looks]
    for layer_id, info in project.rasters.items():
        rows.append(LayerRow(project.catalog[layer_id], True, info.width * info.height, crs=info.crs_name))
    rows += [LayerRow(fault.spec, usable=False) for fault in project.faults]
    spots = [s for look in looks for s in look.spots] + list(holes.spots())
    return Gate(
        project,
        tuple(_counted(row, problems) for row in rows),
        tuple(problems),
        tuple(sorted(spots, key=lambda s: (not s.fatal, list(SpotKind).index(s.kind)))),
    )


def problems_of(layer_id: str, problems: list[Problem] | tuple[Problem, ...]) -> list[Problem]:
    """The problems that name a layer, alone or among others."""
    return [p for p in problems if layer_id in re.split(r"[,\[\s:(]+", p.where)]


@dataclass
class _Look:
    """What a closer look at one layer gave."""

    row: LayerRow
    problems: list[Problem] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)


def _look(layer: Layer, county: Regions | None, holes: _Holes) -> _Look:
    spec = layer.spec
    step_m = _step_m(layer)
    row = LayerRow(
        spec=spec,
        usable=True,
        features=len(layer),
        lost=len(layer.lost),
        repeated_ids=_repeated(layer),
        repaired=len(layer.repairs.repairs),
        repair_net_m2=layer.repairs.net_m2,
        repair_ambiguous_m2=layer.repairs.ambiguous_m2,
        crs=layer.source_crs,
        encoding=_encoding(spec),
        step_m=step_m,
        area_m2=float(layer.footprint.area_m2.sum()),
        declared_m2=declared_m2(layer),
    )
    look = _Look(row, spots=list(_repair_spots(layer)))
    _look_at_ground(layer, county, holes, look)
    _look_at_areas(layer, step_m, look)
    _look_at_values(layer, look)
    if step_m is not None and step_m >= COARSE_M:
        look.problems.append(words.coarse(spec, step_m))
    return look


def _look_at_ground(layer: Layer, county: Regions | None, holes: _Holes, look: _Look) -> None:
    shared = overlaps(layer)
    look.row = replace(look.row, overlap_m2=shared.total_m2)
    if layer.spec.role in (*CONTROL_ROLES, *TILING):
        look.spots += shared.spots
    if county is not None and len(layer.footprint):
        out = outside(layer, county)
        look.spots += out.spots
        look.row = replace(look.row, outside_m2=out.total_m2)
        answers = layer.spec.role in (*CONTROL_ROLES, *TILING)
        wholly = answers and out.total_m2 >= look.row.area_m2 - LISTED_M2
        if out.spots:
            look.problems.append(words.outside(layer, out, wholly=wholly))
    ground = layer.coverage if layer.coverage is not None else county
    if layer.spec.role in TILING and ground is not None and len(layer):
        open_ground = gaps(layer, ground)
        look.spots += open_ground.spots
        look.row = replace(look.row, gap_m2=open_ground.total_m2)
        if open_ground.spots:
            look.problems.append(words.gaps(layer, open_ground))
    if layer.coverage is not None:
        look.row = replace(look.row, hole_m2=holes.of(layer).total_m2)


def _look_at_areas(layer: Layer, step_m: float | None, look: _Look) -> None:
    areas = declared_areas(layer, step_m=step_m or 0.0)
    if areas is None:
        return
    wrong = np.flatnonzero(areas.wrong)
    look.row = replace(look.row, declared_wrong=len(wrong))
    order = wrong[np.argsort(-np.abs(areas.difference_m2[wrong]), kind="stable")]
    if len(order) or areas.blank:
        look.problems.append(words.declared(layer, areas, order))
    for n in order:
        i = int(areas.feature[n])
        what = words.one_declared(areas, int(n))
        away = float(areas.difference_m2[n])
        look.spots.append(
            Spot(layer.spec.id, SpotKind.AREA, (layer.ids[i],), what, away, layer.features.shapes[i])
        )


def _look_at_values(layer: Layer, look: _Look) -> None:
    for unknown in unknown_codes(layer):
        look.problems.append(words.codes(layer, unknown))
        look.spots += unknown.spots
        count = look.row.unknown_codes + sum(unknown.codes.values())
        look.row = replace(look.row, unknown_codes=count)
    if blank := blank_zones(layer):
        look.problems.append(words.zones(layer, blank))
    if bad := garbled(layer):
        look.problems.append(words.mojibake(layer, bad))


class _Holes:
    """Coverages are shared by layers: each is looked at once."""

    def __init__(self, county: Regions | None) -> None:
        self._county = county
        self._found: dict[int, tuple[list[Layer], Measured]] = {}

    def of(self, layer: Layer) -> Measured:
        """What the coverage of a layer leaves out."""
        key = id(layer.coverage)
        if key not in self._found:
            self._found[key] = ([], coverage_holes(layer, self._county))
        sharing, measured = self._found[key]
        sharing.append(layer)
        return measured

    def problems(self) -> Iterator[Problem]:
        """One remark for each coverage with holes."""
        for sharing, measured in self._found.values():
            if measured.spots:
                yield words.holes(sharing, measured)

    def spots(self) -> Iterator[Spot]:
        """The holes, under the first layer that has the coverage."""
        for _, measured in self._found.values():
            yield from measured.spots


def _counted(row: LayerRow, problems: list[Problem]) -> LayerRow:
    own = problems_of(row.spec.id, problems)
    fatal = sum(p.fatal for p in own)
    return replace(row, fatal=fatal, remarks=len(own) - fatal)


def _earlier(layers: Mapping[str, Layer]) -> dict[str, int]:
    """Layer id → number of features of the version before."""
    return {
        versions[n].spec.id: len(versions[n - 1])
        for versions in versions_of(layers.values()).values()
        for n in range(1, len(versions))
    }


def _repeated(layer: Layer) -> int:
    """Ids that stand more than once in the file."""
    mapped = layer.spec.fields.get("id", "").casefold()
    field_name = next((c for c in layer.attributes.columns if str(c).casefold() == mapped), None)
    if not mapped or field_name is None:
        return 0
    values = layer.attributes[field_name].astype(str).str.strip()
    return int((values[values != ""]).duplicated().sum())


def _encoding(spec: LayerSpec) -> str:
    try:
        return encoding_of(spec)
    except EcoGisError:
        return ""


def _step_m(layer: Layer) -> float | None:
    step = coordinate_step(layer.delivered)
    crs = layer.delivered_crs
    if step is None or crs is None:
        return None
    return step * (METRES_PER_DEGREE if crs.is_geographic else crs.axis_info[0].unit_conversion_factor)


def _repair_spots(layer: Layer) -> Iterator[Spot]:
    """Where shapes were repaired: the place GEOS names where it lies on the plane, else a point of the shape."""
    index = {feature: i for i, feature in enumerate(layer.ids)}
    for mended in layer.repairs.repairs:
        i = index.get(mended.feature)
        if i is None:
            continue
        shape = layer.features.shapes[i]
        point = shapely.point_on_surface(shape)
        if named := _PLACE.search(mended.reason.to("en")):
            place = shapely.Point(float(named[1]), float(named[2]))
            if shapely.intersects(shapely.box(*shape.bounds), place):
                point = place
        yield Spot(
            layer.spec.id, SpotKind.REPAIR, (mended.feature,), mended.reason, mended.ambiguous_m2, point
        )
