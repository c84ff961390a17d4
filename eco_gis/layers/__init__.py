"""The only room that opens input files."""
