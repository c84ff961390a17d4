"""Each of the eighty change patches of the sample county is explained as it was planted."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eco_gis.model.patches import Patch
from eco_gis.model.siting import Answer
from eco_gis.pipeline.patches import patches
from tests.test_truths import AS_OF, LAYERS, TRUTHS

LIKELY = {
    "full": "covered",
    "two_overlap": "covered",
    "same_document": "covered",
    "two_part": "partly_covered",
    "half": "partly_covered",
    "half_expired": "partly_covered",
    "expired": "expired",
    "last_day": "covered",
    "repeat_last_day": "expired",
    "repeat_later": "covered",
    "survey_error": "survey_error",
    "later": "unexplained",
    "beside": "unexplained",
    "hole": "unexplained",
    "core": "unexplained",
    "redline_none": "unexplained",
    "farmland": "unexplained",
    "county_edge": "no_data",
}
"""Reason that the data suggest, by the kind of patch."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Patch]:
    """The patches, explained in a copy of the county: the question writes its ledger there."""
    folder = Path(shutil.copytree(LAYERS, tmp_path_factory.mktemp("图斑") / "县"))
    result = patches(folder / "catalog.toml", as_of=AS_OF, at="2025-01-05T00:00:00").patches
    assert result is not None
    return {patch.id: patch for patch in result.patches}


def planar(patch: Patch, area_m2: float) -> float:
    """An ellipsoidal area of a patch on the plane, by the patch's own scale."""
    return area_m2 * patch.planar_m2 / patch.area_m2


def test_every_patch_is_there(told: dict[str, Patch]) -> None:
    assert sorted(told) == [t["id"] for t in TRUTHS["patches"]]
    assert {p.batch for p in told.values()} == {"2024Q3", "2024Q4"}


@pytest.mark.parametrize("truth", TRUTHS["patches"], ids=lambda t: f"{t['id']}-{t['kind']}")
def test_patch(truth: dict[str, Any], told: dict[str, Patch]) -> None:
    patch = told[truth["id"]]
    assert patch.day == date.fromisoformat(truth["date"])
    assert patch.planar_m2 == pytest.approx(truth["planar_m2"], abs=2e-3)
    assert planar(patch, patch.explained_m2) == pytest.approx(truth["explained_planar_m2"], abs=0.05)
    assert planar(patch, patch.unexplained_m2) == pytest.approx(truth["unexplained_planar_m2"], abs=0.05)
    standing = {d.id: d.standing.value for d in patch.documents}
    assert standing == dict.fromkeys(truth["documents"], "valid") | truth["not_valid"]
    seen = {e.id: planar(patch, e.overlap_m2) for e in patch.earlier}
    assert seen == pytest.approx(truth["repeats"], abs=0.05)
    assert sorted(patch.townships) == sorted(truth["townships"])
    touched = {line.layer_id for line in patch.lines if line.answer is Answer.CONCERNED}
    assert touched == set(truth["touches"]) - {"core_zone"}
    for when, areas in (("before", patch.land.before), ("after", patch.land.after)):
        classes = {a.code: planar(patch, a.area_m2) for a in areas if a.code}
        assert classes == pytest.approx(truth[when], abs=0.05)
    if truth["kind"] in LIKELY:
        assert patch.suggestion.value == LIKELY[truth["kind"]]
