"""Raw → Layer: 2-D valid shapes on the working plane, unique ids, a disjoint footprint, a repair log.

A repair is made on the delivered coordinates, where two edges that shall coincide still do; densifying
and projecting come after it. What it costs is measured on the working plane, in m²: the same shape as
delivered is brought there, and both repairs are made and compared on it. A shape that only the
projection made invalid (coordinates are rounded anew) is repaired on the plane and logged as well.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from eco_gis.errors import Problem, RepairBudgetError
from eco_gis.geometry.crs import Plane, crs_name, transform
from eco_gis.geometry.flaws import find_flaws
from eco_gis.geometry.overlay import footprint
from eco_gis.geometry.parts import dimensions
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.validity import reason_in_words, repair
from eco_gis.layers.attributes import attribute_table
from eco_gis.layers.mixed import mixed_note, table_of_pieces, take_apart
from eco_gis.layers.quarantine import lost_records
from eco_gis.layers.vector import Raw
from eco_gis.layers.zone_words import name_zones
from eco_gis.model.layer import Layer, LayerSpec, Repair, RepairLog, ShapeFlaw
from eco_gis.text import Text

Shapes = NDArray[Any]


def prepare(
    raw: Raw, spec: LayerSpec, plane: Plane, *, coverage: Regions | None, accept_repair: bool = False
) -> Layer:
    """Prepare one layer for overlay.

    Parameters
    ----------
    raw
        The layer as read.
    plane
        Working plane; its domain must hold the layer.
    coverage
        Where the layer is complete, on `plane`; None when that is not declared.
    accept_repair
        Take repairs over budget, as `spec.accept_repair` does.

    Returns
    -------
    Layer
        Features in file order; a site or control record of several dimensions gives one for each (`A`,
        `A·line`), see `eco_gis.layers.mixed`. A record without a usable shape (null, empty, undecodable, without finite
        coordinates, collapsed by its repair) is not among them but in `lost`. A layer without any
        feature is prepared too.

    Raises
    ------
    RepairBudgetError
        A repair costs more than max(`repair_budget_m2`, `repair_budget_share` × area), net or ambiguous;
        one problem per feature with both costs.
    LayerReadError
        A mapped field is not in the file.
    TransformRefusedError
        The datum shift to the plane would have to be guessed.
    UsageError
        A coordinate has no image on the plane.
    """
    geometry = raw.frame.geometry.name
    table, notes = attribute_table(pd.DataFrame(raw.frame.drop(columns=geometry)), spec)
    table, zone_notes = name_zones(table, spec)
    original = np.asarray(raw.frame.geometry.array, dtype=object)
    ids = [str(v) for v in table["id"]]
    reasons = _unusable(original, raw)
    usable = np.array([i for i in range(len(original)) if i not in reasons], dtype=np.intp)
    flaws = _flaws(original[usable], [ids[i] for i in usable])
    pieces = take_apart(original[usable], spec.role)
    records = usable[pieces.source]
    attributes = table_of_pieces(table, records, pieces.part)
    shapes, repairs = _on_plane(
        shapely.force_2d(pieces.shapes), [str(v) for v in attributes["id"]], raw.crs, spec, plane
    )
    solid = (dimensions(shapes) == 2) | ((dimensions(shapes) >= 0) & shapely.is_valid(shapes))
    collapsed = Text("修复后几何消失", "the shape collapses when it is repaired")
    reasons |= dict.fromkeys(records[~solid].tolist(), collapsed)
    over = [r for r in repairs if r.over_budget]
    if over and not (accept_repair or spec.accept_repair):
        raise _refusal(over, spec)
    features = Regions(shapes[solid], plane)
    feet = footprint(features)
    return Layer(
        spec=spec,
        attributes=attributes[solid].reset_index(drop=True),
        features=features,
        footprint=feet.regions,
        footprint_sources=feet.sources,
        coverage=coverage,
        repairs=RepairLog(tuple(repairs), flaws),
        lost=lost_records(table, ids, reasons),
        source_crs=crs_name(raw.crs),
        delivered=pieces.shapes[solid],
        delivered_crs=raw.crs,
        notes=(
            *raw.notes,
            *notes,
            *zone_notes,
            *mixed_note(original[usable], spec),
            *_flaw_note(flaws, spec),
        ),
    )


def _unusable(shapes: Shapes, raw: Raw) -> dict[int, Text]:
    """Records without a shape that can be worked with → why."""
    reasons = dict(raw.unreadable)
    missing, empty = shapely.is_missing(shapes), shapely.is_empty(shapes)
    point_like = ~missing & (shapely.get_dimensions(shapes) < 2) & ~shapely.is_valid(shapes)
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    broken = np.zeros(len(shapes), dtype=bool)
    broken[owner[~np.isfinite(xy).all(axis=1)]] = True
    for mask, why in (
        (missing, Text("无几何", "the shape is null")),
        (empty, Text("空几何", "the shape is empty")),
        (broken, Text("坐标不是有限数", "a coordinate is not a finite number")),
        (point_like, Text("线的长度为零", "the line has no length")),
    ):
        for i in np.flatnonzero(mask):
            reasons.setdefault(int(i), why)
    return reasons


def _flaws(shapes: Shapes, ids: list[str]) -> tuple[ShapeFlaw, ...]:
    """What the delivered features have besides, by feature."""
    return tuple(
        ShapeFlaw(ids[i], what, int(count[i]))
        for what, count in find_flaws(shapes).counts()
        for i in np.flatnonzero(count)
    )


def _flaw_note(flaws: tuple[ShapeFlaw, ...], spec: LayerSpec) -> list[Problem]:
    """One remark for a layer: each kind with how many of it in how many features."""
    totals: dict[Text, list[int]] = {}
    for flaw in flaws:
        totals.setdefault(flaw.what, []).append(flaw.count)
    if not totals:
        return []
    what = Text(
        "；".join(f"{k.zh} {sum(n)} 处（{len(n)} 个要素）" for k, n in totals.items()),
        "; ".join(f"{k.en}: {sum(n)} in {len(n)} feature(s)" for k, n in totals.items()),
    )
    remedy = Text("不影响面积；可在数据源处清理", "no area depends on them; clean them at their source")
    return [Problem(spec.id, what, remedy, fatal=False)]


def _on_plane(
    flat: Shapes, ids: list[str], crs: CRS, spec: LayerSpec, plane: Plane
) -> tuple[Shapes, list[Repair]]:
    """Valid shapes on the plane (empty where a repair left nothing) and the log of their repairs."""
    if not len(flat):
        return flat, []
    mended = repair(flat)
    again = repair(transform(mended.shapes, crs, plane.crs), unit_m=plane.unit_m)
    net, ambiguous = again.net_m2.copy(), again.ambiguous_m2.copy()
    bad = np.flatnonzero(mended.reasons != "")
    if len(bad):
        cost = repair(transform(flat[bad], crs, plane.crs), unit_m=plane.unit_m)
        net[bad] += cost.net_m2
        ambiguous[bad] += cost.ambiguous_m2
    logged = np.union1d(bad, np.flatnonzero(again.reasons != ""))
    area = Regions(again.shapes[logged], plane).area_m2
    return again.shapes, [
        Repair(
            feature=ids[i],
            reason=_reason(mended.reasons[i], again.reasons[i]),
            net_m2=float(net[i]),
            ambiguous_m2=float(ambiguous[i]),
            budget_m2=max(spec.repair_budget_m2, spec.repair_budget_share * float(m2)),
        )
        for i, m2 in zip(logged, area, strict=True)
    ]


def _reason(delivered: str, projected: str) -> Text:
    """Why a shape was repaired: as delivered, else as the projection left it."""
    if delivered:
        return reason_in_words(delivered)
    why = reason_in_words(projected)
    return Text(f"投影后：{why.zh}", f"after projection: {why.en}")


def _refusal(over: list[Repair], spec: LayerSpec) -> RepairBudgetError:
    remedy = Text(
        "在数据源处修正，或用 --accept-repair 或 accept_repair = true 接受修复",
        "mend it at its source, or accept the repair with --accept-repair or accept_repair = true",
    )
    problems = []
    for r in over:
        net, ambiguous, budget = (f"{m2:,.2f} m²" for m2 in (r.net_m2, r.ambiguous_m2, r.budget_m2))
        what = Text(
            f"{r.reason.zh}：修复净变化 {net}，歧义面积 {ambiguous}，修复预算 {budget}",
            f"{r.reason.en}: the repair costs {net} net and {ambiguous} ambiguous, allowed are {budget}",
        )
        problems.append(Problem(f"{spec.id}[{r.feature}]", what, remedy))
    where = f"{spec.id} ({spec.file.name})"
    message = Text(
        f"{where}：{len(over)} 个要素的修复超出预算",
        f"{where}: repairing {len(over)} feature(s) costs more than the budget",
    )
    return RepairBudgetError(message, problems=problems)
