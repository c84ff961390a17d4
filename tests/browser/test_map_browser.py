from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Page, browser

from eco_gis.outputs.map.page import map_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    sys.path.append(str(Path(__file__).parents[1] / "outputs"))  # the invented run of the outputs room
    fake = importlib.import_module("fake")
    folder = tmp_path_factory.mktemp("会议 地图")
    result = fake.fake_result()
    paths = {lang: folder / f"map {lang}.html" for lang in ("zh", "en")}
    for lang, path in paths.items():
        path.write_text(map_html(result, lang=lang), encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def opened(tab: Page, pages: dict[str, Path]) -> Iterator[Page]:
    tab.requests.clear()
    tab.errors.clear()
    tab.open(pages["zh"])
    tab.settle()
    yield tab
    assert tab.errors == []
    assert tab.requests == [pages["zh"].resolve().as_uri()]


COLOURS = """(() => {
  const canvas = document.querySelector('.leaflet-overlay-pane canvas');
  const ink = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let i = 0; i < ink.length; i += 4) if (ink[i + 3]) seen.add(ink[i] << 16 | ink[i + 1] << 8 | ink[i + 2]);
  return seen.size;
})()"""

PAINTED = """(() => {
  const canvas = document.querySelector('.leaflet-overlay-pane canvas');
  const ink = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let i = 0; i < ink.length; i += 4) sum += ink[i + 3] ? ink[i] + 2 * ink[i + 1] + 3 * ink[i + 2] : 0;
  return sum;
})()"""


def row(label: str) -> str:
    return f"[...document.querySelectorAll('.legend label')].find(l => l.lastElementChild.textContent.startsWith('{label}'))"


def test_polygons_signs_and_names_are_drawn(opened: Page) -> None:
    assert opened.run(COLOURS) > 50
    assert opened.run("document.querySelectorAll('.site-sign svg').length") == 9
    assert opened.run("[...document.querySelectorAll('.place')].map(p => p.textContent)").count("东岭镇") == 1
    assert opened.run("document.querySelector('.leaflet-control-scale-line').textContent") == "5 km"


def test_legend_is_visible_and_has_symbol_and_words(opened: Page) -> None:
    box = opened.run("document.querySelector('.legend').getBoundingClientRect().toJSON()")
    assert box["width"] > 200 and box["height"] > 300 and box["right"] <= 1600
    rows = opened.run(
        "[...document.querySelectorAll('.legend .row')]"
        ".map(r => [r.lastElementChild.textContent, !!r.querySelector('canvas, svg, .letter')])"
    )
    assert all(text and symbol for text, symbol in rows)
    assert {"涉及 (5)", "资料不足 (3)", "不涉及 (1)", "永久基本农田", "减少", "核心保护区"} <= {
        text for text, _ in rows
    }


def test_no_prefix_flag_and_the_disclaimer_stays(opened: Page) -> None:
    text = opened.run("document.querySelector('.leaflet-control-attribution').textContent")
    assert "Leaflet" not in text
    assert "数据比对结果，不作为审批依据" in text
    assert "显示已概化" in text


@pytest.mark.parametrize(
    ("site", "name", "verdict"),
    [
        ("P02", "东岭建筑石料矿山", "涉及"),
        ("P06", "滨江社区卫生服务中心", "资料不足"),
        ("p01", "江南街道智能装备产业园", "不涉及"),
    ],
)
def test_search_zooms_to_a_site_and_opens_its_popup(opened: Page, site: str, name: str, verdict: str) -> None:
    opened.run("document.getElementById('eco-search').focus()")
    opened.type(site)
    opened.wait("document.querySelector('.leaflet-popup h3')")
    assert opened.run("document.querySelector('.leaflet-popup h3').textContent") == name
    assert opened.run("document.querySelector('.leaflet-popup .verdict').textContent") == verdict
    assert opened.run("document.querySelectorAll('.leaflet-popup .answers tbody tr:not(.more)').length") == 5
    assert opened.run("map_eco.getZoom() > 13")
    popup = opened.run("document.querySelector('.leaflet-popup-content').getBoundingClientRect().toJSON()")
    assert popup["top"] >= 0 and popup["bottom"] <= 1000


def test_search_finds_nothing_gracefully(opened: Page) -> None:
    opened.run("document.getElementById('eco-search').focus()")
    opened.type("没有这个项目")
    assert opened.run("document.querySelector('.sites').textContent") == "没有匹配的项目"
    assert opened.run("document.querySelector('.leaflet-popup') === null")


def test_foreign_text_is_shown_as_text(opened: Page) -> None:
    opened.run("document.querySelector('[data-site=P04]').click()")
    opened.wait("document.querySelector('.leaflet-popup h3')")
    assert (
        opened.run("document.querySelector('.leaflet-popup h3').innerHTML")
        == "西溪35 kV输电线路 &lt;同塔双回&gt;"
    )


def test_click_on_a_lost_piece_tells_its_document(opened: Page) -> None:
    opened.run("document.querySelector('.piece[title=lost-003]').click()")
    opened.wait("document.querySelector('.leaflet-popup h3')")
    assert "虚政函〔2023〕1号" in opened.run("document.querySelector('.leaflet-popup').textContent")


def test_click_on_a_control_line_tells_what_it_is(opened: Page) -> None:
    place = opened.run(
        "(() => { const m = document.getElementById('map_eco').getBoundingClientRect();"
        "const p = map_eco.latLngToContainerPoint([29.3325, 120.3975]); return [m.x + p.x, m.y + p.y]; })()"
    )
    opened.click(*place)
    opened.wait("document.querySelector('.leaflet-popup h3')")
    assert opened.run("document.querySelector('.leaflet-popup h3').textContent") == "生态保护红线 2024"
    assert "北山生物多样性维护区" in opened.run("document.querySelector('.leaflet-popup').textContent")


def test_layer_switch_takes_away_and_brings_back(opened: Page) -> None:
    full = opened.run(PAINTED)
    opened.run(f"{row('生态保护红线 2024')}.querySelector('input').click()")
    opened.settle()
    without = opened.run(PAINTED)
    opened.run(f"{row('生态保护红线 2024')}.querySelector('input').click()")
    opened.settle()
    assert without != full == opened.run(PAINTED)


def test_filter_by_answer_hides_signs_and_list(opened: Page) -> None:
    opened.run("document.querySelector('[data-answer=concerned]').click()")
    assert opened.run("document.querySelectorAll('.site-sign').length") == 4
    assert opened.run("document.querySelectorAll('.sites button').length") == 4
    assert opened.run(f"{row('涉及 (5)')}.querySelector('input').checked") is False


def test_english_page_and_narrow_window(tab: Page, pages: dict[str, Path]) -> None:
    tab.errors.clear()
    tab.size(480, 900)
    try:
        tab.open(pages["en"])
        assert tab.run("getComputedStyle(document.getElementById('eco-panel')).display") == "none"
        assert tab.run("document.documentElement.scrollWidth") <= 480
        tab.run("document.querySelector('.tools button').click()")
        assert tab.run("getComputedStyle(document.getElementById('eco-panel')).display") == "flex"
        assert tab.run("document.querySelector('.invented').textContent").startswith("Invented sample data")
    finally:
        tab.size(1600, 1000)
    assert tab.errors == []
