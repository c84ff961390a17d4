"""The catalog of a project: `layers/catalog.toml` → `Catalog`, with every problem at once.

Whether the files are there is not asked here: a missing file is a fault of its layer, so that every
question to that layer can be answered 资料不足 (no data) instead of stopping the run.
"""

from __future__ import annotations

from eco_gis.layers.catalog.entry import LAYER_KEYS
from eco_gis.layers.catalog.read import PROJECT_KEYS, load_catalog

__all__ = ["LAYER_KEYS", "PROJECT_KEYS", "load_catalog"]
