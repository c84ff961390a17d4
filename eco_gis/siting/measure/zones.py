"""Zones of a layer: what they are called, which of them are the matter, how a site divides among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.siting.measure.touch import UNCOVERED_M2
from eco_gis.siting.sites import Control, Sites

_UNIT_WORDS = ("优先", "重点", "一般")
"""Classes of control units; a zone that holds none of them is not understood."""

SHARED = "＋"
"""Stands between the names of zones that lie over one another on the same ground."""


def zones_of(layer: Layer) -> list[str]:
    """The zone of each feature; empty where it has none."""
    if "zone" not in layer.attributes:
        return [""] * len(layer)
    return [str(v) for v in layer.attributes["zone"]]


def attributes_of(layer: Layer, names: Sequence[str]) -> list[tuple[tuple[str, str], ...]]:
    """Mapped attributes of each feature that rules ask for, as text; blank ones are left out."""
    mapped = [name for name in names if name in layer.spec.fields and name in layer.attributes]
    columns = [[str(v).strip() for v in layer.attributes[name]] for name in mapped]
    if not mapped:
        return [()] * len(layer)
    return [
        tuple((name, value) for name, value in zip(mapped, row, strict=True) if value not in ("", "nan"))
        for row in zip(*columns, strict=True)
    ]


def is_concern(spec: LayerSpec, zone: str) -> bool:
    """Whether touching this zone is the matter; a zone that is missing or not understood always counts."""
    return not spec.concern or not is_understood(spec, zone) or any(word in zone for word in spec.concern)


def is_understood(spec: LayerSpec, zone: str) -> bool:
    """Whether the zone says what it is."""
    if spec.role is LayerRole.CONTROL_UNIT:
        return any(word in zone for word in (*_UNIT_WORDS, *spec.concern))
    return bool(zone)


def divided(
    sites: Sites, control: Control, i: int, members: Sequence[int], zones: Sequence[str], summed_m2: float
) -> tuple[tuple[str, float], ...] | None:
    """How one site's ground divides among zones that overlap one another; None where they do not.

    Ground that lies in two zones is named after both, so that the parts never add up to more than the site.

    Parameters
    ----------
    members
        Features touched.
    zones
        The zone of each feature of the layer.
    summed_m2
        Sum of the features' overlaps with the site.
    """
    ground = sites.ground.shapes[i]
    names = list(dict.fromkeys(zones[j] for j in members))
    shapes = [
        shapely.intersection(
            ground, shapely.union_all(control.features.shapes[[j for j in members if zones[j] == name]])
        )
        for name in names
    ]
    plane = sites.ground.plane
    whole = float(_areas([shapely.union_all(shapes)], plane)[0])
    if summed_m2 - whole <= UNCOVERED_M2:
        return None
    pieces: list[tuple[str, BaseGeometry]] = []
    for name, shape in sorted(zip(names, shapes, strict=True), key=lambda pair: pair[0]):
        rest, split = shape, []
        for other, piece in pieces:
            common = shapely.intersection(piece, shape)
            rest = shapely.difference(rest, piece)
            split += [(other, shapely.difference(piece, shape)), (f"{other}{SHARED}{name}", common)]
        pieces = [(n, s) for n, s in [*split, (name, rest)] if shapely.area(s) > 0]
    areas = _areas([s for _, s in pieces], plane)
    return tuple((name, float(area)) for (name, _), area in zip(pieces, areas, strict=True))


def _areas(shapes: Sequence[BaseGeometry], plane: object) -> NDArray[np.float64]:
    return Regions(np.array(shapes, dtype=object), plane).area_m2  # type: ignore[arg-type]
