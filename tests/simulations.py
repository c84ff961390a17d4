"""Simulated redraws of one patch: how often noise passes for a loss, and how often a real loss is seen.

`python -m tests.simulations` prints the tables that stand in docs/change.md; a small round runs with the
other tests. Both drawings are made anew from the true border, each with errors of its own.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Callable

import numpy as np
import shapely
import shapely.affinity
import shapely.ops
from numpy.typing import NDArray

from eco_gis.change.border import certainty
from eco_gis.change.extent import compare
from eco_gis.geometry.noise.errorbar import area_variance, error_bar
from eco_gis.model.border import Certainty
from eco_gis.model.change import Basis, Comparison
from tests.builders import X0, Y0, make_layer

Points = NDArray[np.float64]

SIGMAS_M = (0.5, 1.0, 5.0)
STRIP_M = (500.0, 3.0)
"""Length and width of the strip that is really cut off."""


def patch() -> shapely.Polygon:
    """A ragged patch of about 264 ha with a corner every 40 m or so."""
    angle = np.linspace(0, 2 * np.pi, 181)[:-1]
    radius = 900 + 90 * np.sin(3 * angle) + 60 * np.cos(5 * angle + 1) + 25 * np.sin(17 * angle)
    return shapely.Polygon(np.stack([X0 + radius * np.cos(angle), Y0 + radius * np.sin(angle)], axis=1))


def independent(shape: shapely.Polygon, sigma: float, rng: np.random.Generator) -> shapely.Geometry:
    """Every corner strays for itself."""
    ring = shapely.get_coordinates(shape)[:-1]
    return shapely.Polygon(ring + rng.normal(0, sigma, ring.shape))


def correlated(shape: shapely.Polygon, sigma: float, rng: np.random.Generator) -> shapely.Geometry:
    """Corners stray together over 200 m of border."""
    ring = shapely.get_coordinates(shape)[:-1]
    apart = shape.length / len(ring) * np.arange(len(ring))
    power = np.fft.fft(np.exp(-np.minimum(apart, shape.length - apart) / 200.0)).real.clip(0)
    white = np.fft.fft(rng.normal(0, sigma, ring.shape), axis=0)
    return shapely.Polygon(ring + np.fft.ifft(white * np.sqrt(power)[:, None], axis=0).real)


def shifted(shape: shapely.Polygon, sigma: float, rng: np.random.Generator) -> shapely.Geometry:
    """The whole drawing strays as one."""
    return shapely.transform(shape, lambda xy: xy + rng.normal(0, sigma, 2))


def widened(shape: shapely.Polygon, sigma: float, rng: np.random.Generator) -> shapely.Geometry:
    """The whole border lies too far out, or too far in, by one width."""
    return shapely.buffer(shape, rng.normal(0, sigma), join_style="mitre")


KINDS: dict[str, Callable[[shapely.Polygon, float, np.random.Generator], shapely.Geometry]] = {
    "independent vertices": independent,
    "200 m correlation": correlated,
    "common offset": shifted,
    "common buffer": widened,
}


def drawings(
    kind: str, sigma: float, seed: int, cut: shapely.Geometry | None = None
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Two drawings of the patch, from the second of which `cut` was really taken."""
    rng = np.random.default_rng([zlib.crc32(kind.encode()), round(1000 * sigma), seed])
    old, new = (shapely.make_valid(KINDS[kind](patch(), sigma, rng), method="structure") for _ in range(2))
    return old, new if cut is None else shapely.difference(new, cut)


def redraw(kind: str, sigma: float, seed: int, cut: shapely.Geometry | None = None) -> Comparison:
    """The two drawings compared as a planner would."""
    layers = [
        make_layer([shape], id=name, version=name, accuracy_m=sigma)
        for name, shape in zip(("old", "new"), drawings(kind, sigma, seed, cut), strict=True)
    ]
    return compare(*layers, basis=Basis.LAST_YEAR)


def told(kind: str, sigma: float, seed: int, cut: shapely.Geometry | None = None) -> Certainty:
    """The annex of `redraw` in short, for thousands of drawings: every border differs everywhere."""
    old, new = drawings(kind, sigma, seed, cut)
    variance = sum(area_variance([shape.length], sigma) for shape in (old, new))
    return certainty(new.area - old.area, error_bar(variance))


def corner(sigma: float, seed: int) -> shapely.Geometry:
    """A half plane that holds three error bars of the patch, on a side that the seed chooses."""
    truth = patch()
    wanted = 3 * error_bar(2 * area_variance([truth.length], sigma))
    turn = 2 * np.pi * np.random.default_rng([7, seed]).random()
    low, high = -1500.0, 1500.0
    for _ in range(50):
        middle = (low + high) / 2
        half = shapely.affinity.translate(
            shapely.affinity.rotate(shapely.box(middle, -5e3, 5e3, 5e3), turn, (0, 0), use_radians=True),
            X0,
            Y0,
        )
        low, high = (
            (middle, high) if shapely.area(shapely.intersection(truth, half)) > wanted else (low, middle)
        )
    return half


def strip(seed: int) -> shapely.Geometry:
    """The outer three metres of the true border, over 500 m of it."""
    truth = patch()
    length, width = STRIP_M
    start = (truth.length - length) * np.random.default_rng([11, seed]).random()
    run = shapely.ops.substring(truth.exterior, start, start + length)
    # far beyond the border to the outside, so that the redrawn border is cut by the same line
    inner = shapely.buffer(truth, -width, join_style="mitre")
    return shapely.difference(shapely.buffer(run, 12.0, cap_style="flat"), inner)


def proven(kind: str, sigma: float, seeds: range) -> float:
    """Share of redraws without any real change that pass for a proven decrease."""
    return float(np.mean([told(kind, sigma, s) is Certainty.DECREASE_PROVEN for s in seeds]))


def found(kind: str, sigma: float, seeds: range) -> float:
    """Share of cut corners of three error bars that are a proven decrease."""
    cuts = [told(kind, sigma, s, corner(sigma, s)) for s in seeds]
    return float(np.mean([c is Certainty.DECREASE_PROVEN for c in cuts]))


def alarms(kind: str, sigma: float, seeds: range) -> float:
    """Share of redraws without any real change that show a one-sided run at all."""
    return float(np.mean([bool(redraw(kind, sigma, s).evidence.runs) for s in seeds]))


def strips(kind: str, sigma: float, seeds: range) -> float:
    """Share of strips of which more than half stands in the list of narrow changes."""
    hits = []
    for seed in seeds:
        cut = strip(seed)
        runs = [r for r in redraw(kind, sigma, seed, cut).evidence.narrow if r.lost]
        along = sum(shapely.length(shapely.intersection(r.line, shapely.buffer(cut, 5))) for r in runs)
        hits.append(along > STRIP_M[0] / 2)
    return float(np.mean(hits))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=200)
    asked = parser.parse_args()
    seeds, runs = range(asked.seeds), range(asked.runs)
    say("| redraw | σ (m) | false “decrease proven” | cut corner of 3 error bars found |")
    say("|---|---|---|---|")
    for kind in KINDS:
        for sigma in SIGMAS_M:
            say(
                f"| {kind} | {sigma:g} | {proven(kind, sigma, seeds):.1%} | {found(kind, sigma, seeds):.1%} |",
            )
    say("\n| redraw | σ (m) | any one-sided run without a change | strip of 500 m × 3 m listed |")
    say("|---|---|---|---|")
    for kind in ("independent vertices", "200 m correlation"):
        for sigma in SIGMAS_M[:2]:
            say(
                f"| {kind} | {sigma:g} | {alarms(kind, sigma, runs):.1%} | {strips(kind, sigma, runs):.1%} |",
            )


if __name__ == "__main__":
    main()
