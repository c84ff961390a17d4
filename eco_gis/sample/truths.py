"""What the tool has to find: expected answers by plain shapely on the written shapes, apart from the kernels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from eco_gis.sample.county import County
from eco_gis.sample.names import COUNTY_CODE
from eco_gis.sample.sites import Site

AS_OF = "2024-12-31"
NEAR_M = 50.0
CONTACT_M = 0.01


def ground_of(site: Site) -> BaseGeometry:
    """The ground a site takes: lines and points widened where a width is known."""
    if site.width_m is None:
        return site.shape
    return shapely.buffer(site.shape, site.width_m / 2, cap_style="flat")


def expected_answers(
    control: Mapping[str, BaseGeometry], county: BaseGeometry, sites: Sequence[Site]
) -> tuple[dict[str, dict[str, str]], list[list[str]]]:
    """Answers of every control layer about every site, and the pairs that meet on a hair.

    Parameters
    ----------
    control
        Prepared ground by layer id; it claims to be complete inside the county.

    Returns
    -------
    answers
        Site id → layer id → concerned, not_concerned or no_data.
    edge_contact
        (site id, layer id) whose overlap or gap is nowhere wider than a centimetre.
    """
    answers: dict[str, dict[str, str]] = {site.id: {} for site in sites}
    contacts: list[list[str]] = []
    for layer, union in control.items():
        for site in sites:
            outside = layer == "urban_boundary"
            answer, contact = answer_of(ground_of(site), union, county, outside=outside)
            answers[site.id][layer] = answer
            if contact:
                contacts.append([site.id, layer])
    return answers, contacts


def answer_of(
    ground: BaseGeometry, layer: BaseGeometry, county: BaseGeometry, *, outside: bool
) -> tuple[str, bool]:
    """The answer of a layer that is complete inside the county, and whether the two meet on a hair."""
    covered = county.covers(ground)
    found = ground.intersection(county).difference(layer) if outside else ground.intersection(layer)
    line = layer.boundary if outside else layer
    if ground.geom_type in ("Polygon", "MultiPolygon"):
        if found.area > 0:
            return "concerned", found.buffer(-CONTACT_M / 2).is_empty
        touching = shapely.dwithin(ground, line, CONTACT_M)
        return ("no_data" if touching or not covered else "not_concerned"), bool(touching)
    if not found.is_empty:
        return "concerned", False
    return ("no_data" if not covered or shapely.dwithin(ground, line, NEAR_M) else "not_concerned"), False


def truths(county: County, sites: list[Site], answers: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """The planted truths; areas are planar m² in EPSG:4549."""
    years = county.years
    ids = redline_ids(county)
    red = county.union("redline_2024")
    found: list[dict[str, Any]] = []

    def add(name: str, kind: str, zh: str, en: str, **more: Any) -> None:
        found.append({"id": name, "kind": kind, "what_zh": zh, "what_en": en, **more})

    changes = (
        (
            "T01",
            "approved_out",
            years.approved_out,
            "2023",
            "lost",
            "DZ2023-01",
            "依法调出（台账有据）",
            "Approved local adjustment: ground taken out",
        ),
        (
            "T02",
            "approved_in",
            years.approved_in,
            "2023",
            "gained",
            "DZ2023-02",
            "依法调入（台账有据）",
            "Approved local adjustment: ground brought in",
        ),
        (
            "T03",
            "undocumented",
            years.undocumented,
            "2024",
            "lost",
            None,
            "2024年无批准文件的减少",
            "Undocumented loss of 2024",
        ),
        (
            "T04",
            "strip",
            years.strip,
            "2024",
            "lost",
            None,
            "2024年沿边界切去约3米宽窄条",
            "Strip about 3 m wide cut off along the border, 2024",
        ),
    )
    for name, kind, shape, version, direction, entry, zh, en in changes:
        expect = {
            "version": version,
            "direction": direction,
            "feature": ids[years.moved[kind]],
            "entry": entry,
            "planar_m2": round(shape.area, 3),
            "point": point_of(shape),
        }
        add(name, "redline_change", zh, en, layer="redline", expect=expect)
    gone, new = years.undocumented.area + years.strip.area, years.approved_in.area - years.approved_out.area
    conclusions = (
        (
            "T05",
            "redline",
            "2022",
            "2023",
            "lawful",
            new,
            "2022→2023：依法调整",
            "2022 → 2023: adjusted with approval",
        ),
        (
            "T06",
            "redline",
            "2023",
            "2024",
            "to_verify",
            -gone,
            "2023→2024：与批复成果不符、待核",
            "2023 → 2024: differs from the approved result",
        ),
        (
            "T07",
            "nature_reserve",
            "2023",
            "2024",
            "unchanged",
            0.0,
            "自然保护地2023→2024：未调整",
            "Nature reserves 2023 → 2024: not adjusted",
        ),
    )
    for name, layer, old, version, conclusion, net, zh, en in conclusions:
        expect = {"from": old, "to": version, "conclusion": conclusion, "net_planar_m2": round(net, 3)}
        add(name, "conclusion", zh, en, layer=layer, expect=expect)
    words = {
        "core_zone": ("T10", "核心保护区内的选址", "Site in the core zone of a reserve"),
        "line_crosses_redline": ("T11", "穿越红线的公路", "Road that crosses the redline"),
        "tunnel_under_redline": ("T12", "隧道穿越红线", "Tunnel through the redline"),
        "trimmed_touching": (
            "T13",
            "沿红线修整、边界重合的选址",
            "Site trimmed along the redline: they share the border",
        ),
        "trimmed_hair": (
            "T14",
            "沿红线修整、压线毫米级的选址",
            "Site trimmed along the redline: overlaps by millimetres",
        ),
        "outside_boundary": ("T15", "城镇开发边界外的产业园", "Industrial park outside the urban boundary"),
        "outside_coverage": ("T16", "超出全部图层覆盖范围的选址", "Site outside every coverage"),
        "inside_boundary_clear": (
            "T17",
            "集中建设区内、不涉及任何管控线的选址",
            "Site in the built-up zone that touches nothing",
        ),
        "needs_width": ("T18", "红线旁未给宽度的线状选址", "Line without a width beside the redline"),
        "water_source": ("T19", "水源一级保护区内的选址", "Site in the first-class water-source zone"),
    }
    for site in sites:
        if site.planted:
            name, zh, en = words[site.planted]
            ground = ground_of(site)
            expect = {
                "answers": answers[site.id],
                "redline_planar_m2": round(shapely.area(ground.intersection(red)), 4),
                "point": point_of(site.shape),
            }
            add(f"{name}-{site.id}", "site", zh, en, site=site.id, expect=expect)
    add(
        "T20",
        "copy",
        "重新数字化副本（1 m 噪声）：并非真实变化",
        "Copy redrawn with 1 m noise: no real change",
        layer="redline_copy_noise",
        expect={"real_change_m2": 0.0},
    )
    add(
        "T21",
        "copy",
        "坐标取整副本（0.01 m）：并非真实变化",
        "Copy with coordinates rounded to 0.01 m: no real change",
        layer="redline_copy_rounded",
        expect={"real_change_m2": 0.0},
    )
    add(
        "T22",
        "real_strip",
        "T04 的窄条是真实减少而非噪声",
        "The strip of T04 is a real loss, not noise",
        layer="redline",
        expect={"planar_m2": round(years.strip.area, 3), "mean_offset_m": 3.0},
    )
    carved = [
        {
            "parcel": f"TB2023C{n + 1:02d}",
            "planar_m2": round(p.area, 3),
            "in_redline": n < 3,
            "point": point_of(p),
        }
        for n, (_, p) in enumerate(county.survey.carved)
    ]
    add(
        "T23",
        "nature_change",
        "变更调查2022→2023的地类变化（红线内3处林地转建设用地）",
        "Land class changes 2022 → 2023 (three woods built over inside the redline)",
        layer="land_survey",
        expect={"parcels": carved},
    )
    return found


def point_of(shape: BaseGeometry) -> list[float]:
    """A point of the shape, in metres of EPSG:4549."""
    spot = shapely.point_on_surface(shape)
    return [round(spot.x, 1), round(spot.y, 1)]


def redline_ids(county: County) -> list[str]:
    """Code of each redline patch, numbered from north to south."""
    order = sorted(range(len(county.years.y2022)), key=lambda k: -county.years.y2022[k].bounds[3])
    code = {k: f"HX{COUNTY_CODE}{n + 1:04d}" for n, k in enumerate(order)}
    return [code[k] for k in range(len(order))]
