"""Facts of patches: areas, answers, states and sums by id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from eco_gis.model.fact import Fact, Method, Value, patch_fact_id
from eco_gis.model.patches import LikelyReason, Patch, PatchResult, PatchState, Tally
from eco_gis.text import Text
from eco_gis.units import DECIMALS, shown

SUMMARY = "summary"
"""Stands in a fact's id where a patch's batch would; `batch`, `quarter`, `cumulative`, `state` or `reason` comes next."""
COUNTS = ("received", "checked", "true", "rectifying", "rectified", "closed", "open")


def patch_facts(result: PatchResult) -> Iterator[Fact]:
    """Every number and answer of the result, as facts."""
    yield from tally_facts(result.tallies, result.quarters, result.cumulative)
    yield from _counts(result)
    for patch in result.patches:
        yield from _patch(patch)
        yield from _lines(patch)
        yield from _land(patch)
        yield from _documents(patch)
        yield from _earlier(patch)
        yield from _photos(patch)


def tally_facts(
    batches: Mapping[str, Tally], quarters: Mapping[str, Tally], cumulative: Mapping[str, Tally]
) -> Iterator[Fact]:
    """Sums of the ledger."""
    for kind, named in (("batch", batches), ("quarter", quarters), ("cumulative", cumulative)):
        for name, tally in named.items():
            yield from _tally(kind, name, tally)


def _counts(result: PatchResult) -> Iterator[Fact]:
    """How many patches of the run stand where, in all and by suggested reason."""
    counted = Counter((p.suggestion, p.entry.state) for p in result.patches)
    for state in PatchState:
        total = sum(counted[reason, state] for reason in LikelyReason)
        yield _count(summary_fact_id("state", "all", state), f"patches_{state}", total)
        for reason in LikelyReason:
            fact_id = summary_fact_id("reason", reason, state)
            yield _count(fact_id, f"patches_{state}", counted[reason, state])


def _count(fact_id: str, quantity: str, value: int, year: str | None = None) -> Fact:
    return Fact(fact_id, quantity, value, "count", str(value), Method.COUNT, year=year)


def summary_fact_id(kind: str, name: str, quantity: str) -> str:
    """Id of a sum over a batch, a quarter, or everything up to the end of a quarter.

    >>> summary_fact_id("quarter", "2024Q2", "received")
    'patches/summary/quarter/2024Q2/received'
    """
    return patch_fact_id(SUMMARY, kind, name, quantity)


def _tally(kind: str, name: str, tally: Tally) -> Iterator[Fact]:
    year = name[:4] if kind != "batch" and name else None
    for quantity in COUNTS:
        count = getattr(tally, quantity)
        yield _count(summary_fact_id(kind, name, quantity), f"patches_{quantity}", count, year)
    yield Fact(
        summary_fact_id(kind, name, "unexplained"), "patches_unexplained", tally.unexplained_m2, "m2",
        shown(tally.unexplained_m2, DECIMALS["m2"]), Method.ELLIPSOIDAL, year=year,
    )  # fmt: skip


def _patch(patch: Patch) -> Iterator[Fact]:
    entry = patch.entry
    yield _fact(patch, "area", patch.area_m2, "m2")
    yield _fact(patch, "planar_area", patch.planar_m2, "m2", method=Method.PLANAR)
    yield _fact(patch, "explained", patch.explained_m2, "m2")
    yield _fact(patch, "unexplained", patch.unexplained_m2, "m2")
    yield _fact(patch, "explained_share", patch.explained_share, "share")
    yield _fact(patch, "unanswered", len(patch.unanswered), "count", method=Method.COUNT)
    yield _words(patch, "suggestion", patch.suggestion.value, patch.suggestion.label)
    yield _words(patch, "state", entry.state.value, entry.state.label)
    yield _words(patch, "judgement", entry.judgement.value, entry.judgement.label)


def _lines(patch: Patch) -> Iterator[Fact]:
    for line in patch.lines:
        layer, where = line.layer_id, ("line", line.layer_id)
        how = Method.AREA_FRACTIONS if line.by_cells else Method.ELLIPSOIDAL
        yield _words(patch, "answer", line.answer.value, line.answer.label, where, layer=layer)
        yield _fact(patch, "overlap_area", line.area_m2, "m2", where, method=how, layer=layer)
        yield _fact(patch, "share", line.share, "share", where, method=how, layer=layer)
        yield _fact(patch, "uncovered_area", line.uncovered_m2, "m2", where, method=how, layer=layer)
        for zone, area in line.zones:
            yield _fact(patch, "zone_area", area, "m2", (*where, zone), method=how, layer=layer, feature=zone)


def _land(patch: Patch) -> Iterator[Fact]:
    land = patch.land
    sides = (("before", land.before, land.before_layer), ("after", land.after, land.after_layer))
    for side, areas, layer in sides:
        for area in areas:
            where = ("land", side, area.code)
            yield _fact(patch, "area", area.area_m2, "m2", where, layer=layer, feature=area.code)
    for flow in land.flows:
        where = ("flow", flow.before, flow.after)
        yield _fact(patch, "area", flow.area_m2, "m2", where, feature=f"{flow.before}→{flow.after}")


def _documents(patch: Patch) -> Iterator[Fact]:
    for document in patch.documents:
        layer, feature = document.layer_id, document.id
        where, standing = ("document", layer, feature), document.standing
        yield _words(patch, "standing", standing.value, standing.label, where, layer=layer, feature=feature)
        yield _fact(patch, "overlap_area", document.overlap_m2, "m2", where, layer=layer, feature=feature)
        yield _fact(patch, "explained", document.explained_m2, "m2", where, layer=layer, feature=feature)


def _earlier(patch: Patch) -> Iterator[Fact]:
    for sight in patch.earlier:
        where = ("earlier", sight.batch, sight.id)
        yield _fact(patch, "overlap_area", sight.overlap_m2, "m2", where)
        yield _fact(patch, "share", sight.share, "share", where)


def _photos(patch: Patch) -> Iterator[Fact]:
    for photo in patch.photos:
        where = ("photo", photo.file)
        yield _fact(patch, "distance", photo.distance_m, "m", where, method=Method.PLANE_OVER_SCALE)
        yield _fact(patch, "days_after", photo.days_after, "count", where, method=Method.COUNT)


def _words(
    patch: Patch,
    quantity: str,
    value: str,
    label: Text,
    where: tuple[str, ...] = (),
    *,
    layer: str | None = None,
    feature: str | None = None,
) -> Fact:
    made = _fact(patch, quantity, value, "", where, method=Method.COMPARISON, layer=layer, feature=feature)
    return replace(made, shown=label.zh or "—")


def _fact(
    patch: Patch,
    quantity: str,
    value: Value,
    unit: str,
    where: tuple[str, ...] = (),
    *,
    method: Method = Method.ELLIPSOIDAL,
    layer: str | None = None,
    feature: str | None = None,
) -> Fact:
    return Fact(
        id=patch_fact_id(patch.batch, patch.id, *where, quantity),
        quantity=quantity,
        value=value,
        unit=unit,
        shown=_shown(value, unit),
        method=method,
        layer=layer,
        feature=feature,
        township=patch.townships[0] if patch.townships else None,
        year=str(patch.day.year) if patch.day else None,
        subject="/".join(patch.key),
    )


def _shown(value: Value, unit: str) -> str:
    if value is None or isinstance(value, (str, bool)):
        return "—"
    if unit == "count":
        return str(value)
    if unit == "share":
        return shown(100 * value, DECIMALS["share"]) + " %"
    return shown(value, DECIMALS[unit])
