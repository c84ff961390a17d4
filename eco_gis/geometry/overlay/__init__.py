"""Overlay kernels: pair table, footprint, difference, distances. Whole arrays, spatial-index pairs."""

from __future__ import annotations

from eco_gis.geometry.overlay.difference import difference, symmetric_difference, union_rows
from eco_gis.geometry.overlay.distance import distance_to_boundary_m, nearest_distance_m, overlap_width
from eco_gis.geometry.overlay.footprint import CONTACT_AREA_M2, CONTACT_WIDTH_M, Footprint, footprint
from eco_gis.geometry.overlay.pairs import PairTable, overlap_pairs, overlap_shapes

__all__ = [
    "CONTACT_AREA_M2",
    "CONTACT_WIDTH_M",
    "Footprint",
    "PairTable",
    "difference",
    "distance_to_boundary_m",
    "footprint",
    "nearest_distance_m",
    "overlap_pairs",
    "overlap_shapes",
    "overlap_width",
    "symmetric_difference",
    "union_rows",
]
