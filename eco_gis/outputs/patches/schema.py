"""The ledger's GeoPackage: its tables, and shapes as the format stores them."""

from __future__ import annotations

import struct

import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

APPLICATION_ID, VERSION = 0x47504B47, 10301
OWN_SRS = 100_000
"""Id of a CRS that has no EPSG code."""

TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
  ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]', NULL);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name),
  FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE patches (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY, batch TEXT NOT NULL, patch TEXT NOT NULL, name TEXT,
  day DATE, township TEXT, village TEXT, area_m2 DOUBLE, explained_m2 DOUBLE, unexplained_m2 DOUBLE, suggestion TEXT,
  state TEXT NOT NULL, judgement TEXT NOT NULL, judged_by TEXT NOT NULL, judged_on TEXT NOT NULL, note TEXT NOT NULL,
  UNIQUE (batch, patch));
CREATE TABLE history (
  number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, batch TEXT NOT NULL, patch TEXT NOT NULL,
  old_state TEXT NOT NULL, old_judgement TEXT NOT NULL, old_by TEXT NOT NULL, old_on TEXT NOT NULL, old_note TEXT NOT NULL,
  new_state TEXT NOT NULL, new_judgement TEXT NOT NULL, new_by TEXT NOT NULL, new_on TEXT NOT NULL, new_note TEXT NOT NULL,
  entered_by TEXT NOT NULL, entered_at TEXT NOT NULL, remark TEXT NOT NULL);
CREATE INDEX history_of_patch ON history (batch, patch);
CREATE TRIGGER history_is_kept BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER history_stays BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER patches_stay BEFORE DELETE ON patches BEGIN SELECT RAISE(ABORT, 'patches stay in the ledger'); END;
"""
"""Rows of history, and patches, cannot be taken away: the triggers hold whatever program opens the file."""


def srs_row(crs: CRS) -> tuple[str, int, str, int, str]:
    """The CRS of the ledger as its row of `gpkg_spatial_ref_sys`."""
    code = crs.to_epsg(min_confidence=100)
    organization, number = ("EPSG", code) if code else ("NONE", OWN_SRS)
    return crs.name, number or OWN_SRS, organization, number or OWN_SRS, crs.to_wkt()


def packed(shape: BaseGeometry, srs_id: int) -> bytes:
    """A shape as GeoPackage binary: header with its box, then WKB."""
    head = struct.pack("<2sBBi", b"GP", 0, 0b0000_0011, srs_id)
    west, south, east, north = shape.bounds
    box = struct.pack("<4d", west, east, south, north)
    return head + box + bytes(shapely.to_wkb(shape, byte_order=1))


def unpacked(blob: bytes) -> BaseGeometry:
    """The shape in a GeoPackage binary, also one that another program wrote.

    >>> unpacked(packed(shapely.box(0, 0, 2, 1), 4549)).area
    2.0
    """
    envelope = (blob[3] >> 1) & 0b111
    return shapely.from_wkb(blob[8 + (0, 32, 48, 48, 64)[envelope] :])
