"""Nature of protected ground on small drawn surveys: sums, transposition, causes, papers, unknown codes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import Geometry

from eco_gis.change.cells import cells_of
from eco_gis.change.nature.classed import between_states, from_update, state_of
from eco_gis.change.nature.compare import Question, compare_nature
from eco_gis.change.papers import covering
from eco_gis.errors import UsageError
from eco_gis.layers.classes import load_scheme
from eco_gis.model.layer import Layer
from eco_gis.model.nature import NatureAnswer, NatureCause, NatureComparison, NatureSource
from eco_gis.model.role import DocumentKind, LayerRole
from tests.builders import PLANE, at, make_layer, square

SCHEME = load_scheme("dlbm")


def survey(parcels: Sequence[tuple[Geometry, str]], **spec: object) -> Layer:
    return make_layer(
        [shape for shape, _ in parcels],
        LayerRole.LAND_SURVEY,
        columns={"code": [code for _, code in parcels]},
        **spec,  # type: ignore[arg-type]
    )


def papers_layer(
    kind: DocumentKind, *rows: tuple[Geometry, str], document: str = "文〔2023〕1号", **columns: Sequence[str]
) -> Layer:
    return make_layer(
        [shape for shape, _ in rows],
        LayerRole.DOCUMENT,
        ids=[f"{kind}{n}" for n in range(len(rows))],
        columns={"document": [document] * len(rows), "date": [day for _, day in rows], **columns},
        document=kind,
        id=kind.value,
    )


def asked(
    line: Layer,
    before: Layer,
    after: Layer,
    papers: Sequence[Layer] = (),
    townships: Layer | None = None,
) -> NatureComparison:
    cells = cells_of(line, townships)
    classed = between_states(cells.regions, state_of(before, SCHEME), state_of(after, SCHEME))
    question = Question(line, "2023", "2024", NatureSource.SURVEYS, ("a", "b"), SCHEME)
    return compare_nature(question, cells, classed, covering(papers, cells.regions))


LINE = make_layer([square(0, 0, 200), square(200, 0, 200)])
FOREST = survey([(square(-50, -50, 500), "0301")])
HOUSE = square(20, 20, 30)
WITH_HOUSE = survey([(square(-50, -50, 500).difference(HOUSE), "0301"), (HOUSE, "0702")])


def test_a_house_without_a_paper_is_found_in_its_patch() -> None:
    found = asked(LINE, FOREST, WITH_HOUSE)
    (piece,) = found.pieces
    assert (piece.feature, piece.before.code, piece.after.code) == ("F1", "0301", "0702")
    assert piece.cause is NatureCause.UNAPPROVED_BUILDING and not piece.documented
    assert piece.area_m2 == pytest.approx(900, rel=1e-3) and piece.planar_m2 == pytest.approx(900)
    assert found.answer is NatureAnswer.TO_VERIFY
    assert found.answers == {"F1": NatureAnswer.TO_VERIFY, "F2": NatureAnswer.KEPT}
    to_plane = Transformer.from_crs(PLANE.crs.geodetic_crs, PLANE.crs, always_xy=True)
    assert HOUSE.contains(shapely.Point(to_plane.transform(*piece.place)))


def test_a_house_outside_the_line_is_none_of_its_business() -> None:
    beside = square(410, 20, 30)
    after = survey([(square(-50, -50, 500).difference(beside), "0301"), (beside, "0702")])
    found = asked(LINE, FOREST, after)
    assert found.answer is NatureAnswer.KEPT and not found.pieces


@pytest.mark.parametrize(
    ("kind", "day", "more", "answer", "cause"),
    [
        (DocumentKind.APPROVED_PROJECT, "2023-05-01", {}, NatureAnswer.LAWFUL, NatureCause.APPROVED_BUILDING),
        (DocumentKind.HISTORIC_LEGACY, "2023-05-01", {}, NatureAnswer.LAWFUL, NatureCause.HISTORIC_LEGACY),
        # a day after the year, no day, run out, no number, a kind that approves no building
        (DocumentKind.APPROVED_PROJECT, "2025-01-01", {}, NatureAnswer.TO_VERIFY, None),
        (DocumentKind.APPROVED_PROJECT, "某日", {}, NatureAnswer.TO_VERIFY, None),
        (
            DocumentKind.TEMPORARY_LAND,
            "2023-05-01",
            {"expiry": ["2024-12-30"]},
            NatureAnswer.TO_VERIFY,
            None,
        ),
        (
            DocumentKind.TEMPORARY_LAND,
            "2023-05-01",
            {"expiry": ["2024-12-31"]},
            NatureAnswer.LAWFUL,
            NatureCause.APPROVED_BUILDING,
        ),
        (DocumentKind.APPROVED_PROJECT, "2023-05-01", {"document": ["无"]}, NatureAnswer.TO_VERIFY, None),
        (DocumentKind.MINING_RIGHT, "2023-05-01", {}, NatureAnswer.TO_VERIFY, None),
    ],
)
def test_which_papers_document_a_house(
    kind: DocumentKind,
    day: str,
    more: dict[str, list[str]],
    answer: NatureAnswer,
    cause: NatureCause | None,
) -> None:
    numbers = more.pop("document", ["文〔2023〕1号"])
    paper = papers_layer(kind, (HOUSE.buffer(2), day), document=numbers[0], **more)
    found = asked(LINE, FOREST, WITH_HOUSE, [paper])
    assert found.answer is answer
    assert found.pieces[0].cause is (cause or NatureCause.UNAPPROVED_BUILDING)
    named = [r for r in found.remarks if paper.ids[0] in r.en]
    assert bool(named) is (answer is NatureAnswer.TO_VERIFY)


def test_half_a_paper_documents_half_a_house() -> None:
    half = papers_layer(
        DocumentKind.APPROVED_PROJECT, (square(20, 20, 15).union(square(20, 35, 15)), "2023-01-01")
    )
    found = asked(LINE, FOREST, WITH_HOUSE, [half])
    assert found.undocumented_m2 == pytest.approx(450, rel=1e-3)
    assert {p.cause for p in found.pieces} == {
        NatureCause.APPROVED_BUILDING,
        NatureCause.UNAPPROVED_BUILDING,
    }


@pytest.mark.parametrize(
    ("before", "after", "cause", "answer"),
    [
        ("0301", "0101", NatureCause.FARMING, NatureAnswer.TO_VERIFY),
        ("0301", "1206", NatureCause.OTHER, NatureAnswer.TO_VERIFY),
        ("0101", "0702", NatureCause.UNAPPROVED_BUILDING, NatureAnswer.TO_VERIFY),
        ("0702", "0301", NatureCause.RESTORATION, NatureAnswer.KEPT),
        ("0702", "0101", NatureCause.OTHER, NatureAnswer.KEPT),
        ("0301", "0404", NatureCause.WITHIN_GROUP, NatureAnswer.KEPT),
        ("0301", "0307K", NatureCause.WITHIN_GROUP, NatureAnswer.KEPT),
        ("0301", "203", NatureCause.UNAPPROVED_BUILDING, NatureAnswer.TO_VERIFY),
    ],
)
def test_causes_by_class(before: str, after: str, cause: NatureCause, answer: NatureAnswer) -> None:
    ground = square(-50, -50, 500)
    found = asked(LINE, survey([(ground, before)]), survey([(ground, after)]))
    assert {p.cause for p in found.pieces} == {cause}
    assert found.answer is answer


@pytest.mark.parametrize("code", ["9999", "03", "ABC"])
def test_an_unknown_code_is_named_and_nothing_is_called_unchanged(code: str) -> None:
    ground = square(-50, -50, 500)
    found = asked(LINE, survey([(ground, code)]), survey([(ground, code)]))
    assert found.answer is NatureAnswer.NO_DATA and found.unknown_codes == (code,)
    assert any(code in r.en for r in found.reasons)


def test_ground_without_a_parcel_is_no_data_but_a_hairline_is_none() -> None:
    gap = survey([(square(-50, -50, 500).difference(square(300, 50, 40)), "0301")])
    found = asked(LINE, FOREST, gap)
    assert found.answers == {"F1": NatureAnswer.KEPT, "F2": NatureAnswer.NO_DATA}
    assert found.answer is NatureAnswer.NO_DATA
    crack = at(shapely.box(300, 50, 300.2, 90))
    narrow = survey([(square(-50, -50, 500).difference(crack), "0301")])
    assert asked(LINE, FOREST, narrow).answer is NatureAnswer.KEPT


def test_slivers_are_listed_apart_and_decide_only_by_more_than_a_square_metre() -> None:
    def strip(width: float) -> NatureComparison:
        built = at(shapely.box(20, 20, 20 + width, 50))
        return asked(
            LINE, FOREST, survey([(square(-50, -50, 500).difference(built), "0301"), (built, "0702")])
        )

    hair, wide = strip(0.02), strip(0.5)
    assert [p.sliver for p in hair.pieces] == [True] and hair.answer is NatureAnswer.KEPT
    assert hair.undocumented_m2 == pytest.approx(0.6, rel=1e-3)
    assert [p.sliver for p in wide.pieces] == [True] and wide.answer is NatureAnswer.TO_VERIFY


def update(*rows: tuple[Geometry, str, str, str], **spec: object) -> Layer:
    return make_layer(
        [r[0] for r in rows],
        LayerRole.SURVEY_UPDATE,
        columns={
            "code_before": [r[1] for r in rows],
            "code": [r[2] for r in rows],
            "kind": [r[3] for r in rows],
        },
        **spec,  # type: ignore[arg-type]
    )


def by_update(layer: Layer, base: Layer | None = FOREST) -> NatureComparison:
    cells = cells_of(LINE, None)
    classed = from_update(
        cells.regions,
        layer,
        SCHEME,
        base=None if base is None else state_of(base, SCHEME),
        base_is_opening=True,
    )
    question = Question(LINE, "2023", "2024", NatureSource.UPDATE, ("u",), SCHEME)
    return compare_nature(question, cells, classed, covering([], cells.regions))


def test_a_correction_of_the_survey_is_no_change_of_nature() -> None:
    corrected = by_update(update((HOUSE, "0301", "0702", "调查纠错")))
    assert [p.cause for p in corrected.pieces] == [NatureCause.CORRECTION]
    assert corrected.answer is NatureAnswer.KEPT
    real = by_update(update((HOUSE, "0301", "0702", "实地变化")))
    assert real.answer is NatureAnswer.TO_VERIFY


def test_outside_the_coverage_of_an_update_nothing_is_called_unchanged() -> None:
    row = (HOUSE, "0301", "0301", "")
    assert by_update(update(row)).answer is NatureAnswer.KEPT
    assert by_update(update(row), base=None).answer is NatureAnswer.KEPT
    assert by_update(update(row, coverage=None)).answer is NatureAnswer.NO_DATA
    half = by_update(update(row, coverage=square(0, 0, 200)))
    assert half.answers == {"F1": NatureAnswer.KEPT, "F2": NatureAnswer.NO_DATA}


CODES = ("0301", "0404", "0101", "0702", "1206", "9999", "")
masks = st.lists(st.sampled_from(CODES), min_size=16, max_size=16)


def tiles(codes: Sequence[str]) -> Layer:
    """Sixteen parcels of a hundred metres; those without a code are not there."""
    rows = [(square(100 * (n % 4), 100 * (n // 4), 100), code) for n, code in enumerate(codes) if code]
    return survey(rows or [(square(-900, -900, 10), "0301")])


@settings(max_examples=25, deadline=None)
@given(before=masks, after=masks)
def test_rows_and_columns_sum_to_each_year_and_to_the_line_and_reversing_transposes(
    before: list[str], after: list[str]
) -> None:
    line = make_layer([square(50, 50, 120), square(170, 50, 180)])
    towns = make_layer([square(0, 0, 130), square(130, 0, 300)], LayerRole.TOWNSHIP)
    old, new = tiles(before), tiles(after)
    found, back = asked(line, old, new, townships=towns), asked(line, new, old, townships=towns)
    forth = found.matrix(lambda c: c.code)
    assert sum(forth.values()) == pytest.approx(found.line_m2, rel=1e-12)
    assert found.line_m2 == pytest.approx(float(line.footprint.area_m2.sum()), rel=1e-12)
    for year, layer in ((0, old), (1, new)):
        for code in {pair[year] for pair in forth} - {""}:
            inside = [
                s.intersection(f)
                for s, c in zip(layer.features.shapes, layer.attributes["code"], strict=True)
                for f in line.features.shapes
                if c == code
            ]
            expected = float(np.sum(shapely.area(inside)))
            planar = sum(t.planar_m2 for t in found.transitions if (t.before, t.after)[year].code == code)
            assert planar == pytest.approx(expected, rel=1e-9, abs=1e-6)
    reverse = back.matrix(lambda c: c.code)
    assert {(b, a): m2 for (a, b), m2 in reverse.items()} == pytest.approx(forth, rel=1e-9, abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(
    before=masks,
    after=masks,
    first=st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(20, 200)),
    second=st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(20, 200)),
    kind=st.sampled_from(list(DocumentKind)),
    day=st.sampled_from(["2023-06-01", "2024-12-31", "2025-01-01", ""]),
)
def test_a_further_paper_never_raises_the_undocumented_part(
    before: list[str],
    after: list[str],
    first: tuple[int, int, int],
    second: tuple[int, int, int],
    kind: DocumentKind,
    day: str,
) -> None:
    line, old, new = make_layer([square(50, 50, 300)]), tiles(before), tiles(after)
    one = papers_layer(DocumentKind.APPROVED_PROJECT, (square(*first), "2023-01-01"))
    other = papers_layer(kind, (square(*second), day), document="另〔2023〕2号")
    other = make_layer(
        list(other.features.shapes),
        LayerRole.DOCUMENT,
        ids=["X"],
        columns={k: list(other.attributes[k]) for k in ("document", "date")},
        document=kind,
        id="other",
    )
    none, some, more = (asked(line, old, new, papers).undocumented_m2 for papers in ([], [one], [one, other]))
    assert none + 1e-6 >= some and some + 1e-6 >= more


def test_the_order_of_parcels_and_papers_changes_nothing() -> None:
    rows = [(square(100 * n, 0, 100), code) for n, code in enumerate(("0301", "0101", "0702", "0301"))]
    later = [(shape, "0702" if code == "0301" else code) for shape, code in rows]
    papers = [
        papers_layer(kind, (square(20, 20, 300), "2023-01-01"))
        for kind in (DocumentKind.HISTORIC_LEGACY, DocumentKind.APPROVED_PROJECT)
    ]
    one = asked(LINE, survey(rows), survey(later), papers)
    two = asked(LINE, survey(rows[::-1]), survey(later[::-1]), papers[::-1])
    assert [(p.id, p.cause, p.papers, p.area_m2) for p in one.pieces] == [
        (p.id, p.cause, p.papers, p.area_m2) for p in two.pieces
    ]
    assert one.transitions == two.transitions


def test_tables_of_land_classes_say_what_is_wrong_with_them(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[table]]\nname = "own"\n[table.codes]\n"7" = ["林", "Forest", "natural"]\n', encoding="utf-8"
    )
    assert load_scheme("own.toml", beside=tmp_path).of("7").name.en == "Forest"
    own.write_text(
        '[[table]]\nname = "own"\n[table.codes]\n"7" = ["林", "Forest", "wild"]\n"8" = 3\n', encoding="utf-8"
    )
    with pytest.raises(UsageError) as caught:
        load_scheme("own.toml", beside=tmp_path)
    assert len(caught.value.problems) == 2
    with pytest.raises(UsageError, match="corine"):
        load_scheme("none.toml", beside=tmp_path)
