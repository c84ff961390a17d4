"""The gate's problems in words: what is wrong, where, how much, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eco_gis.errors import Problem
from eco_gis.layers.gate.areas import DeclaredAreas
from eco_gis.layers.gate.shapes import Measured, Spot
from eco_gis.layers.gate.values import CountDrop, UnknownCodes
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.text import Text
from eco_gis.units import DECIMALS, from_m2, shown, shown_area

_NAMED = 5
_UNITS = {
    "m2": Text("m²", "m²"),
    "ha": Text("公顷", "ha"),
    "mu": Text("亩", "mu (亩)"),
    "km2": Text("km²", "km²"),
}


def gaps(layer: Layer, found: Measured) -> Problem:
    """Ground of the coverage that no feature holds."""
    total = shown_area(found.listed_m2, "m2")
    largest = shown_area(found.spots[0].area_m2, "m2")
    count = len(found.spots)
    what = Text(
        f"要素之间或与覆盖范围之间有缝隙 {count} 处，共 {total} m²，最大 {largest} m²",
        f"{count} gap(s) between its features or to its coverage, {total} m² in all, the largest {largest} m²",
    )
    remedy = Text(
        "在数据源处补齐：该类图层应铺满覆盖范围，缝隙处没有归属",
        "fill them at the source: such a layer tiles its coverage, and ground in a gap belongs to nothing",
    )
    return Problem(layer.spec.id, what, remedy, fatal=found.spots[0].fatal)


def outside(layer: Layer, found: Measured, *, wholly: bool) -> Problem:
    """Ground outside the county; a layer that lies wholly outside answers nothing."""
    total = shown_area(found.listed_m2, "ha")
    ids = _some(list(dict.fromkeys(i for s in found.spots for i in s.features)))
    if wholly:
        what = Text("全部要素都在县域之外", "all its features lie outside the county")
        remedy = Text(
            "核对坐标系和文件：这样的图层对任何项目都答“不涉及”",
            "look at its CRS and its file: such a layer answers 'not concerned' to every site",
        )
        return Problem(layer.spec.id, what, remedy)
    what = Text(
        f"有 {total} 公顷在县域之外：{ids.zh}", f"{total} ha lie outside the county: features {ids.en}"
    )
    remedy = Text(
        "核对界线；县域外的部分计入图层面积，不在覆盖范围内",
        "compare the borders; that ground counts in the layer's area and lies in no coverage",
    )
    return Problem(layer.spec.id, what, remedy, fatal=False)


def holes(layers: Sequence[Layer], found: Measured) -> Problem:
    """Ground that a coverage leaves out."""
    total = shown_area(found.listed_m2, "ha")
    count = len(found.spots)
    what = Text(
        f"覆盖范围有缺口 {count} 处，共 {total} 公顷", f"its coverage leaves out {count} place(s), {total} ha"
    )
    remedy = Text(
        "若图层在缺口内也完整，请改正 coverage；否则缺口内未命中处答复资料不足",
        "correct coverage if the layer is complete there too; else no hit there means no data (资料不足)",
    )
    return Problem(", ".join(layer.spec.id for layer in layers), what, remedy, fatal=False)


def drop(found: CountDrop) -> Problem:
    """Far fewer features than in the version before."""
    earlier, later = found.earlier, found.later
    percent = shown(found.share * 100, 1)
    what = Text(
        f"要素由 {len(earlier)} 个（{earlier.spec.id}）减为 {len(later)} 个，少 {percent}%",
        f"{len(earlier)} features in {earlier.spec.id} and {len(later)} here: {percent}% fewer",
    )
    remedy = Text("查明原因：漏交、合并还是真实减少", "find out why: not delivered, merged, or really gone")
    return Problem(later.spec.id, what, remedy, fatal=False)


def codes(layer: Layer, found: UnknownCodes) -> Problem:
    """Codes that are not in their list."""
    count = sum(found.codes.values())
    listed = _some([f"{code}×{n}" for code, n in found.codes.items()])
    doubt = Text("", "") if found.table.confirmed else Text("（代码表未与原文核对）", " (list not confirmed)")
    what = Text(
        f"字段 {found.field} 有 {count} 个值不在代码表“{found.table.title.zh}”内{doubt.zh}：{listed.zh}",
        f"{count} value(s) of {found.field} are not in the list {found.table.name}{doubt.en}: {listed.en}",
    )
    remedy = Text("更正代码，或在代码表中补充", "correct the codes, or add them to the list")
    return Problem(layer.spec.id, what, remedy, fatal=False)


def zones(layer: Layer, ids: list[str]) -> Problem:
    """Features without a zone."""
    listed = _some(ids)
    what = Text(
        f"{len(ids)} 个要素没有分区：{listed.zh}", f"{len(ids)} feature(s) without a zone: {listed.en}"
    )
    remedy = Text("补填分区；空白时一律按涉及处理", "fill the zone; a feature without one always counts")
    return Problem(layer.spec.id, what, remedy, fatal=False)


def mojibake(layer: Layer, fields: dict[str, str]) -> Problem:
    """Text read in the wrong encoding; in the zone it changes answers."""
    listed = _some([f"{name} = {value}" for name, value in fields.items()])
    what = Text(f"属性疑似乱码：{listed.zh}", f"its text looks read in the wrong encoding: {listed.en}")
    remedy = Text("在目录中写明 encoding，或重新导出", "set `encoding` in the catalog, or export it again")
    return Problem(layer.spec.id, what, remedy, fatal="zone" in fields)


def coarse(spec: LayerSpec, step_m: float) -> Problem:
    """Coordinates rounded to decimetres or worse."""
    shown_step = f"{step_m:.3g}"
    what = Text(
        f"坐标取整到 {shown_step} m：面积误差约为周长 × {shown_step} m ÷ 2",
        f"coordinates are rounded to {shown_step} m: areas are uncertain by about perimeter × {shown_step} m ÷ 2",
    )
    remedy = Text(
        "索取原始精度的数据；细碎图斑可能只是取整所致",
        "ask for the data in full precision; slivers may come from the rounding alone",
    )
    return Problem(spec.id, what, remedy, fatal=False)


def declared(layer: Layer, areas: DeclaredAreas, wrong: NDArray[np.intp]) -> Problem:
    """Declared areas that no method gives, the largest differences first, and what they may mean."""
    unit, count = areas.likely_unit, len(areas.feature)
    fits = areas.methods()
    parts_zh, parts_en = [], []
    if len(wrong):
        few = [f"{layer.ids[areas.feature[n]]}: {one_declared(areas, n).zh}" for n in wrong[:2]]
        few_en = [f"{layer.ids[areas.feature[n]]}: {one_declared(areas, n).en}" for n in wrong[:2]]
        parts_zh.append(
            f"{len(wrong)}/{count} 个要素的 {areas.field} 与量算面积（椭球、图斑公式、测地线、平面）都不符：{'；'.join(few)}"
        )
        parts_en.append(
            f"{areas.field} of {len(wrong)} of {count} feature(s) follows no method (ellipsoidal, official, geodesic, planar): {'; '.join(few_en)}"
        )
    if unit:
        parts_zh.append(f"该字段像是以{_UNITS[unit].zh}为单位")
        parts_en.append(f"the field looks to be in {_UNITS[unit].en}")
    if fits["planar"] > fits["ellipsoidal"] + fits["official"] + fits["geodesic"]:
        parts_zh.append("其余多为平面面积")
        parts_en.append("most of the others are planar areas")
    if areas.blank:
        parts_zh.append(f"{areas.blank} 个要素没有填面积")
        parts_en.append(f"{areas.blank} feature(s) declare no area")
    remedy = Text(
        "核对面积字段、单位和图形的版本；本工具按量算面积计",
        "look at the field, its unit and the version of the shapes; numbers here are measured",
    )
    return Problem(layer.spec.id, Text("；".join(parts_zh), "; ".join(parts_en)), remedy, fatal=False)


def one_declared(areas: DeclaredAreas, n: int) -> Text:
    """One feature's declaration beside what it measures."""
    unit = areas.unit
    said, ellipsoidal, official = (
        shown(from_m2(float(m2[n]), unit), DECIMALS[unit])
        for m2 in (areas.declared_m2, areas.ellipsoidal_m2, areas.official_m2)
    )
    known = bool(np.isfinite(areas.official_m2[n]))
    word = _UNITS[unit]
    return Text(
        f"申报 {said}，椭球 {ellipsoidal}{f'，按图斑公式 {official}' if known else ''} {word.zh}",
        f"declared {said}, ellipsoidal {ellipsoidal}{f', official formula {official}' if known else ''} {word.en}",
    )


def feature_words(spot: Spot) -> str:
    """The features of a spot in one word."""
    return " × ".join(spot.features)


def _some(values: list[str]) -> Text:
    few = values[:_NAMED]
    zh, en = "、".join(few), ", ".join(few)
    if len(values) <= _NAMED:
        return Text(zh, en)
    return Text(f"{zh} …（共 {len(values)} 个）", f"{en} … ({len(values)} in all)")
