"""One layer as a catalog declares it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from eco_gis.layers.catalog.raster_keys import check_raster, concern_of, nodata_of
from eco_gis.layers.formats.postgis import declared_address
from eco_gis.layers.toml_table import TomlTable, did_you_mean
from eco_gis.model.layer import Coverage, LayerSpec, MapOffset, Polarity, Secrecy
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.text import Text

LAYER_KEYS = (
    "id", "role", "file", "layer", "label", "label_en", "series", "version", "approved", "valid_from",
    "valid_until", "fields", "crs", "swap_xy", "offset", "authority", "accuracy_m", "correlation_m", "coverage", "secrecy", "source", "licence",
    "polarity", "concern", "classes", "margin", "document", "restriction", "empty", "width_m", "repair_budget_m2", "repair_budget_share", "accept_repair",
    "encoding", "raster", "nodata", "sha256",
)  # fmt: skip

_CONCERN = {LayerRole.CONTROL_UNIT: ("优先",)}
"""Where a layer tiles the county, only some zones are the matter, unless the catalog says otherwise."""

_ID = re.compile(r"[\w.\-]+")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def layer_entry(table: TomlTable, folder: Path) -> LayerSpec | None:
    """One `[[layer]]`; None when id, role or file are unusable (their problems are noted)."""
    layer_id = table.needed("id", "redline_2024")
    if layer_id and not _ID.fullmatch(layer_id):
        table.problem(
            Text(
                f"id = {layer_id!r} 含有文字、数字、_ - . 以外的符号",
                f"id = {layer_id!r} holds other signs than letters, digits, _ - .",
            ),
            Text("换一个简单的 id", "choose a plain id"),
        )
    file = table.needed("file", "redline_2024.gpkg")
    database = declared_address(table, file)
    role_text = table.needed("role", "redline")
    if role_text and role_text not in set(LayerRole):
        table.problem(
            Text(f"role = {role_text!r} 不认识", f"role = {role_text!r} is unknown"),
            did_you_mean(role_text, [r.value for r in LayerRole]),
        )
        role_text = ""
    role = LayerRole(role_text) if role_text else LayerRole.RESTRICTION
    valid_from, valid_until = table.day("valid_from"), table.day("valid_until")
    if valid_from and valid_until and valid_from > valid_until:
        table.problem(
            Text(
                f"valid_from {valid_from} 晚于 valid_until {valid_until}",
                f"valid_from {valid_from} is after valid_until {valid_until}",
            ),
            Text("对调或更正日期", "exchange or correct the dates"),
        )
    default_polarity = Polarity.OUTSIDE if role is LayerRole.URBAN_BOUNDARY else Polarity.INSIDE
    declared_crs(table, "crs", table.text("crs"))
    concern = concern_of(table)
    spec = LayerSpec(
        id=layer_id,
        role=role,
        file=database.shown if database else folder / file,
        layer=database.layer if database else table.text("layer") or None,
        address=file if database else "",
        label=Text(table.text("label"), table.text("label_en")),
        series=table.text("series"),
        version=_version(table) or (str(valid_from.year) if valid_from else ""),
        approved=table.flag("approved"),
        valid_from=valid_from,
        valid_until=valid_until,
        fields=table.pairs("fields"),
        crs=table.text("crs") or None,
        swap_xy=table.flag("swap_xy"),
        offset=table.choice("offset", MapOffset.NONE),
        authority=table.text("authority"),
        accuracy_m=table.number("accuracy_m"),
        correlation_m=table.number("correlation_m", positive=True),
        coverage=_coverage(table, folder),
        secrecy=table.choice("secrecy", Secrecy.INTERNAL),
        source=table.text("source"),
        licence=table.text("licence"),
        polarity=table.choice("polarity", default_polarity),
        concern=concern.words or _CONCERN.get(role, ()),
        concern_values=concern.values,
        classes=table.text("classes"),
        margin=table.number("margin", positive=True),
        document=_document(table),
        restriction=table.text("restriction"),
        empty=table.flag("empty"),
        width_m=table.number("width_m", positive=True),
        repair_budget_m2=_number(table, "repair_budget_m2", LayerSpec.repair_budget_m2),
        repair_budget_share=_number(table, "repair_budget_share", LayerSpec.repair_budget_share),
        accept_repair=table.flag("accept_repair"),
        encoding=_encoding(table),
        raster=table.flag("raster"),
        nodata=nodata_of(table),
        sha256=_sha256(table),
    )
    _check_role(table, spec)
    return spec if layer_id and file and role_text else None


def _number(table: TomlTable, key: str, default: float) -> float:
    value = table.number(key, default)
    return default if value is None else value


def _version(table: TomlTable) -> str:
    """A year may be written as a number."""
    value = table.values.get("version")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else table.text("version")


def _encoding(table: TomlTable) -> str | None:
    name = table.text("encoding")
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        table.problem(
            Text(f"encoding = {name!r} 不是已知的编码", f"encoding = {name!r} is unknown"),
            Text("用 GB18030（含 GBK、GB2312）或 UTF-8", "use GB18030 (covers GBK and GB2312) or UTF-8"),
        )
        return None


def _sha256(table: TomlTable) -> str | None:
    value = table.text("sha256")
    if value and not _SHA256.fullmatch(value):
        table.problem(
            Text(
                f"sha256 = {value!r} 不是 64 位十六进制数", f"sha256 = {value!r} is not 64 hexadecimal digits"
            ),
            Text("从清单中复制，或不写", "copy it from a manifest or leave it out"),
        )
    return value.lower() or None


def _check_role(table: TomlTable, spec: LayerSpec) -> None:
    check_raster(table, spec)
    if spec.restriction and spec.role is not LayerRole.RESTRICTION:
        table.problem(
            Text(
                f"角色 {spec.role.value} 不应写 restriction = {spec.restriction!r}",
                f"restriction = {spec.restriction!r} stands beside role {spec.role.value}",
            ),
            Text("改用 role = 'restriction'，或去掉该键", "use role = 'restriction' or leave the key out"),
        )
    if (spec.document is not None) != (spec.role is LayerRole.DOCUMENT):
        table.problem(
            Text(
                "角色 document 与键 document 须同时出现",
                "the role document and the key document go together",
            ),
            Text(
                f"写明 document，可选：{'、'.join(DocumentKind)}；其他角色去掉该键",
                f"say which, document = one of {', '.join(DocumentKind)}; leave the key out for other roles",
            ),
        )


def _document(table: TomlTable) -> DocumentKind | None:
    return table.choice("document", DocumentKind.APPROVED_PROJECT) if "document" in table else None


def _coverage(table: TomlTable, folder: Path) -> Coverage | None:
    value: Any = table.values.get("coverage")
    if value is None:
        return None
    if isinstance(value, str) and value.strip():
        if value.startswith("layer:"):
            return Coverage(layer=value.removeprefix("layer:").strip())
        return Coverage(file=folder / value.strip())
    if isinstance(value, list) and len(value) == 4 and all(isinstance(v, int | float) for v in value):
        west, south, east, north = map(float, value)
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return Coverage(bbox=(west, south, east, north))
    table.problem(
        Text(f"覆盖范围 coverage = {value!r} 无法理解", f"coverage = {value!r} is not understood"),
        Text(
            "写 'layer:<id>'、文件名，或以度为单位的 [西, 南, 东, 北]",
            "write 'layer:<id>', a file name, or [west, south, east, north] in degrees",
        ),
    )
    return None


def declared_crs(table: TomlTable, key: str, name: str) -> CRS | None:
    """The CRS of that name; None when it is empty or unknown, and then it is a problem."""
    if not name:
        return None
    try:
        return CRS.from_user_input(name)
    except CRSError:
        table.problem(
            Text(f"{key} = {name!r} 不是已知的坐标系", f"{key} = {name!r} is no known CRS"),
            Text(f"如写 {key} = 'EPSG:4549'", f"write for example {key} = 'EPSG:4549'"),
        )
        return None
