"""Tables of change: identity, the ledgers, changed pieces and slivers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from eco_gis.model.change import Cause, ChangedPiece, ChangeResult, Comparison, LedgerRow, Level
from eco_gis.model.fact import ledger_fact_id
from eco_gis.model.result import RunResult
from eco_gis.outputs.tables.cells import Cell, Cells, Column, Kind, Table, fitted, number, parts
from eco_gis.outputs.tables.notes import area_note, notes
from eco_gis.outputs.tables.siting import column, measure
from eco_gis.outputs.tables.words import (
    COLUMNS,
    FITTED_NOTE,
    NO_TYPE,
    OUTSIDE_TOWNSHIPS,
    REST,
    SHORT_ROLES,
    TOTAL,
    UNCHANGED_REST,
    UNDOCUMENTED,
)
from eco_gis.text import Text
from eco_gis.units import DECIMALS, from_m2, round_half_up

CHANGE_COLUMNS = ("lost_ha", "gained_ha", "moved_out_ha", "moved_in_ha")


def change_tables(result: RunResult, cells: Cells) -> list[Table]:
    """Identity of all comparisons, two ledgers each, and the changed pieces of all."""
    pairs = [(change, comparison) for change in result.changes for comparison in change.comparisons]
    if not pairs:
        return []
    return [
        identity_table(pairs, cells),
        *(table for pair in pairs for table in ledger_tables(result, *pair, cells)),
        pieces_table(result, pairs, cells, slivers=False),
        pieces_table(result, pairs, cells, slivers=True),
    ]


def comparison_name(change: ChangeResult, comparison: Comparison) -> Text:
    """Which series and years a comparison is about."""
    years = f"{comparison.old_version}→{comparison.new_version}"
    basis = comparison.basis.label
    return Text(
        f"{change.label.zh} {years}（{basis.zh}）", f"{change.label.to('en')} {years} ({basis.en.lower()})"
    )


def table_id(kind: str, change: ChangeResult, comparison: Comparison) -> str:
    """Id of a comparison's own table."""
    return f"{kind}_{change.series}_{comparison.key}"


def identity_table(pairs: Sequence[tuple[ChangeResult, Comparison]], cells: Cells) -> Table:
    """Whether two versions are copies of the same thing, and where not."""
    heads = [
        column(cells, "comparison", width=40),
        column(cells, "item", width=30),
        column(cells, "finding", width=70),
        Column("count", cells.say(COLUMNS["count"]), Kind.NUMBER, width=12),
    ]
    rows = [row for change, comparison in pairs for row in _identity_rows(change, comparison, cells)]
    return Table(
        "identity",
        cells.say(Text("版本一致性比对表", "Identity of the versions")),
        cells.say(Text("版本一致性", "Identity")),
        tuple(heads),
        tuple(rows),
        notes(cells, []),
    )


def ledger_tables(
    result: RunResult, change: ChangeResult, comparison: Comparison, cells: Cells
) -> Iterator[Table]:
    """The ledger by township (where there are townships) and by feature, each with the county's total."""
    kinds = {
        Level.TOWNSHIP: (comparison.townships, Text("分镇街面积变化台账", "ledger by township"), Text("镇街", "towns")),
        Level.TYPE: (comparison.types, Text("分类型面积变化台账", "ledger by type"), Text("类型", "types")),
        Level.FEATURE: (comparison.features, Text("分要素面积变化台账", "ledger by feature"), Text("要素", "features")),
    }  # fmt: skip
    name = comparison_name(change, comparison)
    for level, (rows, title, short) in kinds.items():
        if not rows:
            continue
        series = cells.say(SHORT_ROLES.get(change.role, change.label))[:14]
        years = f"{comparison.old_version}-{comparison.new_version}"
        yield Table(
            table_id(f"ledger_{level}", change, comparison),
            f"{cells.say(name)}{'：' if cells.lang == 'zh' else ': '}{cells.say(title)}",
            f"{series} {years} {cells.say(short)}",
            tuple(_ledger_columns(level, rows, cells)),
            tuple(_ledger_rows(level, rows, change, comparison, cells)),
            notes(
                cells, [area_note(result, cells), cells.say(FITTED_NOTE), *map(cells.say, comparison.notes)]
            ),
            totals=1,
        )


def changed_only(table: Table, cells: Cells, *, at_most: int) -> Table:
    """A ledger with the rows that changed most; the others are summed in one, so that it still adds up."""
    keys = [c.key for c in table.columns]
    watched = [keys.index(k) for k in CHANGE_COLUMNS if k in keys]
    body, total = table.rows[: -table.totals], table.rows[-table.totals :]

    def change(row: tuple[Cell, ...]) -> float:
        return sum(v for p in watched if isinstance(v := row[p].value, float))

    largest = sorted(range(len(body)), key=lambda i: (-change(body[i]), i))[:at_most]
    kept = {i for i in largest if change(body[i])}
    changed = [row for i, row in enumerate(body) if i in kept]
    rest = [row for i, row in enumerate(body) if i not in kept]
    if len(rest) < 2:
        return table
    words = cells.say(REST if any(map(change, rest)) else UNCHANGED_REST).format(n=len(rest))
    return Table(
        table.id, table.title, table.sheet, table.columns,
        (*changed, _summed(words, rest, table.columns), *total), table.notes, table.totals,
    )  # fmt: skip


def pieces_table(
    result: RunResult, pairs: Sequence[tuple[ChangeResult, Comparison]], cells: Cells, *, slivers: bool
) -> Table:
    """Changed pieces of all comparisons, largest first; slivers stand in a table of their own."""
    heads = [
        column(cells, "comparison", width=40),
        column(cells, "piece", width=12),
        column(cells, "direction", width=10),
        *(measure(cells, "area", unit, width=14) for unit in ("m2", "ha", "mu")),
        measure(cells, "mean_width", "m", width=14),
        column(cells, "feature", width=18),
        column(cells, "feature_name", width=26),
        column(cells, "township", width=16),
        column(cells, "document", width=50),
    ]
    rows = [
        _piece_row(piece, change, comparison, cells)
        for change, comparison in pairs
        for piece in sorted(comparison.pieces, key=lambda p: (-p.area_m2, p.id))
        if piece.sliver is slivers
    ]
    title = Text("细碎变化图斑表", "Slivers") if slivers else Text("变化图斑表", "Changed pieces")
    remark = Text(
        f"平均宽度（2×面积/周长）小于 {result.catalog.sliver_width_m:g} m 的图斑单列为细碎图斑，仍计入台账。",
        f"Pieces with a mean width (2·area/perimeter) below {result.catalog.sliver_width_m:g} m are listed apart as slivers and still counted in the ledger.",
    )
    return Table(
        "slivers" if slivers else "pieces",
        cells.say(title),
        cells.say(title),
        tuple(heads),
        tuple(rows),
        notes(cells, [area_note(result, cells), cells.say(remark)]),
    )


def approval(piece: ChangedPiece, cells: Cells) -> str:
    """The document that approved a change."""
    entry = piece.entry
    if entry is None:
        return cells.say(UNDOCUMENTED if piece.cause is Cause.UNDOCUMENTED else piece.cause.label)
    return " ".join(filter(None, (entry.office, entry.document, entry.date, entry.kind, entry.id)))


def _identity_rows(change: ChangeResult, comparison: Comparison, cells: Cells) -> Iterator[tuple[Cell, ...]]:
    identity, name = comparison.identity, comparison_name(change, comparison)

    def count(quantity: str) -> Cell:
        return cells.count(ledger_fact_id(change.series, comparison.key, "comparison", "all", quantity))

    def row(item: Text, finding: Cell, amount: Cell) -> tuple[Cell, ...]:
        return (cells.words(name), cells.words(item), finding, amount)

    none = cells.words("")
    same = (
        Text("两版图形完全相同", "all shapes are equal") if identity.same else Text("不相同", "not the same")
    )
    conclusion = ledger_fact_id(change.series, comparison.key, "comparison", "all", "conclusion")
    yield row(Text("结论", "Conclusion"), cells.sign(conclusion), none)
    yield row(Text("说明", "Statement"), cells.words(comparison.statement), none)
    yield row(Text("图形", "Shapes"), cells.words(same), none)
    comparable = (
        Text("绘制基础一致，面积可直接比较", "drawn on the same ground; areas can be compared")
        if identity.comparable
        else Text(
            "绘制基础已变，面积差异本身不能证明增减",
            "drawn anew: differences of area prove nothing by themselves",
        )
    )
    yield row(Text("可比性", "Comparable"), cells.words(comparable), none)
    for difference in identity.differences:
        yield row(Text("差异", "Difference"), cells.words(difference.text), none)
    for quantity, item in (
        ("old_features", Text("旧版要素数", "Features, old version")),
        ("new_features", Text("新版要素数", "Features, new version")),
        ("old_vertices", Text("旧版节点数", "Vertices, old version")),
        ("new_vertices", Text("新版节点数", "Vertices, new version")),
    ):
        yield row(item, none, count(quantity))
    for quantity, item, ids in (
        ("ids_gone", Text("消失的标识", "Ids gone"), identity.ids_gone),
        ("ids_new", Text("新增的标识", "Ids new"), identity.ids_new),
        ("shapes_changed", Text("图形变化的要素", "Features redrawn"), identity.shapes_changed),
    ):
        yield row(item, cells.words(_listed(ids)), count(quantity))
    for item, fingerprint in (
        (Text("旧版图形指纹（SHA-256）", "Fingerprint, old version (SHA-256)"), identity.old_fingerprint),
        (Text("新版图形指纹（SHA-256）", "Fingerprint, new version (SHA-256)"), identity.new_fingerprint),
    ):
        yield row(item, cells.words(fingerprint), none)


def _ledger_columns(level: Level, rows: Sequence[LedgerRow], cells: Cells) -> Iterator[Column]:
    yield column(cells, level.value, width=22)
    if level is Level.FEATURE:
        yield column(cells, "feature_name", width=28)
    yield measure(cells, "opening", "ha", width=17)
    yield measure(cells, "lost", "ha", width=15)
    yield measure(cells, "gained", "ha", width=15)
    if _moves(rows):
        yield measure(cells, "moved_out", "ha", width=22)
        yield measure(cells, "moved_in", "ha", width=22)
    yield measure(cells, "closing", "ha", width=17)
    yield measure(cells, "net", "ha", width=15)
    yield measure(cells, "lost", "mu", width=14)
    yield measure(cells, "gained", "mu", width=14)
    yield measure(cells, "net", "mu", width=14)
    yield measure(cells, "residual", "m2", width=13)


def _ledger_rows(
    level: Level, rows: Sequence[LedgerRow], change: ChangeResult, comparison: Comparison, cells: Cells
) -> Iterator[tuple[Cell, ...]]:
    """Rows and total; columns and rows add up as shown."""
    moves = _moves(rows)
    rounded_to = {"ha": _rounded_ha(rows), "mu": _rounded_mu(rows)}
    everything = [(r.level, r.key) for r in rows] + [(Level.COUNTY, "county")]
    for position, (row_level, key) in enumerate(everything):
        is_total = row_level is Level.COUNTY

        def fact(quantity: str, row_level: Level = row_level, key: str = key) -> str:
            return ledger_fact_id(change.series, comparison.key, row_level, key, quantity)

        def cell(quantity: str, unit: str, position: int = position, is_total: bool = is_total) -> Cell:
            rounded = rounded_to[unit][quantity]
            value = sum(rounded, Decimal(0)) if is_total else rounded[position]
            summed = is_total and quantity.startswith("moved")
            exact = float(value) if summed else cells.book.number(fact(quantity))
            if quantity == "net" and not is_total and not _any_change(rows[position]):
                exact = 0.0
            return fitted(value, exact, DECIMALS[unit], None if summed else fact(quantity))

        if is_total:
            head = [cells.words(TOTAL)]
        elif level is Level.TOWNSHIP:
            head = [cells.words(rows[position].name or OUTSIDE_TOWNSHIPS)]
        elif level is Level.TYPE:
            head = [cells.words(rows[position].name or NO_TYPE)]
        else:
            head = [cells.words(key)]
        if level is Level.FEATURE:
            head.append(cells.words("" if is_total else rows[position].name))
        yield (
            *head,
            *(cell(q, "ha") for q in ("opening", "lost", "gained")),
            *((cell("moved_out", "ha"), cell("moved_in", "ha")) if moves else ()),
            *(cell(q, "ha") for q in ("closing", "net")),
            *(cell(q, "mu") for q in ("lost", "gained", "net")),
            number(cells.book.number(fact("residual")), DECIMALS["m2"], fact("residual")),
        )


_CHANGES = ("lost", "gained", "moved_out", "moved_in")


def _any_change(row: LedgerRow) -> bool:
    return any((row.lost_m2, row.gained_m2, row.moved_out_m2, row.moved_in_m2))


def _rounded_ha(rows: Sequence[LedgerRow]) -> dict[str, list[Decimal]]:
    """Rounded columns of a ledger, so that every column and every row adds up.

    Opening and closing totals are rounded for themselves, since they stand in more than one table; the
    larger of lost and gained takes up the last digit.
    """
    exact = {
        q: [float(getattr(r, f"{q}_m2")) for r in rows] for q in ("opening", "closing", "kept", *_CHANGES)
    }
    given = {q: parts(values, "ha") for q, values in exact.items()}
    total = {q: sum(values, Decimal(0)) for q, values in given.items()}
    opening, closing = total["opening"] - total["moved_out"], total["closing"] - total["moved_in"]
    if sum(exact["lost"]) > sum(exact["gained"]):
        total["kept"] = closing - total["gained"]
        total["lost"] = opening - total["kept"]
    else:
        total["kept"] = opening - total["lost"]
        total["gained"] = closing - total["kept"]
    step = Decimal(1).scaleb(-DECIMALS["ha"])
    for q in ("kept", "lost", "gained"):
        _fit(given[q], total[q], exact[q], step)
    given["opening"] = [
        sum(v, Decimal(0)) for v in zip(given["kept"], given["lost"], given["moved_out"], strict=True)
    ]
    given["closing"] = [
        sum(v, Decimal(0)) for v in zip(given["kept"], given["gained"], given["moved_in"], strict=True)
    ]
    return given | {"net": _net(given)}


def _rounded_mu(rows: Sequence[LedgerRow]) -> dict[str, list[Decimal]]:
    """Rounded changes of a ledger in 亩, with the totals of the account, whose opening and closing are rounded too."""
    exact = {q: [float(getattr(r, f"{q}_m2")) for r in rows] for q in ("opening", "closing", *_CHANGES)}
    given = {q: parts(exact[q], "mu") for q in _CHANGES}
    opening, closing = (
        round_half_up(from_m2(sum(exact[q]), "mu"), DECIMALS["mu"]) for q in ("opening", "closing")
    )
    lost, gained = (sum(given[q], Decimal(0)) for q in ("lost", "gained"))
    step = Decimal(1).scaleb(-DECIMALS["mu"])
    if sum(exact["lost"]) > sum(exact["gained"]):
        _fit(given["lost"], opening - closing + gained, exact["lost"], step)
    elif any(exact["gained"]):
        _fit(given["gained"], closing - opening + lost, exact["gained"], step)
    return given | {"net": _net(given)}


def _net(given: dict[str, list[Decimal]]) -> list[Decimal]:
    flows = zip(*(given[q] for q in _CHANGES), strict=True)
    return [gained + into - lost - out for lost, gained, out, into in flows]


def _fit(rounded: list[Decimal], total: Decimal, exact: Sequence[float], step: Decimal) -> None:
    """Move the last digit of the largest parts until they add up to `total`."""
    spare = total - sum(rounded, Decimal(0))
    largest = sorted(range(len(rounded)), key=lambda i: (-exact[i], i))
    for turn in range(round(abs(spare) / step)):
        rounded[largest[turn % len(largest)]] += step if spare > 0 else -step


def _moves(rows: Sequence[LedgerRow]) -> bool:
    return any(r.moved_out_m2 or r.moved_in_m2 for r in rows)


def _summed(words: str, rows: Sequence[tuple[Cell, ...]], columns: Sequence[Column]) -> tuple[Cell, ...]:
    """One row that holds the shown sum of each column of numbers."""
    cells = [Cell(words, words)]
    for position, head in enumerate(columns[1:], start=1):
        if head.kind is not Kind.NUMBER:
            cells.append(Cell(None, ""))
            continue
        values = [row[position].value for row in rows]
        exact = sum(v for v in values if isinstance(v, float))
        total = sum(
            (Decimal(row[position].shown.replace(",", "")) for row in rows if not row[position].is_tiny),
            Decimal(0),
        )
        cells.append(fitted(total, exact, head.decimals, None))
    return tuple(cells)


def _piece_row(
    piece: ChangedPiece, change: ChangeResult, comparison: Comparison, cells: Cells
) -> tuple[Cell, ...]:
    def fact(quantity: str) -> str:
        return ledger_fact_id(change.series, comparison.key, "piece", piece.id, quantity)

    return (
        cells.words(comparison_name(change, comparison)),
        cells.words(piece.id),
        cells.words(piece.direction.label),
        *(cells.area(fact("area"), unit) for unit in ("m2", "ha", "mu")),
        cells.metres(fact("mean_width")),
        cells.words(piece.feature),
        cells.words(piece.feature_name),
        cells.words(piece.township_name or OUTSIDE_TOWNSHIPS),
        cells.words(approval(piece, cells)),
    )


def _listed(ids: Sequence[str], at_most: int = 12) -> str:
    return ", ".join(ids[:at_most]) + (" …" if len(ids) > at_most else "")
