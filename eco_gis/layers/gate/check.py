"""Everything to be said about the inputs of a run without a closer look; the closer look is the gate's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from eco_gis.errors import Problem
from eco_gis.layers.gate.areas import DECLARED_UNITS
from eco_gis.layers.gate.shapes import TILING, overlaps
from eco_gis.layers.project import LoadedProject
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.model.role import CONTROL_ROLES
from eco_gis.text import Text
from eco_gis.units import AREA_UNITS, shown_area

_DECLARED_TOLERANCE = 1e-3
_OVERLAP_M2 = 1.0
_LISTED = 5
_NAMED = 3


def check_layers(project: LoadedProject) -> list[Problem]:
    """Every problem and remark about the inputs; empty when there is nothing to say.

    Remarks (`fatal` is False) leave every number right: they tell what was assumed, or why an answer will be
    资料不足 (no data).
    """
    found = list(project.problems)
    for layer in project.layers.values():
        found += layer.notes
        found += _about_layer(layer)
    for layer_id in project.rasters:
        found += _about_raster(project.catalog[layer_id])
    found += _about_versions(list(project.catalog.layers))
    return list(dict.fromkeys(found))


def declared_m2(layer: Layer) -> float | None:
    """Sum of the mapped area field in m²; None where none is mapped."""
    field = next((f for f in DECLARED_UNITS if f in layer.spec.fields), None)
    if field is None:
        return None
    return float(layer.attributes[field].sum()) * AREA_UNITS[DECLARED_UNITS[field][0]]


def _about_layer(layer: Layer) -> Iterator[Problem]:
    spec = layer.spec
    if layer.lost:
        yield _about_lost(layer)
    if layer.repairs.repairs:
        count = len(layer.repairs.repairs)
        net, ambiguous = (shown_area(m2, "m2") for m2 in (layer.repairs.net_m2, layer.repairs.ambiguous_m2))
        what = Text(
            f"修复了 {count} 个图形：净变化 {net} m²，歧义面积 {ambiguous} m²",
            f"{count} shape(s) were repaired: {net} m² net, {ambiguous} m² ambiguous",
        )
        yield Problem(spec.id, what, Text("在数据源处修正", "mend them at their source"), fatal=False)
    if spec.empty and len(layer):
        what = Text(
            f"声明为空，却有 {len(layer)} 个要素", f"is declared empty and holds {len(layer)} features"
        )
        yield Problem(spec.id, what, Text("去掉 empty = true", "take empty = true away"))
    if not spec.empty and not len(layer):
        what = Text("没有要素：答复为资料不足", "holds no feature: it answers no data (资料不足)")
        remedy = Text(
            "补交要素；若确知没有，写 empty = true",
            "deliver its features, or say empty = true if it is known to hold none",
        )
        yield Problem(spec.id, what, remedy, fatal=False)
    if layer.misses_coverage:
        what = Text(
            "没有一个要素落在它声明的覆盖范围内", "none of its features meets the coverage that it declares"
        )
        remedy = Text(
            "核对坐标系、文件和 coverage；在此之前未命中处答复资料不足",
            "look at its CRS, its file and coverage; until then no hit means no data (资料不足)",
        )
        yield Problem(spec.id, what, remedy)
    yield from _about_areas(layer)
    if spec.role in CONTROL_ROLES:
        yield from _about_declaration(spec)


def _about_lost(layer: Layer) -> Problem:
    count, first = len(layer.lost), layer.lost[:_LISTED]
    zh = "；".join(f"第 {r.record + 1} 条记录（编号 {r.feature}）{r.reason.zh}" for r in first)
    en = "; ".join(f"record {r.record + 1} (id {r.feature}): {r.reason.to('en')}" for r in first)
    if count > _LISTED:
        zh, en = f"{zh} …，共 {count} 条", f"{en} … {count} in all"
    what = Text(f"{count} 条记录没有可用的几何：{zh}", f"{count} record(s) without a usable shape: {en}")
    remedy = Text(
        "找回这些记录；在此之前该图层未命中处一律答复资料不足",
        "recover these records: until then the layer answers no data (资料不足) where it shows no hit",
    )
    return Problem(layer.spec.id, what, remedy)


def _about_declaration(spec: LayerSpec) -> Iterator[Problem]:
    """What the catalog leaves open about a control layer."""
    if spec.coverage is None:
        what = Text(
            "未声明覆盖范围：未命中处将答复资料不足",
            "coverage is not declared: no hit will mean no data (资料不足)",
        )
        remedy = Text(
            "写 coverage = 'layer:<id>'、文件名或 [西, 南, 东, 北]",
            "set coverage = 'layer:<id>', a file, or [west, south, east, north]",
        )
        yield Problem(spec.id, what, remedy, fatal=False)
    if spec.valid_from is None:
        what = Text(
            "未声明生效日期 valid_from：视为一直有效", "valid_from is not declared: taken as always in force"
        )
        yield Problem(spec.id, what, Text("请填写", "fill it in"), fatal=False)


def _about_raster(spec: LayerSpec) -> Iterator[Problem]:
    """The same about a raster that is asked like a control line."""
    if spec.role not in CONTROL_ROLES:
        return
    yield from _about_declaration(spec)
    if not spec.says_what_counts:
        what = Text(
            "未写明哪些类别或数值算作涉及：答复为资料不足",
            "the catalog does not say which classes or values are the matter: it answers no data (资料不足)",
        )
        remedy = Text(
            "写 concern = { at_least = 60 }；有类别的写 classes 和 concern = ['类别名中的词']",
            "set concern = { at_least = 60 }; for classes set classes and concern = ['word of a class name']",
        )
        yield Problem(spec.id, what, remedy, fatal=False)


def _about_areas(layer: Layer) -> Iterator[Problem]:
    spec = layer.spec
    shared = overlaps(layer) if spec.role in (*CONTROL_ROLES, *TILING) else None
    if shared is not None and shared.total_m2 > _OVERLAP_M2:
        pairs = [f"{'×'.join(s.features)} {shown_area(s.area_m2, 'm2')} m²" for s in shared.spots[:_NAMED]]
        total, where = shown_area(shared.total_m2, "m2"), (f"：{'；'.join(pairs)}", f": {'; '.join(pairs)}")
        more = len(shared.spots) > _NAMED
        what = Text(
            f"要素相互重叠 {total} m²{where[0]}{f' …（共 {len(shared.spots)} 处）' if more else ''}",
            f"its features overlap one another by {total} m²{where[1]}{f' … ({len(shared.spots)} places)' if more else ''}",
        )
        if spec.role in TILING:
            remedy = Text(
                "在数据源处消除重叠：同一地块只能属于一个要素",
                "mend it at the source: a piece of ground belongs to one feature only",
            )
        else:
            remedy = Text(
                "占比和答复按合并后的范围计，重叠只算一次",
                "shares and answers use the footprint, which counts it once",
            )
        yield Problem(spec.id, what, remedy, fatal=spec.role in TILING)
    declared = declared_m2(layer)
    if declared is None or not len(layer):
        return
    measured = (float(layer.features.area_m2.sum()), float(layer.features.planar_m2.sum()))
    nearest = min(measured, key=lambda m2: abs(declared - m2))
    if abs(declared - nearest) > _DECLARED_TOLERANCE * max(nearest, 1.0):
        said, found = shown_area(declared, "ha"), shown_area(measured[0], "ha")
        what = Text(
            f"面积字段合计 {said} 公顷，量算为 {found} 公顷", f"declares {said} ha, measured are {found} ha"
        )
        remedy = Text("核对面积字段的含义和单位", "look up what the area field means, and its unit")
        yield Problem(spec.id, what, remedy, fatal=False)


def _about_versions(specs: list[LayerSpec]) -> Iterator[Problem]:
    """Gaps and overlaps between the dates of the versions of one series."""
    series: dict[str, list[LayerSpec]] = defaultdict(list)
    for spec in specs:
        if spec.role in CONTROL_ROLES and spec.valid_from is not None:
            series[spec.series].append(spec)
    for versions in series.values():
        versions.sort(key=lambda s: (s.valid_from or date.min, s.id))
        for earlier, later in pairwise(versions):
            where, start = f"{earlier.id}, {later.id}", later.valid_from or date.min
            if earlier.valid_until is None or earlier.valid_until >= start:
                until = earlier.valid_until
                what = Text(
                    f"自 {start} 起同时有效（{earlier.id} {f'至 {until}' if until else '无终止日期'}）",
                    f"both are in force from {start} on ({earlier.id}: until {until or 'for ever'})",
                )
                remedy = Text(
                    f"将 {earlier.id} 的 valid_until 设为 {start} 的前一天，或改用另一 series",
                    f"set valid_until of {earlier.id} to the day before {start}, or another series",
                )
                yield Problem(where, what, remedy)
            elif earlier.valid_until + timedelta(days=1) < start:
                what = Text(
                    f"{earlier.valid_until} 与 {start} 之间没有有效版本",
                    f"no version is in force between {earlier.valid_until} and {start}",
                )
                remedy = Text(
                    "更正日期，或补交其间的版本", "correct the dates, or deliver the version between"
                )
                yield Problem(where, what, remedy, fatal=False)
