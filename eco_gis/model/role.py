"""What a layer is to a planner: its role, and the kind of document that covers its ground."""

from __future__ import annotations

from enum import StrEnum

from eco_gis.text import Text


class LayerRole(StrEnum):
    """What a layer is to a planner. The order is the order in which answers are printed."""

    CROPLAND = "cropland"
    PERMANENT_BASIC_FARMLAND = "permanent_basic_farmland"
    FARMLAND_RESERVE = "farmland_reserve"
    REDLINE = "redline"
    NATURE_RESERVE = "nature_reserve"
    URBAN_BOUNDARY = "urban_boundary"
    CONTROL_UNIT = "control_unit"
    FOREST_QUALITY = "forest_quality"
    RESTRICTION = "restriction"
    LAND_SURVEY = "land_survey"
    LAND_COVER = "land_cover"
    TOWNSHIP = "township"
    VILLAGE = "village"
    COUNTY = "county"
    PROJECT_SITE = "project_site"
    CHANGE_PATCH = "change_patch"
    CHANGE_REGISTER = "change_register"
    SURVEY_UPDATE = "survey_update"
    DOCUMENT = "document"
    INDICATOR = "indicator"

    @property
    def label(self) -> Text:
        """The field's own term."""
        return _ROLE_LABELS[self]

    @property
    def order(self) -> int:
        """Position in which answers are printed: farmland, redline, boundary, then the rest."""
        return list(LayerRole).index(self)


_ROLE_LABELS = {
    LayerRole.CROPLAND: Text("耕地", "Cropland"),
    LayerRole.PERMANENT_BASIC_FARMLAND: Text("永久基本农田", "Permanent basic farmland"),
    LayerRole.FARMLAND_RESERVE: Text("永久基本农田储备区", "Permanent basic farmland reserve"),
    LayerRole.REDLINE: Text("生态保护红线", "Ecological protection redline"),
    LayerRole.NATURE_RESERVE: Text("自然保护地", "Protected natural area"),
    LayerRole.URBAN_BOUNDARY: Text("城镇开发边界", "Urban development boundary"),
    LayerRole.CONTROL_UNIT: Text("生态环境分区管控单元", "Environmental control unit"),
    LayerRole.FOREST_QUALITY: Text("森林质量", "Forest quality"),
    LayerRole.RESTRICTION: Text("其他管控要素", "Other restriction"),
    LayerRole.LAND_SURVEY: Text("国土变更调查", "Land survey"),
    LayerRole.LAND_COVER: Text("土地覆盖", "Land cover"),
    LayerRole.TOWNSHIP: Text("镇街", "Township"),
    LayerRole.VILLAGE: Text("村", "Village"),
    LayerRole.COUNTY: Text("县域", "County"),
    LayerRole.PROJECT_SITE: Text("项目选址", "Project site"),
    LayerRole.CHANGE_PATCH: Text("变化图斑", "Change patch"),
    LayerRole.CHANGE_REGISTER: Text("边界调整台账", "Register of approved boundary changes"),
    LayerRole.SURVEY_UPDATE: Text("地类图斑更新过程", "Update process of the land survey"),
    LayerRole.DOCUMENT: Text("批准与备案范围", "Ground covered by a document"),
    LayerRole.INDICATOR: Text("生态功能指标", "Indicator of ecological function"),
}

CONTROL_ROLES = (
    LayerRole.CROPLAND,
    LayerRole.PERMANENT_BASIC_FARMLAND,
    LayerRole.FARMLAND_RESERVE,
    LayerRole.REDLINE,
    LayerRole.NATURE_RESERVE,
    LayerRole.URBAN_BOUNDARY,
    LayerRole.CONTROL_UNIT,
    LayerRole.FOREST_QUALITY,
    LayerRole.RESTRICTION,
)
"""Roles that every site is asked about."""

REQUIRED_ROLES = (
    LayerRole.CROPLAND,
    LayerRole.PERMANENT_BASIC_FARMLAND,
    LayerRole.REDLINE,
    LayerRole.NATURE_RESERVE,
    LayerRole.URBAN_BOUNDARY,
)
"""Roles whose absence from a catalog is itself an answer: no data."""


RASTER_ROLES = (
    LayerRole.LAND_COVER,
    LayerRole.FOREST_QUALITY,
    LayerRole.RESTRICTION,
    LayerRole.INDICATOR,
)
"""Roles that may be a raster."""


class DocumentKind(StrEnum):
    """Which paper covers the ground of a layer of role *document*."""

    CONVERSION_BATCH = "conversion_batch"
    LAND_SUPPLY = "land_supply"
    TEMPORARY_LAND = "temporary_land"
    AGRICULTURAL_FACILITY = "agricultural_facility"
    INCREASE_DECREASE = "increase_decrease"
    LAND_CONSOLIDATION = "land_consolidation"
    FOREST_APPROVAL = "forest_approval"
    MINING_RIGHT = "mining_right"
    HISTORIC_LEGACY = "historic_legacy"
    APPROVED_PROJECT = "approved_project"
    LIMITED_ACTIVITY = "limited_activity"
    RESTORATION = "restoration"
    PROBLEM_PATCH = "problem_patch"
    DEVELOPMENT_PLAN = "development_plan"

    @property
    def label(self) -> Text:
        """The field's own term."""
        return _DOCUMENT_LABELS[self]


_DOCUMENT_LABELS = {
    DocumentKind.CONVERSION_BATCH: Text("农用地转用批次", "Batch of farm-land conversion"),
    DocumentKind.LAND_SUPPLY: Text("供地", "Land supply"),
    DocumentKind.TEMPORARY_LAND: Text("临时用地", "Temporary land"),
    DocumentKind.AGRICULTURAL_FACILITY: Text("设施农业用地备案", "Filed agricultural facility"),
    DocumentKind.INCREASE_DECREASE: Text(
        "城乡建设用地增减挂钩", "Linked increase and decrease of built land"
    ),
    DocumentKind.LAND_CONSOLIDATION: Text("土地整治", "Land consolidation"),
    DocumentKind.FOREST_APPROVAL: Text("使用林地审核审批", "Approved use of forest land"),
    DocumentKind.MINING_RIGHT: Text("采矿权", "Mining right"),
    DocumentKind.HISTORIC_LEGACY: Text("历史遗留问题", "Historic legacy"),
    DocumentKind.APPROVED_PROJECT: Text("已批准项目", "Approved project"),
    DocumentKind.LIMITED_ACTIVITY: Text("有限人为活动认定", "Recognised limited human activity"),
    DocumentKind.RESTORATION: Text("生态修复", "Ecological restoration"),
    DocumentKind.PROBLEM_PATCH: Text("问题图斑", "Problem patch"),
    DocumentKind.DEVELOPMENT_PLAN: Text("成片开发方案", "Plan for developing a whole area"),
}
