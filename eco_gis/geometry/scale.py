"""Areal scale of a plane: ellipsoidal m² per planar m², as a polynomial fitted once per domain."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pyproj
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from eco_gis.errors import UsageError
from eco_gis.text import Text

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

_SIZES = (24, 48, 96)
_ENOUGH = 1e-11
_TOLERABLE = 1e-8
_SQUARES_AGREE = 1e-5


@dataclass(frozen=True)
class AreaScale:
    """s(x, y) − 1 over a box of the plane as a Chebyshev polynomial, and its integral in x.

    s is the ellipsoidal area of one planar square metre: 1/k² for a conformal plane, 1 for an
    equal-area one.
    """

    domain: Box
    """Box in which the polynomial holds, plane units."""
    excess: Floats
    """Chebyshev coefficients (x, y) of s − 1."""
    primitive: Floats
    """Coefficients of ∫(s − 1)dx in plane units, from the middle of the box."""
    residual: float
    """Largest deviation from PROJ's areal scale at independent nodes."""

    def __call__(self, x: Floats, y: Floats) -> Floats:
        """Ellipsoidal m² per planar m² at the points."""
        u, v = self._unit(x, y)
        return np.asarray(1.0 + chebyshev.chebval2d(u, v, self.excess))

    def integral(self, x: Floats, y: Floats) -> Floats:
        """∫(s − 1)dx from the middle of the box to x, at height y, in plane units."""
        u, v = self._unit(x, y)
        return np.asarray(chebyshev.chebval2d(u, v, self.primitive))

    def holds(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Whether the points lie in the box."""
        west, south, east, north = self.domain
        return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))

    def _unit(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        west, south, east, north = self.domain
        u = (x - (west + east) / 2) / ((east - west) / 2)
        v = (y - (south + north) / 2) / ((north - south) / 2)
        return u, v


@functools.lru_cache(maxsize=32)
def fit_area_scale(crs: pyproj.CRS, domain: Box) -> AreaScale:
    """Fit the areal scale of `crs` over `domain`.

    PROJ gives the scale by numeric derivatives with a noise of about 1e-10; the fit over many
    more nodes than terms smooths it.

    Raises
    ------
    UsageError
        When the projection is not smooth over the box: the data reach beyond its valid range.
    """
    proj = pyproj.Proj(crs)
    best: AreaScale | None = None
    for size in _SIZES:
        nodes = chebyshev.chebpts1(size)
        values = _excess_at(proj, domain, nodes)
        if not np.isfinite(values).all():
            break
        full = _coefficients(values, nodes)
        noise = float(np.sqrt(np.mean(full[2 * size // 3 :, 2 * size // 3 :] ** 2)))
        fitted = _scale(domain, _significant(full, max(5 * noise, 1e-14)))
        checks = np.linspace(-1, 1, 17)
        residual = float(np.max(np.abs(_excess_at(proj, domain, checks) - _on_grid(fitted.excess, checks))))
        best = AreaScale(domain, fitted.excess, fitted.primitive, residual)
        if residual < max(_ENOUGH, 100 * noise * size):
            break
    if best is None or not best.residual < _TOLERABLE or not _agrees_with_geodesics(best, crs):
        raise UsageError(
            Text(
                f"在 {crs.name} 中无法量算范围 {domain} 的面积：该投影混用球面与椭球（如 Web Mercator），"
                "或数据超出其适用范围；请另选平面，或去掉远处的图形",
                f"areas in {crs.name} cannot be told over the box {domain}: the projection mixes sphere and "
                "ellipsoid (as Web Mercator does), or the data reach beyond its range; choose another plane, "
                "or drop the shapes far away",
            )
        )
    return best


def _agrees_with_geodesics(scale: AreaScale, crs: pyproj.CRS) -> bool:
    """Whether small squares have the area that GeographicLib gives them.

    PROJ's areal scale of Web Mercator is that of a sphere, 0.4 % off: the fit alone cannot see it.
    """
    geod = crs.get_geod()
    if geod is None:
        return False
    west, south, east, north = scale.domain
    unit_m = crs.axis_info[0].unit_conversion_factor
    half = min(500.0 / unit_m, (east - west) / 4, (north - south) / 4)
    proj = pyproj.Proj(crs)
    for fx, fy in ((0.25, 0.25), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75), (0.75, 0.75)):
        x, y = west + fx * (east - west), south + fy * (north - south)
        corner_x = np.array([x - half, x + half, x + half, x - half])
        corner_y = np.array([y - half, y - half, y + half, y + half])
        lon, lat = proj(corner_x, corner_y, inverse=True)
        area, _ = geod.polygon_area_perimeter(lon, lat)
        told = (2 * half * unit_m) ** 2 * float(scale(np.array(x), np.array(y)))
        if not abs(abs(area) / told - 1) < _SQUARES_AGREE:
            return False
    return True


def _excess_at(proj: pyproj.Proj, domain: Box, nodes: Floats) -> Floats:
    """Evaluate s − 1 on the grid nodes × nodes of the box, inf where PROJ has no answer."""
    west, south, east, north = domain
    x = (west + east) / 2 + nodes * (east - west) / 2
    y = (south + north) / 2 + nodes * (north - south) / 2
    grid_x, grid_y = np.meshgrid(x, y, indexing="ij")
    lon, lat = proj(grid_x, grid_y, inverse=True)
    factors = proj.get_factors(lon, lat)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1.0 / np.asarray(factors.areal_scale) - 1.0)


def _coefficients(values: Floats, nodes: Floats) -> Floats:
    """Chebyshev coefficients that interpolate `values` on the first-kind nodes."""
    size = len(nodes)
    basis = chebyshev.chebvander(nodes, size - 1) * (2.0 / size)
    basis[:, 0] /= 2.0
    return np.asarray(basis.T @ values @ basis)


def _significant(coefficients: Floats, threshold: float) -> Floats:
    """Coefficients without those below `threshold`, cut to the smallest rectangle."""
    kept = np.where(np.abs(coefficients) > threshold, coefficients, 0.0)
    rows, columns = np.nonzero(kept)
    if rows.size == 0:
        return np.zeros((1, 1))
    return kept[: rows.max() + 1, : columns.max() + 1]


def _scale(domain: Box, excess: Floats) -> AreaScale:
    half_width = (domain[2] - domain[0]) / 2
    primitive = np.asarray(chebyshev.chebint(excess, axis=0) * half_width, dtype=np.float64)
    return AreaScale(domain, excess, primitive, np.inf)


def _on_grid(coefficients: Floats, nodes: Floats) -> Floats:
    return np.asarray(chebyshev.chebgrid2d(nodes, nodes, coefficients))
