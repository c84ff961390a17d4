"""性质不改变: the class of all protected ground before and after, and why it changed.

The ground asked about is the line in force when the period opens. Every square metre of it has one row of
classes; the rows of changed ground are the sums of the pieces that are listed, so that matrix and list
cannot disagree, and all rows add up to the area of the line, measured for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import shapely

from eco_gis.change.cells import Cells
from eco_gis.change.nature.causes import cause_of, explaining_kinds
from eco_gis.change.nature.classed import Classed, Key
from eco_gis.change.nature.verdict import judge
from eco_gis.change.papers import Covering, refusal
from eco_gis.errors import LedgerError
from eco_gis.geometry.atoms import planarize
from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.overlay import overlap_pairs
from eco_gis.geometry.overlay.robust import union
from eco_gis.geometry.parts import as_shapes
from eco_gis.geometry.regions import Regions
from eco_gis.layers.classes import Scheme
from eco_gis.model.layer import Layer
from eco_gis.model.nature import (
    SAME,
    UNCHANGED,
    UNTOLD,
    LandClass,
    NatureComparison,
    NaturePiece,
    NatureSource,
    Transition,
)
from eco_gis.model.role import DocumentKind
from eco_gis.text import Text

ROUNDING_M2 = 1e-4
"""Changed pieces up to this are the rounding of coordinates: in the matrix, but not listed."""
CLOSES_M2 = 1.0
"""A matrix that does not sum to the line within it is an error, not a result."""


@dataclass(frozen=True)
class Question:
    """What one comparison is about."""

    line: Layer
    from_year: str
    to_year: str
    source: NatureSource
    source_layers: tuple[str, ...]
    scheme: Scheme
    gaps: tuple[Text, ...] = ()
    """What of the inputs could not be seen; with any, the answer is not better than 不能判定."""
    remarks: tuple[Text, ...] = ()
    """What a reader must see beside the figures."""


def compare_nature(
    question: Question, cells: Cells, classed: Classed, papers: Covering, *, sliver_width_m: float = 1.0
) -> NatureComparison:
    """Compare the classes of the ground of a line at both ends of a period.

    Parameters
    ----------
    classed
        The ground of `cells` with both codes.
    papers
        What may explain a change; a paper counts that names a document and a day up to the closing 31
        December and that still holds then.
    sliver_width_m
        Pieces with a smaller mean width are marked as slivers; they stay in every sum.

    Raises
    ------
    LedgerError
        When the classes do not sum to the line within 1 m².
    """
    closing = date(int(question.to_year), 12, 31)
    usable = papers.take([i for i, p in enumerate(papers.papers) if refusal(p, closing) is None])
    pieces = _pieces(cells, classed, question.scheme, usable, sliver_width_m)
    transitions = _transitions(cells, classed, question.scheme, pieces)
    line_m2 = float(cells.line.regions.area_m2.sum())
    residual = line_m2 - sum(t.area_m2 for t in transitions)
    if abs(residual) > CLOSES_M2:
        raise LedgerError(
            Text(
                f"{question.line.spec.id} {question.from_year}–{question.to_year}：地类合计与红线面积差 {residual:,.2f} m²",
                f"{question.line.spec.id} {question.from_year}–{question.to_year}: the classes miss the line by {residual:,.2f} m²",
            )
        )
    listed = tuple(p for p in pieces if p.area_m2 > ROUNDING_M2)
    verdict = judge(
        [*dict.fromkeys(cells.line.id(i) for i in range(len(cells.line.regions)))],
        transitions,
        listed,
        untold=_untold(cells, classed, sliver_width_m),
        gaps=question.gaps,
    )
    return NatureComparison(
        line_layer=question.line.spec.id,
        from_year=question.from_year,
        to_year=question.to_year,
        source=question.source,
        source_layers=question.source_layers,
        line_m2=line_m2,
        transitions=transitions,
        pieces=listed,
        answer=verdict.answer,
        answers=verdict.answers,
        reasons=verdict.reasons,
        remarks=(*_refused(papers, listed, closing), *question.remarks),
        unknown_codes=verdict.unknown_codes,
    )


def class_of(scheme: Scheme, code: str) -> LandClass:
    """The class of a code of classed ground."""
    return UNCHANGED if code == SAME else scheme.of(code)


def _is_piece(classed: Classed, n: int) -> bool:
    """Whether a part changed its class and comes with a shape."""
    before, after, _ = classed.keys[n]
    return before != after and UNTOLD not in (before, after) and classed.shapes[n] is not None


def _transitions(
    cells: Cells, classed: Classed, scheme: Scheme, pieces: Sequence[NaturePiece]
) -> tuple[Transition, ...]:
    """Rows by patch, township and class: unchanged ground as crossed, changed ground as the sum of its pieces."""
    sums: dict[tuple[str, str, LandClass, LandClass], list[float]] = defaultdict(lambda: [0.0, 0.0])

    def book(
        feature: str, township: str, before: LandClass, after: LandClass, area: float, planar: float
    ) -> None:
        row = sums[feature, township, before, after]
        row[0] += area
        row[1] += planar

    for n, key in enumerate(classed.keys):
        if not _is_piece(classed, n):
            feature, _, township, _ = cells.place(int(classed.cell[n]))
            before, after = (class_of(scheme, code) for code in key[:2])
            book(feature, township, before, after, float(classed.area_m2[n]), float(classed.planar_m2[n]))
    for piece in pieces:
        book(piece.feature, piece.township, piece.before, piece.after, piece.area_m2, piece.planar_m2)
    ordered = sorted(sums, key=lambda k: (k[0], k[1], k[2].code, k[3].code))
    return tuple(Transition(*key, *sums[key]) for key in ordered)


def _pieces(
    cells: Cells, classed: Classed, scheme: Scheme, papers: Covering, sliver_width_m: float
) -> list[NaturePiece]:
    """Changed ground in connected pieces, each under one paper or none; the largest first."""
    grounds, labels = _changed_ground(cells, classed)
    pieces: list[NaturePiece] = []
    for use in dict.fromkeys(class_of(scheme, key[1]).group for _, key in labels):
        mine = [n for n, (_, key) in enumerate(labels) if class_of(scheme, key[1]).group is use]
        fitting = _fitting(papers, class_of(scheme, labels[mine[0]][1][1]))
        plane = cells.regions.plane
        atoms = planarize([grounds[n] for n in mine], Regions.empty(plane), fitting.regions, plane)
        for k in range(len(atoms)):
            cell, key = labels[mine[int(atoms.ground[k])]]
            before, after = (class_of(scheme, code) for code in key[:2])
            found = (fitting.papers[int(atoms.entry[k])],) if atoms.entry[k] >= 0 else ()
            pieces.append(
                NaturePiece(
                    "",
                    *cells.place(cell),
                    before=before,
                    after=after,
                    cause=cause_of(before, after, found, key[2]),
                    papers=found,
                    update_kind=key[2],
                    area_m2=float(atoms.area_m2[k]),
                    planar_m2=float(atoms.planar_m2[k]),
                    mean_width_m=float(atoms.mean_width_m[k]),
                    sliver=bool(atoms.mean_width_m[k] < sliver_width_m),
                    shape=atoms.shapes[k],
                )
            )
    pieces.sort(key=lambda p: (-p.area_m2, shapely.to_wkb(shapely.normalize(p.shape))))
    return [
        replace(piece, id=f"N{n:04d}", place=place)
        for n, (piece, place) in enumerate(
            zip(pieces, _places(pieces, cells.regions.plane), strict=True), start=1
        )
    ]


def _places(pieces: Sequence[NaturePiece], plane: Plane) -> list[tuple[float, float]]:
    """Longitude and latitude of a point on each piece."""
    points = shapely.point_on_surface(as_shapes([p.shape for p in pieces]))
    degrees = plane.crs.geodetic_crs
    if degrees is None:
        return [(float("nan"), float("nan"))] * len(pieces)
    xy = shapely.get_coordinates(transform(points, plane.crs, degrees))
    return [(float(x), float(y)) for x, y in xy]


def _changed_ground(cells: Cells, classed: Classed) -> tuple[list[shapely.Geometry], list[tuple[int, Key]]]:
    """Changed ground dissolved by patch, township and key, so that a road across parcels is one piece."""
    groups: dict[tuple[int, int, Key], list[int]] = defaultdict(list)
    for n, key in enumerate(classed.keys):
        if _is_piece(classed, n):
            cell = int(classed.cell[n])
            groups[cells.patch[cell], cells.township[cell], key].append(n)
    ordered = sorted(groups, key=lambda g: (cells.line.id(g[0]), g[1], g[2]))
    grounds = [union(classed.shapes[groups[g]]) for g in ordered]
    return grounds, [(int(classed.cell[groups[g][0]]), g[2]) for g in ordered]


def _fitting(papers: Covering, after: LandClass) -> Covering:
    """Papers that can explain ground of this class, those that approve before those that only record."""
    kinds = explaining_kinds(after)
    chosen = [i for i, p in enumerate(papers.papers) if p.kind in kinds]
    return papers.take(sorted(chosen, key=lambda i: (kinds.index(papers.papers[i].kind), i)))


def _untold(cells: Cells, classed: Classed, sliver_width_m: float) -> dict[str, float]:
    """m² by patch of which a state tells no class, without strips too narrow to be a parcel."""
    groups: dict[str, list[int]] = defaultdict(list)
    for n, key in enumerate(classed.keys):
        if UNTOLD in key[:2]:
            groups[cells.line.id(cells.patch[int(classed.cell[n])])].append(n)
    plane = cells.regions.plane
    found: dict[str, float] = {}
    for feature, rows in groups.items():
        none = Regions.empty(plane)
        drawn = [n for n in rows if classed.shapes[n] is not None]
        atoms = planarize([union(classed.shapes[drawn])], none, none, plane)
        wide = (atoms.mean_width_m >= sliver_width_m) & (atoms.area_m2 > ROUNDING_M2)
        cells_m2 = sum(float(classed.area_m2[n]) for n in rows if classed.shapes[n] is None)
        if wide.any() or cells_m2 > ROUNDING_M2:
            found[feature] = float(atoms.area_m2[wide].sum()) + cells_m2
    return found


def _refused(papers: Covering, pieces: Sequence[NaturePiece], closing: date) -> list[Text]:
    """Papers that lie on undocumented ground and yet do not document it, each with the reason."""
    bare = [p.shape for p in pieces if not p.documented]
    silent = (
        DocumentKind.RESTORATION,
        DocumentKind.PROBLEM_PATCH,
    )  # they ask for no leave to change the ground
    pairs = overlap_pairs(Regions(bare, papers.regions.plane), papers.regions)
    said = []
    for i in sorted({int(i) for i in pairs.b}):
        paper = papers.papers[i]
        if paper.kind in silent:
            continue
        why = refusal(paper, closing) or Text(
            "这类文件不能说明此类变化", "its kind does not explain such a change"
        )
        said.append(
            Text(
                f"{paper.kind.label.zh} {paper.id} 覆盖无依据的变化，但不作依据：{why.zh}。",
                f"{paper.kind.label.en} {paper.id} lies on undocumented ground but documents none of it: {why.en}.",
            )
        )
    return said
