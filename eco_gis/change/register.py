"""The register of approved changes (边界调整台账): which document explains which changed ground."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import ChangedPiece, Direction, RegisterEntry
from eco_gis.model.layer import Layer
from eco_gis.text import Text

_WORDS = {
    Direction.LOST: ("out", "调出", "核减", "退出", "减少"),
    Direction.GAINED: ("in", "调入", "新增", "划入", "增加"),
}

_NO_DOCUMENT = {
    *("", "无", "没有", "暂无", "-", "--", "—", "——", "－", "/", "／", "\\"),
    *("none", "n.a.", "n.a", "n/a", "na", "nan", "nat", "null", "<na>"),
}
"""What people and programs write where there is no document."""

_DATE = re.compile(
    r"(\d{4})(?:(\d{2})(\d{2})(?:\.0)?|-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
    r"(?:[T ]\d{2}:\d{2}.*)?"
)


@dataclass(frozen=True)
class Period:
    """After the older version came into force, up to and with the day the newer one did; None is open."""

    after: date | None
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether a change approved on `day` can lie between the two versions.

        >>> between = Period(date(2022, 10, 14), date(2023, 11, 1))
        >>> between.holds(date(2022, 10, 14)), between.holds(date(2023, 11, 1))
        (False, True)
        """
        return (self.after is None or self.after < day) and (self.until is None or day <= self.until)

    @property
    def text(self) -> Text:
        """The period in words."""
        after, until = self.after or "…", self.until or "…"
        return Text(f"晚于 {after}、不晚于 {until}", f"after {after}, not after {until}")


def entries_of(register: Layer) -> tuple[RegisterEntry, ...]:
    """One entry per feature; fields `kind`, `office`, `document`, `date`, `direction` by the catalog's field map."""

    def column(name: str) -> list[str]:
        if name in register.attributes:
            return [str(v) for v in register.attributes[name]]
        return [""] * len(register)

    rows = zip(
        register.ids,
        column("kind"),
        column("office"),
        column("document"),
        column("date"),
        column("direction"),
        strict=True,
    )
    return tuple(RegisterEntry(*row) for row in rows)


def day_of(text: str) -> date | None:
    """The day an entry names; None where it names none.

    >>> {day_of(t) for t in ("2023-05-01", "2023/5/1", "2023年5月1日", "20230501", "2023-05-01 00:00:00")}
    {datetime.date(2023, 5, 1)}
    >>> [day_of(t) for t in ("", "2023", "2023-02-30")]
    [None, None, None]
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def objection(entry: RegisterEntry, period: Period) -> Text | None:
    """Why an entry documents nothing that changed in a period; None where it can.

    >>> entry = RegisterEntry("A1", "局部调整", "省政府", "浙政函〔2023〕1号", "2023-05-01", "调出")
    >>> objection(entry, Period(date(2023, 1, 1), date(2024, 1, 1))) is None
    True
    >>> objection(entry, Period(date(2024, 1, 1), None)).en
    'its date 2023-05-01 lies outside the period (after 2024-01-01, not after …)'
    """
    if entry.document.strip().lower() in _NO_DOCUMENT:
        return Text("没有批准文号", "it names no document")
    day = day_of(entry.date)
    if day is None:
        said = entry.date.strip()
        return Text(
            f"批准日期缺失或无法识别（{said!r}）", f"its date is missing or cannot be read ({said!r})"
        )
    if not period.holds(day):
        return Text(
            f"批准日期 {day} 不在两版之间（{period.text.zh}）",
            f"its date {day} lies outside the period ({period.text.to('en')})",
        )
    return None


def shapes_for(
    register: Layer | None, direction: Direction, period: Period
) -> tuple[Regions | None, tuple[RegisterEntry, ...]]:
    """Shapes and entries of the register that can explain changes in one direction within a period."""
    if register is None:
        return None, ()
    entries = entries_of(register)
    keep = [i for i, e in enumerate(entries) if _speaks_of(e, direction) and objection(e, period) is None]
    return register.features.take(keep), tuple(entries[i] for i in keep)


def unused_entries(register: Layer | None, pieces: Sequence[ChangedPiece], period: Period) -> list[Text]:
    """The entries that lie on undocumented ground and yet do not document it, each with the reason."""
    if register is None:
        return []
    refused = {
        i: (entry, why)
        for i, entry in enumerate(entries_of(register))
        if (why := objection(entry, period)) is not None
    }
    met: set[int] = set()
    for direction in Direction:
        bare = [p.shape for p in pieces if p.entry is None and p.direction is direction]
        pairs = overlap_pairs(Regions(bare, register.features.plane), register.features)
        met |= {int(i) for i in pairs.b if i in refused and _speaks_of(refused[i][0], direction)}
    return [_unused(*refused[i]) for i in sorted(met)]


def _speaks_of(entry: RegisterEntry, direction: Direction) -> bool:
    """Whether an entry says this direction, or none."""
    said = entry.direction.strip().lower()
    return not said or said in _WORDS[direction]


def _unused(entry: RegisterEntry, why: Text) -> Text:
    return Text(
        f"台账 {entry.id} 涉及变化范围，但不作依据：{why.zh}。",
        f"Register entry {entry.id} lies on changed ground but documents none of it: {why.to('en')}.",
    )
