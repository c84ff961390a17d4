"""Words of the gate's page in Chinese and English."""

from __future__ import annotations

from eco_gis.text import Text

WORDS = {
    "title": Text("数据检查表", "Gate of the data"),
    "plane": Text("工作坐标系", "Working plane"),
    "usable": Text("可用图层", "Usable layers"),
    "faults": Text("不可用图层", "Unusable layers"),
    "secrecy": Text("密级", "Secrecy"),
    "invented": Text("虚构示例数据：地名、界线、项目均为虚构", "Invented sample data: places, lines and projects are invented"),
    "layers": Text("图层", "Layers"),
    "layers_note": Text(
        "面积为椭球面积；← 前一版本的要素数；步长为坐标取整的单位；— 表示不适用或无从判断",
        "areas are ellipsoidal; ← features of the version before; step to which coordinates are rounded; — where it does not apply",
    ),
    "cells": Text("像元", "cells"),
    "problems": Text("问题与提示", "Problems and remarks"),
    "general": Text("整个项目", "The whole project"),
    "no_problems": Text("没有问题，也没有提示。", "No problem and no remark."),
    "places": Text("问题位置", "Where"),
    "spots": Text("位置清单", "Places"),
    "more_spots": Text("只列前 {n} 处，其余见 check.gpkg", "the first {n} only; all are in check.gpkg"),
    "drawn": Text("图上绘出前 {n} 处", "the first {n} are drawn"),
    "clean": Text("未发现会使数字出错的问题", "Nothing found that would make a number wrong"),
    "not_clean": Text("有 {n} 个问题会使数字出错：请先处理", "{n} problem(s) would make a number wrong: mend them first"),
    "remarks": Text("另有 {n} 条提示，不影响数字", "{n} remark(s) besides that leave the numbers right"),
    "sketch": Text("示意图，不作为划界依据", "Sketch map; not a basis for drawing boundaries"),
    "small": Text(
        "小于 1 m² 的重叠和缝隙只计入合计，不逐处列出；申报面积与椭球、图斑公式、测地线、平面四种面积比较，都不符才列出。",
        "Overlaps and gaps below 1 m² are summed and not listed; a declared area is listed when neither the ellipsoidal, the official, the geodesic nor the planar area gives it.",
    ),
    "codes": Text(
        "代码表中标明“未与原文核对”的，仅供提示。", "Lists of codes that are called not confirmed serve as a hint only."
    ),
    "disclaimer": Text("数据检查结果，不作为审批依据", "A check of data, not an approval"),
}  # fmt: skip

STATES = {
    "fault": Text("不可用", "unusable"),
    "fatal": Text("须处理", "mend"),
    "remark": Text("有提示", "remarks"),
    "clean": Text("通过", "passed"),
}

LAYER_COLUMNS = {
    "state": Text("", ""),
    "layer": Text("图层", "Layer"),
    "features": Text("要素", "Features"),
    "crs": Text("坐标系与步长", "CRS, step"),
    "encoding": Text("编码", "Encoding"),
    "area": Text("面积（公顷）", "Area (ha)"),
    "overlap": Text("重叠（m²）", "Overlap (m²)"),
    "gap": Text("缝隙（m²）", "Gaps (m²)"),
    "outside": Text("县域外（m²）", "Outside (m²)"),
    "hole": Text("覆盖缺口（m²）", "Holes (m²)"),
    "repaired": Text("修复", "Repaired"),
    "lost": Text("丢失", "Lost"),
    "ids": Text("重号", "Same id"),
    "codes": Text("未知代码", "Unknown codes"),
    "declared": Text("申报不符", "Declared off"),
    "dates": Text("有效期", "In force"),
}

SPOT_COLUMNS = {
    "number": Text("序号", "No."),
    "layer": Text("图层", "Layer"),
    "kind": Text("类别", "Kind"),
    "features": Text("要素", "Features"),
    "what": Text("问题", "What"),
    "area": Text("面积（m²）", "Area (m²)"),
    "place": Text("经度，纬度", "Longitude, latitude"),
    "township": Text("镇街", "Township"),
}
