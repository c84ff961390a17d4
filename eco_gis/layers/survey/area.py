"""Declared areas and numbers of corners against what the corners say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import shapely

from eco_gis.geometry.area import official_area
from eco_gis.layers.survey.axes import Written
from eco_gis.layers.survey.findings import Findings
from eco_gis.layers.survey.numbers import DeclaredArea, area_factor, number
from eco_gis.text import Text
from eco_gis.units import M2_PER_HA

_LIKELY = 0.02
"""Share by which an area in the right unit may differ; the units are at least 15-fold apart."""
_SAME = 1e-3
"""Share within which a declared area vouches for the corners."""
_UNIT_NAMES = {
    "ha": Text("公顷", "ha"),
    "m2": Text("平方米", "m²"),
    "mu": Text("亩", "mu"),
    "km2": Text("平方公里", "km²"),
}


class Declaring(Protocol):
    """A plot that says how large it is and how many corners it has."""

    line: int
    corners: list[Written]

    def value(self, name: str) -> str:
        """A field of the plot's line."""

    @property
    def title(self) -> str:
        """For messages."""

    @property
    def declared(self) -> DeclaredArea | None:
        """The area in the plot's line."""


def compare_area(
    plot: Declaring, shape: Any, degrees: bool, precision: str, findings: Findings
) -> float | None:
    """Compare a declared area with the corners; differences are told.

    A difference within the rounding of the declared number is nothing. Where the header states a precision
    (精度), one above precision × perimeter is a doubt; every other one is a remark.

    Returns
    -------
    float or None
        The declared area in ha; None where none is declared.
    """
    declared = plot.declared
    if declared is None or shape is None or shapely.get_dimensions(shape) < 2:
        return declared.m2() / M2_PER_HA if declared else None
    computed = computed_m2(shape, degrees)
    unit = declared.unit or _unit(declared, computed)
    if not declared.unit and unit != "ha":
        name = _UNIT_NAMES[unit]
        what = Text(
            f"地块 {plot.title}：面积 {declared.number:.10g} 未写单位，与坐标相符的是{name.zh}",
            f"plot {plot.title}: its area {declared.number:.10g} has no unit; what fits the corners is {name.en}",
        )
        findings.note(what, line=plot.line)
    said = declared.m2(unit)
    difference = said - computed
    if abs(difference) <= declared.half_step * area_factor(unit) * (1 + 1e-9):
        return said / M2_PER_HA
    step = _precision_m(precision)
    allowed = None if step is None or degrees else step * float(shapely.length(shape))
    doubt = allowed is not None and abs(difference) > allowed + declared.half_step * area_factor(unit)
    limit = Text("", "")
    if allowed is not None:
        limit = Text(f"，按精度允许 {allowed:,.2f} m²", f", {allowed:,.2f} m² by its precision")
    kind = Text("椭球", "ellipsoidal") if degrees else Text("平面", "planar")
    findings.note(
        Text(
            f"地块 {plot.title}：声明面积 {said:,.2f} m²，坐标{kind.zh}面积 {computed:,.2f} m²，"
            f"相差 {difference:+,.2f} m²{limit.zh}",
            f"plot {plot.title}: declares {said:,.2f} m², the {kind.en} area of its corners is {computed:,.2f} m², "
            f"difference {difference:+,.2f} m²{limit.en}",
        ),
        line=plot.line,
        doubt=doubt,
    )
    return said / M2_PER_HA


def count_fits(plots: Sequence[Declaring], shapes: Sequence[Any], findings: Findings) -> None:
    """A problem for each plot with another number of corners than it says, unless its area vouches for them."""
    for plot, shape in zip(plots, shapes, strict=True):
        text = plot.value("界址点数")
        said = number(text) if text else None
        rings = {c.ring for c in plot.corners}
        places = len({(c.ring, c.east.value, c.north.value) for c in plot.corners})
        total = len(plot.corners)
        # closing corners are counted by some and not by others
        if said is None or said in {total, places, places + len(rings), places + 1}:
            continue
        what = Text(
            f"地块 {plot.title}：自称 {text} 个界址点，实有 {total} 个",
            f"plot {plot.title}: says it has {text} corners, but {total} are there",
        )
        if _vouched(plot, shape):
            findings.note(what, line=plot.line)
        else:
            remedy = Text(
                "文件可能被截断：重新导出，或更正点数",
                "the file may be cut off: export it again, or correct the number",
            )
            findings.problem(plot.line, what, remedy)


def computed_m2(shape: Any, degrees: bool) -> float:
    """Planar area of the corners; of degrees the ellipsoidal one."""
    if degrees:
        return float(official_area(np.array([shape], dtype=object))[0])
    return float(shapely.area(shape))


def _vouched(plot: Declaring, shape: Any) -> bool:
    declared = plot.declared
    if declared is None or shape is None or not shapely.area(shape):
        return False
    area = float(shapely.area(shape))
    units = [declared.unit] if declared.unit else ["ha", "m2"]
    return any(abs(declared.m2(u) - area) <= _SAME * area for u in units)


def _unit(declared: DeclaredArea, computed: float) -> str:
    fits = [u for u in ("ha", "m2", "mu") if abs(declared.m2(u) - computed) <= _LIKELY * computed]
    return fits[0] if fits else "ha"


def _precision_m(text: str) -> float | None:
    """精度 in metres; written as 0.001 or as the number of decimals, 3."""
    value = number(text) if text else None
    if value is None or value <= 0:
        return None
    return 10.0**-value if value >= 1 and value.is_integer() else value
