"""Sites and the parts concerned, as layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely

from eco_gis.model.fact import site_fact_id
from eco_gis.model.result import RunResult
from eco_gis.model.siting import Answer, SiteAnswer, SiteKind
from eco_gis.outputs.geodata.content import Content, numbers
from eco_gis.outputs.qml import Category
from eco_gis.outputs.style import answer_style, layer_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.siting import features, laws, papers, reasons, requirements
from eco_gis.text import Text

SITE_LAYERS = {SiteKind.POLYGON: "sites", SiteKind.LINE: "site_lines", SiteKind.POINT: "site_points"}
TITLES = {
    "sites": Text("项目选址（面）", "Project sites (polygons)"),
    "site_lines": Text("项目选址（线）", "Project sites (lines)"),
    "site_points": Text("项目选址（点）", "Project sites (points)"),
    "conflicts": Text("涉及部分", "Parts concerned"),
    "conflict_lines": Text("涉及部分（线）", "Parts concerned (lines)"),
}


def site_contents(result: RunResult, cells: Cells) -> Iterator[Content]:
    """Sites, and the parts of them that are concerned."""
    sites = result.siting.sites if result.siting is not None else ()
    specs = result.specs
    signs = tuple(
        Category(
            cells.say(a.label), cells.say(a.label), answer_style(a).color, 0.25, marker=answer_style(a).marker
        )
        for a in Answer
    )
    for kind, name in SITE_LAYERS.items():
        some = [s for s in sites if s.kind is kind]
        yield Content(
            name,
            TITLES[name],
            [_site_row(s, cells) for s in some],
            [s.geometry for s in some],
            "answer_text",
            signs,
        )
    for dimension, name in ((2, "conflicts"), (1, "conflict_lines")):
        found = [
            (site, answer, part)
            for site in sites
            for answer in site.answers
            if answer.shape is not None and (part := _of_dimension(answer.shape, dimension)) is not None
        ]
        roles = dict.fromkeys((a.layer_id, a.role) for _, a, _ in found)
        styles = {i: layer_style(specs[i]) for i, _ in roles if i in specs}
        yield Content(
            name,
            TITLES[name],
            [
                {
                    "site": site.id,
                    "site_name": site.name,
                    "layer": answer.layer_id,
                    "layer_text": cells.say(answer.label),
                    "role": answer.role.value,
                    "answer": answer.answer.value,
                    **numbers(
                        cells.book,
                        {
                            "area_m2": site_fact_id(site.id, "overlap_area", answer.layer_id),
                            "share": site_fact_id(site.id, "share", answer.layer_id),
                            "length_m": site_fact_id(site.id, "overlap_length", answer.layer_id),
                        },
                    ),
                    "features": features(answer, cells),
                    "requirement": requirements(answer.rules, cells),
                    "papers": papers(answer.rules, cells),
                    "suggestion": cells.say(answer.suggestion.label),
                    "law": laws(answer.rules, cells),
                }
                for site, answer, _ in found
            ],
            [part for *_, part in found],
            "layer_text",
            tuple(
                Category(cells.say(s.label), cells.say(s.label), s.line, 0.5, fill=s.fill)
                for s in styles.values()
            ),
        )


def _site_row(site: SiteAnswer, cells: Cells) -> dict[str, Any]:
    """A site with the answer of each layer in a column of its own."""
    return {
        "site": site.id,
        "name": site.name,
        "category": site.category,
        "answer": site.answer.value,
        "answer_text": cells.say(site.answer.label),
        "suggestion": cells.say(site.suggestion.label),
        **numbers(
            cells.book,
            {
                "area_m2": site_fact_id(site.id, "area"),
                "planar_m2": site_fact_id(site.id, "planar_area"),
                "length_m": site_fact_id(site.id, "length"),
            },
        ),
        "width_m": site.width_m,
        "townships": "、".join(site.townships),
        **{f"{a.layer_id}_answer".replace(":", "_"): cells.say(a.answer.label) for a in site.answers},
        **{
            f"{a.layer_id}_m2".replace(":", "_"): cells.book.number(
                site_fact_id(site.id, "overlap_area", a.layer_id)
            )
            for a in site.answers
        },
        "remarks": "；".join(filter(None, (reasons(a.reasons, cells) for a in site.answers))),
    }


def _of_dimension(shape: Any, dimension: int) -> Any:
    parts = [p for p in shapely.get_parts(shape) if shapely.get_dimensions(p) == dimension]
    if not parts:
        return None
    return shapely.multipolygons(parts) if dimension == 2 else shapely.multilinestrings(parts)
