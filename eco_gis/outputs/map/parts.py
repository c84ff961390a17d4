"""What the map shows, as plain values for the page: layers, sites, changes and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.layers.store import Store
from eco_gis.model.layer import Layer
from eco_gis.model.result import RunResult
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.model.siting import DISCLAIMER, Answer
from eco_gis.outputs.map.changes import change_cards, change_rows
from eco_gis.outputs.map.duties import duty_cards, duty_rows
from eco_gis.outputs.map.shapes import Drawn, anchor, drawn_layer, lonlat_bounds
from eco_gis.outputs.map.sites import beyond_row, site_entries, touched_row
from eco_gis.outputs.map.words import SECRECY, words
from eco_gis.outputs.style import answer_style, layer_style, zone_rank
from eco_gis.text import Lang

Plain = dict[str, Any]
CONTEXT_ROLES = (LayerRole.COUNTY, LayerRole.TOWNSHIP, LayerRole.VILLAGE)
QUIET_ROLES = (LayerRole.VILLAGE, LayerRole.CONTROL_UNIT, LayerRole.FOREST_QUALITY)
"""Roles that cover nearly everything: switched off at first, so that the lines can be read."""


def map_data(result: RunResult, lang: Lang, store: Store | None = None) -> Plain:
    """Everything the page needs, in the order in which it is drawn and listed.

    Where a layer has too many features, those near sites, changes and patches are drawn.

    Raises
    ------
    OutputError
        When a figure is missing in the facts.
    """
    near = _places_of_interest(result)
    context = [
        _layer_row(layer, result, lang, near, store)
        for role in CONTEXT_ROLES
        for layer in result.of_role(role)
    ]
    current: list[Plain] = []
    earlier: list[Plain] = []
    for layer in _of_roles(result, CONTROL_ROLES):
        row = _layer_row(layer, result, lang, near, store)
        (current if _is_current(layer, result) else earlier).append(row)
    for row in earlier:
        row["on"] = False
    changes = list(chain.from_iterable(change_rows(change, result, lang) for change in result.changes))
    changes += duty_rows(result, lang)
    for row in [*current, *earlier]:
        row["interactive"] = True
    touched = touched_row(result, lang)
    return {
        "lang": lang,
        "words": words(lang),
        "head": _head(result, lang),
        "bounds": _bounds(result, store),
        "kinds": [a.value for a in Answer],
        "answers": {a.value: _sign(a, result, lang) for a in Answer},
        "context": context,
        "controls": current,
        "earlier": earlier,
        "changes": changes,
        "touched": touched,
        "beyond": beyond_row(result, lang),
        "names": _names(result),
        "sites": site_entries(result, lang),
        "cards": [
            *(duty_cards(given, result, lang) for given in result.cards),
            *(card for change in result.changes for card in change_cards(change, result, lang)),
        ],
        "faults": [fault.spec.title.to(lang) for fault in result.faults],
        "generalised": any(row["generalised"] for row in [*context, *current, *earlier]),
    }


def _head(result: RunResult, lang: Lang) -> Plain:
    catalog = result.catalog
    return {
        "title": catalog.name.to(lang),
        "asOf": result.as_of.isoformat(),
        "plane": result.plane.name,
        "secrecy": SECRECY[result.secrecy].to(lang),
        "invented": catalog.invented,
        "approval": catalog.map_approval,
        "disclaimer": DISCLAIMER.to(lang),
    }


def _sign(answer: Answer, result: RunResult, lang: Lang) -> Plain:
    count = result.facts[f"summary/{answer.value}"].shown if result.siting else ""
    return answer_style(answer).to_dict(lang) | {"count": count}


def _layer_row(layer: Layer, result: RunResult, lang: Lang, near: NDArray[Any], store: Store | None) -> Plain:
    """One switch of the map: its shapes, its styles by zone, and what a click on a feature tells."""
    spec, texts = layer.spec, words(lang)
    drawn = drawn_layer(layer.features, near=near, store=store)
    title, plain = spec.title.to(lang), layer_style(spec).to_dict()
    names, ids, zones = (
        _column(layer, "name", drawn),
        _column(layer, "id", drawn),
        _column(layer, "zone", drawn),
    )
    known = sorted(set(zones), key=lambda zone: (zone_rank(spec.role, zone), zone))
    styles = [layer_style(spec, zone) for zone in known]
    told_apart = any(style.to_dict() != plain for style in styles)
    place = {zone: i for i, zone in enumerate(known)}
    about = [
        (texts["version"], spec.version),
        (texts["authority"], spec.authority),
        (texts["accuracy"], f"±{spec.accuracy_m:g} {texts['m']}" if spec.accuracy_m is not None else ""),
    ]
    return {
        "id": spec.id,
        "label": title
        if spec.version in title or not _has_versions(layer, result)
        else f"{title} {spec.version}",
        "note": _partial_note(drawn, texts),
        "on": spec.role not in QUIET_ROLES,
        "interactive": False,
        "generalised": drawn.generalised,
        "style": plain,
        "styles": [style.to_dict() for style in styles],
        "legend": [
            style.label.to(lang) if zone and told_apart else ""
            for zone, style in zip(known, styles, strict=True)
        ],
        "styleOf": [place[zone] for zone in zones],
        "shapes": drawn.shapes,
        "columns": [texts["name"], texts["id"], texts["zone"]],
        "records": [list(record) for record in zip(names, ids, zones, strict=True)],
        "about": [[label, value] for label, value in about if value],
    }


def _partial_note(drawn: Drawn, texts: Mapping[str, str]) -> str:
    if not drawn.partial:
        return ""
    return texts["partial"].format(shown=f"{len(drawn.index):,}", total=f"{drawn.total:,}")


def _column(layer: Layer, name: str, drawn: Drawn) -> list[str]:
    """Texts of a column for the features drawn; empty where there are none."""
    if name not in layer.attributes:
        return [""] * len(drawn.index)
    return [v if isinstance(v, str) else "" for v in layer.attributes[name].iloc[drawn.index].tolist()]


def _of_roles(result: RunResult, roles: tuple[LayerRole, ...]) -> Iterator[Layer]:
    for role in roles:
        yield from (layer for layer in result.layers.values() if layer.spec.role is role)


def _has_versions(layer: Layer, result: RunResult) -> bool:
    return sum(other.spec.series == layer.spec.series for other in result.layers.values()) > 1


def _is_current(layer: Layer, result: RunResult) -> bool:
    """Whether sites were compared with this version, or no later version exists."""
    if result.siting and layer.spec.id in result.siting.layer_ids:
        return True
    versions = [other.spec for other in result.layers.values() if other.spec.series == layer.spec.series]
    if result.siting and any(spec.id in result.siting.layer_ids for spec in versions):
        return False
    return layer.spec.version == max(spec.version for spec in versions)


def _places_of_interest(result: RunResult) -> NDArray[Any]:
    sites = [site.footprint for site in result.siting.drawn] if result.siting else []
    pieces = [p.shape for change in result.changes for c in change.comparisons for p in c.pieces]
    changed = [p.shape for nature in result.natures for c in nature.comparisons for p in c.pieces]
    patches = [p.shape for p in result.patches.patches] if result.patches else []
    return np.array([*sites, *pieces, *changed, *patches], dtype=object)


def _bounds(result: RunResult, store: Store | None) -> list[list[float]]:
    """Corners of what the map shows at first."""
    layers = [v for role in (LayerRole.COUNTY, LayerRole.TOWNSHIP) for v in result.of_role(role) if len(v)]

    def make() -> list[list[float]]:
        return lonlat_bounds(_frame(result, layers), result.plane)

    if store is None or not layers or not all(layer.features.key for layer in layers):
        return make()
    return store.get_or_make(store.key("bounds", *(layer.features.key for layer in layers)), make)


def _frame(result: RunResult, county_layers: Sequence[Layer]) -> list[Any]:
    """The county; where it is unknown, everything drawn."""
    county = [s for layer in county_layers for s in layer.features.shapes]
    controls = [s for layer in _of_roles(result, CONTROL_ROLES) for s in layer.features.shapes]
    sites = [site.geometry for site in result.siting.drawn] if result.siting else []
    return county or [*controls, *sites] or [shapely.box(*result.plane.domain)]


def _names(result: RunResult) -> list[list[Any]]:
    """Township names at a place inside each."""
    return [
        [name, *anchor(shape, result.plane)]
        for layer in result.of_role(LayerRole.TOWNSHIP)
        for name, shape in zip(layer.names, layer.features.shapes, strict=True)
        if name
    ]
