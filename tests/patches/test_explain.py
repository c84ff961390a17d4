from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eco_gis.errors import Problem, UsageError
from eco_gis.model.layer import LayerFault, LayerSpec
from eco_gis.model.patches import LikelyReason, Standing
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.model.siting import Reason
from eco_gis.patches.batch import batches_of, require_told_apart
from eco_gis.patches.explain import Seen
from eco_gis.testing import assert_area, cell_mask_shapes
from eco_gis.text import Text
from tests.builders import X0, Y0, make_layer, regions, square
from tests.patches.drawn import explained, papers, patch_layer, survey

PATCH = square(0, 0, 100)
K2 = explained(patch_layer(PATCH))[0].area_m2 / 10_000
"""Ellipsoidal m² per planar m² at the drawn county's centre."""


def left_part(width: float) -> shapely.Polygon:
    return shapely.box(X0, Y0, X0 + width, Y0 + 100)


def test_two_documents_that_overlap_explain_each_square_metre_once() -> None:
    (patch,) = explained(
        patch_layer(PATCH),
        papers(left_part(60)),
        papers(shapely.box(X0 + 40, Y0, X0 + 100, Y0 + 100), kind=DocumentKind.LAND_SUPPLY),
    )
    batch, supply = patch.documents
    assert_area([batch.overlap_m2, supply.overlap_m2], [6_000 * K2, 6_000 * K2], relative=1e-6)
    assert_area([batch.explained_m2, supply.explained_m2], [6_000 * K2, 4_000 * K2], relative=1e-6)
    assert_area(patch.explained_m2, patch.area_m2)
    assert patch.unexplained.is_empty
    assert patch.suggestion is LikelyReason.COVERED


def test_the_unexplained_remainder_is_a_shape_with_its_area() -> None:
    (patch,) = explained(patch_layer(PATCH), papers(left_part(30)))
    assert patch.unexplained.equals(shapely.box(X0 + 30, Y0, X0 + 100, Y0 + 100))
    assert_area([patch.explained_m2, patch.unexplained_m2], [3_000 * K2, 7_000 * K2], relative=1e-6)
    assert patch.suggestion is LikelyReason.PARTLY_COVERED


@pytest.mark.parametrize(
    ("approved", "expiry", "standing"),
    [
        ("2024-06-15", "", Standing.VALID),
        ("2024-06-16", "", Standing.LATER),
        ("2023-01-01", "2024-06-15", Standing.VALID),
        ("2023-01-01", "2024-06-14", Standing.EXPIRED),
        ("", "", Standing.NO_DATE),
        ("去年", "", Standing.NO_DATE),
        ("2023-01-01", "另行通知", Standing.NO_EXPIRY),
    ],
)
def test_only_a_document_valid_on_the_day_of_the_patch_counts(
    approved: str, expiry: str, standing: Standing
) -> None:
    (patch,) = explained(patch_layer(PATCH), papers(PATCH, approved=approved, expiry=expiry))
    (document,) = patch.documents
    assert document.standing is standing
    assert_area(patch.explained_m2, patch.area_m2 if standing is Standing.VALID else 0.0)
    assert_area(document.overlap_m2, patch.area_m2)


@pytest.mark.parametrize("kind", [DocumentKind.TEMPORARY_LAND, DocumentKind.MINING_RIGHT])
def test_papers_for_a_time_explain_nothing_without_a_day_of_expiry(kind: DocumentKind) -> None:
    (patch,) = explained(patch_layer(PATCH), papers(PATCH, kind=kind))
    assert patch.documents[0].standing is Standing.NO_EXPIRY
    assert patch.explained_m2 == 0


def test_a_known_problem_and_a_paper_without_number_explain_nothing() -> None:
    (patch,) = explained(
        patch_layer(PATCH), papers(PATCH, kind=DocumentKind.PROBLEM_PATCH), papers(PATCH, number="无")
    )
    assert {d.standing for d in patch.documents} == {Standing.NO_PERMIT, Standing.NO_NUMBER}
    assert patch.explained_m2 == 0
    assert patch.suggestion is LikelyReason.UNEXPLAINED


def test_an_expired_document_is_the_suggested_reason() -> None:
    temporary = papers(PATCH, kind=DocumentKind.TEMPORARY_LAND, expiry="2024-03-31")
    (patch,) = explained(patch_layer(PATCH), temporary)
    assert patch.suggestion is LikelyReason.EXPIRED
    assert any("2024-03-31" in sentence.zh for sentence in patch.evidence)


def test_an_undated_patch_is_explained_by_nothing_unless_its_layer_says_a_day() -> None:
    (patch,) = explained(patch_layer(PATCH, days=[""]), papers(PATCH))
    assert patch.documents[0].standing is Standing.PATCH_UNDATED
    assert patch.explained_m2 == 0
    (dated,) = explained(patch_layer(PATCH, days=[""], valid_from=date(2024, 6, 1)), papers(PATCH))
    assert dated.day == date(2024, 6, 1)
    assert_area(dated.explained_m2, dated.area_m2)


def test_document_layers_that_cannot_be_asked_are_told() -> None:
    spec = LayerSpec(
        id="lost", role=LayerRole.DOCUMENT, file=Path("x.gpkg"), document=DocumentKind.HISTORIC_LEGACY
    )
    fault = LayerFault(spec, (Problem("lost", Text("缺失", "missing"), Text("补充", "add it")),))
    (patch,) = explained(
        patch_layer(PATCH),
        papers(square(500, 500, 10), kind=DocumentKind.LAND_SUPPLY, coverage=None),
        papers(square(500, 500, 10), kind=DocumentKind.CONVERSION_BATCH, coverage=left_part(50)),
        papers(square(500, 500, 10), kind=DocumentKind.FOREST_APPROVAL, valid_until=date(2024, 1, 1)),
        papers(square(500, 500, 10), kind=DocumentKind.MINING_RIGHT, lost=1),
        papers(kind=DocumentKind.APPROVED_PROJECT),
        papers(kind=DocumentKind.TEMPORARY_LAND, empty=True),
        papers(square(500, 500, 10), kind=DocumentKind.RESTORATION),
        fault,
    )
    gaps = {gap.layer_id: gap.reasons for gap in patch.unanswered}
    assert gaps["land_supply"] == (Reason.COVERAGE_UNDECLARED,)
    assert gaps["conversion_batch"] == (Reason.OUTSIDE_COVERAGE,)
    assert gaps["forest_approval"] == (Reason.NOT_IN_FORCE,)
    assert gaps["mining_right"] == (Reason.LOST_RECORDS,)
    assert gaps["approved_project"] == (Reason.EMPTY_LAYER,)
    assert gaps["lost"] == (Reason.UNREADABLE,)
    assert gaps["document:increase_decrease"] == (Reason.NOT_CONFIGURED,)
    assert not {"temporary_land", "restoration"} & set(gaps)


def test_without_a_usable_document_layer_no_reason_is_suggested() -> None:
    (patch,) = explained(patch_layer(PATCH))
    assert patch.suggestion is LikelyReason.NO_DATA
    (patch,) = explained(patch_layer(PATCH), papers(square(500, 500, 10), coverage=None))
    assert patch.suggestion is LikelyReason.NO_DATA


def test_a_layer_that_ended_before_the_patch_explains_nothing() -> None:
    (patch,) = explained(patch_layer(PATCH), papers(PATCH, valid_until=date(2024, 6, 14)))
    assert patch.documents[0].standing is Standing.LAYER_EXPIRED
    assert patch.explained_m2 == 0


def test_land_before_and_after_and_the_flow_between() -> None:
    before = survey(2023, (left_part(60), "0301"), (shapely.box(X0 + 60, Y0, X0 + 200, Y0 + 100), "0101"))
    after = survey(2024, (square(-50, -50, 300), "0702"))
    (patch,) = explained(patch_layer(PATCH), before, after)
    land = patch.land
    assert (land.before_layer, land.after_layer, land.after_is_older) == ("survey_2023", "survey_2024", False)
    assert [(a.code, a.group) for a in land.before] == [("0301", "natural"), ("0101", "farmland")]
    assert_area([a.area_m2 for a in land.before], [6_000 * K2, 4_000 * K2], relative=1e-6)
    assert [(f.before, f.after) for f in land.flows] == [("0301", "0702"), ("0101", "0702")]
    assert_area(sum(f.area_m2 for f in land.flows), patch.area_m2)


@pytest.mark.parametrize(
    ("day", "before", "after", "older"),
    [
        ("2024-06-15", "survey_2023", "survey_2024", False),
        ("2023-06-15", "survey_2022", "survey_2023", False),
        ("2023-12-31", "survey_2022", "survey_2023", False),
        ("2022-06-15", "", "survey_2022", False),
    ],
)
def test_surveys_are_those_around_the_day_of_the_patch(
    day: str, before: str, after: str, older: bool
) -> None:
    years = [survey(year, (PATCH, "0301")) for year in (2022, 2023, 2024)]
    for order in permutations(years):
        (patch,) = explained(patch_layer(PATCH, days=[day]), *order)
        told = patch.land
        assert (told.before_layer, told.after_layer, told.after_is_older) == (before, after, older)


def test_surveys_older_than_the_patch_say_so_and_suggest_nothing_from_unchanged_classes() -> None:
    years = [survey(year, (PATCH, "0301")) for year in (2022, 2023)]
    (patch,) = explained(patch_layer(PATCH), *years, papers(square(500, 500, 10)))
    assert patch.land.after_is_older
    assert patch.suggestion is LikelyReason.UNEXPLAINED
    assert any("早于图斑日期" in sentence.zh for sentence in patch.evidence)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("0702", "0702", LikelyReason.SURVEY_ERROR),
        ("0301", "0301", LikelyReason.UNEXPLAINED),
        ("0301", "0404", LikelyReason.NATURAL),
        ("0101", "0201", LikelyReason.FARMING),
        ("0301", "0202", LikelyReason.UNEXPLAINED),
        ("0301", "0702", LikelyReason.UNEXPLAINED),
        ("0301", "9999", LikelyReason.UNEXPLAINED),
    ],
)
def test_what_the_surveys_suggest(before: str, after: str, reason: LikelyReason) -> None:
    layers = (survey(2023, (PATCH, before)), survey(2024, (PATCH, after)), papers(square(500, 500, 10)))
    (patch,) = explained(patch_layer(PATCH), *layers)
    assert patch.suggestion is reason


def test_a_missing_or_short_survey_is_no_data() -> None:
    (patch,) = explained(patch_layer(PATCH), survey(2023, (left_part(40), "0301"), coverage=left_part(40)))
    assert patch.land.before_reasons == (Reason.OUTSIDE_COVERAGE,)
    assert patch.land.after_reasons == (Reason.NOT_CONFIGURED,)
    assert [a.code for a in patch.land.before] == ["", "0301"]
    assert not patch.land.flows


def test_earlier_batches_that_saw_the_place() -> None:
    seen = Seen(
        (("2024-03", "A"), ("2024-09", "B"), ("2024-01", "C")),
        regions(square(0, 0, 80), PATCH, square(90, 90, 500)),
    )
    (patch,) = explained(patch_layer(PATCH), seen=seen)
    assert [(s.batch, s.id) for s in patch.earlier] == [("2024-03", "A"), ("2024-01", "C")]
    assert [s.share for s in patch.earlier] == pytest.approx([0.64, 0.01])
    assert any("疑似重复下发" in sentence.zh and "2024-03" in sentence.zh for sentence in patch.evidence)


def test_places_are_named_the_largest_part_first() -> None:
    towns = make_layer([left_part(30), shapely.box(X0 + 30, Y0, X0 + 100, Y0 + 100)], LayerRole.TOWNSHIP)
    (patch,) = explained(patch_layer(PATCH), townships=towns)
    assert patch.townships == ("name of F2", "name of F1")
    assert patch.villages == ()


def test_patches_without_area_and_ids_that_stand_twice_are_refused_by_name() -> None:
    line = make_layer([shapely.LineString([(X0, Y0), (X0 + 5, Y0)])], LayerRole.CHANGE_PATCH, ids=["T9"])
    with pytest.raises(UsageError, match="T9"):
        batches_of(line, "2024-06")
    (one,) = batches_of(patch_layer(PATCH), "2024-06")
    with pytest.raises(UsageError, match="T1"):
        require_told_apart([one, replace(one)])
    require_told_apart([one, replace(one, label="2024-09")])


def test_batches_are_told_by_the_field_then_by_the_version() -> None:
    layer = make_layer(
        [PATCH, square(200, 0, 10), square(300, 0, 10)],
        LayerRole.CHANGE_PATCH,
        columns={"batch": ["2024-09", "2024-06", ""]},
        version="2024-12",
    )
    assert [(b.label, b.ids) for b in batches_of(layer)] == [
        ("2024-06", ["F2"]), ("2024-09", ["F1"]), ("2024-12", ["F3"]),
    ]  # fmt: skip
    assert [b.label for b in batches_of(layer, "第一批")] == ["第一批"]


masks = hnp.arrays(bool, (6, 6), elements=st.booleans())


@settings(max_examples=40, deadline=None)
@given(
    patch=masks,
    covers=st.lists(masks, min_size=1, max_size=4),
    valid=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_explained_and_unexplained_make_the_patch_and_no_document_raises_the_rest(
    patch: np.ndarray, covers: list[np.ndarray], valid: list[bool]
) -> None:
    if not patch.any():
        return
    layer = patch_layer(cell_mask_shapes(patch, 10, (X0, Y0)))
    kinds = list(DocumentKind)[:4]
    drawn = [
        papers(
            cell_mask_shapes(mask, 10, (X0, Y0)),
            kind=kind,
            approved="2023-01-01" if is_valid else "2024-12-01",
            expiry="2030-01-01",
        )
        for mask, kind, is_valid in zip(covers, kinds, valid, strict=False)
        if mask.any()
    ]
    counted = np.zeros_like(patch)
    rest = np.inf
    for n in range(len(drawn) + 1):
        (told,) = explained(layer, *drawn[:n])
        assert told.explained_m2 + told.unexplained_m2 == pytest.approx(told.area_m2, rel=1e-12)
        assert told.unexplained_m2 <= rest * (1 + 1e-12)
        rest = told.unexplained_m2
    for mask, is_valid in zip(covers, valid, strict=False):
        if is_valid:
            counted |= mask
    cells = int((patch & ~counted).sum())
    assert shapely.area(told.unexplained) == 100 * cells
    assert told.unexplained_m2 / told.area_m2 == pytest.approx(cells / patch.sum(), rel=1e-6)
    assert sum(d.explained_m2 for d in told.documents) == pytest.approx(told.explained_m2, rel=1e-12)
    (again,) = explained(layer, *reversed(drawn))
    assert (again.documents, again.unexplained_m2) == (told.documents, told.unexplained_m2)
