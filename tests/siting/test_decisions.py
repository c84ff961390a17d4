"""Decisions of people beside the answers: read whole or not at all, void when the answer moved on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eco_gis.errors import CatalogError
from eco_gis.model.decision import DecisionState
from eco_gis.model.siting import Answer, SitingResult, Suggestion
from eco_gis.siting.assess import assess
from eco_gis.siting.decisions import decide, load_decisions
from eco_gis.siting.rules import load_rules
from tests.builders import AS_OF, make_layer, make_sites, square

ENTRY = """
[[decision]]
site = "P1"
layer = "redline"
was = "concerned"
up_to_ha = 0.3
suggestion = "proceed"
by = "张三"
date = 2024-11-02
document = "示例函〔2024〕12号"
reason = "省级认定意见已取得"
"""


@pytest.fixture
def answered() -> SitingResult:
    """Half of P1 (0.25 ha of 0.5) in the redline."""
    sites, redline = make_sites([square(50, 0, 50)]), make_layer([square(75, 0, 500)])
    return assess([sites], [redline], [], load_rules(), as_of=AS_OF)


def write(folder: Path, text: str) -> Path:
    (folder / "decisions.toml").write_text(text, encoding="utf-8")
    return folder


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    assert load_decisions(tmp_path) == ()


def test_a_decision_stands_beside_the_original(tmp_path: Path, answered: SitingResult) -> None:
    (decided,) = decide(answered, load_decisions(write(tmp_path, ENTRY), ["redline"]))
    assert decided.holds and decided.suggestion is Suggestion.PROCEED
    assert decided.answer is decided.original is Answer.CONCERNED
    given = next(a for a in answered.sites[0].answers if a.layer_id == "redline")
    assert decided.original_suggestion is given.suggestion is not Suggestion.PROCEED


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (('was = "concerned"', 'was = "no_data"'), DecisionState.OTHER_ANSWER),
        (("up_to_ha = 0.3", "up_to_ha = 0.1"), DecisionState.LARGER_AREA),
        (("2024-11-02", "2025-01-01"), DecisionState.LATER),
    ],
)
def test_a_decision_about_something_else_changes_nothing(
    tmp_path: Path, answered: SitingResult, change: tuple[str, str], state: DecisionState
) -> None:
    (decided,) = decide(answered, load_decisions(write(tmp_path, ENTRY.replace(*change))))
    assert decided.state is state
    assert (decided.answer, decided.suggestion) == (decided.original, decided.original_suggestion)


def test_the_last_decision_up_to_the_day_counts(tmp_path: Path, answered: SitingResult) -> None:
    later = ENTRY.replace("2024-11-02", "2024-12-01").replace('"proceed"', '"return"')
    future = ENTRY.replace("2024-11-02", "2025-12-01").replace('"proceed"', '"redesign"')
    (decided,) = decide(answered, load_decisions(write(tmp_path, later + future + ENTRY)))
    assert decided.holds and decided.decision.on == date(2024, 12, 1)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    broken = """
[[decision]]
site = "P1"
layer = "redlin"
was = "concernd"
date = "soon"
document = "x"
reason = "y"
because = "z"
"""
    with pytest.raises(CatalogError) as told:
        load_decisions(write(tmp_path, ENTRY + ENTRY + broken), ["redline"])
    message = str(told.value)
    for word in ("redlin", "concernd", "soon", "because", "by", "answer", "2 decisions"):
        assert word in message, word
    with pytest.raises(CatalogError, match="TOML"):
        load_decisions(write(tmp_path, "[[decision"))


def test_a_decision_about_a_concern_needs_its_area(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="up_to_ha"):
        load_decisions(write(tmp_path, ENTRY.replace("up_to_ha = 0.3\n", "")))
