"""Words of the tables of nature, function, the inside book and the cards."""

from __future__ import annotations

from eco_gis.model.card import CardOrder
from eco_gis.text import Text

HEADS = {
    "patch": Text("图斑编号", "Patch"),
    "patch_name": Text("名称", "Name"),
    "overall": Text("综合", "Overall"),
    "reasons": Text("说明", "Why"),
    "period": Text("时段", "Years"),
    "piece": Text("图斑", "Piece"),
    "before": Text("原地类", "Before"),
    "after": Text("现地类", "After"),
    "cause": Text("原因", "Cause"),
    "area": Text("面积", "Area"),
    "mean_width": Text("平均宽度", "Mean width"),
    "place": Text("位置（经度, 纬度）", "Place (longitude, latitude)"),
    "township": Text("镇街", "Township"),
    "feature": Text("所在图斑", "Patch"),
    "document": Text("依据", "Document"),
    "documented": Text("有依据", "Documented"),
    "undocumented": Text("无依据", "Without document"),
    "total": Text("合计", "Total"),
    "adverse_documented": Text("失去原性质·有依据", "Lost nature, documented"),
    "adverse_undocumented": Text("失去原性质·无依据", "Lost nature, undocumented"),
    "restored": Text("生态恢复", "Restored"),
    "corrected": Text("调查更正", "Corrected"),
    "answer": Text("结论", "Answer"),
    "zone": Text("范围", "Ground"),
    "years": Text("可用年数", "Years"),
    "inside_slope": Text("线内每年变化", "Inside, per year"),
    "inside_p": Text("线内检验 p", "Inside, p"),
    "apart_slope": Text("相对对照带每年变化", "Beside the ring, per year"),
    "apart_low": Text("置信下限", "Lower limit"),
    "apart_high": Text("置信上限", "Upper limit"),
    "apart_p": Text("相对对照带检验 p", "Beside the ring, p"),
    "kind": Text("类别", "Kind"),
    "opening": Text("期初", "Opening"),
    "added": Text("新增", "Added"),
    "closed": Text("销号", "Closed"),
    "joined": Text("随界线调入", "Joined with the line"),
    "left": Text("随界线调出", "Left with the line"),
    "closing": Text("期末", "Closing"),
    "residual": Text("平差", "Residual"),
    "state": Text("本期", "This year"),
    "matter": Text("事项", "Matter"),
    "duty": Text("三不", "Duty"),
    "figures": Text("数据", "Figures"),
}
COUNTY = Text("全县（线内全部）", "County (all of the line)")
COUNTED = Text("{n} 项", "{n}")
ALL_KINDS = Text("合计（重叠只计一次）", "All kinds (overlaps count once)")
UNTOLD = Text("未知", "Unknown")
SAME = Text("未变更", "Not changed")
NO_PAPER = Text("无", "None")
ORDERS = {
    CardOrder.PLAN: Text("面积–性质–功能", "area, nature, function"),
    CardOrder.SUPERVISION: Text("功能–面积–性质", "function, area, nature"),
}
MATRIX_NOTE = Text(
    "行为期初、列为期末；各行各列之和分别为两年的地类面积，总计为界线面积。",
    "Rows are the opening, columns the closing year; they sum to each year's classes and to the area of the line.",
)
FUNCTION_NOTE = Text(
    "趋势为 Theil–Sen 斜率，检验为 Mann–Kendall（精确分布）；对照带为界线外 {ring} m，边缘概化 5%，裁至县域；"
    "稳定界限为每年 {margin}。",
    "Trends are Theil–Sen slopes, tests Mann–Kendall (exact); the control ring lies within {ring} m outside the line, "
    "its edges generalised by 5 %, cut to the county; the margin of stability is {margin} a year.",
)
PIECES_NOTE = Text(
    "平均宽度小于细碎图斑界限的单列，仍计入矩阵。",
    "Narrower pieces are listed apart and still in the matrix.",
)
INSIDE_NOTE = Text(
    "每类面积为并集，重叠只计一次；期初、各项流量与期末分别量算。",
    "Areas are unions, so that nothing counts twice; opening, flows and closing are each measured.",
)
FIGURES = {
    "opening": Text("期初", "opening"),
    "lost": Text("减少", "lost"),
    "gained": Text("增加", "gained"),
    "closing": Text("期末", "closing"),
    "area": Text("线内面积", "area of the line"),
    "undocumented": Text("无依据的性质改变", "nature changed without a document"),
    "adverse_documented": Text("有依据", "documented"),
    "adverse_undocumented": Text("无依据", "without a document"),
    "restored": Text("恢复", "restored"),
    "inside_slope": Text("线内每年变化", "inside, a year"),
    "inside_p": Text("p", "p"),
    "apart_slope": Text("相对对照带每年变化", "beside the ring, a year"),
    "apart_p": Text("p", "p"),
}
"""What the facts beside an answer are called on a card."""
