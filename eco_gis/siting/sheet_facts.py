"""Facts of the check sheets: control totals, classes, takings, corridors, decisions, batches, neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from eco_gis.model.batch import Batch, NeighbourGroup
from eco_gis.model.decision import Decided
from eco_gis.model.fact import Fact, Method, Value, group_fact_id, sheet_fact_id
from eco_gis.model.sheet import Classification, ControlTotal, LandClass, Ownership, SheetResult
from eco_gis.model.siting import SiteAnswer, SitingResult, Suggestion
from eco_gis.units import DECIMALS, shown

HECTARE = Decimal(10_000)


def sheet_facts(siting: SitingResult, sheet: SheetResult) -> Iterator[Fact]:
    """Every number and decision that the sheets show beside the answers."""
    year = str(siting.as_of.year)
    for site in siting.sites:
        total = sheet.totals[site.id]
        yield from _total_facts(site.id, total, year)
        yield from _part_facts(site, total, year)
        yield from _class_facts(sheet.classes[site.id], year)
        yield from _taking_facts(site.id, sheet, year)
        decided = [d for d in sheet.decided if d.decision.site == site.id]
        yield from _decided_site_facts(site, decided, year)
        for one in decided:
            yield from _decision_facts(one, year)
    for batch in sheet.batches:
        yield from _batch_facts(batch, year)
    for group in sheet.groups:
        yield from _group_facts(group, year)


def _total_facts(site: str, total: ControlTotal, year: str) -> Iterator[Fact]:
    yield _ha(sheet_fact_id(site, "control_total"), "control_total", total.parts_ha, year, subject=site)
    yield _fact(
        sheet_fact_id(site, "control_basis"), "control_basis", total.basis.value, "", Method.COMPARISON, year,
        subject=site, words=total.basis.label.zh,
    )  # fmt: skip
    values = {
        "declared_area": (total.declared_m2, Method.DECLARED),
        "survey_planar": (total.planar_m2, Method.PLANAR),
        "control_difference": (total.difference_m2, Method.COMPARISON),
        "control_tolerance": (total.tolerance_m2, Method.COMPARISON),
    }
    for quantity, (value, method) in values.items():
        yield _fact(sheet_fact_id(site, quantity), quantity, value, "m2", method, year, subject=site)


def _part_facts(site: SiteAnswer, total: ControlTotal, year: str) -> Iterator[Fact]:
    """Each layer's concerned area on the scale of the control total."""
    for answer in site.answers:
        yield _ha(
            sheet_fact_id(site.id, "layer", answer.layer_id, "apportioned"),
            "overlap_apportioned",
            total.scaled(answer.area_m2),
            year,
            subject=site.id,
            layer=answer.layer_id,
        )


def class_fact_id(site: str, *key: str) -> str:
    """Id of an area of the classification: of a row (code, ownership, village), or of a sum."""
    return sheet_fact_id(site, "class", *key, "area")


def _owner_key(owner: Ownership) -> str:
    """Part of an id for the sum of an ownership; unknown classes have one of that name already."""
    return "owner_unknown" if owner is Ownership.UNKNOWN else owner.value


def _class_facts(table: Classification, year: str) -> Iterator[Fact]:
    site, layer = table.site, table.layer_id or None
    for row in table.rows:
        key = (row.code or "none", row.ownership.value, row.village or "none")
        yield _ha(class_fact_id(site, *key), "class_area", row.ha, year, subject=site, layer=layer)
        yield _fact(
            sheet_fact_id(site, "class", *key, "measured"), "class_measured", row.measured_m2, "m2",
            Method.ELLIPSOIDAL, year, subject=site, layer=layer,
        )  # fmt: skip
    sums = {
        **{c.value: table.sum_ha(c) for c in LandClass},
        **{_owner_key(o): table.sum_ha(ownership=o) for o in Ownership},
        "cropland": table.sum_ha(cropland=True),
        "rounding": table.total_ha - _rounded_alone(table),
    }
    for name, ha in sums.items():
        yield _ha(class_fact_id(site, name), "class_area", ha, year, subject=site, layer=layer)


def _rounded_alone(table: Classification) -> Decimal:
    """What the rows would add up to, were each rounded for itself: the rest is the remainder (尾差)."""
    whole = sum(row.measured_m2 for row in table.rows)
    if whole <= 0:
        return table.total_ha
    return sum(
        (
            (Decimal(repr(row.measured_m2)) * table.total_ha / Decimal(repr(whole))).quantize(
                Decimal("0.0001")
            )
            for row in table.rows
        ),
        Decimal("0.0000"),
    )


def _taking_facts(site: str, sheet: SheetResult, year: str) -> Iterator[Fact]:
    farmland, forest = sheet.farmland.get(site, ()), sheet.forest.get(site, ())
    for n, parcel in enumerate(farmland, start=1):
        key = (str(n), parcel.parcel)
        yield _ha(
            sheet_fact_id(site, "farmland", *key, "gross"), "farmland_gross", parcel.ha, year, subject=site
        )
        yield _ha(
            sheet_fact_id(site, "farmland", *key, "net"), "farmland_net", parcel.net_ha, year, subject=site
        )
    if farmland:
        gross = sum((p.ha for p in farmland), Decimal("0.0000"))
        known = [p.net_ha for p in farmland if p.net_ha is not None]
        net = sum(known, Decimal("0.0000")) if len(known) == len(farmland) else None
        yield _ha(sheet_fact_id(site, "farmland", "gross"), "farmland_gross", gross, year, subject=site)
        yield _ha(sheet_fact_id(site, "farmland", "net"), "farmland_net", net, year, subject=site)
    for n, stand in enumerate(forest, start=1):
        key = (str(n), stand.stand)
        yield _ha(sheet_fact_id(site, "forest", *key, "area"), "forest_area", stand.ha, year, subject=site)
        yield _fact(
            sheet_fact_id(site, "forest", *key, "stock"), "forest_stock", stand.stock_m3, "m3",
            Method.APPORTIONED, year, subject=site,
        )  # fmt: skip
        yield _fact(
            sheet_fact_id(site, "forest", *key, "canopy"), "forest_canopy", stand.canopy, "share",
            Method.DECLARED, year, subject=site,
        )  # fmt: skip
    if forest:
        area = sum((s.ha for s in forest), Decimal("0.0000"))
        stocks = [s.stock_m3 for s in forest if s.stock_m3 is not None]
        stock = sum(stocks) if len(stocks) == len(forest) else None
        yield _ha(sheet_fact_id(site, "forest", "area"), "forest_area", area, year, subject=site)
        yield _fact(
            sheet_fact_id(site, "forest", "stock"), "forest_stock", stock, "m3", Method.APPORTIONED, year,
            subject=site,
        )  # fmt: skip
    for n, width in enumerate(sheet.corridors.get(site, ()), start=1):
        for quantity, value in (
            ("without", width.without_m),
            ("remaining", width.remaining_m),
            ("widest_gap", width.widest_gap_m),
            ("step", width.step_m),
        ):
            yield _fact(
                sheet_fact_id(site, "corridor", str(n), quantity), f"corridor_{quantity}", value, "m",
                Method.PLANE_OVER_SCALE, year, subject=site, layer=width.layer_id, feature=width.feature,
            )  # fmt: skip


def _decided_site_facts(site: SiteAnswer, decided: list[Decided], year: str) -> Iterator[Fact]:
    """The strictest suggestion when decisions of people count; only where there is one."""
    if not any(d.holds for d in decided):
        return
    by_layer = {d.decision.layer: d.suggestion for d in decided}
    given = [by_layer.get(a.layer_id, a.suggestion) for a in site.answers] + [
        r.suggestion for r in site.rules
    ]
    strictest = max(given, key=lambda s: s.strictness, default=Suggestion.SUPPLEMENT)
    yield _fact(
        sheet_fact_id(site.id, "decided_suggestion"), "decided_suggestion", strictest.value, "",
        Method.COMPARISON, year, subject=site.id, words=strictest.label.zh,
    )  # fmt: skip


def _decision_facts(decided: Decided, year: str) -> Iterator[Fact]:
    decision = decided.decision
    words = {
        "decided_answer": (decided.answer.value, decided.answer.label.zh),
        "decided_suggestion": (decided.suggestion.value, decided.suggestion.label.zh),
        "decision_state": (decided.state.value, decided.state.label.zh),
        "decision_by": (decision.by, decision.by),
        "decision_date": (decision.on.isoformat(), decision.on.isoformat()),
        "decision_document": (decision.document, decision.document),
        "decision_reason": (decision.reason, decision.reason),
    }
    for quantity, (value, told) in words.items():
        yield _fact(
            sheet_fact_id(decision.site, "layer", decision.layer, quantity), quantity, value, "",
            Method.DECLARED, year, subject=decision.site, layer=decision.layer, words=told,
        )  # fmt: skip


def _batch_facts(batch: Batch, year: str) -> Iterator[Fact]:
    def area(quantity: str, ha: Decimal | None) -> Fact:
        return _ha(group_fact_id("batch", batch.name, quantity), f"batch_{quantity}", ha, year)

    in_plan = [p.in_plan_ha for p in batch.plots if p.in_plan_ha is not None]
    yield area("total", batch.total_ha)
    yield area("in_plan", sum(in_plan, Decimal("0.0000")) if len(in_plan) == len(batch.plots) else None)
    yield _fact(
        group_fact_id("batch", batch.name, "overlap"), "batch_overlap", batch.overlap_m2, "m2",
        Method.ELLIPSOIDAL, year,
    )  # fmt: skip
    yield _fact(
        group_fact_id("batch", batch.name, "plots"),
        "batch_plots",
        len(batch.plots),
        "count",
        Method.COUNT,
        year,
    )
    for plot in batch.plots:
        yield _ha(
            group_fact_id("batch", batch.name, plot.site, "in_plan"), "batch_in_plan", plot.in_plan_ha, year,
            subject=plot.site,
        )  # fmt: skip
        for n, ground in enumerate(plot.approved, start=1):
            yield _ha(
                group_fact_id("batch", batch.name, plot.site, "approved", str(n)), "approved_before", ground.ha,
                year, subject=plot.site, layer=ground.layer_id, feature=ground.feature,
            )  # fmt: skip


def _group_facts(group: NeighbourGroup, year: str) -> Iterator[Fact]:
    yield _fact(
        group_fact_id("neighbours", group.id, "area"), "neighbours_area", group.measured_m2, "m2",
        Method.ELLIPSOIDAL, year,
    )  # fmt: skip
    yield _fact(
        group_fact_id("neighbours", group.id, "members"), "neighbours_members", len(group.members), "count",
        Method.COUNT, year,
    )  # fmt: skip
    for n, one in enumerate(group.sums, start=1):
        for quantity, value in (("area", one.measured_m2), ("largest", one.largest_m2)):
            yield _fact(
                group_fact_id("neighbours", group.id, "sum", str(n), quantity), f"neighbours_{quantity}", value,
                "m2", Method.ELLIPSOIDAL, year, layer=one.layer_id, feature=one.patch or None,
                township=one.township or None,
            )  # fmt: skip


def _ha(
    fact_id: str,
    quantity: str,
    ha: Decimal | None,
    year: str,
    *,
    subject: str | None = None,
    layer: str | None = None,
    feature: str | None = None,
) -> Fact:
    """An area known to four decimals of a hectare, as m²."""
    value = None if ha is None else float(ha * HECTARE)
    return _fact(
        fact_id,
        quantity,
        value,
        "m2",
        Method.APPORTIONED,
        year,
        subject=subject,
        layer=layer,
        feature=feature,
    )


def _fact(
    fact_id: str,
    quantity: str,
    value: Value,
    unit: str,
    method: Method,
    year: str,
    *,
    subject: str | None = None,
    layer: str | None = None,
    feature: str | None = None,
    township: str | None = None,
    words: str = "",
) -> Fact:
    return Fact(
        id=fact_id,
        quantity=quantity,
        value=value,
        unit=unit,
        shown=words or _shown(value, unit),
        method=method,
        layer=layer,
        feature=feature,
        township=township,
        year=year,
        subject=subject,
    )


def _shown(value: Value, unit: str) -> str:
    if value is None or isinstance(value, (str, bool)):
        return "—"
    if unit == "share":
        return shown(100 * value, DECIMALS["share"]) + " %"
    return str(value) if unit == "count" else shown(value, DECIMALS[unit])
