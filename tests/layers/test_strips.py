"""Two files laid over each other strip by strip give what they give in memory."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from eco_gis.errors import LayerReadError
from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.layers.columns import chosen_polygons
from eco_gis.layers.strips import boxes_of, overlaps_of_files
from tests.benchmarks import drawn


def written(path: Path, shapes: list[shapely.Geometry | None]) -> Path:
    frame = gpd.GeoDataFrame(geometry=shapes, crs=drawn.PLANE.crs)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


@pytest.mark.parametrize("ending", [".gpkg", ".parquet"])
@pytest.mark.parametrize(("vertices", "rows"), [(150, 7), (2_000, 64), (10**9, 10**6)])
def test_strips_give_what_memory_gives(folder: Path, ending: str, vertices: int, rows: int) -> None:
    rng = np.random.default_rng(3)
    land = [None, *rng.permutation(drawn.parcels(150))]
    line = [*rng.permutation(drawn.redline(2_000, features=30)), shapely.Polygon()]
    paths = written(folder / f"land{ending}", land), written(folder / f"line{ending}", line)
    tables = list(overlaps_of_files(*paths, drawn.PLANE, vertices=vertices, rows=rows))
    a, b, planar, area = (
        np.concatenate([getattr(t, n) for t in tables]) for n in ("a", "b", "planar_m2", "area_m2")
    )
    order = np.lexsort((b, a))
    whole = overlap_pairs(Regions(land, drawn.PLANE), Regions(line, drawn.PLANE), engine="cells")
    assert np.array_equal(a[order], whole.a) and np.array_equal(b[order], whole.b)
    assert planar[order] == pytest.approx(whole.planar_m2, rel=1e-9, abs=1e-6)
    assert area[order] == pytest.approx(whole.area_m2, rel=1e-9, abs=1e-6)
    assert len(tables) > 20 or vertices > 150


def test_records_without_polygons_are_told(folder: Path) -> None:
    path = written(folder / "land.gpkg", [None, shapely.box(530_000, 3_210_000, 530_100, 3_210_100)])
    boxes = boxes_of(path, drawn.PLANE)
    assert boxes.lost.tolist() == [0] and boxes.vertices.tolist() == [0, 5]


def test_a_file_that_changed_between_two_readings_is_refused(folder: Path) -> None:
    path = written(folder / "land.gpkg", [shapely.box(530_000, 3_210_000, 530_100, 3_210_100)])
    for wanted in (np.ones(2, dtype=bool), np.zeros(0, dtype=bool)):
        with pytest.raises(LayerReadError, match="changed"):
            list(chosen_polygons(path, drawn.PLANE, wanted))


def test_layers_apart_have_no_pair(folder: Path) -> None:
    one = written(folder / "one.gpkg", [shapely.box(530_000, 3_210_000, 530_100, 3_210_100)])
    other = written(folder / "other.gpkg", [shapely.box(530_100, 3_210_000, 530_200, 3_210_100)])
    assert not list(overlaps_of_files(one, other, drawn.PLANE))


def test_invalid_polygons_of_either_file_are_refused(folder: Path) -> None:
    good = written(folder / "good.gpkg", [shapely.box(530_000, 3_210_000, 530_100, 3_210_100)])
    bow = shapely.Polygon(
        [(530_000, 3_210_000), (530_100, 3_210_100), (530_100, 3_210_000), (530_000, 3_210_100)]
    )
    bad = written(folder / "bad.gpkg", [bow])
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(LayerReadError, match=r"bad\.gpkg"):
            list(overlaps_of_files(*pair, drawn.PLANE))
