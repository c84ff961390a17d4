"""`python -m tests.benchmarks.memory`: a million parcels from a file against a redline, and the memory it took.

The file is written once, by a process of its own; the one that is measured reads it block by block.
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
from tests.benchmarks import drawn


def write(path: Path, count: int) -> None:
    """The parcels as a GeoPackage, and the ground they tile beside it."""
    parcels = drawn.parcels(count)
    path.with_suffix(".wkb").write_bytes(shapely.to_wkb(shapely.coverage_union_all(parcels)))
    gpd.GeoDataFrame(geometry=parcels, crs=drawn.PLANE.crs).to_file(path, SPATIAL_INDEX="NO")


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
    took = time.perf_counter() - start
    covered = area_m2 / float(line.area_m2.sum())
    assert np.isclose(covered, 1.0, rtol=1e-9), covered
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    kind = "known to be valid" if sound else "each looked at"
    return f"| {records:,} parcels, {kind} | {pairs:,} | {took:.1f} | {peak:.2f} |"


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
            pool.apply(write, (path, chosen.count))
            for sound in (True, False):
                sys.stdout.write(pool.apply(overlap, (path, chosen.vertices, sound)) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
