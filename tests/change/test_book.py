"""The line book: registers merged, years that chain, townships and types told from the line."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eco_gis.change.beside import Beside
from eco_gis.change.extent import compare
from eco_gis.change.facts import change_facts
from eco_gis.change.series import compare_series
from eco_gis.errors import UsageError
from eco_gis.model.change import Basis, Cause, ChangeResult, Comparison, Conclusion
from eco_gis.model.layer import Layer
from eco_gis.model.lineage import LineageKind
from eco_gis.model.role import LayerRole
from eco_gis.testing import cell_mask_shapes
from tests.builders import X0, Y0, at, make_layer, square

LINE = square(0, 0, 1000)
WEST, EAST = square(0, 0, 200), square(800, 0, 200)


def register(
    place: shapely.Geometry,
    *,
    key: str = "R1",
    kind: str = "局部调整",
    day: str = "2023-05-01",
    direction: str = "调出",
    layer: str = "register",
) -> Layer:
    columns = {
        "kind": [kind],
        "office": ["省政府"],
        "document": [f"{key}号"],
        "date": [day],
        "direction": [direction],
    }
    return make_layer([place], LayerRole.CHANGE_REGISTER, ids=[key], columns=columns, id=layer)


def year(n: int, *shapes: shapely.Geometry, approved: bool = False, **more: object) -> Layer:
    return make_layer(shapes, id=f"r{n}", version=str(n), valid_from=date(n, 1, 1), approved=approved, **more)


def against(old: Layer, new: Layer, *registers: Layer, townships: tuple[Layer, ...] = ()) -> Comparison:
    return compare(old, new, basis=Basis.LAST_YEAR, beside=Beside(townships=townships, registers=registers))


def without(*gone: shapely.Geometry) -> shapely.Geometry:
    return shapely.difference(LINE, shapely.union_all(gone))


def test_all_registers_speak_and_an_id_used_twice_stays_told_apart() -> None:
    old, new = year(2023, LINE), year(2024, without(WEST, EAST))
    two = register(WEST, layer="a"), register(EAST, kind="勘界核定", layer="b")
    result = against(old, new, *two)
    assert result.conclusion is Conclusion.LAWFUL
    assert {p.cause for p in result.pieces} == {Cause.LOCAL_ADJUSTMENT, Cause.BORDER_SURVEY}
    assert len({p.entry.id for p in result.pieces if p.entry}) == 2
    assert result == against(old, new, *reversed(two))
    assert against(old, new, two[0], two[0]).conclusion is Conclusion.TO_VERIFY


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("自然保护地整合优化调整", Cause.WITH_RESERVE),
        ("数据更正", Cause.CORRECTION),
        ("重大项目局部调整", Cause.LOCAL_ADJUSTMENT),
        ("", Cause.OTHER_ENTRY),
        ("建设项目用地批复", Cause.UNDOCUMENTED),
        ("自然保护地内有限人为活动认定", Cause.UNDOCUMENTED),
        ("占用调整", Cause.UNDOCUMENTED),
    ],
)
def test_a_project_explains_no_lost_metre(kind: str, cause: Cause) -> None:
    result = against(year(2023, LINE), year(2024, without(WEST)), register(WEST, kind=kind))
    assert [p.cause for p in result.pieces] == [cause]
    assert (result.conclusion is Conclusion.TO_VERIFY) == (cause is Cause.UNDOCUMENTED)
    assert (result.entries[0].objection is not None) == (cause is Cause.UNDOCUMENTED)


def test_an_entry_tells_what_it_promised_and_what_happened() -> None:
    half = square(0, 0, 100)
    result = against(year(2023, LINE), year(2024, without(half)), register(WEST))
    (balance,) = result.entries
    assert balance.drawn_m2 == pytest.approx(40_000, rel=1e-3)
    assert balance.lost_m2 == pytest.approx(result.county.lost_m2, abs=1e-6)
    assert balance.gained_m2 == 0


def test_a_township_border_that_moved_is_no_loss_of_the_line() -> None:
    def towns(n: int, border: float) -> Layer:
        return make_layer(
            [at(shapely.box(-500, -500, border, 1500)), at(shapely.box(border, -500, 1500, 1500))],
            LayerRole.TOWNSHIP,
            ids=["A", "B"],
            id=f"t{n}",
            version=str(n),
            valid_from=date(n, 1, 1),
        )

    moved = against(year(2023, LINE), year(2024, LINE), townships=(towns(2022, 500), towns(2024, 300)))
    rows = {r.key: r for r in moved.townships}
    assert rows["A"].moved_out_m2 == rows["B"].moved_in_m2 == pytest.approx(200_000, rel=1e-3)
    assert rows["A"].lost_m2 == rows["B"].gained_m2 == moved.county.net_m2 == 0
    assert all(abs(r.residual_m2) < 1e-5 for r in moved.rows)
    assert moved.conclusion is Conclusion.UNCHANGED
    bitten = against(
        year(2023, LINE), year(2024, without(EAST)), townships=(towns(2022, 500), towns(2024, 300))
    )
    assert {p.township for p in bitten.pieces} == {"B"}
    assert all(abs(r.residual_m2) < 1e-5 for r in bitten.rows)


def test_types_have_a_ledger_of_their_own() -> None:
    east = square(1000, 0, 1000)
    old = year(2023, LINE, east, columns={"kind": ["水源涵养", "水土保持"]})
    new = year(2024, without(WEST), east, columns={"kind": ["水源涵养", "水源涵养"]})
    rows = {r.key: r for r in against(old, new).types}
    assert rows["水土保持"].moved_out_m2 == rows["水源涵养"].moved_in_m2 == rows["水土保持"].opening_m2
    assert rows["水土保持"].closing_m2 == rows["水土保持"].lost_m2 == 0
    assert rows["水源涵养"].lost_m2 == pytest.approx(40_000, rel=1e-3)
    assert all(abs(r.residual_m2) < 1e-5 for r in rows.values())


shapes = st.lists(
    st.tuples(*(st.integers(0, 1900) for _ in range(2)), *(st.integers(10, 900) for _ in range(2))),
    min_size=1,
    max_size=6,
)


def of_boxes(n: int, boxes: Sequence[tuple[int, ...]]) -> Layer:
    """Turned boxes that may overlap, so that no border is axis-parallel."""
    turned = [
        at(shapely.affinity.rotate(shapely.box(x, y, x + w, y + h), 10 + 7 * k))
        for k, (x, y, w, h) in enumerate(boxes)
    ]
    return year(n, *turned)


@settings(max_examples=40, deadline=None)
@given(st.tuples(shapes, shapes, shapes))
def test_ledgers_of_random_polygons_close_turn_and_chain(boxes: tuple[list[tuple[int, ...]], ...]) -> None:
    years = [of_boxes(2022 + n, some) for n, some in enumerate(boxes)]
    steps = [against(old, new) for old, new in itertools.pairwise(years)]
    for step, (old, new) in zip(steps, itertools.pairwise(years), strict=True):
        scale = max(step.county.opening_m2, step.county.closing_m2)
        assert abs(step.county.residual_m2) <= 1e-9 * scale
        turned = against(new, old)
        assert turned.county.lost_m2 == pytest.approx(step.county.gained_m2, abs=1e-9 * scale)
        assert turned.county.gained_m2 == pytest.approx(step.county.lost_m2, abs=1e-9 * scale)
        assert turned.county.opening_m2 == step.county.closing_m2
    assert steps[0].county.closing_m2 == steps[1].county.opening_m2


@settings(max_examples=25, deadline=None)
@given(hnp.arrays(np.bool_, (3, 5, 5)))
def test_the_years_of_a_series_chain_to_the_last_bit(masks: np.ndarray) -> None:
    years = [
        year(2022 + n, cell_mask_shapes(mask, cell=10.0, origin=(X0, Y0)), approved=n == 0)
        for n, mask in enumerate(masks)
        if mask.any()
    ]
    if len(years) < 3:
        return
    result = compare_series("redline", years)
    assert [(c.old_version, c.new_version) for c in result.years] == [("2022", "2023"), ("2023", "2024")]
    for earlier, later in itertools.pairwise(result.years):
        assert earlier.county.closing_m2 == later.county.opening_m2
        closing = {r.key: r.closing_m2 for r in earlier.features}
        assert {r.key: r.opening_m2 for r in later.features}.items() <= closing.items() | {("F1", 0.0)}
    whole = result.by_basis(Basis.BASELINE)
    assert whole is not None
    net = sum(c.county.net_m2 for c in result.years)
    assert whole.county.net_m2 == pytest.approx(net, abs=1e-9 * max(whole.county.opening_m2, 1))


def test_of_a_step_the_facts_tell_the_patches_that_changed() -> None:
    smaller = square(0, 0, 150)
    years = [year(2022, WEST, EAST, approved=True), year(2023, WEST, EAST), year(2024, smaller, EAST)]
    facts = {fact.id: fact.value for fact in change_facts(compare_series("redline", years))}

    def told(step: str, key: str) -> bool:
        return f"change/redline/year_{step}/feature/{key}/lost" in facts

    assert [told(*place) for place in itertools.product(("2023", "2024"), ("F1", "F2"))] == [0, 0, 1, 0]
    # the comparison itself tells every patch
    assert {f"change/redline/baseline/feature/{key}/lost" for key in ("F1", "F2")} <= facts.keys()
    assert facts["change/redline/year_2024/county/county/lost"] == pytest.approx(17_500, rel=1e-3)


def before_baseline(**versions: str) -> ChangeResult:
    early = year(2017, square(0, 0, 3000))
    return compare_series(
        "redline",
        [early, year(2022, LINE, approved=True), year(2023, LINE)],
        from_version=versions.get("old"),
        to_version=versions.get("new"),
    )


def test_what_lies_before_the_baseline_is_not_comparable_and_never_a_loss() -> None:
    result = before_baseline()
    assert [(c.old_version, c.conclusion) for c in result.comparisons] == [("2022", Conclusion.UNCHANGED)]
    assert "2017 版早于 2022 年批复基线" in result.incomparable[0].zh
    assert result.years == ()
    with pytest.raises(UsageError, match="not comparable"):
        before_baseline(old="2017", new="2023")
    baseline_itself = before_baseline(new="2022")
    assert baseline_itself.comparisons == ()
    assert len(baseline_itself.incomparable) == 1


def test_patches_are_followed_through_new_ids() -> None:
    a, b, c, d = (square(2000 * n, 0, 1000) for n in range(4))
    parts = square(4000, 0, 400), at(shapely.box(4400, 0, 5000, 1000))
    old = make_layer([a, b, square(3000, 0, 500), c, d], ids=["A", "B", "B2", "C", "D"])
    joined = shapely.union_all([b, square(3000, 0, 500)])
    new = make_layer([a, joined, *parts, square(9000, 0, 100)], ids=["A9", "B", "C1", "C2", "N"])
    events = {(e.kind, e.old, e.new) for e in against(old, new).lineage}
    assert events == {
        (LineageKind.RENAMED, ("A",), ("A9",)),
        (LineageKind.MERGED, ("B", "B2"), ("B",)),
        (LineageKind.SPLIT, ("C",), ("C1", "C2")),
        (LineageKind.GONE, ("D",), ()),
        (LineageKind.NEW, (), ("N",)),
    }


def test_a_loss_offset_elsewhere_is_named_with_distance_and_what_lay_there() -> None:
    land = make_layer(
        [at(shapely.box(-500, -500, 500, 1500)), at(shapely.box(500, -500, 3500, 1500))],
        LayerRole.LAND_SURVEY,
        columns={"code": ["0301", "0601"]},
        id="survey",
    )
    gain = square(1500, 0, 300)
    result = compare(
        year(2023, LINE),
        year(2024, without(WEST), gain),
        basis=Basis.LAST_YEAR,
        beside=Beside(surveys=(land,)),
    )
    (move,) = result.relocations
    by_id = {p.id: p for p in result.pieces}
    assert move.distance_m == pytest.approx(1300, rel=1e-3)
    assert move.area_m2 == by_id[move.lost].area_m2 < by_id[move.gained].area_m2
    assert [s.label for s in by_id[move.lost].land] != [s.label for s in by_id[move.gained].land]
    assert sum(s.area_m2 for s in by_id[move.lost].land) == pytest.approx(move.area_m2, abs=1e-6)
