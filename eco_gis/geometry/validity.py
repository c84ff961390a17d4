"""What is wrong with a polygon, and what mending it costs (law 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.parts import Shapes, as_shapes, keep_dimension
from eco_gis.text import Text

Floats = NDArray[np.float64]


_REASONS = {
    "Self-intersection": "自相交",
    "Ring Self-intersection": "环自相交",
    "Too few points in geometry component": "顶点不足",
    "Hole lies outside shell": "孔在外环之外",
    "Holes are nested": "孔相互嵌套",
    "Nested shells": "外环相互嵌套",
    "Duplicate Rings": "环重复",
    "Interior is disconnected": "内部不连通",
    "Ring is not closed": "环未闭合",
    "Invalid Coordinate": "坐标无效",
}
"""What GEOS finds wrong → the same in Chinese."""


@dataclass(frozen=True)
class Repaired:
    """Valid shapes, and the two costs of each repair. Arrays of one length."""

    shapes: Shapes
    """Valid shapes; those that were valid are the same objects."""
    net_m2: Floats
    """Planar area after minus before; 0 where nothing was repaired."""
    ambiguous_m2: Floats
    """Symmetric difference of the structure and the linework repair, planar: how far the reading is open."""
    reasons: Shapes
    """What was wrong, with the place; empty text where nothing was."""


def diagnose(shapes: Any) -> Shapes:
    """Why each shape is invalid, in GEOS's words with the place; '' for valid, empty and None.

    >>> diagnose([shapely.box(0, 0, 1, 1), shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), None]).tolist()
    ['', 'Self-intersection[0.5 0.5]', '']
    """
    given = as_shapes(shapes)
    out = np.full(len(given), "", dtype=object)
    bad = np.flatnonzero(~shapely.is_valid(given) & ~shapely.is_missing(given))
    out[bad] = shapely.is_valid_reason(given[bad])
    return out


def reason_in_words(reason: str) -> Text:
    """A reason of `diagnose` in both languages.

    >>> print(reason_in_words("Self-intersection[0.5 0.5]"))
    自相交[0.5 0.5] / Self-intersection[0.5 0.5]
    """
    kind, bracket, place = reason.partition("[")
    return Text(f"{_REASONS.get(kind, f'几何无效（{kind}）')}{bracket}{place}", reason)


def repair(shapes: Any, *, unit_m: float = 1.0) -> Repaired:
    """Mend invalid polygons by the structure rule: rings keep their role, collapsed parts go.

    Parameters
    ----------
    shapes
        Shapes on the working plane; valid shapes, lines, points, empty shapes and None pass unchanged.
    unit_m
        Metres in one plane unit.

    Examples
    --------
    A bow tie has a signed area of 0 and two triangles of ¼ m² each:

    >>> mended = repair([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])])
    >>> mended.shapes[0].area, mended.net_m2.tolist(), mended.ambiguous_m2.tolist()
    (0.5, [0.5], [0.0])
    """
    given = as_shapes(shapes)
    reasons = diagnose(given)
    bad = np.flatnonzero((reasons != "") & (shapely.get_dimensions(given) == 2))
    out = given.copy()
    structure = _polygons(shapely.make_valid(given[bad], method="structure", keep_collapsed=False))
    linework = _polygons(shapely.make_valid(given[bad], method="linework"))
    out[bad] = structure
    net, ambiguous = np.zeros(len(given)), np.zeros(len(given))
    net[bad] = (shapely.area(structure) - shapely.area(given[bad])) * unit_m**2
    ambiguous[bad] = shapely.area(shapely.symmetric_difference(structure, linework)) * unit_m**2
    return Repaired(out, net, ambiguous, reasons)


def _polygons(shapes: Any) -> Shapes:
    return keep_dimension(as_shapes(shapes), 2)
