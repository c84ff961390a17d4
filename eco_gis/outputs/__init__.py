"""The only room that writes or draws; it takes results, never input files."""
