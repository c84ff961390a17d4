"""The folder of compiled kernels: never stale, never in the way, never needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import eco_gis
from eco_gis.folders import CACHE_VARIABLE
from eco_gis.geometry.cells import compiled

CALLER = """
from eco_gis.geometry.cells.compiled import kernel
from eco_gis.geometry.cells.callee import constant

@kernel
def doubled(x):
    return 2 * x * constant()
"""
CALLEE = """
from eco_gis.geometry.cells.compiled import kernel

@kernel
def constant():
    return {}
"""
ASK = "from eco_gis.geometry.cells.caller import doubled; print(doubled(1), len(doubled.stats.cache_hits))"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package with two small kernels in two files."""
    home = tmp_path / "包 裹"
    source = Path(eco_gis.__file__).parent
    shutil.copytree(
        source / "geometry", home / "eco_gis" / "geometry", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("__init__.py", "errors.py", "folders.py", "text.py", "units.py"):
        shutil.copy(source / name, home / "eco_gis" / name)
    write_kernels(home, 3)
    return home


def write_kernels(home: Path, constant: int) -> None:
    cells = home / "eco_gis" / "geometry" / "cells"
    (cells / "caller.py").write_text(CALLER, encoding="utf-8")
    (cells / "callee.py").write_text(CALLEE.format(constant), encoding="utf-8")


def start(home: Path, cache: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(home), CACHE_VARIABLE: str(cache)}
    return subprocess.Popen(
        [sys.executable, "-c", ASK], env=environment, cwd=home, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def answer(process: subprocess.Popen[str]) -> tuple[int, int]:
    """What the kernel gave, and how often it came from the folder."""
    out, error = process.communicate()
    assert process.returncode == 0, error
    value, hits = out.split()
    return int(value), int(hits)


def test_an_edit_of_a_callee_in_another_file_is_seen(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "缓存"
    assert answer(start(package, cache)) == (6, 0)
    assert answer(start(package, cache)) == (6, 1)
    write_kernels(package, 5)
    assert answer(start(package, cache)) == (10, 0)
    assert len(list(cache.glob("kernels-*"))) == 2


def test_a_half_written_entry_costs_a_compilation_only(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    answer(start(package, cache))
    for suffix in ("nbc", "nbi"):
        entries = list(cache.rglob(f"caller*.{suffix}"))
        assert entries
        for entry in entries:
            entry.write_bytes(entry.read_bytes()[: entry.stat().st_size // 2])
        assert answer(start(package, cache)) == (6, 0)
        assert answer(start(package, cache)) == (6, 1)


def test_two_processes_compile_at_once(package: Path, tmp_path: Path) -> None:
    both = [start(package, tmp_path / "cache") for _ in range(2)]
    assert [answer(process)[0] for process in both] == [6, 6]


def test_a_folder_that_cannot_be_written_costs_a_compilation_only(package: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    assert answer(start(package, in_the_way / "cache"))[0] == 6


def test_nowhere_to_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    monkeypatch.setenv(CACHE_VARIABLE, str(in_the_way))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(in_the_way))
    assert compiled.cache_folder.__wrapped__() is None
    monkeypatch.setattr(compiled, "cache_folder", lambda: None)

    @compiled.kernel
    def three() -> int:
        return 3

    assert three() == 3


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners and modes of POSIX")
def test_a_folder_that_others_can_write_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # what lies there is loaded as code
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file" / "none"))
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    own = compiled.cache_folder.__wrapped__()
    assert own is not None
    assert own.stat().st_mode & 0o077 == 0
    own.chmod(0o777)
    assert compiled.cache_folder.__wrapped__() is None


def test_ranges_are_worked_on_in_order() -> None:
    assert compiled.on_all_cores(lambda a, b: (a, b), [(0, 2), (2, 5), (5, 6)]) == [(0, 2), (2, 5), (5, 6)]
    with pytest.raises(ZeroDivisionError):
        compiled.on_all_cores(lambda a, b: 1 // a, [(1, 2), (0, 1)])


def test_no_module_compiles_when_it_is_imported() -> None:
    code = (
        "import sys, importlib, eco_gis.geometry.overlay, eco_gis.geometry.regions, eco_gis.geometry.zonal, "
        "eco_gis.cli, eco_gis.pipeline; print([m for m in sys.modules if m.split('.')[0] in ('numba', 'llvmlite')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_folders_that_nobody_used_for_90_days_go_when_a_new_one_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    for name, days in (("kernels-old", 91), ("kernels-young", 89), ("layers", 400)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "entry").write_text("kept")
        os.utime(tmp_path / name, (time.time() - days * 86_400,) * 2)
    made = compiled.cache_folder.__wrapped__()
    left = sorted(p.name for p in tmp_path.iterdir())
    assert left == sorted(["kernels-young", "layers", made.name])
    os.utime(made, (0, 0))
    assert compiled.cache_folder.__wrapped__() == made and time.time() - made.stat().st_mtime < 60
