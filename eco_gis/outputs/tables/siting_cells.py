"""What the cells of rasters say of sites: classes with their areas, mean values, and how fine the cells are."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.model.fact import site_fact_id
from eco_gis.model.raster import CellEvidence, ClassShare
from eco_gis.model.result import RunResult
from eco_gis.model.siting import LayerAnswer, SiteAnswer
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.words import CELLS_NOTE, COARSE, COLUMNS, NO, UNITS, UNLISTED, YES
from eco_gis.siting.facts import ZONE_AREA, ZONE_SHARE
from eco_gis.text import Text
from eco_gis.units import DECIMALS

_ALL = 1 - 1e-6
"""Share of a site with data that is the whole of it, but for rounding."""


def cell_tables(result: RunResult, sites: Sequence[SiteAnswer], cells: Cells) -> list[Table]:
    """One row for each site, raster and class; none where no raster was asked."""
    rows = [
        row
        for site in sites
        for answer in site.answers
        if answer.cells is not None
        for row in _rows(site, answer, answer.cells, cells)
    ]
    if not rows:
        return []
    heads = [
        *(_words(cells, key, width) for key, width in (("site", 10), ("name", 28), ("layer", 24))),
        Column("answer", cells.say(COLUMNS["answer"]), Kind.SIGN, width=12),
        _words(cells, "class", 24),
        _words(cells, "is_matter", 12),
        *(_number(cells, "class_area", unit, 14) for unit in ("m2", "ha", "mu")),
        _number(cells, "share", "share", 12),
        Column("mean", cells.say(COLUMNS["mean"]), Kind.NUMBER, width=12),
        _number(cells, "known_share", "share", 12),
        Column("cells", cells.say(COLUMNS["cells"]), Kind.NUMBER, decimals=1, width=12),
        *(_number(cells, key, "m", 10) for key in ("cell_width", "cell_height")),
        _words(cells, "reason", 26),
    ]
    return [
        Table(
            "siting_cells",
            cells.say(Text("栅格图层类别面积表", "Siting: what rasters say")),
            cells.say(Text("栅格类别", "Rasters")),
            tuple(heads),
            tuple(rows),
            notes(cells, [area_note(result, cells), cells.say(CELLS_NOTE)]),
        )
    ]


def resolution(site: SiteAnswer, answer: LayerAnswer, cells: Cells) -> str:
    """Mean, share with data, size of the cells and whether the site is small for them; empty for other layers."""
    evidence = answer.cells
    if evidence is None:
        return ""

    def fact(quantity: str) -> str:
        return site_fact_id(site.id, quantity, answer.layer_id)

    told: list[str] = []
    if evidence.mean is not None:
        mean = cells.plain(fact("mean"), 2).shown
        told.append(cells.say(Text(f"平均值 {mean}", f"mean {mean}")))
    if evidence.known_share is not None and evidence.known_share < _ALL:
        known = cells.percent(fact("known_share")).shown
        told.append(cells.say(Text(f"有数据 {known} %", f"{known} % with data")))
    wide, high = (cells.metres(fact(key)).shown for key in ("cell_width", "cell_height"))
    told.append(cells.say(Text(f"像元 {wide} m × {high} m", f"cells of {wide} m × {high} m")))
    if evidence.is_coarse:
        told.append(cells.say(COARSE))
    return ("，" if cells.lang == "zh" else ", ").join(told)


def _rows(
    site: SiteAnswer, answer: LayerAnswer, evidence: CellEvidence, cells: Cells
) -> list[tuple[Cell, ...]]:
    def fact(quantity: str) -> str:
        return site_fact_id(site.id, quantity, answer.layer_id)

    none = cells.words("")
    head = cells.words(site.id), cells.words(site.name), cells.words(answer.label), cells.sign(fact("answer"))
    tail = (
        cells.plain(fact("mean"), 2) if evidence.mean is not None else none,
        cells.percent(fact("known_share")) if evidence.known_share is not None else none,
        cells.plain(fact("cells"), 1) if evidence.cells else none,
        cells.metres(fact("cell_width")),
        cells.metres(fact("cell_height")),
        cells.words(COARSE if evidence.is_coarse else ""),
    )
    told = [
        (
            cells.words(one.label),
            cells.words(_matter(one)),
            *(cells.area(fact(f"{ZONE_AREA}/{one.label.zh}"), unit) for unit in ("m2", "ha", "mu")),
            cells.percent(fact(f"{ZONE_SHARE}/{one.label.zh}")),
        )
        for one in evidence.classes
    ]
    return [(*head, *own, *tail) for own in told or [(none,) * 6]]


def _matter(one: ClassShare) -> Text:
    if not one.is_known:
        return UNLISTED
    return YES if one.is_concern else NO


def _words(cells: Cells, key: str, width: float) -> Column:
    return Column(key, cells.say(COLUMNS[key]), width=width)


def _number(cells: Cells, key: str, unit: str, width: float) -> Column:
    return Column(
        f"{key}_{unit}", cells.say(COLUMNS[key]), Kind.NUMBER, cells.say(UNITS[unit]), DECIMALS[unit], width
    )
