"""`python -m tests.benchmarks.memory`: a million parcels from a file against a redline, and the memory it took.

The files are written once, by a process of its own; those that are measured read them block by block, the last
one both of them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from eco_gis.geometry.regions import Regions
from eco_gis.layers.columns import stream_overlaps
from eco_gis.layers.strips import overlaps_of_files
from tests.benchmarks import drawn


def write(path: Path, count: int, vertices: int) -> None:
    """The parcels and a redline as GeoPackages, and the ground that the parcels tile beside them."""
    parcels = drawn.parcels(count)
    path.with_suffix(".wkb").write_bytes(shapely.to_wkb(shapely.coverage_union_all(parcels)))
    for target, shapes in ((path, parcels), (_redline(path), drawn.redline(vertices))):
        gpd.GeoDataFrame(geometry=shapes, crs=drawn.PLANE.crs).to_file(target, SPATIAL_INDEX="NO")


def _redline(path: Path) -> Path:
    return path.with_name("redline.gpkg")


def _row(layer: str, pairs: int, start: float) -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return f"| {layer} | {pairs:,} | {time.perf_counter() - start:.1f} | {peak:.2f} |"


def both(path: Path) -> str:
    """Both files strip by strip."""
    start, pairs = time.perf_counter(), 0
    for table in overlaps_of_files(path, _redline(path), drawn.PLANE, sound=True):
        pairs += len(table)
    return _row("both from files, strip by strip", pairs, start)


def overlap(path: Path, vertices: int, sound: bool) -> str:
    """Overlay in blocks; how much it found, how long it took, how much memory the process ever had."""
    tiled = shapely.from_wkb(path.with_suffix(".wkb").read_bytes())
    line = Regions(shapely.intersection(drawn.redline(vertices), tiled), drawn.PLANE)
    start = time.perf_counter()
    records, pairs, area_m2 = 0, 0, 0.0
    for block, table in stream_overlaps(path, line, sound=sound):
        records += len(block.regions)
        pairs += len(table)
        area_m2 += float(table.area_m2.sum())
    covered = area_m2 / float(line.area_m2.sum())
    assert np.isclose(covered, 1.0, rtol=1e-9), covered
    kind = "known to be valid" if sound else "each looked at"
    return _row(f"{records:,} parcels, {kind}", pairs, start)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.memory", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--vertices", type=int, default=1_330_000)
    chosen = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    sys.stdout.write("| layer | pairs | s | peak GiB |\n|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parcels.gpkg"
        with context.Pool(1, maxtasksperchild=1) as pool:
            pool.apply(write, (path, chosen.count, chosen.vertices))
            for sound in (True, False):
                sys.stdout.write(pool.apply(overlap, (path, chosen.vertices, sound)) + "\n")
                sys.stdout.flush()
            sys.stdout.write(pool.apply(both, (path,)) + "\n")


if __name__ == "__main__":
    main()
