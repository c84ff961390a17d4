"""GEOS operations on whole arrays that never lose a pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from eco_gis.errors import EcoGisError
from eco_gis.geometry.parts import Shapes, as_shapes, keep_dimension
from eco_gis.text import Text


def robust(operation: Callable[..., Any], left: Shapes, right: Shapes) -> Shapes:
    """A whole-array overlay; where GEOS gives up, pair by pair on repaired operands, never dropped."""
    try:
        return np.array(operation(left, right), dtype=object).reshape(len(left))
    except GEOSException:
        return as_shapes(_one_by_one(operation, left, right))


def _one_by_one(operation: Callable[..., Any], left: Shapes, right: Shapes) -> list[Any]:
    out = []
    for n, (one, other) in enumerate(zip(left, right, strict=True)):
        try:
            out.append(operation(one, other))
        except GEOSException:
            try:
                out.append(operation(*mended(as_shapes([one, other]))))
            except GEOSException as error:
                where = shapely.total_bounds([one, other]).tolist()
                raise EcoGisError(
                    Text(
                        f"第 {n} 对图形（范围 {where}）无法叠加：{error}",
                        f"overlay pair {n} within {where} cannot be computed: {error}",
                    )
                ) from error
    return out


def mended(shapes: Shapes) -> Shapes:
    """Valid shapes by the structure rule; what collapses is empty."""
    return np.asarray(shapely.make_valid(shapes, method="structure", keep_collapsed=False))


def union(shapes: Shapes) -> Any:
    """Union that does not depend on the order of the shapes."""
    canonical = shapely.normalize(shapes)
    order = sorted(range(len(shapes)), key=shapely.to_wkb(canonical).__getitem__)
    try:
        merged = shapely.union_all(canonical[order])
    except GEOSException:
        merged = shapely.union_all(mended(canonical[order]))
    return keep_dimension(as_shapes(merged), 2)[0]


def by_size(left: Shapes, right: Shapes) -> tuple[Shapes, Shapes]:
    """Each pair with the shape of more vertices first and prepared, so that tests cost what the other has."""
    swap = shapely.get_num_coordinates(left) < shapely.get_num_coordinates(right)
    host, guest = np.where(swap, right, left), np.where(swap, left, right)
    shapely.prepare(host)
    return host, guest
