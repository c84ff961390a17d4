"""Headings and sentences of the report in Chinese and English."""

from __future__ import annotations

from eco_gis.text import Text

SAY = {
    "title": Text("选址套合与保护面积变化报告", "Report on siting and change of protected area"),
    "title_change": Text("保护面积变化报告", "Report on change of protected area"),
    "county": Text("县（市、区）", "County"),
    "as_of": Text("基准日期", "As of"),
    "secrecy": Text("密级", "Secrecy"),
    "plane": Text("工作坐标系", "Working plane"),
    "area": Text("面积口径", "Area"),
    "length": Text("长度与距离", "Lengths"),
    "packs": Text("规则包", "Rule packs"),
    "approval": Text("审图号", "Map approval number"),
    "summary": Text("结论摘要", "Findings"),
    "counted": Text(
        "本次共套合项目选址 {sites} 个：涉及管控要素的 {concerned} 个，资料不足、未能判定的 {no_data} 个，不涉及的 {not_concerned} 个。",
        "{sites} project sites were compared: {concerned} concerned, {no_data} without sufficient data, {not_concerned} not concerned.",
    ),
    "by_role": Text("各类管控要素套合情况", "Answers by kind of line"),
    "role": Text("管控要素", "Kind of line"),
    "concerned_sites": Text("涉及的项目", "Sites concerned"),
    "advice": Text("初审建议", "Preliminary suggestions"),
    "site_count": Text("项目数", "Sites"),
    "projects": Text("项目", "Sites"),
    "ledger": Text(
        "{name}：期初面积 {opening} 公顷，减少 {lost} 公顷，增加 {gained} 公顷，期末面积 {closing} 公顷，净变化 {net} 公顷（{mu} 亩）；"
        "其中未见批准依据的变化 {undocumented} 公顷。结论：{conclusion}。",
        "{name}: opening {opening} ha, lost {lost} ha, gained {gained} ha, closing {closing} ha, net {net} ha ({mu} mu); "
        "changed without a known approval: {undocumented} ha. Conclusion: {conclusion}.",
    ),
    "faults": Text(
        "以下图层缺失、损坏或修复超限，相关结果均为“资料不足”：{layers}。",
        "These layers are missing, damaged or over their repair budget; every answer that rests on them is “no data”: {layers}.",
    ),
    "closing_words": Text(
        "以上为数据比对结果，仅供初审参考，不作为审批依据。",
        "These are results of a comparison of data, for a first review only; not a basis for approval.",
    ),
    "siting": Text("选址套合", "Siting"),
    "siting_all": Text("（一）汇总", "Summary"),
    "map": Text("（二）套合图", "Map"),
    "map_caption": Text(
        "国土空间管控套合图（示意图，不作为划界依据）", "sites and control lines (sketch map)"
    ),
    "open_sites": Text("（三）涉及和未能判定的项目", "Sites concerned or left open"),
    "open_sites_title": Text("涉及和未能判定的项目", "Sites concerned or left open"),
    "open_sites_note": Text(
        "下表每个涉及管控要素或未能判定的项目一行，按初审建议由严到宽排列；项目没有列出的图层均为不涉及。"
        "{sheets}全部图层的完整结果、管控要求和依据见 tables.xlsx。",
        "One row for each site that is concerned or left open, the strictest suggestion first; layers that a row does "
        "not name are not concerned. {sheets}tables.xlsx holds every answer, with what is required and by which law.",
    ),
    "sheets_beside": Text(
        "初审建议最严的 {n} 个项目另有逐项目核对表，见 sheets.docx。",
        "The {n} sites with the strictest suggestions have a check sheet each in sheets.docx. ",
    ),
    "open_sites_more": Text(
        "以上为初审建议最严的项目；另有 {n} 个项目见 tables.xlsx。",
        "These are the sites with the strictest suggestions; {n} more are in tables.xlsx.",
    ),
    "size": Text("规模", "Size"),
    "layers_told": Text("涉及或资料不足的图层", "Layers that concern it or could not tell"),
    "told": Text("{name}：{told}", "{name}: {told}"),
    "ha": Text("公顷", "ha"),
    "changes": Text("面积变化台账", "Ledger of change"),
    "same": Text("版本一致性：两版图形完全相同。", "Identity: all shapes of the two versions are equal."),
    "differs": Text(
        "版本一致性：两版不相同（{differences}）；绘制基础一致，面积可直接比较。",
        "Identity: the versions differ ({differences}); they are drawn on the same ground, areas can be compared.",
    ),
    "redrawn": Text(
        "版本一致性：两版不相同（{differences}）；绘制基础已变，面积差异本身不能证明增减。",
        "Identity: the versions differ ({differences}) and were drawn anew: differences of area prove nothing by themselves.",
    ),
    "no_difference": Text("未列明差异", "no difference listed"),
    "cut": Text(
        "仅列面积最大的 {n} 个，全部图斑见 tables.xlsx。",
        "Only the {n} largest are listed; tables.xlsx holds them all.",
    ),
    "duties": Text("“三不”：面积、性质、功能", "The three duties: area, nature, function"),
    "duty_line": Text("{name}“三不”：{told}。", "{name}, the three duties: {told}."),
    "duty_open": Text("{name}待核图斑“三不”卡", "{name}: cards of the patches to be verified"),
    "duty_patches": Text("图斑 {n} 个：{told}", "{n} patches: {told}"),
    "nature_line": Text(
        "依据：{source}（{layers}）；检验范围：{line}。结论：{answer}。",
        "Source: {source} ({layers}); ground: {line}. Answer: {answer}.",
    ),
    "stable_left_out": Text(
        "下表列出全部范围、各镇街和未判为稳定的图斑；其余图斑均稳定，见 tables.xlsx。",
        "Below are the line, its townships and the patches not called stable; tables.xlsx holds the others.",
    ),
    "cut_rows": Text(
        "仅列前 {n} 行，其余见 tables.xlsx。", "The first {n} rows only; tables.xlsx holds them all."
    ),
    "gaps": Text("未能判定与资料缺口", "What could not be told"),
    "gaps_note": Text(
        "下列图层对所列项目不能作出判定，补充资料后应重新套合。",
        "These layers could not answer for the sites listed; compare again once the data are complete.",
    ),
    "no_gaps": Text("本次套合没有未能判定的项目。", "Every question was answered."),
    "gaps_title": Text("未能判定的项目", "Sites left open"),
    "sites_open": Text("未能判定的项目", "Sites left open"),
    "data": Text("数据说明", "Data"),
    "data_note": Text(
        "所用图层见下表。全部图层转换至 {plane} 后套合；面积为椭球面积，不同口径的面积不作比较。",
        "The layers used stand below. All were brought to {plane}; areas are ellipsoidal, and areas of different methods are never compared.",
    ),
    "made_by": Text("制表", "Made by"),
    "checked_by": Text("审核", "Checked by"),
    "office": Text("单位（盖章）", "Office (seal)"),
    "date": Text("日期", "Date"),
    "and_more": Text("等 {n} 个", " and others, {n} in all"),
}
