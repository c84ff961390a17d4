"""Packed shapes: the same as the array they were made of, however they are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from eco_gis.geometry.overlay import difference, overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.wkb import PackedShapes
from tests.builders import PLANE, X0, Y0


def shapes(count: int) -> np.ndarray:
    """Discs, and now and then none or an empty one."""
    made = [shapely.Point(X0 + 40 * (n % 20), Y0 + 40 * (n // 20)).buffer(30) for n in range(count)]
    made[3], made[7] = None, shapely.Polygon()
    return np.array(made, dtype=object)


def wkb(given: Any) -> Any:
    return shapely.to_wkb(given).tolist() if np.ndim(given) else shapely.to_wkb(given)


@pytest.mark.parametrize(
    "index",
    [
        5,
        3,
        -1,
        slice(2, 9),
        slice(None),
        np.array([9, 2, 3, 9]),
        np.array([], dtype=int),
        np.arange(200) % 90 == 0,
    ],
    ids=str,
)
@pytest.mark.parametrize("decoded", [False, True])
def test_an_index_gives_what_it_gives_of_the_array(index: Any, decoded: bool) -> None:
    given = shapes(200)
    packed = PackedShapes.of(given)
    if decoded:
        assert wkb(packed.whole) == wkb(given)
    assert wkb(packed[index]) == wkb(given[index])


def test_few_shapes_leave_the_others_packed() -> None:
    packed = PackedShapes.of(shapes(200))
    _ = packed[np.array([1, 2])], packed[5]
    assert "whole" not in vars(packed)
    _ = packed[:]
    assert "whole" in vars(packed)


def test_packed_regions_answer_like_those_they_were_made_of() -> None:
    plain = Regions(shapes(400), PLANE)
    told = {name: getattr(plain, name) for name in ("bounds", "total_bounds", "dimensions")}
    sites = Regions([shapely.box(X0 + 90, Y0 + 50, X0 + 170, Y0 + 130), None], PLANE)

    def packed() -> Regions:
        return Regions.of_packed(PackedShapes.of(plain.shapes), PLANE, told)

    left = packed()
    assert wkb(difference(sites, left)) == wkb(difference(sites, plain))
    assert "shapes" not in vars(left), "ground far from the sites is not decoded"
    mine, theirs = overlap_pairs(sites, packed()), overlap_pairs(sites, plain)
    assert (mine.b.tolist(), mine.area_m2.tolist()) == (theirs.b.tolist(), theirs.area_m2.tolist())
    few = packed().take([5, 3, 7])
    assert wkb(few.shapes) == wkb(plain.take([5, 3, 7]).shapes) and few.dimensions.tolist() == [2, -1, -1]
    assert len(packed()) == 400
