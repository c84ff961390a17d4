from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from eco_gis.errors import OutputError
from eco_gis.layers.gate.inspect import Gate
from eco_gis.outputs.check.files import write_check
from eco_gis.outputs.check.geodata import AREAS, POINTS
from eco_gis.outputs.check.page import check_html, state_of
from tests.layers.county import Layers, cell, look

EVIL = '<img src="https://x.example/1.png" onerror="alert(1)">'


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """An overlap and a gap of the townships, a wrong code, a repaired shape; a name that is HTML."""

    def damage(c: Layers) -> None:
        shapes = c["township"].geometry.to_list()
        shapes[0], shapes[3] = cell(0, 0, 5000.004), cell(1, 1, 4999.998)
        c["township"] = c["township"].set_geometry(shapes, crs=4549)
        c["township"].loc[1, "XZQMC"] = EVIL
        c["survey"].loc[2, "DLBM"] = EVIL
        c["red24"].loc[0, "HXBM"] = "H1"

    folder = tmp_path_factory.mktemp("检查 数据")
    return look(folder, damage, lines={"red23": f"label = '{EVIL}'"})


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    return look(tmp_path_factory.mktemp("sound"))


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_tells_everything_and_reads_nothing_as_html(damaged: Gate, lang: str) -> None:
    html = check_html(damaged, lang=lang)  # type: ignore[arg-type]
    page = _Page(html)
    assert not page.open and "img" not in page.tags and "script" not in page.tags
    said = " ".join(page.text)
    assert EVIL in said
    for problem in damaged.problems:
        assert problem.what.to(lang) in said and problem.remedy.to(lang) in said  # type: ignore[arg-type]
    for row in damaged.rows:
        assert row.spec.id in said
    assert page.tags.count("rect") + page.tags.count("circle") == len(damaged.spots)
    assert ("须处理" in said) is (lang == "zh") and ("mend" in said) is (lang == "en")
    assert re.search("[一-鿿]", html.split("<h1>")[1].split("</h1>")[0]) is None or lang == "zh"


def test_the_same_gate_gives_the_same_page(damaged: Gate) -> None:
    assert check_html(damaged, lang="zh") == check_html(damaged, lang="zh")


def test_a_sound_county_gets_a_page_without_places(sound: Gate) -> None:
    page = _Page(check_html(sound, lang="zh"))
    said = " ".join(page.text)
    assert "未发现会使数字出错的问题" in said and "没有问题，也没有提示。" in said
    assert "svg" not in page.tags and {state_of(r) for r in sound.rows} == {"clean"}


def test_spots_are_points_and_areas_in_a_geopackage(damaged: Gate, tmp_path: Path) -> None:
    folder = write_check(damaged, tmp_path / "成果", lang="zh")
    assert sorted(p.name for p in folder.iterdir()) == ["check.gpkg", "check.html"]
    points = gpd.read_file(folder / "check.gpkg", layer=POINTS)
    areas = gpd.read_file(folder / "check.gpkg", layer=AREAS)
    assert points.crs.to_epsg() == 4549 and len(points) == len(damaged.spots) == 3
    assert points["kind"].tolist() == ["overlap", "gap", "code"] and points["number"].tolist() == [1, 2, 3]
    assert points["feature"].tolist() == ["a × b", "", "3"] or points["feature"].tolist() == [
        "a × b",
        None,
        "3",
    ]
    assert areas["area_m2"].iloc[0] == pytest.approx(20, abs=0.01) and areas["fatal"].tolist() == [
        True,
        True,
        False,
    ]
    assert areas.geometry.area.iloc[1] == pytest.approx(areas["area_m2"].iloc[1], rel=1e-3)
    assert (points["what_en"] != "").all() and (points["what"] != "").all()


def test_a_clean_gate_still_writes_both_layers_and_replaces_the_old_ones(
    sound: Gate, damaged: Gate, tmp_path: Path
) -> None:
    write_check(damaged, tmp_path, lang="zh")
    folder = write_check(sound, tmp_path, lang="en")
    assert {str(name) for name in pyogrio.list_layers(folder / "check.gpkg")[:, 0]} == {POINTS, AREAS}
    assert len(gpd.read_file(folder / "check.gpkg", layer=POINTS)) == 0
    assert 'lang="en"' in (folder / "check.html").read_text(encoding="utf-8")
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_told(sound: Gate, tmp_path: Path) -> None:
    (tmp_path / "check").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError, match="choose another folder with --out"):
        write_check(sound, tmp_path, lang="en")
    assert [p.name for p in tmp_path.iterdir()] == ["check"]
