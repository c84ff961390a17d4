"""Raster × regions: statistics, classes and changes of class, by exact area fractions or by cell centres."""

from eco_gis.geometry.zonal.align import class_transitions, leading
from eco_gis.geometry.zonal.changed import changed_ground
from eco_gis.geometry.zonal.classes import zonal_classes
from eco_gis.geometry.zonal.grid import Affine, ArrayCells, CellSource, Grid, Tile
from eco_gis.geometry.zonal.runs import Rule
from eco_gis.geometry.zonal.statistics import CellShares, zonal_statistics
from eco_gis.geometry.zonal.tables import ClassTable, ZonalTable

__all__ = [
    "Affine",
    "ArrayCells",
    "CellShares",
    "CellSource",
    "ClassTable",
    "Grid",
    "Rule",
    "Tile",
    "ZonalTable",
    "changed_ground",
    "class_transitions",
    "leading",
    "zonal_classes",
    "zonal_statistics",
]
