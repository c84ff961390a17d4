"""Identity before statistics: is the new version a copy of the old one, and where is it not?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.change.copies import SAME_M, find_rule
from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import ChangedPiece, Direction
from eco_gis.model.identity import Difference, DifferenceKind, Identity
from eco_gis.model.layer import Layer
from eco_gis.text import Text

SHARED_VERTICES = 0.5
"""Below this share of common vertices the whole drawing was made anew: areas prove nothing by themselves."""

KEPT_IDS = 0.5
"""Below this share of common ids the features cannot be followed by id."""

SELF_OVERLAP_M2 = 0.01
"""Less than this is the rounding of coordinates."""

_OF_FILES = (DifferenceKind.CRS, DifferenceKind.COUNT, DifferenceKind.IDS, DifferenceKind.VERTICES)


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


def identify(old: Layer, new: Layer) -> Identity:
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
    rule = None if same else find_rule(old, new)
    copied = rule.features if rule is not None else frozenset()
    redrawn = tuple(i for i in changed if i not in copied)
    whole = rule is not None and not redrawn and not gone and not fresh
    drawn_anew = rule is None and shared < SHARED_VERTICES
    differences = _differences(
        old, new, same_crs, gone, fresh, redrawn, counts, shared if drawn_anew else 1.0, same
    )
    return Identity(
        same=same,
        differences=(*([rule.difference] if rule is not None else ()), *differences),
        copy=rule.difference.kind if rule is not None and whole else None,
        copied=tuple(sorted(copied)),
        comparable=same or rule is not None or (shared >= SHARED_VERTICES and kept_ids >= KEPT_IDS),
        old_features=len(old),
        new_features=len(new),
        old_vertices=counts[0],
        new_vertices=counts[1],
        ids_gone=tuple(gone),
        ids_new=tuple(fresh),
        shapes_changed=redrawn,
        old_fingerprint=fingerprint(before),
        new_fingerprint=fingerprint(after),
    )


def refine(
    identity: Identity, old: Layer, new: Layer, pieces: Sequence[ChangedPiece], county: Layer | None
) -> Identity:
    """Name what only the changed ground tells: overlaps repaired, and clipping at the county border."""
    if identity.same or identity.copy is not None:
        return identity
    repaired = _overlap_m2(old) - _overlap_m2(new)
    if not pieces and repaired > SELF_OVERLAP_M2:
        words = f"{repaired:,.2f} m²"
        text = Text(f"消除图层自身重叠 {words}", f"{words} of overlap inside the layer were repaired")
        return _named(identity, Difference(DifferenceKind.OVERLAP_REPAIRED, text, repaired))
    cut = clipped_m2(pieces, county)
    if cut > 0:
        words = f"{cut / 10_000:,.4f}"
        text = Text(
            f"按县界裁切，裁去县域外 {words} 公顷", f"clipped at the county border: {words} ha beyond it"
        )
        return _named(identity, Difference(DifferenceKind.CLIPPING, text, cut))
    return identity


def _named(identity: Identity, difference: Difference) -> Identity:
    return replace(
        identity,
        copy=difference.kind,
        differences=(difference, *(d for d in identity.differences if d.kind in _OF_FILES)),
    )


def clipped_m2(pieces: Sequence[ChangedPiece], county: Layer | None) -> float:
    """Ground that left, if all of it lies outside the county and nothing joined; else 0."""
    if county is None or not len(county.footprint) or not pieces:
        return 0.0
    if any(p.direction is Direction.GAINED for p in pieces):
        return 0.0
    lost = Regions([p.shape for p in pieces], county.footprint.plane)
    inside = float(overlap_pairs(lost, county.footprint).area_m2.sum())
    return float(lost.area_m2.sum()) if inside <= SELF_OVERLAP_M2 else 0.0


def _overlap_m2(layer: Layer) -> float:
    """Ground that more than one feature of a layer holds, counted once for each more."""
    return float(layer.features.area_m2.sum() - layer.footprint.area_m2.sum())


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


def _vertex_keys(layer: Layer) -> NDArray[np.complex128]:
    """Distinct vertices on the plane, snapped to the grid, as x + iy."""
    points = np.round(shapely.get_coordinates(layer.features.shapes) / SAME_M)
    return np.unique(points[:, 0] + 1j * points[:, 1])
