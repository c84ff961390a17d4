"""Evidence along the border: which changed pieces redrawing alone can make, and how surely the area shrank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from eco_gis.change.ground import Ground
from eco_gis.geometry.noise.errorbar import area_variance, error_bar
from eco_gis.geometry.noise.offsets import SAME_M, STEP_M, Offsets, border_offsets
from eco_gis.geometry.noise.runs import NO_RUN, OneSided, Run, one_sided_runs
from eco_gis.model.border import BorderRun, Certainty, ErrorBar, Evidence, Verdict
from eco_gis.model.change import Cause, ChangedPiece, Direction, LedgerRow

NARROW_M = 10.0
"""A run with a smaller mean width is narrow: less than a millimetre on a map at 1:10 000."""
CRUMB_M2 = 4 * STEP_M**2
"""Pieces up to this may lie between two samples of the border."""

Index = NDArray[np.intp]


def border_evidence(
    before: Ground,
    after: Ground,
    pieces: Sequence[ChangedPiece],
    county: LedgerRow,
    features: Sequence[LedgerRow],
) -> tuple[list[ChangedPiece], Evidence]:
    """The pieces with their verdicts, and the statistical annex.

    A copy with a named difference has no annex: its border strays by one rule, not by chance.

    Parameters
    ----------
    before, after
        The polygons of each version that have no identical twin in the other.
    """
    if not pieces or all(p.cause is Cause.COPY for p in pieces):
        return [replace(p, verdict=Verdict.COPY) for p in pieces], Evidence()
    old, new = (border_offsets(a.regions, b.regions) for a, b in ((before, after), (after, before)))
    found = one_sided_runs(old)
    run_of = _runs_of_pieces(pieces, old, found)
    judged = [
        replace(p, verdict=Verdict.NOISE) if run == _NOISE else p
        for p, run in zip(pieces, run_of, strict=True)
    ]
    accuracy = _Accuracy(before, after, old, new)
    bars = tuple(accuracy.bar(row) for row in features if row.lost_m2 or row.gained_m2)
    runs = [*_along(judged, run_of, old, found, accuracy), *_apart(judged, run_of, accuracy)]
    runs.sort(key=lambda r: (-r.length_m, r.pieces))
    return judged, Evidence(
        runs=tuple(replace(r, id=f"B{n:04d}") for n, r in enumerate(runs, start=1)),
        county=accuracy.bar(county),
        features=bars,
        offset_scatter_m=found.scatter.deviation_m,
        correlation_m=found.scatter.correlation_m,
        noise_m2=float(sum(p.area_m2 for p in judged if p.verdict is Verdict.NOISE)),
    )


_NOISE = -2
"""In place of a run: the piece is what redrawing makes."""


def _runs_of_pieces(pieces: Sequence[ChangedPiece], border: Offsets, found: OneSided) -> list[int]:
    """The run that each piece lies along, `NO_RUN` for a piece away from the old border, or noise.

    Noise has to be earned: a piece counts as noise only along border that was redrawn and that moved to
    no side, or where it is thinner than a millimetre.
    """
    points = shapely.points(border.xy)
    tree = shapely.STRtree(points)
    shapes = np.array([p.shape for p in pieces], dtype=object)
    lost = np.array([p.direction is Direction.LOST for p in pieces])
    piece, sample = tree.query(shapes, predicate="dwithin", distance=SAME_M)
    own = border.moved[sample] & ((border.offset_m[sample] < 0) == lost[piece])
    touching: defaultdict[int, list[int]] = defaultdict(list)
    for i, k in zip(piece[own], sample[own], strict=True):
        touching[int(i)].append(int(k))
    nearest = tree.query_nearest(shapes, all_matches=False) if len(points) else np.empty((2, 0), np.intp)
    close = dict(zip(nearest[0].tolist(), nearest[1].tolist(), strict=True))
    return [
        _judge(p, np.array(touching.get(i, []), dtype=np.intp), close.get(i), found)
        for i, p in enumerate(pieces)
    ]


def _judge(piece: ChangedPiece, samples: Index, nearest: int | None, found: OneSided) -> int:
    if piece.mean_width_m < SAME_M:
        return _NOISE
    if len(samples):
        runs = found.run_of[samples]
        named = runs[runs != NO_RUN]
        if 2 * len(named) >= len(runs):
            return int(np.bincount(named).argmax())
        return _NOISE
    if piece.area_m2 > CRUMB_M2 or nearest is None:
        return NO_RUN
    return _NOISE if found.scattered[nearest] and found.run_of[nearest] == NO_RUN else NO_RUN


@dataclass(frozen=True)
class _Accuracy:
    """Both drawings with their positional accuracy."""

    before: Ground
    after: Ground
    old: Offsets
    new: Offsets

    def bar(self, row: LedgerRow) -> ErrorBar:
        """The error bar of a ledger row: errors go together within a patch and not between patches."""
        patches = self.patches
        keys = patches if row.key not in patches else {row.key: patches[row.key]}
        redrawn = sum(length.sum() for sides in keys.values() for length in sides)
        net = row.gained_m2 - row.lost_m2
        error = self._error(list(keys.values()))
        return ErrorBar(row.key, row.name, net, float(redrawn), error, certainty(net, error))

    def along(self, net_m2: float, length_m: float) -> Certainty:
        """What can be said of one run, whose border both versions drew."""
        return certainty(net_m2, self._error([(np.array([length_m]), np.array([length_m]))]))

    @cached_property
    def patches(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Redrawn length of each ring by feature id, in the old and in the new version."""
        sums: dict[str, tuple[list[float], list[float]]] = {}
        for side, (ground, border) in enumerate(((self.before, self.old), (self.after, self.new))):
            moved = np.flatnonzero(border.moved)
            rings, which = np.unique(
                np.stack([border.ring[moved], border.polygon[moved]]), axis=1, return_inverse=True
            )
            lengths = np.bincount(which.ravel(), weights=border.length_m[moved])
            for polygon, length in zip(rings[1], lengths, strict=True):
                sums.setdefault(ground.id(polygon), ([], []))[side].append(float(length))
        return {k: (np.array(a), np.array(b)) for k, (a, b) in sums.items()}

    def _error(self, patches: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> float | None:
        specs = (self.before.layer.spec, self.after.layer.spec)
        if any(spec.accuracy_m is None for spec in specs):
            return None
        return error_bar(
            sum(
                area_variance(length, spec.accuracy_m or 0.0, spec.correlation_m)
                for sides in patches
                for length, spec in zip(sides, specs, strict=True)
            )
        )


def certainty(net_m2: float, error_m2: float | None) -> Certainty:
    """Whether a change exceeds its error bar.

    >>> [certainty(n, 10.0).value for n in (-11.0, -10.0, 11.0)], certainty(-1e9, None).value
    (['decrease_proven', 'cannot_tell', 'increase_proven'], 'cannot_tell')
    """
    if error_m2 is None or abs(net_m2) <= error_m2:
        return Certainty.CANNOT_TELL
    return Certainty.DECREASE_PROVEN if net_m2 < 0 else Certainty.INCREASE_PROVEN


def _along(
    pieces: Sequence[ChangedPiece],
    run_of: Sequence[int],
    border: Offsets,
    found: OneSided,
    accuracy: _Accuracy,
) -> Iterator[BorderRun]:
    """The runs along the old border, with the pieces on them."""
    on: defaultdict[int, list[ChangedPiece]] = defaultdict(list)
    for piece, number in zip(pieces, run_of, strict=True):
        on[number].append(piece)
    for number, run in enumerate(found.runs):
        if mine := on.get(number):
            known = run if np.isfinite(run.offset_m) else None
            yield _border_run(mine, run.length_m, known, _line(border, run.samples), accuracy)


def _apart(pieces: Sequence[ChangedPiece], run_of: Sequence[int], accuracy: _Accuracy) -> Iterator[BorderRun]:
    """Pieces away from the old border: new islands, new holes."""
    for piece, run in zip(pieces, run_of, strict=True):
        if run == NO_RUN:
            length = piece.planar_m2 / piece.mean_width_m
            outline = shapely.LineString(shapely.get_coordinates(shapely.get_exterior_ring(piece.shape)))
            yield _border_run([piece], length, None, outline, accuracy)


def _border_run(
    pieces: Sequence[ChangedPiece],
    length: float,
    run: Run | None,
    line: shapely.Geometry,
    accuracy: _Accuracy,
) -> BorderRun:
    largest = max(pieces, key=lambda p: (p.area_m2, p.id))
    area = float(sum(p.area_m2 for p in pieces))
    lost = largest.direction is Direction.LOST
    return BorderRun(
        id="",
        lost=lost,
        feature=largest.feature,
        feature_name=largest.feature_name,
        township=largest.township,
        township_name=largest.township_name,
        length_m=length,
        area_m2=area,
        mean_width_m=area / length,
        offset_m=None if run is None else run.offset_m,
        standard_error_m=None if run is None else run.standard_error_m,
        narrow=area / length < NARROW_M,
        documented_m2=float(sum(p.area_m2 for p in pieces if p.cause.documented)),
        certainty=accuracy.along(-area if lost else area, length),
        pieces=tuple(sorted(p.id for p in pieces)),
        line=line,
    )


def _line(border: Offsets, samples: Index) -> shapely.Geometry:
    """The run as a line along its samples, each drawn over the border it stands for."""
    points = border.xy[samples]
    if len(points) == 1:
        points = np.concatenate([points, points + np.array([border.length_m[samples[0]] / 2, 0.0])])
    return shapely.LineString(points)
