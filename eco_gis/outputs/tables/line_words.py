"""Words of the tables of the line book and of the evidence along the border."""

from __future__ import annotations

from eco_gis.text import Text

HEADS = {
    "item": Text("项目", "Item"),
    "step": Text("年度", "Step"),
    "conclusion": Text("结论", "Conclusion"),
    "entry": Text("台账编号", "Entry"),
    "cause": Text("事由", "Cause"),
    "kind": Text("台账类型", "Kind in the register"),
    "office": Text("批准机关", "Office"),
    "document": Text("文号", "Document"),
    "date": Text("日期", "Date"),
    "remark": Text("说明", "Remark"),
    "lineage": Text("沿革", "Lineage"),
    "before": Text("原图斑", "Before"),
    "after": Text("现图斑", "After"),
    "lost_piece": Text("减少图斑", "Lost"),
    "gained_piece": Text("增加图斑", "Gained"),
    "lost_land": Text("减少处地类", "Land that left"),
    "gained_land": Text("增加处地类", "Land that joined"),
    "lost_forest": Text("减少处森林", "Forest that left"),
    "gained_forest": Text("增加处森林", "Forest that joined"),
    "one_document": Text("同一文件", "One document"),
    "run": Text("界段", "Run"),
    "narrow": Text("窄条", "Narrow"),
    "certainty": Text("统计判断", "Statistics"),
    "patch": Text("图斑", "Patch"),
    "patch_name": Text("名称", "Name"),
    "point": Text("位置（工作平面坐标）", "Place (plane coordinates)"),
}
LINES = {
    "opening": Text("期初", "Opening extent"),
    "moved_in": Text("增加：其他类型转入", "Additions: from another type"),
    "moved_out": Text("减少：转出至其他类型", "Reductions: to another type"),
    "net": Text("净变化", "Net change"),
    "closing": Text("期末", "Closing extent"),
}
ADDED = Text("增加", "Additions")
REDUCED = Text("减少", "Reductions")
UNUSED = Text("本期未见对应变化", "nothing changed under it")
ACCOUNT_NOTE = Text(
    "期初＋增加－减少＝期末；格式同生态系统核算（SEEA EA）的范围账户，按批准依据列示增减。",
    "Opening + additions − reductions = closing, in the form of a SEEA EA extent account, with flows by approval.",
)
ENTRY_NOTE = Text(
    "“台账面积”为台账图形面积；“减少、增加”为两版之间在该图形内实际变化的面积。项目审批不作为界线变化的依据。",
    "“Drawn” is the entry's own shape; lost and gained are what really changed inside it. The approval of a project explains no change of the line.",
)
RELOCATION_NOTE = Text(
    "先配对同一文件的减少与增加，其余由近及远配对；只说明面积对应，不表示质量相当。重绘误差范围内的图斑不参与。",
    "Losses and gains under one document are matched first, the rest from near to far; equal area is not equal quality. Pieces within redraw noise take no part.",
)
NARROW_NOTE = Text(
    "沿界线偏向一侧、平均宽度小于 10 m 的界段；判断依据是平均偏移与其标准误差之比，不是宽度。仍全部计入台账。",
    "Runs of border that moved to one side, less than 10 m wide on average; told by the mean offset against its standard error, not by width. All of it is in the ledger.",
)
ERROR_NOTE = Text(
    "附件。仅由两版图层声明的平面位置中误差推算（95 %，k = 2，同一图斑内误差视为完全相关），只计两版不一致的界线；"
    "与“未调整、依法调整、待核”的法定结论（容差为 0）互不替代。",
    "Annex. From the declared positional accuracy of both versions alone (95 %, k = 2, errors fully correlated within a patch), "
    "over border that differs; it neither replaces nor softens the legal conclusion, whose tolerance is 0.",
)
