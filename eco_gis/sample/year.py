"""The year 2024 in the county: what happened, the survey after it, papers, patches, vegetation, land cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.cover import cover_2024, cover_truths
from eco_gis.sample.documents import Archive, Document, document_tables, papers_of
from eco_gis.sample.filings import Filings, make_filings
from eco_gis.sample.function import Function, function_truths, make_function
from eco_gis.sample.happenings import (
    NAMES,
    Happening,
    Parcel,
    make_finder,
    make_happenings,
    survey_2024,
)
from eco_gis.sample.land import Raster
from eco_gis.sample.matters import file_matters, matter_truths
from eco_gis.sample.names import COUNTY_CODE
from eco_gis.sample.noise import stream
from eco_gis.sample.patch_truths import Asker, happening_truths, patch_truths
from eco_gis.sample.patches import Patch, PatchMaker, patch_tables
from eco_gis.sample.sites import Site
from eco_gis.sample.tables import CLASSES, area_m2, table

RIDGE_SHARE = {"0101": 0.06, "0103": 0.11}
"""扣除系数: share of field ridges in farmland parcels."""


@dataclass(frozen=True)
class Year:
    """Everything that 2024 added to the county."""

    happenings: list[Happening]
    survey: list[Parcel]
    documents: list[Document]
    patches: list[Patch]
    function: Function
    land_cover: Raster
    filings: Filings
    asker: Asker
    truths: dict[str, Any]
    """Expected answers by the key under which they stand in `truths.json`."""


def make_year(
    county: County, sites: Sequence[Site], restrictions: Mapping[str, Sequence[BaseGeometry]], seed: int
) -> Year:
    """Let 2024 happen."""
    finder = make_finder(county, seed)
    happenings = make_happenings(finder, county)
    survey = survey_2024(finder, county, happenings)
    archive = Archive()
    papers_of(happenings, archive)
    patches = PatchMaker(county, finder, happenings, archive, seed).make()
    # what was filed comes last: the patches lie where they lay before there were filings
    filings = make_filings(county, finder, archive, sites, seed)
    file_matters(finder, archive)
    asker = Asker(county, restrictions, finder, survey)
    function = make_function(county, seed)
    cover = cover_2024(county.land_cover, happenings)
    truths = {
        "survey_changes": happening_truths(happenings, archive.documents, asker),
        "patches": patch_truths(patches, archive.documents, asker),
        "function": function_truths(county, function),
        "inside": matter_truths(archive.documents, _lines(county)),
        "cover_changes": cover_truths(county.land_cover, cover, happenings),
    }
    return Year(happenings, survey, archive.documents, patches, function, cover, filings, asker, truths)


def _lines(county: County) -> list[tuple[date, BaseGeometry]]:
    """The redline at the end of each year."""
    years = county.years
    versions = ((2022, years.y2022), (2023, years.y2023), (2024, years.y2024))
    return [(date(y, 12, 31), shapely.union_all(np.array(p, dtype=object))) for y, p in versions]


def year_tables(county: County, year: Year, seed: int) -> dict[str, dict[str, gpd.GeoDataFrame]]:
    """Layers by GeoPackage."""
    return {
        "survey": {**_places(county), **_surveys(county, year, seed)},
        "documents": document_tables(year.documents),
        "patches": patch_tables(year.patches),
    }


def _places(county: County) -> dict[str, gpd.GeoDataFrame]:
    """Townships after the border moved, and villages."""
    towns = county.villages.townships()
    villages = sorted(county.villages.all, key=lambda v: v.code)
    return {
        "township_2024": table(
            list(towns.values()),
            XZQDM=[f"{COUNTY_CODE}{n + 1:03d}" for n in range(len(towns))],
            XZQMC=list(towns),
            MJ=area_m2(list(towns.values())),
        ),
        "village": table(
            [v.shape for v in villages],
            ZLDWDM=[v.code for v in villages],
            ZLDWMC=[v.name for v in villages],
            XZQMC=[v.township for v in villages],
            MJ=area_m2([v.shape for v in villages]),
        ),
    }


def _surveys(county: County, year: Year, seed: int) -> dict[str, gpd.GeoDataFrame]:
    """Land survey of 2024 and the process by which it came from that of 2023."""
    parcels = sorted(year.survey, key=lambda p: p.id)
    names = dict(CLASSES.values()) | NAMES
    gross = area_m2([p.shape for p in parcels])
    shares = [RIDGE_SHARE.get(p.code, 0.0) for p in parcels]
    ridges = [round(m2 * share, 2) for m2, share in zip(gross, shares, strict=True)]
    changed = year.happenings
    return {
        "land_survey_2024": table(
            [p.shape for p in parcels],
            BSM=[p.id for p in parcels],
            DLBM=[p.code for p in parcels],
            DLMC=[names[p.code] for p in parcels],
            QSXZ=_ownership(parcels, seed),
            ZLDWDM=[county.villages.all[p.village].code for p in parcels],
            ZLDWMC=[county.villages.all[p.village].name for p in parcels],
            TBMJ=gross,
            KCXS=shares,
            KCMJ=ridges,
            TBDLMJ=[round(m2 - ridge, 2) for m2, ridge in zip(gross, ridges, strict=True)],
        ),
        "survey_update_2024": table(
            [h.shape for h in changed],
            BSM=[f"GX2024{h.plan.id[1:]}" for h in changed],
            BGQTBBH=[h.before_parcel for h in changed],
            BGQDLBM=[h.before for h in changed],
            BGQDLMC=[names[h.before] for h in changed],
            BGHTBBH=[h.parcel for h in changed],
            BGHDLBM=[h.plan.after for h in changed],
            BGHDLMC=[names[h.plan.after] for h in changed],
            BGXW=[h.plan.behaviour for h in changed],
            TBBGMJ=area_m2([h.shape for h in changed]),
        ),
    }


def _ownership(parcels: list[Parcel], seed: int) -> list[str]:
    """权属性质: built land and water mostly the state's, the rest mostly the villages'."""
    draw = stream(seed, "ownership").random_sample(len(parcels))
    state = np.array([p.code[:2] in ("05", "06", "07", "08", "09", "10", "11") for p in parcels])
    code = np.where(draw < 0.62, "30", np.where(draw < 0.88, "31", np.where(draw < 0.96, "40", "10")))
    code = np.where(state & (draw < 0.75), np.where(draw < 0.5, "20", "10"), code)
    return [str(c) for c in code]
