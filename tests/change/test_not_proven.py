"""What is not proven is not called unchanged or lawful."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
import shapely

from eco_gis.change.beside import Beside, order_of
from eco_gis.change.extent import compare
from eco_gis.change.series import compare_series, protected_series
from eco_gis.errors import UsageError
from eco_gis.model.change import Basis, Comparison, Conclusion, Direction, LedgerRow
from eco_gis.model.layer import Layer
from eco_gis.model.role import LayerRole
from tests.builders import at, make_layer, square


def against(
    old: Layer, new: Layer, townships: Layer | None = None, register: Layer | None = None
) -> Comparison:
    beside = Beside(
        townships=() if townships is None else (townships,), registers=() if register is None else (register,)
    )
    return compare(old, new, basis=Basis.LAST_YEAR, beside=beside)


def said(result: Comparison, zh: str) -> bool:
    return any(zh in note.zh and note.to("en") != note.zh for note in result.notes)


@pytest.mark.parametrize("thin", [square(900, 900, 10).centroid, at(shapely.LineString([(0, 0), (9, 9)]))])
def test_a_line_or_point_that_comes_or_goes_is_not_called_unchanged(thin: shapely.Geometry) -> None:
    polygons = [square(0, 0, 100), square(200, 0, 100)]
    gone = against(make_layer([*polygons, thin]), make_layer(polygons))
    come = against(make_layer(polygons), make_layer([*polygons, thin]))
    stays = against(make_layer([*polygons, thin]), make_layer([*polygons, thin]))
    assert gone.conclusion is come.conclusion is Conclusion.TO_VERIFY
    assert said(gone, "1 个线或点要素")
    assert said(come, "1 个线或点要素")
    assert stays.conclusion is Conclusion.UNCHANGED
    assert stays.notes == ()


@pytest.mark.parametrize(
    ("old", "new", "conclusion"),
    [
        (False, False, Conclusion.TO_VERIFY),
        (True, False, Conclusion.TO_VERIFY),
        (True, True, Conclusion.UNCHANGED),
    ],
)
def test_two_empty_layers_prove_nothing_unless_declared_empty(
    old: bool, new: bool, conclusion: Conclusion
) -> None:
    result = against(make_layer([], empty=old), make_layer([], empty=new))
    assert result.conclusion is conclusion
    assert said(result, "未声明为空") == (conclusion is Conclusion.TO_VERIFY)


OLD, OUT = square(0, 0, 1000), square(800, 0, 200)


def documented(day: str, document: str = "浙政函〔2023〕1号", place: shapely.Geometry = OUT) -> Comparison:
    register = make_layer(
        [place],
        LayerRole.CHANGE_REGISTER,
        ids=["R1"],
        columns={"document": [document], "date": [day], "direction": ["调出"]},
    )
    old = make_layer([OLD], valid_from=date(2023, 1, 1))
    new = make_layer([shapely.difference(OLD, OUT)], valid_from=date(2024, 1, 1))
    return against(old, new, register=register)


@pytest.mark.parametrize(
    "day",
    ["2023-05-01", "2023/5/1", "2023年5月1日", "20230501", "2023-01-02", "2024-01-01", "2023-05-01 00:00:00"],
)
def test_an_entry_between_the_two_versions_documents(day: str) -> None:
    result = documented(day)
    assert result.conclusion is Conclusion.LAWFUL
    assert result.notes == ()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2010-01-01", "不在两版之间"),
        ("2031-01-01", "不在两版之间"),
        ("2023-01-01", "不在两版之间"),
        ("2024-01-02", "不在两版之间"),
        ("", "缺失或无法识别"),
        ("2023", "缺失或无法识别"),
        ("2023-13-01", "缺失或无法识别"),
    ],
)
def test_an_entry_of_another_time_documents_nothing_and_is_named(day: str, why: str) -> None:
    result = documented(day)
    assert result.conclusion is Conclusion.TO_VERIFY
    assert result.pieces[0].entry is None
    assert said(result, "R1")
    assert said(result, why)


@pytest.mark.parametrize("document", ["", "无", "-", " / ", "—", "none", "N.A.", "nan"])
def test_a_dash_is_no_document(document: str) -> None:
    result = documented("2023-05-01", document)
    assert result.conclusion is Conclusion.TO_VERIFY
    assert said(result, "没有批准文号")


def test_an_entry_of_another_time_and_place_is_not_named() -> None:
    assert documented("2010-01-01", place=square(-900, 0, 10)).notes == ()


def by_key(rows: Sequence[LedgerRow]) -> dict[str, LedgerRow]:
    return {row.key: row for row in rows}


def test_townships_that_overlap_by_a_hair_keep_a_row_each() -> None:
    west, east = (
        at(shapely.box(-500, -500, 500.0001, 1500)),
        at(shapely.box(500, -500, 1500, 1500)),
    )
    towns = make_layer([west, east], LayerRole.TOWNSHIP, ids=["甲", "乙"])
    assert len(towns.footprint) == 1
    result = against(make_layer([OLD]), make_layer([shapely.difference(OLD, OUT)]), towns)
    rows = by_key(result.townships)
    assert list(rows) == ["甲", "乙", "outside"]
    assert rows["甲"].opening_m2 == pytest.approx(500_000, rel=1e-3)
    assert rows["乙"].lost_m2 == pytest.approx(result.county.lost_m2)
    assert {p.township for p in result.pieces} == {"乙"}
    for quantity in ("opening_m2", "kept_m2", "lost_m2", "closing_m2"):
        total = sum(getattr(row, quantity) for row in result.townships)
        assert total == pytest.approx(getattr(result.county, quantity), abs=1e-5)


def test_features_that_overlap_by_a_centimetre_keep_a_row_each() -> None:
    first, second = at(shapely.box(0, 0, 500.01, 1000)), at(shapely.box(500, 0, 1000, 1000))
    inner = square(100, 100, 10)
    old = make_layer([first, second, inner])
    new = make_layer([first, shapely.difference(second, OUT), inner])
    assert len(old.footprint) == 1
    result = against(old, new)
    rows = by_key(result.features)
    assert list(rows) == ["F1", "F2", "F3"]
    assert [p.feature for p in result.pieces] == ["F2"]
    assert rows["F2"].lost_m2 == pytest.approx(result.county.lost_m2)
    assert rows["F1"].lost_m2 == rows["F3"].opening_m2 == 0
    assert result.county.opening_m2 == float(old.footprint.area_m2.sum())
    assert sum(r.opening_m2 for r in result.features) == pytest.approx(result.county.opening_m2, abs=1e-5)
    assert all(abs(r.residual_m2) < 1e-5 for r in result.rows)


def test_overlapping_features_in_another_order_leave_no_changed_ground() -> None:
    first, second = at(shapely.box(0, 0, 500.01, 1000)), at(shapely.box(500, 3, 1000, 997))
    result = against(make_layer([first, second]), make_layer([second, first], ids=["F2", "F1"]))
    assert result.conclusion is Conclusion.UNCHANGED
    assert result.pieces == ()


def versions_of(*rows: tuple[str, int | None, bool]) -> list[Layer]:
    return [
        make_layer(
            [square(0, 0, 1000 - n)],
            id=f"r-{version}",
            version=version,
            valid_from=None if year is None else date(year, 1, 1),
            approved=approved,
        )
        for n, (version, year, approved) in enumerate(rows)
    ]


def bases(layers: list[Layer], old: str | None = None, new: str | None = None) -> list[tuple[Basis, str]]:
    result = compare_series("redline", layers, from_version=old, to_version=new)
    return [(c.basis, c.old_version) for c in result.comparisons]


def test_a_later_approval_is_no_baseline() -> None:
    only_later = versions_of(("2022", 2022, False), ("2023", 2023, False), ("2024", 2024, True))
    assert bases(only_later, "2022", "2023") == [(Basis.LAST_YEAR, "2022")]
    both = versions_of(("2022", 2022, True), ("2023", 2023, False), ("2024", 2024, True))
    assert bases(both, "2022", "2023") == [(Basis.BASELINE, "2022")]


@pytest.mark.parametrize("years", [(2009, 2010), (None, None)])
def test_the_ninth_version_comes_before_the_tenth(years: tuple[int | None, int | None]) -> None:
    layers = versions_of(("v10", years[1], False), ("v9", years[0], True))
    assert bases(layers) == [(Basis.BASELINE, "v9")]
    named = protected_series([layer.spec for layer in layers], date(2024, 1, 1))
    assert [s.version for s in named["redline"]] == ["v9", "v10"]


def test_the_day_decides_before_the_name() -> None:
    newer, older = versions_of(("a", 2024, False), ("b", 2023, False))
    assert sorted([newer.spec, older.spec], key=order_of) == [older.spec, newer.spec]
    result = compare_series("redline", [newer, older])
    assert (result.from_version, result.to_version) == ("b", "a")
    assert {p.direction for p in result.comparisons[0].pieces} == {Direction.GAINED}


def test_one_usable_version_is_not_enough() -> None:
    with pytest.raises(UsageError, match="fewer than two usable versions"):
        compare_series("redline", versions_of(("2022", 2022, True)))
