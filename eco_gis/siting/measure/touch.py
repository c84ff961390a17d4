"""One site against one layer, as measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from eco_gis.model.raster import CellEvidence
from eco_gis.model.siting import FeatureHit, Reason

CONTACT_WIDTH_M = 0.01
"""An overlap nowhere wider than this, or a gap narrower, is 贴边: to be confirmed by hand, never clear."""

UNCOVERED_M2 = 1e-4
"""Ground outside a layer's coverage up to this is the rounding of its border."""


@dataclass(frozen=True)
class Taken:
    """Ground of one kind: one zone, one set of feature attributes, one distance."""

    zone: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    area_m2: float = 0.0
    """Ellipsoidal; features that overlap one another are summed."""
    outside: bool = False
    distance_m: float = 0.0
    """0 where the site touches the features."""


@dataclass
class Touch:
    """One site against one layer; ellipsoidal areas."""

    concerned: bool = False
    reasons: tuple[Reason, ...] = ()
    area_m2: float = 0.0
    planar_m2: float = 0.0
    length_m: float = 0.0
    count: int = 0
    distance_m: float | None = None
    uncovered_m2: float = 0.0
    hits: tuple[FeatureHit, ...] = ()
    zones: tuple[tuple[str, float], ...] = ()
    taken: tuple[Taken, ...] = ()
    """Ground of the zones of concern, and features within the distance that rules speak of."""
    is_known: bool = True
    """Whether the zone of every ground of concern says what it is."""
    widest_m: float | None = None
    narrowest_m: float | None = None
    accuracy_m: float | None = None
    hinges_m: float | None = None
    shape: BaseGeometry | None = field(default=None, repr=False)
    uncovered_shape: BaseGeometry | None = field(default=None, repr=False)
    cells: CellEvidence | None = None
