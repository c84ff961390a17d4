from __future__ import annotations

import pyproj
import pytest
import shapely

from eco_gis.geometry.atoms import planarize
from eco_gis.geometry.crs import Plane
from eco_gis.geometry.regions import Regions

X, Y = 500_000.0, 3_200_000.0
PLANE = Plane.over(pyproj.CRS.from_epsg(4549), (X, Y, X + 1_000, Y + 1_000))


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(X + west, Y + south, X + east, Y + north)


def test_each_square_metre_is_in_one_atom_and_the_first_wins() -> None:
    ground = [box(0, 0, 30, 10), None, box(40, 0, 50, 10)]
    townships = Regions([box(-5, -5, 12, 50), box(10, -5, 20, 50)], PLANE)
    entries = Regions([box(5, 0, 15, 5), box(5, 0, 15, 8)], PLANE)
    atoms = planarize(ground, townships, entries, PLANE)
    keys = zip(atoms.ground.tolist(), atoms.township.tolist(), atoms.entry.tolist(), strict=True)
    found = dict(zip(keys, atoms.planar_m2.tolist(), strict=True))
    assert found == {
        (0, -1, -1): 100,
        (0, 0, -1): 64,
        (0, 0, 0): 35,
        (0, 0, 1): 21,
        (0, 1, -1): 56,
        (0, 1, 0): 15,
        (0, 1, 1): 9,
        (2, -1, -1): 100,
    }
    assert atoms.area_m2.sum() == pytest.approx(Regions(ground, PLANE).area_m2.sum(), rel=1e-12)


def test_atoms_are_single_polygons_with_a_mean_width() -> None:
    ground = [shapely.MultiPolygon([box(0, 0, 100, 1), box(0, 50, 10, 60)])]
    atoms = planarize(ground, Regions.empty(PLANE), Regions.empty(PLANE), PLANE)
    assert shapely.get_type_id(atoms.shapes).tolist() == [3, 3]
    assert sorted(atoms.mean_width_m.round(3).tolist()) == [0.99, 5.0]
    assert set(atoms.township.tolist()) == set(atoms.entry.tolist()) == {-1}


def test_no_ground_has_no_atom() -> None:
    township = Regions([box(0, 0, 10, 10)], PLANE)
    assert len(planarize([], township, township, PLANE)) == 0
    assert len(planarize([shapely.Polygon()], township, township, PLANE)) == 0


def test_townships_that_share_a_crooked_border_leave_no_crumbs() -> None:
    border = [(X + 7.3 + (k % 3) * 0.77, Y + k * 1.31) for k in range(20)]
    west = shapely.Polygon([(X - 50, Y - 20), (X + 7.3, Y - 20), *border, (X + 8, Y + 60), (X - 50, Y + 60)])
    east = shapely.Polygon([(X + 50, Y - 20), (X + 7.3, Y - 20), *border, (X + 8, Y + 60), (X + 50, Y + 60)])
    atoms = planarize([box(0, 0, 20, 20)], Regions([west, east], PLANE), Regions.empty(PLANE), PLANE)
    assert set(atoms.township.tolist()) == {0, 1}
    assert atoms.planar_m2.sum() == pytest.approx(400, abs=1e-6)
