"""`python -m tests.benchmarks`: the table of docs/speed.md, every job beside the peers that are installed."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterable, Iterator

from tests.benchmarks.jobs import Job, overlay_jobs, scaling_jobs
from tests.benchmarks.timing import CLOCKS, Clock, Timed, apart, repeated


def measured(job: Job, limit_s: float, clock: Clock = time.perf_counter) -> str:
    """One row: our times, the fastest peer that agrees, the ratios; wrong answers are told and do not count."""
    job.ours()  # compiled, or loaded, before the clock runs
    ours = repeated(job.ours, clock)
    arrays = repeated(job.from_arrays, clock) if job.from_arrays else None
    told, best = [], Timed(math.inf, None)
    for name, work in job.peers.items():
        timed = apart(work, clock, limit_s=limit_s)
        if timed.answer is None:
            told.append(f"{name} {timed.note}")
            continue
        wrong = job.check(ours.answer, timed.answer)
        told.append(f"{name} {timed.seconds:.3g} s{' WRONG: ' + wrong if wrong else ''}")
        if not wrong and timed.seconds < best.seconds:
            best = timed
    cells = [
        job.name,
        f"{ours.seconds:.3f}",
        f"{arrays.seconds:.3f}" if arrays else "–",
        "; ".join(told) or "–",
    ]
    cells += [_ratio(best, ours, job.target), _ratio(best, arrays, job.target_arrays)]
    return "| " + " | ".join(cells) + " |"


def _ratio(best: Timed, ours: Timed | None, target: float | None) -> str:
    if ours is None or math.isinf(best.seconds):
        return "–"
    ratio = best.seconds / ours.seconds
    wanted = "" if target is None else f" (≥ {target:g}{'' if ratio >= target else ', missed'})"
    return f"{ratio:.3g}{wanted}"


def table(jobs: Iterable[Job], limit_s: float, clock: Clock = time.perf_counter) -> Iterator[str]:
    """The table in Markdown, row by row."""
    yield "| job | from shapes, s | from arrays, s | peers | ratio | from arrays |"
    yield "|---|---|---|---|---|---|"
    for job in jobs:
        yield measured(job, limit_s, clock)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="share of the full size (1.0)")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a peer is given up")
    parser.add_argument("--only", default="", help="jobs whose name holds this")
    parser.add_argument("--scaling", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument(
        "--clock", choices=CLOCKS, default="wall", help="cpu where the machine has other work"
    )
    chosen = parser.parse_args()
    for jobs in (overlay_jobs(chosen.share), scaling_jobs(chosen.scaling)):
        for line in table(
            (job for job in jobs if chosen.only in job.name), chosen.limit, CLOCKS[chosen.clock]
        ):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
