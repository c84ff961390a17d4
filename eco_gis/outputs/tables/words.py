"""Words of the tables, the workbook and the report in Chinese and English."""

from __future__ import annotations

from eco_gis.model.layer import LayerSpec, Polarity
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

UNITS = {
    "m2": Text("m²", "m²"),
    "ha": Text("公顷", "ha"),
    "mu": Text("亩", "mu"),
    "km2": Text("km²", "km²"),
    "m": Text("m", "m"),
    "share": Text("%", "%"),
}

COLUMNS = {
    "number": Text("序号", "No."),
    "site": Text("编号", "Id"),
    "name": Text("项目名称", "Project"),
    "category": Text("类别", "Category"),
    "township": Text("镇街", "Township"),
    "townships": Text("所在镇街", "Townships"),
    "area": Text("面积", "Area"),
    "site_area": Text("用地面积", "Site area"),
    "length": Text("长度", "Length"),
    "overall": Text("总体结果", "Overall"),
    "layer": Text("图层", "Layer"),
    "answer": Text("套合结果", "Answer"),
    "overlap": Text("涉及面积", "Area concerned"),
    "share": Text("占用地比例", "Share of site"),
    "overlap_length": Text("涉及长度", "Length concerned"),
    "distance": Text("距界线", "Distance"),
    "uncovered": Text("未覆盖面积", "Area not covered"),
    "reason": Text("说明", "Remark"),
    "features": Text("涉及要素", "Features touched"),
    "class": Text("类别", "Class"),
    "is_matter": Text("是否算作涉及", "The matter or not"),
    "class_area": Text("面积", "Area"),
    "mean": Text("平均值", "Mean value"),
    "cells": Text("像元数", "Cells"),
    "cell_width": Text("像元宽", "Cell width"),
    "cell_height": Text("像元高", "Cell height"),
    "known_share": Text("有数据比例", "Share with data"),
    "requirement": Text("管控要求", "Requirement"),
    "papers": Text("需取得文件", "Papers needed"),
    "suggestion": Text("初审建议", "Suggestion"),
    "law": Text("依据", "Basis"),
    "outcome": Text("红线结论", "Outcome for the redline"),
    "needs": Text("资料不足：需补充", "No data: needs"),
    "points": Text("涉及点数", "Points concerned"),
    "widest_width": Text("重叠最宽处", "Overlap at its widest"),
    "narrowest_width": Text("最窄一处重叠", "Narrowest part of the overlap"),
    "accuracy": Text("合成点位精度", "Combined accuracy"),
    "firm": Text("结果稳定性", "Firm or not"),
    "answered": Text("适用的规则", "Rules that answer"),
    "stood_back": Text("让位的规则", "Rules that stand back"),
    "open": Text("资料不足的规则", "Rules that lack data"),
    "silent": Text("不适用的规则", "Rules that do not apply"),
    "outside": Text("边界外", "Outside"),
    "opening": Text("期初面积", "Opening"),
    "lost": Text("减少", "Lost"),
    "gained": Text("增加", "Gained"),
    "moved_out": Text("调出至其他要素", "Moved out"),
    "moved_in": Text("自其他要素调入", "Moved in"),
    "closing": Text("期末面积", "Closing"),
    "net": Text("净变化", "Net"),
    "residual": Text("闭合差", "Residual"),
    "type": Text("类型", "Type"),
    "feature": Text("要素", "Feature"),
    "feature_name": Text("要素名称", "Feature name"),
    "comparison": Text("比对", "Comparison"),
    "piece": Text("图斑", "Piece"),
    "direction": Text("变化", "Change"),
    "mean_width": Text("平均宽度", "Mean width"),
    "document": Text("批准依据", "Approved by"),
    "item": Text("项目", "Item"),
    "finding": Text("结果", "Finding"),
    "count": Text("数量", "Number"),
    "id": Text("标识", "Id"),
    "version": Text("版本", "Version"),
    "dates": Text("有效期", "In force"),
    "source": Text("来源", "Source"),
    "authority": Text("成果单位", "Authority"),
    "secrecy": Text("密级", "Secrecy"),
    "count_features": Text("要素数", "Features"),
    "lost_records": Text("空几何记录", "Lost records"),
    "repairs": Text("修复要素", "Repaired"),
    "repair_net": Text("修复净变化", "Repair, net"),
    "repair_ambiguous": Text("修复歧义面积", "Repair, ambiguous"),
    "crs": Text("原坐标系", "Source CRS"),
    "coverage": Text("覆盖范围", "Coverage"),
    "where": Text("位置", "Where"),
    "what": Text("问题", "Problem"),
    "remedy": Text("处理办法", "Remedy"),
    "severity": Text("影响", "Effect"),
    "drawn": Text("台账面积", "Drawn"),
    "kept": Text("两版共有", "In both"),
    "offset_area": Text("对应面积", "Area offset"),
    "apart": Text("最短距离", "Distance"),
    "run_length": Text("长度", "Length"),
    "mean_offset": Text("平均偏移", "Mean offset"),
    "standard_error": Text("标准误差", "Standard error"),
    "documented": Text("其中有批准", "Of it approved"),
    "redrawn": Text("不一致界线", "Border that differs"),
    "error_bar": Text("误差限", "Error bar"),
}

SHORT_ROLES = {
    LayerRole.CROPLAND: Text("耕地", "Cropland"),
    LayerRole.PERMANENT_BASIC_FARMLAND: Text("永久基本农田", "Perm. basic farmland"),
    LayerRole.FARMLAND_RESERVE: Text("永农储备区", "Farmland reserve"),
    LayerRole.REDLINE: Text("生态保护红线", "Redline"),
    LayerRole.NATURE_RESERVE: Text("自然保护地", "Nature reserve"),
    LayerRole.URBAN_BOUNDARY: Text("城镇开发边界", "Urban boundary"),
    LayerRole.CONTROL_UNIT: Text("分区管控单元", "Control unit"),
    LayerRole.FOREST_QUALITY: Text("森林", "Forest"),
    LayerRole.RESTRICTION: Text("其他管控要素", "Other restrictions"),
}

AREA_NOTE = Text(
    "面积为椭球面积（CGCS2000 等所用椭球，图斑边在工作平面内为直线），可加；工作平面：{plane}。",
    "Areas are ellipsoidal (edges straight in the working plane) and additive; working plane: {plane}.",
)
LENGTH_NOTE = Text(
    "长度与距离为平面值除以局部长度比。",
    "Lengths and distances are planar, divided by the local scale.",
)
FITTED_NOTE = Text(
    "各栏末位已按合计平差，使栏内相加等于合计；未取整的数值见 facts.json。",
    "Last digits are fitted so that columns and rows add up as shown; facts.json holds the full figures.",
)
OUTSIDE_NOTE = Text(
    "城镇开发边界一栏“涉及”指部分或全部位于边界外，不等于违规，须说明准入依据。",
    "For the urban boundary, “concerned” means partly or wholly outside; that is no encroachment but asks for an admission clause.",
)
INVENTED = Text(
    "虚构示例数据：地名、界线、项目均为虚构，仅供演示。",
    "Invented sample data: places, lines and projects are invented, for demonstration only.",
)
SKETCH = Text("示意图，不作为划界依据", "Sketch map; not a basis for drawing boundaries")
UNCONFIRMED = Text("（未核实）", " (not confirmed)")
UNCONFIRMED_NOTE = Text(
    "标“未核实”的规则尚未与正式文本核对，引用前须核对。",
    "Rules marked “not confirmed” have not been compared with the official text; check before citing.",
)
NO_TYPE = Text("未分类型", "No type")
PATH_NOTE = Text(
    "每条规则按其条件逐一询问；“让位”指另有规则适用于同一用地；缺少所需信息的规则按从严计入初审建议。",
    "Every rule is asked by its conditions; one stands back where another holds for the same ground; a rule that lacks data counts in the suggestion as if it held.",
)
FIRM_NOTE = Text(
    "结果稳定性：选址与图层点位精度合成后，两倍中误差以内的偏移是否会改变“涉及／不涉及”。",
    "Firm or not: whether an offset within twice the combined standard error of site and layer would change the answer.",
)
CELLS_NOTE = Text(
    "栅格按像元落入选址的面积比例计；像元以下的地物看不到，像元数少的选址宜以矢量资料复核。",
    "Rasters count each cell by the share of it that the site takes; nothing smaller than a cell is seen, and sites of few cells should be checked against vector data.",
)
COARSE = Text("选址不足 9 个像元", "site is smaller than nine cells")
FIRM = Text("稳定", "firm")
HINGES = Text("取决于 {m} m 的偏移", "hinges on {m} m")
FIRM_BY_CELLS = Text("栅格图层不判定", "not told of rasters")
ACCURACY_UNKNOWN = Text("未声明精度", "accuracy not stated")
PROJECT_ITSELF = Text("项目本身", "The project itself")

OUTSIDE_TOWNSHIPS = Text("所有镇街之外", "Outside all townships")
TOTAL = Text("合计", "Total")
REST = Text("其余 {n} 个", "Other {n}")
UNCHANGED_REST = Text("其余 {n} 个无变化", "Other {n}, unchanged")
UNDOCUMENTED = Text("未见批准依据", "No approval found")
LAYER_MISSING = Text("未配置", "not configured")
RASTER = Text("栅格", "raster")
YES = Text("是", "yes")
NO = Text("否", "no")
UNLISTED = Text("未列代码", "unlisted code")
FAULT = Text("不可用", "not usable")
FATAL = Text("影响结果", "Affects results")
REMARK = Text("提示", "Remark")
NOT_DECLARED = Text("未声明", "not declared")
NO_ZONE = Text("未分区", "no zone")


def layer_name(spec: LayerSpec) -> Text:
    """Title of a layer with its version, as tables print it."""
    year = f"（{spec.version}）" if spec.version else ""
    return Text(
        f"{spec.title.zh}{year}", f"{spec.title.to('en')}{f' ({spec.version})' if spec.version else ''}"
    )


def matter(polarity: Polarity) -> Text:
    """What being concerned means for a layer."""
    return COLUMNS["outside"] if polarity is Polarity.OUTSIDE else COLUMNS["overlap"]
