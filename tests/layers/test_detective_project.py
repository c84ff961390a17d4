"""Labels that cannot be right, in a whole project: faults with a way out, and what `--accept` does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from typer.testing import CliRunner

from eco_gis.cli import app
from eco_gis.errors import CatalogError
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.crs.borders import offset_by_border
from eco_gis.layers.crs.finding import Trap
from eco_gis.layers.crs.offsets import gcj02_of
from eco_gis.layers.project import LoadedProject, load_layers
from eco_gis.model.layer import MapOffset
from eco_gis.model.role import LayerRole
from eco_gis.text import Text
from tests.layers.shapes import spec_of
from tests.layers.test_detective import BORDER, QUARTERS

Write = Callable[..., Path]
SAMPLE = Path(__file__).parents[2] / "layers"
REDLINE = shapely.box(120.2, 29.1, 120.4, 29.3)


def entry(layer_id: str, role: str, file: str, *lines: str) -> str:
    return "\n".join(["[[layer]]", f'id = "{layer_id}"', f'role = "{role}"', f'file = "{file}"', *lines, ""])


def load(folder: Path, *entries: str, **options: Any) -> LoadedProject:
    path = folder / "catalog.toml"
    path.write_text("\n".join(entries), encoding="utf-8")
    return load_layers(load_catalog(path), **options)


@pytest.fixture
def county(write: Write) -> str:
    write("county.gpkg", [BORDER], crs="EPSG:4490", A=[1])
    return entry("county", "county", "county.gpkg")


def drawn(code: int, shapes: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"A": range(len(shapes))}, geometry=shapes, crs=4490).to_crs(code)


def save(folder: Path, name: str, frame: gpd.GeoDataFrame, label: int | None) -> None:
    frame.set_crs(label, allow_override=True).to_file(folder / name) if label else frame.to_file(
        folder / name
    )
    if label is None:
        (folder / name).with_suffix(".prj").unlink()


RED = entry("red", "redline", "red.shp", 'coverage = "layer:county"')
DAMAGES = {
    "no .prj": (4549, None, Trap.NO_LABEL),
    "no .prj, zone number": (4528, None, Trap.NO_LABEL),
    "zone number, label without": (4528, 4549, Trap.ZONE_NUMBER),
    "no zone number, label with": (4549, 4528, Trap.NO_ZONE_NUMBER),
    "wrong 3° zone": (4549, 4548, Trap.WRONG_ZONE),
    "wrong 6° zone": (4549, 4509, Trap.WRONG_ZONE),
    "degrees as metres": (4490, 4549, Trap.DEGREES_AS_METRES),
    "metres as degrees": (4549, 4490, Trap.METRES_AS_DEGREES),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_wrong_label_is_a_fault_until_it_is_accepted(folder: Path, county: str, damage: str) -> None:
    true, label, trap = DAMAGES[damage]
    save(folder, "red.shp", drawn(true, [REDLINE]), label)
    refused = load(folder, county, RED)
    assert list(refused.layers) == ["county"] and [f.trap for f in refused.findings] == [trap]
    (problem,) = refused.faults[0].problems
    assert problem.fatal and f'crs = "EPSG:{true}"' in problem.remedy.zh and "red.shp" in problem.where
    accepted = load(folder, county, RED, accept_findings=True)
    assert not accepted.faults and accepted.findings == refused.findings
    assert accepted.layers["red"].spec.crs == f"EPSG:{true}" and accepted.catalog["red"].crs is None
    assert accepted.layers["red"].features.area_m2.sum() == pytest.approx(
        load(folder, county, entry("red", "redline", "red.shp", f'crs = "EPSG:{true}"'))
        .layers["red"]
        .features.area_m2.sum()
    )
    notes = [p for p in accepted.problems if "--accept" in p.what.en]
    assert len(notes) == 1 and not notes[0].fatal and f"EPSG:{true}" in notes[0].what.zh


def test_exchanged_x_and_y_are_accepted_or_declared(folder: Path, county: str) -> None:
    frame = drawn(4549, [REDLINE])
    frame.geometry = shapely.transform(np.asarray(frame.geometry), lambda xy: xy[:, ::-1])
    save(folder, "red.shp", frame, 4549)
    (finding,) = load(folder, county, RED).findings
    assert finding.trap is Trap.SWAPPED and finding.best.keys == "swap_xy = true"
    accepted = load(folder, county, RED, accept_findings=True)
    declared = load(folder, county, RED + "swap_xy = true\n")
    assert not accepted.faults and not declared.findings
    shapes = [p.layers["red"].features.shapes[0] for p in (accepted, declared)]
    assert shapes[0].equals(shapes[1]) and accepted.layers["red"].spec.swap_xy
    # declared where it is not so: the detective takes it back
    save(folder, "red.shp", drawn(4549, [REDLINE]), 4549)
    (finding,) = load(folder, county, RED + "swap_xy = true\n").findings
    assert finding.trap is Trap.SWAPPED
    assert not load(folder, county, RED + "swap_xy = true\n", accept_findings=True).layers["red"].spec.swap_xy


def test_a_web_map_offset_is_told_by_the_county_and_taken_away(folder: Path, county: str) -> None:
    fine = shapely.segmentize(np.array(QUARTERS), 0.001)
    moved = shapely.transform(fine, lambda xy: np.column_stack(gcj02_of(*xy.T)))
    save(folder, "town.shp", drawn(4490, list(moved)), 4490)
    town = entry("town", "township", "town.shp")
    refused = load(folder, county, town)
    assert list(refused.layers) == ["county"] and refused.findings[0].best.offset is MapOffset.GCJ02
    assert 'offset = "gcj02"' in refused.faults[0].problems[0].remedy.en
    accepted = load(folder, county, town, accept_findings=True)
    truth = gpd.GeoSeries(fine, crs=4490).to_crs(4549)
    far = shapely.hausdorff_distance(accepted.layers["town"].features.shapes, np.asarray(truth))
    assert far.max() < 0.1 and not accepted.faults
    assert load(folder, county, town + 'offset = "gcj02"\n').findings == ()


def test_an_unknown_offset_is_a_problem_of_the_catalog(folder: Path, county: str) -> None:
    with pytest.raises(CatalogError, match=r"gcj-02.*gcj02"):
        load(folder, county, RED + 'offset = "gcj-02"\n')


def test_survey_data_are_named_but_never_moved(folder: Path, county: str) -> None:
    moved = shapely.transform(np.array(QUARTERS), lambda xy: np.column_stack(gcj02_of(*xy.T)))
    save(folder, "dltb.shp", drawn(4490, list(moved)), 4490)
    survey = entry("survey", "land_survey", "dltb.shp")
    for accept in (False, True):
        project = load(folder, county, survey, accept_findings=accept)
        assert list(project.layers) == ["county"] and project.findings[0].trap is Trap.OFFSET
        assert "survey data are never converted" in project.faults[0].problems[0].remedy.en
    declared = load(folder, county, survey + 'offset = "gcj02"\n')
    assert "survey data are never converted" in declared.faults[0].problems[0].what.en


def test_an_earlier_version_tells_the_offset_too(folder: Path) -> None:
    moved = shapely.transform(np.array(QUARTERS), lambda xy: np.column_stack(gcj02_of(*xy.T)))
    save(folder, "old.shp", drawn(4490, QUARTERS), 4490)
    save(folder, "new.shp", drawn(4490, list(moved)), 4490)
    versions = [
        entry(f"r{y}", "redline", f"{n}.shp", f"valid_from = {y}-01-01")
        for y, n in ((2023, "old"), (2024, "new"))
    ]
    project = load(folder, *versions)
    assert [f.layer for f in project.findings] == ["r2024"], (
        "the one that is moved, not the one it is compared with"
    )


def test_the_county_itself_is_suspected_when_the_others_agree(folder: Path) -> None:
    """Its label is a zone off; nobody else's is."""
    save(folder, "county.shp", drawn(4549, [BORDER]), 4548)
    entries = [entry("county", "county", "county.shp")]
    for n, role in enumerate(("redline", "nature_reserve", "cropland")):
        save(folder, f"l{n}.shp", drawn(4549, [shapely.box(120.3, 29.1 + n / 50, 120.45, 29.3)]), 4549)
        entries.append(entry(f"l{n}", role, f"l{n}.shp"))
    refused = load(folder, *entries)
    assert [f.layer for f in refused.findings] == ["county"] and list(refused.layers) == ["l0", "l1", "l2"]
    accepted = load(folder, *entries, accept_findings=True)
    assert not accepted.faults and accepted.layers["county"].spec.crs == "EPSG:4549"


def test_a_county_without_a_label_is_known_by_the_others(folder: Path) -> None:
    save(folder, "county.shp", drawn(4549, [BORDER]), None)
    save(folder, "red.shp", drawn(4490, [REDLINE]), 4490)
    entries = (entry("county", "county", "county.shp"), RED)
    refused = load(folder, *entries)
    assert [(f.layer, f.trap) for f in refused.findings] == [("county", Trap.NO_LABEL)]
    assert "the other layers" in refused.faults[0].problems[0].what.en and list(refused.layers) == ["red"]
    accepted = load(folder, *entries, accept_findings=True)
    assert list(accepted.layers) == ["county", "red"] and accepted.layers["red"].coverage is not None


def test_the_command_line_accepts(folder: Path, county: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`eco-gis check` ends with 1 and names the key; with --accept the finding is a remark."""
    save(folder, "red.shp", drawn(4549, [REDLINE]), 4548)
    (folder / "catalog.toml").write_text("\n".join([county, RED]), encoding="utf-8")
    monkeypatch.chdir(folder)
    command = ["check", "--catalog", "catalog.toml", "--out", "out", "--json", "--lang", "en", "--quiet"]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 1 and "EPSG:4549" in refused.stdout and "--accept" in refused.stdout
    accepted = CliRunner().invoke(app, [*command, "--accept"])
    assert accepted.exit_code == 0 and "in this run (--accept)" in accepted.stdout


def test_a_site_far_away_is_told_and_stays(folder: Path, county: str, write: Write) -> None:
    """It answers no data everywhere: its coordinates may well be right."""
    write("site.gpkg", [shapely.box(110.0, 19.0, 110.01, 19.01)], crs="EPSG:4490", A=[1])
    project = load(
        folder, county, extra=[spec_of(folder / "site.gpkg", id="site", role=LayerRole.PROJECT_SITE)]
    )
    assert list(project.layers) == ["county", "site"] and [f.trap for f in project.findings] == [
        Trap.ELSEWHERE
    ]
    assert [p.fatal for p in project.problems] == [True]


def test_wgs84_is_harmless_and_says_so(folder: Path, county: str) -> None:
    save(folder, "red.shp", drawn(4326, [REDLINE]), 4326)
    labelled = load(folder, county, RED)
    overridden = load(folder, county, RED + 'crs = "EPSG:4490"\n')
    for project in (labelled, overridden):
        assert not project.findings and not project.faults
        (note,) = (n for n in project.layers["red"].notes if "harmless" in n.what.en)
        assert "不影响结果" in note.what.zh and not note.fatal


def test_the_sample_county_gives_no_finding() -> None:
    project = load_layers(load_catalog(SAMPLE / "catalog.toml"))
    assert project.findings == () and not project.faults


@pytest.mark.parametrize(("damage", "label", "swap", "trap"), [
    ("no .prj", None, False, Trap.NO_LABEL),
    ("wrong zone", 4550, False, Trap.WRONG_ZONE),
    ("swapped", 4549, True, Trap.SWAPPED),
])  # fmt: skip
def test_the_sample_redline_damaged(
    tmp_path: Path, damage: str, label: int | None, swap: bool, trap: Trap
) -> None:
    shutil.copy(SAMPLE / "base.gpkg", tmp_path)
    frame = pyogrio.read_dataframe(SAMPLE / "redline.gpkg", layer="redline_2024")[["geometry"]]
    frame["A"] = range(len(frame))
    if swap:
        frame.geometry = shapely.transform(np.asarray(frame.geometry), lambda xy: xy[:, ::-1])
    save(tmp_path, "red.shp", frame, label)
    county = entry("county", "county", "base.gpkg", 'layer = "county"')
    project = load(tmp_path, county, RED, accept_findings=True)
    assert [(f.layer, f.trap) for f in project.findings] == [("red", trap)]
    assert list(project.layers) == ["county", "red"]


def test_real_counties_in_wrong_zones(tmp_path: Path, shared_data: Path) -> None:
    """东阳 330783 against its prefecture: every zone within reach is told from the right one."""
    shutil.copy(shared_data / "jinhua" / "330700.geojson", tmp_path / "330700.geojson")
    counties = gpd.read_file(shared_data / "jinhua" / "330783.geojson")[["geometry"]].assign(A=1)
    prefecture = entry("city", "county", "330700.geojson")
    layer = entry("red", "redline", "red.shp")
    for true, label, trap in (
        (4549, 4548, Trap.WRONG_ZONE),
        (4549, 4550, Trap.WRONG_ZONE),
        (4549, 4508, Trap.WRONG_ZONE),
        (4528, 4549, Trap.ZONE_NUMBER),
        (4549, 4528, Trap.NO_ZONE_NUMBER),
        (4509, 4549, Trap.WRONG_ZONE),
    ):
        save(tmp_path, "red.shp", counties.to_crs(true), label)
        (finding,) = load(tmp_path, prefecture, layer).findings
        # the 6° zone around 117° has the grid of a 3° zone, which is the one named
        assert finding.best.crs == ("EPSG:4548" if true == 4509 else f"EPSG:{true}")
        assert (finding.trap, finding.certain) == (trap, True)
    save(tmp_path, "red.shp", counties.to_crs(4549), 4549)
    assert load(tmp_path, prefecture, layer).findings == ()


def test_real_national_parks_without_their_zone_number(tmp_path: Path, shared_data: Path) -> None:
    """EPSG:4647 lands in the North Sea; the same numbers labelled UTM 32 land nowhere."""
    north_sea = "coverage = [3.0, 53.0, 9.5, 55.5]"
    for name in ("Nationalparke_DTK25", "NP_SH_Wattenmeer"):
        frame = gpd.read_file(shared_data / "northsea" / f"{name}.shp")[["geometry"]].assign(A=1)
        save(tmp_path, "park.shp", frame, 4647)
        park = entry("park", "nature_reserve", "park.shp", north_sea)
        assert load(tmp_path, park).findings == ()
        save(tmp_path, "park.shp", frame, 25832)
        (finding,) = load(tmp_path, park).findings
        assert (finding.trap, finding.best.crs) == (Trap.ZONE_NUMBER, "EPSG:4647") and finding.certain
        assert not load(tmp_path, park, accept_findings=True).faults


def test_real_borders_tell_an_offset_and_only_an_offset(shared_data: Path) -> None:
    """Counties moved by GCJ-02 against their prefecture; two honest drawings of one county are no offset."""
    name = Text("金华市", "Jinhua")
    prefecture = gpd.read_file(shared_data / "jinhua" / "330700.geojson").geometry
    for code, other in (("330783", "东阳市"), ("330723", "武义县"), ("330727", "磐安县")):
        true = gpd.read_file(shared_data / "jinhua" / f"{code}.geojson").geometry
        moved = shapely.transform(np.asarray(true), lambda xy: np.column_stack(gcj02_of(*xy.T)))
        found = offset_by_border(code, "EPSG:4326", moved, prefecture, name)
        assert found is not None and found.best.offset is MapOffset.GCJ02 and found.certain
        metres = int(found.evidence[1].en.rsplit("about ", 1)[1].split(" ")[0])
        assert 450 < metres < 650
        assert offset_by_border(code, "EPSG:4326", true, prefecture, name) is None
        redrawn = gpd.read_file(shared_data / "jinhua_invalid" / f"{other}.geojson").geometry
        assert offset_by_border(code, "EPSG:4326", redrawn, true, name) is None


@pytest.mark.parametrize("shapes", [[], [None]])
def test_layers_without_a_shape_say_nothing_about_labels(
    folder: Path, write: Write, shapes: list[Any]
) -> None:
    """Neither of a county that lies elsewhere nor of one without a label."""
    write("empty.gpkg", shapes, crs="EPSG:4490", A=list(range(len(shapes))))
    save(folder, "county.shp", drawn(4549, [BORDER]), 4548)
    save(folder, "red.shp", drawn(4549, [REDLINE]), 4549)
    others = [entry(f"e{n}", "redline", "empty.gpkg") for n in range(3)]
    county = "[project]\nplane = 'EPSG:4549'\n" + entry("county", "county", "county.shp")
    assert [f.layer for f in load(folder, county, RED, *others).findings] == ["red"]
    save(folder, "county.shp", drawn(4549, [BORDER]), None)
    assert list(load(folder, county, RED, *others, accept_findings=True).layers)[:1] == ["county"]
