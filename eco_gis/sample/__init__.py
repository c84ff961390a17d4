"""The seeded sample county: invented layers with known truths, written by `make_sample`."""

from __future__ import annotations

from eco_gis.sample.place import sample_catalog
from eco_gis.sample.write import make_sample

__all__ = ["make_sample", "sample_catalog"]
