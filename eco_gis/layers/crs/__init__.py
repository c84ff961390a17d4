"""Which reference system a layer is in: labels, zones, offsets, and the detective that never moves a coordinate."""
