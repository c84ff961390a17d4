"""Law 5: nobody reprojects an edge without densifying it, and what that saves is measured."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from eco_gis.geometry.crs import CHORD_BUDGET_M2, transform

PACKAGE = Path(__file__).parents[2] / "eco_gis"
DEGREES, ZONE = pyproj.CRS.from_epsg(4490), pyproj.CRS.from_epsg(4549)

MAY_TRANSFORM = {
    "geometry/datum.py": "the moves behind `geometry.crs.transform`",
    "geometry/scale.py": "area scale at points of a grid",
    "layers/crs/labels.py": "the middle of a box, to doubt a label",
    "layers/crs/detective.py": "a sample of vertices, to judge a label",
    "change/copies.py": "vertices of two copies in degrees, to find the grid they were rounded to",
    "outputs/report/figure_parts.py": "places of the graticule's ticks",
    "sample/copies.py": "a planted copy that went through degrees and back",
    "sample/tables.py": "points of an invented layer",
}
"""Modules that may speak to PROJ, and what for; the coordinates of none but the first are kept."""
MAY_MOVE = {"geometry/crs.py": "the one function that transforms", "layers/crs/offsets.py": "web-map offsets"}
"""Modules that move shapes, with `densify.moved`."""


def uses(name: str) -> set[str]:
    """Modules of the package in which an identifier or attribute occurs."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if name in text:
            nodes = list(ast.walk(ast.parse(text)))
            names = {getattr(n, key, None) for n in nodes for key in ("id", "attr", "name")}
            if name in names:
                found.add(path.relative_to(PACKAGE).as_posix())
    return found


def importers(module: str) -> set[str]:
    """Modules of the package that import from a module."""
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == module
    }


def test_no_other_way_leads_from_crs_to_crs() -> None:
    assert uses("to_crs") <= {"sample/tables.py"}, "geopandas projects vertices only: right to invent a layer"
    assert uses("Transformer") <= MAY_TRANSFORM.keys()
    centres = {"geometry/zonal/align.py", "geometry/zonal/beside.py"}  # points have no edge to bend
    assert uses("coordinate_function") == {"geometry/datum.py", "geometry/crs.py"} | centres
    assert importers("eco_gis.geometry.densify") == MAY_MOVE.keys()


def area_between(a: shapely.Geometry, b: shapely.Geometry) -> float:
    """m² between two lines with the same ends."""
    ring = np.concatenate([shapely.get_coordinates(a), shapely.get_coordinates(b)[::-1]])
    return float(shapely.Polygon(ring).area)


@pytest.mark.parametrize(
    ("a", "b"),
    [((120.1, 29.1), (120.2, 29.1)), ((120.1, 29.1), (120.1, 29.2)), ((120.1, 29.1), (120.7, 29.45))],
    ids=["9.7 km along a parallel", "11 km along a meridian", "70 km across"],
)
def test_a_straight_edge_shared_by_two_polygons(a: tuple[float, float], b: tuple[float, float]) -> None:
    """One side has two vertices on it, the other fifty: before, they overlap and gape; after, they do not."""
    mid = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    away = np.array([-(b[1] - a[1]), b[0] - a[0]])
    many = [tuple(np.array(a) + (np.array(b) - np.array(a)) * k / 49) for k in range(50)]
    left = shapely.Polygon([a, b, tuple(np.array(mid) + away)])
    right = shapely.Polygon([*many, tuple(np.array(mid) - away)])
    true = transform(
        [shapely.segmentize(shapely.LineString([a, b]), 1e-5)], DEGREES, ZONE, chord_budget_m2=np.inf
    )[0]

    def edges(budget: float) -> tuple[shapely.Geometry, shapely.Geometry]:
        one, other = transform(
            [shapely.LineString([a, b]), shapely.LineString(many)], DEGREES, ZONE, chord_budget_m2=budget
        )
        return one, other

    bare_one, _ = edges(np.inf)
    one, other = edges(CHORD_BUDGET_M2)
    bare = area_between(bare_one, true)
    assert bare > 1.0, "without densifying the edge is off by this"
    assert area_between(one, true) <= CHORD_BUDGET_M2
    assert area_between(other, true) <= 49 * CHORD_BUDGET_M2, "49 edges, each within its budget"
    projected = transform([left, right], DEGREES, ZONE)
    overlap, gap = shapely.intersection(*projected).area, shapely.union_all(projected)
    assert overlap <= 50 * CHORD_BUDGET_M2
    holes = sum(shapely.Polygon(ring).area for part in shapely.get_parts(gap) for ring in part.interiors)
    assert holes <= 50 * CHORD_BUDGET_M2
