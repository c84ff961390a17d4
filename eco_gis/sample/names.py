"""Invented names and codes. No place, office or document of this list exists."""

from __future__ import annotations

COUNTY = "云岭县（虚构示例）"
COUNTY_CODE = "990183"
OFFICE = "虚构省自然资源厅"
INVENTED = "虚构示例，由 eco_gis 生成"

TOWNSHIPS = (
    "云岭街道",
    "白溪街道",
    "青石街道",
    "江湾镇",
    "松源镇",
    "南屏镇",
    "石塘镇",
    "双溪镇",
    "大坞镇",
    "枫林镇",
    "湖口镇",
    "茶山镇",
    "竹溪镇",
    "岭下镇",
    "龙潭乡",
    "高畈乡",
    "银坑乡",
    "远山乡",
)

TOWNS = (
    # name, easting, valley, radius in metres
    ("云岭城区", 533_500.0, "north", 3_300.0),
    ("南屏", 541_500.0, "south", 2_300.0),
    ("江湾", 545_000.0, "north", 1_700.0),
    ("双溪", 555_500.0, "north", 1_500.0),
    ("湖口", 521_500.0, "north", 1_500.0),
    ("石塘", 527_500.0, "south", 1_500.0),
    ("枫林", 552_500.0, "south", 1_300.0),
    ("大坞", 517_500.0, "south", 1_100.0),
    ("高畈", 534_500.0, "south", 1_000.0),
    ("竹溪", 560_000.0, "south", 900.0),
)

REDLINE_KINDS = ("水源涵养", "生物多样性维护", "水土保持")

RESERVES = (
    ("云岭省级自然保护区（虚构）", "省级", "自然保护区"),
    ("南屏省级自然保护区（虚构）", "省级", "自然保护区"),
)
