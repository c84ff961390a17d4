"""What a project says of itself: the attributes that rules ask for."""

from __future__ import annotations

from enum import StrEnum

from eco_gis.text import Text


class SiteKind(StrEnum):
    """How a site is drawn."""

    POLYGON = "polygon"
    LINE = "line"
    POINT = "point"
    NONE = "none"
    """A record without a usable shape: it keeps its row, and nothing about it can be told."""


class SiteAttribute(StrEnum):
    """Fields of a site that a rule may ask for; the catalog maps them."""

    CATEGORY = "category"
    """What is built or done; several are parted by 、."""
    PLAN_LEVEL = "plan_level"
    APPROVER = "approver"
    GEOMETRY_MODE = "geometry_mode"
    TEMPORARY = "temporary"
    DURATION_YEARS = "duration_years"
    NEW_LAND = "new_land"
    """Whether new construction land (新增建设用地) is asked for."""
    LIMITED_ACTIVITY = "limited_activity"
    """Number 1–10 of the limited human activity (有限人为活动), 0 for none."""
    NATIONAL_MAJOR = "national_major"
    """Number 1–7 of the kind of national major project (国家重大项目), 0 for none."""
    SITING = "siting"
    IN_PLAN = "in_plan"
    KEY_PROJECT = "key_project"
    UNAVOIDABLE = "unavoidable"
    DISCHARGE = "discharge"
    EIA = "eia"
    EIA_AGE_YEARS = "eia_age_years"
    EARTHWORK_M3 = "earthwork_m3"

    @property
    def label(self) -> Text:
        """The field's own term."""
        return _LABELS[self]


_A = SiteAttribute
_LABELS = {
    _A.CATEGORY: Text("项目类别", "category"),
    _A.PLAN_LEVEL: Text("规划依据级别", "plan level"),
    _A.APPROVER: Text("审批机关级别", "level of the approving office"),
    _A.GEOMETRY_MODE: Text("用地方式", "mode of taking ground"),
    _A.TEMPORARY: Text("是否临时用地", "temporary or not"),
    _A.DURATION_YEARS: Text("临时使用年限", "years of temporary use"),
    _A.NEW_LAND: Text("是否新增建设用地", "new construction land or not"),
    _A.LIMITED_ACTIVITY: Text("有限人为活动类型", "kind of limited human activity"),
    _A.NATIONAL_MAJOR: Text("国家重大项目类型", "kind of national major project"),
    _A.SITING: Text("用地报批方式", "separate siting or batch"),
    _A.IN_PLAN: Text("是否符合规划", "in the approved plan or not"),
    _A.KEY_PROJECT: Text("是否列入重点项目清单", "on the list of key projects or not"),
    _A.UNAVOIDABLE: Text("是否确实难以避让", "unavoidable or not"),
    _A.DISCHARGE: Text("是否排放污染物", "discharges or not"),
    _A.EIA: Text("环评文件类型", "form of the EIA"),
    _A.EIA_AGE_YEARS: Text("环评批准后未开工年数", "years since the EIA was approved, work not begun"),
    _A.EARTHWORK_M3: Text("挖填土石方量（m³）", "earthworks in m³"),
}


def need_label(name: str) -> Text:
    """What is missing, in words: a site's attribute, or `feature.<field>` of the feature touched.

    >>> need_label("plan_level").zh, need_label("feature.zone").zh
    ('规划依据级别（plan_level）', '要素的 zone 字段')
    """
    if name in set(SiteAttribute):
        label = SiteAttribute(name).label
        return Text(f"{label.zh}（{name}）", f"{label.en} ({name})")
    if name.startswith("feature."):
        field = name.removeprefix("feature.")
        return Text(f"要素的 {field} 字段", f"field {field} of the feature")
    return Text("可核对的用地面积", "an area of the site that can be held against its shape")
