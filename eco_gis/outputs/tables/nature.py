"""Tables of nature: matrices, causes, patches and townships, changed pieces and slivers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from eco_gis.change.nature.facts import group_key, major_key, nature_fact_id
from eco_gis.model.change import Level
from eco_gis.model.nature import (
    LandClass,
    LandGroup,
    MajorClass,
    NatureCause,
    NatureComparison,
    NaturePiece,
    NatureResult,
)
from eco_gis.model.result import RunResult
from eco_gis.outputs.style import nature_sign
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table, fitted, parts
from eco_gis.outputs.tables.duty_parts import head, measured, papers_words, place, title
from eco_gis.outputs.tables.duty_words import HEADS, MATRIX_NOTE, PIECES_NOTE, SAME, UNTOLD
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.words import OUTSIDE_TOWNSHIPS, SHORT_ROLES, TOTAL, UNITS
from eco_gis.text import Text
from eco_gis.units import DECIMALS

PLACE_QUANTITIES = ("adverse_documented", "adverse_undocumented", "restored", "corrected")


def nature_tables(result: RunResult, cells: Cells) -> list[Table]:
    """The tables of every period of every series, then all changed pieces and slivers."""
    pairs = [(nature, c) for nature in result.natures for c in nature.comparisons]
    if not pairs:
        return []
    return [
        *(table for pair in pairs for table in _period_tables(result, *pair, cells)),
        pieces_table(result, pairs, cells, slivers=False),
        pieces_table(result, pairs, cells, slivers=True),
    ]


def period_name(nature: NatureResult, comparison: NatureComparison) -> Text:
    """Which series and years a comparison is about."""
    years = f"{comparison.from_year}→{comparison.to_year}"
    return Text(f"{nature.label.zh}性质 {years}", f"{nature.label.en}, nature {years}")


def nature_table_id(kind: str, nature: NatureResult, comparison: NatureComparison) -> str:
    """Id of a table of one period."""
    return f"nature_{kind}_{nature.series}_{comparison.period}"


def class_words(given: LandClass, cells: Cells) -> str:
    """Code and name of a class."""
    return " ".join(filter(None, (given.code, cells.say(given.name))))


def _period_tables(
    result: RunResult, nature: NatureResult, comparison: NatureComparison, cells: Cells
) -> Iterator[Table]:
    groups = {g.value: g.label for g in LandGroup}
    majors = {m.value: m.label for m in MajorClass}
    said = [area_note(result, cells), cells.say(MATRIX_NOTE)]
    said += [cells.say(t) for t in (*comparison.reasons, *comparison.remarks)]
    for kind, key_of, labels, words in (
        ("group", group_key, groups, Text("自然／农业／建设／未利用转移矩阵", "transitions by nature")),
        ("major", major_key, majors, Text("三大类转移矩阵", "transitions by the three major classes")),
    ):
        yield _matrix(nature, comparison, kind, key_of, labels, words, said, cells)
    if comparison.pieces:
        yield _causes(result, nature, comparison, cells)
        yield _places(result, nature, comparison, cells)


def _sheet(nature: NatureResult, comparison: NatureComparison, words: Text, cells: Cells) -> str:
    short = cells.say(SHORT_ROLES.get(nature.role, nature.label))[:12]
    return f"{short} {comparison.period} {cells.say(words)}"[:31]


def _matrix(
    nature: NatureResult,
    comparison: NatureComparison,
    kind: str,
    key_of: Callable[[LandClass], str],
    labels: dict[str, Text],
    words: Text,
    said: Sequence[str],
    cells: Cells,
) -> Table:
    """Hectares by class before and after; all cells are rounded together, so that every sum is right."""
    sums = comparison.matrix(key_of)
    there = {k for pair in sums for k in pair}
    names = {**labels, "same": SAME, "untold": UNTOLD}
    keys = [k for k in names if k in there]
    flat = [(a, b) for a in keys for b in keys]
    rounded = dict(zip(flat, parts([sums.get(p, 0.0) for p in flat], "ha"), strict=True))

    def cell(pair: tuple[str, str]) -> Cell:
        fact = nature_fact_id(nature.series, comparison.period, kind, "-".join(pair), "area")
        return fitted(
            rounded[pair], sums.get(pair, 0.0), DECIMALS["ha"], fact if fact in cells.book else None
        )

    def total(pairs: Sequence[tuple[str, str]], fact: str | None = None) -> Cell:
        exact = sum(sums.get(p, 0.0) for p in pairs)
        return fitted(sum((rounded[p] for p in pairs), Decimal(0)), exact, DECIMALS["ha"], fact)

    unit = cells.say(UNITS["ha"])
    heads = (
        Column("before", cells.say(HEADS["before"]), width=14),
        *(Column(k, cells.say(names[k]), Kind.NUMBER, unit, DECIMALS["ha"], 15) for k in keys),
        Column("total", cells.say(HEADS["total"]), Kind.NUMBER, unit, DECIMALS["ha"], 15),
    )
    whole = nature_fact_id(nature.series, comparison.period, "line", "all", "area")
    rows = [
        (cells.words(names[a]), *(cell((a, b)) for b in keys), total([(a, b) for b in keys])) for a in keys
    ]
    rows.append((cells.words(TOTAL), *(total([(a, b) for a in keys]) for b in keys), total(flat, whole)))
    return Table(
        nature_table_id(kind, nature, comparison),
        title(cells, period_name(nature, comparison), words),
        _sheet(nature, comparison, Text("矩阵" if kind == "group" else "三大类", kind), cells),
        heads,
        tuple(rows),
        notes(cells, said),
        totals=1,
    )


def _causes(result: RunResult, nature: NatureResult, comparison: NatureComparison, cells: Cells) -> Table:
    causes = [c for c in NatureCause if any(p.cause is c for p in comparison.pieces)]
    rows = []
    for cause in causes:
        facts = [
            nature_fact_id(nature.series, comparison.period, "cause", cause.value, q)
            for q in ("documented", "undocumented")
        ]
        rows.append(
            (cells.words(cause.label), *(cells.area(f, unit) for unit in ("ha", "mu") for f in facts))
        )
    heads = (
        head(cells, "cause", width=26),
        *(
            measured(cells, q, unit, width=15)
            for unit in ("ha", "mu")
            for q in ("documented", "undocumented")
        ),
    )
    return Table(
        nature_table_id("causes", nature, comparison),
        title(cells, period_name(nature, comparison), Text("按原因统计", "by cause")),
        _sheet(nature, comparison, Text("原因", "causes"), cells),
        heads,
        tuple(rows),
        notes(cells, [area_note(result, cells)]),
    )


def _places(result: RunResult, nature: NatureResult, comparison: NatureComparison, cells: Cells) -> Table:
    """Townships and patches in which something changed; all others are as they were."""
    names = {p.township: p.township_name for p in comparison.pieces}
    patches = {p.feature: p.feature_name for p in comparison.pieces}
    answered = {k: a for k, a in comparison.answers.items() if a.value != "kept" or k in patches}
    places = [(Level.TOWNSHIP, "township", k, names[k]) for k in sorted(names)]
    places += [(Level.FEATURE, "patch", k, patches.get(k, "")) for k in sorted(answered)]
    rows = []
    for level, key, place_id, name in places:

        def fact(quantity: str, key: str = key, place_id: str = place_id) -> str:
            return nature_fact_id(nature.series, comparison.period, key, place_id, quantity)

        sign = (
            cells.signed(fact("answer"), nature_sign(answered[place_id]))
            if key == "patch"
            else cells.words("")
        )
        rows.append(
            (
                place(cells, level, place_id, name),
                *(cells.area(fact(q), "ha") for q in PLACE_QUANTITIES),
                sign,
            )
        )
    heads = (
        head(cells, "zone", width=34),
        *(measured(cells, q, "ha", width=16) for q in PLACE_QUANTITIES),
        head(cells, "answer", width=24, kind=Kind.SIGN),
    )
    return Table(
        nature_table_id("places", nature, comparison),
        title(cells, period_name(nature, comparison), Text("分镇街、分图斑", "by township and patch")),
        _sheet(nature, comparison, Text("镇街图斑", "places"), cells),
        heads,
        tuple(rows),
        notes(cells, [area_note(result, cells)]),
    )


def pieces_table(
    result: RunResult,
    pairs: Sequence[tuple[NatureResult, NatureComparison]],
    cells: Cells,
    *,
    slivers: bool,
) -> Table:
    """Changed pieces of all periods, the largest first; slivers stand in a table of their own."""
    heads = (
        head(cells, "period", width=30),
        head(cells, "piece", width=9),
        head(cells, "before", width=18),
        head(cells, "after", width=18),
        head(cells, "cause", width=20),
        *(measured(cells, "area", unit) for unit in ("m2", "ha", "mu")),
        measured(cells, "mean_width", "m", width=10),
        head(cells, "place", width=24),
        head(cells, "township", width=14),
        head(cells, "feature", width=30),
        head(cells, "document", width=56),
    )
    rows = [
        _piece(nature, comparison, piece, cells)
        for nature, comparison in pairs
        for piece in comparison.pieces
        if piece.sliver is slivers
    ]
    words = (
        Text("性质变化细碎图斑", "Nature: slivers")
        if slivers
        else Text("性质变化图斑", "Nature: changed pieces")
    )
    return Table(
        "nature_slivers" if slivers else "nature_pieces",
        cells.say(words),
        cells.say(words),
        heads,
        tuple(rows),
        notes(cells, [area_note(result, cells), cells.say(PIECES_NOTE)]),
    )


def _piece(
    nature: NatureResult, comparison: NatureComparison, piece: NaturePiece, cells: Cells
) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return nature_fact_id(nature.series, comparison.period, "piece", piece.id, quantity)

    document = papers_words(piece.papers, cells) if piece.papers or piece.adverse else piece.update_kind
    return (
        cells.words(period_name(nature, comparison)),
        cells.words(piece.id),
        cells.words(class_words(piece.before, cells)),
        cells.words(class_words(piece.after, cells)),
        cells.words(piece.cause.label),
        *(cells.area(fact("area"), unit) for unit in ("m2", "ha", "mu")),
        cells.metres(fact("mean_width")),
        Cell(cells.book[fact("place")].shown, cells.book[fact("place")].shown, fact("place")),
        cells.words(piece.township_name or OUTSIDE_TOWNSHIPS),
        cells.words(" ".join(filter(None, (piece.feature, piece.feature_name)))),
        cells.words(document),
    )
