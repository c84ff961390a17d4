"""What a site's ground has to do with one layer: areas, lengths, distances, hits, widths. No law here."""

from eco_gis.siting.measure.against import measure
from eco_gis.siting.measure.cells import measure_cells
from eco_gis.siting.measure.place import place
from eco_gis.siting.measure.touch import CONTACT_WIDTH_M, UNCOVERED_M2, Taken, Touch

__all__ = [
    "CONTACT_WIDTH_M",
    "UNCOVERED_M2",
    "Taken",
    "Touch",
    "measure",
    "measure_cells",
    "place",
]
