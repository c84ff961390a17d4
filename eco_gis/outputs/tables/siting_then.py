"""Sites under the layers and rules of an earlier day beside those of today."""

from __future__ import annotations

from collections.abc import Mapping

from eco_gis.model.fact import site_fact_id
from eco_gis.model.legacy import KnownOn
from eco_gis.outputs.tables.cells import Cells, Column, Kind, Table
from eco_gis.outputs.tables.notes import notes
from eco_gis.outputs.tables.words import COLUMNS
from eco_gis.text import Text

_SIGNS = {
    "then_answer": Text("当时结果", "Answer then"),
    "then_suggestion": Text("当时建议", "Suggestion then"),
    "answer": Text("现在结果", "Answer now"),
    "suggestion": Text("现在建议", "Suggestion now"),
}
_NOTE = Text(
    "“当时”用 {day} 有效的图层和规则，“现在”用基准日期的；同类图层取最严者。数据比对不代替批准文件。",
    "“Then” is by the layers and rules in force on {day}, “now” by those of the as-of date; of layers of one kind the strictest. Comparing data does not replace the approval.",
)


def then_table(given: KnownOn, names: Mapping[str, str], cells: Cells) -> Table:
    """One row for each site and kind of line."""
    day = given.day.isoformat()
    heads = [
        Column("site", cells.say(COLUMNS["site"]), width=10),
        Column("name", cells.say(COLUMNS["name"]), width=28),
        Column("layer", cells.say(COLUMNS["layer"]), width=24),
        *(Column(key, cells.say(label), Kind.SIGN, width=12) for key, label in _SIGNS.items()),
        Column("legacy", cells.say(COLUMNS["finding"]), width=48),
    ]
    rows = [
        (
            cells.words(site.site),
            cells.words(names[site.site]),
            cells.words(line.label),
            *(cells.sign(site_fact_id(site.site, f"known_on/{key}", line.key)) for key in _SIGNS),
            cells.words(line.legacy.label),
        )
        for site in given.sites
        for line in site.lines
    ]
    return Table(
        "siting_known_on",
        cells.say(Text(f"当时与现在对照表（{day}）", f"Siting: {day} and now")),
        cells.say(Text("当时与现在", "Then and now")),
        tuple(heads),
        tuple(rows),
        notes(cells, [cells.say(Text(_NOTE.zh.format(day=day), _NOTE.to("en").format(day=day)))]),
    )
