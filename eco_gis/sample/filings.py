"""A batch of plots (批次用地), neighbours filed the year before, and three surveyed plots as 勘测定界 TXT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from eco_gis.layers.survey.writing import SurveyHeader, SurveyPlot, survey_text
from eco_gis.sample.county import County
from eco_gis.sample.documents import Archive, around, half_of
from eco_gis.sample.ground import Finder
from eco_gis.sample.noise import stream
from eco_gis.sample.plans import BUREAU, COUNTY
from eco_gis.sample.shapes import blob, drawn_point, rounded
from eco_gis.sample.sites import Site
from eco_gis.sample.tables import PLANE, area_m2, table

BATCH = "云岭县2024年度计划第6批次建设用地（虚构）"
SIZES_HA = (2.4, 1.1, 3.6, 0.8, 1.9, 2.8, 0.6, 1.4, 4.2, 0.9, 2.1, 1.6)
IN_PLAN = {1: 1.0, 2: 1.0, 3: 1.0, 5: 1.0, 6: 0.6, 9: 1.0, 11: 0.35}
"""Share of a plot, by its number, inside an approved plan of development."""
INSIDE = (1, 2, 3, 8, 9, 12)
"""Plots inside the urban boundary."""
APPROVED = (4, 10)
"""Plots that a conversion batch of the year before has approved already."""
OFF_M2 = {8: 2.5}
"""Declared area that is off, but within the tolerance of the survey."""
BESIDE = {1: 3, 2: 7}
"""Neighbour filed in 2023 → the plot it lies beside."""
GAP_M = 45.0
TXT_OFF = 1.03


@dataclass(frozen=True)
class Filings:
    """Sites beside those of the plan."""

    batch: list[Site]
    earlier: list[Site]
    declared_m2: dict[str, float]
    """勘界面积 by site, for the batch."""
    plots: dict[str, tuple[Site, float]]
    """Surveyed plot and its declared hectares, by the name of its file."""


def make_filings(
    county: County, finder: Finder, archive: Archive, sites: Sequence[Site], seed: int
) -> Filings:
    """Place the batch on the fringe of the towns, with its papers, its neighbours and the three plots."""
    fringe = _fringe(county)
    finder.taken += [s.shape for s in sites]
    batch = [_batch_plot(n + 1, size, fringe, finder) for n, size in enumerate(SIZES_HA)]
    ellipsoidal = area_m2([s.shape for s in batch])
    declared = {
        site.id: round(m2 + OFF_M2.get(n + 1, 0.0), 1)
        for n, (site, m2) in enumerate(zip(batch, ellipsoidal, strict=True))
    }
    for number, share in IN_PLAN.items():
        shape = batch[number - 1].shape
        plan = around(shape) if share == 1.0 else half_of(shape, share)
        archive.add("development_plan", plan, date(2023, 3, 10 + number))
    for number in APPROVED:
        archive.add("conversion_batch", around(batch[number - 1].shape), date(2023, 9, number + 1))
    earlier = [_beside(number, batch[plot - 1], seed) for number, plot in BESIDE.items()]
    return Filings(batch, earlier, declared, _plots(county, sites, seed))


def filing_tables(filings: Filings, attributes: Mapping[str, list[str]]) -> dict[str, gpd.GeoDataFrame]:
    """The batch with its declared areas, and what was filed in 2023."""
    return {
        "site_batch": table(
            [s.shape for s in filings.batch],
            **_common(filings.batch),
            PCMC=[BATCH] * len(filings.batch),
            KJMJ=[filings.declared_m2[s.id] for s in filings.batch],
            **attributes,
        ),
        "site_2023": table(
            [s.shape for s in filings.earlier],
            **_common(filings.earlier),
            JSDW=["云岭县城镇建设单位（虚构）"] * len(filings.earlier),
            SBRQ=["2023-06-12"] * len(filings.earlier),
        ),
    }


def plot_texts(filings: Filings) -> dict[str, str]:
    """Text of each surveyed plot by file name."""
    header = SurveyHeader(CRS.from_user_input(PLANE), "云岭县测绘单位（虚构）", date(2024, 11, 20))
    return {
        name: survey_text(
            [SurveyPlot("1", f"{site.name}（虚构）", site.shape, declared_ha, purpose=site.category)], header
        )
        for name, (site, declared_ha) in filings.plots.items()
    }


def _common(sites: Sequence[Site]) -> dict[str, list[Any]]:
    return {
        "XMDM": [s.id for s in sites],
        "XMMC": [f"{s.name}（虚构）" for s in sites],
        "XMLB": [s.category for s in sites],
        "GHJB": [s.level for s in sites],
        "PZJG": [s.approver for s in sites],
        "YDFS": [s.mode for s in sites],
    }


def _fringe(county: County) -> BaseGeometry:
    """Open ground within a kilometre of the towns, without redline and basic farmland."""
    urban, farm = county.union("urban_boundary"), county.union("permanent_basic_farmland")
    red = county.union("redline_2024")
    ring = shapely.simplify(urban, 30).buffer(1_000, quad_segs=3).difference(urban.buffer(60, quad_segs=3))
    ground = ring.intersection(county.lines.county.buffer(-500)).difference(farm.buffer(20, quad_segs=2))
    near = shapely.intersection(red, shapely.box(*ring.bounds))
    ground = ground.difference(near)
    shapely.prepare(ground)
    return ground


def _site(site_id: str, name: str, shape: BaseGeometry, category: str = "城镇") -> Site:
    return Site(site_id, name, category, COUNTY, BUREAU, "占地", None, shape)


def _batch_plot(number: int, size_ha: float, fringe: BaseGeometry, finder: Finder) -> Site:
    """One plot: on basic farmland, inside the urban boundary, or on the fringe of a town."""
    ground = finder.grounds["farm"] if number == 5 else finder.grounds["town"] if number in INSIDE else fringe
    shape = finder.search(
        f"batch plot {number}",
        lambda rng: drawn_point(rng, ground),
        size_ha * 1e4,
        lambda shape: bool(ground.contains(shape.buffer(15))),
        corners=7,
    )
    return _site(f"B{number:02d}", f"第6批次{number}号地块", shape)


def _beside(number: int, plot: Site, seed: int) -> Site:
    """A plot filed in 2023, some forty metres beside one of the batch."""
    rng = stream(seed, f"filed before {number}")
    for _ in range(200):
        turn = 360.0 * rng.random_sample()
        shape = rotate(plot.shape, turn)
        reach = shapely.minimum_bounding_radius(plot.shape) * 2 + GAP_M
        angle = 2 * np.pi * rng.random_sample()
        far = translate(shape, reach * np.cos(angle), reach * np.sin(angle))
        # drawn nearer until the gap is the wanted one
        gap = shapely.distance(far, plot.shape) - GAP_M
        near = translate(far, -gap * np.cos(angle), -gap * np.sin(angle))
        if 20 < shapely.distance(near, plot.shape) < 80:
            return _site(f"N{number:02d}", f"2023年申报{number}号地块", rounded(near))
    raise AssertionError(f"no place beside {plot.id}")


def _plots(county: County, sites: Sequence[Site], seed: int) -> dict[str, tuple[Site, float]]:
    """One plot on harmless ground, one on basic farmland and redline, one whose declared area is off.

    The first and the last lie in projects that touch nothing.
    """
    by_id = {site.id: site for site in sites}
    clear = _inside(by_id["P03"], 18_000.0, 9, stream(seed, "plot clear"))
    off = _inside(by_id["P01"], 12_500.0, 8, stream(seed, "plot area off"))
    both = _on_farmland_and_redline(county, seed)
    drawn = {
        "plot_clear": ("城区安置小区", clear, "城镇", 1.0),
        "plot_farmland_redline": ("山前产业地块", both, "产业园", 1.0),
        "plot_area_off": ("城东商业地块", off, "城镇", TXT_OFF),
    }
    return {
        f"{name}.txt": (_site(name, title, shape, category), round(shape.area * factor / 1e4, 4))
        for name, (title, shape, category, factor) in drawn.items()
    }


def _inside(site: Site, area_m2: float, corners: int, rng: np.random.RandomState) -> BaseGeometry:
    """A plot within the ground of a site."""
    for _ in range(500):
        shape = rounded(blob(rng, *drawn_point(rng, site.shape), area_m2, corners=corners))
        if site.shape.contains(shape.buffer(10)):
            return shape
    raise AssertionError(f"no place for a plot in {site.id}")


def _on_farmland_and_redline(county: County, seed: int) -> BaseGeometry:
    """A plot where basic farmland and redline lie close together."""
    farm, red = np.array(county.farmland.basic, dtype=object), np.array(county.years.y2024, dtype=object)
    near, patch = shapely.STRtree(red).query(farm, predicate="dwithin", distance=90.0)
    rng = stream(seed, "plot on both")
    for k in rng.permutation(len(near)):
        line = shapely.shortest_line(farm[near[k]], red[patch[k]])
        spot = line.centroid
        shape = rounded(blob(rng, spot.x, spot.y, 42_000.0, corners=10))
        taken = [shapely.area(shapely.intersection(shape, g)) for g in (farm[near[k]], red[patch[k]])]
        if min(taken) > 3_000:
            return shape
    raise AssertionError("basic farmland lies nowhere beside the redline")
