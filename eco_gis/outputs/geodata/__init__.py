"""result.gpkg: the answers as layers, with the styles that QGIS takes from the file."""

from __future__ import annotations

from eco_gis.outputs.geodata.write import write_geopackage

__all__ = ["write_geopackage"]
