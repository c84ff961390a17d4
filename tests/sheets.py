"""A run with check sheets, drawn by hand: sites of every kind on a survey with classes, owners and villages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import shapely

from eco_gis.model.decision import Decision
from eco_gis.model.fact import FactBook
from eco_gis.model.layer import Catalog, Layer, LayerFault
from eco_gis.model.result import RunResult
from eco_gis.model.role import DocumentKind, LayerRole
from eco_gis.model.siting import Answer, Suggestion
from eco_gis.siting.assess import assess
from eco_gis.siting.facts import siting_facts
from eco_gis.siting.rules import load_rules
from eco_gis.siting.sheet import SheetOptions, make_sheets
from eco_gis.siting.sheet_facts import sheet_facts
from eco_gis.text import Text
from tests.builders import AS_OF, COUNTY, PLANE, at, make_layer, make_sites, square

LONG_NAME = "云岭县东部新城至南屏镇城乡一体化供水保障及配套管网改扩建工程（一期、二期及远期预留用地）"


def control_layers() -> list[Layer]:
    """The lines that sites are asked about, the survey, townships, documents."""
    grid = [square(x * 200, y * 200, 200) for x in range(-10, 10) for y in range(-5, 5)]
    codes = ("0101", "0103", "0301", "0702", "1104", "1206", "1003")
    return [
        make_layer([at(shapely.box(-2_000, -1_000, 500, 100))], LayerRole.CROPLAND, label=Text("耕地")),
        make_layer(
            [square(0, 0, 80), square(80, 0, 80)],
            LayerRole.PERMANENT_BASIC_FARMLAND,
            columns={"area_m2": [6400.0] * 2, "net_m2": [6016.0] * 2, "code": ["0101", "0103"]},
        ),
        make_layer([at(shapely.box(100, 100, 2_000, 900))], LayerRole.REDLINE, label=Text("生态保护红线2024")),
        make_layer([square(1_500, 300, 300)], LayerRole.NATURE_RESERVE, columns={"zone": ["一般控制区"]}),
        make_layer(
            [at(shapely.box(-3_000, -3_000, 50, 3_000))], LayerRole.URBAN_BOUNDARY, columns={"zone": ["集中建设区"]}
        ),
        make_layer(
            [square(400, 0, 900)],
            LayerRole.FOREST_QUALITY,
            columns={"grade": ["2"], "HUO_LMGQXJ": [88.5], "YU_BI_DU": [0.7], "SEN_LIN_LB": ["11"]},
            id="forest",
        ),
        make_layer(
            [at(shapely.box(-2_000, -100, 2_000, 400))],
            LayerRole.RESTRICTION, id="corridor", restriction="ecological_corridor", label=Text("生态廊道", "Ecological corridor"),
        ),
        make_layer(
            [square(9_000, 9_000, 10)], LayerRole.RESTRICTION, id="water", restriction="water_source", coverage=None,
        ),
        make_layer(
            grid,
            LayerRole.LAND_SURVEY,
            columns={
                "code": [codes[k % 7] for k in range(200)],
                "right": [("20", "30", "32")[k % 3] for k in range(200)],
                "village": [f"{'甲乙丙丁'[k % 4]}村" for k in range(200)],
                "deduction": [0.0, 0.08, 0.1172, 0.0] * 50,
            },
            id="survey_2023",
            version="2023",
        ),
        make_layer([at(shapely.box(-5_000, -5_000, 300, 5_000)), at(shapely.box(300, -5_000, 5_000, 5_000))], LayerRole.TOWNSHIP),
        make_layer([COUNTY], LayerRole.COUNTY),
        make_layer(
            [square(-50, -50, 300)], LayerRole.DOCUMENT, id="plan", document=DocumentKind.DEVELOPMENT_PLAN
        ),
        make_layer(
            [square(0, 0, 40)], LayerRole.DOCUMENT, id="approved", document=DocumentKind.CONVERSION_BATCH,
            columns={"number": ["示例〔2023〕7号"]},
        ),
    ]  # fmt: skip


def sites() -> Layer:
    """A declared site, one without, a refused one, a line with and one without a width, a point, one outside."""
    shapes = [
        square(20, 20, 150), square(-600, -300, 120), square(600, 200, 100),
        at(shapely.LineString([(-1_000, 50), (1_400, 250)])), at(shapely.LineString([(-1_000, -50), (900, -250)])),
        at(shapely.Point(1_600, 400)), square(4_900, 0, 300), square(190, 20, 60),
    ]  # fmt: skip
    areas = [round(s.area / 1e4 + 0.0004, 4) for s in shapes]
    nan = float("nan")
    layer = make_sites(
        shapes,
        declared_ha=[areas[0], nan, areas[2] + 0.4, nan, nan, nan, nan, areas[7]],
        category=["产业园", "产业园", "采矿", "公路", "电力", "通信", "产业园", "产业园"],
        width_m=[nan, nan, nan, 24.0, nan, nan, nan, nan],
        batch=["2024-1", "", "", "", "", "", "", "2024-1"],
        owner=["甲公司", "", "", "", "", "", "", "甲公司"],
        filed=["2024-03-01", "2024", "2024", "2024", "2024", "2024", "2024", "2023-09-01"],
        plan_level=["省级", "", "", "国家级", "", "", "", "县级"],
    )
    names = [
        LONG_NAME,
        "城东小学",
        "石料矿山 <一期>",
        "县道改建",
        "110 kV 线路",
        "基站",
        "界外园区",
        "园区二期",
    ]
    return replace(layer, attributes=layer.attributes.assign(name=names))


DECISION = Decision(
    site="P3", layer="redline", was=Answer.CONCERNED, up_to_ha=None, answer=None, suggestion=Suggestion.PROCEED,
    by="张三", on=date(2024, 11, 2), document="示例函〔2024〕12号", reason="已取得省级认定意见",
)  # fmt: skip


def sheet_run(
    layers: Sequence[Layer] | None = None, site_layer: Layer | None = None, *, whole_batch: bool = False,
    faults: Sequence[LayerFault] = (), name: str = "云岭县（虚构示例）",
) -> RunResult:  # fmt: skip
    """A run with its answers, sheets and facts."""
    used = list(layers) if layers is not None else control_layers()
    asked = site_layer if site_layer is not None else sites()
    towns = next((v for v in used if v.spec.role is LayerRole.TOWNSHIP), None)
    siting = assess([asked], used, faults, load_rules(), as_of=AS_OF, townships=towns)
    sheet, problems = make_sheets(
        [asked], siting, used, faults,
        options=SheetOptions(whole_batch=whole_batch, neighbour_distance_m=50.0, decisions=[DECISION], rules=load_rules()),
    )  # fmt: skip
    facts = FactBook(siting_facts(siting))
    facts.add(sheet_facts(siting, sheet))
    everything = {layer.spec.id: layer for layer in [*used, asked]}
    return RunResult(
        catalog=Catalog(
            Path("catalog.toml"), Text(name, "Yunling (invented)"), tuple(v.spec for v in everything.values()), invented=True
        ),
        as_of=AS_OF,
        plane=PLANE,
        layers=everything,
        faults=tuple(faults),
        facts=facts,
        siting=siting,
        sheet=sheet,
        problems=problems,
    )  # fmt: skip
