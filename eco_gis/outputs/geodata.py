"""result.gpkg: the answers as layers, with the styles that QGIS takes from the file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import shapely

from eco_gis.model.change import LedgerRow, Level
from eco_gis.model.fact import FactBook, ledger_fact_id, site_fact_id
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import DISCLAIMER, Answer, SiteAnswer, SiteKind
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.qml import Category, categorised
from eco_gis.outputs.style import answer_style, direction_style, layer_style
from eco_gis.outputs.tables.cells import Cells
from eco_gis.outputs.tables.change import approval, comparison_name
from eco_gis.outputs.tables.siting import features, laws, papers, reasons, requirements
from eco_gis.outputs.tables.words import layer_name
from eco_gis.text import Lang, Text

SITE_LAYERS = {SiteKind.POLYGON: "sites", SiteKind.LINE: "site_lines", SiteKind.POINT: "site_points"}
TITLES = {
    "sites": Text("项目选址（面）", "Project sites (polygons)"),
    "site_lines": Text("项目选址（线）", "Project sites (lines)"),
    "site_points": Text("项目选址（点）", "Project sites (points)"),
    "conflicts": Text("涉及部分", "Parts concerned"),
    "conflict_lines": Text("涉及部分（线）", "Parts concerned (lines)"),
    "lost_gained": Text("减少与增加", "Lost and gained"),
    "townships": Text("镇街台账", "Ledger by township"),
    "compared": Text("参与比对的版本", "Versions compared"),
}
LEDGER = ("opening", "lost", "gained", "closing", "net")


@dataclass(frozen=True)
class _Content:
    """One layer of the file."""

    name: str
    rows: list[dict[str, Any]]
    geometry: list[Any]
    column: str
    """Column whose values have a style each."""
    categories: tuple[Category, ...]


def write_geopackage(result: RunResult, path: Path, lang: Lang) -> Path:
    """Write sites, parts concerned, changed pieces, versions and township ledgers on the working plane.

    The file is GeoPackage 1.2; table `layer_styles` holds a default style for each layer, which QGIS
    applies when it opens the file. It is written aside and then renamed, so that no half file is left.
    """
    cells = Cells(run_facts(result), lang)
    contents = [c for c in _contents(result, cells) if c.rows]
    day = f"{result.as_of.isoformat()}T00:00:00.000Z"
    aside = path.with_name(f".{path.name}")
    aside.unlink(missing_ok=True)
    with _gdal_date(day):
        for content in contents:
            _write_layer(content, aside, result, cells)
        if not contents:
            empty = gpd.GeoDataFrame({"note": []}, geometry=[], crs=result.plane.crs)
            pyogrio.write_dataframe(
                empty, aside, layer="sites", driver="GPKG", geometry_type="MultiPolygon", VERSION="1.2"
            )
    _write_styles(aside, contents, cells, day)
    aside.replace(path)
    return path


def _write_layer(content: _Content, path: Path, result: RunResult, cells: Cells) -> None:
    shapes = [shapely.force_2d(shape) for shape in content.geometry]
    frame = gpd.GeoDataFrame(content.rows, geometry=shapes, crs=result.plane.crs)
    kind = {0: "MultiPoint", 1: "MultiLineString", 2: "MultiPolygon"}[max(shapely.get_dimensions(shapes))]
    pyogrio.write_dataframe(
        frame,
        path,
        layer=content.name,
        driver="GPKG",
        geometry_type=kind,
        promote_to_multi=True,
        append=False,
        dataset_options={"VERSION": "1.2"},
        layer_options={
            "GEOMETRY_NAME": "geom",
            "IDENTIFIER": cells.say(TITLES[content.name]),
            "DESCRIPTION": cells.say(DISCLAIMER),
        },
    )


def _contents(result: RunResult, cells: Cells) -> Iterator[_Content]:
    yield from _site_contents(result, cells)
    yield from _change_contents(result, cells)


def _site_contents(result: RunResult, cells: Cells) -> Iterator[_Content]:
    sites = result.siting.sites if result.siting is not None else ()
    signs = tuple(
        Category(
            cells.say(a.label), cells.say(a.label), answer_style(a).color, 0.25, marker=answer_style(a).marker
        )
        for a in Answer
    )
    for kind, name in SITE_LAYERS.items():
        some = [s for s in sites if s.kind is kind]
        yield _Content(
            name, [_site_row(s, cells) for s in some], [s.geometry for s in some], "answer_text", signs
        )
    for dimension, name in ((2, "conflicts"), (1, "conflict_lines")):
        found = [
            (site, answer, part)
            for site in sites
            for answer in site.answers
            if answer.shape is not None and (part := _of_dimension(answer.shape, dimension)) is not None
        ]
        roles = dict.fromkeys((a.layer_id, a.role) for _, a, _ in found)
        styles = {i: layer_style(result.layers[i].spec) for i, _ in roles if i in result.layers}
        yield _Content(
            name,
            [
                {
                    "site": site.id,
                    "site_name": site.name,
                    "layer": answer.layer_id,
                    "layer_text": cells.say(answer.label),
                    "role": answer.role.value,
                    "answer": answer.answer.value,
                    **_numbers(
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


def _change_contents(result: RunResult, cells: Cells) -> Iterator[_Content]:
    pairs = [(change, comparison) for change in result.changes for comparison in change.comparisons]
    pieces = [(change, comparison, piece) for change, comparison in pairs for piece in comparison.pieces]
    directions = tuple(
        Category(cells.say(d.label), cells.say(d.label), s.line, s.opacity, fill=s.fill)
        for d in dict.fromkeys(piece.direction for *_, piece in pieces)
        for s in (direction_style(d),)
    )
    yield _Content(
        "lost_gained",
        [
            {
                "comparison": cells.say(comparison_name(change, comparison)),
                "basis": comparison.basis.value,
                "piece": piece.id,
                "direction": piece.direction.value,
                "direction_text": cells.say(piece.direction.label),
                **_numbers(
                    cells.book,
                    {
                        f"{q}_{unit}": ledger_fact_id(change.series, comparison.basis, "piece", piece.id, q)
                        for q, unit in (("area", "m2"), ("mean_width", "m"))
                    },
                ),
                "feature": piece.feature,
                "feature_name": piece.feature_name,
                "township": piece.township,
                "township_name": piece.township_name,
                "documented": piece.entry is not None,
                "document": approval(piece, cells),
                "sliver": piece.sliver,
            }
            for change, comparison, piece in pieces
        ],
        [piece.shape for *_, piece in pieces],
        "direction_text",
        directions,
    )
    towns = next((v for v in result.layers.values() if v.spec.role is LayerRole.TOWNSHIP), None)
    shapes = dict(zip(towns.ids, towns.features.shapes, strict=True)) if towns is not None else {}
    rows = [(ch, co, row) for ch, co in pairs for row in co.townships if row.key in shapes]
    changed = {True: Text("有变化", "changed"), False: Text("无变化", "unchanged")}
    yield _Content(
        "townships",
        [
            {
                "comparison": cells.say(comparison_name(change, comparison)),
                "township": row.key,
                "name": row.name,
                "state": cells.say(changed[_changed(row)]),
                **_numbers(
                    cells.book,
                    {
                        f"{q}_m2": ledger_fact_id(change.series, comparison.basis, Level.TOWNSHIP, row.key, q)
                        for q in LEDGER
                    },
                ),
            }
            for change, comparison, row in rows
        ],
        [shapes[row.key] for *_, row in rows],
        "state",
        (
            Category(cells.say(changed[True]), cells.say(changed[True]), "#8C8577", 0.35, fill="#F0642F"),
            Category(cells.say(changed[False]), cells.say(changed[False]), "#8C8577", 0.05, fill="#FFFFFF"),
        ),
    )
    compared = dict.fromkeys(i for _, c in pairs for i in (c.old_layer, c.new_layer) if i in result.layers)
    versions = [result.layers[i] for i in compared]
    yield _Content(
        "compared",
        [
            {
                "layer": v.spec.id,
                "layer_text": cells.say(layer_name(v.spec)),
                "version": v.spec.version,
                "feature": feature,
                "name": name,
            }
            for v in versions
            for feature, name in zip(v.ids, v.names, strict=True)
        ],
        [shape for v in versions for shape in v.features.shapes],
        "layer_text",
        tuple(
            Category(cells.say(layer_name(v.spec)), cells.say(layer_name(v.spec)), s.line, 0.15, fill=s.fill)
            for v in versions
            for s in (layer_style(v.spec),)
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
        **_numbers(
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


def _numbers(book: FactBook, ids: dict[str, str]) -> dict[str, float | None]:
    return {key: None if book[i].value is None else book.number(i) for key, i in ids.items()}


def _changed(row: LedgerRow) -> bool:
    return bool(row.lost_m2 or row.gained_m2)


def _of_dimension(shape: Any, dimension: int) -> Any:
    parts = [p for p in shapely.get_parts(shape) if shapely.get_dimensions(p) == dimension]
    if not parts:
        return None
    return shapely.multipolygons(parts) if dimension == 2 else shapely.multilinestrings(parts)


@contextlib.contextmanager
def _gdal_date(day: str) -> Iterator[None]:
    """Let GDAL stamp the file with the as-of date instead of the clock."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": day})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_styles(path: Path, contents: Sequence[_Content], cells: Cells, day: str) -> None:
    """Add the table `layer_styles` and register it, so that QGIS finds a default style for each layer."""
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, "
            "f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, "
            "styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME)"
        )
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (day,),
        )
        for content in contents:
            kind = max(shapely.get_dimensions(content.geometry))
            qml = categorised(content.column, content.categories, dimension=int(kind))
            file.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time) "
                "VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
                (content.name, cells.say(TITLES[content.name]), qml, cells.say(DISCLAIMER), day),
            )
