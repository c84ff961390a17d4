"""What the gate reads in the attributes: codes, blank zones, mojibake, counts, the step of the coordinates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from eco_gis.geometry.wkb import PackedShapes
from eco_gis.layers.codes import CodeTable, table_of_field
from eco_gis.layers.formats.sources import dbf_encoding, layers_in
from eco_gis.layers.gate.shapes import Spot, SpotKind
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.text import Text

DROP = 0.10
"""A loss of this share of the features from one version to the next is named."""
_STEPS = (1e3, 1e2, 1e1, 1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
_SAMPLE = 5_000
_FEW = 50
_SPOTS = 500


@dataclass(frozen=True)
class UnknownCodes:
    """Codes of one field that its table does not know."""

    field: str
    table: CodeTable
    codes: dict[str, int]
    """Code → how often."""
    spots: tuple[Spot, ...]


def unknown_codes(layer: Layer) -> Iterator[UnknownCodes]:
    """Every field of a layer whose name a code table bears, and the codes in it that the table lacks."""
    for field in layer.attributes.columns:
        table = table_of_field(str(field), layer.spec.role)
        if table is None:
            continue
        values = [str(v) for v in layer.attributes[field]]
        codes = table.unknown(v for v in values if not _is_name(v, table))
        if codes:
            at = [i for i, v in enumerate(values) if v in codes][:_SPOTS]
            spots = tuple(
                Spot(
                    layer.spec.id,
                    SpotKind.CODE,
                    (layer.ids[i],),
                    Text(f"{field} = {values[i]}", f"{field} = {values[i]}"),
                    None,
                    layer.features.shapes[i],
                )
                for i in at
            )
            yield UnknownCodes(str(field), table, dict(sorted(codes.items())), spots)


def _is_name(value: str, table: CodeTable) -> bool:
    """Whether a value is the name in place of the code, as some counties deliver it."""
    return value in table.names.values()


def blank_zones(layer: Layer) -> list[str]:
    """Ids of features without a zone, where a zone is mapped; such a feature always counts as concerned."""
    if "zone" not in layer.spec.fields:
        return []
    return [i for i, zone in zip(layer.ids, layer.attributes["zone"], strict=True) if not str(zone).strip()]


def garbled(layer: Layer) -> dict[str, str]:
    """Fields that hold text read in the wrong encoding, each with the first such value."""
    found: dict[str, str] = {}
    for field in layer.attributes.columns:
        column = layer.attributes[field]
        if not pd.api.types.is_numeric_dtype(column):
            first = next((v for v in column.unique() if isinstance(v, str) and is_mojibake(v)), None)
            if first is not None:
                found[str(field)] = first
    return found


def is_mojibake(text: str) -> bool:
    """Whether a text is Chinese read in the wrong encoding.

    >>> [is_mojibake(t) for t in ("东阳", "Zürich", "¶«Ñô", "涓滈槼", "锟斤拷", "一", "")]
    [False, False, True, True, True, False, False]
    """
    if text.isascii():
        return False
    return (
        "\ufffd" in text
        or "锟斤拷" in text
        or _reads(text, "latin-1", "gb18030")
        or _reads(text, "latin-1", "utf-8")
        or _reads(text, "gb18030", "utf-8")
    )


def _reads(text: str, written: str, meant: str) -> bool:
    """Whether the bytes of a text make Chinese characters, two at least, in another encoding."""
    try:
        other = text.encode(written).decode(meant)
    except UnicodeError:
        return False
    foreign = [c for c in other if not c.isascii()]
    return len(foreign) > 1 and all("\u4e00" <= c <= "\u9fff" for c in foreign)


def encoding_of(spec: LayerSpec) -> str:
    """How the attributes of a layer are encoded."""
    if spec.encoding:
        return spec.encoding.upper()
    layer = spec.layer or next(iter(layers_in(spec.file)), "")
    found = dbf_encoding(spec.file, layer)
    return found.name.upper() if found else "UTF-8"


@dataclass(frozen=True)
class CountDrop:
    """A version with far fewer features than the one before."""

    earlier: Layer
    later: Layer

    @property
    def share(self) -> float:
        """Share of the features that are gone."""
        return 1.0 - len(self.later) / len(self.earlier)


def count_drops(layers: Iterable[Layer]) -> Iterator[CountDrop]:
    """Versions of one series in which at least a tenth of the features of the version before are gone."""
    for versions in versions_of(layers).values():
        for earlier, later in pairwise(versions):
            if len(earlier) and len(later) <= (1 - DROP) * len(earlier):
                yield CountDrop(earlier, later)


def versions_of(layers: Iterable[Layer]) -> dict[str, list[Layer]]:
    """Layers of one series in the order of their versions; series of one version too."""
    series: dict[str, list[Layer]] = defaultdict(list)
    for layer in layers:
        series[layer.spec.series].append(layer)
    for versions in series.values():
        versions.sort(key=lambda one: (one.spec.version, one.spec.valid_from is not None, one.spec.id))
    return series


def coordinate_step(shapes: NDArray[Any] | PackedShapes | None) -> float | None:
    """The step to which coordinates are rounded, in their own unit; None where none is seen.

    Of many coordinates a sample is asked; of few different ones nothing can be told.

    >>> coordinate_step(np.array([shapely.LineString([(n / 100, n) for n in range(99)])]))
    0.01
    """
    if shapes is None or not len(shapes):
        return None
    xy = shapely.get_coordinates(shapes[:: max(1, len(shapes) // _SAMPLE)])
    values = xy[:: max(1, len(xy) // _SAMPLE)].ravel()
    values = np.unique(values[np.isfinite(values)])
    if len(values) < _FEW:
        return None
    noise = np.spacing(np.abs(values)) * 4
    for step in _STEPS:
        if step < 8 * noise.max(initial=0.0):
            return None
        if np.all(np.abs(values - np.round(values / step) * step) <= noise + step * 1e-9):
            return step
    return None
