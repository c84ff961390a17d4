"""The detective's round through a project: after reading, before the working plane is chosen.

A layer without a believable CRS, one that lands nowhere near the county, and one whose borders lie beside
everybody else's get a finding. Nothing is moved here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import shapely
from pyproj import CRS

from eco_gis.errors import EcoGisError, MissingCRSError, Problem
from eco_gis.geometry.crs import crs_name
from eco_gis.layers.crs.borders import offset_by_border
from eco_gis.layers.crs.coordinates import Coordinates, read_coordinates
from eco_gis.layers.crs.detective import investigate, lands, probe
from eco_gis.layers.crs.finding import Finding, Reference, Trap
from eco_gis.layers.crs.plane import DEGREES
from eco_gis.layers.crs.words import accepted_note, problem_of
from eco_gis.layers.vector import Raw, read_vector
from eco_gis.model.layer import Catalog, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.text import Text


class Told(Protocol):
    """Gives what follows from keys and words, made only where it is not known yet."""

    def __call__(self, parts: tuple[str, ...], make: Callable[[], T], /) -> T:
        """What `parts` stand for; an empty part stands for nothing that is known."""


def untold(parts: tuple[str, ...], make: Callable[[], T], /) -> T:
    """Nothing was told before."""
    return make()


T = TypeVar("T")

_OTHERS = Text("其他图层", "the other layers")
_FEATURES = 20_000
"""A version with more features is not used as a reference for borders."""


@dataclass
class Judged:
    """What became of the layers whose label cannot be right."""

    findings: tuple[Finding, ...] = ()
    specs: dict[str, LayerSpec] = field(default_factory=dict)
    """Entries with the accepted reading, by id; for this run only."""
    raws: dict[str, Raw] = field(default_factory=dict)
    """Layers read anew with the accepted reading."""
    refused: dict[str, MissingCRSError] = field(default_factory=dict)
    """Layers that cannot be used until the user has said how to read them."""
    remarks: list[tuple[str, Problem]] = field(default_factory=list)
    """Id and remark of layers that stay."""


def judge(
    catalog: Catalog,
    specs: Mapping[str, LayerSpec],
    raws: Mapping[str, Raw],
    coverage_files: Mapping[Path, Raw],
    *,
    accept: bool,
    told_before: Told = untold,
) -> Judged:
    """Find labels that cannot be right, and take the certain readings where the user accepts them.

    Parameters
    ----------
    specs
        The layers of the run.
    raws
        Those that could be read with a CRS that can be true.
    coverage_files
        Files that serve as coverage.
    accept
        Read layers by findings that are certain; the layer is read anew, its entry changed for this run.
    told_before
        Remembers what comparing layers told.
    """
    judged = Judged()
    files = {path: Coordinates.of(raw) for path, raw in coverage_files.items()}
    delivered = dict(_delivered(specs, raws))
    current = dict(specs)
    told: dict[str, Finding] = {}
    while True:
        found = crs_findings(catalog, current, delivered, files, told_before)
        told |= found
        taken = [i for i, f in found.items() if accept and f.acceptable and i not in judged.raws]
        again = {i: raw for i in taken if (raw := _read_again(accepted(current[i], found[i]))) is not None}
        if not again:
            break
        # what was wrong with the county may have made others look wrong
        for layer_id, raw in again.items():
            judged.remarks.append((layer_id, accepted_note(found[layer_id], current[layer_id])))
            current[layer_id] = judged.specs[layer_id] = accepted(current[layer_id], found[layer_id])
            judged.raws[layer_id], delivered[layer_id] = raw, Coordinates.of(raw)
    for layer_id, finding in found.items():
        spec = current[layer_id]
        problem = problem_of(finding, spec)
        if finding.trap is Trap.OFFSET and not finding.certain:
            judged.remarks.append((layer_id, replace(problem, fatal=False)))
        elif finding.trap is Trap.ELSEWHERE and spec.role is LayerRole.PROJECT_SITE:
            judged.remarks.append((layer_id, problem))
        else:
            judged.refused[layer_id] = MissingCRSError(problems=[problem])
    judged.findings = tuple(told[i] for i in specs if i in told)
    return judged


def accepted(spec: LayerSpec, finding: Finding) -> LayerSpec:
    """The entry with the best reading of a finding in place of what it says."""
    best = finding.best
    return replace(
        spec,
        crs=best.crs or spec.crs,
        swap_xy=spec.swap_xy is not best.swap_xy,
        offset=best.offset or spec.offset,
    )


def _delivered(specs: Mapping[str, LayerSpec], raws: Mapping[str, Raw]) -> Iterator[tuple[str, Coordinates]]:
    """The numbers of every vector layer that can be read, whatever its label."""
    for spec in specs.values():
        if spec.id in raws:
            yield spec.id, Coordinates.of(raws[spec.id])
        elif not spec.raster:
            try:
                yield spec.id, read_coordinates(spec)
            except EcoGisError:
                continue  # a fault that is told already


def _read_again(spec: LayerSpec) -> Raw | None:
    """The layer by its changed entry; None where that cannot be read either (survey data with an offset)."""
    try:
        return read_vector(spec)
    except EcoGisError:
        return None


def crs_findings(
    catalog: Catalog,
    specs: Mapping[str, LayerSpec],
    delivered: Mapping[str, Coordinates],
    coverage_files: Mapping[Path, Coordinates],
    told_before: Told,
) -> dict[str, Finding]:
    """Findings by layer id.

    Parameters
    ----------
    specs
        The layers of the run.
    delivered
        Shapes and label of each layer that could be read, with or without a believable label.
    coverage_files
        The same for files that serve as coverage.
    told_before
        Remembers what comparing layers told.
    """
    round_ = _Round(catalog, specs, delivered, coverage_files, told_before)
    found = dict(round_.of_places())
    return found | dict(round_.of_borders(found))


class _Round:
    """What is known while going through the layers."""

    def __init__(
        self,
        catalog: Catalog,
        specs: Mapping[str, LayerSpec],
        delivered: Mapping[str, Coordinates],
        coverage_files: Mapping[Path, Coordinates],
        told_before: Told,
    ) -> None:
        self._told = told_before
        self._catalog = catalog
        self._specs = specs
        self._delivered = delivered
        self._files = coverage_files
        self._shape_references: dict[str, Reference | None] = {}
        self._county = next(
            (i for i, s in specs.items() if s.role is LayerRole.COUNTY and self._believed(i)), None
        )

    def of_places(self) -> Iterator[tuple[str, Finding]]:
        """Layers that cannot be where their label puts them."""
        suspect = self._wrong_county()
        if suspect is not None:
            self._county = None
            yield suspect.layer, suspect
        for layer_id, given in self._delivered.items():
            if suspect is not None and layer_id == suspect.layer:
                continue
            reference = self._reference(self._specs[layer_id])
            finding = None if reference is None else self._placed(layer_id, given, reference)
            if finding is not None:
                yield layer_id, finding

    def _placed(self, layer_id: str, given: Coordinates, reference: Reference) -> Finding | None:
        """Whether a layer can be where its label puts it."""
        name = reference.name
        return self._told(
            ("place", given.key, reference.key, f"{layer_id} {name.zh} {name.en}"),
            lambda: investigate(layer_id, given.shapes, given.label, reference),
        )

    def of_borders(self, found: Mapping[str, Finding]) -> Iterator[tuple[str, Finding]]:
        """Layers whose borders fit once a web-map offset is taken away."""
        degrees: dict[str, Any] = {}

        def in_degrees(layer_id: str) -> Any:
            if layer_id not in degrees:
                given = self._delivered[layer_id]
                assert given.label is not None
                degrees[layer_id] = probe(given.shapes, given.label)
            return degrees[layer_id]

        placed = [i for i in self._delivered if self._believed(i) and i not in found]
        for layer_id in placed:
            for other in self._sharing(layer_id, placed):
                label = crs_name(self._delivered[layer_id].label or DEGREES)
                name = self._specs[other].title
                keys = self._delivered[layer_id].key, self._delivered[other].key

                def compared(
                    layer_id: str = layer_id, label: str = label, other: str = other, name: Text = name
                ) -> Finding | None:
                    return offset_by_border(layer_id, label, in_degrees(layer_id), in_degrees(other), name)

                told = self._told(("border", *keys, f"{layer_id} {label} {name.zh} {name.en}"), compared)
                if told is not None:
                    yield layer_id, told
                    break

    def _believed(self, layer_id: str) -> bool:
        given = self._delivered.get(layer_id)
        return given is not None and given.label is not None and given.plausible

    def _drawn(self, layer_id: str) -> bool:
        """Whether the layer holds any shape at all."""

        def drawn() -> bool:
            shapes = self._shapes(layer_id)
            return not (shapely.is_missing(shapes) | shapely.is_empty(shapes)).all()

        return self._told(("drawn", self._delivered[layer_id].key), drawn)

    def _lands(self, layer_id: str, border: Reference) -> bool:
        """Whether any of the layer touches the border's ground."""
        return self._told(
            ("lands", self._delivered[layer_id].key, border.key),
            lambda: lands(self._shapes(layer_id), self._label(layer_id), border),
        )

    def _wrong_county(self) -> Finding | None:
        """The county itself, where most other layers agree with one another and not with it."""
        if self._county is None:
            return None
        border = self._shape_reference(self._county)
        if border is None:
            return None
        others = [i for i in self._delivered if i != self._county and self._believed(i) and self._drawn(i)]
        away = [i for i in others if not self._lands(i, border)]
        if len(away) < 2 or 2 * len(away) <= len(others):
            return None
        boxes = [shapely.box(*shapely.total_bounds(probe(self._shapes(i), self._label(i)))) for i in away]
        common = shapely.intersection_all(boxes)
        if common.is_empty:
            return None
        reference = Reference(_OTHERS, common)
        return investigate(self._county, self._shapes(self._county), self._label(self._county), reference)

    def _shapes(self, layer_id: str) -> Any:
        return self._delivered[layer_id].shapes

    def _label(self, layer_id: str) -> CRS:
        label = self._delivered[layer_id].label
        return DEGREES if label is None else label

    def _reference(self, spec: LayerSpec) -> Reference | None:
        """The ground a layer has to touch: the county, else its coverage, else any that is declared.

        For a layer without a believable label the other layers serve at last.
        """
        if self._county is not None and self._county != spec.id:
            return self._shape_reference(self._county)
        declared = [spec, *(s for s in self._catalog.layers if s.id != spec.id)]
        found = (self._declared(s, spec.id) for s in declared)
        reference = next((r for r in found if r is not None), None)
        # a label that can be true is not doubted for the sake of whatever else there is
        return reference if reference is not None or self._believed(spec.id) else self._others(spec.id)

    def _others(self, layer_id: str) -> Reference | None:
        """The boxes of the other layers, sites aside: a county without a label is known by them."""
        others = [
            i
            for i in self._delivered
            if i != layer_id
            and self._believed(i)
            and self._drawn(i)
            and self._specs[i].role is not LayerRole.PROJECT_SITE
        ]
        boxes = [shapely.box(*shapely.total_bounds(probe(self._shapes(i), self._label(i)))) for i in others]
        sound = [b for b in boxes if np.isfinite(shapely.bounds(b)).all()]
        return Reference(_OTHERS, shapely.union_all(sound)) if sound else None

    def _declared(self, spec: LayerSpec, for_id: str) -> Reference | None:
        coverage = spec.coverage
        if coverage is None:
            return None
        name = Text("声明的覆盖范围", "the declared coverage")
        if coverage.bbox is not None:
            return Reference(name, shapely.box(*coverage.bbox), f"box {coverage.bbox}")
        if coverage.file is not None:
            given = self._files.get(coverage.file)
            return None if given is None else self._reference_of(name, given)
        if coverage.layer != for_id and coverage.layer is not None and self._believed(coverage.layer):
            return self._shape_reference(coverage.layer)
        return None

    def _shape_reference(self, layer_id: str) -> Reference | None:
        if layer_id not in self._shape_references:
            title = self._specs[layer_id].title
            self._shape_references[layer_id] = self._reference_of(title, self._delivered[layer_id])
        return self._shape_references[layer_id]

    def _reference_of(self, name: Text, given: Coordinates) -> Reference | None:
        """Polygons of a layer as one shape in degrees; None where it has none."""
        ground = self._told(("ground", given.key), lambda: _ground_of(given))
        return None if ground is None else Reference(name, ground, given.key)

    def _sharing(self, layer_id: str, placed: list[str]) -> Iterator[str]:
        """Layers that may share lines with this one: the county, for the county its townships; versions."""
        spec = self._specs[layer_id]
        if spec.role is LayerRole.PROJECT_SITE:
            return
        partner = LayerRole.TOWNSHIP if spec.role is LayerRole.COUNTY else LayerRole.COUNTY
        others = [i for i in placed if i != layer_id]
        yield from (i for i in others if self._specs[i].role is partner)
        versions = (i for i in others if self._specs[i].series == spec.series != "")
        yield from islice((i for i in versions if self._delivered[i].count <= _FEATURES), 1)


def _ground_of(given: Coordinates) -> Any:
    """Polygons of a layer as one shape in degrees; None where it has none."""
    if given.label is None:
        return None
    shapes = probe(given.shapes, given.label)
    solid = shapes[(shapely.get_dimensions(shapes) == 2) & np.isfinite(shapely.bounds(shapes)).all(axis=1)]
    whole = shapely.union_all(shapely.make_valid(solid, method="structure", keep_collapsed=False))
    return None if whole.is_empty else whole
