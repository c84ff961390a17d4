"""Small prepared layers drawn by hand, for the tests of the answer rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import Geometry
from shapely.affinity import translate

from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import footprint
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.zonal import ArrayCells, Grid
from eco_gis.layers.raster_shapes import polygons_of
from eco_gis.model.layer import Layer, LayerSpec, LostRecord, Polarity
from eco_gis.model.raster import ControlRaster
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

X0, Y0 = 540_000.0, 3_240_000.0
PLANE = Plane.over(pyproj.CRS.from_epsg(4549), (X0 - 20_000, Y0 - 20_000, X0 + 20_000, Y0 + 20_000))
COUNTY = shapely.box(X0 - 5_000, Y0 - 5_000, X0 + 5_000, Y0 + 5_000)


def at(shape: Geometry) -> Geometry:
    """A shape drawn around (0, 0), moved to the county's centre."""
    return translate(shape, X0, Y0)


def square(x: float, y: float, side: float) -> Geometry:
    """A square with its lower left corner at (x, y) metres from the county's centre."""
    return at(shapely.box(x, y, x + side, y + side))


def regions(*shapes: Geometry) -> Regions:
    return Regions(np.array(shapes, dtype=object), PLANE)


def make_layer(
    shapes: Sequence[Geometry],
    role: LayerRole = LayerRole.REDLINE,
    *,
    ids: Sequence[str] | None = None,
    columns: dict[str, Sequence[Any]] | None = None,
    coverage: Geometry | None = COUNTY,
    lost: int = 0,
    **spec: Any,
) -> Layer:
    """A layer as preparation would give it; `columns` are attributes such as zone or width_m."""
    spec.setdefault("id", str(role))
    spec.setdefault("series", str(role))
    if role is LayerRole.URBAN_BOUNDARY:
        spec.setdefault("polarity", Polarity.OUTSIDE)
    keys = list(ids) if ids is not None else [f"F{n}" for n in range(1, len(shapes) + 1)]
    frame = pd.DataFrame({"id": keys, "name": [f"name of {k}" for k in keys], **(columns or {})})
    features = Regions(np.array(shapes, dtype=object), PLANE)
    ground = footprint(features)
    fields = {name: name for name in ("id", "name", *(columns or {}))}
    return Layer(
        spec=LayerSpec(role=role, file=Path("drawn.gpkg"), fields=fields, **spec),
        attributes=frame,
        features=features,
        footprint=ground.regions,
        footprint_sources=ground.sources,
        coverage=None if coverage is None else regions(coverage),
        lost=tuple(LostRecord(n, "", Text("无几何", "null geometry")) for n in range(lost)),
        source_crs="EPSG:4549",
        delivered=features.shapes,
    )


def make_sites(shapes: Sequence[Geometry], **columns: Sequence[Any]) -> Layer:
    """A layer of project sites P1, P2 …"""
    return make_layer(
        shapes,
        LayerRole.PROJECT_SITE,
        ids=[f"P{n}" for n in range(1, len(shapes) + 1)],
        columns=columns,
        id="sites",
    )


def make_raster(
    values: Sequence[Sequence[float]] | NDArray[Any],
    *,
    west: float = 0.0,
    north: float = 0.0,
    cell: float = 100.0,
    nodata: float | None = 0,
    names: Mapping[str, str] | None = None,
    coverage: Geometry | None = COUNTY,
    **spec: Any,
) -> ControlRaster:
    """A forest raster in memory; its upper left corner lies at (west, north) metres from the county's centre.

    `names` are its classes by code; without them it holds values.
    """
    cells = np.asarray(values)
    grid = Grid.of((cell, 0, X0 + west, 0, -cell, Y0 + north), (cells.shape[0], cells.shape[1]), PLANE.crs)
    spec.setdefault("id", "forest_cells")
    spec.setdefault("series", "forest_cells")
    spec.setdefault("role", LayerRole.FOREST_QUALITY)
    told = None if names is None else {code: Text(name) for code, name in names.items()}
    return ControlRaster(
        spec=LayerSpec(file=Path("drawn.tif"), raster=True, classes="own.toml" if names else "", **spec),
        open=lambda: nullcontext(ArrayCells(cells, grid, nodata)),
        outline=polygons_of,
        coverage=None if coverage is None else regions(coverage),
        name_of=None if told is None else told.get,
    )


AS_OF = date(2024, 12, 31)
