"""What the planned projects say of themselves: the attributes that siting rules ask for."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.sample.restrictions import LISTED
from eco_gis.sample.sites import Site

SEPARATE = ("交通", "能源", "水利", "取水工程", "矿山", "通信")
"""Categories that are approved one by one (单独选址), the others in batches."""
NO_LAND = ("高标准农田", "土地整治", "绿化造林", "公园")
"""Categories that ask for no new construction land."""
LIMITED = {"P18": "6", "P22": "5", "P23": "5", "L01": "6", "L02": "6", "L03": "6", "L09": "6", "L13": "6"}
"""Number of the limited human activity of those that claim to be one."""
NATIONAL = {"P19": "3", "P20": "5", "L01": "3", "L04": "3", "L05": "3", "L09": "4"}
"""Kind of national major project."""
UNSAID = ("P21", "L10", "L14")
"""Sites that say nothing of new land and limited activities, as filings often do."""
TEMPORARY = {"L11": "2"}
"""Years of temporary use."""
REPORTED = ("P01", "P16", "P18", "P19", "P20", "P25", "P31", "L01", "L02", "L03", "L09")
"""Sites whose EIA is a full report."""
OUT_OF_PLAN = ("P11", "P12")
DISCHARGING = ("P06", "P10", "P25", "P31")
UNAVOIDABLE = ("P18", "P19", "P20", "L01", "L02", "L09", "L13")


def site_attributes(sites: Sequence[Site]) -> dict[str, list[str]]:
    """Columns of the site layers; empty where a site does not say."""

    def new_land(site: Site) -> str:
        taken = site.mode == "占地" and site.category not in NO_LAND and site.id not in TEMPORARY
        return "" if site.id in UNSAID else _yes(taken)

    return {
        "JSDW": [f"云岭县{site.category}建设单位（虚构）" for site in sites],
        "SBRQ": [f"2024-{1 + n * 11 // max(len(sites) - 1, 1):02d}-15" for n in range(len(sites))],
        "LSYD": [_yes(site.id in TEMPORARY) for site in sites],
        "LSNX": [TEMPORARY.get(site.id, "") for site in sites],
        "XZJSYD": [new_land(site) for site in sites],
        "YXHD": ["" if site.id in UNSAID else LIMITED.get(site.id, "0") for site in sites],
        "GJZD": ["" if site.id in UNSAID else NATIONAL.get(site.id, "0") for site in sites],
        "XZFS": ["单独选址" if site.category in SEPARATE else "分批次" for site in sites],
        "FHGH": ["" if site.id in UNSAID else _yes(site.id not in OUT_OF_PLAN) for site in sites],
        "ZDXM": [_yes(site.id in LISTED) for site in sites],
        "BKBR": [_yes(site.id in UNAVOIDABLE) for site in sites],
        "PWXM": [_yes(site.id in DISCHARGING) for site in sites],
        "HPWJ": ["报告书" if site.id in REPORTED else "报告表" for site in sites],
    }


def _yes(said: bool) -> str:
    return "是" if said else "否"
