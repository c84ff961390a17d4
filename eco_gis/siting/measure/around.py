"""Cells of a control raster on and around sites: how much of each kind, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.crs import transform
from eco_gis.geometry.datum import horizontal
from eco_gis.geometry.overlay import difference
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.zonal import ClassTable, Grid, zonal_classes
from eco_gis.geometry.zonal.outlines import Outlines
from eco_gis.siting.measure.kinds import Kind, KindCells
from eco_gis.siting.sites import Sites

Floats = NDArray[np.float64]

_NOTHING = shapely.Polygon()
_ROUNDING = 1e-9
"""Share of ground that only the rounding of coordinates leaves untold."""


@dataclass(frozen=True)
class Around:
    """What one zonal call tells of all sites, and single sites as shapes where that is asked for."""

    sites: Sites
    cells: KindCells
    look_m: Floats
    """(n,) distance to which the surroundings of each site are looked at."""
    table: ClassTable
    """Rows: each site's ground, the covered part of those that leave the coverage, each site's surroundings."""
    kinds: tuple[Kind, ...]
    """Kind of each column of the table."""
    covered: dict[int, int]
    """Site that leaves the coverage → row of the part inside."""

    @classmethod
    def of(
        cls,
        sites: Sites,
        cells: KindCells,
        look_m: Floats,
        *,
        coverage: Regions | None,
        leaves: NDArray[np.bool_],
    ) -> Around:
        """Ask the cells about all sites at once.

        Parameters
        ----------
        coverage, leaves
            Where the raster is complete, and which sites lie partly elsewhere.
        """
        ground, count, leaving = sites.ground, len(sites.ids), np.flatnonzero(leaves)
        inside = _inside(ground.take(leaving), coverage) if len(leaving) and coverage is not None else []
        beside = _grown(ground.shapes, look_m / ground.plane.unit_m)
        rows = np.array([*ground.shapes, *inside, *beside], dtype=object)
        table = zonal_classes(cells, transform(rows, ground.plane.crs, crs_of(cells.grid)))
        return cls(
            sites=sites,
            cells=cells,
            look_m=look_m,
            table=table,
            kinds=tuple(cells.kinds[n] for n in table.classes.tolist()),
            covered={int(i): count + k for k, i in enumerate(leaving)},
        )

    def areas_m2(self, i: int) -> list[tuple[Kind, float]]:
        """Ellipsoidal m² of each kind on a site's ground; kinds that do not occur are left out."""
        row = self.table.area_m2[i].tolist()
        return [(kind, m2) for kind, m2 in zip(self.kinds, row, strict=True) if m2 > 0]

    def size(self, i: int) -> float:
        """A site's ground in cells, told or not."""
        return float(self.table.cells[i].sum() + self.table.nodata[i] + self.table.uncovered[i])

    def untold_m2(self, i: int, covered_m2: float) -> float:
        """What of a site's ground inside the coverage lies on cells without data, or beyond the raster."""
        return covered_m2 * self._untold(self.covered.get(i, i))

    def beside(self, i: int, *, concern: bool) -> bool:
        """Whether a kind of concern (else: a code that is not listed) occurs on or beside a site."""
        row = self.table.cells[self._beside(i)]
        wanted = [k.is_concern if concern else not k.is_known for k in self.kinds]
        return bool(row[np.array(wanted, dtype=bool)].sum() > 0)

    def untold_beside(self, i: int) -> bool:
        """Whether ground on or beside a site is not told."""
        return self._untold(self._beside(i)) > _ROUNDING or self.beside(i, concern=False)

    def concern(self, i: int) -> BaseGeometry:
        """Cells of concern on and beside a site, on the working plane; whole cells, and all they hang together with."""
        return self._traced(i, [int(kind.is_concern) for kind in self.cells.kinds]).get(1, _NOTHING)

    def concerns(self, i: int) -> dict[Kind, BaseGeometry]:
        """The same for each kind of concern."""
        kinds = self.cells.kinds
        found = self._traced(i, [n + 1 if kind.is_concern else 0 for n, kind in enumerate(kinds)])
        return {kinds[code - 1]: shape for code, shape in found.items()}

    def rest(self, i: int, *, listed: bool = False) -> BaseGeometry:
        """The part of a site that no cell tells; with `listed` that no cell of a listed class does."""
        codes = [int(kind.is_known or not listed) for kind in self.cells.kinds]
        told = self._traced(i, codes).get(1, _NOTHING)
        return shapely.difference(self.sites.ground.shapes[i], told)

    def _traced(self, i: int, codes: Sequence[int]) -> dict[int, BaseGeometry]:
        """Cells on and beside a site by the code of their kind; 0 leaves a kind out."""
        ground, grid = self.sites.ground, self.cells.grid
        near = _grown(ground.shapes[i : i + 1], self.look_m[i : i + 1] / ground.plane.unit_m)
        region = transform(near, ground.plane.crs, crs_of(grid))[0]
        shapely.prepare(region)
        parts: dict[int, list[BaseGeometry]] = {}
        wanted = np.array(codes, dtype=np.int32)
        for tile, _ in grid.tiles_under(Outlines.of([region], grid).boxes):
            polygons, code = self.cells.outline(tile, wanted)
            touched = shapely.intersects(region, polygons)
            for own in np.unique(code[touched]).tolist():
                # polygons of one window and code share no more than corners
                whole = shapely.multipolygons(polygons[touched & (code == own)])
                parts.setdefault(own, []).append(whole)
        united = [shapely.union_all(own) if len(own) > 1 else own[0] for own in parts.values()]
        there = transform(united, crs_of(grid), ground.plane.crs)
        return dict(zip(parts, there, strict=True))

    def _beside(self, i: int) -> int:
        return len(self.table) - len(self.sites.ids) + i

    def _untold(self, row: int) -> float:
        missing = float(self.table.nodata[row] + self.table.uncovered[row])
        whole = float(self.table.cells[row].sum()) + missing
        return missing / whole if whole > 0 else 1.0


def cell_sizes(sites: Sites, grid: Grid) -> Floats:
    """(n, 2) width and height in metres of a cell at each site."""
    crs = horizontal(crs_of(grid))
    geod = crs.get_geod()
    if not crs.is_geographic or geod is None:
        unit = float(crs.axis_info[0].unit_conversion_factor)
        return np.tile([abs(grid.dx) * unit, abs(grid.dy) * unit], (len(sites.ids), 1))
    points = transform(shapely.centroid(sites.ground.shapes), sites.ground.plane.crs, crs_of(grid))
    west, south, east, north = grid.bounds
    x, y = shapely.get_x(points), shapely.get_y(points)
    nowhere = np.isnan(x)
    x[nowhere], y[nowhere] = (west + east) / 2, (south + north) / 2
    steps = (grid.dx, 0.0), (0.0, grid.dy)
    metres = [geod.inv(x, y, x + dx, y + dy)[2] for dx, dy in steps]
    return np.asarray(np.abs(np.column_stack(metres)))


def crs_of(grid: Grid) -> pyproj.CRS:
    """The CRS of a raster; one that has none is not opened."""
    assert grid.crs is not None
    return grid.crs


def _inside(grounds: Regions, coverage: Regions) -> list[BaseGeometry]:
    """The part of each ground inside the coverage."""
    rest = difference(grounds, coverage)
    return [shapely.difference(a, b) for a, b in zip(grounds.shapes, rest, strict=True)]


def _grown(shapes: NDArray[Any], distance: Floats) -> NDArray[Any]:
    """Shapes grown by a distance: polygons with sharp corners, lines and points rounded."""
    areal = shapely.get_dimensions(shapes) == 2
    grown = np.array(shapes, dtype=object)
    grown[areal] = shapely.buffer(shapes[areal], distance[areal], join_style="mitre")
    grown[~areal] = shapely.buffer(shapes[~areal], distance[~areal])
    return grown
