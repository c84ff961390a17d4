"""A line by patch and township: split anew or by way of another version, the cells are the same."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from eco_gis.change.cells import KnownCells, cells_of
from eco_gis.model.role import LayerRole
from tests.builders import make_layer, square

TOWNS = make_layer([square(-500, -500, 550), square(50, -500, 550)], LayerRole.TOWNSHIP)
PATCHES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=0, max_size=6, unique=True)


@settings(max_examples=40, deadline=None)
@given(old=PATCHES, new=PATCHES)
def test_another_version_gives_the_same_cells(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    """Patches of 90 m on a grid of 100 m: they stay, come, go and change their place in the file."""
    before, after = (
        make_layer([square(100 * x - 250, 100 * y - 250, 90) for x, y in places]) for places in (old, new)
    )
    anew = cells_of(after, TOWNS)
    by_way = cells_of(after, TOWNS, cells_of(before, TOWNS))
    assert by_way.patch == anew.patch
    assert by_way.township == anew.township
    assert shapely.equals_exact(
        shapely.normalize(by_way.regions.shapes), shapely.normalize(anew.regions.shapes)
    ).all()
    assert by_way.regions.planar_m2.sum() == pytest.approx(90.0**2 * len(new), rel=1e-12)


def test_each_line_is_split_by_each_townships_once() -> None:
    line = make_layer([square(0, 0, 100)], id="line_1", series="line")
    other = make_layer([square(0, 0, 100), square(200, 0, 100)], id="line_2", series="line")
    cells = KnownCells()
    assert cells(line, TOWNS) is cells(line, TOWNS)
    assert cells(line, None) is not cells(line, TOWNS)
    assert [set(cells(v, None).township) for v in (line, other)] == [{-1}, {-1}]
    # the upper half of each square lies outside; the lower half of the first in both townships
    np.testing.assert_allclose(
        cells(other, TOWNS).regions.planar_m2, [5_000, 2_500, 2_500, 5_000, 5_000], rtol=1e-12
    )
