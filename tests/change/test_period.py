"""Quarters and years: what was in force at the start and at the end, chained without a gap."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
import shapely

from eco_gis.change.period import compare_period, span_of
from eco_gis.errors import UsageError
from eco_gis.model.change import Basis, ChangeResult, Conclusion
from eco_gis.model.layer import Layer
from tests.builders import make_layer, square

END = date(2024, 12, 31)


def version(day: str, side: float, *, approved: bool = False) -> Layer:
    begun = date.fromisoformat(day)
    return make_layer([square(0, 0, side)], id=f"r{day}", version=day, valid_from=begun, approved=approved)


LINES = [
    version("2022-10-14", 1000, approved=True),
    version("2024-04-01", 990),
    version("2024-05-20", 980),
    version("2024-11-01", 970),
]


def within(period: str, lines: list[Layer] = LINES, as_of: date = END) -> ChangeResult:
    return compare_period("redline", lines, span_of(period), as_of=as_of)


@pytest.mark.parametrize(
    ("period", "old", "new", "steps"),
    [
        ("2024Q1", "2022-10-14", "2022-10-14", 0),
        ("2024Q2", "2022-10-14", "2024-05-20", 2),
        ("2024Q3", "2024-05-20", "2024-05-20", 0),
        ("2024Q4", "2024-05-20", "2024-11-01", 0),
        ("2024", "2022-10-14", "2024-11-01", 3),
    ],
)
def test_a_version_of_the_first_day_belongs_to_the_period(
    period: str, old: str, new: str, steps: int
) -> None:
    result = within(period)
    (made,) = result.comparisons
    assert (made.basis, made.old_version, made.new_version) == (Basis.PERIOD, old, new)
    assert len(result.years) == steps
    assert (made.conclusion is Conclusion.UNCHANGED) == (old == new)
    assert any("没有新版本" in n.zh for n in made.notes) == (old == new)


def test_quarters_chain_and_make_the_year() -> None:
    quarters = [within(f"2024Q{n}").comparisons[0].county for n in range(1, 5)]
    for earlier, later in itertools.pairwise(quarters):
        assert earlier.closing_m2 == later.opening_m2
    year = within("2024").comparisons[0].county
    assert year.opening_m2 == quarters[0].opening_m2
    assert year.closing_m2 == quarters[-1].closing_m2
    assert year.net_m2 == pytest.approx(sum(q.net_m2 for q in quarters), abs=1e-6)


def test_a_period_that_is_not_over_says_so() -> None:
    result = within("2024Q2", as_of=date(2024, 5, 1))
    assert result.to_version == "2024-04-01"
    assert any("尚未结束" in note.zh for note in result.comparisons[0].notes)


@pytest.mark.parametrize(
    ("period", "lines", "why"),
    [
        ("2025Q1", LINES, "has not begun"),
        ("2022Q4", LINES, "no version in force before"),
        ("2024Q2", [version("2020-01-01", 900), version("2024-05-20", 980, approved=True)], "not comparable"),
    ],
)
def test_periods_that_have_no_answer_say_why(period: str, lines: list[Layer], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        within(period, lines)


@pytest.mark.parametrize("words", ["", "2024Q5", "2024-04", "Q2"])
def test_words_that_name_no_period(words: str) -> None:
    with pytest.raises(UsageError, match="is no period"):
        span_of(words)


def test_the_same_line_has_no_changed_ground() -> None:
    made = within("2024Q3").comparisons[0]
    assert made.pieces == ()
    assert made.identity.same
    assert made.county.kept_m2 == pytest.approx(made.county.opening_m2)
    assert shapely.equals(LINES[2].features.shapes[0], square(0, 0, 980))
