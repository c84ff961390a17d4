"""What a site takes parcel by parcel: permanent basic farmland gross and net, forest with its stock."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.layers.codes import name_of
from eco_gis.model.columns import numbers, texts
from eco_gis.model.layer import Layer
from eco_gis.model.sheet import ControlTotal, FarmlandRow, ForestRow
from eco_gis.siting.sites import Sites
from eco_gis.units import apportioned


def farmland_taken(
    sites: Sites, totals: Sequence[ControlTotal], layer: Layer
) -> tuple[tuple[FarmlandRow, ...], ...]:
    """Parcels of permanent basic farmland (永久基本农田) that each site takes, gross and net of 扣除.

    The net share of a parcel is its declared net area over its gross one (`net_m2`, `area_m2`), else
    1 less its coefficient `deduction` (KCXS). Where neither is sound, the net area is not told.
    """
    share = _net_share(layer)
    codes = texts(layer, "code", "DLBM")
    rows: list[tuple[FarmlandRow, ...]] = []
    for total, taken in zip(totals, _taken(sites, layer), strict=True):
        hectares = _hectares(taken, total)
        rows.append(
            tuple(
                FarmlandRow(
                    parcel=layer.ids[j],
                    name=layer.names[j],
                    code=codes[j],
                    measured_m2=area_m2,
                    deduction=None if np.isnan(share[j]) else 1.0 - float(share[j]),
                    ha=ha,
                    net_ha=None if np.isnan(share[j]) else _times(ha, float(share[j])),
                )
                for (j, area_m2), ha in zip(taken, hectares, strict=True)
            )
        )
    return tuple(rows)


def forest_taken(
    sites: Sites, totals: Sequence[ControlTotal], layer: Layer
) -> tuple[tuple[ForestRow, ...], ...]:
    """Forest stands (小班) that each site takes: class, grade, category, stock on that ground, canopy."""
    kinds = texts(layer, "land_class", "DI_LEI")
    grades = [name_of("BH_DJ", g) or g for g in texts(layer, "grade", "BH_DJ")]
    categories = [
        name_of("SEN_LIN_LB", c) or c or kind
        for c, kind in zip(
            texts(layer, "forest_class", "SEN_LIN_LB"), texts(layer, "kind", "LIN_ZHONG"), strict=True
        )
    ]
    stock = _sound(numbers(layer, "stock_m3_ha", "HUO_LMGQXJ"), above=np.inf)
    canopy = _sound(numbers(layer, "canopy", "YU_BI_DU"), above=1.0)
    rows: list[tuple[ForestRow, ...]] = []
    for total, taken in zip(totals, _taken(sites, layer), strict=True):
        hectares = _hectares(taken, total)
        rows.append(
            tuple(
                ForestRow(
                    stand=layer.ids[j],
                    land_class=kinds[j],
                    grade=grades[j],
                    category=categories[j],
                    measured_m2=area_m2,
                    ha=ha,
                    stock_m3=None if np.isnan(stock[j]) else float(stock[j]) * float(ha),
                    canopy=None if np.isnan(canopy[j]) else float(canopy[j]),
                )
                for (j, area_m2), ha in zip(taken, hectares, strict=True)
            )
        )
    return tuple(rows)


def _taken(sites: Sites, layer: Layer) -> list[list[tuple[int, float]]]:
    """Features with the m² that each site takes of them, by id."""
    pairs = overlap_pairs(sites.ground, layer.features)
    taken: list[list[tuple[int, float]]] = [[] for _ in sites.ids]
    for i, j, area_m2 in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
        if area_m2 > 0:
            taken[i].append((int(j), float(area_m2)))
    return [sorted(one, key=lambda row: layer.ids[row[0]]) for one in taken]


def _hectares(taken: Sequence[tuple[int, float]], total: ControlTotal) -> list[Decimal]:
    """The parts on the scale of the control total; they add up to their rounded sum."""
    areas = [area_m2 for _, area_m2 in taken]
    return apportioned(areas, total.scaled(sum(areas))) if areas else []


def _times(ha: Decimal, share: float) -> Decimal:
    return (ha * Decimal(repr(share))).quantize(Decimal("0.0001"))


def _net_share(layer: Layer) -> NDArray[np.float64]:
    gross, net = numbers(layer, "area_m2", "YJJBNTTBMJ"), numbers(layer, "net_m2", "YJJBNTMJ")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.isfinite(net / gross), net / gross, 1.0 - numbers(layer, "deduction", "KCXS"))
    return np.where((share > 0) & (share <= 1), share, np.nan)


def _sound(values: NDArray[np.float64], *, above: float) -> NDArray[np.float64]:
    """Values that can be one, nan for the others."""
    return np.where((values >= 0) & (values <= above), values, np.nan)
