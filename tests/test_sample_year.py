"""What 2024 added to the sample county: survey, papers, patches, vegetation, land cover and copies fit together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from shapely import Geometry

from tests.test_sample import read, table, union


@pytest.fixture(scope="session")
def papers(sample: Path) -> gpd.GeoDataFrame:
    """All papers in one table, with their layer and last day."""
    frames = []
    for entry in table(sample):
        if entry["role"] == "document":
            frame = read(sample, "documents", entry["layer"])
            frame["last"] = frame[entry["fields"]["expiry"]].fillna("")
            frames.append(frame.assign(kind=entry["document"]))
    return pd.concat(frames, ignore_index=True).set_index("BH", drop=False)


@pytest.fixture(scope="session")
def patches(sample: Path) -> gpd.GeoDataFrame:
    """Both batches."""
    both = [read(sample, "patches", f"patches_{quarter}") for quarter in ("2024Q3", "2024Q4")]
    return pd.concat(both, ignore_index=True).set_index("TBBH", drop=False)


def common(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> pd.DataFrame:
    """Pairs of rows with common ground, and its area."""
    a, b = one.geometry.to_numpy(), other.geometry.to_numpy()
    i, j = shapely.STRtree(b).query(a, predicate="intersects")
    area = shapely.area(shapely.intersection(a[i], b[j]))
    return pd.DataFrame({"one": i, "other": j, "m2": area})[lambda f: f.m2 > 1e-6]


def test_villages_tile_the_county_and_make_the_townships(sample: Path) -> None:
    county = read(sample, "base", "county").geometry[0]
    villages, towns = read(sample, "survey", "village"), read(sample, "survey", "township_2024")
    assert shapely.coverage_is_valid(villages.geometry.to_numpy())
    assert shapely.equals(shapely.coverage_union_all(villages.geometry.to_numpy()), county)
    assert villages.groupby("XZQMC").size().between(5, 11).all()
    for town in towns.itertuples():
        own = villages[villages.XZQMC == town.XZQMC]
        assert shapely.equals(union(own), town.geometry)
        assert own.ZLDWDM.str.startswith(town.XZQDM).all()


def test_one_village_went_to_another_township(sample: Path, truths: dict[str, Any]) -> None:
    (moved,) = [t["expect"] for t in truths["truths"] if t["kind"] == "township_border"]
    before, after = (
        read(sample, package, layer).set_index("XZQMC").geometry
        for package, layer in (("base", "township"), ("survey", "township_2024"))
    )
    changed = [name for name in before.index if not shapely.equals(before[name], after[name])]
    assert sorted(changed) == sorted([moved["before"], moved["after"]])
    gone = before[moved["before"]].difference(after[moved["before"]])
    assert gone.area == pytest.approx(moved["planar_m2"], abs=1e-2)
    assert after[moved["after"]].difference(before[moved["after"]]).symmetric_difference(gone).area < 1e-3
    red = union(read(sample, "redline", "redline_2024"))
    assert gone.intersection(red).area == pytest.approx(moved["redline_planar_m2"], abs=1e-2)


def test_survey_of_2024_differs_from_2023_just_where_the_update_says(
    sample: Path, truths: dict[str, Any]
) -> None:
    before, after = read(sample, "land", "land_survey_2023"), read(sample, "survey", "land_survey_2024")
    update = read(sample, "survey", "survey_update_2024")
    assert shapely.coverage_is_valid(after.geometry.to_numpy())
    pairs = common(before, after)
    old, new = before.DLBM.to_numpy()[pairs.one], after.DLBM.to_numpy()[pairs.other]
    flows = pairs[old != new].groupby([old[old != new], new[old != new]]).m2.sum()
    told = update[update.BGQDLBM != update.BGHDLBM]
    expected = told.area.groupby([told.BGQDLBM.to_numpy(), told.BGHDLBM.to_numpy()]).sum()
    flows = flows[flows > 0.01]
    assert flows.to_dict() == pytest.approx(expected.to_dict(), abs=1e-2)
    planted = {c["id"]: c for c in truths["survey_changes"]}
    assert {f"GX2024{k[1:]}" for k in planted} == set(update.BSM)
    for row in update.itertuples():
        truth = planted[f"E{row.BSM[-2:]}"]
        assert (truth["before"], truth["after"]) == (row.BGQDLBM, row.BGHDLBM)
        assert row.geometry.area == pytest.approx(truth["planar_m2"], abs=1e-3)
    assert (update.BGXW == "调查纠错").sum() == sum(c["cause"] == "correction" for c in planted.values()) == 3


def test_survey_parcels_have_net_areas_and_lie_in_their_village(sample: Path) -> None:
    survey = read(sample, "survey", "land_survey_2024")
    villages = read(sample, "survey", "village").set_index("ZLDWDM").geometry
    assert np.allclose(survey.TBDLMJ, survey.TBMJ - survey.KCMJ, atol=0.006)
    assert ((survey.KCXS > 0) == survey.DLBM.isin(["0101", "0103"])).all()
    assert set(survey.QSXZ) == {"10", "20", "30", "31", "40"}
    spots = shapely.point_on_surface(survey.geometry.to_numpy())
    assert shapely.covers(villages[survey.ZLDWDM].to_numpy(), spots).all()


def test_every_cause_is_planted_in_the_redline_and_some_outside(truths: dict[str, Any]) -> None:
    inside = Counter(c["cause"] for c in truths["survey_changes"] if "redline_2024" in c["touches"])
    assert set(inside) == {
        "approved_building", "unapproved_building", "correction", "restoration", "farming", "historic_legacy",
    }  # fmt: skip
    outside = [c for c in truths["survey_changes"] if "redline_2024" not in c["touches"]]
    assert len(outside) > 10
    halves = [c for c in truths["survey_changes"] if 0 < c["covered_planar_m2"] < 0.99 * c["planar_m2"]]
    assert [c["id"] for c in halves] == ["E04"]


def test_papers_have_numbers_and_days(papers: gpd.GeoDataFrame) -> None:
    assert papers.index.is_unique
    assert papers.PZWH.str.endswith("（虚构）").all()
    assert papers.PZWH.is_unique
    assert papers.kind.nunique() == 14
    assert ((papers["last"] == "") | (papers["last"] > papers.PZRQ)).all()


def valid(paper: Any, day: str) -> bool:
    return bool(day >= paper.PZRQ and (not paper.last or day <= paper.last))


def test_patches_are_explained_as_planted(
    papers: gpd.GeoDataFrame, patches: gpd.GeoDataFrame, truths: dict[str, Any]
) -> None:
    assert [t["id"] for t in truths["patches"]] == list(patches.TBBH)
    assert Counter(patches.JCPC) == {"2024Q3": 40, "2024Q4": 40}
    pairs = common(patches, papers)[lambda f: f.m2 > 0.005]
    for n, truth in enumerate(truths["patches"]):
        shape, day = patches.geometry.iloc[n], truth["date"]
        assert day == patches.JCRQ.iloc[n]
        hit = papers.iloc[pairs.other[pairs.one == n]]
        holds = [valid(paper, day) for paper in hit.itertuples()]
        assert sorted(hit.BH[holds]) == sorted(truth["documents"])
        assert set(hit.BH) - set(hit.BH[holds]) == set(truth["not_valid"])
        explained = shape.intersection(union(hit[holds])).area if any(holds) else 0.0
        assert truth["explained_planar_m2"] == pytest.approx(explained, abs=2e-3)
        assert truth["explained_planar_m2"] + truth["unexplained_planar_m2"] == pytest.approx(
            shape.area, abs=2e-3
        )


def test_each_kind_of_patch_is_what_it_says(
    papers: gpd.GeoDataFrame, patches: gpd.GeoDataFrame, truths: dict[str, Any]
) -> None:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for truth in truths["patches"]:
        by_kind.setdefault(truth["kind"], []).append(truth)

    def shares(kind: str) -> list[float]:
        return [t["explained_planar_m2"] / t["planar_m2"] for t in by_kind[kind]]

    for kind in ("full", "two_overlap", "last_day", "same_document", "repeat_later"):
        assert shares(kind) == pytest.approx([1.0] * len(by_kind[kind]), abs=1e-6), kind
    for kind in (
        "expired",
        "later",
        "beside",
        "hole",
        "core",
        "redline_none",
        "survey_error",
        "repeat_last_day",
    ):
        assert shares(kind) == [0.0] * len(by_kind[kind]), kind
    for kind in ("half", "half_expired"):
        assert shares(kind) == pytest.approx([0.5] * len(by_kind[kind]), abs=1e-3), kind
    assert shares("two_part") == pytest.approx([0.8] * len(by_kind["two_part"]), abs=1e-3)
    for truth in by_kind["two_overlap"]:
        shape = patches.geometry[truth["id"]]
        singly = sum(papers.geometry[d].intersection(shape).area for d in truth["documents"])
        assert len(truth["documents"]) == 2
        assert singly > 1.2 * shape.area
    assert all(t["not_valid"] and not t["documents"] for t in by_kind["expired"])
    for truth in by_kind["core"]:
        assert truth["touches"]["core_zone"] == pytest.approx(truth["planar_m2"], abs=2e-3)
    assert all("permanent_basic_farmland" in t["touches"] for t in by_kind["farmland"])
    assert all(len(t["townships"]) == 2 for t in by_kind["two_townships"])
    assert all(t["before"] == t["after"] == {"0701": t["planar_m2"]} for t in by_kind["survey_error"])
    assert (
        0.3 < by_kind["county_edge"][0]["in_county_planar_m2"] / by_kind["county_edge"][0]["planar_m2"] < 0.8
    )
    (one, other) = by_kind["same_document"]
    assert one["documents"] == other["documents"]
    repeats = [t for t in truths["patches"] if t["repeats"]]
    assert len(repeats) == 7
    assert all(t["batch"] == "2024Q4" and t["kind"].startswith("repeat") for t in repeats)


def test_patches_lie_where_both_years_of_the_redline_agree(sample: Path, patches: gpd.GeoDataFrame) -> None:
    register = read(sample, "redline", "register")
    years = [union(read(sample, "redline", f"redline_{year}")) for year in (2023, 2024)]
    moved = shapely.symmetric_difference(*years)
    for shape in patches.geometry:
        assert not register.intersects(shape).any()
        assert shape.intersection(moved).area == 0


def test_second_land_cover_differs_by_the_planted_cells_only(sample: Path, truths: dict[str, Any]) -> None:
    with (
        rasterio.open(sample / "land_cover_2023.tif") as first,
        rasterio.open(sample / "land_cover_2024.tif") as second,
    ):
        old, new, to_old, to_new = first.read(1), second.read(1), first.transform, second.transform
    assert (to_old.a, to_new.a) == (30.0, 20.0)
    rows, columns = np.indices(new.shape)
    x, y = to_new.c + 20 * (columns + 0.5), to_new.f - 20 * (rows + 0.5)
    was = old[((to_old.f - y) / 30).astype(int), ((x - to_old.c) / 30).astype(int)]
    changed = was != new
    found = Counter(zip(was[changed].tolist(), new[changed].tolist(), strict=True))
    expected: Counter[tuple[int, int]] = Counter()
    for row in truths["cover_changes"]:
        expected[row["before"], row["after"]] += row["cells"]
    assert found == expected
    assert 500 < changed.sum() < 5_000


def mean_inside(folder: Path, year: int, ground: Geometry) -> float:
    """Mean of the cells whose middle lies in a polygon."""
    with rasterio.open(folder / f"ndvi_{year}.tif") as source:
        values, transform, nodata = source.read(1), source.transform, source.nodata
    rows, columns = np.indices(values.shape)
    x, y = transform.c + transform.a * (columns + 0.5), transform.f + transform.e * (rows + 0.5)
    inside = shapely.contains_xy(ground, x, y) & (values != nodata)
    return float(values[inside].mean())


def test_dry_year_lowers_inside_and_outside_alike(sample: Path) -> None:
    red = union(read(sample, "redline", "redline_2024"))
    county = read(sample, "base", "county").geometry[0]
    falls = []
    for ground in (red, county.difference(red)):
        means = {year: mean_inside(sample, year, ground) for year in (2021, 2022, 2023)}
        falls.append((means[2021] + means[2023]) / 2 - means[2022])
    assert falls == pytest.approx([0.098, 0.098], abs=0.003)


def test_vegetation_of_the_planted_patches_rises_and_falls(sample: Path, truths: dict[str, Any]) -> None:
    red = read(sample, "redline", "redline_2024").set_index("HXBM").geometry
    slopes: dict[str, list[float]] = {"degraded": [], "improved": [], "stable": []}
    years = np.array([2019, 2020, 2021, 2023, 2024])
    for row in truths["function"]:
        means = [row["mean"][str(year)] for year in years]
        slopes[row["trend"]].append(float(np.polyfit(years, means, 1)[0]))
        rough = mean_inside(sample, 2024, red[row["feature"]])
        assert row["mean"]["2024"] == pytest.approx(rough, abs=0.02)
    # cells on the border belong to the trend by their middle, and to the patch by their share
    assert slopes["degraded"] == pytest.approx([-0.018], abs=0.003)
    assert slopes["improved"] == pytest.approx([0.018], abs=0.003)
    assert len(slopes["stable"]) > 10
    assert np.abs(slopes["stable"]).max() < 0.002


@pytest.mark.parametrize(("decimals", "most_m"), [(9, 1e-4), (8, 1e-3)])
def test_copies_through_degrees_move_corners_by_their_rounding(
    sample: Path, decimals: int, most_m: float
) -> None:
    base, copy = (read(sample, "copies", f"copy_{name}").geometry for name in ("base", f"degrees_{decimals}"))
    off = shapely.get_coordinates(base.to_numpy()) - shapely.get_coordinates(copy.to_numpy())
    assert 0 < np.abs(off).max() < most_m


def test_clipped_and_mended_copies_cover_the_same_ground_in_the_county(
    sample: Path, truths: dict[str, Any]
) -> None:
    county = read(sample, "base", "county").geometry[0]
    wide, clipped, double, mended = (
        union(read(sample, "copies", f"copy_{name}")) for name in ("wide", "clipped", "overlap", "mended")
    )
    assert wide.intersection(county).symmetric_difference(clipped).area < 1e-3
    (truth,) = [t["expect"] for t in truths["truths"] if t["expect"].get("copy_kind") == "clipped"]
    assert wide.difference(county).area == pytest.approx(truth["outside_planar_m2"], abs=1e-2)
    assert double.symmetric_difference(mended).area < 1e-3
    parts = read(sample, "copies", "copy_overlap")
    assert parts.area.sum() - double.area > 1_000
