"""Layers of role *document* as papers with ground, and what a paper can document on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.regions import Regions
from eco_gis.model.days import day_of, names_document
from eco_gis.model.layer import Layer
from eco_gis.model.paper import Paper
from eco_gis.text import Text

_CLOSED = (
    "已整改",
    "已销号",
    "已完成",
    "已退出",
    "已拆除",
    "已恢复",
    "办结",
    "closed",
    "completed",
    "rectified",
)
"""Words by which a list says that a matter is closed."""


@dataclass(frozen=True)
class Covering:
    """Papers and the ground they cover, position by position."""

    papers: tuple[Paper, ...]
    regions: Regions

    def take(self, positions: Sequence[int]) -> Covering:
        """Some of them, in that order."""
        index = np.asarray(positions, dtype=np.intp)
        return Covering(tuple(self.papers[i] for i in index), self.regions.take(index))


def covering(layers: Iterable[Layer], like: Regions) -> Covering:
    """All papers with a polygon, sorted so that the order of layers and rows changes nothing."""
    found = [
        (paper, shape)
        for layer in layers
        for paper, shape in zip(papers_of(layer), layer.features.shapes, strict=True)
        if shapely.get_dimensions(shape) == 2
    ]
    found.sort(key=lambda one: (one[0].kind, one[0].document, one[0].key))
    shapes: NDArray[np.object_] = np.empty(len(found), dtype=object)
    shapes[:] = [shape for _, shape in found]
    return Covering(tuple(paper for paper, _ in found), Regions(shapes, like.plane))


def papers_of(layer: Layer) -> tuple[Paper, ...]:
    """One paper per feature; fields `office`, `document`, `date`, `expiry` (or `until`), `closed`, `state`.

    A day that cannot be read counts as none. Where the file has no date at all, matters stand since the
    layer's first day in force.
    """
    kind = layer.spec.document
    if kind is None:
        return ()

    def column(name: str) -> list[str]:
        given = layer.attributes[name] if name in layer.attributes else [""] * len(layer)
        return [str(v) for v in given]

    columns = {n: column(n) for n in ("office", "document", "date", "expiry", "until", "closed", "state")}
    return tuple(
        Paper(
            layer=layer.spec.id,
            id=layer.ids[i],
            kind=kind,
            name=layer.names[i],
            office=columns["office"][i],
            document=columns["document"][i],
            day=day_of(columns["date"][i]),
            until=day_of(columns["expiry"][i] or columns["until"][i]),
            closed=day_of(columns["closed"][i]),
            state=columns["state"][i],
            said=columns["date"][i],
        )
        for i in range(len(layer))
    )


def refusal(paper: Paper, on: date) -> Text | None:
    """Why a paper documents nothing that stands on a day; None where it can.

    It has to name a document and a day not after `on`, and to hold until then.
    """
    if not names_document(paper.document):
        return Text("没有文号", "it names no document")
    if paper.day is None:
        said = paper.said.strip()
        return Text(f"日期缺失或无法识别（{said!r}）", f"its date is missing or cannot be read ({said!r})")
    if paper.day > on:
        return Text(f"日期 {paper.day} 晚于 {on}", f"its date {paper.day} is after {on}")
    if paper.until is not None and paper.until < on:
        return Text(f"有效期至 {paper.until}，{on} 已过期", f"it held until {paper.until} only, not on {on}")
    return None


def says_closed(paper: Paper) -> bool:
    """Whether the list's own word says that the matter is closed."""
    return any(word in paper.state.lower() for word in _CLOSED)
