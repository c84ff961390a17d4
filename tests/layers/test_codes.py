from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from eco_gis.errors import UsageError
from eco_gis.layers.codes import class_of, code_tables, group_of, name_of, table_of_field
from eco_gis.layers.zone_words import name_zones
from eco_gis.model.layer import LayerSpec
from eco_gis.model.role import LayerRole


def spec(role: LayerRole, zone: str) -> LayerSpec:
    return LayerSpec("layer", role, Path("a.gpkg"), fields={"zone": zone})


@pytest.mark.parametrize(
    ("code", "group", "three"),
    [
        ("0303", "natural", "agricultural"),
        ("1101", "natural", "unused"),
        ("1109", "built", "construction"),
        ("0603", "natural", "construction"),
        ("0404", "natural", "unused"),
        ("0103", "farmland", "agricultural"),
        ("0204K", "farmland", "agricultural"),
        ("1104A", "farmland", "agricultural"),
        ("1006", "farmland", "agricultural"),
        ("1203", "farmland", "agricultural"),
        ("08H2A", "built", "construction"),
        ("09", "built", "construction"),
        ("1201", "built", "construction"),
        ("1207", "unused", "unused"),
        ("1302", "built", None),
        ("", None, None),
        ("011", None, None),
        ("0101X", None, None),
    ],
)
def test_land_classes_have_a_group(code: str, group: str | None, three: str | None) -> None:
    assert (group_of(code), class_of(code)) == (group, three)


def test_every_table_says_where_it_is_from_and_its_codes_fit_its_own_pattern() -> None:
    for table in code_tables().values():
        assert table.source and table.fields and table.title.en
        if table.name != "HJGKDYBM":  # there the code holds the class as one digit
            assert all(table.name_of(code) == name for code, name in table.names.items()), table.name
    assert set(code_tables()["DLBM"].groups.values()) == {"natural", "farmland", "built", "unused"}
    assert not code_tables()["DLBM"].confirmed and code_tables()["SHI_QUAN_D"].confirmed


def test_a_table_holds_for_its_roles_only() -> None:
    town = table_of_field("GHFQDM", LayerRole.URBAN_BOUNDARY)
    plan = table_of_field("GHFQDM", LayerRole.RESTRICTION)
    assert town is not None and plan is not None
    assert town.name_of("100") is None and plan.name_of("100") == "生态保护区"
    assert table_of_field("GHFQDM", LayerRole.REDLINE) is None


def test_unknown_codes_are_counted_and_blanks_are_none() -> None:
    assert code_tables()["BH_DJ"].unknown(["1", "5", "", "5", "4"]) == {"5": 2}
    with pytest.raises(UsageError, match="use one of DLBM"):
        name_of("DLMB", "0101")


@pytest.mark.parametrize(
    ("role", "field", "given", "zones"),
    [
        (
            LayerRole.CONTROL_UNIT,
            "HJGKDYBM",
            ["ZH33078310001", "ZH33078320007"],
            ["优先保护单元", "重点管控单元"],
        ),
        (LayerRole.FOREST_QUALITY, "bh_dj", ["1", "4", "9", ""], ["Ⅰ级", "Ⅳ级", "9", ""]),
        (LayerRole.URBAN_BOUNDARY, "GHFQDM", ["410", "430"], ["城镇集中建设区", "特别用途区"]),
    ],
)
def test_zones_given_by_codes_get_their_name(
    role: LayerRole, field: str, given: list[str], zones: list[str]
) -> None:
    table = pd.DataFrame({"zone": given, field: given})
    named, (note,) = name_zones(table, spec(role, field))
    assert named["zone"].tolist() == zones and named[field].tolist() == given
    assert not note.fatal and f"{given[0]} → {zones[0]}" in note.what.en
    assert ("not held against its text" in note.what.en) is (role is not LayerRole.FOREST_QUALITY)
    assert table["zone"].tolist() == given


@pytest.mark.parametrize(
    ("role", "field", "given"),
    [
        (LayerRole.CONTROL_UNIT, "GKDYFL", ["ZH33078310001"]),  # no table bears this field
        (LayerRole.URBAN_BOUNDARY, "GHFQDM", ["100"]),  # a code of another table is not guessed
        (LayerRole.FOREST_QUALITY, "BH_DJ", ["Ⅰ级", "二级"]),
        (LayerRole.FOREST_QUALITY, "SEN_LIN_LB", ["11"]),  # a table that gives no zone
    ],
)
def test_words_and_unknown_codes_stay_as_they_are(role: LayerRole, field: str, given: list[str]) -> None:
    table = pd.DataFrame({"zone": given})
    named, notes = name_zones(table, spec(role, field))
    assert named["zone"].tolist() == given and notes == []


def test_the_reference_unit_is_a_key_unit() -> None:
    assert name_of("HJGKDYBM", "ZH42052620003") == "重点管控单元"
    assert re.match(code_tables()["HJGKDYBM"].pattern, "ZH4205262") is None
