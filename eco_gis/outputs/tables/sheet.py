"""Tables beside the answers: control totals, classes, what is taken, corridors, decisions."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.model.fact import sheet_fact_id, site_fact_id
from eco_gis.model.result import RunResult
from eco_gis.model.sheet import SheetResult
from eco_gis.model.siting import SiteAnswer, SitingResult
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.group_tables import batch_tables, neighbour_tables
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.sheet_parts import area_or_dash, head, joined, summed
from eco_gis.outputs.tables.sheet_words import (
    CLASS_NOTE,
    CONTROL_NOTE,
    CORRIDOR_NOTE,
    DECISION_NOTE,
    NO_PARCEL,
    TITLES,
)
from eco_gis.outputs.tables.siting import column
from eco_gis.outputs.tables.words import COLUMNS, TOTAL
from eco_gis.siting.sheet_facts import class_fact_id
from eco_gis.units import DECIMALS

CLASS_SUMS = ("agricultural", "cropland", "construction", "unused", "unknown")
OWNER_SUMS = ("state", "collective", "owner_unknown")


def sheet_tables(result: RunResult, siting: SitingResult, sheet: SheetResult, cells: Cells) -> list[Table]:
    """All tables beside the answers; those without a row are left out, but for the control totals."""
    made = [
        control_table(result, siting, sheet, cells),
        class_table(result, siting, sheet, cells),
        _farmland(result, siting, sheet, cells),
        _forest(result, siting, sheet, cells),
        _corridors(result, siting, sheet, cells),
        _decisions(result, siting, sheet, cells),
        *batch_tables(result, siting, sheet, cells),
        *neighbour_tables(result, sheet, cells),
    ]
    return [table for n, table in enumerate(made) if table.rows or n == 0]


def make_table(
    kind: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Cell, ...]],
    remarks: Sequence[str],
    cells: Cells,
    *,
    totals: int = 0,
) -> Table:
    """A table under one of `TITLES`."""
    title, tab = TITLES[kind]
    return Table(
        kind, cells.say(title), cells.say(tab), tuple(columns), tuple(rows), notes(cells, remarks), totals
    )


def control_table(result: RunResult, siting: SitingResult, sheet: SheetResult, cells: Cells) -> Table:
    """One row per site: what its parts add up to, and the three classes that do."""
    columns = [
        *_site_columns(cells),
        head(cells, "control", unit="ha"),
        head(cells, "basis", width=26),
        *(head(cells, key, unit="ha") for key in ("declared", "ellipsoidal", "planar")),
        *(head(cells, key, unit="m2") for key in ("difference", "tolerance")),
        *(head(cells, key, unit="ha") for key in (*CLASS_SUMS, *OWNER_SUMS, "rounding")),
        head(cells, "gaps", width=40),
    ]
    rows: list[tuple[Cell, ...]] = []
    for site in siting.sites:
        total, table = sheet.totals[site.id], sheet.classes[site.id]

        def fact(quantity: str, site: SiteAnswer = site) -> str:
            return sheet_fact_id(site.id, quantity)

        def told(quantity: str, unit: str, site: SiteAnswer = site) -> Cell:
            return area_or_dash(cells, sheet_fact_id(site.id, quantity), unit)

        rows.append(
            (
                *_site_cells(site, cells),
                cells.area(fact("control_total"), "ha"),
                cells.words(total.basis.label),
                told("declared_area", "ha"),
                cells.area(site_fact_id(site.id, "area"), "ha"),
                cells.area(fact("survey_planar"), "ha"),
                told("control_difference", "m2"),
                told("control_tolerance", "m2"),
                *(
                    cells.area(class_fact_id(site.id, key), "ha")
                    for key in (*CLASS_SUMS, *OWNER_SUMS, "rounding")
                ),
                cells.words(joined(table.gaps, cells)),
            )
        )
    total_row = _total_row(
        columns, rows, cells, first=2, skip=("declared", "ellipsoidal", "planar", "difference", "tolerance")
    )
    remarks = [area_note(result, cells), cells.say(CONTROL_NOTE), cells.say(CLASS_NOTE)]
    if sheet.limited is not None:
        remarks.append(cells.say(sheet.limited))
    return make_table("control_totals", columns, [*rows, total_row], remarks, cells, totals=1)


def _total_row(
    columns: Sequence[Column],
    rows: Sequence[tuple[Cell, ...]],
    cells: Cells,
    *,
    first: int,
    skip: Sequence[str],
) -> tuple[Cell, ...]:
    """Sums of the columns of hectares; what is shown adds up."""
    out = [cells.words(TOTAL), *(cells.words("") for _ in range(first - 1))]
    for n, column_ in enumerate(columns[first:], start=first):
        if column_.kind is not Kind.NUMBER or column_.key.rsplit("_", 1)[0] in skip:
            out.append(cells.words(""))
            continue
        out.append(summed([row[n] for row in rows]))
    return tuple(out)


def class_table(result: RunResult, siting: SitingResult, sheet: SheetResult, cells: Cells) -> Table:
    """One row per site, class, ownership and village."""
    columns = [
        *_site_columns(cells),
        *(head(cells, key, width=w) for key, w in (("land_class", 12), ("code", 10), ("class_name", 18))),
        *(head(cells, key, width=w) for key, w in (("ownership", 12), ("village", 18))),
        head(cells, "taken", unit="ha"),
    ]
    rows = [
        (
            *_site_cells(site, cells),
            cells.words(row.land_class.label),
            cells.words(row.code),
            cells.words(row.name or NO_PARCEL),
            cells.words(row.ownership.label),
            cells.words(row.village),
            cells.area(
                class_fact_id(site.id, row.code or "none", row.ownership.value, row.village or "none"), "ha"
            ),
        )
        for site in siting.sites
        for row in sheet.classes[site.id].rows
    ]
    if not rows:
        return make_table("classes", columns, [], [], cells)
    total = (cells.words(TOTAL), *[cells.words("")] * (len(columns) - 2), summed([r[-1] for r in rows]))
    remarks = [area_note(result, cells), cells.say(CONTROL_NOTE), cells.say(CLASS_NOTE)]
    return make_table("classes", columns, [*rows, total], remarks, cells, totals=1)


def _farmland(result: RunResult, siting: SitingResult, sheet: SheetResult, cells: Cells) -> Table:
    columns = [
        *_site_columns(cells),
        *(head(cells, key, width=16) for key in ("parcel", "parcel_name", "code")),
        head(cells, "gross", unit="ha"),
        head(cells, "deduction", width=10),
        head(cells, "net", unit="ha"),
    ]
    rows = [
        (
            *_site_cells(site, cells),
            *(cells.words(w) for w in (parcel.parcel, parcel.name, parcel.code)),
            cells.area(sheet_fact_id(site.id, "farmland", str(n), parcel.parcel, "gross"), "ha"),
            cells.words("" if parcel.deduction is None else f"{parcel.deduction:.4f}"),
            area_or_dash(cells, sheet_fact_id(site.id, "farmland", str(n), parcel.parcel, "net"), "ha"),
        )
        for site in siting.sites
        for n, parcel in enumerate(sheet.farmland.get(site.id, ()), start=1)
    ]
    return make_table("farmland", columns, rows, [area_note(result, cells), cells.say(CONTROL_NOTE)], cells)


def _forest(result: RunResult, siting: SitingResult, sheet: SheetResult, cells: Cells) -> Table:
    columns = [
        *_site_columns(cells),
        *(head(cells, key, width=16) for key in ("stand", "forest_class", "grade", "forest_category")),
        head(cells, "taken", unit="ha"),
        head(cells, "stock", unit="m3"),
        head(cells, "canopy", unit="none", width=10),
    ]
    rows = [
        (
            *_site_cells(site, cells),
            *(cells.words(w) for w in (s.stand, s.land_class, s.grade, s.category)),
            cells.area(sheet_fact_id(site.id, "forest", str(n), s.stand, "area"), "ha"),
            cells.plain(sheet_fact_id(site.id, "forest", str(n), s.stand, "stock"), DECIMALS["m3"]),
            cells.plain(sheet_fact_id(site.id, "forest", str(n), s.stand, "canopy"), 2),
        )
        for site in siting.sites
        for n, s in enumerate(sheet.forest.get(site.id, ()), start=1)
    ]
    return make_table("forest", columns, rows, [area_note(result, cells), cells.say(CONTROL_NOTE)], cells)


def _corridors(result: RunResult, siting: SitingResult, sheet: SheetResult, cells: Cells) -> Table:
    quantities = ("without", "remaining", "widest_gap", "step")
    columns = [
        *_site_columns(cells),
        head(cells, "corridor", width=26),
        *(head(cells, key, unit="m") for key in quantities),
        head(cells, "place", width=26),
    ]
    rows = [
        (
            *_site_cells(site, cells),
            cells.words(f"{width.feature} {width.name}".strip()),
            *(cells.metres(sheet_fact_id(site.id, "corridor", str(n), q)) for q in quantities),
            cells.words(f"{width.place.centroid.x:.1f}, {width.place.centroid.y:.1f}"),
        )
        for site in siting.sites
        for n, width in enumerate(sheet.corridors.get(site.id, ()), start=1)
    ]
    return make_table("corridors", columns, rows, [cells.say(CORRIDOR_NOTE)], cells)


def _decisions(result: RunResult, siting: SitingResult, sheet: SheetResult, cells: Cells) -> Table:
    names = {site.id: site.name for site in siting.sites}
    labels = {a.layer_id: a.label for site in siting.sites for a in site.answers}
    columns = [
        *_site_columns(cells),
        Column("layer", cells.say(COLUMNS["layer"]), width=24),
        *(
            head(cells, key, kind=Kind.SIGN)
            for key in ("original", "original_suggestion", "decided", "decided_suggestion")
        ),
        *(
            head(cells, key, width=w)
            for key, w in (("state_of_decision", 20), ("by", 10), ("on", 12), ("document", 24), ("why", 40))
        ),
    ]
    rows = []
    for decided in sheet.decided:
        decision = decided.decision

        def fact(quantity: str, site: str = decision.site, layer: str = decision.layer) -> str:
            return sheet_fact_id(site, "layer", layer, quantity)

        rows.append(
            (
                cells.words(decision.site),
                cells.words(names[decision.site]),
                cells.words(labels[decision.layer]),
                cells.sign(site_fact_id(decision.site, "answer", decision.layer)),
                cells.sign(site_fact_id(decision.site, "suggestion", decision.layer)),
                cells.sign(fact("decided_answer")),
                cells.sign(fact("decided_suggestion")),
                cells.words(decided.state.label),
                *(
                    cells.words(w)
                    for w in (decision.by, decision.on.isoformat(), decision.document, decision.reason)
                ),
            )
        )
    return make_table("decisions", columns, rows, [cells.say(DECISION_NOTE)], cells)


def _site_columns(cells: Cells) -> list[Column]:
    return [column(cells, "site", width=10), column(cells, "name", width=28)]


def _site_cells(site: SiteAnswer, cells: Cells) -> list[Cell]:
    return [cells.words(site.id), cells.words(site.name)]
