"""All layers of a catalog over one working plane; a layer that fails is a fault, not the end of the run."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import shapely
from pyproj import CRS

from eco_gis.errors import CatalogError, EcoGisError, Problem, UsageError
from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.regions import Regions
from eco_gis.layers.asked import asked_layers
from eco_gis.layers.crs.finding import Finding
from eco_gis.layers.crs.findings import judge
from eco_gis.layers.crs.plane import DEGREES, Box, hull, moved_box, plane_crs
from eco_gis.layers.kept import Keeper
from eco_gis.layers.raster import RasterInfo, declared_raster
from eco_gis.layers.store import Store
from eco_gis.layers.vector import Raw
from eco_gis.model.layer import Catalog, Layer, LayerFault, LayerSpec
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.text import Text

_NEVER_A_PLANE = (LayerRole.PROJECT_SITE, LayerRole.CHANGE_PATCH)
"""Roles that never decide on the working plane (law 4)."""


@dataclass(frozen=True)
class LoadedProject:
    """The layers of one run, read once and prepared."""

    catalog: Catalog
    plane: Plane
    layers: Mapping[str, Layer]
    """Prepared vector layers by id, in the order of the catalog."""
    faults: tuple[LayerFault, ...]
    """Declared layers that cannot be used."""
    problems: tuple[Problem, ...]
    """What is wrong with the inputs: every fault, coverage that cannot be used, files that changed."""
    rasters: Mapping[str, RasterInfo] = field(default_factory=dict)
    """Raster layers by id."""
    raster_coverages: Mapping[str, Regions] = field(default_factory=dict)
    """Where the rasters among the control layers are complete, by id; those that do not declare it are left out."""
    findings: tuple[Finding, ...] = ()
    """Labels that cannot be right, whether the better reading was accepted or not."""
    fingerprints: Mapping[Path, str] = field(default_factory=dict)
    """SHA-256 of files as they were read, where it was taken."""


def load_layers(
    catalog: Catalog,
    *,
    extra: Sequence[LayerSpec] = (),
    only: Collection[str] | None = None,
    accept_repair: bool = False,
    accept_findings: bool = False,
    store: Store | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> LoadedProject:
    """Read and prepare the layers of a catalog.

    Parameters
    ----------
    extra
        Further layers, such as site files given by hand.
    only
        Ids to load; None loads all. Layers that serve as coverage are loaded in any case.
    accept_repair
        Take repairs over budget in every layer.
    accept_findings
        Read a layer whose CRS label cannot be right by the reading that is certain to be, in this run only;
        a remark says so. Otherwise such a layer is a fault.
    store
        Where layers that were prepared before are kept; None reads and prepares everything.
    on_progress
        Called with a layer's id when it is done.

    Raises
    ------
    UsageError
        `only` names an unknown layer, or an extra layer takes the id of another one.
    CatalogError
        No working plane can be chosen; lists every fault as well.
    """
    specs = asked_layers(catalog, extra, only)
    loader = _Loader(catalog, specs, accept_repair, Keeper(store))
    loader.read()
    findings = loader.judge_labels(accept_findings)
    specs = list(loader.specs.values())
    plane = loader.choose_plane()
    for spec in specs:
        loader.prepare(spec, plane)
        if on_progress:
            on_progress(spec.id)
    raster_coverages = loader.raster_coverages(plane)
    loader.note_down()
    return LoadedProject(
        catalog=catalog,
        plane=plane,
        layers={s.id: loader.layers[s.id] for s in specs if s.id in loader.layers},
        faults=tuple(LayerFault(s, tuple(loader.faults[s.id])) for s in specs if s.id in loader.faults),
        problems=tuple(loader.problems()),
        rasters=loader.rasters,
        raster_coverages=raster_coverages,
        findings=findings,
        fingerprints=loader.fingerprints,
    )


class _Loader:
    """The state of one loading: what was read, prepared, and went wrong, by layer id."""

    def __init__(
        self, catalog: Catalog, specs: Sequence[LayerSpec], accept_repair: bool, keeper: Keeper
    ) -> None:
        self.specs = {s.id: s for s in specs}
        self.layers: dict[str, Layer] = {}
        self.rasters: dict[str, RasterInfo] = {}
        self.faults: dict[str, list[Problem]] = {}
        self._catalog = catalog
        self._accept = accept_repair
        self._keeper = keeper
        self._remarks: dict[str, list[Problem]] = {i: [] for i in self.specs}
        self._raws: dict[str, Raw] = {}
        self._coverage_files: dict[Path, Raw] = {}

    def read(self) -> None:
        """Open every file once, where what it holds is not known yet."""
        catalog = self._catalog.layers
        covering = [_coverage_spec(s, s.coverage.file) for s in catalog if s.coverage and s.coverage.file]
        self._keeper.know([*(s for s in catalog if s.id in self.specs and not s.raster), *covering])
        for spec in self.specs.values():
            try:
                if spec.raster:
                    self.rasters[spec.id] = declared_raster(spec, beside=self._catalog.path.parent)
                else:
                    self._raws[spec.id] = self._keeper.read(spec)
            except EcoGisError as error:
                self._fail(spec, error)
            else:
                self._compare_fingerprint(spec)
        # coverage of layers that are not asked for still decides on the plane
        for spec in {s.id: s for s in (*self._catalog.layers, *self.specs.values())}.values():
            file = spec.coverage.file if spec.coverage else None
            if file is not None and file not in self._coverage_files:
                try:
                    self._coverage_files[file] = self._keeper.read(_coverage_spec(spec, file))
                except EcoGisError as error:
                    self._remark(spec, error)

    def judge_labels(self, accept: bool) -> tuple[Finding, ...]:
        """Ask whether each label can be right, before anything is placed by it."""
        judged = judge(
            self._catalog,
            self.specs,
            self._raws,
            self._coverage_files,
            accept=accept,
            told_before=self._keeper.told,
        )
        for layer_id, raw in judged.raws.items():
            self.specs[layer_id], self._raws[layer_id] = judged.specs[layer_id], raw
            self.faults.pop(layer_id, None)
        for layer_id, error in judged.refused.items():
            self._raws.pop(layer_id, None)
            self._fail(self.specs[layer_id], error)
        for layer_id, problem in judged.remarks:
            self._remarks[layer_id].append(problem)
        return judged.findings

    def choose_plane(self) -> Plane:
        """The plane of the run, wide enough for everything that was read."""
        coverages = [box for s in self._catalog.layers for box in self._coverage_box(s, DEGREES)]
        others = [i for i in self._raws if self.specs[i].role not in _NEVER_A_PLANE]
        control = [i for i in others if self.specs[i].role in CONTROL_ROLES]
        boxes = [box for i in control or others for box in self._told_box(self._raws[i], DEGREES)]
        try:
            crs = plane_crs(self._catalog, _on_earth(coverages), _on_earth(boxes))
        except CatalogError as error:
            raise CatalogError(problems=[*error.problems, *self.problems()]) from None
        return self._plane_over(crs)

    def _plane_over(self, crs: CRS) -> Plane:
        """The plane that holds every layer; one too far away for areas to be told is a fault, not the end."""
        boxes = {i: box for i in list(self._raws) if (box := self._plane_box(i, crs)) is not None}
        while True:
            given = list(boxes.values())
            if not given:
                given = [box for s in self.specs.values() for box in self._coverage_box(s, crs)]
            if not given and crs.area_of_use:
                # nothing was read, so that any box of the plane serves
                given = list(_moved(crs.area_of_use.bounds, crs))
            plane = Plane.over(crs, hull(given or [(0.0, 0.0, 1.0, 1.0)]))
            try:
                _ = plane.area_scale  # told once here, kept for all layers
            except UsageError as error:
                if len(boxes) < 2:
                    remedy = Text("在 [project] 下另设 plane", "set another plane under [project]")
                    problem = Problem(self._catalog.path.name, error.message, remedy)
                    raise CatalogError(problems=[problem, *self.problems()]) from None
                farthest = max(boxes, key=lambda i: _span(boxes[i]))
                del boxes[farthest]
                self._fail(self.specs[farthest], error)
            else:
                return plane

    def prepare(self, spec: LayerSpec, plane: Plane) -> None:
        """Prepare a layer after the one its coverage names; nothing happens twice."""
        if spec.id not in self._raws or spec.id in self.layers or spec.id in self.faults:
            return
        coverage = self._coverage(spec, plane)
        try:
            self.layers[spec.id] = self._keeper.prepare(
                self._raws.pop(spec.id), spec, plane, coverage=coverage, accept_repair=self._accept
            )
        except (EcoGisError, shapely.errors.ShapelyError) as error:
            self._fail(spec, error)

    def raster_coverages(self, plane: Plane) -> dict[str, Regions]:
        """Coverages of the rasters among the control layers, where they are declared and usable."""
        asked = [spec for i in self.rasters if (spec := self.specs[i]).role in CONTROL_ROLES]
        found = {spec.id: self._coverage(spec, plane) for spec in asked}
        return {i: coverage for i, coverage in found.items() if coverage is not None}

    @property
    def fingerprints(self) -> Mapping[Path, str]:
        """SHA-256 of files as they were read, where it was taken."""
        return self._keeper.hashes

    def note_down(self) -> None:
        """Keep what was found out about the catalog's layers for the next run."""
        self._keeper.note_down()

    def problems(self) -> Iterator[Problem]:
        """Faults and remarks in the order of the catalog."""
        for layer_id in self.specs:
            yield from self.faults.get(layer_id, ())
            yield from self._remarks[layer_id]

    def _coverage(self, spec: LayerSpec, plane: Plane) -> Regions | None:
        declared = spec.coverage
        if declared is None:
            return None
        if declared.bbox is not None:
            covered = Regions(transform([shapely.box(*declared.bbox)], DEGREES, plane.crs), plane)
            covered.key = f"box {declared.bbox}"
            return covered
        if declared.layer is not None:
            other = self.specs.get(declared.layer)
            if other is not None:
                self.prepare(other, plane)
            if declared.layer in self.layers:
                return self.layers[declared.layer].footprint
            what = Text(
                f"覆盖范围图层 {declared.layer!r} 不可用",
                f"its coverage layer {declared.layer!r} cannot be used",
            )
            remedy = Text(
                "修正该图层；在此之前本图层视为处处不完整",
                "mend that layer; until then the layer is complete nowhere",
            )
            self._remarks[spec.id].append(Problem(spec.id, what, remedy))
            return None
        file = declared.file
        if file is None or file not in self._coverage_files:
            return None
        own = _coverage_spec(spec, file)
        try:
            raw = self._coverage_files[file]
            return self._keeper.prepare(raw, own, plane, coverage=None, accept_repair=self._accept).footprint
        except (EcoGisError, shapely.errors.ShapelyError) as error:
            self._remark(spec, error)
            return None

    def _coverage_box(self, spec: LayerSpec, target: CRS) -> Iterator[Box]:
        """The box of a layer's coverage in `target`, if there is one and it can be brought there."""
        declared = spec.coverage
        if declared is None:
            return
        if declared.bbox is not None:
            yield from _moved(declared.bbox, target)
            return
        raw = (
            self._raws.get(declared.layer or "")
            if declared.file is None
            else self._coverage_files.get(declared.file)
        )
        if raw is not None:
            yield from self._told_box(raw, target)

    def _told_box(self, raw: Raw, target: CRS) -> Iterator[Box]:
        """The box of a layer in `target`, if there is one and it can be brought there."""
        with contextlib.suppress(EcoGisError):
            box = self._box(raw, target)
            yield from () if box is None else (box,)

    def _box(self, raw: Raw, target: CRS) -> Box | None:
        box = raw.box
        if box is None:
            return None
        return self._keeper.told(("box", raw.key, target.srs), lambda: moved_box(box, raw.crs, target))

    def _plane_box(self, layer_id: str, crs: CRS) -> Box | None:
        """The box of a layer and its coverage on the plane; a layer that cannot be brought there is a fault."""
        covered = list(self._coverage_box(self.specs[layer_id], crs))
        try:
            own = self._box(self._raws[layer_id], crs)
        except EcoGisError as error:
            self._fail(self.specs[layer_id], error)
            return None
        boxes = covered if own is None else [own, *covered]
        return hull(boxes) if boxes else None

    def _compare_fingerprint(self, spec: LayerSpec) -> None:
        if spec.sha256 and (found := self._keeper.sha256(spec.file)) != spec.sha256:
            name, is_now, was = spec.file.name, f"{found[:12]}…", f"{spec.sha256[:12]}…"
            what = Text(
                f"{name} 与登记的文件不符：SHA-256 为 {is_now}，应为 {was}",
                f"{name} is not the recorded file: SHA-256 {is_now} instead of {was}",
            )
            remedy = Text(
                "查明由谁改动，再把新的 sha256 记入目录",
                "find out who changed it, then record the new sha256 in the catalog",
            )
            self._remarks[spec.id].append(Problem(spec.id, what, remedy))

    def _fail(self, spec: LayerSpec, error: Exception) -> None:
        self.faults[spec.id] = self._told(spec, error)

    def _remark(self, spec: LayerSpec, error: Exception) -> None:
        told = self._told(spec, error)
        self._remarks.setdefault(spec.id, []).extend(
            replace(p, where=f"{spec.id} coverage: {p.where.removeprefix(f'{spec.id}: ')}") for p in told
        )

    def _told(self, spec: LayerSpec, error: Exception) -> list[Problem]:
        """The problems of an error; files as the catalog names them."""
        folder = f"{self._catalog.path.parent}{os.sep}"
        given = error.problems if isinstance(error, EcoGisError) else ()
        named = [p if spec.id in p.where else replace(p, where=f"{spec.id}: {p.where}") for p in given]
        return [
            replace(
                p,
                where=p.where.replace(folder, ""),
                what=Text(p.what.zh.replace(folder, ""), p.what.en.replace(folder, "")),
            )
            for p in named or [_problem(spec, error)]
        ]


def _problem(spec: LayerSpec, error: Exception) -> Problem:
    """An error without problems of its own as one problem of the layer."""
    if isinstance(error, EcoGisError):
        what = error.message
    else:
        what = Text(f"图形无法处理：{error}", f"its shapes cannot be worked with: {error}")
    return Problem(spec.id, what, Text("修正该图层或其目录条目", "mend the layer or its entry"))


def _coverage_spec(spec: LayerSpec, file: Path) -> LayerSpec:
    """A coverage file as a layer of its own."""
    return LayerSpec(id=f"{spec.id}.coverage", role=LayerRole.COUNTY, file=file)


def _moved(degrees: Box, target: CRS) -> Iterator[Box]:
    """A box in degrees in `target`, if it can be brought there."""
    with contextlib.suppress(EcoGisError):
        yield moved_box(degrees, DEGREES, target)


def _on_earth(boxes: Iterable[Box]) -> list[Box]:
    return [
        (west, south, east, north)
        for west, south, east, north in boxes
        if -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    ]


def _span(box: Box) -> float:
    return max(map(abs, box))
