"""Words of the tables that stand beside the answers about sites."""

from __future__ import annotations

from eco_gis.text import Text

HEADS = {
    "control": Text("控制面积", "Control total"),
    "basis": Text("取值依据", "Taken from"),
    "declared": Text("勘界面积", "Declared area"),
    "ellipsoidal": Text("椭球面积", "Ellipsoidal"),
    "planar": Text("平面面积", "Planar"),
    "difference": Text("勘界较差", "Declared less measured"),
    "tolerance": Text("限差", "Tolerance"),
    "agricultural": Text("农用地", "Agricultural"),
    "cropland": Text("其中耕地", "of which cropland"),
    "construction": Text("建设用地", "Construction"),
    "unused": Text("未利用地", "Unused"),
    "unknown": Text("未能归类", "Not classified"),
    "state": Text("国有", "State"),
    "collective": Text("集体", "Collective"),
    "owner_unknown": Text("权属不明", "Owner unknown"),
    "rounding": Text("尾差", "Remainder"),
    "gaps": Text("资料不足", "No data"),
    "village": Text("村", "Village"),
    "ownership": Text("权属", "Ownership"),
    "land_class": Text("三大类", "Class"),
    "code": Text("地类编码", "Code"),
    "class_name": Text("二级类", "Second class"),
    "parcel": Text("图斑", "Parcel"),
    "parcel_name": Text("坐落", "Place"),
    "gross": Text("图斑面积", "Gross"),
    "deduction": Text("扣除系数", "Deduction"),
    "net": Text("净面积", "Net"),
    "stand": Text("小班", "Stand"),
    "forest_class": Text("地类", "Class"),
    "grade": Text("林地保护等级", "Protection grade"),
    "forest_category": Text("森林类别", "Category"),
    "stock": Text("蓄积", "Stock"),
    "canopy": Text("郁闭度", "Canopy"),
    "taken": Text("拟占面积", "Taken"),
    "corridor": Text("廊道", "Corridor"),
    "without": Text("现状最窄宽度", "Width without the site"),
    "remaining": Text("剩余最窄宽度", "Width that remains"),
    "widest_gap": Text("最宽单侧", "Widest single gap"),
    "step": Text("量测误差不超过", "Too large by at most"),
    "place": Text("位置（工作平面 x, y）", "Place (x, y on the plane)"),
    "original": Text("原套合结果", "Original answer"),
    "original_suggestion": Text("原初审建议", "Original suggestion"),
    "decided": Text("改判结果", "Decided answer"),
    "decided_suggestion": Text("改判建议", "Decided suggestion"),
    "state_of_decision": Text("状态", "State"),
    "by": Text("改判人", "Decided by"),
    "on": Text("日期", "Date"),
    "document": Text("文号", "Document"),
    "why": Text("理由", "Reason"),
    "in_plan": Text("成片开发方案内", "In a development plan"),
    "approved": Text("已批准用地", "Approved before"),
    "approved_by": Text("批准文件", "Approved by"),
    "group": Text("组", "Group"),
    "year": Text("申报年度", "Filed"),
    "owner": Text("建设单位", "Owner"),
    "member": Text("成员项目", "Members"),
    "patch": Text("图斑（要素）", "Patch"),
    "together": Text("合并面积", "Together"),
    "largest": Text("单个项目最大", "Largest alone"),
    "rule": Text("达到的规定", "Rules reached"),
}

TITLES = {
    "control_totals": (
        Text("控制面积与地类汇总表", "Control totals and land classes"),
        Text("控制面积", "Totals"),
    ),
    "classes": (Text("现状分类面积表", "Present land classes"), Text("现状分类面积", "Land classes")),
    "farmland": (
        Text("占用永久基本农田图斑表", "Parcels of permanent basic farmland taken"),
        Text("占用永农", "Basic farmland"),
    ),
    "forest": (Text("占用林地小班表", "Forest stands taken"), Text("占用林地", "Forest")),
    "corridors": (
        Text("生态廊道剩余宽度表", "Ecological corridors: remaining width"),
        Text("生态廊道", "Corridors"),
    ),
    "decisions": (Text("人工改判表", "Decisions of people"), Text("人工改判", "Decisions")),
    "batch": (Text("批次用地明细表", "Plots of a batch"), Text("批次用地", "Batch")),
    "neighbours": (Text("相邻项目合并核查表", "Neighbouring sites as one"), Text("相邻项目", "Neighbours")),
}

CONTROL_NOTE = Text(
    "各部分按控制面积平差，末位相加等于控制面积；尾差为各部分单独取整之和与控制面积之差。勘界面积超出限差的不予采用。",
    "Parts are apportioned to the control total and add up to it in the last digit; the remainder is what rounding each "
    "part for itself would leave. A declared area beyond the tolerance is refused.",
)
CLASS_NOTE = Text(
    "地类取自现行国土变更调查，已按扣除系数扣除田坎等；三大类对照见代码表，尚未与原文核对。",
    "Classes are those of the land survey in force, net of deductions (field ridges); their place among the three "
    "classes follows a table that has not been compared with the official text.",
)
CORRIDOR_NOTE = Text(
    "最窄宽度为经过选址所在处、自廊道一侧至另一侧的最短距离之和，洞内不计；廊道两端由程序判定；隧道、桥梁、架空线路按地面投影计。",
    "Widths are the shortest way from one side of the corridor to the other by way of the site; holes do not count. "
    "The ends of a corridor are found by the program; tunnels, bridges and overhead lines count with the ground below or above.",
)
DECISION_NOTE = Text(
    "改判记录在 decisions.toml，原套合结果不变；套合结果或涉及面积变化后改判不再适用。",
    "Decisions are recorded in decisions.toml; the original answers stay. A decision is void once the answer or the area moves on.",
)
NEIGHBOUR_NOTE = Text(
    "相邻不等于同一项目，是否合并由人判断。面积为椭球面积，重叠部分只计一次；只比对规定中的面积，分区、项目类别等条件未计。",
    "Being near does not make one project; people decide. Areas are ellipsoidal, each m² counted once; only the area of a "
    "rule is held against the group, not its zone, kind of project or other conditions.",
)
SUBTOTAL = Text("小计", "Subtotal")
NO_PARCEL = Text("无调查图斑", "no survey parcel")
ALL = Text("全部", "all")
ONLY_TOGETHER = Text("（单个均未达到）", " (no member alone)")
