"""批次用地: plots together, their share of development plans, and what is approved already."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import shapely

from eco_gis.model.batch import Batch
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.siting.batch import make_batches
from eco_gis.siting.control_total import control_totals
from eco_gis.siting.sites import Sites
from tests.builders import AS_OF, at, make_layer, make_sites, square

PLOTS = [square(0, 0, 100), square(200, 0, 100), square(400, 0, 100)]


def batches(
    documents: list[Layer | LayerFault], *, whole: bool = False, **columns: list
) -> tuple[Batch, ...]:
    layer = make_sites(PLOTS, **columns)
    sites = Sites.of(layer)
    towns = {"P1": ("甲镇", "乙镇"), "P2": ("乙镇",)}
    return make_batches(
        layer, sites, control_totals(layer, sites), towns, documents, as_of=AS_OF, whole=whole
    )


def document(kind: DocumentKind, *shapes: shapely.Geometry, **more: list) -> Layer:
    return make_layer(shapes, LayerRole.DOCUMENT, id=str(kind), document=kind, columns=more)


def test_plots_are_grouped_by_their_batch_and_sum_to_their_totals() -> None:
    first, second = batches([], batch=["2024-1", "2024-2", "2024-1"], declared_ha=[1.0, 1.0, 1.0003])
    assert [p.site for p in first.plots] == ["P1", "P3"] and second.name == "2024-2"
    assert first.total_ha == Decimal("2.0003")
    assert first.plots[0].township == "甲镇" and first.plots[1].township == ""


def test_sites_without_a_batch_are_one_only_when_asked_for() -> None:
    assert batches([]) == ()
    (one,) = batches([], whole=True)
    assert len(one.plots) == 3 and one.name == "sites"


def test_the_share_in_a_plan_and_ground_approved_before() -> None:
    plan = document(DocumentKind.DEVELOPMENT_PLAN, at(shapely.box(-10, -10, 250, 110)), date=["2024-05-01"])
    twice = square(0, 0, 50)
    approved = document(
        DocumentKind.CONVERSION_BATCH,
        twice,
        square(400, 0, 100),
        PZWH=["示例〔2023〕7号", ""],
        PZRQ=["2023-02-01", "2025-02-01"],
    )
    (batch,) = batches([plan, approved], whole=True, declared_ha=[1.0, 1.0, 1.0])
    assert [p.in_plan_ha for p in batch.plots] == [Decimal("1.0000"), Decimal("0.5000"), Decimal("0.0000")]
    (hit,) = batch.plots[0].approved
    assert (hit.number, hit.ha, hit.kind) == (
        "示例〔2023〕7号",
        Decimal("0.2500"),
        DocumentKind.CONVERSION_BATCH,
    )
    assert batch.plots[2].approved == (), "a paper of next year approves nothing today"
    assert batch.gaps == ()


def test_without_plans_or_with_a_fault_the_answer_is_no_data() -> None:
    spec = LayerSpec("broken", LayerRole.DOCUMENT, Path("x.gpkg"), document=DocumentKind.LAND_SUPPLY)
    later = document(DocumentKind.DEVELOPMENT_PLAN, square(0, 0, 900), date=["2026-01-01"])
    (batch,) = batches([LayerFault(spec, ())], whole=True)
    assert batch.plots[0].in_plan_ha is None
    assert len(batch.gaps) == 3, "no plan, no approval layer, and the broken one by name"
    (batch,) = batches([later], whole=True)
    assert batch.plots[0].in_plan_ha == 0, "a plan of a later day is none"


def test_plots_that_overlap_are_told() -> None:
    layer = make_sites([square(0, 0, 100), square(90, 0, 100)])
    sites = Sites.of(layer)
    (batch,) = make_batches(layer, sites, control_totals(layer, sites), {}, [], as_of=AS_OF, whole=True)
    assert batch.overlap_m2 == pytest.approx(1000, rel=1e-3)
    assert batches([], whole=True)[0].overlap_m2 == pytest.approx(0, abs=1e-6)
