"""Which layers are versions of one thing, where the catalog does not say so with `series`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from eco_gis.model.layer import LayerSpec
from eco_gis.model.role import LayerRole

OWN_SERIES_ROLES = (LayerRole.RESTRICTION, LayerRole.PROJECT_SITE, LayerRole.CHANGE_PATCH, LayerRole.DOCUMENT)
"""Roles whose layers are different things, not versions of one, unless the catalog says so."""
SEVERAL_ROLES = (
    LayerRole.NATURE_RESERVE,
    LayerRole.FOREST_QUALITY,
    LayerRole.CONTROL_UNIT,
    LayerRole.INDICATOR,
)
"""Roles of which a county may have several at once: two parks are two layers, each in force by itself."""

_YEAR = re.compile(r"[_.\-]?(?<!\d)(?:19|20)\d\d(?!\d)")


def with_default_series(specs: Sequence[LayerSpec]) -> list[LayerSpec]:
    """The entries, each with a series.

    By default that is the role, for roles whose layers are different things the id. Layers of a role that
    may stand several times are versions of one only where their ids differ by the year alone
    (`nature_reserve_2023`, `nature_reserve_2024`): a park whose layer expired must not be hidden by another.
    """
    unnamed: dict[LayerRole, set[str]] = {}
    for spec in specs:
        if not spec.series:
            unnamed.setdefault(spec.role, set()).add(without_year(spec.id))
    return [spec if spec.series else replace(spec, series=_default(spec, unnamed)) for spec in specs]


def _default(spec: LayerSpec, unnamed: dict[LayerRole, set[str]]) -> str:
    if spec.role in OWN_SERIES_ROLES:
        return spec.id
    if spec.role in SEVERAL_ROLES and len(unnamed[spec.role]) > 1:
        return without_year(spec.id)
    return spec.role.value


def without_year(layer_id: str) -> str:
    """An id without its year; what is nothing but a year stays.

    >>> [without_year(i) for i in ("park_2023", "park2024", "park_1", "2023")]
    ['park', 'park', 'park_1', '2023']
    """
    return _YEAR.sub("", layer_id) or layer_id
