"""read → prepare → answer: one function per question a planner asks.

No function here reads the clock: `as_of` is an argument. None writes a file but the ledger of change patches,
which people and runs keep together; `eco_gis.outputs.publish` writes what these functions return.
"""

from __future__ import annotations

from eco_gis.pipeline.progress import QUIET, Progress
from eco_gis.pipeline.questions import check, compare, run, site
from eco_gis.pipeline.siting import SheetsAsked

__all__ = ["QUIET", "Progress", "SheetsAsked", "check", "compare", "run", "site"]
