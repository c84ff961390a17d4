"""Publishing a run: a folder of its own, written aside and renamed when its manifest is there (law 10)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from eco_gis.errors import OutputError
from eco_gis.layers.store import Store
from eco_gis.model.result import RunResult
from eco_gis.outputs.facts import run_facts, write_facts
from eco_gis.outputs.geodata import write_geopackage
from eco_gis.outputs.manifest import write_manifest
from eco_gis.outputs.map.page import map_html
from eco_gis.outputs.quarantine import QUARANTINE, write_quarantine
from eco_gis.outputs.report.document import write_document
from eco_gis.outputs.run_folder import RunFolder
from eco_gis.outputs.sheet.files import write_sheets
from eco_gis.outputs.workbook import write_workbook
from eco_gis.text import Lang

PARTS = ("map.html", "tables.xlsx", "report.docx", "sheets", "result.gpkg", "facts")
"""What a run consists of, beside its manifest; `sheets` are sheets.docx and sheets.html where there are sites,
`facts` are facts.json and facts.parquet."""


def publish(
    result: RunResult,
    out_dir: Path,
    *,
    lang: Lang,
    name: str,
    on_progress: Callable[[str], None] | None = None,
    parts: Collection[str] | None = None,
    store: Store | None = None,
) -> Path:
    """Write the files of a run into a new folder of `out_dir` and point `latest` to it.

    Parameters
    ----------
    name
        Name of the folder; a number is added where a folder of that name is there already.
    on_progress
        Told the name of each file before it is written.
    parts
        Some of `PARTS`; None: all of them. The manifest is always written.
    store
        Where what was drawn of a layer is kept; None draws everything anew.

    Returns
    -------
    Path
        The folder of the run.

    Raises
    ------
    OutputError
        When the folder cannot be written; earlier runs are untouched.
    """
    wanted = set(PARTS if parts is None else parts)
    if unknown := wanted - set(PARTS):
        raise OutputError(f"{', '.join(sorted(unknown))} is no part of a run: use some of {', '.join(PARTS)}")
    tell = on_progress or (lambda part: None)
    with RunFolder(out_dir, name) as run:
        for part in PARTS:
            if part in wanted:
                tell(part)
                _WRITERS[part](result, run.folder, lang, store)
        write_quarantine(result.layers.values(), run.folder / QUARANTINE)
        tell("manifest.json")
        write_manifest(result, run.folder, lang=lang)
    return run.final


def _write_map(result: RunResult, folder: Path, lang: Lang, store: Store | None) -> None:
    page = map_html(result, lang=lang, store=store)
    (folder / "map.html").write_text(page, encoding="utf-8", newline="\n")


_WRITERS: dict[str, Callable[[RunResult, Path, Lang, Store | None], object]] = {
    "map.html": _write_map,
    "tables.xlsx": lambda result, folder, lang, _: write_workbook(result, folder / "tables.xlsx", lang),
    "report.docx": lambda result, folder, lang, _: write_document(result, folder / "report.docx", lang),
    "sheets": lambda result, folder, lang, _: write_sheets(result, folder, lang),
    "result.gpkg": lambda result, folder, lang, _: write_geopackage(result, folder / "result.gpkg", lang),
    "facts": lambda result, folder, lang, _: write_facts(run_facts(result), folder),
}
