"""Facts of the nature of protected ground."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from eco_gis.model.fact import Fact, Method, fact_id
from eco_gis.model.nature import (
    LandClass,
    NatureCause,
    NatureComparison,
    NaturePiece,
    NatureResult,
    NatureSource,
)
from eco_gis.units import DECIMALS, shown

UNTOLD_GROUP = "untold"
"""Key of ground whose class is not told, or whose code is not known, in place of a group."""


def group_key(given: LandClass) -> str:
    """Key of the group in the matrix natural / farmland / built / unused."""
    return given.group.value if given.group else "same" if given.code and not given.unknown else UNTOLD_GROUP


def major_key(given: LandClass) -> str:
    """Key of the 三大类 in its matrix; codes without one count as untold."""
    return given.major.value if given.major else "same" if group_key(given) == "same" else UNTOLD_GROUP


def nature_fact_id(series: str, period: str, level: str, key: str, quantity: str) -> str:
    """Id of a fact of one period."""
    return fact_id("nature", series, period, level, key, quantity)


def nature_facts(result: NatureResult) -> Iterator[Fact]:
    """Every number and answer about the nature of one series."""
    yield Fact(
        fact_id("nature", result.series, "answer"), "answer", result.answer.value, "",
        result.answer.label.zh, Method.COMPARISON,
    )  # fmt: skip
    for comparison in result.comparisons:
        yield from _answers(result.series, comparison)
        yield from _areas(result.series, comparison)
        for piece in comparison.pieces:
            yield from _piece(result.series, comparison, piece)


def _answers(series: str, comparison: NatureComparison) -> Iterator[Fact]:
    pairs = [("line", "all", comparison.answer)]
    pairs += [("patch", patch, answer) for patch, answer in comparison.answers.items()]
    for level, key, answer in pairs:
        yield Fact(
            nature_fact_id(series, comparison.period, level, key, "answer"), "answer", answer.value, "",
            answer.label.zh, Method.COMPARISON, layer=comparison.line_layer,
            feature=key if level == "patch" else None, year=comparison.to_year,
        )  # fmt: skip


def _areas(series: str, comparison: NatureComparison) -> Iterator[Fact]:
    raster = comparison.source is NatureSource.RASTERS
    method = Method.RASTER_CELLS if raster else Method.ELLIPSOIDAL
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    sums["line", "all", "area"] = comparison.line_m2
    sums["line", "all", "undocumented"] = comparison.undocumented_m2
    for matrix, key_of in (("group", group_key), ("major", major_key)):
        for (before, after), m2 in comparison.matrix(key_of).items():
            sums[matrix, f"{before}-{after}", "area"] += m2
    for row in comparison.transitions:
        if row.before.code != row.after.code:
            sums["class", f"{row.before.code}-{row.after.code}", "area"] += row.area_m2
    for cause in NatureCause:
        sums["cause", cause.value, "documented"] = sums["cause", cause.value, "undocumented"] = 0.0
    places = {("patch", patch) for patch in comparison.answers}
    places |= {("township", t.township) for t in comparison.transitions}
    for level, place in places:
        for quantity in ("adverse_documented", "adverse_undocumented", "restored", "corrected"):
            sums[level, place, quantity] = 0.0
    slivers = 0.0
    for piece in comparison.pieces:
        sums["cause", piece.cause.value, "documented" if piece.documented else "undocumented"] += (
            piece.area_m2
        )
        slivers += piece.area_m2 if piece.sliver else 0.0
        quantity = _place_quantity(piece)
        if quantity:
            sums["patch", piece.feature, quantity] += piece.area_m2
            sums["township", piece.township, quantity] += piece.area_m2
    sums["line", "all", "sliver_area"] = slivers
    for (level, key, quantity), m2 in sorted(sums.items()):
        yield Fact(
            nature_fact_id(series, comparison.period, level, key, quantity), quantity, m2, "m2",
            shown(m2, DECIMALS["m2"]), method, layer=comparison.line_layer,
            feature=key if level == "patch" else None,
            township=key if level == "township" else None, year=comparison.to_year,
        )  # fmt: skip
    for quantity, count in (
        ("pieces", len(comparison.pieces)),
        ("slivers", sum(p.sliver for p in comparison.pieces)),
    ):
        yield Fact(
            nature_fact_id(series, comparison.period, "line", "all", quantity), quantity, count, "count",
            str(count), Method.COUNT, layer=comparison.line_layer, year=comparison.to_year,
        )  # fmt: skip


def _place_quantity(piece: NaturePiece) -> str:
    """In which column of patch and township a piece stands; none for changes of class within one nature."""
    if piece.adverse:
        return "adverse_documented" if piece.documented else "adverse_undocumented"
    return {NatureCause.RESTORATION: "restored", NatureCause.CORRECTION: "corrected"}.get(piece.cause, "")


def _piece(series: str, comparison: NatureComparison, piece: NaturePiece) -> Iterator[Fact]:
    for quantity, value, unit, method in (
        ("area", piece.area_m2, "m2", Method.ELLIPSOIDAL),
        ("planar_area", piece.planar_m2, "m2", Method.PLANAR),
        ("mean_width", piece.mean_width_m, "m", Method.PLANE_OVER_SCALE),
    ):
        yield Fact(
            nature_fact_id(series, comparison.period, "piece", piece.id, quantity), quantity, value, unit,
            shown(value, DECIMALS[unit]), method, layer=comparison.line_layer, feature=piece.feature,
            township=piece.township, year=comparison.to_year,
        )  # fmt: skip
    where = f"{piece.place[0]:.6f}, {piece.place[1]:.6f}"
    yield Fact(
        nature_fact_id(series, comparison.period, "piece", piece.id, "place"), "place", where, "", where,
        Method.PLANAR, layer=comparison.line_layer, feature=piece.feature, township=piece.township,
        year=comparison.to_year,
    )  # fmt: skip
