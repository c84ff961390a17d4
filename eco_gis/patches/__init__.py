"""图斑核查: change patches explained by surveys, control lines and documents; a clue, not a verdict."""
