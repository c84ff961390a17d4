"""三不 beyond the area: nature, function, what lies inside the line, and the cards."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from eco_gis.change.beside import in_force, order_of
from eco_gis.change.card import card_facts, card_without_line, cards_of
from eco_gis.change.cells import KnownCells
from eco_gis.change.function.facts import function_facts
from eco_gis.change.function.judge import zones_of
from eco_gis.change.function.measure import measure_function
from eco_gis.change.inside.book import End, book_year, matters_of, notes_on
from eco_gis.change.inside.facts import inside_facts
from eco_gis.change.nature.facts import nature_facts
from eco_gis.change.nature.series import compare_nature_series
from eco_gis.change.nature.steps import Sources, year_of
from eco_gis.change.series import PROTECTED_ROLES
from eco_gis.layers.project import LoadedProject
from eco_gis.layers.raster import raster_cells
from eco_gis.model.card import CardSet
from eco_gis.model.change import ChangeResult
from eco_gis.model.fact import Fact
from eco_gis.model.function import FunctionResult
from eco_gis.model.inside import InsideBook
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.nature import NatureResult
from eco_gis.model.role import LayerRole
from eco_gis.pipeline.patch_ledger import ledger_matters
from eco_gis.pipeline.progress import Progress
from eco_gis.text import Text

DUTY_ROLES = (
    LayerRole.LAND_SURVEY,
    LayerRole.SURVEY_UPDATE,
    LayerRole.LAND_COVER,
    LayerRole.DOCUMENT,
    LayerRole.INDICATOR,
)
"""Roles that nature, function and the inside book rest on."""


@dataclass(frozen=True)
class Duties:
    """What was found of all protected series."""

    natures: tuple[NatureResult, ...] = ()
    functions: tuple[FunctionResult, ...] = ()
    books: tuple[InsideBook, ...] = ()
    cards: tuple[CardSet, ...] = ()

    def facts(self) -> Iterator[Fact]:
        """Every number and answer."""
        for nature in self.natures:
            yield from nature_facts(nature)
        for function in self.functions:
            yield from function_facts(function)
        for book in self.books:
            yield from inside_facts(book)
        for cards in self.cards:
            yield from card_facts(cards)


def answer_duties(
    project: LoadedProject,
    as_of: date,
    changes: Sequence[ChangeResult],
    cells: KnownCells,
    progress: Progress,
) -> Duties:
    """Ask every protected series, whether it has two versions or one; what is absent answers 资料不足."""
    series: dict[str, list[Layer]] = {}
    for layer in project.layers.values():
        begun = layer.spec.valid_from is None or layer.spec.valid_from <= as_of
        if layer.spec.role in PROTECTED_ROLES and begun:
            series.setdefault(layer.spec.series, []).append(layer)
    faults: dict[str, list[LayerFault]] = {}
    for fault in project.faults:
        begun = fault.spec.valid_from is None or fault.spec.valid_from <= as_of
        if fault.spec.role in PROTECTED_ROLES and begun:
            faults.setdefault(fault.spec.series, []).append(fault)
    progress.total("duties", len(series))

    by_series = {change.series: change for change in changes}
    natures, functions, books, cards = [], [], [], []
    for name, versions in series.items():
        progress.step("duties", name)
        newest = max(versions, key=lambda v: order_of(v.spec))
        lost = faults.pop(name, [])
        nature = compare_nature_series(
            name, versions, replace(_sources(project, as_of), cells_of=cells), as_of
        )
        # an older version does not stand in for the one whose function is asked about
        current = all(order_of(f.spec) < order_of(newest.spec) for f in lost)
        mine = list(_functions(newest, project, as_of)) if current else []
        natures.append(nature)
        functions += mine
        books.append(_book(name, versions, project, as_of, cells))
        cards.append(cards_of(newest, by_series.get(name), nature, mine))
    cards += [card_without_line(lost[-1].spec, lost) for lost in faults.values()]
    return Duties(tuple(natures), tuple(functions), tuple(books), tuple(cards))


def _begun(project: LoadedProject, role: LayerRole, as_of: date) -> list[Layer]:
    return [
        v
        for v in project.layers.values()
        if v.spec.role is role and (v.spec.valid_from is None or v.spec.valid_from <= as_of)
    ]


def _rasters(project: LoadedProject, role: LayerRole, as_of: date) -> list[LayerSpec]:
    """Rasters of one role that could be described, oldest first."""
    specs = [s for s in project.catalog.layers if s.role is role and s.id in project.rasters]
    return sorted((s for s in specs if s.valid_from is None or s.valid_from <= as_of), key=order_of)


def _sources(project: LoadedProject, as_of: date) -> Sources:
    roles = (*DUTY_ROLES, LayerRole.TOWNSHIP)
    return Sources(
        layers=[v for role in roles for v in _begun(project, role, as_of)],
        rasters=_rasters(project, LayerRole.LAND_COVER, as_of),
        open_raster=lambda layer_id: raster_cells(project.rasters[layer_id]),
        faults=project.faults,
        beside=project.catalog.path.parent,
        sliver_width_m=project.catalog.sliver_width_m,
    )


def _functions(line: Layer, project: LoadedProject, as_of: date) -> Iterator[FunctionResult]:
    """One result for each indicator that has rasters."""
    indicators: dict[str, list[tuple[int, LayerSpec]]] = {}
    for spec in _rasters(project, LayerRole.INDICATOR, as_of):
        if year := year_of(spec):
            indicators.setdefault(spec.series, []).append((int(year), spec))
    if not indicators:
        return
    county = in_force(_begun(project, LayerRole.COUNTY, as_of), as_of)
    ring_m = project.catalog.control_ring_m
    zones = zones_of(
        line,
        in_force(_begun(project, LayerRole.TOWNSHIP, as_of), as_of),
        county.footprint if county is not None else None,
        ring_m=ring_m,
    )
    for _, rasters in sorted(indicators.items()):
        found = measure_function(
            line,
            zones,
            sorted(dict(rasters).items()),
            lambda layer_id: raster_cells(project.rasters[layer_id]),
            ring_m=ring_m,
        )
        lost = [f.spec for f in project.faults if f.spec.series == found.indicator]
        yield replace(found, notes=(*found.notes, *map(_lost_year, lost)))


def _lost_year(spec: LayerSpec) -> Text:
    return Text(
        f"{spec.id}（{spec.title.zh}）无法使用，该年没有计入。",
        f"{spec.id} ({spec.title.to('en')}) cannot be used: its year is left out.",
    )


def _book(
    series: str,
    versions: Sequence[Layer],
    project: LoadedProject,
    as_of: date,
    cells: KnownCells,
) -> InsideBook:
    """The book from the first 31 December on which the line was in force to the last before the as-of date.

    Both ends of a year are booked by the townships at its end, so that a moved township border is no change.
    """
    documents = _begun(project, LayerRole.DOCUMENT, as_of)
    matters = (*matters_of(documents), *ledger_matters(project.catalog, project.plane))
    townships = _begun(project, LayerRole.TOWNSHIP, as_of)
    begins = [v.spec.valid_from for v in versions] if all(v.spec.valid_from for v in versions) else []
    first = min((d.year for d in begins or [m.since for m in matters] if d), default=as_of.year)
    last = as_of.year if as_of >= date(as_of.year, 12, 31) else as_of.year - 1
    days = [date(year, 12, 31) for year in range(first, last + 1)] if matters else []

    def end(day: date, closing: date) -> End:
        line = in_force(versions, day)
        assert line is not None  # a series has a version
        return End(cells(line, in_force(townships, closing)), day)

    role = versions[0].spec.role
    return InsideBook(
        series=series,
        role=role,
        label=role.label,
        years=tuple(book_year(end(a, b), end(b, b), matters) for a, b in itertools.pairwise(days)),
        notes=notes_on(documents, matters),
    )
