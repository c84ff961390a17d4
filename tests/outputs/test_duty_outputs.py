"""Cards, nature, function and the inside book in tables, report, map and GeoPackage, from drawn layers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import docx
import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest

from eco_gis.change.card import cards_of
from eco_gis.change.cells import cells_of
from eco_gis.change.function.judge import zones_of
from eco_gis.change.function.measure import measure_function
from eco_gis.change.inside.book import End, book_year, matters_of, notes_on
from eco_gis.change.nature.series import compare_nature_series
from eco_gis.change.nature.steps import Sources
from eco_gis.geometry.zonal import ArrayCells, CellSource, Grid
from eco_gis.model.fact import FactBook
from eco_gis.model.inside import InsideBook
from eco_gis.model.layer import Catalog, LayerSpec, Secrecy
from eco_gis.model.result import RunResult
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.outputs.geodata.write import write_geopackage
from eco_gis.outputs.map.page import map_html
from eco_gis.outputs.report.document import write_document
from eco_gis.outputs.tables.build import build_tables
from eco_gis.outputs.tables.cells import Table
from eco_gis.outputs.workbook import write_workbook
from eco_gis.pipeline.duties import Duties
from eco_gis.text import Lang, Text
from tests.builders import COUNTY, PLANE, X0, Y0, make_layer, regions, square

YEARS = range(2019, 2025)
GROUND, HOUSE, FIELD = square(-2_000, -2_000, 5_000), square(20, 20, 47.3), square(310, 40, 33.1)


def survey(year: int, *rows: tuple[object, str]) -> object:
    return make_layer(
        [r[0] for r in rows], LayerRole.LAND_SURVEY, columns={"code": [r[1] for r in rows]},  # type: ignore[misc]
        id=f"survey_{year}", version=str(year), valid_from=date(year, 12, 31),
    )  # fmt: skip


@contextmanager
def ndvi(layer: str) -> Iterator[CellSource]:
    """0.7 everywhere, and a loss of 0.02 a year on the second patch."""
    year = int(layer[-4:])
    values = np.full((80, 80), 0.7)
    values[36:41, 42:46] -= 0.02 * (year - 2019)
    yield ArrayCells(values, Grid.of((100, 0, X0 - 4_000, 0, -100, Y0 + 4_000), values.shape, PLANE.crs))


@pytest.fixture(scope="module")
def result() -> RunResult:
    line = make_layer(
        [square(0, 0, 150), square(250, 0, 300)], id="redline_2023", series="redline", version="2023",
        valid_from=date(2023, 1, 1),
    )  # fmt: skip
    towns = make_layer([square(-5_000, -5_000, 5_100), square(100, -5_000, 9_000)], LayerRole.TOWNSHIP)
    project = make_layer(
        [square(0, 0, 100)], LayerRole.DOCUMENT, id="projects", series="projects",
        columns={"document": ["文〔2024〕1号"], "date": ["2024-02-02"]},
        document=DocumentKind.APPROVED_PROJECT,
    )  # fmt: skip
    surveys = [
        survey(2023, (GROUND, "0301")),
        survey(2024, (GROUND.difference(HOUSE).difference(FIELD), "0301"), (HOUSE, "0702"), (FIELD, "0101")),
    ]
    sources = Sources([*surveys, project, towns], [], ndvi)  # type: ignore[list-item]
    nature = compare_nature_series("redline", [line], sources, date(2024, 12, 31))
    rasters = [
        (
            y,
            LayerSpec(
                f"ndvi_{y}",
                LayerRole.INDICATOR,
                Path("n"),
                series="ndvi",
                raster=True,
                secrecy=Secrecy.SECRET,
            ),
        )
        for y in YEARS
    ]
    zones = zones_of(line, towns, regions(COUNTY), ring_m=1_000)
    function = measure_function(line, zones, rasters, ndvi, ring_m=1_000)
    matters = matters_of([project])
    ends = [End(cells_of(line, towns), date(y, 12, 31)) for y in (2023, 2024)]
    label = line.spec.role.label
    book = InsideBook(
        "redline", line.spec.role, label, (book_year(*ends, matters),), notes_on([project], matters)
    )
    duties = Duties((nature,), (function,), (book,), (cards_of(line, None, nature, [function]),))
    return RunResult(
        catalog=Catalog(
            Path("catalog.toml"), Text("示例", "Example"), tuple(s for _, s in rasters), invented=True
        ),
        as_of=date(2024, 12, 31),
        plane=PLANE,
        layers={v.spec.id: v for v in (line, towns, project, *surveys)},  # type: ignore[attr-defined]
        faults=(),
        facts=FactBook(duties.facts()),
        natures=duties.natures,
        functions=duties.functions,
        books=duties.books,
        cards=duties.cards,
    )


def tables(result: RunResult, lang: Lang = "zh") -> dict[str, Table]:
    return {table.id: table for table in build_tables(result, lang)}


def test_the_cards_hold_the_planted_answers_in_both_orders(result: RunResult) -> None:
    plan = tables(result)["cards_redline_plan"]
    assert [c.key for c in plan.columns][1:4] == ["area", "nature", "function"]
    shown = {row[0].shown.split()[0]: [c.shown for c in row[1:5]] for row in plan.rows}
    assert shown == {
        "全县（线内全部）": ["资料不足", "待核", "待核", "待核"],
        "F1": ["资料不足", "依法变化", "保持", "资料不足"],
        "F2": ["资料不足", "待核", "待核", "待核"],
    }
    supervision = tables(result)["cards_redline_supervision"]
    assert [c.key for c in supervision.columns][1:4] == ["function", "area", "nature"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_shown_matrices_add_up_in_rows_columns_and_to_the_line(result: RunResult, lang: Lang) -> None:
    for kind in ("group", "major"):
        table = tables(result, lang)[f"nature_{kind}_redline_2023-2024"]
        numbers = np.array(
            [
                [float(c.shown.replace(",", "").lstrip("<>")) if not c.is_tiny else 0.0 for c in row[1:]]
                for row in table.rows
            ]
        )
        assert numbers[:-1].sum(axis=0) == pytest.approx(numbers[-1], abs=1e-9)
        assert numbers[:, :-1].sum(axis=1) == pytest.approx(numbers[:, -1], abs=1e-9)
        assert numbers[-1, -1] == pytest.approx(result.natures[0].comparisons[0].line_m2 / 1e4, abs=6e-5)


def test_every_number_of_the_tables_is_a_fact(result: RunResult) -> None:
    for table in tables(result).values():
        if table.id.startswith(("cards", "nature", "function", "inside")):
            for row in table.rows[: len(table.rows) - table.totals]:
                for cell in row:
                    assert cell.fact_id is None or cell.fact_id in result.facts
                    if isinstance(cell.value, float) and cell.fact_id is None:
                        # sums of a row, and pairs of classes that do not occur
                        assert table.id.startswith("nature_") and table.totals


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_report_workbook_map_and_geopackage_tell_the_same(
    result: RunResult, lang: Lang, tmp_path: Path
) -> None:
    word = docx.Document(str(write_document(result, tmp_path / "r.docx", lang)))
    text = "\n".join(p.text for p in word.paragraphs)
    cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
    verify, none = ("待核", "资料不足") if lang == "zh" else ("To be verified", "No data")
    assert verify in text and none in text and cells.count(verify) >= 4
    area = next(p for p in result.natures[0].comparisons[0].pieces if not p.documented).area_m2 / 1e4
    assert any(f"{area:.4f}" == c for c in cells)
    book = openpyxl.load_workbook(write_workbook(result, tmp_path / "t.xlsx", lang), read_only=True)
    assert len(book.sheetnames) > 10
    page = map_html(result, lang=lang)
    data = json.loads(re.search(r'id="eco-data">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    kinds = {row["basis"] for row in data["changes"]}
    assert kinds == {"nature-2023-2024", "function-ndvi"}
    assert data["cards"][0]["conclusion"]["label"] == verify
    file = write_geopackage(result, tmp_path / "r.gpkg", lang)
    names = {str(name) for name, _ in pyogrio.list_layers(file)}
    assert {"nature_changes", "function", "inside_matters", "duty_cards"} <= names
    drawn = gpd.read_file(file, layer="nature_changes")
    assert drawn.area_m2.sum() == pytest.approx(HOUSE.area + FIELD.area, rel=1e-3)


def test_the_manifest_and_the_secrecy_know_the_rasters(result: RunResult) -> None:
    assert result.raster_ids == {f"ndvi_{y}" for y in YEARS}
    assert result.secrecy is Secrecy.SECRET


def test_the_same_run_gives_the_same_report(result: RunResult, tmp_path: Path) -> None:
    one, two = (write_document(result, tmp_path / f"{n}.docx", "zh").read_bytes() for n in "ab")
    assert one == two
