"""Projects of an invented county plan: what is to be built, and on what kind of ground it is to lie."""

from __future__ import annotations

from dataclasses import dataclass

NATION, PROVINCE, COUNTY = "国家级", "省级", "县级"
STATE, BUREAU = "国务院投资主管部门", "县发展改革部门"
MINISTRY = "省投资主管部门"


@dataclass(frozen=True)
class Plot:
    """A polygon project. `hits` are the layers it must touch, `inside` the ground that must hold it whole."""

    name: str
    category: str
    level: str
    approver: str
    area_ha: float
    hits: tuple[str, ...] = ()
    inside: str = ""
    avoids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """A line project between towns (by name) or free points, with its width in metres where it is known."""

    name: str
    category: str
    level: str
    approver: str
    mode: str
    width_m: float | None
    via: tuple[str | tuple[float, float], ...]


EVERY = (
    "cropland",
    "permanent_basic_farmland",
    "farmland_reserve",
    "redline_2024",
    "nature_reserve_2024",
    "control_unit",
    "forest_stand",
    "water_source",
    "cultural_relic",
)
"""Layers of polarity *inside*."""

BUILT, ELASTIC, SPECIAL = "集中建设区", "弹性发展区", "特别用途区"

PLOTS = (
    Plot("云岭新材料产业园一期", "产业园", PROVINCE, MINISTRY, 36.0, inside=BUILT, avoids=EVERY),
    Plot("云岭影视产业园", "产业园", COUNTY, BUREAU, 24.0, inside=BUILT, avoids=EVERY),
    Plot("云岭高铁新城核心区", "城镇", COUNTY, BUREAU, 40.0, inside=BUILT, avoids=EVERY),
    Plot("县人民医院迁建", "公共服务", COUNTY, BUREAU, 7.5, inside=BUILT, avoids=EVERY),
    Plot("云岭职业学院", "公共服务", COUNTY, BUREAU, 18.0, inside=BUILT, avoids=EVERY),
    Plot("南屏污水处理厂扩建", "市政", COUNTY, BUREAU, 4.2, inside=BUILT, avoids=EVERY),
    Plot("江湾物流园", "物流", COUNTY, BUREAU, 12.0, inside=BUILT, avoids=EVERY),
    Plot("新能源产业园弹性地块", "产业园", COUNTY, BUREAU, 9.0, inside=ELASTIC, avoids=EVERY),
    Plot("滨河郊野公园服务区", "公园", COUNTY, BUREAU, 3.0, inside=SPECIAL, avoids=EVERY),
    Plot(
        "双溪新能源产业园",
        "产业园",
        COUNTY,
        BUREAU,
        30.0,
        ("outside",),
        avoids=("redline_2024", "nature_reserve_2024"),
    ),
    Plot(
        "高畈光伏组件厂",
        "产业园",
        COUNTY,
        BUREAU,
        14.0,
        ("outside", "permanent_basic_farmland"),
        avoids=("redline_2024",),
    ),
    Plot(
        "石塘工业功能区拓展",
        "产业园",
        COUNTY,
        BUREAU,
        22.0,
        ("outside", "urban_boundary"),
        avoids=("redline_2024",),
    ),
    Plot("枫林安置小区", "城镇", COUNTY, BUREAU, 6.0, ("outside", "cropland"), avoids=("redline_2024",)),
    Plot(
        "湖口高标准农田建设",
        "高标准农田",
        COUNTY,
        BUREAU,
        85.0,
        ("permanent_basic_farmland",),
        avoids=("redline_2024",),
    ),
    Plot(
        "竹溪高标准农田提升",
        "高标准农田",
        COUNTY,
        BUREAU,
        60.0,
        ("permanent_basic_farmland",),
        avoids=("redline_2024",),
    ),
    Plot(
        "云岭通用机场改扩建",
        "交通",
        PROVINCE,
        MINISTRY,
        95.0,
        ("permanent_basic_farmland",),
        avoids=("redline_2024",),
    ),
    Plot(
        "储备区整治地块",
        "土地整治",
        COUNTY,
        BUREAU,
        8.0,
        ("farmland_reserve",),
        avoids=("redline_2024", "cultural_relic"),
    ),
    Plot(
        "龙潭水库",
        "水利",
        PROVINCE,
        MINISTRY,
        150.0,
        ("redline_2024", "forest_stand"),
        avoids=("nature_reserve_2024",),
    ),
    Plot(
        "青石坑水库",
        "水利",
        NATION,
        STATE,
        90.0,
        ("redline_2024", "forest_stand"),
        avoids=("nature_reserve_2024",),
    ),
    Plot(
        "银坑抽水蓄能电站下库",
        "能源",
        NATION,
        STATE,
        70.0,
        ("redline_2024",),
        avoids=("nature_reserve_2024",),
    ),
    Plot("核心区科研监测站", "自然保护地", PROVINCE, MINISTRY, 0.8, inside="core"),
    Plot("云岭国家森林公园游客中心", "旅游", COUNTY, BUREAU, 2.4, ("general",), avoids=("core",)),
    Plot(
        "东岭风景名胜区服务设施",
        "风景设施",
        PROVINCE,
        MINISTRY,
        5.0,
        ("redline_2024",),
        avoids=("nature_reserve_2024",),
    ),
    Plot(
        "国家储备林示范片",
        "绿化造林",
        NATION,
        STATE,
        180.0,
        ("forest_stand",),
        avoids=("nature_reserve_2024", "redline_2024"),
    ),
    Plot("大坞建筑石料矿", "矿山", COUNTY, BUREAU, 16.0, ("forest_stand",), avoids=("redline_2024",)),
    Plot("水源地取水泵站", "取水工程", COUNTY, BUREAU, 0.9, inside="first"),
    Plot("环库绿道驿站", "旅游", COUNTY, BUREAU, 1.5, inside="second", avoids=("first", "redline_2024")),
    Plot("古窑址展示馆", "文物保护", COUNTY, BUREAU, 1.2, ("cultural_relic",), avoids=("redline_2024",)),
    Plot("岭下220千伏变电站", "能源", PROVINCE, MINISTRY, 2.6, ("outside",), avoids=EVERY),
    Plot("枫林110千伏变电站", "能源", COUNTY, BUREAU, 1.1, ("outside",), avoids=EVERY),
    Plot("竹溪垃圾焚烧发电厂", "市政", COUNTY, BUREAU, 6.5, ("outside",), avoids=EVERY),
    Plot("邻县联建产业协作区", "产业园", PROVINCE, MINISTRY, 26.0, inside="beyond"),
)

COURSES = (
    Course(
        "云岭高铁县境段",
        "交通",
        NATION,
        STATE,
        "架空",
        18.0,
        ("湖口", (527_000.0, 3_246_600.0), "云岭城区", "江湾", "双溪"),
    ),
    Course(
        "云岭至南屏高速",
        "交通",
        PROVINCE,
        MINISTRY,
        "占地",
        42.0,
        ("云岭城区", (536_500.0, 3_236_500.0), "南屏"),
    ),
    Course(
        "环县西线高速", "交通", PROVINCE, MINISTRY, "占地", 42.0, ("湖口", (518_500.0, 3_240_000.0), "大坞")
    ),
    Course("351国道石塘至高畈段", "交通", NATION, STATE, "占地", 26.0, ("石塘", "高畈")),
    Course("527国道枫林至竹溪段", "交通", NATION, STATE, "占地", 26.0, ("枫林", "竹溪")),
    Course(
        "江湾至枫林省道改建",
        "交通",
        PROVINCE,
        MINISTRY,
        "占地",
        20.0,
        ("江湾", (549_000.0, 3_241_500.0), "枫林"),
    ),
    Course("双溪大桥及接线", "交通", COUNTY, BUREAU, "桥梁", 24.0, ("双溪", (556_500.0, 3_242_500.0))),
    Course(
        "龙潭水库灌区干渠",
        "水利",
        PROVINCE,
        MINISTRY,
        "占地",
        12.0,
        ("大坞", (521_500.0, 3_229_800.0), "石塘"),
    ),
    Course(
        "500千伏云岭输电线路",
        "能源",
        NATION,
        STATE,
        "架空",
        60.0,
        ("大坞", (527_500.0, 3_235_500.0), "云岭城区"),
    ),
    Course("110千伏南屏输电线路", "能源", COUNTY, BUREAU, "架空", None, ("南屏", "枫林")),
    Course("天然气支线管道", "能源", COUNTY, BUREAU, "占地", 10.0, ("云岭城区", "江湾")),
    Course(
        "出县高速连接线",
        "交通",
        PROVINCE,
        MINISTRY,
        "占地",
        36.0,
        ("竹溪", (566_000.0, 3_229_000.0), (574_000.0, 3_227_000.0)),
    ),
)

STATIONS_IN = (
    (BUILT, 4),
    ("redline_2024", 3),
    ("permanent_basic_farmland", 2),
    ("core", 1),
    ("clear", 4),
    ("beyond", 1),
)
"""5G base stations by the ground they stand on."""
