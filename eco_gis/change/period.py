"""Periods: the versions in force at the start and at the end of a year or quarter, compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from eco_gis.change.beside import Beside, order_of
from eco_gis.change.extent import ALONE, compare
from eco_gis.change.series import year_by_year
from eco_gis.errors import UsageError
from eco_gis.model.change import Basis, ChangeResult
from eco_gis.model.layer import Layer
from eco_gis.text import Text

_WORDS = re.compile(r"(\d{4})(?:Q([1-4]))?", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """A year or quarter."""

    name: str
    first: date
    last: date

    @property
    def text(self) -> Text:
        """The period with its days."""
        return Text(
            f"{self.name}（{self.first} 至 {self.last}）", f"{self.name} ({self.first} to {self.last})"
        )


def span_of(words: str) -> Span:
    """The period that words name.

    Raises
    ------
    UsageError
        When they name none.

    >>> span_of("2024q2").first.isoformat(), span_of("2024q2").last.isoformat(), span_of("2024").name
    ('2024-04-01', '2024-06-30', '2024')
    """
    found = _WORDS.fullmatch(words.strip())
    if found is None:
        raise UsageError(
            Text(
                f"无法识别时段 {words!r}：请写年份或季度，如 2024 或 2024Q2",
                f"{words!r} is no period: write a year or a quarter, as 2024 or 2024Q2",
            )
        )
    year, quarter = int(found[1]), int(found[2] or 0)
    first, after = (3 * quarter - 2, 3 * quarter + 1) if quarter else (1, 13)
    end = date(year + after // 13, after % 12 or 12, 1) - timedelta(days=1)
    return Span(f"{year}Q{quarter}" if quarter else f"{year}", date(year, first, 1), end)


def compare_period(
    series: str, versions: Sequence[Layer], span: Span, *, as_of: date, beside: Beside = ALONE
) -> ChangeResult:
    """Compare the version in force when a period began with the one in force when it ended.

    The opening is what was in force on the day before the period, so that the closing of one quarter is
    the opening of the next; a version that begins on the first day is a change of the period. Where no
    version began in the period both are one, and nothing was adjusted.

    Raises
    ------
    UsageError
        When the period has not begun on `as_of`, no version was in force before it, or the one that was
        lies before the approved baseline.
    """
    if span.first > as_of:
        raise UsageError(
            Text(
                f"{span.text.zh}在 {as_of} 尚未开始",
                f"{span.text.to('en')} has not begun on {as_of}",
            )
        )
    last = min(span.last, as_of)
    ordered = sorted(versions, key=lambda v: order_of(v.spec))
    old, new = (_in_force(ordered, day) for day in (span.first - timedelta(days=1), last))
    if old is None or new is None:
        raise UsageError(
            Text(
                f"{series} 在 {span.text.zh}开始前没有在效版本",
                f"series {series!r} has no version in force before {span.text.to('en')}",
            )
        )
    between = ordered[ordered.index(old) : ordered.index(new) + 1]
    approved = next((v for v in between[1:] if v.spec.approved), None)
    if approved is not None and not old.spec.approved:
        raise UsageError(
            Text(
                f"{series} 在 {span.name} 内以 {approved.spec.version} 年批复成果为基线，此前版本不可比",
                f"the baseline {approved.spec.version} of series {series!r} begins within {span.name}; "
                "what lies before it is not comparable",
            )
        )
    made = compare(old, new, basis=Basis.PERIOD, beside=beside)
    return ChangeResult(
        series=series,
        role=new.spec.role,
        label=new.spec.role.label,
        from_version=old.spec.version,
        to_version=new.spec.version,
        comparisons=(replace(made, notes=(*_notes(span, last, old is new), *made.notes)),),
        years=year_by_year(between, {}, beside),
    )


def _in_force(ordered: Sequence[Layer], day: date) -> Layer | None:
    """The newest version that had come into force by a day; one without a day always had."""
    begun = [v for v in ordered if v.spec.valid_from is None or v.spec.valid_from <= day]
    return begun[-1] if begun else None


def _notes(span: Span, last: date, one: bool) -> list[Text]:
    notes = [Text(f"时段：{span.text.zh}。", f"Period: {span.text.to('en')}.")]
    if last < span.last:
        notes.append(
            Text(f"时段尚未结束，截至 {last}。", f"The period has not ended; this is its state on {last}.")
        )
    if one:
        notes.append(Text("本期内没有新版本生效。", "No new version came into force in the period."))
    return notes
