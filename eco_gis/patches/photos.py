"""Which photograph shows which patch, and what speaks against it as evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import pyproj
import shapely

from eco_gis.errors import Problem
from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.overlay import nearest_distance_m
from eco_gis.geometry.regions import Regions
from eco_gis.layers.photos import FoundPhoto
from eco_gis.model.patches import Patch, Photo
from eco_gis.text import Text
from eco_gis.units import shown

NEAR_M = 100.0
"""A picture taken farther from its patch is remarked."""
REACH_M = 300.0
"""A picture whose name says no patch goes to the nearest one within this distance."""
_DEGREES = pyproj.CRS.from_epsg(4326)


def with_photos(
    patches: Sequence[Patch], found: Sequence[FoundPhoto], plane: Plane
) -> tuple[list[Patch], list[Problem]]:
    """The patches with their pictures, and a problem for each picture that belongs to none.

    A picture belongs to the patch whose id its name or folder holds (of several batches the newest), else to
    the nearest patch within `REACH_M`.
    """
    of_patch: dict[tuple[str, str], list[Photo]] = {}
    problems: list[Problem] = []
    ground = Regions([p.shape for p in patches], plane)
    for picture in found:
        point = _on_plane(picture, plane)
        i = _named(picture.file, patches)
        if i is None and point is not None and len(patches):
            distance = nearest_distance_m(ground, point)
            i = int(distance.argmin()) if distance.min() <= REACH_M else None
        if i is None:
            problems.append(_stray(picture))
            continue
        away = float(nearest_distance_m(ground.take([i]), point)[0]) if point is not None else None
        of_patch.setdefault(patches[i].key, []).append(_checked(picture, patches[i], away))
    return [replace(p, photos=tuple(of_patch.get(p.key, ()))) for p in patches], problems


def _on_plane(picture: FoundPhoto, plane: Plane) -> Regions | None:
    """Where it was taken; None where nobody knows or the plane does not reach."""
    if picture.place is None:
        return None
    west, south, east, north = plane.domain
    (point,) = transform([shapely.Point(*picture.place)], _DEGREES, plane.crs)
    return Regions([point], plane) if west <= point.x <= east and south <= point.y <= north else None


def _named(file: str, patches: Sequence[Patch]) -> int | None:
    """Position of the patch whose id stands in the name, the newest batch first, the longest id first."""
    where = "/".join(PurePosixPath(file).with_suffix("").parts)
    hits = [
        (p.batch, len(p.id), i)
        for i, p in enumerate(patches)
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(p.id)}(?![A-Za-z0-9])", where)
    ]
    return max(hits)[2] if hits else None


def _checked(picture: FoundPhoto, patch: Patch, distance_m: float | None) -> Photo:
    days = (picture.taken.date() - patch.day).days if picture.taken and patch.day else None
    remarks: list[Text] = []
    if picture.place is None:
        remarks.append(Text("照片没有位置信息", "the picture does not say where it was taken"))
    elif distance_m is None:
        remarks.append(Text("拍摄位置远离本县", "taken far away from the county"))
    elif distance_m > NEAR_M:
        remarks.append(
            Text(
                f"距图斑 {shown(distance_m, 0)} m，过远",
                f"taken {shown(distance_m, 0)} m away from the patch",
            )
        )
    if picture.taken is None:
        remarks.append(Text("照片没有拍摄时间", "the picture does not say when it was taken"))
    elif days is not None and days < 0:
        remarks.append(Text(f"早于图斑日期 {-days} 天", f"taken {-days} days before the patch"))
    return Photo(picture.file, picture.taken, distance_m, days, tuple(remarks), picture.jpeg)


def _stray(picture: FoundPhoto) -> Problem:
    return Problem(
        picture.file,
        Text(
            f"照片不属于任何图斑：名称中没有图斑编号，{REACH_M:g} m 内也没有图斑",
            f"the picture belongs to no patch: its name holds no id, and no patch lies within {REACH_M:g} m",
        ),
        Text("以图斑编号命名照片或其文件夹", "name the picture or its folder by the patch's id"),
        fatal=False,
    )
