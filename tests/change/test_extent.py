from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from eco_gis.change.beside import Beside
from eco_gis.change.extent import compare
from eco_gis.change.facts import change_facts
from eco_gis.change.ground import OUTSIDE
from eco_gis.change.ledger import check_closed
from eco_gis.change.series import compare_series
from eco_gis.errors import LedgerError, Problem, UsageError
from eco_gis.model.change import Basis, Comparison, Conclusion, Direction, Level
from eco_gis.model.identity import DifferenceKind
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.testing import cell_mask_shapes
from eco_gis.text import Text
from tests.builders import X0, Y0, at, make_layer, square


def against(
    old: Layer, new: Layer, townships: Layer | None = None, register: Layer | None = None
) -> Comparison:
    beside = Beside(
        townships=() if townships is None else (townships,), registers=() if register is None else (register,)
    )
    return compare(old, new, basis=Basis.BASELINE, beside=beside)


def register_of(shape: object, direction: str, document: str = "浙政函〔2023〕1号") -> Layer:
    return make_layer(
        [shape],
        LayerRole.CHANGE_REGISTER,
        ids=["R1"],
        columns={
            "kind": ["局部调整"],
            "office": ["省政府"],
            "document": [document],
            "date": ["2023-05-01"],
            "direction": [direction],
        },
    )


def test_the_same_shapes_in_any_order_and_direction_are_not_adjusted() -> None:
    old = make_layer([square(0, 0, 100), square(200, 0, 50)])
    turned = [shapely.reverse(g) for g in old.features.shapes[::-1]]
    result = against(old, make_layer(turned, ids=["F2", "F1"]))
    assert result.identity.same
    assert result.identity.differences == ()
    assert result.conclusion is Conclusion.UNCHANGED
    assert result.pieces == ()
    assert result.county.residual_m2 == 0


def test_an_undocumented_bite_is_found_with_its_place_and_to_be_verified() -> None:
    old = make_layer([square(0, 0, 1000), square(2000, 0, 500)])
    bitten = shapely.difference(square(0, 0, 1000), square(900, 900, 200))
    towns = make_layer(
        [square(-500, -500, 1450), square(950, -500, 3000)], LayerRole.TOWNSHIP, ids=["A", "B"]
    )
    result = against(old, make_layer([bitten, square(2000, 0, 500)]), towns)
    assert result.conclusion is Conclusion.TO_VERIFY
    assert sorted((p.township, round(p.planar_m2)) for p in result.pieces) == [
        *[("A", 2500), ("B", 5000), (OUTSIDE, 2500)],
    ]
    by_town = {r.key: r for r in result.townships}
    assert by_town["B"].lost_m2 == pytest.approx(5000, rel=1e-3)
    assert sum(r.opening_m2 for r in result.townships) == pytest.approx(result.county.opening_m2, abs=1e-6)
    assert result.undocumented_m2 == pytest.approx(result.county.lost_m2)


@pytest.mark.parametrize(
    ("direction", "document", "conclusion"),
    [
        ("调出", "浙政函〔2023〕1号", Conclusion.LAWFUL),
        ("", "浙政函〔2023〕1号", Conclusion.LAWFUL),
        ("调入", "浙政函〔2023〕1号", Conclusion.TO_VERIFY),
        ("调出", "", Conclusion.TO_VERIFY),
    ],
)
def test_only_a_document_of_the_same_direction_explains_a_loss(
    direction: str, document: str, conclusion: Conclusion
) -> None:
    old, out = square(0, 0, 1000), square(800, 0, 200)
    new = make_layer([shapely.difference(old, out)])
    result = against(make_layer([old]), new, register=register_of(out, direction, document))
    assert result.conclusion is conclusion
    assert (result.pieces[0].entry is not None) == (conclusion is Conclusion.LAWFUL)


def test_a_piece_larger_than_its_document_is_explained_in_part() -> None:
    old, out = square(0, 0, 1000), square(800, 0, 200)
    result = against(
        make_layer([old]),
        make_layer([shapely.difference(old, out)]),
        register=register_of(square(800, 0, 100), "out"),
    )
    assert result.conclusion is Conclusion.TO_VERIFY
    assert {p.entry.id if p.entry else None: round(p.planar_m2) for p in result.pieces} == {
        "R1": 10_000,
        None: 30_000,
    }


def test_ground_that_only_changes_its_feature_is_moved_not_lost() -> None:
    old = make_layer([square(0, 0, 100), square(100, 0, 100)])
    new = make_layer([at(shapely.box(0, 0, 150, 100)), at(shapely.box(150, 0, 200, 100))])
    result = against(old, new)
    first, second = result.features
    assert result.county.lost_m2 == result.county.gained_m2 == 0
    assert first.moved_in_m2 == second.moved_out_m2 == pytest.approx(5000, rel=1e-3)
    assert first.residual_m2 == pytest.approx(0, abs=1e-6)


def test_a_narrow_strip_is_listed_and_marked() -> None:
    old = square(0, 0, 1000)
    result = against(make_layer([old]), make_layer([shapely.difference(old, square(999.5, 0, 1000))]))
    (piece,) = result.pieces
    assert piece.sliver
    assert piece.mean_width_m == pytest.approx(0.5, rel=1e-2)
    assert result.county.lost_m2 == pytest.approx(500, rel=1e-3)


def test_a_redrawn_border_is_not_called_a_proven_loss() -> None:
    rng = np.random.default_rng(1)
    old = shapely.segmentize(square(0, 0, 1000), 20)
    ring = shapely.get_coordinates(old)[:-1]
    redrawn = shapely.Polygon(ring + rng.normal(0, 1, ring.shape))
    result = against(make_layer([old]), make_layer([redrawn]))
    assert not result.identity.comparable
    assert DifferenceKind.GENERALISATION in {d.kind for d in result.identity.differences}
    assert result.conclusion is Conclusion.TO_VERIFY
    assert "不能单独证明" in result.notes[0].zh


def test_lost_records_keep_the_conclusion_open() -> None:
    old = make_layer([square(0, 0, 100)])
    result = against(old, make_layer([square(0, 0, 100)], lost=1))
    assert result.conclusion is Conclusion.TO_VERIFY
    assert any("空几何" in n.zh for n in result.notes)


def test_a_corrupted_ledger_is_seen() -> None:
    old = make_layer([square(0, 0, 1000)])
    result = against(old, make_layer([square(0, 0, 900)]))
    check_closed(result.rows)
    for term in ("opening_m2", "lost_m2", "gained_m2", "closing_m2", "kept_m2"):
        broken = replace(result.county, **{term: getattr(result.county, term) + 2.0})
        with pytest.raises(LedgerError, match="does not close"):
            check_closed([broken])
        with pytest.raises(LedgerError):
            check_closed([replace(result.county, **{term: float("nan")})])


def test_facts_carry_every_row_of_the_ledger() -> None:
    old = make_layer([square(0, 0, 1000)], id="r22", version="2022", approved=True)
    new = make_layer([square(0, 0, 900)], id="r24", version="2024")
    result = compare_series("redline", [old, new], from_version="2022", to_version="2024")
    facts = {f.id: f for f in change_facts(result)}
    assert facts["change/redline/baseline/county/county/lost"].value == result.comparisons[0].county.lost_m2
    assert facts["change/redline/baseline/comparison/all/conclusion"].value == "to_verify"
    assert len(facts) == len(list(change_facts(result)))


def test_versions_are_chosen_by_name_and_compared_with_the_baseline_too() -> None:
    years = [
        make_layer([square(0, 0, side)], id=f"r{year}", version=str(year), approved=year == 2022)
        for year, side in ((2022, 1000), (2023, 900), (2024, 800))
    ]
    result = compare_series("redline", years, from_version="2023", to_version="2024")
    assert [(c.basis, c.old_version) for c in result.comparisons] == [
        *[(Basis.BASELINE, "2022"), (Basis.LAST_YEAR, "2023")],
    ]
    with pytest.raises(UsageError, match="no version '2020'"):
        compare_series("redline", years, from_version="2020", to_version="2024")
    with pytest.raises(UsageError, match="two versions"):
        compare_series("redline", years, from_version="2024", to_version="2024")


masks = hnp.arrays(np.bool_, (6, 6))


def of_mask(mask: np.ndarray) -> Layer:
    shapes = [
        g for g in shapely.get_parts(cell_mask_shapes(mask, cell=10.0, origin=(X0, Y0))) if not g.is_empty
    ]
    return make_layer(shapes, ids=[f"F{n}" for n in range(len(shapes))], valid_from=date(2022, 1, 1))


@settings(max_examples=60, deadline=None)
@given(masks, masks)
def test_the_ledger_of_cell_masks_counts_cells(old: np.ndarray, new: np.ndarray) -> None:
    there, back = against(of_mask(old), of_mask(new)), against(of_mask(new), of_mask(old))
    lost, gained = (old & ~new).sum(), (new & ~old).sum()
    planar = {d: sum(p.planar_m2 for p in there.pieces if p.direction is d) for d in Direction}
    assert planar == {Direction.LOST: 100.0 * lost, Direction.GAINED: 100.0 * gained}
    assert there.county.opening_m2 == pytest.approx(100 * old.sum(), rel=1e-3)
    assert there.county.lost_m2 == pytest.approx(back.county.gained_m2, abs=1e-6)
    assert all(abs(r.residual_m2) < 1e-6 for r in there.rows)
    assert {r.level for r in there.rows} <= set(Level)


def test_a_version_that_cannot_be_used_keeps_the_answer_open_and_is_named() -> None:
    years = [make_layer([square(0, 0, 1000)], id=f"r{y}", version=str(y)) for y in (2022, 2024)]
    spec = LayerSpec("r2023", LayerRole.REDLINE, Path("gone.gpkg"), series="redline", version="2023")
    fault = LayerFault(spec, (Problem("gone.gpkg", Text("文件不存在", "missing"), Text("找回", "find it")),))
    whole = compare_series("redline", years, from_version="2022", to_version="2024")
    gap = compare_series(
        "redline", years, from_version="2022", to_version="2024", beside=Beside(faults=(fault,))
    )
    assert whole.comparisons[0].conclusion is Conclusion.UNCHANGED
    assert gap.comparisons[0].conclusion is Conclusion.TO_VERIFY
    assert any("r2023" in note.zh and "r2023" in note.en for note in gap.comparisons[0].notes)


def test_two_layers_of_one_version_are_refused() -> None:
    twice = [make_layer([square(0, 0, 1000)], id=name, version="2024") for name in ("a", "b")]
    with pytest.raises(UsageError, match="has a version twice"):
        compare_series("redline", twice, from_version="2023", to_version="2024")
