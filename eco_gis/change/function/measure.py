"""Yearly means of an indicator over zones and rings, and the answers from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import numpy as np
from pyproj import CRS

from eco_gis.change.function.judge import ALPHA, LEAST_COVERED, Zone, function_row
from eco_gis.errors import EcoGisError
from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.parts import Shapes, as_shapes
from eco_gis.geometry.zonal import CellShares, CellSource, Grid, ZonalTable, zonal_statistics
from eco_gis.model.function import FunctionResult, YearMean
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.text import Text

MARGIN_SHARE = 0.01
"""Share of its own level by which an indicator may change a year and still count as stable, where the catalog sets no margin."""


def measure_function(
    line: Layer,
    zones: Sequence[Zone],
    rasters: Sequence[tuple[int, LayerSpec]],
    open_raster: Callable[[str], AbstractContextManager[CellSource]],
    *,
    ring_m: float,
) -> FunctionResult:
    """Compare one indicator inside and outside a line through the years.

    Parameters
    ----------
    zones
        From `zones_of`: the whole line first.
    rasters
        One raster of the indicator for each year, oldest first.
    open_raster
        Opens a raster layer by id.
    """
    plane = line.features.plane
    given = as_shapes([z.ground for z in zones] + [z.ring for z in zones])
    inside: list[list[YearMean]] = [[] for _ in zones]
    ring: list[list[YearMean]] = [[] for _ in zones]
    notes: list[Text] = []
    laid = _Laid(given, plane)
    for year, spec in rasters:
        try:
            with open_raster(spec.id) as cells:
                means = _means(year, zonal_statistics(cells, laid.over(cells.grid)))
        except EcoGisError as error:
            notes.append(Text(f"{spec.id}：{error.to('zh')}", f"{spec.id}: {error.to('en')}"))
            continue
        for at, mean in enumerate(means):
            (inside if at < len(zones) else ring)[at % len(zones)].append(mean)
    first = rasters[0][1]
    margin = first.margin or MARGIN_SHARE * _level(inside[0])
    if first.margin is None:
        notes.append(
            Text(
                f"稳定界限未在目录中设定，按指标水平的 {MARGIN_SHARE:.0%}／年取值，未经核定。",
                f"No margin of stability is set in the catalog; {MARGIN_SHARE:.0%} of the level a year is taken, not confirmed.",
            )
        )
    rows = [function_row(zone, a, b, margin=margin) for zone, a, b in zip(zones, inside, ring, strict=True)]
    return FunctionResult(
        series=line.spec.series,
        role=line.spec.role,
        label=line.spec.role.label,
        indicator=first.series,
        indicator_label=_without_year(first, rasters),
        line_layer=line.spec.id,
        layers=tuple(spec.id for _, spec in rasters),
        ring_m=ring_m,
        margin=margin,
        alpha=ALPHA,
        rows=tuple(rows),
        notes=tuple(notes),
    )


class _Laid:
    """Shapes of the working plane over the grid of a raster; years that share a grid share the work."""

    def __init__(self, shapes: Shapes, plane: Plane) -> None:
        self._shapes, self._plane = shapes, plane
        self._last: CellShares | None = None

    def over(self, grid: Grid) -> CellShares:
        if self._last is None or self._last.grid != grid:
            crs = grid.crs or CRS.from_user_input(self._plane.crs)
            self._last = CellShares(transform(self._shapes, self._plane.crs, crs), grid)
        return self._last


def _means(year: int, table: ZonalTable) -> list[YearMean]:
    covered = np.nan_to_num(table.covered_share)
    return [
        YearMean(year, float(mean) if share >= LEAST_COVERED else None, float(share))
        for mean, share in zip(table.mean, covered, strict=True)
    ]


def _level(means: Sequence[YearMean]) -> float:
    told = [abs(m.mean) for m in means if m.mean is not None]
    return float(np.mean(told)) if told else 0.0


def _without_year(spec: LayerSpec, rasters: Sequence[tuple[int, LayerSpec]]) -> Text:
    """The indicator's name: the first layer's label without its year."""
    year = str(rasters[0][0])
    title = spec.title
    return Text(title.zh.replace(year, ""), title.to("en").replace(f" {year}", "").replace(year, ""))
