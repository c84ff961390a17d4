"""The whole invented county in memory, before it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.changes import RedlineYears, make_years
from eco_gis.sample.land import (
    Farmland,
    Raster,
    Survey,
    make_farmland,
    make_rasters,
    make_stands,
    make_survey,
)
from eco_gis.sample.lines import UNIT_CLASSES, Lines, make_lines
from eco_gis.sample.terrain import Terrain, make_terrain
from eco_gis.sample.villages import Villages, make_villages


@dataclass(frozen=True)
class County:
    """Every layer as shapes in EPSG:4549."""

    terrain: Terrain
    lines: Lines
    years: RedlineYears
    farmland: Farmland
    stands: list[BaseGeometry]
    survey: Survey
    land_cover: Raster
    tree_cover: Raster
    villages: Villages
    _unions: dict[str, BaseGeometry] = field(default_factory=dict)

    def union(self, layer: str) -> BaseGeometry:
        """The ground of a control layer as one shape, prepared for many questions."""
        if layer not in self._unions:
            self._unions[layer] = shapely.union_all(np.array(self.control()[layer], dtype=object))
            shapely.prepare(self._unions[layer])
        return self._unions[layer]

    def control(self) -> dict[str, list[BaseGeometry]]:
        """Shapes of each control layer in force on the demo's as-of date, by the catalog's layer id."""
        zones = self.lines.urban.values()
        return {
            "cropland": list(self.farmland.fields),
            "permanent_basic_farmland": list(self.farmland.basic),
            "farmland_reserve": list(self.farmland.reserve),
            "redline_2024": list(self.years.y2024),
            "nature_reserve_2024": [g for r in self.lines.reserves for g in (r.core, r.general)],
            "urban_boundary": [p for zone in zones for p in zone],
            "control_unit": [g for _, name, g in self.lines.units if name == UNIT_CLASSES[0]],
            "forest_stand": self.stands,
            "water_source": list(self.lines.water.values()),
            "cultural_relic": list(self.lines.relics),
        }


def make_county(seed: int) -> County:
    """Draw the county; the same seed gives the same county."""
    terrain = make_terrain(seed)
    lines = make_lines(terrain, seed)
    farmland = make_farmland(terrain, lines, seed)
    towns = [p for zone in lines.urban.values() for p in zone]
    taken = shapely.union_all(np.array([*farmland.fields, *towns], dtype=object))
    cover, trees = make_rasters(terrain, lines, farmland, seed)
    return County(
        terrain=terrain,
        lines=lines,
        years=make_years(lines.redline, list(lines.townships.values()), taken, seed),
        farmland=farmland,
        stands=list(make_stands(terrain, lines, seed)),
        survey=make_survey(terrain, lines, seed),
        land_cover=cover,
        tree_cover=trees,
        villages=make_villages(terrain, lines, seed),
    )
