"""What happened on the ground in 2024: each change of the land survey with its planted cause."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.ground import Finder, named_grounds
from eco_gis.sample.tables import carved_class, survey_classes

CHANGED, CORRECTED, RIGHTS = "实地变化", "调查纠错", "权属变更"
"""变更行为 as the update process of this survey says it."""

NAMES = {
    "0101": "水田",
    "0103": "旱地",
    "0201": "果园",
    "0202": "茶园",
    "0301": "乔木林地",
    "0305": "灌木林地",
    "0307": "其他林地",
    "0404": "其他草地",
    "0601": "工业用地",
    "0602": "采矿用地",
    "0701": "城镇住宅用地",
    "0702": "农村宅基地",
    "0809": "公用设施用地",
    "0906": "风景名胜设施用地",
    "1003": "公路用地",
    "1109": "水工建筑用地",
    "1202": "设施农用地",
    "1301": "临时用地",
}


@dataclass(frozen=True)
class Plan:
    """A change to be planted."""

    id: str
    cause: str
    """What explains it; of ground half covered by its document, the cause of the covered half."""
    where: str
    before: str
    """Land class; of what is restored, the parcel carved out in 2023."""
    after: str
    area_m2: float
    documents: tuple[str, ...] = ()
    """Kinds of the documents that cover it; `half:` covers half of it."""
    behaviour: str = CHANGED


PLANS = (
    Plan("E01", "approved_building", "red", "0301", "1003", 24_000, ("approved_project",)),
    Plan("E02", "approved_building", "red", "0301", "1109", 31_000, ("approved_project", "forest_approval")),
    Plan("E03", "approved_building", "red", "0301", "0809", 7_000, ("limited_activity",)),
    Plan("E04", "approved_building", "red", "0301", "1003", 28_000, ("half:approved_project",)),
    Plan("E05", "unapproved_building", "red", "0301", "0602", 26_000),
    Plan("E06", "unapproved_building", "red", "0301", "0702", 5_200),
    Plan("E07", "unapproved_building", "red", "0301", "0601", 14_000),
    Plan("E08", "unapproved_building", "core", "0301", "0702", 3_600),
    Plan("E09", "correction", "red", "0301", "0702", 8_800, behaviour=CORRECTED),
    Plan("E10", "correction", "red", "0301", "0404", 19_000, behaviour=CORRECTED),
    Plan("E11", "restoration", "red", "TB2023C02", "0307", 0.0, ("restoration",)),
    Plan("E12", "restoration", "red", "TB2023C03", "0301", 0.0, ("restoration",)),
    Plan("E13", "farming", "red", "0301", "0202", 21_000),
    Plan("E14", "farming", "red", "0301", "0103", 12_000),
    Plan("E15", "historic_legacy", "red", "0301", "0702", 6_400, ("historic_legacy",)),
    Plan("E16", "approved_building", "general", "0301", "0906", 4_800, ("limited_activity",)),
    Plan("E17", "approved_building", "out", "0101", "0601", 38_000, ("conversion_batch", "land_supply")),
    Plan("E18", "approved_building", "out", "0101", "0701", 27_000, ("conversion_batch",)),
    Plan("E19", "approved_building", "out", "0301", "1003", 16_000, ("forest_approval",)),
    Plan("E20", "within_group", "out", "0101", "1202", 9_000, ("agricultural_facility",)),
    Plan("E21", "farming", "out", "0404", "0101", 33_000, ("land_consolidation",)),
    Plan("E22", "other", "out", "0701", "0103", 6_000, ("increase_decrease",)),
    Plan("E23", "approved_building", "out", "0301", "0602", 41_000, ("mining_right",)),
    Plan("E24", "approved_building", "out", "0301", "1301", 11_000, ("temporary_land",)),
    Plan("E25", "unapproved_building", "farm", "0101", "0702", 5_600),
    Plan("E26", "unapproved_building", "out", "0301", "0602", 18_000),
    Plan("E27", "correction", "out", "0101", "0301", 15_000, behaviour=CORRECTED),
    Plan("E28", "within_group", "out", "0101", "0201", 20_000),
    Plan("E29", "unchanged", "out", "0101", "0101", 17_000, behaviour=RIGHTS),
)


@dataclass(frozen=True)
class Happening:
    """One planted change: its ground is one parcel of the survey of 2024."""

    plan: Plan
    before_parcel: str
    before: str
    """Land class of 2023."""
    shape: shapely.Polygon

    @property
    def parcel(self) -> str:
        """Parcel of the survey of 2024."""
        return f"TB2024C{self.plan.id[1:]}"


def make_finder(county: County, seed: int) -> Finder:
    """The finder over the parcels of 2023."""
    survey = county.survey
    classes = [code for code, _ in survey_classes(county)]
    classes += [carved_class(n)[0] for n in range(len(survey.carved))]
    parcels = [*survey.second, *(p for _, p in survey.carved)]
    return Finder(named_grounds(county), parcels, classes, county.villages, seed)


def make_happenings(finder: Finder, county: County) -> list[Happening]:
    """Place every planned change within one parcel of 2023, one village and one kind of ground."""
    whole = {f"TB2023C{n + 1:02d}": p for n, (_, p) in enumerate(county.survey.carved)}
    finder.taken += list(whole.values())
    happenings = []
    for plan in PLANS:
        if plan.before in whole:
            n = int(plan.before[-2:]) - 1
            happenings.append(Happening(plan, plan.before, carved_class(n)[0], whole[plan.before]))
            continue
        shape = finder.place(plan.id, plan.where, plan.area_m2, land=plan.before)
        at = finder.parcel_of(shape)
        assert at is not None
        happenings.append(Happening(plan, f"TB2023{at + 1:05d}", plan.before, shape))
    return happenings


@dataclass(frozen=True)
class Parcel:
    """One parcel of the survey of 2024."""

    id: str
    code: str
    shape: BaseGeometry
    village: int
    """Position of its village."""


def survey_2024(finder: Finder, county: County, happenings: list[Happening]) -> list[Parcel]:
    """The parcels of 2023 cut along the villages, with what happened carved out."""
    villages = county.villages
    outlines = [p.boundary for p in finder.parcels]
    rings = [h.shape.exterior for h in happenings]
    # floating noding: a corner on a neighbour's edge lies on it to a nanometre, so that no class seems to change
    network = shapely.union_all([*outlines, villages.borders(county.lines.county), *rings])
    faces = shapely.get_parts(shapely.polygonize([network]))
    spots = shapely.point_on_surface(faces)
    parcel, village, happened = (
        _holder(spots, shapes)
        for shapes in (finder.parcels, [v.shape for v in villages.all], [h.shape for h in happenings])
    )
    keep = (parcel >= 0) & (village >= 0)
    groups: dict[tuple[int, int, int], list[BaseGeometry]] = {}
    for face, h, p, v in zip(
        faces[keep], happened[keep].tolist(), parcel[keep].tolist(), village[keep].tolist(), strict=True
    ):
        groups.setdefault((h, p, v), []).append(face)
    rows = [
        (h, p, v, shape)
        for (h, p, v), members in sorted(groups.items())
        for shape in shapely.get_parts(shapely.union_all(members))
    ]
    seen: Counter[int] = Counter()
    parcels = []
    for h, p, v, shape in rows:
        seen[h] += 1
        if h < 0:
            parcels.append(Parcel(f"TB2024{seen[h]:05d}", finder.classes[p], shape, v))
            continue
        # a change across a village border is one parcel in each village
        suffix = f"-{seen[h]}" if seen[h] > 1 else ""
        parcels.append(Parcel(happenings[h].parcel + suffix, happenings[h].plan.after, shape, v))
    return parcels


def _holder(spots: NDArray[np.object_], shapes: list[BaseGeometry]) -> NDArray[np.intp]:
    """Which shape holds each point; −1 where none does."""
    found = np.full(len(spots), -1, dtype=np.intp)
    at, which = shapely.STRtree(shapes).query(spots, predicate="within")
    found[at] = which
    return found
