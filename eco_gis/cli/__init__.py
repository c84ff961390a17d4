"""The command line: one command, one pipeline function. Only this room prints and reads the clock."""

from __future__ import annotations

from eco_gis.cli import data, patches, questions
from eco_gis.cli.app import app
from eco_gis.cli.main import main

__all__ = ["app", "data", "main", "patches", "questions"]
