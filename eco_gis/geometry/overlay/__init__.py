"""Overlay kernels: pair table, footprint, difference, distances. Whole arrays, spatial-index pairs."""

from __future__ import annotations

from eco_gis.geometry.overlay.difference import difference, symmetric_difference, union_rows
from eco_gis.geometry.overlay.distance import distance_to_boundary_m, nearest_distance_m, overlap_width
from eco_gis.geometry.overlay.engine import Engine
from eco_gis.geometry.overlay.footprint import CONTACT_AREA_M2, CONTACT_WIDTH_M, Footprint, Groups, footprint
from eco_gis.geometry.overlay.pairs import overlap_pairs, overlap_parts, overlap_shapes, self_overlaps
from eco_gis.geometry.overlay.table import PairTable
from eco_gis.geometry.overlay.versions import VersionAreas, version_areas, version_pairs

__all__ = [
    "CONTACT_AREA_M2",
    "CONTACT_WIDTH_M",
    "Engine",
    "Footprint",
    "Groups",
    "PairTable",
    "VersionAreas",
    "difference",
    "distance_to_boundary_m",
    "footprint",
    "nearest_distance_m",
    "overlap_pairs",
    "overlap_parts",
    "overlap_shapes",
    "overlap_width",
    "self_overlaps",
    "symmetric_difference",
    "union_rows",
    "version_areas",
    "version_pairs",
]
