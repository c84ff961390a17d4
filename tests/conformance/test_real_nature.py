"""Nature of ground on public data with known answers; every catalog as a planner would write it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eco_gis.change.nature.series import compare_nature_series
from eco_gis.change.nature.steps import Sources
from eco_gis.geometry.crs import transform
from eco_gis.geometry.zonal import Rule, zonal_classes
from eco_gis.layers.project import LoadedProject, load_layers
from eco_gis.layers.raster import raster_cells
from eco_gis.model.layer import Catalog, LayerSpec
from eco_gis.model.nature import NatureAnswer, NatureComparison, NatureSource
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

OWN_TABLE = """
[[table]]
name = "nlcd_levels"
[table.codes]
"1" = ["水面", "Water", "natural"]
"2" = ["开发用地", "Developed", "built"]
"3" = ["裸地", "Barren", "unused"]
"4" = ["森林", "Forest", "natural"]
"5" = ["灌丛", "Shrubland", "natural"]
"6" = ["草本", "Herbaceous", "natural"]
"7" = ["耕作", "Cultivated", "farmland"]
"8" = ["湿地", "Wetlands", "natural"]
"""


def loaded(*specs: LayerSpec, plane: str | None = None, folder: Path = Path()) -> LoadedProject:
    catalog = Catalog(path=folder / "catalog.toml", name=Text("real"), layers=specs, plane=plane)
    project = load_layers(catalog)
    assert not project.faults
    return project


def compared(project: LoadedProject, line: str) -> NatureComparison:
    """The one comparison that a catalog allows."""
    sources = Sources(
        layers=list(project.layers.values()),
        rasters=[s for s in project.catalog.layers if s.raster],
        open_raster=lambda layer: raster_cells(project.rasters[layer]),
        beside=project.catalog.path.parent,
    )
    result = compare_nature_series("line", [project.layers[line]], sources, date(2025, 12, 31))
    assert not result.missing
    (found,) = result.comparisons
    return found


def hectares(found: NatureComparison, digits: int) -> dict[str, float]:
    """Flows between the first digits of the codes."""
    flows: Counter[str] = Counter()
    for row in found.transitions:
        flows[f"{row.before.code[:digits]}→{row.after.code[:digits]}"] += row.area_m2 / 1e4
    return dict(flows)


def test_malta_changed_by_25_ha_in_four_pairs_of_codes_slivers_apart(shared_data: Path) -> None:
    file = shared_data / "malta" / "clc2024_mt.gpkg"
    cover = {
        year: LayerSpec(
            f"clc{year}", LayerRole.LAND_COVER, file, layer=f"clc{year}_mt", series="clc",
            version=f"20{year}", fields={"code": f"code_{year}"}, classes="corine",
        )
        for year in (18, 24)
    }  # fmt: skip
    line = replace(cover[18], id="line", role=LayerRole.NATURE_RESERVE, fields={"id": "id"}, classes="")
    found = compared(loaded(*cover.values(), line, plane="EPSG:32633"), "line")
    assert (found.period, found.source) == ("2018-2024", NatureSource.SURVEYS)
    wide = [p for p in found.pieces if not p.sliver]
    assert sum(p.area_m2 for p in wide) / 1e4 == pytest.approx(25.054, abs=5e-4)
    pairs: Counter[tuple[str, str]] = Counter()
    for piece in wide:
        pairs[piece.before.code, piece.after.code] += piece.planar_m2 / 1e4
    assert {pair: round(ha, 3) for pair, ha in pairs.items()} == {
        ("243", "124"): 7.522, ("243", "131"): 1.271, ("323", "121"): 5.879, ("323", "132"): 10.364,
    }  # fmt: skip
    assert sum(p.planar_m2 for p in wide) / 1e4 == pytest.approx(25.035, abs=5e-4)
    slivers = [p for p in found.pieces if p.sliver]
    assert len(slivers) > 20 and sum(p.area_m2 for p in slivers) < 0.1
    assert found.line_m2 / 1e4 == pytest.approx(492_572.28, abs=0.01)
    assert found.answer is NatureAnswer.TO_VERIFY and not found.unknown_codes
    # the producer's own layer of changes is another quantity, and the two are told apart in a sentence
    change = LayerSpec(
        "cha1824", LayerRole.SURVEY_UPDATE, file, layer="cha1824_mt", version="2018-2024",
        fields={"code_before": "code_18", "code": "code_24"}, classes="corine",
    )  # fmt: skip
    found = compared(loaded(change, *cover.values(), line, plane="EPSG:32633"), "line")
    (said,) = [r.en for r in found.remarks if "different quantities" in r.en]
    listed, crossed = (float(number) for number in re.findall(r"(\d+\.\d+) ha", said))
    # the producer's 80.33 are planar and reach a little beyond the ground that has classes
    assert listed == pytest.approx(80.33, abs=0.1)
    assert crossed == pytest.approx(25.054, abs=5e-4)


def test_cheshire_flows_between_level_one_classes(shared_data: Path) -> None:
    spec = LayerSpec(
        "change", LayerRole.SURVEY_UPDATE, shared_data / "cheshire" / "urban_atlas_change_2012_2018.gpkg",
        fields={"id": "identifier", "code_before": "code_2012", "code": "code_2018"},
        version="2012-2018", classes="urban_atlas",
    )  # fmt: skip
    line = replace(spec, id="line", role=LayerRole.REDLINE, fields={"id": "identifier"}, classes="")
    found = compared(loaded(spec, line), "line")
    assert (found.period, found.source) == ("2012-2018", NatureSource.UPDATE)
    flows = {pair: round(ha, 2) for pair, ha in hectares(found, 1).items()}
    assert flows == {
        "2→1": 831.74, "1→1": 385.24, "1→3": 83.83, "1→2": 44.41, "3→1": 34.37, "1→5": 12.48,
        "4→1": 10.93, "3→2": 6.16, "5→1": 4.52, "2→3": 3.41, "2→5": 1.48,
    }  # fmt: skip
    assert sum(hectares(found, 1).values()) == pytest.approx(1418.5681, abs=5e-5)


def test_natura_2000_changed_by_90_7401_ha(shared_data: Path) -> None:
    folder = shared_data / "natura_cz"
    change = LayerSpec(
        "n2k", LayerRole.SURVEY_UPDATE, folder / "n2k_landcover_2006_2012.shp",
        fields={"id": "UID", "code_before": "MAES_4_06", "code": "MAES_4_12"}, version="2006-2012", classes="maes",
    )  # fmt: skip
    sites = LayerSpec("sites", LayerRole.NATURE_RESERVE, folder / "sites.shp", fields={"id": "ID"})
    cover = replace(change, id="cover", role=LayerRole.NATURE_RESERVE, fields={"id": "UID"}, classes="")
    for line in (cover, sites):
        found = compared(loaded(change, line), line.id)
        changed = [t for t in found.transitions if "" not in (t.before.code, t.after.code)]
        assert round(sum(t.area_m2 for t in changed if t.before.code != t.after.code) / 1e4, 4) == 90.7401
        assert len([p for p in found.pieces if not p.sliver]) == 50
        level_1 = [p for p in found.pieces if p.before.code[0] != p.after.code[0]]
        assert len(level_1) == 6
    # the sites reach beyond what the land cover tells: nothing there is called unchanged
    assert any("no class is told" in r.en for r in found.reasons)


def test_zion_by_cell_centres_and_by_area_fractions(shared_data: Path, tmp_path: Path) -> None:
    (tmp_path / "nlcd.toml").write_text(OWN_TABLE, encoding="utf-8")
    park = LayerSpec("park", LayerRole.NATURE_RESERVE, shared_data / "zion" / "zion.gpkg")
    rasters = [
        LayerSpec(
            f"nlcd_{year}", LayerRole.LAND_COVER, shared_data / "zion" / "nlcd.tif", raster=True,
            series="nlcd", version=str(year), classes="nlcd.toml",
        )
        for year in (2011, 2016)
    ]  # fmt: skip
    project = loaded(park, *rasters, folder=tmp_path)
    found = compared(project, "park")
    assert found.source is NatureSource.RASTERS and found.answer is NatureAnswer.KEPT and not found.pieces
    total = sum(t.area_m2 for t in found.transitions)
    assert total == pytest.approx(found.line_m2, abs=0.1)
    assert found.line_m2 == pytest.approx(float(project.layers["park"].footprint.area_m2.sum()), abs=1e-3)
    shapes = project.layers["park"].features.shapes
    with raster_cells(project.rasters["nlcd_2011"]) as cells:
        crs = cells.grid.crs
        assert crs is not None
        there = transform(shapes, project.plane.crs, crs)
        centres = zonal_classes(cells, there, rule=Rule.CENTRE)
    assert centres.of(0) == {2: 4205, 3: 98285, 4: 298299, 5: 203701, 6: 235, 7: 62, 8: 679}
    # both rules tell the same park: the classes by area differ from the counted cells by the cells of the border
    cell_ha = np.mean([t.area_m2 for t in found.transitions]) / np.mean(list(centres.of(0).values())) / 1e4
    assert cell_ha == pytest.approx(31.5303 * 31.5247 / 1e4, rel=1e-3)
