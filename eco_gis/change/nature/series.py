"""One protected series through the years: which years can be compared, by which source, and the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date

from eco_gis.change.beside import in_force, order_of
from eco_gis.change.nature.classed import between_states, from_update, state_of
from eco_gis.change.nature.compare import Question, compare_nature
from eco_gis.change.nature.crosscheck import held_against
from eco_gis.change.nature.from_rasters import from_rasters
from eco_gis.change.nature.steps import Sources, Step, doubled, steps_of, unanswered, year_of
from eco_gis.change.papers import covering
from eco_gis.errors import EcoGisError
from eco_gis.layers.classes import SURVEY_SCHEME, Scheme, load_scheme
from eco_gis.model.layer import Layer
from eco_gis.model.nature import NatureComparison, NatureResult, NatureSource
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

_SURVEY_ROLES = (LayerRole.LAND_SURVEY, LayerRole.SURVEY_UPDATE)


def compare_nature_series(
    series: str, versions: Sequence[Layer], sources: Sources, as_of: date
) -> NatureResult:
    """Compare every pair of neighbouring years that has data.

    Parameters
    ----------
    versions
        Versions of the protected layer; of each period the one in force when it opens is asked about.
    """
    results: list[NatureComparison] = []
    missing: list[Text] = []
    steps, unusable = steps_of(sources, as_of)
    for step in steps:
        try:
            results.append(_compared(step, versions, sources))
        except EcoGisError as error:
            missing.append(
                Text(
                    f"{step.from_year}–{step.to_year}：{error.to('zh')}",
                    f"{step.from_year}–{step.to_year}: {error.to('en')}",
                )
            )
    missing += [
        *unanswered(steps),
        *doubled(sources),
        *_lost_years(steps, sources),
        *_lost_versions(series, sources),
    ]
    if not results:
        missing = [*missing, *unusable, _nothing()]
    newest = max(versions, key=lambda v: order_of(v.spec))
    return NatureResult(series, newest.spec.role, newest.spec.role.label, tuple(results), tuple(missing))


def _compared(step: Step, versions: Sequence[Layer], sources: Sources) -> NatureComparison:
    opens, closes = (date(int(y), 12, 31) for y in (step.from_year, step.to_year))
    line = in_force(versions, opens)
    assert line is not None  # a series has a version
    cells = sources.cells_of(line, in_force(sources.of_role(LayerRole.TOWNSHIP), closes))
    scheme = _scheme(step, sources)
    by_id = {v.spec.id: v for v in sources.layers}
    gaps, remarks = list(_gaps(step, line, by_id)), list(_remarks(step, line, opens, scheme, sources))
    with ExitStack() as stack:
        if step.source is NatureSource.RASTERS:
            before, after = (stack.enter_context(sources.open_raster(s.id)) for s in step.specs)
            classed = from_rasters(cells.regions, before, after, scheme)
        elif step.source is NatureSource.UPDATE:
            update = by_id[step.specs[0].id]
            base = by_id[step.specs[1].id] if len(step.specs) > 1 else None
            classed = from_update(
                cells.regions,
                update,
                scheme,
                base=None if base is None else state_of(base, scheme),
                base_is_opening=base is not None and year_of(base.spec) == step.from_year,
            )
            if step.check is not None:
                states = [state_of(by_id[s.id], scheme) for s in step.check]
                check = held_against(cells.regions, update, between_states(cells.regions, *states))
                gaps += check.gaps(step.check)
                remarks += check.remarks(update.spec, step.check)
        else:
            old, new = (state_of(by_id[s.id], scheme) for s in step.specs)
            classed = between_states(cells.regions, old, new)
    question = Question(
        line=line,
        from_year=step.from_year,
        to_year=step.to_year,
        source=step.source,
        source_layers=tuple(s.id for s in step.specs),
        scheme=scheme,
        gaps=tuple(gaps),
        remarks=tuple(remarks),
    )
    papers = covering(sources.of_role(LayerRole.DOCUMENT), cells.regions)
    return compare_nature(question, cells, classed, papers, sliver_width_m=sources.sliver_width_m)


def _lost_years(steps: Sequence[Step], sources: Sources) -> Iterator[Text]:
    """Surveys that cannot be used and whose year no other source tells."""
    told = {year for step in steps for year in (step.from_year, step.to_year)}
    for fault in sources.faults:
        if fault.spec.role in _SURVEY_ROLES and year_of(fault.spec) not in told:
            yield Text(
                f"{fault.spec.id}（{fault.spec.title.zh}）无法使用，{year_of(fault.spec)} 年没有检验。",
                f"{fault.spec.id} ({fault.spec.title.to('en')}) cannot be used: {year_of(fault.spec)} was not asked about.",
            )


def _lost_versions(series: str, sources: Sources) -> Iterator[Text]:
    """Versions of the line that cannot be used: another one stood in for them."""
    for fault in sources.faults:
        if fault.spec.series == series:
            yield Text(
                f"{fault.spec.id}（{fault.spec.title.zh}）无法使用，其范围没有检验。",
                f"{fault.spec.id} ({fault.spec.title.to('en')}) cannot be used: its ground was not asked about.",
            )


def _scheme(step: Step, sources: Sources) -> Scheme:
    names = {s.classes or SURVEY_SCHEME for s in (*step.specs, *(step.check or ()))}
    if len(names) > 1:
        raise EcoGisError(
            Text(
                f"两期用了不同的地类表（{'、'.join(sorted(names))}），不能比较",
                f"the two years use different schemes of land classes ({', '.join(sorted(names))})",
            )
        )
    return load_scheme(names.pop(), beside=sources.beside)


def _gaps(step: Step, line: Layer, by_id: Mapping[str, Layer]) -> Iterator[Text]:
    """What the comparison could not see."""
    if line.lost:
        yield Text(
            f"{line.spec.id} 有 {len(line.lost)} 条记录没有图形，其地面未检验。",
            f"{line.spec.id} has {len(line.lost)} lost records, whose ground was not asked about.",
        )
    update = by_id.get(step.specs[0].id) if step.source is NatureSource.UPDATE else None
    if update is not None and update.lost:
        yield Text(
            f"{update.spec.id} 有 {len(update.lost)} 条变更记录没有图形，可能遗漏变化。",
            f"{update.spec.id} has {len(update.lost)} lost records: changes may be missing.",
        )


def _remarks(step: Step, line: Layer, opens: date, scheme: Scheme, sources: Sources) -> Iterator[Text]:
    """What a reader must see beside the figures."""
    if line.spec.valid_from is not None and line.spec.valid_from > opens:
        yield Text(
            f"{opens} 尚无在效版本，按其后最早的 {line.spec.id} 检验。",
            f"No version was in force on {opens}; the earliest after it, {line.spec.id}, is asked about.",
        )
    for spec in step.specs:
        if spec.valid_from is not None and (spec.valid_from.month, spec.valid_from.day) != (12, 31):
            yield Text(
                f"{spec.id}（{spec.valid_from}）按 {year_of(spec)} 年 12 月 31 日的状态使用。",
                f"{spec.id} ({spec.valid_from}) is taken for the state of 31 December {year_of(spec)}.",
            )
    if step.source is NatureSource.RASTERS:
        yield Text(
            "按栅格单元判断：小于单元的变化看不出来，分类误差可能显示为变化；细格网为主，粗格网取其中心处的类。",
            "Told by raster cells: what is smaller is not seen, and errors of classification may look like change; "
            "the finer grid leads and asks the coarser one at the centres of its cells.",
        )
    if not scheme.confirmed:
        yield Text(
            f"地类分组（{scheme.title.zh}）尚未与原文核对。",
            f"The grouping of land classes ({scheme.title.en}) was not held against an official text.",
        )
    for layer in sources.of_role(LayerRole.DOCUMENT):
        thin = int((layer.features.dimensions < 2).sum())
        if thin:
            yield Text(
                f"{layer.spec.id} 有 {thin} 个线或点要素，不覆盖地面，不作依据。",
                f"{layer.spec.id} has {thin} line or point features: they cover no ground and document nothing.",
            )
    for fault in sources.faults:
        if fault.spec.role in (*_SURVEY_ROLES, LayerRole.DOCUMENT):
            yield Text(
                f"{fault.spec.id}（{fault.spec.title.zh}）无法使用，未参与检验。",
                f"{fault.spec.id} ({fault.spec.title.to('en')}) cannot be used and took no part.",
            )


def _nothing() -> Text:
    return Text(
        "没有更新过程层、两期调查或两期土地覆盖可供比较，性质是否改变不能判定。",
        "There is no update process, nor two surveys, nor two land covers: whether the nature changed cannot be told.",
    )
