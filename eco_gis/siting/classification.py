"""现状分类面积表: what ground a site takes, by class, ownership and village, adding up to its control total.

Deductions (扣除) are taken from the parcel and given to the class deducted: a dry field of 10 ha with a
coefficient of 0.1 is 9 ha 旱地 and 1 ha 田坎. Ground without a parcel keeps a row of its own: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.atoms import first_wins
from eco_gis.geometry.overlay import difference, overlap_pairs, overlap_shapes
from eco_gis.geometry.regions import Regions
from eco_gis.layers.codes import class_of, code_tables, owner_of
from eco_gis.model.columns import numbers, texts
from eco_gis.model.layer import Layer
from eco_gis.model.sheet import Classification, ClassRow, ControlTotal, LandClass, Ownership
from eco_gis.model.siting import Reason
from eco_gis.siting.measure import UNCOVERED_M2
from eco_gis.siting.sites import Sites
from eco_gis.text import Text
from eco_gis.units import apportioned, shown_area

FIELD_RIDGE = "1203"
"""田坎: the class deducted where the survey names none."""

_CLOSES_M2 = 0.01
"""Parts that miss a site's area by no more are its parts; more shows parcels that overlap one another."""

Key = tuple[str, str, str]
"""Village, ownership code and class of a part."""


def classify(
    sites: Sites,
    totals: Sequence[ControlTotal],
    survey: Layer | None,
    *,
    standing: Sequence[Reason] = (),
    villages: Layer | None = None,
) -> tuple[Classification, ...]:
    """The table of each site; sites without an area have no rows.

    Parameters
    ----------
    totals
        Control totals of the sites, in their order.
    survey
        Land survey in force, with `code` (DLBM), `right` (QSXZ), `deduction` (KCXS), `deducted_code`
        (KCDLBM) and `village` (ZLDWMC); None: the tables say 资料不足.
    standing
        What is wrong with the survey as a whole; becomes a gap of every table.
    villages
        Names the villages where the survey does not.
    """
    labels = tuple(reason.label for reason in standing)
    if survey is None:
        gaps = labels or (Reason.NOT_CONFIGURED.label,)
        return tuple(_unknown(site, total, gaps) for site, total in zip(sites.ids, totals, strict=True))
    parcels = _Parcels(survey)
    parts, rest = _parts(sites, survey, parcels, villages)
    return tuple(
        _table(site, totals[i], survey, parcels, parts[i], float(rest[i]), labels)
        for i, site in enumerate(sites.ids)
    )


class _Parcels:
    """Columns of the survey that the table asks for."""

    def __init__(self, survey: Layer) -> None:
        self.codes = texts(survey, "code", "DLBM")
        self.rights = texts(survey, "right", "QSXZ")
        self.villages = texts(survey, "village", "ZLDWMC", "ZLDWDM")
        self.deducted = texts(survey, "deducted_code", "KCDLBM")
        share = numbers(survey, "deduction", "KCXS")
        whole, taken = numbers(survey, "area_m2", "TBMJ"), numbers(survey, "deducted_m2", "KCMJ")
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(np.isnan(share), taken / whole, share)
        self.wrong: NDArray[np.bool_] = np.isfinite(share) & ((share < 0) | (share >= 1))
        self.shares = np.where(np.isfinite(share) & ~self.wrong, share, 0.0)

    def gaps(self, touched: Collection[int]) -> list[Text]:
        """What parcels touched lack."""
        found = []
        if wrong := sum(bool(self.wrong[j]) for j in touched):
            found.append(
                Text(
                    f"{wrong} 个图斑的扣除系数不在 0 与 1 之间，未作扣除",
                    f"{wrong} parcels have a deduction that is not between 0 and 1: nothing is deducted",
                )
            )
        if unknown := {self.codes[j] or "—" for j in touched if not class_of(self.codes[j])}:
            listed = sorted(unknown)
            found.append(
                Text(
                    f"地类编码 {'、'.join(listed)} 未能归入三大类",
                    f"land classes {', '.join(listed)} have no place among the three classes",
                )
            )
        if any(not owner_of(self.rights[j]) for j in touched):
            found.append(Text("部分图斑权属性质不明", "the ownership of some parcels is not known"))
        return found


def _parts(
    sites: Sites, survey: Layer, parcels: _Parcels, villages: Layer | None
) -> tuple[list[list[tuple[int, str, float]]], NDArray[np.float64]]:
    """(parcel, village, m²) of each site's ground, and its m² without a parcel."""
    ground, features = sites.ground, survey.features
    rest = Regions(difference(ground, features), ground.plane).area_m2
    pairs = overlap_pairs(ground, features)
    covered = np.bincount(pairs.a, weights=pairs.area_m2, minlength=len(ground))
    index = np.arange(len(features))
    if np.any(covered + rest > ground.area_m2 + _CLOSES_M2):
        # parcels overlap one another: the first id wins, so that no ground counts twice
        index = np.array(sorted(set(pairs.b.tolist()), key=lambda j: survey.ids[j]), dtype=np.intp)
        features = first_wins(survey.features.take(index))
        pairs = overlap_pairs(ground, features)
    parts: list[list[tuple[int, str, float]]] = [[] for _ in sites.ids]
    shares = [[(parcels.villages[index[j]], 1.0)] for j in pairs.b]
    if villages is not None and not any(parcels.villages):
        shares = _by_village(Regions(overlap_shapes(ground, features, pairs), ground.plane), villages)
    for i, j, area, named in zip(pairs.a, pairs.b, pairs.area_m2, shares, strict=True):
        if area > 0:
            parts[i] += [(int(index[j]), village, float(area) * share) for village, share in named]
    return parts, np.asarray(np.where(rest > UNCOVERED_M2, rest, 0.0))


def _by_village(pieces: Regions, villages: Layer) -> list[list[tuple[str, float]]]:
    """Villages of each piece with their share of it; ground outside all has an empty name."""
    order = np.array(sorted(range(len(villages)), key=lambda j: villages.ids[j]), dtype=np.intp)
    zones = first_wins(villages.features.take(order))
    found: list[list[tuple[str, float]]] = [[] for _ in range(len(pieces))]
    pairs = overlap_pairs(pieces, zones)
    for i, j, area in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
        at = int(order[j])
        found[i].append((villages.names[at] or villages.ids[at], float(area / pieces.area_m2[i])))
    for named in found:
        left = 1.0 - sum(share for _, share in named)
        if left > 1e-9:
            named.append(("", left))
    return found


def _table(
    site: str,
    total: ControlTotal,
    survey: Layer,
    parcels: _Parcels,
    parts: Sequence[tuple[int, str, float]],
    rest_m2: float,
    standing: tuple[Text, ...],
) -> Classification:
    areas: dict[Key, float] = {}

    def book(key: Key, area_m2: float) -> None:
        if area_m2 > 0:
            areas[key] = areas.get(key, 0.0) + area_m2

    for j, village, area_m2 in parts:
        owner, deducted = owner_of(parcels.rights[j]) or "", area_m2 * float(parcels.shares[j])
        book((village, owner, parcels.codes[j]), area_m2 - deducted)
        book((village, owner, parcels.deducted[j] or FIELD_RIDGE), deducted)
    gaps = (*standing, *parcels.gaps({j for j, _, _ in parts}))
    if rest_m2 > 0:
        book(("", "", ""), rest_m2)
        gaps += (_uncovered(rest_m2),)
    return Classification(site, survey.spec.id, total.parts_ha, _rows(areas, total.parts_ha), gaps)


def _unknown(site: str, total: ControlTotal, gaps: tuple[Text, ...]) -> Classification:
    """The table of a site that no survey can be asked about: one row, not classified."""
    areas = {("", "", ""): total.ellipsoidal_m2} if total.ellipsoidal_m2 > 0 else {}
    return Classification(site, "", total.parts_ha, _rows(areas, total.parts_ha), gaps)


def _rows(areas: Mapping[Key, float], total_ha: Decimal) -> tuple[ClassRow, ...]:
    """Rows in the order of the table; their hectares add up to the total at the last digit."""
    land = code_tables()["DLBM"]
    rows = [
        ClassRow(
            village=village,
            ownership=Ownership(owner or "unknown"),
            land_class=LandClass(class_of(code) or "unknown"),
            code=code,
            name=land.name_of(code) or code,
            measured_m2=area_m2,
            ha=Decimal(0),
        )
        for (village, owner, code), area_m2 in areas.items()
    ]
    order = list(LandClass)
    rows.sort(
        key=lambda r: (order.index(r.land_class), r.code, list(Ownership).index(r.ownership), r.village)
    )
    shares = apportioned([r.measured_m2 for r in rows], total_ha if rows else Decimal(0))
    return tuple(replace(row, ha=ha) for row, ha in zip(rows, shares, strict=True))


def _uncovered(rest_m2: float) -> Text:
    ha = shown_area(rest_m2, "ha")
    return Text(f"{ha} 公顷没有调查图斑", f"{ha} ha have no survey parcel")
