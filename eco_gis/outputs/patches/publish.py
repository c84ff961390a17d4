"""The folder of a run about change patches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eco_gis.errors import OutputError
from eco_gis.model.patches import PatchResult
from eco_gis.model.result import RunResult
from eco_gis.outputs.facts import run_facts, write_facts
from eco_gis.outputs.geodata import write_geopackage
from eco_gis.outputs.manifest import write_manifest
from eco_gis.outputs.patches.card import cards_of
from eco_gis.outputs.patches.cards_html import write_cards_page
from eco_gis.outputs.patches.cards_word import write_cards
from eco_gis.outputs.patches.field import write_geojson, write_kml
from eco_gis.outputs.patches.map import write_map
from eco_gis.outputs.patches.summary import write_summary
from eco_gis.outputs.patches.workbook import write_ledger
from eco_gis.outputs.quarantine import QUARANTINE, write_quarantine
from eco_gis.outputs.run_folder import RunFolder
from eco_gis.text import Lang

Writer = Callable[[RunResult, PatchResult, Path, Lang], object]
CARDS, PAGE, SHAPES = "图斑卡片.docx", "图斑卡片.html", "result.gpkg"
WRITERS: dict[str, Writer] = {
    "台账.xlsx": write_ledger,
    "图斑地图.html": write_map,
    "外业核查.geojson": write_geojson,
    "外业核查.kml": write_kml,
    "季报.docx": write_summary,
}
"""Files of a run beside its cards, facts and manifest."""


def publish_patches(
    result: RunResult,
    out_dir: Path,
    *,
    lang: Lang,
    name: str,
    on_progress: Callable[[str], None] | None = None,
) -> Path:
    """Write the files of a run into a new folder of `out_dir` and point `latest` to it.

    Returns
    -------
    Path
        The folder of the run.

    Raises
    ------
    OutputError
        When the run asked about no patches, or the folder cannot be written; earlier runs are untouched.
    """
    found = result.patches
    if found is None:
        raise OutputError("a run without patches has nothing to publish about them")
    tell = on_progress or (lambda part: None)
    with RunFolder(out_dir, name) as run:
        for part, write in WRITERS.items():
            tell(part)
            write(result, found, run.folder / part, lang)
        tell(CARDS)
        cards = cards_of(result, found, lang)
        write_cards(result, cards, run.folder / CARDS, lang)
        tell(PAGE)
        write_cards_page(result, cards, run.folder / PAGE, lang)
        tell(SHAPES)
        write_geopackage(result, run.folder / SHAPES, lang)
        tell("facts")
        write_facts(run_facts(result), run.folder)
        write_quarantine(result.layers.values(), run.folder / QUARANTINE)
        tell("manifest.json")
        write_manifest(result, run.folder, lang=lang)
    return run.final
