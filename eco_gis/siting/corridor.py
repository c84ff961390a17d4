"""Ecological corridors (生态廊道): how wide they stay where a site stands in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.overlay import CONTACT_AREA_M2, overlap_pairs
from eco_gis.geometry.parts import simple_parts
from eco_gis.geometry.passage import Passage, banks, passage_at
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer
from eco_gis.model.restriction import RestrictionKind
from eco_gis.model.sheet import CorridorWidth
from eco_gis.siting.sites import Sites


def is_corridor(layer: Layer) -> bool:
    """Whether a layer holds ecological corridors."""
    return layer.spec.restriction == RestrictionKind.ECOLOGICAL_CORRIDOR


def corridor_widths(sites: Sites, layer: Layer) -> tuple[tuple[CorridorWidth, ...], ...]:
    """Width without and with each site, for every part of a corridor that it stands in.

    Only polygons are measured: a corridor drawn as a line has no width, nor has a site without one.
    Widths are planar ÷ local scale, in m.
    """
    parts, source = simple_parts(layer.features.shapes)
    corridors = Regions(parts, layer.features.plane)
    found: list[list[CorridorWidth]] = [[] for _ in sites.ids]
    sides: dict[int, tuple[Any, Any]] = {}
    pairs = overlap_pairs(sites.ground, corridors)
    for i, k, area_m2 in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
        if area_m2 > CONTACT_AREA_M2:
            if k not in sides:
                sides[k] = banks(parts[k])
            passage = passage_at(parts[k], sites.ground.shapes[i], sides[k])
            found[i].append(_width(layer, int(source[k]), sites.ground.shapes[i], parts[k], passage))
    return tuple(tuple(sorted(one, key=lambda w: w.feature)) for one in found)


def _width(
    layer: Layer, j: int, site: BaseGeometry, corridor: BaseGeometry, passage: Passage
) -> CorridorWidth:
    plane = layer.features.plane
    common = shapely.intersection(site, corridor)
    x, y = shapely.get_coordinates(shapely.centroid(common))[0]
    metres = plane.unit_m / float(np.asarray(plane.scale_at(x, y)))
    gaps = passage.remaining.gaps
    return CorridorWidth(
        layer_id=layer.spec.id,
        feature=layer.ids[j],
        name=layer.names[j],
        without_m=passage.without.width * metres,
        remaining_m=passage.remaining.width * metres,
        widest_gap_m=passage.remaining.widest_gap * metres,
        step_m=passage.step * metres,
        place=shapely.multilinestrings(np.array(gaps, dtype=object)) if gaps else common,
    )
