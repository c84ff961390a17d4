"""Tables of change patches; every number is a fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eco_gis.model.fact import patch_fact_id
from eco_gis.model.layer import Polarity
from eco_gis.model.ledger_columns import ENTRIES, KEYS
from eco_gis.model.patches import DocumentCover, LandArea, Patch, PatchResult, Tally
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Answer, LayerAnswer, Reason
from eco_gis.outputs.patches.words import SAY
from eco_gis.outputs.tables.cells import NONE, Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.words import SHORT_ROLES, UNITS
from eco_gis.patches.facts import COUNTS, summary_fact_id
from eco_gis.text import Text
from eco_gis.units import DECIMALS, shown

LINE_ROLES = (
    LayerRole.CROPLAND,
    LayerRole.PERMANENT_BASIC_FARMLAND,
    LayerRole.REDLINE,
    LayerRole.NATURE_RESERVE,
    LayerRole.URBAN_BOUNDARY,
)
"""Roles with a column of their own; all others share one."""


def ledger_table(result: RunResult, found: PatchResult, cells: Cells) -> Table:
    """台账: one row per patch; the last columns are for people."""
    heads = [
        Column("number", cells.say(SAY["number"]), Kind.NUMBER, width=6),
        _words(cells, "batch", KEYS["batch"], 10),
        _words(cells, "patch", KEYS["patch"], 16),
        _words(cells, "day", SAY["day"], 11),
        _words(cells, "township", SAY["township"], 11),
        _words(cells, "village", SAY["village"], 14),
        _measure(cells, "area_ha", SAY["area"], "ha", 11),
        _measure(cells, "area_mu", SAY["area"], "mu", 9),
        _words(cells, "before", SAY["before"], 16),
        _words(cells, "after", SAY["after"], 16),
        *(_measure(cells, role.value, _line_title(role), "ha", 11) for role in LINE_ROLES),
        _words(cells, "others", SAY["others"], 22),
        _measure(cells, "explained", SAY["explained"], "ha", 11),
        _measure(cells, "share", SAY["share"], "share", 9),
        _measure(cells, "unexplained", SAY["unexplained"], "ha", 11),
        _words(cells, "suggestion", SAY["suggestion"], 20),
        Column("state", cells.say(ENTRIES["state"]), Kind.SIGN, width=9),
        _words(cells, "judgement", ENTRIES["judgement"], 13),
        _words(cells, "by", ENTRIES["by"], 10),
        _words(cells, "on", ENTRIES["on"], 12),
        _words(cells, "note", ENTRIES["note"], 24),
        _words(cells, "documents", SAY["documents"], 34),
        _words(cells, "gaps", SAY["gaps"], 18),
        _words(cells, "earlier", SAY["earlier"], 22),
        _words(cells, "evidence", SAY["evidence"], 90),
        Column("revision", cells.say(KEYS["revision"]), Kind.NUMBER, width=8),
    ]
    rows = [_row(n, patch, cells) for n, patch in enumerate(found.patches, start=1)]
    remarks = [cells.say(SAY[key]) for key in ("fill_in", "clue", "ledger_only")]
    return Table(
        "patches",
        cells.say(SAY["ledger"]),
        cells.say(Text("台账", "Ledger")),
        tuple(heads),
        tuple(rows),
        notes(cells, [*remarks, area_note(result, cells)]),
    )


def _row(n: int, patch: Patch, cells: Cells) -> tuple[Cell, ...]:
    def fact(*what: str) -> str:
        return patch_fact_id(patch.batch, patch.id, *what)

    entry = patch.entry
    return (
        Cell(n, str(n)),
        cells.words(patch.batch),
        cells.words(patch.id),
        cells.words(patch.day.isoformat() if patch.day else ""),
        cells.words(listed(patch.townships, cells)),
        cells.words(listed(patch.villages, cells)),
        cells.area(fact("area"), "ha"),
        cells.area(fact("area"), "mu"),
        cells.words(classes(patch.land.before, patch.land.before_reasons, cells)),
        cells.words(classes(patch.land.after, patch.land.after_reasons, cells)),
        *(_line_cell(patch, role, cells) for role in LINE_ROLES),
        cells.words(_other_lines(patch, cells)),
        cells.area(fact("explained"), "ha"),
        cells.percent(fact("explained_share")),
        cells.area(fact("unexplained"), "ha"),
        cells.words(patch.suggestion.label),
        cells.sign(fact("state")),
        cells.words(entry.judgement.label),
        cells.words(entry.by),
        cells.words(entry.on.isoformat() if entry.on else ""),
        cells.words(entry.note),
        cells.words(listed((document_words(d, cells) for d in patch.documents), cells, long=True)),
        cells.words(gaps(patch, cells)),
        cells.words(listed(_sights(patch), cells, long=True)),
        cells.words("".join(e.to(cells.lang) + ("" if cells.lang == "zh" else " ") for e in patch.evidence)),
        Cell(patch.revision, str(patch.revision)),
    )


def lines_table(patch: Patch, cells: Cells) -> Table:
    """Every control layer that is not clear of the patch."""
    heads = (
        _words(cells, "layer", SAY["lines"], 30),
        Column("answer", cells.say(SAY["answer"]), Kind.SIGN, width=12),
        _measure(cells, "inside", SAY["inside"], "ha", 14),
        _measure(cells, "share", SAY["share"], "share", 10),
        _words(cells, "remark", SAY["remark"], 40),
    )
    rows = [_line_row(patch, a, cells) for a in patch.lines if a.answer is not Answer.NOT_CONCERNED]
    return Table("lines", cells.say(SAY["lines"]), cells.say(SAY["lines"]), heads, tuple(rows))


def _line_row(patch: Patch, line: LayerAnswer, cells: Cells) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return patch_fact_id(patch.batch, patch.id, "line", line.layer_id, quantity)

    concerned = line.answer is Answer.CONCERNED
    told = [zone for zone, _ in line.zones if zone]
    if line.polarity is Polarity.OUTSIDE and concerned:
        told = [cells.say(SAY["outside"])]
    told += [r.label.to(cells.lang) for r in line.reasons]
    return (
        cells.words(line.label if line.label.zh else line.role.label),
        cells.sign(fact("answer")),
        cells.area(fact("overlap_area"), "ha") if concerned else cells.unanswered(fact("overlap_area")),
        cells.percent(fact("share")) if concerned else cells.unanswered(fact("share")),
        cells.words(listed(told, cells, long=True)),
    )


def documents_table(patch: Patch, cells: Cells) -> Table:
    """Every document that overlaps the patch, and how much of it counts."""
    heads = (
        _words(cells, "kind", SAY["kind"], 18),
        _words(cells, "name", SAY["name"], 26),
        _words(cells, "approved", SAY["approved"], 15),
        _words(cells, "expires", SAY["expires"], 15),
        _measure(cells, "overlap", SAY["overlap"], "ha", 13),
        _measure(cells, "counted", SAY["counted"], "ha", 13),
        _words(cells, "standing", SAY["standing"], 22),
    )
    rows = [_document_row(patch, d, cells) for d in patch.documents]
    return Table("documents", cells.say(SAY["documents"]), cells.say(SAY["documents"]), heads, tuple(rows))


def _document_row(patch: Patch, document: DocumentCover, cells: Cells) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return patch_fact_id(patch.batch, patch.id, "document", document.layer_id, document.id, quantity)

    return (
        cells.words(document.kind),
        cells.words(document.number or document.name or document.id),
        cells.words(document.approved.isoformat() if document.approved else ""),
        cells.words(document.expires.isoformat() if document.expires else ""),
        cells.area(fact("overlap_area"), "ha"),
        cells.area(fact("explained"), "ha"),
        cells.words(document.standing.label),
    )


def tally_table(kind: str, tallies: Mapping[str, Tally], title: str, head: Text, cells: Cells) -> Table:
    """Received, checked, true, rectified, open: one row per batch or quarter."""
    counts = [Column(key, cells.say(SAY[key]), Kind.NUMBER, width=11) for key in COUNTS]
    columns = (
        _words(cells, "name", head, 14),
        *counts,
        _measure(cells, "unexplained", SAY["unexplained"], "ha", 14),
    )
    rows = [
        (
            cells.words(name or cells.say(SAY["undated"])),
            *(cells.count(summary_fact_id(kind, name, key)) for key in COUNTS),
            cells.area(summary_fact_id(kind, name, "unexplained"), "ha"),
        )
        for name in tallies
    ]
    return Table(f"patches_{kind}", title, title, columns, tuple(rows), notes(cells, []))


def history_table(found: PatchResult, cells: Cells) -> Table:
    """Who changed which state, and when."""
    keys = ("patch", "old", "new", "by", "at", "remark")
    widths = (26, 40, 40, 14, 22, 26)
    heads = tuple(_words(cells, k, SAY[k], w) for k, w in zip(keys, widths, strict=True))
    rows = []
    for h in found.history:
        old, new = (
            " ".join(
                filter(
                    None,
                    (cells.say(e.state.label), cells.say(e.judgement.label), e.by, str(e.on or ""), e.note),
                )
            )
            for e in (h.old, h.new)
        )
        told = (f"{h.batch} {h.patch}", old, new, h.by, h.at.replace("T", " "), h.remark)
        rows.append(tuple(cells.words(w) for w in told))
    title = cells.say(SAY["history"])
    return Table("history", title, title, heads, tuple(rows), notes(cells, []))


def classes(areas: Iterable[LandArea], reasons: Iterable[Reason], cells: Cells) -> str:
    """Land classes with their shares, largest first; what a survey could not tell is said."""
    known = list(areas)
    total = sum(a.area_m2 for a in known)
    told = [
        f"{a.name.to(cells.lang) or a.code or cells.say(SAY['no_class'])} {shown(100 * a.area_m2 / total, 0)}%"
        for a in known
        if total and a.area_m2 >= 0.005 * total
    ]
    if list(reasons):
        told.append(cells.say(SAY["no_data"]))
    return listed(told, cells)


def gaps(patch: Patch, cells: Cells) -> str:
    """Layers that could not be asked about the patch; kinds that the catalog lacks are counted."""
    told = [u.label.to(cells.lang) for u in patch.unanswered if Reason.NOT_CONFIGURED not in u.reasons]
    told += [
        (a.label if a.label.zh else a.role.label).to(cells.lang)
        for a in patch.lines
        if a.answer is Answer.NO_DATA
    ]
    missing = sum(Reason.NOT_CONFIGURED in u.reasons for u in patch.unanswered)
    if missing:
        told.append(
            cells.say(Text(f"未配置的手续 {missing} 类", f"{missing} kinds of documents not in the catalog"))
        )
    return listed(told, cells)


def document_words(document: DocumentCover, cells: Cells) -> str:
    """Kind, number and standing of a document."""
    name = document.number or document.name or document.id
    standing = (
        f"（{document.standing.label.zh}）" if cells.lang == "zh" else f" ({document.standing.label.en})"
    )
    return f"{document.kind.to(cells.lang)} {name}{standing}"


def listed(words: Iterable[str], cells: Cells, *, long: bool = False) -> str:
    """Words as a list of the language; long ones parted by semicolons."""
    joint = ("；" if long else "、") if cells.lang == "zh" else ("; " if long else ", ")
    return joint.join(words)


def _sights(patch: Patch) -> list[str]:
    return [f"{s.batch} {s.id} {shown(100 * s.share, 1)}%" for s in patch.earlier]


def _line_title(role: LayerRole) -> Text:
    title = SHORT_ROLES[role]
    if role is LayerRole.URBAN_BOUNDARY:
        return Text(f"{title.zh}外", f"Outside {title.to('en').lower()}")
    return title


def _line_cell(patch: Patch, role: LayerRole, cells: Cells) -> Cell:
    """Area inside the lines of a role: the largest where it has several; 资料不足 wherever none is concerned and one cannot tell."""
    lines = [a for a in patch.lines if a.role is role]
    if not lines:
        return Cell(None, NONE)
    gravest = max(lines, key=lambda a: (a.answer is Answer.CONCERNED, a.answer is Answer.NO_DATA, a.area_m2))
    where = patch_fact_id(patch.batch, patch.id, "line", gravest.layer_id)
    if gravest.answer is Answer.NO_DATA:
        return Cell(None, cells.say(SAY["no_data"]), f"{where}/answer")
    return cells.area(f"{where}/overlap_area", "ha")


def _other_lines(patch: Patch, cells: Cells) -> str:
    told = [
        (a.label if a.label.zh else a.role.label).to(cells.lang)
        for a in patch.lines
        if a.role not in LINE_ROLES and a.answer is Answer.CONCERNED
    ]
    return listed(told, cells)


def _words(cells: Cells, key: str, label: Text, width: float) -> Column:
    return Column(key, cells.say(label), width=width)


def _measure(cells: Cells, key: str, label: Text, unit: str, width: float) -> Column:
    return Column(key, cells.say(label), Kind.NUMBER, cells.say(UNITS[unit]), DECIMALS[unit], width)
