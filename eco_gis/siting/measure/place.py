"""Where sites lie."""

from __future__ import annotations

import numpy as np

from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.layer import Layer
from eco_gis.siting.sites import Sites


def place(sites: Sites, townships: Layer | None) -> list[tuple[str, ...]]:
    """Names of the townships each site's ground touches, largest part first."""
    parts: list[dict[str, float]] = [{} for _ in sites.ids]
    if townships is not None:
        names = [name or key for name, key in zip(townships.names, townships.ids, strict=True)]
        for i, j, weight in _weights(sites.ground, townships.features):
            parts[i][names[j]] = parts[i].get(names[j], 0.0) + weight
    return [tuple(sorted(part, key=lambda name: (-part[name], name))) for part in parts]


def _weights(a: Regions, b: Regions) -> list[tuple[int, int, float]]:
    """Pairs with their common area, length or count, whichever the shape of `a` has."""
    pairs = overlap_pairs(a, b)
    size = np.where(
        pairs.area_m2 > 0, pairs.area_m2, np.where(pairs.length_m > 0, pairs.length_m, pairs.count)
    )
    return [(int(i), int(j), float(w)) for i, j, w in zip(pairs.a, pairs.b, size, strict=True)]
