"""The folder of a run about change patches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eco_gis.errors import OutputError
from eco_gis.model.result import RunResult
from eco_gis.outputs.facts import run_facts, write_facts
from eco_gis.outputs.manifest import write_manifest
from eco_gis.outputs.patches.card import cards_of
from eco_gis.outputs.patches.cards_html import write_cards_page
from eco_gis.outputs.patches.cards_word import write_cards
from eco_gis.outputs.patches.workbook import write_ledger
from eco_gis.outputs.quarantine import QUARANTINE, write_quarantine
from eco_gis.outputs.run_folder import RunFolder
from eco_gis.text import Lang

LEDGER, CARDS, PAGE = "台账.xlsx", "图斑卡片.docx", "图斑卡片.html"


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
        tell(LEDGER)
        write_ledger(result, found, run.folder / LEDGER, lang)
        tell(CARDS)
        cards = cards_of(result, found, lang)
        write_cards(result, cards, run.folder / CARDS, lang)
        tell(PAGE)
        write_cards_page(result, cards, run.folder / PAGE, lang)
        tell("facts")
        write_facts(run_facts(result), run.folder)
        write_quarantine(result.layers.values(), run.folder / QUARANTINE)
        tell("manifest.json")
        write_manifest(result, run.folder, lang=lang)
    return run.final
