"""What the patch room has to find of every patch, and the nature room of every change, by plain shapely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.documents import Document, union_of
from eco_gis.sample.ground import Finder
from eco_gis.sample.happenings import Happening, Parcel
from eco_gis.sample.patches import Patch
from eco_gis.sample.truths import point_of

CRUMB_M2 = 0.005
"""What two layers have in common by rounding alone is not told."""


class Asker:
    """Answers about shapes from the layers, each put into a tree once."""

    def __init__(
        self,
        county: County,
        restrictions: Mapping[str, Sequence[BaseGeometry]],
        finder: Finder,
        after: list[Parcel],
    ) -> None:
        control = county.control() | {name: list(shapes) for name, shapes in restrictions.items()}
        self.county = county.lines.county
        del control["urban_boundary"]
        self.urban = county.union("urban_boundary")
        self.lines = {name: shapely.STRtree(shapes) for name, shapes in control.items()}
        self.cores = shapely.STRtree([r.core for r in county.lines.reserves])
        self.townships = list(finder.villages.townships().items())
        self.villages = finder.villages.all
        self.surveys = {
            "before": (shapely.STRtree(finder.parcels), finder.classes),
            "after": (shapely.STRtree([p.shape for p in after]), [p.code for p in after]),
        }

    def touches(self, shape: BaseGeometry) -> dict[str, float]:
        """Planar m² inside each control layer; of the urban boundary, outside it and inside the county."""
        found = {name: _inside(tree, shape) for name, tree in self.lines.items()}
        found["core_zone"] = _inside(self.cores, shape)
        outside = shape.intersection(self.county).difference(self.urban)
        found["urban_boundary"] = outside.area
        return _told(found)

    def classes(self, shape: BaseGeometry, when: str) -> dict[str, float]:
        """Planar m² by land class in the survey before or after."""
        tree, codes = self.surveys[when]
        sums: defaultdict[str, float] = defaultdict(float)
        for k in tree.query(shape, predicate="intersects"):
            sums[codes[k]] += shapely.area(shapely.intersection(shape, tree.geometries[k]))
        return _told(sums)

    def places(self, shape: BaseGeometry) -> dict[str, list[str]]:
        """Names of the townships of 2024 and codes of the villages it lies in."""
        return {
            "townships": [n for n, g in self.townships if shapely.area(g.intersection(shape)) > CRUMB_M2],
            "villages": [
                v.code for v in self.villages if shapely.area(v.shape.intersection(shape)) > CRUMB_M2
            ],
        }


def _told(areas: Mapping[str, float]) -> dict[str, float]:
    """Areas to the thousandth of a m², without crumbs."""
    return {name: round(float(m2), 3) for name, m2 in areas.items() if m2 > CRUMB_M2}


def _inside(tree: shapely.STRtree, shape: BaseGeometry) -> float:
    hit = tree.geometries[tree.query(shape, predicate="intersects")]
    return float(shapely.area(shapely.intersection(shape, shapely.union_all(hit))))


def patch_truths(patches: list[Patch], documents: list[Document], asker: Asker) -> list[dict[str, Any]]:
    """Expected answers about every patch; areas are planar m²."""
    found: list[dict[str, Any]] = []
    for patch in patches:
        hit = [d for d in documents if shapely.area(d.shape.intersection(patch.shape)) > CRUMB_M2]
        valid = [d for d in hit if d.valid_on(patch.day)]
        explained = patch.shape.intersection(union_of(valid)).area
        earlier = [(p.id, p.shape.intersection(patch.shape).area) for p in patches if p.batch < patch.batch]
        found.append(
            {
                "id": patch.id,
                "batch": patch.batch,
                "kind": patch.plan.kind,
                "what_zh": patch.plan.zh,
                "what_en": patch.plan.en,
                "date": patch.day.isoformat(),
                "point": point_of(patch.shape),
                "planar_m2": round(patch.shape.area, 3),
                "in_county_planar_m2": round(patch.shape.intersection(asker.county).area, 3),
                "explained_planar_m2": round(explained, 3),
                "unexplained_planar_m2": round(patch.shape.area - explained, 3),
                "documents": [d.id for d in valid],
                "not_valid": {
                    d.id: "later" if d.day > patch.day else "expired" for d in hit if d not in valid
                },
                "touches": asker.touches(patch.shape),
                **asker.places(patch.shape),
                "before": asker.classes(patch.shape, "before"),
                "after": asker.classes(patch.shape, "after"),
                "repeats": _told(dict(earlier)),
            }
        )
    return found


def happening_truths(
    happenings: list[Happening], documents: list[Document], asker: Asker
) -> list[dict[str, Any]]:
    """Expected answers about every change of the land survey from 2023 to 2024; areas are planar m²."""
    found = []
    for happening in happenings:
        hit = [d for d in documents if shapely.area(d.shape.intersection(happening.shape)) > CRUMB_M2]
        covered = happening.shape.intersection(union_of(hit)).area
        found.append(
            {
                "id": happening.plan.id,
                "cause": happening.plan.cause,
                "before": happening.before,
                "after": happening.plan.after,
                "behaviour": happening.plan.behaviour,
                "parcel_before": happening.before_parcel,
                "parcel_after": happening.parcel,
                "point": point_of(happening.shape),
                "planar_m2": round(happening.shape.area, 3),
                "covered_planar_m2": round(covered, 3),
                "documents": {d.id: d.kind for d in hit},
                "touches": asker.touches(happening.shape),
                **asker.places(happening.shape),
            }
        )
    return found
