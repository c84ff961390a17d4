"""What `eco-gis check` leaves behind: a page and a GeoPackage of problem spots."""
