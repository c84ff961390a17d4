from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eco_gis.errors import RuleError
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.model.siting import Suggestion
from eco_gis.siting.rules import SHIPPED_PACKS, Ground, Profile, RuleSet, Ruling, load_rules

DAY = date(2024, 12, 31)

GOOD = """
[[rule]]
id = "mild"
role = "redline"
site = { plan_level = ["国家级"] }
requirement = "甲"
suggestion = "supplement"
law = "法"
article = "一"
confirmed = false

[[rule]]
id = "strict"
role = "redline"
unless = ["mild"]
requirement = "乙"
suggestion = "return"
law = "法"
article = "二"
confirmed = true
"""


def pack(folder: Path, text: str) -> str:
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return "own.toml"


RULES = load_rules()


def asked(
    rules: RuleSet, role: LayerRole, *zones: str, day: date = DAY, kind: str = "", **site: str
) -> Ruling:
    """What rules say of ground in these zones; for the urban boundary it lies outside."""
    outside = role is LayerRole.URBAN_BOUNDARY
    grounds = [Ground(zone, outside=outside) for zone in zones or ("",)]
    return rules.ask(role, grounds, Profile.of(site), restriction=kind, as_of=day)


def fired(role: LayerRole, zone: str = "", day: date = DAY, restriction: str = "", **site: str) -> list[str]:
    """Rules that answer without lacking anything."""
    ruling = asked(RULES, role, zone, day=day, kind=restriction, **site)
    return [hit.rule_id for hit in ruling.hits if not hit.needs]


def test_shipped_packs_load_and_each_control_role_with_law_has_a_rule() -> None:
    rules = load_rules()
    assert rules.packs == SHIPPED_PACKS
    assert {role for rule in rules.rules for role in rule.roles} == {*CONTROL_ROLES, LayerRole.PROJECT_SITE}
    assert all(rule.hit.requirement.zh and rule.hit.requirement.en for rule in rules.rules)


def test_the_evidence_pack_cites_no_law_for_any_role() -> None:
    rules = load_rules(["evidence"])
    for role in CONTROL_ROLES:
        (hit,) = asked(rules, role).hits
        assert (hit.suggestion, hit.law.zh) == (Suggestion.SUPPLEMENT, "—")


RULES_AMONG = {
    LayerRole.PERMANENT_BASIC_FARMLAND: {"pbf-other", "pbf-national-key"},
    LayerRole.REDLINE: {
        *("redline-forbidden", "redline-national-major", "redline-limited-activity"),
        "redline-crossing-without-land",
    },
    LayerRole.URBAN_BOUNDARY: {"boundary-outside-urban", "boundary-outside-infrastructure"},
}
"""Rules of which one answers."""


@pytest.mark.parametrize(
    ("role", "site", "rule"),
    [
        (LayerRole.PERMANENT_BASIC_FARMLAND, {}, "pbf-other"),
        (
            LayerRole.PERMANENT_BASIC_FARMLAND,
            {"plan_level": "国家级", "category": "交通"},
            "pbf-national-key",
        ),
        (LayerRole.PERMANENT_BASIC_FARMLAND, {"plan_level": "省级", "category": "交通"}, "pbf-other"),
        (LayerRole.REDLINE, {}, "redline-forbidden"),
        (LayerRole.REDLINE, {"plan_level": "国家级"}, "redline-forbidden"),
        (LayerRole.REDLINE, {"national_major": "3"}, "redline-national-major"),
        (LayerRole.REDLINE, {"limited_activity": "6"}, "redline-limited-activity"),
        (LayerRole.REDLINE, {"geometry_mode": "隧道"}, "redline-forbidden"),
        (
            LayerRole.REDLINE,
            {"geometry_mode": "隧道", "new_land": "否", "national_major": "3"},
            "redline-crossing-without-land",
        ),
        (LayerRole.URBAN_BOUNDARY, {"category": "工业"}, "boundary-outside-urban"),
        (LayerRole.URBAN_BOUNDARY, {"category": "交通"}, "boundary-outside-infrastructure"),
        (LayerRole.URBAN_BOUNDARY, {}, "boundary-outside-urban"),
    ],
)
def test_a_site_without_the_attribute_gets_the_stricter_rule(
    role: LayerRole, site: dict[str, str], rule: str
) -> None:
    assert rule in fired(role, **site)
    assert RULES_AMONG[role] & {*fired(role, **site)} == {rule}


@pytest.mark.parametrize(
    ("zone", "day", "rules"),
    [
        ("核心保护区", DAY, ["reserve-core"]),
        ("缓冲区", DAY, ["reserve-core"]),
        ("实验区", DAY, ["reserve-experimental"]),
        ("", DAY, ["reserve-unzoned"]),
        ("核心保护区", date(2026, 3, 15), ["reserve-core-2026"]),
        ("", date(2026, 3, 15), []),
        ("一般控制区", date(2026, 3, 15), ["reserve-general-2026-other"]),
        ("Core zone", DAY, ["reserve-unzoned"]),
        ("禁止区", date(2026, 3, 15), []),
    ],
)
def test_reserve_rules_by_zone_and_day(zone: str, day: date, rules: list[str]) -> None:
    assert fired(LayerRole.NATURE_RESERVE, zone, day) == rules


def test_restrictions_are_told_by_their_kind() -> None:
    assert fired(LayerRole.RESTRICTION, "一级保护区", restriction="water_source") == [
        "water-source-first-zone"
    ]
    assert fired(LayerRole.RESTRICTION, "一级保护区", restriction="geological_hazard") == ["restriction-any"]


def test_a_rule_for_one_zone_never_silences_another_zone(tmp_path: Path) -> None:
    text = GOOD.replace('site = { plan_level = ["国家级"] }', 'zone = ["一般"]')
    rules = load_rules([pack(tmp_path, text)], beside=tmp_path)
    hits = asked(rules, LayerRole.REDLINE, "一般控制区", "核心保护区").hits
    assert [h.rule_id for h in hits] == ["mild", "strict"]


def test_own_packs_lie_beside_the_catalog(tmp_path: Path) -> None:
    rules = load_rules([pack(tmp_path, GOOD)], beside=tmp_path)
    assert asked(rules, LayerRole.REDLINE).suggestion is Suggestion.RETURN


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('role = "redline"', 'role = "redlin"', "did you mean 'redline'"),
        ('suggestion = "return"', 'suggestion = "refuse"', "unknown suggestion 'refuse'"),
        ('unless = ["mild"]', 'unless = ["milder"]', "names no earlier rule"),
        ('id = "strict"', 'id = "mild"', "used twice"),
        ("confirmed = true", "", "confirmed is missing"),
        ('article = "二"', "", "article is missing"),
        ("confirmed = true", "confirmed = true\nvalid_form = 2024-01-01", "did you mean 'valid_from'"),
        ("confirmed = true", 'confirmed = true\nvalid_from = "2024"', "not a date"),
        (
            "confirmed = true",
            "confirmed = true\nvalid_from = 2025-01-01\nvalid_until = 2024-01-01",
            "never fire",
        ),
        ('plan_level = ["国家级"]', 'level = ["国家级"]', "unknown site attribute 'level'"),
        ("[[rule]]", "[[rule", "not valid TOML"),
        ("[[rule]]", "[[rules]]", "unknown key 'rules'"),
        ("[[rule]]", "[[rules]]", "holds no rule"),
        (GOOD, "", "holds no rule"),
        (GOOD, "[pack]\ntitle = '甲'", "holds no rule"),
        (GOOD, 'rule = ["x"]', "not a list of tables"),
        (GOOD, "[rule]\nid = 'x'", "not a list of tables"),
        ("confirmed = true", 'confirmed = true\nzone = "核心"', "zone = '核心' is not a list of texts"),
        ('plan_level = ["国家级"]', 'plan_level = "国家级"', "table of attributes and their lists"),
        ("confirmed = true", 'confirmed = "false"', "neither true nor false"),
        ("confirmed = true", "confirmed = true\nvalid_from = 2024-01-01T00:00:00", "is not a date"),
        ('id = "strict"', 'id = ["strict"]', "is not text"),
    ],
)
def test_a_pack_that_is_not_sound_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        load_rules([pack(tmp_path, GOOD.replace(old, new))], beside=tmp_path)


def test_every_problem_comes_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('role = "redline"', 'role = "x"').replace('law = "法"', "")
    with pytest.raises(RuleError) as caught:
        load_rules([pack(tmp_path, text), "nowhere"], beside=tmp_path)
    assert len(caught.value.problems) == 5
