"""The producer's own change patches of Malta on CORINE of 2018 and 2024: flows per pair of codes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.project import load_layers
from eco_gis.patches.batch import batches_of
from eco_gis.patches.explain import explain

CATALOG = """
[project]
plane = "EPSG:32633"
[[layer]]
id = "clc18"
role = "land_survey"
file = "{file}"
layer = "clc18_mt"
classes = "corine"
version = "2018"
valid_from = 2018-12-31
fields = {{ code = "{code18}" }}
[[layer]]
id = "clc24"
role = "land_survey"
file = "{file}"
layer = "clc24_mt"
classes = "corine"
version = "2024"
valid_from = 2024-12-31
fields = {{ code = "{code24}" }}
[[layer]]
id = "changes"
role = "change_patch"
file = "{file}"
layer = "cha1824_mt"
valid_from = 2024-06-30
"""
CHANGED_HA = {("243", "124"): 7.522, ("243", "131"): 1.271, ("323", "121"): 5.879, ("323", "132"): 10.364}
"""Ground that really changed, planar hectares in EPSG:32633, by overlaying the two (README of the data)."""
MAPPED_FROM_HA = 5.0
"""The producer draws a change patch from this area on."""


def test_flows_in_the_change_patches_are_the_transition_table(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "malta" / "clc2024_mt.gpkg"
    text = CATALOG.format(file=file.as_posix(), code18="code_18", code24="code_24")
    (tmp_path / "catalog.toml").write_text(text, encoding="utf-8")
    project = load_layers(load_catalog(tmp_path / "catalog.toml"), accept_repair=True)
    assert not project.faults, project.problems
    (batch,) = batches_of(project.layers["changes"], "2024")
    layers = list(project.layers.values())
    patches = explain(batch, layers, dict.fromkeys(batch.ids, ()), as_of=date(2024, 12, 31))
    flows: dict[tuple[str, str], float] = {}
    for patch in patches:
        assert (patch.land.before_layer, patch.land.after_layer) == ("clc18", "clc24")
        assert sum(f.area_m2 for f in patch.land.flows) == pytest.approx(patch.area_m2, rel=1e-9)
        for flow in patch.land.flows:
            planar = flow.area_m2 * patch.planar_m2 / patch.area_m2
            flows[flow.before, flow.after] = flows.get((flow.before, flow.after), 0.0) + planar / 10_000
    changed = {pair: ha for pair, ha in flows.items() if pair[0] != pair[1] and ha > 0.01}
    mapped = {pair: ha for pair, ha in CHANGED_HA.items() if ha >= MAPPED_FROM_HA}
    assert changed == pytest.approx(mapped, abs=2e-3)
