"""功能不降低: the trend of an indicator inside a line, beside a control ring outside it.

A dry year lowers the ground inside and outside alike. So the ground inside is asked twice: does it fall, and
does it fall apart from its surroundings? Only both together are a degradation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.change.function.trend import trend
from eco_gis.change.ground import ground_of
from eco_gis.geometry.overlay import overlap_parts
from eco_gis.geometry.overlay.robust import union
from eco_gis.geometry.parts import as_shapes, simple_parts
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import Level
from eco_gis.model.function import FunctionAnswer, FunctionRow, Trend, YearMean
from eco_gis.model.layer import Layer
from eco_gis.text import Text

ALPHA = 0.05
GENERALISED = 0.05
"""Share of the ring's width by which its borders are generalised."""
LEAST_COVERED = 0.9
"""A year counts for ground of which cells with data cover at least this share."""


@dataclass(frozen=True)
class Zone:
    """Ground asked about and its control ring, on the working plane."""

    level: Level
    key: str
    name: str
    ground: shapely.Geometry
    ring: shapely.Geometry
    """Within the ring's width outside, without any ground of the line; empty where nothing is left."""


def zones_of(
    line: Layer, townships: Layer | None, coverage: Regions | None, *, ring_m: float
) -> tuple[Zone, ...]:
    """The whole line, its share of each township, and each patch, with their rings.

    Parameters
    ----------
    coverage
        Where the indicator and the county are; rings are cut to it. None: rings are not cut.
    ring_m
        Width of the ring, planar. Its borders are generalised by a twentieth of it, and it begins as far
        outside the line, so that no protected ground lies in it.
    """
    ground = ground_of(line)
    plane = ground.regions.plane
    whole = union(ground.regions.shapes)
    zones = [(Level.COUNTY, "county", "", whole)]
    if townships is not None:
        towns = ground_of(townships)
        held: dict[tuple[str, str], list[shapely.Geometry]] = {}
        for at, _, share in zip(*overlap_parts(towns.regions, Regions([whole], plane)), strict=True):
            held.setdefault((towns.id(int(at)), towns.name(int(at))), []).append(share)
        zones += [(Level.TOWNSHIP, *town, union(as_shapes(parts))) for town, parts in sorted(held.items())]
    patches: dict[tuple[str, str], list[shapely.Geometry]] = {}
    for at, shape in enumerate(ground.regions.shapes):
        patches.setdefault((ground.id(at), ground.name(at)), []).append(shape)
    zones += [(Level.FEATURE, *patch, union(as_shapes(parts))) for patch, parts in sorted(patches.items())]
    rings = _rings(as_shapes([z[3] for z in zones]), whole, coverage, ring_m / plane.unit_m)
    return tuple(Zone(*zone, ring) for zone, ring in zip(zones, rings, strict=True))


def _rings(
    zones: NDArray[np.object_], whole: shapely.Geometry, coverage: Regions | None, width: float
) -> NDArray[np.object_]:
    """Rings of light shapes: borders are generalised, and the line is kept out with a hem of the same size."""
    slack = GENERALISED * width
    parts, zone = simple_parts(zones)
    # part by part: the buffer of many shapes at once is far slower than the union of their buffers
    wide = shapely.buffer(shapely.simplify(parts, slack), width, quad_segs=4)
    around = as_shapes([union(wide[zone == at]) for at in range(len(zones))])
    rings = shapely.difference(around, shapely.buffer(shapely.simplify(whole, slack), slack, quad_segs=2))
    if coverage is None:
        return np.asarray(rings)
    return np.asarray(shapely.intersection(rings, shapely.simplify(union(coverage.shapes), slack)))


def function_row(
    zone: Zone, inside: Sequence[YearMean], ring: Sequence[YearMean], *, margin: float, alpha: float = ALPHA
) -> FunctionRow:
    """Judge one zone by its yearly means.

    Parameters
    ----------
    inside, ring
        The same years in the same order.
    margin
        Change per year within which the function counts as stable, in the unit of the indicator.
    """
    told = [y for y in inside if y.mean is not None]
    outside = [y for y in ring if y.mean is not None]
    both = [
        (a.year, a.mean - b.mean)
        for a, b in zip(inside, ring, strict=True)
        if a.mean is not None and b.mean is not None
    ]
    own = trend([y.year for y in told], [y.mean or 0.0 for y in told], alpha=alpha)
    around = trend([y.year for y in outside], [y.mean or 0.0 for y in outside], alpha=alpha)
    apart = trend([year for year, _ in both], [value for _, value in both], alpha=alpha)
    answer, reason = judge_trend(own, apart, margin=margin, alpha=alpha)
    return FunctionRow(
        zone.level, zone.key, zone.name, tuple(inside), tuple(ring), own, around, apart, answer, reason
    )


def judge_trend(
    own: Trend, apart: Trend, *, margin: float, alpha: float = ALPHA
) -> tuple[FunctionAnswer, Text]:
    """The answer from the trend inside and the trend of inside minus ring.

    What a year does to the ground inside and outside alike is not in the difference, and it decides:

    - degraded: the difference falls, and the ground inside comes down too;
    - improved: the difference rises, and the ground inside goes up too;
    - stable: the ground inside does not fall, and the interval of the difference's slope does not reach below
      −margin. That no trend was found is no proof of stability.

    What falls together with its surroundings is not told from the weather, neither failure nor success.

    >>> from eco_gis.change.function.trend import trend
    >>> years = range(2019, 2025)
    >>> fell = trend(years, [0.70, 0.69, 0.68, 0.66, 0.65, 0.63])
    >>> judge_trend(fell, fell, margin=0.005)[0].value
    'degraded'
    >>> level, dry = trend(years, [0.1] * 6), trend(years, [0.71, 0.70, 0.71, 0.62, 0.71, 0.70])
    >>> judge_trend(fell, level, margin=0.005)[0].value, judge_trend(dry, level, margin=0.005)[0].value
    ('unknown', 'stable')
    """
    if apart.low is None or own.slope is None:
        return FunctionAnswer.UNKNOWN, Text(
            f"线内与对照带只有 {apart.n} 个共同年份，不足以判断",
            f"only {apart.n} years shared with the control ring: too few to tell",
        )
    if apart.falls(alpha):
        if own.slope < 0:
            return FunctionAnswer.DEGRADED, Text(
                "线内下降，且相对对照带显著下降", "comes down, and falls apart from the control ring"
            )
        return FunctionAnswer.UNKNOWN, Text(
            "线内未下降，但落后于对照带，须查明",
            "does not come down by itself, but falls behind the control ring: to be looked into",
        )
    if own.falls(alpha):
        return FunctionAnswer.UNKNOWN, Text(
            "线内与对照带一同下降，不能与气候等共同原因区分",
            "falls together with the control ring: weather or another common cause cannot be told apart",
        )
    if apart.rises(alpha) and own.slope > 0:
        return FunctionAnswer.IMPROVED, Text(
            "线内上升，且相对对照带显著上升", "goes up, and rises apart from the control ring"
        )
    if apart.low >= -margin:
        return FunctionAnswer.STABLE, Text(
            "相对对照带的变化在稳定界限之内", "stays within the margin of stability beside the control ring"
        )
    return FunctionAnswer.UNKNOWN, Text(
        "年际波动大，既不能证明下降也不能证明稳定",
        "too much scatter between years: neither decline nor stability is proven",
    )
