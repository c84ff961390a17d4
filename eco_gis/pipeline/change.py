"""三不: the question of what changed between two versions of a protected layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from eco_gis.change.beside import Beside
from eco_gis.change.cells import KnownCells
from eco_gis.change.period import compare_period, span_of
from eco_gis.change.series import compare_series, protected_series
from eco_gis.errors import Problem, UsageError
from eco_gis.layers.project import LoadedProject
from eco_gis.model.change import ChangeResult
from eco_gis.model.layer import Layer, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.pipeline.progress import Progress
from eco_gis.text import Text

COMPARED_WITH = (LayerRole.TOWNSHIP, LayerRole.CHANGE_REGISTER)
CHANGE_ROLES = (LayerRole.REDLINE, LayerRole.NATURE_RESERVE, LayerRole.CHANGE_REGISTER)


def answer_changes(
    project: LoadedProject,
    as_of: date,
    versions: tuple[str | None, str | None],
    cells: KnownCells,
    progress: Progress,
    *,
    period: str | None = None,
    required: bool,
) -> tuple[tuple[ChangeResult, ...], tuple[Problem, ...]]:
    """The comparison of every protected series, and a problem for each that could not be compared.

    `period` names a year or quarter, in place of two versions. With `required`, a series that cannot be compared, or none that can, is a `UsageError`.
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
    span = span_of(period) if period else None
    asked = {v for v in versions if v}
    if span is not None and asked:
        raise UsageError(
            Text("--period 与 --from、--to 不能同时使用", "give either --period or --from and --to, not both")
        )
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
            usable = [project.layers[spec.id] for spec in specs if spec.id in project.layers]
            beside = _beside(project, name, as_of, cells)
            results.append(
                compare_period(name, usable, span, as_of=as_of, beside=beside)
                if span is not None
                else compare_series(
                    name, usable, from_version=versions[0], to_version=versions[1], beside=beside
                )
            )
        except UsageError as error:
            problems.append(_uncompared(name, error))
    if required and (not results or any(p.fatal for p in problems)):
        raise UsageError(
            Text("无法比较：", "the versions cannot be compared:"), problems=[*problems, *mistakes]
        )
    return tuple(_told_apart(results)), tuple(problems)


def _told_apart(results: Sequence[ChangeResult]) -> list[ChangeResult]:
    """Several series of one role carry their own names beside the role's."""
    roles = Counter(result.role for result in results)
    return [
        replace(r, label=Text(f"{r.label.zh}（{r.series}）", f"{r.label.to('en')} ({r.series})"))
        if roles[r.role] > 1
        else r
        for r in results
    ]


def _beside(project: LoadedProject, series: str, as_of: date, cells: KnownCells) -> Beside:
    """What stands beside the versions of a series: every layer of its role that has come into force."""

    def of_role(role: LayerRole) -> tuple[Layer, ...]:
        return tuple(
            v
            for v in project.layers.values()
            if v.spec.role is role and (v.spec.valid_from is None or v.spec.valid_from <= as_of)
        )

    return Beside(
        townships=of_role(LayerRole.TOWNSHIP),
        registers=of_role(LayerRole.CHANGE_REGISTER),
        counties=of_role(LayerRole.COUNTY),
        surveys=of_role(LayerRole.LAND_SURVEY),
        forests=of_role(LayerRole.FOREST_QUALITY),
        faults=tuple(f for f in project.faults if f.spec.role in COMPARED_WITH or f.spec.series == series),
        sliver_width_m=project.catalog.sliver_width_m,
        cells_of=cells,
    )


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
