"""Invented papers of the documents layers: each covers ground, has a number and a time in which it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.happenings import Happening
from eco_gis.sample.shapes import rounded
from eco_gis.sample.tables import area_m2, table

MARGIN_M = 18.0
"""A document reaches this far beyond the ground it was drawn for."""

COUNTY_LAND = "云岭县自然资源主管部门（虚构）"
COUNTY_WOODS = "云岭县林业主管部门（虚构）"
PROVINCE = "虚构省自然资源厅"
GOVERNMENT = "虚构省人民政府"


@dataclass(frozen=True)
class Kind:
    """One documents layer; its name is the catalog's kind."""

    prefix: str
    name: str
    number: str
    """文号 with the year and a serial number to be filled in."""
    office: str
    years: int | None
    """For how long a paper holds; None: without an end."""


KINDS = {
    "conversion_batch": Kind("NZ", "农用地转用批次", "虚政土审〔{y}〕{n}号（虚构）", GOVERNMENT, 2),
    "land_supply": Kind("GD", "供地", "云土供〔{y}〕{n}号（虚构）", COUNTY_LAND, 40),
    "temporary_land": Kind("LS", "临时用地", "云自然资临〔{y}〕{n}号（虚构）", COUNTY_LAND, 2),
    "agricultural_facility": Kind(
        "SS", "设施农业用地备案", "云农设备〔{y}〕{n}号（虚构）", "枫林镇（虚构）", 5
    ),
    "increase_decrease": Kind("ZJ", "增减挂钩项目", "虚自然资挂〔{y}〕{n}号（虚构）", PROVINCE, 3),
    "land_consolidation": Kind("ZZ", "土地整治项目", "云土整〔{y}〕{n}号（虚构）", COUNTY_LAND, 3),
    "forest_approval": Kind("LD", "使用林地审核同意书", "虚林地许〔{y}〕{n}号（虚构）", COUNTY_WOODS, 2),
    "mining_right": Kind("CK", "采矿许可证", "C99{y}{n:03d}（虚构）", COUNTY_LAND, 5),
    "historic_legacy": Kind("LY", "历史遗留问题认定", "云历遗〔{y}〕{n}号（虚构）", COUNTY_LAND, None),
    "approved_project": Kind("XM", "已批准建设项目", "虚自然资用〔{y}〕{n}号（虚构）", PROVINCE, None),
    "limited_activity": Kind("YX", "有限人为活动认定意见", "虚政红〔{y}〕{n}号（虚构）", GOVERNMENT, None),
    "development_plan": Kind("PD", "土地征收成片开发方案", "虚政片〔{y}〕{n}号（虚构）", GOVERNMENT, 5),
    "problem_patch": Kind("WT", "督察问题图斑", "云督问〔{y}〕{n}号（虚构）", COUNTY_LAND, None),
    "restoration": Kind("XF", "生态修复项目", "云生修〔{y}〕{n}号（虚构）", COUNTY_LAND, None),
}


CLOSED_KINDS = ("historic_legacy", "problem_patch")
"""Kinds whose matters are closed some day."""


@dataclass(frozen=True)
class Document:
    """One paper."""

    id: str
    kind: str
    day: date
    until: date | None
    """Last day on which it holds."""
    shape: BaseGeometry
    closed: date | None = None
    """Day on which the matter was closed (销号)."""

    def valid_on(self, day: date) -> bool:
        """Whether it holds on a day; both ends are included."""
        return self.day <= day and (self.until is None or day <= self.until)


@dataclass
class Archive:
    """The papers, numbered by kind as they come."""

    documents: list[Document] = field(default_factory=list)
    _serial: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        kind: str,
        shape: BaseGeometry,
        day: date,
        until: date | None = None,
        *,
        closed: date | None = None,
    ) -> Document:
        """File a paper; without a last day it holds as long as its kind does."""
        self._serial[kind] += 1
        told = KINDS[kind]
        if until is None and told.years is not None:
            until = day.replace(year=day.year + told.years)
        paper = Document(f"{told.prefix}{self._serial[kind]:03d}", kind, day, until, rounded(shape), closed)
        self.documents.append(paper)
        return paper


def around(shape: BaseGeometry) -> BaseGeometry:
    """The ground of a paper drawn for a shape: the shape with a margin, in few corners."""
    return shapely.simplify(shapely.buffer(shape, MARGIN_M, quad_segs=2), 2.0)


def half_of(shape: BaseGeometry, share: float = 0.5, *, east: bool = False) -> BaseGeometry:
    """The western (or eastern) ground of a shape with its margin, cut so that it covers a share of the shape."""
    west, south, right, north = shape.bounds
    low, high = west, right
    for _ in range(40):
        cut = (low + high) / 2
        part = shapely.area(shapely.intersection(shape, shapely.box(west, south, cut, north)))
        low, high = (cut, high) if part < share * shape.area else (low, cut)
    cut = round((low + high) / 2, 3)
    if east:
        # the share from the east is the rest from the west
        return around(shape).intersection(shapely.box(cut, south - 100, right + 100, north + 100))
    return around(shape).intersection(shapely.box(west - 100, south - 100, cut, north + 100))


def papers_of(happenings: list[Happening], archive: Archive) -> dict[str, list[Document]]:
    """File the papers of what happened; by the id of the happening."""
    filed: dict[str, list[Document]] = {}
    for n, happening in enumerate(happenings):
        for told in happening.plan.documents:
            kind = told.removeprefix("half:")
            half = kind != told
            shape = half_of(happening.shape) if half else around(happening.shape)
            day = date(2023, 4 + n % 8, 3 + n % 25)
            filed.setdefault(happening.plan.id, []).append(archive.add(kind, shape, day))
    return filed


def document_tables(documents: list[Document]) -> dict[str, gpd.GeoDataFrame]:
    """One layer for each kind."""
    tables = {}
    for kind, told in KINDS.items():
        rows = [d for d in documents if d.kind == kind]
        ends = [d.until.isoformat() if d.until else "" for d in rows]
        last = {"DQRQ": ends} if kind == "temporary_land" else {"YXQZ": ends}
        tables[kind] = table(
            [d.shape for d in rows],
            BH=[d.id for d in rows],
            MC=[f"{told.name}{d.id}（虚构）" for d in rows],
            PZWH=[told.number.format(y=d.day.year, n=n + 11) for n, d in enumerate(rows)],
            PZJG=[told.office] * len(rows),
            PZRQ=[d.day.isoformat() for d in rows],
            YXQS=[d.day.isoformat() for d in rows],
            **last,
            **(_closing(rows) if kind in CLOSED_KINDS else {}),
            PZMJ=area_m2([d.shape for d in rows]),
        )
    return tables


def _closing(rows: list[Document]) -> dict[str, list[str]]:
    """Day and state of what is on a list until it is closed."""
    return {
        "XHRQ": [d.closed.isoformat() if d.closed else "" for d in rows],
        "ZT": ["已销号" if d.closed else "在办" for d in rows],
    }


def union_of(documents: list[Document]) -> BaseGeometry:
    """Their ground together."""
    return shapely.union_all(np.array([d.shape for d in documents], dtype=object))
