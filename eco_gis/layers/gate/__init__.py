"""`eco-gis check`: what would make a number wrong."""
