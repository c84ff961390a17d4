"""What stands beside two versions of a line: townships, registers, the county, land classes and forest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from eco_gis.change.cells import Cells, cells_of
from eco_gis.model.layer import Layer, LayerFault, LayerSpec


def order_of(spec: LayerSpec) -> tuple[date, list[tuple[str, int]], str]:
    """Place of a version among its series: by the day it came into force, then its version, v9 before v10."""
    parts = [(word, int(digits or 0)) for word, digits in re.findall(r"(\D*)(\d*)", spec.version)]
    return spec.valid_from or date.min, parts, spec.id


@dataclass(frozen=True)
class Beside:
    """Layers that tell where changed ground lies and what documents it; all versions of each."""

    townships: tuple[Layer, ...] = ()
    registers: tuple[Layer, ...] = ()
    """Every register of approved changes; their entries are merged."""
    counties: tuple[Layer, ...] = ()
    surveys: tuple[Layer, ...] = ()
    """Land surveys."""
    forests: tuple[Layer, ...] = ()
    faults: tuple[LayerFault, ...] = ()
    """Layers that would have belonged to the comparison; with any, the answer stays 待核."""
    sliver_width_m: float = 1.0
    """Pieces with a smaller mean width are marked as slivers; they stay in every sum."""
    cells_of: Callable[[Layer, Layer | None], Cells] = cells_of
    """Splits a line by patch and township; a caller who asks often keeps what was split."""


def in_force(layers: Sequence[Layer], day: date | None) -> Layer | None:
    """The newest layer that had come into force by `day`, else the oldest; None where there is none.

    An open day asks for the newest.
    """
    ordered = sorted(layers, key=lambda v: order_of(v.spec))
    begun = [v for v in ordered if day is None or v.spec.valid_from is None or v.spec.valid_from <= day]
    return next(reversed(begun), next(iter(ordered), None))
