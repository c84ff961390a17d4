"""The jobs, ours and the peers' way, each answer held against the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.area import CGCS2000
from eco_gis.geometry.cells.area import feature_areas
from eco_gis.geometry.cells.index import build_index
from eco_gis.geometry.cells.pairs import common_areas
from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.geometry.overlay.versions import version_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.rings import Rings
from eco_gis.geometry.zonal import ArrayCells, Grid, zonal_statistics
from tests.benchmarks import drawn, peers

Work = Callable[[], Any]
Check = Callable[[Any, Any], str]

ULP = float(np.spacing(drawn.SOUTH))


@dataclass(frozen=True)
class Job:
    """One row of the table."""

    name: str
    ours: Work
    """From shapes in memory."""
    from_arrays: Work | None
    """From coordinate arrays in memory."""
    peers: dict[str, Work]
    check: Check
    """What is wrong with another's answer beside ours; empty where they agree."""
    target: float | None = None
    """Ratio to be reached against the fastest peer."""
    target_arrays: float | None = None


def pair_job(
    name: str,
    a: NDArray[Any],
    b: NDArray[Any],
    target: float,
    *,
    target_arrays: float | None = None,
    versions: bool = False,
) -> Job:
    """Pairs of polygons with their common area."""
    rings = Rings.of(a), Rings.of(b)

    def ours() -> peers.Pairs:
        one, other = Regions(a, drawn.PLANE), Regions(b, drawn.PLANE)
        pairs = (
            version_pairs(one, other, engine="cells")
            if versions
            else overlap_pairs(one, other, engine="cells")
        )
        return pairs.a, pairs.b, pairs.planar_m2

    def from_arrays() -> Any:
        large, small = (
            (rings[0], rings[1]) if rings[1].vertices <= rings[0].vertices else (rings[1], rings[0])
        )
        return common_areas(large, build_index(small, drawn.PLANE))

    others: dict[str, Work] = {
        label: (lambda peer=peer: peer(a, b)) for label, peer in peers.installed().items()
    }
    if versions:
        others["shapely, identical first"] = lambda: peers.identical_first(a, b)
    return Job(name, ours, None if versions else from_arrays, others, pair_check(a, b), target, target_arrays)


def pair_check(a: NDArray[Any], b: NDArray[Any]) -> Check:
    """Each pair within 1e-9 of the smaller operand and four ulp of both borders, missing ones as 0."""
    area, border = (shapely.area(a), shapely.area(b)), (shapely.length(a), shapely.length(b))

    def check(ours: peers.Pairs, theirs: peers.Pairs) -> str:
        key = np.concatenate([p[0].astype(np.int64) << 32 | p[1].astype(np.int64) for p in (ours, theirs)])
        signed = np.concatenate([ours[2], -theirs[2]])
        key, group = np.unique(key, return_inverse=True)
        off = np.abs(np.bincount(group, weights=signed, minlength=len(key)))
        i, j = key >> 32, key & 0xFFFFFFFF
        allowed = 1e-9 * np.minimum(area[0][i], area[1][j]) + 4 * ULP * (border[0][i] + border[1][j])
        wrong = np.flatnonzero(off > allowed)
        if not wrong.size:
            return ""
        worst = wrong[np.argmax(off[wrong])]
        return f"{len(wrong)} pairs differ, ({i[worst]}, {j[worst]}) by {off[worst]:.3g} m²"

    return check


def area_job(shapes: NDArray[Any]) -> Job:
    """Ellipsoidal areas; the peer takes the edges as geodesics, which parcels do not tell."""
    rings = Rings.of(shapes)
    unproject = pyproj.Proj(drawn.PLANE.crs)
    degrees = shapely.transform(shapes, lambda x, y: unproject(x, y, inverse=True), interleaved=False)

    def ours() -> NDArray[np.float64]:
        return feature_areas(Regions(shapes, drawn.PLANE).rings, drawn.PLANE)[1]

    def geod() -> NDArray[np.float64]:
        return np.array([abs(CGCS2000.geometry_area_perimeter(shape)[0]) for shape in degrees])

    def check(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> str:
        off = np.abs(mine - theirs) / theirs
        return "" if off.max() < 1e-6 else f"differs by {off.max():.3g}"

    return Job(
        f"ellipsoidal areas, {len(shapes):,} parcels",
        ours,
        lambda: feature_areas(rings, drawn.PLANE)[1],
        {"pyproj.Geod": geod},
        check,
        14,
        100,
    )


def zonal_job(shapes: NDArray[Any], pixels: int) -> Job:
    """Sums of a raster over the county by exact area fractions."""
    side = drawn.EXTENT_M / pixels
    values = np.random.default_rng(5).random((pixels, pixels))
    grid = Grid.of((side, 0, drawn.WEST, 0, -side, drawn.SOUTH + drawn.EXTENT_M), values.shape)

    def ours() -> NDArray[np.float64]:
        return zonal_statistics(ArrayCells(values, grid), shapes).sum

    def exactextract() -> NDArray[np.float64]:
        from exactextract import exact_extract
        from exactextract.raster import NumPyRasterSource

        wkt = drawn.PLANE.crs.to_wkt()
        east, north = drawn.WEST + drawn.EXTENT_M, drawn.SOUTH + drawn.EXTENT_M
        raster = NumPyRasterSource(
            values, xmin=drawn.WEST, ymin=drawn.SOUTH, xmax=east, ymax=north, srs_wkt=wkt
        )
        frame = gpd.GeoDataFrame(geometry=shapes, crs=drawn.PLANE.crs)
        return np.asarray(exact_extract(raster, frame, "sum", output="pandas")["sum"])

    def check(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> str:
        off = np.abs(mine - theirs) / theirs
        return "" if off.max() < 1e-6 else f"differs by {off.max():.3g}"

    name = f"zonal sums, {len(shapes):,} parcels × {pixels:,} × {pixels:,} raster"
    return Job(name, ours, None, {"exactextract": exactextract}, check, 60)


def overlay_jobs(share: float) -> Iterator[Job]:
    """The jobs of the table at a share of their full size."""
    line = drawn.redline(int(1_330_000 * share), features=max(int(487 * share), 12))
    vertices = int(shapely.get_num_coordinates(line).sum())
    plots = drawn.sites(max(int(3_000 * share), 10))
    land = drawn.parcels(max(int(100_000 * share), 100))
    plain = len(land)
    yield pair_job(f"{len(plots):,} sites × redline of {vertices:,} vertices", plots, line, 100)
    yield pair_job(f"{plain:,} parcels × that redline", land, line, 30)
    yield pair_job(f"{len(plots):,} sites × {plain:,} parcels", plots, land, 2, target_arrays=4)
    yield pair_job("two versions of that redline, 1e-4 m noise", line, drawn.redrawn(line), 30)
    again = drawn.parcels(plain)
    yield pair_job(f"two versions of {plain:,} parcels, exact", land, again, 3, versions=True)
    yield pair_job(f"two versions of {plain:,} parcels, 1e-4 m noise", land, drawn.redrawn(land), 30)
    yield zonal_job(land, max(int(10_000 * share**0.5), 100))
    yield area_job(land)


def scaling_jobs(counts: list[int]) -> Iterator[Job]:
    """Ten times the work: parcels over a redline of ten vertices each; no peer is asked."""
    for count in counts:
        job = pair_job(f"{count:,} parcels × redline", drawn.parcels(count), drawn.redline(count * 12), 1)
        yield replace(job, peers={}, target=None)
