"""Two batches of change patches, placed with the papers that explain them or do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import geopandas as gpd
import shapely
from shapely.affinity import scale, translate
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.documents import Archive, around, half_of
from eco_gis.sample.ground import Finder, along
from eco_gis.sample.happenings import Happening
from eco_gis.sample.noise import stream
from eco_gis.sample.patch_plans import FIRST, SECOND, PatchPlan
from eco_gis.sample.shapes import rounded
from eco_gis.sample.tables import area_m2, table

BATCHES = {"2024Q3": (FIRST, date(2024, 7, 5), 80), "2024Q4": (SECOND, date(2024, 10, 8), 72)}
"""Plans, first day, days until the last."""

_CLASS_WORDS = {
    "01": "耕地",
    "02": "园地",
    "03": "林地",
    "04": "草地",
    "06": "工矿用地",
    "07": "住宅用地",
    "12": "其他",
}


@dataclass(frozen=True)
class Patch:
    """One change patch as it is delivered."""

    id: str
    batch: str
    plan: PatchPlan
    day: date
    shape: BaseGeometry
    before: str
    """Hint of the delivered batch: what it was."""
    after: str


@dataclass
class PatchMaker:
    """Draws patches one after the other; files their papers."""

    county: County
    finder: Finder
    happenings: list[Happening]
    archive: Archive
    seed: int
    patches: list[Patch] = field(default_factory=list)
    _twin: BaseGeometry | None = None

    def make(self) -> list[Patch]:
        """Both batches."""
        for batch, (plans, first, days) in BATCHES.items():
            for n, plan in enumerate(plans):
                name = f"TB{batch}-{n + 1:03d}"
                day = first + timedelta(days=n * days // (len(plans) - 1))
                shape = rounded(self._shape(name, plan, day))
                before, after = self._hint(plan, shape)
                self.patches.append(Patch(name, batch, plan, day, shape, before, after))
        return self.patches

    def _shape(self, name: str, plan: PatchPlan, day: date) -> BaseGeometry:
        size = 1_800 + 8_200 * stream(self.seed, f"size {name}").random_sample()
        special: dict[str, Callable[[], BaseGeometry]] = {
            "two_townships": lambda: self._across_townships(name, size),
            "county_edge": lambda: self._across_county(name, size),
            "same_document": lambda: self._one_of_twins(name, size, day),
            "hole": lambda: self._with_hole(name, size),
        }
        if plan.happening:
            seen = next(h for h in self.happenings if h.plan.id == plan.happening)
            return shapely.simplify(seen.shape.buffer(-4.0), 1.0)
        if plan.repeats:
            return self._seen_again(plan)
        draw = special.get(plan.kind)
        shape = draw() if draw else self.finder.place(name, plan.where, size, land=plan.land)
        for told in plan.papers:
            self._file(told, shape, day)
        return shape

    def _file(self, told: str, shape: BaseGeometry, day: date) -> None:
        """One paper as the plan tells it."""
        word, side, kind, age = told.split()
        share = float(word)
        if side == "beside":
            ground = around(shape).difference(shape)
        elif side == "hole":
            ground = shapely.Polygon(shape.interiors[0]).buffer(-6.0)
        elif share == 1:
            ground = around(shape)
        else:
            east = side == "east"
            ground = half_of(shape, 1 - share if east else share, east=east)
        count = len(self.archive.documents)
        until = {"lastday": day, "expired": day - timedelta(days=1 + 45 * (count % 3))}.get(age)
        issued = (until or day) - timedelta(days=70 + 9 * (count % 20))
        if age == "later":
            issued = day + timedelta(days=20)
        elif until is not None:
            issued -= timedelta(days=365)
        self.archive.add(kind, ground, issued, until)

    def _seen_again(self, plan: PatchPlan) -> BaseGeometry:
        kind = plan.repeats.removeprefix("part:")
        earlier = next(p.shape for p in self.patches if p.plan.kind == kind)
        if kind != plan.repeats:
            west, _, east, _ = earlier.bounds
            return translate(earlier, 0.45 * (east - west), 6.0)
        return shapely.simplify(earlier.buffer(3.0, quad_segs=2), 0.5)

    def _across_townships(self, name: str, size: float) -> BaseGeometry:
        towns = list(self.county.villages.townships().values())
        outlines = shapely.union_all([t.boundary for t in towns])
        borders = shapely.line_merge(outlines.difference(self.county.lines.county.boundary))

        def fits(shape: shapely.Polygon) -> bool:
            parts = sorted(shapely.area(shapely.intersection(shape, towns)))
            shared = parts[-2] > 0.3 * shape.area and parts[-3] == 0
            return bool(shared and self.finder.grounds["out"].contains(shape))

        return self.finder.search(name, along(borders), size, fits)

    def _across_county(self, name: str, size: float) -> BaseGeometry:
        county = self.county.lines.county

        def fits(shape: shapely.Polygon) -> bool:
            inside = shapely.area(shapely.intersection(shape, county)) / shape.area
            return bool(0.4 < inside < 0.75 and not self.finder.grounds["red"].intersects(shape))

        return self.finder.search(name, along(county.boundary), size, fits)

    def _one_of_twins(self, name: str, size: float, day: date) -> BaseGeometry:
        """The west of a plot under one paper, and next time its east."""
        east = self._twin is not None
        plot = self._twin if self._twin is not None else self.finder.place(name, "out", 3 * size)
        if not east:
            self._twin = plot
            self.archive.add("conversion_batch", around(plot), day - timedelta(days=120))
        cut = half_of(plot, 0.55 if east else 0.45, east=east)
        return shapely.intersection(plot, cut)

    def _with_hole(self, name: str, size: float) -> BaseGeometry:
        shell = self.finder.place(name, "out", size)
        inner = scale(shell, 0.5, 0.5)
        return shapely.Polygon(shell.exterior, [rounded(inner).exterior])

    def _hint(self, plan: PatchPlan, shape: BaseGeometry) -> tuple[str, str]:
        if plan.happening:
            seen = next(h for h in self.happenings if h.plan.id == plan.happening)
            return _CLASS_WORDS[seen.before[:2]], _CLASS_WORDS.get(seen.plan.after[:2], "建设用地")
        if plan.kind == "survey_error":
            return "耕地", "建构筑物"
        at = shapely.STRtree(self.finder.parcels).nearest(shapely.point_on_surface(shape))
        return _CLASS_WORDS.get(self.finder.classes[int(at)][:2], "其他"), "推填土"


def patch_tables(patches: list[Patch]) -> dict[str, gpd.GeoDataFrame]:
    """One layer for each batch."""
    tables = {}
    for batch in BATCHES:
        rows = [p for p in patches if p.batch == batch]
        tables[f"patches_{batch}"] = table(
            [p.shape for p in rows],
            TBBH=[p.id for p in rows],
            JCPC=[p.batch for p in rows],
            JCRQ=[p.day.isoformat() for p in rows],
            QSX=[p.before for p in rows],
            HSX=[p.after for p in rows],
            JCMJ=area_m2([p.shape for p in rows]),
        )
    return tables
