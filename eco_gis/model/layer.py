"""Layers: what the catalog declares, and what preparation makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from eco_gis.errors import Problem
from eco_gis.geometry.overlay import Groups
from eco_gis.geometry.regions import Regions
from eco_gis.geometry.wkb import PackedShapes
from eco_gis.model.bound import Bound
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.text import Text


class Polarity(StrEnum):
    """Whether being inside a layer is the matter (redline) or being outside is (urban boundary)."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class Secrecy(StrEnum):
    """Grade of secrecy; results inherit the highest grade of the layers they rest on."""

    PUBLIC = "公开"
    INTERNAL = "内部"
    SECRET = "涉密"

    @property
    def rank(self) -> int:
        """0 public, 1 internal, 2 secret."""
        return list(Secrecy).index(self)


class MapOffset(StrEnum):
    """Offset that Chinese web maps put on coordinates: GCJ-02 (火星坐标), BD-09 (百度坐标), or none."""

    NONE = ""
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True)
class Coverage:
    """Where a layer claims to be complete. Exactly one of the three is given."""

    layer: str | None = None
    """Id of another layer of the catalog whose shapes are the coverage."""
    bbox: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees."""
    file: Path | None = None
    """A vector file whose polygons are the coverage."""


@dataclass(frozen=True)
class LayerSpec:
    """One entry of the catalog."""

    id: str
    role: LayerRole
    file: Path
    """Absolute path of the file."""
    layer: str | None = None
    """Layer inside the file, where a file holds several."""
    label: Text = Text("")
    """Name shown to people; the role's label when empty."""
    series: str = ""
    """Layers of one series are versions of the same thing through the years; default: the role, for restrictions the id."""
    version: str = ""
    """Year of this version, by default the year of `valid_from`."""
    approved: bool = False
    """True for the approved result (批复成果) that later versions are compared with."""
    valid_from: date | None = None
    valid_until: date | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """Our name → the file's field name: id, name, zone, grade, code, category, width_m …"""
    crs: str | None = None
    """CRS that overrides what the file says."""
    swap_xy: bool = False
    """True where the file holds northing or latitude first: x and y are exchanged when it is read."""
    offset: MapOffset = MapOffset.NONE
    """Web-map offset of the file's coordinates, taken away when it is read; never for survey data."""
    authority: str = ""
    accuracy_m: float | None = None
    """Positional accuracy (standard error) in metres."""
    correlation_m: float | None = None
    """Length along a border over which positional errors go together; None: the whole patch."""
    coverage: Coverage | None = None
    secrecy: Secrecy = Secrecy.INTERNAL
    source: str = ""
    licence: str = ""
    polarity: Polarity = Polarity.INSIDE
    concern: tuple[str, ...] = ()
    """Words of the zones whose touching is the matter, e.g. 优先 for control units; empty: every zone. A feature without a zone always counts."""
    concern_values: Bound | None = None
    """For rasters of values: the values that are the matter."""
    classes: str = ""
    """Table of classes, shipped or a TOML file beside the catalog; land surveys use the survey's own by default."""
    margin: float | None = None
    """Change per year within which an indicator counts as stable, in its own unit."""
    document: DocumentKind | None = None
    """Which paper covers the ground, for role *document* (农转用批次, 临时用地 …)."""
    restriction: str = ""
    """Kind of a generic restriction: water_source, cultural_relics, mining_right …"""
    empty: bool = False
    """True when the layer is known to hold no feature; otherwise an empty layer is no data."""
    width_m: float | None = None
    """Full width of line features and diameter of point features, in metres."""
    repair_budget_m2: float = 1.0
    repair_budget_share: float = 1e-6
    """A feature's repair may cost the larger of the two, net and ambiguous each."""
    accept_repair: bool = False
    encoding: str | None = None
    raster: bool = False
    nodata: float | None = None
    """Stored value of cells without data, in place of what the raster's file says."""
    address: str = field(default="", repr=False)
    """Connection address of a database table with its secrets, in place of a file; never shown or stored."""
    sha256: str | None = None
    """Recorded fingerprint of the file; a difference is a problem."""

    @property
    def title(self) -> Text:
        """Label shown to people."""
        return self.label if self.label.zh else self.role.label

    @property
    def says_what_counts(self) -> bool:
        """Of a raster: whether the catalog says which classes or values are the matter."""
        return bool(self.concern) if self.classes else self.concern_values is not None

    def valid_on(self, day: date) -> bool:
        """Whether the layer is in force on `day`; both ends are included, open ends are open."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True)
class Catalog:
    """The declared layers of a project and what the project says of itself."""

    path: Path
    name: Text
    layers: tuple[LayerSpec, ...]
    county: str = ""
    invented: bool = False
    """True for invented data, which is labelled as such wherever it appears."""
    plane: str | None = None
    """Working CRS that overrides the choice made from the coverage."""
    rule_packs: tuple[str, ...] = ()
    """Packs to use: names of shipped packs or paths beside the catalog; empty: the shipped ones."""
    map_approval: str = ""
    """审图号, printed where maps are shown."""
    sliver_width_m: float = 1.0
    """Changed pieces with a smaller mean width (2·area/perimeter) are listed apart, still counted."""
    control_ring_m: float = 2_000.0
    """Width of the ring outside a line that its ecological function is compared with."""
    point_distance_m: float = 50.0
    """Within this distance a line or point site without a width is not called clear (law 11)."""
    neighbour_distance_m: float = 100.0
    """Sites no farther apart are looked at as one project (相邻项目合并核查)."""
    neighbour_same_owner: bool = False
    """Only sites of one owner are looked at as one project."""

    def __getitem__(self, layer_id: str) -> LayerSpec:
        for spec in self.layers:
            if spec.id == layer_id:
                return spec
        raise KeyError(layer_id)

    def of_role(self, role: LayerRole) -> tuple[LayerSpec, ...]:
        """All entries of one role, in the order of the catalog."""
        return tuple(s for s in self.layers if s.role is role)


@dataclass(frozen=True)
class Repair:
    """What mending one feature cost, on the working plane."""

    feature: str
    reason: Text
    """What was wrong, with the place."""
    net_m2: float
    """Area after minus area before."""
    ambiguous_m2: float
    """Symmetric difference of the structure and the linework repair."""
    budget_m2: float

    @property
    def over_budget(self) -> bool:
        """Whether either cost is above the budget."""
        return max(abs(self.net_m2), self.ambiguous_m2) > self.budget_m2


@dataclass(frozen=True)
class ShapeFlaw:
    """A flaw of one delivered feature that costs no area."""

    feature: str
    what: Text
    """Spikes, repeated vertices, turned rings, dropped Z or M, parts of collections."""
    count: int


@dataclass(frozen=True)
class RepairLog:
    """All repairs of one layer."""

    repairs: tuple[Repair, ...] = ()
    flaws: tuple[ShapeFlaw, ...] = ()
    """What was found besides and changes no area."""

    @property
    def net_m2(self) -> float:
        """Sum of the net changes."""
        return float(sum(r.net_m2 for r in self.repairs))

    @property
    def ambiguous_m2(self) -> float:
        """Sum of the ambiguous areas."""
        return float(sum(r.ambiguous_m2 for r in self.repairs))

    @property
    def over_budget(self) -> tuple[Repair, ...]:
        """Repairs that cost more than allowed."""
        return tuple(r for r in self.repairs if r.over_budget)


@dataclass(frozen=True)
class LostRecord:
    """A record that carries no usable shape."""

    record: int
    """Zero-based position in the file."""
    feature: str
    """Id as far as it is known."""
    reason: Text
    known: Mapping[str, str] = field(default_factory=dict)
    """What is known of it: its fields as far as they came."""


@dataclass(frozen=True)
class Layer:
    """A prepared vector layer: valid 2-D shapes on the working plane."""

    spec: LayerSpec
    attributes: pd.DataFrame
    """One row per feature, RangeIndex; columns `id` and `name` (str, ids unique), the catalog's other mapped names, then the file's own fields."""
    features: Regions
    """The shapes as delivered (repaired where needed); may overlap one another."""
    footprint: Regions
    """Disjoint polygons with the same union as the polygon features."""
    footprint_sources: Groups
    """Feature indices behind each footprint polygon."""
    coverage: Regions | None
    """Where the layer is complete; None when that is not declared."""
    repairs: RepairLog = RepairLog()
    lost: tuple[LostRecord, ...] = ()
    source_crs: str = ""
    """CRS of the file as words."""
    delivered: NDArray[Any] | PackedShapes | None = None
    """Shapes before any transformation, in the file's CRS: for fingerprints and the official area."""
    delivered_crs: CRS | None = None
    """CRS of `delivered`."""
    notes: tuple[Problem, ...] = ()
    """Remarks of preparation that do not make a number wrong."""

    def __len__(self) -> int:
        return len(self.features)

    @cached_property
    def has_lost(self) -> bool:
        """Whether a record carries no shape, named in `lost` or seen among the features."""
        return bool(self.lost) or bool((self.features.dimensions < 0).any())

    @cached_property
    def misses_coverage(self) -> bool:
        """Whether the layer has features and none of them meets the ground it claims to cover."""
        if self.coverage is None or not len(self):
            return False
        return not self.features.tree.query(self.coverage.shapes, predicate="intersects").size

    @cached_property
    def ids(self) -> list[str]:
        """Feature ids."""
        return [str(v) for v in self.attributes["id"].tolist()]

    @cached_property
    def names(self) -> list[str]:
        """Feature names, empty where unknown."""
        return [str(v) for v in self.attributes["name"].tolist()]


@dataclass(frozen=True)
class LayerFault:
    """A declared layer that could not be used; every question to it is answered 资料不足."""

    spec: LayerSpec
    problems: tuple[Problem, ...]
