"""The engines a planner could pick, at the same job: pairs of polygons with their common planar area.

Each takes two arrays of polygons in memory and gives (first, second, m²) of every pair with a common area.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Shapes = NDArray[Any]
Pairs = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]
Peer = Callable[[Shapes, Shapes], Pairs]

POSTGIS = "ECO_GIS_BENCHMARK_POSTGIS"
"""Environment variable with the address of a database with PostGIS, for `psycopg.connect`."""


def _frame(shapes: Shapes, name: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({name: np.arange(len(shapes))}, geometry=shapes)


def geopandas_overlay(a: Shapes, b: Shapes) -> Pairs:
    out = gpd.overlay(_frame(a, "i"), _frame(b, "j"), how="intersection", keep_geom_type=True)
    return _summed(out["i"].to_numpy(), out["j"].to_numpy(), out.area.to_numpy())


def shapely_tree(a: Shapes, b: Shapes) -> Pairs:
    i, j = shapely.STRtree(b).query(a, predicate="intersects")
    return _summed(i, j, shapely.area(shapely.intersection(a[i], b[j])))


def shapely_threads(a: Shapes, b: Shapes) -> Pairs:
    """As above on all cores; prepared shapes are not shared between threads."""
    i, j = shapely.STRtree(b).query(a)
    blocks = np.array_split(np.arange(len(i)), 64)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        areas = list(pool.map(lambda k: shapely.area(shapely.intersection(a[i[k]], b[j[k]])), blocks))
    return _summed(i, j, np.concatenate(areas))


def identical_first(a: Shapes, b: Shapes) -> Pairs:
    """Shapes that are the same in both versions keep their area; only the others are laid over each other."""
    i, j = shapely.STRtree(b).query(a)
    same = shapely.equals_identical(a[i], b[j])
    left, right = np.ones(len(a), dtype=bool), np.ones(len(b), dtype=bool)
    left[i[same]] = right[j[same]] = False
    rest = left[i] & right[j]
    area = np.concatenate(
        [shapely.area(a[i[same]]), shapely.area(shapely.intersection(a[i[rest]], b[j[rest]]))]
    )
    return _summed(np.concatenate([i[same], i[rest]]), np.concatenate([j[same], j[rest]]), area)


def duckdb_spatial(a: Shapes, b: Shapes) -> Pairs:
    import duckdb
    import duckdb_extension_spatial

    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("*.duckdb_extension"))
    base = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    base.execute(f"LOAD '{extension}'")
    for name, shapes in (("a", a), ("b", b)):
        frame = pd.DataFrame({"n": np.arange(len(shapes)), "wkb": shapely.to_wkb(shapes)})
        base.register(f"{name}_wkb", frame)
        base.execute(f"CREATE TABLE {name} AS SELECT n, ST_GeomFromWKB(wkb) AS g FROM {name}_wkb")
    out = base.execute(
        "SELECT a.n, b.n, ST_Area(ST_Intersection(a.g, b.g)) FROM a JOIN b ON ST_Intersects(a.g, b.g)"
    ).fetchnumpy()
    return _summed(*(np.asarray(column) for column in out.values()))


def sedona_db(a: Shapes, b: Shapes) -> Pairs:
    import sedonadb

    base = sedonadb.connect()
    for name, shapes in (("a", a), ("b", b)):
        base.create_data_frame(_frame(shapes, "n")).to_view(name)
    out = base.sql(
        "SELECT a.n AS i, b.n AS j, ST_Area(ST_Intersection(a.geometry, b.geometry)) AS m "
        "FROM a JOIN b ON ST_Intersects(a.geometry, b.geometry)"
    ).to_pandas()
    return _summed(*(out[column].to_numpy() for column in "ijm"))


def postgis(a: Shapes, b: Shapes) -> Pairs:
    """The second layer subdivided and indexed, as a careful user would."""
    import psycopg

    with psycopg.connect(os.environ[POSTGIS]) as base, base.cursor() as cursor:
        for name, shapes in (("a", a), ("b", b)):
            cursor.execute(f"CREATE TEMP TABLE {name} (n int, g geometry)")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for n, wkb in enumerate(shapely.to_wkb(shapes, hex=True)):
                    copy.write_row((n, wkb))
        cursor.execute("CREATE TEMP TABLE cut AS SELECT n, ST_Subdivide(g, 256) AS g FROM b")
        cursor.execute("CREATE INDEX ON cut USING gist (g); ANALYZE cut; ANALYZE a")
        cursor.execute(
            "SELECT a.n, cut.n, sum(ST_Area(ST_Intersection(a.g, cut.g))) "
            "FROM a JOIN cut ON ST_Intersects(a.g, cut.g) GROUP BY 1, 2"
        )
        i, j, area = np.array(cursor.fetchall(), dtype=float).reshape(-1, 3).T
        base.rollback()
    return _summed(i.astype(np.intp), j.astype(np.intp), area)


def _summed(i: NDArray[Any], j: NDArray[Any], area: NDArray[np.float64]) -> Pairs:
    """One row per pair with a common area, sorted."""
    some = area > 0
    key = i[some].astype(np.int64) << 32 | j[some].astype(np.int64)
    key, group = np.unique(key, return_inverse=True)
    return (
        (key >> 32).astype(np.intp),
        (key & 0xFFFFFFFF).astype(np.intp),
        np.bincount(group, weights=area[some]),
    )


def installed() -> dict[str, Peer]:
    """Peers by name: geopandas and shapely always, the databases where they are there."""
    peers: dict[str, Peer] = {
        "geopandas.overlay": geopandas_overlay,
        "shapely STRtree": shapely_tree,
        "shapely, all cores": shapely_threads,
    }
    if importlib.util.find_spec("duckdb") and importlib.util.find_spec("duckdb_extension_spatial"):
        peers["DuckDB spatial"] = duckdb_spatial
    if importlib.util.find_spec("sedonadb"):
        peers["SedonaDB"] = sedona_db
    if os.environ.get(POSTGIS):
        peers["PostGIS, ST_Subdivide"] = postgis
    return peers
