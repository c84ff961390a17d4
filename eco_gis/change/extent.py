"""面积不减少: the ledger of a protected layer between two versions, closed to the square metre.

Opening, closing, kept, lost and gained are each measured, so that the residual can fail. All changed
ground is planarized once against townships and register; every table is a group-by of those pieces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.change.identity import identify
from eco_gis.change.register import shapes_for
from eco_gis.errors import LedgerError
from eco_gis.geometry.atoms import planarize
from eco_gis.geometry.overlay import PairTable, difference, overlap_pairs, overlap_shapes
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import (
    Basis,
    ChangedPiece,
    Comparison,
    Conclusion,
    Direction,
    Identity,
    LedgerRow,
    Level,
)
from eco_gis.model.layer import Layer, LayerFault
from eco_gis.text import Text

CLOSES_WITHIN_M2 = 1.0
"""A ledger whose residual is larger is an error of the tool, not a result."""

ROUNDING_M2 = 1e-4
"""Changed pieces up to this are the rounding of coordinates: summed, but not listed piece by piece."""

OUTSIDE = "outside"
"""Key of the ground outside all townships."""


def compare(
    old: Layer,
    new: Layer,
    *,
    basis: Basis,
    townships: Layer | None = None,
    register: Layer | None = None,
    faults: Sequence[LayerFault] = (),
    sliver_width_m: float = 1.0,
) -> Comparison:
    """Compare two versions of a protected layer.

    Parameters
    ----------
    old, new
        Prepared polygon layers on the same plane.
    basis
        What `old` is to `new`: the approved baseline, or the earlier version.
    townships
        Groups the ledger; ground outside all of them gets a row of its own.
    register
        Approved changes; a changed piece inside an entry of the same direction is documented.
    faults
        Layers that would have belonged to the comparison; with any, the answer stays 待核.
    sliver_width_m
        Pieces with a smaller mean width are marked as slivers; they stay in every sum.

    Raises
    ------
    CRSMismatchError
        When the layers lie on different planes.
    LedgerError
        When a ledger does not close within 1 m².
    """
    identity = identify(old, new)
    changed_old, changed_new = _without_twins(old.footprint, new.footprint)
    lost = _ground(old, new, changed_old, changed_new)
    gained = _ground(new, old, changed_new, changed_old)
    pieces = [
        *_pieces(Direction.LOST, lost, old, townships, register, sliver_width_m),
        *_pieces(Direction.GAINED, gained, new, townships, register, sliver_width_m),
    ]
    kept = overlap_pairs(old.footprint, new.footprint)
    county = LedgerRow(
        level=Level.COUNTY,
        key="county",
        name="",
        opening_m2=float(old.footprint.area_m2.sum()),
        kept_m2=float(kept.area_m2.sum()),
        lost_m2=_sum(pieces, Direction.LOST),
        gained_m2=_sum(pieces, Direction.GAINED),
        moved_out_m2=0.0,
        moved_in_m2=0.0,
        closing_m2=float(new.footprint.area_m2.sum()),
    )
    rows = (county, *_township_rows(old, new, townships, pieces), *_feature_rows(old, new, kept, pieces))
    check_closed(rows)
    listed = tuple(p for p in pieces if p.area_m2 > ROUNDING_M2)
    return Comparison(
        basis=basis,
        old_layer=old.spec.id,
        new_layer=new.spec.id,
        old_version=old.spec.version,
        new_version=new.spec.version,
        identity=identity,
        county=county,
        townships=tuple(r for r in rows if r.level is Level.TOWNSHIP),
        features=tuple(r for r in rows if r.level is Level.FEATURE),
        pieces=listed,
        conclusion=conclude(identity, listed, complete=not (old.lost or new.lost or faults)),
        notes=(*_notes(old, new, identity, county), *(_missing(f) for f in faults)),
    )


def check_closed(rows: Sequence[LedgerRow]) -> None:
    """Raise `LedgerError` when a row does not close, or what was kept and lost is not what there was."""
    for row in rows:
        unkept = row.opening_m2 - row.kept_m2 - row.lost_m2 - row.moved_out_m2
        for what, residual in (("residual", row.residual_m2), ("opening − kept − lost − moved out", unkept)):
            if not abs(residual) <= CLOSES_WITHIN_M2:
                raise LedgerError(
                    Text(
                        f"台账不闭合：{row.level} {row.key} 的{what}为 {residual:,.4f} m²"
                        f"（允许 {CLOSES_WITHIN_M2} m²）；请连同所比较的图层反馈此问题",
                        f"the ledger of {row.level} {row.key!r} does not close: {what} is {residual:,.4f} m² "
                        f"(allowed {CLOSES_WITHIN_M2} m²); please report this with the layers compared",
                    )
                )


def conclude(identity: Identity, pieces: Sequence[ChangedPiece], *, complete: bool) -> Conclusion:
    """The answer in words; anything that is not proven is 待核."""
    if not complete or not identity.comparable:
        return Conclusion.TO_VERIFY
    if identity.same or not pieces:
        return Conclusion.UNCHANGED
    return Conclusion.LAWFUL if all(p.entry is not None for p in pieces) else Conclusion.TO_VERIFY


def _without_twins(old: Regions, new: Regions) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the footprint polygons that have no identical twin in the other version.

    Footprints are disjoint, so a polygon with a twin is kept whole and meets no changed ground.
    """
    old_wkb, new_wkb = (list(shapely.to_wkb(shapely.normalize(r.shapes))) for r in (old, new))
    both = set(old_wkb) & set(new_wkb)
    return (
        np.array([i for i, w in enumerate(old_wkb) if w not in both], dtype=np.intp),
        np.array([i for i, w in enumerate(new_wkb) if w not in both], dtype=np.intp),
    )


def _ground(
    layer: Layer, other: Layer, changed: NDArray[np.intp], other_changed: NDArray[np.intp]
) -> dict[int, shapely.Geometry]:
    """Ground of `layer` that `other` does not hold, by footprint position."""
    left = difference(layer.footprint.take(changed), other.footprint.take(other_changed))
    return {int(i): shape for i, shape in zip(changed, left, strict=True) if not shapely.is_empty(shape)}


def _key(layer: Layer, position: int) -> int:
    """The feature a footprint polygon is booked under: the first of its sources."""
    return int(layer.footprint_sources[position][0])


def _pieces(
    direction: Direction,
    ground: dict[int, shapely.Geometry],
    layer: Layer,
    townships: Layer | None,
    register: Layer | None,
    sliver_width_m: float,
) -> list[ChangedPiece]:
    """The planarized rows of one direction, largest first within the direction."""
    positions = list(ground)
    plane = layer.footprint.plane
    entry_shapes, entries = shapes_for(register, direction)
    atoms = planarize(
        [ground[p] for p in positions],
        townships.footprint if townships is not None else Regions.empty(plane),
        entry_shapes if entry_shapes is not None else Regions.empty(plane),
        plane,
    )
    ids, names = layer.ids, layer.names
    rows: list[ChangedPiece] = []
    for number, k in enumerate(np.argsort(-atoms.area_m2, kind="stable"), start=1):
        source = _key(layer, positions[atoms.ground[k]])
        township, township_name = _township(townships, int(atoms.township[k]))
        rows.append(
            ChangedPiece(
                id=f"{'L' if direction is Direction.LOST else 'G'}{number:04d}",
                direction=direction,
                feature=ids[source],
                feature_name=names[source],
                township=township,
                township_name=township_name,
                entry=entries[atoms.entry[k]] if atoms.entry[k] >= 0 else None,
                area_m2=float(atoms.area_m2[k]),
                planar_m2=float(atoms.planar_m2[k]),
                mean_width_m=float(atoms.mean_width_m[k]),
                sliver=bool(atoms.mean_width_m[k] < sliver_width_m),
                shape=atoms.shapes[k],
            )
        )
    return rows


def _township(townships: Layer | None, position: int) -> tuple[str, str]:
    if townships is None or position < 0:
        return OUTSIDE, ""
    source = _key(townships, position)
    return townships.ids[source], townships.names[source]


def _sum(pieces: Sequence[ChangedPiece], direction: Direction) -> float:
    return float(sum(p.area_m2 for p in pieces if p.direction is direction))


def _township_rows(
    old: Layer, new: Layer, townships: Layer | None, pieces: Sequence[ChangedPiece]
) -> list[LedgerRow]:
    """Ledger by township, with a row for ground outside all of them; empty without townships."""
    if townships is None:
        return []
    opening, closing = (_by_township(layer.footprint, townships) for layer in (old, new))
    common = overlap_pairs(old.footprint, new.footprint)
    kept_ground = Regions(overlap_shapes(old.footprint, new.footprint, common), old.footprint.plane)
    kept = _by_township(kept_ground, townships)
    names = {
        townships.ids[_key(townships, p)]: townships.names[_key(townships, p)]
        for p in range(len(townships.footprint))
    }
    return [
        LedgerRow(
            level=Level.TOWNSHIP,
            key=key,
            name=name,
            opening_m2=opening[key],
            kept_m2=kept[key],
            lost_m2=_sum([p for p in pieces if p.township == key], Direction.LOST),
            gained_m2=_sum([p for p in pieces if p.township == key], Direction.GAINED),
            moved_out_m2=0.0,
            moved_in_m2=0.0,
            closing_m2=closing[key],
        )
        for key, name in [*names.items(), (OUTSIDE, "")]
    ]


def _by_township(ground: Regions, townships: Layer) -> defaultdict[str, float]:
    """Measured m² of disjoint ground per township id, and outside all of them."""
    sums: defaultdict[str, float] = defaultdict(float)
    pairs = overlap_pairs(ground, townships.footprint)
    for position, area in zip(pairs.b, pairs.area_m2, strict=True):
        sums[townships.ids[_key(townships, int(position))]] += float(area)
    rest = Regions(difference(ground, townships.footprint), ground.plane)
    sums[OUTSIDE] = float(rest.area_m2.sum())
    return sums


def _feature_rows(old: Layer, new: Layer, kept: PairTable, pieces: Sequence[ChangedPiece]) -> list[LedgerRow]:
    """Ledger by feature id: ground that stays protected under another id is moved, not lost."""
    sums: dict[str, defaultdict[str, float]] = {
        name: defaultdict(float) for name in ("opening", "kept", "lost", "gained", "out", "in", "closing")
    }
    names: dict[str, str] = {}
    for layer, column in ((old, "opening"), (new, "closing")):
        for p, area in enumerate(layer.footprint.area_m2):
            source = _key(layer, p)
            sums[column][layer.ids[source]] += float(area)
            names[layer.ids[source]] = layer.names[source]
    for i, j, area in zip(kept.a, kept.b, kept.area_m2, strict=True):
        before, after = old.ids[_key(old, int(i))], new.ids[_key(new, int(j))]
        if before == after:
            sums["kept"][before] += float(area)
        else:
            sums["out"][before] += float(area)
            sums["in"][after] += float(area)
    for piece in pieces:
        sums["lost" if piece.direction is Direction.LOST else "gained"][piece.feature] += piece.area_m2
    return [
        LedgerRow(
            level=Level.FEATURE,
            key=key,
            name=names[key],
            opening_m2=sums["opening"][key],
            kept_m2=sums["kept"][key],
            lost_m2=sums["lost"][key],
            gained_m2=sums["gained"][key],
            moved_out_m2=sums["out"][key],
            moved_in_m2=sums["in"][key],
            closing_m2=sums["closing"][key],
        )
        for key in sorted(names)
    ]


def _missing(fault: LayerFault) -> Text:
    return Text(
        f"{fault.spec.id}（{fault.spec.title.zh}）无法使用，未参与比较。",
        f"{fault.spec.id} ({fault.spec.title.to('en')}) cannot be used and took no part in the comparison.",
    )


def _notes(old: Layer, new: Layer, identity: Identity, county: LedgerRow) -> list[Text]:
    """What a reader must see beside the figures."""
    notes: list[Text] = []
    if not identity.comparable:
        notes.append(
            Text(
                f"两版界线的绘制基础不同（{'；'.join(d.text.zh for d in identity.differences)}），"
                f"净变化 {county.net_m2 / 10_000:,.4f} 公顷不能单独证明实际增减，须先核对两版资料的来源。",
                f"The two versions were drawn on different grounds ({'; '.join(d.text.to('en') for d in identity.differences)}); "
                f"the net change of {county.net_m2 / 10_000:,.4f} ha by itself proves no real gain or loss: check the sources first.",
            )
        )
    for layer in (old, new):
        if layer.lost:
            notes.append(
                Text(
                    f"{layer.spec.id} 有 {len(layer.lost)} 条空几何记录，面积可能偏小。",
                    f"{layer.spec.id} has {len(layer.lost)} lost records; its area may be too small.",
                )
            )
        if layer.repairs.repairs:
            notes.append(
                Text(
                    f"{layer.spec.id} 修复了 {len(layer.repairs.repairs)} 个要素：净变化 {layer.repairs.net_m2:,.2f} m²，歧义面积 {layer.repairs.ambiguous_m2:,.2f} m²。",
                    f"{layer.spec.id}: {len(layer.repairs.repairs)} features repaired, net {layer.repairs.net_m2:,.2f} m², ambiguous {layer.repairs.ambiguous_m2:,.2f} m².",
                )
            )
    return notes
