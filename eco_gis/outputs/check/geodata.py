"""check.gpkg: the places where something is the matter, to be walked through in QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from eco_gis.geometry.parts import dimensions
from eco_gis.layers.gate.inspect import Gate
from eco_gis.layers.gate.words import feature_words

POINTS, AREAS = "problem_points", "problem_areas"
"""Layers of the file: a point for every spot, and the ground of those that have an area."""


def write_spots(gate: Gate, path: Path) -> Path:
    """Write the spots on the working plane; both layers are there even when nothing is the matter.

    Columns: `number` (as on the page), `layer`, `kind`, `feature`, `what`, `what_en`, `area_m2`
    (ellipsoidal; for a declared area, declared minus measured), `fatal`.
    """
    rows = [
        {
            "number": number,
            "layer": spot.layer,
            "kind": spot.kind.value,
            "feature": feature_words(spot),
            "what": spot.what.zh,
            "what_en": spot.what.to("en"),
            "area_m2": spot.area_m2,
            "fatal": spot.fatal,
        }
        for number, spot in enumerate(gate.spots, 1)
    ]
    shapes = np.array([s.shape for s in gate.spots], dtype=object)
    areas = np.flatnonzero(dimensions(shapes) == 2) if len(shapes) else np.array([], dtype=np.intp)
    path.unlink(missing_ok=True)
    _write(gate, path, POINTS, rows, shapely.point_on_surface(shapes), "Point")
    _write(gate, path, AREAS, [rows[i] for i in areas], shapes[areas], "MultiPolygon")
    return path


def _write(gate: Gate, path: Path, layer: str, rows: list[dict[str, Any]], shapes: Any, kind: str) -> None:
    columns = ("number", "layer", "kind", "feature", "what", "what_en", "area_m2", "fatal")
    frame = gpd.GeoDataFrame(
        {name: [row[name] for row in rows] for name in columns}, geometry=shapes, crs=gate.project.plane.crs
    )
    types = {"number": "int64", "area_m2": "float64", "fatal": "bool"}
    frame = frame.astype({name: types.get(name, "object") for name in columns})
    pyogrio.write_dataframe(
        frame,
        path,
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        promote_to_multi=kind.startswith("Multi"),
        append=path.exists(),
        dataset_options={"VERSION": "1.2"} if not path.exists() else None,
        layer_options={"GEOMETRY_NAME": "geom"},
    )
