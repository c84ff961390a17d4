"""The inside book (红线内情况台账): projects, activities, legacies, problems and restoration inside a line.

The state of a kind on a day is the union of its matters that stand on that day, cut to the line in force:
ground under two matters counts once. Each year's opening, flows and closing are measured by themselves, and
the closing of a year is the opening of the next. Where the line moved, the ground that came in or went out
under a standing matter is booked apart, so that nobody reads it as something that happened inside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import shapely

from eco_gis.change.beside import order_of
from eco_gis.change.cells import Cells
from eco_gis.change.papers import papers_of, says_closed
from eco_gis.errors import LedgerError
from eco_gis.geometry.overlay import CONTACT_AREA_M2, difference, overlap_pairs, overlap_shapes
from eco_gis.geometry.overlay.robust import union
from eco_gis.geometry.parts import as_shapes
from eco_gis.geometry.regions import Regions
from eco_gis.model.change import Level
from eco_gis.model.inside import (
    ALL_KINDS,
    INSIDE_KINDS,
    InsideEntry,
    InsideMatter,
    InsideRow,
    InsideYear,
    MatterState,
)
from eco_gis.model.layer import Layer
from eco_gis.text import Text

CLOSES_M2 = 1.0
"""An account that does not close within it is an error, not a result."""
_FLOWS = ("opening", "added", "closed", "joined", "left", "closing")


def matters_of(layers: Iterable[Layer]) -> tuple[InsideMatter, ...]:
    """The matters of document layers of the kinds that the book keeps.

    A paper without a readable day stands since its layer came into force. Of a series with several versions
    each row stands from the day its version came into force to the day the next one did.
    """
    series: dict[str, list[Layer]] = defaultdict(list)
    for layer in layers:
        if layer.spec.document in INSIDE_KINDS:
            series[layer.spec.series].append(layer)
    found: list[InsideMatter] = []
    for name, versions in sorted(series.items()):
        ordered = sorted(versions, key=lambda v: order_of(v.spec))
        for n, layer in enumerate(ordered):
            begun = layer.spec.valid_from if n else None
            superseded = ordered[n + 1].spec.valid_from if n + 1 < len(ordered) else None
            for paper, shape in zip(papers_of(layer), layer.features.shapes, strict=True):
                since = max((d for d in (paper.day or layer.spec.valid_from, begun) if d), default=None)
                run_out = paper.until + timedelta(days=1) if paper.until else None
                gone = min((d for d in (paper.closed, run_out, superseded) if d), default=None)
                if shapely.get_dimensions(shape) == 2:
                    found.append(InsideMatter((name, paper.id), paper, shape, since, gone))
    return tuple(found)


def notes_on(layers: Sequence[Layer], matters: Sequence[InsideMatter]) -> tuple[Text, ...]:
    """What the book could not know of its matters."""
    notes = []
    there = {layer.spec.document for layer in layers}
    absent = [kind for kind in INSIDE_KINDS if kind not in there]
    if absent:
        notes.append(
            Text(
                f"没有{'、'.join(k.label.zh for k in absent)}图层：该类情况资料不足，不等于没有。",
                f"There is no layer of {', '.join(k.label.en.lower() for k in absent)}: no data, which is not none.",
            )
        )
    undated = [m.paper for m in matters if m.paper.day is None]
    if undated:
        notes.append(
            _about(
                undated,
                "日期缺失或无法识别，按图层生效日入账",
                "without a readable day are booked from the day their layer came into force",
            )
        )
    unsure = [m.paper for m in matters if m.gone is None and says_closed(m.paper)]
    if unsure:
        notes.append(
            _about(
                unsure,
                "写明已办结但没有办结日期，仍按未办结列账",
                "are called closed without a day and stay in the book",
            )
        )
    return tuple(notes)


def _about(papers: Sequence[object], zh: str, en: str) -> Text:
    return Text(f"{len(papers)} 项{zh}。", f"{len(papers)} matter(s) {en}.")


@dataclass(frozen=True)
class End:
    """One end of a year: the line's ground and the day."""

    cells: Cells
    day: date


def book_year(opening: End, closing: End, matters: Sequence[InsideMatter]) -> InsideYear:
    """Book one year of all matters.

    Raises
    ------
    LedgerError
        When an account does not close within 1 m².
    """
    kinds: dict[str, list[InsideMatter]] = {ALL_KINDS: list(matters)}
    for kind in INSIDE_KINDS:
        kinds[kind] = [m for m in matters if m.paper.kind is kind]
    rows = [row for kind, mine in kinds.items() if mine for row in _account(kind, opening, closing, mine)]
    bad = [row for row in rows if abs(row.residual_m2) > CLOSES_M2]
    if bad:
        row = bad[0]
        raise LedgerError(
            Text(
                f"红线内台账不平：{row.kind} {row.key} 差 {row.residual_m2:,.2f} m²",
                f"the inside book does not close: {row.kind} {row.key} misses {row.residual_m2:,.2f} m²",
            )
        )
    return InsideYear(
        from_year=str(opening.day.year),
        to_year=str(closing.day.year),
        opening_layer=opening.cells.line.layer.spec.id,
        closing_layer=closing.cells.line.layer.spec.id,
        rows=tuple(rows),
        entries=tuple(_entries(opening, closing, matters)),
    )


def _account(kind: str, opening: End, closing: End, matters: Sequence[InsideMatter]) -> Iterator[InsideRow]:
    """The rows of one kind: the county's, the townships', the patches'."""
    plane = opening.cells.regions.plane
    area: dict[str, dict[tuple[Level, str, str], float]] = {}
    for name, shape in _flows(opening, closing, matters).items():
        end = closing if name in ("added", "joined", "closing") else opening
        area[name] = _by_place(end.cells, Regions([shape], plane))
    held = [_holders(end, matters) for end in (opening, closing)]
    places = sorted(
        {p for sums in area.values() for p in sums}
        | {p for h in held for p in h}
        | {(Level.COUNTY, "county", "")},
        key=lambda p: (list(Level).index(p[0]), p[1]),
    )
    for place in places:
        old, new = (h.get(place, set()) for h in held)
        m2 = {name: area[name].get(place, 0.0) for name in _FLOWS}
        yield InsideRow(
            kind=kind,
            level=place[0],
            key=place[1],
            name=place[2],
            opening=len(old),
            added=len(new - old),
            closed=len(old - new),
            closing=len(new),
            opening_m2=m2["opening"],
            added_m2=m2["added"],
            closed_m2=m2["closed"],
            joined_m2=m2["joined"],
            left_m2=m2["left"],
            closing_m2=m2["closing"],
        )


def _flows(opening: End, closing: End, matters: Sequence[InsideMatter]) -> dict[str, shapely.Geometry]:
    """The ground of each term of the account."""
    plane = opening.cells.regions.plane

    def ground(shapes: Iterable[shapely.Geometry]) -> Regions:
        return Regions([union(as_shapes(shapes))], plane)

    def without(a: Regions, b: Regions) -> Regions:
        return Regions(difference(a, b), plane)

    def within(a: Regions, b: Regions) -> Regions:
        return ground(overlap_shapes(a, b, overlap_pairs(a, b)))

    under = [ground(m.shape for m in matters if stands(m, end.day)) for end in (opening, closing)]
    lines = [end.cells.line.regions for end in (opening, closing)]
    inside = [within(u, line) for u, line in zip(under, lines, strict=True)]
    moved = lines[0] is not lines[1]
    nothing = Regions([shapely.Polygon()], plane)
    return {
        "opening": inside[0].shapes[0],
        "closing": inside[1].shapes[0],
        "closed": without(inside[0], under[1]).shapes[0],
        "added": without(inside[1], under[0]).shapes[0],
        "left": (without(within(inside[0], under[1]), lines[1]) if moved else nothing).shapes[0],
        "joined": (without(within(inside[1], under[0]), lines[0]) if moved else nothing).shapes[0],
    }


def stands(matter: InsideMatter, day: date) -> bool:
    """Whether a matter stands at the end of a day."""
    return (matter.since is None or matter.since <= day) and (matter.gone is None or day < matter.gone)


Place = tuple[Level, str, str]


def _by_place(cells: Cells, ground: Regions) -> dict[Place, float]:
    """Ellipsoidal m² of the ground by county, township and patch."""
    pairs = overlap_pairs(cells.regions, ground)
    sums: dict[Place, float] = defaultdict(float)
    for cell, m2 in zip(pairs.a, pairs.area_m2, strict=True):
        for place in _places(cells, int(cell)):
            sums[place] += float(m2)
    return dict(sums)


def _holders(end: End, matters: Sequence[InsideMatter]) -> Mapping[Place, set[tuple[str, str]]]:
    """Keys of the matters that stand at an end, by place."""
    standing = [m for m in matters if stands(m, end.day)]
    pairs = overlap_pairs(end.cells.regions, Regions([m.shape for m in standing], end.cells.regions.plane))
    held: dict[Place, set[tuple[str, str]]] = defaultdict(set)
    for cell, at, m2 in zip(pairs.a, pairs.b, pairs.planar_m2, strict=True):
        if m2 > CONTACT_AREA_M2:
            for place in _places(end.cells, int(cell)):
                held[place].add(standing[at].key)
    return held


def _places(cells: Cells, cell: int) -> tuple[Place, ...]:
    feature, feature_name, township, township_name = cells.place(cell)
    return (
        (Level.COUNTY, "county", ""),
        (Level.TOWNSHIP, township, township_name),
        (Level.FEATURE, feature, feature_name),
    )


def _entries(opening: End, closing: End, matters: Sequence[InsideMatter]) -> Iterator[InsideEntry]:
    """Every matter of the year with its share of each patch and township; matters may overlap."""
    old = {m.key for m in matters if stands(m, opening.day)}
    new = {m.key for m in matters if stands(m, closing.day)}
    for end, state_of in ((closing, {True: MatterState.KEPT, False: MatterState.ADDED}), (opening, None)):
        mine = [m for m in matters if stands(m, end.day) and (state_of is not None or m.key not in new)]
        regions = Regions([m.shape for m in mine], end.cells.regions.plane)
        pairs = overlap_pairs(regions, end.cells.regions)
        shapes = overlap_shapes(regions, end.cells.regions, pairs)
        for at, cell, m2, shape in zip(pairs.a, pairs.b, pairs.area_m2, shapes, strict=True):
            matter = mine[int(at)]
            state = MatterState.CLOSED if state_of is None else state_of[matter.key in old]
            if m2 > CONTACT_AREA_M2:
                yield InsideEntry(
                    matter.key, matter.paper, *end.cells.place(int(cell)), state, float(m2), shape
                )
