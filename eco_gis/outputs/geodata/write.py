"""The file: layers one after the other, then their styles."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from eco_gis.model.result import RunResult
from eco_gis.model.siting import DISCLAIMER
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.geodata.change import change_contents
from eco_gis.outputs.geodata.content import Content
from eco_gis.outputs.geodata.duties import duty_contents
from eco_gis.outputs.geodata.patches import patch_contents
from eco_gis.outputs.geodata.siting import site_contents
from eco_gis.outputs.qml import categorised
from eco_gis.outputs.tables.cells import Cells
from eco_gis.text import Lang

CONTENTS: tuple[Callable[[RunResult, Cells], Iterator[Content]], ...] = (
    site_contents,
    change_contents,
    duty_contents,
    patch_contents,
)
"""What the file holds, in order."""


def write_geopackage(result: RunResult, path: Path, lang: Lang) -> Path:
    """Write sites, parts concerned, changed pieces, versions and township ledgers on the working plane.

    The file is GeoPackage 1.2; table `layer_styles` holds a default style for each layer, which QGIS
    applies when it opens the file. It is written aside and then renamed, so that no half file is left.
    """
    cells = Cells(run_facts(result), lang)
    contents = [c for part in CONTENTS for c in part(result, cells) if c.rows]
    day = f"{result.as_of.isoformat()}T00:00:00.000Z"
    aside = path.with_name(f".{path.name}")
    aside.unlink(missing_ok=True)
    with _gdal_options(day):
        for content in contents:
            _write_layer(content, aside, result, cells)
        if not contents:
            empty = gpd.GeoDataFrame({"note": []}, geometry=[], crs=result.plane.crs)
            pyogrio.write_dataframe(
                empty, aside, layer="sites", driver="GPKG", geometry_type="MultiPolygon", VERSION="1.2"
            )
    _write_styles(aside, contents, cells, day)
    with aside.open("rb+") as written:
        os.fsync(written.fileno())
    aside.replace(path)
    return path


def _write_layer(content: Content, path: Path, result: RunResult, cells: Cells) -> None:
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
            "IDENTIFIER": cells.say(content.title),
            "DESCRIPTION": cells.say(DISCLAIMER),
        },
    )


@contextlib.contextmanager
def _gdal_options(day: str) -> Iterator[None]:
    """Let GDAL stamp the file with the as-of date instead of the clock, and not wait for the disk after each step.

    Nobody sees the file before it is whole, and then the disk is waited for once.
    """
    wanted = {"OGR_CURRENT_DATE": day, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in wanted}
    pyogrio.set_gdal_config_options(wanted)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_styles(path: Path, contents: Sequence[Content], cells: Cells, day: str) -> None:
    """Add the table `layer_styles` and register it, so that QGIS finds a default style for each layer."""
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute("PRAGMA synchronous = OFF")
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
                (content.name, cells.say(content.title), qml, cells.say(DISCLAIMER), day),
            )
