"""Runs of border that moved to one side, told from the scatter of a redrawn line.

Width cannot tell them: slivers of 1 m noise are up to 3 or 4 m wide, and so is a strip that was really
cut off. But noise changes side again and again, so that its mean offset along a run is small beside its
standard error, σ·√(ℓ ÷ length), with the scatter σ and the correlation length ℓ seen along the border.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.noise.offsets import SAME_M, Offsets

Floats = NDArray[np.float64]
Index = NDArray[np.intp]

NO_RUN = -1
FALSE_ALARM = 0.002
"""Nominal probability that a comparison without any real change shows a one-sided run at all.

Redraws that stray together over long border exceed it, since their scatter is read off few independent
places: an entry too many in a list is better than a strip that is missed."""
ENOUGH_TURNS = 6
"""Changes of side from which the scatter can be read off a stretch of border itself."""
SUSPECT = 3.0
"""Standard errors above which a run is left out when the scatter of the drawing is read off."""
HAIR_M = 0.01
"""Mean offsets below a centimetre are the rounding of coordinates, to whatever side."""
_TO_DEVIATION = 1.4826
"""Standard deviation of a normal law ÷ its median absolute deviation."""
_BRIDGE = 2
"""Unmoved samples between two moved ones that still make one stretch."""


@dataclass(frozen=True)
class Scatter:
    """How a redrawn border strays."""

    deviation_m: float
    """Standard deviation of the offset."""
    correlation_m: float
    """Length along the border over which offsets go together (integral scale, both sides)."""

    def standard_error_m(self, length_m: float) -> float:
        """Of the mean offset over a run; never below a millimetre, which is no change of border."""
        together = min(1.0, self.correlation_m / length_m)
        return max(SAME_M, self.deviation_m * float(np.sqrt(together)))


UNTOUCHED = Scatter(0.0, 0.0)
"""A border that is the other's to the millimetre on both sides of a stretch: nobody redrew it."""


@dataclass(frozen=True)
class Run:
    """One run of border that moved to one side."""

    samples: Index
    length_m: float
    offset_m: float
    """Mean, outward positive."""
    standard_error_m: float


@dataclass(frozen=True)
class OneSided:
    """Runs of a border and what is noise."""

    runs: tuple[Run, ...]
    run_of: Index
    """Run of each sample, −1 for none."""
    scattered: NDArray[np.bool_]
    """Samples on border that was redrawn, where small offsets are noise."""
    scatter: Scatter
    """Of all border that was redrawn; zero where none was."""


@dataclass(frozen=True)
class _Stretch:
    """Neighbouring samples that are judged together."""

    samples: Index
    whole: bool
    """A ring of which most moved; otherwise a stretch between border that stayed."""
    turns: int
    """How often the offset changes side."""


def one_sided_runs(border: Offsets) -> OneSided:
    """Find every run whose mean offset no scatter of the drawing explains.

    A ring of which most moved was redrawn: there the scatter decides. A stretch that moved between
    border that stayed is judged by its own scatter if it changes side often, and is real otherwise.
    """
    stretches = list(_stretches(border))
    # what stands out at first may be real, and must not pass for scatter when it is judged
    first, _ = _judged(border, stretches, np.ones(len(border), dtype=bool))
    plain = np.ones(len(border), dtype=bool)
    for stretch, scatter in first:
        if scatter.deviation_m:
            for samples in _scan(border, stretch, scatter, SUSPECT):
                plain[samples] = False
    judged, pooled = _judged(border, stretches, plain)
    limit = _limit(border, judged)
    runs: list[Run] = []
    scattered = np.zeros(len(border), dtype=bool)
    for stretch, scatter in judged:
        scattered[stretch.samples] = scatter.deviation_m > 0
        found = _scan(border, stretch, scatter, limit) if scatter.deviation_m else _sides(border, stretch)
        measured = [_run(border, samples, scatter) for samples in found]
        runs += [run for run in measured if abs(run.offset_m) >= HAIR_M]
    run_of = np.full(len(border), NO_RUN, dtype=np.intp)
    for number, run in enumerate(runs):
        run_of[run.samples] = number
    return OneSided(tuple(runs), run_of, scattered, pooled)


def _stretches(border: Offsets) -> Iterator[_Stretch]:
    moved = border.moved
    for samples in np.split(np.arange(len(border)), np.flatnonzero(np.diff(border.ring)) + 1):
        if not len(samples) or not moved[samples].any():
            continue
        if moved[samples].mean() > 0.5:
            yield _Stretch(samples, True, _turns(border.offset_m[samples]))
            continue
        start = int(np.flatnonzero(~moved[samples])[0])
        turned = np.roll(samples, -start)
        there = np.flatnonzero(moved[turned])
        for group in np.split(there, np.flatnonzero(np.diff(there) > _BRIDGE + 1) + 1):
            inner = turned[group[0] : group[-1] + 1]
            yield _Stretch(inner, False, _turns(border.offset_m[inner]))


def _turns(offset: Floats) -> int:
    sides = np.sign(offset[np.abs(offset) > SAME_M])
    return int(np.sum(sides[1:] != sides[:-1]))


def _judged(
    border: Offsets, stretches: list[_Stretch], plain: NDArray[np.bool_]
) -> tuple[list[tuple[_Stretch, Scatter]], Scatter]:
    """Each stretch with the scatter it is judged by, read off its plain samples, and that of all rings redrawn."""
    redrawn = [s for s in stretches if s.whole and s.turns >= ENOUGH_TURNS]
    pooled = _scatter(border, redrawn, plain) if redrawn else UNTOUCHED
    judged: list[tuple[_Stretch, Scatter]] = []
    for stretch in stretches:
        own = _scatter(border, [stretch], plain) if stretch.turns >= ENOUGH_TURNS else UNTOUCHED
        wider = stretch.whole and pooled.deviation_m > own.deviation_m
        judged.append((stretch, pooled if wider else own))
    return judged, pooled


def _scatter(border: Offsets, stretches: list[_Stretch], plain: NDArray[np.bool_]) -> Scatter:
    """Deviation about each stretch's own median, so that a shift does not pass for scatter."""
    usable = [s.samples for s in stretches if plain[s.samples].any()]
    if not usable:
        return UNTOUCHED
    medians = [np.median(border.offset_m[k][plain[k]]) for k in usable]
    strays = [border.offset_m[k] - m for k, m in zip(usable, medians, strict=True)]
    samples = np.concatenate(usable)
    kept = plain[samples]
    deviation = _TO_DEVIATION * float(np.median(np.abs(np.concatenate(strays)[kept])))
    if deviation <= SAME_M:
        return Scatter(deviation, 0.0)
    step = float(np.mean(border.length_m[samples]))
    masked = [
        (np.where(plain[k], np.clip(r, -3 * deviation, 3 * deviation), 0.0), plain[k].astype(float))
        for k, r in zip(usable, strays, strict=True)
    ]
    return Scatter(deviation, step * _integral_scale(masked))


def _integral_scale(strays: list[tuple[Floats, Floats]]) -> float:
    """1 + 2 · the sum of the autocorrelations up to the first that is not positive, in samples.

    Each series stands beside its weights, 0 where a sample is left out.
    """
    longest = max(len(r) for r, _ in strays)
    sums, pairs = np.zeros(longest), np.zeros(longest)
    for stray, weight in strays:
        for total, series in ((sums, stray), (pairs, weight)):
            spectrum = np.fft.rfft(series, 2 * len(series))
            total[: len(series)] += np.fft.irfft(np.abs(spectrum) ** 2)[: len(series)]
    correlation = sums / np.maximum(pairs, 1.0) / (sums[0] / pairs[0])
    positive = int(np.argmax(correlation <= 0)) if (correlation <= 0).any() else longest
    return float(1 + 2 * correlation[1:positive].sum())


def _limit(border: Offsets, judged: list[tuple[_Stretch, Scatter]]) -> float:
    """Standard errors that a mean offset must exceed, so that all places tried give few false alarms."""
    tried = 1.0
    for stretch, scatter in judged:
        if scatter.correlation_m:
            length = float(border.length_m[stretch.samples].sum())
            tried += max(1.0, length / scatter.correlation_m) * (1 + np.log2(len(stretch.samples)))
    return NormalDist().inv_cdf(1 - FALSE_ALARM / (2 * tried))


def _sides(border: Offsets, stretch: _Stretch) -> list[Index]:
    """Each side of a stretch that was not redrawn is a run."""
    moved = stretch.samples[border.moved[stretch.samples]]
    sides = np.sign(border.offset_m[moved])
    return np.split(moved, np.flatnonzero(np.diff(sides)) + 1)


def _scan(border: Offsets, stretch: _Stretch, scatter: Scatter, limit: float) -> list[Index]:
    """The most significant window of any length, again and again until none is left above the limit."""
    offset = border.offset_m[stretch.samples].copy()
    step = float(border.length_m[stretch.samples].mean())
    free = np.ones(len(offset), dtype=bool)
    found: list[tuple[float, Index]] = []
    while True:
        start, size, surprise = _best_window(offset, step, scatter, closed=stretch.whole)
        if surprise <= limit:
            break
        inside = (start + np.arange(size)) % len(offset)
        run = _grown(offset, free, inside, closed=stretch.whole)
        found.append((float(np.sign(offset[run].sum())), run))
        free[run] = False
        offset[run] = 0.0
    return [stretch.samples[run] for run in _joined(found, len(offset), closed=stretch.whole)]


def _best_window(offset: Floats, step: float, scatter: Scatter, *, closed: bool) -> tuple[int, int, float]:
    """Start, size and mean ÷ standard error of the most one-sided window; sizes are powers of two."""
    n = len(offset)
    sums = np.concatenate([[0.0], np.cumsum(np.concatenate([offset, offset]) if closed else offset)])
    best = (0, 1, 0.0)
    size = 1
    while size <= n:
        starts = n if closed else n - size + 1
        means = (sums[size : size + starts] - sums[:starts]) / size
        start = int(np.argmax(np.abs(means)))
        surprise = float(abs(means[start]) / scatter.standard_error_m(size * step))
        if surprise > best[2]:
            best = (start, size, surprise)
        size *= 2
    return best


def _grown(offset: Floats, free: NDArray[np.bool_], inside: Index, *, closed: bool) -> Index:
    """The run around a window: as far to both sides as offsets stay above half the window's mean."""
    mean = float(offset[inside].mean())
    score = np.where(free, np.sign(mean) * offset - abs(mean) / 2, -np.inf)
    core = int(inside[np.argmax(score[inside])])
    n = len(offset)
    order = (core + np.arange(n)) % n if closed else np.arange(core, n)
    ahead = int(np.argmax(np.cumsum(score[order])))
    back = (core - np.arange(n - ahead)) % n if closed else np.arange(core, -1, -1)
    behind = int(np.argmax(np.cumsum(score[back])))
    return np.asarray((core - behind + np.arange(behind + ahead + 1)) % n)


def _joined(found: list[tuple[float, Index]], n: int, *, closed: bool) -> list[Index]:
    """Runs of one side that touch are one."""
    side = np.zeros(n)
    for sign, run in found:
        side[run] = sign
    groups = [g for g in np.split(np.arange(n), np.flatnonzero(np.diff(side)) + 1) if side[g[0]]]
    if closed and len(groups) > 1 and side[0] and side[0] == side[-1]:
        groups[0] = np.concatenate([groups.pop(), groups[0]])
    return groups


def _run(border: Offsets, samples: Index, scatter: Scatter) -> Run:
    length = border.length_m[samples]
    total = float(length.sum())
    mean = float((border.offset_m[samples] * length).sum()) / total
    return Run(samples, total, mean, scatter.standard_error_m(total))
