"""What a catalog says of rasters: which classes or values are the matter, and which cells hold no data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import inf, isfinite
from typing import Any

from eco_gis.layers.toml_table import TomlTable, did_you_mean
from eco_gis.model.bound import Bound
from eco_gis.model.layer import LayerSpec, Polarity
from eco_gis.model.role import CONTROL_ROLES, RASTER_ROLES
from eco_gis.text import Text

_BOUNDS = tuple(f.name for f in fields(Bound))


@dataclass(frozen=True)
class Concern:
    """What of a layer is the matter."""

    words: tuple[str, ...] = ()
    """Words of zones or classes."""
    values: Bound | None = None
    """Values of a raster."""


def concern_of(table: TomlTable) -> Concern:
    """The key `concern`: words of zones, or bounds of values."""
    given = table.values.get("concern")
    if not isinstance(given, dict):
        return Concern(table.words("concern"))
    unknown = [key for key in given if key not in _BOUNDS]
    for key in unknown:
        table.problem(
            Text(f"concern 中未知的键 {key!r}", f"unknown key {key!r} in concern"), did_you_mean(key, _BOUNDS)
        )
    if unknown:
        return Concern()
    bound = Bound(**given) if given and all(map(_is_number, given.values())) else None
    if bound is None or not bound.is_possible(-inf):
        table.problem(
            Text(
                f"concern = {given!r} 不是可能的数值界限",
                f"concern = {given!r} is no possible bound of values",
            ),
            Text("写作 concern = { at_least = 60 }", "write concern = { at_least = 60 }"),
        )
        return Concern()
    return Concern(values=bound)


def nodata_of(table: TomlTable) -> float | None:
    """The key `nodata`: any number, negative ones too."""
    value = table.values.get("nodata")
    if value is None or _is_number(value):
        return None if value is None else float(value)
    table.problem(
        Text(f"nodata = {value!r} 不是数", f"nodata = {value!r} is not a number"),
        Text("写作 nodata = 255", "write nodata = 255"),
    )
    return None


def check_raster(table: TomlTable, spec: LayerSpec) -> None:
    """What a raster may not say, and what only a raster may."""
    if not spec.raster:
        for key, stands in (
            ("nodata", spec.nodata is not None),
            ("concern", spec.concern_values is not None),
        ):
            if stands:
                table.problem(
                    Text(f"{key} 的数值只用于栅格", f"numbers for {key} are for rasters"),
                    Text("写 raster = true，或去掉该键", "write raster = true or leave the key out"),
                )
        return
    if spec.role not in RASTER_ROLES:
        allowed = ", ".join(r.value for r in RASTER_ROLES)
        table.problem(
            Text(f"角色 {spec.role.value} 不能是栅格", f"role {spec.role.value} cannot be a raster"),
            Text(f"栅格只能用于 {allowed}", f"rasters may be {allowed}"),
        )
    if spec.fields:
        table.problem(
            Text("栅格没有字段", "a raster has no fields"), Text("去掉 fields", "leave the key fields out")
        )
    if spec.role not in RASTER_ROLES or spec.role not in CONTROL_ROLES:
        return
    if spec.polarity is Polarity.OUTSIDE:
        table.problem(
            Text("管控栅格不能以“界外”为涉及", "of a raster being outside cannot be the matter"),
            Text("在 concern 中写明算作涉及的类别或数值", "name the classes or values that are in concern"),
        )
    if spec.classes and spec.concern_values is not None:
        table.problem(
            Text(
                "有类别表的栅格，concern 写类别名称中的词，不写数值",
                "the concern of a raster with classes is words of their names, not numbers",
            ),
            Text('写作 concern = ["Ⅰ级"]，或去掉 classes', 'write concern = ["Ⅰ级"], or leave classes out'),
        )
    if spec.concern and not spec.classes:
        table.problem(
            Text(
                "数值栅格的 concern 写数值界限",
                "the concern of a raster without classes is a bound of values",
            ),
            Text(
                "写作 concern = { at_least = 60 }，或写明 classes",
                "write concern = { at_least = 60 }, or name its classes",
            ),
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
