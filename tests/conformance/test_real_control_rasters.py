"""A national park as a site on real rasters: land cover by class, elevation by value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio

from eco_gis.model.siting import Answer, LayerAnswer
from eco_gis.pipeline import site
from tests.builders import AS_OF

COUNTS = {
    "Developed": 4_205, "Barren": 98_285, "Forest": 298_299, "Shrubland": 203_701, "Herbaceous": 235,
    "Cultivated": 62, "Wetlands": 679,
}  # fmt: skip
"""Cells of the park by the cell-centre rule, as the data's README has them."""
CODES = {
    "2": "Developed",
    "3": "Barren",
    "4": "Forest",
    "5": "Shrubland",
    "6": "Herbaceous",
    "7": "Cultivated",
}
HIGH_M = 2_000


@pytest.fixture(scope="module")
def park(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, LayerAnswer]:
    """The answers of both rasters about the park."""
    folder, zion = tmp_path_factory.mktemp("park"), shared_data / "zion"
    rows = "\n".join(f'"{code}" = ["{name}", "{name}"]' for code, name in {**CODES, "8": "Wetlands"}.items())
    (folder / "nlcd.toml").write_text(f"[[table]]\n[table.codes]\n{rows}\n", encoding="utf-8")
    layer = pyogrio.list_layers(zion / "zion.gpkg")[0, 0]
    common = 'role = "restriction"\nraster = true\ncoverage = [-113.5, 36.9, -112.6, 37.7]'
    (folder / "catalog.toml").write_text(
        f"""
[project]
plane = "EPSG:32612"

[[layer]]
id = "park"
role = "project_site"
file = '{zion / "zion.gpkg"}'
layer = "{layer}"

[[layer]]
id = "nlcd"
file = '{zion / "nlcd.tif"}'
classes = "nlcd.toml"
concern = ["Forest"]
{common}

[[layer]]
id = "srtm"
file = '{zion / "srtm.tif"}'
concern = {{ over = {HIGH_M} }}
{common}
""",
        encoding="utf-8",
    )
    result = site(folder / "catalog.toml", as_of=AS_OF)
    assert result.siting is not None
    (told,) = result.siting.sites
    return {a.layer_id: a for a in told.answers}


def test_shares_of_land_cover_are_those_of_the_counted_cells(park: dict[str, LayerAnswer]) -> None:
    answer = park["nlcd"]
    assert answer.answer is Answer.CONCERNED and answer.cells is not None
    shares = {c.label.en: c.share for c in answer.cells.classes}
    whole = sum(COUNTS.values())
    # cells on the border count by their share here, and whole or not at all there: some thirty cells of 605,466
    assert shares == {name: pytest.approx(n / whole, abs=5e-5) for name, n in COUNTS.items()}
    assert answer.share == pytest.approx(COUNTS["Forest"] / whole, rel=1e-3)
    assert answer.cells.known_share == pytest.approx(1.0, abs=1e-6)


def test_high_ground_is_that_of_the_elevation_model(park: dict[str, LayerAnswer], shared_data: Path) -> None:
    answer = park["srtm"]
    with rasterio.open(shared_data / "zion" / "srtm.tif") as source:
        values = source.read(1)
    assert answer.cells is not None and answer.cells.mean is not None
    assert answer.answer is Answer.CONCERNED
    assert values.min() < answer.cells.mean < values.max()
    # three seconds of arc are about 93 m from south to north, and cos 37.3° of it from west to east
    wide, high = answer.cells.cell_m
    assert high == pytest.approx(92.5, abs=1.0)
    assert wide == pytest.approx(high * np.cos(np.radians(37.3)), rel=0.01)
