"""Patches as they were delivered: shapes, ids and days of one batch (批次)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from eco_gis.errors import Problem, UsageError
from eco_gis.geometry.regions import Regions
from eco_gis.model.days import day_of
from eco_gis.model.layer import Layer
from eco_gis.text import Text

OWN_FIELDS = ("id", "name", "date", "batch", "area_m2")
"""Mapped names that are read here; all other mapped fields are kept as delivered."""


@dataclass(frozen=True)
class Batch:
    """The patches of one layer under one label; columns of one length."""

    label: str
    """Such as 2024-06; batches are in time order when their labels sort so."""
    ids: tuple[str, ...]
    names: tuple[str, ...]
    days: tuple[date | None, ...]
    """Day of the image that shows the change: the field `date`, else the day the layer is valid from."""
    delivered: tuple[Mapping[str, str], ...]
    ground: Regions


def batch_of(layer: Layer, label: str) -> Batch:
    """Read a batch from a prepared layer.

    Raises
    ------
    UsageError
        When a patch has no area: patches are polygons.
    """
    thin = [layer.ids[i] for i in np.flatnonzero(layer.features.dimensions != 2)]
    if thin:
        raise UsageError(
            Text("图斑无法使用：", "the patches cannot be used:"),
            problems=[
                Problem(
                    f"{layer.spec.id} {key}",
                    Text("不是面", "is no polygon"),
                    Text("图斑须为面图形", "patches are polygons"),
                )
                for key in thin
            ],
        )
    kept = [name for name in layer.spec.fields if name in layer.attributes and name not in OWN_FIELDS]
    rows = layer.attributes.to_dict("records")
    return Batch(
        label=label,
        ids=tuple(layer.ids),
        names=tuple(layer.names),
        days=tuple(day_of(str(row.get("date", ""))) or layer.spec.valid_from for row in rows),
        delivered=tuple(
            {name: str(row[name]) for name in kept if not pd.isna(row[name]) and str(row[name])}
            for row in rows
        ),
        ground=layer.features,
    )


def require_told_apart(batches: Iterable[Batch]) -> None:
    """Refuse a batch in which an id stands twice.

    Raises
    ------
    UsageError
        Naming every id that two layers of one batch share.
    """
    seen: set[tuple[str, str]] = set()
    twice: list[tuple[str, str]] = []
    for batch in batches:
        for key in batch.ids:
            if (batch.label, key) in seen:
                twice.append((batch.label, key))
            seen.add((batch.label, key))
    if twice:
        raise UsageError(
            Text("同一批次内图斑编号重复：", "ids stand twice in one batch:"),
            problems=[
                Problem(
                    f"{label} {key}",
                    Text("编号重复", "the id stands twice"),
                    Text(
                        "为每个图斑编唯一编号，或用 --batch 分批", "give each its own id, or part the batches"
                    ),
                )
                for label, key in sorted(set(twice))
            ],
        )
