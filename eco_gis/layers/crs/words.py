"""Findings about coordinates in words: the evidence, the problem, and the note of what was accepted."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from eco_gis.errors import Problem
from eco_gis.layers.crs.finding import Candidate, Finding, Reference, Trap
from eco_gis.layers.crs.offsets import OFFSET_NAMES, offset_refusal
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text

_TRAPS = {
    Trap.NO_LABEL: Text("未说明坐标系", "does not say in which CRS it is"),
    Trap.ZONE_NUMBER: Text(
        "横坐标带有带号，而所标坐标系不加带号",
        "its eastings begin with a zone number that the labelled CRS does not have",
    ),
    Trap.NO_ZONE_NUMBER: Text(
        "所标坐标系加带号，而横坐标不带带号",
        "the labelled CRS has a zone number in front of the easting, its coordinates have none",
    ),
    Trap.WRONG_ZONE: Text("所标分带有误", "it is labelled with the wrong zone"),
    Trap.SWAPPED: Text("x、y 颠倒", "x and y are exchanged"),
    Trap.DEGREES_AS_METRES: Text(
        "坐标是度，却标为投影坐标系", "its coordinates are degrees, labelled as a projected CRS"
    ),
    Trap.METRES_AS_DEGREES: Text(
        "坐标是米，却标为经纬度", "its coordinates are metres, labelled as longitude and latitude"
    ),
    Trap.WRONG_CRS: Text("所标坐标系有误", "it is labelled with the wrong CRS"),
    Trap.SECRET_DATUM: Text(
        "所标基准与 CGCS2000 的转换参数因县而异且不公开",
        "the shift from its datum to CGCS2000 differs from county to county and is not public",
    ),
    Trap.OFFSET: Text("坐标带有网络地图偏移", "its coordinates carry the offset of a web map"),
    Trap.ELSEWHERE: Text(
        "位置远在范围之外，且任何坐标系读法都不能使其落入",
        "it lies far away, and no reading of its coordinates brings it there",
    ),
}
_DATUM = Text(
    "仅凭数值不能区分 CGCS2000、北京 54 与西安 80（相差几十米），请向提供方核实",
    "numbers alone cannot tell CGCS2000 from Beijing 1954 or Xi'an 1980 (tens of metres): ask who delivered it",
)


def evidence(
    boxes: NDArray[np.float64],
    own: Candidate | None,
    best: Candidate,
    runner_up: Candidate | None,
    reference: Reference,
) -> tuple[Text, ...]:
    """What speaks for the best reading: the numbers, and where each reading puts them.

    Parameters
    ----------
    boxes
        (n, 4) boxes of the features in the file's own numbers.
    own
        The reading that the label names; None without a label.
    """
    (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    sign = ".5f" if max(abs(boxes).ravel()) <= 360 else ",.0f"
    x, y = f"{west:{sign}}–{east:{sign}}", f"{south:{sign}}–{north:{sign}}"
    told = [Text(f"坐标 x {x}，y {y}", f"coordinates x {x}, y {y}")]
    if own is not None and own != best:
        told.append(_placed(own, reference, Text("按所标", "as labelled,")))
    told.append(_placed(best, reference, Text("按", "read as")))
    if runner_up is not None:
        told.append(_placed(runner_up, reference, Text("次选", "read as the runner-up")))
    return (*told, _DATUM) if own is None else tuple(told)


def _placed(candidate: Candidate, reference: Reference, lead: Text) -> Text:
    """Where one reading puts the coordinates."""
    name = f"{candidate.name}{'（x、y 对调）' if candidate.swap_xy else ''}"
    name_en = f"{candidate.name}{' with x and y exchanged' if candidate.swap_xy else ''}"
    where = reference.name
    if candidate.score:
        share = f"{candidate.score:.0%}" if candidate.score >= 0.01 else "<1%"
        zh, en = f"与{where.zh}吻合 {share}", f"it fits {where.en} by {share}"
    elif math.isinf(candidate.distance_km):
        zh, en = "不可能", "it is impossible"
    else:
        km = f"{candidate.distance_km:,.0f} km" if candidate.distance_km >= 1 else "<1 km"
        zh, en = f"距{where.zh} {km}", f"it lies {km} from {where.en}"
    return Text(f"{lead.zh} {name} {zh}", f"{lead.en} {name_en} {en}")


def problem_of(finding: Finding, spec: LayerSpec) -> Problem:
    """The finding as a fatal problem of its layer."""
    label = f"（{finding.label}）" if finding.label else ""
    label_en = f" ({finding.label})" if finding.label else ""
    trap = _TRAPS[finding.trap]
    what = Text(
        f"{trap.zh}{label}：{'；'.join(e.zh for e in finding.evidence)}",
        f"{trap.en}{label_en}: {'; '.join(e.en for e in finding.evidence)}",
    )
    return Problem(f"{spec.id} ({spec.file.name})", what, _remedy(finding, spec))


def _remedy(finding: Finding, spec: LayerSpec) -> Text:
    keys = finding.best.keys
    if finding.trap is Trap.SECRET_DATUM:
        return _secret_remedy(finding)
    if finding.trap is Trap.ELSEWHERE:
        return Text(
            "核对文件与覆盖范围是否属于同一地方",
            "see whether the file and the coverage are of the same place",
        )
    refusal = offset_refusal(spec) if finding.best.offset else None
    if refusal is not None:
        return Text(
            f"{refusal.zh}：请提供方按 CGCS2000 重新提交", f"{refusal.en}: ask for a delivery in CGCS2000"
        )
    if finding.acceptable:
        return Text(
            f"在目录中写 {keys}，或用 --accept 仅在本次采用",
            f"write {keys} in the catalog, or take it for this run with --accept",
        )
    return Text(f"若经核实，在目录中写 {keys}", f"if that is confirmed, write {keys} in the catalog")


def _secret_remedy(finding: Finding) -> Text:
    own = CRS.from_user_input(finding.best.crs or finding.label.split(" ")[0])
    told = _with_parameters(own)
    keys = finding.best.keys
    zone, zone_en = (f"；其分带应为 {keys}", f"; its zone would be {keys}") if finding.best.crs else ("", "")
    return Text(
        f"请提供方按 CGCS2000 重新提交，或取得本县参数后写 crs = '{told}'{zone}",
        f"ask for a delivery in CGCS2000, or for the county's parameters and write crs = '{told}'{zone_en}",
    )


def _with_parameters(crs: CRS) -> str:
    """The CRS as a PROJ string with room for seven parameters."""
    ellipsoid = "krass" if "eijing" in crs.name else "IAU76"
    operation = crs.coordinate_operation
    if operation is None:
        return f"+proj=longlat +ellps={ellipsoid} +towgs84=dx,dy,dz,rx,ry,rz,s +type=crs"
    value = {p.name.lower(): float(p.value) for p in operation.params}
    meridian, easting = value.get("longitude of natural origin", 0.0), value.get("false easting", 0.0)
    return (
        f"+proj=tmerc +lat_0=0 +lon_0={meridian:g} +k=1 +x_0={easting:.0f} +y_0=0 +ellps={ellipsoid} "
        "+towgs84=dx,dy,dz,rx,ry,rz,s +units=m +type=crs"
    )


def accepted_note(finding: Finding, spec: LayerSpec) -> Problem:
    """The remark that a finding was accepted for this run."""
    trap, keys = _TRAPS[finding.trap], finding.best.keys
    what = Text(
        f"{trap.zh}：本次按 {keys} 读取（--accept）", f"{trap.en}: read with {keys} in this run (--accept)"
    )
    remedy = Text(f"核实后把 {keys} 写入目录", f"confirm it and write {keys} in the catalog")
    return Problem(f"{spec.id} ({spec.file.name})", what, remedy, fatal=False)


def offset_evidence(
    best: Candidate, runner_up: Candidate, plain: float, moved_m: float, name: Text
) -> tuple[Text, ...]:
    """What speaks for an offset: shares of the border that coincide, and how far it is moved.

    Parameters
    ----------
    plain
        Share of the layer's border on the reference's as the coordinates stand.
    moved_m
        Offset in metres by matching the two.
    """
    kind = OFFSET_NAMES[best.offset]
    other = OFFSET_NAMES[runner_up.offset]
    return (
        Text(
            f"现坐标与{name.zh}的边界重合 {plain:.0%}",
            f"as it stands {plain:.0%} of its border lies on that of {name.en}",
        ),
        Text(
            f"去除 {kind} 偏移后重合 {best.score:.0%}，按匹配偏移约 {moved_m:.0f} m",
            f"with the {kind} offset taken away {best.score:.0%} does; matching tells a shift of about {moved_m:.0f} m",
        ),
        Text(
            f"次选 {other} 重合 {runner_up.score:.0%}",
            f"the runner-up {other} makes it {runner_up.score:.0%}",
        ),
    )
