"""Sites on the map: sign, shape and what the popup tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.model.fact import site_fact_id
from eco_gis.model.layer import Polarity
from eco_gis.model.result import RunResult
from eco_gis.model.site import need_label
from eco_gis.model.siting import Answer, Asked, LayerAnswer, RuleHit, SiteAnswer, Verdict
from eco_gis.outputs.map.numbers import Figures
from eco_gis.outputs.map.shapes import anchor, encode
from eco_gis.outputs.map.words import KINDS, WORDS, words
from eco_gis.outputs.style import AreaStyle, Pattern, answer_style, suggestion_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.siting_cells import resolution
from eco_gis.outputs.tables.siting_path import firmness
from eco_gis.siting.facts import ZONE_AREA
from eco_gis.text import Lang, Text

Plain = dict[str, Any]


def site_entries(result: RunResult, lang: Lang) -> list[Plain]:
    """One entry per site that has a shape, in the order of the result; empty without siting."""
    sites = result.siting.drawn if result.siting else ()
    if not sites:
        return []
    grounds = encode(np.array([site.footprint for site in sites], dtype=object), result.plane)
    axes = encode(np.array([site.geometry for site in sites], dtype=object), result.plane)
    figures = Figures(result.facts, lang)
    return [
        _entry(site, result, figures, lang)
        | {"ground": ground, "axis": axis if site.footprint is not site.geometry else None}
        for site, ground, axis in zip(sites, grounds, axes, strict=True)
    ]


def touched_row(result: RunResult, lang: Lang) -> Plain | None:
    """The concerned parts of all sites; None where there are none.

    Parts outside a boundary are left out: there the site itself is the part.
    """
    shapes = [a.shape for a in _answers(result) if a.polarity is Polarity.INSIDE]
    return _parts_row(WORDS["touched"], Answer.CONCERNED, shapes, result, lang)


def beyond_row(result: RunResult, lang: Lang) -> Plain | None:
    """The parts of sites outside a layer's coverage, each once; None where there are none."""
    shapes = {
        shapely.to_wkb(a.uncovered_shape): a.uncovered_shape
        for a in _answers(result)
        if a.uncovered_shape is not None
    }
    return _parts_row(WORDS["beyond"], Answer.NO_DATA, list(shapes.values()), result, lang)


def _answers(result: RunResult) -> Iterator[LayerAnswer]:
    for site in result.siting.sites if result.siting else ():
        yield from site.answers


def _parts_row(
    label: Text, answer: Answer, shapes: Sequence[BaseGeometry | None], result: RunResult, lang: Lang
) -> Plain | None:
    drawn = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not drawn:
        return None
    color = answer_style(answer).color
    style = AreaStyle(label, color, color, opacity=0.4, pattern=Pattern.SOLID, width=2.5)
    return {
        "label": style.label.to(lang),
        "style": style.to_dict(),
        "shapes": encode(np.array(drawn, dtype=object), result.plane),
    }


def _entry(site: SiteAnswer, result: RunResult, figures: Figures, lang: Lang) -> Plain:
    texts = words(lang)
    rows = [
        (texts["id"], site.id),
        (texts["category"], site.category),
        (texts["site_area"], figures.area(site_fact_id(site.id, "area"))),
        (texts["site_length"], figures.metres(site_fact_id(site.id, "length"))),
        (texts["width"], f"{site.width_m:g} {texts['m']}" if site.width_m else ""),
        (texts["kind"], KINDS[site.kind].to(lang)),
        (texts["townships"], ("、" if lang == "zh" else ", ").join(site.townships)),
    ]
    return {
        "id": site.id,
        "name": site.name,
        "find": " ".join([site.id, site.name, site.category, *site.townships]).lower(),
        "answer": result.facts[site_fact_id(site.id, "answer")].value,
        "suggestion": suggestion_style(site.suggestion).to_dict(lang),
        "strictness": site.suggestion.strictness,
        "at": anchor(site.geometry, result.plane),
        "rows": [[label, value] for label, value in rows if value],
        "rules": [_rule_entry(rule, lang) for rule in site.rules],
        "path": _path(site.path, lang),
        "answers": [_layer_entry(site, answer, result, figures, lang) for answer in site.answers],
    }


def _layer_entry(site: SiteAnswer, a: LayerAnswer, result: RunResult, figures: Figures, lang: Lang) -> Plain:
    def fact(quantity: str) -> str:
        return site_fact_id(site.id, quantity, a.layer_id)

    return {
        "label": a.label.to(lang),
        "answer": result.facts[fact("answer")].value,
        "figure": _figure(a, fact, figures, lang),
        "share": figures.percent(fact("share")) if a.answer is Answer.CONCERNED else "",
        "zones": ("、" if lang == "zh" else ", ").join(_zones(a, fact, figures, lang)),
        "reasons": [
            *_resolution(site, a, result, lang),
            *(reason.label.to(lang) for reason in a.reasons),
            *_decided(site, a, result, lang),
        ],
        "outcome": a.outcome.label.to(lang) if a.outcome is not None and a.answer is Answer.CONCERNED else "",
        "needs": [need_label(name).to(lang) for name in a.needs],
        "firm": firmness(a).to(lang) if a.accuracy_m is not None or a.cells is not None else "",
        "path": _path(a.path, lang),
        "rules": [_rule_entry(rule, lang) for rule in a.rules],
    }


def _zones(a: LayerAnswer, fact: Any, figures: Figures, lang: Lang) -> Iterator[str]:
    """Zones of the layer that the site meets; classes of a raster with their ground."""
    for zone, name in a.zone_names:
        ground = figures.hectares(fact(f"{ZONE_AREA}/{zone}")) if a.cells is not None else ""
        yield f"{name.to(lang)} {ground}".strip()


def _resolution(site: SiteAnswer, a: LayerAnswer, result: RunResult, lang: Lang) -> list[str]:
    """How fine the cells of a raster are."""
    told = resolution(site, a, Cells(result.facts, lang))
    return [told] if told else []


def _decided(site: SiteAnswer, a: LayerAnswer, result: RunResult, lang: Lang) -> list[str]:
    """What people decided about the answer, beside it; the original stands above."""
    decided = result.sheet.decided_about(site.id, a.layer_id) if result.sheet is not None else None
    if decided is None:
        return []
    decision, texts = decided.decision, words(lang)
    told = [decided.answer.label, decided.suggestion.label] if decided.holds else [decided.state.label]
    said = ("、" if lang == "zh" else ", ").join(t.to(lang) for t in told)
    about = ("，" if lang == "zh" else ", ").join(
        (decision.by, decision.on.isoformat(), decision.document, decision.reason)
    )
    return [
        f"{texts['decided']}: {said} ({about})" if lang == "en" else f"{texts['decided']}：{said}（{about}）"
    ]


def _path(path: Sequence[Asked], lang: Lang) -> list[list[str]]:
    """What became of each rule that was asked, and why; rules that do not apply by their names alone."""
    quiet = (Verdict.SILENT, Verdict.NOT_IN_FORCE)
    told = [[s.verdict.label.to(lang), s.rule_id, s.why.to(lang)] for s in path if s.verdict not in quiet]
    for verdict in quiet:
        names = ("、" if lang == "zh" else ", ").join(s.rule_id for s in path if s.verdict is verdict)
        told += [[verdict.label.to(lang), names, ""]] if names else []
    return told


def _figure(a: LayerAnswer, fact: Any, figures: Figures, lang: Lang) -> str:
    """The figure that speaks for an answer: what is concerned, what is not covered, or how far it is."""
    texts = words(lang)
    outside = a.polarity is Polarity.OUTSIDE
    if a.answer is Answer.CONCERNED:
        figure = figures.area(fact("overlap_area")) or figures.metres(fact("overlap_length"))
        return f"{texts['outside']} {figure}".strip() if outside else figure
    if a.answer is Answer.NO_DATA:
        uncovered = figures.area(fact("uncovered_area"))
        return f"{texts['uncovered']} {uncovered}" if uncovered else ""
    if outside:
        return texts["inside"]
    distance = figures.metres(fact("distance"))
    return f"{texts['nearest']} {distance}" if distance else ""


def _rule_entry(rule: RuleHit, lang: Lang) -> Plain:
    return {
        "requirement": rule.requirement.to(lang),
        "papers": [paper.to(lang) for paper in rule.papers],
        "law": f"{rule.law.to(lang)} {rule.article}".strip(),
        "confirmed": rule.confirmed,
    }
