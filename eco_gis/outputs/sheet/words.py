"""Headings of the check sheet in Chinese and English."""

from __future__ import annotations

from eco_gis.text import Text

WORDS = {
    "title": Text("建设项目用地套合核对表", "Check sheet: site against control lines"),
    "name": Text("项目名称", "Project"),
    "id": Text("编号", "Id"),
    "said": Text("项目信息", "Project says"),
    "townships": Text("所在镇街", "Townships"),
    "control": Text("控制面积", "Control total"),
    "measured": Text("量算面积", "Measured"),
    "classes": Text("现状地类", "Present land"),
    "owners": Text("权属", "Ownership"),
    "as_of": Text("基准日期", "As of"),
    "result": Text("总体结果", "Overall"),
    "lines": Text("管控要素套合结果", "Answers"),
    "conclusion": Text("符合性说明", "Conclusions"),
    "required": Text("管控要求", "Requirements"),
    "papers": Text("需取得文件", "Papers needed"),
    "open": Text("未能判定、未核对", "Not told, not checked"),
    "data": Text("数据时点", "Dates of the data"),
    "none": Text("无", "none"),
    "made_by": Text("制表", "Made by"),
    "checked_by": Text("审核", "Checked by"),
    "office": Text("单位（盖章）", "Office (seal)"),
    "date": Text("日期", "Date"),
    "not_checked": Text(
        "目录中未配置图层的事项和现场情况均未核对。",
        "Matters without a layer in the catalog, and the state on the ground, were not checked.",
    ),
    "undated": Text("未注明日期", "no date"),
    "secrecy": Text("密级", "Secrecy"),
    "site": Text("本项目", "This site"),
    "taken": Text("涉及部分", "Part concerned"),
    "gap": Text("廊道最窄处", "Narrowest way across"),
    "north": Text("北", "N"),
    "decided": Text("人工改判", "Decided by people"),
    "original": Text("原", "originally "),
}

COLUMNS = {
    "line": Text("管控要素（图层）", "Line (layer)"),
    "answer": Text("结果", "Answer"),
    "area": Text("面积", "Area"),
    "measured": Text("椭球面积", "Ellipsoidal"),
    "share": Text("占比", "Share"),
    "distance": Text("距离", "Distance"),
    "remark": Text("说明", "Remark"),
    "suggestion": Text("初审建议", "Suggestion"),
}
