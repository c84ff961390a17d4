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
        ('plan_level = ["国家级"]', 'plan_level = ["国级"]', "unknown value of plan_level"),
        ('role = "redline"', 'role = "redline"\nrestriction = "road"', "can never fire"),
        ('role = "redline"', 'role = "restriction"\nrestriction = "raod"', "did you mean 'road'"),
        ("confirmed = true", 'confirmed = true\nfeature = { hue = ["red"] }', "unknown feature attribute"),
        (
            "confirmed = true",
            "confirmed = true\nlimits = { overlap_ha = { over = 5, below = 5 } }",
            "never fire",
        ),
        (
            "confirmed = true",
            "confirmed = true\nlimits = { overlap_ha = { above = 5 } }",
            "figures and their bounds",
        ),
        ("confirmed = true", "confirmed = true\noverride = true", "replaces no rule"),
        ("confirmed = true", "confirmed = true\nwithin_m = 0", "is not a positive number"),
        ('site = { plan_level = ["国家级"] }', "", "can never fire: 'mild'"),
        (
            'unless = ["mild"]',
            'site = { plan_level = ["国家级"] }',
            "same conditions as 'mild' on the same days",
        ),
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


def test_an_own_pack_may_override_a_shipped_rule_and_add_its_own_kind(tmp_path: Path) -> None:
    text = """
[pack]
kinds = ["village_pond"]

[[rule]]
id = "pbf-other"
override = true
role = "permanent_basic_farmland"
unless = ["pbf-national-key"]
requirement = "甲"
suggestion = "return"
law = "本县规定"
article = "一"
confirmed = true

[[rule]]
id = "pond"
role = "restriction"
restriction = "village_pond"
requirement = "乙"
suggestion = "redesign"
law = "TG"
article = "二"
confirmed = true
"""
    rules = load_rules(["shipped", pack(tmp_path, text)], beside=tmp_path)
    assert [r.id for r in rules.rules].count("pbf-other") == 1
    assert asked(rules, LayerRole.PERMANENT_BASIC_FARMLAND, category="工业").suggestion is Suggestion.RETURN
    (hit,) = asked(rules, LayerRole.RESTRICTION, kind="village_pond", category="工业").hits
    assert (hit.rule_id, hit.law.zh) == ("pond", "《中华人民共和国土地管理法》")


def test_the_figure_that_was_tested_is_told() -> None:
    ground = [Ground("", area_ha=35.00004)]
    told = RULES.ask(
        LayerRole.CROPLAND, ground, Profile.of({"category": "交通"}), as_of=DAY, site_ha=35.00004
    )
    (hit,) = (h for h in told.hits if h.rule_id == "cropland-expropriation-province")
    assert hit.figures[0].zh == "涉及面积（公顷） 35.0000，不超过 35"


def test_an_area_that_cannot_be_held_against_its_shape_is_asked_for() -> None:
    told = RULES.ask(
        LayerRole.CROPLAND, [Ground()], Profile.of({"category": "交通"}), as_of=DAY, site_ha=None
    )
    assert "overlap_ha" in told.needs


def test_each_candidate_of_the_digest_is_a_rule_or_has_a_reason_and_the_document_says_which() -> None:
    of_rules = [(n, rule.id) for rule in RULES.rules for n in rule.candidates]
    reasons = [(n, f"— {w.why.en}") for w in RULES.why_not for n in w.candidates]
    stands = sorted([*of_rules, *reasons])
    assert [n for n, _ in stands] == list(range(1, 116))
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = set(text.splitlines())
    for n, told in stands:
        assert f"| {n} | {told} |" in rows
