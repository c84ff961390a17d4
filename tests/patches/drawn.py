"""Patches, documents and surveys drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from shapely import Geometry

from eco_gis.model.layer import Layer, LayerFault
from eco_gis.model.patches import Patch
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.patches.batch import batches_of
from eco_gis.patches.explain import Seen, explain
from tests.builders import AS_OF, make_layer

DAY = "2024-06-15"


def patch_layer(*shapes: Geometry, days: Sequence[str] | None = None, **spec: Any) -> Layer:
    return make_layer(
        shapes,
        LayerRole.CHANGE_PATCH,
        ids=[f"T{n}" for n in range(1, len(shapes) + 1)],
        columns={"date": list(days) if days is not None else [DAY] * len(shapes)},
        id="patches",
        **spec,
    )


def papers(
    *shapes: Geometry,
    kind: DocumentKind = DocumentKind.CONVERSION_BATCH,
    approved: Sequence[str] | str = "2023-01-01",
    expiry: Sequence[str] | str = "",
    number: Sequence[str] | str = "浙土字〔2023〕1号",
    **spec: Any,
) -> Layer:
    def column(value: Sequence[str] | str) -> list[str]:
        return [value] * len(shapes) if isinstance(value, str) else list(value)

    spec.setdefault("id", str(kind))
    return make_layer(
        shapes,
        LayerRole.DOCUMENT,
        document=kind,
        columns={"document": column(number), "date": column(approved), "expiry": column(expiry)},
        **spec,
    )


def survey(year: int, *parcels: tuple[Geometry, str], **spec: Any) -> Layer:
    return make_layer(
        [shape for shape, _ in parcels],
        LayerRole.LAND_SURVEY,
        columns={"code": [code for _, code in parcels]},
        id=f"survey_{year}",
        version=str(year),
        valid_from=date(year, 12, 31),
        **spec,
    )


def explained(
    patches: Layer,
    *layers: Layer | LayerFault,
    seen: Seen | None = None,
    label: str = "2024-06",
    **places: Layer,
) -> list[Patch]:
    (batch,) = batches_of(patches, label)
    lines: dict[str, tuple[()]] = dict.fromkeys(batch.ids, ())
    return explain(batch, layers, lines, as_of=AS_OF, seen=seen, **places)
