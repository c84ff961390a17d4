"""功能不降低: the trend of ecological function inside a line, beside its surroundings."""
