"""The rasters of a catalog that are asked like control lines."""

from __future__ import annotations

from functools import partial

from eco_gis.layers.classes import class_names
from eco_gis.layers.project import LoadedProject
from eco_gis.layers.raster import raster_cells
from eco_gis.model.raster import ControlRaster
from eco_gis.model.role import CONTROL_ROLES


def control_rasters(project: LoadedProject) -> list[ControlRaster]:
    """The usable ones; the others are faults of the project."""
    beside = project.catalog.path.parent
    asked = [s for layer_id in project.rasters if (s := project.catalog[layer_id]).role in CONTROL_ROLES]
    if not asked:
        return []
    # rasterio comes with it, and only catalogs with rasters wait for that
    from eco_gis.layers.raster_shapes import polygons_of

    return [
        ControlRaster(
            spec=spec,
            open=partial(raster_cells, project.rasters[spec.id]),
            outline=polygons_of,
            coverage=project.raster_coverages.get(spec.id),
            name_of=class_names(spec.classes, beside=beside).of if spec.classes else None,
        )
        for spec in asked
    ]
