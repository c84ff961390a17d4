"""Why an answer about a site is 资料不足, or what to watch in it."""

from __future__ import annotations

from enum import StrEnum

from eco_gis.text import Text


class Reason(StrEnum):
    """Why an answer is 资料不足, or what to watch in it."""

    NOT_CONFIGURED = "not_configured"
    UNREADABLE = "unreadable"
    NOT_IN_FORCE = "not_in_force"
    EMPTY_LAYER = "empty_layer"
    COVERAGE_UNDECLARED = "coverage_undeclared"
    OUTSIDE_COVERAGE = "outside_coverage"
    COVERAGE_MISMATCH = "coverage_mismatch"
    LOST_RECORDS = "lost_records"
    NEEDS_WIDTH = "needs_width"
    EDGE_CONTACT = "edge_contact"
    UNKNOWN_ZONE = "unknown_zone"
    NEEDS_ATTRIBUTE = "needs_attribute"
    NO_SHAPE = "no_shape"
    NO_CELL_DATA = "no_cell_data"
    UNKNOWN_CLASS = "unknown_class"
    CONCERN_UNDECLARED = "concern_undeclared"
    WITHIN_DISTANCE = "within_distance"
    REACH_UNCOVERED = "reach_uncovered"

    @property
    def label(self) -> Text:
        """The reason in words."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.NOT_CONFIGURED: Text("目录中未配置该图层", "the catalog has no such layer"),
    Reason.UNREADABLE: Text("图层缺失、损坏或修复超限", "layer missing, damaged or over its repair budget"),
    Reason.NOT_IN_FORCE: Text("图层在基准日期未生效或已失效", "layer not in force on the as-of date"),
    Reason.EMPTY_LAYER: Text("图层无要素且未声明为空", "layer holds no feature and is not declared empty"),
    Reason.COVERAGE_UNDECLARED: Text("图层未声明覆盖范围", "coverage of the layer is not declared"),
    Reason.OUTSIDE_COVERAGE: Text(
        "选址部分或全部超出图层覆盖范围", "site lies partly or wholly outside the coverage"
    ),
    Reason.COVERAGE_MISMATCH: Text(
        "图层要素全部位于其声明的覆盖范围之外", "every feature lies outside the coverage the layer declares"
    ),
    Reason.LOST_RECORDS: Text("图层有空几何记录，可能遗漏", "layer has lost records (null geometry)"),
    Reason.NEEDS_WIDTH: Text(
        "线（点）状选址未给出宽度，距界线过近", "line or point site without a width lies too near"
    ),
    Reason.EDGE_CONTACT: Text("贴边、待人工确认", "touches the edge; confirm by hand"),
    Reason.UNKNOWN_ZONE: Text("涉及要素缺少分区信息", "the feature touched does not say its zone"),
    Reason.NEEDS_ATTRIBUTE: Text(
        "规则所需的项目信息缺失", "the site lacks an attribute that a rule asks for"
    ),
    Reason.WITHIN_DISTANCE: Text(
        "未占用，但在法定距离以内", "takes no ground of it but lies within the distance the law names"
    ),
    Reason.REACH_UNCOVERED: Text(
        "法定距离范围超出图层覆盖范围", "the distance the law names reaches beyond the layer's coverage"
    ),
    Reason.NO_CELL_DATA: Text(
        "选址部分或全部落在栅格的无数据像元或栅格范围之外",
        "site lies partly or wholly on cells without data or beyond the raster",
    ),
    Reason.UNKNOWN_CLASS: Text(
        "选址内有类别表未列的像元代码",
        "cells of the site have a code that the table of classes does not know",
    ),
    Reason.CONCERN_UNDECLARED: Text(
        "目录未写明哪些类别或数值算作涉及（concern）",
        "the catalog does not say which classes or values are the matter (concern)",
    ),
    Reason.NO_SHAPE: Text("选址记录没有可用图形", "the site's record has no usable shape"),
}
