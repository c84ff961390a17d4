"""Publishing a run: a folder of its own, written aside and renamed when its manifest is there (law 10)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
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
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Table
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
        made = _Made(result, run.folder, lang, store)
        for part in PARTS:
            if part in wanted:
                tell(part)
                _WRITERS[part](made)
        write_quarantine(result.layers.values(), run.folder / QUARANTINE)
        tell("manifest.json")
        write_manifest(result, run.folder, lang=lang)
    return run.final


@dataclass(frozen=True)
class _Made:
    """A run on its way into a folder, with what several files show made once."""

    result: RunResult
    folder: Path
    lang: Lang
    store: Store | None

    @cached_property
    def tables(self) -> list[Table]:
        return build_tables(self.result, self.lang)

    def map(self) -> None:
        page = map_html(self.result, lang=self.lang, store=self.store)
        (self.folder / "map.html").write_text(page, encoding="utf-8", newline="\n")

    def workbook(self) -> None:
        write_workbook(self.result, self.folder / "tables.xlsx", self.lang, tables=self.tables)

    def document(self) -> None:
        write_document(
            self.result, self.folder / "report.docx", self.lang, tables=self.tables, store=self.store
        )

    def sheets(self) -> None:
        write_sheets(self.result, self.folder, self.lang)

    def shapes(self) -> None:
        write_geopackage(self.result, self.folder / "result.gpkg", self.lang)

    def facts(self) -> None:
        write_facts(run_facts(self.result), self.folder)


_WRITERS: dict[str, Callable[[_Made], None]] = {
    "map.html": _Made.map,
    "tables.xlsx": _Made.workbook,
    "report.docx": _Made.document,
    "sheets": _Made.sheets,
    "result.gpkg": _Made.shapes,
    "facts": _Made.facts,
}
