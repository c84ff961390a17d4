"""The gate's files: `check.html`, `check.gpkg` and `quarantine.csv` in `check`, each replaced whole."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from eco_gis.errors import OutputError
from eco_gis.layers.gate.inspect import Gate
from eco_gis.outputs.check.geodata import write_spots
from eco_gis.outputs.check.page import check_html
from eco_gis.outputs.quarantine import QUARANTINE, write_quarantine
from eco_gis.text import Lang, Text

FOLDER, PAGE, SPOTS = "check", "check.html", "check.gpkg"


def write_check(gate: Gate, out_dir: Path, *, lang: Lang) -> Path:
    """Write the page and the places of the gate; those of an earlier check are replaced.

    Returns
    -------
    Path
        The folder of both files, `check` in `out_dir`.

    Raises
    ------
    OutputError
        When a file cannot be written; the earlier ones are untouched.
    """
    folder = Path(out_dir) / FOLDER
    page = check_html(gate, lang=lang)
    _replace(folder / PAGE, lambda aside: aside.write_text(page, encoding="utf-8", newline="\n"))
    _replace(folder / SPOTS, lambda aside: write_spots(gate, aside))
    layers = gate.project.layers.values()
    if any(layer.lost for layer in layers):
        _replace(folder / QUARANTINE, lambda aside: write_quarantine(layers, aside))
    else:
        (folder / QUARANTINE).unlink(missing_ok=True)
    return folder


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    """Write aside, then rename, so that no half file is ever seen."""
    aside = path.with_name(f".{uuid.uuid4().hex[:8]}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(aside)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            Text(
                f"无法写入 {path}：{error.strerror or error}；请换用 --out，或关闭正在打开该文件的程序",
                f"cannot write {path}: {error.strerror or error}; choose another folder with --out, "
                "or close the program that has the file open",
            )
        ) from error
