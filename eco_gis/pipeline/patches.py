"""图斑核查: the question of what each change patch is.

The one question that writes: what it found goes into the ledger beside the catalog, where people's entries
are read from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from eco_gis.errors import Problem, UsageError
from eco_gis.geometry.crs import Plane, transform
from eco_gis.geometry.regions import Regions
from eco_gis.layers.classes import SURVEY_SCHEME, load_scheme
from eco_gis.layers.gate.check import check_layers
from eco_gis.layers.judgements import read_judgements
from eco_gis.layers.photos import read_photos
from eco_gis.layers.project import LoadedProject
from eco_gis.layers.proposal import spec_of_patches
from eco_gis.layers.store import Store
from eco_gis.model.fact import FactBook
from eco_gis.model.layer import Catalog, Layer, LayerFault, LayerSpec
from eco_gis.model.nature import LandClass
from eco_gis.model.patches import ROLES_OF_DOCUMENTS, HumanEntry, Patch, PatchResult
from eco_gis.model.result import RunResult
from eco_gis.model.role import CONTROL_ROLES, LayerRole
from eco_gis.model.siting import LayerAnswer
from eco_gis.outputs.patches.ledger import LEDGER, Edit, Ledger
from eco_gis.patches.batch import Batch, batches_of, require_told_apart
from eco_gis.patches.explain import Seen, explain
from eco_gis.patches.facts import patch_facts
from eco_gis.patches.ledger import tallies
from eco_gis.patches.photos import with_photos
from eco_gis.pipeline.control_rasters import control_rasters
from eco_gis.pipeline.patch_rasters import RASTER_ROLES, RasterQuestion, raster_patches
from eco_gis.pipeline.progress import QUIET, Progress
from eco_gis.pipeline.read import Reading, declared, first_in_force, read_layers
from eco_gis.pipeline.siting import with_own_ids
from eco_gis.siting.assess import assess
from eco_gis.siting.rules import RuleSet
from eco_gis.text import Text

ROLES = (
    LayerRole.COUNTY,
    LayerRole.TOWNSHIP,
    LayerRole.VILLAGE,
    *CONTROL_ROLES,
    LayerRole.LAND_SURVEY,
    *ROLES_OF_DOCUMENTS,
)
_NO_RULES = RuleSet((), ())
"""A patch is a clue: what a rule would ask of a project is not asked of it."""


def patches(
    catalog: Path | Catalog,
    files: Sequence[Path] = (),
    *,
    as_of: date,
    at: str,
    batch: str | None = None,
    photos: Path | None = None,
    rasters: RasterQuestion | None = None,
    accept_repair: bool = False,
    accept_findings: bool = False,
    store: Store | None = None,
    progress: Progress = QUIET,
) -> RunResult:
    """Explain change patches, and bring the ledger beside the catalog up to date.

    Parameters
    ----------
    files
        Vector files of patches; none: the catalog's layers of role `change_patch`.
    at
        Moment of the run, for the ledger's history; ISO 8601.
    batch
        Label of the patches in `files`; without files, the batch of the catalog that is asked about. None:
        what the data say, and every batch.
    photos
        Folder of field photographs.
    rasters
        Makes the patches from two rasters of the catalog; then there are no `files`.

    Raises
    ------
    CatalogError, OutputError
        When the catalog or the ledger is not sound.
    UsageError
        When there is no patch to ask about, or a file of patches cannot be used.
    """
    whole = declared(catalog)
    reading = Reading(accept_repair, accept_findings, progress, store)
    extra = with_own_ids([spec_of_patches(Path(file)) for file in files], whole)
    roles = (*ROLES, *(RASTER_ROLES if rasters else () if extra else (LayerRole.CHANGE_PATCH,)))
    project = read_layers(whole, reading, extra=extra, roles=roles)
    strays: list[Problem] = []
    if rasters is not None:
        made, strays = raster_patches(project, rasters, as_of)
        project = replace(project, layers={**project.layers, made.spec.id: made})
    batches = _batches(project, batch, by_hand=bool(extra) or rasters is not None)
    ledger = Ledger(whole.path.parent / LEDGER)
    told, lines = _explained(project, batches, ledger, as_of, progress)
    if photos is not None:
        found, unread = read_photos(photos)
        told, lost = with_photos(told, found, project.plane)
        strays += [*unread, *lost]
    ledger.merge(told, project.plane, at=at)
    result = _result(told, lines, project, ledger)
    return RunResult(
        catalog=whole,
        as_of=as_of,
        plane=project.plane,
        fingerprints=project.fingerprints,
        layers=project.layers,
        faults=project.faults,
        facts=FactBook(patch_facts(result)),
        patches=result,
        problems=(*check_layers(project), *strays),
        parameters={
            "as_of": as_of.isoformat(),
            "accept_repair": str(accept_repair).lower(),
            "accept_findings": str(accept_findings).lower(),
            "patches": ", ".join(Path(f).name for f in files),
            "batch": batch or "",
            "rasters": rasters.series if rasters else "",
        },
    )


def _batches(project: LoadedProject, label: str | None, *, by_hand: bool) -> list[Batch]:
    """The batches asked about, in the order of their labels."""
    faults = [f for f in project.faults if f.spec.role is LayerRole.CHANGE_PATCH]
    if faults:
        raise UsageError(
            Text("图斑无法使用：", "the patches cannot be used:"),
            problems=[p for f in faults for p in f.problems],
        )
    layers = [layer for layer in project.layers.values() if layer.spec.role is LayerRole.CHANGE_PATCH]
    found = [b for layer in layers for b in batches_of(layer, label if by_hand else None)]
    asked = [b for b in found if by_hand or label in (None, b.label)]
    if not any(len(b.ids) for b in asked):
        there = "、".join(sorted({b.label for b in found}))
        raise UsageError(
            Text(
                f"目录中没有批次 {label}：可选 {there}" if found and label else
                "没有图斑：请给出文件，或在目录中声明角色为 change_patch 的图层",
                f"the catalog has no batch {label}: use one of {there}" if found and label else
                "there is no patch to ask about: give a file, or declare a layer of role change_patch in the catalog",
            )
        )  # fmt: skip
    require_told_apart(asked)
    return sorted(asked, key=lambda b: (b.label, b.ids))


def _explained(
    project: LoadedProject, batches: Sequence[Batch], ledger: Ledger, as_of: date, progress: Progress
) -> tuple[list[Patch], tuple[str, ...]]:
    """The patches of every batch, and the control layers asked."""
    seen = _seen(ledger, batches, project.plane)
    entries: list[Layer | LayerFault] = [*project.layers.values(), *project.faults]
    progress.total("patches", len(batches))
    out: list[Patch] = []
    line_ids: tuple[str, ...] = ()
    for batch in batches:
        progress.step("patches", batch.label)
        lines, line_ids = _lines(project, batch, as_of)
        out += explain(
            batch,
            entries,
            lines,
            as_of=as_of,
            townships=first_in_force(project, LayerRole.TOWNSHIP, as_of),
            villages=first_in_force(project, LayerRole.VILLAGE, as_of),
            seen=seen,
            class_of=partial(_class_of, project),
        )
    return sorted(out, key=lambda p: p.key), line_ids


def _class_of(project: LoadedProject, spec: LayerSpec, code: str) -> LandClass:
    """A survey's class by the scheme that the catalog names."""
    return load_scheme(spec.classes or SURVEY_SCHEME, beside=project.catalog.path.parent).of(code)


def _seen(ledger: Ledger, batches: Sequence[Batch], plane: Plane) -> Seen:
    """Patches of the ledger's other batches and of this run's."""
    rows, _, crs = ledger.read()
    asked = {b.label for b in batches}
    kept = [row for row in rows if row.batch not in asked]
    keys = [row.key for row in kept] + [(b.label, key) for b in batches for key in b.ids]
    shapes = list(transform([row.shape for row in kept], crs, plane.crs)) if crs is not None else []
    shapes += [shape for b in batches for shape in b.ground.shapes]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return Seen(tuple(keys[i] for i in order), Regions([shapes[i] for i in order], plane))


def _lines(
    project: LoadedProject, batch: Batch, as_of: date
) -> tuple[dict[str, tuple[LayerAnswer, ...]], tuple[str, ...]]:
    """Answers of the control layers in force on the day of the run, by patch."""
    answers = assess(
        [batch.layer],
        project.layers.values(),
        project.faults,
        _NO_RULES,
        as_of=as_of,
        rasters=control_rasters(project),
        near_m=project.catalog.point_distance_m,
    )
    return {site.id: site.answers for site in answers.sites}, answers.layer_ids


def _result(
    told: Sequence[Patch], lines: tuple[str, ...], project: LoadedProject, ledger: Ledger
) -> PatchResult:
    """The patches with what people entered, and where the ledger stands."""
    rows, history, _ = ledger.read()
    entries = {row.key: row for row in rows}
    ours = {patch.key for patch in told}
    by_batch, by_quarter, cumulative = tallies(rows, history)
    everything: list[Layer | LayerFault] = [*project.layers.values(), *project.faults]
    documents = [e.spec for e in everything if e.spec.role in ROLES_OF_DOCUMENTS]
    return PatchResult(
        patches=tuple(replace(p, entry=entries[p.key].entry, revision=entries[p.key].revision) for p in told),
        batches=tuple(sorted({p.batch for p in told})),
        document_layers=tuple(documents),
        line_ids=lines,
        tallies=by_batch,
        quarters=by_quarter,
        cumulative=cumulative,
        history=tuple(h for h in history if (h.batch, h.patch) in ours),
    )


def judge(catalog: Path | Catalog, workbook: Path, *, at: str) -> int:
    """Enter what people filled in to the ledger's workbook; gives the number of patches that changed.

    A row that nobody edited changes nothing, whatever others entered since the workbook was made.

    Raises
    ------
    LayerReadError, UsageError
        Naming row and column of everything that cannot be entered; then nothing is.
    """
    rows = read_judgements(workbook)
    edits = [
        Edit(row.batch, row.patch, partial(_left_as, row.entry), row.revision, row.where) for row in rows
    ]
    return Ledger(declared(catalog).path.parent / LEDGER).enter(edits, at=at)


def enter(
    catalog: Path | Catalog,
    patch: str,
    change: Callable[[HumanEntry], HumanEntry],
    *,
    batch: str | None = None,
    at: str,
) -> int:
    """Enter what a person found about one patch.

    Parameters
    ----------
    batch
        Its batch; None: the only one that has a patch of this id.

    Raises
    ------
    UsageError
        When there is no such patch, when several batches have one, or the entry is not complete.
    """
    ledger = Ledger(declared(catalog).path.parent / LEDGER)
    there = [row.batch for row in ledger.read()[0] if row.id == patch]
    if batch is None and len(there) > 1:
        raise UsageError(
            Text(
                f"图斑 {patch} 在 {'、'.join(there)} 批次中都有：用 --batch 指明",
                f"batches {', '.join(there)} have a patch {patch}: say which with --batch",
            )
        )
    return ledger.enter([Edit(batch or next(iter(there), ""), patch, change)], at=at)


def _left_as(entry: HumanEntry, _: HumanEntry) -> HumanEntry:
    return entry
