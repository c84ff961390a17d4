"""Matters inside the redline that are carried from year to year: legacies, problems found, activities, works."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from eco_gis.sample.documents import Archive, Document
from eco_gis.sample.ground import Finder
from eco_gis.sample.patch_truths import CRUMB_M2

MATTERS = (
    ("historic_legacy", date(2019, 5, 10), date(2024, 6, 18), 5_200.0),
    ("historic_legacy", date(2021, 9, 2), None, 4_100.0),
    ("problem_patch", date(2022, 11, 15), date(2023, 10, 20), 3_600.0),
    ("problem_patch", date(2023, 5, 8), date(2024, 9, 12), 8_800.0),
    ("problem_patch", date(2024, 4, 2), None, 6_100.0),
    ("limited_activity", date(2024, 3, 11), None, 2_600.0),
    ("restoration", date(2024, 8, 26), None, 14_000.0),
)
"""Kind, day, day on which it was closed, size."""
KINDS_INSIDE = ("approved_project", "limited_activity", "historic_legacy", "problem_patch", "restoration")


def file_matters(finder: Finder, archive: Archive) -> None:
    """Place the matters in the redline and file them."""
    for n, (kind, day, closed, area_m2) in enumerate(MATTERS):
        shape = finder.place(f"matter {n + 1}", "red", area_m2)
        archive.add(kind, shape, day, closed=closed)


def matter_truths(
    documents: Sequence[Document], lines: Sequence[tuple[date, BaseGeometry]]
) -> list[dict[str, Any]]:
    """Numbers and planar m² of matters inside the line at the ends of each year, by kind.

    Parameters
    ----------
    lines
        31 December of each year and the line in force that day, oldest first.
    """
    found = []
    for (opening, before), (closing, after) in itertools.pairwise(lines):
        for kind in KINDS_INSIDE:
            own = [d for d in documents if d.kind == kind]
            old = [d for d in own if _stands(d, opening) and _inside_m2(d, before)]
            new = [d for d in own if _stands(d, closing) and _inside_m2(d, after)]
            found.append(
                {
                    "period": f"{opening.year}-{closing.year}",
                    "kind": kind,
                    "opening": len(old),
                    "added": len([d for d in new if d not in old]),
                    "closed": len([d for d in old if d not in new]),
                    "closing": len(new),
                    "opening_planar_m2": round(sum(_inside_m2(d, before) for d in old), 3),
                    "closing_planar_m2": round(sum(_inside_m2(d, after) for d in new), 3),
                }
            )
    return found


def _stands(document: Document, day: date) -> bool:
    return document.valid_on(day) and (document.closed is None or day < document.closed)


def _inside_m2(document: Document, line: BaseGeometry) -> float:
    m2 = float(document.shape.intersection(line).area)
    return m2 if m2 > CRUMB_M2 else 0.0
