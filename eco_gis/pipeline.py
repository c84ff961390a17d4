"""read → prepare → answer: one function per question a planner asks.

No function here writes a file or reads the clock: `as_of` is an argument, and `eco_gis.outputs.publish`
writes what these functions return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, count
from pathlib import Path

from eco_gis.change.facts import change_facts
from eco_gis.change.series import compare_series, protected_series
from eco_gis.errors import Problem, UsageError
from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.gate.check import check_layers
from eco_gis.layers.gate.inspect import Gate, inspect_layers
from eco_gis.layers.project import LoadedProject, load_layers
from eco_gis.layers.proposal import spec_of_sites
from eco_gis.model.change import ChangeResult
from eco_gis.model.fact import FactBook
from eco_gis.model.layer import Catalog, Layer, LayerFault, LayerSpec
from eco_gis.model.result import RunResult
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.model.siting import SitingResult
from eco_gis.siting.assess import assess
from eco_gis.siting.facts import siting_facts
from eco_gis.siting.rules import load_rules
from eco_gis.text import Text


@dataclass(frozen=True)
class Progress:
    """Where a caller hears of long work: `step(stage, what)` before each piece, `total(stage, n)` once."""

    total: Callable[[str, int], None] = lambda stage, n: None
    step: Callable[[str, str], None] = lambda stage, what: None


QUIET = Progress()

PLACE_ROLES = (LayerRole.COUNTY, LayerRole.TOWNSHIP)
COMPARED_WITH = (LayerRole.TOWNSHIP, LayerRole.CHANGE_REGISTER)
CHANGE_ROLES = (LayerRole.REDLINE, LayerRole.NATURE_RESERVE, LayerRole.CHANGE_REGISTER)


def check(
    catalog: Path | Catalog,
    *,
    accept_repair: bool = False,
    accept_findings: bool = False,
    progress: Progress = QUIET,
) -> Gate:
    """Read every layer of a catalog and look closely: one row per layer, every problem and its places.

    Raises
    ------
    CatalogError
        When the catalog itself cannot be used.
    """
    project = _load(catalog, accept_repair=accept_repair, accept_findings=accept_findings, progress=progress)
    progress.total("gate", len(project.layers))
    return inspect_layers(project, on_progress=lambda layer: progress.step("gate", layer))


def site(
    catalog: Path | Catalog,
    files: Sequence[Path] = (),
    *,
    as_of: date,
    accept_repair: bool = False,
    accept_findings: bool = False,
    progress: Progress = QUIET,
) -> RunResult:
    """Compare project sites with all control layers in force on `as_of`.

    Parameters
    ----------
    files
        Vector files of sites; none: the catalog's layers of role `project_site`.

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
        roles=(*PLACE_ROLES, *CONTROL_ROLES, LayerRole.PROJECT_SITE),
        siting=True,
        accept_repair=accept_repair,
        accept_findings=accept_findings,
        progress=progress,
    )


def compare(
    catalog: Path | Catalog,
    *,
    as_of: date,
    from_version: str | None = None,
    to_version: str | None = None,
    accept_repair: bool = False,
    accept_findings: bool = False,
    progress: Progress = QUIET,
) -> RunResult:
    """Compare two versions of the redline and of the protected natural areas, and the newer with the baseline.

    Versions default to the last two in force on or before `as_of`.

    Raises
    ------
    UsageError
        When a version does not exist, or no series has two versions.
    """
    return _answer(
        catalog,
        (),
        as_of=as_of,
        roles=(*PLACE_ROLES, *CHANGE_ROLES),
        versions=(from_version, to_version),
        comparing=True,
        accept_repair=accept_repair,
        accept_findings=accept_findings,
        progress=progress,
    )


def run(
    catalog: Path | Catalog,
    files: Sequence[Path] = (),
    *,
    as_of: date,
    from_version: str | None = None,
    to_version: str | None = None,
    accept_repair: bool = False,
    accept_findings: bool = False,
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
        accept_repair=accept_repair,
        accept_findings=accept_findings,
        progress=progress,
    )


def _load(
    catalog: Path | Catalog,
    extra: Sequence[LayerSpec] = (),
    roles: Iterable[LayerRole] | None = None,
    *,
    accept_repair: bool,
    accept_findings: bool,
    progress: Progress,
) -> LoadedProject:
    declared = catalog if isinstance(catalog, Catalog) else load_catalog(catalog)
    wanted = None if roles is None else set(roles)
    ids = [
        spec.id
        for spec in declared.layers
        if (wanted is None or spec.role in wanted) and not (extra and spec.role is LayerRole.PROJECT_SITE)
    ]
    progress.total("read", len(ids) + len(extra))
    return load_layers(
        declared,
        extra=extra,
        only=ids,
        accept_repair=accept_repair,
        accept_findings=accept_findings,
        on_progress=lambda layer_id: progress.step("read", layer_id),
    )


def _answer(
    catalog: Path | Catalog,
    files: Sequence[Path],
    *,
    as_of: date,
    roles: Iterable[LayerRole] | None,
    versions: tuple[str | None, str | None] = (None, None),
    siting: bool = False,
    comparing: bool = False,
    all_or_nothing: bool = True,
    accept_repair: bool,
    accept_findings: bool,
    progress: Progress,
) -> RunResult:
    """Load once, ask what was wanted, and gather the facts."""
    declared = catalog if isinstance(catalog, Catalog) else load_catalog(catalog)
    extra = _with_own_ids([spec_of_sites(Path(file)) for file in files], declared)
    project = _load(
        declared,
        extra,
        roles,
        accept_repair=accept_repair,
        accept_findings=accept_findings,
        progress=progress,
    )
    bad_sites = [f for f in project.faults if f.spec.role is LayerRole.PROJECT_SITE]
    if bad_sites:
        raise UsageError(
            Text("项目选址无法使用：", "the project sites cannot be used:"),
            problems=[p for f in bad_sites for p in f.problems],
        )
    answers = _siting(project, as_of, progress, required=all_or_nothing) if siting else None
    changes, uncompared = (
        _changes(project, as_of, versions, progress, required=all_or_nothing) if comparing else ((), ())
    )
    facts = FactBook(siting_facts(answers) if answers is not None else ())
    for result in changes:
        facts.add(change_facts(result))
    return RunResult(
        catalog=declared,
        as_of=as_of,
        plane=project.plane,
        layers=project.layers,
        faults=project.faults,
        facts=facts,
        siting=answers,
        changes=changes,
        problems=(*check_layers(project), *uncompared),
        parameters={
            "as_of": as_of.isoformat(),
            "accept_repair": str(accept_repair).lower(),
            "accept_findings": str(accept_findings).lower(),
            "sites": ", ".join(Path(f).name for f in files),
            "from": versions[0] or "",
            "to": versions[1] or "",
        },
    )


def _with_own_ids(specs: Sequence[LayerSpec], catalog: Catalog) -> list[LayerSpec]:
    """Files of one name, or of a layer's name, get `-2`, `-3` …; case is ignored, as by file systems."""
    taken = {spec.id.casefold() for spec in catalog.layers}
    own: list[LayerSpec] = []
    for spec in specs:
        tried = chain([spec.id], (f"{spec.id}-{n}" for n in count(2)))
        free = next(i for i in tried if i.casefold() not in taken)
        taken.add(free.casefold())
        own.append(replace(spec, id=free))
    return own


def _siting(
    project: LoadedProject, as_of: date, progress: Progress, *, required: bool
) -> SitingResult | None:
    sites = [layer for layer in project.layers.values() if layer.spec.role is LayerRole.PROJECT_SITE]
    if not any(len(layer) for layer in sites):
        if required:
            raise UsageError(
                Text(
                    "没有可套合的项目选址：请给出文件，或在目录中声明角色为 project_site 的图层",
                    "there is no project site to ask about: give a file, or declare a layer of role project_site in the catalog",
                )
            )
        return None
    entries: list[Layer | LayerFault] = [*project.layers.values(), *project.faults]
    progress.total("site", sum(e.spec.role in CONTROL_ROLES for e in entries))
    return assess(
        _told_apart(sites),
        project.layers.values(),
        project.faults,
        load_rules(project.catalog.rule_packs, beside=project.catalog.path.parent),
        as_of=as_of,
        townships=_first(project, LayerRole.TOWNSHIP, as_of),
        near_m=project.catalog.point_distance_m,
        on_progress=lambda layer_id: progress.step("site", layer_id),
    )


def _told_apart(sites: Sequence[Layer]) -> list[Layer]:
    """Site ids carry the facts: where two files number their sites alike, the file's name goes before."""
    ids = [site_id for layer in sites for site_id in layer.ids]
    if len(set(ids)) == len(ids):
        return list(sites)
    return [
        replace(layer, attributes=layer.attributes.assign(id=[f"{layer.spec.id}:{i}" for i in layer.ids]))
        for layer in sites
    ]


def _changes(
    project: LoadedProject,
    as_of: date,
    versions: tuple[str | None, str | None],
    progress: Progress,
    *,
    required: bool,
) -> tuple[tuple[ChangeResult, ...], tuple[Problem, ...]]:
    """The comparison of every protected series, and a problem for each that could not be compared.

    With `required`, a series that cannot be compared, or none that can, is a `UsageError`.
    """
    declared = protected_series(project.catalog.layers, as_of)
    mistakes = [p for f in project.faults if f.spec.role in CHANGE_ROLES for p in f.problems]
    if not declared and required:
        raise UsageError(
            Text(
                f"截至 {as_of}，没有任何红线或自然保护地图层有两个版本：请在目录中声明各年图层及其 valid_from",
                f"no redline or nature reserve has two versions on {as_of}: declare each year's layer with its valid_from",
            ),
            problems=mistakes,
        )
    asked = {v for v in versions if v}
    _refuse_unknown_versions(declared, asked)
    progress.total("change", len(declared))
    results: list[ChangeResult] = []
    problems: list[Problem] = []
    for name, specs in declared.items():
        progress.step("change", name)
        absent = asked - {spec.version for spec in specs}
        if absent:
            problems.append(_not_asked(name, sorted(absent)))
            continue
        try:
            results.append(
                compare_series(
                    name,
                    [project.layers[spec.id] for spec in specs if spec.id in project.layers],
                    from_version=versions[0],
                    to_version=versions[1],
                    townships=_first(project, LayerRole.TOWNSHIP, as_of),
                    register=_first(project, LayerRole.CHANGE_REGISTER, as_of),
                    faults=[
                        f for f in project.faults if f.spec.role in COMPARED_WITH or f.spec.series == name
                    ],
                    sliver_width_m=project.catalog.sliver_width_m,
                )
            )
        except UsageError as error:
            problems.append(_uncompared(name, error))
    if required and (not results or any(p.fatal for p in problems)):
        raise UsageError(
            Text("无法比较：", "the versions cannot be compared:"), problems=[*problems, *mistakes]
        )
    return tuple(results), tuple(problems)


def _uncompared(series: str, error: UsageError) -> Problem:
    """A protected series without an answer: nobody may take the run for clear."""
    return Problem(
        series,
        Text(
            f"无法比较两版，面积是否减少没有答案：{error.message.zh}",
            f"could not be compared, whether it shrank is not answered: {error.message.to('en')}",
        ),
        Text("按说明处理后重新运行", "mend what is named and run again"),
    )


def _not_asked(series: str, absent: Sequence[str]) -> Problem:
    return Problem(
        series,
        Text(
            f"目录中没有版本 {'、'.join(absent)}，未作比较",
            f"has no version {', '.join(absent)} in the catalog and was not compared",
        ),
        Text("另选两个版本", "choose two of its versions"),
        fatal=False,
    )


def _refuse_unknown_versions(declared: Mapping[str, Sequence[LayerSpec]], wanted: set[str]) -> None:
    """Every version asked for must be declared in some series."""
    there = sorted({spec.version for specs in declared.values() for spec in specs})
    if wanted - set(there) and there:
        raise UsageError(
            Text("无法比较所给版本：", "the versions cannot be compared:"),
            problems=[
                Problem(
                    version,
                    Text("没有任何在效图层是这一版本", "no declared layer in force has this version"),
                    Text(f"可选：{'、'.join(there)}", f"use one of {', '.join(there)}"),
                )
                for version in sorted(wanted - set(there))
            ],
        )


def _first(project: LoadedProject, role: LayerRole, as_of: date) -> Layer | None:
    """The first layer of a role that is in force, else the first there is."""
    layers = [layer for layer in project.layers.values() if layer.spec.role is role]
    return next((layer for layer in layers if layer.spec.valid_on(as_of)), next(iter(layers), None))
