"""The catalog of a project: `layers/catalog.toml` → `Catalog`, with every problem at once.

Whether the files are there is not asked here: a missing file is a fault of its layer, so that every
question to that layer can be answered 资料不足 (no data) instead of stopping the run.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from eco_gis.errors import CatalogError, Problem
from eco_gis.layers.formats.postgis import declared_address
from eco_gis.layers.series import with_default_series
from eco_gis.layers.toml_table import TomlTable, did_you_mean
from eco_gis.model.layer import Catalog, Coverage, LayerRole, LayerSpec, MapOffset, Polarity, Secrecy
from eco_gis.text import Text

PROJECT_KEYS = (
    "name", "name_en", "county", "invented", "plane", "rule_packs", "map_approval", "sliver_width_m",
    "point_distance_m",
)  # fmt: skip
LAYER_KEYS = (
    "id", "role", "file", "layer", "label", "label_en", "series", "version", "approved", "valid_from",
    "valid_until", "fields", "crs", "swap_xy", "offset", "authority", "accuracy_m", "coverage", "secrecy", "source", "licence",
    "polarity", "concern", "restriction", "empty", "width_m", "repair_budget_m2", "repair_budget_share", "accept_repair",
    "encoding", "raster", "sha256",
)  # fmt: skip
RASTER_ROLES = (LayerRole.LAND_COVER, LayerRole.FOREST_QUALITY)
"""Roles that may be a raster."""

_CONCERN = {LayerRole.CONTROL_UNIT: ("优先",)}
"""Where a layer tiles the county, only some zones are the matter, unless the catalog says otherwise."""

_ID = re.compile(r"[\w.\-]+")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_ZONE_PREFIX_M = 10_000_000.0


def load_catalog(path: str | Path) -> Catalog:
    """Read a catalog.

    Parameters
    ----------
    path
        TOML file in UTF-8. File names in it are relative to its folder.

    Raises
    ------
    CatalogError
        The file is missing or no TOML, or anything in it is wrong; `problems` lists everything found.
    """
    path = Path(path).resolve()
    document = _parse(path)
    problems: list[Problem] = []
    root = TomlTable(document, path.name, ("project", "layer"), problems)
    project = _project_table(root)
    tables = _layer_tables(root)
    specs = with_default_series([s for t in tables if (s := _spec(t, path.parent)) is not None])
    _check_ids(specs, path.name, problems)
    _check_coverages(specs, path.name, problems)
    catalog = Catalog(
        path=path,
        name=Text(project.text("name") or path.parent.name, project.text("name_en")),
        layers=tuple(specs),
        county=project.text("county"),
        invented=project.flag("invented"),
        plane=_plane(project),
        rule_packs=project.words("rule_packs"),
        map_approval=project.text("map_approval"),
        sliver_width_m=project.number("sliver_width_m", 1.0) or 0.0,
        point_distance_m=project.number("point_distance_m", 50.0) or 0.0,
    )
    if problems:
        raise CatalogError(
            Text(f"{path.name} 有 {len(problems)} 个问题：", f"{path.name} has {len(problems)} problem(s):"),
            problems=problems,
        )
    return catalog


def _parse(path: Path) -> dict[str, Any]:
    try:
        # utf-8-sig: Windows Notepad puts a byte order mark in front
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        problem = Problem(
            str(path),
            Text("目录文件不存在", "there is no such catalog"),
            Text("在图层所在文件夹运行 `eco-gis init`", "run `eco-gis init` in the folder of your layers"),
        )
    except OSError as error:
        problem = Problem(
            str(path),
            Text(f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}"),
            Text("指定可读的目录文件", "name a readable catalog file"),
        )
    except UnicodeDecodeError:
        problem = Problem(
            str(path),
            Text("不是 UTF-8 文本", "is not UTF-8 text"),
            Text("将目录另存为 UTF-8 编码", "save the catalog with the encoding UTF-8"),
        )
    except tomllib.TOMLDecodeError as error:
        problem = Problem(
            path.name,
            Text(f"不是有效的 TOML：{error}", f"is no valid TOML: {error}"),
            Text(
                "改正该行；Windows 路径须用单引号或正斜杠",
                "mend that line; Windows paths need single quotes or forward slashes",
            ),
        )
    raise CatalogError(problems=[problem])


def _project_table(root: TomlTable) -> TomlTable:
    values = root.values.get("project", {})
    if not isinstance(values, dict):
        root.problem(
            Text("project 不是表", "project is not a table"),
            Text("单独一行写 [project]", "write [project] on a line of its own"),
        )
        values = {}
    return TomlTable(values, f"{root.where} [project]", PROJECT_KEYS, root.problems)


def _layer_tables(root: TomlTable) -> list[TomlTable]:
    entries = root.values.get("layer", [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        root.problem(
            Text("layer 不是表的列表", "layer is not a list of tables"),
            Text("每个图层以 [[layer]] 开头", "begin each layer with [[layer]]"),
        )
        return []
    if not entries:
        root.problem(
            Text("没有登记任何图层", "declares no layer"),
            Text("添加 [[layer]]，写明 id、role 和 file", "add a [[layer]] with id, role and file"),
        )
    return [
        TomlTable(entry, f"{root.where} [[layer]] {entry.get('id') or f'#{n}'}", LAYER_KEYS, root.problems)
        for n, entry in enumerate(entries, start=1)
    ]


def _plane(project: TomlTable) -> str | None:
    name = project.text("plane")
    crs = _crs(project, "plane", name)
    if crs is None:
        return None
    if not crs.is_projected:
        project.problem(
            Text(f"plane = {name!r} 不是投影坐标系", f"plane = {name!r} is not a projected CRS"),
            Text("如用 plane = 'EPSG:4549'", "use for example plane = 'EPSG:4549'"),
        )
    elif _false_easting(crs) >= _ZONE_PREFIX_M:
        project.problem(
            Text(
                f"plane = {name!r} 的横坐标带有带号",
                f"plane = {name!r} carries the zone number in front of the easting",
            ),
            Text(
                "改用同一带不加带号的坐标系，40 带为 plane = 'EPSG:4549'",
                "use the same zone without prefix, for zone 40 plane = 'EPSG:4549'",
            ),
        )
    return name


def _crs(table: TomlTable, key: str, name: str) -> CRS | None:
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


def _false_easting(crs: CRS) -> float:
    operation = crs.coordinate_operation
    params = operation.params if operation else []
    return max((abs(float(p.value)) for p in params if "easting" in p.name.lower()), default=0.0)


def _spec(table: TomlTable, folder: Path) -> LayerSpec | None:
    """One layer; None when id, role or file are unusable (their problems are noted)."""
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
    _crs(table, "crs", table.text("crs"))
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
        coverage=_coverage(table, folder),
        secrecy=table.choice("secrecy", Secrecy.INTERNAL),
        source=table.text("source"),
        licence=table.text("licence"),
        polarity=table.choice("polarity", default_polarity),
        concern=table.words("concern") or _CONCERN.get(role, ()),
        restriction=table.text("restriction"),
        empty=table.flag("empty"),
        width_m=table.number("width_m", positive=True),
        repair_budget_m2=_number(table, "repair_budget_m2", LayerSpec.repair_budget_m2),
        repair_budget_share=_number(table, "repair_budget_share", LayerSpec.repair_budget_share),
        accept_repair=table.flag("accept_repair"),
        encoding=_encoding(table),
        raster=table.flag("raster"),
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
    if spec.raster and spec.role not in RASTER_ROLES:
        allowed = ", ".join(r.value for r in RASTER_ROLES)
        table.problem(
            Text(f"角色 {spec.role.value} 不能是栅格", f"role {spec.role.value} cannot be a raster"),
            Text(f"栅格只能用于 {allowed}", f"rasters may be {allowed}"),
        )
    if spec.restriction and spec.role is not LayerRole.RESTRICTION:
        table.problem(
            Text(
                f"角色 {spec.role.value} 不应写 restriction = {spec.restriction!r}",
                f"restriction = {spec.restriction!r} stands beside role {spec.role.value}",
            ),
            Text("改用 role = 'restriction'，或去掉该键", "use role = 'restriction' or leave the key out"),
        )
    if spec.raster and spec.fields:
        table.problem(
            Text("栅格没有字段", "a raster has no fields"), Text("去掉 fields", "leave the key fields out")
        )


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


def _check_ids(specs: list[LayerSpec], where: str, problems: list[Problem]) -> None:
    # ids are compared without case: they become file and table names, and those ignore case on Windows
    counts = Counter(s.id.casefold() for s in specs)
    problems += [
        Problem(
            f"{where} [[layer]] {layer_id}",
            Text(f"该 id 出现了 {n} 次", f"the id stands {n} times"),
            Text("每个图层用各自的 id", "give every layer an id of its own"),
        )
        for layer_id, n in counts.items()
        if n > 1
    ]


def _check_coverages(specs: list[LayerSpec], where: str, problems: list[Problem]) -> None:
    """Coverage layers must exist, be vector layers, and not lean on one another in a circle."""
    by_id = {s.id: s for s in specs}
    for spec in specs:
        target = spec.coverage.layer if spec.coverage else None
        if target is None:
            continue
        entry = f"{where} [[layer]] {spec.id}"
        if target not in by_id:
            what = Text(f"覆盖范围图层 {target!r} 未登记", f"coverage layer {target!r} is not declared")
            problems.append(Problem(entry, what, did_you_mean(target, by_id)))
        elif by_id[target].raster:
            what = Text(f"覆盖范围图层 {target!r} 是栅格", f"coverage layer {target!r} is a raster")
            problems.append(Problem(entry, what, Text("改用面图层", "use a polygon layer")))
        elif _leads_back(spec, by_id):
            what = Text(
                f"覆盖范围 'layer:{target}' 又指回本图层",
                f"coverage 'layer:{target}' leads back to the layer itself",
            )
            remedy = Text(
                "图层不能证明自身完整：改用界线图层、范围框或文件",
                "no layer proves its own completeness: name a boundary layer, a box or a file",
            )
            problems.append(Problem(entry, what, remedy))


def _leads_back(spec: LayerSpec, by_id: Mapping[str, LayerSpec]) -> bool:
    seen: set[str] = set()
    current: LayerSpec | None = spec
    while current is not None and current.coverage is not None and current.coverage.layer is not None:
        if current.coverage.layer == spec.id:
            return True
        if current.id in seen:
            return False
        seen.add(current.id)
        current = by_id.get(current.coverage.layer)
    return False
