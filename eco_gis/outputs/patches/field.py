"""The field package: places to visit with their outlines and a route, as GeoJSON and KML."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.geometry.crs import transform
from eco_gis.model.fact import patch_fact_id
from eco_gis.model.patches import Patch, PatchResult, PatchState
from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER, Answer
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.map.shapes import LONLAT
from eco_gis.outputs.patches.tables import classes, document_words, listed
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.style import state_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.words import UNITS
from eco_gis.patches.route import route
from eco_gis.text import Lang

VISITED = (PatchState.TO_CHECK, PatchState.RECTIFYING)
"""States of patches that somebody has to go to."""
DIGITS = 7


@dataclass(frozen=True)
class Stop:
    """One patch on the route; shapes in longitude and latitude."""

    order: int
    """From 1."""
    patch: Patch
    point: BaseGeometry
    outline: BaseGeometry
    told: dict[str, str]
    """What the person on the spot should know, by label."""


def stops_of(result: RunResult, found: PatchResult, lang: Lang) -> list[Stop]:
    """The patches to visit in the order of the route."""
    asked = [p for p in found.patches if p.entry.state in VISITED]
    if not asked:
        return []
    cells = Cells(run_facts(result), lang)
    points = shapely.point_on_surface(np.array([p.shape for p in asked], dtype=object))
    order = route(shapely.get_coordinates(points))
    places = transform(points[order], result.plane.crs, LONLAT)
    outlines = transform([asked[i].shape for i in order], result.plane.crs, LONLAT)
    return [
        Stop(n, asked[i], point, outline, _told(asked[i], cells))
        for n, (i, point, outline) in enumerate(zip(order, places, outlines, strict=True), start=1)
    ]


def write_geojson(result: RunResult, found: PatchResult, path: Path, lang: Lang) -> Path:
    """Places, outlines and the route as GeoJSON (RFC 7946: longitude and latitude on WGS 84)."""
    stops = stops_of(result, found, lang)
    features = []
    for stop in stops:
        about = {"order": stop.order, "batch": stop.patch.batch, "patch": stop.patch.id, **stop.told}
        features += [
            _feature(stop.point, {**about, "part": "point"}),
            _feature(stop.outline, {**about, "part": "patch"}),
        ]
    if len(stops) > 1:
        line = shapely.LineString([(s.point.x, s.point.y) for s in stops])
        features.append(_feature(line, {"part": "route"}))
    whole = {"type": "FeatureCollection", "name": SAY["visit"].to(lang), "features": features}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return path


def write_kml(result: RunResult, found: PatchResult, path: Path, lang: Lang) -> Path:
    """The same as KML, for telephones; numbered in the order of the route."""
    stops = stops_of(result, found, lang)
    styles = "".join(
        f'<Style id="{s.value}"><LineStyle><color>{_abgr(state_style(s).color)}</color><width>3</width></LineStyle>'
        f"<PolyStyle><color>{_abgr(state_style(s).color, '40')}</color></PolyStyle></Style>"
        for s in VISITED
    )
    places = "".join(_placemark(stop) for stop in stops)
    way = " ".join(_place(s.point.x, s.point.y) for s in stops)
    line = (
        f"<Placemark><name>{escape(SAY['order'].to(lang))}</name><Style><LineStyle><color>ff9c4f1b</color><width>2</width>"
        f"</LineStyle></Style><LineString><tessellate>1</tessellate><coordinates>{way}</coordinates></LineString></Placemark>"
        if len(stops) > 1
        else ""
    )
    title = f"{result.catalog.name.to(lang)} {SAY['visit'].to(lang)} {result.as_of.isoformat()}"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{escape(title)}</name><description>{escape(DISCLAIMER.to(lang))}</description>{styles}{places}{line}"
        "</Document></kml>\n"
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _told(patch: Patch, cells: Cells) -> dict[str, str]:
    def hectares(quantity: str) -> str:
        fact = patch_fact_id(patch.batch, patch.id, quantity)
        return f"{cells.area(fact, 'ha').shown} {cells.say(UNITS['ha'])}"

    told = {
        "township": listed((*patch.townships, *patch.villages), cells),
        "day": patch.day.isoformat() if patch.day else "",
        "area": hectares("area"),
        "unexplained": hectares("unexplained"),
        "before": classes(patch.land.before, patch.land.before_reasons, cells),
        "after": classes(patch.land.after, patch.land.after_reasons, cells),
        "lines": listed((a.label.to(cells.lang) for a in patch.lines if a.answer is Answer.CONCERNED), cells),
        "documents": listed((document_words(d, cells) for d in patch.documents), cells, long=True),
        "suggestion": cells.say(patch.suggestion.label),
        "states": cells.say(patch.entry.state.label),
    }
    return {cells.say(SAY[key]): value for key, value in told.items() if value}


def _feature(shape: BaseGeometry, about: dict[str, Any]) -> dict[str, Any]:
    # RFC 7946 asks for shells that run against the clock
    drawn = shapely.orient_polygons(shape) if shapely.get_dimensions(shape) == 2 else shape
    geometry = json.loads(shapely.to_geojson(shapely.set_precision(drawn, 10**-DIGITS, mode="pointwise")))
    return {"type": "Feature", "properties": about, "geometry": geometry}


def _placemark(stop: Stop) -> str:
    about = "\n".join(f"{label}：{value}" for label, value in stop.told.items())
    name = f"{stop.order} {stop.patch.batch} {stop.patch.id}"
    parts = "".join(_polygon(part) for part in shapely.get_parts(stop.outline))
    point = f"<Point><coordinates>{_place(stop.point.x, stop.point.y)}</coordinates></Point>"
    return (
        f"<Placemark><name>{escape(name)}</name><styleUrl>#{stop.patch.entry.state.value}</styleUrl>"
        f"<description>{escape(about)}</description><MultiGeometry>{point}{parts}</MultiGeometry></Placemark>"
    )


def _polygon(part: BaseGeometry) -> str:
    def ring(line: BaseGeometry) -> str:
        places = " ".join(_place(x, y) for x, y in shapely.get_coordinates(line))
        return f"<LinearRing><coordinates>{places}</coordinates></LinearRing>"

    shell, *holes = shapely.get_rings(part)
    inner = "".join(f"<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>" for hole in holes)
    return f"<Polygon><outerBoundaryIs>{ring(shell)}</outerBoundaryIs>{inner}</Polygon>"


def _place(x: float, y: float) -> str:
    return f"{x:.{DIGITS}f},{y:.{DIGITS}f}"


def _abgr(color: str, opacity: str = "ff") -> str:
    """#RRGGBB as KML writes it: opacity, blue, green, red."""
    red, green, blue = color[1:3], color[3:5], color[5:7]
    return f"{opacity}{blue}{green}{red}".lower()
