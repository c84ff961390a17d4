"""`python -m tests.benchmarks.commands`: whole commands on the sample county, every file written.

Each run is a process of its own. What a command imports is imported before its clock runs, and told apart. The
first row begins with nothing prepared; a plot of its own is drawn for each of its runs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from eco_gis.folders import CACHE_VARIABLE

HOME = Path(__file__).parents[2]
CATALOG = HOME / "layers" / "catalog.toml"
PLOTS = sorted((HOME / "layers").glob("plot_*.txt"))

RUN = """
import importlib, json, sys, time
from pathlib import Path

listed, arguments = Path(sys.argv[1]), sys.argv[2:]
clocks = time.perf_counter, time.process_time
before = [clock() for clock in clocks]
from eco_gis.cli import main
for name in json.loads(listed.read_text()) if listed.exists() else ():
    importlib.import_module(name)
between = [clock() for clock in clocks]
sys.argv = ["eco-gis", *arguments]
try:
    main()
except SystemExit as end:
    if end.code not in (None, 0, 1):
        raise
after = [clock() for clock in clocks]
names = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None) and name != "__main__"]
listed.write_text(json.dumps([name for name in names if name == sys.modules[name].__spec__.name]))
print(json.dumps([b - a for a, b in zip(before + between, between + after)]))
"""


def plots(folder: Path) -> Iterator[Path]:
    """One file after the other with a round plot of 2 ha in the middle of the county, each elsewhere."""
    county = gpd.read_file(HOME / "layers" / "base.gpkg", layer="county").to_crs(4549)
    middle = county.geometry.iloc[0].representative_point()
    for number in range(sys.maxsize):
        path = folder / f"plot {number}.gpkg"
        place = shapely.transform(middle, lambda xy, n=number: xy + 3.0 * np.array([n, -n]))
        gpd.GeoDataFrame({"name": ["试点"]}, geometry=[place.buffer(80)], crs=4549).to_file(path)
        yield path


def timed(listed: Path, arguments: list[str], cache: Path) -> list[float]:
    """Wall and processor seconds of the imports, then of the command."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(listed), *arguments],
        env={**os.environ, CACHE_VARIABLE: str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def rows(times: int, folder: Path, *, whole: bool) -> Iterator[str]:
    """The table in Markdown, row by row: the first run, then the best of some."""
    yield "| command | first, s | imports, s | then, s | processor: imports, s | then, s |"
    yield "|---|---|---|---|---|---|"
    new, out, cache = plots(folder), ["--quiet", "--out", str(folder / "out")], folder / "cache"
    day = ["--as-of", "2024-12-31", "--catalog", str(CATALOG)]
    commands = [
        ("`eco-gis site`, one plot", lambda: ["site", str(next(new)), *day, *out]),
        ("`eco-gis site`, three TXT plots", lambda: ["site", *map(str, PLOTS), *day, *out]),
        *([("`eco-gis demo`", lambda: ["demo", *out])] if whole else []),
    ]
    for number, (name, arguments) in enumerate(commands):
        listed = folder / f"modules {number}.json"
        first = timed(listed, arguments(), cache)
        best = np.array([timed(listed, arguments(), cache) for _ in range(times)]).min(axis=0)
        cells = [f"{first[2]:.1f}", *(f"{best[k]:.2f}" for k in (0, 2, 1, 3))]
        yield "| " + " | ".join([name, *cells]) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.commands", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="runs of which the best counts (5)")
    parser.add_argument("--sites-only", action="store_true", help="without the whole county")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for line in rows(chosen.times, Path(folder), whole=not chosen.sites_only):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
