"""What became of patches, and where ground was put back that was lost elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eco_gis.text import Text


class LineageKind(StrEnum):
    """What became of patches between two versions."""

    RENAMED = "renamed"
    SPLIT = "split"
    MERGED = "merged"
    REGROUPED = "regrouped"
    GONE = "gone"
    NEW = "new"

    @property
    def label(self) -> Text:
        """改号 / 拆分 / 合并 / 重组 / 消失 / 新增."""
        return _LINEAGE_LABELS[self]


_LINEAGE_LABELS = {
    LineageKind.RENAMED: Text("改号", "Renamed"),
    LineageKind.SPLIT: Text("拆分", "Split"),
    LineageKind.MERGED: Text("合并", "Merged"),
    LineageKind.REGROUPED: Text("重组", "Regrouped"),
    LineageKind.GONE: Text("消失", "Gone"),
    LineageKind.NEW: Text("新增", "New"),
}


@dataclass(frozen=True)
class Lineage:
    """Old patches and the new ones that hold their ground."""

    kind: LineageKind
    old: tuple[str, ...]
    new: tuple[str, ...]
    opening_m2: float
    kept_m2: float
    """Ground that both versions hold: no change of area, whatever its id."""
    closing_m2: float


@dataclass(frozen=True)
class Share:
    """Part of a piece of ground in one class."""

    label: str
    area_m2: float


@dataclass(frozen=True)
class Relocation:
    """Lost ground and the gained ground elsewhere that offsets it, patch by patch."""

    lost: str
    """Id of the changed piece that left."""
    gained: str
    """Id of the changed piece that joined."""
    area_m2: float
    """Lost ground that this gain offsets."""
    distance_m: float
    """Shortest distance between the two, planar ÷ scale."""
    document: str
    """Document that names both; empty where none does."""
