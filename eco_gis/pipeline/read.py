"""What every question begins with: the layers it needs, on one plane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eco_gis.layers.catalog import load_catalog
from eco_gis.layers.project import LoadedProject, load_layers
from eco_gis.layers.store import Store
from eco_gis.model.layer import Catalog, Layer, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.pipeline.progress import QUIET, Progress


@dataclass(frozen=True)
class Reading:
    """How inputs are read."""

    accept_repair: bool = False
    """Take repairs over their budget."""
    accept_findings: bool = False
    """Take the sure findings about coordinate systems."""
    progress: Progress = QUIET
    store: Store | None = None
    """Where layers that were prepared before are kept."""


def declared(catalog: Path | Catalog) -> Catalog:
    """The catalog, read if it is a file.

    Raises
    ------
    CatalogError
        When it cannot be used.
    """
    return catalog if isinstance(catalog, Catalog) else load_catalog(catalog)


def read_layers(
    catalog: Catalog,
    reading: Reading,
    *,
    extra: Sequence[LayerSpec] = (),
    roles: Iterable[LayerRole] | None = None,
) -> LoadedProject:
    """The catalog's layers of some roles (None: all) and `extra` ones."""
    wanted = None if roles is None else set(roles)
    ids = [spec.id for spec in catalog.layers if wanted is None or spec.role in wanted]
    reading.progress.total("read", len(ids) + len(extra))
    return load_layers(
        catalog,
        extra=extra,
        only=ids,
        accept_repair=reading.accept_repair,
        accept_findings=reading.accept_findings,
        store=reading.store,
        on_progress=lambda layer_id: reading.progress.step("read", layer_id),
    )


def first_in_force(project: LoadedProject, role: LayerRole, as_of: date) -> Layer | None:
    """The first layer of a role that is in force, else the first there is."""
    layers = [layer for layer in project.layers.values() if layer.spec.role is role]
    return next((layer for layer in layers if layer.spec.valid_on(as_of)), next(iter(layers), None))
