"""Attribute tables in the field dialects of the national databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.land import classes_at
from eco_gis.sample.names import COUNTY, COUNTY_CODE, INVENTED, OFFICE, REDLINE_KINDS, RESERVES
from eco_gis.sample.noise import stream
from eco_gis.sample.sites import Site
from eco_gis.sample.truths import ground_of, redline_ids

PLANE = "EPSG:4549"
CLASSES = {
    0: ("0301", "乔木林地"),
    10: ("0101", "水田"),
    20: ("0301", "乔木林地"),
    30: ("0404", "其他草地"),
    40: ("0305", "灌木林地"),
    60: ("1101", "河流水面"),
    80: ("0701", "城镇住宅用地"),
}


def area_m2(shapes: Sequence[BaseGeometry]) -> list[float]:
    """Areas on the CGCS2000 ellipsoid, two decimals, as declared in delivered data."""
    to_degrees = pyproj.Transformer.from_crs(PLANE, "EPSG:4490", always_xy=True)
    geod = pyproj.Geod(ellps="GRS80")

    def degrees(xy: Any) -> Any:
        return np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))

    # the geodesic area of a hole is taken off only where it turns the other way than its shell
    turned = shapely.orient_polygons(shapely.transform(np.array(shapes, dtype=object), degrees))
    return [round(abs(geod.geometry_area_perimeter(shape)[0]), 2) for shape in turned]


def table(shapes: Sequence[BaseGeometry], **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """A layer on the plane with its columns."""
    return gpd.GeoDataFrame(dict(columns), geometry=np.array(shapes, dtype=object), crs=PLANE)


def _towns_of(county: County, shapes: Sequence[BaseGeometry]) -> list[str]:
    names = list(county.lines.townships)
    tree = shapely.STRtree(list(county.lines.townships.values()))
    points = shapely.point_on_surface(np.array(shapes, dtype=object))
    return [names[k] for k in tree.nearest(points)]


def _villages_of(county: County, shapes: Sequence[BaseGeometry]) -> list[str]:
    villages = county.villages.all
    tree = shapely.STRtree([v.shape for v in villages])
    points = shapely.point_on_surface(np.array(shapes, dtype=object))
    return [villages[k].name for k in tree.nearest(points)]


def base_tables(county: County) -> dict[str, gpd.GeoDataFrame]:
    """County, townships, control units, urban boundary, reserves of two years, restrictions."""
    lines = county.lines
    towns = lines.townships
    codes = {name: f"{COUNTY_CODE}{n + 1:03d}" for n, name in enumerate(towns)}
    serial = {"优先保护单元": 1, "重点管控单元": 2, "一般管控单元": 3}
    unit_ids = [f"ZH{COUNTY_CODE}{serial[u]}{n + 1:04d}" for n, (_, u, _) in enumerate(lines.units)]
    zones = [
        (zone, p) for zone, parts in lines.urban.items() for p in sorted(parts, key=lambda p: -p.bounds[3])
    ]
    zone_code = {"集中建设区": "410", "弹性发展区": "420", "特别用途区": "430"}
    return {
        "county": table([lines.county], XZQDM=[COUNTY_CODE], XZQMC=[COUNTY], BZ=[INVENTED]),
        "township": table(
            list(towns.values()),
            XZQDM=list(codes.values()),
            XZQMC=list(towns),
            MJ=area_m2(list(towns.values())),
        ),
        "control_unit": table(
            [g for *_, g in lines.units],
            HJGKDYBM=unit_ids,
            HJGKDYMC=[f"{town}{unit}" for town, unit, _ in lines.units],
            GKDYFL=[unit for _, unit, _ in lines.units],
        ),
        "urban_boundary": table(
            [p for _, p in zones],
            BSM=[f"CZ{n + 1:04d}" for n in range(len(zones))],
            GHFQDM=[zone_code[z] for z, _ in zones],
            GHFQMC=[z for z, _ in zones],
            MJ=area_m2([p for _, p in zones]),
        ),
        "nature_reserve_2023": _reserves(county),
        "nature_reserve_2024": _reserves(county),
        "water_source": table(
            list(lines.water.values()),
            BSM=["SY01", "SY02"],
            MC=["龙潭饮用水水源地（虚构）"] * 2,
            BHQJB=list(lines.water),
        ),
        "cultural_relic": table(
            lines.relics,
            BSM=[f"WW{n + 1:02d}" for n in range(len(lines.relics))],
            MC=["古窑址（虚构）", "石桥（虚构）", "宗祠（虚构）"],
            BHFW=["保护范围"] * 3,
        ).to_crs("EPSG:4490"),
    }


def _reserves(county: County) -> gpd.GeoDataFrame:
    rows = [
        (f"BHD{n + 1}{zone}", *RESERVES[n], words, shape)
        for n, reserve in enumerate(county.lines.reserves)
        for zone, words, shape in (("H", "核心保护区", reserve.core), ("Y", "一般控制区", reserve.general))
    ]
    code, name, grade, kind, zone, shapes = zip(*rows, strict=True)
    return table(shapes, BHDBM=code, BHDMC=name, BHDJB=grade, BHDLX=kind, ZRBHDFQ=zone, MJ=area_m2(shapes))


def redline_tables(county: County) -> dict[str, gpd.GeoDataFrame]:
    """The redline of three years and the register of approved changes."""
    years = county.years
    ids = redline_ids(county)
    order = sorted(range(len(ids)), key=lambda k: ids[k])
    cores = shapely.STRtree([g for r in county.lines.reserves for g in (r.core, r.general)])
    tables = {}
    for year, patches in (("2022", years.y2022), ("2023", years.y2023), ("2024", years.y2024)):
        shapes = [patches[k] for k in order]
        towns = _towns_of(county, shapes)
        kinds = [
            REDLINE_KINDS[int(c.y > 3_242_000) + int(c.y < 3_229_000) * 2] for c in shapely.centroid(shapes)
        ]
        reserve = [bool(len(cores.query(p, predicate="intersects"))) for p in shapes]
        tables[f"redline_{year}"] = table(
            shapes,
            HXBM=[ids[k] for k in order],
            HXMC=[f"{town}{kind}生态保护红线" for town, kind in zip(towns, kinds, strict=True)],
            HXLX=kinds,
            XZQMC=towns,
            HXMJ=area_m2(shapes),
            GKCS=["自然保护地" if r else "其他红线区域" for r in reserve],
        )
    tables["register"] = table(
        [years.approved_out, years.approved_in],
        TZBH=["DZ2023-01", "DZ2023-02"],
        TZLX=["局部调整", "局部调整"],
        PZJG=[OFFICE] * 2,
        PZWH=["虚自然资函〔2023〕12号（虚构）"] * 2,
        PZRQ=["2023-09-20"] * 2,
        TZFX=["out", "in"],
        PZMJ=area_m2([years.approved_out, years.approved_in]),
    )
    return tables


def land_tables(county: County, seed: int) -> dict[str, gpd.GeoDataFrame]:
    """Farmland, forest stands and the land survey of two years."""
    rng = stream(seed, "attributes")
    farm = county.farmland
    fields = np.array(["0101", "0103"])[(rng.random_sample(len(farm.fields)) < 0.27).astype(int)]
    basic = area_m2(farm.basic)
    tables = {
        "cropland": table(
            farm.fields,
            BSM=[f"GD{n + 1:05d}" for n in range(len(farm.fields))],
            DLBM=fields.tolist(),
            DLMC=["水田" if f == "0101" else "旱地" for f in fields],
            TBMJ=area_m2(farm.fields),
        ),
        "permanent_basic_farmland": table(
            farm.basic,
            YJJBNTTBBH=[f"YN{n + 1:05d}" for n in range(len(basic))],
            QSDWMC=_towns_of(county, farm.basic),
            YJJBNTTBMJ=basic,
            YJJBNTMJ=[round(m * 0.94, 2) for m in basic],
            DLBM=["0101"] * len(basic),
            QSXZ=["30"] * len(basic),
            ZLDWMC=_villages_of(county, farm.basic),
            KCXS=[0.06] * len(basic),
        ),
        "farmland_reserve": table(
            farm.reserve,
            BSM=[f"CB{n + 1:04d}" for n in range(len(farm.reserve))],
            QSDWMC=_towns_of(county, farm.reserve),
            TBMJ=area_m2(farm.reserve),
        ),
        "forest_stand": _stands(county, rng, seed),
    }
    return tables | _survey(county)


def _stands(county: County, rng: np.random.RandomState, seed: int) -> gpd.GeoDataFrame:
    stands = sorted(county.stands, key=lambda g: (-g.bounds[3], g.bounds[0]))
    draw = rng.random_sample((len(stands), 3))
    public = draw[:, 0] < 0.45
    red = shapely.STRtree(county.years.y2024)
    in_red = np.zeros(len(stands), dtype=bool)
    in_red[red.query(np.array(stands, dtype=object), predicate="intersects")[0]] = True
    grade = np.where(in_red & (draw[:, 1] < 0.12), 1, np.where(public, 2, np.where(draw[:, 1] < 0.6, 3, 4)))
    kind = stream(seed, "stand kinds").random_sample((len(stands), 2))
    national = public & (kind[:, 0] < 0.4)
    return table(
        stands,
        XBH=[f"XB{n + 1:05d}" for n in range(len(stands))],
        XIANG=_towns_of(county, stands),
        SEN_LIN_LB=np.where(public, "11", "21").tolist(),
        LIN_ZHONG=np.where(public, "水源涵养林", "用材林").tolist(),
        BH_DJ=[f"{' ⅠⅡⅢⅣ'[g]}级" for g in grade],
        YU_BI_DU=np.round(0.4 + 0.45 * draw[:, 2], 2).tolist(),
        HUO_LMGQXJ=np.round(35 + 110 * draw[:, 2], 1).tolist(),
        MIAN_JI=[round(m / 1e4, 4) for m in area_m2(stands)],
        DI_LEI=np.where(kind[:, 1] < 0.8, "乔木林", np.where(kind[:, 1] < 0.93, "竹林", "灌木林")).tolist(),
        SHI_QUAN_D=np.where(national, "10", np.where(public, "20", "")).tolist(),
        GJGYL_BHDJ=np.where(national, np.where(grade == 1, "1", "2"), "").tolist(),
    )


def survey_classes(county: County) -> list[tuple[str, str]]:
    """Code and name of the land class of each parcel of the first survey."""
    found = classes_at(county.land_cover, list(county.survey.first))
    codes = [CLASSES.get(int(c), CLASSES[20]) for c in found]
    for n, (host, _) in enumerate(county.survey.carved):
        codes[host] = CLASSES[20] if n < 3 else CLASSES[10]
    return codes


def carved_class(n: int) -> tuple[str, str]:
    """Land class in 2023 of the n-th parcel carved out: mines inside the redline, orchards outside."""
    return ("0602", "采矿用地") if n < 3 else ("0201", "果园")


def _survey(county: County) -> dict[str, gpd.GeoDataFrame]:
    survey, codes = county.survey, survey_classes(county)
    tables = {}
    for year, shapes, extra in (("2022", survey.first, []), ("2023", survey.second, survey.carved)):
        rows = [(f"TB{year}{n + 1:05d}", *codes[n], shape) for n, shape in enumerate(shapes)]
        for n, (_, shape) in enumerate(extra):
            rows.append((f"TB2023C{n + 1:02d}", *carved_class(n), shape))
        code, dlbm, dlmc, parts = zip(*rows, strict=True)
        tables[f"land_survey_{year}"] = table(
            parts, BSM=code, DLBM=dlbm, DLMC=dlmc, QSDWMC=_towns_of(county, parts), TBMJ=area_m2(parts)
        )
    return tables


def site_tables(
    sites: Sequence[Site], attributes: Mapping[str, Sequence[str]]
) -> dict[str, gpd.GeoDataFrame]:
    """Sites by kind of geometry, with further columns in the order of the sites."""
    tables = {}
    for layer, kind in (("site_area", "Polygon"), ("site_line", "LineString"), ("site_point", "Point")):
        rows = [s for s in sites if s.shape.geom_type == kind]
        own = [n for n, s in enumerate(sites) if s.shape.geom_type == kind]
        areas = area_m2([ground_of(s) for s in rows])
        tables[layer] = table(
            [s.shape for s in rows],
            XMDM=[s.id for s in rows],
            XMMC=[f"{s.name}（虚构）" for s in rows],
            XMLB=[s.category for s in rows],
            GHJB=[s.level for s in rows],
            PZJG=[s.approver for s in rows],
            YDFS=[s.mode for s in rows],
            KD=[float("nan") if s.width_m is None else s.width_m for s in rows],
            SBMJ=[round(m / 1e4, 4) for m in areas],
            **{name: [values[n] for n in own] for name, values in attributes.items()},
        )
    return tables
