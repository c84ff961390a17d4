"""The attribute table of a prepared layer: our names first, then the file's own fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from eco_gis.errors import LayerReadError, Problem
from eco_gis.layers.corners.headings import COORDINATE_FIELDS
from eco_gis.layers.formats.sources import COORDINATE_KINDS
from eco_gis.layers.toml_table import did_you_mean
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text

NUMBERS = (
    "width_m",
    "declared_ha",
    "declared_m2",
    "area",
    "area_m2",
    "area_ha",
    "area_mu",
    "area_km2",
    "year",
)
"""Mapped names whose values are numbers; all others become text."""
_NAMED_AT_MOST = 5


def attribute_table(data: pd.DataFrame, spec: LayerSpec) -> tuple[pd.DataFrame, list[Problem]]:
    """Build the table of one layer.

    Parameters
    ----------
    data
        The file's fields, one row per record, without shapes.

    Returns
    -------
    DataFrame
        RangeIndex; `id` and `name`, the catalog's other mapped names, then every field of the file; a
        field whose name is taken gets `_file` behind it, case ignored. Ids are unique: generated from the
        record number where no field is mapped or a value is blank, `A`, `A#2` … where a value repeats.
        Text holds no None.
    list of Problem
        What was generated or renamed.

    Raises
    ------
    LayerReadError
        A mapped field is not in the file.
    """
    fields = _resolved(spec, [str(c) for c in data.columns])
    count = len(data)
    columns: dict[str, pd.Series[Any]] = {}
    ids, notes = _unique_ids(_text(data[fields["id"]]) if "id" in fields else None, count, spec)
    columns["id"] = pd.Series(ids, dtype=object)
    columns["name"] = (
        _text(data[fields["name"]]) if "name" in fields else pd.Series([""] * count, dtype=object)
    )
    for ours, theirs in fields.items():
        if ours not in columns:
            numeric = ours in NUMBERS
            columns[ours] = pd.to_numeric(data[theirs], errors="coerce") if numeric else _text(data[theirs])
    taken = {c.casefold() for c in columns}
    for field in data.columns:
        name = str(field)
        while name.casefold() in taken:
            name += "_file"
        taken.add(name.casefold())
        column = data[field]
        columns[name] = column if _is_plain(column) else _text(column)
    return pd.DataFrame({k: v.to_numpy() for k, v in columns.items()}, index=pd.RangeIndex(count)), notes


def _resolved(spec: LayerSpec, present: list[str]) -> dict[str, str]:
    """Our names → the fields as the file spells them; databases spell the same field in either case."""
    lowered: dict[str, str] = {p.casefold(): p for p in present}
    found: dict[str, str] = {}
    problems = []
    for ours, theirs in _mapping(spec).items():
        match = theirs if theirs in present else lowered.get(theirs.casefold())
        if match is None:
            where = f"{spec.id} ({spec.file.name})"
            what = Text(f"没有 {ours!r} 对应的字段 {theirs!r}", f"has no field {theirs!r} for {ours!r}")
            problems.append(Problem(where, what, did_you_mean(theirs, present)))
        else:
            found[ours] = match
    if problems:
        raise LayerReadError(problems=problems)
    return found


def _mapping(spec: LayerSpec) -> Mapping[str, str]:
    """The field map without the columns of coordinates, which the reader has used up."""
    used = COORDINATE_FIELDS if spec.file.suffix.lower() in COORDINATE_KINDS else ()
    return {ours: theirs.strip() for ours, theirs in spec.fields.items() if ours not in used}


def _is_plain(column: pd.Series[Any]) -> bool:
    """Numbers and truth values stay as they are."""
    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def _text(column: pd.Series[Any]) -> pd.Series[Any]:
    """Values as text: None and NaN are empty, whole numbers have no decimals, blanks at the ends go."""
    return pd.Series([_word(v) for v in column], dtype=object)


def _word(value: Any) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, list | tuple | dict | np.ndarray):
        return str(value.tolist() if isinstance(value, np.ndarray) else value)
    return "" if pd.isna(value) else str(value).strip()


def _unique_ids(given: pd.Series[Any] | None, count: int, spec: LayerSpec) -> tuple[list[str], list[Problem]]:
    numbers = [str(n) for n in range(1, count + 1)]
    if given is None:
        what = Text("未指定编号字段：以记录号为编号", "no id field is mapped: ids are record numbers")
        remedy = Text(
            "用 fields = { id = … } 指定字段，以便跨版本追踪要素",
            "map a field with fields = { id = … } to trace features through versions",
        )
        return numbers, [Problem(spec.id, what, remedy, fatal=False)] if count else []
    notes: list[Problem] = []
    blank = [n for n, v in zip(numbers, given, strict=True) if not v]
    if blank:
        listed = _some(blank)
        what = Text(
            f"{len(blank)} 个编号为空：记录 {listed.zh}", f"{len(blank)} id(s) are blank: records {listed.en}"
        )
        remedy = Text("补填该字段；暂以记录号代替", "fill the field; a record number stands in")
        notes.append(Problem(spec.id, what, remedy, fatal=False))
    taken = {v for v in given if v}
    seen: set[str] = set()
    repeated: list[str] = []
    ids: list[str] = []
    for number, value in zip(numbers, given, strict=True):
        one = value or f"#{number}"
        if one in seen or (not value and one in taken):
            repeated.append(one)
            one = _free(one, taken | seen)
        seen.add(one)
        ids.append(one)
    if repeated:
        listed = _some(list(dict.fromkeys(repeated)))
        what = Text(f"{len(repeated)} 个编号重复：{listed.zh}", f"{len(repeated)} id(s) repeat: {listed.en}")
        remedy = Text(
            "为每个要素编唯一编号；后出现的记作 A#2、A#3 …",
            "give each feature its own id; later ones are called A#2, A#3 …",
        )
        notes.append(Problem(spec.id, what, remedy, fatal=False))
    return ids, notes


def _free(word: str, taken: set[str]) -> str:
    n = 2
    while f"{word}#{n}" in taken:
        n += 1
    return f"{word}#{n}"


def _some(words: list[str]) -> Text:
    few = words[:_NAMED_AT_MOST]
    zh, en = "、".join(few), ", ".join(few)
    if len(words) <= _NAMED_AT_MOST:
        return Text(zh, en)
    return Text(f"{zh} …（共 {len(words)} 个）", f"{en} … ({len(words)} in all)")
