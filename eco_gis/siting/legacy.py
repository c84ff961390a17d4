"""Was it lawful when it was approved? The answers of that day held against those of today."""

from __future__ import annotations

from collections.abc import Iterable

from eco_gis.model.legacy import KnownOn, Legacy, LineThen, SiteThen
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, LayerAnswer, Reason, SitingResult, Suggestion


def known_on(then: SitingResult, now: SitingResult) -> KnownOn:
    """Hold the answers of an earlier day against those of today, site by site and line by line.

    A site conforms where nothing asks it today to be redesigned or returned. Else it is a historic legacy
    where the layers and rules of then did not ask so either; it is a new case where they did; and where
    the day's layer or an attribute is missing, nobody can tell.

    Parameters
    ----------
    then, now
        The same sites on the two days.
    """
    before = {site.id: _by_line(site.answers) for site in then.sites}
    return KnownOn(
        then.as_of,
        tuple(
            SiteThen(
                site.id,
                tuple(
                    _line(key, before.get(site.id, {}).get(key), answers)
                    for key, answers in _by_line(site.answers).items()
                ),
            )
            for site in now.sites
        ),
    )


def _by_line(answers: Iterable[LayerAnswer]) -> dict[str, list[LayerAnswer]]:
    found: dict[str, list[LayerAnswer]] = {}
    for answer in answers:
        key = answer.layer_id if answer.role is LayerRole.RESTRICTION else answer.role.value
        found.setdefault(key, []).append(answer)
    return found


def _line(key: str, then: list[LayerAnswer] | None, now: list[LayerAnswer]) -> LineThen:
    today = max(now, key=lambda a: a.suggestion.strictness)
    before = max(then, key=lambda a: a.suggestion.strictness) if then else None
    return LineThen(
        key=key,
        label=today.role.label if today.role is not LayerRole.RESTRICTION else today.label,
        then_answer=Answer.NO_DATA if before is None else before.answer,
        then_suggestion=Suggestion.SUPPLEMENT if before is None else before.suggestion,
        now_answer=today.answer,
        now_suggestion=today.suggestion,
        legacy=_legacy(then or [], today),
    )


def _legacy(then: list[LayerAnswer], today: LayerAnswer) -> Legacy:
    if today.answer is Answer.NO_DATA:
        return Legacy.UNKNOWN
    if _is_open(today.suggestion):
        return Legacy.CONFORMS
    if not then or not all(_is_told(answer) for answer in then):
        return Legacy.UNKNOWN
    barred = any(not _is_open(answer.suggestion) for answer in then)
    return Legacy.NEW_CASE if barred else Legacy.HISTORIC_LEGACY


def _is_open(suggestion: Suggestion) -> bool:
    """Whether a site may go on, at most with more papers."""
    return suggestion.strictness <= Suggestion.SUPPLEMENT.strictness


def _is_told(answer: LayerAnswer) -> bool:
    """Whether the layer of that day was in force, and what it and its rules said is certain."""
    doubts = {Reason.NOT_IN_FORCE, Reason.NEEDS_ATTRIBUTE, Reason.EDGE_CONTACT, Reason.UNKNOWN_ZONE}
    return answer.answer is not Answer.NO_DATA and doubts.isdisjoint(answer.reasons)
