"""What a card tells of a patch, for paper and for screen alike."""

from __future__ import annotations

from dataclasses import dataclass

from eco_gis.geometry.crs import Plane
from eco_gis.model.fact import patch_fact_id
from eco_gis.model.ledger_columns import ENTRIES
from eco_gis.model.patches import Patch, PatchResult, Photo
from eco_gis.model.result import RunResult
from eco_gis.outputs.facts import run_facts
from eco_gis.outputs.map.shapes import anchor
from eco_gis.outputs.patches.figure import Figures
from eco_gis.outputs.patches.tables import classes, documents_table, lines_table, listed
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.style import SignStyle, state_style
from eco_gis.outputs.tables.cells import NONE, Cells, Table
from eco_gis.text import Lang, Text

Pairs = tuple[tuple[str, str], ...]

DELIVERED = {
    "kind": Text("类型", "kind"),
    "before": Text("前时相", "image before"),
    "after": Text("后时相", "image after"),
    "class_before": Text("前地类", "class before"),
    "class_after": Text("后地类", "class after"),
    "note": Text("说明", "note"),
}
"""Names of delivered fields; any other stands under its own."""


@dataclass(frozen=True)
class Card:
    """One patch, ready to be set."""

    patch: Patch
    title: str
    state: SignStyle
    suggestion: str
    facts: Pairs
    evidence: tuple[str, ...]
    figure: bytes
    """PNG."""
    lines: Table
    documents: Table
    photos: tuple[tuple[Photo, str], ...]
    """Pictures with what stands below each."""
    entry: Pairs
    """What people entered; a dash where nothing is yet."""


def cards_of(result: RunResult, found: PatchResult, lang: Lang) -> list[Card]:
    """The cards of a run in the order of the ledger."""
    cells = Cells(run_facts(result), lang)
    figures = Figures(result.layers, found.patches, lang)
    return [
        Card(
            patch=patch,
            title=" · ".join(filter(None, (patch.batch, patch.id, patch.name))),
            state=state_style(patch.entry.state),
            suggestion=cells.say(patch.suggestion.label),
            facts=_facts(patch, result.plane, cells),
            evidence=tuple(sentence.to(lang) for sentence in patch.evidence),
            figure=figures.draw(patch),
            lines=lines_table(patch, cells),
            documents=documents_table(patch, cells),
            photos=tuple((photo, _caption(patch, photo, cells)) for photo in patch.photos),
            entry=_entry(patch, cells),
        )
        for patch in found.patches
    ]


def _facts(patch: Patch, plane: Plane, cells: Cells) -> Pairs:
    def fact(*what: str) -> str:
        return patch_fact_id(patch.batch, patch.id, *what)

    def area(quantity: str) -> str:
        ha, mu = (cells.area(fact(quantity), unit).shown for unit in ("ha", "mu"))
        return f"{ha} 公顷（{mu} 亩）" if cells.lang == "zh" else f"{ha} ha ({mu} mu)"

    lat, lon = anchor(patch.shape, plane)
    share = cells.percent(fact("explained_share")).shown
    delivered = [
        f"{DELIVERED[k].to(cells.lang) if k in DELIVERED else k} {v}" for k, v in patch.delivered.items()
    ]
    told = {
        "batch": patch.batch,
        "day": patch.day.isoformat() if patch.day else "",
        "township": listed(patch.townships, cells),
        "village": listed(patch.villages, cells),
        "area": area("area"),
        "place": f"{lon:.6f}°, {lat:.6f}°",
        "before": classes(patch.land.before, patch.land.before_reasons, cells),
        "after": classes(patch.land.after, patch.land.after_reasons, cells),
        "explained": f"{area('explained')} {share}%",
        "unexplained": area("unexplained"),
        "delivered": listed(delivered, cells),
        "suggestion": cells.say(patch.suggestion.label),
    }
    return tuple((cells.say(SAY[key]), value or NONE) for key, value in told.items())


def _entry(patch: Patch, cells: Cells) -> Pairs:
    entry = patch.entry
    told = {
        "state": cells.say(entry.state.label),
        "judgement": cells.say(entry.judgement.label),
        "by": entry.by,
        "on": entry.on.isoformat() if entry.on else "",
        "note": entry.note,
    }
    return tuple((cells.say(ENTRIES[key]), value) for key, value in told.items())


def _caption(patch: Patch, photo: Photo, cells: Cells) -> str:
    """File, time, distance and days of a picture, then what speaks against it."""
    where = patch_fact_id(patch.batch, patch.id, "photo", photo.file)
    distance = cells.metres(f"{where}/distance").shown
    taken = photo.taken.isoformat(" ", "minutes") if photo.taken else NONE
    told = [
        photo.file,
        f"{cells.say(SAY['taken'])} {taken}",
        f"{cells.say(SAY['distance'])} {distance} m" if photo.distance_m is not None else "",
        *(f"⚠ {remark.to(cells.lang)}" for remark in photo.remarks),
    ]
    return listed(filter(None, told), cells, long=True)
