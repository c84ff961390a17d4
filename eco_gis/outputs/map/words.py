"""Words of the map in Chinese and English."""

from __future__ import annotations

from eco_gis.model.layer import Secrecy
from eco_gis.model.siting import SiteKind
from eco_gis.text import Lang, Text

WORDS = {
    "title": Text("国土空间管控套合图", "Map of sites, control lines and change"),
    "as_of": Text("基准日期", "As of"),
    "plane": Text("工作坐标系", "Working plane"),
    "secrecy": Text("密级", "Secrecy"),
    "approval": Text("审图号", "Map approval number"),
    "sketch": Text("示意图，不作为划界依据", "Sketch map; not a basis for drawing boundaries"),
    "invented": Text("虚构示例数据", "Invented sample data"),
    "invented_more": Text("地名、界线、项目均为虚构，仅供演示", "Places, lines and projects are invented, for demonstration"),
    "area_note": Text("面积为椭球面积", "Areas are ellipsoidal"),
    "generalised": Text("显示已概化，结果按完整数据计算", "Drawn generalised; results come from the full data"),
    "projects": Text("项目选址", "Project sites"),
    "search": Text("搜索项目名称、编号或镇街", "Search a project by name, id or township"),
    "no_match": Text("没有匹配的项目", "No project matches"),
    "filter": Text("按结果筛选", "Filter by answer"),
    "three_duties": Text("三不", "The three duties"),
    "changes": Text("保护面积变化", "Change of protected area"),
    "layers": Text("图层与图例", "Layers and legend"),
    "panel": Text("收起或展开侧栏", "Hide or show the side panel"),
    "home": Text("全县范围", "Whole county"),
    "fullscreen": Text("全屏", "Full screen"),
    "zoom_in": Text("放大", "Zoom in"),
    "zoom_out": Text("缩小", "Zoom out"),
    "close": Text("关闭", "Close"),
    "north": Text("北", "N"),
    "controls": Text("控制线", "Control lines"),
    "context": Text("底图", "Background"),
    "earlier": Text("其他版本", "Other versions"),
    "touched": Text("涉及部分", "Concerned parts"),
    "names": Text("镇街名称", "Township names"),
    "slivers": Text("细碎图斑", "slivers"),
    "narrow": Text("窄条", "narrow"),
    "run_length": Text("长度", "Length"),
    "certainty": Text("统计判断", "Statistics"),
    "verdict": Text("界线判断", "Border"),
    "faults": Text("未绘出的图层（资料不足）", "Layers not drawn (no data)"),
    "fault": Text("缺失、损坏或修复超限", "missing, damaged or over its repair budget"),
    "partial": Text(
        "仅显示项目和变化附近的 {shown} 个要素，共 {total} 个",
        "only the {shown} of {total} features near sites and changes are drawn",
    ),
    "ha": Text("公顷", "ha"),
    "mu": Text("亩", "mu"),
    "m": Text("米", "m"),
    "id": Text("编号", "Id"),
    "name": Text("名称", "Name"),
    "zone": Text("分区", "Zone"),
    "version": Text("版本", "Version"),
    "authority": Text("来源", "Authority"),
    "accuracy": Text("点位精度", "Accuracy"),
    "category": Text("类别", "Category"),
    "kind": Text("图形", "Drawn as"),
    "site_area": Text("用地面积", "Area"),
    "site_length": Text("长度", "Length"),
    "width": Text("宽度", "Width"),
    "townships": Text("所在镇街", "Townships"),
    "suggestion": Text("初审建议", "Preliminary suggestion"),
    "layer": Text("图层", "Layer"),
    "answer": Text("结果", "Answer"),
    "figure": Text("面积 / 长度 / 距离", "Area / length / distance"),
    "share": Text("占比", "Share"),
    "outside": Text("界外", "Outside"),
    "inside": Text("界内", "Inside"),
    "nearest": Text("最近", "Nearest"),
    "uncovered": Text("未覆盖", "Uncovered"),
    "requirement": Text("管控要求", "Requirement"),
    "papers": Text("需取得文件", "Papers needed"),
    "unconfirmed": Text("规则文本未经核对", "the text of this rule has not been confirmed"),
    "decided": Text("人工改判", "Decided by people"),
    "direction": Text("变化", "Change"),
    "area": Text("面积", "Area"),
    "mean_width": Text("平均宽度", "Mean width"),
    "feature": Text("所属要素", "Feature"),
    "township": Text("镇街", "Township"),
    "outside_all": Text("所有镇街之外", "Outside all townships"),
    "document": Text("批准依据", "Approved by"),
    "undocumented": Text("未见批准依据", "No approval found"),
    "undocumented_area": Text("未见依据", "Undocumented"),
    "lost": Text("减少", "Lost"),
    "gained": Text("增加", "Gained"),
    "net": Text("净变化", "Net"),
    "opening": Text("期初", "Opening"),
    "closing": Text("期末", "Closing"),
    "yes_documented": Text("有批准依据", "Documented"),
}  # fmt: skip

SECRECY = {
    Secrecy.PUBLIC: Text("公开", "Public"),
    Secrecy.INTERNAL: Text("内部", "Internal"),
    Secrecy.SECRET: Text("涉密", "Secret"),
}

KINDS = {
    SiteKind.POLYGON: Text("面", "polygon"),
    SiteKind.LINE: Text("线", "line"),
    SiteKind.POINT: Text("点", "point"),
}


def words(lang: Lang) -> dict[str, str]:
    """All words of the map in `lang`."""
    return {key: text.to(lang) for key, text in WORDS.items()}
