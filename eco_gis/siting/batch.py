"""批次用地: many plots in one table, the share inside approved development plans, and what is approved already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import shapely

from eco_gis.geometry.overlay import CONTACT_AREA_M2, footprint, overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.batch import ApprovedGround, Batch, BatchPlot
from eco_gis.model.columns import texts
from eco_gis.model.days import day_of
from eco_gis.model.layer import Layer, LayerFault
from eco_gis.model.role import DocumentKind
from eco_gis.model.sheet import ControlTotal
from eco_gis.siting.sites import Sites
from eco_gis.text import Text

APPROVING = (DocumentKind.CONVERSION_BATCH, DocumentKind.LAND_SUPPLY, DocumentKind.APPROVED_PROJECT)
"""Documents that approve ground for building."""

NAMES = ("batch", "PCMC", "PC", "批次", "批次名称")
"""Field of a site that names its batch."""


def batches_of(layer: Layer, *, whole: bool) -> dict[str, list[int]]:
    """Rows of each batch of a site layer, in the order of the names.

    Parameters
    ----------
    whole
        Sites that name no batch make one together, named after their layer; else they are in none.
    """
    named = texts(layer, *NAMES)
    fallback = (layer.spec.label.zh or layer.spec.id) if whole else ""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(named):
        if name or fallback:
            found.setdefault(name or fallback, []).append(row)
    return dict(sorted(found.items()))


def make_batches(
    layer: Layer,
    sites: Sites,
    totals: Sequence[ControlTotal],
    townships: Mapping[str, Sequence[str]],
    documents: Sequence[Layer | LayerFault],
    *,
    as_of: date,
    whole: bool = False,
) -> tuple[Batch, ...]:
    """The batches of a site layer.

    Parameters
    ----------
    townships
        Site id → townships, largest part first.
    documents
        Layers of role *document*, usable or not.
    """
    plans = [d for d in documents if d.spec.document is DocumentKind.DEVELOPMENT_PLAN]
    approving = [d for d in documents if d.spec.document in APPROVING]
    in_plan = _inside(sites, plans, as_of)
    approved = _approved(sites, totals, approving, as_of)
    gaps = (*_gaps(plans, DocumentKind.DEVELOPMENT_PLAN.label, as_of), *_gaps(approving, _APPROVED, as_of))
    return tuple(
        Batch(
            name=name,
            plots=tuple(
                BatchPlot(
                    site=sites.ids[i],
                    name=sites.names[i],
                    township=next(iter(townships.get(sites.ids[i], ())), ""),
                    total_ha=totals[i].parts_ha,
                    in_plan_ha=None if in_plan is None else totals[i].scaled(in_plan[i]),
                    approved=approved[i],
                )
                for i in rows
            ),
            overlap_m2=_overlap_m2(sites.ground.take(rows)),
            gaps=gaps,
        )
        for name, rows in batches_of(layer, whole=whole).items()
    )


_APPROVED = Text("已批准用地", "Ground approved before")


def _usable(documents: Sequence[Layer | LayerFault], as_of: date) -> list[Layer]:
    return [d for d in documents if isinstance(d, Layer) and d.spec.valid_on(as_of)]


def _gaps(documents: Sequence[Layer | LayerFault], label: Text, as_of: date) -> list[Text]:
    """Why a kind of document does not answer for the batch as a whole."""
    gaps = []
    if not _usable(documents, as_of):
        gaps.append(
            Text(f"{label.zh}：没有可用且有效的图层", f"{label.to('en')}: no layer is usable and in force")
        )
    for entry in documents:
        if isinstance(entry, LayerFault):
            gaps.append(Text(f"图层 {entry.spec.id} 不可用", f"the layer {entry.spec.id} cannot be used"))
        elif entry.lost:
            gaps.append(
                Text(
                    f"图层 {entry.spec.id} 有 {len(entry.lost)} 条空几何记录",
                    f"the layer {entry.spec.id} has {len(entry.lost)} lost records",
                )
            )
    return gaps


def _rows_in_force(layer: Layer, as_of: date) -> list[int]:
    """Features whose paper is not dated after the day; one without a date counts."""
    days = [day_of(text) for text in texts(layer, "date", "PZRQ", "批准日期")]
    return [j for j, day in enumerate(days) if day is None or day <= as_of]


def _inside(sites: Sites, plans: Sequence[Layer | LayerFault], as_of: date) -> list[float] | None:
    """m² of each site inside the plans in force; None where there is none to ask."""
    usable = _usable(plans, as_of)
    if not usable:
        return None
    shapes = [layer.features.shapes[_rows_in_force(layer, as_of)] for layer in usable]
    ground = footprint(Regions(np.concatenate(shapes), sites.ground.plane)).regions
    pairs = overlap_pairs(sites.ground, ground)
    return [float(v) for v in np.bincount(pairs.a, weights=pairs.area_m2, minlength=len(sites.ids))]


def _approved(
    sites: Sites, totals: Sequence[ControlTotal], documents: Sequence[Layer | LayerFault], as_of: date
) -> list[tuple[ApprovedGround, ...]]:
    found: list[list[ApprovedGround]] = [[] for _ in sites.ids]
    for layer in _usable(documents, as_of):
        rows = _rows_in_force(layer, as_of)
        numbers = texts(layer, "number", "document", "PZWH", "文号")
        pairs = overlap_pairs(sites.ground, layer.features.take(rows))
        for i, k, area_m2 in zip(pairs.a, pairs.b, pairs.area_m2, strict=True):
            j = rows[k]
            if area_m2 > CONTACT_AREA_M2 and layer.spec.document is not None:
                ground = ApprovedGround(
                    layer.spec.id,
                    layer.spec.document,
                    layer.ids[j],
                    layer.names[j],
                    numbers[j],
                    float(area_m2),
                    totals[i].scaled(float(area_m2)),
                )
                found[i].append(ground)
    return [tuple(sorted(one, key=lambda g: (-g.measured_m2, g.layer_id, g.feature))) for one in found]


def _overlap_m2(plots: Regions) -> float:
    """Ground that more than one plot takes."""
    areal = plots.take(plots.dimensions == 2)
    if len(areal) < 2:
        return 0.0
    whole = Regions([shapely.union_all(areal.shapes)], plots.plane)
    return max(0.0, float(areal.area_m2.sum() - whole.area_m2[0]))
