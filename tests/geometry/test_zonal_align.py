"""Two rasters on different grids: the smaller cells lead."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS

from eco_gis.errors import UsageError
from eco_gis.geometry.zonal import (
    ArrayCells,
    Grid,
    Rule,
    class_transitions,
    leading,
    outlines,
    zonal_classes,
)
from eco_gis.geometry.zonal import grid as grid_module

PLANE = CRS.from_epsg(4549)
WHOLE = shapely.box(500_000, 3_199_880, 500_120, 3_200_000)


@pytest.fixture(autouse=True, params=["arrays", "compiled"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every answer twice: by whole arrays, and by compiled code."""
    monkeypatch.setattr(outlines, "COMPILED_FROM", np.inf if request.param == "arrays" else -1)
    return str(request.param)


def cells(
    size: float, count: int, seed: int, crs: CRS | None = PLANE, nodata: float | None = None
) -> ArrayCells:
    grid = Grid.of((size, 0, 500_000, 0, -size, 3_200_000), (count, count), crs)
    return ArrayCells(np.random.default_rng(seed).integers(1, 4, (count, count)), grid, nodata)


@pytest.mark.parametrize("rule", Rule)
def test_one_grid_gives_the_cross_table(rule: Rule) -> None:
    a, b = cells(10, 12, 1), cells(10, 12, 2)
    table = class_transitions(a, b, [WHOLE], rule=rule)
    pairs = list(zip(a.values.ravel().tolist(), b.values.ravel().tolist(), strict=True))
    assert table.of(0) == {pair: pairs.count(pair) for pair in sorted(set(pairs))}


def test_nested_grids_are_exact_and_either_may_be_the_later() -> None:
    coarse, fine = cells(30, 4, 3), cells(10, 12, 4)
    assert leading(coarse, fine) is leading(fine, coarse) is fine
    region = shapely.Point(500_060, 3_199_940).buffer(47)
    table = class_transitions(coarse, fine, [region])
    repeated = ArrayCells(np.kron(coarse.values, np.ones((3, 3), dtype=int)), fine.grid)
    assert table.of(0) == pytest.approx(class_transitions(repeated, fine, [region]).of(0))
    turned = class_transitions(fine, coarse, [region]).of(0)
    assert {(b, a): v for (a, b), v in turned.items()} == pytest.approx(table.of(0))
    # what each raster says of itself is kept
    alone = {k: 9 * v for k, v in zonal_classes(coarse, [region]).of(0).items()}
    assert {k: sum(v for (a, _), v in table.of(0).items() if a == k) for k in alone} == pytest.approx(alone)


def test_no_class_in_either_raster_is_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_module, "TILE", 5)
    a, b = cells(10, 12, 5, nodata=2), cells(10, 9, 6)  # the later raster is smaller
    table = class_transitions(a, b, [WHOLE])
    known = (a.values != 2) & (np.add.outer(np.arange(12) >= 9, np.arange(12) >= 9) == 0)
    assert table.cells.sum() == known.sum() and table.nodata[0] == (~known).sum()


def test_across_reference_systems_the_centre_decides() -> None:
    fine = cells(10, 12, 7)
    degrees = Grid.of((0.0004, 0, 119.9990, 0, -0.0004, 28.93), (90, 12), CRS.from_epsg(4490))
    rows = np.repeat(np.arange(90)[:, None], 12, axis=1)
    table = class_transitions(ArrayCells(rows, degrees), fine, [WHOLE])
    assert leading(ArrayCells(rows, degrees), fine) is fine
    assert table.cells.sum() == pytest.approx(144)
    # 120 m from north to south are less than four rows of 44 m
    assert 3 <= len({before for before, _ in table.of(0)}) <= 4
    assert table.area_m2.sum() == pytest.approx(14_400, rel=1e-5)


def test_one_reference_system_alone_is_refused() -> None:
    with pytest.raises(UsageError, match="only one of the two"):
        class_transitions(cells(10, 4, 1), cells(10, 4, 1, crs=None), [WHOLE])
