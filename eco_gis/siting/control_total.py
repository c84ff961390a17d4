"""The site's own area as the control total (控制面积): declared area held against the corners, then taken.

A declared surveyed area (勘界面积) within the survey's tolerance is what the parts of the site add up to;
one further off is refused, not apportioned.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.errors import Problem
from eco_gis.model.columns import numbers
from eco_gis.model.layer import Layer
from eco_gis.model.sheet import AreaBasis, ControlTotal
from eco_gis.siting.sites import Sites
from eco_gis.text import Text
from eco_gis.units import AREA_UNITS, M2_PER_HA, shown_area

HALF_STEP_M2 = 0.5
"""Half of the last digit in which surveyed areas are declared, 0.0001 ha."""


@dataclass(frozen=True)
class SurveyTolerance:
    """How far a declared area may be off, from `survey.toml`."""

    point_error_m: float
    factor: float
    source: str
    confirmed: bool


@cache
def survey_tolerance() -> SurveyTolerance:
    """The table of the package."""
    text = files("eco_gis.siting").joinpath("survey.toml").read_text(encoding="utf-8")
    return SurveyTolerance(**tomllib.loads(text))


def control_totals(layer: Layer, sites: Sites) -> tuple[ControlTotal, ...]:
    """The control total of each site of a layer, in its order.

    Parameters
    ----------
    layer
        Prepared layer of sites; `declared_ha` or `declared_m2` hold the declared area, if any.
    sites
        The same sites as ground.
    """
    declared = _declared_m2(layer)
    planar = _survey_planar_m2(layer, sites)
    error = layer.spec.accuracy_m or survey_tolerance().point_error_m
    tolerance = _tolerance_m2(sites, error)
    return tuple(
        ControlTotal(
            basis=_basis(said, (float(planar[i]), float(sites.ground.area_m2[i])), float(tolerance[i])),
            declared_m2=said,
            ellipsoidal_m2=float(sites.ground.area_m2[i]),
            planar_m2=float(planar[i]),
            tolerance_m2=float(tolerance[i]),
            point_error_m=error,
        )
        for i, said in enumerate(declared)
    )


def refusals(totals: Iterable[tuple[str, ControlTotal]]) -> list[Problem]:
    """A problem for every declared area that was not taken."""
    return [
        _refused(site, total) if total.basis is AreaBasis.REFUSED else _unchecked(site, total)
        for site, total in totals
        if total.basis in (AreaBasis.REFUSED, AreaBasis.UNCHECKED)
    ]


def area_error_m2(shape: Any, point_error_m: float) -> float:
    """Standard error of an area computed from corners with a standard position error.

    Errors of the corners are independent; propagated through the shoelace formula they give
    m_S = m · sqrt(Σ D² / 8), D the distance between the two neighbours of each corner.

    >>> round(area_error_m2(shapely.box(0, 0, 200, 200), 0.05), 6)
    10.0
    """
    squares = 0.0
    for ring in _rings(shape):
        corners = shapely.get_coordinates(ring)[:-1]
        span = np.roll(corners, -1, axis=0) - np.roll(corners, 1, axis=0)
        squares += float(np.sum(span**2))
    return point_error_m * float(np.sqrt(squares / 8))


def _rings(shape: Any) -> list[Any]:
    return [ring for part in shapely.get_parts(shape) for ring in shapely.get_rings(part)]


def _declared_m2(layer: Layer) -> list[float | None]:
    hectares = numbers(layer, "declared_ha") * M2_PER_HA
    metres = numbers(layer, "declared_m2")
    said = np.where(np.isnan(metres), hectares, metres)
    return [float(v) if np.isfinite(v) and v > 0 else None for v in said]


def _survey_planar_m2(layer: Layer, sites: Sites) -> NDArray[np.float64]:
    """Planar areas in the projection in which the corners were delivered, else in the working plane."""
    planar = sites.ground.planar_m2.copy()
    crs = layer.delivered_crs
    if layer.delivered is None or crs is None or not crs.is_projected:
        return planar
    unit = crs.axis_info[0].unit_conversion_factor
    drawn = np.flatnonzero(sites.drawn.dimensions == 2)
    planar[drawn] = shapely.area(layer.delivered[drawn]) * unit**2
    return planar


def _tolerance_m2(sites: Sites, error_m: float) -> NDArray[np.float64]:
    """Corners of polygons err independently; the two sides of a widened axis may be off as a whole."""
    ground, unit = sites.ground, sites.ground.plane.unit_m
    out = np.zeros(len(ground))
    for i in np.flatnonzero(ground.dimensions == 2):
        shape = ground.shapes[i]
        if sites.drawn.dimensions[i] == 2:
            out[i] = survey_tolerance().factor * area_error_m2(shape, error_m) * unit
        else:
            out[i] = error_m * float(shapely.length(shape)) * unit
    return out + HALF_STEP_M2


def _basis(said: float | None, measured: tuple[float, float], tolerance_m2: float) -> AreaBasis:
    if said is None:
        return AreaBasis.MEASURED
    if not any(m > 0 for m in measured):
        return AreaBasis.UNCHECKED
    fits = min(abs(said - m) for m in measured) <= tolerance_m2 * (1 + 1e-9)
    return AreaBasis.DECLARED if fits else AreaBasis.REFUSED


def _refused(site: str, total: ControlTotal) -> Problem:
    said, planar, ellipsoidal = (
        shown_area(m2, "ha") for m2 in (total.declared_m2, total.planar_m2, total.ellipsoidal_m2)
    )
    away, allowed = (
        f"{m2 / AREA_UNITS['m2']:,.2f}" for m2 in (total.difference_m2 or 0.0, total.tolerance_m2)
    )
    return Problem(
        site,
        Text(
            f"勘界面积 {said} 公顷与界址点不符：平面面积 {planar} 公顷、椭球面积 {ellipsoidal} 公顷，"
            f"相差 {away} m²，限差 {allowed} m²（界址点中误差 {total.point_error_m:g} m）；不按勘界面积平差",
            f"the declared area {said} ha does not fit the corners: planar {planar} ha, ellipsoidal {ellipsoidal} ha, "
            f"{away} m² off where {allowed} m² are allowed (standard error of a corner {total.point_error_m:g} m); "
            "nothing is apportioned to it",
        ),
        Text(
            "核对界址点与勘界面积；若测量精度较低，在目录中为选址图层声明 accuracy_m",
            "check corners and declared area; where the survey is less accurate, declare accuracy_m for the site layer",
        ),
    )


def _unchecked(site: str, total: ControlTotal) -> Problem:
    return Problem(
        site,
        Text(
            f"申报面积 {shown_area(total.declared_m2, 'ha')} 公顷，但图形为线或点且未给出宽度，无从核对",
            f"{shown_area(total.declared_m2, 'ha')} ha are declared, but the line or point has no width to hold them against",
        ),
        Text("提交用地范围面，或给出宽度 width_m", "deliver the ground as a polygon, or give width_m"),
        fatal=False,
    )
