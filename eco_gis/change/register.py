"""The register of approved changes (边界调整台账): which document explains which changed ground."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import shapely
from shapely import Geometry

from eco_gis.geometry.crs import Plane
from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import Cause, ChangedPiece, Direction, EntryBalance, RegisterEntry
from eco_gis.model.days import day_of, names_document
from eco_gis.model.layer import Layer
from eco_gis.text import Text

_WORDS = {
    Direction.LOST: ("out", "调出", "核减", "退出", "减少"),
    Direction.GAINED: ("in", "调入", "新增", "划入", "增加"),
}

_KINDS = (
    (
        re.compile(r"(保护地|保护区|reserve|protected area).*(调整|优化|整合|adjust)|整合优化", re.I),
        Cause.WITH_RESERVE,
    ),
    (re.compile(r"勘界|边界核定|勘定|border survey|demarcat", re.I), Cause.BORDER_SURVEY),
    (re.compile(r"更正|勘误|纠错|修正|correct", re.I), Cause.CORRECTION),
    (re.compile(r"局部(调整|优化)|评估调整|local adjust", re.I), Cause.LOCAL_ADJUSTMENT),
    (re.compile(r"项目|用地|用林|占用|准入|有限人为|project|permit|occup", re.I), Cause.UNDOCUMENTED),
    (re.compile(r"调整|adjust", re.I), Cause.LOCAL_ADJUSTMENT),
)
"""Words of registers, the first that is found decides."""


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


@dataclass(frozen=True)
class Register:
    """All entries of all register layers, in an order that depends on the entries alone."""

    entries: tuple[RegisterEntry, ...]
    ground: Regions
    """The shape of each entry."""

    @classmethod
    def of(cls, layers: Sequence[Layer], plane: Plane) -> Register:
        """Merge register layers; an entry that a later layer repeats with the same shape counts once.

        Where two layers give one id to different entries, the layer's id goes before.
        """
        seen: dict[tuple[RegisterEntry, bytes], Geometry] = {}
        for layer in sorted(layers, key=lambda v: v.spec.id):
            for entry, shape in zip(entries_of(layer), layer.features.shapes, strict=True):
                seen.setdefault((entry, shapely.to_wkb(shapely.normalize(shape))), shape)
        found = sorted(seen.items(), key=lambda item: (item[0][0].date, item[0][0].id, item[0][1]))
        ids = Counter(entry.id for (entry, _), _ in found)
        entries: list[RegisterEntry] = []
        turn: Counter[str] = Counter()
        for (entry, _), _ in found:
            turn[entry.id] += 1
            own = entry.id if ids[entry.id] == 1 else f"{entry.id}#{turn[entry.id]}"
            entries.append(replace(entry, id=own))
        return cls(tuple(entries), Regions([shape for _, shape in found], plane))

    def shapes_for(self, direction: Direction, period: Period) -> tuple[Regions, tuple[RegisterEntry, ...]]:
        """Shapes and entries that can explain changes in one direction within a period."""
        keep = [
            i
            for i, entry in enumerate(self.entries)
            if speaks_of(entry, direction) and objection(entry, period) is None
        ]
        return self.ground.take(keep), tuple(self.entries[i] for i in keep)

    def balances(
        self, pieces: Sequence[ChangedPiece], period: Period, lines: Sequence[Regions]
    ) -> tuple[EntryBalance, ...]:
        """What each entry promised and what happened, for entries of the period or on undocumented ground.

        Parameters
        ----------
        lines
            Both versions: an entry that meets neither is about another line.
        """
        met = self._refused_on(pieces, period)
        near = {int(i) for r in lines for i in r.tree.query(self.ground.shapes, predicate="intersects")[0]}
        rows: list[EntryBalance] = []
        for i, entry in enumerate(self.entries):
            why = objection(entry, period)
            if (why is None and i in near) or i in met:
                mine = [p for p in pieces if p.entry == entry]
                lost, gained = (
                    float(sum(p.area_m2 for p in mine if p.direction is d))
                    for d in (Direction.LOST, Direction.GAINED)
                )
                rows.append(EntryBalance(entry, float(self.ground.area_m2[i]), lost, gained, why))
        return tuple(rows)

    def _refused_on(self, pieces: Sequence[ChangedPiece], period: Period) -> set[int]:
        """Entries that lie on undocumented ground of their direction and yet do not document it."""
        refused = {i for i, e in enumerate(self.entries) if objection(e, period) is not None}
        met: set[int] = set()
        for direction in Direction:
            bare = [p.shape for p in pieces if p.entry is None and p.direction is direction]
            pairs = overlap_pairs(Regions(bare, self.ground.plane), self.ground)
            met |= {int(i) for i in pairs.b if i in refused and speaks_of(self.entries[i], direction)}
        return met


def entries_of(register: Layer) -> tuple[RegisterEntry, ...]:
    """One entry per feature; fields `kind`, `office`, `document`, `date`, `direction` by the catalog's field map."""

    def column(name: str) -> list[str]:
        if name in register.attributes:
            return [str(v) for v in register.attributes[name]]
        return [""] * len(register)

    names = ("kind", "office", "document", "date", "direction")
    rows = zip(register.ids, *(column(n) for n in names), strict=True)
    return tuple(
        RegisterEntry(key, kind, office, document, day, direction, cause_of(kind))
        for key, kind, office, document, day, direction in rows
    )


def cause_of(kind: str) -> Cause:
    """What the words of a register mean; a project's approval is no adjustment of a line.

    >>> [cause_of(k).value for k in ("局部调整", "自然保护地整合优化", "勘界核定", "数据更正")]
    ['local_adjustment', 'with_reserve', 'border_survey', 'correction']
    >>> cause_of("重大项目用地批准").value, cause_of("").value
    ('undocumented', 'other_entry')
    """
    return next((cause for pattern, cause in _KINDS if pattern.search(kind.strip())), Cause.OTHER_ENTRY)


def objection(entry: RegisterEntry, period: Period) -> Text | None:
    """Why an entry documents nothing that changed in a period; None where it can.

    >>> said = ("A1", "局部调整", "省政府", "浙政函〔2023〕1号", "2023-05-01", "调出")
    >>> entry = RegisterEntry(*said, cause=Cause.LOCAL_ADJUSTMENT)
    >>> objection(entry, Period(date(2023, 1, 1), date(2024, 1, 1))) is None
    True
    >>> objection(entry, Period(date(2024, 1, 1), None)).en
    'its date 2023-05-01 lies outside the period (after 2024-01-01, not after …)'
    """
    if entry.cause is Cause.UNDOCUMENTED:
        return Text(
            f"类型“{entry.kind}”是项目审批，不是界线调整",
            f"its kind {entry.kind!r} is the approval of a project, no adjustment of the line",
        )
    if not names_document(entry.document):
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


def unused_notes(balances: Sequence[EntryBalance]) -> list[Text]:
    """The entries that lie on undocumented ground and yet do not document it, each with the reason."""
    return [_unused(b.entry, b.objection) for b in balances if b.objection is not None]


def speaks_of(entry: RegisterEntry, direction: Direction) -> bool:
    """Whether an entry says this direction, or none."""
    said = entry.direction.strip().lower()
    return not said or said in _WORDS[direction]


def _unused(entry: RegisterEntry, why: Text) -> Text:
    return Text(
        f"台账 {entry.id} 涉及变化范围，但不作依据：{why.zh}。",
        f"Register entry {entry.id} lies on changed ground but documents none of it: {why.to('en')}.",
    )
