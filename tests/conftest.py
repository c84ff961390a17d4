"""Fixtures shared by all rooms' tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# a run that decides on a change tries the same examples each time; other runs go on searching
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real public data with known answers, kept outside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public data with known answers is not beside this checkout (../shared/data)")
    return SHARED_DATA
