"""Parts of a map drawn with matplotlib: areas, lines, names, frame with degrees, scale and north."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect, withStroke
from numpy.typing import NDArray

from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.regions import Regions
from eco_gis.layers.store import Store
from eco_gis.outputs.map.shapes import LONLAT
from eco_gis.outputs.report.fonts import Face
from eco_gis.outputs.style import AreaStyle

Box = tuple[float, float, float, float]

INK = "#2B2F36"
FINE = 1500.0
"""Vertices nearer than this share of the map's width are left out."""
HALO: list[AbstractPathEffect] = [withStroke(linewidth=1.6, foreground="white")]


@dataclass(frozen=True)
class Kept:
    """Shapes of a layer whose outlines on a picture of the same ground are kept."""

    regions: Regions
    chosen: NDArray[np.bool_] | None
    """(n,) the ones that are drawn; None: all."""
    store: Store | None

    def path(self, box: Box, *, rings: bool) -> Path | None:
        """Their outlines in the box."""

        def make() -> tuple[NDArray[np.float64], NDArray[np.uint8]] | None:
            shapes = self.regions.shapes if self.chosen is None else self.regions.shapes[self.chosen]
            path = _path(_light(shapes, box), rings=rings)
            return None if path is None else (np.asarray(path.vertices), np.asarray(path.codes))

        if self.store is None or not self.regions.key:
            made = make()
        else:
            which = "all" if self.chosen is None else np.packbits(self.chosen).tobytes().hex()
            key = self.store.key("outlines", self.regions.key, which, repr(box), str(rings))
            made = self.store.get_or_make(key, make)
        return None if made is None else Path(*made)


def framed(places: Sequence[Sequence[float]], ratio: float) -> Box:
    """The box around all places with a margin, widened to width : height = `ratio`.

    >>> framed([(0, 0, 100, 100)], 2.0)
    (-54.0, -2.0, 154.0, 102.0)
    """
    west, south = (min(p[i] for p in places) for i in (0, 1))
    east, north = (max(p[i] for p in places) for i in (2, 3))
    margin = 0.02 * max(east - west, north - south, 1.0)
    width, height = east - west + 2 * margin, north - south + 2 * margin
    width, height = max(width, height * ratio), max(height, width / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def draw_areas(
    axes: Axes, box: Box, shapes: NDArray[Any] | Kept, style: AreaStyle, *, edge: bool = True
) -> None:
    """Areas of one style as one patch, with holes."""
    path = _drawn(shapes, box, rings=False)
    if path is None:
        return
    # not `add_patch`: it would go through every vertex for limits that the frame sets anyway
    axes.add_artist(
        PathPatch(
            path, facecolor=to_rgba(style.fill, style.opacity), edgecolor="none" if not edge else style.line,
            hatch=None, linewidth=0.35 * style.width if edge else 0,
        )
    )  # fmt: skip
    if style.pattern.hatch:
        axes.add_artist(
            PathPatch(
                path,
                facecolor="none",
                edgecolor=to_rgba(style.line, 0.55),
                hatch=style.pattern.hatch,
                linewidth=0,
            )
        )


def draw_lines(axes: Axes, box: Box, shapes: NDArray[Any] | Kept, style: AreaStyle) -> None:
    """Only the borders of areas, in the dash of the style."""
    path = _drawn(shapes, box, rings=True)
    if path is not None:
        dash = (0, tuple(0.7 * d for d in style.dash)) if style.dash else "solid"
        axes.add_artist(
            PathPatch(path, fill=False, edgecolor=style.line, linewidth=0.5 * style.width, linestyle=dash)
        )


def outlined(axes: Axes, shape: Any, color: str) -> None:
    """A site as drawn: outline or axis."""
    for part in shapely.get_parts(shape):
        dimension = shapely.get_dimensions(part)
        line = part.exterior if dimension == 2 else part
        if dimension > 0:
            x, y = shapely.get_coordinates(line).T
            axes.plot(x, y, color="white", linewidth=1.9, zorder=6)
            axes.plot(x, y, color=color, linewidth=1.0, zorder=7)


def draw_names(
    axes: Axes,
    box: Box,
    shapes: NDArray[Any],
    names: Sequence[str],
    face: Face,
    *,
    size: float,
    color: str,
    taken: list[Box],
    lift: float = 0.0,
) -> None:
    """Names inside areas or `lift` points above places; one that would cover one of `taken` is left out."""
    point = (box[2] - box[0]) / (axes.get_position().width * axes.figure.get_figwidth() * 72)  # type: ignore[union-attr]
    for shape, name in zip(shapes, names, strict=True):
        if not name or shapely.is_empty(shape):
            continue
        place = shapely.point_on_surface(shape)
        half = 0.55 * size * point * sum(0.6 if c.isascii() else 1.0 for c in name)
        y = place.y + lift * point
        room: Box = (place.x - half, y - 0.6 * size * point, place.x + half, y + 0.6 * size * point)
        if any(a[0] < room[2] and room[0] < a[2] and a[1] < room[3] and room[1] < a[3] for a in taken):
            continue
        taken.append(room)
        text = axes.text(
            place.x, y, face.text(name), ha="center", va="center", fontproperties=face.at(size), color=color,
            zorder=9, clip_on=True,
        )  # fmt: skip
        text.set_path_effects(HALO)


def frame(axes: Axes, box: Box, plane: Plane, face: Face) -> None:
    """Limits and degrees along the border."""
    axes.set(xlim=box[::2], ylim=box[1::2])
    corners = np.array([shapely.box(*box)], dtype=object)
    west, south, east, north = shapely.total_bounds(
        transform(corners, plane.crs, LONLAT, chord_budget_m2=1e6)
    )
    lons, lats = _ticks(west, east), _ticks(south, north)
    places = [*((lon, south) for lon in lons), *((west, lat) for lat in lats)]
    on_plane = shapely.get_coordinates(transform(shapely.points(places), LONLAT, plane.crs))
    xs = [(x, _degrees(lon, "EW")) for x, lon in zip(on_plane[: len(lons), 0], lons, strict=True)]
    ys = [(y, _degrees(lat, "NS")) for y, lat in zip(on_plane[len(lons) :, 1], lats, strict=True)]
    axes.set_xticks(*zip(*[t for t in xs if box[0] < t[0] < box[2]], strict=True) or ([], []))
    axes.set_yticks(*zip(*[t for t in ys if box[1] < t[0] < box[3]], strict=True) or ([], []))
    axes.tick_params(direction="in", length=3, color=INK, top=True, right=True)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(face.at(6))
    for label in axes.get_yticklabels():
        label.set(rotation=90, va="center")
    for spine in axes.spines.values():
        spine.set(linewidth=0.8, color=INK)


def draw_scale(axes: Axes, box: Box, unit_m: float, face: Face, *, size: float = 7.0) -> None:
    """A scale bar in the lower left corner, a round length of about a quarter of the width."""
    width = (box[2] - box[0]) * unit_m
    length = _round_down(width / 4)
    bar = length / unit_m
    x, y = box[0] + 0.04 * (box[2] - box[0]), box[1] + 0.05 * (box[3] - box[1])
    high = 0.012 * (box[3] - box[1])
    for half, color in ((0, INK), (1, "white")):
        axes.add_patch(
            Rectangle(
                (x + half * bar / 2, y),
                bar / 2,
                high,
                facecolor=color,
                edgecolor=INK,
                linewidth=0.6,
                zorder=10,
            )
        )
    told = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    gap = 0.015 * (box[2] - box[0])
    text = axes.text(
        x + bar + gap, y + high / 2, told, va="center", fontproperties=face.at(size), color=INK, zorder=10
    )
    text.set_path_effects(HALO)


def draw_north(axes: Axes, face: Face, word: str, *, y: float = 0.90) -> None:
    """An arrow to grid north in the upper left corner, its foot at height `y` of the map."""
    x = 0.045
    axes.add_patch(
        Polygon(
            [(x, y + 0.055), (x - 0.016, y), (x, y + 0.014), (x + 0.016, y)],
            closed=True, facecolor=INK, transform=axes.transAxes, zorder=10,
        )
    )  # fmt: skip
    axes.text(
        x, y + 0.06, face.text(word), ha="center", va="bottom", transform=axes.transAxes,
        fontproperties=face.at(8), color=INK, zorder=10,
    )  # fmt: skip


def area_patch(style: AreaStyle) -> Patch:
    """Legend key of an area."""
    return Patch(
        facecolor=to_rgba(style.fill, style.opacity),
        edgecolor=to_rgba(style.line, 0.8),
        hatch=style.pattern.hatch or None,
        linewidth=0.6,
    )


def _drawn(shapes: NDArray[Any] | Kept, box: Box, *, rings: bool) -> Path | None:
    if isinstance(shapes, Kept):
        return shapes.path(box, rings=rings)
    return _path(_light(shapes, box), rings=rings)


def _light(shapes: NDArray[Any], box: Box) -> NDArray[Any]:
    """The polygons that the box shows, without vertices nobody sees."""
    west, south, east, north = box
    margin = 0.1 * (east - west)
    shown = shapes[shapely.intersects(shapes, shapely.box(*box))]
    bounds = shapely.bounds(shown)
    # of what reaches far beyond the picture only the part near it is looked at
    far = (bounds[:, 2] - bounds[:, 0] > 4 * (east - west)) | (
        bounds[:, 3] - bounds[:, 1] > 4 * (north - south)
    )
    shown[far] = shapely.clip_by_rect(
        shown[far], west - margin, south - margin, east + margin, north + margin
    )
    return np.asarray(shapely.simplify(shown, (box[2] - box[0]) / FINE, preserve_topology=True))


def _path(shapes: NDArray[Any], *, rings: bool) -> Path | None:
    """One path of all rings; shells and holes turn opposite ways unless only rings are drawn."""
    parts = shapely.get_parts(shapes)
    parts = parts[shapely.get_dimensions(parts) == 2]
    if not len(parts):
        return None
    borders = shapely.get_rings(parts if rings else shapely.orient_polygons(parts))
    counts = shapely.get_num_coordinates(borders)
    codes = np.full(int(counts.sum()), Path.LINETO, dtype=np.uint8)
    ends = np.cumsum(counts)
    codes[ends - counts] = Path.MOVETO
    codes[ends - 1] = Path.CLOSEPOLY
    return Path(shapely.get_coordinates(borders), codes)


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round degrees or minutes between two values."""
    minutes = next((m for m in (1, 2, 5, 10, 15, 20, 30, 60, 120, 300) if (high - low) * 60 / m <= 6), 600)
    first = math.ceil(low * 60 / minutes)
    return [k * minutes / 60 for k in range(first, math.floor(high * 60 / minutes) + 1)]


def _degrees(value: float, signs: str) -> str:
    """Degrees and minutes.

    >>> _degrees(120.25, "EW"), _degrees(-29.0, "NS")
    ('120°15′E', '29°00′S')
    """
    minutes = round(abs(value) * 60)
    return f"{minutes // 60}°{minutes % 60:02d}′{signs[0] if value >= 0 else signs[1]}"


def _round_down(length: float) -> float:
    """The largest of 1, 2, 5 × 10ⁿ up to `length`.

    >>> _round_down(11_700.0), _round_down(4.9)
    (10000.0, 2.0)
    """
    power = 10.0 ** math.floor(math.log10(length))
    return next(f * power for f in (5, 2, 1) if f * power <= length)
