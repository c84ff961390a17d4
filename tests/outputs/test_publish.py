"""A run appears whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fake import fake_result

from eco_gis.errors import OutputError
from eco_gis.outputs.manifest import verify_run
from eco_gis.outputs.publish import publish
from eco_gis.outputs.run_folder import RunFolder

FILES = {
    *(
        "map.html",
        "tables.xlsx",
        "report.docx",
        "result.gpkg",
        "facts.parquet",
        "facts.json",
        "manifest.json",
    ),
}


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def latest(folder: Path) -> str:
    return (folder / "latest").read_text(encoding="utf-8").strip()


def one_file_run(out: Path, name: str = "run") -> Path:
    with RunFolder(out, name) as run:
        (run.folder / "a.txt").write_text("whole", encoding="utf-8")
    return run.final


def test_publish_writes_every_part_once_and_the_manifest_last(tmp_path: Path) -> None:
    out, told = tmp_path / "成果 一", []
    folder = publish(fake_result(), out, lang="zh", name="20241231-demo", on_progress=told.append)
    assert folder == out / "20241231-demo"
    assert names(folder) == FILES
    assert told[-1] == "manifest.json"
    assert verify_run(folder) == []
    assert names(out) == {"20241231-demo", "latest"}
    assert latest(out) == "20241231-demo"


def test_some_parts_only(tmp_path: Path) -> None:
    folder = publish(fake_result(), tmp_path, lang="en", name="r", parts=("facts",))
    assert names(folder) == {"facts.json", "facts.parquet", "manifest.json"}
    with pytest.raises(OutputError, match=r"map\.pdf"):
        publish(fake_result(), tmp_path, lang="en", name="r", parts=("map.pdf",))


def test_each_run_has_its_own_folder(tmp_path: Path) -> None:
    made = [one_file_run(tmp_path).name for _ in range(3)]
    assert made == ["run", "run-2", "run-3"]
    assert latest(tmp_path) == "run-3"


def test_a_failed_run_leaves_the_old_one_whole(tmp_path: Path) -> None:
    one_file_run(tmp_path)
    with pytest.raises(RuntimeError, match="power"), RunFolder(tmp_path, "run") as run:
        (run.folder / "a.txt").write_text("half", encoding="utf-8")
        raise RuntimeError("power cut")
    assert names(tmp_path) == {"run", "latest"}
    assert latest(tmp_path) == "run"
    assert (tmp_path / "run" / "a.txt").read_text(encoding="utf-8") == "whole"


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    one_file_run(tmp_path)
    code = (
        "import os, sys; from pathlib import Path; from eco_gis.outputs.run_folder import RunFolder\n"
        "run = RunFolder(Path(sys.argv[1]), 'run').__enter__()\n"
        "(run.folder / 'half.txt').write_text('half'); os._exit(9)"
    )
    root = str(Path(__file__).parents[2])
    killed = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "PYTHONPATH": root}, check=False
    )
    assert killed.returncode == 9
    assert len(names(tmp_path)) == 4, "the hidden folder and its lock are still there"
    assert latest(tmp_path) == "run"
    one_file_run(tmp_path)
    assert names(tmp_path) == {"run", "run-2", "latest"}


def test_a_living_run_is_left_alone(tmp_path: Path) -> None:
    with RunFolder(tmp_path, "slow") as slow:
        (slow.folder / "a.txt").write_text("slow", encoding="utf-8")
        one_file_run(tmp_path, "quick")
        assert (slow.folder / "a.txt").exists()
    assert names(tmp_path) == {"slow", "quick", "latest"}
    assert latest(tmp_path) == "slow"


def test_a_folder_that_cannot_be_made_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(OutputError, match="choose another folder"):
        one_file_run(tmp_path / "file")


def test_a_disk_error_while_writing_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left"), RunFolder(tmp_path, "run"):
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == set()


@pytest.mark.parametrize("name", ["", "a/b", "..", "con", "x.", "a:b", "q?"])
def test_names_that_windows_refuses(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="cannot be the name"):
        RunFolder(tmp_path, name)
