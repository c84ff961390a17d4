"""Overlays that GEOS gets wrong without a word are noticed."""

from __future__ import annotations

import pytest
import shapely
from shapely import Geometry
from shapely.affinity import rotate

from eco_gis.geometry.atoms import first_wins
from eco_gis.geometry.overlay import difference, overlap_pairs
from tests.builders import at, regions


def test_a_polygon_that_its_cover_holds_but_for_cracks_is_gone() -> None:
    """GEOS 3.14 keeps all of it, and finds no common ground with the union of the cover, without a word."""

    def turned(*boxes: tuple[int, int, int, int]) -> list[Geometry]:
        return [
            at(rotate(shapely.box(x, y, x + w, y + h), 10 + 7 * k)) for k, (x, y, w, h) in enumerate(boxes)
        ]

    tiny = (0, 0, 10, 10)
    (_, polygon) = turned(tiny, (253, 94, 184, 213))
    later = first_wins(
        regions(*turned(tiny, (321, 167, 630, 156), tiny, (409, 267, 295, 113), (57, 2, 341, 547)))
    )
    cover = regions(*(s for s in later.shapes if not s.is_empty))
    assert difference(regions(polygon), cover)[0].area < 1e-6
    whole = regions(shapely.union_all(cover.shapes))
    assert overlap_pairs(regions(polygon), whole).planar_m2.sum() == pytest.approx(polygon.area, abs=1e-3)
