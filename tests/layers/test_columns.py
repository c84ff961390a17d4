"""Files read by columns give what files read shape by shape give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from eco_gis.errors import LayerReadError, MissingCRSError
from eco_gis.geometry import wkb
from eco_gis.geometry.crs import transform
from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.layers.columns import Block, stream_overlaps, stream_polygons
from tests.builders import PLANE, X0, Y0, square


@pytest.fixture(autouse=True, params=["shapely", "compiled"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wkb, "COMPILED_FROM", 10**9 if request.param == "shapely" else 0)


def shapes() -> list[Any]:
    ringed = square(0, 0, 500).difference(square(100, 100, 50)).difference(square(300, 300, 50))
    two = shapely.union(square(1_000, 0, 100), square(1_300, 0, 100).difference(square(1_320, 20, 10)))
    high = shapely.force_3d(square(2_000, 0, 77), 5.0)
    return [ringed, None, two, shapely.Polygon(), high, *(square(100 * n, 3_000, 100) for n in range(20))]


def written(folder: Path, ending: str, given: list[Any], crs: Any = 4549) -> Path:
    path = folder / f"图斑{ending}"
    frame = gpd.GeoDataFrame({"BSM": [f"B{n}" for n in range(len(given))]}, geometry=given, crs=crs)
    if ending == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


@pytest.mark.parametrize("ending", [".gpkg", ".parquet"])
@pytest.mark.parametrize("rows", [4, 1_000])
def test_blocks_are_the_file(folder: Path, ending: str, rows: int) -> None:
    given = shapes()
    blocks = list(stream_polygons(written(folder, ending, given), PLANE, fields=["BSM"], rows=rows))
    expected = Regions(given, PLANE)
    assert [v for b in blocks for v in b.table["BSM"]] == [f"B{n}" for n in range(len(given))]
    assert [b.first for b in blocks] == list(range(0, len(given), rows))
    for name in ("planar_m2", "area_m2", "dimensions"):
        told = np.concatenate([getattr(b.regions, name) for b in blocks])
        assert told == pytest.approx(getattr(expected, name), rel=1e-12), name
    box = np.concatenate([b.regions.bounds for b in blocks])
    assert np.array_equal(box, expected.bounds, equal_nan=True)
    lost = [n for b in blocks for n in b.lost.tolist()]
    assert lost == [n for n, s in enumerate(given) if s is None or s.is_empty]
    made = [s for b in blocks for s in b.regions.shapes]
    flat = shapely.force_2d(np.array([shapely.Polygon() if s is None else s for s in given], dtype=object))
    assert shapely.equals(made, flat).all() and shapely.is_valid(made).all()


def test_overlaps_in_blocks_are_those_of_the_whole(folder: Path) -> None:
    given = [s for s in shapes() if s is not None]
    line = Regions([square(50, -50, 1_300), square(150, 2_900, 333)], PLANE)
    whole = overlap_pairs(Regions(given, PLANE), line, engine="geos")
    told: list[tuple[int, int, float]] = []
    for block, pairs in stream_overlaps(written(folder, ".gpkg", given), line, rows=5):
        told += zip((block.first + pairs.a).tolist(), pairs.b.tolist(), pairs.area_m2.tolist(), strict=True)
    assert [t[:2] for t in told] == list(zip(whole.a.tolist(), whole.b.tolist(), strict=True))
    assert [t[2] for t in told] == pytest.approx(whole.area_m2, rel=1e-9)


def test_areas_make_no_shape(folder: Path) -> None:
    path = written(folder, ".gpkg", [square(100 * n, 0, 100) for n in range(50)])
    (block,) = stream_polygons(path, PLANE, sound=True)
    overlap_pairs(block.regions, Regions([square(50, 50, 1_000)], PLANE), engine="cells")
    assert "shapes" not in vars(block.regions)


def test_another_crs_is_brought_to_the_plane(folder: Path) -> None:
    degrees = transform([square(0, 0, 3_000)], PLANE.crs, gpd.GeoSeries(crs=4490).crs)
    (block,) = stream_polygons(written(folder, ".gpkg", list(degrees), 4490), PLANE)
    assert block.regions.area_m2 == pytest.approx(Regions([square(0, 0, 3_000)], PLANE).area_m2, rel=1e-8)


def test_lines_and_points_are_lost_records(folder: Path) -> None:
    given = [shapely.Point(X0, Y0), square(0, 0, 10), shapely.LineString([(X0, Y0), (X0 + 9, Y0)])]
    (block,) = stream_polygons(written(folder, ".parquet", given), PLANE)
    assert block.lost.tolist() == [0, 2]


@pytest.mark.parametrize(
    "bad",
    [
        shapely.Polygon([(X0, Y0), (X0 + 9, Y0 + 9), (X0 + 9, Y0), (X0, Y0 + 9)]),
        shapely.transform(square(0, 0, 9), lambda xy: np.where(xy == xy.max(axis=0), np.inf, xy)),
    ],
    ids=["bow tie", "no number"],
)
def test_invalid_polygons_are_refused(folder: Path, bad: Any) -> None:
    path = written(folder, ".parquet", [square(0, 0, 10), square(0, 0, 20), bad])
    with pytest.raises(LayerReadError, match=r"1 polygons are invalid, records \(from 0\) 2"):
        list(stream_polygons(path, PLANE, rows=2, sound=not np.isfinite(bad.bounds).all()))


def taken(path: Path, **options: Any) -> list[Block]:
    return list(stream_polygons(path, PLANE, **options))


def test_faults_are_told(folder: Path, write: Callable[..., Path]) -> None:
    path = written(folder, ".gpkg", [square(0, 0, 10)])
    with pytest.raises(LayerReadError, match="has no field DLBM"):
        taken(path, fields=["DLBM"])
    with pytest.raises(LayerReadError, match="missing"):
        taken(folder / "nothing.gpkg")
    with pytest.raises(LayerReadError, match="cannot be read by columns"):
        taken(write("a.shp", [square(0, 0, 10)]))
    with pytest.raises(MissingCRSError, match="give crs"):
        taken(write("bare.gpkg", [square(0, 0, 10)], crs=None))
    (folder / "junk.gpkg").write_bytes(b"SQLite format 3\0 no database")
    with pytest.raises(LayerReadError, match="cannot be read"):
        taken(folder / "junk.gpkg")
    (folder / "junk.parquet").write_bytes(b"PAR1 no table")
    with pytest.raises(LayerReadError, match="cannot be read"):
        taken(folder / "junk.parquet")


@pytest.mark.parametrize("cut", [3, 7, 20, 60])
def test_well_known_binary_that_ends_too_soon_is_an_error(cut: int) -> None:
    whole = shapely.to_wkb(square(0, 0, 10))
    data = np.frombuffer(whole[:cut], dtype=np.uint8)
    with pytest.raises(shapely.errors.ShapelyError):
        wkb.rings_of_wkb(data, np.array([0, cut]))


@pytest.mark.parametrize("options", [{"byte_order": 0}, {"include_srid": True}, {"flavor": "iso"}, {}])
def test_well_known_binary_in_every_dialect(options: dict[str, Any]) -> None:
    given = [shapely.set_srid(s, 4549) for s in shapes() if s is not None]
    binary = [shapely.to_wkb(s, **options) for s in given]
    ends = np.append(0, np.cumsum([len(b) for b in binary]))
    rings = wkb.rings_of_wkb(np.frombuffer(b"".join(binary), dtype=np.uint8), ends)
    assert shapely.equals(rings.shapes(), shapely.force_2d(np.array(given, dtype=object))).all()
