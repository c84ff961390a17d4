"""Declared against computed area, feature by feature: which method the declaration follows, if any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.errors import EcoGisError
from eco_gis.geometry.area import official_area
from eco_gis.geometry.crs import transform
from eco_gis.geometry.datum import horizontal
from eco_gis.model.layer import Layer
from eco_gis.units import AREA_UNITS

Floats = NDArray[np.float64]

DECLARED_UNITS = {
    "area": ("m2", 0.01),
    "area_m2": ("m2", 0.01),
    "area_ha": ("ha", 1e-4),
    "area_mu": ("mu", 0.01),
    "area_km2": ("km2", 0.01),
}
"""Mapped names for declared areas → unit, and the last digit in which such fields are written."""
_VERTEX_M = 0.001
"""No declaration is held to more than the millimetre of its vertices."""
_SAME_UNIT = 1e-2


@dataclass(frozen=True)
class DeclaredAreas:
    """What a layer declares, and what its shapes measure. Arrays have one value per polygon that declares."""

    field: str
    """The file's field."""
    unit: str
    feature: NDArray[np.intp]
    """Index into the layer's features."""
    declared_m2: Floats
    ellipsoidal_m2: Floats
    planar_m2: Floats
    official_m2: Floats
    """By the official formula on the delivered vertices; nan where it was not needed or cannot be had."""
    geodesic_m2: Floats
    """With geodesic edges between the delivered vertices, as much software has it; nan as above."""
    tolerance_m2: Floats
    """Half the last digit of the field, and the millimetre of the vertices along the border."""
    blank: int
    """Polygons that declare nothing."""

    @property
    def difference_m2(self) -> Floats:
        """Declared minus the nearest of the four measured areas."""
        measured = np.vstack([self.ellipsoidal_m2, self.official_m2, self.geodesic_m2, self.planar_m2])
        away = self.declared_m2 - np.where(np.isnan(measured), np.inf, measured)
        nearest = np.argmin(np.abs(away), axis=0)
        return np.asarray(away[nearest, np.arange(len(nearest))], dtype=np.float64)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Features whose declaration follows none of the four."""
        return np.asarray(np.abs(self.difference_m2) > self.tolerance_m2)

    @property
    def likely_unit(self) -> str | None:
        """The unit in which the declarations would fit, when they do not in their own; None where none does."""
        if not len(self.feature) or self.wrong.mean() < 0.5:
            return None
        ratio = float(
            np.median(self.ellipsoidal_m2 / np.maximum(self.declared_m2 / AREA_UNITS[self.unit], 1e-300))
        )
        return next(
            (u for u, m2 in AREA_UNITS.items() if u != self.unit and abs(ratio / m2 - 1) < _SAME_UNIT), None
        )

    def methods(self) -> dict[str, int]:
        """How many declarations each method explains, the first that fits."""
        left = np.ones(len(self.feature), dtype=bool)
        found = {}
        for name, measured in (
            ("ellipsoidal", self.ellipsoidal_m2),
            ("official", self.official_m2),
            ("geodesic", self.geodesic_m2),
            ("planar", self.planar_m2),
        ):
            fits = left & (np.abs(self.declared_m2 - measured) <= self.tolerance_m2)
            found[name] = int(fits.sum())
            left &= ~fits
        return found


def declared_areas(layer: Layer, *, step_m: float = 0.0) -> DeclaredAreas | None:
    """Compare the mapped area field with the shapes; None where no area field is mapped or nothing is drawn.

    Parameters
    ----------
    step_m
        Step to which the delivered coordinates are rounded, in metres.
    """
    ours = next((f for f in DECLARED_UNITS if f in layer.spec.fields), None)
    polygons = np.flatnonzero(layer.features.dimensions == 2)
    if ours is None or not len(polygons):
        return None
    unit, digit = DECLARED_UNITS[ours]
    said = layer.attributes[ours].to_numpy(dtype=np.float64)[polygons] * AREA_UNITS[unit]
    told = np.isfinite(said)
    chosen = polygons[told]
    features = layer.features.take(chosen)
    edge = shapely.length(features.shapes) * features.plane.unit_m
    tolerance = digit / 2 * AREA_UNITS[unit] + max(step_m, _VERTEX_M) / 2 * edge
    official, geodesic = np.full((2, len(chosen)), np.nan)
    off = np.flatnonzero(
        np.minimum(abs(said[told] - features.area_m2), abs(said[told] - features.planar_m2)) > tolerance
    )
    official[off], geodesic[off] = _on_delivered_vertices(layer, chosen[off])
    return DeclaredAreas(
        field=layer.spec.fields[ours],
        unit=unit,
        feature=chosen,
        declared_m2=said[told],
        ellipsoidal_m2=features.area_m2,
        planar_m2=features.planar_m2,
        official_m2=official,
        geodesic_m2=geodesic,
        tolerance_m2=tolerance,
        blank=int((~told).sum()),
    )


def _on_delivered_vertices(layer: Layer, index: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Official and geodesic areas of the delivered vertices, on the datum of the file."""
    unknown = np.full(len(index), np.nan)
    crs = layer.delivered_crs
    if layer.delivered is None or crs is None or not len(index):
        return unknown, unknown
    own = horizontal(crs)
    degrees, ellipsoid = own.geodetic_crs, own.get_geod()
    if degrees is None or ellipsoid is None:
        return unknown, unknown
    try:
        shapes = transform(layer.delivered[index], own, degrees, chord_budget_m2=np.inf)
    except EcoGisError:
        return unknown, unknown
    # a hole is taken off only where it turns the other way than its shell
    turned = shapely.orient_polygons(shapes)
    geodesic = [abs(ellipsoid.geometry_area_perimeter(shape)[0]) for shape in turned]
    return official_area(shapes, ellipsoid=ellipsoid), np.array(geodesic)
