"""Removing one layer's file from the sample county turns just the answers that need it into 资料不足."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.project import LoadedProject, load_layers
from eco_gis.model.layer import LayerFault
from eco_gis.model.role import CONTROL_ROLES, REQUIRED_ROLES
from eco_gis.model.siting import Answer, Reason, SitingResult
from eco_gis.pipeline.control_rasters import control_rasters
from eco_gis.siting.assess import assess
from eco_gis.siting.rules import load_rules

LAYERS = Path(__file__).parents[2] / "layers"
DAY = date(2024, 12, 31)
CATALOG = load_catalog(LAYERS / "catalog.toml")
ASKED = [s.id for s in CATALOG.layers if s.role in CONTROL_ROLES and s.valid_on(DAY)]
RULES = load_rules()


def loaded(*ids: str, missing: str = "") -> LoadedProject:
    """Some layers of the county; the file of one is gone."""
    layers = tuple(
        replace(s, file=s.file.with_name("gone.gpkg")) if s.id == missing else s for s in CATALOG.layers
    )
    return load_layers(replace(CATALOG, layers=layers), only=[*ids, "county"])


@pytest.fixture(scope="module")
def project() -> LoadedProject:
    return loaded(*ASKED, "site_area")


def answered(project: LoadedProject, gone: LayerFault | None = None) -> SitingResult:
    left = [v for v in project.layers.values() if gone is None or v.spec.id != gone.spec.id]
    faults = [*project.faults, *([gone] if gone is not None else [])]
    cells = [r for r in control_rasters(project) if gone is None or r.spec.id != gone.spec.id]
    return assess([project.layers["site_area"]], left, faults, RULES, as_of=DAY, rasters=cells)


@pytest.fixture(scope="module")
def whole(project: LoadedProject) -> SitingResult:
    return answered(project)


@pytest.mark.parametrize("gone", ["water_source", "forest_grade_2023"])
def test_a_file_that_is_gone_is_a_fault(gone: str) -> None:
    (fault,) = loaded(gone, missing=gone).faults
    assert fault.spec.id == gone
    assert fault.problems


@pytest.mark.parametrize("gone", ASKED)
def test_only_the_answers_that_need_the_file_change(
    project: LoadedProject, whole: SitingResult, gone: str
) -> None:
    found = answered(project, LayerFault(CATALOG[gone], ()))
    for before, after in zip(whole.sites, found.sites, strict=True):
        was = {a.layer_id: (a.answer, a.suggestion, a.reasons) for a in before.answers}
        now = {a.layer_id: (a.answer, a.suggestion, a.reasons) for a in after.answers}
        assert now.keys() == was.keys()
        assert {i for i in was if was[i] != now[i]} <= {gone}
        assert now[gone][0] is Answer.NO_DATA
        assert now[gone][2] == (Reason.UNREADABLE,)


def test_the_county_asks_every_required_role(whole: SitingResult) -> None:
    assert set(REQUIRED_ROLES) <= {a.role for a in whole.sites[0].answers}
