"""Figures: they are drawn, the same each time, in a font that has every character."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import shapely
from fake import fake_result
from fake_county import PLANE, parcels
from PIL import Image

from eco_gis.errors import EcoGisWarning
from eco_gis.geometry.regions import Regions
from eco_gis.layers.store import Store
from eco_gis.model.role import LayerRole
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.report import figure_parts
from eco_gis.outputs.report import fonts as fonts
from eco_gis.outputs.report.charts import ledger_chart
from eco_gis.outputs.report.figure_parts import Kept
from eco_gis.outputs.report.figures import map_figure
from eco_gis.outputs.report.fonts import MISSING, face_for
from eco_gis.outputs.style import role_style


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def test_the_map_figure_shows_redline_and_sites() -> None:
    result = fake_result()
    png = map_figure(result, run_facts(result), "zh")
    image = pixels(png)
    assert image.shape[1] == 1440
    red = np.array([0xBF, 0x2E, 0x24])
    assert (np.abs(image - red).sum(axis=2) < 12).sum() > 300, "signs of concerned sites"
    style = role_style(LayerRole.REDLINE)
    fill = np.array([int(style.fill[i : i + 2], 16) for i in (1, 3, 5)])
    tint = 255 - (255 - fill) * style.opacity
    assert (np.abs(image - tint).sum(axis=2) < 14).sum() > 10_000, "redline"
    assert png == map_figure(fake_result(), run_facts(fake_result()), "zh")


def test_the_chart_is_the_same_each_time_and_leaves_no_settings_behind() -> None:
    before = dict(matplotlib.rcParams)
    result = fake_result()
    change, book = result.changes[0], run_facts(result)
    charts = {ledger_chart(change, c, book, "zh") for c in change.comparisons}
    assert len(charts) == 2
    assert ledger_chart(change, change.comparisons[0], book, "zh") in charts
    assert dict(matplotlib.rcParams) == before


def test_figures_are_drawn_without_sites_changes_or_townships() -> None:
    result = fake_result()
    bare = {i: v for i, v in result.layers.items() if v.spec.role is not LayerRole.TOWNSHIP}
    assert map_figure(replace(result, siting=None, layers=bare), run_facts(result), "en")
    assert map_figure(replace(result, changes=()), run_facts(result), "en")


def test_the_packaged_font_has_the_names_of_places() -> None:
    face = face_for("云岭县石垟镇上墈村碶头漈下龙溪街道公顷（亩）〔2023〕−+<>°′")
    assert face.text("垟") == "垟"


def test_a_character_that_no_font_has_is_named_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system", tuple)
    with pytest.warns(EcoGisWarning, match=r"U\+2CB6C"):
        face = face_for("红线𬭬")
    assert face.text("红𬭬") == f"红{MISSING}"


def test_a_system_font_takes_over_when_it_has_all(monkeypatch: pytest.MonkeyPatch) -> None:
    other = fonts._packaged().with_name("other.ttf")
    monkeypatch.setattr(fonts, "_system", lambda: (other,))
    monkeypatch.setattr(
        fonts, "_characters", lambda path: frozenset("红线𬭬") if path == other else frozenset("红线")
    )
    assert face_for("红线𬭬").at(8).get_file() == str(other)


def test_outlines_are_kept_by_shapes_choice_and_ground(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regions = Regions(shapely.buffer(parcels(12, seed=1, x=5, y=5), 50.0), PLANE)
    west, south, east, north = regions.total_bounds
    box, wide = (west, south, east, north), (west - 9e4, south - 9e4, east + 9e4, north + 9e4)
    mask = np.arange(12) % 2 == 0
    asked = [
        (None, box, False),
        (mask, box, False),
        (~mask, box, False),
        (None, box, True),
        (None, wide, False),
    ]
    fresh = [Kept(regions, chosen, None).path(ground, rings=rings) for chosen, ground, rings in asked]
    regions.key = "parcels"
    for _ in ("cold", "warm"):
        kept = [Kept(regions, chosen, Store(tmp_path)).path(g, rings=rings) for chosen, g, rings in asked]
        for a, b in zip(fresh, kept, strict=True):
            assert a is not None and b is not None and np.array_equal(a.vertices, b.vertices)
            assert np.array_equal(a.codes, b.codes)
        monkeypatch.setattr(figure_parts, "_light", None)
    # which way a ring turns may be the same as drawn, all else shows
    assert len({path.vertices.tobytes() for path in fresh if path is not None}) >= len(asked) - 1
