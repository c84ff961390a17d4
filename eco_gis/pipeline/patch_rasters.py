"""Patches from two rasters of the catalog, where none were delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from eco_gis.errors import Problem, UsageError
from eco_gis.geometry.crs import transform
from eco_gis.geometry.overlay import Groups
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.zonal import leading
from eco_gis.layers.classes import load_scheme
from eco_gis.layers.project import LoadedProject
from eco_gis.layers.raster import raster_cells
from eco_gis.layers.raster_shapes import cells_inside, polygons_of, window_of
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.patches.from_rasters import (
    ChangedCells,
    ChangeKind,
    ChangeRule,
    CoverRule,
    NdviRule,
    changed_cells,
)
from eco_gis.siting.assess import layers_in_force
from eco_gis.text import Text
from eco_gis.units import shown, shown_area

RASTER_ROLES = (LayerRole.LAND_COVER, LayerRole.INDICATOR)
MIN_AREA_M2 = 400.0
"""Patches are listed from this area on; a county's land survey draws built land from it."""
_FIELDS = ("id", "name", "date", "kind", "class_before", "class_after")


@dataclass(frozen=True)
class RasterQuestion:
    """Which rasters to compare, and where."""

    series: str
    """Series of the catalog: of role `land_cover` or `indicator`."""
    versions: tuple[str | None, str | None] = (None, None)
    """The earlier and the later version; None: the last two known on the day of the run."""
    inside: str | None = None
    """Layer inside which patches are made; None: the redline in force."""
    min_area_m2: float = MIN_AREA_M2


def raster_patches(
    project: LoadedProject, question: RasterQuestion, as_of: date
) -> tuple[Layer, list[Problem]]:
    """A layer of patches, and a remark on the crumbs that are too small to be one.

    Raises
    ------
    UsageError
        When the catalog has no two such rasters or no such line, or nothing changed.
    """
    before, after = _rasters(project, question, as_of)
    line = _line(project, question.inside, as_of)
    changed = _changed(project, before, after, line)
    kinds, codes = polygons_of(changed.kinds(), changed.grid)
    assert changed.grid.crs is not None  # rasters without a CRS are faults
    ground = Regions(transform(kinds, changed.grid.crs, project.plane.crs), project.plane)
    large = ground.area_m2 >= question.min_area_m2
    if not large.any():
        raise UsageError(
            Text(
                f"{line.spec.id} 范围内 {before.id} 与 {after.id} 之间没有达到 {question.min_area_m2:g} m² 的变化",
                f"nothing of {question.min_area_m2:g} m² or more changed inside {line.spec.id} between {before.id} and {after.id}",
            )
        )
    order = sorted(np.flatnonzero(large), key=lambda i: (-ground.area_m2[i], *ground.bounds[i].tolist()))
    rows = [_row(n, changed, kinds[i], list(ChangeKind)[codes[i] - 1], after) for n, i in enumerate(order, 1)]
    layer = _layer(rows, ground.take(order), before, after)
    return layer, _crumbs(ground.take(~large), question, layer.spec.id)


def _rasters(project: LoadedProject, question: RasterQuestion, as_of: date) -> tuple[LayerSpec, LayerSpec]:
    known = sorted(
        (
            s
            for s in project.catalog.layers
            if s.series == question.series
            and s.role in RASTER_ROLES
            and s.id in project.rasters
            and (s.valid_from is None or s.valid_from <= as_of)
        ),
        key=lambda s: (s.valid_from or date.min, s.id),
    )
    wanted = [v for v in question.versions if v is not None]
    chosen = [s for s in known if not wanted or s.version in wanted]
    if len(chosen) < 2 or len(set(wanted)) == 1:
        there = "、".join(f"{s.id}（{s.version}）" for s in known)
        raise UsageError(
            Text(
                f"系列 {question.series} 没有可比较的两期栅格；现有：{there or '无'}",
                f"series {question.series} has no two rasters to compare; there are: {there or 'none'}",
            )
        )
    return chosen[-2] if not wanted else chosen[0], chosen[-1]


def _line(project: LoadedProject, layer_id: str | None, as_of: date) -> Layer:
    """The layer inside which patches are made."""
    if layer_id is not None:
        if layer_id in project.layers:
            return project.layers[layer_id]
        raise UsageError(Text(f"没有可用的图层 {layer_id}", f"there is no usable layer {layer_id}"))
    entries = layers_in_force([*project.layers.values(), *project.faults], as_of)
    for entry in entries:
        if entry.spec.role is LayerRole.REDLINE and isinstance(entry, Layer) and len(entry):
            return entry
    raise UsageError(
        Text(
            "没有可用的生态保护红线：用 --inside 指定图斑所在的图层",
            "there is no usable redline: say with --inside in which layer to look",
        )
    )


def _changed(project: LoadedProject, before: LayerSpec, after: LayerSpec, line: Layer) -> ChangedCells:
    """Codes of the cells inside the line, on the grid of the raster that leads."""
    rule = _rule(project, before, after)
    with raster_cells(project.rasters[before.id]) as old, raster_cells(project.rasters[after.id]) as new:
        grid = leading(old, new).grid
        assert grid.crs is not None  # rasters without a CRS are faults
        shapes = transform(line.footprint.shapes, project.plane.crs, grid.crs)
        window = window_of(grid, shapes)
        return changed_cells(old, new, window, lambda tile: cells_inside(grid, tile, shapes), rule)


def _rule(project: LoadedProject, before: LayerSpec, after: LayerSpec) -> ChangeRule:
    if before.role is LayerRole.INDICATOR:
        return NdviRule()
    names = {before.classes, after.classes}
    if len(names) > 1 or "" in names:
        raise UsageError(
            Text(
                f"{before.id} 与 {after.id} 须在目录中写明同一个地类表 classes",
                f"{before.id} and {after.id} have to say one scheme of classes in the catalog",
            )
        )
    scheme = load_scheme(names.pop(), beside=project.catalog.path.parent)
    return CoverRule(lambda value: group.value if (group := scheme.of(f"{value:g}").group) else "")


def _row(n: int, changed: ChangedCells, shape: Any, kind: ChangeKind, after: LayerSpec) -> dict[str, str]:
    """What a patch came with: its kind, and the values before and after by the number of cells."""
    tile = window_of(changed.grid, [shape])
    cells = changed.cells_by_pair(cells_inside(changed.grid, tile, [shape]), tile)
    told = {
        side: "、".join(
            f"{value}（{sum(c for p, c in cells.items() if getattr(p, side) == value)}）"
            for value in dict.fromkeys(getattr(p, side) for p in cells)
        )
        for side in ("before", "after")
    }
    return {
        "id": f"R{n:04d}",
        "name": "",
        "date": after.valid_from.isoformat() if after.valid_from else "",
        "kind": kind.label.zh,
        "class_before": told["before"],
        "class_after": told["after"],
    }


def _layer(rows: Sequence[dict[str, str]], ground: Regions, before: LayerSpec, after: LayerSpec) -> Layer:
    spec = LayerSpec(
        id=f"patches_{after.series}",
        role=LayerRole.CHANGE_PATCH,
        file=Path(after.file),
        label=Text(
            f"栅格图斑 {before.version}→{after.version}",
            f"Patches from rasters {before.version}→{after.version}",
        ),
        series="change_patch",
        version=f"{after.series}-{before.version}-{after.version}",
        valid_from=after.valid_from,
        fields={name: name for name in _FIELDS},
        secrecy=max(before.secrecy, after.secrecy, key=lambda s: s.rank),
    )
    attributes = pd.DataFrame(list(rows), columns=list(_FIELDS))
    # cells of one raster do not overlap
    sources = Groups(np.arange(len(ground)), np.arange(1, len(ground) + 1))
    return Layer(spec, attributes, ground, ground, sources, None)


def _crumbs(ground: Regions, question: RasterQuestion, where: str) -> list[Problem]:
    if not len(ground):
        return []
    area = shown_area(float(ground.area_m2.sum()), "ha")
    least = shown(question.min_area_m2, 0)
    return [
        Problem(
            where,
            Text(
                f"{len(ground)} 处变化小于 {least} m²，未成图斑，合计 {area} 公顷",
                f"{len(ground)} changes smaller than {least} m² are no patches, {area} ha in all",
            ),
            Text("需要时用 --min-area 降低下限", "lower the limit with --min-area where needed"),
            fatal=False,
        )
    ]
