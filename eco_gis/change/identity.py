"""Identity before statistics: is the new version a copy of the old one, and where is it not?"""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.model.identity import Difference, DifferenceKind, Identity
from eco_gis.model.layer import Layer
from eco_gis.text import Text

SHARED_VERTICES = 0.5
"""Below this share of common vertices the whole drawing was made anew: areas prove nothing by themselves."""

KEPT_IDS = 0.5
"""Below this share of common ids the features cannot be followed by id."""

_GRID = 1e-3
"""Metres within which two vertices are the same one (1 mm)."""


def fingerprint(shapes: NDArray[np.object_]) -> str:
    """SHA-256 of shapes that ignores the order of features, the start and the direction of rings.

    >>> import numpy as np, shapely
    >>> a = shapely.box(0, 0, 1, 1)
    >>> fingerprint(np.array([a])) == fingerprint(np.array([shapely.reverse(a)]))
    True
    """
    digest = hashlib.sha256()
    for wkb in sorted(_normal_wkb(shapes)):
        digest.update(wkb)
    return digest.hexdigest()


def identify(old: Layer, new: Layer, *, county: Layer | None = None) -> Identity:
    """Compare two versions of a layer as copies.

    Shapes are compared as delivered where both files have the same CRS, else on the working plane.
    """
    same_crs = old.source_crs == new.source_crs
    before, after = _shapes(old, as_delivered=same_crs), _shapes(new, as_delivered=same_crs)
    old_ids, new_ids = set(old.ids), set(new.ids)
    gone, fresh = sorted(old_ids - new_ids), sorted(new_ids - old_ids)
    old_wkb, new_wkb = _normal_wkb(before), _normal_wkb(after)
    same = same_crs and Counter(old_wkb) == Counter(new_wkb)
    of_new = dict(zip(new.ids, new_wkb, strict=True))
    changed = tuple(i for i, w in zip(old.ids, old_wkb, strict=True) if i in of_new and of_new[i] != w)
    shared = _shared_vertices(old, new)
    kept_ids = len(old_ids & new_ids) / max(len(old_ids), 1)
    counts = [int(np.sum(shapely.get_num_coordinates(shapes))) for shapes in (before, after)]
    return Identity(
        same=same,
        differences=tuple(_differences(old, new, same_crs, gone, fresh, changed, counts, shared, same)),
        copy=None,
        comparable=same or (shared >= SHARED_VERTICES and kept_ids >= KEPT_IDS),
        old_features=len(old),
        new_features=len(new),
        old_vertices=counts[0],
        new_vertices=counts[1],
        ids_gone=tuple(gone),
        ids_new=tuple(fresh),
        shapes_changed=changed,
        old_fingerprint=fingerprint(before),
        new_fingerprint=fingerprint(after),
    )


def _differences(
    old: Layer,
    new: Layer,
    same_crs: bool,
    gone: list[str],
    fresh: list[str],
    changed: tuple[str, ...],
    counts: list[int],
    shared: float,
    same: bool,
) -> list[Difference]:
    """The differences found, coarsest first."""
    found: list[Difference] = []

    def say(kind: DifferenceKind, count: float, zh: str, en: str) -> None:
        found.append(Difference(kind, Text(zh, en), count))

    if not same_crs:
        say(
            DifferenceKind.CRS,
            1,
            f"坐标参考系改变：{old.source_crs} → {new.source_crs}",
            f"the CRS changed: {old.source_crs} → {new.source_crs}",
        )
    if same:
        return found
    if len(old) != len(new):
        say(
            DifferenceKind.COUNT,
            len(new) - len(old),
            f"要素数由 {len(old)} 变为 {len(new)}",
            f"the number of features went from {len(old)} to {len(new)}",
        )
    if gone or fresh:
        say(
            DifferenceKind.IDS,
            len(gone) + len(fresh),
            f"标识码消失 {len(gone)} 个、新增 {len(fresh)} 个",
            f"{len(gone)} ids are gone and {len(fresh)} are new",
        )
    if counts[0] != counts[1]:
        say(
            DifferenceKind.VERTICES,
            counts[1] - counts[0],
            f"顶点数由 {counts[0]} 变为 {counts[1]}",
            f"the number of vertices went from {counts[0]} to {counts[1]}",
        )
    if changed:
        say(
            DifferenceKind.SHAPES,
            len(changed),
            f"同一标识码下有 {len(changed)} 个要素的图形不同",
            f"{len(changed)} features with the same id have another shape",
        )
    if shared < SHARED_VERTICES:
        say(
            DifferenceKind.GENERALISATION,
            shared,
            f"仅 {shared:.1%} 的顶点在两版中位置相同，界线整体重绘或概化",
            f"only {shared:.1%} of the vertices are at the same place: the whole line was redrawn or generalised",
        )
    return found


def _shapes(layer: Layer, *, as_delivered: bool) -> NDArray[np.object_]:
    if as_delivered and layer.delivered is not None:
        return np.asarray(layer.delivered)
    return layer.features.shapes


def _normal_wkb(shapes: NDArray[np.object_]) -> list[bytes]:
    flat = shapely.normalize(shapely.force_2d(shapes))
    return [bytes(w) for w in shapely.to_wkb(flat, byte_order=1)]


def _shared_vertices(old: Layer, new: Layer) -> float:
    """Share of the old version's vertices that the new version has within a millimetre."""
    before, after = (_vertex_keys(layer) for layer in (old, new))
    if not len(before):
        return 1.0
    return float(np.isin(before, after).mean())


def _vertex_keys(layer: Layer) -> NDArray[np.void]:
    """Distinct vertices on the plane, snapped to the grid, as opaque keys."""
    points = shapely.get_coordinates(layer.features.shapes)
    keys = np.unique(np.round(points / _GRID).astype(np.int64), axis=0)
    return np.ascontiguousarray(keys).view(np.dtype((np.void, keys.dtype.itemsize * 2))).ravel()
