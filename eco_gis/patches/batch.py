"""Patches as they were delivered: shapes, ids and days of one batch (批次)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from eco_gis.errors import Problem, UsageError
from eco_gis.geometry.regions import Regions
from eco_gis.model.columns import texts
from eco_gis.model.days import day_of
from eco_gis.model.layer import Layer
from eco_gis.text import Text

OWN_FIELDS = ("id", "name", "date", "batch", "area_m2")
"""Mapped names that are read here; all other mapped fields are kept as delivered."""


@dataclass(frozen=True)
class Batch:
    """Patches of one layer under one label; columns of one length."""

    label: str
    """Such as 2024-06; batches are in time order when their labels sort so."""
    layer: Layer
    """The layer with these patches alone."""
    days: tuple[date | None, ...]
    """Day of the image that shows the change: the field `date`, else the day the layer is valid from."""
    delivered: tuple[Mapping[str, str], ...]

    @property
    def ids(self) -> list[str]:
        """Ids of the patches."""
        return self.layer.ids

    @property
    def ground(self) -> Regions:
        """Their polygons."""
        return self.layer.features


def batches_of(layer: Layer, label: str | None = None) -> list[Batch]:
    """Read the batches of a prepared layer.

    Parameters
    ----------
    label
        One label for all; None: the field `batch` of each patch, else the layer's version, else its id.

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
    fallback = layer.spec.version or layer.spec.id
    labels = [label or own or fallback for own in texts(layer, "batch")]
    return [
        _batch(layer, one, [i for i, own in enumerate(labels) if own == one]) for one in sorted(set(labels))
    ]


def _batch(layer: Layer, label: str, rows: list[int]) -> Batch:
    kept = [name for name in layer.spec.fields if name in layer.attributes and name not in OWN_FIELDS]
    told = {name: texts(layer, name) for name in kept}
    days = texts(layer, "date")
    return Batch(
        label=label,
        layer=replace(
            layer,
            attributes=layer.attributes.iloc[rows].reset_index(drop=True),
            features=layer.features.take(rows),
        ),
        days=tuple(day_of(days[i]) or layer.spec.valid_from for i in rows),
        delivered=tuple({name: told[name][i] for name in kept if told[name][i]} for i in rows),
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
