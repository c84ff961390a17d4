"""Whether two versions of a line are copies of one another, before any statistics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eco_gis.text import Text


class DifferenceKind(StrEnum):
    """How two copies of a layer differ."""

    CRS = "crs"
    TRANSFORMATION = "transformation"
    ROUNDING = "rounding"
    CLIPPING = "clipping"
    OVERLAP_REPAIRED = "overlap_repaired"
    COUNT = "count"
    IDS = "ids"
    VERTICES = "vertices"
    SHAPES = "shapes"
    GENERALISATION = "generalisation"


@dataclass(frozen=True)
class Difference:
    """One difference between two copies, in words and as a number."""

    kind: DifferenceKind
    text: Text
    count: float
    """How many features, vertices or m² it concerns; for a transformation or rounding metres."""


@dataclass(frozen=True)
class Identity:
    """Whether two versions are copies of the same thing, before any statistics."""

    same: bool
    """Every shape is equal, whatever the order of features, rings' starts and directions."""
    differences: tuple[Difference, ...]
    copy: DifferenceKind | None
    """The one kind that explains every difference of shape: the new version is the old one, only transformed, rounded, clipped or with overlaps repaired; None where shapes changed besides, or nothing differs."""
    copied: tuple[str, ...]
    """Ids whose every vertex follows the rule of a rounding or transformation, also where others changed besides."""
    comparable: bool
    """False when the drawing itself changed (CRS of another datum, generalisation, most ids gone): area differences prove nothing by themselves."""
    old_features: int
    new_features: int
    old_vertices: int
    new_vertices: int
    ids_gone: tuple[str, ...]
    ids_new: tuple[str, ...]
    shapes_changed: tuple[str, ...]
    """Ids in both versions whose shape is not equal."""
    old_fingerprint: str
    """SHA-256 of the normalised delivered shapes."""
    new_fingerprint: str
