"""The sample county by either engine: the same facts to the last digit shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eco_gis.geometry import regions
from eco_gis.geometry.overlay import by_cells, engine
from eco_gis.outputs.facts import run_facts
from eco_gis.pipeline import run

ROUNDING_M2 = 1e-5
"""A few last bits of the county's 7e8 m²."""
CATALOG = Path(__file__).parents[1] / "layers" / "catalog.toml"


def facts(monkeypatch: pytest.MonkeyPatch, work: int) -> dict[str, tuple[object, ...]]:
    """Facts of a run that takes the cells for at least so many vertices, as they are shown.

    What should be nothing, as the residual of a ledger, is rounding with either engine: shown as 0.00 or <0.01.
    """
    for module in (engine, regions):
        monkeypatch.setattr(module, "AUTO_WORK", work)
    return {
        f.id: (
            "rounding" if f.unit == "m2" and abs(float(f.value or 0)) < ROUNDING_M2 else f.shown,
            f.unit,
            f.method,
        )
        for f in run_facts(run(CATALOG, as_of=date(2024, 12, 31)))
    }


def test_either_engine_gives_the_same_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    measured = by_cells.polygon_pairs
    monkeypatch.setattr(by_cells, "polygon_pairs", lambda a, b: (asked.append(len(a)), measured(a, b))[1])
    geos = facts(monkeypatch, 1 << 60)
    assert not asked
    cells = facts(monkeypatch, 0)
    assert len(asked) > 50
    assert cells == geos
