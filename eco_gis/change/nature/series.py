"""One protected series through the years: which years can be compared, by which source, and the answers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eco_gis.change.beside import in_force, order_of
from eco_gis.change.cells import cells_of
from eco_gis.change.nature.classed import between_states, from_update, state_of
from eco_gis.change.nature.classes import SURVEY_SCHEME, Scheme, load_scheme
from eco_gis.change.nature.compare import Question, compare_nature
from eco_gis.change.nature.from_rasters import from_rasters
from eco_gis.change.papers import covering
from eco_gis.errors import EcoGisError
from eco_gis.geometry.zonal import CellSource
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.nature import NatureComparison, NatureResult, NatureSource
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

_SURVEY_ROLES = (LayerRole.LAND_SURVEY, LayerRole.SURVEY_UPDATE)


@dataclass(frozen=True)
class Sources:
    """Everything the question of nature may rest on."""

    layers: Sequence[Layer]
    """Vector layers of roles land_survey, survey_update, land_cover, document and township."""
    rasters: Sequence[LayerSpec]
    """Raster layers of role land_cover."""
    open_raster: Callable[[str], AbstractContextManager[CellSource]]
    """Opens a raster layer by id."""
    faults: Sequence[LayerFault] = ()
    beside: Path | None = None
    """Folder of the catalog, where own tables of land classes lie."""
    sliver_width_m: float = 1.0

    def of_role(self, role: LayerRole) -> list[Layer]:
        """Layers of one role, oldest first."""
        return sorted((v for v in self.layers if v.spec.role is role), key=lambda v: order_of(v.spec))


@dataclass(frozen=True)
class Step:
    """One period and what tells its classes."""

    from_year: str
    to_year: str
    source: NatureSource
    specs: tuple[LayerSpec, ...]
    """Of an update process: it, then the survey of the opening or closing year if there is one."""


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
    missing += _lost_years(steps, sources)
    if not results:
        missing = [*missing, *unusable, _nothing()]
    newest = max(versions, key=lambda v: order_of(v.spec))
    return NatureResult(series, newest.spec.role, newest.spec.role.label, tuple(results), tuple(missing))


def year_of(spec: LayerSpec) -> str:
    """The year whose 31 December a layer shows: its version where that is a year, else that of `valid_from`.

    >>> year_of(LayerSpec("a", LayerRole.LAND_SURVEY, Path("a"), version="2023"))
    '2023'
    """
    if re.fullmatch(r"(19|20)\d\d", spec.version):
        return spec.version
    return str(spec.valid_from.year) if spec.valid_from else ""


def span_of(update: LayerSpec) -> tuple[str, str]:
    """The years between which an update process lists the changes: two in its version, else the year before its own.

    >>> span_of(LayerSpec("u", LayerRole.SURVEY_UPDATE, Path("u"), version="2012-2018"))
    ('2012', '2018')
    >>> span_of(LayerSpec("u", LayerRole.SURVEY_UPDATE, Path("u"), version="2024"))
    ('2023', '2024')
    """
    years = re.findall(r"(?:19|20)\d\d", update.version)
    if len(years) == 2:
        return years[0], years[1]
    year = year_of(update)
    return str(int(year) - 1), year


def steps_of(sources: Sources, as_of: date) -> tuple[list[Step], list[Text]]:
    """The periods that can be compared, each by its best source; and why layers cannot take part.

    Surveys and update processes come first, then a series of vector land covers, then one of rasters; a
    better source of the same period wins. Years are neighbours when no year between them has data.
    """
    unusable: list[Text] = []
    vectors = [v.spec for v in sources.layers if _usable(v, unusable)]
    surveys = _by_year(s for s in vectors if s.role is LayerRole.LAND_SURVEY)
    updates = {span_of(s): s for s in vectors if s.role is LayerRole.SURVEY_UPDATE}
    years = sorted({*surveys, *itertools.chain.from_iterable(updates)})
    found = list(_survey_steps(years, surveys, updates))
    covers: dict[str, list[LayerSpec]] = {}
    for spec in (*(s for s in vectors if s.role is LayerRole.LAND_COVER), *sources.rasters):
        if spec.classes:
            covers.setdefault(spec.series, []).append(spec)
        else:
            unusable.append(_no_scheme(spec))
    ordered = sorted(covers.items(), key=lambda one: (all(s.raster for s in one[1]), one[0]))
    for _, specs in ordered:
        if not found and len({s.raster for s in specs}) == 1:
            by_year = _by_year(specs)
            source = NatureSource.RASTERS if specs[0].raster else NatureSource.SURVEYS
            found = [
                Step(a, b, source, (by_year[a], by_year[b])) for a, b in itertools.pairwise(sorted(by_year))
            ]
    return [s for s in found if date(int(s.to_year), 12, 31) <= as_of], unusable


def _survey_steps(
    years: Sequence[str],
    surveys: Mapping[str, LayerSpec],
    updates: Mapping[tuple[str, str], LayerSpec],
) -> Iterator[Step]:
    for a, b in itertools.pairwise(years):
        if (a, b) in updates:
            base = surveys.get(a) or surveys.get(b)
            yield Step(a, b, NatureSource.UPDATE, (updates[a, b], *([base] if base else [])))
        elif a in surveys and b in surveys:
            yield Step(a, b, NatureSource.SURVEYS, (surveys[a], surveys[b]))


def _compared(step: Step, versions: Sequence[Layer], sources: Sources) -> NatureComparison:
    opens, closes = (date(int(y), 12, 31) for y in (step.from_year, step.to_year))
    line = in_force(versions, opens)
    assert line is not None  # a series has a version
    cells = cells_of(line, in_force(sources.of_role(LayerRole.TOWNSHIP), closes))
    scheme = _scheme(step, sources)
    by_id = {v.spec.id: v for v in sources.layers}
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
        gaps=tuple(_gaps(step, line, by_id)),
        remarks=tuple(_remarks(step, line, opens, scheme, sources)),
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


def _scheme(step: Step, sources: Sources) -> Scheme:
    names = {s.classes or SURVEY_SCHEME for s in step.specs}
    if len(names) > 1:
        raise EcoGisError(
            Text(
                f"两期用了不同的地类表（{'、'.join(sorted(names))}），不能比较",
                f"the two years use different schemes of land classes ({', '.join(sorted(names))})",
            )
        )
    return load_scheme(names.pop(), beside=sources.beside)


def _usable(layer: Layer, unusable: list[Text]) -> bool:
    """Whether a layer has a year and the codes that are asked for."""
    spec = layer.spec
    needed = {
        LayerRole.LAND_SURVEY: ("code",),
        LayerRole.LAND_COVER: ("code",),
        LayerRole.SURVEY_UPDATE: ("code_before", "code"),
    }.get(spec.role)
    if needed is None:
        return False
    absent = [name for name in needed if name not in layer.attributes]
    if absent or not (year_of(spec) or len(re.findall(r"\d{4}", spec.version)) == 2):
        what = ", ".join(absent) or "valid_from"
        unusable.append(
            Text(
                f"{spec.id} 缺少 {what}，不能用于性质检验：在目录中补上。",
                f"{spec.id} lacks {what} and cannot tell the nature of ground: add it to the catalog.",
            )
        )
        return False
    return True


def _by_year(specs: Iterator[LayerSpec] | Sequence[LayerSpec]) -> dict[str, LayerSpec]:
    """The newest layer of each year."""
    return {year: spec for spec in sorted(specs, key=order_of) if (year := year_of(spec))}


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
    for fault in sources.faults:
        if fault.spec.role in (*_SURVEY_ROLES, LayerRole.DOCUMENT):
            yield Text(
                f"{fault.spec.id}（{fault.spec.title.zh}）无法使用，未参与检验。",
                f"{fault.spec.id} ({fault.spec.title.to('en')}) cannot be used and took no part.",
            )


def _no_scheme(spec: LayerSpec) -> Text:
    return Text(
        f"{spec.id} 未声明地类表：在目录中写明 classes，如 classes = 'globeland30'。",
        f"{spec.id} does not say which scheme its classes are of: set classes, for example classes = 'globeland30'.",
    )


def _nothing() -> Text:
    return Text(
        "没有更新过程层、两期调查或两期土地覆盖可供比较，性质是否改变不能判定。",
        "There is no update process, nor two surveys, nor two land covers: whether the nature changed cannot be told.",
    )
