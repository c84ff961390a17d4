"""The command line: one command, one pipeline function. Only this room prints and reads the clock."""

from __future__ import annotations

import gc

gc.set_threshold(50_000, 20, 50)
# Modules, facts, tables and shapes stay until the command ends: looking through them for garbage again and
# again took a tenth of a run. Set before the imports below, which make most of what there is.

from eco_gis.cli import data, patches, questions  # noqa: E402  # after the threshold
from eco_gis.cli.app import app  # noqa: E402  # after the threshold
from eco_gis.cli.main import main  # noqa: E402  # after the threshold

__all__ = ["app", "data", "main", "patches", "questions"]
