"""The inside book: what lies and happens inside a line."""
