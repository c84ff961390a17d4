"""The manifest: inputs, programs, and whether a run is still whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake import fake_result

from eco_gis.model.result import RunResult
from eco_gis.outputs.manifest import MANIFEST, verify_run, write_manifest


@pytest.fixture
def run(tmp_path: Path) -> tuple[RunResult, Path]:
    """A result whose layers lie in a real file beside its catalog, and a folder with one output."""
    home, folder = tmp_path / "家 里" / "layers", tmp_path / "run"
    home.mkdir(parents=True)
    folder.mkdir()
    (home / "catalog.toml").write_text("[project]\n", encoding="utf-8")
    (home / "county.gpkg").write_bytes(b"county")
    (tmp_path / "elsewhere.gpkg").write_bytes(b"site")
    (folder / "facts.json").write_text("[]\n", encoding="utf-8")
    result = fake_result()
    layers = {
        i: replace(v, spec=replace(v.spec, file=home / "county.gpkg")) for i, v in result.layers.items()
    }
    extra = replace(layers["county"].spec, id="extra", file=tmp_path / "elsewhere.gpkg")
    layers["extra"] = replace(layers["county"], spec=extra)
    faults = tuple(replace(f, spec=replace(f.spec, file=home / "gone.gpkg")) for f in result.faults)
    catalog = replace(result.catalog, path=home / "catalog.toml")
    return replace(result, catalog=catalog, layers=layers, faults=faults), folder


def test_inputs_are_named_once_and_relative(run: tuple[RunResult, Path], tmp_path: Path) -> None:
    path = write_manifest(*run, lang="zh")
    told = json.loads(path.read_text(encoding="utf-8"))
    inputs = {entry["file"]: entry for entry in told["inputs"]}
    assert set(inputs) == {"catalog.toml", "county.gpkg", "elsewhere.gpkg", "gone.gpkg"}
    assert inputs["county.gpkg"]["sha256"] == hashlib.sha256(b"county").hexdigest()
    assert inputs["county.gpkg"]["bytes"] == 6
    assert inputs["gone.gpkg"]["sha256"] is None
    assert "redline_2024" in inputs["county.gpkg"]["layers"]
    assert str(tmp_path) not in path.read_text(encoding="utf-8")
    assert {"as_of", "lang", "plane", "secrecy", "parameters", "software"} <= set(told)
    assert {"eco_gis", "python", "geopandas", "shapely", "GEOS", "PROJ", "GDAL"} <= set(told["software"])


def test_a_whole_run_has_no_problem(run: tuple[RunResult, Path]) -> None:
    write_manifest(*run, lang="zh")
    assert verify_run(run[1]) == []


def test_a_changed_a_lost_and_a_strange_file_are_told_apart(run: tuple[RunResult, Path]) -> None:
    folder = run[1]
    (folder / "map.html").write_text("<html>", encoding="utf-8")
    write_manifest(*run, lang="zh")
    (folder / "facts.json").write_text("[1]\n", encoding="utf-8")
    (folder / "map.html").unlink()
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    found = {p.where.split("/")[1]: p for p in verify_run(folder)}
    assert "changed" in found["facts.json"].what.en
    assert "gone" in found["map.html"].what.en
    assert not found["note.txt"].fatal


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"outputs": 3}'])
def test_a_broken_manifest_is_a_problem(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    assert len(verify_run(tmp_path)) == 1


def test_a_run_without_manifest_was_not_finished(tmp_path: Path) -> None:
    assert "not finished" in verify_run(tmp_path)[0].what.en


def test_a_file_is_told_as_it_was_read(run: tuple[RunResult, Path], tmp_path: Path) -> None:
    result, folder = run
    file = tmp_path / "elsewhere.gpkg"
    as_read = hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_bytes(b"changed since")
    told = json.loads(
        write_manifest(replace(result, fingerprints={file: as_read}), folder, lang="zh").read_text("utf-8")
    )
    assert {e["file"]: e["sha256"] for e in told["inputs"]}["elsewhere.gpkg"] == as_read
