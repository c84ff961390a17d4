from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from fake import fake_result
from fake_county import PLANE, at, parcels, townships

from eco_gis.errors import OutputError
from eco_gis.geometry.regions import Regions
from eco_gis.layers.store import Store
from eco_gis.model.fact import FactBook, site_fact_id
from eco_gis.model.layer import LayerSpec
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, Suggestion
from eco_gis.outputs.map import shapes as map_shapes
from eco_gis.outputs.map.offline import asset, inline, require_offline
from eco_gis.outputs.map.page import map_html
from eco_gis.outputs.map.parts import map_data
from eco_gis.outputs.map.shapes import draw, drawn_layer, encode, generalise
from eco_gis.outputs.map.words import WORDS
from eco_gis.outputs.style import (
    Conclusion,
    Direction,
    answer_style,
    conclusion_style,
    direction_style,
    layer_style,
    role_style,
    suggestion_style,
)
from eco_gis.units import shown_area

NOTHING = np.array([], dtype=object)


@pytest.fixture(scope="module")
def result() -> RunResult:
    return fake_result()


@pytest.fixture(scope="module")
def page(result: RunResult) -> str:
    return map_html(result, lang="zh")


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="eco-data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def decoded(encoded: list[Any]) -> shapely.Geometry:
    def ring(steps: list[int]) -> np.ndarray:
        return np.cumsum(np.array(steps).reshape(-1, 2), axis=0) / 1e6

    dimension, parts = encoded
    if dimension == 2:
        return shapely.MultiPolygon([(ring(rings[0]), [ring(r) for r in rings[1:]]) for rings in parts])
    return shapely.MultiLineString([ring(part) for part in parts])


# ---------------------------------------------------------------- the page


def test_page_asks_for_nothing_and_forbids_asking(page: str) -> None:
    assert require_offline(page) is page
    assert "default-src 'none'" in page
    assert "leafletjs.com/reference" not in page
    assert len(page) < 1_000_000


def test_same_run_gives_the_same_page(result: RunResult, page: str) -> None:
    assert map_html(result, lang="zh") == page


def test_foreign_text_stays_text(result: RunResult) -> None:
    evil = '</script><script>alert(1)</script><img src="https://x.example/a.png">'
    assert result.siting
    sites = tuple(dataclasses.replace(site, name=evil, category=evil) for site in result.siting.sites)
    name = dataclasses.replace(result.catalog.name, zh=evil)
    bad = dataclasses.replace(
        result,
        siting=dataclasses.replace(result.siting, sites=sites),
        catalog=dataclasses.replace(result.catalog, name=name),
    )
    page = map_html(bad, lang="zh")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert {site["name"] for site in data_of(page)["sites"]} == {evil}


def test_title_box_says_what_a_reader_must_know(result: RunResult, page: str) -> None:
    head = data_of(page)["head"]
    assert head["title"] == "东岭县（虚构示例）"
    assert head["asOf"] == "2024-12-31"
    assert head["plane"] == result.plane.name
    assert (head["secrecy"], head["invented"]) == ("内部", True)
    assert head["disclaimer"] == "数据比对结果，不作为审批依据"
    approved = dataclasses.replace(result.catalog, map_approval="虚S(2024)1号")
    assert map_data(dataclasses.replace(result, catalog=approved), "zh")["head"]["approval"] == "虚S(2024)1号"


def test_english_page_is_english(result: RunResult) -> None:
    page = map_html(result, lang="en")
    data = data_of(page)
    assert '<html lang="en">' in page
    assert data["answers"]["no_data"]["label"] == "No data"
    assert not re.search(r"[\u4e00-\u9fff]", "".join(data["words"].values()))
    assert all(text.en for text in WORDS.values())


def test_page_without_siting_and_change_still_shows_the_layers(result: RunResult) -> None:
    bare = dataclasses.replace(result, siting=None, changes=(), facts=FactBook())
    data = data_of(map_html(bare, lang="zh"))
    assert (data["sites"], data["changes"], data["cards"], data["touched"]) == ([], [], [], None)
    assert [row["id"] for row in data["controls"]] == [
        "cropland",
        "farmland",
        "redline_2024",
        "reserve",
        "urban",
    ]


# ---------------------------------------------------------------- figures are facts


def test_every_figure_of_a_site_is_a_fact(result: RunResult, page: str) -> None:
    book = result.facts
    entries = {site["id"]: site for site in data_of(page)["sites"]}
    for site_id in ("P02", "P08"):
        rows = dict(entries[site_id]["rows"])
        area = book.number(site_fact_id(site_id, "area"))
        assert rows["用地面积"] == f"{shown_area(area, 'ha')} 公顷（{shown_area(area, 'mu')} 亩）"
    farmland = entries["P08"]["answers"][1]
    overlap = book.number(site_fact_id("P08", "overlap_area", "farmland"))
    assert overlap > 0
    assert farmland["figure"].startswith(shown_area(overlap, "ha"))
    assert farmland["answer"] == "concerned"
    assert entries["P04"]["answers"][2]["figure"].endswith("米")


def test_missing_fact_is_refused(result: RunResult) -> None:
    gone = site_fact_id("P03", "overlap_area", "redline_2024")
    facts = FactBook(fact for fact in result.facts if fact.id != gone)
    with pytest.raises(OutputError, match=gone):
        map_html(dataclasses.replace(result, facts=facts), lang="zh")


def test_answers_reasons_and_papers_reach_the_popup(page: str) -> None:
    data = data_of(page)
    entries = {site["id"]: site for site in data["sites"]}
    assert [data["answers"][a]["count"] for a in ("concerned", "no_data", "not_concerned")] == ["5", "3", "1"]
    assert entries["P06"]["answers"][1]["reasons"] == ["贴边、待人工确认"]
    assert entries["P02"]["suggestion"]["label"] == "退回"
    redline = entries["P02"]["answers"][2]["rules"][0]
    assert redline["confirmed"] and redline["papers"] == ["省级人民政府符合允许有限人为活动的认定意见"]
    assert entries["P01"]["answers"][4]["figure"] == "界内"
    assert entries["P02"]["answers"][4]["figure"].startswith("界外 ")


def test_change_layers_by_comparison_and_slivers_apart(page: str) -> None:
    data = data_of(page)
    rows = [(row["basis"], row["label"], row["on"], len(row["shapes"])) for row in data["changes"]]
    assert rows == [
        ("baseline", "减少", True, 3),
        ("baseline", "增加", True, 2),
        ("baseline", "减少 · 细碎图斑", False, 1),
        ("last_year", "减少", False, 2),
        ("last_year", "减少 · 细碎图斑", False, 1),
    ]
    lost = data["changes"][0]
    assert sorted(zip([r[-1][:8] for r in lost["records"]], lost["documented"], strict=True)) == [
        ("R2023-01", True), ("未见批准依据", False), ("未见批准依据", False),
    ]  # fmt: skip
    assert data["cards"][0]["conclusion"]["label"] == "与批复成果不符、待核"


def test_versions_zones_and_faults_are_told_apart(page: str) -> None:
    data = data_of(page)
    assert [(row["label"], row["on"]) for row in data["earlier"]] == [
        ("生态保护红线 2022", False), ("生态保护红线 2023", False),
    ]  # fmt: skip
    urban = data["controls"][-1]
    assert urban["legend"] == ["集中建设区", "弹性发展区", "特别用途区"]
    assert urban["styleOf"] == [0, 1, 2]
    assert data["faults"] == ["国土变更调查"]


# ---------------------------------------------------------------- shapes


def test_encoded_shapes_keep_their_place_and_holes() -> None:
    shape = shapely.box(*at(1, 1), *at(3, 2)) - shapely.box(*at(1.5, 1.2), *at(2, 1.5))
    (there,) = map(decoded, encode(np.array([shape], dtype=object), PLANE))
    back = shapely.transform(there, lambda xy: np.column_stack(_to_plane(xy)))
    assert len(there.geoms[0].interiors) == 1
    assert shapely.hausdorff_distance(shapely.segmentize(back, 50), shapely.segmentize(shape, 50)) < 26
    assert back.symmetric_difference(shape).area < 5e-4 * shape.area


def _to_plane(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return pyproj.Transformer.from_crs(4490, PLANE.crs, always_xy=True).transform(xy[:, 0], xy[:, 1])


def test_generalised_neighbours_share_their_borders() -> None:
    towns = np.array(townships(), dtype=object)
    light = generalise(towns, 60.0)
    assert shapely.get_num_coordinates(light).sum() < shapely.get_num_coordinates(towns).sum()
    assert shapely.coverage_is_valid(light)


def test_too_many_polygons_leaves_those_near_the_sites() -> None:
    shapes = np.array(parcels(90, seed=1, x=5, y=5), dtype=object)
    place = shapely.Point(*at(5, 5))
    drawn = draw(shapes, PLANE, near=np.array([place], dtype=object), max_polygons=10)
    dropped = np.setdiff1d(np.arange(90), drawn.index)
    assert drawn.partial and len(drawn.index) == 10 == len(json.loads(drawn.shapes))
    assert (
        shapely.distance(shapes[drawn.index], place).max() <= shapely.distance(shapes[dropped], place).min()
    )


@pytest.mark.parametrize("places", [[(5, 5)], [(3, 7), (6, 4)], [(x, 5) for x in range(20)]])
def test_boxes_tell_which_shapes_may_be_nearest(places: list[tuple[float, float]]) -> None:
    shapes = np.array([*parcels(200, seed=3, x=5, y=5), shapely.Point(*at(5, 5.1))], dtype=object)
    near = np.array([shapely.Point(*at(*p)).buffer(30) for p in places], dtype=object)
    distance = shapely.distance(shapes[:, None], near[None, :]).min(axis=1)
    for most in (1, 7, 200, 500):
        order = map_shapes._order_of_interest(shapes, near, most)
        assert sorted(order.tolist()) == list(range(201))
        assert order[:most].tolist() == np.argsort(distance, kind="stable")[:most].tolist()


def test_what_is_drawn_is_kept_by_the_key_of_the_shapes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, drawn = Store(tmp_path), map_shapes.draw
    regions = Regions(parcels(30, seed=1, x=5, y=5), PLANE)
    assert drawn_layer(regions, near=NOTHING, store=store) and not list(tmp_path.iterdir()), (
        "no key, not kept"
    )
    regions.key = "parcels"
    fresh = drawn_layer(regions, near=NOTHING)
    for near in (NOTHING, np.array([shapely.Point(*at(5, 5))], dtype=object)):
        again = drawn_layer(regions, near=near, store=store)
        assert (again.index.tolist(), again.shapes) == (fresh.index.tolist(), fresh.shapes)
        monkeypatch.setattr(map_shapes, "draw", None)  # from now on only what was kept
    monkeypatch.setattr(map_shapes, "draw", drawn)
    monkeypatch.setattr(drawn, "__kwdefaults__", {"max_polygons": 10, "max_bytes": 15_000_000})
    other = Regions(parcels(30, seed=2, x=5, y=5), PLANE)
    other.key = "too many"
    seen = [
        drawn_layer(
            other, near=np.array([shapely.Point(*at(x, x))], dtype=object), store=store
        ).index.tolist()
        for x in (4, 6)
    ]
    assert seen[0] != seen[1], "what follows the sites is not kept"


def test_too_heavy_layer_is_generalised_then_cut() -> None:
    shapes = np.array([shapely.Point(*at(i, 5)).buffer(400, quad_segs=500) for i in range(8)], dtype=object)
    free = draw(shapes, PLANE, near=NOTHING)
    lighter = draw(shapes, PLANE, near=NOTHING, max_bytes=2_000)
    cut = draw(shapes, PLANE, near=NOTHING, max_bytes=100)
    assert free.generalised and not free.partial
    assert len(lighter.shapes) < len(free.shapes) and not lighter.partial
    assert cut.partial and len(cut.index) >= 1


def test_empty_and_missing_shapes_are_not_drawn() -> None:
    shapes = np.array([None, shapely.Polygon(), shapely.box(*at(1, 1), *at(2, 2))], dtype=object)
    assert draw(shapes, PLANE, near=NOTHING).index.tolist() == [2]
    assert draw(NOTHING, PLANE, near=NOTHING).shapes == "[]"


def test_page_says_when_features_were_left_out(result: RunResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_shapes.draw, "__kwdefaults__", {"max_polygons": 20, "max_bytes": 15_000_000})
    data = map_data(result, "zh")
    assert data["controls"][1]["note"] == "仅显示项目和变化附近的 20 个要素，共 70 个"
    assert data["controls"][3]["note"] == ""


# ---------------------------------------------------------------- style and offline


def test_every_role_answer_and_direction_has_a_style() -> None:
    assert all(role_style(role).label.zh for role in LayerRole)
    signs = [answer_style(a) for a in Answer]
    assert (
        len({s.symbol for s in signs}) == len({s.marker for s in signs}) == len({s.dash for s in signs}) == 3
    )
    patterns = {direction_style(d).pattern for d in Direction}
    assert len(patterns) == 2
    assert all(suggestion_style(s).symbol for s in Suggestion)
    assert all(conclusion_style(c).symbol for c in Conclusion)


def test_control_lines_differ_without_colour() -> None:
    lines = [
        LayerRole.PERMANENT_BASIC_FARMLAND,
        LayerRole.REDLINE,
        LayerRole.NATURE_RESERVE,
        LayerRole.URBAN_BOUNDARY,
    ]
    assert len({(role_style(r).pattern, role_style(r).dash) for r in lines}) == 4


def contrast(color: str, ground: str) -> float:
    def luminance(c: str) -> float:
        parts = [int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(color), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_of_a_verdict_can_be_read_on_their_ground() -> None:
    signs = [
        *map(answer_style, Answer),
        *map(suggestion_style, Suggestion),
        *map(conclusion_style, Conclusion),
    ]
    assert min(contrast(s.color, s.tint) for s in signs) >= 4.5
    assert min(contrast(s.color, "#FFFFFF") for s in signs) >= 4.5


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example/a.js"></script>',
        "<link rel='stylesheet' href='a.css'>",
        "<style>body { background: url(https://x.example/a.png) }</style>",
        "<style>@import 'a.css';</style>",
        '<p style="background: url(a.png)">',
        '<svg><image xlink:href="a.png"/></svg>',
    ],
)
def test_anything_to_fetch_is_refused(page: str) -> None:
    with pytest.raises(OutputError, match="would fetch 1"):
        require_offline(page)


def test_links_that_a_person_clicks_are_allowed() -> None:
    page = '<a href="https://x.example">x</a><style>a { background: url(data:image/png;base64,AA) }</style>'
    assert require_offline(page) == page


def test_unknown_library_is_refused() -> None:
    with pytest.raises(OutputError, match="does not travel"):
        inline('<script src="https://cdn.example/a.js"></script>', {})


def test_assets_are_those_listed() -> None:
    listed = re.findall(r"^([0-9a-f]{64})  (\S+)$", asset("README.md"), re.MULTILINE)
    assert [name for _, name in listed] == ["leaflet.js", "leaflet.css", "leaflet-LICENSE.txt"]
    for digest, name in listed:
        assert hashlib.sha256(asset(name).encode()).hexdigest() == digest


def test_restriction_is_drawn_after_its_kind(result: RunResult) -> None:
    spec: LayerSpec = dataclasses.replace(
        result.catalog["reserve"], role=LayerRole.RESTRICTION, restriction="water_source"
    )
    other = dataclasses.replace(spec, restriction="invented_kind")
    assert layer_style(spec).fill != layer_style(other).fill == role_style(LayerRole.RESTRICTION).fill


def test_only_townships_in_force_are_drawn_and_named(result: RunResult) -> None:
    (towns,) = [layer for layer in result.layers.values() if layer.spec.role is LayerRole.TOWNSHIP]
    old = dataclasses.replace(
        towns, spec=dataclasses.replace(towns.spec, id="township_old", valid_until=date(2001, 12, 31))
    )
    both = dataclasses.replace(result, layers={"township_old": old, **result.layers})
    one, two = map_data(result, "zh"), map_data(both, "zh")
    assert two["names"] == one["names"]
    assert [row["id"] for row in two["context"]] == [row["id"] for row in one["context"]]
