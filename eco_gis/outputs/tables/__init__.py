"""All tables of a run; every number is a fact by id."""
