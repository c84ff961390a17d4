"""Kinds of generic restrictions (其他管控要素): what a layer of role *restriction* restricts."""

from __future__ import annotations

from enum import StrEnum

from eco_gis.text import Text


class RestrictionKind(StrEnum):
    """Kinds that shipped rule packs speak of; a catalog may use others, which the general rule answers."""

    MAIN_FUNCTION_ZONE = "main_function_zone"
    PLANNING_ZONE = "planning_zone"
    PLANNED_LAND_USE = "planned_land_use"
    CONSTRUCTION_CONTROL_ZONE = "construction_control_zone"
    DETAILED_PLAN = "detailed_plan"
    VILLAGE_BOUNDARY = "village_boundary"
    KEY_PROJECT_LIST = "key_project_list"
    ECOLOGICAL_CORRIDOR = "ecological_corridor"
    GRAIN_PRODUCTION_ZONE = "grain_production_zone"
    IRRIGATION = "irrigation"
    PUBLIC_WELFARE_FOREST = "public_welfare_forest"
    NATURAL_FOREST = "natural_forest"
    FOREST_PARK = "forest_park"
    NATIONAL_WETLAND = "national_wetland"
    WETLAND = "wetland"
    RESERVE_SURROUNDINGS = "reserve_surroundings"
    SCENIC_AREA = "scenic_area"
    HABITAT = "habitat"
    OLD_TREE = "old_tree"
    WATER_SOURCE = "water_source"
    RURAL_WATER_SOURCE = "rural_water_source"
    RIVER_RANGE = "river_range"
    RIVER_RESERVED = "river_reserved"
    FLOOD_AREA = "flood_area"
    WATER_SURFACE = "water_surface"
    WATER_WORKS = "water_works"
    SOIL_EROSION = "soil_erosion"
    STEEP_SLOPE = "steep_slope"
    RESERVOIR_SLOPE = "reservoir_slope"
    SLIDE_AREA = "slide_area"
    GEOLOGICAL_HAZARD = "geological_hazard"
    CULTURAL_RELICS = "cultural_relics"
    BURIED_RELICS = "buried_relics"
    HISTORIC_SETTLEMENT = "historic_settlement"
    MINING_RIGHT = "mining_right"
    STRATEGIC_MINERAL = "strategic_mineral"
    NO_MINING_ZONE = "no_mining_zone"
    ROAD = "road"
    RAILWAY = "railway"
    PIPELINE = "pipeline"
    POWER_LINE = "power_line"
    AIRPORT = "airport"
    WEATHER_STATION = "weather_station"
    NOISE_SENSITIVE = "noise_sensitive"
    WATERWAY = "waterway"
    BUILDINGS = "buildings"

    @property
    def label(self) -> Text:
        """The field's own term."""
        return _LABELS[self]


_K = RestrictionKind
_LABELS = {
    _K.MAIN_FUNCTION_ZONE: Text("主体功能区", "Main functional zone"),
    _K.PLANNING_ZONE: Text("规划分区", "Planning zone"),
    _K.PLANNED_LAND_USE: Text("规划用地用海", "Planned land use"),
    _K.CONSTRUCTION_CONTROL_ZONE: Text("建设用地管制区", "Construction control zone of the old land plan"),
    _K.DETAILED_PLAN: Text("详细规划、村庄规划", "Detailed or village plan"),
    _K.VILLAGE_BOUNDARY: Text("村庄建设边界", "Village boundary"),
    _K.KEY_PROJECT_LIST: Text("重点项目清单", "List of key projects"),
    _K.ECOLOGICAL_CORRIDOR: Text("生态廊道", "Ecological corridor"),
    _K.GRAIN_PRODUCTION_ZONE: Text("粮食生产功能区", "Grain production zone"),
    _K.IRRIGATION: Text("灌溉设施和水源", "Irrigation works and sources"),
    _K.PUBLIC_WELFARE_FOREST: Text("公益林", "Public-welfare forest"),
    _K.NATURAL_FOREST: Text("天然林", "Natural forest"),
    _K.FOREST_PARK: Text("森林公园", "Forest park"),
    _K.NATIONAL_WETLAND: Text("国家重要湿地", "Wetland of national importance"),
    _K.WETLAND: Text("湿地", "Wetland"),
    _K.RESERVE_SURROUNDINGS: Text("自然保护区外围保护地带", "Surroundings of a nature reserve"),
    _K.SCENIC_AREA: Text("风景名胜区", "Scenic area"),
    _K.HABITAT: Text("重要栖息地、迁徙洄游通道", "Important habitat or migration route"),
    _K.OLD_TREE: Text("古树名木保护范围", "Protection range of an old tree"),
    _K.WATER_SOURCE: Text("饮用水水源保护区", "Drinking-water source zone"),
    _K.RURAL_WATER_SOURCE: Text("农村饮用水水源保护范围", "Range of a rural drinking-water source"),
    _K.RIVER_RANGE: Text("河道管理范围", "River management range"),
    _K.RIVER_RESERVED: Text("河道整治规划保留区", "Land reserved for river works"),
    _K.FLOOD_AREA: Text("洪泛区、蓄滞洪区", "Flood plain or flood storage area"),
    _K.WATER_SURFACE: Text("湖泊水面、坑塘", "Lake or pond"),
    _K.WATER_WORKS: Text("水利工程管理和保护范围", "Range of water works"),
    _K.SOIL_EROSION: Text("水土流失重点防治区", "Key area of soil erosion"),
    _K.STEEP_SLOPE: Text("二十五度以上陡坡地", "Slope of 25° and more"),
    _K.RESERVOIR_SLOPE: Text("供水水库集水坡地", "Slope that drains into a supply reservoir"),
    _K.SLIDE_AREA: Text("崩塌滑坡危险区、泥石流易发区", "Area of slides or debris flows"),
    _K.GEOLOGICAL_HAZARD: Text("地质灾害危险区、易发区", "Area of geological hazard"),
    _K.CULTURAL_RELICS: Text("不可移动文物及保护范围", "Immovable relics and their ranges"),
    _K.BURIED_RELICS: Text("地下文物埋藏区", "Area of buried relics"),
    _K.HISTORIC_SETTLEMENT: Text("历史文化名镇名村", "Historic town or village"),
    _K.MINING_RIGHT: Text("矿业权", "Mining right"),
    _K.STRATEGIC_MINERAL: Text("战略性矿产资源", "Strategic mineral"),
    _K.NO_MINING_ZONE: Text("规划禁采区", "No-mining zone of the plan"),
    _K.ROAD: Text("公路及建筑控制区", "Road and its control zone"),
    _K.RAILWAY: Text("铁路及线路安全保护区", "Railway and its protection zone"),
    _K.PIPELINE: Text("石油天然气管道", "Oil or gas pipeline"),
    _K.POWER_LINE: Text("电力设施保护区", "Protection zone of a power line"),
    _K.AIRPORT: Text("机场净空保护区", "Clearance area of an airport"),
    _K.WEATHER_STATION: Text("气象探测环境保护范围", "Protected surroundings of a weather station"),
    _K.NOISE_SENSITIVE: Text("噪声敏感建筑物集中区域", "Noise-sensitive quarter"),
    _K.WATERWAY: Text("航道", "Waterway"),
    _K.BUILDINGS: Text("房屋、易燃易爆品仓库", "Houses and stores of flammables"),
}
