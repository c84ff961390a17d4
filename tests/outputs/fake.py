"""An invented run, small enough to read: what the outputs room is tested on.

Nothing here asks the other rooms for answers: shapes are drawn, overlaps come straight from shapely,
and ellipsoidal areas are the planar ones over one constant areal scale.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from fake_county import AREAL_SCALE, AS_OF, OUTSIDE, PLANE, at, blob, layers, wavy
from shapely import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from eco_gis.change.facts import change_facts
from eco_gis.errors import Problem
from eco_gis.model.border import Evidence, Verdict
from eco_gis.model.change import (
    Basis,
    Cause,
    ChangedPiece,
    ChangeResult,
    Comparison,
    Conclusion,
    Direction,
    LedgerRow,
    Level,
    RegisterEntry,
)
from eco_gis.model.fact import FactBook
from eco_gis.model.identity import Difference, DifferenceKind, Identity
from eco_gis.model.layer import Catalog, Layer, LayerFault, LayerSpec, Polarity
from eco_gis.model.result import RunResult
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import (
    Answer,
    FeatureHit,
    LayerAnswer,
    Reason,
    RuleHit,
    SiteAnswer,
    SiteKind,
    SitingResult,
    Suggestion,
)
from eco_gis.siting.facts import siting_facts
from eco_gis.text import Text

ASKED = ("cropland", "farmland", "redline_2024", "reserve", "urban")
"""Layers that every site is asked about."""


def rule(role: LayerRole, suggestion: Suggestion, requirement: Text, *papers: Text) -> RuleHit:
    """A rule that fired; the redline's text counts as compared with its source, the others not."""
    return RuleHit(
        f"{role}-fake", requirement, papers, suggestion, Text("示例规则", "sample rule"), "第一条",
        role is LayerRole.REDLINE,
    )  # fmt: skip


RULES = {
    "cropland": rule(
        LayerRole.CROPLAND, Suggestion.SUPPLEMENT,
        Text("非农建设占用耕地应落实占补平衡", "Cropland taken for building has to be replaced"),
        Text("补充耕地方案", "plan for replacing cropland"),
    ),
    "farmland": rule(
        LayerRole.PERMANENT_BASIC_FARMLAND, Suggestion.REDESIGN,
        Text("一般建设项目不得占用永久基本农田", "Ordinary projects may not take permanent basic farmland"),
        Text("选址优化说明", "statement on a better site"), Text("补划方案", "plan for redrawing"),
    ),
    "redline_2024": rule(
        LayerRole.REDLINE, Suggestion.REDESIGN,
        Text("生态保护红线内仅允许有限人为活动", "Only limited human activity is allowed inside the redline"),
        Text("省级人民政府符合允许有限人为活动的认定意见", "finding of the provincial government on limited activity"),
    ),
    "reserve": rule(
        LayerRole.NATURE_RESERVE, Suggestion.RETURN,
        Text("核心保护区原则上禁止人为活动", "Human activity is in principle forbidden in a core zone"),
        Text("林业主管部门意见", "opinion of the forestry authority"),
    ),
    "urban": rule(
        LayerRole.URBAN_BOUNDARY, Suggestion.SUPPLEMENT,
        Text("城镇开发边界外选址须说明准入依据", "A site outside the boundary has to name its admission clause"),
        Text("准入条款说明", "statement of the admission clause"),
    ),
}  # fmt: skip


def sites() -> list[tuple[str, str, str, SiteKind, BaseGeometry, float | None, dict[str, Reason]]]:
    """Id, name, category, kind, drawn shape, width, and the layers that cannot answer with the reason."""
    red = layers()["redline_2024"].features.shapes
    polygon, line, point = SiteKind.POLYGON, SiteKind.LINE, SiteKind.POINT
    edge = shapely.box(*at(13.6, 7.2), *at(14.1, 7.7))
    far = shapely.box(*at(30.6, 5.0), *at(31.4, 5.7))
    return [
        ("P01", "江南街道智能装备产业园", "工业", polygon, box(*at(13.4, 8.2), *at(14.5, 8.9)), None, {}),
        ("P02", "东岭建筑石料矿山", "采矿", polygon, blob(24.6, 18.6, 0.6, seed=51), None, {}),
        ("P03", "北山至东岭县道改建工程", "交通", line, wavy((16.6, 15.0), (27.5, 15.6), seed=52), 24.0, {}),
        ("P04", "西溪35 kV输电线路 <同塔双回>", "电力", line, wavy((1.2, 13.2), (8.8, 17.2), seed=53), None, {}),
        ("P05", "中心城区通信基站 & 机房", "通信", point, Point(*at(15.1, 7.4)), None,
         {"farmland": Reason.NEEDS_WIDTH, "cropland": Reason.NEEDS_WIDTH}),
        ("P06", "滨江社区卫生服务中心", "医疗卫生", polygon, edge, None, {"farmland": Reason.EDGE_CONTACT}),
        ("P07", "稻香镇光伏发电项目", "能源", polygon, far, None, dict.fromkeys(ASKED, Reason.OUTSIDE_COVERAGE)),
        ("P08", "稻香镇粮食烘干中心", "农业设施", polygon, box(*at(22.2, 7.9), *at(22.9, 8.3)), None, {}),
        ("P09", "南屏水库取水口", "水利", point, shapely.point_on_surface(red[3]), 30.0, {}),
    ]  # fmt: skip


def _layer_answer(
    over: Layer, ground: BaseGeometry, axis: BaseGeometry, reason: Reason | None
) -> LayerAnswer:
    spec, shapes = over.spec, over.features.shapes
    whole = shapely.union_all(shapes)
    touched = ground - whole if spec.polarity is Polarity.OUTSIDE else ground & whole
    measure = touched.area or touched.length
    answer = Answer.NO_DATA if reason else Answer.CONCERNED if measure > 1e-6 else Answer.NOT_CONCERNED
    if answer is not Answer.CONCERNED:
        touched = Polygon()
    rules = (RULES[spec.id],) if answer is Answer.CONCERNED else ()
    zone = over.attributes.get("zone", pd.Series([""] * len(over)))
    area = touched.area / AREAL_SCALE
    axis_in = axis - whole if spec.polarity is Polarity.OUTSIDE else axis & whole
    return LayerAnswer(
        layer_id=spec.id,
        role=spec.role,
        label=spec.title,
        polarity=spec.polarity,
        answer=answer,
        reasons=(reason,) if reason else (),
        area_m2=area,
        planar_m2=touched.area,
        share=touched.area / ground.area if ground.area else None,
        length_m=axis_in.length if answer is Answer.CONCERNED and axis.geom_type == "LineString" else 0.0,
        distance_m=float(shapely.distance(ground, whole)),
        uncovered_m2=ground.area / AREAL_SCALE if reason is Reason.OUTSIDE_COVERAGE else 0.0,
        hits=tuple(
            FeatureHit(over.ids[i], over.names[i], str(zone[i]), (ground & s).area / AREAL_SCALE, 0.0)
            for i, s in enumerate(shapes)
            if (ground & s).area > 0
        ),
        zones=tuple(
            (str(zone[i]), (ground & s).area / AREAL_SCALE)
            for i, s in enumerate(shapes)
            if zone[i] and (ground & s).area > 0
        ),
        rules=rules,
        suggestion=rules[0].suggestion if rules else Suggestion.SUPPLEMENT if reason else Suggestion.PROCEED,
        shape=None if touched.is_empty else touched,
    )


def siting(over: dict[str, Layer]) -> SitingResult:
    """Nine sites and their answers: each kind of site, each kind of answer."""
    towns = over["township"]
    answers = []
    for site_id, name, category, kind, drawn, width, reasons in sites():
        ground = (
            drawn.buffer(width / 2, cap_style="flat" if kind is SiteKind.LINE else "round")
            if width
            else drawn
        )
        held = [(ground & s).area + (ground & s).length for s in towns.features.shapes]
        answers.append(
            SiteAnswer(
                id=site_id, name=name, category=category, kind=kind,
                area_m2=ground.area / AREAL_SCALE, planar_m2=ground.area,
                length_m=drawn.length if kind is SiteKind.LINE else 0.0, width_m=width,
                townships=tuple(towns.names[i] for i in np.argsort(held)[::-1] if held[i] > 0)
                or tuple(towns.names[i] for i, s in enumerate(towns.features.shapes) if s.covers(ground)),
                answers=tuple(_layer_answer(over[i], ground, drawn, reasons.get(i)) for i in ASKED),
                geometry=drawn, footprint=ground,
            )
        )  # fmt: skip
    return SitingResult(AS_OF, tuple(answers), ASKED, ("sample-county",))


APPROVED_CHANGE = RegisterEntry(
    "R2023-01",
    "批准的局部调整",
    "省人民政府（虚构）",
    "虚政函〔2023〕1号",
    "2023-05-01",
    "out",
    cause=Cause.LOCAL_ADJUSTMENT,
)
APPROVED_GAIN = RegisterEntry(
    "R2023-02",
    "勘界定标",
    "省自然资源厅（虚构）",
    "虚自然资函〔2023〕2号",
    "2023-06-01",
    "in",
    cause=Cause.BORDER_SURVEY,
)


def _row(
    level: Level, key: str, name: str, ground: BaseGeometry, old: BaseGeometry, new: BaseGeometry
) -> LedgerRow:
    area = [(g & ground).area / AREAL_SCALE for g in (old, old & new, old - new, new - old, new)]
    opening, kept, lost, gained, closing = area
    return LedgerRow(level, key, name, opening, kept, lost, gained, 0.0, 0.0, closing)


def _comparison(basis: Basis, old: Layer, new: Layer, towns: Layer) -> Comparison:
    before, after = shapely.union_all(old.features.shapes), shapely.union_all(new.features.shapes)
    pieces = []
    for direction, changed, source in (
        (Direction.LOST, before - after, old), (Direction.GAINED, after - before, new),
    ):  # fmt: skip
        number = 0
        for part in shapely.get_parts(changed):
            for t, town in enumerate(towns.features.shapes):
                for shape in (
                    p for p in shapely.get_parts(part & town) if p.area > 1e-3 and p.geom_type == "Polygon"
                ):
                    number += 1
                    owner = int(np.argmax([(shape & s).area for s in source.features.shapes]))
                    entry = None
                    if direction is Direction.GAINED:
                        entry = APPROVED_GAIN
                    elif shape.intersects(box(*at(21.4, 16.2), *at(22.6, 17.6))):
                        entry = APPROVED_CHANGE
                    width = 2 * shape.area / shape.length
                    pieces.append(
                        ChangedPiece(
                            f"{direction}-{number:03d}", direction, source.ids[owner], source.names[owner],
                            towns.ids[t], towns.names[t], "", entry, Cause.UNDOCUMENTED if entry is None else entry.cause,
                            Verdict.MOVED, shape.area / AREAL_SCALE, shape.area, width,
                            width < 1.0, shape,
                        )
                    )  # fmt: skip
    everywhere = towns.features.shapes
    identity = Identity(
        same=False,
        differences=(
            Difference(DifferenceKind.SHAPES, Text("3 个要素的图形不同", "3 features are drawn differently"), 3),
        ),
        copy=None, copied=(), comparable=True, old_features=4, new_features=4,
        old_vertices=int(shapely.get_num_coordinates(before)), new_vertices=int(shapely.get_num_coordinates(after)),
        ids_gone=(), ids_new=(), shapes_changed=tuple(new.ids[:2]), old_fingerprint="a" * 64, new_fingerprint="b" * 64,
    )  # fmt: skip
    world = box(*at(-9, -9), *at(99, 99))
    outside = _row(
        Level.TOWNSHIP, OUTSIDE, "所有镇街之外", world - shapely.union_all(everywhere), before, after
    )
    return Comparison(
        basis, old.spec.id, new.spec.id, old.spec.version, new.spec.version, identity,
        county=_row(Level.COUNTY, "county", "东岭县", world, before, after),
        townships=(
            *(_row(Level.TOWNSHIP, towns.ids[i], towns.names[i], s, before, after) for i, s in enumerate(everywhere)),
            outside,
        ),
        features=tuple(
            _row(Level.FEATURE, new.ids[i], new.names[i], world, old.features.shapes[i], new.features.shapes[i])
            for i in range(len(new))
        ),
        types=(),
        pieces=tuple(pieces),
        entries=(),
        evidence=Evidence(),
        lineage=(),
        relocations=(),
        statement=Text("变化均有台账批准文件。", "Every change has an approval in the register."),
        conclusion=Conclusion.TO_VERIFY if any(p.entry is None for p in pieces) else Conclusion.LAWFUL,
        notes=(Text("另有细碎图斑单列", "Slivers are listed apart"),),
    )  # fmt: skip


def change(over: dict[str, Layer]) -> ChangeResult:
    """The redline of 2024 against the approved baseline and against 2023."""
    new, towns = over["redline_2024"], over["township"]
    return ChangeResult(
        "redline", LayerRole.REDLINE, Text("生态保护红线", "Ecological protection redline"), "2023", "2024",
        (
            _comparison(Basis.BASELINE, over["redline_2022"], new, towns),
            _comparison(Basis.LAST_YEAR, over["redline_2023"], new, towns),
        ),
    )  # fmt: skip


def fake_result() -> RunResult:
    """The whole invented run."""
    over = layers()
    survey = LayerSpec(id="dltb_2023", role=LayerRole.LAND_SURVEY, file=Path("dltb_2023.gpkg"))
    missing = Problem(
        "dltb_2023 (dltb_2023.gpkg)", "the file does not exist", "deliver it or remove the entry"
    )
    catalog = Catalog(
        path=Path("layers/catalog.toml"), name=Text("东岭县（虚构示例）", "Dongling County (invented sample)"),
        layers=(*(item.spec for item in over.values()), survey), county="东岭县", invented=True,
    )  # fmt: skip
    sited, changed = siting(over), change(over)
    return RunResult(
        catalog=catalog, as_of=AS_OF, plane=PLANE, layers=over, faults=(LayerFault(survey, (missing,)),),
        facts=FactBook([*siting_facts(sited), *change_facts(changed)]), siting=sited, changes=(changed,),
        problems=(missing,), parameters={"lang": "zh"},
    )  # fmt: skip
