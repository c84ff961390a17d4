"""Project sites as ground: polygons as drawn, lines and points widened where a width is known (law 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.overlay import footprint
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.model.site import SiteAttribute, SiteKind

_ARC_ERROR = 1e-3
"""How far a rounded joint may fall short of its circle, in plane units."""

_KINDS = (SiteKind.POINT, SiteKind.LINE, SiteKind.POLYGON)


@dataclass(frozen=True)
class Sites:
    """Sites of one layer, column-wise; all shapes on the working plane."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    attributes: tuple[Mapping[str, str], ...]
    """Site attributes that rules may ask for, as text; empty values are left out."""
    kinds: tuple[SiteKind, ...]
    widths_m: tuple[float | None, ...]
    drawn: Regions
    """As delivered."""
    ground: Regions
    """The ground taken: polygons, or axes and points widened; without a width the axis or point itself."""
    accuracy_m: float | None = None
    """Positional accuracy (standard error) of the layer the sites are from."""

    @classmethod
    def of(cls, layer: Layer) -> Sites:
        """Read sites from a prepared layer; widths come from the field `width_m`, else from the catalog."""
        drawn = layer.features
        widths = tuple(width_of(row, layer.spec) for row in _rows(layer.attributes))
        ground = drawn.shapes.copy()
        widened = [(i, w) for i, w in enumerate(widths) if drawn.dimensions[i] < 2 and w is not None]
        for i, width in widened:
            ground[i] = widen(ground[i], width / drawn.plane.unit_m)
        return cls(
            ids=tuple(layer.ids),
            names=tuple(layer.names),
            attributes=tuple(_attributes(row) for row in _rows(layer.attributes)),
            kinds=tuple(_KINDS[d] for d in drawn.dimensions),
            widths_m=tuple(None if drawn.dimensions[i] == 2 else w for i, w in enumerate(widths)),
            drawn=drawn,
            ground=Regions(ground, drawn.plane) if widened else drawn,
            accuracy_m=layer.spec.accuracy_m,
        )

    @property
    def areal(self) -> NDArray[np.intp]:
        """Positions of the sites whose ground has an area."""
        return np.flatnonzero(self.ground.dimensions == 2)

    @property
    def axial(self) -> NDArray[np.intp]:
        """Positions of the line and point sites without a width."""
        return np.flatnonzero(self.ground.dimensions < 2)


@dataclass(frozen=True)
class Control:
    """A control layer as ground: what a site can touch."""

    features: Regions
    """Every feature in the layer's order; lines and points widened where their width is known."""
    areas: Regions
    """Disjoint ground of the features that are the matter."""
    axes: Regions
    """Line and point features that are the matter and whose width is not known."""
    axis_features: NDArray[np.intp]
    """Feature index of each axis."""

    @classmethod
    def of(cls, layer: Layer, concern: NDArray[np.bool_]) -> Control:
        """The ground of a layer; `concern` says which features are the matter."""
        features = layer.features
        linear = np.flatnonzero((features.dimensions >= 0) & (features.dimensions < 2))
        axes = linear
        if len(linear):
            rows, shapes, unit = list(_rows(layer.attributes)), features.shapes.copy(), features.plane.unit_m
            widths = {int(i): width_of(rows[i], layer.spec) for i in linear}
            for i, width in widths.items():
                if width is not None:
                    shapes[i] = widen(shapes[i], width / unit)
            features = Regions(shapes, features.plane)
            axes = np.array([i for i, width in widths.items() if width is None], dtype=np.intp)
        if features is layer.features and concern.all():
            areas = layer.footprint
        else:
            areas = footprint(features.take(np.flatnonzero(concern))).regions
        axes = axes[concern[axes]]
        return cls(features, areas, features.take(axes), axes)


def widen(shape: Any, width: float) -> Any:
    """A line or point as a strip or disc `width` wide (plane units), never narrower than that by over 1 mm.

    Ends of lines are flat; where parts of a line meet, the joint is rounded.

    >>> corner = shapely.from_wkt("MULTILINESTRING ((-100 0, 0 0), (0 0, 0 100))")
    >>> widen(corner, 20).covers(shapely.Point(5, -5))
    True
    """
    radius = width / 2
    arc = 1 - min(1.0, _ARC_ERROR / radius)
    segments = int(np.clip(np.ceil(np.pi / 4 / max(np.arccos(arc), 1e-9)), 16, 1024))
    if shapely.get_dimensions(shape) == 0:
        return shapely.buffer(shape, radius, quad_segs=segments)
    merged = shapely.line_merge(shape)
    strip = shapely.buffer(merged, radius, quad_segs=segments, cap_style="flat")
    parts = shapely.get_parts(merged)
    if len(parts) < 2:
        return strip
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(parts, k)) for k in (0, -1)])
    places, times = np.unique(ends, axis=0, return_counts=True)
    joints = shapely.buffer(shapely.points(places[times > 1]), radius, quad_segs=segments)
    return shapely.union_all([strip, *joints])


def width_of(row: Mapping[str, Any], spec: LayerSpec) -> float | None:
    """Full width in metres from the feature's own field, else from the catalog; None when unknown."""
    try:
        width = float(row.get("width_m", "nan"))
    except (TypeError, ValueError):
        return spec.width_m
    if np.isfinite(width) and width > 0:
        return width
    return spec.width_m


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _attributes(row: Mapping[str, Any]) -> dict[str, str]:
    given = {str(name): row[name] for name in SiteAttribute if name in row and not pd.isna(row[name])}
    texts = {name: f"{v:g}" if isinstance(v, float) else str(v).strip() for name, v in given.items()}
    return {name: text for name, text in texts.items() if text}
