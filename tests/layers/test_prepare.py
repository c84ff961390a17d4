from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import CRS

from eco_gis.errors import LayerReadError, RepairBudgetError
from eco_gis.geometry.crs import Plane
from eco_gis.layers.prepare import prepare
from eco_gis.layers.vector import read_vector
from eco_gis.model.layer import Layer
from eco_gis.model.role import LayerRole
from tests.layers.shapes import BOW_TIE, X0, Y0, spec_of, square

Write = Callable[..., Path]
PLANE = Plane.over(CRS.from_epsg(4549), (X0 - 1000, Y0 - 1000, X0 + 2000, Y0 + 2000))


def prepared(path: Path, *, accept: bool = False, **changes: Any) -> Layer:
    spec = spec_of(path, **changes)
    return prepare(read_vector(spec), spec, PLANE, coverage=None, accept_repair=accept)


def told(layer: Layer) -> str:
    return "\n".join(map(str, layer.notes))


def test_columns_are_ours_then_the_files(write: Write) -> None:
    path = write(
        "a.gpkg",
        [square(0), square(1)],
        HXBM=["甲", None],
        ID=[7.0, 8.5],
        W=["3.5", "x"],
        FQ=[None, "核心"],
        N=[1, 2],
    )
    layer = prepared(path, fields={"id": "hxbm", "zone": "FQ", "width_m": "W", "year": "N"})
    table = layer.attributes
    assert list(table.columns) == ["id", "name", "zone", "width_m", "year", "HXBM", "ID_file", "W", "FQ", "N"]
    assert layer.ids == ["甲", "#2"] and layer.names == ["", ""]
    assert table["zone"].tolist() == ["", "核心"] and table["FQ"].tolist() == ["", "核心"]
    assert table["width_m"][0] == 3.5 and np.isnan(table["width_m"][1])
    assert "1 id(s) are blank: records 2" in told(layer)


def test_numbers_as_ids_have_no_decimals(write: Write) -> None:
    assert prepared(write("a.gpkg", [square(0)], OBJ=[7.0]), fields={"id": "OBJ"}).ids == ["7"]


def test_without_an_id_field_record_numbers_stand_in(write: Write) -> None:
    layer = prepared(write("a.gpkg", [square(0), None, square(1)], A=[1, 2, 3]))
    assert layer.ids == ["1", "3"] and "no id field is mapped" in told(layer)


def test_repeated_ids_are_made_unique_and_named(write: Write) -> None:
    layer = prepared(
        write("a.gpkg", [square(i) for i in range(5)], B=["A", "A", "A#2", "C", "A"]), fields={"id": "B"}
    )
    assert layer.ids == ["A", "A#3", "A#2", "C", "A#4"]
    assert "2 id(s) repeat: A" in told(layer)


def test_mapped_field_that_is_not_there_is_refused(write: Write) -> None:
    with pytest.raises(LayerReadError, match="did you mean 'HXMC'"):
        prepared(write("a.gpkg", [square(0)], HXMC=["a"]), fields={"name": "HXM"})


def test_null_and_empty_shapes_are_lost_records(write: Write) -> None:
    path = write("a.gpkg", [square(0), None, shapely.Polygon(), square(1)], B=list("abcd"))
    layer = prepared(path, fields={"id": "B"})
    assert [(r.record, r.feature, r.reason.en) for r in layer.lost] == [
        (1, "b", "the shape is null"),
        (2, "c", "the shape is empty"),
    ]
    assert layer.ids == ["a", "d"] and len(layer.features) == len(layer.footprint) == 2
    assert layer.delivered is not None and len(layer.delivered) == 2


def test_a_collapsed_shape_is_a_lost_record(write: Write) -> None:
    spike = shapely.Polygon([(X0, Y0), (X0 + 10, Y0), (X0, Y0)])
    layer = prepared(write("a.gpkg", [spike, square(1)], B=["a", "b"]), fields={"id": "B"})
    reasons = [(r.feature, r.reason.en) for r in layer.lost]
    assert reasons == [("a", "the shape collapses when it is repaired")]


def test_z_is_dropped_but_delivered_as_it_came(write: Write) -> None:
    layer = prepared(write("a.gpkg", [shapely.force_3d(square(0), 5.0)], A=[1]))
    assert not layer.features.shapes[0].has_z
    assert layer.delivered is not None and layer.delivered[0].has_z


def test_bow_tie_over_budget_is_refused_with_both_costs(write: Write) -> None:
    path = write("a.gpkg", [square(3), BOW_TIE], B=["a", "b"])
    with pytest.raises(RepairBudgetError) as error:
        prepared(path, fields={"id": "B"})
    (problem,) = error.value.problems
    assert problem.where == "redline[b]"
    assert "5,000.00 m² net and 0.00 m² ambiguous, allowed are 1.00 m²" in problem.what.en
    assert "--accept-repair" in problem.remedy.en


def test_bow_tie_is_taken_when_accepted_or_budgeted(write: Write) -> None:
    path = write("a.gpkg", [BOW_TIE], A=[1])
    for layer in (
        prepared(path, accept=True),
        prepared(path, accept_repair=True),
        prepared(path, repair_budget_m2=5000.1),
    ):
        (repair,) = layer.repairs.repairs
        assert repair.net_m2 == pytest.approx(5000, abs=0.01) and repair.reason.en.startswith(
            "Self-intersection"
        )
        assert layer.features.shapes[0].is_valid and layer.features.planar_m2[0] == pytest.approx(5000)
        assert layer.delivered is not None and not layer.delivered[0].is_valid


def test_net_area_alone_is_blind_and_the_ambiguous_area_is_not(write: Write) -> None:
    # a ring that runs around the middle square twice: structure fills it, linework cuts it out
    twice = shapely.Polygon(
        [
            (X0 + x, Y0 + y)
            for x, y in [(0, 0), (30, 0), (30, 30), (10, 30), (10, 10), (20, 10), (20, 20), (0, 20)]
        ]
    )
    with pytest.raises(RepairBudgetError, match=r"100\.00 m² ambiguous"):
        prepared(write("a.gpkg", [twice], A=[1]))


def test_cost_in_degrees_is_told_in_square_metres(write: Write) -> None:
    bow = shapely.Polygon([(120.0, 29.0), (120.001, 29.001), (120.001, 29.0), (120.0, 29.001)])
    spec = spec_of(write("a.gpkg", [bow], crs="EPSG:4490", A=[1]), accept_repair=True)
    plane = Plane.over(CRS.from_epsg(4549), (X0, 3_205_000, X0 + 2000, 3_212_000))
    layer = prepare(read_vector(spec), spec, plane, coverage=None)
    assert layer.repairs.net_m2 == pytest.approx(layer.features.planar_m2.sum(), rel=1e-4)
    assert layer.repairs.net_m2 == pytest.approx(0.5 * 97.4 * 110.85, rel=1e-2)


def test_footprint_unions_only_what_overlaps(write: Write) -> None:
    shapes = [square(0), square(1), square(5), shapely.transform(square(5), lambda xy: xy + 50)]
    layer = prepared(write("a.gpkg", shapes, A=[1, 2, 3, 4]))
    assert sorted(map(sorted, (s.tolist() for s in layer.footprint_sources))) == [[0], [1], [2, 3]]
    assert layer.features.planar_m2.sum() == pytest.approx(40_000)
    assert layer.footprint.planar_m2.sum() == pytest.approx(37_500)


def test_lines_and_points_have_no_footprint_and_a_dot_of_a_line_is_lost(write: Write) -> None:
    shapes = [shapely.LineString([(X0, Y0), (X0 + 50, Y0)]), shapely.LineString([(X0, Y0), (X0, Y0)])]
    layer = prepared(write("a.gpkg", shapes, B=["a", "b"]), fields={"id": "B"})
    assert layer.ids == ["a"] and layer.features.length_m[0] == pytest.approx(50)
    assert len(layer.footprint) == 0 and layer.lost[0].reason.en == "the line has no length"


MIXED = shapely.GeometryCollection(
    [shapely.LineString([(X0 + 100, Y0 + 50), (X0 + 900, Y0 + 50)]), square(0), shapely.Point(X0 + 500, Y0)]
)


@pytest.mark.parametrize("role", [LayerRole.REDLINE, LayerRole.PROJECT_SITE])
def test_nothing_of_a_mixed_record_is_cut_away(write: Write, role: LayerRole) -> None:
    path = write("a.gpkg", [MIXED, square(3), None], ID=["A", "A·line", "C"], MJ=[10_000.0, 10_000.0, 1.0])
    layer = prepared(path, role=role, fields={"id": "ID", "area_m2": "MJ"})
    assert layer.ids == ["A", "A·line#2", "A·point", "A·line"]
    assert layer.features.dimensions.tolist() == [2, 1, 0, 2]
    assert layer.features.length_m[1] == pytest.approx(800) and len(layer.footprint) == 2
    assert layer.delivered is not None and len(layer.delivered) == len(layer.attributes) == 4
    assert layer.attributes["area_m2"].sum() == 20_000 and layer.attributes["MJ"].tolist()[:2] == [10_000] * 2
    assert [(r.record, r.feature) for r in layer.lost] == [(2, "C")]
    assert "each is a feature of its own" in told(layer)


def test_a_repair_in_a_mixed_record_is_logged_and_a_dot_of_a_line_is_lost(write: Write) -> None:
    dot = shapely.LineString([(X0, Y0), (X0, Y0)])
    path = write("a.gpkg", [shapely.GeometryCollection([BOW_TIE, dot])], ID=["A"])
    layer = prepared(path, accept=True, fields={"id": "ID"})
    assert layer.ids == ["A"] and [r.feature for r in layer.repairs.repairs][:1] == ["A"]
    assert [(r.record, r.feature) for r in layer.lost] == [(0, "A")]


def test_collections_of_the_ground_keep_their_areas_and_say_so(write: Write) -> None:
    layer = prepared(write("a.gpkg", [MIXED], A=[1]), role=LayerRole.TOWNSHIP)
    assert layer.features.planar_m2.tolist() == [pytest.approx(10_000)]
    assert "only the parts of highest dimension count" in told(layer)


def test_empty_layer_is_prepared(write: Write) -> None:
    layer = prepared(write("a.gpkg", [], A=[]))
    assert len(layer) == len(layer.footprint) == 0 and list(layer.attributes.columns) == ["id", "name", "A"]


def test_source_crs_is_named_and_neighbours_bend_alike(write: Write) -> None:
    long_edge = [shapely.box(120.0, 29.0, 120.02, 29.01)]
    many = shapely.segmentize(shapely.box(120.0, 29.01, 120.02, 29.02), 0.0004)
    spec = spec_of(write("a.gpkg", [*long_edge, many], crs="EPSG:4490", A=[1, 2]))
    plane = Plane.over(CRS.from_epsg(4549), (X0, 3_205_000, X0 + 3000, 3_215_000))
    layer = prepare(read_vector(spec), spec, plane, coverage=None)
    assert layer.source_crs == "EPSG:4490 China Geodetic Coordinate System 2000"
    assert shapely.intersection(*layer.features.shapes).area < 0.05


def test_flaws_are_counted_by_feature_and_told_once(write: Write) -> None:
    spiked = shapely.Polygon([(X0, Y0), (X0 + 100, Y0), (X0 + 140, Y0), (X0 + 100, Y0), (X0 + 100, Y0 + 100)])
    raised = shapely.force_3d(square(3), 8.0)
    layer = prepared(write("a.gpkg", [spiked, square(1), raised], A=[1, 2, 3]))
    assert [(f.feature, f.what.en, f.count) for f in layer.repairs.flaws] == [
        ("1", "zero-width spikes", 1),
        ("3", "shapes with Z values (dropped)", 1),
    ]
    assert [r.feature for r in layer.repairs.repairs] == ["1"]
    assert layer.repairs.net_m2 == layer.repairs.ambiguous_m2 == 0
    (note,) = (n for n in layer.notes if "spikes" in n.what.en)
    assert not note.fatal and "尖刺 1 处（1 个要素）" in note.what.zh
    assert not shapely.has_z(layer.features.shapes).any()
