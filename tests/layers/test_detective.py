"""Every trap from a correct layer by the smallest damage; correct layers give no finding."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from pyproj import CRS

from eco_gis.geometry.crs import transform
from eco_gis.layers.crs.borders import offset_by_border
from eco_gis.layers.crs.detective import investigate, lands
from eco_gis.layers.crs.finding import Finding, Reference, Trap
from eco_gis.layers.crs.offsets import bd09_of, gcj02_of
from eco_gis.layers.crs.words import problem_of
from eco_gis.text import Text
from tests.layers.shapes import spec_of

COUNTY = Reference(Text("县域", "the county"), shapely.box(120.05, 29.0, 120.75, 29.5))
"""Dongyang's box."""
COUNTY_FILE = Path("red.shp")
TRUE = shapely.box(120.15, 29.1, 120.5, 29.4)


def crs(code: int) -> CRS:
    return CRS.from_epsg(code)


def drawn(code: int, *, swap: bool = False) -> Any:
    """The true shape as a file in some CRS holds it."""
    shapes = transform([TRUE], crs(4490), crs(code))
    return shapely.transform(shapes, lambda xy: xy[:, ::-1]) if swap else shapes


TRAPS = {
    "nothing said, 6-digit eastings": (drawn(4549), None, Trap.NO_LABEL, "EPSG:4549", False),
    "nothing said, 8-digit eastings": (drawn(4528), None, Trap.NO_LABEL, "EPSG:4528", False),
    "nothing said, degrees": (drawn(4490), None, Trap.NO_LABEL, "EPSG:4490", False),
    "nothing said, northing first": (drawn(4549, swap=True), None, Trap.NO_LABEL, "EPSG:4549", True),
    "nothing said, latitude first": (drawn(4490, swap=True), None, Trap.NO_LABEL, "EPSG:4490", True),
    "zone number, label without": (drawn(4528), 4549, Trap.ZONE_NUMBER, "EPSG:4528", False),
    "no zone number, label with": (drawn(4549), 4528, Trap.NO_ZONE_NUMBER, "EPSG:4549", False),
    "zone number of 6°, label without": (drawn(4498), 4509, Trap.ZONE_NUMBER, "EPSG:4498", False),
    "3° zone to the west": (drawn(4549), 4548, Trap.WRONG_ZONE, "EPSG:4549", False),
    "3° zone to the east": (drawn(4549), 4550, Trap.WRONG_ZONE, "EPSG:4549", False),
    "6° zone to the east": (drawn(4509), 4510, Trap.WRONG_ZONE, "EPSG:4548", False),
    "3° drawn, 6° labelled": (drawn(4549), 4509, Trap.WRONG_ZONE, "EPSG:4549", False),
    "numbered zone to the west": (drawn(4528), 4527, Trap.WRONG_ZONE, "EPSG:4528", False),
    "northing first": (drawn(4549, swap=True), 4549, Trap.SWAPPED, "", True),
    "northing first, zone number": (drawn(4528, swap=True), 4528, Trap.SWAPPED, "", True),
    "latitude first": (drawn(4490, swap=True), 4490, Trap.SWAPPED, "", True),
    "degrees as metres": (drawn(4490), 4549, Trap.DEGREES_AS_METRES, "EPSG:4490", False),
    "metres as degrees": (drawn(4549), 4490, Trap.METRES_AS_DEGREES, "EPSG:4549", False),
    "metres as WGS 84": (drawn(4528), 4326, Trap.METRES_AS_DEGREES, "EPSG:4528", False),
    "web metres as a zone": (drawn(3857), 4549, Trap.WRONG_CRS, "EPSG:3857", False),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_is_named_with_the_right_reading(trap: str) -> None:
    shapes, label, kind, code, swap = TRAPS[trap]
    found = investigate("red", shapes, label and crs(label), COUNTY)
    assert found is not None
    assert (found.trap, found.best.crs, found.best.swap_xy, found.certain) == (kind, code, swap, True)
    assert found.acceptable and found.best.score > 0.99 and found.best.distance_km == 0
    assert found.runner_up is not None and found.runner_up.score == 0 < found.runner_up.distance_km
    assert (found.label == "") is (label is None)
    problem = problem_of(found, spec_of(COUNTY_FILE))
    assert problem.fatal and found.best.keys in problem.remedy.en and "--accept" in problem.remedy.zh
    assert "the county by 100%" in problem.what.en and "县域吻合 100%" in problem.what.zh


@pytest.mark.parametrize("code", [4490, 4326, 4549, 4528, 4548, 4509, 4498, 32650, 32651, 3857])
def test_correct_layers_give_no_finding(code: int) -> None:
    """A neighbouring zone is a right label as long as the coordinates are in it."""
    assert investigate("red", drawn(code), crs(code), COUNTY) is None
    assert lands(drawn(code), crs(code), COUNTY)


def test_layers_of_every_size_give_no_finding() -> None:
    for shape in (
        shapely.Point(120.3, 29.2),
        shapely.LineString([(120.3, 29.2), (121.3, 29.9)]),
        shapely.box(118, 27, 123, 31),  # a province round the county
        shapely.box(120.7, 29.4, 121.0, 29.8),  # only touching
        shapely.box(120.8, 29.1, 120.9, 29.2),  # next door, nothing of it inside
    ):
        assert investigate("red", [shape, None, shapely.Polygon()], crs(4490), COUNTY) is None
    assert investigate("red", [], crs(4490), COUNTY) is None
    assert investigate("red", [None, shapely.Polygon()], None, COUNTY) is None


def test_without_a_reference_nothing_is_guessed() -> None:
    assert investigate("red", drawn(4549), None, None) is None
    assert investigate("red", drawn(4549), crs(4548), None) is None


@pytest.mark.parametrize("code", [2437, 2416, 2385, 2364, 4214, 4610])
def test_beijing_and_xian_are_named_and_never_accepted(code: int) -> None:
    datum = crs(code)
    assert datum.geodetic_crs is not None
    to_own = pyproj.Transformer.from_crs(datum.geodetic_crs, datum, always_xy=True)
    shapes = shapely.transform([TRUE], lambda xy: np.column_stack(to_own.transform(*xy.T)))
    found = investigate("red", shapes, datum, COUNTY)
    assert found is not None and found.trap is Trap.SECRET_DATUM and not found.acceptable
    problem = problem_of(found, spec_of(COUNTY_FILE))
    assert "+towgs84=dx,dy,dz" in problem.remedy.en and "不公开" in problem.what.zh
    stated = re.search(r"crs = '(.+?)'", problem.remedy.en)
    assert stated is not None
    filled = CRS.from_user_input(stated[1].replace("dx,dy,dz,rx,ry,rz,s", "1,2,3,0,0,0,0"))
    assert filled.is_bound and filled.ellipsoid == datum.ellipsoid
    assert lands(shapes, filled, COUNTY)


def test_beijing_in_the_wrong_zone_is_named_in_its_own_datum() -> None:
    found = investigate("red", drawn(4549), crs(2436), COUNTY)
    assert found is not None and found.trap is Trap.SECRET_DATUM and not found.acceptable
    assert found.best.crs == "EPSG:2437"


def test_a_layer_of_another_place_is_named_but_not_moved() -> None:
    hainan = transform([shapely.box(110.0, 19.0, 110.3, 19.3)], crs(4490), crs(4546))
    found = investigate("red", hainan, crs(4546), COUNTY)
    assert found is not None and found.trap is Trap.ELSEWHERE and not found.acceptable
    assert 1_400 < found.best.distance_km < 1_600


def test_two_readings_that_both_fit_are_not_certain() -> None:
    """A reference as wide as two zones cannot tell them apart: the user has to."""
    wide = Reference(Text("省域", "the province"), shapely.box(116, 27, 123, 31))
    found = investigate("red", drawn(4549), None, wide)
    assert found is not None and not found.acceptable
    assert found.runner_up is not None and found.runner_up.score > 0.5
    assert "--accept" not in problem_of(found, spec_of(COUNTY_FILE)).remedy.en


# borders


def ragged(seed: int = 3) -> Any:
    """A border no two pieces of which are alike."""
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    radius = 0.2 + 0.01 * np.cumsum(random.normal(size=400)) / 5
    radius += (0.2 - radius) * np.linspace(0, 1, 400) ** 8
    return shapely.Polygon(np.column_stack([120.4 + radius * np.cos(angle), 29.25 + radius * np.sin(angle)]))


BORDER = ragged()
QUARTERS = [
    shapely.intersection(BORDER, shapely.box(w, s, w + 1, s + 1))
    for w in (119.4, 120.4)
    for s in (28.25, 29.25)
]


def on_map(shapes: list[Any], forward: Any) -> Any:
    return shapely.transform(np.array(shapes), lambda xy: np.column_stack(forward(*xy.T)))


def by_border(shapes: Any, border: Any) -> Finding | None:
    return offset_by_border("town", "EPSG:4490", shapes, border, Text("县域", "the county"))


@pytest.mark.parametrize(("forward", "offset"), [(gcj02_of, "gcj02"), (bd09_of, "bd09")])
def test_an_offset_is_told_by_the_border(forward: Any, offset: str) -> None:
    found = by_border(on_map(QUARTERS, forward), [BORDER])
    assert found is not None and found.trap is Trap.OFFSET and found.acceptable
    assert found.best.offset == offset and found.best.keys == f'offset = "{offset}"'
    assert found.runner_up is not None and found.runner_up.offset != offset
    metres = int(found.evidence[1].en.rsplit("about ", 1)[1].split(" ")[0])
    assert 100 < metres < 1_500
    assert by_border([BORDER], on_map(QUARTERS, forward)) is None, "the reference is the one that is moved"


def test_borders_that_fit_and_borders_that_share_nothing_give_no_finding() -> None:
    assert by_border(QUARTERS, [BORDER]) is None
    redrawn = shapely.transform(np.array(QUARTERS), lambda xy: xy + 5e-5 * np.sin(xy[:, ::-1] * 1e4))
    assert by_border(redrawn, [BORDER]) is None
    inner = [shapely.box(120.3 + k / 50, 29.2, 120.31 + k / 50, 29.25) for k in range(8)]
    assert by_border(inner, [BORDER]) is None
    assert by_border(on_map(inner, gcj02_of), [BORDER]) is None
    assert by_border([shapely.Point(120.3, 29.2), None], [BORDER]) is None
    assert by_border([], [BORDER]) is None and by_border([BORDER], []) is None


def test_a_layer_that_runs_along_a_part_of_the_border_is_enough() -> None:
    """A redline of which a fifth of the outline is the county's border."""
    strip = shapely.intersection(BORDER, shapely.box(120.5, 29.2, 121, 29.35))
    inner = [shapely.box(120.3 + k / 50, 29.2, 120.31 + k / 50, 29.25) for k in range(6)]
    found = by_border(on_map([strip, *inner], gcj02_of), [BORDER])
    assert found is not None and found.best.offset == "gcj02"
    assert by_border([strip, *inner], [BORDER]) is None


def test_a_small_county_is_no_proof_of_an_offset() -> None:
    """A redline inside a county of 1 km, off its border, fits here and there once it is moved."""
    county = shapely.box(120.4, 29.25, 120.4103, 29.259)
    for west, south in ((0.001, 0.001), (0.004, 0.004), (0.0045, 0.0025), (0.005, 0.003), (0.0055, 0.0045)):
        inside = shapely.box(120.4 + west, 29.25 + south, 120.4 + west + 0.0045, 29.25 + south + 0.004)
        found = by_border([inside], [county])
        assert found is None or not found.certain
