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
from eco_gis.model.siting import SiteKind
from eco_gis.siting.rules import SITE_ATTRIBUTES

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

    @classmethod
    def of(cls, layer: Layer) -> Sites:
        """Read sites from a prepared layer; widths come from the field `width_m`, else from the catalog."""
        drawn = layer.features
        widths = tuple(width_of(row, layer.spec) for row in _rows(layer.attributes))
        ground = drawn.shapes.copy()
        widened = [(i, w) for i, w in enumerate(widths) if drawn.dimensions[i] < 2 and w is not None]
        for i, width in widened:
            cap = "flat" if drawn.dimensions[i] else "round"
            ground[i] = shapely.buffer(ground[i], width / 2 / drawn.plane.unit_m, cap_style=cap)
        return cls(
            ids=tuple(layer.ids),
            names=tuple(layer.names),
            attributes=tuple(_attributes(row) for row in _rows(layer.attributes)),
            kinds=tuple(_KINDS[d] for d in drawn.dimensions),
            widths_m=tuple(None if drawn.dimensions[i] == 2 else w for i, w in enumerate(widths)),
            drawn=drawn,
            ground=Regions(ground, drawn.plane) if widened else drawn,
        )

    @property
    def areal(self) -> NDArray[np.intp]:
        """Positions of the sites whose ground has an area."""
        return np.flatnonzero(self.ground.dimensions == 2)

    @property
    def axial(self) -> NDArray[np.intp]:
        """Positions of the line and point sites without a width."""
        return np.flatnonzero(self.ground.dimensions < 2)


def control_shapes(layer: Layer) -> tuple[Regions, Regions]:
    """Areas of a layer, and its line and point features whose width is not known.

    Lines and points with a width (from the field `width_m` or the catalog) are widened and join the areas.
    """
    dimensions = layer.features.dimensions
    linear = np.flatnonzero(dimensions < 2)
    if not len(linear):
        return layer.footprint, Regions.empty(layer.footprint.plane)
    rows = list(_rows(layer.attributes))
    widths = [width_of(rows[i], layer.spec) for i in linear]
    known = [i for i, w in zip(linear, widths, strict=True) if w is not None]
    axes = [i for i, w in zip(linear, widths, strict=True) if w is None]
    unit = layer.footprint.plane.unit_m
    wide = [
        shapely.buffer(layer.features.shapes[i], w / 2 / unit)
        for i, w in zip(linear, widths, strict=True)
        if w
    ]
    if not known:
        return layer.footprint, layer.features.take(np.asarray(axes, dtype=np.intp))
    together = Regions(np.array([*layer.footprint.shapes, *wide], dtype=object), layer.footprint.plane)
    return footprint(together).regions, layer.features.take(np.asarray(axes, dtype=np.intp))


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
    texts = {
        name: str(row[name]).strip() for name in SITE_ATTRIBUTES if name in row and not pd.isna(row[name])
    }
    return {name: text for name, text in texts.items() if text}
