from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from coord_convert import transform as judge
from pyproj import CRS

from eco_gis.errors import TransformRefusedError
from eco_gis.layers.crs.offsets import bd09_of, from_bd09, from_gcj02, gcj02_of, swapped, without_offset
from eco_gis.model.role import LayerRole
from tests.layers.shapes import spec_of

DEGREES = CRS.from_epsg(4490)
M_PER_DEGREE = 111_320


@pytest.fixture(scope="module")
def places() -> tuple[np.ndarray, np.ndarray]:
    """Places all over China."""
    random = np.random.default_rng(20)
    return random.uniform(75, 134, 2_000), random.uniform(19, 52, 2_000)


def test_the_formulas_agree_with_a_kept_library(places: tuple[np.ndarray, np.ndarray]) -> None:
    """coord-convert is the judge: forward to the last digit; its own inverses stop at 0.3 mm and 0.2 m."""
    for ours, theirs, within_m in (
        (gcj02_of, judge.wgs2gcj, 1e-8),
        (bd09_of, judge.wgs2bd, 1e-8),
        (from_gcj02, judge.gcj2wgs, 1e-3),
        (from_bd09, judge.bd2wgs, 0.5),
    ):
        found = np.column_stack(ours(*places))
        expected = np.array([theirs(x, y) for x, y in zip(*places, strict=True)])
        assert np.abs(found - expected).max() * M_PER_DEGREE < within_m


def test_the_inverses_are_exact_to_the_last_digit(places: tuple[np.ndarray, np.ndarray]) -> None:
    """A double holds 120° to 1.6e-9 m: two of those are allowed."""
    for forward, inverse in ((gcj02_of, from_gcj02), (bd09_of, from_bd09)):
        back = np.column_stack(forward(*inverse(*places))) - np.column_stack(places)
        assert np.abs(back).max() * M_PER_DEGREE < 5e-9


def test_the_offset_is_300_to_700_m_and_nothing_abroad(places: tuple[np.ndarray, np.ndarray]) -> None:
    lon, lat = places
    x, y = gcj02_of(lon, lat)
    far = np.hypot((x - lon) * np.cos(np.radians(lat)), y - lat) * M_PER_DEGREE
    assert far.max() < 1_000 and 300 < np.median(far) < 700
    assert [v.tolist() for v in gcj02_of([8.0], [54.0])] == [[8.0], [54.0]]
    assert [v.tolist() for v in from_gcj02([], [])] == [[], []]


def test_a_declared_offset_is_taken_away_and_edges_bend(tmp_path: Path) -> None:
    true = shapely.box(120.0, 29.0, 120.2, 29.2)
    fine = shapely.segmentize(true, 0.001)
    on_map = shapely.transform(fine, lambda xy: np.column_stack(gcj02_of(*xy.T)))
    frame = gpd.GeoDataFrame({"A": [1, 2]}, geometry=[on_map, None], crs=DEGREES)
    spec = spec_of(tmp_path / "red.gpkg", offset="gcj02")
    back, crs = without_offset(frame, DEGREES, spec)
    assert crs == DEGREES and back.geometry.iloc[1] is None and back["A"].tolist() == [1, 2]
    assert shapely.hausdorff_distance(back.geometry.iloc[0], true) * M_PER_DEGREE < 0.01
    coarse = frame.assign(geometry=gpd.GeoSeries([shapely.box(120.0, 29.0, 120.2, 29.2), None]))
    bent, _ = without_offset(coarse, DEGREES, spec)
    assert shapely.get_num_coordinates(bent.geometry.iloc[0]) > 50
    same, _ = without_offset(frame, DEGREES, spec_of(tmp_path / "red.gpkg"))
    assert same is frame


def test_an_offset_under_a_projection_is_taken_away_in_degrees(tmp_path: Path) -> None:
    true = shapely.Point(120.24, 29.29)
    moved = gpd.GeoSeries([shapely.Point(*np.ravel(bd09_of(120.24, 29.29)))], crs=DEGREES).to_crs(4549)
    frame = gpd.GeoDataFrame(geometry=moved)
    back, crs = without_offset(frame, CRS.from_epsg(4549), spec_of(tmp_path / "a.gpkg", offset="bd09"))
    assert crs.is_geographic and back.geometry.iloc[0].distance(true) * M_PER_DEGREE < 1e-4


@pytest.mark.parametrize(
    ("file", "role"), [("a.gpkg", LayerRole.LAND_SURVEY), ("a.txt", LayerRole.PROJECT_SITE)]
)
def test_survey_data_are_never_converted(tmp_path: Path, file: str, role: LayerRole) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.box(120, 29, 120.1, 29.1)], crs=DEGREES)
    with pytest.raises(TransformRefusedError, match="survey data are never converted"):
        without_offset(frame, DEGREES, spec_of(tmp_path / file, role=role, offset="gcj02"))


def test_x_and_y_are_exchanged_and_nothing_else() -> None:
    frame = gpd.GeoDataFrame({"A": [1, 2]}, geometry=[shapely.Point(3_200_000, 500_000, 7), None])
    turned = swapped(frame)
    assert turned.geometry.iloc[0].wkt == "POINT (500000 3200000)"
    assert turned.geometry.iloc[1] is None and turned["A"].tolist() == [1, 2]
    assert frame.geometry.iloc[0].x == 3_200_000
