"""What the CRS detective finds: the trap, the best reading of the coordinates, the runner-up."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely

from eco_gis.model.layer import MapOffset
from eco_gis.text import Text

Box = tuple[float, float, float, float]

KM_PER_DEGREE = 111.32


class Trap(StrEnum):
    """What is wrong with a label."""

    NO_LABEL = "no_label"
    ZONE_NUMBER = "zone_number"
    """The eastings begin with the zone number, which the labelled CRS does not have."""
    NO_ZONE_NUMBER = "no_zone_number"
    """The labelled CRS has the zone number in front of the easting, the coordinates do not."""
    WRONG_ZONE = "wrong_zone"
    SWAPPED = "swapped"
    DEGREES_AS_METRES = "degrees_as_metres"
    METRES_AS_DEGREES = "metres_as_degrees"
    WRONG_CRS = "wrong_crs"
    SECRET_DATUM = "secret_datum"
    """Beijing 1954 or Xi'an 1980: the shift to CGCS2000 is not public."""
    OFFSET = "offset"
    """GCJ-02 or BD-09 coordinates labelled WGS 84 or CGCS2000."""
    ELSEWHERE = "elsewhere"
    """The coordinates lie far away, and no reading of them brings them near."""


@dataclass(frozen=True)
class Reference:
    """Ground that a layer has to touch."""

    name: Text
    """What it is, for the evidence: the county, a declared coverage."""
    shape: Any
    """Polygons in degrees (longitude, latitude)."""
    key: str = ""
    """Stands for what it was made from, where that is known."""

    @functools.cached_property
    def box(self) -> Box:
        """West, south, east, north in degrees."""
        west, south, east, north = shapely.bounds(self.shape)
        return float(west), float(south), float(east), float(north)

    @functools.cached_property
    def diameter_km(self) -> float:
        """Diagonal of the box."""
        west, south, east, north = self.box
        narrow = math.cos(math.radians((south + north) / 2))
        return math.hypot((east - west) * narrow, north - south) * KM_PER_DEGREE


@dataclass(frozen=True)
class Candidate:
    """One reading of a layer's coordinates."""

    crs: str = ""
    """As the catalog names it: `EPSG:4549`; empty: as labelled."""
    name: str = ""
    """Code and name of the CRS, for people."""
    swap_xy: bool = False
    """Whether x and y are exchanged first."""
    offset: MapOffset = MapOffset.NONE
    """Web-map offset that is taken away."""
    score: float = 0.0
    """0 … 1: share of the coordinates on the reference, or of the smaller box in the other where that is more; for offsets the share that lies on its border."""
    distance_km: float = math.inf
    """From the reference's box; 0 where they overlap, inf where the coordinates cannot be so read."""

    @property
    def keys(self) -> str:
        """The catalog keys that state this reading.

        >>> Candidate("EPSG:4549", swap_xy=True).keys
        'crs = "EPSG:4549", swap_xy = true'
        """
        stated = [f'crs = "{self.crs}"'] if self.crs else []
        stated += ["swap_xy = true"] if self.swap_xy else []
        stated += [f'offset = "{self.offset}"'] if self.offset else []
        return ", ".join(stated)


@dataclass(frozen=True)
class Finding:
    """A label that cannot be right, and the reading that would be."""

    layer: str
    """Id in the catalog."""
    label: str
    """CRS that the file or the catalog names, in words; empty for none."""
    trap: Trap
    best: Candidate
    runner_up: Candidate | None
    evidence: tuple[Text, ...]
    certain: bool
    """True when the best reading fits and no other comes near; only then `--accept` takes it."""

    @property
    def acceptable(self) -> bool:
        """Whether the best reading may be used without a word from the user in the catalog."""
        return self.certain and bool(self.best.keys)
