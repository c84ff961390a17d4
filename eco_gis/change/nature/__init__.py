"""性质不改变: what protected ground was and what it is, and why it changed."""
