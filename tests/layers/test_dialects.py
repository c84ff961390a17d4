from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.dialects import dialects, guess
from eco_gis.layers.proposal import propose_catalog
from eco_gis.model.role import LayerRole
from tests.layers.shapes import square

Write = Callable[..., Path]

DELIVERED = "BSM YSDM XZQDM XZQMC SHENG SHI XIAN HXBM HXMC HXLX LXBM MJ ZRBHDMC ZRBHDJB ZRBHDLX ZRBHDFQ XTYZBLX GKCS BZ"
SURVEY = "BSM YSDM XJXZQHDM LXDM SLDM MC QYMJ SLSJ GKCS"
PLAN = "BSM YSDM XJXZQDM SJXZQMC XJXZQMC LHLX MJ"


@pytest.mark.parametrize(
    ("name", "fields", "title", "mapped"),
    [
        ("STBHHX", DELIVERED, "生态保护红线 STBHHX", {"id": "HXBM", "zone": "ZRBHDFQ", "area_m2": "MJ"}),
        ("STBHHX", SURVEY, "生态保护红线 STBHHX（调查监测）", {"name": "MC", "area_m2": "QYMJ"}),
        ("STBHHX", PLAN, "生态保护红线 STBHHX（规划）", {"kind": "LHLX", "area_m2": "MJ"}),
        ("新建要素", SURVEY, "生态保护红线 STBHHX（调查监测）", {"name": "MC"}),
        ("YJJBNT", "BSM YJJBNTTBBH YJJBNTTBMJ YJJBNTMJ", "永久基本农田 YJJBNT", {"net_m2": "YJJBNTMJ"}),
        ("YJJBNTTB", "BSM YJJBNTTBMJ YJJBNTMJ", "永久基本农田 YJJBNT", {"area_m2": "YJJBNTTBMJ"}),
        ("YJJBNTBHTB", "BSM YJJBNTTBMJ YJJBNTMJ", "永久基本农田 YJJBNT", {"area_m2": "YJJBNTTBMJ"}),
        ("DLTB", "BSM DLBM DLMC QSXZ TBMJ", "国土变更调查地类图斑 DLTB", {"code": "DLBM", "right": "QSXZ"}),
        (
            "DLTBGXGC",
            "BSM BGXW BGQDLBM BGHDLBM TBBGMJ",
            "地类图斑更新过程 DLTBGXGC",
            {"code_before": "BGQDLBM", "code": "BGHDLBM", "area_m2": "TBBGMJ"},
        ),
        ("ZRBHD", "BSM ZRBHDMC ZRBHDLX ZRBHDFQ", "自然保护地（规划数据库）", {"zone": "ZRBHDFQ"}),
        (
            "林业小班",
            "LIN_BAN XIAO_BAN BH_DJ SEN_LIN_LB GJGYL_BHDJ MIAN_JI",
            "林业小班（林地一张图）",
            {
                "zone": "BH_DJ",
                "forest_class": "SEN_LIN_LB",
                "national_grade": "GJGYL_BHDJ",
                "area_ha": "MIAN_JI",
            },
        ),
        ("管控单元", "HJGKDYBM HJGKDYMC", "生态环境分区管控单元（三线一单）", {"zone": "HJGKDYBM"}),
        ("GHFQ", "BSM GHFQDM GHFQMC MJ", "规划分区 GHFQ", {"zone": "GHFQMC"}),
        ("用地用海", "BSM YDYHFLDM YDYHFLMC", "用地用海 YDYH", {"code": "YDYHFLDM"}),
        ("XZQ", "BSM XZQDM XZQMC DCMJ", "行政区 XZQ：乡镇街道", {"id": "XZQDM"}),
    ],
)
def test_each_national_layer_is_recognised(
    name: str, fields: str, title: str, mapped: dict[str, str]
) -> None:
    given = fields.split()
    told = guess([name], given)
    assert told is not None and told.dialect.title == title
    for ours, theirs in mapped.items():
        assert next(f for f in told.dialect.fields[ours] if f in given) == theirs


def test_every_dialect_has_a_role_and_no_two_share_a_title() -> None:
    titles = [d.title for d in dialects()]
    assert len(titles) == len(set(titles))
    assert all(d.names and isinstance(d.role, LayerRole) for d in dialects())
    assert all(bool(d.restriction) is (d.role is LayerRole.RESTRICTION) for d in dialects())


class TestTheTrapsOfTheUrbanBoundary:
    TOWN = ("BSM", "GHFQDM", "GHFQMC", "MJ")

    @staticmethod
    def values(**fields: list[str]) -> Callable[[str], list[str]]:
        return lambda field: fields.get(field, [])

    def test_values_say_town(self) -> None:
        told = guess(["CZKFBJ"], self.TOWN, self.values(GHFQMC=["城镇集中建设区"]))
        assert told is not None and told.dialect.role is LayerRole.URBAN_BOUNDARY
        assert told.sureness.en == "sure: the name holds CZKFBJ and the values fit (GHFQMC = 城镇集中建设区)"
        assert told.caution is not None and "村庄开发边界" in told.caution.zh

    def test_values_say_village(self) -> None:
        told = guess(["CZKFBJ"], self.TOWN, self.values(GHFQMC=["村庄建设区"]))
        assert told is not None and told.dialect.restriction == "village_boundary"
        assert "GHFQMC = 村庄建设区" in told.sureness.zh and told.caution is not None

    def test_the_file_name_says_village(self) -> None:
        told = guess(["CZKFBJ", "村庄开发边界2024"], ["BSM", "MJ"], self.values())
        assert told is not None and told.dialect.restriction == "village_boundary"

    def test_nothing_decides(self) -> None:
        told = guess(["CZKFBJ"], ["BSM", "MJ"], self.values())
        assert told is not None and told.dialect.role is LayerRole.URBAN_BOUNDARY
        assert told.sureness.en.startswith("doubtful: only the name CZKFBJ")

    def test_the_surveys_own_name(self) -> None:
        told = guess(["CSKFBJ"], self.TOWN, self.values(GHFQMC=["特别用途区"]))
        assert told is not None and told.dialect.role is LayerRole.URBAN_BOUNDARY
        assert told.caution is not None and "land survey's own name" in told.caution.en


def test_init_proposes_role_fields_concern_and_how_sure_it_is(write: Write, folder: Path) -> None:
    two = [square(0), square(1)]
    write("a.gpkg", two, layer="CZKFBJ", BSM=["1", "2"], GHFQMC=["村庄建设区", "村庄建设区"])
    write(
        "b.gpkg",
        two,
        layer="CSKFBJ",
        BSM=["1", "2"],
        GHFQDM=["410", "420"],
        GHFQMC=["集中建设区", "弹性发展区"],
    )
    write("管控单元.gpkg", two, HJGKDYBM=["ZH33078310001", "ZH33078330002"])
    text = propose_catalog(folder)
    (folder / "catalog.toml").write_text(text, encoding="utf-8")
    specs = {s.id: s for s in load_catalog(folder / "catalog.toml").layers}
    assert set(specs) == {"urban_boundary", "control_unit", "village_boundary"}
    assert specs["urban_boundary"].file.name == "b.gpkg"
    assert dict(specs["urban_boundary"].fields) == {
        "id": "BSM",
        "name": "GHFQMC",
        "zone": "GHFQMC",
        "code": "GHFQDM",
    }
    assert specs["control_unit"].concern == ("优先",)
    assert dict(specs["control_unit"].fields) == {"id": "HJGKDYBM", "zone": "HJGKDYBM"}
    assert "sure: the name holds CZKFBJ and the values fit (GHFQMC = 村庄建设区)" in text
    assert "CSKFBJ is the land survey's own name for the urban boundary" in text
