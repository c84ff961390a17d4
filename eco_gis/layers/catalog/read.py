"""A catalog as a whole: the file, its project, its layers, and what they say of one another."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pyproj import CRS

from eco_gis.errors import CatalogError, Problem
from eco_gis.layers.catalog.checks import check_coverages, check_ids
from eco_gis.layers.catalog.entry import LAYER_KEYS, declared_crs, layer_entry
from eco_gis.layers.series import with_default_series
from eco_gis.layers.toml_table import TomlTable
from eco_gis.model.layer import Catalog
from eco_gis.text import Text

PROJECT_KEYS = (
    "name", "name_en", "county", "invented", "plane", "rule_packs", "map_approval", "sliver_width_m",
    "point_distance_m", "neighbour_distance_m", "neighbour_same_owner", "control_ring_m",
)  # fmt: skip

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
    specs = with_default_series([s for t in tables if (s := layer_entry(t, path.parent)) is not None])
    check_ids(specs, path.name, problems)
    check_coverages(specs, path.name, problems)
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
        control_ring_m=project.number("control_ring_m", 2_000.0, positive=True) or 2_000.0,
        point_distance_m=project.number("point_distance_m", 50.0) or 0.0,
        neighbour_distance_m=project.number("neighbour_distance_m", 100.0) or 0.0,
        neighbour_same_owner=project.flag("neighbour_same_owner"),
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
    crs = declared_crs(project, "plane", name)
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


def _false_easting(crs: CRS) -> float:
    operation = crs.coordinate_operation
    params = operation.params if operation else []
    return max((abs(float(p.value)) for p in params if "easting" in p.name.lower()), default=0.0)
