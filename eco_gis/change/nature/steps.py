"""Which years can be compared, and by which source."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eco_gis.change.beside import order_of
from eco_gis.change.cells import Cells, cells_of
from eco_gis.geometry.zonal import CellSource
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.nature import NatureSource
from eco_gis.model.role import LayerRole
from eco_gis.text import Text


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
    cells_of: Callable[[Layer, Layer | None], Cells] = cells_of
    """Splits a line by patch and township; a caller who asks often keeps what was split."""

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
    check: tuple[LayerSpec, LayerSpec] | None = None
    """Two surveys or vector land covers of the same years, which an update process is held against."""


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
    covers: dict[str, dict[str, LayerSpec]] = {}
    for spec in (*(s for s in vectors if s.role is LayerRole.LAND_COVER), *sources.rasters):
        if spec.classes:
            covers.setdefault(spec.series, {})[year_of(spec)] = spec
        else:
            unusable.append(_no_scheme(spec))
    ordered = [c for _, c in sorted(covers.items(), key=lambda one: (_any_raster(one[1]), one[0]))]
    years = sorted({*surveys, *itertools.chain.from_iterable(updates)})
    found = list(_survey_steps(years, surveys, updates, [c for c in ordered if not _any_raster(c)]))
    for cover in ordered:
        if not found:
            source = NatureSource.RASTERS if _any_raster(cover) else NatureSource.SURVEYS
            pairs = itertools.pairwise(sorted(cover))
            found = [Step(a, b, source, (cover[a], cover[b])) for a, b in pairs]
    return [s for s in found if date(int(s.to_year), 12, 31) <= as_of], unusable


def unanswered(steps: Sequence[Step]) -> list[Text]:
    """Periods between the first and the last year of the steps that none of them answers."""
    return [
        Text(
            f"{one.to_year}–{two.from_year} 没有可比资料，这一时段没有检验。",
            f"Nothing tells the classes of {one.to_year} to {two.from_year}: these years were not asked about.",
        )
        for one, two in itertools.pairwise(sorted(steps, key=lambda s: s.from_year))
        if one.to_year != two.from_year
    ]


def doubled(sources: Sources) -> list[Text]:
    """Years of which two surveys, or two update processes, are declared: only one of them can be asked."""
    seen: dict[tuple[LayerRole, tuple[str, ...]], list[str]] = {}
    for layer in sources.layers:
        spec = layer.spec
        if spec.role is LayerRole.LAND_SURVEY:
            seen.setdefault((spec.role, (year_of(spec),)), []).append(spec.id)
        elif spec.role is LayerRole.SURVEY_UPDATE and year_of(spec):
            seen.setdefault((spec.role, span_of(spec)), []).append(spec.id)
    return [
        Text(
            f"{'、'.join(ids)} 同为 {'–'.join(years)} 年，只用了最后一个：请合并为一个图层。",
            f"{', '.join(ids)} are all of {' to '.join(years)}, and only the last was asked: make them one layer.",
        )
        for (_, years), ids in sorted(seen.items())
        if len(ids) > 1
    ]


def _any_raster(cover: Mapping[str, LayerSpec]) -> bool:
    return any(spec.raster for spec in cover.values())


def _survey_steps(
    years: Sequence[str],
    surveys: Mapping[str, LayerSpec],
    updates: Mapping[tuple[str, str], LayerSpec],
    covers: Sequence[Mapping[str, LayerSpec]],
) -> Iterator[Step]:
    """Neighbouring years by the update process between them, else by the surveys of both."""
    for a, b in itertools.pairwise(years):
        if (a, b) in updates:
            base = surveys.get(a) or surveys.get(b)
            both = next((c for c in (surveys, *covers) if a in c and b in c), None)
            yield Step(
                a,
                b,
                NatureSource.UPDATE,
                (updates[a, b], *([base] if base else [])),
                check=(both[a], both[b]) if both is not None else None,
            )
        elif a in surveys and b in surveys:
            yield Step(a, b, NatureSource.SURVEYS, (surveys[a], surveys[b]))


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


def _no_scheme(spec: LayerSpec) -> Text:
    return Text(
        f"{spec.id} 未声明地类表：在目录中写明 classes，如 classes = 'globeland30'。",
        f"{spec.id} does not say which scheme its classes are of: set classes, for example classes = 'globeland30'.",
    )
