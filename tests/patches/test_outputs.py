"""Cards, map, field package and summary of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyogrio
import pytest
import shapely
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from eco_gis.errors import OutputError
from eco_gis.model.fact import FactBook
from eco_gis.model.patches import HumanEntry, Judgement, PatchState, Photo
from eco_gis.model.result import RunResult
from eco_gis.outputs.manifest import verify_run
from eco_gis.outputs.patches.publish import publish_patches
from eco_gis.patches.facts import patch_facts
from eco_gis.patches.route import length, route
from eco_gis.text import Lang, Text
from tests.builders import PLANE, square
from tests.patches.drawn import explained, papers, patch_layer, survey
from tests.patches.test_ledger_workbook import run_of
from tests.patches.test_photos import snap

NASTY = "<script>alert('界')</script>&\x07"


def rich_run(folder: Path) -> RunResult:
    """Three patches: one with documents, a photograph and a nasty note, one rectifying, one closed."""
    base = run_of(folder)
    assert base.patches is not None
    around = square(-200, -200, 2_000)
    layers = [survey(2023, (around, "0301")), survey(2024, (around, "0702")), papers(square(0, 0, 150))]
    patches = explained(patch_layer(*(square(200 * n, 0, 100) for n in range(3))), *layers)
    snap(folder / "a.jpg")
    photo = Photo(
        "T1.jpg", datetime(2024, 7, 1, 9), 12.5, 16, (Text("注意", "watch"),), (folder / "a.jpg").read_bytes()
    )
    entries = (
        HumanEntry(note=NASTY),
        HumanEntry(PatchState.RECTIFYING, Judgement.UNDOCUMENTED, "李四"),
        HumanEntry(PatchState.CLOSED, Judgement.NO_CHANGE, "张三"),
    )
    told = [replace(p, entry=e) for p, e in zip(patches, entries, strict=True)]
    told[0] = replace(told[0], photos=(photo,))
    found = replace(base.patches, patches=tuple(told))
    return replace(
        base, layers={v.spec.id: v for v in layers}, patches=found, facts=FactBook(patch_facts(found))
    )


@pytest.fixture(scope="module", params=["zh", "en"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("run")
    lang: Lang = request.param
    return publish_patches(rich_run(home), home / "out", lang=lang, name="20241231-patches")


def test_the_run_is_whole(folder: Path) -> None:
    assert verify_run(folder) == []
    assert {f.name for f in folder.iterdir()} >= {
        "台账.xlsx", "图斑卡片.docx", "图斑卡片.html", "图斑地图.html", "外业核查.geojson", "外业核查.kml", "季报.docx",
        "result.gpkg", "facts.json", "facts.parquet", "manifest.json",
    }  # fmt: skip


def test_the_same_run_gives_the_same_files(tmp_path: Path) -> None:
    result = rich_run(tmp_path)
    first, second = (
        publish_patches(result, tmp_path / "out", lang="zh", name="20241231-patches") for _ in range(2)
    )
    for file in first.iterdir():
        if file.name not in (
            "manifest.json",
            "result.gpkg",
        ):  # the one lists hashes, the other is compared below
            assert (second / file.name).read_bytes() == file.read_bytes(), file.name
    for layer in ("patches", "unexplained"):
        one, other = (pyogrio.read_dataframe(f / "result.gpkg", layer=layer) for f in (first, second))
        assert one.equals(other)


def test_a_run_without_patches_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        publish_patches(replace(run_of(tmp_path), patches=None), tmp_path / "out", lang="zh", name="x")


def test_a_card_for_each_patch_with_its_pictures(folder: Path) -> None:
    paper = Document(str(folder / "图斑卡片.docx"))
    heads = [p.text for p in paper.paragraphs if p.style is not None and p.style.name == "Heading 2"]
    assert [next(key for key in ("T1", "T2", "T3") if key in head) for head in heads] == ["T1", "T2", "T3"]
    assert len(paper.inline_shapes) == 4  # three figures and one photograph
    page = (folder / "图斑卡片.html").read_text(encoding="utf-8")
    assert page.count("<section class='card'") == 3
    assert page.count("data:image/png;base64,") == 3
    assert page.count("data:image/jpeg;base64,") == 1
    assert "<script" not in page
    assert "&lt;script&gt;alert(" in page


def test_the_map_holds_the_patches_by_state(folder: Path) -> None:
    page = (folder / "图斑地图.html").read_text(encoding="utf-8")
    start = page.index('id="eco-data">') + len('id="eco-data">')
    data = json.loads(page[start : page.index("</script>", start)])
    assert data["kinds"] == ["to_check", "checked", "rectifying", "closed"]
    assert [data["answers"][k]["count"] for k in data["kinds"]] == ["1", "0", "1", "1"]
    assert [s["answer"] for s in data["sites"]] == ["to_check", "rectifying", "closed"]
    assert len(data["touched"]["shapes"]) == 2


def test_the_field_package_leads_to_every_patch_that_is_not_settled(folder: Path) -> None:
    whole = json.loads((folder / "外业核查.geojson").read_text(encoding="utf-8"))
    parts = [f["properties"]["part"] for f in whole["features"]]
    assert sorted(parts) == ["patch", "patch", "point", "point", "route"]
    stops = {f["properties"]["patch"]: f for f in whole["features"] if f["properties"]["part"] == "point"}
    assert set(stops) == {"T1", "T2"}
    kml = ElementTree.parse(folder / "外业核查.kml")
    space = {"k": "http://www.opengis.net/kml/2.2"}
    names = [n.text for n in kml.findall(".//k:Placemark/k:name", space)]
    assert {n.split(" ")[-1] for n in names[:2] if n} == {"T1", "T2"}
    frame = pyogrio.read_dataframe(folder / "外业核查.geojson")
    outlines = frame[frame.part == "patch"].to_crs(PLANE.crs)
    expected = {"T1": square(0, 0, 100), "T2": square(200, 0, 100)}
    for key, shape in zip(outlines["patch"], outlines.geometry, strict=True):
        assert shapely.symmetric_difference(shape, expected[key]).area < 20  # seven digits of a degree


def test_the_shapes_without_a_document_are_a_layer(folder: Path) -> None:
    bare = pyogrio.read_dataframe(folder / "result.gpkg", layer="unexplained")
    assert bare["patch"].tolist() == ["T2", "T3"]
    assert bare.geometry.area.tolist() == pytest.approx([10_000.0, 10_000.0])


def test_the_summary_says_the_sums_of_the_ledger(folder: Path) -> None:
    paper = Document(str(folder / "季报.docx"))
    quarter = paper.tables[0]
    assert [c.text for c in quarter.rows[1].cells][:2] == ["2024Q2", "3"]
    assert any("2024Q2" in p.text for p in paper.paragraphs)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12, unique=True))
def test_a_route_visits_every_place_once_and_has_no_turn_left_to_untie(points: list[tuple[int, int]]) -> None:
    places = np.array(points, dtype=float)
    way = route(places)
    assert sorted(way.tolist()) == list(range(len(points)))
    best = length(way, places)
    for i in range(len(way) - 1):
        for j in range(i + 1, len(way)):
            other = np.concatenate([way[: i + 1], way[i + 1 : j + 1][::-1], way[j + 1 :]])
            assert length(other, places) >= best - 1e-6
