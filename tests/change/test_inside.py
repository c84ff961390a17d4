"""The inside book: it closes, it chains, ground counts once, and a moved line is told from what happened."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry

from eco_gis.change.cells import cells_of
from eco_gis.change.inside.book import End, book_year, matters_of, notes_on, stands
from eco_gis.model.change import Level
from eco_gis.model.inside import ALL_KINDS, InsideRow, InsideYear, MatterState
from eco_gis.model.layer import Layer
from eco_gis.model.role import DocumentKind, LayerRole
from tests.builders import make_layer, square

ENDS = [date(y, 12, 31) for y in (2021, 2022, 2023, 2024)]


def papers(kind: DocumentKind, *rows: tuple[Geometry, str, str], version: str = "", **spec: object) -> Layer:
    return make_layer(
        [r[0] for r in rows],
        LayerRole.DOCUMENT,
        ids=[f"{kind.value[:2]}{n}" for n in range(len(rows))],
        columns={
            "document": ["号"] * len(rows),
            "date": [r[1] for r in rows],
            "closed": [r[2] for r in rows],
        },
        document=kind,
        id=f"{kind.value}{version}",
        series=kind.value,
        **spec,  # type: ignore[arg-type]
    )


def booked(
    line: Layer | Sequence[Layer], layers: Sequence[Layer], towns: Layer | None = None
) -> list[InsideYear]:
    lines = [line] * len(ENDS) if isinstance(line, Layer) else line
    matters = matters_of(layers)
    ends = [End(cells_of(v, towns), day) for v, day in zip(lines, ENDS, strict=True)]
    return [book_year(a, b, matters) for a, b in itertools.pairwise(ends)]


def row(
    year: InsideYear, kind: str = ALL_KINDS, level: Level = Level.COUNTY, key: str = "county"
) -> InsideRow:
    return next(r for r in year.rows if (r.kind, r.level, r.key) == (kind, level, key))


LINE = make_layer([square(0, 0, 200), square(200, 0, 200)])


def test_a_matter_is_added_carried_on_and_closed() -> None:
    problem = papers(DocumentKind.PROBLEM_PATCH, (square(-10, 0, 30), "2022-06-01", "2024-03-01"))
    first, second, third = booked(LINE, [problem])
    kind = DocumentKind.PROBLEM_PATCH
    assert [(r.opening, r.added, r.closed, r.closing) for r in (row(y, kind) for y in (first, second, third))] == [
        (0, 1, 0, 1), (1, 0, 0, 1), (1, 0, 1, 0),
    ]  # fmt: skip
    # only what lies inside the line
    assert row(first, kind).added_m2 == pytest.approx(600, rel=1e-3)
    assert row(third, kind).closed_m2 == pytest.approx(600, rel=1e-3)
    assert [e.state for y in (first, second, third) for e in y.entries] == [
        MatterState.ADDED, MatterState.KEPT, MatterState.CLOSED,
    ]  # fmt: skip
    assert {r.key for r in first.rows if r.level is Level.FEATURE} == {"F1"}


def test_ground_under_two_matters_counts_once() -> None:
    project = papers(
        DocumentKind.APPROVED_PROJECT,
        (square(0, 0, 20), "2022-02-02", ""),
        (square(10, 0, 20), "2022-02-02", ""),
    )
    legacy = papers(DocumentKind.HISTORIC_LEGACY, (square(0, 0, 20), "2022-02-02", ""))
    first, *_ = booked(LINE, [project, legacy])
    assert row(first, DocumentKind.APPROVED_PROJECT).closing_m2 == pytest.approx(600, rel=1e-3)
    assert row(first).closing_m2 == pytest.approx(600, rel=1e-3)
    assert row(first).closing == 3


def test_a_line_that_moved_is_told_from_what_happened() -> None:
    smaller, larger = make_layer([square(0, 0, 100)]), make_layer([square(0, 0, 200)])
    project = papers(DocumentKind.APPROVED_PROJECT, (square(90, 0, 20), "2020-02-02", ""))
    _, second, third = booked([smaller, smaller, larger, smaller], [project])
    grown, shrunk = (row(y, DocumentKind.APPROVED_PROJECT) for y in (second, third))
    assert grown.joined_m2 == pytest.approx(200, rel=1e-3) == shrunk.left_m2
    assert grown.added_m2 == shrunk.closed_m2 == 0


def test_a_day_that_cannot_be_read_is_said_and_closed_without_a_day_stays() -> None:
    layer = make_layer(
        [square(0, 0, 10), square(20, 0, 10)],
        LayerRole.DOCUMENT,
        columns={"date": ["某日", "2022-01-01"], "state": ["", "已整改"]},
        document=DocumentKind.PROBLEM_PATCH,
        valid_from=date(2021, 1, 1),
    )
    matters = matters_of([layer])
    assert [stands(m, ENDS[-1]) for m in matters] == [True, True]
    said = " ".join(n.en for n in notes_on([layer], matters))
    assert "without a readable day" in said and "called closed" in said and "approved project" in said


def test_versions_of_a_list_follow_one_another() -> None:
    kind = DocumentKind.PROBLEM_PATCH
    old = papers(
        kind,
        (square(0, 0, 10), "2021-01-01", ""),
        (square(20, 0, 10), "2021-01-01", ""),
        version="a",
        valid_from=date(2021, 1, 1),
    )
    new = papers(kind, (square(0, 0, 10), "2021-01-01", ""), version="b", valid_from=date(2023, 5, 1))
    first, second, _ = booked(LINE, [new, old])
    assert (row(first, kind).opening, row(first, kind).closing) == (2, 2)
    assert (row(second, kind).closed, row(second, kind).closing) == (1, 1)


squares = st.tuples(st.integers(-60, 380), st.integers(-60, 180), st.integers(5, 120))
days = st.sampled_from(["2021-05-05", "2022-05-05", "2023-05-05", "2024-05-05", ""])


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            squares, days, days, st.sampled_from([DocumentKind.APPROVED_PROJECT, DocumentKind.RESTORATION])
        ),
        min_size=1,
        max_size=5,
    ),
    moves=st.booleans(),
)
def test_every_account_closes_and_years_chain(
    rows: list[tuple[tuple[int, int, int], str, str, DocumentKind]], moves: bool
) -> None:
    towns = make_layer([square(-500, -500, 650), square(150, -500, 1_000)], LayerRole.TOWNSHIP)
    other = make_layer([square(0, 0, 150), square(200, 0, 230)])
    line = [LINE, other if moves else LINE, LINE, other if moves else LINE]
    layers = [
        papers(kind, *((square(*s), since, closed) for s, since, closed, k in rows if k is kind))
        for kind in {k for *_, k in rows}
    ]
    years = booked(line, layers, towns)
    for year in years:
        for r in year.rows:
            assert abs(r.residual_m2) < 1e-5
            assert r.opening + r.added - r.closed == r.closing
        for kind in {r.kind for r in year.rows}:
            by = {level: [r for r in year.rows if r.kind == kind and r.level is level] for level in Level}
            for level in (Level.TOWNSHIP, Level.FEATURE):
                assert sum(r.closing_m2 for r in by[level]) == pytest.approx(
                    by[Level.COUNTY][0].closing_m2, abs=1e-5
                )
    for a, b in itertools.pairwise(years):
        closing = {(r.kind, r.level, r.key): (r.closing, r.closing_m2) for r in a.rows}
        for r in b.rows:
            count, m2 = closing.get((r.kind, r.level, r.key), (0, 0.0))
            assert r.opening == count and r.opening_m2 == pytest.approx(m2, abs=1e-5)
    ground = shapely.union_all([m.shape for m in matters_of(layers) if stands(m, ENDS[-1])])
    inside = shapely.intersection(ground, shapely.union_all(line[-1].features.shapes)).area
    total = next(r for r in years[-1].rows if r.kind == ALL_KINDS and r.level is Level.COUNTY)
    assert total.closing_m2 == pytest.approx(inside, rel=1e-3, abs=1e-3)
