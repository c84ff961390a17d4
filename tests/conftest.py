"""Fixtures shared by all rooms' tests."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from eco_gis.model.result import RunResult
from eco_gis.pipeline import run
from eco_gis.sample import make_sample

# a run that decides on a change tries the same examples each time; other runs go on searching
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

LAYERS = Path(__file__).resolve().parents[1] / "layers"
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real public data with known answers, kept outside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public data with known answers is not beside this checkout (../shared/data)")
    return SHARED_DATA


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample county made anew."""
    folder = tmp_path_factory.mktemp("示例 县") / "layers"
    make_sample(folder)
    return folder


@pytest.fixture(scope="session")
def truths(sample: Path) -> dict[str, Any]:
    """Its planted truths."""
    return dict(json.loads((sample / "truths.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def county_run() -> RunResult:
    """Everything there is to ask about the checked-in sample county."""
    return run(LAYERS / "catalog.toml", as_of=date(2024, 12, 31))
