"""选址: which sites touch which control lines, and what the rules ask."""
