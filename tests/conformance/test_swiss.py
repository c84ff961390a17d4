"""Swiss municipalities of two years as two versions of a line: a drawing that was made anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eco_gis.model.change import Basis, Comparison, Conclusion
from eco_gis.model.identity import DifferenceKind
from eco_gis.model.lineage import LineageKind
from eco_gis.pipeline import compare


def municipalities(folder: Path, year: int) -> Path:
    return next(p for p in sorted((folder / "swiss" / str(year)).glob("*.shp")) if "munic" in p.stem.lower())


def years(tmp_path: Path, shared_data: Path, old: int, new: int) -> Comparison:
    entries = "".join(
        f"""
[[layer]]
id = "m{year}"
role = "redline"
file = "{municipalities(shared_data, year).resolve().as_posix()}"
fields = {{ id = "id", name = "name" }}
valid_from = {year}-01-01
coverage = [5.5, 45.5, 11.0, 48.0]
accept_repair = true
"""
        for year in (old, new)
    )
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(f'[project]\nname = "瑞士"\n{entries}', encoding="utf-8")
    result = compare(catalog, as_of=date(2024, 1, 1), from_version=str(old), to_version=str(new))
    (series,) = result.changes
    comparison = series.by_basis(Basis.LAST_YEAR)
    assert comparison is not None
    return comparison


@pytest.mark.parametrize(("old", "new", "crs_changed"), [(2010, 2015, False), (2015, 2020, True)])
def test_a_generalised_drawing_proves_no_loss(
    tmp_path: Path, shared_data: Path, old: int, new: int, crs_changed: bool
) -> None:
    comparison = years(tmp_path, shared_data, old, new)
    kinds = {d.kind for d in comparison.identity.differences}
    assert {DifferenceKind.IDS, DifferenceKind.GENERALISATION} <= kinds
    assert (DifferenceKind.CRS in kinds) == crs_changed
    assert not comparison.identity.comparable
    assert comparison.conclusion is Conclusion.TO_VERIFY
    assert "不能单独证明" in comparison.notes[0].zh
    assert abs(comparison.county.residual_m2) < 1
    if (old, new) == (2010, 2015):
        assert comparison.county.net_m2 / 1e6 == pytest.approx(-145, abs=1)


def test_merged_municipalities_are_lineage_and_no_loss(tmp_path: Path, shared_data: Path) -> None:
    """Municipalities merge and are hardly ever divided: every id that is gone has an heir."""
    comparison = years(tmp_path, shared_data, 2010, 2021)
    identity = comparison.identity
    assert (len(identity.ids_gone), len(identity.ids_new)) == (506, 81)
    became = {key: event.kind for event in comparison.lineage for key in event.old}
    assert {became[key] for key in identity.ids_gone} == {LineageKind.MERGED, LineageKind.REGROUPED}
    merged = sum(became[key] is LineageKind.MERGED for key in identity.ids_gone)
    assert merged > 0.98 * len(identity.ids_gone)
    assert not [e for e in comparison.lineage if e.kind is LineageKind.GONE]
    assert abs(comparison.county.residual_m2) < 1
