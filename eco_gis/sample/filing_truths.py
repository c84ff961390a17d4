"""What the check sheet has to find of the batch and the surveyed plots, by plain shapely on the written tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.documents import Document
from eco_gis.sample.filings import BATCH, TXT_OFF, Filings
from eco_gis.sample.patch_truths import CRUMB_M2, Asker
from eco_gis.sample.sites import Site
from eco_gis.sample.tables import area_m2
from eco_gis.sample.truths import point_of

RIDGE = "1203"
"""田坎: the class to which the deducted share of a parcel belongs."""


def filing_truths(
    filings: Filings,
    documents: Sequence[Document],
    tables: Mapping[str, gpd.GeoDataFrame],
    asker: Asker,
) -> dict[str, Any]:
    """Expected figures; areas are planar m², before they are brought to the control total.

    Parameters
    ----------
    tables
        `land_survey_2024`, `permanent_basic_farmland` and `forest_stand` as they are written.
    """
    plots = {}
    for name, (site, hectares) in filings.plots.items():
        told = _told(site, documents, tables, asker)
        plots[name] = {
            **told,
            "declared_ha": hectares,
            "basis": "refused" if name == "plot_area_off.txt" else "declared",
        }
    return {
        "batch": {
            "name": BATCH,
            "plots": {
                site.id: {
                    **_told(site, documents, tables, asker),
                    "declared_m2": filings.declared_m2[site.id],
                    "basis": "declared",
                }
                for site in filings.batch
            },
            "neighbours": [
                {"site": plot.id, "filed_before": one.id, "gap_m": round(one.shape.distance(plot.shape), 3)}
                for one in filings.earlier
                for plot in filings.batch
                if one.shape.distance(plot.shape) < 100
            ],
        },
        "plots": plots,
        "declared_off_share": round(TXT_OFF - 1.0, 3),
    }


def _told(
    site: Site, documents: Sequence[Document], tables: Mapping[str, gpd.GeoDataFrame], asker: Asker
) -> dict[str, Any]:
    shape = site.shape
    plans = [d.shape for d in documents if d.kind == "development_plan"]
    approved = [d.id for d in documents if d.kind == "conversion_batch" and d.shape.intersects(shape)]
    return {
        "point": point_of(shape),
        "planar_m2": round(shape.area, 3),
        "ellipsoidal_m2": area_m2([shape])[0],
        "in_plan_planar_m2": round(shapely.union_all(plans).intersection(shape).area, 3),
        "approved_by": approved,
        **asker.places(shape),
        "classes": _classes(shape, tables["land_survey_2024"]),
        "farmland": [
            {
                "parcel": row.YJJBNTTBBH,
                "planar_m2": round(m2, 3),
                "net_planar_m2": round(m2 * (1 - row.KCXS), 3),
            }
            for row, m2 in _parts(shape, tables["permanent_basic_farmland"])
        ],
        "forest": [
            {"stand": row.XBH, "planar_m2": round(m2, 3), "stock_m3": round(m2 / 1e4 * row.HUO_LMGQXJ, 2)}
            for row, m2 in _parts(shape, tables["forest_stand"])
        ],
    }


def _classes(shape: BaseGeometry, survey: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Ground by village, ownership and class; field ridges are a class of their own."""
    sums: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    for row, m2 in _parts(shape, survey):
        sums[row.ZLDWMC, row.QSXZ, row.DLBM] += m2 * (1 - row.KCXS)
        if row.KCXS > 0:
            sums[row.ZLDWMC, row.QSXZ, RIDGE] += m2 * row.KCXS
    return [
        {"village": village, "right": right, "code": code, "planar_m2": round(m2, 3)}
        for (village, right, code), m2 in sorted(sums.items())
    ]


def _parts(shape: BaseGeometry, frame: gpd.GeoDataFrame) -> Iterator[tuple[Any, float]]:
    """Rows with ground in common with a shape, and how much."""
    shapes = frame.geometry.to_numpy()
    hit = frame.iloc[sorted(shapely.STRtree(shapes).query(shape, predicate="intersects"))]
    for row in hit.itertuples():
        m2 = float(shapely.area(shapely.intersection(row.geometry, shape)))
        if m2 > CRUMB_M2:
            yield row, m2
