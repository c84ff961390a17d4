"""The questions: each loads once, asks the answer rooms, and gathers the facts.

A room is imported where it is asked: a plot waits for none that compares versions, nor for the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eco_gis.errors import UsageError
from eco_gis.layers.gate.check import check_layers
from eco_gis.layers.store import Store
from eco_gis.model.fact import FactBook
from eco_gis.model.layer import Catalog
from eco_gis.model.result import RunResult
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.pipeline.compared import Compared
from eco_gis.pipeline.progress import QUIET, Progress
from eco_gis.pipeline.read import Reading, declared, read_layers
from eco_gis.pipeline.siting import (
    SheetsAsked,
    answer_sheets,
    answer_siting,
    sites_asked,
    specs_of_files,
)
from eco_gis.siting.facts import siting_facts
from eco_gis.siting.sheet_facts import sheet_facts
from eco_gis.text import Text

if TYPE_CHECKING:
    from eco_gis.layers.gate.inspect import Gate

PLACE_ROLES = (LayerRole.COUNTY, LayerRole.TOWNSHIP)
SHEET_ROLES = (LayerRole.VILLAGE, LayerRole.LAND_SURVEY, LayerRole.DOCUMENT)
"""Layers that the check sheets ask beside the control layers."""


SHEETS = SheetsAsked()
FEW_SHEETS = SheetsAsked(pages=10)
"""Sheets of a run that answers everything: those of the sites with the strictest suggestions."""


def check(
    catalog: Path | Catalog,
    *,
    accept_repair: bool = False,
    accept_findings: bool = False,
    store: Store | None = None,
    progress: Progress = QUIET,
) -> Gate:
    """Read every layer of a catalog and look closely: one row per layer, every problem and its places.

    Raises
    ------
    CatalogError
        When the catalog itself cannot be used.
    """
    from eco_gis.layers.gate.inspect import inspect_layers

    project = read_layers(declared(catalog), Reading(accept_repair, accept_findings, progress, store))
    progress.total("gate", len(project.layers))
    return inspect_layers(project, on_progress=lambda layer: progress.step("gate", layer))


def site(
    catalog: Path | Catalog,
    files: Sequence[Path] = (),
    *,
    as_of: date,
    known_on: date | None = None,
    crs: str | None = None,
    sheets: SheetsAsked = SHEETS,
    accept_repair: bool = False,
    accept_findings: bool = False,
    store: Store | None = None,
    progress: Progress = QUIET,
) -> RunResult:
    """Compare project sites with all control layers in force on `as_of`.

    Parameters
    ----------
    files
        Vector files of sites; none: the catalog's layers of role `project_site`.
    known_on
        An earlier day, such as that of the approval: its layers and rules are asked as well, so that a
        historic legacy (历史遗留) is told from a new case.
    crs
        CRS of `files` where they say none or a wrong one.
    sheets
        What is asked of the check sheets.

    Raises
    ------
    CatalogError, RuleError
        When the catalog or a rule pack is not sound.
    UsageError
        When there is no site to ask about, or a site file cannot be used.
    """
    return _answer(
        catalog,
        files,
        as_of=as_of,
        roles=(*PLACE_ROLES, *CONTROL_ROLES, *SHEET_ROLES, LayerRole.PROJECT_SITE),
        siting=True,
        known_on=known_on,
        crs=crs,
        sheets=sheets,
        reading=Reading(accept_repair, accept_findings, progress, store),
    )


def compare(
    catalog: Path | Catalog,
    *,
    as_of: date,
    from_version: str | None = None,
    to_version: str | None = None,
    period: str | None = None,
    accept_repair: bool = False,
    accept_findings: bool = False,
    store: Store | None = None,
    progress: Progress = QUIET,
) -> RunResult:
    """Compare two versions of the redline and of the protected natural areas, and the newer with the baseline.

    Versions default to the last two in force on or before `as_of`; `period` (2024, 2024Q2) asks for those
    in force at its start and end instead.

    Raises
    ------
    UsageError
        When a version does not exist, or no series has two versions.
    """
    from eco_gis.pipeline.comparing import COMPARED_ROLES

    return _answer(
        catalog,
        (),
        as_of=as_of,
        roles=(*PLACE_ROLES, *COMPARED_ROLES),
        versions=(from_version, to_version),
        period=period,
        comparing=True,
        reading=Reading(accept_repair, accept_findings, progress, store),
    )


def run(
    catalog: Path | Catalog,
    files: Sequence[Path] = (),
    *,
    as_of: date,
    crs: str | None = None,
    sheets: SheetsAsked = FEW_SHEETS,
    from_version: str | None = None,
    to_version: str | None = None,
    accept_repair: bool = False,
    accept_findings: bool = False,
    store: Store | None = None,
    progress: Progress = QUIET,
) -> RunResult:
    """Everything the catalog has data for: siting where there are sites, change where there are versions."""
    return _answer(
        catalog,
        files,
        as_of=as_of,
        roles=None,
        versions=(from_version, to_version),
        siting=True,
        comparing=True,
        all_or_nothing=False,
        crs=crs,
        sheets=sheets,
        reading=Reading(accept_repair, accept_findings, progress, store),
    )


def _answer(
    catalog: Path | Catalog,
    files: Sequence[Path],
    *,
    as_of: date,
    roles: Iterable[LayerRole] | None,
    versions: tuple[str | None, str | None] = (None, None),
    period: str | None = None,
    siting: bool = False,
    comparing: bool = False,
    all_or_nothing: bool = True,
    known_on: date | None = None,
    crs: str | None = None,
    sheets: SheetsAsked = SHEETS,
    reading: Reading,
) -> RunResult:
    """Load once, ask what was wanted, and gather the facts."""
    whole = declared(catalog)
    extra = specs_of_files(files, whole, crs)
    project = read_layers(whole, reading, extra=extra, roles=roles)
    given = {spec.id for spec in extra}
    bad_sites = [
        f
        for f in project.faults
        if f.spec.role is LayerRole.PROJECT_SITE and (not given or f.spec.id in given)
    ]
    if bad_sites:
        raise UsageError(
            Text("项目选址无法使用：", "the project sites cannot be used:"),
            problems=[p for f in bad_sites for p in f.problems],
        )
    sites, earlier = sites_asked(project, extra)
    answers = (
        answer_siting(project, sites, as_of, reading.progress, required=all_or_nothing, known_on=known_on)
        if siting
        else None
    )
    sheet, refused = (
        answer_sheets(project, answers, sites, earlier, asked=sheets) if answers is not None else (None, ())
    )
    compared = Compared()
    if comparing:
        from eco_gis.pipeline.comparing import compare_versions

        compared = compare_versions(
            project, as_of, versions, reading.progress, period=period, required=all_or_nothing
        )
    facts = FactBook(siting_facts(answers) if answers is not None else ())
    if answers is not None and sheet is not None:
        facts.add(sheet_facts(answers, sheet))
    facts.add(compared.facts)
    return RunResult(
        catalog=whole,
        as_of=as_of,
        plane=project.plane,
        fingerprints=project.fingerprints,
        layers=project.layers,
        faults=project.faults,
        facts=facts,
        siting=answers,
        sheet=sheet,
        changes=compared.changes,
        natures=compared.natures,
        functions=compared.functions,
        books=compared.books,
        cards=compared.cards,
        problems=(
            *check_layers(project),
            *(answers.problems if answers is not None else ()),
            *refused,
            *compared.problems,
        ),
        parameters={
            "as_of": as_of.isoformat(),
            "known_on": known_on.isoformat() if known_on is not None else "",
            "accept_repair": str(reading.accept_repair).lower(),
            "accept_findings": str(reading.accept_findings).lower(),
            "sites": ", ".join(Path(f).name for f in files),
            "crs": crs or "",
            "batch": str(sheets.whole_batch).lower(),
            "from": versions[0] or "",
            "to": versions[1] or "",
            "period": period or "",
        },
    )
