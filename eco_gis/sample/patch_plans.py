"""What the change patches of the two batches are to be: the kind decides on ground and papers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PatchPlan:
    """One kind of patch, planted some times."""

    kind: str
    zh: str
    en: str
    where: str = "out"
    land: str = ""
    """Beginning of the land class of the parcel it lies in."""
    papers: tuple[str, ...] = ()
    """`share side kind age`: which part of the patch a paper covers, and the paper's time: valid, expired,
    lastday, later."""
    happening: str = ""
    """Id of the change of the survey that the patch sees."""
    repeats: str = ""
    """Kind of the patch of the first batch that it sees again."""


def _seen(happening: str, zh: str, en: str) -> PatchPlan:
    return PatchPlan(f"sees_{happening}", zh, en, happening=happening)


FULL = PatchPlan("full", "一份批文完全覆盖", "Covered by one document")
FULL_BATCH = PatchPlan("full", FULL.zh, FULL.en, papers=("1 west conversion_batch valid",))
FULL_WOODS = PatchPlan("full", FULL.zh, FULL.en, land="0301", papers=("1 west forest_approval valid",))
FULL_LINK = PatchPlan("full", FULL.zh, FULL.en, papers=("1 west increase_decrease valid",))
FULL_TEMPORARY = PatchPlan("full", FULL.zh, FULL.en, papers=("1 west temporary_land valid",))
TWO = PatchPlan(
    "two_overlap",
    "两份批文相互重叠，合起来完全覆盖（只计一次）",
    "Covered by two documents that overlap (counted once)",
    papers=("0.7 west conversion_batch valid", "0.6 east land_supply valid"),
)
TWO_PART = PatchPlan(
    "two_part",
    "两份批文相互重叠，合起来只覆盖约八成",
    "Two overlapping documents cover about four fifths",
    papers=("0.6 west conversion_batch valid", "0.8 west land_supply valid"),
)
EXPIRED = PatchPlan(
    "expired",
    "只有已到期的临时用地批文",
    "Only a temporary-land paper that had expired",
    papers=("1 west temporary_land expired",),
)
EXPIRED_MINE = PatchPlan(
    "expired",
    "只有已到期的采矿权",
    "Only a mining right that had expired",
    papers=("1 west mining_right expired",),
)
LAST_DAY = PatchPlan(
    "last_day",
    "批文在图斑当日到期（当日有效）",
    "The document's last day is the patch's date (still valid)",
    papers=("1 west temporary_land lastday",),
)
LATER = PatchPlan(
    "later",
    "批文日期晚于图斑日期（补办）",
    "The document is dated after the patch",
    papers=("1 west conversion_batch later",),
)
HALF = PatchPlan(
    "half", "批文只覆盖一半", "A document covers one half", papers=("0.5 west conversion_batch valid",)
)
HALF_EXPIRED = PatchPlan(
    "half_expired",
    "一半由有效批文、另一半由过期批文覆盖",
    "One half under a valid document, the other under an expired one",
    papers=("0.5 west conversion_batch valid", "0.5 east temporary_land expired"),
)
BESIDE = PatchPlan(
    "beside",
    "批文与图斑只相邻、不覆盖",
    "A document that only meets the border",
    papers=("0 beside land_supply valid",),
)
HOLE = PatchPlan(
    "hole",
    "图斑有洞，批文只在洞内",
    "A patch with a hole, the document lies in the hole",
    papers=("0 hole land_supply valid",),
)
CORE = PatchPlan("core", "核心保护区内、无批文", "In the core zone, no document", where="core")
RED = PatchPlan(
    "redline_none",
    "红线内、无批文、调查地类未变",
    "In the redline, no document, class unchanged",
    where="red",
    land="0301",
)
ERROR = PatchPlan(
    "survey_error",
    "两年调查均为建设用地（影像误判）",
    "Built land in both surveys (misread imagery)",
    land="0701",
)
SAME_CLASS = PatchPlan("no_change", "调查地类未变、无批文", "Class unchanged, no document")
FARM = PatchPlan(
    "farmland",
    "永久基本农田内、无批文",
    "In permanent basic farmland, no document",
    where="farm",
    land="0101",
)
CROSS = PatchPlan("two_townships", "跨镇街界", "Across a township border")
EDGE = PatchPlan("county_edge", "部分超出县域", "Partly outside the county")
TWINS = PatchPlan("same_document", "与另一图斑同属一份批文", "Shares its one document with another patch")


def _again(kind: str, zh: str, en: str) -> PatchPlan:
    return PatchPlan(f"repeat_{kind}", zh, en, repeats=kind)


FIRST = (
    _seen("E01", "红线内已批准公路", "Approved road in the redline"),
    _seen("E05", "红线内无批文采矿", "Mine without a paper in the redline"),
    _seen("E08", "核心保护区内无批文建房", "House without a paper in the core zone"),
    _seen("E13", "红线内林地改茶园", "Wood turned into tea in the redline"),
    _seen("E15", "红线内历史遗留", "Historic legacy in the redline"),
    _seen("E16", "一般控制区内有限人为活动", "Limited activity in a general zone"),
    _seen("E17", "农转用批次与供地两份批文同时覆盖", "Covered by a conversion batch and a land supply"),
    _seen("E20", "已备案设施农业用地", "Filed agricultural facility"),
    _seen("E23", "有采矿权", "With a mining right"),
    _seen("E25", "永久基本农田内无批文建房", "House without a paper on basic farmland"),
    _seen("E26", "红线外无批文采矿", "Mine without a paper outside"),
    *(FULL_BATCH, FULL_WOODS, FULL_LINK, FULL_TEMPORARY),
    *(TWO, TWO, TWO, TWO_PART),
    *(EXPIRED, EXPIRED, EXPIRED_MINE, LAST_DAY, LATER),
    *(HALF, HALF, HALF_EXPIRED, BESIDE, HOLE),
    *(CORE, RED, RED, ERROR, ERROR, SAME_CLASS, SAME_CLASS),
    *(CROSS, CROSS, EDGE, FARM),
)
SECOND = (
    _seen("E02", "红线内已批准水利工程", "Approved water works in the redline"),
    _seen("E03", "红线内有限人为活动", "Limited activity in the redline"),
    _seen("E04", "红线内工程只批准一半", "Works in the redline of which one half is approved"),
    _seen("E06", "红线内无批文建房", "House without a paper in the redline"),
    _seen("E07", "红线内无批文建厂", "Works without a paper in the redline"),
    _seen("E11", "红线内矿山修复", "Mine restored in the redline"),
    _seen("E18", "农转用批次覆盖", "Covered by a conversion batch"),
    _seen("E19", "使用林地已批准", "Approved use of forest land"),
    _seen("E21", "土地整治", "Land consolidation"),
    _again("half", "再次发现上季只覆盖一半的图斑", "Sees a half-covered patch of the quarter before again"),
    _again("core", "再次发现上季核心区图斑", "Sees the core-zone patch of the quarter before again"),
    _again("later", "上季补办的批文本季已有效", "The paper that came late holds by now"),
    _again("last_day", "上季当日到期的批文本季已过期", "The paper of the last day has expired by now"),
    _again("sees_E26", "再次发现上季无批文采矿", "Sees the mine of the quarter before again"),
    PatchPlan(
        "repeat_part",
        "与上季图斑部分重叠",
        "Overlaps a patch of the quarter before in part",
        repeats="part:no_change",
    ),
    PatchPlan(
        "repeat_part",
        "与上季图斑部分重叠",
        "Overlaps a patch of the quarter before in part",
        repeats="part:redline_none",
    ),
    *(FULL_BATCH, FULL_BATCH, FULL_WOODS, FULL_TEMPORARY),
    *(TWO, TWO, TWO_PART, EXPIRED, EXPIRED),
    *(HALF, HALF, HALF_EXPIRED, BESIDE, TWINS, TWINS),
    *(CORE, RED, RED, ERROR, ERROR, SAME_CLASS, SAME_CLASS, CROSS, FARM),
)
