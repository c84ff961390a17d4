"""Copies of the redline that differ from the original in one known way each."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.changes import noisy
from eco_gis.sample.county import County
from eco_gis.sample.noise import Array, stream
from eco_gis.sample.shapes import rounded
from eco_gis.sample.tables import PLANE, table
from eco_gis.sample.truths import redline_ids

BEYOND_M = 180.0
"""How far the unclipped original reaches over the county border."""
OVERLAP_M = 6.0


@dataclass(frozen=True)
class CopyTruth:
    """How one copy differs from its original."""

    series: str
    kind: str
    zh: str
    en: str
    planar_m2: float = 0.0
    """Ground by which their footprints differ, where that is not a matter of rounding or noise."""


def make_copies(county: County, seed: int) -> tuple[dict[str, gpd.GeoDataFrame], list[CopyTruth]]:
    """Layers of the copies, and what is to be found of those with a kind of their own."""
    ids = redline_ids(county)
    patches = county.years.y2024
    picked = _middling(county, ids, seed)
    redrawn = noisy([patches[k] for k in picked], seed)
    # a hand redraws a border without crossing it
    chosen = [(k, copy) for k, copy in zip(picked, redrawn, strict=True) if copy.is_valid][:60]
    base = [patches[k] for k, _ in chosen]
    codes = [ids[k] for k, _ in chosen]
    layers = {
        "copy_base": table(base, HXBM=codes),
        "copy_noise": table([copy for _, copy in chosen], HXBM=codes),
        "copy_rounded": table([rounded(p, 2) for p in base], HXBM=codes),
        "copy_degrees_9": table([through_degrees(p, 9) for p in base], HXBM=codes),
        "copy_degrees_8": table([through_degrees(p, 8) for p in base], HXBM=codes),
    }
    wide, clipped, beyond = _clipped(county, ids)
    layers |= {"copy_wide": wide, "copy_clipped": clipped}
    double, mended = _overlapping(base[:20], codes[:20])
    layers |= {"copy_overlap": double, "copy_mended": mended}
    truths = [
        CopyTruth(
            "redline_copy_degrees_9",
            "transformed",
            "经 EPSG:4490 往返、经纬度取 9 位小数的副本：并非真实变化",
            "Copy through EPSG:4490 and back, degrees rounded to 1e-9: no real change",
        ),
        CopyTruth(
            "redline_copy_degrees_8",
            "transformed",
            "经 EPSG:4490 往返、经纬度取 8 位小数的副本：并非真实变化",
            "Copy through EPSG:4490 and back, degrees rounded to 1e-8: no real change",
        ),
        CopyTruth(
            "redline_copy_clipped",
            "clipped",
            "按县界裁切的副本：县域内无变化",
            "Copy clipped at the county border: no change inside the county",
            beyond,
        ),
        CopyTruth(
            "redline_copy_overlap",
            "overlap_repaired",
            "消除重叠的副本：范围无变化",
            "Copy with an overlap repaired: the footprint is the same",
        ),
    ]
    return layers, truths


def _middling(county: County, ids: list[str], seed: int) -> list[int]:
    """Patches that never changed and are not large."""
    middling = [
        k for k, p in enumerate(county.years.y2024) if p.area < 3e6 and k not in county.years.moved.values()
    ]
    return sorted(stream(seed, "copies").permutation(middling)[:80], key=lambda k: ids[k])


def through_degrees(shape: BaseGeometry, decimals: int) -> BaseGeometry:
    """The shape taken to EPSG:4490, rounded there, and brought back."""
    there = pyproj.Transformer.from_crs(PLANE, "EPSG:4490", always_xy=True)

    def move(xy: Array) -> Array:
        degrees = np.round(np.column_stack(there.transform(xy[:, 0], xy[:, 1])), decimals)
        back = there.transform(degrees[:, 0], degrees[:, 1], direction="INVERSE")
        return np.column_stack(back)

    return shapely.transform(shape, move)


def _clipped(county: County, ids: list[str]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, float]:
    """Patches at the county border as they were drawn over it, as they were clipped, and the ground beyond."""
    border = county.lines.county.boundary
    shapely.prepare(border)
    runs = (
        (k, shapely.intersection(p.boundary, border))
        for k, p in enumerate(county.years.y2024)
        if p.area < 6e6 and border.intersects(p)
    )
    at_border = list(itertools.islice((k for k, run in runs if run.length > 250), 12))
    assert at_border, "no redline patch at the county border"
    inside = [county.years.y2024[k] for k in at_border]
    others = [p for k, p in enumerate(county.years.y2024) if k not in at_border]
    tree = shapely.STRtree(others)
    wide: list[BaseGeometry] = []
    for patch in inside:
        run = shapely.intersection(patch.boundary, border)
        lobe = shapely.buffer(run, BEYOND_M, quad_segs=4).difference(county.lines.county)
        near = [others[k] for k in sorted(tree.query(lobe))]
        lobe = lobe.difference(shapely.union_all([*near, *wide]))
        wide.append(shapely.union_all([patch, max(shapely.get_parts(lobe), key=shapely.area)]))
    codes = [ids[k] for k in at_border]
    beyond = sum(w.area for w in wide) - sum(p.area for p in inside)
    return table(wide, HXBM=codes), table(inside, HXBM=codes), round(float(beyond), 3)


def _overlapping(
    patches: list[shapely.Polygon], codes: list[str]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """A patch in two halves that overlap by a few metres, and the same with the overlap given to one of them."""
    largest = max(range(len(patches)), key=lambda k: patches[k].area)
    whole = patches[largest]
    west, south, east, north = whole.bounds
    middle = round((west + east) / 2, 3)
    left = whole.intersection(shapely.box(west, south, middle, north))
    right = whole.intersection(shapely.box(middle, south, east, north))
    over = whole.intersection(shapely.box(middle - OVERLAP_M, south, east, north))
    others = [p for k, p in enumerate(patches) if k != largest]
    names = [c for k, c in enumerate(codes) if k != largest]
    names += [f"{codes[largest]}A", f"{codes[largest]}B"]
    return table([*others, left, over], HXBM=names), table([*others, left, right], HXBM=names)
