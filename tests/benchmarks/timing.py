"""Time of a job in a process of its own, that can be given up."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any


@dataclass(frozen=True)
class Timed:
    """How long a job took, and its answer."""

    seconds: float
    """Shortest of up to three runs; the limit where it was given up; nan where it failed."""
    answer: Any
    """None where there is none."""
    note: str = ""
    """Why there is no answer."""


Clock = Callable[[], float]
CLOCKS: dict[str, Clock] = {"wall": time.perf_counter, "cpu": time.process_time}
"""By the wall, or the processor time of all threads: for a machine that has other work."""


def repeated(work: Callable[[], Any], clock: Clock = time.perf_counter, *, enough_s: float = 6.0) -> Timed:
    """The shortest of three runs, or of fewer where they take long."""
    best, spent, answer = float("inf"), 0.0, None
    for _ in range(3):
        start = clock()
        answer = work()
        took = clock() - start
        best, spent = min(best, took), spent + took
        if spent > enough_s:
            break
    return Timed(best, answer)


def apart(work: Callable[[], Any], clock: Clock = time.perf_counter, *, limit_s: float) -> Timed:
    """The same in a forked process, ended after `limit_s`; where processes cannot fork, right here."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return repeated(work, clock)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(work, clock, there))
    child.start()
    there.close()
    try:
        if not here.poll(limit_s):
            return Timed(limit_s, None, f"not done after {limit_s:.0f} s")
        answer: Timed = here.recv()
        return answer
    except EOFError:
        return Timed(float("nan"), None, "ended without an answer")
    finally:
        child.kill()
        child.join()
        child.close()
        here.close()


def _answer(work: Callable[[], Any], clock: Clock, there: Connection) -> None:
    try:
        there.send(repeated(work, clock))
    except Exception as error:  # a peer may fail in any way; that is its answer
        there.send(Timed(float("nan"), None, f"{type(error).__name__}: {error}"[:200]))
