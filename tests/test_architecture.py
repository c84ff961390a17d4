"""The one-way street between rooms, read from the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "eco_gis"
LEVEL = {
    "errors": 0,
    "units": 0,
    "text": 0,
    "folders": 0,
    "geometry": 1,
    "model": 2,
    "layers": 3,
    "siting": 4,
    "change": 4,
    "patches": 4,
    "accounts": 4,
    "outputs": 5,
    "pipeline": 6,
    "screen": 7,
    "cli": 8,
}
FREE = {"sample", "testing", "__init__", "__main__"}
"""Rooms beside the street: they may use any other, and only the command line, tests and the API use them."""
ANSWERS = {"siting", "change", "patches", "accounts"}
FILES_AND_DRAWING = {
    *("pyogrio", "fiona", "rasterio", "geopandas", "folium", "branca", "matplotlib", "docx", "xlsxwriter"),
    *("typer", "rich", "pyarrow"),
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[tuple[str, ...]]:
    """Absolute module names imported anywhere in a file."""
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {tuple(alias.name.split(".")) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(tuple((node.module or "").split(".")))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    here = room(path)
    assert here in LEVEL or here in FREE, f"{here} is not a room of the house: give it a place in LEVEL"
    for name in imports(path):
        if name[0] != "eco_gis" or len(name) < 2 or here in FREE:
            continue
        there = name[1]
        if there == here:
            continue
        if there in FREE:
            assert here in ("cli", "screen"), f"{path.name} imports {there}"
            continue
        assert LEVEL[there] <= LEVEL[here], f"{here} imports {there}: against the one-way street"
        assert not (here in ANSWERS and there in ANSWERS), f"answer room {here} imports answer room {there}"


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if room(p) in {*ANSWERS, "geometry", "model"}],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_pure_rooms_import_no_file_or_drawing_library(path: Path) -> None:
    assert not {name[0] for name in imports(path)} & FILES_AND_DRAWING


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_is_one_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_two_test_modules_bear_the_same_name() -> None:
    """Rooms of tests are no packages: of two modules of one name only the first would be collected."""
    rooms = Path(__file__).parent
    names = [path.name for path in rooms.rglob("test_*.py") if not (path.parent / "__init__.py").exists()]
    assert sorted(names) == sorted(set(names))


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, eco_gis; print(' '.join(m for m in sys.modules if '.' not in m))"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert not loaded & {*FILES_AND_DRAWING, "numpy", "pandas", "shapely", "pyproj"}


def test_every_public_name_is_there() -> None:
    import eco_gis

    assert all(getattr(eco_gis, name) is not None for name in eco_gis.__all__)
    with pytest.raises(AttributeError):
        _ = eco_gis.no_such_name
