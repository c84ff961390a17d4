"""Facts of a siting result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from eco_gis.model.fact import Fact, Method, Value, site_fact_id
from eco_gis.model.legacy import KnownOn, Legacy
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, LayerAnswer, SiteAnswer, SitingResult, Suggestion
from eco_gis.text import Text
from eco_gis.units import DECIMALS, shown

SITE_QUANTITIES = ("answer", "suggestion", "area", "planar_area", "length")
LAYER_QUANTITIES = (
    *("answer", "suggestion", "overlap_area", "overlap_planar", "share", "overlap_length", "distance"),
    "uncovered_area",
)
EVIDENCE_QUANTITIES = (
    *("outcome", "points", "widest_width", "narrowest_width", "accuracy", "hinge"),
    *("cell_width", "cell_height", "cells", "known_share", "mean"),
)
"""Of a layer's answer, where there is something to tell; the last five of rasters."""
ZONE_AREA = "zone_area"
"""Part of a site inside one zone of a layer; the zone's words end the fact's id."""
ZONE_SHARE = "zone_share"
"""The same as a share of the site; of rasters."""


def siting_facts(result: SitingResult) -> Iterator[Fact]:
    """Every number and answer of the result, as facts."""
    year = str(result.as_of.year)
    given = Counter(site.answer for site in result.sites)
    yield _count("summary/sites", "sites", len(result.sites), year)
    for answer in Answer:
        yield _count(f"summary/{answer}", f"sites_{answer}", given[answer], year)
    yield from _summary_by_role(result, year)
    advice = Counter(site.suggestion for site in result.sites)
    for suggestion in Suggestion:
        yield _count(f"summary/suggestion/{suggestion}", f"sites_{suggestion}", advice[suggestion], year)
    for site in result.sites:
        yield from _site_facts(site, year)
        for answer_of_layer in site.answers:
            yield from _layer_facts(site, answer_of_layer, year)
    if result.known_on is not None:
        yield from _known_on_facts(result.known_on)


def _summary_by_role(result: SitingResult, year: str) -> Iterator[Fact]:
    """How many sites each kind of line concerns; the gravest answer of a kind's layers counts."""
    for role in LayerRole:
        given: Counter[Answer] = Counter()
        for site in result.sites:
            answers = {a.answer for a in site.answers if a.role is role}
            given.update(next(([answer] for answer in Answer if answer in answers), []))
        for answer in Answer if given else ():
            yield _count(f"summary/{role}/{answer}", f"sites_{answer}", given[answer], year)


def _site_facts(site: SiteAnswer, year: str) -> Iterator[Fact]:
    values: dict[str, tuple[Value, str, Method]] = {
        "answer": (site.answer.value, "", Method.COMPARISON),
        "suggestion": (site.suggestion.value, "", Method.COMPARISON),
        "area": (site.area_m2, "m2", Method.ELLIPSOIDAL),
        "planar_area": (site.planar_m2, "m2", Method.PLANAR),
        "length": (site.length_m, "m", Method.PLANE_OVER_SCALE),
    }
    shown_as = {"answer": site.answer.label.zh, "suggestion": site.suggestion.label.zh}
    township = site.townships[0] if site.townships else None
    for quantity, (value, unit, method) in values.items():
        yield Fact(
            id=site_fact_id(site.id, quantity),
            quantity=quantity,
            value=value,
            unit=unit,
            shown=shown_as.get(quantity) or _shown(value, unit),
            method=method,
            township=township,
            year=year,
            subject=site.id,
        )


def _layer_facts(site: SiteAnswer, answer: LayerAnswer, year: str) -> Iterator[Fact]:
    ground = Method.AREA_FRACTIONS if answer.by_cells else Method.ELLIPSOIDAL
    values: dict[str, tuple[Value, str, Method]] = {
        "answer": (answer.answer.value, "", Method.COMPARISON),
        "suggestion": (answer.suggestion.value, "", Method.COMPARISON),
        "overlap_area": (answer.area_m2, "m2", ground),
        "overlap_planar": (answer.planar_m2, "m2", ground if answer.by_cells else Method.PLANAR),
        "share": (answer.share, "share", ground),
        "overlap_length": (answer.length_m, "m", Method.PLANE_OVER_SCALE),
        "distance": (answer.distance_m, "m", Method.PLANE_OVER_SCALE),
        "uncovered_area": (answer.uncovered_m2, "m2", ground),
    }
    values |= {name: told for name, told in _evidence(answer).items() if told[0] is not None}
    shown_as = {"answer": answer.answer.label.zh, "suggestion": answer.suggestion.label.zh}
    shown_as |= {"outcome": answer.outcome.label.zh} if answer.outcome is not None else {}
    features = ",".join(hit.id for hit in answer.hits) or None
    township = site.townships[0] if site.townships else None
    for quantity, (value, unit, method) in values.items():
        yield Fact(
            id=site_fact_id(site.id, quantity, answer.layer_id),
            quantity=quantity,
            value=value,
            unit=unit,
            shown=shown_as.get(quantity) or _shown(value, unit),
            method=method,
            layer=answer.layer_id,
            feature=features,
            township=township,
            year=year,
            subject=site.id,
        )
    zoned = [(ZONE_AREA, zone, area_m2, "m2") for zone, area_m2 in answer.zones]
    zoned += [(ZONE_SHARE, zone, share, "share") for zone, share in _shares(answer)]
    for quantity, zone, value, unit in zoned:
        yield Fact(
            id=site_fact_id(site.id, f"{quantity}/{zone}", answer.layer_id),
            quantity=quantity,
            value=value,
            unit=unit,
            shown=_shown(value, unit),
            method=ground,
            layer=answer.layer_id,
            feature=zone,
            township=township,
            year=year,
            subject=site.id,
        )


def _known_on_facts(given: KnownOn) -> Iterator[Fact]:
    """Answers and suggestions of then and now for each kind of line, and what follows for each site."""
    day = given.day.isoformat()

    def told(site: str, quantity: str, word: str, label: Text, line: str | None) -> Fact:
        fact_id = site_fact_id(site, f"known_on/{quantity}", line)
        return Fact(
            fact_id, quantity, word, "", label.zh, Method.COMPARISON, layer=line, year=day, subject=site
        )

    for site in given.sites:
        yield told(site.site, "legacy", site.legacy.value, site.legacy.label, None)
        for line in site.lines:
            words: dict[str, Answer | Suggestion | Legacy] = {
                "then_answer": line.then_answer,
                "then_suggestion": line.then_suggestion,
                "answer": line.now_answer,
                "suggestion": line.now_suggestion,
                "legacy": line.legacy,
            }
            for quantity, word in words.items():
                yield told(site.site, quantity, word.value, word.label, line.key)


def _evidence(answer: LayerAnswer) -> dict[str, tuple[Value, str, Method]]:
    """What there is besides areas and distances; None where there is nothing to tell."""
    return {
        "outcome": (None if answer.outcome is None else answer.outcome.value, "", Method.COMPARISON),
        "points": (answer.count or None, "count", Method.COUNT),
        "widest_width": (answer.widest_m, "m", Method.PLANAR),
        "narrowest_width": (answer.narrowest_m, "m", Method.PLANAR),
        "accuracy": (answer.accuracy_m, "m", Method.COMPARISON),
        "hinge": (answer.hinges_m, "m", Method.PLANE_OVER_SCALE),
        **_cell_evidence(answer),
    }


def _cell_evidence(answer: LayerAnswer) -> dict[str, tuple[Value, str, Method]]:
    """The same of a raster: its cells, and what they say of the site."""
    cells = answer.cells
    if cells is None:
        return {}
    wide, high = cells.cell_m
    return {
        "cell_width": (wide, "m", Method.PLANAR),
        "cell_height": (high, "m", Method.PLANAR),
        "cells": (cells.cells or None, "cells", Method.AREA_FRACTIONS),
        "known_share": (cells.known_share, "share", Method.AREA_FRACTIONS),
        "mean": (cells.mean, "", Method.AREA_FRACTIONS),
    }


def _shares(answer: LayerAnswer) -> list[tuple[str, float]]:
    """Share of a site in each class of a raster."""
    return [(c.label.zh, c.share) for c in answer.cells.classes] if answer.cells is not None else []


def _shown(value: Value, unit: str) -> str:
    if value is None or isinstance(value, (str, bool)):
        return "—"
    if unit == "share":
        return shown(100 * value, DECIMALS["share"]) + " %"
    if unit == "count":
        return str(value)
    return shown(value, DECIMALS[unit]) if unit in DECIMALS else f"{value:.4g}"


def _count(fact_id: str, quantity: str, value: int, year: str) -> Fact:
    return Fact(fact_id, quantity, value, "count", str(value), Method.COUNT, year=year)
