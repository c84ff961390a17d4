"""One small round of the benchmarks: every job runs, and every answer agrees with every peer installed."""

from __future__ import annotations

import subprocess
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from tests.benchmarks import commands, drawn
from tests.benchmarks.__main__ import table
from tests.benchmarks.jobs import Job, overlay_jobs, pair_check, scaling_jobs
from tests.benchmarks.timing import apart

JOBS = list(overlay_jobs(0.004))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_agrees_with_every_peer(job: Job) -> None:
    ours = job.ours()
    assert job.peers
    for name, work in job.peers.items():
        assert job.check(ours, work()) == "", name
    if job.from_arrays is not None:
        assert len(job.from_arrays()) > 0


def test_the_drawn_layers_are_valid_and_fit_each_other() -> None:
    land, line = drawn.parcels(400), drawn.redline(5_000, features=30)
    for shapes in (land, line, drawn.sites(60), drawn.redrawn(land), drawn.redrawn(line)):
        assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(land)
    assert shapely.get_num_interior_rings(line).any()
    np.testing.assert_allclose(shapely.area(land).sum(), shapely.union_all(land).area, rtol=1e-12)
    np.testing.assert_allclose(shapely.area(line).sum(), shapely.union_all(line).area, rtol=1e-12)


def test_a_command_is_timed_apart_from_its_imports(tmp_path: Path) -> None:
    listed = tmp_path / "modules.json"
    for _ in ("imports are listed", "imports come first"):
        seconds = commands.timed(listed, ["--version"], tmp_path)
        assert len(seconds) == 4 and min(seconds) > 0
    assert seconds[0] > seconds[2], "nothing is left to import"
    with pytest.raises(subprocess.CalledProcessError):
        commands.timed(listed, ["site", str(tmp_path / "none.gpkg")], tmp_path)


def test_each_plot_of_the_commands_lies_elsewhere(tmp_path: Path) -> None:
    drawn_plots = [
        pyogrio.read_dataframe(path).geometry.iloc[0] for path in islice(commands.plots(tmp_path), 3)
    ]
    assert all(plot.area == pytest.approx(np.pi * 80**2, rel=0.01) for plot in drawn_plots)
    assert len({plot.wkb for plot in drawn_plots}) == 3


def test_a_wrong_answer_is_told() -> None:
    a = np.array([shapely.box(0, 0, 10, 10)])
    right: Any = (np.array([0]), np.array([0]), np.array([100.0]))
    wrong: Any = (np.array([0]), np.array([0]), np.array([100.0001]))
    nothing: Any = (np.empty(0, int), np.empty(0, int), np.empty(0))
    check = pair_check(a, a)
    assert check(right, right) == ""
    assert "(0, 0)" in check(right, wrong)
    assert "(0, 0)" in check(right, nothing)


def test_the_table_shows_what_agrees_and_what_does_not() -> None:
    job = Job(
        "j", lambda: 1, None, {"same": lambda: 1, "other": lambda: 2}, lambda a, b: "" if a == b else "no", 1
    )
    head, _, row = table([job], 60)
    assert row.count("|") == head.count("|")
    assert "WRONG: no" in row
    assert row.index("same") < row.index("WRONG")
    (scaled,) = scaling_jobs([100])
    assert "100 parcels" in list(table([scaled], 60))[-1]


def test_a_peer_that_takes_too_long_is_given_up() -> None:
    import time

    timed = apart(lambda: time.sleep(60), limit_s=0.2)
    assert timed.answer is None
    assert "not done" in timed.note
    assert "ZeroDivisionError" in apart(lambda: 1 / 0, limit_s=60).note
