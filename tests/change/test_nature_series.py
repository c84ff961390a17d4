"""Which years are compared by which source, and what is said of those that are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import Geometry

from eco_gis.change.nature.series import compare_nature_series
from eco_gis.change.nature.steps import Sources
from eco_gis.errors import Problem
from eco_gis.geometry.zonal import ArrayCells, CellSource, Grid
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.nature import NatureAnswer, NatureCause, NatureResult, NatureSource
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.text import Text
from tests.builders import PLANE, X0, Y0, make_layer, square

AS_OF = date(2025, 6, 30)
LINE = make_layer([square(0, 0, 200), square(200, 0, 200)], id="redline", valid_from=date(2020, 1, 1))
GROUND, HOUSE = square(-50, -50, 500), square(20, 20, 40)


def parcels(
    year: int, *rows: tuple[Geometry, str], role: LayerRole = LayerRole.LAND_SURVEY, **spec: object
) -> Layer:
    return make_layer(
        [r[0] for r in rows], role, columns={"code": [r[1] for r in rows]},
        id=f"{role}_{year}", series=str(role), version=str(year), valid_from=date(year, 12, 31),
        **spec,  # type: ignore[arg-type]
    )  # fmt: skip


def changes(year: int, *rows: tuple[Geometry, str, str], version: str = "") -> Layer:
    return make_layer(
        [r[0] for r in rows], LayerRole.SURVEY_UPDATE,
        columns={"code_before": [r[1] for r in rows], "code": [r[2] for r in rows], "kind": ["实地变化"] * len(rows)},
        id=f"update_{year}", version=version or str(year), valid_from=date(year, 12, 31),
    )  # fmt: skip


def asked(
    layers: Sequence[Layer],
    rasters: dict[int, CellSource] | None = None,
    faults: Sequence[LayerFault] = (),
    line: Sequence[Layer] = (LINE,),
    as_of: date = AS_OF,
) -> NatureResult:
    specs = [cover_spec(year) for year in rasters or {}]

    @contextmanager
    def opened(layer: str) -> Iterator[CellSource]:
        yield (rasters or {})[int(layer[-4:])]

    sources = Sources(layers, specs, opened, faults)
    return compare_nature_series("redline", line, sources, as_of)


FOREST = (GROUND, "0301")
BUILT = ((GROUND.difference(HOUSE), "0301"), (HOUSE, "0702"))


def test_the_update_process_goes_before_two_surveys() -> None:
    surveys = [parcels(2022, FOREST), parcels(2023, FOREST), parcels(2024, *BUILT)]
    found = asked([*surveys, changes(2024, (HOUSE, "0301", "0702"))])
    assert [(c.period, c.source) for c in found.comparisons] == [
        ("2022-2023", NatureSource.SURVEYS),
        ("2023-2024", NatureSource.UPDATE),
    ]
    assert [c.answer for c in found.comparisons] == [NatureAnswer.KEPT, NatureAnswer.TO_VERIFY]
    assert found.answer is NatureAnswer.TO_VERIFY and not found.missing


def test_a_change_that_the_update_process_hides_keeps_the_answer_open() -> None:
    surveys = [parcels(2023, FOREST), parcels(2024, *BUILT)]
    nothing = changes(2024, (square(300, 300, 20), "0301", "0702"))
    (found,) = asked([*surveys, nothing]).comparisons
    assert found.answer is NatureAnswer.NO_DATA
    assert any("does not list" in r.en for r in found.reasons)
    assert any("different quantities" in r.en for r in found.remarks)


def test_a_year_without_data_between_others_is_said() -> None:
    found = asked([parcels(2021, FOREST), parcels(2022, FOREST), changes(2024, (HOUSE, "0301", "0301"))])
    assert [c.period for c in found.comparisons] == ["2021-2022", "2023-2024"]
    assert found.answer is NatureAnswer.NO_DATA and "2022 to 2023" in found.missing[0].en


def test_a_survey_that_cannot_be_used_is_said_and_nothing_is_called_unchanged() -> None:
    bad = parcels(2024, FOREST).spec
    fault = LayerFault(bad, (Problem(bad.id, Text("损坏"), Text("重新导出")),))
    found = asked([parcels(2022, FOREST), parcels(2023, FOREST)], faults=[fault])
    assert [c.answer for c in found.comparisons] == [NatureAnswer.KEPT]
    assert found.answer is NatureAnswer.NO_DATA and bad.id in found.missing[0].en


def test_two_surveys_of_one_year_keep_the_answer_open() -> None:
    half = parcels(2024, FOREST)
    twin = replace(half, spec=replace(half.spec, id="other_half"))
    found = asked([parcels(2023, FOREST), half, twin])
    assert found.answer is NatureAnswer.NO_DATA and "other_half" in found.missing[0].en


def test_a_version_of_the_line_that_cannot_be_used_keeps_the_answer_open() -> None:
    lost = replace(LINE.spec, id="redline_2024", valid_from=date(2023, 6, 1))
    fault = LayerFault(lost, (Problem(lost.id, Text("损坏"), Text("重新导出")),))
    found = asked([parcels(2023, FOREST), parcels(2024, FOREST)], faults=[fault])
    assert [c.answer for c in found.comparisons] == [NatureAnswer.KEPT]
    assert found.answer is NatureAnswer.NO_DATA and "redline_2024" in found.missing[0].en


def test_one_year_alone_or_no_field_of_codes_tells_nothing() -> None:
    bare = make_layer([GROUND], LayerRole.LAND_SURVEY, id="bare", version="2024")
    for layers in ([], [parcels(2024, FOREST)], [parcels(2023, FOREST), bare]):
        found = asked(layers)
        assert found.answer is NatureAnswer.NO_DATA and found.missing and not found.comparisons
    assert any("bare lacks code" in t.en for t in asked([parcels(2023, FOREST), bare]).missing)


def test_a_land_cover_must_say_its_scheme() -> None:
    def cover(year: int, code: str, classes: str) -> Layer:
        return parcels(year, (GROUND, code), role=LayerRole.LAND_COVER, classes=classes)

    silent = asked([cover(2018, "10", ""), cover(2024, "10", "")])
    assert silent.answer is NatureAnswer.NO_DATA
    assert any("set classes" in t.en for t in silent.missing)
    trees = asked([cover(2018, "10", "worldcover"), cover(2024, "50", "worldcover")])
    crops = asked([cover(2018, "10", "globeland30"), cover(2024, "50", "globeland30")])
    assert trees.answer is NatureAnswer.TO_VERIFY and crops.answer is NatureAnswer.KEPT
    mixed = asked([cover(2018, "10", "worldcover"), cover(2024, "10", "globeland30")])
    assert mixed.answer is NatureAnswer.NO_DATA and not mixed.comparisons


def test_years_after_the_as_of_date_do_not_exist_yet() -> None:
    layers = [parcels(2023, FOREST), parcels(2024, *BUILT)]
    assert asked(layers, as_of=date(2024, 12, 30)).answer is NatureAnswer.NO_DATA
    assert asked(layers, as_of=date(2024, 12, 31)).answer is NatureAnswer.TO_VERIFY


def test_the_line_in_force_when_the_period_opens_is_asked_about() -> None:
    old = replace(LINE, spec=replace(LINE.spec, id="old", valid_until=date(2024, 6, 30)))
    cut = make_layer([square(200, 0, 200)], id="new", valid_from=date(2024, 7, 1))
    # the house stands on ground that left the line in the same year
    (found,) = asked([parcels(2023, FOREST), parcels(2024, *BUILT)], line=[cut, old]).comparisons
    assert found.line_layer == "old" and found.answer is NatureAnswer.TO_VERIFY


def raster(values: list[list[int]], cell: float, shift: float = 0.0) -> ArrayCells:
    array = np.array(values, dtype=np.uint8)
    grid = Grid.of((cell, 0, X0 - 60 + shift, 0, -cell, Y0 + 240 + shift), array.shape, PLANE.crs)
    return ArrayCells(array, grid, nodata=0)


def cover_spec(year: int) -> LayerSpec:
    return LayerSpec(
        f"cover_{year}", LayerRole.LAND_COVER, Path("c.tif"), raster=True, series="cover",
        version=str(year), classes="globeland30",
    )  # fmt: skip


def test_two_rasters_on_different_grids() -> None:
    before = raster([[20] * 9 for _ in range(6)], 60)
    fine = np.full((18, 27), 20, dtype=np.uint8)
    fine[6:9, 6:10] = 80  # 60 m × 80 m, from x = 60 and from y = 60 up to 120
    after = ArrayCells(fine, Grid.of((20, 0, X0 - 60, 0, -20, Y0 + 240), fine.shape, PLANE.crs), nodata=0)
    (found,) = asked([], {2020: before, 2024: after}).comparisons
    assert found.source is NatureSource.RASTERS
    (piece,) = found.pieces
    assert piece.cause is NatureCause.UNAPPROVED_BUILDING
    assert piece.planar_m2 == pytest.approx(4_800) and piece.shape.bounds[0] == pytest.approx(X0 + 60)
    assert sum(t.area_m2 for t in found.transitions) == pytest.approx(found.line_m2, abs=1e-3)
    paper = make_layer(
        [square(50, 50, 120)], LayerRole.DOCUMENT, id="paper", document=DocumentKind.APPROVED_PROJECT,
        columns={"document": ["号"], "date": ["2023-01-01"]},
    )  # fmt: skip
    (with_paper,) = asked([paper], {2020: before, 2024: after}).comparisons
    assert with_paper.answer is NatureAnswer.LAWFUL


def test_ground_that_a_raster_does_not_tell_is_no_data() -> None:
    before = raster([[20] * 9 for _ in range(6)], 60)
    hole = [[20] * 9 for _ in range(6)]
    hole[3][6] = 0
    (found,) = asked([], {2020: before, 2024: raster(hole, 60)}).comparisons
    assert found.answers == {"F1": NatureAnswer.KEPT, "F2": NatureAnswer.NO_DATA}
    short = raster([[20] * 5 for _ in range(6)], 60)
    (found,) = asked([], {2020: before, 2024: short}).comparisons
    assert found.answers["F2"] is NatureAnswer.NO_DATA
    assert shapely.area(LINE.features.shapes).sum() == pytest.approx(
        sum(t.planar_m2 for t in found.transitions), rel=1e-3
    )
