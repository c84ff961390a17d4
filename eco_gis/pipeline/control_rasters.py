"""The rasters of a catalog that are asked like control lines."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from eco_gis.errors import EcoGisError, Problem
from eco_gis.layers.classes import class_names
from eco_gis.layers.project import LoadedProject
from eco_gis.layers.raster import raster_cells
from eco_gis.layers.raster_shapes import polygons_of
from eco_gis.model.layer import LayerFault
from eco_gis.model.raster import ControlRaster
from eco_gis.model.role import CONTROL_ROLES


def control_rasters(project: LoadedProject) -> tuple[list[ControlRaster], list[LayerFault]]:
    """The usable ones, and a fault for each whose table of classes is not."""
    rasters: list[ControlRaster] = []
    faults: list[LayerFault] = []
    for layer_id, info in project.rasters.items():
        spec = project.catalog[layer_id]
        if spec.role not in CONTROL_ROLES:
            continue
        try:
            names = class_names(spec.classes, beside=project.catalog.path.parent) if spec.classes else None
        except EcoGisError as error:
            faults.append(LayerFault(spec, tuple(_about(layer_id, p) for p in error.problems)))
            continue
        rasters.append(
            ControlRaster(
                spec=spec,
                open=partial(raster_cells, info),
                outline=polygons_of,
                coverage=project.raster_coverages.get(layer_id),
                name_of=names.of if names is not None else None,
            )
        )
    return rasters, faults


def _about(layer_id: str, problem: Problem) -> Problem:
    return replace(problem, where=f"{layer_id}: {problem.where}")
