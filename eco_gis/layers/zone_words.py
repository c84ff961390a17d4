"""Zones given by bare codes get the name their code table knows; nothing is guessed."""

from __future__ import annotations

import pandas as pd

from eco_gis.errors import Problem
from eco_gis.layers.codes import table_of_field
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text


def name_zones(table: pd.DataFrame, spec: LayerSpec) -> tuple[pd.DataFrame, list[Problem]]:
    """Put the name in the place of each code in the column `zone`; the file's own field keeps the code.

    Only a field that a code table calls a zone (GHFQDM, the code of a control unit 环境管控单元, BH_DJ) is
    read so; values that are words already, blank or unknown stay as they are.

    Returns
    -------
    DataFrame
        The same table where nothing was named.
    list of Problem
        One remark that says which table was used and whether it is confirmed.
    """
    codes = table_of_field(spec.fields.get("zone", ""), spec.role)
    if codes is None or not codes.zone or "zone" not in table:
        return table, []
    given = [str(v) for v in table["zone"]]
    named = [codes.name_of(v) or v for v in given]
    changed = {old: new for old, new in zip(given, named, strict=True) if old != new}
    if not changed:
        return table, []
    first = next(iter(changed.items()))
    doubt = Text("", "") if codes.confirmed else Text("（未与原文核对）", " (not held against its text)")
    what = Text(
        f"分区字段 {spec.fields['zone']} 为代码：按代码表“{codes.title.zh}”取名{doubt.zh}，如 {first[0]} → {first[1]}",
        f"its zone field {spec.fields['zone']} holds codes: named by the table {codes.name}{doubt.en}, e.g. {first[0]} → {first[1]}",
    )
    remedy = Text(
        "核对名称；若有名称字段，可改作 zone", "check the names; map a field of names as zone if there is one"
    )
    return table.assign(zone=named), [Problem(spec.id, what, remedy, fatal=False)]
