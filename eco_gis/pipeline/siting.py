"""选址: the question of where projects lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, count
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from eco_gis.errors import Problem, UsageError
from eco_gis.layers.project import LoadedProject
from eco_gis.layers.proposal import spec_of_sites
from eco_gis.model.layer import Catalog, Layer, LayerSpec
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.model.sheet import MOST_PAGES, SheetResult
from eco_gis.model.siting import SitingResult
from eco_gis.pipeline.control_rasters import control_rasters
from eco_gis.pipeline.progress import Progress
from eco_gis.pipeline.read import first_in_force
from eco_gis.siting.assess import assess
from eco_gis.siting.decisions import load_decisions
from eco_gis.siting.legacy import known_on as compare_days
from eco_gis.siting.rules import load_rules
from eco_gis.siting.sheet import SheetOptions, make_sheets
from eco_gis.text import Text


@dataclass(frozen=True)
class SheetsAsked:
    """What a caller asks of the check sheets."""

    whole_batch: bool = False
    """Sites of a file that name no batch (批次) make one together."""
    pages: int = MOST_PAGES
    """At most so many sheets are written."""


def specs_of_files(files: Sequence[Path], catalog: Catalog, crs: str | None) -> list[LayerSpec]:
    """Describe site files given by hand; `crs` stands in where the files say none or a wrong one.

    Raises
    ------
    UsageError
        When there is no such CRS.
    """
    if crs is not None:
        try:
            CRS.from_user_input(crs)
        except CRSError:
            raise UsageError(
                Text(
                    f"--crs {crs!r} 不是已知的坐标系：如用 --crs EPSG:4549",
                    f"--crs {crs!r} is no known CRS: use for example --crs EPSG:4549",
                )
            ) from None
    specs = [spec_of_sites(Path(file)) for file in files]
    return with_own_ids([replace(spec, crs=crs) for spec in specs] if crs else specs, catalog)


def with_own_ids(specs: Sequence[LayerSpec], catalog: Catalog) -> list[LayerSpec]:
    """Files of one name, or of a layer's name, get `-2`, `-3` …; case is ignored, as by file systems."""
    taken = {spec.id.casefold() for spec in catalog.layers}
    own: list[LayerSpec] = []
    for spec in specs:
        tried = chain([spec.id], (f"{spec.id}-{n}" for n in count(2)))
        free = next(i for i in tried if i.casefold() not in taken)
        taken.add(free.casefold())
        own.append(replace(spec, id=free))
    return own


def sites_asked(project: LoadedProject, extra: Sequence[LayerSpec]) -> tuple[list[Layer], list[Layer]]:
    """Layers of sites that are asked about, their ids told apart, and layers of sites filed before.

    Files given by hand stand for the catalog's own layers of sites, which then are the earlier ones.
    """
    there = [layer for layer in project.layers.values() if layer.spec.role is LayerRole.PROJECT_SITE]
    given = {spec.id for spec in extra}
    asked = [layer for layer in there if not given or layer.spec.id in given]
    return _told_apart(asked), [layer for layer in there if given and layer.spec.id not in given]


def answer_siting(
    project: LoadedProject,
    sites: Sequence[Layer],
    as_of: date,
    progress: Progress,
    *,
    required: bool,
    known_on: date | None = None,
) -> SitingResult | None:
    """The answer of every control layer about every site; None where there is no site and none is required.

    With `known_on` the layers and rules of that day are asked as well, and held against those of `as_of`.

    Raises
    ------
    RuleError
        When a rule pack is not sound.
    UsageError
        When `required` and there is no site.
    """
    if not any(len(layer) for layer in sites):
        if required:
            raise UsageError(
                Text(
                    "没有可套合的项目选址：请给出文件，或在目录中声明角色为 project_site 的图层",
                    "there is no project site to ask about: give a file, or declare a layer of role project_site in the catalog",
                )
            )
        return None
    rasters = control_rasters(project)
    specs = (
        [v.spec for v in project.layers.values()]
        + [r.spec for r in rasters]
        + [f.spec for f in project.faults]
    )
    days = [as_of] if known_on is None else [as_of, known_on]
    progress.total("site", len(days) * sum(spec.role in CONTROL_ROLES for spec in specs))
    rules = load_rules(project.catalog.rule_packs, beside=project.catalog.path.parent)
    now, *then = [
        assess(
            sites,
            project.layers.values(),
            project.faults,
            rules,
            as_of=day,
            rasters=rasters,
            townships=first_in_force(project, LayerRole.TOWNSHIP, day),
            near_m=project.catalog.point_distance_m,
            on_progress=lambda layer_id: progress.step("site", layer_id),
        )
        for day in days
    ]
    return replace(now, known_on=compare_days(then[0], now)) if then else now


def answer_sheets(
    project: LoadedProject,
    siting: SitingResult,
    sites: Sequence[Layer],
    earlier: Sequence[Layer],
    *,
    asked: SheetsAsked,
) -> tuple[SheetResult, tuple[Problem, ...]]:
    """What the check sheets add to the answers, and a problem for each declared area that was refused.

    Raises
    ------
    CatalogError
        When `decisions.toml` beside the catalog is not sound.
    """
    catalog = project.catalog
    decisions = load_decisions(
        catalog.path.parent,
        {a.layer_id for s in siting.sites for a in s.answers} | {s.id for s in catalog.layers},
    )
    return make_sheets(
        sites,
        siting,
        project.layers.values(),
        project.faults,
        options=SheetOptions(
            whole_batch=asked.whole_batch,
            pages=asked.pages,
            neighbour_distance_m=catalog.neighbour_distance_m,
            neighbour_same_owner=catalog.neighbour_same_owner,
            decisions=decisions,
            rules=load_rules(catalog.rule_packs, beside=catalog.path.parent),
        ),
        earlier=earlier,
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
