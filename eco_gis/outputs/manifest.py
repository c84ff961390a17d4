"""manifest.json: from which inputs, with which programs, a run was made, and whether it is still whole."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyogrio
import pyproj
import shapely

from eco_gis import __version__
from eco_gis.errors import Problem
from eco_gis.model.layer import LayerSpec
from eco_gis.model.result import RunResult
from eco_gis.text import Lang, Text

MANIFEST = "manifest.json"
PACKAGES = ("geopandas", "shapely", "pyogrio", "fiona", "rasterio", "pyproj", "numpy", "pandas", "pyarrow")
SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
"""Files that are part of a Shapefile."""


def manifest(result: RunResult, folder: Path, *, lang: Lang) -> dict[str, Any]:
    """What is written into the manifest of the run in `folder`, whose files are all there.

    File names are relative to the catalog's folder, or bare where a file lies elsewhere: no path of a
    machine and no name of a user gets in.
    """
    return {
        "title": result.catalog.name.to(lang),
        "invented": result.catalog.invented,
        "as_of": result.as_of.isoformat(),
        "lang": lang,
        "plane": result.plane.name,
        "secrecy": result.secrecy.value,
        "area": "ellipsoidal",
        "parameters": dict(sorted(result.parameters.items())),
        "software": _software(),
        "inputs": list(_inputs(result)),
        "outputs": [_entry(file, file.name) for file in _files(folder)],
    }


def write_manifest(result: RunResult, folder: Path, *, lang: Lang) -> Path:
    """Write the manifest into the folder; it is the last file of a run."""
    path = folder / MANIFEST
    text = json.dumps(manifest(result, folder, lang=lang), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def verify_run(folder: Path) -> list[Problem]:
    """Compare the files of a run with its manifest; an empty list means that nothing was touched.

    >>> verify_run(Path("no such run"))[0].what.en
    'no manifest.json: the run was not finished'
    """
    path = folder / MANIFEST
    if not path.is_file():
        return [Problem(folder.name, _NO_MANIFEST, _AGAIN)]
    try:
        told = {entry["file"]: entry["sha256"] for entry in json.loads(path.read_text("utf-8"))["outputs"]}
    except (ValueError, KeyError, TypeError):
        return [Problem(f"{folder.name}/{MANIFEST}", _BROKEN, _AGAIN)]
    problems = []
    for name, sha256 in told.items():
        if not (folder / name).is_file():
            problems.append(Problem(f"{folder.name}/{name}", _GONE, _AGAIN))
        elif _sha256(folder / name) != sha256:
            problems.append(Problem(f"{folder.name}/{name}", _CHANGED, _AGAIN))
    strange = [file.name for file in _files(folder) if file.name not in told]
    return [*problems, *(Problem(f"{folder.name}/{name}", _STRANGE, _AWAY, fatal=False) for name in strange)]


_AGAIN = Text("重新运行", "make the run again")
_AWAY = Text("移走该文件", "move it away")
_NO_MANIFEST = Text("没有 manifest.json，运行未完成", "no manifest.json: the run was not finished")
_BROKEN = Text("不是有效的清单", "not a manifest")
_GONE = Text("文件缺失", "the file is gone")
_CHANGED = Text("文件在运行后被改动", "the file was changed after the run")
_STRANGE = Text("文件不属于本次运行", "the file is not of this run")


def _files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.iterdir() if f.is_file() and f.name != MANIFEST)


def _software() -> dict[str, str]:
    found = {"eco_gis": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found | {
        "GEOS": ".".join(map(str, shapely.geos_version)),
        "PROJ": pyproj.proj_version_str,
        "GDAL": ".".join(map(str, pyogrio.__gdal_version__)),
    }


def _inputs(result: RunResult) -> Iterator[dict[str, Any]]:
    """The catalog and each file of the layers that were read, their own tables of classes among them, once."""
    home = result.catalog.path.parent
    specs = [*result.specs.values(), *(fault.spec for fault in result.faults)]
    users: dict[Path, list[str]] = {}
    for spec in specs:
        table = home / spec.classes
        for file in [*_parts(spec), *([table] if table.is_file() else [])]:
            users.setdefault(file, []).append(spec.id)
    if result.catalog.path.is_file():
        yield {**_entry(result.catalog.path, result.catalog.path.name), "layers": []}
    for file, ids in sorted(users.items(), key=lambda item: _name(item[0], home)):
        entry = (
            _entry(file, _name(file, home), result.fingerprints.get(file))
            if file.is_file()
            else {"file": _name(file, home), "sha256": None}
        )
        yield {**entry, "layers": sorted(ids)}


def _parts(spec: LayerSpec) -> list[Path]:
    """The files behind a layer: a folder's own files, a Shapefile's sidecars."""
    if spec.file.is_dir():
        return sorted(f for f in spec.file.rglob("*") if f.is_file())
    sidecars = (spec.file.with_suffix(s) for s in SIDECARS) if spec.file.suffix.lower() == ".shp" else ()
    coverage = spec.coverage.file if spec.coverage is not None else None
    return [spec.file, *(s for s in sidecars if s.is_file()), *([coverage] if coverage is not None else [])]


def _name(file: Path, home: Path) -> str:
    try:
        return file.resolve().relative_to(home.resolve()).as_posix()
    except ValueError:
        return file.name


def _entry(file: Path, name: str, as_read: str | None = None) -> dict[str, Any]:
    return {"file": name, "sha256": as_read or _sha256(file), "bytes": file.stat().st_size}


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
