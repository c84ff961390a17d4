"""A first catalog for a folder of layers, with comments where only the planner knows (`eco-gis init`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from eco_gis.errors import EcoGisError, MissingCRSError, UsageError
from eco_gis.layers.dialects import Dialect, Guess, Values, dialects, guess
from eco_gis.layers.formats.readers import layer_table
from eco_gis.layers.formats.sources import RASTER_KINDS, choose_layer, is_vector, layers_in
from eco_gis.layers.raster import describe_raster
from eco_gis.layers.vector import read_vector
from eco_gis.model.layer import LayerSpec
from eco_gis.model.role import CONTROL_ROLES, RASTER_ROLES, LayerRole
from eco_gis.text import Text

_SIDECARS = (
    ".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qmd", ".qml", ".xml", ".sld", ".toml", ".md", ".ovr",
    ".gpkg-shm", ".gpkg-wal",
)  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class _Found:
    """One layer that was understood."""

    guess: Guess
    file: str
    """Relative to the folder, with forward slashes."""
    layer: str | None
    """None where the file holds only one."""
    year: str
    fields: dict[str, str]
    remarks: tuple[Text, ...]
    raster: bool = False


def propose_catalog(folder: str | Path) -> str:
    """Text of a commented catalog for everything found in a folder.

    Roles and fields are guessed from names and fields of the national databases; each entry says how
    sure the guess is. Comments are in both languages. Coverage and dates are never guessed: they stand as comments to be filled in.
    What is not understood is listed in comments. The text loads with `load_catalog` when it is saved in
    the folder, if at least one layer was understood.

    Raises
    ------
    UsageError
        There is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UsageError(
            Text(
                f"{folder} 不是文件夹：请指定图层所在的文件夹",
                f"{folder} is no folder: name the one that holds your layers",
            )
        )
    found: list[_Found] = []
    unknown: list[str] = []
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            found += _understood(path, name, unknown)
        except EcoGisError as error:
            unknown.append(f"{name}: {_both(_short(error))}")
    found.sort(key=lambda f: (f.guess.dialect.role.order, f.year, f.file, f.layer or ""))
    ids = _ids(found)
    boundary = next(
        (i for i, f in zip(ids, found, strict=True) if f.guess.dialect.role is LayerRole.COUNTY), None
    )
    parts = [
        _head(folder),
        *(_entry(i, f, boundary) for i, f in zip(ids, found, strict=True)),
        _tail(unknown),
    ]
    return "\n".join(p for p in parts if p)


def spec_of_sites(path: str | Path) -> LayerSpec:
    """Describe a file of project sites given by hand: fields are recognised, its name is its id.

    Raises
    ------
    LayerReadError
        The file is missing, damaged, of an unknown kind, or holds several layers.
    """
    return _spec_of(path, LayerRole.PROJECT_SITE)


def spec_of_patches(path: str | Path) -> LayerSpec:
    """The same for a file of change patches (变化图斑)."""
    return _spec_of(path, LayerRole.CHANGE_PATCH)


def _spec_of(path: str | Path, role: LayerRole) -> LayerSpec:
    path = Path(path).resolve()
    layer = choose_layer(path, None)
    kind = next(d for d in dialects() if d.role is role)
    fields = _fields(kind, layer_table(path, layer))
    return LayerSpec(id=path.stem, role=role, file=path, layer=layer, series=role.value, fields=fields)


def _files(folder: Path) -> Iterator[Path]:
    """Every file that may be a layer, FileGDB folders as one, in a stable order."""
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name.startswith("."):
            continue
        if path.is_dir() and path.suffix.lower() != ".gdb":
            yield from _files(path)
        elif path.suffix.lower() not in _SIDECARS:
            yield path


def _understood(path: Path, name: str, unknown: list[str]) -> Iterator[_Found]:
    if path.suffix.lower() in RASTER_KINDS:
        info = describe_raster(path)
        told = guess([path.stem, *_folders(name)], [])
        if told and told.dialect.role in RASTER_ROLES:
            size = f"{info.width} × {info.height}"
            remark = Text(f"栅格，{size} 像元", f"raster, {size} cells, {info.crs_name}")
            yield _Found(told, name, None, _year(path.stem), {}, (remark,), raster=True)
        else:
            unknown.append(f"{name}: {_both(Text('含义不明的栅格', 'a raster of unknown meaning'))}")
        return
    if not is_vector(path):
        unknown.append(f"{name}: {_both(Text('不支持的文件类型', 'no kind of file that is read'))}")
        return
    layers = layers_in(path)
    if not layers:
        unknown.append(f"{name}: {_both(Text('没有空间图层', 'holds no spatial layer'))}")
    for layer in layers:
        named = layer if len(layers) > 1 else None
        table, remarks = _table(path, layer)
        told = guess([layer, path.stem, *_folders(name)], list(map(str, table.columns)), _distinct(table))
        if told is None:
            where = f"{name}[{layer}]" if named else name
            listed = ", ".join(map(str, table.columns[:12]))
            what = Text("角色不明", f"role unknown; 字段 fields: {listed or '—'}")
            unknown.append(f"{where}: {_both(what)}")
        else:
            year = _year(layer) or _year(path.stem)
            yield _Found(told, name, named, year, _fields(told.dialect, table), tuple(remarks))


def _folders(name: str) -> list[str]:
    """Folder names from the nearest to the farthest."""
    return list(reversed(Path(name).parts[:-1]))


def _table(path: Path, layer: str) -> tuple[pd.DataFrame, list[Text]]:
    """Attributes of a layer, and remarks; without a CRS only the attributes can be had."""
    spec = LayerSpec(id="layer", role=LayerRole.RESTRICTION, file=path, layer=layer)
    try:
        raw = read_vector(spec)
    except MissingCRSError as error:
        return layer_table(path, layer), [
            Text(f"坐标系不明：{p.remedy.zh}", f"CRS unknown: {p.remedy.en}") for p in error.problems
        ]
    table = pd.DataFrame(raw.frame.drop(columns=raw.frame.geometry.name))
    null = int(raw.frame.geometry.isna().sum())
    remarks = [Text(f"{len(table)} 个要素", f"{len(table)} features, {raw.crs.name}")]
    remarks += [n.what for n in raw.notes]
    if null:
        remarks.append(Text(f"{null} 条记录没有几何", f"{null} records without a shape"))
    return table, remarks


def _distinct(table: pd.DataFrame) -> Values:
    """The distinct values of a field as text."""

    @cache
    def values(field: str) -> list[str]:
        return [str(v) for v in table[field].dropna().unique()]

    return values


def _fields(dialect: Dialect, table: pd.DataFrame) -> dict[str, str]:
    """Our names → the first candidate in the file; an id has to be filled and unique."""
    present = {str(c).casefold(): str(c) for c in table.columns}
    chosen: dict[str, str] = {}
    for ours, candidates in dialect.fields.items():
        here = [present[c.casefold()] for c in candidates if c.casefold() in present]
        if ours == "id":
            here = [c for c in here if table[c].notna().all() and table[c].is_unique]
        if here:
            chosen[ours] = here[0]
    return chosen


def _year(name: str) -> str:
    years = _YEAR.findall(name)
    return years[-1] if years else ""


def _ids(found: Sequence[_Found]) -> list[str]:
    ids: list[str] = []
    for one in found:
        dialect = one.guess.dialect
        base = "_".join(p for p in (dialect.restriction or dialect.role.value, one.year) if p)
        same = sum(1 for i in ids if i == base or i.startswith(f"{base}_no"))
        ids.append(base if not same else f"{base}_no{same + 1}")
    return ids


def _head(folder: Path) -> str:
    name = _quoted(folder.resolve().name or "project")
    return f"""\
# 本项目的图层目录，条目由名称和字段推测，请逐条核对。
# Catalog of the layers of this project. Entries were guessed from names and fields: check each one.
# 每个管控图层首先填写 · Fill in above all, for every control layer:
#   coverage    图层在何处完整："layer:<id>"、文件，或以度为单位的 [西, 南, 东, 北]；
#               不填则未命中的选址答复资料不足，而非不涉及
#               where the layer is complete: "layer:<id>", a file, or [west, south, east, north] in degrees;
#               without it a site that is not hit gets 资料不足 (no data) instead of 不涉及 (not concerned)
#   valid_from, valid_until   图层的有效起止日期 · from when to when the layer is in force

[project]
name = {name}
# county = "…"            # 县名 · name of the county
# plane = "EPSG:4549"     # 工作坐标系，不填则取覆盖范围所在的带 · working CRS; default: zone of the coverage
"""


def _entry(layer_id: str, found: _Found, boundary: str | None) -> str:
    dialect = found.guess.dialect
    lines = [
        f"# {dialect.title}（{dialect.role.label.en}）；{_both(found.guess.sureness)}",
        *([f"# {_both(found.guess.caution)}"] if found.guess.caution else []),
        *(f"# {_one_line(_both(r))}" for r in found.remarks),
        "[[layer]]",
    ]
    lines += [f"id = {_quoted(layer_id)}", f'role = "{dialect.role.value}"', f"file = {_quoted(found.file)}"]
    if found.layer:
        lines.append(f"layer = {_quoted(found.layer)}")
    if dialect.restriction:
        lines += [f'restriction = "{dialect.restriction}"', f"label = {_quoted(dialect.title)}"]
    if found.year:
        lines.append(f'version = "{found.year}"            # 取自名称 · from the name')
    if found.raster:
        lines.append("raster = true")
        if dialect.role in CONTROL_ROLES:
            lines.append(
                "# concern = { at_least = 60 }   # 哪些数值算作涉及；有类别的写 classes 和 concern · which values count"
            )
    elif found.fields:
        pairs = ", ".join(f"{ours} = {_quoted(theirs)}" for ours, theirs in found.fields.items())
        lines.append(f"fields = {{ {pairs} }}")
    if "id" not in found.fields and not found.raster:
        lines.append(
            '# fields = { id = "…" }   # 未识别出非空且唯一的编号字段 · no filled, unique id field found'
        )
    if dialect.concern:
        zones = ", ".join(map(_quoted, dialect.concern))
        lines.append(
            f"concern = [{zones}]            # 只有这些分区才算涉及，请核对 · only these zones count"
        )
    lines.append('secrecy = "内部"            # 公开 public, 内部 internal, 涉密 secret')
    lines.append(f"# valid_from = {found.year or '2024'}-01-01   # 填写 · fill in")
    covering = f'"layer:{boundary}"' if boundary and boundary != layer_id else "[120.0, 29.0, 121.0, 30.0]"
    lines.append(f"# coverage = {covering}   # 填写图层完整之处 · fill in: only where the layer is complete")
    return "\n".join(lines) + "\n"


def _tail(unknown: Sequence[str]) -> str:
    if not unknown:
        return ""
    listed = "\n".join(f"#   {_one_line(u)}" for u in unknown)
    return (
        "# 发现但未能识别，如有需要请添加 [[layer]] · "
        f"Found but not understood; add a [[layer]] where one of them matters:\n{listed}\n"
    )


def _short(error: EcoGisError) -> Text:
    return error.problems[0].what if error.problems else error.message


def _both(text: Text) -> str:
    """Both languages in one line of a comment."""
    return f"{text.zh} · {text.to('en')}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """A TOML string; JSON's form is one."""
    return json.dumps(text, ensure_ascii=False)
