"""Writes the county to a folder: GeoPackages, rasters, catalog, truths, README."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import rasterio
import shapely

from eco_gis.sample.copies import make_copies
from eco_gis.sample.county import make_county
from eco_gis.sample.filing_truths import filing_truths
from eco_gis.sample.filings import filing_tables, plot_texts
from eco_gis.sample.forest_cells import (
    DENSE,
    NO_FOREST,
    PLOT_FILE,
    cell_answers,
    forest_truths,
    make_forest_cells,
    plot_text,
    touched_m2,
)
from eco_gis.sample.function import NODATA
from eco_gis.sample.land import Raster
from eco_gis.sample.names import INVENTED
from eco_gis.sample.restrictions import make_restrictions, restriction_tables
from eco_gis.sample.site_attributes import site_attributes
from eco_gis.sample.sites import make_sites
from eco_gis.sample.tables import base_tables, land_tables, redline_tables, site_tables
from eco_gis.sample.truths import AS_OF, expected_answers, truths
from eco_gis.sample.year import make_year, year_tables
from eco_gis.sample.year_truths import patch_rows, year_truths

MAKER_DATE = "2024-12-31T00:00:00.000Z"
"""Written into the GeoPackages instead of the clock, so that the same seed gives the same bytes."""


def make_sample(folder: Path, *, seed: int = 20240101) -> None:
    """Write the invented sample county with everything a run needs.

    Parameters
    ----------
    folder
        Where the layers, `catalog.toml`, `truths.json` and `README.md` go; made when missing. Files of the
        same names are replaced, others are left alone.
    seed
        The same seed gives the same county. Another seed gives another county; a county on which a planned
        project finds no place raises AssertionError.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    county = make_county(seed)
    sites = make_sites(county, seed)
    restrictions = make_restrictions(county, sites, seed)
    restricted = {name: [r.shape for r in rows] for name, rows in restrictions.items()}
    year = make_year(county, sites, restricted, seed)
    control = {name: county.union(name) for name in county.control()}
    control |= {name: shapely.union_all(shapes) for name, shapes in restricted.items()}
    filed = [*sites, *year.filings.batch, *year.filings.earlier]
    answers, contacts = expected_answers(control, county.lines.county, filed)
    surveyed = [site for site, _ in year.filings.plots.values()]
    plot_answers, _ = expected_answers(control, county.lines.county, surveyed)
    land, annual = land_tables(county, seed), year_tables(county, year, seed)
    stands = land["forest_stand"]
    cells = make_forest_cells(county, list(stands.geometry), list(stands.BH_DJ), seed)
    rasters = {
        "forest_grade_2023": (cells.grades, lambda v: v < NO_FOREST),
        "tree_cover_2023": (county.tree_cover, lambda v: v >= DENSE),
    }
    for told, asked in ((answers, filed), (plot_answers, surveyed)):
        for site, found in cell_answers(rasters, county.lines.county, asked).items():
            told[site] |= found
    for patch, expected in zip(year.patches, year.truths["patches"], strict=True):
        expected["touches"] |= touched_m2(rasters, patch.shape)
    filing = filing_truths(year.filings, year.documents, land | annual["survey"], year.asker)
    copies, copied = make_copies(county, seed)
    planted = truths(county, sites, answers) + year_truths(county, year, copied)
    packages = {
        "base": base_tables(county),
        "redline": redline_tables(county),
        "land": land,
        **annual,
        "restrictions": restriction_tables(restrictions),
        "sites": site_tables(sites, site_attributes(sites))
        | filing_tables(year.filings, site_attributes(year.filings.batch)),
        "copies": copies,
    }
    for name, tables in packages.items():
        _write_gpkg(folder / f"{name}.gpkg", tables)
    for name, text in plot_texts(year.filings).items():
        _write_text(folder / name, text)
    _write_raster(folder / "land_cover_2023.tif", county.land_cover)
    _write_raster(folder / "land_cover_2024.tif", year.land_cover)
    _write_raster(folder / "tree_cover_2023.tif", county.tree_cover)
    _write_raster(folder / "forest_grade_2023.tif", cells.grades)
    _write_text(folder / PLOT_FILE, plot_text(cells))
    for number, ndvi in year.function.ndvi.items():
        _write_raster(folder / f"ndvi_{number}.tif", ndvi, nodata=NODATA)
    document = {
        "note": f"{INVENTED}. Invented county; areas are planar m² in EPSG:4549.",
        "seed": seed,
        "as_of": AS_OF,
        "sites": answers,
        "edge_contact": contacts,
        "truths": planted,
        **year.truths,
        **filing,
        "plot_answers": plot_answers,
        "forest_cells": forest_truths(cells),
    }
    _write_text(folder / "truths.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    for name in ("catalog.toml", "copies.toml", "forest_grade.toml"):
        _write_text(folder / name, _template(name))
    readme = _template("README.md").replace("{truths}", _rows(planted))
    readme = readme.replace("{patches}", patch_rows(year.truths["patches"]))
    _write_text(folder / "README.md", readme)


def _write_gpkg(path: Path, tables: Mapping[str, gpd.GeoDataFrame]) -> None:
    path.unlink(missing_ok=True)
    clock = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(clock)
    pyogrio.set_gdal_config_options({clock: MAKER_DATE})
    try:
        for layer, frame in tables.items():
            unfit = np.flatnonzero(~shapely.is_valid(frame.geometry.to_numpy()))
            assert not len(unfit), f"{layer}: invalid shapes at {unfit.tolist()}"
            pyogrio.write_dataframe(
                frame,
                path,
                layer=layer,
                driver="GPKG",
                layer_options={
                    "DESCRIPTION": f"{INVENTED}. Invented example, CC0-1.0.",
                    "SPATIAL_INDEX": "NO",
                },
            )
    finally:
        pyogrio.set_gdal_config_options({clock: before})


def _write_raster(path: Path, raster: Raster, *, nodata: float = 0) -> None:
    height, width = raster.values.shape
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "dtype": raster.values.dtype.name,
        "count": 1,
        "height": height,
        "width": width,
        "crs": "EPSG:4549",
        "transform": raster.transform,
        "nodata": nodata,
        "compress": "deflate",
        "zlevel": 9,
        "tiled": True,
        "blockxsize": 512,
        "blockysize": 512,
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(raster.values, 1)
        target.update_tags(DESCRIPTION=f"{INVENTED}. Invented example, CC0-1.0.")


def _write_text(path: Path, text: str) -> None:
    # the same line ends on every system
    path.write_text(text, encoding="utf-8", newline="\n")


def _template(name: str) -> str:
    return resources.files("eco_gis.sample").joinpath("templates", name).read_text(encoding="utf-8")


def _rows(planted: Sequence[Mapping[str, Any]]) -> str:
    """The truths as rows of a Markdown table."""
    rows = []
    for truth in planted:
        expect = truth["expect"]
        where = " ".join(f"{v:,.1f}" for v in expect["point"]) if "point" in expect else "—"
        numbers = _numbers(expect)
        subject = truth.get("site") or truth.get("layer")
        rows.append(
            f"| {truth['id']} | {truth['what_zh']}<br>{truth['what_en']} | {subject} | {where} | {numbers} |"
        )
    return "\n".join(rows)


def _numbers(expect: Mapping[str, Any]) -> str:
    if "answers" in expect:
        parts = [
            f"{layer}: {answer}" for layer, answer in expect["answers"].items() if answer != "not_concerned"
        ]
        words = "; ".join(parts) or "all not_concerned"
        return (
            f"{words}; redline {expect['redline_planar_m2']:,} m²" if expect["redline_planar_m2"] else words
        )
    if "parcels" in expect:
        return f"{len(expect['parcels'])} parcels, {sum(p['planar_m2'] for p in expect['parcels']):,.1f} m²"
    return "; ".join(
        f"{key} {value}" for key, value in expect.items() if key != "point" and value is not None
    )
