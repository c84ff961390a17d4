"""Coordinate tables: one row per corner, or a WKT column."""
