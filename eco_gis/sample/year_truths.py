"""The planted truths of 2024 in one line each, for the README; the details stand beside them in truths.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eco_gis.sample.copies import CopyTruth
from eco_gis.sample.county import County
from eco_gis.sample.function import DRY, DRY_YEAR, SLOPE
from eco_gis.sample.truths import point_of
from eco_gis.sample.year import Year

CAUSES = {
    "approved_building": ("红线内、有批文的建设", "Building in the redline under a document"),
    "unapproved_building": ("红线内、无批文的建设", "Building in the redline without a document"),
    "correction": (
        "红线内、调查纠错（实地未变）",
        "Correction of the survey in the redline (nothing changed)",
    ),
    "restoration": ("红线内、矿山修复为林地", "Mines in the redline restored to woods"),
    "farming": ("红线内、林地改种植", "Woods in the redline turned into farmland"),
    "historic_legacy": ("红线内、历史遗留", "Historic legacy in the redline"),
}


QUIET = ("forest_stand", "forest_grade_2023", "tree_cover_2023", "urban_boundary", "control_unit")
"""Lines that most patches touch: the table of patches leaves them out."""


def year_truths(county: County, year: Year, copies: list[CopyTruth]) -> list[dict[str, Any]]:
    """Rows for the list of truths."""
    found: list[dict[str, Any]] = []

    def add(kind: str, layer: str, zh: str, en: str, **expect: Any) -> None:
        found.append(
            {
                "id": f"T{24 + len(found)}",
                "kind": kind,
                "what_zh": zh,
                "what_en": en,
                "layer": layer,
                "expect": expect,
            }
        )

    for cause, (zh, en) in CAUSES.items():
        rows = [r for r in year.truths["survey_changes"] if "redline_2024" in r["touches"]]
        if cause == "unapproved_building":
            planar = sum(
                r["planar_m2"] - r["covered_planar_m2"]
                for r in rows
                if r["cause"] in ("approved_building", cause)
            )
        elif cause == "approved_building":
            planar = sum(r["covered_planar_m2"] for r in rows if r["cause"] == cause)
        else:
            planar = sum(r["planar_m2"] for r in rows if r["cause"] == cause)
        ids = [r["id"] for r in rows if r["cause"] == cause]
        add(
            "nature_cause", "survey_update_2024", zh, en, cause=cause, planar_m2=round(planar, 3), changes=ids
        )
    moved = county.villages.moved
    red = county.union("redline_2024")
    add(
        "township_border",
        "township_2024",
        f"{moved.name}由{moved.before}划归{moved.township}：镇街界变更，红线未变",
        "A village went to another township: the border of townships moved, not the redline",
        village=moved.code,
        before=moved.before,
        after=moved.township,
        planar_m2=round(moved.shape.area, 3),
        redline_planar_m2=round(moved.shape.intersection(red).area, 3),
        point=point_of(moved.shape),
    )
    function = year.function
    for trend, feature, slope, zh, en in (
        (
            "degraded",
            function.degrading,
            -SLOPE,
            "植被逐年下降的红线斑块",
            "Redline patch that loses vegetation",
        ),
        (
            "improved",
            function.improving,
            SLOPE,
            "植被逐年上升的红线斑块",
            "Redline patch that gains vegetation",
        ),
    ):
        add("function", "ndvi", zh, en, feature=feature, trend=trend, slope_per_year=slope)
    add(
        "dry_year",
        "ndvi",
        f"{DRY_YEAR}年干旱：红线内外同样降低，并非功能降低",
        f"The dry year {DRY_YEAR} lowers everything inside and outside alike: no loss of function",
        year=DRY_YEAR,
        fall=DRY,
    )
    add(
        "cover_change",
        "land_cover_2024",
        "土地覆盖 2023→2024（20 m，网格错开）：只有预埋的变化",
        "Land cover 2023 → 2024 (20 m, shifted grid): the planted changes only",
        cells_20m=sum(r["cells"] for r in year.truths["cover_changes"]),
        m2=sum(r["m2"] for r in year.truths["cover_changes"]),
    )
    for copy in copies:
        add("copy", copy.series, copy.zh, copy.en, copy_kind=copy.kind, outside_planar_m2=copy.planar_m2)
    return found


def patch_rows(patches: Sequence[dict[str, Any]]) -> str:
    """The change patches as rows of a Markdown table."""
    rows = []
    for patch in patches:
        papers = [*patch["documents"], *(f"~~{d}~~ {why}" for d, why in patch["not_valid"].items())]
        lines = [name for name in patch["touches"] if name not in QUIET]
        classes = " → ".join("+".join(patch[when]) for when in ("before", "after"))
        rows.append(
            f"| {patch['id']} | {patch['what_zh']}<br>{patch['what_en']} | {patch['date']} "
            f"| {patch['explained_planar_m2']:,.1f} / {patch['unexplained_planar_m2']:,.1f} "
            f"| {' '.join(papers) or '—'} | {' '.join(lines) or '—'} | {classes} "
            f"| {' '.join(patch['repeats']) or '—'} |"
        )
    return "\n".join(rows)
