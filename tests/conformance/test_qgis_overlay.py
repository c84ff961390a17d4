"""New York boroughs × 11 circles: overlays by QGIS, planar in EPSG:2263 (US survey feet)."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import (
    difference,
    overlap_pairs,
    overlap_shapes,
    symmetric_difference,
    union_rows,
)
from eco_gis.geometry.parts import total_bounds
from eco_gis.geometry.regions import Regions


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "qgis_overlay"


@pytest.fixture(scope="module")
def operands(folder: Path) -> tuple[Regions, Regions]:
    shapes = [gpd.read_file(folder / name).geometry.to_numpy() for name in ("polydf.shp", "polydf2.shp")]
    plane = Plane.over(pyproj.CRS.from_epsg(2263), total_bounds(np.concatenate(shapes)))
    return Regions(shapes[0], plane), Regions(shapes[1], plane)


def by_qgis(folder: Path, name: str) -> np.ndarray:
    """Areas of QGIS's rows in ft², ascending, without its null geometry."""
    areas = gpd.read_file(folder / f"qgis-{name}.shp").geometry.dropna().area
    return np.sort(areas.to_numpy())


def test_intersection(folder: Path, operands: tuple[Regions, Regions]) -> None:
    pairs = overlap_pairs(*operands)
    square_feet = pairs.planar_m2 / operands[0].plane.unit_m ** 2
    assert len(pairs) == 15
    np.testing.assert_allclose(np.sort(square_feet), by_qgis(folder, "intersection"), rtol=1e-12)
    shapes = overlap_shapes(*operands, pairs)
    np.testing.assert_allclose(shapely.area(shapes), square_feet, rtol=1e-12)


def test_difference(folder: Path, operands: tuple[Regions, Regions]) -> None:
    left = difference(*operands)
    expected = gpd.read_file(folder / "qgis-difference.shp")
    assert len(left) == 5
    np.testing.assert_allclose(shapely.area(left), expected.area, rtol=1e-12)
    assert shapely.area(shapely.symmetric_difference(left, expected.geometry.to_numpy())).max() < 1e-3


def test_symmetric_difference(folder: Path, operands: tuple[Regions, Regions]) -> None:
    pieces = symmetric_difference(*operands)
    np.testing.assert_allclose(
        np.sort(shapely.area(pieces)), by_qgis(folder, "symmetric_difference"), rtol=1e-12
    )


def test_union_rows_are_disjoint_where_those_of_qgis_are_not(
    folder: Path, operands: tuple[Regions, Regions]
) -> None:
    assert by_qgis(folder, "union").sum() == pytest.approx(10_347_417_286, abs=1)
    rows = union_rows(*operands)
    assert shapely.area(rows).sum() == pytest.approx(9_981_980_633, abs=1)
    assert shapely.union_all(rows).area == pytest.approx(shapely.area(rows).sum(), rel=1e-12)
    assert len(rows) == 30
