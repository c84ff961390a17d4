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

from eco_gis.sample.changes import noisy
from eco_gis.sample.county import County, make_county
from eco_gis.sample.land import Raster
from eco_gis.sample.names import INVENTED
from eco_gis.sample.noise import stream
from eco_gis.sample.shapes import rounded
from eco_gis.sample.sites import make_sites
from eco_gis.sample.tables import base_tables, land_tables, redline_tables, site_tables, table
from eco_gis.sample.truths import AS_OF, expected_answers, redline_ids, truths

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
    answers, contacts = expected_answers(county, sites)
    planted = truths(county, sites, answers)
    _write_gpkg(folder / "base.gpkg", base_tables(county))
    _write_gpkg(folder / "redline.gpkg", redline_tables(county))
    _write_gpkg(folder / "land.gpkg", land_tables(county, seed))
    _write_gpkg(folder / "sites.gpkg", site_tables(sites))
    _write_gpkg(folder / "copies.gpkg", _copies(county, seed))
    _write_raster(folder / "land_cover_2023.tif", county.land_cover)
    _write_raster(folder / "tree_cover_2023.tif", county.tree_cover)
    document = {
        "note": f"{INVENTED}. Invented county; areas are planar m² in EPSG:4549.",
        "seed": seed,
        "as_of": AS_OF,
        "sites": answers,
        "edge_contact": contacts,
        "truths": planted,
    }
    _write_text(folder / "truths.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    for name in ("catalog.toml", "copies.toml"):
        _write_text(folder / name, _template(name))
    _write_text(folder / "README.md", _template("README.md").replace("{truths}", _rows(planted)))


def _copies(county: County, seed: int) -> dict[str, gpd.GeoDataFrame]:
    """Sixty patches, the same redrawn with 1 m noise, and the same with coordinates rounded to centimetres."""
    ids = redline_ids(county)
    middling = [
        k for k, p in enumerate(county.years.y2024) if p.area < 3e6 and k not in county.years.moved.values()
    ]
    picked = sorted(stream(seed, "copies").permutation(middling)[:80], key=lambda k: ids[k])
    redrawn = noisy([county.years.y2024[k] for k in picked], seed)
    # a hand redraws a border without crossing it
    chosen = [(k, copy) for k, copy in zip(picked, redrawn, strict=True) if copy.is_valid][:60]
    patches = [county.years.y2024[k] for k, _ in chosen]
    codes = [ids[k] for k, _ in chosen]
    versions = {
        "copy_base": patches,
        "copy_noise": [copy for _, copy in chosen],
        "copy_rounded": [rounded(p, 2) for p in patches],
    }
    return {name: table(shapes, HXBM=codes) for name, shapes in versions.items()}


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


def _write_raster(path: Path, raster: Raster) -> None:
    height, width = raster.values.shape
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "dtype": "uint8",
        "count": 1,
        "height": height,
        "width": width,
        "crs": "EPSG:4549",
        "transform": raster.transform,
        "nodata": 0,
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
        found = "是 yes" if truth["today"] else "以后 later"
        subject = truth.get("site") or truth.get("layer")
        rows.append(
            f"| {truth['id']} | {truth['what_zh']}<br>{truth['what_en']} | {subject} | {where} | {numbers} | {found} |"
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
