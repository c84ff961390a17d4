"""The register of approved changes (边界调整台账): which document explains which changed ground."""

from __future__ import annotations

from eco_gis.geometry.regions import Regions
from eco_gis.model.change import Direction, RegisterEntry
from eco_gis.model.layer import Layer

_WORDS = {
    Direction.LOST: ("out", "调出", "核减", "退出", "减少"),
    Direction.GAINED: ("in", "调入", "新增", "划入", "增加"),
}


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


def explains(entry: RegisterEntry, direction: Direction) -> bool:
    """Whether an entry can document a change in this direction: it needs a document, and may not say the other way.

    >>> entry = RegisterEntry("A1", "局部调整", "省政府", "浙政函〔2023〕1号", "2023-05-01", "调出")
    >>> explains(entry, Direction.LOST), explains(entry, Direction.GAINED)
    (True, False)
    """
    said = entry.direction.strip().lower()
    return bool(entry.document.strip()) and (not said or said in _WORDS[direction])


def shapes_for(
    register: Layer | None, direction: Direction
) -> tuple[Regions | None, tuple[RegisterEntry, ...]]:
    """Shapes and entries of the register that can explain changes in one direction."""
    if register is None:
        return None, ()
    entries = entries_of(register)
    keep = [i for i, entry in enumerate(entries) if explains(entry, direction)]
    return register.features.take(keep), tuple(entries[i] for i in keep)
