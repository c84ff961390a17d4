"""One module per kind of file, and what is told about damage."""
